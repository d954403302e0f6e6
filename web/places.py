"""The land of the map: the cities of the gazetteer, as dots."""

from functools import cache

from wiredesk.index.wire.places import gazetteer
from wiredesk.web.charts import LEAST_VIEW, MAP_WIDTH, Land, View, land_dots, land_path

GRIDS = ((LEAST_VIEW, 2), (600, 3), (MAP_WIDTH, 4))
"""The distance of the dots in views up to some width: what they weigh stays about the same."""


@cache
def _dots(grid: int) -> list[tuple[int, int]]:
    return land_dots(((place.latitude, place.longitude) for place in gazetteer()), grid)


def land(view: View) -> Land:
    """A part of the world as rows of dots, closer to each other in a small part."""
    grid = next((grid for width, grid in GRIDS if view.width <= width), GRIDS[-1][1])
    return Land(land_path(_dots(grid), grid, view), grid)
