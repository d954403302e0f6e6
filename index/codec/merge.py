"""Several segments -> one, by concatenating arrays; deleted stories are left out.

Terms are taken in ranges so that only a few million postings are in memory at a time. Stories keep
their order: first those of the first segment, then those of the second, and so on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    segments: Sequence[SegmentReader], folder: Path, name: str, progress: Progress | None = None
) -> int:
    """Write the merged segment (without its derived files); gives the number of its stories."""
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
        tell("merge", 1, steps)
        for done, field in enumerate(FACETS, 2):
            _merge_facet(sources, out, field)
            tell("merge", done, steps)
        for done, field in enumerate(("text", "words"), 2 + len(FACETS)):
            table = out.table(field, text=field == "text")
            tables = [(s, s.segment.terms(field)) for s in sources]
            _merge_terms([(s, t) for s, t in tables if isinstance(t, TermTable)], table)
            out.finish_table(table)
            tell("merge", done, steps)
        _merge_stories(sources, out)
        out.close()
    except BaseException:
        out.abandon()
        raise
    tell("merge", steps, steps)
    return total


def _merge_stored(sources: Sequence[_Source], out: SegmentWriter) -> None:
    stored = StoredWriter(out.folder)
    for source in sources:
        reader = source.segment.stored_blocks
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


def _merge_terms(tables: Sequence[tuple[_Source, TermTable]], out: TermTableWriter) -> None:
    at = [0] * len(tables)
    totals = [np.cumsum(t.df, dtype=np.int64) for _, t in tables]
    share = max(1, POSTINGS_AT_ONCE // max(1, len(tables)))
    while any(a < len(t) for a, (_, t) in zip(at, tables, strict=True)):
        # The table with the most postings left says how far this step goes.
        left = [
            int(c[-1] - (c[a - 1] if a else 0)) if len(c) > a else 0
            for a, c in zip(at, totals, strict=True)
        ]
        guide = int(np.argmax(left))
        done = totals[guide]
        start = int(done[at[guide] - 1]) if at[guide] else 0
        stop = max(at[guide] + 1, int(done.searchsorted(start + share)))
        table = tables[guide][1]
        if stop < len(table):
            pivot = table.term(stop)
            ends = [t.at_or_after(pivot) for _, t in tables]
        else:
            last = table.term(len(table) - 1) + b"\0"
            ends = [t.at_or_after(last) for _, t in tables]
        _merge_range(
            [(s, t, a, e) for (s, t), a, e in zip(tables, at, ends, strict=True) if e > a], out
        )
        at = ends


def _merge_range(
    parts: Sequence[tuple[_Source, TermTable, int, int]], out: TermTableWriter
) -> None:
    """Merge the terms lo:hi of each of some tables."""
    if not parts:
        return
    listed = [t.terms(lo, hi) for _, t, lo, hi in parts]
    if len(listed) == 1:
        union = listed[0]
        entry = np.arange(len(union))
    else:
        union = sorted(set().union(*listed))
        number = {term: i for i, term in enumerate(union)}
        entry = np.concatenate(
            [np.fromiter(map(number.__getitem__, terms), np.int64, len(terms)) for terms in listed]
        )
    text = isinstance(parts[0][1], TextTable)
    dfs, docs, freqs, counts, positions = [], [], [], [], []
    for source, table, lo, hi in parts:
        df = table.df[lo:hi].astype(np.int64)
        mine = table.docs_in_order(lo, hi)
        keep = None if source.keep is None else source.keep[mine]
        if isinstance(table, TextTable):
            freq, count, position = table.postings_in_order(lo, hi)
            if keep is not None:
                position = position[np.repeat(keep, count)]
                freq, count = freq[keep], count[keep]
            freqs.append(freq)
            counts.append(count)
            positions.append(position)
        if keep is not None:
            owner = np.repeat(np.arange(hi - lo), df)[keep]
            df = np.bincount(owner, minlength=hi - lo)
            mine = mine[keep]
        dfs.append(df)
        docs.append(source.numbers[mine])
    entry_df = np.concatenate(dfs)
    order = np.argsort(entry, kind="stable")
    df = np.bincount(entry, entry_df, len(union)).astype(np.int64)
    into = _placed(entry_df, order)
    merged = {"docs": _scatter(np.concatenate(docs), into)}
    if text:
        count = np.concatenate(counts)
        starts = np.cumsum(entry_df) - entry_df
        per_entry = np.zeros(len(entry_df), np.int64)
        full = entry_df > 0
        if full.any():
            per_entry[full] = np.add.reduceat(count.astype(np.int64), starts[full])
        merged["freqs"] = _scatter(np.concatenate(freqs), into)
        merged["counts"] = _scatter(count, into)
        merged["positions"] = _scatter(np.concatenate(positions), _placed(per_entry, order))
    used = np.flatnonzero(df)
    terms = union if len(used) == len(union) else [union[i] for i in used.tolist()]
    out.add(terms, df[used].astype(np.uint32), **merged)


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
