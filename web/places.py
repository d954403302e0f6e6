"""Where the cities of datelines lie, for the map: the gazetteer, as points."""

from functools import cache

from wiredesk.index.wire.places import candidates, gazetteer
from wiredesk.web.charts import Point, land_path


@cache
def city_point(name: str) -> Point | None:
    """Latitude and longitude of the largest city with this name; None for an unknown one."""
    found = candidates(name)
    return (found[0].latitude, found[0].longitude) if found else None


@cache
def land() -> str:
    """The cities of the gazetteer as an SVG path of dots."""
    return land_path((place.latitude, place.longitude) for place in gazetteer())
