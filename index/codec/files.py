"""Files of named arrays: magic, sections, table of contents, checksums; mapped, never copied.

Layout of every file of a segment, little-endian:

    magic      8 bytes  b"WIREDESK"
    kind       8 bytes  which file this is, ASCII padded with NUL, e.g. b"terms"
    sections   arrays, each aligned to 64 bytes
    contents   JSON: {"version", "segment", "meta", "sections": {name: [dtype, offset, count, crc]}}
    trailer   24 bytes  length of contents u64, crc32 of contents u32, version u32, magic

The trailer is written last, so a file cut short has none. Opening checks magic, kind, version, the
checksum of the contents and that every section lies inside the file; `verify` also reads every
byte. Sections are written one after another or, through `Spool`s, side by side.
"""

import errno
import json
import mmap
import os
import struct
import tempfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wiredesk.errors import IndexFormatError

Array = npt.NDArray[Any]

MAGIC = b"WIREDESK"
FILE_VERSION = 1
ALIGN = 64
SPOOL_BYTES = 4 << 20

_TRAILER = struct.Struct("<QII8s")
_DTYPES = frozenset(
    np.dtype(t).str for t in ("u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8")
)


class Spool:
    """An array growing at its end: in memory while small, then in an unnamed temporary file."""

    def __init__(self, dtype: npt.DTypeLike, folder: Path) -> None:
        self.dtype = np.dtype(dtype)
        self.count = 0
        self._folder = folder
        self._parts: list[bytes] = []
        self._held = 0
        self._file: Any = None

    def add(self, values: Array) -> None:
        """Append values; they must fit the type."""
        if not len(values):
            return
        if values.dtype != self.dtype:
            values = values.astype(self.dtype)
        self.count += len(values)
        self.write(values.tobytes())

    def write(self, data: bytes) -> None:
        """Append raw bytes; `count` is the caller's to keep (`add` does)."""
        self._parts.append(data)
        self._held += len(data)
        if self._held > SPOOL_BYTES:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (drain closes it)
            self._file.writelines(self._parts)
            self._parts, self._held = [], 0

    def drain(self, out: "FileWriter") -> None:
        """Copy everything into an open section and forget it."""
        if self._file is not None:
            self._file.seek(0)
            while block := self._file.read(1 << 20):
                out.write(block)
            self._file.close()
            self._file = None
        for part in self._parts:
            out.write(part)
        self._parts, self._held = [], 0


class FileWriter:
    """Writes one file; `close` makes it valid, `abandon` removes it. `sync` makes files durable."""

    def __init__(self, path: Path, kind: str, *, segment: str) -> None:
        self.path = path
        self._segment = segment
        self._sections: dict[str, tuple[str, int, int, int]] = {}
        self._file = path.open("wb")
        self._file.write(MAGIC + kind.encode().ljust(8, b"\0"))
        self._at = 16
        self._crc = 0

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes to the section being written."""
        self._file.write(data)
        self._crc = zlib.crc32(data, self._crc)
        self._at += len(data)

    def _begin(self) -> int:
        pad = -self._at % ALIGN
        self._file.write(b"\0" * pad)
        self._at += pad
        self._crc = 0
        return self._at

    def add(self, name: str, values: "Array | Spool") -> None:
        """Write a whole section."""
        start = self._begin()
        if isinstance(values, Spool):
            dtype, count = values.dtype, values.count
            values.drain(self)
        else:
            flat = np.ascontiguousarray(values).reshape(-1)
            dtype, count = flat.dtype, flat.size
            if count:
                self.write(flat.view(np.uint8).data)
        self._sections[name] = (dtype.newbyteorder("<").str, start, count, self._crc)

    def close(self, meta: dict[str, Any]) -> None:
        """Write the table of contents."""
        contents = json.dumps(
            {
                "version": FILE_VERSION,
                "segment": self._segment,
                "meta": meta,
                "sections": self._sections,
            },
            separators=(",", ":"),
        ).encode()
        self._begin()
        self._file.write(contents)
        self._file.write(_TRAILER.pack(len(contents), zlib.crc32(contents), FILE_VERSION, MAGIC))
        self._file.close()

    def abandon(self) -> None:
        """Remove the unfinished file."""
        # A full disk refuses the rest of the buffer once more; the file goes anyway.
        with suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)


def sync(paths: Iterable[Path]) -> None:
    """Force files to disk, all that were written before one is waited for."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class MappedFile:
    """A file of named arrays, opened by mapping; `array` gives read-only views.

    Raises OSError when there is no such file and IndexFormatError when it is not what it should
    be. A mapped file stays readable after it has been deleted.
    """

    def __init__(self, path: Path, kind: str, *, segment: str) -> None:
        self.path = path
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < 16 + _TRAILER.size:
                raise IndexFormatError(str(path), "damaged: too short")
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except OSError as error:
                if error.errno != errno.ENOMEM:
                    raise
                raise MemoryError(
                    f"{path}: no address space to map {size:,} bytes; raise the memory limit"
                ) from error
        self.size = size
        length, crc, version, magic = _TRAILER.unpack_from(self._map, size - _TRAILER.size)
        if self._map[:8] != MAGIC or magic != MAGIC:
            raise IndexFormatError(str(path), "damaged: not a complete wiredesk index file")
        if self._map[8:16].rstrip(b"\0") != kind.encode():
            raise IndexFormatError(str(path), f"damaged: not a file of kind {kind!r}")
        if version != FILE_VERSION:
            raise IndexFormatError(
                str(path), f"file version {version}, this wiredesk reads {FILE_VERSION}"
            )
        end = size - _TRAILER.size
        if length > end - 16:
            raise IndexFormatError(str(path), "damaged: table of contents out of bounds")
        contents = self._map[end - length : end]
        if zlib.crc32(contents) != crc:
            raise IndexFormatError(str(path), "damaged: table of contents")
        head = json.loads(contents)
        if head["segment"] != segment:
            raise IndexFormatError(str(path), f"belongs to another segment ({head['segment']!r})")
        self.meta: dict[str, Any] = head["meta"]
        self._sections: dict[str, tuple[str, int, int, int]] = {}
        for name, (dtype, offset, count, section_crc) in head["sections"].items():
            if dtype not in _DTYPES and dtype != "|u1":
                raise IndexFormatError(str(path), f"damaged: section {name!r} of type {dtype!r}")
            width = np.dtype(dtype).itemsize
            if offset % ALIGN or offset < 16 or count < 0 or offset + count * width > end - length:
                raise IndexFormatError(str(path), f"damaged: section {name!r} out of bounds")
            self._sections[name] = (dtype, offset, count, section_crc)

    def __contains__(self, name: str) -> bool:
        return name in self._sections

    def names(self) -> list[str]:
        """The names of the sections."""
        return list(self._sections)

    def array(self, name: str, count: int | None = None) -> Array:
        """A section as a read-only array; `count` is the number of elements it must have."""
        if name not in self._sections:
            raise IndexFormatError(str(self.path), f"damaged: no section {name!r}")
        dtype, offset, found, _ = self._sections[name]
        if count is not None and found != count:
            raise IndexFormatError(
                str(self.path), f"damaged: section {name!r} has {found} elements, not {count}"
            )
        return np.frombuffer(self._map, dtype, found, offset)

    def read(self, start: int, end: int, name: str) -> bytes:
        """Bytes start:end of a section of bytes."""
        _, offset, count, _ = self._sections[name]
        if not 0 <= start <= end <= count:
            raise IndexFormatError(str(self.path), f"damaged: offset beyond section {name!r}")
        return self._map[offset + start : offset + end]

    def release(self) -> None:
        """Give mapped pages back to the system; they are read again when needed."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def verify(self) -> list[str]:
        """The names of the sections whose bytes do not match their checksum; reads everything."""
        bad = []
        for name, (dtype, offset, count, crc) in self._sections.items():
            view = memoryview(self._map)
            end = offset + count * np.dtype(dtype).itemsize
            found = 0
            for at in range(offset, end, 1 << 22):
                found = zlib.crc32(view[at : min(end, at + (1 << 22))], found)
            view.release()
            if found != crc:
                bad.append(name)
        return bad

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to do: the map goes with the last array that looks into it."""


def index_type(largest: int) -> npt.DTypeLike:
    """The narrower of u32 and u64 that holds a number."""
    return np.uint32 if largest < 1 << 32 else np.uint64
