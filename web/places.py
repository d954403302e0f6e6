"""The land of the map: the cities of the gazetteer, as dots."""

from functools import cache

from wiredesk.index.wire.places import gazetteer
from wiredesk.web.charts import MAP_WIDTH, View, land_dots, land_path

GRID = 4


@cache
def _dots(grid: int) -> list[tuple[int, int]]:
    return land_dots(((place.latitude, place.longitude) for place in gazetteer()), grid)


def land(view: View) -> str:
    """A part of the world as an SVG path of dots, closer to each other in a small part."""
    return land_path(_dots(GRID if view.width > MAP_WIDTH / 2 else GRID // 2), view)
