"""Where the cities of datelines lie, for the map: the gazetteer, as points."""

from collections.abc import Mapping
from functools import cache

from wiredesk.web.charts import Point, land_path


@cache
def city_points() -> Mapping[str, Point]:
    """Latitude and longitude of every city of the gazetteer, by its facet value."""
    return {}


@cache
def land() -> str:
    """The cities of the gazetteer as an SVG path of dots."""
    return land_path(city_points().values())
