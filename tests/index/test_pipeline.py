import importlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from wiredesk.errors import ArchiveError, ConfigError
from wiredesk.index import Report, index_files, pipeline
from wiredesk.index.article import Article, Entity
from wiredesk.index.codec.archive import MANIFEST, ArchiveReader, read_manifest
from wiredesk.index.corrected import apply_corrections
from wiredesk.index.corrections import read_corrections
from wiredesk.index.pipeline import Progress, Receipt, read_files

CRANE = ("Harbour crane moves its last load", "ROTTERDAM (Reuters) - The crane moved on Monday.")
STOVE = ("Mountain hut gets a new stove", "CHAMONIX, France (AFP) - The stove came by mule.")
CHOIR = ("Choir wins regional prize", "GHENT, Belgium (AP) - The choir sang for an hour.")


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda handle: None)


def put(path: Path, *stories: tuple[str, str]) -> Path:
    """A JSON Lines file of these stories: one record is one story, whatever its text."""
    lines = [json.dumps({"headline": head, "body": body}) for head, body in stories]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def index(*sources: Path, into: Path, prune: bool = False, rebuild: bool = False) -> Report:
    return index_files(sources, into=into, entities=False, prune=prune, rebuild=rebuild)


def stories(archive: Path) -> dict[str, Article]:
    reader = ArchiveReader(archive)
    found = {article_id: reader.get(article_id) for article_id in reader.ids()}
    return {a.headline: a for a in found.values() if a is not None}


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return (report.added, report.updated, report.skipped, report.removed, report.failed)


def test_stories_go_in_once_and_unchanged_files_are_skipped(tmp_path: Path) -> None:
    archive = tmp_path / "a.wdx"
    source = put(tmp_path / "one.jsonl", CRANE, STOVE)
    assert counts(index(source, into=archive)) == (2, 0, 0, 0, 0)
    assert counts(index(source, into=archive)) == (0, 0, 2, 0, 0)
    assert set(stories(archive)) == {CRANE[0], STOVE[0]}


def test_the_stories_of_a_changed_file_replace_those_it_held(tmp_path: Path) -> None:
    archive = tmp_path / "a.wdx"
    source = put(tmp_path / "one.jsonl", CRANE, STOVE)
    index(source, into=archive)
    put(source, CRANE, CHOIR)
    assert counts(index(source, into=archive)) == (0, 1, 1, 1, 0)
    assert set(stories(archive)) == {CRANE[0], CHOIR[0]}


def test_a_story_of_two_files_is_kept_once_and_goes_with_the_last(tmp_path: Path) -> None:
    archive, folder = tmp_path / "a.wdx", tmp_path / "wires"
    folder.mkdir()
    first = put(folder / "1.jsonl", CRANE)
    second = put(folder / "2.jsonl", STOVE, CRANE)
    report = index(folder, into=archive)
    assert (report.added, report.repeated) == (2, 1)
    crane = stories(archive)[CRANE[0]]
    assert crane.source.path == str(first)
    assert [s.path for s in crane.also_in] == [str(second)]

    first.unlink()
    assert index(folder, into=archive).removed == 0
    assert index(folder, into=archive, prune=True).removed == 0
    crane = stories(archive)[CRANE[0]]
    assert (crane.source.path, crane.also_in) == (str(second), ())

    put(second, STOVE)
    assert index(folder, into=archive).removed == 1
    assert set(stories(archive)) == {STOVE[0]}


def test_files_that_are_gone_stay_until_they_are_pruned(tmp_path: Path) -> None:
    archive, folder = tmp_path / "a.wdx", tmp_path / "wires"
    folder.mkdir()
    put(folder / "1.jsonl", CRANE)
    gone = put(folder / "2.jsonl", STOVE)
    index(folder, into=archive)
    gone.unlink()
    assert counts(index(folder, into=archive)) == (0, 0, 1, 0, 0)
    report = index(folder, into=archive, prune=True)
    assert (report.removed, str(report.receipts[-1])) == (1, f"{gone}: gone; 1 story removed")
    assert set(stories(archive)) == {CRANE[0]}


def test_nothing_is_pruned_under_a_source_that_is_missing_as_a_whole(tmp_path: Path) -> None:
    archive, folder = tmp_path / "a.wdx", tmp_path / "disk"
    folder.mkdir()
    put(folder / "1.jsonl", CRANE)
    index(folder, into=archive)
    shutil.rmtree(folder)
    report = index(folder, into=archive, prune=True)
    assert (report.removed, report.failed) == (0, 1)
    assert set(stories(archive)) == {CRANE[0]}


def test_a_file_that_breaks_keeps_its_earlier_stories(tmp_path: Path) -> None:
    archive = tmp_path / "a.wdx"
    source = tmp_path / "list.json"
    records = [{"headline": h, "body": b} for h, b in (CRANE, STOVE)]
    source.write_text(json.dumps(records))
    index(source, into=archive)
    source.write_text(json.dumps(records)[:-90])
    report = index(source, into=archive)
    assert report.failed == 1
    assert "cut short" in str(report.receipts[0])
    assert "its earlier stories stay" in str(report.receipts[0])
    assert set(stories(archive)) == {CRANE[0], STOVE[0]}


def test_a_problem_of_an_unchanged_file_is_told_every_time(tmp_path: Path) -> None:
    archive = tmp_path / "a.wdx"
    source = put(tmp_path / "one.jsonl", CRANE)
    source.write_text(source.read_text() + "[]\n")
    for _ in range(2):
        report = index(source, into=archive)
        assert report.failed == 1
        assert "line 2: a list, not an object" in str(report.receipts[0])
    assert report.skipped == 1


def test_members_of_a_packed_file_are_followed_one_by_one(tmp_path: Path) -> None:
    archive, packed = tmp_path / "a.wdx", tmp_path / "wires.zip"

    def pack(**members: tuple[str, str]) -> None:
        with zipfile.ZipFile(packed, "w") as out:
            for name, story in members.items():
                out.writestr(f"{name}.jsonl", put(tmp_path / "x.jsonl", story).read_bytes())

    pack(a=CRANE, b=STOVE)
    report = index(packed, into=archive)
    assert [str(r) for r in report.receipts] == [
        f"{packed}!a.jsonl: 1 story",
        f"{packed}!b.jsonl: 1 story",
    ]
    assert counts(index(packed, into=archive)) == (0, 0, 2, 0, 0)
    pack(a=CRANE, c=CHOIR)
    assert counts(index(packed, into=archive)) == (1, 0, 1, 1, 0)
    assert set(stories(archive)) == {CRANE[0], CHOIR[0]}


def test_another_way_of_reading_reads_unchanged_files_again(tmp_path: Path) -> None:
    archive = tmp_path / "a.wdx"
    source = put(tmp_path / "one.jsonl", CRANE)
    index(source, into=archive)
    report = index_files(
        [source], into=archive, entities=False, mapping={"headline": "body", "body": "headline"}
    )
    assert (report.updated, report.removed) == (1, 1)
    assert set(stories(archive)) == {CRANE[1]}


def test_rebuilding_forgets_what_was_there(tmp_path: Path) -> None:
    archive = tmp_path / "a.wdx"
    index(put(tmp_path / "one.jsonl", CRANE), into=archive)
    report = index(put(tmp_path / "two.jsonl", STOVE), into=archive, rebuild=True)
    assert counts(report) == (1, 0, 0, 0, 0)
    assert set(stories(archive)) == {STOVE[0]}


def test_rebuilding_keeps_the_corrections_and_says_so(tmp_path: Path) -> None:
    archive, source = tmp_path / "a.wdx", put(tmp_path / "one.jsonl", CRANE, STOVE)
    index(source, into=archive)
    file = tmp_path / "corrections.toml"
    file.write_text(
        '[[rename]]\nfield = "city"\nvalue = "Rotterdam"\ninto = "Port of Rotterdam"\n'
        f'[[date]]\nstories = ["{stories(archive)[STOVE[0]].id}"]\ndate = "2016-02-01"\n'
    )
    apply_corrections(archive, read_corrections(file))
    put(source, CRANE, CHOIR)
    report = index(source, into=archive, rebuild=True)
    assert (report.corrections, report.corrections_unused) == (2, 1)
    assert "2 added; 2 corrections kept, 1 of them without effect now; " in str(report)
    assert stories(archive)[CRANE[0]].cities[0].name == "Port of Rotterdam"
    assert index(source, into=archive).corrections == 0


def test_rebuilding_an_archive_of_another_format_keeps_the_corrections(tmp_path: Path) -> None:
    archive, source = tmp_path / "a.wdx", put(tmp_path / "one.jsonl", CRANE)
    index(source, into=archive)
    file = tmp_path / "corrections.toml"
    file.write_text('[[hide]]\nfield = "city"\nvalue = "Rotterdam"\n')
    apply_corrections(archive, read_corrections(file))
    old = replace(read_manifest(archive), format=0)
    (archive / MANIFEST).write_bytes(old.dump())
    assert index(source, into=archive, rebuild=True).corrections == 1
    assert stories(archive)[CRANE[0]].cities == ()
    (archive / MANIFEST).write_bytes(old.dump().replace(b"Rotterdam", b"Rotter"))
    assert index(source, into=archive, rebuild=True).corrections == 0


@pytest.mark.parametrize(
    ("after", "rebuild", "step"),
    [
        *((after, False, step) for after in ("same", "before", "other") for step in range(1, 8)),
        *(("other", True, step) for step in range(1, 6)),
    ],
)
def test_a_crash_at_any_commit_is_made_good_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int, after: str, rebuild: bool
) -> None:
    archive, folder = tmp_path / "a.wdx", tmp_path / "wires"
    folder.mkdir()
    first, second = folder / "1.jsonl", folder / "2.jsonl"
    put(first, CRANE, STOVE)
    put(second, STOVE)
    index(folder, into=archive)
    put(first, CHOIR)
    second.unlink()

    count = 0

    def crashing(owner: str) -> None:
        module, _, name = owner.rpartition(".")
        kind = getattr(importlib.import_module(module), name)
        whole = kind.commit

        def commit(self: object) -> None:
            nonlocal count
            count += 1
            if count == step:
                raise KeyboardInterrupt
            whole(self)

        monkeypatch.setattr(kind, "commit", commit)

    with monkeypatch.context():
        crashing("wiredesk.index.writer.ArchiveWriter")
        crashing("wiredesk.index.ledger.Ledger")
        with suppress(KeyboardInterrupt):
            index(folder, into=archive, prune=True, rebuild=rebuild)
    monkeypatch.undo()
    if after == "before":
        put(first, CRANE, STOVE)
        put(second, STOVE)
    elif after == "other":
        put(first, STOVE)
    index(folder, into=archive, prune=True)
    wanted = {"same": {CHOIR[0]}, "before": {CRANE[0], STOVE[0]}, "other": {STOVE[0]}}
    assert set(stories(archive)) == wanted[after]
    assert ArchiveReader(archive).story_count == len(wanted[after])


@pytest.mark.parametrize("harm", ["lost", "empty", "garbage", "newer"])
def test_a_lost_or_damaged_ledger_is_made_again_from_the_archive(tmp_path: Path, harm: str) -> None:
    archive, folder = tmp_path / "a.wdx", tmp_path / "wires"
    folder.mkdir()
    first = put(folder / "1.jsonl", CRANE, STOVE)
    put(folder / "2.jsonl", STOVE)
    with zipfile.ZipFile(folder / "3.zip", "w") as out:
        out.writestr("inner.jsonl", put(tmp_path / "x.jsonl", CHOIR).read_bytes())
    index(folder, into=archive)
    ledger = archive / "files.db"
    if harm == "lost":
        ledger.unlink()
    elif harm == "newer":
        with sqlite3.connect(ledger) as database:
            database.execute("pragma user_version = 99")
        database.close()
    else:
        ledger.write_bytes(b"" if harm == "empty" else b"garbage" * 1000)
    first.unlink()
    (folder / "3.zip").unlink()
    report = index(folder, into=archive, prune=True)
    assert report.removed == 2
    (stove,) = stories(archive).values()
    assert (stove.headline, stove.also_in) == (STOVE[0], ())


def test_a_disk_that_cannot_be_written_is_an_archive_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = put(tmp_path / "one.jsonl", CRANE)
    index(source, into=tmp_path / "a.wdx")

    def full(self: object, document: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wiredesk.index.writer.ArchiveWriter.add", full)
    with pytest.raises(ArchiveError, match=r"a\.wdx: cannot be written: No space left"):
        index(put(tmp_path / "two.jsonl", STOVE), into=tmp_path / "a.wdx")
    monkeypatch.undo()
    assert set(stories(tmp_path / "a.wdx")) == {CRANE[0]}
    assert index(tmp_path / "two.jsonl", into=tmp_path / "a.wdx").added == 1


def test_batches_are_committed_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "COMMIT_STORIES", 10)
    many = [(f"Story number {n}", f"Text of story {n}.") for n in range(35)]
    index(put(tmp_path / "many.jsonl", *many, many[3]), into=tmp_path / "a.wdx")
    reader = ArchiveReader(tmp_path / "a.wdx")
    assert (reader.story_count, reader.generation >= 4) == (35, True)


@pytest.mark.slow
def test_worker_processes_give_the_same_archive_in_the_same_order(tmp_path: Path) -> None:
    folder = tmp_path / "wires"
    folder.mkdir()
    for n in range(70):
        put(folder / f"{n:02}.jsonl", (f"Story number {n}", f"PARIS (AFP) - Text {n}."))
    (folder / "bad.jsonl").write_text("{")
    one = index_files([folder], into=tmp_path / "1.wdx", entities=False)
    two = index_files([folder], into=tmp_path / "2.wdx", entities=False, processes=2)
    assert [str(r) for r in one.receipts] == [str(r) for r in two.receipts]
    assert stories(tmp_path / "1.wdx") == stories(tmp_path / "2.wdx")


def test_progress_comes_after_every_file(tmp_path: Path) -> None:
    seen: list[Progress] = []
    folder = tmp_path / "wires"
    folder.mkdir()
    put(folder / "1.jsonl", CRANE)
    put(folder / "2.jsonl", STOVE)
    index_files([folder], into=tmp_path / "a.wdx", entities=False, progress=seen.append)
    assert [p.stories for p in seen] == [1, 2]
    assert [p.words for p in seen] == [11, 22]  # headlines and bodies, without datelines
    assert seen[-1].done == seen[-1].total > 0


def test_a_folder_that_is_no_archive_is_not_written_to(tmp_path: Path) -> None:
    source = put(tmp_path / "one.jsonl", CRANE)
    with pytest.raises(ArchiveError, match="not an archive"):
        index(source, into=tmp_path)
    with pytest.raises(ArchiveError, match="this is a file"):
        index(source, into=source)


def test_wrong_settings_are_told_before_anything_is_written(tmp_path: Path) -> None:
    source = put(tmp_path / "one.jsonl", CRANE)
    with pytest.raises(ConfigError, match="no-such-model"):
        index_files([source], into=tmp_path / "a.wdx", entities="no-such-model")
    with pytest.raises(ConfigError, match="unknown field"):
        index_files([source], into=tmp_path / "a.wdx", entities=False, mapping={"titel": "x"})
    assert not (tmp_path / "a.wdx").exists()


def ruler(folder: Path, word: str) -> Path:
    """An entity model that finds one word, for a place."""
    import spacy

    model = spacy.blank("en")
    patterns = [{"label": "LOC", "pattern": word}]
    model.add_pipe("entity_ruler").add_patterns(patterns)  # type: ignore[attr-defined]
    folder.parent.mkdir()
    model.to_disk(folder)
    return folder


def test_an_archive_keeps_its_model_until_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, source = tmp_path / "a.wdx", put(tmp_path / "one.jsonl", CRANE, STOVE)
    model = ruler(tmp_path / "models" / "mule", "mule")
    assert index(source, into=archive).entities == "none"
    again = index_files([source], into=archive)
    assert (counts(again), again.entities) == ((0, 0, 2, 0, 0), "none")
    monkeypatch.chdir(tmp_path / "models")
    changed = index_files([source], into=archive, entities="mule")
    assert (counts(changed), changed.entities) == ((0, 2, 0, 0, 0), str(model))
    monkeypatch.chdir(tmp_path)
    for rebuild in (False, True):
        report = index_files([source], into=archive, rebuild=rebuild)
        assert (report.skipped, report.entities) == (0 if rebuild else 2, str(model))
        assert [e.name for e in stories(archive)[STOVE[0]].entities] == ["Mule"]
    model.rename(tmp_path / "gone")
    with pytest.raises(ConfigError, match=r"a\.wdx was made with another entity model: no .*mule"):
        index_files([source], into=archive)


def test_a_new_archive_takes_the_model_that_comes_along(tmp_path: Path) -> None:
    source = put(tmp_path / "one.jsonl", CRANE)
    assert index_files([source], into=tmp_path / "a.wdx").entities == "default"
    assert index_files([source], into=tmp_path / "a.wdx").skipped == 1


class _Fails:
    """An entity model that cannot stand one story."""

    name = version = "fails"

    def annotate(self, articles: Iterable[Article]) -> Iterator[Article]:
        for article in articles:
            if article.headline == STOVE[0]:
                raise ValueError("no stoves")
            yield article


def test_a_failing_entity_model_costs_only_entities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "load_finder", lambda name, **_: _Fails())
    report = index_files([put(tmp_path / "one.jsonl", CRANE, STOVE)], into=tmp_path / "a.wdx")
    assert report.added == 2


def test_stated_names_stay_beside_those_found() -> None:
    form = Path(__file__).parent.parent / "formats" / "ferry.nitf"
    article = next(a for a in read_files([form], entities=False) if isinstance(a, Article))
    assert {(e.label, e.name) for e in article.entities} == {
        ("PERSON", "Jonas Eide"),
        ("ORG", "Harbour Board"),
    }
    assert all(isinstance(e, Entity) and e.found_by == "stated" for e in article.entities)


def test_without_an_archive_stories_are_followed_by_their_receipt(tmp_path: Path) -> None:
    items = list(read_files([put(tmp_path / "one.jsonl", CRANE), tmp_path / "no"], entities=False))
    assert [type(i) for i in items] == [Article, Receipt, Receipt]
    assert str(items[-1]) == f"{tmp_path / 'no'}: no story: no such file or folder"


NAMES = st.sampled_from(["a", "b", "c"])
STORIES = st.lists(st.integers(0, 5), max_size=4, unique=True)


class Life(RuleBasedStateMachine):
    """Any sequence of writing, removing and indexing files ends as a dictionary says it should."""

    @initialize()
    def start(self) -> None:
        import tempfile

        self.root = Path(tempfile.mkdtemp())
        self.folder = self.root / "wires"
        self.folder.mkdir()
        self.archive = self.root / "a.wdx"
        self.on_disk: dict[str, list[int]] = {}
        self.indexed: dict[str, list[int]] = {}

    @rule(name=NAMES, numbers=STORIES)
    def write(self, name: str, numbers: list[int]) -> None:
        put(
            self.folder / f"{name}.jsonl",
            *((f"Story {n}", f"PARIS (AFP) - Text of {n}.") for n in numbers),
        )
        self.on_disk[name] = numbers

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        (self.folder / f"{name}.jsonl").unlink(missing_ok=True)
        self.on_disk.pop(name, None)

    @rule(prune=st.booleans())
    def run(self, prune: bool) -> None:
        index(self.folder, into=self.archive, prune=prune)
        for name, numbers in self.on_disk.items():
            # An empty file is a failed one: whether its stories are gone is not known.
            if numbers or name not in self.indexed:
                self.indexed[name] = numbers
        if prune:
            self.indexed = {n: s for n, s in self.indexed.items() if n in self.on_disk}

    @invariant()
    def the_archive_holds_what_the_files_hold(self) -> None:
        if not hasattr(self, "archive") or not self.archive.exists():
            return
        found = stories(self.archive)
        assert ArchiveReader(self.archive).story_count == len(found)
        wanted: dict[str, set[str]] = {}
        for name, numbers in self.indexed.items():
            for number in numbers:
                wanted.setdefault(f"Story {number}", set()).add(f"{name}.jsonl")
        assert {
            head: {Path(s.path).name for s in (a.source, *a.also_in)} for head, a in found.items()
        } == wanted

    def teardown(self) -> None:
        if hasattr(self, "root"):
            shutil.rmtree(self.root)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, derandomize=True
)
TestLife = pytest.mark.slow(TestLife)


def test_a_file_name_that_is_no_text_is_spelt_out(tmp_path: Path) -> None:
    import os

    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jsonl")
    put(Path(name), CRANE)
    report = index(Path(name), into=tmp_path / "a.wdx")
    assert str(report.receipts[0]) == f"{tmp_path}/caf\\xe9.jsonl: 1 story"
    assert index(Path(name), into=tmp_path / "a.wdx", prune=True).skipped == 1
    os.unlink(name)
    assert index(tmp_path, into=tmp_path / "a.wdx", prune=True).removed == 1
