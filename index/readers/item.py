"""What a reader hands on: a text, where it came from, and what its format states about it."""

from dataclasses import dataclass, fields

from wiredesk.errors import ReadError
from wiredesk.index.article import Byline, City, Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The fields that a source format states about a story.

    What is stated wins over what is parsed from the text and has the evidence rule
    `stated:FORMAT`, with `format` as the FORMAT, and no span unless the value stands in the text.
    `dateline` is the line as printed; `cities` its places as far as the format tells them apart
    (`City.name` may be just the printed form, the country may be missing). `date` is `YYYY-MM-DD`
    or `--MM-DD`; `published` and `updated` are ISO 8601. `entities` have no offsets (-1).

    A stated byline names the people of the line under the headline; credit lines of the text still
    add their people and roles.

    `soft` marks metadata of web pages, which are often wrong about people: they fill the fields
    that the text leaves open, and their people are added to those of the text, whose roles and
    places win.
    """

    format: str
    headline: str | None = None
    subheadline: str | None = None
    byline: tuple[Byline, ...] = ()
    dateline: str | None = None
    cities: tuple[City, ...] = ()
    agency: str | None = None
    date: str | None = None
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    desk: str | None = None
    slug: str | None = None
    form: str | None = None
    entities: tuple[Entity, ...] = ()
    soft: bool = False

    def __bool__(self) -> bool:
        """Whether anything at all is stated."""
        return any(getattr(self, f.name) for f in fields(self) if f.name not in ("format", "soft"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One text to be read as wire copy.

    `text` is the file decoded with its line ends kept, a byte order mark included (all offsets
    count code points of it); for formats with markup, the text that the reader took out: the
    stated headline, a blank line, then the paragraphs. `whole` says that it is exactly one story;
    otherwise it may hold any number. `member` names the file inside a packed archive and the
    record inside a collection. `line` is where the item begins in its file, 1-based. `notes` are
    for the receipt: a guessed encoding, a skipped record.
    """

    path: str
    text: str
    member: str | None = None
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()
    format: str = "text"
    whole: bool = False
    stated: Stated | None = None
    line: int = 1


class Broken(ReadError):
    """Reading stopped here: what follows in the file is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Input that was passed over on purpose: a withdrawn story, a link back to a folder."""

    place: str
    reason: str
    line: int | None = None
