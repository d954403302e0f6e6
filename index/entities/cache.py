"""What was found in a text is found again only when the text, the model or the rules change.

One SQLite file in the archive folder, `entities.sqlite`: from the hash of text and finder version
to mentions. It can be deleted at any time; several processes may use it at once. An archive on a
disk where it cannot be kept is indexed without it.
"""

import json
import logging
import sqlite3
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from weakref import finalize

from wiredesk.index.entities.mention import Mention

CACHE_FILE = "entities.sqlite"
log = logging.getLogger(__name__)


class Named(NamedTuple):
    """A mention in a story text and its facet value."""

    mention: Mention
    name: str


def text_key(version: str, text: str) -> bytes:
    """The key of a story text under a finder's version: 16 bytes."""
    hashed = blake2b(version.encode(), digest_size=16)
    hashed.update(b"\0")
    hashed.update(text.encode("utf-8", "surrogatepass"))
    return hashed.digest()


class MentionCache:
    """Key -> what was found. Opened on first use; a fault turns it off, with one warning."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._broken = False

    def _open(self) -> sqlite3.Connection | None:
        if self._db is None and not self._broken:
            try:
                self._db = sqlite3.connect(self._path, timeout=30, isolation_level=None)
                finalize(self, self._db.close)  # a cache has no end of its own but its finder's
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=OFF")
                self._db.execute(
                    "CREATE TABLE IF NOT EXISTS found (key BLOB PRIMARY KEY, mentions TEXT)"
                    " WITHOUT ROWID"
                )
            except sqlite3.Error as error:
                self._fail(error)
        return self._db

    def _fail(self, error: sqlite3.Error) -> None:
        log.warning("%s: entities are not kept for the next run: %s", self._path, error)
        self._broken = True
        if self._db is not None:
            self._db.close()
            self._db = None

    def get(self, keys: Iterable[bytes]) -> dict[bytes, list[Named]]:
        """What is known of some keys."""
        db = self._open()
        wanted = list(dict.fromkeys(keys))
        if db is None or not wanted:
            return {}
        marks = ",".join("?" * len(wanted))
        try:
            rows = db.execute(f"SELECT key, mentions FROM found WHERE key IN ({marks})", wanted)
            return {
                bytes(key): [Named(Mention(*m[:4]), m[4]) for m in json.loads(mentions)]
                for key, mentions in rows
            }
        except (sqlite3.Error, ValueError, TypeError) as error:
            self._fail(sqlite3.DatabaseError(str(error)))
            return {}

    def put(self, found: Mapping[bytes, list[Named]]) -> None:
        """Keeps what was found."""
        db = self._open()
        if db is None or not found:
            return
        rows = [
            (key, json.dumps([(*n.mention, n.name) for n in named], ensure_ascii=False))
            for key, named in found.items()
        ]
        try:
            db.execute("BEGIN")
            db.executemany("INSERT OR REPLACE INTO found VALUES (?, ?)", rows)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            self._fail(error)
