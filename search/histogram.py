"""Days into bins: the date facet, and partial dates into ranges of days. Pure functions.

Days are counted from 1970-01-01; `MISSING` stands for a story without a full date.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wiredesk.index.schema import NOT_STATED
from wiredesk.search.model import DateUnit

MISSING = np.iinfo(np.int32).min
_EPOCH = date(1970, 1, 1).toordinal()
_MONDAY = 3  # 1970-01-01 was a Thursday

MOST_BINS = 1_000
"""A unit that would need more bins gives way to the next coarser one."""

_AUTO: tuple[tuple[int, DateUnit], ...] = ((45, "day"), (270, "week"), (365 * 6, "month"))
_COARSER: dict[str, DateUnit] = {"day": "week", "week": "month", "month": "year"}
_PER_YEAR = {"day": 366, "week": 53, "month": 12, "year": 1}

Days = NDArray[np.int32]


def unit_for(first: int, last: int, wanted: DateUnit) -> DateUnit:
    """The unit that shows the days from `first` to `last`: for `auto` by their span."""
    span = last - first + 1
    unit = wanted
    if unit == "auto":
        unit = next((u for limit, u in _AUTO if span <= limit), "year")
    while unit != "year" and span * _PER_YEAR[unit] > MOST_BINS * 366:
        unit = _COARSER[unit]
    return unit


def bins(days: Days, unit: DateUnit) -> NDArray[np.int64]:
    """The bin of each day: years and months since 1970, weeks since the Monday before, days."""
    if unit == "day":
        return days.astype(np.int64)
    if unit == "week":
        return (days.astype(np.int64) + _MONDAY) // 7
    code = "M" if unit == "month" else "Y"
    return days.astype("datetime64[D]").astype(f"datetime64[{code}]").astype(np.int64)


def label(number: int, unit: DateUnit) -> str:
    """How a bin is written: `YYYY`, `YYYY-MM`, `YYYY-Www` or `YYYY-MM-DD`."""
    if unit == "year":
        return f"{1970 + number:04d}"
    if unit == "month":
        return f"{1970 + number // 12:04d}-{number % 12 + 1:02d}"
    if unit == "week":
        year, week, _ = date.fromordinal(_EPOCH + number * 7 - _MONDAY + 3).isocalendar()
        return f"{year:04d}-W{week:02d}"
    return date.fromordinal(_EPOCH + number).isoformat()


def iso(day: int) -> str:
    """The ISO day of a day number."""
    return date.fromordinal(_EPOCH + day).isoformat()


@lru_cache(4096)
def day_range(text: str) -> tuple[int, int] | None:
    """First and last day of `YYYY`, `YYYY-MM`, `YYYY-Www` or `YYYY-MM-DD`; None for no date."""
    parts = text.strip().split("-")
    try:
        numbers = [int(p) for p in parts if p.isascii() and p.isdigit()]
        if len(parts[0]) != 4 or not parts[0].isdigit() or not parts[0].isascii():
            return None
        year = numbers[0]
        if len(parts) == 1:
            first, last = date(year, 1, 1), date(year, 12, 31)
        elif len(parts) == 2 and parts[1][:1] in "Ww" and parts[1][1:].isdecimal():
            first = date.fromisocalendar(year, int(parts[1][1:]), 1)
            last = first + timedelta(days=6)
        elif len(parts) == 2 and len(numbers) == 2:
            first = date(year, numbers[1], 1)
            last = date(year, numbers[1], monthrange(year, numbers[1])[1])
        elif len(parts) == 3 and len(numbers) == 3:
            first = last = date(year, numbers[1], numbers[2])
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return first.toordinal() - _EPOCH, last.toordinal() - _EPOCH


def within(days: Days, low: str | None, high: str | None) -> NDArray[np.bool_]:
    """For each day whether it lies from `low` to `high` (dates, whole or partial; None: open).

    Stories without a date never do. Something that is no date leaves its side open.
    """
    found: NDArray[np.bool_] = days != MISSING
    first = day_range(low) if low else None
    last = day_range(high) if high else None
    if first is not None:
        found &= days >= first[0]
    if last is not None:
        found &= days <= last[1]
    return found


def chosen(days: Days, values: tuple[str, ...]) -> NDArray[np.bool_]:
    """For each day whether it lies in any of the dates given; `-` stands for no date."""
    found = np.zeros(len(days), np.bool_)
    for value in values:
        if value == NOT_STATED:
            found |= days == MISSING
        elif (bounds := day_range(value)) is not None:
            found |= (days >= bounds[0]) & (days <= bounds[1])
    return found
