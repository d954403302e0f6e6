"""What a search was read as: one sentence of plain words, in parts that can be translated.

    parts = read_as(parse('aleppo NEAR/5 siege -reuters date:2016-02').query)
    english(parts)    # stories containing "aleppo" within 5 words of "siege", not containing ...

A `Part` is a template, named by its code, with values: texts, numbers, facet values, days and
further parts. `TEMPLATES` holds the English of every code; `say` fills them in through the voice
of any language. Nothing here knows which languages there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from wiredesk.index.countries import country_name
from wiredesk.index.schema import FACETS, FIELDS, NOT_STATED, QUERY_NAMES
from wiredesk.search.clauses import side_by_side, telling, widens
from wiredesk.search.histogram import day_range, iso
from wiredesk.search.limits import PYTHON, Limits
from wiredesk.search.model import Note, SearchRequest
from wiredesk.search.parser import parse
from wiredesk.search.printer import day_unit
from wiredesk.search.query import (
    And,
    AtLeast,
    Everything,
    Field,
    First,
    Fuzzy,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Wildcard,
    Words,
    is_loose,
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of the reader, shown in quotation marks."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet, shown by its label (a country code by the country's name)."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Named:
    """A facet by its own name, shown in quotation marks."""

    field: str


@dataclass(frozen=True, slots=True)
class Day:
    """A year, month, ISO week or day: `2016`, `2016-02`, `2016-W05`, `2016-02-09`."""

    text: str


@dataclass(frozen=True, slots=True)
class Several:
    """A list, joined by `and`, `or` or commas (`pieces`)."""

    kind: Literal["and", "or", "pieces"]
    items: tuple["Piece", ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The template `code` of TEMPLATES, filled with values."""

    code: str
    values: Mapping[str, "Piece"] = field(default_factory=dict)


Piece = Part | Several | Quoted | Value | Named | Day | int | str

TEMPLATES: Mapping[str, str] = {
    "all": "all stories",
    "stories": "stories %(pieces)s",
    "group": "(%(what)s)",
    "except": "except %(what)s",
    # Words
    "containing": "containing %(what)s",
    "not-containing": "not containing %(what)s",
    "exactly": "exactly %(word)s",
    "beginning": "words beginning with %(word)s",
    "like": "words like %(word)s",
    "spelt": "words spelt nearly like %(word)s",
    "without": "without %(what)s",
    "anything": "anything",
    "most": "most of %(what)s",
    "slop": "%(phrase)s with at most %(n)s words in between",
    "next": "%(left)s next to %(right)s",
    "next-ordered": "%(left)s right before %(right)s",
    "near": "%(left)s within %(n)s words of %(right)s",
    "near-ordered": "%(left)s followed within %(n)s words by %(right)s",
    "sentence": "%(left)s in one sentence with %(right)s",
    "sentence-ordered": "%(left)s before %(right)s in one sentence",
    "paragraph": "%(left)s in one paragraph with %(right)s",
    "paragraph-ordered": "%(left)s before %(right)s in one paragraph",
    "at-least": "%(what)s at least %(n)s times",
    "first": "%(what)s in the first %(n)s words",
    "in-headline": "%(what)s in the headline",
    "in-body": "%(what)s in the text",
    "in-lead": "%(what)s in the lead",
    # Days
    "on": "on %(day)s",
    "in": "in %(day)s",
    "in-week": "in the week of %(day)s",
    "between": "from %(first)s to %(last)s",
    "since": "since %(first)s",
    "until": "until %(last)s",
    "not-dated": "not %(when)s",
    "date-any": "with a date",
    "date-none": "without a date",
    "dates": "%(days)s",
    # Facets: with a value, and without
    "from": "filed from %(what)s",
    "not-from": "not filed from %(what)s",
    "about": "about %(what)s",
    "not-about": "not about %(what)s",
    "city": "filed from %(what)s",
    "not-city": "not filed from %(what)s",
    "country": "filed from %(what)s",
    "not-country": "not filed from %(what)s",
    "spot": "filed from %(what)s",
    "not-spot": "not filed from %(what)s",
    "agency": "by %(what)s",
    "not-agency": "not %(what)s",
    "byline": "by %(what)s",
    "not-byline": "not by %(what)s",
    "reporter": "reported by %(what)s",
    "not-reporter": "not reported by %(what)s",
    "writer": "written by %(what)s",
    "not-writer": "not written by %(what)s",
    "editor": "edited by %(what)s",
    "not-editor": "not edited by %(what)s",
    "form": "of the form %(what)s",
    "not-form": "not of the form %(what)s",
    "person": "mentioning %(what)s",
    "not-person": "not mentioning %(what)s",
    "organisation": "mentioning %(what)s",
    "not-organisation": "not mentioning %(what)s",
    "place": "mentioning %(what)s",
    "not-place": "not mentioning %(what)s",
    "nation": "mentioning %(what)s",
    "not-nation": "not mentioning %(what)s",
    "event": "mentioning %(what)s",
    "not-event": "not mentioning %(what)s",
    "desk": "of the desk %(what)s",
    "not-desk": "not of the desk %(what)s",
    "language": "in the language %(what)s",
    "not-language": "not in the language %(what)s",
    "source": "in the file %(what)s",
    "not-source": "not in the file %(what)s",
    "main_person": "about %(what)s",
    "not-main_person": "not about %(what)s",
    "main_organisation": "about %(what)s",
    "not-main_organisation": "not about %(what)s",
    "main_place": "about %(what)s",
    "not-main_place": "not about %(what)s",
    "unstated": "(not stated)",
    "stated": "(any value)",
    "with": "with %(field)s stated",
    "with-no": "without %(field)s stated",
}
"""Every template by its code. `%(what)s` and the like are filled in by `say`."""

ONE: Mapping[str, str] = {
    "slop": "%(phrase)s with at most %(n)s word in between",
    "near": "%(left)s within %(n)s word of %(right)s",
    "near-ordered": "%(left)s followed within %(n)s word by %(right)s",
    "at-least": "%(what)s at least once",
    "first": "%(what)s as the first word",
}
"""Templates that speak of a number, for one of it."""


class Voice(Protocol):
    """How one language says things."""

    def template(self, code: str, english: str, count: int | None) -> str:
        """The template of a code in this language, for the number that it speaks of."""

    def quote(self, text: str) -> str:
        """Something in quotation marks."""

    def label(self, field: str, value: str) -> str:
        """The name of a facet value."""

    def field(self, name: str) -> str:
        """The name of a facet."""

    def day(self, text: str) -> str:
        """A year, month or day; for an ISO week its first day."""

    def number(self, number: int) -> str:
        """A number."""

    def join(self, kind: Literal["and", "or", "pieces"], items: Sequence[str]) -> str:
        """A list of things, of which all (`and`) or one (`or`) are meant; commas for `pieces`."""


def say(piece: Piece, voice: Voice) -> str:
    """A piece as text."""
    match piece:
        case Part(code, values):
            said = {name: say(value, voice) for name, value in values.items()}
            count = next((v for v in values.values() if isinstance(v, int)), None)
            texts = ONE if count == 1 and code in ONE else TEMPLATES
            return voice.template(code, texts[code], count) % said
        case Several(kind, items):
            return voice.join(kind, [say(item, voice) for item in items])
        case Quoted(text):
            return voice.quote(text)
        case Value(name, value):
            return voice.label(name, value)
        case Named(name):
            return voice.quote(voice.field(name))
        case Day(text):
            return voice.day(text)
        case int():
            return voice.number(piece)
    return piece


_MONTHS = (
    "January February March April May June July August September October November December"
).split()


class _English:
    """The voice of the command line and of Python."""

    def template(self, code: str, english: str, count: int | None) -> str:
        return english

    def quote(self, text: str) -> str:
        return f'"{text}"'

    def label(self, field: str, value: str) -> str:
        if FIELDS[field].labels in ("country", "place"):
            return country_name(value)
        return value

    def field(self, name: str) -> str:
        return name

    def day(self, text: str) -> str:
        year, *rest = text.split("-")
        if not rest:
            return text
        if rest[0][:1] == "W":
            year, *rest = (
                date.fromisocalendar(int(year), int(rest[0][1:]), 1).isoformat().split("-")
            )
        month = _MONTHS[int(rest[0]) - 1]
        return " ".join([str(int(rest[1])), month, year] if rest[1:] else [month, year])

    def number(self, number: int) -> str:
        return str(number)

    def join(self, kind: Literal["and", "or", "pieces"], items: Sequence[str]) -> str:
        if kind == "pieces" or len(items) < 2:
            return ", ".join(items)
        return f"{', '.join(items[:-1])} {kind} {items[-1]}"


ENGLISH: Voice = _English()


def english(piece: Piece) -> str:
    """A piece as plain English."""
    return say(piece, ENGLISH)


Widened = Literal["most", "any"]
"""How a search was widened: to stories with most of its words, or with any."""


def read_as(
    query: Query, request: SearchRequest | None = None, *, widened: Widened | None = None
) -> Part:
    """The sentence of a query with the filters of a request."""
    pieces = _pieces(query, widened)
    if request is not None:
        pieces += _filters(request)
    if not pieces:
        return Part("all")
    return Part("stories", {"pieces": _several("pieces", pieces)})


def read_request(
    request: SearchRequest, *, notes: Iterable[Note] = (), limits: Limits = PYTHON
) -> Part:
    """The sentence of a whole request, whose query is read under these limits.

    With the `notes` of its result it says what was done: where few stories had all the words, that
    most or any of them were enough.
    """
    codes = {note.code for note in notes}
    widened: Widened | None = (
        "any" if "widened-any" in codes else "most" if "widened-most" in codes else None
    )
    return read_as(parse(request.query, limits=limits).query, request, widened=widened)


def _several(kind: Literal["and", "or", "pieces"], items: Iterable[Piece]) -> Piece:
    listed = tuple(items)
    return listed[0] if len(listed) == 1 else Several(kind, listed)


# The query


def _pieces(query: Query, widened: Widened | None) -> list[Piece]:
    """What is asked for, one after the other: the words together, then the rest in order."""
    wanted = list(_wanted(query))
    words = [q for q in wanted if _is_text(q) and not isinstance(q, Not)]
    rest = [q for q in wanted if q not in words]
    texts: list[Piece] = []
    if widened is not None and (loose := _given_up(query)):
        words = [q for q in words if all(q is not clause for clause in loose)]
        several = _several("or" if widened == "any" else "and", map(_operand, telling(loose)))
        enough = several if widened == "any" else Part("most", {"what": several})
        texts.append(Part("group", {"what": enough}) if words else enough)
    texts += map(_operand, words) if texts or len(words) > 1 else map(_text, words)
    containing = [Part("containing", {"what": _several("and", texts)})] if texts else []
    return [*containing, *map(_predicate, rest)]


def _given_up(query: Query) -> list[Query]:
    """The words of which a widened search asked for most or any only."""
    if not widens(query):
        return []
    clauses = query.clauses if isinstance(query, And) else (query,)
    words = next(c for c in clauses if isinstance(c, Words))
    loose = [c for c in side_by_side(words) if is_loose(c)]
    return loose if len(telling(loose)) > 1 else []


def _wanted(query: Query) -> Iterable[Query]:
    """The clauses that must all hold."""
    if isinstance(query, And | Words):
        for clause in query.clauses:
            yield from _wanted(clause)
    elif not isinstance(query, Everything):
        yield query


def _is_text(query: Query) -> bool:
    """Whether a clause speaks of words in headline and body only."""
    match query:
        case And(clauses) | Or(clauses) | Words(clauses):
            return all(map(_is_text, clauses))
        case Not(clause) | First(_, clause):
            return _is_text(clause)
        case Field(name, clause):
            return not _facets(name) and name != "date" and _is_text(clause)
        case Range():
            return False
    return True


def _facets(name: str) -> tuple[str, ...]:
    return tuple(f for f in QUERY_NAMES.get(name, ()) if f in FACETS)


def _predicate(query: Query) -> Piece:
    """A clause as something that stories do: `containing "a"`, `filed from Geneva`."""
    match query:
        case Not(clause):
            return _negated(clause)
        case Range(low, high):
            return _dated(low, high)
        case Field("date", Term()):
            return Part("date-none")
        case Field("date", Everything()):
            return Part("date-any")
        case Field(_, Field() as inner):
            return _predicate(inner)
        case Field(name, clause) if facets := _facets(name):
            code = name if name in TEMPLATES else facets[0]
            return _held(code, facets[0], _values(clause, facets[0]))
        case _ if _is_text(query):
            return Part("containing", {"what": _text(query)})
        case Or(clauses):
            return _several("or", map(_grouped, clauses))
        case And(clauses) | Words(clauses):
            return _several("and", map(_grouped, clauses))
        case Field(_, clause) | First(_, clause):
            return _predicate(clause)
    return Part("containing", {"what": _text(query)})


def _held(code: str, name: str, what: Piece) -> Part:
    """That stories have what in a facet: a value, or any, or none."""
    match what:
        case Part("stated"):
            return Part("with", {"field": Named(name)})
        case Part("unstated"):
            return Part("with-no", {"field": Named(name)})
    return Part(code, {"what": what})


def _grouped(query: Query) -> Piece:
    piece = _predicate(query)
    return Part("group", {"what": piece}) if isinstance(piece, Several) else piece


def _negated(query: Query) -> Piece:
    match query:
        case Field("date", Term()):
            return Part("date-any")
        case Field("date", Everything()):
            return Part("date-none")
        case Range(low, high):
            return Part("not-dated", {"when": _dated(low, high)})
        case Field(_, Field() as inner):
            return _negated(inner)
        case Field(name, clause) if facets := _facets(name):
            code = name if name in TEMPLATES else facets[0]
            if clause == Term(NOT_STATED):
                return _held(code, facets[0], Part("stated"))
            if isinstance(clause, Everything):
                return _held(code, facets[0], Part("unstated"))
            return Part(f"not-{code}", {"what": _values(clause, facets[0])})
        case Not(clause):
            return _grouped(clause)
        case _ if _is_text(query):
            return Part("not-containing", {"what": _text(query)})
    return Part("except", {"what": Part("group", {"what": _predicate(query)})})


_IN_TEXT = {"headline": "in-headline", "body": "in-body", "lead": "in-lead"}


def _text(query: Query) -> Piece:
    """A clause as something that a text holds."""
    match query:
        case Term(word, exact):
            return Part("exactly", {"word": Quoted(word)}) if exact else Quoted(word)
        case Phrase(words, slop):
            phrase = Quoted(" ".join(words))
            return Part("slop", {"phrase": phrase, "n": slop}) if slop else phrase
        case Prefix(word):
            return Part("beginning", {"word": Quoted(word)})
        case Wildcard(pattern):
            return Part("like", {"word": Quoted(pattern)})
        case Fuzzy(word):
            return Part("spelt", {"word": Quoted(word)})
        case Near(left, right, distance, ordered, unit):
            code = unit if unit != "word" else "next" if distance == 1 else "near"
            sides: dict[str, Piece] = {"left": _operand(left), "right": _operand(right)}
            if code == "near":
                sides["n"] = distance
            return Part(f"{code}-ordered" if ordered else code, sides)
        case AtLeast(count, clause):
            return Part("at-least", {"what": _operand(clause), "n": count})
        case First(count, clause):
            return Part("first", {"what": _operand(clause), "n": count})
        case Field(name, clause):
            return Part(_IN_TEXT.get(name, "in-body"), {"what": _operand(clause)})
        case Not(clause):
            return Part("without", {"what": _operand(clause)})
        case Or(clauses):
            return _several("or", map(_operand, clauses))
        case And(clauses) | Words(clauses):
            return _several("and", map(_operand, clauses))
    return Part("anything")


def _operand(query: Query) -> Piece:
    """A clause inside another: in brackets if it is a list or has sides."""
    piece = _text(query)
    if isinstance(piece, Several):
        return Part("group", {"what": piece})
    return piece


def _values(query: Query, name: str) -> Piece:
    """A clause in a facet field."""
    match query:
        case Term(word):
            return Part("unstated") if word == NOT_STATED else Value(name, word)
        case Phrase(words):
            return Value(name, " ".join(words))
        case Everything():
            return Part("stated")
        case Or(clauses):
            return _several("or", (_values(c, name) for c in clauses))
        case And(clauses) | Words(clauses):
            return _several("and", (_values(c, name) for c in clauses))
        case Not(clause):
            return Part("without", {"what": _values(clause, name)})
        case Field(_, clause) | First(_, clause) | AtLeast(_, clause):
            return _values(clause, name)
    return _text(query)


# Days


def _dated(low: str | None, high: str | None) -> Part:
    unit, first, last = day_unit(low, high)
    if first and last:
        if first == last:
            return Part("on" if unit == "day" else "in", {"day": Day(first)})
        return Part("between", {"first": Day(first), "last": Day(last)})
    if first:
        return Part("since", {"first": Day(first)})
    return Part("until", {"last": Day(last)})


# The filters of a request


def _filters(request: SearchRequest) -> list[Piece]:
    pieces: list[Piece] = []
    for name, values in request.filters.items():
        if name == "date":
            pieces.append(_several("or", map(_bin, values)))
        elif values:
            kind: Literal["and", "or"] = "and" if name in request.match_all else "or"
            pieces.append(_chosen(name, kind, values))
    for name, values in request.exclude.items():
        if NOT_STATED in values:
            any_value = _held(name, name, Part("stated"))
            pieces.append(Part("date-any") if name == "date" else any_value)
            values = tuple(v for v in values if v != NOT_STATED)
        if name == "date" and values:
            whens = _several("or", map(_bin, values))
            pieces.append(Part("not-dated", {"when": whens}))
        elif values:
            pieces.append(_chosen(name, "or", values, negated=True))
    if request.date_from or request.date_to:
        low = day_range(request.date_from) if request.date_from else None
        high = day_range(request.date_to) if request.date_to else None
        if low or high:
            pieces.append(_dated(iso(low[0]) if low else None, iso(high[1]) if high else None))
    return pieces


def _chosen(
    name: str, kind: Literal["and", "or"], values: Sequence[str], *, negated: bool = False
) -> Part:
    items = [Part("unstated") if v == NOT_STATED else Value(name, v) for v in values]
    what = _several(kind, items)
    return Part(f"not-{name}", {"what": what}) if negated else _held(name, name, what)


def _bin(value: str) -> Part:
    if value == NOT_STATED:
        return Part("date-none")
    if "W" in value:
        return Part("in-week", {"day": Day(value)})
    return Part("on" if len(value) == 10 else "in", {"day": Day(value)})
