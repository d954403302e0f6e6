"""Which file holds which stories: `files.db` in the archive's folder.

The ledger says what is unchanged, what a changed file no longer holds, and where a story lies that
several files hold. It is written only after the archive has committed what it speaks of: after a
crash it may know less than the archive, never more, and the files it does not know are read again;
stories have the same id then, so nothing doubles. The ids of a commit are noted in `files.pending`
before it, so that after a crash those that no file holds any more are found too. A ledger that is
lost or damaged is made again from the stories of the archive, which know their files. For the same
reason stories are deleted from the archive only after the ledger has let go of them durably.

A *unit* is a file, or a member of a packed one. `holds` has a row for every place of a story.
Stories that a unit has let go of wait in `leaving` until the end of the run, when it is clear
whether another file holds them.
"""

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path

from wiredesk.index.article import Article, Source
from wiredesk.index.codec.archive import write_durably
from wiredesk.index.readers.content import packing
from wiredesk.index.report import Problem

log = logging.getLogger(__name__)

LEDGER_NAME = "files.db"
PENDING_NAME = "files.pending"
LEDGER_VERSION = 1

_TABLES = """
create table if not exists units (
    id integer primary key,
    key text not null,
    member text not null,
    path text not null,
    digest text not null,
    recipe text not null,
    stories integer not null,
    problems text not null,
    run integer not null,
    unique (key, member)
);
create table if not exists holds (
    unit integer not null,
    story text not null,
    run integer not null,
    start integer not null,
    source text not null
);
create index if not exists holds_by_story on holds (story);
create index if not exists holds_by_unit on holds (unit);
create table if not exists leaving (story text primary key);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """What the ledger knows of a file or member. An empty digest means it was never finished."""

    id: int
    key: str
    member: str
    path: str
    digest: str
    recipe: str
    stories: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A place of a story: its unit, its source there, and the run that saw it last."""

    unit: int
    source: Source
    run: int


class Ledger:
    """The ledger of one archive. Changes are kept back until `commit`."""

    def __init__(
        self, folder: Path, stories: Callable[[], Iterable[Article]], *, anew: bool = False
    ) -> None:
        """Opens the ledger of an archive's folder; `stories` gives those of the archive, for the
        case that there is no sound ledger. `anew` starts an empty one."""
        self._pending = folder / PENDING_NAME
        path = folder / LEDGER_NAME
        if anew:
            path.unlink(missing_ok=True)
        try:
            sound = self._open(path)
        except sqlite3.DatabaseError as error:
            log.warning("%s is damaged (%s); it is made again from the archive", path, error)
            self._db.close()
            path.unlink()
            sound = self._open(path)
        with ExitStack() as undo:
            undo.callback(self._db.close)
            self._db.execute("begin")
            if not anew:
                if not sound:
                    self._restore(stories())
                if self._pending.exists():
                    for story in self._pending.read_text().split():
                        self._db.execute("insert or ignore into leaving values (?)", (story,))
                self.commit()
            (last,) = self._db.execute("select coalesce(max(run), 0) from units").fetchone()
            undo.pop_all()
        self.run: int = last + 1

    def _open(self, path: Path) -> bool:
        """Opens the file; False if it was never committed (its version is part of a commit)."""
        self._db = sqlite3.connect(path, isolation_level=None)
        (version,) = self._db.execute("pragma user_version").fetchone()
        if version not in (0, LEDGER_VERSION):
            raise sqlite3.DatabaseError(f"version {version}, known is {LEDGER_VERSION}")
        self._db.executescript(_TABLES)
        self._db.execute("select count(*) from units, holds, leaving where units.id < 0").fetchone()
        return bool(version)

    def _restore(self, stories: Iterable[Article]) -> None:
        """Every file as unfinished, with the stories that say they come from it."""
        self.run = 0
        for article in stories:
            for source in (article.source, *article.also_in):
                packed = packing(source.path) not in (None, ".gz")
                member = source.member or "" if packed else ""
                key = os.path.realpath(source.path)
                unit = self.begin(key, member, source.path)
                if packed:
                    self.begin(key, "", source.path)
                self.hold(unit, article.id, source)

    def intend(self, stories: Iterable[str]) -> None:
        """Notes, durably, the stories of a commit of the archive that is about to come."""
        write_durably(self._pending, "\n".join(stories).encode())

    def commit(self) -> None:
        """Makes durable what was told so far. To be called after the archive's own commit."""
        self._db.execute(f"pragma user_version = {LEDGER_VERSION}")
        self._db.execute("commit")
        self._db.execute("begin")
        self._pending.unlink(missing_ok=True)

    def close(self) -> None:
        """Lets go; what was not committed is forgotten."""
        self._db.execute("rollback")
        self._db.close()

    def unit(self, key: str, member: str = "") -> UnitRow | None:
        """What is known of a file or member."""
        row = self._db.execute(
            "select id, key, member, path, digest, recipe, stories, problems from units"
            " where key = ? and member = ?",
            (_stored_key(key), member),
        ).fetchone()
        return _unit(row) if row else None

    def begin(self, key: str, member: str, path: str) -> int:
        """The id of a unit that is about to be read; it counts as unfinished until `finish`."""
        self._db.execute(
            "insert into units (key, member, path, digest, recipe, stories, problems, run)"
            " values (?, ?, ?, '', '', 0, '[]', ?)"
            " on conflict (key, member) do update set path = excluded.path, digest = '',"
            " run = excluded.run",
            (_stored_key(key), member, path, self.run),
        )
        (unit,) = self._db.execute(
            "select id from units where key = ? and member = ?", (_stored_key(key), member)
        ).fetchone()
        return int(unit)

    def hold(self, unit: int, story: str, source: Source) -> None:
        """A story was found in a unit."""
        self._db.execute(
            "insert into holds (unit, story, run, start, source) values (?, ?, ?, ?, ?)",
            (unit, story, self.run, source.start, json.dumps(asdict(source))),
        )

    def finish(
        self, unit: int, *, digest: str, recipe: str, problems: Iterable[Problem], stories: int
    ) -> None:
        """A unit was read to its end: the stories it held before and not now are leaving."""
        self._db.execute(
            "insert or ignore into leaving select story from holds where unit = ? and run < ?",
            (unit, self.run),
        )
        self._db.execute("delete from holds where unit = ? and run < ?", (unit, self.run))
        self._db.execute(
            "update units set digest = ?, recipe = ?, stories = ?, problems = ?, run = ?"
            " where id = ?",
            (digest, recipe, stories, _dump(problems), self.run, unit),
        )

    def touch(self, unit: int) -> None:
        """A unit is still there, unchanged."""
        self._db.execute("update units set run = ? where id = ?", (self.run, unit))

    def members(self, key: str) -> Iterator[UnitRow]:
        """The known members of a packed file."""
        yield from self._units("where key = ? and member <> ''", (_stored_key(key),))

    def all_units(self) -> Iterator[UnitRow]:
        """Every file and member."""
        yield from self._units("order by key, member", ())

    def _units(self, where: str, values: tuple[object, ...]) -> Iterator[UnitRow]:
        with closing(self._db.cursor()) as cursor:
            rows = cursor.execute(
                "select id, key, member, path, digest, recipe, stories, problems from units "
                + where,
                values,
            ).fetchall()
        yield from map(_unit, rows)

    def drop(self, unit: int) -> int:
        """Forgets a unit; its stories are leaving. Returns how many it held."""
        self._db.execute(
            "insert or ignore into leaving select story from holds where unit = ?", (unit,)
        )
        held = self._db.execute("delete from holds where unit = ?", (unit,)).rowcount
        self._db.execute("delete from units where id = ?", (unit,))
        return held

    def drop_unseen_members(self, key: str) -> None:
        """Forgets the members of a packed file that it did not have in this run."""
        unseen = self._db.execute(
            "select id from units where key = ? and member <> '' and run < ?",
            (_stored_key(key), self.run),
        ).fetchall()
        for (unit,) in unseen:
            self.drop(unit)

    def places(self, story: str) -> list[Held]:
        """Every place of a story, in the order in which the places became known."""
        rows = self._db.execute(
            "select unit, source, run from holds where story = ? order by rowid", (story,)
        )
        return [
            Held(unit=unit, source=Source(**json.loads(text)), run=run) for unit, text, run in rows
        ]

    def spans(self, unit: int) -> frozenset[tuple[str, int, int]]:
        """The stories of a unit as (id, start, end), from earlier runs."""
        rows = self._db.execute(
            "select story, start, source from holds where unit = ? and run < ?", (unit, self.run)
        )
        return frozenset((story, start, json.loads(text)["end"]) for story, start, text in rows)

    def unit_of(self, unit: int) -> UnitRow:
        """A unit by its id."""
        return next(self._units("where id = ?", (unit,)))

    def leaving(self) -> list[str]:
        """The stories that some unit has let go of."""
        return [s for (s,) in self._db.execute("select story from leaving order by story")]

    def settle(self, story: str) -> None:
        """A leaving story was dealt with."""
        self._db.execute("delete from leaving where story = ?", (story,))

    def story_count(self) -> int:
        """Distinct stories held."""
        (count,) = self._db.execute("select count(distinct story) from holds").fetchone()
        return int(count)


def _stored_key(key: str) -> str | bytes:
    """A file name that is no valid text is stored as the bytes it is."""
    try:
        key.encode()
    except UnicodeEncodeError:
        return os.fsencode(key)
    return key


def _unit(row: tuple[int, str | bytes, str, str, str, str, int, str]) -> UnitRow:
    number, key, member, path, digest, recipe, stories, problems = row
    return UnitRow(
        id=number,
        key=os.fsdecode(key),
        member=member,
        path=path,
        digest=digest,
        recipe=recipe,
        stories=stories,
        problems=tuple(Problem(**p) for p in json.loads(problems)),
    )


def _dump(problems: Iterable[Problem]) -> str:
    return json.dumps([{"reason": p.reason, "line": p.line} for p in problems])
