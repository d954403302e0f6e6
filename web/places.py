"""The page with the map of datelines. Its land are the cities of the gazetteer, as dots."""

from dataclasses import dataclass, replace
from functools import cache

from wiredesk.index.schema import NOT_STATED
from wiredesk.index.wire.places import gazetteer
from wiredesk.search.model import Note, SearchRequest, SearchResult
from wiredesk.web.charts import (
    LEAST_VIEW,
    MAP_WIDTH,
    DatelineMap,
    Land,
    View,
    dateline_map,
    land_dots,
    land_path,
)
from wiredesk.web.i18n import Speech
from wiredesk.web.presenters import (
    READ_AS,
    Chip,
    chips_of,
    fewer,
    narrowed,
    notes_of,
    search_form,
    shortened,
    titled,
)
from wiredesk.web.reading import sentence
from wiredesk.web.urls import Form, Links

MAX_CIRCLES = 200
MAX_ELSEWHERE = 60
MAX_CLOSER = 6
"""Most circles of the map, most names beside it, most countries to look at more closely."""

GRIDS = ((LEAST_VIEW, 2), (600, 3), (MAP_WIDTH, 4))
"""The distance of the dots in views up to some width: what they weigh stays about the same."""


@cache
def _dots(grid: int) -> list[tuple[int, int]]:
    return land_dots(((place.latitude, place.longitude) for place in gazetteer()), grid)


def land(view: View) -> Land:
    """A part of the world as rows of dots, closer to each other in a small part."""
    grid = next((grid for width, grid in GRIDS if view.width <= width), GRIDS[-1][1])
    return Land(land_path(_dots(grid), grid, view), grid)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """The map of datelines and what stands around it."""

    title: str
    heading: str
    read_as: str
    notes: tuple[str, ...]
    partial: bool
    map: DatelineMap
    query: str
    form: Form
    back: str
    count: str
    chips: tuple[Chip, ...]


def map_searches(request: SearchRequest) -> tuple[SearchRequest, SearchRequest]:
    """What to count for the map: by place and country, and by city where the place is unknown."""
    limits = {"spot": MAX_CIRCLES, "city": MAX_ELSEWHERE, "country": MAX_CLOSER}
    asked = replace(request, facets=("spot", "country"), facet_limits=limits, page=1, per_page=1)
    return asked, replace(asked.only("spot", NOT_STATED), facets=("city",))


def map_page_of(
    result: SearchResult,
    elsewhere: SearchResult,
    *,
    links: Links,
    speech: Speech,
    notes: tuple[Note, ...],
) -> MapPage:
    """The page of the two answers to `map_searches`, the first with the reader's own request."""
    request = result.request
    read_as = sentence(request, speech, notes=result.notes) if narrowed(request) else ""
    heading = speech.gettext("Where stories were filed from")
    return MapPage(
        title=titled(heading, shortened(read_as)),
        heading=heading,
        read_as=shortened(read_as, READ_AS),
        notes=notes_of((*notes, *result.notes), result, speech),
        partial=result.partial,
        map=dateline_map(
            result.facets["spot"],
            elsewhere.facets["city"],
            result.facets["country"],
            request,
            land=land,
            links=links,
            speech=speech,
        ),
        query=request.query,
        form=search_form(request, links),
        back=links.search(request),
        count=speech.stories(result.total),
        chips=fewer(chips_of(request, links, speech), request, links, speech),
    )
