"""Counting: how many of the found stories have each value of a facet, for many facets at once.

Values are numbered across segments by falling frequency (`field_table`). Three ways to count, by
how many stories were found in a segment:

- few: gather the lines of values of the stories, sort, count equal neighbours;
- many: gather the same lines in chunks into `bincount`, for all facets in one pass;
- a good part of a large archive: AND the set with the bitmaps of the most frequent values, in
  order of frequency, until no other value can reach the top (Fagin's threshold algorithm); the
  rest of the values is not counted then. All stories: the stored totals.

The first two count every value exactly; so does the third the values it gives.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiredesk.index.codec.packing import ranges
from wiredesk.index.codec.segment import BITMAP_VALUES, FacetColumn
from wiredesk.search.docset import DocSet, member
from wiredesk.search.field_table import Counts, FieldTable, Ordinals, field_table, values_of
from wiredesk.search.snapshot import SegmentView, Snapshot

FEW = 600
LARGE = 20_000
"""From so many stories on bitmaps are tried, if they are likely to decide."""

SMALL = 16
"""A segment with at most one story in so many is counted story by story beside the others."""

MOST_BITMAPS = 512
BITS_PAY = 64
"""Bitmaps of all stories are read faster than one entry for each of a 64th of them."""
CHUNK = 32_768


@dataclass(slots=True)
class Tally:
    """Counts by value number: of all values (`ordinals` None), or of those listed, rising.

    `complete`: values that are not listed have no stories; else none of them reaches the top.
    """

    counts: Counts
    ordinals: Ordinals | None = None
    complete: bool = True

    def of(self, ordinal: int) -> int | None:
        """The count of one value, None if it was not counted."""
        if self.ordinals is None:
            return int(self.counts[ordinal])
        at = int(np.searchsorted(self.ordinals, ordinal))
        if at < len(self.ordinals) and self.ordinals[at] == ordinal:
            return int(self.counts[at])
        return 0 if self.complete else None

    def pick(self, wanted: Ordinals) -> Counts:
        """The counts of some values, rising (0 for those that are not listed)."""
        if self.ordinals is None:
            return self.counts[wanted]
        result = np.zeros(len(wanted), np.int64)
        at = np.searchsorted(self.ordinals, wanted)
        inside = at < len(self.ordinals)
        inside[inside] = self.ordinals[at[inside]] == wanted[inside]
        result[inside] = self.counts[at[inside]]
        return result

    @property
    def distinct(self) -> int:
        """How many values have a story."""
        return int(np.count_nonzero(self.counts))


# ---- counting


def dense(tally: Tally, size: int) -> Counts:
    """The counts of all values."""
    if tally.ordinals is None:
        return tally.counts
    result = np.zeros(size, np.int64)
    result[tally.ordinals] = tally.counts
    return result


def missing(snapshot: Snapshot, fields: Sequence[str], sets: Sequence[DocSet]) -> dict[str, int]:
    """How many stories of the sets have no value in each of some fields."""
    total, size = sum(map(len, sets)), sum(view.size for view in snapshot.segments)
    if total * BITS_PAY > size:
        mine = np.concatenate([found.bits for found in sets])[None, :]
        return {f: total - int(_overlaps(mine, _stated(snapshot, f).bits)[0]) for f in fields}
    bases = np.cumsum([0, *(view.bits_size for view in snapshot.segments)])
    parts = [found.ids + np.int64(base) for base, found in zip(bases, sets, strict=False)]
    docs = np.concatenate(parts) if parts else np.zeros(0, np.int64)
    return {f: total - int(np.count_nonzero(_stated(snapshot, f).mask[docs])) for f in fields}


def _stated(snapshot: Snapshot, field: str) -> DocSet:
    """The stories of all segments with a value, each segment filled up to whole bitmap words."""
    found = snapshot.tables.get(f"stated {field}")
    if not isinstance(found, DocSet):
        masks = [np.zeros(view.bits_size, np.bool_) for view in snapshot.segments]
        for mask, view in zip(masks, snapshot.segments, strict=True):
            mask[: view.size] = view.stated(field).mask
        found = DocSet.of_mask(np.concatenate(masks) if masks else np.zeros(0, np.bool_))
        snapshot.tables[f"stated {field}"] = found
    return found


def count(snapshot: Snapshot, sets: Sequence[DocSet], fields: Sequence[str]) -> dict[str, Tally]:
    """The counts of every value of some facets among the stories of the sets."""
    if len(sets) > 1 and len(fields) > 1:
        return _count_lines(snapshot, sets, fields)
    parts: dict[str, list[tuple[int, Tally]]] = {f: [] for f in fields}
    for i, (view, found) in enumerate(zip(snapshot.segments, sets, strict=True)):
        if len(found):
            for field, tally in _count_segment(view, found, fields).items():
                parts[field].append((i, tally))
    return {f: _merged(field_table(snapshot, f), parts[f]) for f in fields}


class _Lines:
    """One numbering of the values of some facets over all segments, to count them in one go.

    The value with the number o in the table of fields[n] has the number base[n] + o; base[-1] is
    nothing. `of_line[i]` leads there from the numbers in the lines of segment i.
    """

    def __init__(self, snapshot: Snapshot, fields: Sequence[str]) -> None:
        tables = [field_table(snapshot, f) for f in fields]
        self.base = np.cumsum([0, *(t.size for t in tables)])
        self.of_line: list[Ordinals] = []
        self.apart: list[list[tuple[int, FacetColumn]]] = []
        for i, view in enumerate(snapshot.segments):
            rows = view.reader.rows
            numbers = np.full(int(rows.base[-1]) + 1, self.base[-1], np.int64)
            apart = []
            for n, values in enumerate(tables):
                column = values.columns[i]
                if column is None:
                    continue
                if values.field in rows.fields:
                    at = rows.fields.index(values.field)
                    numbers[rows.base[at] : rows.base[at + 1]] = self.global_numbers(values, i, n)
                else:
                    apart.append((n, column))
            self.of_line.append(numbers)
            self.apart.append(apart)

    def global_numbers(self, values: FieldTable, i: int, n: int) -> Ordinals:
        """The numbers of the values of fields[n], by their ordinals in segment i."""
        column, to_global = values.columns[i], values.to_global[i]
        assert column is not None
        numbers = np.arange(len(column)) if to_global is None else to_global
        moved: Ordinals = numbers + self.base[n]
        return moved


def _count_lines(
    snapshot: Snapshot, sets: Sequence[DocSet], fields: Sequence[str]
) -> dict[str, Tally]:
    """As `count`, for several facets in several segments."""
    key = "lines of " + " ".join(fields)
    lines = snapshot.tables.get(key)
    if not isinstance(lines, _Lines):
        lines = snapshot.tables[key] = _Lines(snapshot, fields)
    few = sum(map(len, sets)) <= FEW
    nothing = int(lines.base[-1])
    total = np.zeros(0 if few else nothing + 1, np.int64)
    found = [np.zeros(0, np.int64)]
    for i, (view, mine) in enumerate(zip(snapshot.segments, sets, strict=True)):
        ids, rows, of_line = mine.ids, view.reader.rows, lines.of_line[i]
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            if few:
                found.append(of_line[rows.rows[part].ravel()])
                continue
            size = len(part) * rows.rows.shape[1]
            _scratch.grow(size)
            held, wide = _scratch.lines[:size], _scratch.wide[:size]
            np.take(rows.rows, part, axis=0, out=held.reshape(len(part), -1), mode="clip")
            np.take(of_line, held, out=wide, mode="clip")
            total += np.bincount(wide, minlength=nothing + 1)
        if len(rows.more_docs):
            found.append(of_line[_more(view, ids)])
        for n, column in lines.apart[i]:
            numbers = lines.global_numbers(field_table(snapshot, fields[n]), i, n)
            found.append(numbers[values_of(column, ids)])
    listed = np.concatenate(found)
    if not few:
        total += np.bincount(listed, minlength=nothing + 1)
        return {
            f: Tally(total[a:b]) for f, (a, b) in zip(fields, pairwise(lines.base), strict=True)
        }
    values, counts = _few(listed, listed[:0]) if len(listed) else (listed, listed)
    edges = np.searchsorted(values, lines.base).tolist()
    return {
        f: Tally(counts[a:b], values[a:b] - lines.base[n])
        for n, (f, (a, b)) in enumerate(zip(fields, pairwise(edges), strict=True))
    }


def _merged(table: FieldTable, parts: list[tuple[int, Tally]]) -> Tally:
    if not parts:
        return Tally(np.zeros(0, np.int64), np.zeros(0, np.int64))
    if len(parts) == 1:
        i, tally = parts[0]
        to_global = table.to_global[i]
        if to_global is None:
            return tally
        if tally.ordinals is not None:
            ordinals = to_global[tally.ordinals]
            order = np.argsort(ordinals)
            return Tally(tally.counts[order], ordinals[order])
    if all(t.ordinals is not None for _, t in parts):
        found, counts = [], []
        for i, tally in parts:
            to_global = table.to_global[i]
            assert tally.ordinals is not None
            found.append(tally.ordinals if to_global is None else to_global[tally.ordinals])
            counts.append(tally.counts)
        every = np.concatenate(found)
        ordinals, at = np.unique(every, return_inverse=True)
        summed = np.bincount(at, np.concatenate(counts), len(ordinals)).astype(np.int64)
        return Tally(summed, ordinals)
    total = np.zeros(table.size, np.int64)
    for i, tally in parts:
        to_global = table.to_global[i]
        if tally.ordinals is not None:
            here = tally.ordinals if to_global is None else to_global[tally.ordinals]
            total[here] += tally.counts
        elif to_global is None:
            total += tally.counts
        else:
            total[to_global] += tally.counts
    return Tally(total)


def _count_segment(view: SegmentView, found: DocSet, fields: Sequence[str]) -> dict[str, Tally]:
    result: dict[str, Tally] = {}
    rows = view.reader.rows
    together = [f for f in fields if f in rows.fields]
    ids = found.ids
    for field in fields:
        if field not in rows.fields:
            result[field] = _count_column(view.reader.facet(field), ids)
    if len(together) == 1:
        result[together[0]] = _count_column(view.reader.facet(together[0]), ids)
    elif together:
        numbers = {f: rows.fields.index(f) for f in together}
        if len(ids) <= FEW:
            values, counts = _few(rows.rows[ids].ravel(), _more(view, ids))
            edges = np.searchsorted(values, rows.base)
            for field, n in numbers.items():
                a, b = edges[n], edges[n + 1]
                result[field] = Tally(counts[a:b], values[a:b] - rows.base[n])
        else:
            totals = _many(rows.rows, ids, int(rows.base[-1]), _more(view, ids))
            for field, n in numbers.items():
                result[field] = Tally(totals[rows.base[n] : rows.base[n + 1]])
    return result


def _more(view: SegmentView, ids: NDArray[Any]) -> NDArray[Any]:
    """The values of some stories that their lines have no room for."""
    rows = view.reader.rows
    if not len(rows.more_docs):
        return np.zeros(0, np.uint32)
    if len(ids) < len(rows.more_docs):
        at = np.searchsorted(rows.more_docs, ids[member(ids, rows.more_docs)])
    else:
        at = np.flatnonzero(member(rows.more_docs, ids))
    offsets = rows.more_offsets.astype(np.int64)
    return rows.more_values[ranges(offsets[at], offsets[at + 1] - offsets[at])]


def _few(values: NDArray[Any], more: NDArray[Any]) -> tuple[Ordinals, Counts]:
    listed = np.concatenate((values, more)).astype(np.int64)
    listed.sort()
    first = np.flatnonzero(np.concatenate(([True], listed[1:] != listed[:-1])))
    return listed[first], np.diff(first, append=len(listed))


class _Scratch(threading.local):
    """Buffers of one thread: fresh ones cost three times as much, in page faults."""

    def __init__(self) -> None:
        self.lines = np.empty(0, np.uint32)
        self.wide = np.empty(0, np.int64)
        self.both = np.empty((0, 0), np.uint64)
        self.ones = np.empty((0, 0), np.uint8)

    def fit(self, shape: tuple[int, ...]) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
        """Room for some bitmaps."""
        if self.both.shape[1:] != shape[1:] or len(self.both) < shape[0]:
            self.both = np.empty(shape, np.uint64)
            self.ones = np.empty(shape, np.uint8)
        return self.both[: shape[0]], self.ones[: shape[0]]

    def grow(self, size: int) -> None:
        if len(self.lines) < size:
            self.lines = np.empty(size, np.uint32)
            self.wide = np.empty(size, np.int64)


_scratch = _Scratch()


def _many(
    rows: NDArray[Any],
    ids: NDArray[Any],
    values: int,
    more: NDArray[Any],
) -> Counts:
    width = rows.shape[1]
    _scratch.grow(min(CHUNK, len(ids)) * width)
    total = np.bincount(more, minlength=values + 1) if len(more) else None
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        size = len(part) * width
        lines = _scratch.lines[:size]
        np.take(rows, part, axis=0, out=lines.reshape(-1, width), mode="clip")
        wide = _scratch.wide[:size]
        wide[:] = lines
        counted = np.bincount(wide, minlength=values + 1)
        if total is None:
            total = counted
        else:
            total += counted
    assert total is not None
    return total[:values]


def _count_column(column: FacetColumn | None, ids: NDArray[Any]) -> Tally:
    if column is None:
        return Tally(np.zeros(0, np.int64), np.zeros(0, np.int64))
    values = values_of(column, ids)
    if len(values) <= FEW * 4:
        if not len(values):
            return Tally(np.zeros(0, np.int64), np.zeros(0, np.int64))
        ordinals, counts = _few(values, np.zeros(0, np.uint32))
        return Tally(counts, ordinals)
    return Tally(np.bincount(values, minlength=len(column)))


def count_value(table: FieldTable, sets: Sequence[DocSet], ordinal: int) -> int:
    """How many stories of the sets have one value."""
    return sum(len(a & b) for a, b in zip(sets, table.sets([ordinal]), strict=True))


def top_by_bitmaps(
    snapshot: Snapshot, sets: Sequence[DocSet], limits: Mapping[str, int]
) -> dict[str, Tally]:
    """For facets whose bitmaps can tell, the counts of the values that may be among the top.

    `limits` gives the number of values wanted of each. Nothing is tried when some of them would
    have to be counted story by story anyway, as that counts all of them in one pass.
    """
    share = sum(map(len, sets)) / max(1, snapshot.stories)
    if not all(_promising(field_table(snapshot, f), k, share) for f, k in limits.items()):
        return {}
    sizes = [view.size for view in snapshot.segments]
    counted = {
        i: _count_segment(snapshot.segments[i], sets[i], list(limits))
        if len(sets[i])
        else {f: Tally(np.zeros(0, np.int64), np.zeros(0, np.int64)) for f in limits}
        for i, size in enumerate(sizes)
        if size * SMALL <= sum(sizes)
    }
    found = {
        f: _top_by_bitmaps(snapshot, sets, f, k, {i: c[f] for i, c in counted.items()})
        for f, k in limits.items()
    }
    return {f: tally for f, tally in found.items() if tally is not None}


def _top_by_bitmaps(
    snapshot: Snapshot,
    sets: Sequence[DocSet],
    field: str,
    k: int,
    counted: Mapping[int, Tally],
) -> Tally | None:
    """`counted` has the counts of segments too small for bitmaps to pay."""
    values = field_table(snapshot, field)
    counts = np.zeros(min(values.size, MOST_BITMAPS), np.int64)
    words = [found.bits for found in sets]
    maps = [view.reader.bitmaps(field) for view in snapshot.segments]
    step = max(1, min(16, (1 << 18) // max(1, *(w.nbytes for w in words))))
    for i, tally in counted.items():
        column = values.columns[i]
        if column is not None:
            back = values.from_global[i]
            local = np.arange(len(counts)) if back is None else back[: len(counts)]
            here = np.flatnonzero(local >= 0)
            counts[here] += dense(tally, len(column))[local[here]]
    left = [
        (i, bits, mine)
        for i, (bits, mine) in enumerate(zip(maps, words, strict=True))
        if i not in counted and values.columns[i] is not None
    ]
    done = 0
    while done < len(counts):
        end = min(done + step, len(counts))
        for i, bits, mine in left:
            back = values.from_global[i]
            if back is None:
                if end > len(bits):
                    return None
                counts[done:end] += _overlaps(bits[done:end], mine)
                continue
            at = back[done:end]
            here = np.flatnonzero((at >= 0) & (at < len(bits)))
            if len(here):
                counts[done + here] += _overlaps(bits[at[here]], mine)
            for ordinal in (done + np.flatnonzero(at >= len(bits))).tolist():
                docs = DocSet.of_ids(sets[i].size, values.docs(i, ordinal))
                counts[ordinal] += len(docs & sets[i])
        done = end
        if k <= done < values.size:
            kth = np.partition(counts[:done], done - k)[done - k]
            if values.bound[done] < kth:
                return Tally(counts[:done], np.arange(done), complete=False)
    if done == values.size:
        return Tally(counts, np.arange(done))
    return None


def _promising(values: FieldTable, k: int, share: float) -> bool:
    """Whether the bitmaps are likely to decide, if the set has its share of every value."""
    if not 0 < k <= BITMAP_VALUES:
        return False
    if values.size <= BITMAP_VALUES:
        return True
    return bool(share * values.bound[k - 1] >= values.bound[BITMAP_VALUES])


def _overlaps(bits: NDArray[Any], mine: NDArray[np.uint64]) -> NDArray[Any]:
    """How many documents each of some bitmaps has in common with one."""
    both, ones = _scratch.fit(bits.shape)
    np.bitwise_and(bits, mine, out=both)
    np.bitwise_count(both, out=ones)
    counted: NDArray[Any] = ones.sum(axis=1, dtype=np.uint32)
    return counted


def top(table: FieldTable, tally: Tally, k: int, *, among: Ordinals | None = None) -> Ordinals:
    """The numbers of the `k` values with the highest counts above zero, ties by value."""
    if among is not None:
        ordinals, counts = among, tally.pick(among)
    elif tally.ordinals is not None:
        ordinals, counts = tally.ordinals, tally.counts
    else:
        counts = _front(table, tally.counts, k)
        ordinals = np.arange(len(counts))
    if len(counts) > k:
        kth = max(1, int(np.partition(counts, len(counts) - k)[len(counts) - k]))
        keep = np.flatnonzero(counts >= kth)
    else:
        keep = np.flatnonzero(counts)
    ordinals, counts = ordinals[keep], counts[keep]
    return ordinals[np.lexsort((table.by_name(ordinals), -counts))[:k]]


def _front(table: FieldTable, counts: Counts, k: int) -> Counts:
    """The leading part of the counts that holds the top `k`: no value counts more often than it
    is frequent, and values are numbered by falling frequency."""
    front = 256
    if len(counts) <= front or k > front:
        return counts
    least = int(np.partition(counts[:front], front - k)[front - k])
    if least <= 0:
        return counts
    end = len(table.bound) - int(np.searchsorted(table.bound[::-1], least, "left"))
    return counts[: max(end, 1)]


def first_by_name(
    table: FieldTable, tally: Tally, k: int, among: Ordinals | None, labels: Mapping[str, str]
) -> Ordinals:
    """The numbers of the first `k` values in the order of their names that have a story."""
    if among is not None:
        ordinals = among[tally.pick(among) > 0]
    elif tally.ordinals is not None:
        ordinals = tally.ordinals[tally.counts > 0]
    else:
        ordinals = np.flatnonzero(tally.counts)
    return ordinals[np.argsort(table.in_order(labels)[ordinals], kind="stable")[:k]]
