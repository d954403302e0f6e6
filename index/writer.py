"""Documents into an archive: batches, replacement by id, deletions, commits, merges, the lock.

    with ArchiveWriter("wire.wdx") as writer:
        writer.add(to_document(article))

Documents are collected in memory up to a bounded number of words and then written as a run, a
segment of its own; a commit merges the runs (and small older segments) by concatenating arrays.
Nothing of it can be seen by readers until the manifest is replaced, which is the commit.
"""

import logging
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from whoosh.filedb.filestore import FileStorage

from wiredesk import __version__
from wiredesk.errors import ArchiveError, ArchiveLocked
from wiredesk.index.codec.archive import (
    INDEX_NAME,
    LOCK,
    MANIFEST,
    Manifest,
    SegmentEntry,
    fields_fingerprint,
    open_segment,
    read_manifest,
    remains,
    sync_folder,
    write_deletions,
    write_durably,
)
from wiredesk.index.codec.build import SegmentBuilder
from wiredesk.index.codec.files import Array, sync
from wiredesk.index.codec.merge import POSTINGS_AT_ONCE, merge_segments
from wiredesk.index.codec.segment import KINDS, SegmentReader, hash_id
from wiredesk.index.codec.stock import write_contents
from wiredesk.index.codec.tables import write_derived
from wiredesk.index.document import Document
from wiredesk.index.schema import FORMAT_VERSION

logger = logging.getLogger(__name__)

BATCH_TOKENS = 6_000_000
LEAST_TOKENS = 100_000
BYTES_PER_TOKEN = 100
BATCH_BYTES = 192 << 20
BATCH_STORIES = 65_536
MAX_SEGMENTS = 8
SMALL_SEGMENT = 8_000
SMALL_SHARE = 8
"""Segments of fewer stories, and less than this part of the largest one, join the next commit: it
costs little to merge them, and much to search many of them beside it."""

MAX_POSITIONS = 3_500_000_000
"""Segments are not merged beyond this many words, so that no section passes 2**32 elements."""

_OWN_FILE = re.compile(rf"({INDEX_NAME}_[0-9a-z]+)\.[A-Za-z0-9]+$")
_CONTENTS = re.compile(rf"_{INDEX_NAME}_(?:(\d+)\.toc|\d+\.toc\..*)$")

Progress = Callable[[str, int, int], None]


class ArchiveWriter:
    """Writes to one archive, made if it is not there. Only one writer at a time can be open.

    `entities` names the model that found the entities of the documents; it is kept in the
    manifest. `progress` is called with (what, done, total) during a commit. Start helper processes
    before opening a writer: a forked child would hold its lock. `batch_tokens` is the number of
    words kept in memory, at about 100 bytes each; by default 6 million, fewer where memory is
    limited.

    As a context manager it commits at the end, or cancels if there was an exception.
    Raises ArchiveLocked, IndexFormatError, and ArchiveError for a folder that holds other things.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        entities: str | None = None,
        language: str = "en",
        notes: dict[str, Any] | None = None,
        progress: Progress | None = None,
        batch_tokens: int | None = None,
        rebuild: bool = False,
    ) -> None:
        self.path = Path(path)
        self._progress = progress
        self._failed: str | None = None
        self._batch_tokens = affordable_tokens() if batch_tokens is None else batch_tokens
        self._closed = True
        _make_folder(self.path)
        self._lock = FileStorage(str(self.path)).lock(LOCK)
        if not self._lock.acquire(blocking=False):
            raise ArchiveLocked(str(self.path), "another process is writing to this archive")
        self._closed = False
        try:
            fresh = rebuild or not (self.path / MANIFEST).exists()
            before = remains(self.path) if fresh else read_manifest(self.path)
            self.manifest = Manifest(
                generation=before.generation,
                segments=before.segments,
                language=language if fresh else before.language,
                fields=fields_fingerprint(),
                entities=entities if entities is not None else before.entities,
                notes={**before.notes, **(notes or {})},
                format=FORMAT_VERSION,
                wiredesk=__version__,
            )
            self._fresh = fresh
            if not fresh:
                self._clean()
            self._begin()
        except BaseException:
            self._release()
            raise

    def _begin(self) -> None:
        self._builder = SegmentBuilder()
        self._batch: dict[bytes, int] = {}
        self._batch_dead: list[int] = []
        self._runs: list[tuple[str, Array]] = []
        self._deletes: list[tuple[bytes, int]] = []
        self._added = 0
        self._made: set[str] = set()

    def new_segment_name(self) -> str:
        """A name for a segment, which goes again if nothing is committed."""
        name = f"{INDEX_NAME}_{secrets.token_hex(8)}"
        self._made.add(name)
        return name

    # ---- documents

    def add(self, document: Document) -> None:
        """Add a story; one with the same id, in the archive or added before, is replaced.

        If the document is refused (an exception), nothing of it is kept and the batch goes on.
        """
        self._check_open()
        doc = self._builder.add(document)
        key = self._builder.ids[doc]
        earlier = self._batch.get(key)
        if earlier is not None:
            self._batch_dead.append(earlier)
        self._batch[key] = doc
        self._added += 1
        if (
            self._builder.token_count >= self._batch_tokens
            or self._builder.stored_bytes >= BATCH_BYTES
            or self._builder.doc_count >= BATCH_STORIES
        ):
            self._flush()

    def delete(self, article_id: str) -> None:
        """Delete the story with an id, if there is one, from the next commit on."""
        self._check_open()
        key = article_id.encode("utf-8", "surrogatepass")
        doc = self._batch.pop(key, None)
        if doc is not None:
            self._batch_dead.append(doc)
        self._deletes.append((key, len(self._runs)))

    def _flush(self) -> None:
        """Write what is in memory as a run."""
        count = self._builder.doc_count
        if not count:
            return
        name = self.new_segment_name()
        builder, self._builder = self._builder, SegmentBuilder()
        dead = np.zeros(count, bool)
        dead[self._batch_dead] = True
        self._batch, self._batch_dead = {}, []
        try:
            builder.write(self.path, name)
        except BaseException as error:
            # Its stories are gone from memory: only giving up everything since the last commit
            # leaves a consistent archive.
            self._failed = f"{type(error).__name__}: {error}"
            raise
        self._runs.append((name, dead))
        logger.debug("wrote run %s with %d stories", name, count)

    # ---- commits

    def commit(self) -> None:
        """Make everything since the last commit visible and durable."""
        self._check_open()
        self._flush()
        if self._added or self._deletes or self._fresh:
            self._try_commit(compact=False)

    def compact(self) -> None:
        """Commit, with everything merged into one segment and deleted stories gone for good."""
        self._check_open()
        self._flush()
        segments = self.manifest.segments
        if (
            self._added
            or self._deletes
            or self._fresh
            or len(segments) > 1
            or any(s.deleted for s in segments)
        ):
            self._try_commit(compact=True)

    def _try_commit(self, *, compact: bool) -> None:
        try:
            self._commit(compact=compact)
        except BaseException as error:
            self._failed = f"{type(error).__name__}: {error}"
            raise

    def _commit(self, *, compact: bool) -> None:
        generation = self.manifest.generation + 1
        old = [open_segment(self.path, e).as_indexed() for e in self.manifest.segments]
        runs = [
            SegmentReader(self.path, name, deleted=dead if dead.any() else None, derived=False)
            for name, dead in self._runs
        ]
        _kill_replaced(old, runs, self._deletes)
        segments = [s for s in [*old, *runs] if s.live_count]
        old = [s for s in old if s.live_count]
        chosen = segments if compact else _choose(old, [s for s in runs if s.live_count])
        groups = _groups(chosen)
        merging = [s for group in groups for s in group]
        kept = [s for s in segments if s not in merging]
        entries = {}
        known = {e.name: e for e in self.manifest.segments}
        for segment in kept:
            if segment in runs:
                write_derived(self.path, segment.name)
            entries[segment.name] = self._entry(segment, known.get(segment.name), generation)
        result = [(segments.index(s), entries[s.name]) for s in kept]
        for group in groups:
            name = self.new_segment_name()
            step = max(50_000, min(POSTINGS_AT_ONCE, affordable_tokens() // 3))
            merge_segments(group, self.path, name, self._progress, step)
            write_derived(self.path, name)
            merged = SegmentEntry(name=name, stories=sum(s.live_count for s in group))
            result.append((min(segments.index(s) for s in group), merged))
        result.sort(key=lambda placed: placed[0])
        self._publish(generation, tuple(entry for _, entry in result))

    def _entry(
        self, segment: SegmentReader, known: SegmentEntry | None, generation: int
    ) -> SegmentEntry:
        if known is not None and known.deleted == segment.deleted_count:
            return known
        corrected = known.corrected if known is not None else None
        deletions = None
        if segment.deleted is not None:
            deletions = f"{segment.name}.d{generation}"
            write_deletions(self.path, deletions, segment.name, segment.deleted)
        return SegmentEntry(
            name=segment.name,
            stories=segment.doc_count,
            deleted=segment.deleted_count,
            deletions=deletions,
            corrected=corrected,
        )

    def publish_corrected(self, segments: tuple[SegmentEntry, ...], notes: dict[str, Any]) -> None:
        """Commit other companions of the same segments; nothing else may be waiting."""
        self._check_open()
        self.manifest = replace(self.manifest, notes={**self.manifest.notes, **notes})
        self._publish(self.manifest.generation + 1, segments)

    def _publish(self, generation: int, segments: tuple[SegmentEntry, ...]) -> None:
        manifest = Manifest(
            generation=generation,
            segments=segments,
            language=self.manifest.language,
            fields=self.manifest.fields,
            entities=self.manifest.entities,
            notes=self.manifest.notes,
        )
        # Runs that were merged are gone again: only what the manifest names need be durable.
        named = [name for s in segments for name in (s.name, s.corrected) if name in self._made]
        masks = [s.deletions or "" for s in segments]
        sync(
            [
                *(
                    self.path / f"{name}{extension}"
                    for name in named
                    for extension in KINDS.values()
                ),
                *(self.path / mask for mask in masks if mask.endswith(f".d{generation}")),
            ]
        )
        sync_folder(self.path)
        write_contents(self.path, manifest)
        write_durably(self.path / MANIFEST, manifest.dump())
        self.manifest = manifest
        self._fresh = False
        self._begin()
        # The commit stands whether or not what it replaced can be removed.
        with suppress(OSError):
            self._clean()
        if self._progress is not None:
            self._progress("commit", 1, 1)

    def _clean(self) -> None:
        """Remove the files of segments that no longer count, and what a crash left behind."""
        live = {s.name for s in self.manifest.segments}
        live |= {s.corrected for s in self.manifest.segments if s.corrected}
        masks = {s.deletions for s in self.manifest.segments}
        for path in list(self.path.iterdir()):
            found = _OWN_FILE.match(path.name)
            stale = found is not None and (
                found[1] not in live
                or (re.search(r"\.d\d+$", path.name) is not None and path.name not in masks)
            )
            contents = _CONTENTS.match(path.name)
            if contents is not None:
                stale = contents[1] is None or int(contents[1]) != self.manifest.generation
            if stale or path.name == MANIFEST + ".new":
                path.unlink(missing_ok=True)

    # ---- the end

    def cancel(self) -> None:
        """Forget everything since the last commit and close."""
        if self._closed:
            return
        try:
            # When a commit fails in its last step its manifest may be in place already.
            made = self._made - _named_segments(self.path)
            for path in list(self.path.iterdir()):
                found = _OWN_FILE.match(path.name)
                if found is not None and found[1] in made:
                    path.unlink(missing_ok=True)
            self._begin()
        finally:
            self._release()

    def close(self) -> None:
        """Commit what is not committed and let go of the lock; idempotent."""
        if self._closed:
            return
        try:
            self.commit()
        except BaseException:
            self.cancel()
            raise
        self._release()

    def _release(self) -> None:
        if not self._closed:
            self._closed = True
            self._lock.release()

    def _check_open(self) -> None:
        if self._closed:
            raise ArchiveError(str(self.path), "this writer is closed")
        if self._failed is not None:
            raise ArchiveError(
                str(self.path),
                f"writing failed ({self._failed}); nothing since the last commit was kept: cancel",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.cancel()


def affordable_tokens() -> int:
    """How many words of a batch fit into the memory this process may still take."""
    room = [BATCH_TOKENS * BYTES_PER_TOKEN]
    with suppress(ImportError, OSError, ValueError):
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            room.append(limit - pages * resource.getpagesize())
    with suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        limit = int((group / "memory.max").read_text())
        room.append(limit - int((group / "memory.current").read_text()))
    return max(LEAST_TOKENS, min(room) // BYTES_PER_TOKEN)


def _make_folder(path: Path) -> None:
    """Make the folder of a new archive; refuse one that holds something else."""
    if path.exists() and not path.is_dir():
        raise ArchiveError(str(path), "this is a file; an archive is a folder")
    path.mkdir(parents=True, exist_ok=True)
    if (path / MANIFEST).exists():
        return
    for other in path.iterdir():
        if not other.name.startswith((f"{INDEX_NAME}_", f"_{INDEX_NAME}_", ".")):
            raise ArchiveError(
                str(path),
                f"this folder is not an archive and holds other files ({other.name}); name a new"
                " folder",
            )


def _named_segments(path: Path) -> set[str]:
    """The segments that the manifest of an archive names, if it can be read."""
    try:
        return {s.name for s in read_manifest(path).segments}
    except ArchiveError:
        return set()


def _choose(old: list[SegmentReader], runs: list[SegmentReader]) -> list[SegmentReader]:
    """The segments to merge at a commit.

    All runs, if there are several; with them the small segments beside a large one
    (`SMALL_SEGMENT`); then others roll up: a segment joins when it is at most twice what has
    gathered, if that makes four together or there would be more than `MAX_SEGMENTS`. A segment
    with half its stories deleted is rewritten.
    """
    chosen = list(runs) if len(runs) > 1 else []
    gathered = sum(s.live_count for s in runs)
    rest = sorted(old, key=lambda s: s.live_count)
    joined: list[SegmentReader] = []
    for segment in rest:
        if segment.live_count > 2 * max(gathered, 1):
            break
        joined.append(segment)
        gathered += segment.live_count
    many = len(rest) + bool(runs) - MAX_SEGMENTS
    if many > 0 and len(joined) < many:
        joined = rest[:many]
    if len(joined) < 3 and many <= 0:
        largest = rest[-1].live_count if rest else 0
        small = min(SMALL_SEGMENT, largest // SMALL_SHARE)
        joined = [s for s in rest if runs and s.live_count < small]
    if joined:
        chosen = [*joined, *runs]
    chosen += [s for s in old if s not in chosen and s.deleted_count * 2 > s.doc_count]
    order = {id(s): i for i, s in enumerate([*old, *runs])}
    return sorted(chosen, key=lambda s: order[id(s)])


def _groups(chosen: list[SegmentReader]) -> list[list[SegmentReader]]:
    """Segments to merge, in groups small enough for one segment each; those that would only be
    copied are left out."""
    groups: list[list[SegmentReader]] = []
    words = 0
    for segment in chosen:
        mine = segment.total_length("headline") + segment.total_length("body")
        if not groups or words + mine > MAX_POSITIONS:
            groups.append([])
            words = 0
        groups[-1].append(segment)
        words += mine
    return [g for g in groups if len(g) > 1 or g[0].deleted is not None]


def _kill_replaced(
    old: list[SegmentReader], runs: list[SegmentReader], deletes: list[tuple[bytes, int]]
) -> None:
    """Mark as deleted every story that a later one replaces and every one deleted by id.

    `deletes` holds (id, number of runs there were): runs before that and all old segments.
    """
    everything = [*old, *runs]
    for key, before in deletes:
        for segment in everything[: len(old) + before]:
            _kill(segment, segment.find_id(key.decode("utf-8", "surrogatepass")))
    for later in range(len(old), len(everything)):
        run = everything[later]
        hashes, order = run.id_hashes
        for segment in everything[:later]:
            theirs, their_order = segment.id_hashes
            if len(hashes) * 16 < len(theirs):
                at = theirs.searchsorted(hashes)
                at[at == len(theirs)] = 0
                mine = np.flatnonzero(theirs[at] == hashes)
                hits = hashes[mine]
            else:
                hits = hashes[np.isin(hashes, theirs, assume_unique=False)]
            for value in np.unique(hits).tolist():
                _kill_same(segment, run, theirs, their_order, hashes, order, value)


def _kill_same(
    segment: SegmentReader,
    run: SegmentReader,
    theirs: Array,
    their_order: Array,
    hashes: Array,
    order: Array,
    value: int,
) -> None:
    key = np.uint64(value)
    lo, hi = int(hashes.searchsorted(key)), int(hashes.searchsorted(key, "right"))
    mine = {
        run.id_bytes(d) for d in order[lo:hi].tolist() if run.deleted is None or not run.deleted[d]
    }
    lo, hi = int(theirs.searchsorted(key)), int(theirs.searchsorted(key, "right"))
    for doc in their_order[lo:hi].tolist():
        if segment.id_bytes(doc) in mine:
            _kill(segment, doc)


def _kill(segment: SegmentReader, doc: int) -> None:
    if doc < 0:
        return
    if segment.deleted is None:
        segment.deleted = np.zeros(segment.doc_count, bool)
    elif not segment.deleted.flags.writeable:
        segment.deleted = segment.deleted.copy()
    segment.deleted[doc] = True
    segment.__dict__.pop("deleted_count", None)


__all__ = ["ArchiveWriter", "hash_id"]
