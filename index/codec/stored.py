"""Stories as stored: compact JSON, zlib-compressed in blocks of up to 16.

Only what differs from a field's default is kept, so an attribute added to `Article` later is read
from older blocks with its default.
"""

import json
import zlib
from collections.abc import Callable
from dataclasses import MISSING, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from wiredesk.errors import IndexFormatError
from wiredesk.index.article import (
    Article,
    Byline,
    City,
    Dateline,
    Dropped,
    Entity,
    Evidence,
    Note,
    Source,
)
from wiredesk.index.codec.files import Array, FileWriter, MappedFile, Spool
from wiredesk.index.codec.packing import SegmentFull

BLOCK = 16
LEVEL = 1

_NO_DEFAULT = object()
_DEFAULTS: dict[type, tuple[tuple[str, Any], ...]] = {
    kind: tuple((f.name, _NO_DEFAULT if f.default is MISSING else f.default) for f in fields(kind))
    for kind in (Article, Byline, City, Dateline, Dropped, Entity, Evidence, Note, Source)
}
_NESTED = frozenset({"source", "dateline"})
_LISTED = frozenset({"byline", "dropped", "notes", "entities", "evidence", "also_in", "cities"})


def _plain(value: Any) -> dict[str, Any]:
    result = {}
    for name, default in _DEFAULTS[type(value)]:
        item = getattr(value, name)
        if item is default or item == default:
            continue
        if name in _NESTED:
            item = _plain(item)
        elif name in _LISTED:
            item = [_plain(x) for x in item]
        result[name] = item
    return result


_encode: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=True, separators=(",", ":"), check_circular=False
).encode


def dump_article(article: Article) -> bytes:
    """A story as JSON."""
    return _encode(_plain(article)).encode("ascii")


def load_article(data: bytes) -> Article:
    """The inverse of `dump_article`."""
    return Article.from_dict(json.loads(data))


class StoredWriter:
    """Takes stories (or their JSON) in order of their numbers."""

    def __init__(self, folder: Path) -> None:
        self._blob = Spool(np.uint8, folder)
        self._blocks = Spool(np.uint64, folder)
        self._first = Spool(np.uint32, folder)
        self._ends = Spool(np.uint32, folder)
        self._block: list[bytes] = []

    def add(self, data: bytes) -> None:
        """One more story, as JSON."""
        self._block.append(data)
        if len(self._block) == BLOCK:
            self._flush()

    def _flush(self) -> None:
        if self._block:
            block, self._block = self._block, []
            self._append(*pack_block(block))

    def add_block(self, packed: bytes, ends: Array) -> None:
        """A whole block of stories, compressed already."""
        if len(ends) * 2 < BLOCK:
            for data in _cut(zlib.decompress(packed), ends):
                self.add(data)
        else:
            self._flush()
            self._append(packed, ends)

    def _append(self, packed: bytes, ends: Array) -> None:
        self._first.add(np.array([self._ends.count], np.uint32))
        self._ends.add(ends)
        self._blob.count += len(packed)
        self._blob.write(packed)
        self._blocks.add(np.array([self._blob.count], np.uint64))

    def finish(self, out: FileWriter) -> None:
        """Write the sections: blob, blocks (where each ends in it), first (story of each block),
        ends (of each story in its block)."""
        self._flush()
        out.add("blob", self._blob)
        out.add("blocks", self._blocks)
        out.add("first", self._first)
        out.add("ends", self._ends)


def pack_block(block: list[bytes]) -> tuple[bytes, Array]:
    """(compressed stories, where each ends before compression)."""
    ends = np.cumsum(np.fromiter(map(len, block), np.uint64, len(block)))
    if int(ends[-1]) >= 1 << 32:
        raise SegmentFull(f"{len(block)} stories in a row take more than 4 GB")
    return zlib.compress(b"".join(block), LEVEL), ends.astype(np.uint32)


def _cut(text: bytes, ends: Array) -> list[bytes]:
    bounds = [0, *ends.tolist()]
    return [text[a:b] for a, b in pairwise(bounds)]


class StoredReader:
    """The stories of a segment."""

    def __init__(self, file: MappedFile, doc_count: int) -> None:
        self._file = file
        self._ends = file.array("ends", doc_count)
        self._blocks = file.array("blocks")
        self._first = file.array("first", len(self._blocks))
        self._doc_count = doc_count

    @property
    def block_count(self) -> int:
        """How many blocks there are."""
        return len(self._blocks)

    def span(self, block: int) -> tuple[int, int]:
        """The stories (first, end) in a block."""
        first = int(self._first[block])
        end = int(self._first[block + 1]) if block + 1 < len(self._first) else self._doc_count
        return first, end

    def packed(self, block: int) -> tuple[bytes, Array]:
        """A block as it lies on disk, and where its stories end in it (u32)."""
        start = int(self._blocks[block - 1]) if block else 0
        first, end = self.span(block)
        data = self._file.read(start, int(self._blocks[block]), "blob")
        return data, self._ends[first:end]

    def raw(self, doc: int) -> bytes:
        """The JSON of a story."""
        block = int(self._first.searchsorted(doc, "right")) - 1
        data, ends = self.packed(block)
        i = doc - int(self._first[block])
        end = int(ends[i])
        start = int(ends[i - 1]) if i else 0
        try:
            return zlib.decompressobj().decompress(data, end)[start:]
        except zlib.error as error:
            raise self._damaged(block, error) from error

    def raw_block(self, block: int) -> list[bytes]:
        """The JSON of all stories of a block."""
        data, ends = self.packed(block)
        try:
            return _cut(zlib.decompress(data), ends)
        except zlib.error as error:
            raise self._damaged(block, error) from error

    def _damaged(self, block: int, error: Exception) -> IndexFormatError:
        return IndexFormatError(str(self._file.path), f"damaged: block {block}: {error}")
