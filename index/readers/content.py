"""Where bytes come from: plain files and folders, and the members of packed files.

Every piece of input is a `Content`: a seekable stream with a name, a size and a digest. Readers
never see the file system. What cannot be opened is a `ReadError` in the stream of contents, so
that one bad file never stops the rest.
"""

import gzip
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from wiredesk.errors import ReadError
from wiredesk.index.readers.item import LeftOut

MAX_MEMBER = 2 << 30
"""The largest member of a packed file, in bytes."""

MAX_RATIO = 200
"""How much larger than its packed file the content may grow; news text packs about 1:3."""

RATIO_FREE = 64 << 20
"""Bytes that may be unpacked before the ratio is looked at."""

MAX_MEMBERS = 2_000_000
SPOOL = 8 << 20
CHUNK = 1 << 20

PACKED = (".zip", ".tar.gz", ".tgz", ".tar", ".gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file to be read: `path` as the user knows it, `key` its real absolute path."""

    path: str
    key: str
    size: int


@dataclass(slots=True, kw_only=True)
class Content:
    """One file or member. `name` is what its format is told by; `digest` is of its bytes."""

    path: str
    name: str
    stream: BinaryIO
    size: int
    digest: str
    member: str | None = None

    @property
    def place(self) -> str:
        """How receipts and errors name it."""
        return self.path if self.member is None else f"{self.path}!{self.member}"

    def head(self, size: int = 4096) -> bytes:
        """The first bytes."""
        self.stream.seek(0)
        return self.stream.read(size)

    def read(self, limit: int) -> bytes:
        """All bytes. Raises ReadError if there are more than `limit`."""
        if self.size > limit:
            raise ReadError(
                self.place,
                f"too large for its format: {self.size:,} bytes, at most {limit:,}; split it",
            )
        self.stream.seek(0)
        return self.stream.read()

    def close(self) -> None:
        """Lets go of the file."""
        self.stream.close()


def content_of(path: str, data: bytes, *, member: str | None = None, name: str = "") -> Content:
    """Bytes in memory as a content."""
    return Content(
        path=path,
        member=member,
        name=name or member or path,
        stream=BytesIO(data),
        size=len(data),
        digest=blake2b(data, digest_size=16).hexdigest(),
    )


_ABOUT = re.compile(r"(?:readme|licen[cs]e|copying)(?:\.\w+)?|gold\.json", re.IGNORECASE)


def walk(
    sources: Iterable[str | os.PathLike[str]], *, leave_out: str = ""
) -> Iterator[Found | ReadError | LeftOut]:
    """The files of the sources, folders in depth and in order of name, each file once.

    Hidden files and folders are passed over unless they are named themselves, and so is every
    archive (`leave_out` and any folder with a manifest). Links are followed; one that leads back
    into a folder already read is left out, with a line that says so; and so are a folder's README,
    licence and gold file.
    """
    seen: set[str] = set()
    for source in sources:
        path = os.fspath(source)
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            yield ReadError(shown_path(path), _reason(error))
            continue
        if stat.S_ISDIR(mode):
            yield from _folder(path, seen, leave_out)
        else:
            yield from _file(path, seen)


def shown_path(path: str) -> str:
    """A path as it is stored and shown; bytes of its name that are no text are spelt out."""
    return os.fsencode(os.path.normpath(path)).decode("utf-8", "backslashreplace")


def _folder(top: str, seen: set[str], leave_out: str) -> Iterator[Found | ReadError | LeftOut]:
    pending = [top]
    while pending:
        folder = pending.pop()
        real = os.path.realpath(folder)
        if real == leave_out:
            continue
        if real in seen:
            reason = f"leads back to a folder already read: {shown_path(real)}"
            yield LeftOut(place=shown_path(folder), reason=reason)
            continue
        seen.add(real)
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda e: e.name)
        except OSError as error:
            yield ReadError(shown_path(folder), _reason(error))
            continue
        if any(e.name == "archive.json" for e in listed) and folder != top:
            continue
        folders = []
        for entry in listed:
            if entry.name.startswith("."):
                continue
            try:
                is_folder = entry.is_dir()
            except OSError as error:
                yield ReadError(shown_path(entry.path), _reason(error))
                continue
            if is_folder:
                folders.append(entry.path)
            elif _ABOUT.fullmatch(entry.name):
                yield LeftOut(
                    place=shown_path(entry.path), reason="tells about the folder, not a story"
                )
            else:
                yield from _file(entry.path, seen)
        pending += reversed(folders)


def _file(path: str, seen: set[str]) -> Iterator[Found | ReadError]:
    try:
        state = os.stat(path)
    except OSError as error:
        yield ReadError(shown_path(path), _reason(error))
        return
    real = os.path.realpath(path)
    if real in seen:
        return
    seen.add(real)
    if not stat.S_ISREG(state.st_mode):
        yield ReadError(shown_path(path), "not a plain file")
    else:
        yield Found(path=shown_path(path), key=real, size=state.st_size)


def open_contents(found: Found, *, digest: str = "") -> Iterator[Content | ReadError]:
    """The contents of a file: itself, or each member of a packed one.

    `digest` is the file's digest if already known. The receiver closes each content before it
    asks for the next.
    """
    suffix = packing(found.path)
    try:
        if suffix is None:
            stream = Path(found.key).open("rb")  # noqa: SIM115 - its receiver closes it
            yield Content(
                path=found.path,
                name=found.path,
                stream=stream,
                size=found.size,
                digest=digest or file_digest(found.key),
            )
        elif suffix == ".zip":
            yield from _zip(found)
        elif suffix == ".gz":
            yield _gz(found)
        else:
            yield from _tar(found, gzipped=suffix != ".tar")
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError) as error:
        yield ReadError(found.path, _reason(error))
    except ReadError as error:
        yield error
    except (RuntimeError, NotImplementedError, ValueError) as error:
        # zipfile speaks so of encrypted members, unknown methods and damaged headers.
        yield ReadError(found.path, str(error))


def packing(path: str) -> str | None:
    """The packed suffix of a path, None for a plain file."""
    lower = path.lower()
    return next((suffix for suffix in PACKED if lower.endswith(suffix)), None)


def file_digest(path: str) -> str:
    """The digest of a file's bytes."""
    digest = blake2b(digest_size=16)
    with open(path, "rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@dataclass(slots=True)
class _Budget:
    """How much a packed file may still unpack to."""

    place: str
    packed: int
    used: int = 0
    limit: int = field(init=False)

    def __post_init__(self) -> None:
        self.limit = max(RATIO_FREE, MAX_RATIO * self.packed)

    def take(self, size: int) -> None:
        self.used += size
        if self.used > self.limit:
            raise ReadError(
                self.place,
                f"unpacks to more than {self.limit:,} bytes from {self.packed:,}: "
                "a zip bomb? Unpack it yourself if it is honest",
            )


def _spool(stream: IO[bytes], budget: _Budget, place: str) -> tuple[BinaryIO, int, str]:
    """The rest of a stream in memory or, when large, in a temporary file; size and digest."""
    spooled = SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115 - its receiver closes it
    digest = blake2b(digest_size=16)
    size = 0
    try:
        while chunk := stream.read(CHUNK):
            budget.take(len(chunk))
            size += len(chunk)
            if size > MAX_MEMBER:
                raise ReadError(place, f"larger than {MAX_MEMBER:,} bytes unpacked")
            digest.update(chunk)
            spooled.write(chunk)
    except BaseException:
        spooled.close()
        raise
    return cast(BinaryIO, spooled), size, digest.hexdigest()


def _gz(found: Found) -> Content:
    budget = _Budget(found.path, found.size)
    with gzip.open(found.key, "rb") as stream:
        spooled, size, digest = _spool(cast(IO[bytes], stream), budget, found.path)
    return Content(path=found.path, name=found.path[:-3], stream=spooled, size=size, digest=digest)


def _zip(found: Found) -> Iterator[Content | ReadError]:
    budget = _Budget(found.path, found.size)
    with zipfile.ZipFile(found.key) as packed:
        members = packed.infolist()
        if len(members) > MAX_MEMBERS:
            raise ReadError(found.path, f"more than {MAX_MEMBERS:,} members")
        for member in members:
            if member.is_dir() or _hidden(member.filename):
                continue
            refused = _refusal(member.filename)
            if stat.S_ISLNK(member.external_attr >> 16):
                refused = "a link; refused"
            elif member.flag_bits & 1:
                refused = "encrypted; unpack it with its password first"
            if refused:
                yield ReadError(f"{found.path}!{_shown(member.filename)}", refused)
                continue
            place = f"{found.path}!{member.filename}"
            try:
                with packed.open(member) as stream:
                    spooled, size, digest = _spool(stream, budget, place)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
                yield ReadError(place, _reason(error))
                continue
            yield _member(found, member.filename, spooled, size, digest)


def _tar(found: Found, *, gzipped: bool) -> Iterator[Content | ReadError]:
    budget = _Budget(found.path, found.size)
    with open(found.key, "rb") as raw:
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if gzipped else raw
        with tarfile.open(fileobj=_Counted(stream, budget), mode="r|") as packed:
            for count, member in enumerate(packed):
                packed.members = []  # type: ignore[attr-defined]  # or it keeps them all
                if count > MAX_MEMBERS:
                    raise ReadError(found.path, f"more than {MAX_MEMBERS:,} members")
                if member.isdir() or _hidden(member.name):
                    continue
                refused = _refusal(member.name)
                if not member.isreg():
                    refused = "a link or device; refused"
                if refused:
                    yield ReadError(f"{found.path}!{_shown(member.name)}", refused)
                    continue
                inner = packed.extractfile(member)
                if inner is None:
                    continue
                free = _Budget(found.path, found.size)
                spooled, size, digest = _spool(inner, free, f"{found.path}!{member.name}")
                raw_name = member.name.encode("utf-8", "surrogateescape")
                name = raw_name.decode("utf-8", "backslashreplace")
                yield _member(found, name, spooled, size, digest)


class _Counted(BytesIO):
    """A stream that charges what is read to a budget; all that tarfile asks for is `read`."""

    def __init__(self, stream: IO[bytes], budget: _Budget) -> None:
        super().__init__()
        self._stream = stream
        self._budget = budget

    def read(self, size: int | None = -1) -> bytes:
        data = self._stream.read(-1 if size is None else size)
        self._budget.take(len(data))
        return data


def _member(found: Found, name: str, stream: BinaryIO, size: int, digest: str) -> Content:
    return Content(path=found.path, member=name, name=name, stream=stream, size=size, digest=digest)


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(p.startswith(".") and p not in (".", "..") for p in parts) or "__MACOSX" in parts


def _refusal(name: str) -> str | None:
    """Why a member's name may not be trusted; nothing is ever written by it, yet it is shown,
    stored and used as a key."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":":
        return "its path leads out of the packed file; refused"
    if "\0" in name or any(ord(c) < 32 for c in name):
        return "control characters in its name; refused"
    if packing(name) is not None:
        return "a packed file inside a packed file; unpack it first"
    return None


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:200]


def _reason(error: BaseException) -> str:
    """A system error in the words of a receipt."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "not readable: permission denied"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    if isinstance(error, EOFError):
        return "damaged or cut short: the packed data ends too early"
    return f"damaged or cut short: {error}"
