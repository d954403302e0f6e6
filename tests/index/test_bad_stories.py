"""Stories that no wire would send, and files that no disk should give back."""

from pathlib import Path

import numpy as np
import pytest

from wiredesk.errors import IndexFormatError
from wiredesk.index.article import Article, Source
from wiredesk.index.codec.archive import MANIFEST, ArchiveReader
from wiredesk.index.codec.segment import KINDS
from wiredesk.index.document import Document
from wiredesk.index.writer import ArchiveWriter


def make(key: str, body: str = "", **facets: tuple[str, ...]) -> Document:
    article = Article(id=key, source=Source(path="x", start=0, end=0), headline="", body=body)
    return Document(
        id=key, text={"headline": "", "body": body}, facets=facets, day=None, stored=article
    )


def write(path: Path, *documents: Document) -> ArchiveReader:
    with ArchiveWriter(path) as writer:
        for document in documents:
            writer.add(document)
    return ArchiveReader(path)


@pytest.mark.slow
def test_a_story_of_ten_megabytes(tmp_path: Path) -> None:
    body = "harbour grain " * 700_000 + "last"
    (segment,) = write(tmp_path / "a", make("big", body), make("small", "grain")).segments
    table = segment.text()
    starts, positions = table.positions(table.find(b"grain"))
    assert np.diff(starts).tolist() == [700_000, 1]
    assert int(positions[699_999]) == 64 + 1_399_999
    assert table.freqs(table.find(b"grain")).tolist() == [1_400_015, 3]
    assert segment.stored(0).body == body
    assert segment.lengths("body").tolist() == [1_400_001, 1]


def test_a_word_of_a_megabyte(tmp_path: Path) -> None:
    word = "x" * 1_000_000
    (segment,) = write(tmp_path / "a", make("1", f"before {word} after")).segments
    assert segment.words().docs(segment.words().find(word.encode())).tolist() == [0]
    assert segment.view("body").positions(segment.text().find(b"after"))[1].tolist() == [2]


def test_a_hundred_thousand_values_on_one_story(tmp_path: Path) -> None:
    values = tuple(f"Person {i:06}" for i in range(100_000))
    (segment,) = write(
        tmp_path / "a", make("1", person=values), make("2", person=values[5:6])
    ).segments
    column = segment.facet("person")
    assert column is not None
    assert len(column) == 100_000
    assert column.value(0) == values[5]
    assert column.docs(column.find(values[99_999])).tolist() == [0]
    rows = segment.rows
    if rows.fields:
        assert len(rows.more_values) == 100_000 - 16


def test_a_value_for_every_story(tmp_path: Path) -> None:
    documents = [make(str(i), source=(f"file{i}",), city=("Riga",)) for i in range(70_000)]
    (segment,) = write(tmp_path / "a", *documents).segments
    column = segment.facet("source")
    assert column is not None
    assert column.docs(column.find("file69999")).tolist() == [69_999]
    assert "source" not in segment.rows.fields
    assert "city" in segment.rows.fields


def test_nothing_at_all(tmp_path: Path) -> None:
    archive = write(tmp_path / "a")
    assert archive.segments == []
    assert archive.story_count == 0
    archive = write(tmp_path / "b", make(""), make("x", " \n\n - "))
    assert archive.story_count == 2
    (segment,) = archive.segments
    assert len(segment.text()) == 0
    assert segment.text().find(b"x") == -1
    assert segment.words().span(b"") == (0, 0)
    assert segment.total_length("text") == 0


def test_a_refused_story_leaves_nothing(tmp_path: Path) -> None:
    good, bad = make("1", "grain"), make("2", "harbour", city=("Riga", 7))  # type: ignore[arg-type]
    with ArchiveWriter(tmp_path / "a") as writer:
        writer.add(good)
        with pytest.raises(TypeError, match="'2'"):
            writer.add(bad)
        writer.add(make("3", "tariff"))
    (segment,) = ArchiveReader(tmp_path / "a").segments
    assert [segment.id(d) for d in range(segment.doc_count)] == ["1", "3"]
    assert segment.words().find(b"harbour") == -1
    assert segment.facet("city") is None


def test_ids_of_any_characters(tmp_path: Path) -> None:
    ids = ["a\x00", "a", "\udc80", "é", "e\u0301", "\n", "x" * 10_000]
    archive = write(tmp_path / "a", *[make(i) for i in ids])
    assert sorted(archive.ids()) == sorted(ids)
    assert all(archive.get(i) is not None for i in ids)


def test_a_file_cut_short_or_changed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a"
    name = write(path, make("1", "grain harbour", city=("Riga",))).segments[0].name
    for kind, extension in KINDS.items():
        file = path / f"{name}{extension}"
        whole = file.read_bytes()
        for damaged in (whole[:-1], whole[:40], b"", b"x" + whole[1:], whole[:-40] + whole[-39:]):
            file.write_bytes(damaged)
            with pytest.raises(IndexFormatError):
                ArchiveReader(path)
        at = whole.index(b'{"version"') - 64
        if at >= 64 and kind != "position":
            changed = bytearray(whole)
            changed[64] ^= 1
            file.write_bytes(bytes(changed))
            assert any(file.name in problem for problem in ArchiveReader(path).verify())
        file.write_bytes(whole)
        file.rename(file.with_suffix(".gone"))
        with pytest.raises(IndexFormatError, match="missing"):
            ArchiveReader(path)
        file.with_suffix(".gone").rename(file)
    assert ArchiveReader(path).verify() == []


def test_the_manifest_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write(path, make("1", "grain"))
    manifest = path / MANIFEST
    text = manifest.read_text()
    for damaged in (
        "",
        "{}",
        text.replace('"stories": 1', '"stories": 2'),
        text[:-20],
        text.replace('"generation": 1', '"generation": 9'),
    ):
        manifest.write_text(damaged)
        with pytest.raises(IndexFormatError, match="--rebuild"):
            ArchiveReader(path)
    manifest.write_text(text.replace('"format": 1', '"format": 999'))
    with pytest.raises(IndexFormatError, match="newer"):
        ArchiveReader(path)
    with pytest.raises(IndexFormatError, match="newer"):
        ArchiveWriter(path)
    with ArchiveWriter(path, rebuild=True) as writer:
        writer.add(make("2", "grain"))
    assert list(ArchiveReader(path).ids()) == ["2"]
