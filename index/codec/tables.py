"""Writing the parts of a segment from arrays; shared by building and merging."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wiredesk.index.codec.files import Array, FileWriter, Spool
from wiredesk.index.codec.packing import (
    WIDTHS,
    OccurrenceWriter,
    PatchedWriter,
    SegmentFull,
    owners,
    ranges,
    widths_of,
)
from wiredesk.index.codec.segment import BITMAP_VALUES, KINDS, ROW_WIDTH, SegmentReader
from wiredesk.index.schema import SHOWN

_LIMIT = (1 << 32) - 1
ROWS_AT_ONCE = 1 << 16


def narrow(values: Array) -> Array:
    """Unsigned numbers in the narrowest type that holds them."""
    top = int(values.max()) if len(values) else 0
    return values.astype(np.uint8 if top < 256 else np.uint16 if top < 65_536 else np.uint32)


class TermTableWriter:
    """Takes terms in byte order, chunk by chunk, with their postings term by term."""

    def __init__(self, field: str, doc_count: int, folder: Path, *, text: bool = False) -> None:
        self.field = field
        self._doc_count = doc_count
        self._text = text
        self._blob = Spool(np.uint8, folder)
        self._offsets = Spool(np.uint32, folder)
        self._df = Spool(np.uint32, folder)
        self._starts = Spool(np.uint32, folder)
        self._stems = Spool(np.uint32, folder)
        self._banks = {8: 0, 16: 0, 32: 0}
        self._gaps = {w: PatchedWriter(f"{field}.docs{w}", w, folder) for w in (8, 16)}
        self._plain = Spool(np.uint32, folder)
        self._offsets.add(np.zeros(1, np.uint32))
        if text:
            self._occurrences = {
                w: OccurrenceWriter(f"{field}.occurrences{w}", folder) for w in WIDTHS
            }
            self._ends = Spool(np.uint32, folder)
            self._low = Spool(np.uint8, folder)
            self._high = PatchedWriter(f"{field}.high", 4, folder)

    def add(
        self,
        terms: Sequence[bytes],
        df: Array,
        docs: Array,
        freqs: Array | None = None,
        counts: Array | None = None,
        positions: Array | None = None,
        stems: Array | None = None,
        own: Array | None = None,
    ) -> None:
        """Append terms (all in at least one story) with their postings.

        For words: the number of the stem of each, and which of them have postings `of` their own;
        `docs` then lists only those.
        """
        if not len(terms):
            return
        lengths = np.fromiter(map(len, terms), np.int64, len(terms))
        ends = self._blob.count + np.cumsum(lengths)
        self._check(int(ends[-1]), "bytes of terms")
        blob = b"".join(terms)
        self._blob.count += len(blob)
        self._blob.write(blob)
        self._offsets.add(ends.astype(np.uint32))
        self._df.add(df)
        if stems is not None:
            self._stems.add(stems)
        starts = np.zeros(len(df), np.int64)
        mine = np.arange(len(df)) if own is None else np.flatnonzero(own)
        if len(mine):
            starts[mine] = self._add_postings(df[mine], docs, freqs, counts, positions)
        self._starts.add(starts.astype(np.uint32))

    def _add_postings(
        self,
        df: Array,
        docs: Array,
        freqs: Array | None,
        counts: Array | None,
        positions: Array | None,
    ) -> Array:
        """Append the postings of some terms; gives where those of each start in their bank."""
        widths = widths_of(df, self._doc_count)
        gaps = docs.astype(np.uint32)
        gaps[1:] -= docs[:-1]
        first = np.cumsum(df, dtype=np.int64) - df
        gaps[first] = docs[first]
        starts = np.empty(len(df), np.int64)
        for w in WIDTHS:
            of = widths == w
            if not of.any():
                continue
            mine = df[of].astype(np.int64)
            bank = self._banks[w]
            starts[of] = bank + np.cumsum(mine) - mine
            self._banks[w] = bank + int(mine.sum())
            self._check(self._banks[w], "postings")
            at: Any = slice(None) if of.all() else np.repeat(of, df)
            if w == 32:
                self._plain.add(docs[at].astype(np.uint32))
            else:
                self._gaps[w].add(gaps[at])
            if self._text and freqs is not None and counts is not None:
                self._occurrences[w].add(counts[at], freqs[at])
        if self._text and counts is not None and positions is not None:
            per_term = np.add.reduceat(counts.astype(np.int64), first)
            ends = self._low.count + np.cumsum(per_term)
            self._check(int(ends[-1]), "positions")
            self._ends.add(ends.astype(np.uint32))
            self._low.add((positions & 255).astype(np.uint8))
            self._high.add(positions >> 8)
        return starts

    def _check(self, count: int, what: str) -> None:
        if count > _LIMIT:
            raise SegmentFull(f"more than {_LIMIT} {what} in field {self.field!r}")

    def finish(
        self, terms: FileWriter, postings: FileWriter, positions: FileWriter
    ) -> dict[str, Any]:
        """Write the sections; gives what the file of terms has to say about the field."""
        terms.add(f"{self.field}.blob", self._blob)
        terms.add(f"{self.field}.offsets", self._offsets)
        terms.add(f"{self.field}.df", self._df)
        terms.add(f"{self.field}.start", self._starts)
        if self.field == "words":
            terms.add(f"{self.field}.stems", self._stems)
        for gaps in self._gaps.values():
            gaps.finish(postings)
        postings.add(f"{self.field}.docs32", self._plain)
        if self._text:
            for occurrences in self._occurrences.values():
                occurrences.finish(postings)
            terms.add(f"{self.field}.positions", self._ends)
            positions.add(f"{self.field}.low", self._low)
            self._high.finish(positions)
        return {"banks": {str(w): n for w, n in self._banks.items()}}


class SegmentWriter:
    """The open files of a segment being written."""

    def __init__(self, folder: Path, name: str, doc_count: int) -> None:
        self.folder = folder
        self.name = name
        self.doc_count = doc_count
        self.fields: dict[str, Any] = {}
        self._corrected: list[str] = []
        self.files = {
            kind: FileWriter(folder / f"{name}{KINDS[kind]}", kind, segment=name)
            for kind in ("terms", "postings", "position", "columns", "stories", "stored")
        }

    def table(self, field: str, *, text: bool = False) -> TermTableWriter:
        """A writer for the terms of a field."""
        return TermTableWriter(field, self.doc_count, self.folder, text=text)

    def finish_table(self, table: TermTableWriter) -> None:
        """Take a complete table into the files."""
        files = self.files
        self.fields[table.field] = table.finish(
            files["terms"], files["postings"], files["position"]
        )

    def facet(self, field: str, values: Sequence[bytes], offsets: Array, ordinals: Array) -> None:
        """Write a facet: `values` in byte order, each used; `ordinals` number them so."""
        if not len(values):
            return
        counts = np.bincount(ordinals, minlength=len(values))
        by_rank = np.argsort(-counts, kind="stable")
        rank = np.empty(len(values), np.uint32)
        rank[by_rank] = np.arange(len(values), dtype=np.uint32)
        columns = self.files["columns"]
        columns.add(f"{field}.offsets", offsets.astype(np.uint32))
        columns.add(f"{field}.ordinals", narrow(rank[ordinals]))
        columns.add(f"{field}.rank", rank)
        columns.add(f"{field}.by_rank", by_rank.astype(np.uint32))
        columns.add(f"{field}.counts", counts[by_rank].astype(np.uint32))
        docs = owners(np.diff(offsets))
        table = self.table(field)
        table.add(values, counts.astype(np.uint32), docs[np.argsort(ordinals, kind="stable")])
        self.finish_table(table)

    def stories(
        self,
        days: Array,
        headline_keys: Array,
        lengths: dict[str, Array],
        id_blob: bytes,
        id_offsets: Array,
        id_hashes: Array,
    ) -> None:
        """Write what there is one of a story; all arrays in order of the stories."""
        file = self.files["stories"]
        file.add("days", days.astype(np.int32))
        file.add("headline.keys", headline_keys.astype(np.uint64))
        for field, values in lengths.items():
            file.add(f"length.{field}", narrow(values))
        file.add("id.blob", np.frombuffer(id_blob, np.uint8))
        file.add(
            "id.offsets", id_offsets.astype(np.uint32 if len(id_blob) <= _LIMIT else np.uint64)
        )
        order = np.argsort(id_hashes, kind="stable")
        file.add("id.hashes", id_hashes[order])
        file.add("id.order", order.astype(np.uint32))
        self._totals = {f: int(v.sum(dtype=np.int64)) for f, v in lengths.items()}

    def companion(self, days: Array, fields: Sequence[str], rules: str) -> None:
        """Make this the companion of a segment: corrected facets (`fields`), days and the rules
        that made them; no text, no stories. Closes the files."""
        self.files["stories"].add("days", days.astype(np.int32))
        self.files["stored"].add("rules", np.frombuffer(rules.encode(), np.uint8))
        self._totals = {}
        self._corrected = list(fields)
        self.close()

    def close(self) -> None:
        """Make the files valid."""
        for kind, file in self.files.items():
            meta: dict[str, Any] = {"doc_count": self.doc_count}
            if kind == "terms":
                meta["fields"] = self.fields
            if kind == "stories":
                meta["total_length"] = self._totals
                meta["corrected"] = self._corrected
            file.close(meta)

    def abandon(self) -> None:
        """Remove the files."""
        for file in self.files.values():
            file.abandon()


def write_companion(segment: SegmentReader, name: str) -> None:
    """Write the derived files of a segment as its companion `name` corrects it."""
    write_derived(segment.folder, name, segment.with_companion(name, derived=False))


def write_derived(folder: Path, name: str, segment: SegmentReader | None = None) -> None:
    """Write the files that follow from the facet columns: rows and bitmaps."""
    rows = FileWriter(folder / f"{name}{KINDS['rows']}", "rows", segment=name)
    bitmaps = FileWriter(folder / f"{name}{KINDS['bitmaps']}", "bitmaps", segment=name)
    try:
        segment = SegmentReader(folder, name, derived=False) if segment is None else segment
        fields = [f for f in SHOWN if segment.facet(f) is not None and _countable(segment, f)]
        _write_rows(segment, fields, rows)
        _write_bitmaps(segment, bitmaps)
    except BaseException:
        rows.abandon()
        bitmaps.abandon()
        raise


def _countable(segment: SegmentReader, field: str) -> bool:
    """Whether a facet's values repeat enough for counting in one array to pay."""
    column = segment.facet(field)
    return column is not None and len(column) <= max(1 << 16, segment.doc_count // 4)


def _write_rows(segment: SegmentReader, fields: list[str], out: FileWriter) -> None:
    n = segment.doc_count
    base = [0]
    held = []
    for field in fields:
        column = segment.facet(field)
        assert column is not None
        held.append((column, np.uint32(base[-1])))
        base.append(base[-1] + len(column))
    rows = Spool(np.uint32, segment.folder)
    more_docs = Spool(np.uint32, segment.folder)
    more_values = Spool(np.uint32, segment.folder)
    more_counts = [np.zeros(1, np.int64)]
    for lo in range(0, n, ROWS_AT_ONCE):
        hi = min(n, lo + ROWS_AT_ONCE)
        lengths = [np.diff(column.offsets[lo : hi + 1]).astype(np.int64) for column, _ in held]
        block = np.full((hi - lo, ROW_WIDTH), base[-1], np.uint32)
        used = np.zeros(hi - lo, np.int64)
        for mine in lengths:
            used += mine
        more = np.flatnonzero(used > ROW_WIDTH)
        counts = used[more] - ROW_WIDTH
        more_at = np.zeros(hi - lo, np.int64)
        more_at[more] = np.cumsum(counts) - counts
        rest = np.empty(int(counts.sum()), np.uint32)
        used[:] = 0
        for (column, shift), mine in zip(held, lengths, strict=True):
            start, end = int(column.offsets[lo]), int(column.offsets[hi])
            docs = np.repeat(np.arange(hi - lo), mine)
            place = ranges(used, mine)
            values = column.ordinals[start:end].astype(np.uint32) + shift
            fits = place < ROW_WIDTH
            block[docs[fits], place[fits]] = values[fits]
            beyond = ~fits
            if beyond.any():
                rest[more_at[docs[beyond]] + place[beyond] - ROW_WIDTH] = values[beyond]
            used += mine
        rows.add(block.ravel())
        more_docs.add((more + lo).astype(np.uint32))
        more_values.add(rest)
        more_counts.append(counts)
    out.add("rows", rows)
    out.add("more_docs", more_docs)
    out.add("more_offsets", np.cumsum(np.concatenate(more_counts)).astype(np.uint64))
    out.add("more_values", more_values)
    out.close({"fields": fields, "base": base})


def _write_bitmaps(segment: SegmentReader, out: FileWriter) -> None:
    n = segment.doc_count
    flags = np.zeros(-(-n // 64) * 64, np.uint8)
    for field in SHOWN:
        column = segment.facet(field)
        if column is None:
            continue
        maps = []
        for ordinal in range(min(BITMAP_VALUES, len(column))):
            docs = column.docs(ordinal)
            flags[docs] = 1
            maps.append(np.packbits(flags, bitorder="little").view(np.uint64))
            flags[docs] = 0
        out.add(field, np.concatenate(maps))
    out.close({})
