"""The same segments for stock Whoosh: codec, schema and table of contents.

`whoosh.index.open_dir` finds a table of contents whose segments name `WireCodec`; its readers
answer Whoosh's questions (terms, matchers, columns, lengths, stored fields, deletions) from the
arrays. Archives are written by `ArchiveWriter` only: Whoosh's writer is told so.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, fields, formats
from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from wiredesk.errors import ArchiveError
from wiredesk.index.analysis import stem, tokens
from wiredesk.index.codec.archive import (
    INDEX_NAME,
    Manifest,
    SegmentEntry,
    open_segment,
    sync_folder,
)
from wiredesk.index.codec.files import Array
from wiredesk.index.codec.segment import (
    MARKS,
    MISSING_DAY,
    Dictionary,
    FieldView,
    SegmentReader,
    TermTable,
    TextTable,
)
from wiredesk.index.schema import FIELDS

# ---- schema


class WireAnalyzer(Analyzer):
    """`wiredesk.index.analysis` as a Whoosh analyzer; `stemmed` for the stemmed fields."""

    def __init__(self, *, stemmed: bool) -> None:
        self.stemmed = stemmed

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[WhooshToken]:
        """The tokens of a text, in Whoosh's way: one object, changed from token to token."""
        token = WhooshToken(positions, chars, removestops=removestops, mode=mode, **kwargs)
        for number, (word, start, end) in enumerate(tokens(value)):
            token.text = stem(word) if self.stemmed else word
            token.boost = 1.0
            token.stopped = False
            if positions:
                token.pos = start_pos + number
            if chars:
                token.startchar = start_char + start
                token.endchar = start_char + end
            yield token


class ValuesColumn(columns.Column):
    """A column that holds a list of values for each story. It lives in the segment's own files;
    Whoosh never writes it."""

    def stores_lists(self) -> bool:
        """Lists of values, which `FieldFacet(allow_overlap=True)` takes as they are."""
        return True

    def default_value(self, reverse: bool = False) -> str:
        """The value of a story without one."""
        return ""


class ValueField(fields.KEYWORD):
    """Exact values; `sortable`, so that Whoosh groups by the column."""

    def __init__(self) -> None:
        super().__init__(commas=True, sortable=True)
        self.column_type = ValuesColumn()

    def from_column_value(self, value: Any) -> Any:
        """Values are text already."""
        return value


def build_schema() -> fields.Schema:
    """The table of fields as a Whoosh schema. Open an archive with it rather than with the
    pickled schema that lies in the folder."""
    stemmed, plain = WireAnalyzer(stemmed=True), WireAnalyzer(stemmed=False)
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        text=fields.TEXT(analyzer=stemmed, phrase=False),
        words=fields.TEXT(analyzer=plain, phrase=False),
    )
    for field in FIELDS.values():
        if field.kind == "text":
            schema.add(field.name, fields.TEXT(analyzer=stemmed, stored=True))
        else:
            schema.add(field.name, ValueField())
    return schema


# ---- segments


class WireSegment(W3Segment):
    """A segment as the manifest has it, for Whoosh's table of contents."""

    def __init__(self, codec: "WireCodec", entry: SegmentEntry) -> None:
        indexname, _, segid = entry.name.rpartition("_")
        super().__init__(codec, indexname, doccount=entry.stories, segid=segid)
        self.entry = entry

    def deleted_count(self) -> int:
        """How many of the stories are deleted."""
        return self.entry.deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Not this way."""
        raise ArchiveError(self.segment_id(), "change an archive with ArchiveWriter only")

    def should_assemble(self) -> bool:
        """The files stay as they are, to be mapped."""
        return False


class WireCodec(W3Codec):
    """Whoosh's view of a segment of arrays."""

    def per_document_writer(self, storage: Any, segment: Any) -> Any:
        """Not this way."""
        raise ArchiveError(str(storage), "write to an archive with ArchiveWriter only")

    field_writer = per_document_writer

    def per_document_reader(self, storage: Any, segment: WireSegment) -> "WireDocReader":
        """Lengths, columns, stored fields, deletions."""
        return WireDocReader(_open(storage, segment))

    def terms_reader(self, storage: Any, segment: WireSegment) -> "WireTermsReader":
        """Terms and postings."""
        return WireTermsReader(_open(storage, segment))

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """Not this way."""
        return self.per_document_writer(storage, None)


# The name under which tables of contents know it.
WireCodec.__module__ = "wiredesk.index.codec"


def _open(storage: Any, segment: WireSegment) -> SegmentReader:
    return open_segment(Path(storage.folder), segment.entry)


def _live(segment: SegmentReader, docs: Array) -> int:
    if segment.deleted is None:
        return len(docs)
    return len(docs) - int(np.count_nonzero(segment.deleted[docs]))


class WireDocReader(base.PerDocumentReader):
    """What Whoosh asks about single stories."""

    def __init__(self, segment: SegmentReader) -> None:
        self._segment = segment

    def doc_count(self) -> int:
        """Stories that are not deleted."""
        return self._segment.live_count

    def doc_count_all(self) -> int:
        """All stories."""
        return self._segment.doc_count

    def has_deletions(self) -> bool:
        """Whether any story is deleted."""
        return self._segment.deleted_count > 0

    def is_deleted(self, docnum: int) -> bool:
        """Whether a story is deleted (no number beyond the last is)."""
        return docnum in self._deleted

    @cached_property
    def _deleted(self) -> frozenset[int]:
        return frozenset(self.deleted_docs())

    def deleted_docs(self) -> Iterable[int]:
        """The deleted stories."""
        deleted = self._segment.deleted
        return () if deleted is None else np.flatnonzero(deleted).tolist()

    def supports_columns(self) -> bool:
        """Facets and date have columns."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Facets and date have columns, even where no story has a value."""
        return fieldname in FIELDS and FIELDS[fieldname].kind != "text"

    def list_columns(self) -> list[str]:
        """The fields with columns."""
        return [name for name in FIELDS if self.has_column(name)]

    def column_reader(self, fieldname: str, column: Any) -> "ValuesReader":
        """The values of a field, story by story."""
        return ValuesReader(self._segment, fieldname)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Words of a field in a story."""
        if fieldname not in ("headline", "body", "text"):
            return default
        return int(self._segment.lengths(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        """Words of a field in all stories."""
        known = fieldname in ("headline", "body", "text")
        return self._segment.total_length(fieldname) if known else 0

    def min_field_length(self, fieldname: str) -> int:
        """Words in the shortest field."""
        return self._length(fieldname, np.min)

    def max_field_length(self, fieldname: str) -> int:
        """Words in the longest field."""
        return self._length(fieldname, np.max)

    def _length(self, fieldname: str, pick: Callable[[Array], Any]) -> int:
        if fieldname not in ("headline", "body", "text") or not self._segment.doc_count:
            return 0
        return int(pick(self._segment.lengths(fieldname)))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The texts, the id, and the values of facets and date as lists."""
        article = self._segment.stored(docnum)
        result: dict[str, Any] = {
            "id": article.id,
            "headline": article.headline,
            "body": article.body,
        }
        for name in self.list_columns():
            values = ValuesReader(self._segment, name).values(docnum)
            if values:
                result[name] = values
        return result


class ValuesReader(columns.ColumnReader):
    """The values of a facet (or the day, as an ISO date) by story."""

    def __init__(self, segment: SegmentReader, field: str) -> None:
        self._doccount = segment.doc_count
        self._days = segment.days() if FIELDS[field].kind == "date" else None
        self._column = segment.facet(field) if self._days is None else None

    def values(self, docnum: int) -> list[str]:
        """The values of a story."""
        if self._days is not None:
            day = int(self._days[docnum])
            return [] if day == MISSING_DAY else [_iso(day)]
        return [] if self._column is None else self._column.of(docnum)

    def __getitem__(self, docnum: int) -> list[str | None]:
        return [*self.values(docnum)] or [None]

    def sort_key(self, docnum: int) -> Any:
        """The first value, as text."""
        return next(iter(self.values(docnum)), "")


def _iso(day: int) -> str:
    return str(np.datetime64(day, "D"))


class DayTable(Dictionary):
    """The days of a segment as terms `YYYY-MM-DD`, made from the column when Whoosh asks."""

    def __init__(self, segment: SegmentReader) -> None:
        days = segment.days()
        order = np.argsort(days, kind="stable").astype(np.uint32)
        order = order[int(np.count_nonzero(days == MISSING_DAY)) :]
        values, first, count = np.unique(days[order], return_index=True, return_counts=True)
        self._terms = [_iso(int(v)).encode() for v in values]
        self._order, self._first, self.df = order, first, count

    def __len__(self) -> int:
        return len(self._terms)

    def term(self, ordinal: int) -> bytes:
        """The day with an ordinal."""
        return self._terms[ordinal]

    def docs(self, ordinal: int) -> Array:
        """The stories of a day."""
        return self._order[self._first[ordinal] :][: self.df[ordinal]]


class IdTable(Dictionary):
    """The ids of a segment as terms, sorted when Whoosh asks."""

    def __init__(self, segment: SegmentReader) -> None:
        ids = [segment.id_bytes(d) for d in range(segment.doc_count)]
        self._order = sorted(range(len(ids)), key=lambda d: (ids[d], d))
        terms = [ids[d] for d in self._order]
        self._first = [i for i, t in enumerate(terms) if not i or terms[i - 1] != t]
        self._terms = [terms[i] for i in self._first]
        self.df = np.diff([*self._first, len(terms)])

    def __len__(self) -> int:
        return len(self._terms)

    def term(self, ordinal: int) -> bytes:
        """The id with an ordinal."""
        return self._terms[ordinal]

    def docs(self, ordinal: int) -> Array:
        """The stories with an id."""
        first = self._first[ordinal]
        return np.array(self._order[first : first + int(self.df[ordinal])], np.uint32)


_Table = TermTable | FieldView | DayTable | IdTable


class WireTermsReader(base.TermsReader):
    """What Whoosh asks about terms."""

    def __init__(self, segment: SegmentReader) -> None:
        self._segment = segment

    @cached_property
    def _names(self) -> list[str]:
        return sorted({*self._segment.fields(), "headline", "body", "id", "date"})

    @cached_property
    def _made(self) -> dict[str, _Table]:
        return {}

    def _table(self, field: str) -> _Table | None:
        table = self._made.get(field)
        if table is None:
            if field == "id":
                table = IdTable(self._segment)
            elif field in FIELDS and FIELDS[field].kind == "date":
                table = DayTable(self._segment)
            else:
                table = self._segment.terms(field)
            if table is not None:
                self._made[field] = table
        return table

    def _find(self, field: str, term: bytes) -> tuple[_Table, int]:
        table = self._table(field)
        i = -1 if table is None or term in MARKS else table.find(term)
        if table is None or i < 0 or (isinstance(table, FieldView) and not table.count(i)):
            raise TermNotFound(f"No term {field}:{term!r}")
        return table, i

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            self._find(*term)
        except TermNotFound:
            return False
        return True

    def indexed_field_names(self) -> list[str]:
        """The fields with terms."""
        return self._names

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms of all fields."""
        for field in self._names:
            yield from self.terms_from(field, b"", only=True)

    def terms_from(
        self, fieldname: str, prefix: bytes, *, only: bool = False
    ) -> Iterator[tuple[str, bytes]]:
        """The terms from one on, running into the fields after it (unless `only`)."""
        table = self._table(fieldname)
        if table is not None:
            for i in range(table.span(prefix)[0], len(table)):
                if isinstance(table, FieldView) and not table.present[i]:
                    continue
                term = table.term(i)
                if term not in MARKS:
                    yield fieldname, term
        if not only:
            for field in self._names:
                if field > fieldname:
                    yield from self.terms_from(field, b"", only=True)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """All terms with their numbers."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """As `terms_from`, with their numbers."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> "WireCursor":
        """A cursor over the terms of a field."""
        return WireCursor(self, fieldname, self._table(fieldname), fieldobj)

    def term_info(self, fieldname: str, tbytes: bytes) -> TermInfo:
        """Frequencies and lengths of a term."""
        table, i = self._find(fieldname, tbytes)
        docs = table.docs(i)
        weights = table.freqs(i) if isinstance(table, TextTable | FieldView) else None
        total = len(docs) if weights is None else int(weights.sum(dtype=np.int64))
        shortest = longest = 1
        if fieldname in ("headline", "body", "text"):
            lengths = self._segment.lengths(fieldname)[docs]
            shortest, longest = int(lengths.min()), int(lengths.max())
        return TermInfo(
            weight=total,
            df=_live(self._segment, docs),
            minlength=shortest,
            maxlength=longest,
            maxweight=1 if weights is None else int(weights.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, tbytes: bytes) -> int:
        """How often a term occurs."""
        return int(self.term_info(fieldname, tbytes).weight()) if (fieldname, tbytes) in self else 0

    def doc_frequency(self, fieldname: str, tbytes: bytes) -> int:
        """How many stories that are not deleted have a term."""
        try:
            table, i = self._find(fieldname, tbytes)
        except TermNotFound:
            return 0
        return _live(self._segment, table.docs(i))

    def matcher(
        self, fieldname: str, tbytes: bytes, format_: formats.Format, scorer: Any = None
    ) -> "WireMatcher":
        """The postings of a term, deleted stories included (Whoosh filters them)."""
        table, i = self._find(fieldname, tbytes)
        positions = None
        weights = None
        if isinstance(table, FieldView):
            docs, starts, places = table.read(i)
            positions = (starts, places)
            weights = np.diff(starts)
        else:
            docs = table.docs(i)
            if isinstance(table, TextTable):
                weights = table.freqs(i)
        return WireMatcher(
            docs.tolist(),
            np.ones(len(docs)) if weights is None else weights,
            positions,
            format_,
            scorer,
            (fieldname, tbytes),
            self.term_info(fieldname, tbytes),
        )

    def close(self) -> None:
        """The maps go with the reader."""


class WireCursor(base.FieldCursor):
    """Walks through the terms of a field."""

    def __init__(
        self, reader: WireTermsReader, field: str, table: _Table | None, fieldobj: Any
    ) -> None:
        self._reader = reader
        self._field = field
        self._table = table
        self._fieldobj = fieldobj
        self._count = 0 if table is None else len(table)
        self._i = 0
        self._skip()

    def _skip(self) -> None:
        if isinstance(self._table, FieldView):
            while self._i < self._count and not self._table.present[self._i]:
                self._i += 1

    def first(self) -> str | None:
        """To the first term."""
        self._i = 0
        self._skip()
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """To the first term that is not before this one."""
        wanted: bytes = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._i = 0 if self._table is None else self._table.span(wanted)[0]
        self._skip()
        return self.text()

    def next(self) -> str | None:
        """To the next term."""
        self._i += 1
        self._skip()
        return self.text()

    def text(self) -> str | None:
        """The term here; None at the end."""
        if self._table is None or not self.is_valid():
            return None
        return str(self._fieldobj.from_bytes(self._table.term(self._i)))

    def term_info(self) -> TermInfo | None:
        """The numbers of the term here."""
        if self._table is None or not self.is_valid():
            return None
        return self._reader.term_info(self._field, self._table.term(self._i))

    def is_valid(self) -> bool:
        """Whether there is a term here."""
        return self._i < self._count


class WireMatcher(ListMatcher):
    """The postings of one term as Whoosh walks through them."""

    def __init__(
        self,
        ids: list[int],
        weights: Array,
        positions: tuple[Array, Array] | None,
        format_: formats.Format,
        scorer: Any,
        term: tuple[str, bytes],
        terminfo: TermInfo,
        position: int = 0,
    ) -> None:
        super().__init__(
            ids, None, None, format_, scorer=scorer, position=position, term=term, terminfo=terminfo
        )
        self._array = weights
        self._places = positions

    def copy(self) -> "WireMatcher":
        """A second one at the same place."""
        return WireMatcher(
            self._ids,
            self._array,
            self._places,
            self._format,
            self._scorer,
            self._term,
            self._terminfo,
            self._i,
        )

    def skip_to(self, id: int) -> None:
        """To the first story that is not before this one."""
        from bisect import bisect_left

        self._i = bisect_left(self._ids, id, self._i)

    def weight(self) -> float:
        """The frequency here."""
        return float(self._array[self._i])

    def block_max_weight(self) -> float:
        """The highest frequency."""
        return float(self._terminfo.max_weight())

    def supports(self, astype: str) -> bool:
        """Positions where the field has them."""
        return astype == "positions" and self._places is not None

    def value_as(self, astype: str) -> Sequence[int]:
        """The positions here."""
        if not self.supports(astype) or self._places is None:
            raise ValueError(f"no {astype!r} in {self._term!r}")
        starts, positions = self._places
        start, end = starts[self._i : self._i + 2].tolist()
        places: list[int] = positions[start:end].tolist()
        return places

    def value(self) -> bytes:
        """The positions here, as Whoosh encodes them."""
        if self._places is None:
            return b""
        encoded: bytes = self._format.encode(list(self.value_as("positions")))
        return encoded


# ---- table of contents


class DurableStorage(FileStorage):
    """Files whose names appear only when their contents are safe on disk."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file that was just written."""
        with open(os.path.join(self.folder, oldname), "rb") as file:
            os.fsync(file.fileno())
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(Path(self.folder))


def write_contents(folder: Path, manifest: Manifest) -> None:
    """Write Whoosh's table of contents for a manifest."""
    codec = WireCodec()
    segments = [WireSegment(codec, entry) for entry in manifest.segments]
    toc = TOC(build_schema(), segments, manifest.generation)
    toc.write(DurableStorage(str(folder)), INDEX_NAME)
