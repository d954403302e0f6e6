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

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from itertools import count
from multiprocessing import get_context
from os import PathLike
from pathlib import Path

from wiredesk import __version__
from wiredesk.errors import ArchiveError, ConfigError, ReadError
from wiredesk.index.article import Article, Source
from wiredesk.index.codec.archive import ArchiveReader
from wiredesk.index.corrected import apply_corrections
from wiredesk.index.document import to_document
from wiredesk.index.entities import CACHE_FILE, Finder, load_finder
from wiredesk.index.ledger import Ledger, UnitRow
from wiredesk.index.readers.content import (
    Content,
    Found,
    content_of,
    file_digest,
    open_contents,
    packing,
    walk,
)
from wiredesk.index.readers.item import Broken, LeftOut, RawItem
from wiredesk.index.readers.records import check_mapping
from wiredesk.index.readers.registry import Outcome, read_content
from wiredesk.index.readers.stated import with_stated
from wiredesk.index.report import (
    MAX_PROBLEMS,
    Problem,
    Progress,
    Receipt,
    Report,
    Watcher,
    problem_of,
)
from wiredesk.index.wire import read_stories
from wiredesk.index.writer import ArchiveWriter

__all__ = ["Problem", "Progress", "Receipt", "Report", "index_files", "read_files"]

log = logging.getLogger(__name__)

Sources = Iterable[str | PathLike[str]]

COMMIT_STORIES = 5_000
COMMIT_CHARACTERS = 64_000_000
"""A commit comes after so many stories or so many characters of them, whichever is first."""

PART_BYTES = 4 << 20
"""A file up to this size is read where its stories are made; a larger one is read in pieces."""

TASK_PARTS = 64
TASK_BYTES = 512 << 10
"""How much goes to a worker at a time."""


def index_files(
    sources: Sources,
    *,
    into: str | PathLike[str],
    entities: str | bool = "default",
    processes: int = 1,
    prune: bool = False,
    mapping: dict[str, str] | None = None,
    rebuild: bool = False,
    progress: Watcher | None = None,
) -> Report:
    """Puts the stories of files and folders into an archive, made if it is not there.

    What is unchanged since the last run is skipped; the stories of a changed file replace those it
    held; a story that several files hold is kept once and goes when none holds it any more. With
    `prune`, files that are gone let go of theirs too. `entities` names the model (False: none),
    `mapping` the fields of JSON and CSV files, `rebuild` makes the archive anew, `progress` is
    called after every file.

    Raises ConfigError for an unknown model or field, ArchiveError (also its kinds) if `into` cannot
    be written. What is wrong with a source is told in the report, never raised.
    """
    started = time.monotonic()
    if isinstance(sources, (str, PathLike)):
        sources = [sources]
    listed = [os.fspath(s) for s in sources]
    model = _model_name(entities)
    mapped = check_mapping(dict(mapping or {}))
    folder = Path(into)
    finder = load_finder(model, cache=folder / CACHE_FILE)
    recipe = _recipe(finder.version, mapped)
    if processes < 1:
        raise ConfigError(f"processes must be at least 1, not {processes}")
    report = Report()
    try:
        with (
            ArchiveWriter(folder, entities=finder.version, rebuild=rebuild) as writer,
            closing(_ledger(writer, rebuild)) as ledger,
        ):
            run = _Run(
                folder=folder,
                writer=writer,
                ledger=ledger,
                recipe=recipe,
                report=report,
                mapping=mapped,
                worker=_Worker(finder, mapped),
                progress=progress,
                started=started,
                total=_total(listed, folder) if progress is not None else 0,
            )
            run.read(listed, model, processes)
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
    if report.added or report.updated or report.removed:
        apply_corrections(folder, None)
    report.seconds = time.monotonic() - started
    return report


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
    worker = _Worker(load_finder(_model_name(entities)), mapped)
    units: dict[int, _Unit] = {}
    tickets = count()
    told: list[Receipt] = []

    def steps() -> Iterator[_Part | _Event]:
        for found in walk(sources):
            if not isinstance(found, Found):
                yield partial(told.append, _refused(found))
                continue
            for content in open_contents(found):
                if isinstance(content, ReadError):
                    yield partial(told.append, _refused(content))
                    continue
                ticket = next(tickets)
                units[ticket] = _Unit(key=found.key, path=content.path, member=content.member)
                try:
                    yield from _parts(content, ticket, mapped, frozenset())
                finally:
                    content.close()

    for task in _gathered(steps()):
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


# ---- parts, and the work on them


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A piece of work: the bytes of a content, or items that were read from one.

    `known` are the (id, start, end) of stories that need no work, since they are in the archive as
    they are.
    """

    ticket: int
    path: str
    name: str
    member: str | None
    data: bytes | None = None
    items: tuple[Outcome, ...] = ()
    last: bool = True
    known: frozenset[tuple[str, int, int]] = frozenset()


@dataclass(slots=True, kw_only=True)
class _Result:
    """What came of a part. `broken` says that the reading of its file stopped early."""

    ticket: int
    last: bool
    articles: list[Article] = field(default_factory=list)
    kept: list[tuple[str, Source]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    broken: bool = False


_Event = Callable[[], object]
"""Something to be done in the main process, in its turn between the parts."""


def _parts(
    content: Content,
    ticket: int,
    mapping: dict[str, str],
    known: frozenset[tuple[str, int, int]],
    data: bytes | None = None,
) -> Iterator[_Part]:
    if data is None and content.size <= PART_BYTES:
        content.stream.seek(0)
        data = content.stream.read()
    blank = _Part(
        ticket=ticket, path=content.path, name=content.name, member=content.member, known=known
    )
    if data is not None:
        yield replace(blank, data=data)
        return
    items: list[Outcome] = []
    size = 0
    for outcome in read_content(content, mapping):
        items.append(outcome)
        size += len(outcome.text) if isinstance(outcome, RawItem) else 100
        if size > TASK_BYTES or len(items) >= TASK_PARTS:
            yield replace(blank, items=tuple(items), last=False)
            items, size = [], 0
    yield replace(blank, items=tuple(items))


def _gathered(steps: "Iterator[_Part | _Event]") -> "Iterator[list[_Part] | _Event]":
    """Parts gathered to tasks, and what is to happen between them."""
    task: list[_Part] = []
    size = 0
    for step in steps:
        if not callable(step):
            task.append(step)
            size += len(step.data) if step.data is not None else TASK_BYTES
        if task and (callable(step) or size >= TASK_BYTES or len(task) >= TASK_PARTS):
            yield task
            task, size = [], 0
        if callable(step):
            yield step
    if task:
        yield task


class _Worker:
    """Parts in, stories with entities out; one in each process."""

    def __init__(self, finder: Finder, mapping: dict[str, str]) -> None:
        self._finder = finder
        self._mapping = mapping

    def __call__(self, parts: list[_Part]) -> list[_Result]:
        """The results of the parts, in order; the entity model sees their stories together."""
        results = []
        fresh: list[tuple[_Result, Article, RawItem]] = []
        for part in parts:
            result = _Result(ticket=part.ticket, last=part.last)
            results.append(result)
            for article, item in self._stories(part, result):
                if part.known and self._is_known(article, part.known):
                    result.kept.append((article.id, article.source))
                else:
                    fresh.append((result, article, item))
        for (result, _, item), article in zip(
            fresh, self._annotated([a for _, a, _ in fresh]), strict=True
        ):
            result.articles.append(_with_stated_names(article, item))
        return results

    @staticmethod
    def _is_known(article: Article, known: frozenset[tuple[str, int, int]]) -> bool:
        return (article.id, article.source.start, article.source.end) in known

    def _stories(self, part: _Part, result: _Result) -> Iterator[tuple[Article, RawItem]]:
        outcomes: Iterable[Outcome] = part.items
        if part.data is not None:
            content = content_of(part.path, part.data, member=part.member, name=part.name)
            outcomes = read_content(content, self._mapping)
        for outcome in outcomes:
            if isinstance(outcome, ReadError):
                result.problems.append(problem_of(outcome))
                result.broken |= isinstance(outcome, Broken)
            elif isinstance(outcome, LeftOut):
                result.left_out.append(Problem(reason=outcome.reason, line=outcome.line))
            else:
                result.notes += (n for n in outcome.notes if n not in result.notes)
                try:
                    articles = read_stories(
                        outcome.text,
                        path=outcome.path,
                        member=outcome.member,
                        whole=outcome.whole,
                    )
                except Exception as error:  # a fault of ours in one story must not stop the rest
                    log.exception("cannot read %s", outcome.path)
                    reason = f"a fault in wiredesk, please report it: {error!r}"
                    result.problems.append(Problem(reason=reason, line=outcome.line))
                    continue
                for article in articles:
                    if outcome.stated is not None and outcome.whole:
                        article = with_stated(article, outcome.stated, outcome.text)
                    yield article, outcome

    def _annotated(self, articles: list[Article]) -> list[Article]:
        try:
            return list(self._finder.annotate(articles))
        except (
            Exception
        ):  # any spaCy pipeline may be plugged in; a story without entities is better than none
            log.exception("the entity model failed on a batch; story by story then")
        result: list[Article] = []
        for article in articles:
            try:
                result += self._finder.annotate([article])
            except Exception:  # as above
                log.exception("no entities for %s in %s", article.headline, article.source.path)
                result.append(article)
        return result


def _with_stated_names(article: Article, item: RawItem) -> Article:
    """The story with its stated entities beside those found, all as they stand in the source."""
    text = item.text
    found = tuple(
        e
        if e.start < 0 or text[e.start : e.end] == e.text
        else replace(e, text=text[e.start : e.end])
        for e in article.entities
    )
    known = {(e.label, e.name) for e in found}
    stated = item.stated.entities if item.stated is not None else ()
    more = tuple(e for e in stated if (e.label, e.name) not in known)
    if found == article.entities and not more:
        return article
    return replace(article, entities=found + more)


_worker: _Worker | None = None


def _start_worker(model: str, mapping: dict[str, str], folder: str) -> None:
    """Runs once in every worker process."""
    global _worker
    _worker = _Worker(load_finder(model, cache=Path(folder) / CACHE_FILE), mapping)


def _in_worker(parts: list[_Part]) -> list[_Result]:
    assert _worker is not None, "the pool was started without its initializer"
    return _worker(parts)


# ---- the main process: what was read, what is to be written


@dataclass(slots=True, kw_only=True)
class _Unit:
    """A file or member that is being read."""

    key: str
    path: str
    member: str | None
    digest: str = ""
    known: UnitRow | None = None
    number: int | None = None
    size: int = 0
    stories: int = 0
    problems: list[Problem] = field(default_factory=list)
    more: int = 0
    left_out: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    broken: bool = False

    def take(self, result: _Result) -> None:
        """Adds what a part gave."""
        self.stories += len(result.articles) + len(result.kept)
        for problem in result.problems:
            self.problem(problem)
        self.left_out += result.left_out[: MAX_PROBLEMS - len(self.left_out)]
        self.notes += (n for n in result.notes[:MAX_PROBLEMS] if n not in self.notes)
        self.broken |= result.broken

    def problem(self, problem: Problem) -> None:
        """Keeps a problem, or counts it when there are many or it says the same again."""
        if len(self.problems) < MAX_PROBLEMS and all(
            p.reason != problem.reason for p in self.problems
        ):
            self.problems.append(problem)
        else:
            self.more += 1

    def receipt(self, status: str) -> Receipt:
        """The receipt of the unit; `failed` if it has no story and a problem."""
        problems, more = self.problems, self.more
        notes = [*self.notes, *(f"left out: {p}" for p in self.left_out if self.stories)]
        if not self.stories and not problems and self.left_out:
            status, problems = "left out", self.left_out
        elif not self.stories and problems:
            status = "failed"
        return Receipt(
            path=self.path,
            member=self.member,
            status=status,  # type: ignore[arg-type]  # one of Status, from the callers here
            stories=self.stories,
            problems=tuple(problems),
            more=more,
            notes=tuple(notes),
        )


def _refused(outcome: ReadError | LeftOut) -> Receipt:
    """The receipt of what could not even be opened."""
    if isinstance(outcome, LeftOut):
        problem = Problem(reason=outcome.reason, line=outcome.line)
        return Receipt(path=outcome.place, status="left out", problems=(problem,))
    path, _, member = outcome.source.partition("!")
    return Receipt(
        path=path, member=member or None, status="failed", problems=(problem_of(outcome),)
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
    worker: _Worker
    progress: Watcher | None
    started: float
    total: int
    done: int = 0
    units: dict[int, _Unit] = field(default_factory=dict)
    batch: dict[str, Article] = field(default_factory=dict)
    batch_characters: int = 0
    reader: ArchiveReader | None = None
    missing: list[str] = field(default_factory=list)
    tickets: int = 0

    # -- reading

    def read(self, sources: list[str], model: str, processes: int) -> None:
        """Reads all that is new or changed."""
        recipe = (model, self.mapping, os.fspath(self.folder))
        for step in _in_order(_gathered(self._steps(sources)), self.worker, recipe, processes):
            if callable(step):
                step()
            else:
                for result in step:
                    self._take(result)

    def _steps(self, sources: list[str]) -> Iterator[_Part | _Event]:
        for found in walk(sources, leave_out=os.path.realpath(self.folder)):
            if not isinstance(found, Found):
                if isinstance(found, ReadError) and not os.path.lexists(found.source):
                    self.missing.append(os.path.realpath(found.source))
                yield self._telling(_refused(found))
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
                yield self._telling(_refused(_unreadable(found.path, error)), found.size)
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
                        yield self._telling(_refused(opened), found.size)
                    else:
                        yield from self._unit_steps(found, known, opened, digest, None)

    def _packed_steps(
        self, found: Found, known: UnitRow | None, digest: str
    ) -> Iterator[_Part | _Event]:
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
                yield self._telling(_refused(content))
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
    ) -> Iterator[_Part]:
        self.tickets += 1
        self.units[self.tickets] = _Unit(
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
            yield from _parts(content, self.tickets, self.mapping, spans, data)
        finally:
            content.close()

    def _same(self, row: UnitRow, digest: str) -> bool:
        return bool(row.digest) and row.digest == digest and row.recipe == self.recipe

    def _unchanged(self, row: UnitRow, size: int) -> _Event:
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

    def _telling(self, receipt: Receipt, size: int = 0) -> _Event:
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
                    seconds=time.monotonic() - self.started,
                )
            )

    # -- taking in

    def _take(self, result: _Result) -> None:
        unit = self.units[result.ticket]
        if unit.number is None:
            unit.number = self.ledger.begin(unit.key, unit.member or "", unit.path)
        unit.take(result)
        for article_id, source in result.kept:
            self.ledger.hold(unit.number, article_id, source)
            self.report.skipped += 1
        for article in result.articles:
            self._add(unit, unit.number, article)
        if result.last:
            del self.units[result.ticket]
            self._finish(unit, unit.number)

    def _add(self, unit: _Unit, number: int, article: Article) -> None:
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

    def _finish(self, unit: _Unit, number: int) -> None:
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
                for part in _parts(content, 0, self.mapping, frozenset()):
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


def _in_order(
    tasks: Iterator[list[_Part] | _Event],
    worker: _Worker,
    recipe: tuple[str, dict[str, str], str],
    processes: int,
) -> Iterator[list[_Result] | _Event]:
    """The results of the tasks and the events between them, in order, done by `processes`, which
    are started with the `recipe`: model, mapping and archive."""
    if processes == 1:
        for task in tasks:
            yield task if callable(task) else worker(task)
        return
    with ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=_start_worker,
        initargs=recipe,
    ) as pool:
        waiting: deque[Future[list[_Result]] | _Event] = deque()
        for task in tasks:
            waiting.append(task if callable(task) else pool.submit(_in_worker, task))
            while len(waiting) > 3 * processes or (waiting and _ready(waiting[0])):
                yield _done(waiting.popleft())
        while waiting:
            yield _done(waiting.popleft())


def _ready(step: "Future[list[_Result]] | _Event") -> bool:
    return not isinstance(step, Future) or step.done()


def _done(step: "Future[list[_Result]] | _Event") -> list[_Result] | _Event:
    return step.result() if isinstance(step, Future) else step
