"""Whatever is done to an archive, it holds what a dictionary would hold."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from wiredesk.index.analysis import (
    BREAKS,
    ENDS,
    STARTS,
    STOP_WORDS,
    raw_tokens,
    read_raw,
    stem,
    words,
)
from wiredesk.index.article import Article, Source
from wiredesk.index.codec.archive import ArchiveReader
from wiredesk.index.codec.segment import GAP, LEAD_WORDS, MARKS, MISSING_DAY, SegmentReader
from wiredesk.index.document import Document
from wiredesk.index.schema import FACETS
from wiredesk.index.writer import MAX_SEGMENTS, ArchiveWriter

IDS = st.sampled_from(["a", "b", "c", "d", "e", "ß\x00\n", "long " * 9, "\udcff", ""])
VOCABULARY = ["strike", "strikes", "the", "u.s.", "bank's", "Grain", "café", "3.5", "x" * 300]
TEXTS = st.lists(st.sampled_from([*VOCABULARY, ".", "\n\n", "—", '"']), max_size=40).map(" ".join)
VALUES = st.lists(st.sampled_from(["Riga", "Oslo", "-", "a\nb", "é", "q" * 70]), max_size=20)
DOCUMENTS = st.builds(
    lambda key, headline, body, facets, day: make(key, headline, body, facets, day),
    IDS,
    TEXTS,
    TEXTS,
    st.dictionaries(st.sampled_from([FACETS[0], FACETS[1], FACETS[-1]]), VALUES.map(tuple)),
    st.none() | st.integers(-800_000, 800_000),
)


def make(
    key: str, headline: str, body: str, facets: dict[str, tuple[str, ...]], day: int | None
) -> Document:
    source = Source(path="wire.txt", start=0, end=0)
    article = Article(id=key, source=source, headline=headline, body=body)
    return Document(
        id=key, text={"headline": headline, "body": body}, facets=facets, day=day, stored=article
    )


def marks(body: str, shift: int) -> dict[bytes, list[int]]:
    """Where sentences and paragraphs start."""
    found: dict[bytes, list[int]] = {mark: [] for mark in MARKS}
    sentence = paragraph = True
    at = shift
    for piece in raw_tokens("", body)[0]:
        read, flags = read_raw(piece)
        paragraph |= bool(flags & BREAKS)
        if read:
            if paragraph:
                found[MARKS[1]].append(at)
            if paragraph or (sentence and flags & STARTS):
                found[MARKS[0]].append(at)
            sentence = paragraph = False
            at += len(read)
        sentence |= bool(flags & ENDS)
    return {mark: places for mark, places in found.items() if places}


def content(document: Document) -> dict[str, Any]:
    """What an archive must say about a document."""
    headline, body = words(document.text["headline"]), words(document.text["body"])
    folded: Counter[str] = Counter()
    where: dict[str, list[int]] = {}
    for i, word in enumerate(headline):
        folded[stem(word)] += 6
        where.setdefault(stem(word), []).append(i)
    for i, word in enumerate(body):
        folded[stem(word)] += 3 if i < LEAD_WORDS else 2
        where.setdefault(stem(word), []).append(len(headline) + GAP + i)
    length = sum(6 for w in headline if w not in STOP_WORDS)
    length += sum(3 if i < LEAD_WORDS else 2 for i, w in enumerate(body) if w not in STOP_WORDS)
    return {
        "text": {t: (folded[t], where[t]) for t in folded},
        "words": set(headline + body),
        "marks": marks(document.text["body"], len(headline) + GAP),
        "sorts": " ".join(headline).encode()[:16].ljust(16, b"\0"),
        "lengths": (len(headline), len(body), length),
        "facets": {
            name: list(dict.fromkeys(values)) for name, values in document.facets.items() if values
        },
        "day": MISSING_DAY if document.day is None else document.day,
        "stored": document.stored,
    }


def read(segment: SegmentReader) -> dict[str, Any]:
    """The same from a segment, by way of every array it has."""
    n = segment.doc_count
    found: list[dict[str, Any]] = [
        {"text": {}, "words": set(), "marks": {}, "facets": {}} for _ in range(n)
    ]
    table = segment.text()
    for i in range(len(table)):
        term = table.term(i)
        docs = table.docs(i).tolist()
        starts, positions = table.positions(i)
        assert len(docs) == int(table.df[i]) > 0
        assert docs == sorted(set(docs))
        if term in MARKS:
            for j, doc in enumerate(docs):
                found[doc]["marks"][term] = positions[starts[j] : starts[j + 1]].tolist()
            continue
        for j, (doc, freq) in enumerate(zip(docs, table.freqs(i).tolist(), strict=True)):
            places = positions[starts[j] : starts[j + 1]].tolist()
            found[doc]["text"][term.decode()] = (freq, places)
    plain = segment.words()
    listed = plain.terms()
    assert listed == sorted(set(listed))
    for i, term in enumerate(listed):
        assert plain.find(term) == i
        for doc in plain.docs(i).tolist():
            found[doc]["words"].add(term.decode())
    assert sorted(plain.docs_slice(0, len(plain)).tolist()) == sorted(
        plain.docs_listed(np.arange(len(plain))).tolist()
    )
    for name in FACETS:
        column = segment.facet(name)
        if column is None:
            continue
        counts = Counter(v for doc in range(n) for v in column.of(doc))
        ordered = [column.value(o) for o in range(len(column))]
        assert sorted(counts) == sorted(ordered)
        assert [counts[v] for v in ordered] == column.counts.tolist()
        assert column.counts.tolist() == sorted(column.counts.tolist(), reverse=True)
        bitmaps = segment.bitmaps(name)
        for o, value in enumerate(ordered):
            assert column.find(value) == o
            docs = [d for d in range(n) if value in column.of(d)]
            assert column.docs(o).tolist() == docs
            if o < len(bitmaps):
                bits = np.unpackbits(bitmaps[o].view(np.uint8), bitorder="little")
                assert np.flatnonzero(bits).tolist() == docs
        for doc in range(n):
            if column.of(doc):
                found[doc]["facets"][name] = column.of(doc)
    rows = segment.rows
    more = dict(zip(rows.more_docs.tolist(), range(len(rows.more_docs)), strict=True))
    for doc in range(n):
        numbers = [v for v in rows.rows[doc].tolist() if v != rows.base[-1]]
        if doc in more:
            lo, hi = rows.more_offsets[more[doc] : more[doc] + 2].tolist()
            numbers += rows.more_values[lo:hi].tolist()
        expected = []
        for i, name in enumerate(rows.fields):
            column = segment.facet(name)
            assert column is not None
            lo, hi = column.offsets[doc : doc + 2].tolist()
            expected += [o + int(rows.base[i]) for o in column.ordinals[lo:hi].tolist()]
        assert numbers == expected
    lengths = [segment.lengths(f).tolist() for f in ("headline", "body", "text")]
    result = {}
    for doc in range(n):
        if segment.deleted is not None and segment.deleted[doc]:
            continue
        found[doc]["lengths"] = tuple(column[doc] for column in lengths)
        found[doc]["sorts"] = segment.headline_keys()[doc].astype(">u8").tobytes()
        found[doc]["day"] = int(segment.days()[doc])
        found[doc]["stored"] = segment.stored(doc)
        assert segment.find_id(segment.id(doc)) == doc
        result[segment.id(doc)] = found[doc]
    assert len(result) == segment.live_count
    live = np.ones(n, bool) if segment.deleted is None else ~segment.deleted
    assert segment.total_length("text") == int(segment.lengths("text")[live].sum())
    return result


class ArchiveStates(RuleBasedStateMachine):
    """Adds, replaces, deletes, commits, compacts, cancels and reopens an archive."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "wire.wdx"
        self.writer = ArchiveWriter(self.path, batch_tokens=60)
        self.pending: dict[str, Document] = {}
        self.committed: dict[str, Document] = {}
        self.readers: list[tuple[ArchiveReader, dict[str, Document]]] = []

    @rule(documents=st.lists(DOCUMENTS, min_size=1, max_size=6))
    def add(self, documents: list[Document]) -> None:
        for document in documents:
            self.writer.add(document)
            self.pending.pop(document.id, None)
            self.pending[document.id] = document

    @rule(key=IDS)
    def delete(self, key: str) -> None:
        self.writer.delete(key)
        self.pending.pop(key, None)

    @rule()
    def commit(self) -> None:
        self.writer.commit()
        self.committed = dict(self.pending)

    @rule()
    def compact(self) -> None:
        self.writer.compact()
        self.committed = dict(self.pending)
        with ArchiveReader(self.path) as archive:
            assert len(archive.segments) <= 1
            assert all(s.deleted is None for s in archive.segments)

    @rule()
    def cancel(self) -> None:
        self.writer.cancel()
        self.writer = ArchiveWriter(self.path, batch_tokens=60)
        self.pending = dict(self.committed)

    @rule()
    def reopen(self) -> None:
        self.writer.close()
        self.committed = dict(self.pending)
        self.writer = ArchiveWriter(self.path, batch_tokens=60)

    @precondition(lambda self: (self.path / "archive.json").exists() and len(self.readers) < 3)
    @rule()
    def keep_a_reader(self) -> None:
        self.readers.append((ArchiveReader(self.path), self.committed))

    @invariant()
    def holds_what_it_should(self) -> None:
        if not hasattr(self, "path") or not (self.path / "archive.json").exists():
            return
        for archive, expected in [(ArchiveReader(self.path), self.committed), *self.readers]:
            assert len(archive.segments) <= MAX_SEGMENTS
            found: dict[str, Any] = {}
            for segment in archive.segments:
                mine = read(segment)
                assert not found.keys() & mine.keys()
                found.update(mine)
            assert found == {key: content(d) for key, d in expected.items()}
            assert archive.story_count == len(expected)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.writer.cancel()
            assert not ArchiveReader(self.path).verify() if self.committed else True
            shutil.rmtree(self.folder)


ArchiveStates.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=14,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestArchiveStates = ArchiveStates.TestCase
