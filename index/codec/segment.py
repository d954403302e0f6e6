"""A segment as arrays: terms, postings, positions, facet columns, days, lengths, stories.

Everything is a view of a mapped file or decoded from one on demand; nothing is kept. Stories are
numbered from 0 within the segment; `deleted` is a mask over them, and unless a method says so its
answers include deleted stories, so that they are plain slices.

Terms live in tables, one per field:

`text`        stems of headline and body. `freqs` are folded for ranking (see `FOLDED`), `positions`
              count words: the headline's from 0, the body's from `body_start(doc)` on, so that a
              phrase cannot run from one into the other. Stop words are here, too.
`headline`, `body`   views of `text` that see only that field; positions count from 0 in each.
`words`       the words themselves (folded, unstemmed) of headline and body; stories only.
a facet       its values, in byte order; stories only.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from wiredesk.errors import IndexFormatError
from wiredesk.index.analysis import PARAGRAPH, SENTENCE
from wiredesk.index.article import Article
from wiredesk.index.codec.files import Array, MappedFile
from wiredesk.index.codec.packing import (
    WIDTHS,
    Occurrences,
    Patched,
    ranges,
    width_of,
    widths_of,
)
from wiredesk.index.codec.stored import StoredReader, load_article
from wiredesk.index.corrections import Corrections, correct, load

MARKS = (SENTENCE.encode(), PARAGRAPH.encode())
"""Terms of `text` that are no words: their positions are the starts of sentences, paragraphs."""

GAP = 64
"""Positions left free between the last word of a headline and the first of the body."""

LEAD_WORDS = 30
FOLDED = {"headline": 6, "lead": 1, "body": 2}
"""What one occurrence adds to a folded frequency, in half units; the lead's comes on top of the
body's. The folded length of a story is the sum over its words, stop words left out."""

MISSING_DAY = -(1 << 31)
"""In `days`: the story has no full date."""

AT_ONCE = 1 << 20
ROW_WIDTH = 16
BITMAP_VALUES = 64

KINDS = {
    "terms": ".trm",
    "postings": ".pst",
    "position": ".pos",
    "columns": ".col",
    "rows": ".row",
    "bitmaps": ".bit",
    "stories": ".doc",
    "stored": ".sto",
}
"""The files of a segment: kind and extension."""


class Dictionary:
    """Sorted terms (bytes) and how many stories each is in."""

    def __init__(self, file: MappedFile, field: str) -> None:
        self._file = file
        self._blob = f"{field}.blob"
        self.offsets: Array = file.array(f"{field}.offsets")
        if not len(self.offsets) or int(self.offsets[-1]) != len(file.array(self._blob)):
            raise IndexFormatError(str(file.path), f"damaged: offsets of {field!r}")
        self.blob: Array = file.array(self._blob)
        self.df: Array = file.array(f"{field}.df", len(self.offsets) - 1)
        # Single elements are read several times faster through a memoryview.
        self._bounds, self._letters = self.offsets.data, self.blob.data

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def term(self, ordinal: int) -> bytes:
        """The term with an ordinal."""
        bounds = self._bounds
        return bytes(self._letters[bounds[ordinal] : bounds[ordinal + 1]])

    def terms(self, lo: int = 0, hi: int | None = None) -> list[bytes]:
        """The terms lo:hi."""
        bounds = self.offsets[lo : (len(self) if hi is None else hi) + 1].tolist()
        if len(bounds) < 2:
            return []
        first = bounds[0]
        text = self._file.read(first, bounds[-1], self._blob)
        return [text[a - first : b - first] for a, b in pairwise(bounds)]

    def at_or_after(self, term: bytes) -> int:
        """The ordinal of the first term that is not before this one."""
        return bisect_left(range(len(self)), term, key=self.term)

    def find(self, term: bytes) -> int:
        """The ordinal of a term, -1 if it is not here."""
        i = self.at_or_after(term)
        return i if i < len(self) and self.term(i) == term else -1

    def span(self, prefix: bytes) -> tuple[int, int]:
        """The ordinals (lo, hi) of the terms that begin with a prefix."""
        lo = self.at_or_after(prefix)
        end = prefix.rstrip(b"\xff")
        if not end:
            return lo, len(self)
        return lo, self.at_or_after(end[:-1] + bytes([end[-1] + 1]))

    @cached_property
    def lines(self) -> bytes:
        """All terms, one a line (line feeds in them as spaces), for scanning."""
        blob = self.blob.copy()
        blob[blob == 10] = 32
        return np.insert(blob, self.offsets[1:].astype(np.int64), 10).tobytes()

    def scan(self, pattern: re.Pattern[bytes]) -> Array:
        """The ordinals (i64) of the terms in which a pattern is found; `^` and `$` work with
        `re.MULTILINE`."""
        starts = self.offsets[:-1].astype(np.int64) + np.arange(len(self))
        found = np.fromiter((m.start() for m in pattern.finditer(self.lines)), np.int64)
        return np.unique(starts.searchsorted(found, "right") - 1)


class TermTable(Dictionary):
    """A dictionary with the stories of each term: flat lists, u32, rising."""

    def __init__(self, terms: MappedFile, postings: MappedFile, field: str, doc_count: int) -> None:
        super().__init__(terms, field)
        self.field = field
        self.doc_count = doc_count
        self._starts = terms.array(f"{field}.start", len(self))
        sizes = terms.meta["fields"][field]["banks"]
        self._gaps = {w: Patched(postings, f"{field}.docs{w}", w, sizes[str(w)]) for w in (8, 16)}
        self._plain = postings.array(f"{field}.docs32", sizes["32"])

    def _extent(self, ordinal: int) -> tuple[int, int, int]:
        df = int(self.df[ordinal])
        start = int(self._starts[ordinal])
        return width_of(df, self.doc_count), start, start + df

    def docs(self, ordinal: int) -> Array:
        """The stories of a term."""
        width, start, end = self._extent(ordinal)
        if width == 32:
            return self._plain[start:end]
        gaps = self._gaps[width].read(start, end)
        return np.cumsum(gaps, dtype=np.uint32, out=gaps)

    def docs_slice(self, lo: int, hi: int) -> Array:
        """The stories of the terms lo:hi, one list after another in no promised order (a story
        comes up once for each of the terms it has)."""
        return self.docs_of(np.arange(lo, hi))

    def docs_of(self, ordinals: Array) -> Array:
        """As `docs_slice`, for any terms."""
        df = self.df[ordinals]
        starts = self._starts[ordinals]
        widths = widths_of(df, self.doc_count)
        parts = [self._decode(w, starts[widths == w], df[widths == w]) for w in WIDTHS]
        return np.concatenate(parts)

    def docs_listed(self, ordinals: Array) -> Array:
        """The stories of some terms, term by term."""
        df = self.df[ordinals]
        starts = self._starts[ordinals]
        widths = widths_of(df, self.doc_count)
        into = np.cumsum(df, dtype=np.int64) - df
        result = np.empty(int(df.sum(dtype=np.int64)), np.uint32)
        for w in WIDTHS:
            of = widths == w
            if of.any():
                result[ranges(into[of], df[of])] = self._decode(w, starts[of], df[of])
        return result

    def _decode(self, width: int, starts: Array, df: Array) -> Array:
        if not len(starts):
            return np.zeros(0, np.uint32)
        first, last = int(starts[0]), int(starts[-1]) + int(df[-1])
        whole = bool((starts[1:] == starts[:-1] + df[:-1]).all())
        if width == 32:
            return self._plain[first:last] if whole else self._plain[ranges(starts, df)]
        source = self._gaps[width]
        gaps = source.read(first, last) if whole else source.gather(ranges(starts, df))
        at = np.cumsum(df, dtype=np.int64) - df
        before = np.cumsum(gaps, dtype=np.uint32)
        base = before[at] - gaps[at]
        before -= np.repeat(base, df)
        return before


class TextTable(TermTable):
    """A term table with frequencies and positions."""

    def __init__(
        self,
        terms: MappedFile,
        postings: MappedFile,
        positions: MappedFile,
        field: str,
        doc_count: int,
    ) -> None:
        super().__init__(terms, postings, field, doc_count)
        sizes = terms.meta["fields"][field]["banks"]
        self._occurrences = {
            w: Occurrences(postings, f"{field}.occurrences{w}", sizes[str(w)]) for w in WIDTHS
        }
        self._ends = terms.array(f"{field}.positions", len(self))
        total = int(self._ends[-1]) if len(self) else 0
        self._low = positions.array(f"{field}.low", total)
        self._high = Patched(positions, f"{field}.high", 4, total)

    def freqs(self, ordinal: int) -> Array:
        """The folded frequency of a term in each of its stories (u8 or u32)."""
        width, start, end = self._extent(ordinal)
        return self._occurrences[width].freqs(start, end)

    def counts(self, ordinal: int) -> Array:
        """How often a term occurs in each of its stories (u8 or u32)."""
        width, start, end = self._extent(ordinal)
        return self._occurrences[width].counts(start, end)

    def positions(self, ordinal: int) -> tuple[Array, Array]:
        """Where a term occurs: (starts i64 [df + 1], positions u32, rising in each story); those
        of the i-th story of `docs` are positions[starts[i]:starts[i + 1]]."""
        starts = np.zeros(int(self.df[ordinal]) + 1, np.int64)
        np.cumsum(self.counts(ordinal), out=starts[1:])
        return starts, self._read_positions(*self._positions_span(ordinal, ordinal + 1))

    def positions_at(self, ordinal: int, index: Array) -> Array:
        """Some of the positions of a term (u32), by where they stand in those of `positions`."""
        index = index + self._positions_span(ordinal, ordinal + 1)[0]
        result = self._high.gather(index)
        result <<= 8
        result |= self._low[index]
        return result

    def _positions_span(self, lo: int, hi: int) -> tuple[int, int]:
        return (int(self._ends[lo - 1]) if lo else 0, int(self._ends[hi - 1]) if hi else 0)

    def _read_positions(self, start: int, end: int) -> Array:
        result = self._high.read(start, end)
        result <<= 8
        result |= self._low[start:end]
        return result

    def postings_in_order(self, lo: int, hi: int) -> tuple[Array, Array, Array]:
        """(folded frequencies, counts, positions) of the terms lo:hi, term by term."""
        df = self.df[lo:hi]
        starts = self._starts[lo:hi]
        widths = widths_of(df, self.doc_count)
        into = np.cumsum(df, dtype=np.int64) - df
        freqs = np.empty(int(df.sum(dtype=np.int64)), np.uint32)
        counts = np.empty_like(freqs)
        for w in WIDTHS:
            of = widths == w
            if of.any():
                # The terms of one width lie side by side, in term order.
                first = int(starts[of][0])
                last = first + int(df[of].sum(dtype=np.int64))
                at = ranges(into[of], df[of])
                freqs[at] = self._occurrences[w].freqs(first, last)
                counts[at] = self._occurrences[w].counts(first, last)
        return freqs, counts, self._read_positions(*self._positions_span(lo, hi))


class WordTable(TermTable):
    """The words: each with its stem, and with stories of its own where it needs them.

    A word that is in every story of its stem (most have no other form) has the stem's stories.
    """

    def __init__(
        self, terms: MappedFile, postings: MappedFile, text: TextTable, doc_count: int
    ) -> None:
        super().__init__(terms, postings, "words", doc_count)
        self.stems: Array = terms.array("words.stems", len(self))
        self._text = text

    def shared(self, ordinals: Array) -> Array:
        """Which of some words have the stories of their stem (bool)."""
        return np.equal(self.df[ordinals], self._text.df[self.stems[ordinals]])

    def docs(self, ordinal: int) -> Array:
        """The stories of a word."""
        stem = int(self.stems[ordinal])
        if self.df[ordinal] == self._text.df[stem]:
            return self._text.docs(stem)
        return super().docs(ordinal)

    def docs_of(self, ordinals: Array) -> Array:
        """As `docs_slice`, for any words."""
        shared = self.shared(ordinals)
        own = super().docs_of(ordinals[~shared])
        return np.concatenate((own, self._text.docs_of(self.stems[ordinals[shared]])))

    def docs_listed(self, ordinals: Array) -> Array:
        """The stories of some words, word by word."""
        shared = self.shared(ordinals)
        df = self.df[ordinals].astype(np.int64)
        into = np.cumsum(df) - df
        result = np.empty(int(df.sum()), np.uint32)
        own = ~shared
        result[ranges(into[own], df[own])] = super().docs_listed(ordinals[own])
        stems = self.stems[ordinals[shared]]
        result[ranges(into[shared], df[shared])] = self._text.docs_listed(stems)
        return result


class FieldView:
    """`text` seen through one field: terms keep their ordinals, stories without the term in this
    field are left out, positions count from 0 in the field.

    `df` is that of `text`, so an upper bound; `count(ordinal)` is exact.
    """

    def __init__(self, table: TextTable, headline_lengths: Array, *, headline: bool) -> None:
        self.table = table
        self.df = table.df
        self._lengths = headline_lengths
        self._headline = headline

    def __len__(self) -> int:
        return len(self.table)

    def term(self, ordinal: int) -> bytes:
        """The term with an ordinal."""
        return self.table.term(ordinal)

    def find(self, term: bytes) -> int:
        """The ordinal of a term, -1 if no story has it in headline or body."""
        return self.table.find(term)

    def span(self, prefix: bytes) -> tuple[int, int]:
        """The ordinals (lo, hi) of the terms that begin with a prefix."""
        return self.table.span(prefix)

    @cached_property
    def present(self) -> Array:
        """Which words some story has in this field (bool); reads all postings when first asked."""
        result = np.zeros(len(self), bool)
        ends = self.df.cumsum(dtype=np.int64)
        lo = 0
        while lo < len(self):
            start = int(ends[lo - 1]) if lo else 0
            hi = max(lo + 1, int(ends.searchsorted(start + AT_ONCE)))
            docs = self.table.docs_listed(np.arange(lo, hi))
            _, counts, positions = self.table.postings_in_order(lo, hi)
            keep, _ = self._mine(docs, counts, positions)
            owners = np.repeat(np.arange(lo, hi), self.df[lo:hi])
            result[np.repeat(owners, counts)[keep]] = True
            lo = hi
        for mark in MARKS:
            if self.find(mark) >= 0:
                result[self.find(mark)] = False
        return result

    def _mine(self, docs: Array, counts: Array, positions: Array) -> tuple[Array, Array]:
        """(which positions lie in this field, where the field begins for each of them)."""
        limit = np.repeat(self._lengths[docs].astype(np.uint32), counts)
        if self._headline:
            return positions < limit, np.zeros_like(limit)
        limit += GAP
        return positions >= limit, limit

    def _read(self, ordinal: int) -> tuple[Array, Array, Array]:
        docs = self.table.docs(ordinal)
        starts, positions = self.table.positions(ordinal)
        keep, base = self._mine(docs, np.diff(starts), positions)
        positions = positions[keep] - base[keep]
        before = np.zeros(len(keep) + 1, np.int64)
        np.cumsum(keep, out=before[1:])
        left = np.diff(before[starts])
        has = left > 0
        return docs[has], left[has], positions

    def count(self, ordinal: int) -> int:
        """How many stories have a term in this field."""
        return len(self._read(ordinal)[0])

    def docs(self, ordinal: int) -> Array:
        """The stories that have a term in this field (u32)."""
        return self._read(ordinal)[0]

    def freqs(self, ordinal: int) -> Array:
        """How often the term occurs in this field of each of them (i64)."""
        return self._read(ordinal)[1]

    def positions(self, ordinal: int) -> tuple[Array, Array]:
        """As `TextTable.positions`, for the stories of `docs`."""
        _, counts, positions = self._read(ordinal)
        starts = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=starts[1:])
        return starts, positions

    def read(self, ordinal: int) -> tuple[Array, Array, Array]:
        """(docs, starts, positions) of a term in one go."""
        docs, counts, positions = self._read(ordinal)
        starts = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=starts[1:])
        return docs, starts, positions


class FacetColumn:
    """The values of one facet, story by story.

    `offsets` [doc_count + 1] and `ordinals` (unsigned, as narrow as they can be): the values of
    story d are ordinals[offsets[d]:offsets[d + 1]], in order of appearance. Ordinal 0 is the most
    frequent value, ties in byte order; `counts` (u32) are stories per value, by ordinal. `table`
    holds the values in byte order, with `rank` and `by_rank` (u32) between the two numberings.
    """

    def __init__(self, columns: MappedFile, table: TermTable, field: str, doc_count: int) -> None:
        self.field = field
        self.table = table
        self.offsets: Array = columns.array(f"{field}.offsets", doc_count + 1)
        self.ordinals: Array = columns.array(f"{field}.ordinals", int(self.offsets[-1]))
        self.rank: Array = columns.array(f"{field}.rank", len(table))
        self.by_rank: Array = columns.array(f"{field}.by_rank", len(table))
        self.counts: Array = columns.array(f"{field}.counts", len(table))

    def __len__(self) -> int:
        return len(self.table)

    def value(self, ordinal: int) -> str:
        """A value."""
        return self.table.term(int(self.by_rank[ordinal])).decode("utf-8", "surrogatepass")

    def find(self, value: str) -> int:
        """The ordinal of a value, -1 if no story has it."""
        i = self.table.find(value.encode("utf-8", "surrogatepass"))
        return int(self.rank[i]) if i >= 0 else -1

    def docs(self, ordinal: int) -> Array:
        """The stories with a value (u32, rising)."""
        return self.table.docs(int(self.by_rank[ordinal]))

    def of(self, doc: int) -> list[str]:
        """The values of a story."""
        start, end = self.offsets[doc : doc + 2].tolist()
        return [self.value(o) for o in self.ordinals[start:end].tolist()]


class Rows:
    """All facets of a story in one 64-byte line, to count many facets at once.

    `fields` are those that take part; the value with ordinal o of fields[i] has the number
    base[i] + o, base[-1] stands for "nothing". `rows` is u32 [doc_count, 16]; stories with more
    values have the rest in `more_values[more_offsets[i]:more_offsets[i + 1]]` for the story
    `more_docs[i]`.
    """

    def __init__(self, file: MappedFile, doc_count: int) -> None:
        self.fields: tuple[str, ...] = tuple(file.meta["fields"])
        self.base: Array = np.array(file.meta["base"], np.int64)
        self.rows: Array = file.array("rows", doc_count * ROW_WIDTH).reshape(-1, ROW_WIDTH)
        self.more_docs: Array = file.array("more_docs")
        self.more_offsets: Array = file.array("more_offsets", len(self.more_docs) + 1)
        self.more_values: Array = file.array("more_values", int(self.more_offsets[-1]))


class SegmentReader:
    """One segment, opened. `deleted` is a bool mask over the stories, None without deletions.

    `corrected` names the companion, a segment that holds only the facets, days and rules by which
    this one is corrected: they are what readers see, `as_indexed` is the segment without it.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        *,
        deleted: Array | None = None,
        derived: bool = True,
        corrected: str | None = None,
    ) -> None:
        self.folder = folder
        self.name = name
        self._companion = (
            SegmentReader(folder, corrected, derived=derived) if corrected is not None else None
        )
        self._files: dict[str, MappedFile] = {}
        meta = self._file("stories").meta
        self.doc_count: int = meta["doc_count"]
        self.deleted = deleted
        if deleted is not None and len(deleted) != self.doc_count:
            raise IndexFormatError(str(folder / name), "damaged: deletions of another length")
        self._tables: dict[str, TermTable | FieldView | None] = {}
        self._columns: dict[str, FacetColumn | None] = {}
        for kind in KINDS:
            if derived or kind not in ("rows", "bitmaps"):
                self._file(kind)

    def as_indexed(self) -> "SegmentReader":
        """This segment without corrections."""
        if self._companion is None:
            return self
        return SegmentReader(self.folder, self.name, deleted=self.deleted)

    def with_companion(self, name: str, *, derived: bool = True) -> "SegmentReader":
        """This segment with other corrections."""
        return SegmentReader(
            self.folder, self.name, deleted=self.deleted, derived=derived, corrected=name
        )

    @cached_property
    def _corrected(self) -> frozenset[str]:
        """The facets that the companion has in place of this segment."""
        if self._companion is None:
            return frozenset()
        return frozenset(self._companion._file("stories").meta["corrected"])

    @property
    def rules(self) -> str | None:
        """The rules of the companion, as they lie there."""
        if self._companion is None:
            return None
        return self._companion._file("stored").array("rules").tobytes().decode()

    @cached_property
    def corrections(self) -> Corrections | None:
        """The rules of the companion."""
        rules = self.rules
        return None if rules is None else load(rules)

    def _file(self, kind: str) -> MappedFile:
        file = self._files.get(kind)
        if file is None:
            path = self.folder / f"{self.name}{KINDS[kind]}"
            file = self._files[kind] = MappedFile(path, kind, segment=self.name)
        return file

    @property
    def live_count(self) -> int:
        """The stories that are not deleted."""
        return self.doc_count - self.deleted_count

    @cached_property
    def deleted_count(self) -> int:
        """The stories that are deleted."""
        return 0 if self.deleted is None else int(np.count_nonzero(self.deleted))

    @property
    def size(self) -> int:
        """Bytes on disk."""
        own = sum(f.size for f in self._files.values())
        return own + (self._companion.size if self._companion is not None else 0)

    def fields(self) -> list[str]:
        """The names of the term tables."""
        return list(self._file("terms").meta["fields"])

    def text(self) -> TextTable:
        """The table of stems."""
        table = self.terms("text")
        assert isinstance(table, TextTable)
        return table

    def view(self, field: str) -> FieldView:
        """`headline` or `body` as a view of the stems."""
        table = self.terms(field)
        assert isinstance(table, FieldView)
        return table

    def words(self) -> WordTable:
        """The table of words."""
        table = self.terms("words")
        assert isinstance(table, WordTable)
        return table

    def terms(self, field: str) -> TermTable | FieldView | None:
        """The terms of a field; None when no story has anything there."""
        if self._companion is not None and field in self._corrected:
            return self._companion.terms(field)
        if field not in self._tables:
            self._tables[field] = self._open_terms(field)
        return self._tables[field]

    def _open_terms(self, field: str) -> TermTable | FieldView | None:
        terms, postings = self._file("terms"), self._file("postings")
        if field in ("headline", "body"):
            return FieldView(self.text(), self.lengths("headline"), headline=field == "headline")
        if field not in terms.meta["fields"]:
            return None
        if field == "text":
            return TextTable(terms, postings, self._file("position"), field, self.doc_count)
        if field == "words":
            return WordTable(terms, postings, self.text(), self.doc_count)
        return TermTable(terms, postings, field, self.doc_count)

    def facet(self, field: str) -> FacetColumn | None:
        """The column of a facet; None when no story has a value."""
        if self._companion is not None and field in self._corrected:
            return self._companion.facet(field)
        if field not in self._columns:
            table = self.terms(field)
            self._columns[field] = (
                FacetColumn(self._file("columns"), table, field, self.doc_count)
                if isinstance(table, TermTable)
                else None
            )
        return self._columns[field]

    def value_counts(self, field: str) -> dict[str, int]:
        """The values of a facet, and how many stories that are not deleted have each."""
        column = self.facet(field)
        if column is None:
            return {}
        counts = column.counts
        if self.deleted is not None:
            gone = np.repeat(self.deleted, np.diff(column.offsets))
            counts = counts - np.bincount(column.ordinals[gone], minlength=len(counts))
        of_terms = counts[column.rank].tolist()
        return {
            term.decode("utf-8", "surrogatepass"): count
            for term, count in zip(column.table.terms(), of_terms, strict=True)
            if count
        }

    @cached_property
    def rows(self) -> Rows:
        """The facets of each story in one line."""
        return Rows((self._companion or self)._file("rows"), self.doc_count)

    def bitmaps(self, field: str) -> Array:
        """Which stories have the most frequent values of a facet: u64 [up to 64, words], story d
        is bit d % 64 of word d // 64; row o is the value with ordinal o."""
        file = (self._companion or self)._file("bitmaps")
        words = -(-self.doc_count // 64)
        if field not in file:
            return np.zeros((0, words), np.uint64)
        return file.array(field).reshape(-1, words)

    def days(self) -> Array:
        """The day of each story (i32, days since 1970-01-01), `MISSING_DAY` without one."""
        return (self._companion or self)._file("stories").array("days", self.doc_count)

    def headline_keys(self) -> Array:
        """By what headlines sort: u64 [doc_count, 2], the first 16 bytes of their words with one
        space between, as two big-endian numbers. Where they are equal the words must decide."""
        return self._file("stories").array("headline.keys", 2 * self.doc_count).reshape(-1, 2)

    def lengths(self, field: str) -> Array:
        """Words in `headline` or `body` of each story, or its folded length for `text`
        (unsigned, as narrow as they can be)."""
        return self._file("stories").array(f"length.{field}", self.doc_count)

    def total_length(self, field: str) -> int:
        """The sum of `lengths` over the stories that are not deleted."""
        total: int = self._file("stories").meta["total_length"][field]
        if self.deleted is not None:
            total -= int(self.lengths(field)[self.deleted].sum(dtype=np.int64))
        return total

    def body_start(self, docs: Array) -> Array:
        """The position in `text` of the first word of the body of each of some stories (u32)."""
        return self.lengths("headline")[docs].astype(np.uint32) + np.uint32(GAP)

    @cached_property
    def _stored(self) -> StoredReader:
        return StoredReader(self._file("stored"), self.doc_count)

    @property
    def stored_blocks(self) -> StoredReader:
        """The stories as they lie on disk."""
        return self._stored

    def stored(self, doc: int, *, corrected: bool = True) -> Article:
        """A story; with `corrected` as the corrections have it, else as it was indexed."""
        article = load_article(self._stored.raw(doc))
        if self.corrections is None or not corrected:
            return article
        return correct(article, self.corrections)

    def id(self, doc: int) -> str:
        """The id of a story."""
        return self.id_bytes(doc).decode("utf-8", "surrogatepass")

    def id_bytes(self, doc: int) -> bytes:
        """The id of a story, UTF-8."""
        bounds, text = self._ids
        return bytes(text[bounds[doc] : bounds[doc + 1]])

    @cached_property
    def _ids(self) -> tuple[memoryview, memoryview]:
        file = self._file("stories")
        offsets = file.array("id.offsets", self.doc_count + 1)
        return offsets.data, file.array("id.blob").data

    def ids(self, docs: Sequence[int] | Array) -> list[str]:
        """The ids of some stories."""
        return [self.id(int(d)) for d in docs]

    @property
    def id_hashes(self) -> tuple[Array, Array]:
        """(hashes u64, rising; the stories they belong to, u32)."""
        file = self._file("stories")
        return file.array("id.hashes", self.doc_count), file.array("id.order", self.doc_count)

    def id_arrays(self) -> tuple[Array, Array, Array]:
        """(all ids in a row, u8; the length of each, i64; the hash of each, u64)."""
        file = self._file("stories")
        offsets = file.array("id.offsets", self.doc_count + 1).astype(np.int64)
        hashes, order = self.id_hashes
        by_doc = np.empty_like(hashes)
        by_doc[order] = hashes
        return file.array("id.blob"), np.diff(offsets), by_doc

    def find_id(self, article_id: str) -> int:
        """The number of the story with an id that is not deleted, -1 if there is none."""
        wanted = article_id.encode("utf-8", "surrogatepass")
        hashes, order = self.id_hashes
        key = np.uint64(hash_id(wanted))
        lo, hi = int(hashes.searchsorted(key)), int(hashes.searchsorted(key, "right"))
        for doc in order[lo:hi].tolist():
            if (self.deleted is None or not self.deleted[doc]) and self.id_bytes(doc) == wanted:
                return int(doc)
        return -1

    def release(self) -> None:
        """Give the memory of mapped files back to the system, to be read again when needed."""
        for file in self._files.values():
            file.release()
        if self._companion is not None:
            self._companion.release()

    def verify(self) -> list[str]:
        """What is damaged: `file: section` for each section that fails its checksum."""
        mine = [
            f"{file.path.name}: {section}"
            for file in self._files.values()
            for section in file.verify()
        ]
        return mine + (self._companion.verify() if self._companion is not None else [])


def hash_id(data: bytes) -> int:
    """The 64-bit hash by which ids are looked up."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")
