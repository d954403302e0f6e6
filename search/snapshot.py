"""One generation of an archive as arrays: segments, live postings, and what is cached of them.

A snapshot never changes, so any number of threads may read one. Deleted stories are gone from
everything it gives: frequencies, lengths and counts are those of the live stories, so that answers
are the same before and after a merge. Caches are bounded in bytes and guarded by a lock.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from wiredesk.index.codec.packing import ranges
from wiredesk.index.codec.segment import GAP, FieldView, SegmentReader, TextTable, WordTable
from wiredesk.search.docset import DocSet, Ids, Mask
from wiredesk.search.ranking import Order, Scores, best, idf, impacts, norms

T = TypeVar("T")

CACHE_BYTES = 96 << 20
TOP = 200
"""So many best stories of a common word are remembered, for searches of one word."""

BODY = 1 << 30
"""Set in the key of a position that is in the body; see `Snapshot.places`."""

_FEW, _MANY = 256, 20_000
"""In a segment of many documents the order of all ids is not made to put a few in order."""

_LONG_ID = 32
_AT_ONCE = 65_536

DENSE = 16
"""A word in more than one of so many stories keeps its scores as one array over all stories."""


class Cache:
    """Least recently used values, bounded by the sum of their sizes; safe to share."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """The value of a key, made when it is not held; two threads may both make it."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
                value: T = found[0]
                return value
        value = make()
        cost = size(value)
        with self._lock:
            if key not in self._held:
                self._held[key] = (value, cost)
                self._size += cost
                while self._size > self._limit and len(self._held) > 1:
                    _, (_, gone) = self._held.popitem(last=False)
                    self._size -= gone
        return value


class SegmentView:
    """What a search needs of one segment: live documents, tables, columns and order of ids."""

    def __init__(self, reader: SegmentReader) -> None:
        self.reader = reader
        self.size: int = reader.doc_count
        self.live: Mask | None = None
        if reader.deleted is not None and reader.deleted_count:
            self.live = ~reader.deleted
        self.count = self.size - reader.deleted_count
        self._stated: dict[str, DocSet] = {}
        self._ranks: NDArray[Any] | None = None

    @cached_property
    def everything(self) -> DocSet:
        """All live documents."""
        if self.live is not None:
            return DocSet.of_mask(self.live)
        return DocSet.of_mask(np.ones(self.size, np.bool_))

    @property
    def bits_size(self) -> int:
        """The number of documents, rounded up to whole words of a bitmap."""
        return -(-self.size // 64) * 64

    def words(self) -> WordTable | None:
        """The unstemmed words of headline and body."""
        table = self.reader.terms("words")
        return table if isinstance(table, WordTable) else None

    def word_df(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """In how many live stories each of some words is."""
        table = self.words()
        assert table is not None
        df = table.df[ordinals].astype(np.int64)
        if self.live is not None and len(ordinals):
            ends = np.cumsum(df)
            alive = np.cumsum(self.live[table.docs_listed(ordinals)], dtype=np.int64)
            df = np.diff(alive[ends - 1], prepend=0)
        return df

    def stated(self, field: str) -> DocSet:
        """The documents that have a value in a facet field, deleted ones included."""
        found = self._stated.get(field)
        if found is None:
            column = self.reader.facet(field)
            if column is None:
                found = DocSet.of_mask(np.zeros(self.size, np.bool_))
            else:
                found = DocSet.of_mask(column.offsets[1:] != column.offsets[:-1])
            self._stated[field] = found
        return found

    @cached_property
    def days(self) -> NDArray[np.int32]:
        """The day of each document, `MISSING` for none."""
        return self.reader.days()

    def order(self, docs: NDArray[Any]) -> NDArray[Any]:
        """Numbers that put some documents in the order of their ids (code points)."""
        if self._ranks is None and len(docs) <= _FEW and self.size > _MANY:
            ids = [self.reader.id_bytes(d) for d in docs.tolist()]
            ranks = np.empty(len(ids), np.uint32)
            ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
            return ranks
        placed: NDArray[Any] = self.ranks[docs]
        return placed

    def ordering(self, docs: NDArray[Any]) -> Order:
        """As `order`, for places in an array of documents."""
        return lambda at: self.order(docs[at])

    @property
    def ranks(self) -> NDArray[Any]:
        """The place of each document in the order of ids within the segment."""
        if self._ranks is None:
            ranks = np.empty(self.size, np.uint32)
            ranks[self.by_id] = np.arange(self.size, dtype=np.uint32)
            self._ranks = ranks
        return self._ranks

    @cached_property
    def by_id(self) -> NDArray[np.intp]:
        """The documents in the order of their ids."""
        blob, lengths, _ = self.reader.id_arrays()
        widest = int(lengths.max()) if self.size else 0
        if widest > _LONG_ID:
            ids = [self.reader.id_bytes(d) for d in range(self.size)]
            return np.array(sorted(range(self.size), key=ids.__getitem__), np.intp)
        # Eight bytes at a time as one number; what is equal in all of them goes by length.
        width = -(-max(widest, 1) // 8) * 8
        keys = np.zeros((self.size, width // 8), np.uint64)
        ends = np.cumsum(lengths)
        for start in range(0, self.size, _AT_ONCE):
            some = lengths[start : start + _AT_ONCE]
            first = int(ends[start] - lengths[start])
            padded = np.zeros((len(some), width), np.uint8)
            within = ranges(np.zeros(len(some), np.int64), some)
            letters = blob[first : first + len(within)]
            padded[np.repeat(np.arange(len(some)), some), within] = letters
            keys[start : start + _AT_ONCE] = padded.view(">u8")
        order = np.argsort(keys[:, 0], kind="stable")
        first = keys[order, 0]
        if bool((first[1:] == first[:-1]).any()):
            order = np.lexsort((lengths, *(keys[:, n] for n in reversed(range(keys.shape[1])))))
        return order

    def first(self, found: DocSet, k: int) -> Ids:
        """The `k` documents of a set that come first in the order of ids."""
        if len(found) <= max(k, 2 * _FEW if self.size > _MANY else 64):
            return found.ids[np.argsort(self.order(found.ids), kind="stable")[:k]]
        if not found.has_mask and len(found) * 64 < self.size:
            ranks = self.ranks[found.ids]
            nearest = np.argpartition(ranks, k)[:k]
            return found.ids[nearest[np.argsort(ranks[nearest])]]
        taken: list[NDArray[np.intp]] = []
        step, have, at = 2 * k * self.size // len(found) + 64, 0, 0
        while have < k and at < self.size:
            part = self.by_id[at : at + step]
            part = part[found.mask[part]]
            taken.append(part)
            have += len(part)
            at += step
            step *= 2
        return np.concatenate(taken)[:k]


class PostingList:
    """The live stories of one word in one field, segment by segment, with their frequencies."""

    __slots__ = ("_dense", "_scores", "_sets", "_top", "df", "docs", "field", "freqs", "where")

    def __init__(
        self, field: str, docs: list[Ids], freqs: list[NDArray[Any]], where: list[int]
    ) -> None:
        self.field = field
        self.docs = docs
        self.freqs = freqs
        self.where = where
        self.df = sum(map(len, docs))
        self._sets: list[DocSet] | None = None
        self._scores: list[Scores] | None = None
        self._top: list[NDArray[np.intp] | None] = [None] * len(docs)
        self._dense: list[Scores | None] = [None] * len(docs)

    def nbytes(self, snapshot: "Snapshot") -> int:
        """What holding it costs at most: decoded arrays, masks and scores."""
        dense = sum(
            5 * s.size
            for s, d in zip(snapshot.segments, self.docs, strict=True)
            if len(d) * DENSE >= s.size
        )
        return 512 + 9 * self.df + dense

    def sets(self, snapshot: "Snapshot") -> list[DocSet]:
        """The stories of each segment as a set."""
        if self._sets is None:
            sizes = (s.size for s in snapshot.segments)
            self._sets = [DocSet.of_ids(n, d) for n, d in zip(sizes, self.docs, strict=True)]
        return self._sets

    def scores(self, snapshot: "Snapshot") -> list[Scores]:
        """For each segment the BM25 score of each of `docs`."""
        if self._scores is None:
            weight = idf(snapshot.stories, self.df)
            self._scores = [
                impacts(f, snapshot.norm(self.field, i)[d], weight)
                for i, (d, f) in enumerate(zip(self.docs, self.freqs, strict=True))
            ]
        return self._scores

    def top(self, snapshot: "Snapshot", i: int) -> NDArray[np.intp]:
        """Where the TOP best of `docs[i]` stand, best first."""
        found = self._top[i]
        if found is None:
            view, docs = snapshot.segments[i], self.docs[i]
            found = best(self.scores(snapshot)[i], TOP, view.ordering(docs))
            self._top[i] = found
        return found

    def dense(self, snapshot: "Snapshot", i: int) -> Scores | None:
        """The scores of segment `i` as one array over its documents, for common words only."""
        size = snapshot.segments[i].size
        if len(self.docs[i]) * DENSE < size:
            return None
        row = self._dense[i]
        if row is None:
            row = np.zeros(size, np.float32)
            row[self.docs[i]] = self.scores(snapshot)[i]
            self._dense[i] = row
        return row


_NONE = np.zeros(0, np.uint32)
_NO_PLACES = np.zeros(0, np.int64)
_LOW = np.int64((1 << 32) - 1)


class Snapshot:
    """All segments of one generation, with statistics summed over them."""

    def __init__(self, readers: Sequence[SegmentReader], generation: int = 0) -> None:
        self.segments = tuple(SegmentView(r) for r in readers)
        self.generation = generation
        self.stories = sum(s.count for s in self.segments)
        self.cache = Cache(CACHE_BYTES)
        self.tables: dict[str, object] = {}
        self._averages: dict[str, float] = {}
        self._norms: dict[tuple[str, int], Scores] = {}

    def postings(self, field: str, term: str) -> PostingList | None:
        """The stories with a word (as the index writes it) in a text field or among `words`."""
        return self.cache.get(
            ("postings", field, term),
            lambda: self._read(field, term.encode("utf-8", "surrogatepass")),
            lambda p: p.nbytes(self) if p else 64,
        )

    def _read(self, field: str, term: bytes) -> PostingList | None:
        where, docs, freqs = [], [], []
        for view in self.segments:
            table = view.reader.terms(field)
            at = -1 if table is None else table.find(term)
            where.append(at)
            if table is None or at < 0:
                ids, counts = _NONE, _NONE
            elif isinstance(table, FieldView):
                ids, starts, _ = table.read(at)
                counts = np.diff(starts)
            else:
                ids = table.docs(at)
                counts = table.freqs(at) if isinstance(table, TextTable) else _NONE
            if view.live is not None and len(ids):
                alive = view.live[ids]
                ids = ids[alive]
                counts = counts[alive] if len(counts) else counts
            docs.append(ids)
            freqs.append(counts)
        if not any(map(len, docs)):
            return None
        return PostingList(field, docs, freqs, where)

    def places(self, term: str, i: int, docs: DocSet) -> NDArray[np.int64]:
        """Where a stem stands in some documents of segment `i`: rising keys.

        A key is `document << 32 | in body << 30 | position in its field`.
        """
        entries = self.entries(term, i, docs)
        keys = entries.keys()
        held, here = entries.docs[keys >> 32], keys & _LOW
        heading = self.segments[i].reader.lengths("headline")[held].astype(np.int64)
        body = here >= heading
        here -= np.where(body, heading + (GAP - BODY), 0)
        here |= held.astype(np.int64) << 32
        return here

    def entries(self, term: str, i: int, docs: DocSet) -> "Entries":
        """The entries of a stem for those of some documents of segment `i` that have it."""
        table = self.segments[i].reader.terms("text")
        if not isinstance(table, TextTable):
            return Entries(None, -1, _NONE, _NO_PLACES, _NO_PLACES)
        ordinal, ids, starts = self.cache.get(
            ("starts", term, i),
            lambda: _starts(table, term.encode("utf-8", "surrogatepass")),
            lambda found: 128 + found[1].nbytes + found[2].nbytes,
        )
        if ordinal < 0:
            return Entries(None, -1, _NONE, _NO_PLACES, _NO_PLACES)
        at = np.flatnonzero(docs.mask[ids])
        first = starts[at]
        return Entries(table, ordinal, ids[at], first, starts[at + 1] - first)

    def average(self, field: str) -> float:
        """The mean length of the live stories in a field, in the index's units."""
        if field not in self._averages:
            total = sum(view.reader.total_length(field) for view in self.segments)
            self._averages[field] = total / self.stories if self.stories else 0.0
        return self._averages[field]

    def norm(self, field: str, i: int) -> Scores:
        """The length norm of each document of segment `i`; see `ranking.norms`."""
        found = self._norms.get((field, i))
        if found is None:
            unit = 2.0 if field == "text" else 1.0
            lengths = self.segments[i].reader.lengths(field)
            found = norms(lengths, self.average(field), unit)
            self._norms[field, i] = found
        return found


@dataclass(slots=True)
class Entries:
    """A stem in some documents: where in its list of positions those of each begin, how many."""

    table: TextTable | None
    ordinal: int
    docs: Ids
    first: NDArray[np.int64]
    counts: NDArray[np.int64]

    def keys(self, start: int = 0, end: int | None = None) -> NDArray[np.int64]:
        """Where the stem stands in the documents start:end, headline and body together: rising
        keys, `number of the document from start << 32 | position`."""
        counts, first = self.counts[start:end], self.first[start:end]
        if self.table is None or not len(counts):
            return _NO_PLACES
        # Sums over steps are quicker than repeating each document's number and start.
        turns = np.cumsum(counts)
        total, turns = int(turns[-1]), turns[:-1]
        index = np.ones(total, np.int64)
        index[0] = first[0]
        index[turns] = first[1:] - first[:-1] - counts[:-1] + 1
        np.cumsum(index, out=index)
        keys = np.zeros(total, np.int64)
        keys[turns] = 1 << 32
        np.cumsum(keys, out=keys)
        np.add(keys, self.table.positions_at(self.ordinal, index), out=keys)
        return keys


def _starts(table: TextTable, term: bytes) -> tuple[int, Ids, NDArray[np.int64]]:
    """The number of a term, its documents, and where the positions of each begin."""
    ordinal = table.find(term)
    if ordinal < 0:
        return -1, _NONE, _NO_PLACES
    starts = np.zeros(int(table.df[ordinal]) + 1, np.int64)
    np.cumsum(table.counts(ordinal), out=starts[1:])
    return ordinal, table.docs(ordinal), starts
