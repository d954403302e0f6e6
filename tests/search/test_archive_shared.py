"""One archive under many threads, under commits, and under too little time."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_evaluator import document, make_world

from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import Archive, open_archive
from wiredesk.search.expansion import Deadline
from wiredesk.search.snapshot import Cache

QUERIES = (
    "bank",
    "strike rates",
    '"of the"',
    "oil OR grain",
    "st*",
    "bank NEAR/3 rates",
    "headline:str*",
    "",
    "-bank",
    "strke~2",
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    make_world(tmp_path, seed=11, size=60)
    return open_archive(tmp_path / "many.wdx")


def answers(archive: Archive) -> list[tuple[int, list[str], object]]:
    found = (archive.search(q, facets=["city", "person", "date"], timeout=None) for q in QUERIES)
    return [(r.total, [h.id for h in r.hits], r.facets) for r in found]


@pytest.mark.slow
def test_threads_get_the_answers_that_one_thread_gets(archive: Archive) -> None:
    expected = answers(archive)
    wrong: list[object] = []

    def work() -> None:
        for _ in range(2):
            found = answers(archive)
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.slow
def test_searches_during_commits_see_one_commit_or_the_next(tmp_path: Path) -> None:
    rng = random.Random(3)
    path = tmp_path / "wire.wdx"
    with ArchiveWriter(path) as writer:
        writer.add(document(rng, 0))
    failures: list[str] = []
    done = threading.Event()
    with open_archive(path) as archive:

        def read() -> None:
            last = 0
            while not done.is_set():
                result = archive.search("", per_page=100, facets=["city"], timeout=None)
                if result.total != min(100, len(result.hits)) or result.generation < last:
                    failures.append(f"{result.total} {len(result.hits)} {result.generation}")
                last = result.generation

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for n in range(1, 16):
            with ArchiveWriter(path) as writer:
                writer.add(document(rng, n))
        done.set()
        for reader in readers:
            reader.join()
        assert failures == []
        assert archive.search("", timeout=None).total == 16


@pytest.mark.parametrize("text", QUERIES)
def test_no_time_at_all_gives_a_partial_answer(archive: Archive, text: str) -> None:
    result = archive.search(text, timeout=0.0, facets=["city", "date"])
    assert result.partial
    whole = archive.search(text, timeout=None, per_page=200)
    assert {h.id for h in result.hits} <= {h.id for h in whole.hits}
    assert not any(f.complete and f.values for f in result.facets.values())


def test_a_deadline_stops_in_the_middle(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = archive.search("headline:str* OR headline:ba*", timeout=None, per_page=200)
    assert whole.total > 2
    for left in range(12):
        checks = iter(range(left))

        def passed(self: Deadline, checks: Iterator[int] = checks) -> bool:
            self.cut = self.cut or next(checks, None) is None
            return self.cut

        monkeypatch.setattr(Deadline, "passed", passed)
        cut = archive.search("headline:str* OR headline:ba*", per_page=200)
        assert {h.id for h in cut.hits} <= {h.id for h in whole.hits}
        assert cut.partial


def test_a_page_beyond_the_last_is_empty(archive: Archive) -> None:
    result = archive.search("bank", page=10_000)
    assert result.hits == ()
    assert result.total > 0


def test_a_cache_stays_within_its_bytes_and_keeps_what_was_used_last() -> None:
    cache = Cache(100)
    made: list[int] = []

    def value(n: int) -> int:
        def make() -> int:
            made.append(n)
            return n

        return cache.get(n, make, lambda _: 30)

    assert [value(n) for n in (1, 2, 3, 1, 4)] == [1, 2, 3, 1, 4]
    assert made == [1, 2, 3, 4]
    assert value(1) == 1 and made == [1, 2, 3, 4]
    assert value(2) == 2 and made == [1, 2, 3, 4, 2]
