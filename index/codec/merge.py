"""Several segments -> one, by concatenating arrays; deleted stories are left out.

Terms are taken in ranges so that only a few million postings are in memory at a time. Stories keep
their order: first those of the first segment, then those of the second, and so on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from wiredesk.index.codec.files import Array
from wiredesk.index.codec.packing import ranges
from wiredesk.index.codec.segment import SegmentReader, TermTable, TextTable
from wiredesk.index.codec.stored import StoredWriter
from wiredesk.index.codec.tables import SegmentWriter, TermTableWriter
from wiredesk.index.schema import FACETS

POSTINGS_AT_ONCE = 2_000_000

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Source:
    """A segment to be merged: which stories stay (None: all) and their new numbers."""

    segment: SegmentReader
    keep: Array | None
    numbers: Array

    @property
    def count(self) -> int:
        return self.segment.live_count

    def live(self, values: Array) -> Array:
        """Values by story, those of deleted stories left out."""
        return values if self.keep is None else values[self.keep]


def merge_segments(
    segments: Sequence[SegmentReader],
    folder: Path,
    name: str,
    progress: Progress | None = None,
    step: int = POSTINGS_AT_ONCE,
) -> int:
    """Write the merged segment (without its derived files); gives the number of its stories.

    About `step` postings are in memory at a time.
    """
    sources = []
    total = 0
    for segment in segments:
        keep = None if segment.deleted is None else ~segment.deleted
        count = segment.live_count
        if keep is None:
            numbers = np.arange(total, total + count, dtype=np.uint32)
        else:
            numbers = (np.cumsum(keep, dtype=np.uint32) + np.uint32(total)) - np.uint32(1)
        sources.append(_Source(segment, keep, numbers))
        total += count
    out = SegmentWriter(folder, name, total)
    steps = 4 + len(FACETS)
    tell = progress or (lambda *_: None)
    try:
        _merge_stored(sources, out)
        _release(sources)
        tell("merge", 1, steps)
        for done, field in enumerate(FACETS, 2):
            _merge_facet(sources, out, field)
            _release(sources)
            tell("merge", done, steps)
        stems = _Stems([s.segment.text() for s in sources])
        text = out.table("text", text=True)
        for parts in _steps([s.segment.text() for s in sources], step):
            _merge_text(sources, parts, stems, text)
            _release(sources)
        out.finish_table(text)
        tell("merge", steps - 2, steps)
        words = out.table("words")
        for parts in _steps([s.segment.words() for s in sources], step):
            _merge_words(sources, parts, stems, words)
            _release(sources)
        out.finish_table(words)
        tell("merge", steps - 1, steps)
        _merge_stories(sources, out)
        out.close()
    except BaseException:
        out.abandon()
        raise
    tell("merge", steps, steps)
    return total


def _release(sources: Sequence[_Source]) -> None:
    for source in sources:
        source.segment.release()


def _merge_stored(sources: Sequence[_Source], out: SegmentWriter) -> None:
    stored = StoredWriter(out.folder)
    for source in sources:
        reader = source.segment.stored_blocks
        source.segment.release()
        for block in range(reader.block_count):
            first, end = reader.span(block)
            if source.keep is None or source.keep[first:end].all():
                stored.add_block(*reader.packed(block))
            else:
                keep = source.keep[first:end].tolist()
                for data, kept in zip(reader.raw_block(block), keep, strict=True):
                    if kept:
                        stored.add(data)
    stored.finish(out.files["stored"])


def _merge_stories(sources: Sequence[_Source], out: SegmentWriter) -> None:
    def gather(read: Callable[[SegmentReader], Array]) -> Array:
        return np.concatenate([s.live(read(s.segment)) for s in sources])

    blobs, lengths, hashes = [], [np.zeros(1, np.int64)], []
    for source in sources:
        blob, sizes, by_doc = source.segment.id_arrays()
        if source.keep is not None:
            blob = blob[np.repeat(source.keep, sizes)]
        blobs.append(blob.tobytes())
        lengths.append(source.live(sizes).astype(np.int64))
        hashes.append(source.live(by_doc))
    out.stories(
        gather(SegmentReader.days),
        gather(SegmentReader.headline_keys),
        {f: gather(lambda s, f=f: s.lengths(f)) for f in ("headline", "body", "text")},  # type: ignore[misc]
        b"".join(blobs),
        np.cumsum(np.concatenate(lengths)),
        np.concatenate(hashes),
    )


def _merge_facet(sources: Sequence[_Source], out: SegmentWriter, field: str) -> None:
    columns = [s.segment.facet(field) for s in sources]
    if not any(columns):
        return
    tables = [[] if c is None else c.table.terms() for c in columns]
    numbers: dict[bytes, int] = {}
    for terms in tables:
        for term in terms:
            numbers.setdefault(term, len(numbers))
    counts, ordinals = [], []
    for source, column, terms in zip(sources, columns, tables, strict=True):
        if column is None:
            counts.append(np.zeros(source.count, np.int64))
            continue
        lengths = np.diff(column.offsets).astype(np.int64)
        mine = np.fromiter(map(numbers.__getitem__, terms), np.uint32, len(terms))
        values = mine[column.by_rank[column.ordinals]]
        if source.keep is not None:
            values = values[np.repeat(source.keep, lengths)]
        counts.append(source.live(lengths))
        ordinals.append(values)
    flat = np.concatenate(ordinals)
    used = np.zeros(len(numbers), bool)
    used[flat] = True
    every = list(numbers)
    order = sorted(np.flatnonzero(used).tolist(), key=every.__getitem__)
    rank = np.zeros(len(every), np.uint32)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    offsets = np.zeros(out.doc_count + 1, np.int64)
    np.cumsum(np.concatenate(counts), out=offsets[1:])
    out.facet(field, [every[i] for i in order], offsets, rank[flat])


class _Stems:
    """What the stems of the sources became: by source the new number of each and in how many of
    its stories that stay it is; `df` of the merged ones."""

    def __init__(self, tables: Sequence[TextTable]) -> None:
        self.numbers = [np.zeros(len(t), np.uint32) for t in tables]
        self.live = [np.zeros(len(t), np.uint32) for t in tables]
        self._df: list[Array] = []
        self.count = 0

    def add(self, df: Array) -> None:
        """Further merged stems."""
        self._df.append(df)
        self.count += len(df)

    @cached_property
    def df(self) -> Array:
        """In how many stories each merged stem is."""
        return np.concatenate([np.zeros(0, np.uint32), *self._df])


Part = tuple[int, int, int]
"""The terms lo:hi of the table of a source: (source, lo, hi)."""


def _steps(tables: Sequence[TermTable], step: int) -> Iterator[list[Part]]:
    """Cut tables into ranges of the same terms, each with a bounded number of postings."""
    at = [0] * len(tables)
    totals = [np.cumsum(t.df, dtype=np.int64) for t in tables]
    share = max(1, step // max(1, len(tables)))
    while True:
        # The table with the most postings left says how far this step goes.
        left = [
            int(total[-1]) - (int(total[a - 1]) if a else 0) if a < len(total) else 0
            for a, total in zip(at, totals, strict=True)
        ]
        if not any(left):
            return
        guide = int(np.argmax(left))
        table, total = tables[guide], totals[guide]
        start = int(total[at[guide] - 1]) if at[guide] else 0
        stop = max(at[guide] + 1, int(total.searchsorted(start + share)))
        pivot = table.term(stop) if stop < len(table) else table.term(len(table) - 1) + b"\0"
        ends = [t.at_or_after(pivot) for t in tables]
        yield [(i, a, e) for i, (a, e) in enumerate(zip(at, ends, strict=True)) if e > a]
        at = ends


def _united(listed: Sequence[list[bytes]]) -> tuple[list[bytes], Array]:
    """(all terms of some sorted lists, in order; the place there of each, list after list)."""
    if len(listed) == 1:
        return listed[0], np.arange(len(listed[0]))
    union = sorted(set().union(*listed))
    number = {term: i for i, term in enumerate(union)}
    places = [np.fromiter(map(number.__getitem__, t), np.int64, len(t)) for t in listed]
    return union, np.concatenate(places)


def _merge_text(
    sources: Sequence[_Source], parts: Sequence[Part], stems: _Stems, out: TermTableWriter
) -> None:
    union, entry = _united([sources[i].segment.text().terms(lo, hi) for i, lo, hi in parts])
    dfs, docs, freqs, counts, positions = [], [], [], [], []
    for i, lo, hi in parts:
        source, table = sources[i], sources[i].segment.text()
        df = table.df[lo:hi]
        mine = table.docs_listed(np.arange(lo, hi))
        freq, count, position = table.postings_in_order(lo, hi)
        if source.keep is not None:
            keep = source.keep[mine]
            df = _counted(np.repeat(np.arange(hi - lo), df)[keep], hi - lo)
            position = position[np.repeat(keep, count)]
            mine, freq, count = mine[keep], freq[keep], count[keep]
        stems.live[i][lo:hi] = df
        dfs.append(df.astype(np.int64))
        docs.append(source.numbers[mine])
        freqs.append(freq)
        counts.append(count)
        positions.append(position)
    entry_df = np.concatenate(dfs)
    order = np.argsort(entry, kind="stable")
    into = _placed(entry_df, order)
    count = np.concatenate(counts)
    df = np.bincount(entry, entry_df, len(union)).astype(np.uint32)
    used = df > 0
    number = (np.cumsum(used) + (stems.count - 1)).astype(np.uint32)
    at = 0
    for i, lo, hi in parts:
        stems.numbers[i][lo:hi] = number[entry[at : at + hi - lo]]
        at += hi - lo
    stems.add(df[used])
    out.add(
        _picked(union, used),
        df[used],
        _scatter(np.concatenate(docs), into),
        _scatter(np.concatenate(freqs), into),
        _scatter(count, into),
        _scatter(np.concatenate(positions), _placed(_sums(count, entry_df), order)),
    )


def _merge_words(
    sources: Sequence[_Source], parts: Sequence[Part], stems: _Stems, out: TermTableWriter
) -> None:
    union, entry = _united([sources[i].segment.words().terms(lo, hi) for i, lo, hi in parts])
    dfs, numbers = [], []
    for i, lo, hi in parts:
        source, table = sources[i], sources[i].segment.words()
        df = table.df[lo:hi]
        stem = table.stems[lo:hi]
        if source.keep is not None:
            alone = np.flatnonzero(~table.shared(np.arange(lo, hi)))
            keep = source.keep[table.docs_listed(lo + alone)]
            owner = np.repeat(alone, df[alone])[keep]
            df = np.where(
                table.shared(np.arange(lo, hi)),
                stems.live[i][stem],
                np.bincount(owner, minlength=hi - lo),
            )
        dfs.append(df.astype(np.int64))
        numbers.append(stems.numbers[i][stem])
    entry_df = np.concatenate(dfs)
    df = np.bincount(entry, entry_df, len(union)).astype(np.uint32)
    stem = np.zeros(len(union), np.uint32)
    there = entry_df > 0
    stem[entry[there]] = np.concatenate(numbers)[there]
    used = df > 0
    own: Array = used & np.less(df, stems.df[stem]) if stems.count else used
    docs, places = [], []
    at = 0
    for i, lo, hi in parts:
        source, table = sources[i], sources[i].segment.words()
        wanted = np.flatnonzero(own[entry[at : at + hi - lo]])
        mine = table.docs_listed(lo + wanted)
        if source.keep is not None:
            mine = mine[source.keep[mine]]
        docs.append(source.numbers[mine])
        places.append(at + wanted)
        at += hi - lo
    listed = np.concatenate(places)
    order = np.argsort(entry[listed], kind="stable")
    out.add(
        _picked(union, used),
        df[used],
        _scatter(np.concatenate(docs), _placed(entry_df[listed], order)),
        stems=stem[used],
        own=own[used],
    )


def _counted(numbers: Array, count: int) -> Array:
    return np.bincount(numbers, minlength=count)


def _picked(terms: list[bytes], used: Array) -> list[bytes]:
    return terms if used.all() else [terms[i] for i in np.flatnonzero(used).tolist()]


def _sums(values: Array, sizes: Array) -> Array:
    """The sum of each of consecutive lists of some sizes."""
    ends = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=ends[1:])
    bounds = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=bounds[1:])
    return np.diff(ends[bounds])


def _placed(sizes: Array, order: Array) -> Array:
    """Where each element of consecutive lists (of some sizes) goes when the lists are put into
    another order."""
    starts = np.empty(len(sizes), np.int64)
    ordered = sizes[order]
    starts[order] = np.cumsum(ordered) - ordered
    return ranges(starts, sizes)


def _scatter(values: Array, into: Array) -> Array:
    result = np.empty_like(values)
    result[into] = values
    return result
