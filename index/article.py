"""What wiredesk knows about a story: plain, frozen values, standard library only.

Every offset in this module counts code points of the *source text*: the file decoded as text with
its line ends kept (for formats with markup: of the text its reader took out), end exclusive, so
that `text[start:end]` is the thing itself. The one exception says so: `Article.body_map` ties
offsets in `Article.body` to offsets in the source.
"""

from bisect import bisect_right
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

Role = Literal["reporting", "additional_reporting", "writing", "editing"]
"""What a person did for a story, as its byline or credit line says."""

BylineKind = Literal["person", "bureau", "organisation"]

DateBasis = Literal["stamp", "dateline", "dateline without year", "stated", "none"]
"""Where the date of a story comes from; `stated` is a field of the source format."""

CountrySource = Literal[
    "stated", "region", "standalone", "gazetteer", "context", "override", "unknown"
]

ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a story lies: a file, and its span in that file's text.

    `member` names the file inside a packed archive or the record inside a collection.
    `start` and `end` are code points; `first_line` and `last_line` count from 1.
    """

    path: str
    start: int
    end: int
    member: str | None = None
    first_line: int = 1
    last_line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A place in a dateline, as printed, with what is known about where it is.

    `region` is as printed; `country` the English name and `country_code` the ISO 3166-1 alpha-2
    code, None when unknown. `country_source` names the kind of evidence. `candidates` keeps the
    codes that an ambiguous name could stand for. `name` is the facet value: one spelling for
    GENEVA and Geneva, Peking and Beijing.
    """

    city: str
    name: str
    region: str | None = None
    country: str | None = None
    country_code: str | None = None
    country_source: CountrySource = "unknown"
    candidates: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """Where and when a story was filed, as printed above its lede.

    `date` is `YYYY-MM-DD`, or `--MM-DD` where no year is printed.
    """

    raw: str
    cities: tuple[City, ...] = ()
    agency: str | None = None
    date: str | None = None
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """One person, bureau or organisation named for a story, with a role and a place."""

    role: Role
    name: str
    place: str | None = None
    kind: BylineKind = "person"
    raw: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One mention of a person, organisation, place or group in the headline or body.

    `text` is what stands at `start:end`; `name` the facet value it was merged into (a country is
    its ISO code, for the reader's language to name). `found_by` says what found it: `model`,
    `list`, `context`, `alias`, `surname`, `majority`, `stated` or `correction`.
    """

    label: Literal["PERSON", "ORG", "LOC", "NORP", "EVENT"]
    text: str
    name: str
    start: int
    end: int
    found_by: str = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A line of the source that is page furniture, not story; kept, with the reason."""

    line: str
    reason: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """An advisory, correction or credit line that is not body: `kind` says which."""

    kind: str
    text: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a field has its value: the characters it was read from and the rule that read them.

    `field` is a field name of the schema (`headline`, `city`, `byline` ...), `value` the facet
    value it gave. A stated field of a source format has the rule `stated:FORMAT` and no span (-1).
    """

    field: str
    value: str
    rule: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One story of an archive.

    `id` derives from the content alone, so that links survive re-indexing. `published` is ISO 8601
    to the minute or second, with the zone where one is stated. `date` is `YYYY-MM-DD`, `--MM-DD`,
    or None, and `date_basis` says where it comes from. `body` is the story's own text: its lines
    joined by line feeds, furniture and credit lines left out. `form` is the kind of story
    (`update`, `correction`, `analysis` ...), None for a plain one; `version` the n of UPDATE n.
    """

    id: str
    source: Source
    headline: str
    body: str
    dateline: Dateline | None = None
    byline: tuple[Byline, ...] = ()
    published: str | None = None
    updated: str | None = None
    date: str | None = None
    date_basis: DateBasis = "none"
    date_ambiguous: bool = False
    agency: str | None = None
    form: str | None = None
    version: int | None = None
    slug: str | None = None
    desk: str | None = None
    subheadline: str | None = None
    language: str = "en"
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[Note, ...] = ()
    entities: tuple[Entity, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    headline_span: tuple[int, int] = (-1, -1)
    body_map: tuple[tuple[int, int, int], ...] = ()
    """Pieces (offset in body, offset in source, length), by rising offset."""
    also_in: tuple[Source, ...] = ()
    """Other places where the very same story lies."""

    @property
    def cities(self) -> tuple[City, ...]:
        """The places the story was filed from."""
        return self.dateline.cities if self.dateline else ()

    def source_offset(self, body_offset: int) -> int:
        """The source offset of a character of the body; -1 if the body has no map."""
        i = bisect_right(self.body_map, (body_offset, 1 << 62, 0)) - 1
        if i < 0:
            return -1
        at, origin, length = self.body_map[i]
        return origin + min(body_offset - at, length)

    def body_offset(self, source_offset: int) -> int | None:
        """The body offset of a source character; None if that character is not body."""
        for at, origin, length in self.body_map:
            if origin <= source_offset < origin + length:
                return at + source_offset - origin
        return None

    def to_dict(self) -> dict[str, Any]:
        """As plain lists and dicts, for JSON; `from_dict` is the inverse."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> "Article":
        """The inverse of `to_dict`; lists of any kind become tuples."""
        data = dict(raw)
        data["source"] = Source(**data["source"])
        if data.get("dateline") is not None:
            line = dict(data["dateline"])
            line["cities"] = tuple(
                City(**{**c, "candidates": tuple(c.get("candidates", ()))})
                for c in line.get("cities", ())
            )
            data["dateline"] = Dateline(**line)
        for name, kind in _LISTS.items():
            data[name] = tuple([kind(**item) for item in data.get(name, ())])
        data["headline_span"] = tuple(data.get("headline_span", (-1, -1)))
        data["body_map"] = tuple(map(tuple, data.get("body_map", ())))
        if not data.keys() <= _NAMES:
            data = {k: v for k, v in data.items() if k in _NAMES}
        return cls(**data)


_NAMES = frozenset(f.name for f in fields(Article))
_LISTS: dict[str, Any] = {
    "byline": Byline,
    "dropped": Dropped,
    "notes": Note,
    "entities": Entity,
    "evidence": Evidence,
    "also_in": Source,
}
