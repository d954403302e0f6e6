from pathlib import Path

import numpy as np
import pytest

from wiredesk.errors import ArchiveError, ArchiveLocked, ArchiveNotFound
from wiredesk.index.article import Article, Source
from wiredesk.index.codec.archive import ArchiveReader
from wiredesk.index.document import Document
from wiredesk.index.writer import ArchiveWriter


def make(
    key: str,
    headline: str = "Quiet harbour",
    body: str = "Nothing moved.",
    day: int | None = None,
    **facets: tuple[str, ...],
) -> Document:
    article = Article(
        id=key, source=Source(path="a.txt", start=0, end=1), headline=headline, body=body
    )
    return Document(
        id=key,
        text={"headline": headline, "body": body},
        facets=facets,
        day=day,
        stored=article,
    )


def test_what_is_added_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.wdx"
    with ArchiveWriter(path) as writer:
        writer.add(make("x1", "Strikes end", "The strike ended. Dockers went home.", day=7))
        writer.add(make("x2", "Tea prices", "Prices rose in Riga.", city=("Riga", "Oslo")))
    with ArchiveReader(path) as archive:
        (segment,) = archive.segments
        assert segment.doc_count == 2
        table = segment.text()
        strike = table.find(b"strike")
        assert table.docs(strike).tolist() == [0]
        assert table.freqs(strike).tolist() == [6 + 3]
        starts, positions = table.positions(strike)
        assert starts.tolist() == [0, 2]
        assert positions.tolist() == [0, 2 + 64 + 1]
        assert segment.view("body").positions(strike)[1].tolist() == [1]
        assert segment.view("headline").docs(table.find(b"tea")).tolist() == [1]
        assert segment.view("body").docs(table.find(b"tea")).tolist() == []
        assert segment.words().find(b"strikes") >= 0
        assert segment.view("body").positions(table.find(b"\x02"))[1].tolist() == [0, 3, 0]
        city = segment.facet("city")
        assert city is not None
        assert city.of(1) == ["Riga", "Oslo"]
        assert segment.days().tolist() == [7, -(1 << 31)]
        assert segment.stored(1).body == "Prices rose in Riga."
        assert archive.get("x1") is not None
        assert archive.get("x3") is None


def test_replace_and_delete(tmp_path: Path) -> None:
    path = tmp_path / "a.wdx"
    with ArchiveWriter(path) as writer:
        for i in range(10):
            writer.add(make(f"k{i}", body=f"word{i} common"))
    with ArchiveWriter(path) as writer:
        writer.add(make("k3", body="fresh common"))
        writer.delete("k4")
        writer.delete("nobody")
    with ArchiveReader(path) as archive:
        assert archive.story_count == 9
        assert sorted(archive.ids()) == sorted(f"k{i}" for i in range(10) if i != 4)
        fresh = archive.get("k3")
        assert fresh is not None and fresh.body == "fresh common"
    with ArchiveWriter(path) as writer:
        writer.compact()
    with ArchiveReader(path) as archive:
        (segment,) = archive.segments
        assert segment.deleted is None
        assert segment.doc_count == 9
        table = segment.words()
        assert table.find(b"word3") == -1
        assert len(table.docs(table.find(b"common"))) == 9
        assert np.array_equal(table.docs(table.find(b"common")), np.arange(9))


def test_a_second_writer_is_told_so(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path / "a") as writer:
        writer.add(make("1"))
        with pytest.raises(ArchiveLocked):
            ArchiveWriter(tmp_path / "a")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotFound):
        ArchiveReader(tmp_path / "none")
    with pytest.raises(ArchiveNotFound):
        ArchiveReader(tmp_path)
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(ArchiveError):
        ArchiveWriter(tmp_path)


def test_cancel_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), ArchiveWriter(tmp_path / "a") as writer:
        writer.add(make("1"))
        raise ZeroDivisionError
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["MAIN_WRITELOCK"]
    with ArchiveWriter(tmp_path / "a") as writer:
        writer.add(make("1"))
    assert ArchiveReader(tmp_path / "a").story_count == 1


def test_segments_do_not_grow_beyond_what_their_numbers_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiredesk.index.writer.MAX_POSITIONS", 40)
    with ArchiveWriter(tmp_path / "a", batch_tokens=10) as writer:
        for i in range(30):
            writer.add(make(f"k{i}", "Two words", "and three more"))
    with ArchiveReader(tmp_path / "a") as archive:
        assert archive.story_count == 30
        assert [s.doc_count for s in archive.segments] == [8, 8, 8, 6]
        assert list(archive.ids()) == [f"k{i}" for i in range(30)]


def test_small_commits_beside_a_large_segment_gather_in_one(tmp_path: Path) -> None:
    path = tmp_path / "a.wdx"
    with ArchiveWriter(path) as writer:
        for n in range(100):
            writer.add(make(f"a{n}"))
    for n in range(6):
        with ArchiveWriter(path) as writer:
            writer.add(make(f"b{n}", "Late ferry"))
            writer.delete(f"a{n}")
    with ArchiveReader(path) as archive:
        assert [(s.doc_count, s.live_count) for s in archive.segments] == [(100, 94), (6, 6)]
        assert [archive.get(f"b{n}") is not None for n in range(6)] == [True] * 6
