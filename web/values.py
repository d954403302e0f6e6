"""The page with all values of one facet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wiredesk.index.schema import FIELDS, NOT_STATED
from wiredesk.search.histogram import day_range, unit_for
from wiredesk.search.model import Facet, FacetValue, Note, SearchRequest, SearchResult
from wiredesk.web.boxes import MOST_CHOSEN, Choice, choice_of, cut_of, more_text
from wiredesk.web.charts import Histogram, chosen_range, height_of, histogram
from wiredesk.web.i18n import N_, Speech
from wiredesk.web.markup import Link
from wiredesk.web.presenters import (
    READ_AS,
    Chip,
    chips_of,
    fewer,
    notes_of,
    search_form,
    shortened,
    titled,
)
from wiredesk.web.urls import MAX_FACET_VALUES, Form, Links, query_pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetPage:
    """All values of one facet."""

    title: str
    heading: str
    field: str
    choices: tuple[Choice, ...]
    dates: Histogram | None
    orders: tuple[Link, ...]
    rates: tuple[str, ...]
    prefix: str
    prefix_form: Form | None
    date_form: Form
    date_range: tuple[str, str]
    rate: Link
    form: Form
    count: str
    read_as: str
    more: Link | None
    cut: Link | None
    notes: tuple[str, ...]
    partial: bool
    back: str
    chips: tuple[Chip, ...]
    query: str


VALUES_A_PAGE = 120
FEWEST_VALUES = 20
UNIT_TITLES = {
    "day": N_("by day"),
    "week": N_("by week"),
    "month": N_("by month"),
    "year": N_("by year"),
}


def limit_of(name: str, request: SearchRequest) -> int:
    """The values to count for the page of a facet, besides those that are chosen or excluded: the
    more of these there are, the fewer, down to some."""
    chosen = len(request.filters.get(name, ())) + len(request.exclude.get(name, ()))
    return request.facet_limits.get(
        name, max(FEWEST_VALUES, VALUES_A_PAGE - max(0, chosen - MOST_CHOSEN))
    )


def _possible(wanted: str, facet: Facet) -> str | None:
    """The unit that periods come in if one is asked for: days of a century would be too many."""
    days = [day for v in facet.values if (day := day_range(v.value)) is not None]
    if not days:
        return None
    return unit_for(days[0][0], days[-1][1], wanted)  # type: ignore[arg-type]


def facet_page_of(
    name: str,
    result: SearchResult,
    *,
    links: Links,
    speech: Speech,
    notes: Sequence[Note] = (),
    read_as: str = "",
    baseline: Mapping[str, int] | None = None,
) -> FacetPage:
    """The page with all values of a facet; links of its values lead back to the stories. `notes`,
    `read_as` and `baseline` as for a results page."""
    request = result.request
    facet = result.facets[name]
    plain = replace(
        request,
        facets=None,
        facet_limits={},
        facet_prefix={},
        facet_order="count",
        date_unit="auto",
        page=1,
    )
    values = [v for v in facet.values if v.value != NOT_STATED]
    prefix = request.facet_prefix.get(name, "")
    missing = facet.missing or facet.missing_selected or facet.missing_excluded
    if missing and not prefix:
        values.append(
            FacetValue(
                value=NOT_STATED,
                count=facet.missing,
                selected=facet.missing_selected,
                excluded=facet.missing_excluded,
            )
        )
    here = replace(request, page=1)
    if name == "date":
        orders = tuple(
            Link(
                text=speech.gettext(title),
                url=links.facet(name, replace(here, date_unit=unit)),  # type: ignore[arg-type]
                current=unit == facet.unit,
            )
            for unit, title in UNIT_TITLES.items()
            if unit in (facet.unit, _possible(unit, facet))
        )
    elif FIELDS[name].labels == "point":  # by name these would be in the order of their degrees
        orders = ()
    else:
        orders = tuple(
            Link(
                text=speech.gettext(title),
                url=links.facet(name, replace(here, facet_order=order)),  # type: ignore[arg-type]
                current=order == request.facet_order,
            )
            for order, title in (("count", N_("by count")), ("name", N_("A–Z")))
        )
    limit = limit_of(name, request)
    rest = facet.total - sum(1 for v in facet.values if v.count)
    more = None
    if name != "date" and rest > 0 and limit < MAX_FACET_VALUES:
        wider = min(limit + VALUES_A_PAGE, MAX_FACET_VALUES)
        more = Link(
            text=more_text(facet, rest, speech),
            url=links.facet(name, replace(here, facet_limits={name: wider})),
        )
    heading = speech.field(name)
    return FacetPage(
        title=titled(heading, shortened(read_as)),
        heading=heading,
        field=name,
        choices=tuple(choice_of(v, name, plain, links, speech) for v in values),
        dates=histogram(facet, plain, links=links, speech=speech, baseline=baseline)
        if name == "date"
        else None,
        rates=()
        if baseline is None
        else tuple(
            "" if v.value == NOT_STATED else speech.decimal(height_of(v, baseline)) for v in values
        ),
        orders=orders,
        prefix=prefix,
        form=search_form(plain, links),
        count=speech.stories(result.total),
        read_as=shortened(read_as, READ_AS),
        prefix_form=links.form(
            f"/facet/{name}", (p for p in query_pairs(here) if p[0] != f"{name}.prefix")
        )
        if orders
        else None,
        date_form=links.form(f"/facet/{name}", query_pairs(replace(here.without("date"), page=1))),
        date_range=chosen_range(request),
        rate=Link(
            text=speech.gettext("per 1,000 stories"),
            url=links.with_rate(baseline is None).facet(name, here),
            current=baseline is not None,
        ),
        more=more,
        cut=cut_of(facet, here, links, speech),
        notes=notes_of((*notes, *result.notes), result, speech),
        partial=result.partial,
        back=links.search(plain),
        chips=fewer(chips_of(plain, links, speech), plain, links, speech),
        query=request.query,
    )
