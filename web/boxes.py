"""A facet as a page shows it: its values, and what choosing or excluding one gives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from wiredesk.index.schema import FIELDS, NOT_STATED
from wiredesk.search.model import Facet, FacetValue, SearchRequest, SearchResult
from wiredesk.web.i18n import N_, Speech
from wiredesk.web.markup import Link, spoken
from wiredesk.web.urls import Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a facet. `state` is `on`, `off` (excluded), `no` (no story has it, so there is
    nothing to choose) or empty.

    `url` adds or removes the value, `only_url` makes it the one choice (`only` is None where that
    changes nothing or `url` does the same), `deny_url` excludes it or takes the exclusion back.
    """

    value: str
    label: str
    count: str
    name: Markup
    state: str
    url: str
    only: Markup | None
    only_url: str
    deny: Markup
    deny_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One facet as shown; `statement` replaces the values where there is nothing to choose;
    `place` is a number of its own among the fields."""

    field: str
    place: int
    title: str
    choices: tuple[Choice, ...]
    statement: str | None
    more: Link | None
    match_all: Link | None
    salient: Link | None
    cut: Link | None
    chosen: int


MOST_CHOSEN = 20
LEAST_CHOSEN = 3
SHOWN_CHARACTERS = 1_000
"""So many chosen values are shown, fewer where they are long; some of each field in any case."""


def share_of(request: SearchRequest) -> int:
    """The chosen and excluded values that a page shows of each field; the page of the facet shows
    them all."""
    fields = len({*request.filters, *request.exclude}) or 1
    sizes = [
        len(v) for f in (request.filters, request.exclude) for held in f.values() for v in held
    ]
    length = sum(sizes) // (len(sizes) or 1) or 1
    return max(LEAST_CHOSEN, min(MOST_CHOSEN, SHOWN_CHARACTERS // length) // fields)


def worth_showing(facet: Facet) -> bool:
    return bool(
        facet.values
        or facet.missing
        or facet.missing_selected
        or facet.missing_excluded
        or not facet.complete
    )


def box_of(
    facet: Facet,
    result: SearchResult,
    links: Links,
    speech: Speech,
    closed: Sequence[str] = (),
) -> Box:
    """A facet with its values, those of `closed` without a story after the others, "not stated" at
    the end."""
    request, name = result.request, facet.field
    chosen = request.filters.get(name, ())
    refined = bool(chosen or request.exclude.get(name))
    ticked = [v for v in facet.values if v.selected or v.excluded]
    hidden = set(ticked[share_of(request) :])
    values = [v for v in facet.values if v not in hidden]
    if refined or len(values) > 1:
        counted = {v.value for v in facet.values}
        values += (FacetValue(value=v, count=0) for v in closed if v not in counted)
    if facet.missing or facet.missing_selected or facet.missing_excluded:
        values.append(
            FacetValue(
                value=NOT_STATED,
                count=facet.missing,
                selected=facet.missing_selected,
                excluded=facet.missing_excluded,
            )
        )
    statement = None
    if not refined and len(values) <= 1 and facet.complete and facet.total <= 1:
        statement = speech.value(name, values[0].value if values else NOT_STATED)
    rest = facet.total - sum(1 for v in facet.values if v.count) + len(hidden)
    more = None
    if hidden or (rest > 0 and facet.complete):
        more = Link(
            text=more_text(facet, rest, speech), url=links.facet(name, replace(request, page=1))
        )
    match_all = None
    if len(chosen) > 1 or name in request.match_all:
        every = name in request.match_all
        changed = request.match_all - {name} if every else request.match_all | {name}
        match_all = Link(
            text=speech.gettext("match all of them"),
            url=links.search(replace(request, match_all=changed, page=1)),
            current=every,
        )
    return Box(
        field=name,
        place=list(result.facets).index(name),
        title=speech.field(name),
        choices=()
        if statement
        else tuple(choice_of(v, name, request, links, speech) for v in values),
        statement=statement,
        more=more,
        match_all=match_all,
        salient=Link(
            text=speech.gettext("only what stories are about"),
            url=links.search(replace(request, salient=not request.salient, page=1)),
            current=request.salient,
        )
        if FIELDS[name].salient and (request.salient or not statement)
        else None,
        cut=cut_of(facet, request, links, speech),
        chosen=len(chosen) + len(request.exclude.get(name, ())),
    )


def cut_of(
    facet: Facet | None, request: SearchRequest, links: Links, speech: Speech
) -> Link | None:
    """For a facet that was not counted to the end: where it has more time."""
    if facet is None or facet.complete:
        return None
    url = links.facet(facet.field, replace(request, page=1))
    return Link(text=speech.gettext("Count now"), url=url)


def more_text(facet: Facet, rest: int, speech: Speech) -> str:
    """`Show more (214)`; without a number where only the top of a facet was counted."""
    if not facet.total_exact:
        return speech.gettext("Show more")
    return speech.gettext("Show more (%(num)s)", num=speech.number(rest))


def choice_of(
    value: FacetValue, name: str, request: SearchRequest, links: Links, speech: Speech
) -> Choice:
    """One value with its three ways: or, only, not."""
    label, count = speech.value(name, value.value), speech.number(value.count)
    stories = speech.stories(value.count)
    chosen, excluded = request.filters.get(name, ()), request.exclude.get(name, ())
    alone = not excluded and chosen in ((), (value.value,))
    toggled = (
        request.without(name, value.value)
        if value.selected or value.excluded
        else request.refine(name, value.value)
    )
    again, never = N_("allow %(value)s again"), N_("not %(filter)s")
    if value.value == NOT_STATED:
        again, never = N_("allow “%(value)s” again"), N_("excluding “%(filter)s”")
    return Choice(
        value=value.value,
        label=label,
        count=count,
        name=spoken(
            speech.gettext("%(value)s, %(stories)s", value=label, stories=stories),
            (label, "bdi"),
            (count, "i"),
        ),
        state="off" if value.excluded else "on" if value.selected else "" if value.count else "no",
        url=links.search(toggled),
        only=None
        if alone
        else spoken(speech.gettext("only %(value)s", value=label), (speech.gettext("only"), "i")),
        only_url=links.search(request.only(name, value.value)),
        deny=spoken(speech.gettext(again, value=label), (speech.gettext("allow"), "i"))
        if value.excluded
        else spoken(speech.gettext(never, filter=label), (speech.gettext("not"), "i")),
        deny_url=links.search(
            request.without(name, value.value)
            if value.excluded
            else request.exclude_value(name, value.value)
        ),
    )
