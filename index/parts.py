"""The work of reading, cut into parts that this process or others do, in order.

A *part* is one small file, or some stories of a large one; a *unit* is the file they belong to. A
task is a few parts at a time, so that the entity model sees many stories together. Between the
tasks stand *events*, things the main process does in their turn.

Workers are spawned, never forked: a fork would inherit the archive's lock.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

from wiredesk.errors import ReadError
from wiredesk.index.article import Article, Source
from wiredesk.index.entities import CACHE_FILE, Finder, load_finder
from wiredesk.index.ledger import UnitRow
from wiredesk.index.readers.content import Content, content_of
from wiredesk.index.readers.item import Broken, LeftOut, RawItem
from wiredesk.index.readers.registry import Outcome, read_content
from wiredesk.index.readers.stated import with_stated
from wiredesk.index.report import MAX_PROBLEMS, Problem, Receipt, problem_of
from wiredesk.index.wire import read_stories

log = logging.getLogger(__name__)

PART_BYTES = 4 << 20
"""A file up to this size is read where its stories are made; a larger one is read in pieces."""

TASK_PARTS = 64
TASK_BYTES = 512 << 10
"""How much goes to a worker at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
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
class Result:
    """What came of a part. `broken` says that the reading of its file stopped early."""

    ticket: int
    last: bool
    articles: list[Article] = field(default_factory=list)
    kept: list[tuple[str, Source]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    broken: bool = False


Event = Callable[[], object]
"""Something to be done in the main process, in its turn between the parts."""


def parts_of(
    content: Content,
    ticket: int,
    mapping: dict[str, str],
    known: frozenset[tuple[str, int, int]],
    data: bytes | None = None,
) -> Iterator[Part]:
    if data is None and content.size <= PART_BYTES:
        content.stream.seek(0)
        data = content.stream.read()
    blank = Part(
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


def gathered(steps: "Iterator[Part | Event]") -> "Iterator[list[Part] | Event]":
    """Parts gathered to tasks, and what is to happen between them."""
    task: list[Part] = []
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


class Worker:
    """Parts in, stories with entities out; one in each process."""

    def __init__(self, finder: Finder, mapping: dict[str, str]) -> None:
        self._finder = finder
        self._mapping = mapping

    def __call__(self, parts: list[Part]) -> list[Result]:
        """The results of the parts, in order; the entity model sees their stories together."""
        results = []
        fresh: list[tuple[Result, Article, RawItem]] = []
        for part in parts:
            result = Result(ticket=part.ticket, last=part.last)
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

    def _stories(self, part: Part, result: Result) -> Iterator[tuple[Article, RawItem]]:
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


_worker: Worker | None = None


def _start_worker(model: str, mapping: dict[str, str], folder: str) -> None:
    """Runs once in every worker process."""
    global _worker
    logging.disable(logging.WARNING)  # the main process has loaded the same model, and warned
    finder = load_finder(model, cache=Path(folder) / CACHE_FILE)
    logging.disable(logging.NOTSET)
    _worker = Worker(finder, mapping)


def _in_worker(parts: list[Part]) -> list[Result]:
    assert _worker is not None, "the pool was started without its initializer"
    return _worker(parts)


@dataclass(slots=True, kw_only=True)
class Unit:
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

    def take(self, result: Result) -> None:
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


def refused(outcome: ReadError | LeftOut) -> Receipt:
    """The receipt of what could not even be opened."""
    if isinstance(outcome, LeftOut):
        problem = Problem(reason=outcome.reason, line=outcome.line)
        return Receipt(path=outcome.place, status="left out", problems=(problem,))
    path, _, member = outcome.source.partition("!")
    return Receipt(
        path=path, member=member or None, status="failed", problems=(problem_of(outcome),)
    )


def in_order(
    tasks: Iterator[list[Part] | Event],
    worker: Worker,
    recipe: tuple[str, dict[str, str], str],
    processes: int,
) -> Iterator[list[Result] | Event]:
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
        waiting: deque[Future[list[Result]] | Event] = deque()
        for task in tasks:
            waiting.append(task if callable(task) else pool.submit(_in_worker, task))
            while len(waiting) > 3 * processes or (waiting and _ready(waiting[0])):
                yield _done(waiting.popleft())
        while waiting:
            yield _done(waiting.popleft())


def _ready(step: "Future[list[Result]] | Event") -> bool:
    return not isinstance(step, Future) or step.done()


def _done(step: "Future[list[Result]] | Event") -> list[Result] | Event:
    return step.result() if isinstance(step, Future) else step
