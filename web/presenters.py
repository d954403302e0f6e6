"""From a `SearchResult` to what a template or a program shows: decided here, drawn elsewhere.

Nothing here knows Flask. What a facet shows is made in `boxes`, what a story in a list shows in
`hits`, markup in `markup`; here they become a page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from markupsafe import Markup

from wiredesk.index.schema import FIELDS, NOT_STATED
from wiredesk.search.model import Note, SearchRequest, SearchResult
from wiredesk.web.boxes import MOST_CHOSEN, Box, box_of, cut_of, share_of, worth_showing
from wiredesk.web.charts import Histogram, chosen_range, histogram
from wiredesk.web.hits import Item, item_of
from wiredesk.web.i18n import N_, Speech
from wiredesk.web.markup import Link, spoken
from wiredesk.web.urls import (
    EXPORTS,
    MAX_EXPORT,
    WHOLE,
    Form,
    Links,
    Pair,
    default_sort,
    query_pairs,
)

SEPARATOR = " · "
PAGER_REACH = 2

TITLE = 120
"""Characters of a search that a page's title repeats."""

READ_AS = 1_000
"""Characters of it that the page says."""


# --- the parts of a results page ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """An applied filter and the address without it; or, with `more`, the rest of a field's filters
    and where they are."""

    field: str
    text: str
    remove: Markup
    url: str
    excluded: bool
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The numbered pages; None in `pages` stands for a gap."""

    pages: tuple[Link | None, ...]
    previous: Link | None
    next: Link | None
    range: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything a results page shows."""

    title: str
    count: str
    read_as: str
    query: str
    items: tuple[Item, ...]
    boxes: tuple[Box, ...]
    chips: tuple[Chip, ...]
    filters: int
    clear: str | None
    dates: Histogram | None
    dates_cut: Link | None
    pager: Pager
    sorts: tuple[Link, ...]
    exports: tuple[Link, ...]
    map: str
    notes: tuple[str, ...]
    partial: bool
    also_matched: str
    suggestions: tuple[Link, ...]
    ways_out: tuple[Link, ...]
    form: Form
    date_form: Form
    date_range: tuple[str, str]
    robots: str
    pages: int
    beyond: Link | None


SORT_TITLES = {
    "relevance": N_("best match first"),
    "-date": N_("newest first"),
    "date": N_("oldest first"),
    "headline": N_("headline, A–Z"),
}


def page_of(
    result: SearchResult,
    *,
    links: Links,
    speech: Speech,
    notes: Sequence[Note] = (),
    read_as: str = "",
    baseline: Mapping[str, int] | None = None,
    closed: Mapping[str, Sequence[str]] | None = None,
    unfiltered: SearchResult | None = None,
) -> Page:
    """The results page of a result. `notes` are those of the address; `baseline` the stories of
    the whole archive by period, to draw the dates per 1,000 stories; `closed` all values of small
    facets, which stay in their place when no story has them; `unfiltered` what there would be
    without filters, where there is nothing with them."""
    request = result.request
    chips = chips_of(request, links, speech)
    count = speech.stories(result.total)
    if result.partial:
        count = speech.gettext("At least %(stories)s", stories=count)
    empty = SearchRequest(sort=request.sort) if request.sort != "relevance" else SearchRequest()
    bare = replace(empty, query=request.query, sort=default_sort(request.query))
    parts = [part for part in (request.query.strip(), *(c.text for c in chips)) if part]
    told = read_as if read_as and parts else SEPARATOR.join(parts[:4])
    return Page(
        title=titled(shortened(told), count, number_of(request, speech)),
        count=count,
        read_as=shortened(read_as, READ_AS),
        query=request.query,
        items=tuple(
            item_of(hit, request, links, speech, [h for h in result.hits if h.copy_of == hit.id])
            for hit in result.hits
            if hit.copy_of is None
        ),
        boxes=tuple(
            box_of(facet, result, links, speech, (closed or {}).get(name, ()))
            for name, facet in result.facets.items()
            if name != "date" and worth_showing(facet)
        ),
        chips=fewer(chips, request, links, speech),
        filters=len(chips),
        clear=links.search(bare) if len(chips) > 1 else None,
        dates=histogram(
            result.facets["date"], request, links=links, speech=speech, baseline=baseline
        )
        if "date" in result.facets
        else None,
        dates_cut=cut_of(result.facets.get("date"), request, links, speech),
        pager=pager_of(result, links, speech),
        sorts=tuple(
            Link(
                text=speech.gettext(title),
                url=links.search(replace(request, sort=sort, page=1)),  # type: ignore[arg-type]
                current=sort == request.sort,
            )
            for sort, title in SORT_TITLES.items()
            if sort != "relevance" or request.query.strip()
        ),
        exports=tuple(
            Link(
                text=export_text(form, result.total, speech),
                url=links.search(replace(request, page=1), form=form),
                rel="alternate" if form == "atom" else "",
            )
            for form in EXPORTS
        ),
        map=links.map(replace(request, page=1)),
        notes=notes_of((*notes, *result.notes), result, speech),
        partial=result.partial,
        also_matched=also_matched_of(result.also_matched, speech),
        suggestions=tuple(
            Link(
                text=f"{s.query} ({speech.number(s.total)})",
                url=links.search(replace(request, query=s.query, page=1)),
            )
            for s in result.suggestions
        ),
        ways_out=(
            *(without_filters(unfiltered, bare, links, speech) if len(chips) > 1 else ()),
            *ways_out_of(result, links, speech),
            *(() if result.suggestions else respelt(unfiltered, bare, links, speech)),
        ),
        form=search_form(request, links),
        date_form=links.form("/search", carried(request.without("date"), request)),
        date_range=chosen_range(request),
        robots="noindex,nofollow" if len(chips) > 1 else "nofollow" if parts else "",
        pages=result.pages,
        beyond=Link(
            text=speech.gettext("Go to the last page"),
            url=links.search(request.on_page(result.pages)),
        )
        if result.total and request.page > result.pages
        else None,
    )


def titled(*parts: str) -> str:
    """The parts of a page's title that there are."""
    return SEPARATOR.join(filter(None, parts))


def number_of(request: SearchRequest, speech: Speech) -> str:
    """`page 2`; nothing for the first page."""
    if request.page == 1:
        return ""
    return speech.gettext("page %(num)s", num=speech.number(request.page))


def export_text(form: str, total: int, speech: Speech) -> str:
    """The name of an export; `CSV (first 10,000)` where it does not hold all stories."""
    name = form.upper()
    if form not in WHOLE or total <= MAX_EXPORT:
        return name
    return speech.gettext("%(format)s (first %(num)s)", format=name, num=speech.number(MAX_EXPORT))


def notes_of(notes: Iterable[Note], result: SearchResult, speech: Speech) -> tuple[str, ...]:
    """Notes as sentences; without those on what was shown instead, if nothing is."""
    return tuple(
        speech.note(note) for note in notes if result.total or not note.code.startswith("widened")
    )


def shortened(text: str, limit: int = TITLE) -> str:
    """A text for the tab of a browser, or another place that has room for so many characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def narrowed(request: SearchRequest) -> bool:
    """Whether a request asks for less than all stories."""
    return bool(
        request.query.strip()
        or request.filters
        or request.exclude
        or request.date_from
        or request.date_to
    )


def search_form(request: SearchRequest, links: Links) -> Form:
    """The form of the words, on a page that has filters."""
    return links.form("/search", carried(replace(request, query="", page=1), request))


def carried(kept: SearchRequest, request: SearchRequest) -> Iterable[Pair]:
    """What a form must carry along; the order of the list only where the reader chose it."""
    pairs = query_pairs(kept)
    if request.sort == default_sort(request.query):
        pairs = [pair for pair in pairs if pair[0] != "sort"]
    return pairs


def also_matched_of(forms: Mapping[str, Sequence[str]], speech: Speech) -> str:
    """`also matched: strikes, striking`, or nothing."""
    words = [form for word in forms for form in forms[word][:6]]
    listed = speech.gettext(", ").join(words[:12])
    return speech.gettext("Also matched: %(words)s", words=listed) if words else ""


def without_filters(
    found: SearchResult | None, request: SearchRequest, links: Links, speech: Speech
) -> tuple[Link, ...]:
    """At zero hits: the stories there would be without any filter."""
    if found is None or not found.total:
        return ()
    stories = speech.stories(found.total)
    text = speech.gettext("without any filter: %(stories)s", stories=stories)
    return (Link(text=text, url=links.search(request)),)


def respelt(
    found: SearchResult | None, request: SearchRequest, links: Links, speech: Speech
) -> tuple[Link, ...]:
    """At zero hits: other spellings that find something without any filter."""
    return tuple(
        Link(
            text=speech.gettext(
                "“%(word)s” without any filter: %(stories)s",
                word=s.query,
                stories=speech.stories(s.total),
            ),
            url=links.search(replace(request, query=s.query)),
        )
        for s in (found.suggestions if found else ())
    )


def ways_out_of(result: SearchResult, links: Links, speech: Speech) -> tuple[Link, ...]:
    """At zero hits: the stories there would be without each filter, and for each word alone."""
    found = []
    helpful = ((key, total) for key, total in result.without.items() if total)
    for (name, value), total in islice(helpful, MOST_CHOSEN):
        request = _without(result.request, name, value)
        label = (
            _range_text(
                value if name == "date_from" else "", value if name == "date_to" else "", speech
            )
            if name in _ENDS
            else describe(name, value, speech)
        )
        text = speech.gettext(
            "without “%(filter)s” (%(stories)s)", filter=label, stories=speech.stories(total)
        )
        found.append(Link(text=text, url=links.search(request)))
    if not result.total:
        for alone, total in result.word_totals.items():
            if total and alone != result.request.query.strip():
                word = _ESCAPED.sub(r"\1", alone)
                text = speech.gettext(
                    "“%(word)s” alone: %(stories)s", word=word, stories=speech.stories(total)
                )
                found.append(Link(text=text, url=links.search(SearchRequest(query=alone))))
    return tuple(found)


_ESCAPED = re.compile(r"\\(.)")
"""A sign of the query language that is meant as itself."""

_ENDS = ("date_from", "date_to")


def _without(request: SearchRequest, name: str, value: str) -> SearchRequest:
    if name in _ENDS:
        return replace(request, **{name: None}, page=1)  # type: ignore[arg-type]
    return request.without(name, value)


def _range_text(start: str, end: str, speech: Speech) -> str:
    """`from 2016 to 2017`, `from 2016 on`, `up to 2017`."""
    message = (
        N_("from %(start)s to %(end)s")
        if start and end
        else N_("from %(start)s on")
        if start
        else N_("up to %(end)s")
    )
    return speech.gettext(message, start=speech.date(start), end=speech.date(end))


def describe(name: str, value: str, speech: Speech) -> str:
    """`Agency: Reuters`."""
    return speech.gettext(
        "%(field)s: %(value)s", field=speech.field(name), value=speech.value(name, value)
    )


def describe_excluded(name: str, value: str, speech: Speech) -> str:
    """`Agency: not Reuters`; `Agency: (any value)` where it must be stated."""
    if value == NOT_STATED:
        left = speech.gettext("(any value)")
    else:
        left = speech.gettext("not %(filter)s", filter=speech.value(name, value))
    return speech.gettext("%(field)s: %(value)s", field=speech.field(name), value=left)


def chips_of(request: SearchRequest, links: Links, speech: Speech) -> tuple[Chip, ...]:
    """The applied filters, in the order of the fields and, within one, as they were added."""
    chips: list[Chip] = []

    def add(field: str, text: str, without: SearchRequest, excluded: bool = False) -> None:
        remove = spoken(speech.gettext("Remove filter: %(filter)s", filter=text), (text, "bdi"))
        url = links.search(replace(without, page=1))
        chips.append(Chip(field=field, text=text, remove=remove, url=url, excluded=excluded))

    for name in FIELDS:
        for value in request.filters.get(name, ()):
            add(name, describe(name, value, speech), request.without(name, value))
        for value in request.exclude.get(name, ()):
            text = describe_excluded(name, value, speech)
            add(name, text, request.without(name, value), excluded=True)
    if request.date_from or request.date_to:
        text = _range_text(request.date_from or "", request.date_to or "", speech)
        add("date", text, replace(request, date_from=None, date_to=None))
    if request.salient:
        text = speech.gettext("counting only what stories are about")
        add("salient", text, replace(request, salient=False))
    return tuple(chips)


def fewer(
    chips: Sequence[Chip], request: SearchRequest, links: Links, speech: Speech
) -> tuple[Chip, ...]:
    """The first filters of each field, and a link to its page for the rest."""
    share = share_of(request)
    shown: list[Chip] = []
    for field, group in groupby(chips, key=lambda chip: chip.field):
        held = list(group)
        shown += held[:share]
        if rest := len(held[share:]):
            more = speech.gettext("Show more (%(num)s)", num=speech.number(rest))
            text = speech.gettext("%(field)s: %(value)s", field=speech.field(field), value=more)
            shown.append(
                Chip(
                    field=field,
                    text=text,
                    remove=spoken(text, (text, "bdi")),
                    url=links.facet(field, replace(request, page=1)),
                    excluded=False,
                    more=True,
                )
            )
    return tuple(shown)


def pager_of(result: SearchResult, links: Links, speech: Speech) -> Pager:
    """The first, last and neighbouring pages."""
    request = result.request
    here, last = request.page, result.pages
    shown = sorted({1, last, *range(max(1, here - PAGER_REACH), min(last, here + PAGER_REACH) + 1)})
    pages: list[Link | None] = []
    before = 0
    for number in shown:
        if number > before + 1:
            pages.append(None)
        pages.append(
            Link(
                text=speech.number(number),
                url=links.search(request.on_page(number)),
                current=number == here,
            )
        )
        before = number

    def step(to: int, text: str, rel: str) -> Link | None:
        if not 1 <= to <= last:
            return None
        return Link(text=text, url=links.search(request.on_page(to)), rel=rel)

    first = (here - 1) * request.per_page + 1
    return Pager(
        pages=tuple(pages) if last > 1 else (),
        previous=step(min(here - 1, last), speech.gettext("Previous page"), "prev"),
        next=step(here + 1, speech.gettext("Next page"), "next"),
        range=speech.gettext(
            "%(first)s–%(last)s of %(total)s",
            first=speech.number(first),
            last=speech.number(first + len(result.hits) - 1),
            total=speech.number(result.total),
        )
        if result.hits and last > 1
        else "",
    )
