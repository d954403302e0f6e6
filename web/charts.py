"""Drawings made on the server: stories over time, and where they were filed from.

Here are the numbers, in units of the drawing; the templates write the SVG. Every mark is a link,
and every drawing has a table that says the same.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from math import radians, sin, sqrt
from typing import NamedTuple

from wiredesk.index.schema import NOT_STATED
from wiredesk.search.model import Facet, FacetValue, SearchRequest
from wiredesk.web.i18n import Speech, fold
from wiredesk.web.urls import Links

HEIGHT = 90
SLOT = 10
BAR = 8
LEAST_SLOTS = 6
DAYS_ZOOM, WEEKS_ZOOM, MONTHS_ZOOM = 31, 200, 750
"""Up to so many chosen days, bars are days, weeks, months."""
ROOM = 15
"""At least so many days are drawn on each side of those that are chosen."""
MOST_SLOTS = 150
LOW_PEAK = 2
"""Bars of a few stories do not fill the drawing."""

MAP_WIDTH = 1000
MAP_HEIGHT = 500
RADII = (5.0, 22.0)
CROWDED, CROWDED_RADII = 100, (2.5, 15.0)
"""From so many circles on they are smaller."""
CLOSE = 12
"""With more circles than these, countries are offered to look at more closely."""
SCALE = (1, 2, 5)
"""The legend shows counts that begin with these figures."""
VIEW_ROOM = 40
LEAST_VIEW = 360

FAR_OUT = 0.04
MUCH_LARGER = 0.7
"""The share of stories that the map of a country may leave out if it is then so much narrower."""

_PER = 1_000

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a drawing's table: its words and its link."""

    label: str
    count: str
    text: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar(Row):
    """One period: a row, the middle and height of its bar, and the path that draws it."""

    x: int
    height: int

    @property
    def path(self) -> str:
        """The bar as a piece of an SVG path, a stroke from the bottom up."""
        return f"M{self.x} {HEIGHT}v-{self.height}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Stories over time. `first` and `last` name the ends of the axis, `peak` its height; `before`
    and `after` are the neighbours of the one period that is chosen, if they have stories."""

    bars: tuple[Bar, ...]
    first: str
    last: str
    peak: str
    unit: str
    undated: Row | None
    before: Row | None
    after: Row | None
    table: str
    rate: tuple[str, bool] | None
    width: int
    height: int = HEIGHT
    thick: int = BAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle(Row):
    """One city of the map."""

    x: float
    y: float
    radius: float


class View(NamedTuple):
    """A part of the drawing."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in this part."""
        x, y = point[0] - self.x, point[1] - self.y
        return 0 <= x <= self.width and 0 <= y <= self.height


class Land(NamedTuple):
    """Land as an SVG path in units of `grid`: lines on which each whole unit has a dot."""

    path: str
    grid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatelineMap:
    """Cities of datelines over the land, the largest first. `elsewhere` lists cities whose place is
    not known, of which `unplaced` are in all; `unstated` stands for the stories without a city;
    `left` places are not drawn. `view` is the part of the world that is shown, `scale` the legend:
    counts, and the width of their circles in hundredths of the drawing's. `closer` are maps of one
    country."""

    circles: tuple[Circle, ...]
    land: Land
    elsewhere: tuple[Row, ...]
    unplaced: int
    more: str | None
    unstated: Row | None
    left: int
    table: str
    view: View
    scale: tuple[tuple[str, float], ...]
    closer: tuple[tuple[str, str], ...]


# --- time ---------------------------------------------------------------------------------------


def bounds(period: str) -> tuple[str, str]:
    """First and last ISO day of `YYYY`, `YYYY-MM`, `YYYY-Www` or `YYYY-MM-DD`."""
    if "W" in period:
        year, week = period.split("-W")
        monday = date.fromisocalendar(int(year), int(week), 1)
        return monday.isoformat(), (monday + timedelta(days=6)).isoformat()
    if len(period) == 4:
        return f"{period}-01-01", f"{period}-12-31"
    if len(period) == 7:
        last = monthrange(int(period[:4]), int(period[5:]))[1]
        return f"{period}-01", f"{period}-{last:02d}"
    return period, period


def beside(period: str, by: int) -> str | None:
    """The period before (-1) or after (1) one of the same length."""
    first, last = map(date.fromisoformat, bounds(period))
    try:
        day = (first if by < 0 else last) + timedelta(days=by)
    except OverflowError:
        return None
    if "W" in period:
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    return day.isoformat()[: len(period)]


def chosen_period(request: SearchRequest) -> str | None:
    """The one day, week, month or year that a request is narrowed to."""
    values = request.filters.get("date", ())
    if len(values) != 1 or values[0] == NOT_STATED or request.date_from or request.date_to:
        return None
    return values[0]


def chosen_range(request: SearchRequest) -> tuple[str, str]:
    """The first and last chosen day, for a form; empty for an open end."""
    period = chosen_period(request)
    if period:
        return bounds(period)
    return (
        bounds(request.date_from)[0] if request.date_from else "",
        bounds(request.date_to)[1] if request.date_to else "",
    )


def chosen_days(request: SearchRequest) -> tuple[str | None, str | None] | None:
    """The first and last of the days that a request is narrowed to, None for an open end; None
    without dates."""
    ranges: list[tuple[str, str]] = [
        bounds(v) for v in request.filters.get("date", ()) if v != NOT_STATED
    ]
    if ranges:
        return min(low for low, _ in ranges), max(high for _, high in ranges)
    if not request.date_from and not request.date_to:
        return None
    return (
        bounds(request.date_from)[0] if request.date_from else None,
        bounds(request.date_to)[1] if request.date_to else None,
    )


def zoomed(request: SearchRequest) -> SearchRequest:
    """The request with bars for the chosen days and as many on each side of them, as fine as they
    allow."""
    chosen = chosen_days(request)
    if chosen is None:
        return request
    low, high = chosen
    if not low or not high or low > high:
        return replace(request, date_window=(low, high))
    span = (date.fromisoformat(high) - date.fromisoformat(low)).days + 1
    if span <= DAYS_ZOOM:
        unit = "day"
    elif span <= WEEKS_ZOOM:
        unit = "week"
    else:
        unit = "month" if span <= MONTHS_ZOOM else "auto"
    if request.date_unit != "auto":
        unit = request.date_unit
    window = _shifted(low, -max(span, ROOM)), _shifted(high, max(span, ROOM))
    if period := chosen_period(request):
        before, after = beside(period, -1), beside(period, 1)
        window = (
            min(window[0], bounds(before)[0] if before else low),
            max(window[1], bounds(after)[1] if after else high),
        )
    return replace(request, date_window=window, date_unit=unit)  # type: ignore[arg-type]


def _shifted(day: str, by: int) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=by)).isoformat()
    except OverflowError:
        return day


def _slot(period: str, unit: str) -> int:
    """The number of a period on the axis of its unit."""
    if unit == "year":
        return int(period)
    if unit == "month":
        return int(period[:4]) * 12 + int(period[5:]) - 1
    day = date.fromisoformat(bounds(period)[0]).toordinal()
    return (day - 1) // 7 if unit == "week" else day


def _slots(values: Sequence[FacetValue], unit: str) -> int:
    return _slot(values[-1].value, unit) - _slot(values[0].value, unit) + 1 if values else 1


_LENGTHS = {"year": 4, "month": 7, "week": 8, "day": 10}


def histogram(
    facet: Facet,
    request: SearchRequest,
    *,
    links: Links,
    speech: Speech,
    baseline: Mapping[str, int] | None = None,
) -> Histogram | None:
    """The bars of a date facet; None when no story has a date.

    `baseline` holds the stories of the whole archive by period: with it, bars show stories per
    1,000.
    """
    unit = facet.unit or "month"
    before, after = (_step(facet.values, request, by, links, speech) for by in (-1, 1))
    values = [v for v in facet.values if len(v.value) == _LENGTHS[unit] and v.value != NOT_STATED]
    undated = _undated(facet, request, links, speech)
    if not values and undated is None:
        return None
    if _slots(values, unit) > MOST_SLOTS and unit in ("day", "month"):
        values, unit = _coarser(values, unit)
        baseline = baseline and _summed(baseline.items(), _LENGTHS[unit])
    low, high = chosen_days(request) or ("9", "0")
    heights = {v.value: height_of(v, baseline) for v in values}
    peak = max(heights.values(), default=0) or 1
    scale = max(peak, LOW_PEAK) if baseline is None else peak
    start = _slot(values[0].value, unit) if values else 0
    slots = _slots(values, unit)
    bars = []
    for v in values:
        label = speech.date(v.value)
        text = speech.gettext(
            "%(value)s: %(stories)s", value=label, stories=speech.stories(v.count)
        )
        if baseline is not None:
            text = speech.ngettext(
                "%(value)s: %(part)s of %(num)s story, %(rate)s per 1,000",
                "%(value)s: %(part)s of %(num)s stories, %(rate)s per 1,000",
                max(baseline.get(v.value, 0), v.count),
                value=label,
                part=speech.number(v.count),
                rate=speech.decimal(heights[v.value]),
            )
        first, last = bounds(v.value)
        bars.append(
            Bar(
                x=(_slot(v.value, unit) - start) * SLOT + SLOT // 2,
                height=max(2, round(HEIGHT * heights[v.value] / scale)),
                label=label,
                count=speech.number(v.count),
                text=text,
                url=links.search(request.only("date", v.value)),
                chosen=(low or first) <= first and last <= (high or last),
            )
        )
    switched = links.with_rate(baseline is None)
    return Histogram(
        bars=tuple(bars),
        first=speech.date(values[0].value, short=True) if values else "",
        last=speech.date(values[-1].value, short=True) if len(values) > 1 else "",
        peak=speech.decimal(scale) if baseline is not None else speech.number(int(scale)),
        unit=unit,
        undated=undated,
        before=before,
        after=after,
        table=links.facet("date", replace(request, page=1)),
        rate=(switched.search(replace(request, page=1)), baseline is not None),
        width=max(slots, LEAST_SLOTS) * SLOT,
    )


def _step(
    values: Sequence[FacetValue], request: SearchRequest, by: int, links: Links, speech: Speech
) -> Row | None:
    """The link to the period beside the chosen one, where the bars tell what it holds."""
    chosen = chosen_period(request)
    period = beside(chosen, by) if chosen else None
    if not period:
        return None
    first, last = bounds(period)
    count = 0
    for value in values:
        if value.value in (NOT_STATED, chosen):
            continue
        low, high = bounds(value.value)
        if first <= low and high <= last:
            count += value.count
        elif low <= last and first <= high:
            return None
    if not count:
        return None
    label = speech.date(period, short=True)
    stories = speech.stories(count)
    return Row(
        label=label,
        count=speech.number(count),
        text=speech.gettext("%(value)s, %(stories)s", value=label, stories=stories),
        url=links.search(request.only("date", period)),
        chosen=False,
    )


def height_of(value: FacetValue, baseline: Mapping[str, int] | None) -> float:
    """The stories of a period, or how many of 1,000 they are."""
    if baseline is None:
        return float(value.count)
    return _PER * value.count / max(baseline.get(value.value, 0), value.count, 1)


def _coarser(values: Sequence[FacetValue], unit: str) -> tuple[list[FacetValue], str]:
    """Days as months, months as years: a story has one date, so counts add up."""
    coarser = "month" if unit == "day" else "year"
    sums = _summed(((v.value, v.count) for v in values), _LENGTHS[coarser])
    return [FacetValue(value=period, count=n) for period, n in sums.items()], coarser


def _summed(counts: Iterable[tuple[str, int]], length: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for period, count in counts:
        sums[period[:length]] = sums.get(period[:length], 0) + count
    return sums


def _undated(facet: Facet, request: SearchRequest, links: Links, speech: Speech) -> Row | None:
    if not (facet.missing or facet.missing_selected):
        return None
    toggled = (
        request.without("date", NOT_STATED)
        if facet.missing_selected
        else request.only("date", NOT_STATED)
    )
    label = speech.value("date", NOT_STATED)
    return Row(
        label=label,
        count=speech.number(facet.missing),
        text=speech.gettext(
            "%(value)s, %(stories)s", value=label, stories=speech.stories(facet.missing)
        ),
        url=links.search(toggled),
        chosen=facet.missing_selected,
    )


# --- places -------------------------------------------------------------------------------------


def project(point: Point) -> Point:
    """A point in the drawing: an equal-area cylinder, y in proportion to the sine of the latitude
    (Lambert), cut at 75 north and 56 south."""
    latitude, longitude = point
    top, bottom = sin(radians(75)), sin(radians(-56))
    height = (top - sin(radians(max(-56.0, min(75.0, latitude))))) / (top - bottom)
    return round((longitude + 180) / 360 * MAP_WIDTH, 1), round(height * MAP_HEIGHT, 1)


def view_of(points: Sequence[Point]) -> View:
    """The part that holds all points with some room around them, as wide as high twice over."""
    if not points:
        return View(0, 0, MAP_WIDTH, MAP_HEIGHT)
    left, right = min(x for x, _ in points) - VIEW_ROOM, max(x for x, _ in points) + VIEW_ROOM
    top, bottom = min(y for _, y in points) - VIEW_ROOM, max(y for _, y in points) + VIEW_ROOM
    width = min(MAP_WIDTH, max(right - left, 2 * (bottom - top), LEAST_VIEW))
    x = min(max(0, (left + right - width) / 2), MAP_WIDTH - width)
    y = min(max(0, (top + bottom - width / 2) / 2), MAP_HEIGHT - width / 2)
    return View(round(x, 1), round(y, 1), round(width, 1), round(width / 2, 1))


def crop_of(places: Sequence[tuple[Point, int]]) -> View:
    """The part for points with so many stories each: without the few stories that lie far out,
    where the rest can then be drawn much larger."""
    whole = view_of([point for point, _ in places])
    spare = sum(count for _, count in places) * FAR_OUT
    kept = list(places)
    for axis in (0, 1):
        for last in (False, True):
            left = spare / 4
            kept.sort(key=lambda place: place[0][axis], reverse=last)
            while len(kept) > 1 and kept[0][1] <= left:
                left -= kept.pop(0)[1]
    crop = view_of([point for point, _ in kept])
    return crop if crop.width <= MUCH_LARGER * whole.width else whole


def land_dots(points: Iterable[Point], grid: int) -> list[tuple[int, int]]:
    """Dots for the cities of the gazetteer: they make the land. Neighbours share a dot."""
    near = ((round(x / grid) * grid, round(y / grid) * grid) for x, y in map(project, points))
    return sorted(set(near))


def land_path(dots: Iterable[tuple[int, int]], grid: int, view: View) -> str:
    """The dots in a view as an SVG path in units of their grid: a line for each row of neighbours,
    a little longer than the row, so that a dash at each unit does not miss the last."""
    rows: dict[int, list[int]] = {}
    for x, y in sorted(dots):
        if 0 <= x - view.x <= view.width and 0 <= y - view.y <= view.height:
            rows.setdefault(y // grid, []).append(x // grid)
    parts: list[str] = []
    at = 0.0, 0
    for y, row in sorted(rows.items()):
        for first, last in _runs(row):
            parts.append(f"m{first - at[0]:g} {y - at[1]}h{last - first or ''}.1")
            at = last + 0.1, y
    return "".join(parts)


def _runs(numbers: Sequence[int]) -> Iterable[tuple[int, int]]:
    """First and last of each row of neighbouring numbers."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def legend(most: int) -> list[int]:
    """Up to three round counts, the largest first."""
    counts = (most // part for part in (1, 10, 100))
    rounded = (
        max(d * 10 ** (len(str(n)) - 1) for d in SCALE if d * 10 ** (len(str(n)) - 1) <= n)
        for n in counts
        if n
    )
    return list(dict.fromkeys(rounded))


def dateline_map(
    facet: Facet,
    elsewhere: Facet,
    countries: Facet,
    request: SearchRequest,
    *,
    land: Callable[[View], Land],
    links: Links,
    speech: Speech,
) -> DatelineMap:
    """Circles for the points of a facet, the area of each in proportion to its stories.

    `elsewhere` are the cities of the stories that are on no point, `countries` those to look at
    more closely; `land` draws a view.
    """
    values = sorted(
        (v for v in facet.values if v.value != NOT_STATED and v.count),
        key=lambda v: (-v.count, fold(speech.value(facet.field, v.value))),
    )
    most = max((v.count for v in values), default=1)
    points = [project(point_of(v.value)) for v in values]
    view = view_of(points)
    if countries.field in request.filters and not any(v.selected for v in values):
        view = crop_of([(point, v.count) for point, v in zip(points, values, strict=True)])
        inside = [n for n, point in enumerate(points) if view.holds(point)]
        values, points = [values[n] for n in inside], [points[n] for n in inside]
    least, largest = RADII if len(points) <= CROWDED else CROWDED_RADII

    def radius(count: int) -> float:
        return max(least, largest * sqrt(count / max(most, 25)))

    circles = []
    for v, (x, y) in zip(values, points, strict=True):
        row = row_of(v, facet.field, request, links, speech)
        wide = round(radius(v.count) * view.width / MAP_WIDTH, 2)
        circles.append(Circle(**asdict(row), x=x, y=y, radius=wide))
    unplaced = request.only(facet.field, NOT_STATED)
    chosen = {**request.filters, **request.exclude}
    named = [v for v in elsewhere.values if v.value != NOT_STATED and v.count and not v.excluded]
    return DatelineMap(
        circles=tuple(circles),
        land=land(view),
        elsewhere=tuple(row_of(v, elsewhere.field, unplaced, links, speech) for v in named),
        unplaced=elsewhere.total,
        more=links.facet(elsewhere.field, unplaced) if elsewhere.total > len(named) else None,
        unstated=row_of(
            FacetValue(value=NOT_STATED, count=elsewhere.missing),
            elsewhere.field,
            request.without(facet.field),
            links,
            speech,
        )
        if elsewhere.missing
        else None,
        left=facet.total - len(values),
        table=links.facet(facet.field, replace(request, page=1)),
        view=view,
        scale=tuple(
            (speech.number(n), round(200 * radius(n) / MAP_WIDTH, 2))
            for n in (legend(most) if len(values) > 1 else ())
        ),
        closer=tuple(
            (
                speech.value(countries.field, v.value),
                links.map(request.only(countries.field, v.value)),
            )
            for v in countries.values
            if v.value != NOT_STATED
        )
        if len(values) > CLOSE and len(countries.values) > 1 and countries.field not in chosen
        else (),
    )


def row_of(
    value: FacetValue, field: str, request: SearchRequest, links: Links, speech: Speech
) -> Row:
    """A value as a row of a table, with the link that makes it the one choice."""
    label = speech.value(field, value.value)
    return Row(
        label=label,
        count=speech.number(value.count),
        text=speech.gettext(
            "%(value)s, %(stories)s", value=label, stories=speech.stories(value.count)
        ),
        url=links.search(request.only(field, value.value)),
        chosen=value.selected,
    )


def point_of(value: str) -> Point:
    """The point that a value of the field of points stands for."""
    latitude, longitude = value.split(",")
    return float(latitude), float(longitude)
