"""What goes into a search and what comes out: values, standard library only.

A `SearchRequest` is the whole state of a results page; `refine`, `exclude_value`, `without` and
`on_page` give new ones. A `SearchResult` is complete in itself: page, JSON, feed and command line
are all made from it, and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from wiredesk.index.article import Article

Sort = Literal["relevance", "date", "-date", "headline"]
"""`date` is oldest first, `-date` newest first; undated stories come last in both."""

DateUnit = Literal["auto", "day", "week", "month", "year"]

Values = Mapping[str, tuple[str, ...]]

PER_PAGE = 20
FACET_LIMIT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One search. Values of a field are OR-ed (AND-ed for fields in `match_all`), fields AND-ed.

    `filters` keeps, `exclude` drops the stories with any of the values; `NOT_STATED` ("-") stands
    for "no value". `date_from` and `date_to` are inclusive and may be partial (`2016`, `2016-02`).
    `facets` names the fields to count (None: those the schema shows); `facet_limits` overrides the
    number of values for a field; `facet_labels` names coded values (`{"country": {"DE":
    "Deutschland"}}`), by which then `facet_prefix` finds them and the order by name puts them; else
    countries go by their English names; `salient` counts only what stories are about; `sideways`
    counts a field as if it were not refined (drill-sideways), else among the hits. `date_window`
    limits the date facet to the periods of some days, first and last, which may be partial. `page`
    is 1-based.
    `timeout` is in seconds for the hits; facets get 0.3 of it more.
    """

    query: str = ""
    filters: Values = field(default_factory=dict)
    exclude: Values = field(default_factory=dict)
    match_all: frozenset[str] = frozenset()
    date_from: str | None = None
    date_to: str | None = None
    facets: tuple[str, ...] | None = None
    facet_limit: int = FACET_LIMIT
    facet_limits: Mapping[str, int] = field(default_factory=dict)
    facet_prefix: Mapping[str, str] = field(default_factory=dict)
    facet_order: Literal["count", "name"] = "count"
    facet_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_unit: DateUnit = "auto"
    date_window: tuple[str | None, str | None] | None = None
    salient: bool = False
    sideways: bool = True
    sort: Sort = "relevance"
    page: int = 1
    per_page: int = PER_PAGE
    timeout: float | None = 1.0

    def refine(self, name: str, value: str) -> "SearchRequest":
        """With one more value chosen in a field, on page 1."""
        return replace(
            self,
            filters=_with(self.filters, name, value),
            exclude=_without(self.exclude, name, value),
            page=1,
        )

    def exclude_value(self, name: str, value: str) -> "SearchRequest":
        """With one more value of a field excluded, on page 1."""
        return replace(
            self,
            exclude=_with(self.exclude, name, value),
            filters=_without(self.filters, name, value),
            page=1,
        )

    def only(self, name: str, value: str) -> "SearchRequest":
        """With this value as the one choice of its field, all other fields kept, on page 1."""
        cleared = self.without(name)
        return replace(cleared, filters={**cleared.filters, name: (value,)})

    def without(self, name: str, value: str | None = None) -> "SearchRequest":
        """Without a value, or without all values of a field; for `date` its range goes too."""
        request = replace(
            self,
            filters=_without(self.filters, name, value),
            exclude=_without(self.exclude, name, value),
            page=1,
        )
        if name == "date" and value is None:
            request = replace(request, date_from=None, date_to=None)
        return request

    def on_page(self, page: int) -> "SearchRequest":
        """The same search on another page."""
        return replace(self, page=page)


def _with(values: Values, name: str, value: str) -> dict[str, tuple[str, ...]]:
    chosen = values.get(name, ())
    return {**values, name: chosen if value in chosen else (*chosen, value)}


def _without(values: Values, name: str, value: str | None) -> dict[str, tuple[str, ...]]:
    result = dict(values)
    left = tuple(v for v in result.pop(name, ()) if value is not None and v != value)
    if left:
        result[name] = left
    return result


def normalise_values(
    values: Mapping[str, Iterable[str] | str] | None,
) -> dict[str, tuple[str, ...]]:
    """Filters as an embedder writes them (strings or lists) as tuples without doubles."""
    result: dict[str, tuple[str, ...]] = {}
    for name, chosen in (values or {}).items():
        listed = (chosen,) if isinstance(chosen, str) else tuple(chosen)
        if listed:
            result[name] = tuple(dict.fromkeys(listed))
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something the reader should know: how a query was read, what was widened or cut.

    `code` is stable and has a translation in `web`; `position` is the code point in the query it
    is about, -1 for none; `hint` is an English sentence; `values` fill the translated sentence.
    """

    code: str
    position: int = -1
    hint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of a story; `spans` are the (start, end) code points in `text` that matched.

    `start` is the offset of the piece in the body. `cut_before` and `cut_after` say that it begins
    or ends within a sentence too long to show.
    """

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    start: int = 0
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One story of a result page. `matches` counts the matches in headline and body; `copy_of` is
    the id of an earlier hit of the page that has nearly the same text."""

    id: str
    score: float
    article: Article
    headline: Snippet
    snippets: tuple[Snippet, ...] = ()
    matches: int = 0
    copy_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value of a facet and the number of stories one would get by choosing only it."""

    value: str
    count: int
    selected: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The counts of one field, drill-sideways: its own refinements do not limit it.

    `values` holds the top values by falling count, then name, the chosen and excluded ones always
    among them; for the date they are `YYYY`, `YYYY-MM`, `YYYY-Www` or `YYYY-MM-DD` by `unit`, in
    order of time. `missing` counts the stories without a value, `total` the distinct values with a
    count above zero, of those that begin with the prefix if there is one; where only the top was
    counted, as for most of a large archive, `total_exact` is False and `total` the values in the
    archive. `complete` is False when the time ran out.
    """

    field: str
    values: tuple[FacetValue, ...] = ()
    missing: int = 0
    total: int = 0
    total_exact: bool = True
    complete: bool = True
    unit: str | None = None
    missing_selected: bool = False
    missing_excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Another query worth trying, with the number of stories it would find."""

    query: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The answer to one request.

    `total` is exact unless `partial`. `also_matched` lists word forms that stemming added, by word
    of the query. `suggestions` are spellings worth trying; `without` tells at zero hits, for each
    (field, value) of the request, the total without it; `word_totals` what each word finds alone,
    by the query for it (`siege`, `headline:siege`).
    `seconds` is the wall time the search took.
    """

    request: SearchRequest
    total: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, Facet] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    partial: bool = False
    also_matched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    suggestions: tuple[Suggestion, ...] = ()
    without: Mapping[tuple[str, str], int] = field(default_factory=dict)
    word_totals: Mapping[str, int] = field(default_factory=dict)
    generation: int = 0
    seconds: float = 0.0

    @property
    def pages(self) -> int:
        """How many pages the result has, at least 1."""
        return max(1, -(-self.total // self.request.per_page))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStats:
    """What an archive holds. `first_date` and `last_date` are ISO days, `size` is in bytes;
    `written` is when it last changed, ISO 8601 in UTC, where the backend knows."""

    stories: int
    segments: int
    deleted: int
    size: int
    generation: int
    first_date: str | None
    last_date: str | None
    facets: Mapping[str, int]
    entities: str | None = None
    words: int = 0
    written: str | None = None
