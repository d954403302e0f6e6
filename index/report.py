"""What indexing tells: a receipt for every file, and the totals."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from wiredesk.errors import ReadError

Status = Literal["added", "updated", "unchanged", "failed", "left out", "removed"]

MAX_PROBLEMS = 10
"""Problems of one file that are kept word by word; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something of a file that could not be read. `line` is 1-based, None where unknown."""

    reason: str
    line: int | None = None

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one file, or of one member of a packed file.

    `stories` counts those it holds. A file with `problems` may still have given stories; `more`
    counts the problems beyond the first ten. `notes` say what had to be assumed.
    """

    path: str
    status: Status
    stories: int = 0
    member: str | None = None
    problems: tuple[Problem, ...] = ()
    more: int = 0
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The file, with its member."""
        return self.path if self.member is None else f"{self.path}!{self.member}"

    def __str__(self) -> str:
        """One line: `wires/a.txt: 3 stories`, `wires/b.txt: no story: empty file`."""
        problems = "; ".join(map(str, self.problems))
        if self.more:
            problems += f"; and {self.more:,} more"
        if self.status == "left out":
            said = f"left out: {problems}"
        elif self.status == "removed":
            said = f"gone; {counted(self.stories, 'story')} removed"
        elif not self.stories:
            said = f"no story: {problems or 'none found in it'}"
        else:
            said = counted(self.stories, "story")
            if self.status in ("unchanged", "updated"):
                said += f" ({self.status})"
            if problems:
                said += f"; {problems}"
        if self.notes:
            said += f" ({'; '.join(self.notes)})"
        return f"{self.place}: {said}"


def counted(count: int, noun: str) -> str:
    """`1 story`, `2,000 stories`."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else many}"


@dataclass(slots=True, kw_only=True)
class Report:
    """The outcome of one run over some sources.

    `added`, `updated`, `skipped` and `removed` count stories: those of files not seen before, those
    that replace others in a changed file, those already there unchanged, and those that no file
    holds any more; `repeated` the further places of stories that are in several files or twice in
    one. `failed` counts the files and members with a problem, `corrections` the rules that an
    archive made anew has from before, `corrections_unused` those that find nothing in it.
    `entities` names the model.
    """

    added: int = 0
    updated: int = 0
    skipped: int = 0
    removed: int = 0
    repeated: int = 0
    failed: int = 0
    files: int = 0
    corrections: int = 0
    corrections_unused: int = 0
    seconds: float = 0.0
    entities: str = "none"
    receipts: list[Receipt] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"{self.added:,} added"]
        for count, word in (
            (self.updated, "updated"),
            (self.skipped, "unchanged"),
            (self.repeated, "found again elsewhere"),
            (self.removed, "removed"),
        ):
            if count:
                parts.append(f"{count:,} {word}")
        stories = counted(self.added + self.updated + self.skipped, "story")
        total = f"{stories} in {counted(self.files, 'file')}"
        said = f"{total}: {', '.join(parts)}"
        if self.failed:
            said += f"; {self.failed:,} with problems"
        if self.corrections:
            said += f"; {counted(self.corrections, 'correction')} kept"
        if self.corrections_unused:
            said += f", {self.corrections_unused:,} of them without effect now"
        return f"{said}; entities: {self.entities}; {self.seconds:.1f} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is, told after every file. `total` is in bytes on disk, as is `done`; `words`
    are those of the stories that were read, none of unchanged files."""

    receipt: Receipt
    done: int
    total: int
    stories: int
    words: int
    seconds: float

    @property
    def left(self) -> float:
        """Seconds that the rest will take at the rate so far."""
        return self.seconds * (self.total - self.done) / self.done if self.done else 0.0


Watcher = Callable[[Progress], None]


def problem_of(error: ReadError) -> Problem:
    """A read error as a line of a receipt."""
    return Problem(reason=error.reason, line=error.line)
