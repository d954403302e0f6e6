"""A results page and its address: `SearchRequest` to query string and back.

    /search?q=siege&city=Geneva&city=Beirut&-agency=AFP&from=2016-02&sort=-date&page=2

A repeated key means *or*, a leading minus excludes, `city.all=1` asks for all chosen cities. Keys
stand in one fixed order and defaults are left out, so that one state has one address. Reading is
forgiving: what is not understood is left out and noted, never an error.

Standard library only; nothing here knows about Flask.
"""

import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple, get_args
from urllib.parse import parse_qsl, quote, quote_plus

from wiredesk.index.article import Article
from wiredesk.index.schema import FIELDS, MAX_VALUE, NOT_STATED
from wiredesk.search.limits import HTTP
from wiredesk.search.model import FACET_LIMIT, PER_PAGE, DateUnit, Note, SearchRequest, Sort

MAX_QUERY = HTTP.characters
MAX_VALUES = 100
"""Longest query in code points, most values a field: far above use, below abuse."""

MAX_CHOSEN = 6_000
"""The most bytes that the chosen and excluded values of a state, with their keys, may have."""

MAX_PER_PAGE = 100
MAX_FACET_VALUES = 5_000
MAX_PAGE = 1_000_000

EXPORTS = ("json", "csv", "jsonl", "atom")
WHOLE = ("csv", "jsonl")
MAX_EXPORT = 10_000
"""Exports with all stories, not one page of them; and the most that they hold."""

Pair = tuple[str, str]

_REFINABLE: tuple[str, ...] = tuple(
    name for name, field in FIELDS.items() if field.kind in ("facet", "date")
)
_SORTS: tuple[str, ...] = get_args(Sort)
_UNITS: tuple[str, ...] = get_args(DateUnit)
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_SAFE = "/:,-"
_UNREADABLE = re.compile(r"[^\w/:,.~-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What an address says: the search, and how its page is shown.

    `lang` is the language asked for, `rate` draws the dates per 1,000 stories; `notes` tell what
    in the address was not understood.
    """

    request: SearchRequest
    lang: str | None = None
    rate: bool = False
    notes: tuple[Note, ...] = ()


def default_sort(query: str) -> Sort:
    """The order when none is asked for: without words there is no relevance to sort by."""
    return "relevance" if query.strip() else "-date"


def query_pairs(request: SearchRequest) -> list[Pair]:
    """The keys and values of a request, in their fixed order, defaults left out."""
    pairs: list[Pair] = []
    if request.query:
        pairs.append(("q", request.query))
    for name in _in_order(request.filters):
        pairs += ((name, value[:MAX_VALUE]) for value in request.filters[name])
    for name in _in_order(request.exclude):
        pairs += (("-" + name, value[:MAX_VALUE]) for value in request.exclude[name])
    pairs += ((name + ".all", "1") for name in _in_order(request.match_all))
    if request.date_from:
        pairs.append(("from", request.date_from))
    if request.date_to:
        pairs.append(("to", request.date_to))
    if request.salient:
        pairs.append(("salient", "1"))
    if request.facets is not None:
        pairs += (("facet", name) for name in request.facets or ("none",))
    if request.facet_limit != FACET_LIMIT:
        pairs.append(("values", str(request.facet_limit)))
    for name in _in_order({*request.facet_limits, *request.facet_prefix}):
        if name in request.facet_limits:
            pairs.append((name + ".values", str(request.facet_limits[name])))
        if request.facet_prefix.get(name):
            pairs.append((name + ".prefix", request.facet_prefix[name]))
    if request.facet_order != "count":
        pairs.append(("order", request.facet_order))
    if request.date_unit != "auto":
        pairs.append(("unit", request.date_unit))
    if request.sort != default_sort(request.query):
        pairs.append(("sort", request.sort))
    if request.per_page != PER_PAGE:
        pairs.append(("per", str(request.per_page)))
    if request.page != 1:
        pairs.append(("page", str(request.page)))
    return pairs


def _in_order(names: Collection[str]) -> Iterable[str]:
    """Names of fields as the schema orders them; others are left out."""
    return [name for name in _REFINABLE if name in names] if names else ()


def encode(pairs: Iterable[Pair], *, letters: bool = False) -> str:
    """Pairs as a query string, without the question mark; `letters` of all scripts stay as they
    are, which browsers understand, else everything is ASCII."""
    return "&".join([_encoded(key, value, letters) for key, value in pairs])


@lru_cache(2_048)  # the links of a page hold the same pairs
def _encoded(key: str, value: str, letters: bool) -> str:
    return f"{key}={_UNREADABLE.sub(_quoted, value) if letters else _quote(value)}"


def _quote(value: str) -> str:
    return quote_plus(value, safe=_SAFE, errors="replace")


def _quoted(match: re.Match[str]) -> str:
    return _quote(match[0])


def query_string(request: SearchRequest) -> str:
    """A request as a query string, without the question mark."""
    return encode(query_pairs(request))


def read_query_string(text: str) -> State:
    """The inverse of `query_string`; a question mark and what stands before it are skipped."""
    return read_pairs(parse_qsl(text.rpartition("?")[2], keep_blank_values=True))


def read_pairs(pairs: Iterable[Pair]) -> State:
    """The state that the pairs of a query string describe."""
    return _Reader().read(pairs)


class _Reader:
    """Collects the parts of one request; one use."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.single: dict[str, str] = {}
        self.filters: dict[str, list[str]] = {}
        self.exclude: dict[str, list[str]] = {}
        self.match_all: set[str] = set()
        self.facets: list[str] | None = None
        self.limits: dict[str, int] = {}
        self.prefix: dict[str, str] = {}
        self.room = MAX_CHOSEN

    def read(self, pairs: Iterable[Pair]) -> State:
        for key, value in pairs:
            self._take(key, value)
        one = self.single
        query = one.get("q", "")
        if len(query) > MAX_QUERY:
            self._note("too-long", limit=MAX_QUERY)
            query = query[:MAX_QUERY]
        first, last = self._day("from"), self._day("to")
        if first and last and first[: len(last)] > last[: len(first)]:
            self._note("from-after-to", first=first, last=last)
        sort = self._choice("sort", _SORTS) or default_sort(query)
        request = SearchRequest(
            query=query,
            filters={name: tuple(v) for name, v in self.filters.items()},
            exclude={name: tuple(v) for name, v in self.exclude.items()},
            match_all=frozenset(self.match_all),
            date_from=first,
            date_to=last,
            facets=None if self.facets is None else tuple(self.facets),
            facet_limit=self._number("values", 0, MAX_FACET_VALUES, FACET_LIMIT),
            facet_limits=self.limits,
            facet_prefix=self.prefix,
            facet_order="name" if self._choice("order", ("count", "name")) == "name" else "count",
            date_unit=self._choice("unit", _UNITS) or "auto",  # type: ignore[arg-type]
            salient=self._choice("salient", ("0", "1")) == "1",
            sort=sort,  # type: ignore[arg-type]
            per_page=self._number("per", 1, MAX_PER_PAGE, PER_PAGE),
            page=self._number("page", 1, MAX_PAGE, 1),
        )
        return State(
            request=request,
            lang=one.get("lang") or None,
            rate=self._choice("rate", ("0", "1")) == "1",
            notes=tuple(self.notes),
        )

    def _take(self, key: str, value: str) -> None:
        if key in _SINGLE:
            if self.single.setdefault(key, value) != value:
                self._note("repeated-key", key=key)
            return
        if not value:
            return
        name = key.removeprefix("-").partition(".")[0]
        if name not in _REFINABLE:
            if key == "facet":
                self._facet(value)
            else:
                self._note("unknown-key", key=_short(key))
        elif key == "-" + name:
            self._refine(self.exclude, self.filters, name, value)
        elif key == name:
            self._refine(self.filters, self.exclude, name, value)
        elif key == name + ".all":
            if value == "1":
                self.match_all.add(name)
        elif key == name + ".values":
            limit = _integer(value, 0, MAX_FACET_VALUES)
            if limit is None:
                self._note("bad-value", key=key, value=_short(value))
            else:
                self.limits[name] = limit
        elif key == name + ".prefix":
            self.prefix[name] = self._clip(key, value, MAX_VALUE)
        else:
            self._note("unknown-key", key=_short(key))

    def _facet(self, value: str) -> None:
        self.facets = self.facets or []
        if value in _REFINABLE:
            if value not in self.facets:
                self.facets.append(value)
        elif value != "none":
            self._note("bad-value", key="facet", value=_short(value))

    def _refine(
        self, into: dict[str, list[str]], other: dict[str, list[str]], name: str, value: str
    ) -> None:
        value = self._clip(name, value, MAX_VALUE)
        if name == "date" and value != NOT_STATED and not _is_bucket(value):
            self._note("bad-value", key=name, value=_short(value))
            return
        chosen = into.setdefault(name, [])
        if value in other.get(name, ()):
            self._note("both-ways", key=name, value=_short(value))
        elif value not in chosen:
            size = len(f"&-{name}={value}...".encode("utf-8", "replace"))
            if len(chosen) < MAX_VALUES and size <= self.room:
                self.room -= size
                chosen.append(value)
            else:
                self._note("too-many-values", key=name)
        if not chosen:
            del into[name]

    def _clip(self, key: str, value: str, limit: int) -> str:
        if len(value) > limit:
            self._note("long-value", key=key, limit=limit)
        return value[:limit]

    def _choice(self, key: str, allowed: tuple[str, ...]) -> str | None:
        value = self.single.get(key, "")
        if value and value not in allowed:
            self._note("bad-value", key=key, value=_short(value))
            return None
        return value or None

    def _number(self, key: str, low: int, high: int, default: int) -> int:
        value = self.single.get(key, "")
        if not value:
            return default
        number = _integer(value, low, high)
        if number is None:
            self._note("bad-value", key=key, value=_short(value))
            return default
        return number

    def _day(self, key: str) -> str | None:
        value = self.single.get(key, "").strip()
        if value and not is_day(value):
            self._note("bad-value", key=key, value=_short(value))
            return None
        return value or None

    def _note(self, code: str, **values: object) -> None:
        note = _note(code, **values)
        if note not in self.notes and len(self.notes) < 8:
            self.notes.append(note)


def bad_value(key: str, value: str) -> Note:
    """The note for a value that means nothing to its key."""
    return _note("bad-value", key=key, value=_short(value))


def _note(code: str, **values: object) -> Note:
    return Note(code=code, hint=_HINTS[code] % values, values=values)


_SINGLE = frozenset(
    ("q", "from", "to", "salient", "values", "order", "unit", "sort", "per", "page", "lang", "rate")
)

_HINTS = {
    "unknown-key": "the address has a part that means nothing here: %(key)s",
    "bad-value": "%(key)s=%(value)s is not understood and was left out",
    "repeated-key": "%(key)s stands in the address more than once; the first one counts",
    "both-ways": "%(value)s is both chosen and excluded under %(key)s; the first one counts",
    "too-many-values": "too many values for %(key)s; the rest were left out",
    "long-value": "the value of %(key)s was cut after %(limit)s characters",
    "too-long": "only the first %(limit)s characters were read",
    "from-after-to": "from=%(first)s is after to=%(last)s; no story can fit",
}


def is_day(value: str) -> bool:
    """Whether a text is a calendar day, month or year: `2016-02-29`, `2016-02`, `2016`."""
    if not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value)
    except ValueError:
        return False
    return True


def _is_bucket(value: str) -> bool:
    week = re.fullmatch(r"(\d{4})-W(\d{2})", value, re.ASCII)
    if week is None:
        return is_day(value)
    try:
        date.fromisocalendar(int(week[1]), int(week[2]), 7)
    except ValueError:
        return False
    return True


def _integer(value: str, low: int, high: int) -> int | None:
    if not re.fullmatch(r"\d{1,9}", value.strip(), re.ASCII):
        return None
    number = int(value)
    return number if low <= number <= high else None


def _short(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"


def slug(headline: str) -> str:
    """The readable tail of a story's address: lower-case ASCII words, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", headline.replace("ı", "i").replace("ß", "ss"))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    text = ""
    for word in words:
        if len(text) + len(word) >= 60:
            break
        text += ("-" if text else "") + word
    return text or "story"


class Form(NamedTuple):
    """Where a form sends its fields, and what it sends along unseen."""

    action: str
    hidden: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the addresses of one archive's pages.

    `prefix` is where the archive is mounted (`/wire`, or nothing at the root). `lang` and `rate`
    are kept from page to page; `letters` is as for `encode`. With `here`, links to searches are
    relative to that state of the page `at` (see `near`).
    """

    prefix: str = ""
    lang: str | None = None
    rate: bool = False
    letters: bool = False
    here: tuple[Pair, ...] = ()
    at: str = "/search"

    def search(self, request: SearchRequest, *, form: str | None = None) -> str:
        """The results page of a request, or its export in a form of `EXPORTS`."""
        return self.page("/search" + (f".{form}" if form else ""), request)

    def facet(self, name: str, request: SearchRequest) -> str:
        """The page with all values of a facet."""
        return self.page(f"/facet/{name}", request)

    def map(self, request: SearchRequest) -> str:
        """The map of datelines."""
        return self.page("/map", request)

    def story(
        self, article: Article, *, state: SearchRequest | None = None, form: str | None = None
    ) -> str:
        """The page of a story, or one of its other forms. `state` is the search it was found by:
        the page marks its matches and leads back to it."""
        path = f"/story/{quote(article.id, safe='')}"
        path += f".{form}" if form else f"/{slug(article.headline)}"
        return self.page(path, state) if state else self._address(path, self._kept())

    def static(self, name: str, version: str) -> str:
        """A file of the style sheet or script, with a version that changes with its content."""
        return f"{self.prefix}/wiredesk-static/{name}?v={version}"

    def help(self) -> str:
        """The page that explains queries."""
        return self._address("/help", self._kept())

    def home(self) -> str:
        """The front page."""
        return self._address("/", self._kept())

    def page(self, path: str, request: SearchRequest) -> str:
        """The page of a request under one of the paths above."""
        pairs = [*query_pairs(request), *self._kept()]
        return self._step(path, pairs) if self.here else self._address(path, pairs)

    def form(self, path: str, pairs: Iterable[Pair] = ()) -> Form:
        """A form that adds its fields to some pairs of the page's state and asks for a path."""
        pairs = [*pairs, *self._kept()]
        if self.here:
            return Form(self._step(path, [pair for pair in pairs if pair in self.here]), ())
        return Form(self.prefix + path, tuple(pairs))

    def in_language(self, lang: str) -> "Links":
        """The same links for pages in another language."""
        return replace(self, lang=lang)

    def with_rate(self, rate: bool) -> "Links":
        """The same links with the dates drawn per 1,000 stories, or as counts."""
        return replace(self, rate=rate)

    def near(self, request: SearchRequest, at: str = "/search") -> "Links":
        """Links for a page whose state is long: they say only what changes in it.

        The state then stands once in the page, in `base`; behind it a link holds the numbers of
        the pairs it drops and the pairs it adds. `follow` reads them.
        """
        return replace(self, here=(*query_pairs(request), *self._kept()), at=at)

    def stay(self, request: SearchRequest) -> str:
        """The page of a request that holds the link, for these links may be in another language."""
        if not self.here:
            pairs = [*query_pairs(request), *self._kept()]
            return "?" + encode(pairs, letters=self.letters)
        own = [pair for pair in self.here if pair[0] not in ("rate", "lang")]
        return self._step(self.at, [*own, *self._kept()])

    @property
    def base(self) -> str | None:
        """What the links of `near` are relative to; None for links that stand alone."""
        if not self.here:
            return None
        token = urlsafe_b64encode(encode(self.here, letters=True).encode()).decode()
        return f"{self.prefix}/step/{token}/"

    def _kept(self) -> list[Pair]:
        kept = [("rate", "1")] if self.rate else []
        return [*kept, ("lang", self.lang)] if self.lang else kept

    def _address(self, path: str, pairs: list[Pair]) -> str:
        query = encode(pairs, letters=self.letters)
        return self.prefix + path + ("?" + query if query else "")

    def _step(self, path: str, pairs: list[Pair]) -> str:
        kept, held = set(pairs), set(self.here)
        gone = ".".join(_runs(n for n, pair in enumerate(self.here) if pair not in kept))
        query = encode([pair for pair in pairs if pair not in held], letters=self.letters)
        step = gone if path == "/search" else (gone or "-") + path
        return step + ("?" + query if query else "") or "./"


def _runs(numbers: Iterable[int]) -> list[str]:
    """Rising numbers as text, those in a row as `3_9`."""
    rows: list[list[int]] = []
    for n in numbers:
        if rows and n == rows[-1][1] + 1:
            rows[-1][1] = n
        else:
            rows.append([n, n])
    return [str(a) if a == b else f"{a}_{b}" for a, b in rows]


def follow(token: str, step: str, added: Iterable[Pair]) -> tuple[str, State] | None:
    """Where a link of `Links.near` leads: a path for `Links.page` and the state; None if it is
    no such link."""
    parts = _STEP.fullmatch(step)
    try:
        here = parse_qsl(urlsafe_b64decode(token).decode(), keep_blank_values=True)
    except ValueError:
        return None
    if parts is None:
        return None
    gone: set[int] = set()
    for run in re.findall(r"[0-9_]+", parts[1] or ""):
        first, _, last = run.partition("_")
        if not first.isdigit() or not (last or first).isdigit():
            return None
        gone.update(range(int(first), min(int(last or first), len(here)) + 1))
    kept = [pair for n, pair in enumerate(here) if n not in gone]
    return parts[2] or "/search", read_pairs((*kept, *added))


_STEP = re.compile(
    r"(-|[0-9._]*)(/(?:search\.[a-z]+|map|facet/[a-z_]+|story/[a-z0-9-]+(?:/[a-z0-9-]+)?))?"
)
