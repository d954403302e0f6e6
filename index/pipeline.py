"""Files in, an archive out: reading, wire grammar, entities, ledger and writer in one chain.

    from wiredesk.index.pipeline import index_files

    report = index_files(["wires/1987/"], into="wire.wdx")
    for receipt in report.receipts:
        print(receipt)

The chain is of generators: what is in memory at any time is a few hundred stories and what the
writer gathers between two commits. One broken file is a line of the report, not a stop.

Work is cut into *parts* (one small file, or some stories of a large one) and done in order, here or
in worker processes. Workers are spawned, never forked: a fork would inherit the writer's lock.
The order of durability is: archive first, ledger second (`wiredesk.index.ledger`).
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from itertools import count
from os import PathLike
from pathlib import Path

from wiredesk import __version__
from wiredesk.errors import ArchiveError, ConfigError, ReadError
from wiredesk.index.article import Article
from wiredesk.index.codec.archive import MANIFEST, ArchiveReader
from wiredesk.index.corrected import apply_corrections
from wiredesk.index.document import to_document
from wiredesk.index.entities import CACHE_FILE, Finder, load_finder
from wiredesk.index.ledger import Ledger, UnitRow
from wiredesk.index.parts import (
    PART_BYTES,
    Event,
    Part,
    Result,
    Unit,
    Worker,
    gathered,
    in_order,
    parts_of,
    refused,
)
from wiredesk.index.readers.content import (
    Content,
    Found,
    content_of,
    file_digest,
    open_contents,
    packing,
    walk,
)
from wiredesk.index.readers.records import check_mapping
from wiredesk.index.report import (
    Problem,
    Progress,
    Receipt,
    Report,
    Watcher,
)
from wiredesk.index.writer import ArchiveWriter

__all__ = ["Problem", "Progress", "Receipt", "Report", "index_files", "read_files"]

Sources = Iterable[str | PathLike[str]]

MODEL = "model"
"""Under this name the manifest keeps the name of the entity model."""

COMMIT_STORIES = 5_000
COMMIT_CHARACTERS = 64_000_000
"""A commit comes after so many stories or so many characters of them, whichever is first."""


def index_files(
    sources: Sources,
    *,
    into: str | PathLike[str],
    entities: str | bool | None = None,
    processes: int = 1,
    prune: bool = False,
    mapping: dict[str, str] | None = None,
    rebuild: bool = False,
    progress: Watcher | None = None,
) -> Report:
    """Puts the stories of files and folders into an archive, made if it is not there.

    What is unchanged since the last run is skipped; the stories of a changed file replace those it
    held; a story that several files hold is kept once and goes when none holds it any more. With
    `prune`, files that are gone let go of theirs too. `entities` names the model (False: none;
    None: that of the archive, `default` for a new one), `mapping` the fields of JSON and CSV files,
    `rebuild` makes the archive anew and puts it right by the corrections applied last, `progress`
    is called after every file.

    Raises ConfigError for an unknown model or field, ArchiveError (also its kinds) if `into` cannot
    be written. What is wrong with a source is told in the report, never raised.
    """
    started = time.monotonic()
    if isinstance(sources, (str, PathLike)):
        sources = [sources]
    listed = [os.fspath(s) for s in sources]
    mapped = check_mapping(dict(mapping or {}))
    folder = Path(into)
    finder = _finder(folder, entities)
    recipe = _recipe(finder.version, mapped)
    if processes < 1:
        raise ConfigError(f"processes must be at least 1, not {processes}")
    report = Report(entities=finder.name)
    notes = {MODEL: finder.name}
    try:
        with (
            ArchiveWriter(folder, entities=finder.version, notes=notes, rebuild=rebuild) as writer,
            closing(_ledger(writer, rebuild)) as ledger,
        ):
            run = _Run(
                folder=folder,
                writer=writer,
                ledger=ledger,
                recipe=recipe,
                report=report,
                mapping=mapped,
                worker=Worker(finder, mapped),
                progress=progress,
                started=started,
                total=_total(listed, folder) if progress is not None else 0,
            )
            run.read(listed, finder.name, processes)
            if prune:
                run.prune(listed)
            run.commit()
            run.settle()
            run.commit()
    except OSError as error:
        # The sources' own errors are told in the report: this is the archive's disk.
        raise ArchiveError(
            str(folder), f"cannot be written: {error.strerror or error}; what was committed stays"
        ) from error
    if rebuild or report.added or report.updated or report.removed:
        applied = apply_corrections(folder, None)
        if rebuild:
            report.corrections, report.corrections_unused = applied.rules, len(applied.unused)
    report.seconds = time.monotonic() - started
    return report


def _finder(folder: Path, entities: str | bool | None) -> Finder:
    """The finder for an archive: as named, else the one it was made with, else the default."""
    cache = folder / CACHE_FILE
    if entities is not None:
        return load_finder(_model_name(entities), cache=cache)
    try:
        kept = json.loads((folder / MANIFEST).read_bytes())["notes"][MODEL]
    except (OSError, ValueError, LookupError, TypeError):
        return load_finder("default", cache=cache)
    try:
        return load_finder(str(kept), cache=cache)
    except ConfigError as error:
        raise ConfigError(f"{folder} was made with another entity model: {error}") from error


def _ledger(writer: ArchiveWriter, rebuild: bool) -> Ledger:
    """The ledger of an archive, which is made first if it is not there."""
    if not rebuild:
        writer.commit()
    return Ledger(writer.path, lambda: _all_stories(writer), anew=rebuild)


def _all_stories(writer: ArchiveWriter) -> Iterator[Article]:
    if writer.manifest.segments:
        reader = ArchiveReader(writer.path)
        for article_id in reader.ids():
            article = reader.get(article_id, corrected=False)
            if article is not None:
                yield article


def read_files(
    sources: Sources, *, entities: str | bool = "default", mapping: dict[str, str] | None = None
) -> Iterator[Article | Receipt]:
    """The stories of files and folders without an archive; after each file its receipt."""
    mapped = check_mapping(dict(mapping or {}))
    worker = Worker(load_finder(_model_name(entities)), mapped)
    units: dict[int, Unit] = {}
    tickets = count()
    told: list[Receipt] = []

    def steps() -> Iterator[Part | Event]:
        for found in walk(sources):
            if not isinstance(found, Found):
                yield partial(told.append, refused(found))
                continue
            for content in open_contents(found):
                if isinstance(content, ReadError):
                    yield partial(told.append, refused(content))
                    continue
                ticket = next(tickets)
                units[ticket] = Unit(key=found.key, path=content.path, member=content.member)
                try:
                    yield from parts_of(content, ticket, mapped, frozenset())
                finally:
                    content.close()

    for task in gathered(steps()):
        if callable(task):
            task()
            yield from told
            told.clear()
            continue
        for result in worker(task):
            unit = units[result.ticket]
            unit.take(result)
            yield from result.articles
            if result.last:
                del units[result.ticket]
                yield unit.receipt("added")


def _model_name(entities: str | bool) -> str:
    if isinstance(entities, bool):
        return "default" if entities else "none"
    return entities


def _recipe(finder_version: str, mapping: dict[str, str]) -> str:
    """What an unchanged file must have been read with to be skipped."""
    fields = ",".join(f"{ours}={theirs}" for ours, theirs in sorted(mapping.items()))
    return f"wiredesk {__version__}|{finder_version}|{fields}"


def _total(sources: list[str], archive: Path) -> int:
    return sum(
        found.size
        for found in walk(sources, leave_out=os.path.realpath(archive))
        if isinstance(found, Found)
    )


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run of indexing: all that changes while it goes on."""

    folder: Path
    writer: ArchiveWriter
    ledger: Ledger
    recipe: str
    report: Report
    mapping: dict[str, str]
    worker: Worker
    progress: Watcher | None
    started: float
    total: int
    done: int = 0
    words: int = 0
    units: dict[int, Unit] = field(default_factory=dict)
    batch: dict[str, Article] = field(default_factory=dict)
    batch_characters: int = 0
    reader: ArchiveReader | None = None
    missing: list[str] = field(default_factory=list)
    tickets: int = 0

    # -- reading

    def read(self, sources: list[str], model: str, processes: int) -> None:
        """Reads all that is new or changed."""
        recipe = (model, self.mapping, os.fspath(self.folder))
        for step in in_order(gathered(self._steps(sources)), self.worker, recipe, processes):
            if callable(step):
                step()
            else:
                for result in step:
                    self._take(result)

    def _steps(self, sources: list[str]) -> Iterator[Part | Event]:
        for found in walk(sources, leave_out=os.path.realpath(self.folder)):
            if not isinstance(found, Found):
                if isinstance(found, ReadError) and not os.path.lexists(found.source):
                    self.missing.append(os.path.realpath(found.source))
                yield self._telling(refused(found))
                continue
            known = self.ledger.unit(found.key)
            packed = packing(found.path) not in (None, ".gz")
            try:
                data = None
                if not packed and found.size <= PART_BYTES and packing(found.path) is None:
                    data = Path(found.key).read_bytes()
                    digest = blake2b(data, digest_size=16).hexdigest()
                else:
                    digest = file_digest(found.key)
            except OSError as error:
                yield self._telling(refused(_unreadable(found.path, error)), found.size)
                continue
            if known is not None and self._same(known, digest):
                yield self._unchanged(known, found.size)
            elif packed:
                yield from self._packed_steps(found, known, digest)
            elif data is not None:
                content = content_of(found.path, data)
                yield from self._unit_steps(found, known, content, digest, data)
            else:
                for opened in open_contents(found, digest=digest):
                    if isinstance(opened, ReadError):
                        yield self._telling(refused(opened), found.size)
                    else:
                        yield from self._unit_steps(found, known, opened, digest, None)

    def _packed_steps(
        self, found: Found, known: UnitRow | None, digest: str
    ) -> Iterator[Part | Event]:
        """A packed file is a unit for its digest alone; its members are units with stories."""
        failed = False
        before = 0

        def begin() -> None:
            nonlocal before
            before = self.report.failed
            self.ledger.begin(found.key, "", found.path)

        yield begin
        for content in open_contents(found):
            if isinstance(content, ReadError):
                failed = True
                yield self._telling(refused(content))
                continue
            member = content.member or ""
            row = self.ledger.unit(found.key, member)
            if row is not None and self._same(row, content.digest):
                content.close()
                yield self._unchanged(row, 0)
            else:
                yield from self._unit_steps(found, row, content, content.digest, None, packed=True)

        def end() -> None:
            self.done += found.size
            unit = self.ledger.begin(found.key, "", found.path)
            whole = not failed and self.report.failed == before
            if not failed:
                self.ledger.drop_unseen_members(found.key)
            held = sum(m.stories for m in self.ledger.members(found.key))
            self.ledger.finish(
                unit,
                digest=digest if whole else "",
                recipe=self.recipe,
                problems=(),
                stories=held,
            )

        yield end

    def _unit_steps(
        self,
        found: Found,
        known: UnitRow | None,
        content: Content,
        digest: str,
        data: bytes | None,
        *,
        packed: bool = False,
    ) -> Iterator[Part]:
        self.tickets += 1
        self.units[self.tickets] = Unit(
            key=found.key,
            path=found.path,
            member=content.member,
            digest=digest,
            known=known,
            size=0 if packed else found.size,
        )
        spans: frozenset[tuple[str, int, int]] = frozenset()
        if known is not None and known.recipe == self.recipe:
            spans = self.ledger.spans(known.id)
        try:
            yield from parts_of(content, self.tickets, self.mapping, spans, data)
        finally:
            content.close()

    def _same(self, row: UnitRow, digest: str) -> bool:
        return bool(row.digest) and row.digest == digest and row.recipe == self.recipe

    def _unchanged(self, row: UnitRow, size: int) -> Event:
        receipt = Receipt(
            path=row.path,
            member=row.member or None,
            status="unchanged",
            stories=row.stories,
            problems=row.problems,
        )

        def tell() -> None:
            self.ledger.touch(row.id)
            self.report.skipped += row.stories
            self._tell(receipt, size)

        return tell

    def _telling(self, receipt: Receipt, size: int = 0) -> Event:
        return lambda: self._tell(receipt, size)

    def _tell(self, receipt: Receipt, size: int) -> None:
        self.report.receipts.append(receipt)
        self.report.files += 1
        self.report.failed += bool(receipt.problems) and receipt.status != "left out"
        self.done += size
        if self.progress is not None:
            report = self.report
            self.progress(
                Progress(
                    receipt=receipt,
                    done=self.done,
                    total=self.total,
                    stories=report.added + report.updated + report.skipped,
                    words=self.words,
                    seconds=time.monotonic() - self.started,
                )
            )

    # -- taking in

    def _take(self, result: Result) -> None:
        unit = self.units[result.ticket]
        if unit.number is None:
            unit.number = self.ledger.begin(unit.key, unit.member or "", unit.path)
        unit.take(result)
        for article_id, source in result.kept:
            self.ledger.hold(unit.number, article_id, source)
            self.report.skipped += 1
        for article in result.articles:
            self.words += len(article.headline.split()) + len(article.body.split())
            self._add(unit, unit.number, article)
        if result.last:
            del self.units[result.ticket]
            self._finish(unit, unit.number)

    def _add(self, unit: Unit, number: int, article: Article) -> None:
        """Writes a story, or notes one more place of it."""
        others = [
            held.source
            for held in self.ledger.places(article.id)
            if held.unit != number or held.run == self.ledger.run
        ]
        self.ledger.hold(number, article.id, article.source)
        if not others:
            if unit.known is None:
                self.report.added += 1
            else:
                self.report.updated += 1
            self._write(article)
            return
        self.report.repeated += 1
        home = self._stored(article.id)
        if home is not None and home.source in others:
            others.remove(home.source)
            self._write(replace(home, also_in=(*others, article.source)))
        else:
            self._write(replace(article, also_in=tuple(others)))

    def _write(self, article: Article) -> None:
        self.writer.add(to_document(article))
        self.batch[article.id] = article
        self.batch_characters += len(article.body)
        if len(self.batch) >= COMMIT_STORIES or self.batch_characters >= COMMIT_CHARACTERS:
            self.commit()

    def _stored(self, article_id: str) -> Article | None:
        """A story as it is in the archive or about to be."""
        if article_id in self.batch:
            return self.batch[article_id]
        if not self.writer.manifest.segments:
            return None
        if self.reader is None or self.reader.generation != self.writer.manifest.generation:
            self.reader = ArchiveReader(self.folder, previous=self.reader)
        return self.reader.get(article_id, corrected=False)

    def _finish(self, unit: Unit, number: int) -> None:
        if unit.broken and unit.known is not None and unit.known.stories:
            # Whether the rest of the file still holds its stories is unknown: they stay.
            unit.notes.append("its earlier stories stay until it can be read")
        else:
            self.ledger.finish(
                number,
                digest="" if unit.broken else unit.digest,
                recipe=self.recipe,
                problems=unit.problems,
                stories=unit.stories,
            )
        self._tell(unit.receipt("added" if unit.known is None else "updated"), unit.size)

    def commit(self) -> None:
        """Makes durable what was read so far, the archive first."""
        self.ledger.intend(self.batch)
        self.writer.commit()
        self.ledger.commit()
        self.batch.clear()
        self.batch_characters = 0

    # -- letting go

    def prune(self, sources: list[str]) -> None:
        """Lets go of files that are gone, but not of those under a source that is missing as a
        whole: that may be a disk that is not there today."""
        gone: dict[str, tuple[str, int]] = {}
        for row in self.ledger.all_units():
            if os.path.exists(row.key) or self._under_missing(row.key):
                continue
            path, count = gone.get(row.key, (row.path, 0))
            gone[row.key] = (path, count + self.ledger.drop(row.id))
        for path, count in gone.values():
            self._tell(Receipt(path=path, status="removed", stories=count), 0)

    def _under_missing(self, key: str) -> bool:
        return any(key == m or key.startswith(m.rstrip(os.sep) + os.sep) for m in self.missing)

    def settle(self) -> None:
        """Deletes the stories that no file holds any more; the others get a place that does."""
        homeless: dict[tuple[str, str], set[str]] = {}
        for story in self.ledger.leaving():
            places = self.ledger.places(story)
            home = self._stored(story)
            if not places:
                self.writer.delete(story)
                self.batch.pop(story, None)
                self.report.removed += home is not None
            elif home is not None:
                sources = [p.source for p in places]
                if home.source in sources:
                    rest = tuple(s for s in sources if s != home.source)
                    if rest != home.also_in:
                        self._write(replace(home, also_in=rest))
                else:
                    unit = self.ledger.unit_of(places[0].unit)
                    homeless.setdefault((unit.key, unit.member), set()).add(story)
            self.ledger.settle(story)
        for (key, member), stories in homeless.items():
            self._read_again(key, member, stories)

    def _read_again(self, key: str, member: str, stories: set[str]) -> None:
        """Some stories lost the file they were read from: read them where they still lie."""
        row = self.ledger.unit(key, member)
        size = os.path.getsize(key) if os.path.exists(key) else -1
        opened = (
            open_contents(Found(path=row.path, key=key, size=size)) if row and size >= 0 else ()
        )
        for content in opened:
            if isinstance(content, ReadError):
                continue
            try:
                if (content.member or "") != member:
                    continue
                for part in parts_of(content, 0, self.mapping, frozenset()):
                    for article in self.worker([part])[0].articles:
                        if article.id in stories:
                            stories.discard(article.id)
                            places = self.ledger.places(article.id)
                            rest = tuple(p.source for p in places if p.source != article.source)
                            self._write(replace(article, also_in=rest))
            finally:
                content.close()
        for story in sorted(stories):
            # Neither file can be read today. The place is the one that is known; the offsets inside
            # it are those of the same words in the other file.
            home = self._stored(story)
            sources = [p.source for p in self.ledger.places(story)]
            if home is not None and sources:
                self._write(replace(home, source=sources[0], also_in=tuple(sources[1:])))


def _unreadable(path: str, error: OSError) -> ReadError:
    if isinstance(error, PermissionError):
        return ReadError(path, "not readable: permission denied")
    if isinstance(error, FileNotFoundError):
        return ReadError(path, "no such file or folder")
    return ReadError(path, (error.strerror or str(error)).lower())
