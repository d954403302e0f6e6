"""The folder of an archive: its manifest and its segments, opened together.

`archive.json` names the segments that make up the archive, their deletions and the generation; it
is replaced as a whole, so a reader sees one commit or the next. It also says what was decided when
the archive was made (format, analysis, language, fields, entity model). Beside it lies Whoosh's own
table of contents, with the same segments, for programs that open the folder with Whoosh.
"""

import json
import os
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from shlex import quote
from typing import Any, Self

import numpy as np

from wiredesk import __version__
from wiredesk.errors import ArchiveNotFound, IndexFormatError
from wiredesk.index.article import Article
from wiredesk.index.codec.files import Array, FileWriter, MappedFile
from wiredesk.index.codec.segment import SegmentReader
from wiredesk.index.schema import FIELDS, FORMAT_VERSION

MANIFEST = "archive.json"
INDEX_NAME = "MAIN"
LOCK = f"{INDEX_NAME}_WRITELOCK"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEntry:
    """One segment as the manifest has it. `deletions` names the file of its mask,
    `corrected` the companion segment with corrected facets."""

    name: str
    stories: int
    deleted: int = 0
    deletions: str | None = None
    corrected: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive is made of. `entities` says which model found the entities."""

    generation: int = 0
    segments: tuple[SegmentEntry, ...] = ()
    format: int = FORMAT_VERSION
    wiredesk: str = __version__
    language: str = "en"
    fields: str = ""
    entities: str | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    def dump(self) -> bytes:
        """As JSON with a checksum."""
        plain = {
            "format": self.format,
            "wiredesk": self.wiredesk,
            "generation": self.generation,
            "language": self.language,
            "fields": self.fields,
            "entities": self.entities,
            "notes": self.notes,
            "segments": [
                {
                    "name": s.name,
                    "stories": s.stories,
                    "deleted": s.deleted,
                    "deletions": s.deletions,
                    "corrected": s.corrected,
                }
                for s in self.segments
            ],
        }
        return json.dumps({**plain, "crc": _checksum(plain)}, indent=1).encode() + b"\n"


def _checksum(plain: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(plain, sort_keys=True).encode())


def fields_fingerprint() -> str:
    """A short name for the table of fields and the analyzer: archives made with another one must
    be rebuilt."""
    from wiredesk.index.analysis import ANALYSIS_VERSION

    text = repr((ANALYSIS_VERSION, [(f.name, f.kind) for f in FIELDS.values()]))
    return blake2b(text.encode(), digest_size=6).hexdigest()


def remains(path: Path) -> Manifest:
    """What stays of an archive that is made anew, whatever its format: the generation, so that it
    keeps rising, and the notes, if nothing is damaged."""
    try:
        plain = json.loads((path / MANIFEST).read_bytes())
        whole = plain.pop("crc", None) == _checksum(plain)
        return Manifest(
            generation=int(plain["generation"]), notes=dict(plain["notes"]) if whole else {}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest()


def rebuild_hint(path: Path) -> str:
    """What to type to make an archive anew."""
    return f"make it anew: wiredesk index FOLDER --into {quote(str(path))} --rebuild"


def read_manifest(path: Path) -> Manifest:
    """The manifest of an archive. Raises ArchiveNotFound and IndexFormatError."""
    if path.exists() and not path.is_dir():
        raise ArchiveNotFound(str(path), "this is a file; an archive is a folder")
    if not path.is_dir():
        raise ArchiveNotFound(
            str(path),
            f"there is no such folder; make it: wiredesk index FOLDER --into {quote(str(path))}",
        )
    try:
        data = (path / MANIFEST).read_bytes()
    except FileNotFoundError:
        raise ArchiveNotFound(
            str(path), f"this folder is not a wiredesk archive (no {MANIFEST})"
        ) from None
    try:
        plain = json.loads(data)
        found = int(plain["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise IndexFormatError(
            str(path), f"{MANIFEST} is damaged ({error}); {rebuild_hint(path)}"
        ) from None
    if found != FORMAT_VERSION:
        age = "a newer" if found > FORMAT_VERSION else "an older"
        raise IndexFormatError(
            str(path),
            f"written in format {found} by {age} wiredesk ({plain.get('wiredesk')}); this one reads"
            f" format {FORMAT_VERSION}; {rebuild_hint(path)}",
        )
    crc = plain.pop("crc", None)
    if crc != _checksum(plain):
        raise IndexFormatError(str(path), f"{MANIFEST} is damaged; {rebuild_hint(path)}")
    manifest = Manifest(
        **{**plain, "segments": tuple(SegmentEntry(**s) for s in plain["segments"])}
    )
    if manifest.fields and manifest.fields != fields_fingerprint():
        raise IndexFormatError(
            str(path), f"made with other fields or another analyzer; {rebuild_hint(path)}"
        )
    return manifest


def being_written(path: str | os.PathLike[str]) -> bool:
    """Whether a process is writing to the archive at a path, for the first time or anew."""
    from whoosh.filedb.filestore import FileStorage

    folder = Path(path)
    if not (folder / LOCK).is_file():
        return False
    lock = FileStorage(str(folder)).lock(LOCK)
    if not lock.acquire(blocking=False):
        return True
    lock.release()
    return False


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file so that after a crash it is the old one or the new one."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renamed and new files of a folder durable."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_deletions(folder: Path, name: str, segment: str, deleted: Array) -> None:
    """Write a mask of deleted stories."""
    out = FileWriter(folder / name, "deleted", segment=segment)
    out.add("deleted", np.packbits(deleted, bitorder="little"))
    out.close({"doc_count": len(deleted)})


def read_deletions(folder: Path, name: str, segment: str) -> Array:
    """The inverse of `write_deletions`."""
    file = MappedFile(folder / name, "deleted", segment=segment)
    count = file.meta["doc_count"]
    bits = file.array("deleted", -(-count // 8))
    return np.unpackbits(bits, count=count, bitorder="little").view(bool)


def open_segment(folder: Path, entry: SegmentEntry) -> SegmentReader:
    """A segment as the manifest has it. Raises OSError when a file is gone."""
    deleted = (
        read_deletions(folder, entry.deletions, entry.name) if entry.deletions is not None else None
    )
    return SegmentReader(folder, entry.name, deleted=deleted, corrected=entry.corrected)


class ArchiveReader:
    """An archive as it was at one commit; stays so while later commits land.

    Story numbers of the whole archive run through the segments: `bases[i]` is the number of the
    first story of `segments[i]`.
    """

    def __init__(self, path: str | os.PathLike[str], *, previous: "ArchiveReader | None" = None):
        """Open; segments that `previous` has open already are shared with it."""
        self.path = Path(path)
        self.manifest, self.segments = self._open(previous)
        self.bases: list[int] = [0]
        for segment in self.segments:
            self.bases.append(self.bases[-1] + segment.doc_count)

    def _open(self, previous: "ArchiveReader | None") -> tuple[Manifest, list[SegmentReader]]:
        known = {}
        if previous is not None:
            pairs = zip(previous.manifest.segments, previous.segments, strict=True)
            known = {entry: segment for entry, segment in pairs}
        before = None
        while True:
            manifest = read_manifest(self.path)
            try:
                return manifest, [
                    known.get(e) or open_segment(self.path, e) for e in manifest.segments
                ]
            except FileNotFoundError as error:
                # Files go only after a manifest without them is in place: read it again.
                if manifest == before:
                    gone = Path(str(error.filename)).name
                    raise IndexFormatError(
                        str(self.path), f"damaged: {gone} is missing; {rebuild_hint(self.path)}"
                    ) from None
                before = manifest

    @property
    def generation(self) -> int:
        """Rises with each commit."""
        return self.manifest.generation

    @property
    def story_count(self) -> int:
        """The stories that are not deleted."""
        return sum(s.live_count for s in self.segments)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(s.size for s in self.segments)

    def is_current(self) -> bool:
        """Whether no later commit has landed."""
        return read_manifest(self.path).generation == self.generation

    def find(self, article_id: str) -> tuple[SegmentReader, int] | None:
        """The segment and number of the story with an id."""
        for segment in reversed(self.segments):
            doc = segment.find_id(article_id)
            if doc >= 0:
                return segment, doc
        return None

    def id_of(self, story: int) -> str:
        """The id of the story with a number."""
        at = bisect_right(self.bases, story) - 1
        return self.segments[at].id(story - self.bases[at])

    def get(self, article_id: str, *, corrected: bool = True) -> Article | None:
        """The story with an id; with `corrected` False as it was indexed."""
        found = self.find(article_id)
        return None if found is None else found[0].stored(found[1], corrected=corrected)

    def ids(self) -> Iterator[str]:
        """The ids of all stories."""
        for segment in self.segments:
            for doc in range(segment.doc_count):
                if segment.deleted is None or not segment.deleted[doc]:
                    yield segment.id(doc)

    def verify(self) -> list[str]:
        """What is damaged, by file and section; reads every byte."""
        return [problem for segment in self.segments for problem in segment.verify()]

    def close(self) -> None:
        """Let go of the files; idempotent."""
        self.segments = []
        self.manifest = replace(self.manifest, segments=())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_archive_dir(path: str | os.PathLike[str]) -> ArchiveReader:
    """Open an archive for reading. Raises ArchiveNotFound and IndexFormatError."""
    return ArchiveReader(path)
