"""Days as readers write them -> a first and a last day. Standard library only.

Takes ISO dates whole and in part (`2016`, `2016-02`, `2016-02-09`), `20160209`, `9 Feb 2016`,
`Feb 9, 2016`, `9/2/2016`, ranges with `..`, `to` or `-`, comparisons (`>=2016`), `since`, `until`,
and days counted from a base day (`last 7 days`, `yesterday`, `this year`). English words only:
the pages offer date pickers, and a URL carries ISO.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

MONTHS = {
    name[:n]: number
    for number, name in enumerate(
        (
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ),
        1,
    )
    for n in (3, 4, len(name))
}
_LONGEST = 80
"""No way to write two dates is longer."""

_LIKELY = re.compile(r"\d|today|yesterday|this|last|past|^(?:\*|\.\.|\[to\])$|\[\*")
_SEPARATED = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?(?:t[\d:.z+-]*)?", re.ASCII)
_PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4})", re.ASCII)
_DAY_FIRST = re.compile(r"(?:(\d{1,2})\s+)?([a-z]{3,9})\.?,?\s+(\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})", re.ASCII)
_LAST = re.compile(r"(?:the\s+)?(?:last|past)[-_\s]*(\d{1,4})[-_\s]*(day|week|month|year)s?")
_PERIOD = re.compile(r"(this|last)[-_\s]+(week|month|year)")
_COMPARED = re.compile(r"(>=|=>|<=|=<|>|<|=|geq|leq|gtr|lss|since|from|after|aft|until|before|bef)")
_BETWEEN = re.compile(r"(?:from\s+|between\s+|\[\s*)?(.+?)(?:\s*\.\.\s*|\s+(?:to|and)\s+)(.+?)\]?")

_BOUNDS: dict[str, tuple[str, bool]] = {
    ">=": ("low", True),
    "=>": ("low", True),
    "geq": ("low", True),
    "since": ("low", True),
    "from": ("low", True),
    ">": ("low", False),
    "gtr": ("low", False),
    "after": ("low", False),
    "aft": ("low", False),
    "<=": ("high", True),
    "=<": ("high", True),
    "leq": ("high", True),
    "until": ("high", True),
    "<": ("high", False),
    "lss": ("high", False),
    "before": ("high", False),
    "bef": ("high", False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From `low` to `high`, both inclusive, None for open.

    `turned` says that the two were given the wrong way round, `ambiguous` that day and month could
    be either way round (read as month/day), `timed` that a time of day was left out.
    """

    low: date | None
    high: date | None
    turned: bool = False
    ambiguous: bool = False
    timed: bool = False


_WORD = re.compile(
    r"[\d<>=\[*.+-].*|(?:from|to|and|between|since|after|aft|until|before|bef|geq|leq|gtr|lss|the|last"
    r"|past|this|days?|weeks?|months?|years?|today|yesterday)",
)
_LAST_WORD = re.compile(r".*\d.*|(?:days?|weeks?|months?|years?|today|yesterday)|\*")
LONGEST_WORDS = 8


def date_lengths(words: list[str]) -> list[int]:
    """How many words from the first on might be a date together, the longest first."""
    found = []
    for count, word in enumerate(words[:LONGEST_WORDS], 1):
        plain = word.casefold().rstrip(".,;]")
        if plain not in MONTHS and not _WORD.fullmatch(plain):
            break
        if _LAST_WORD.fullmatch(plain):
            found.append(count)
    return found[::-1]


@lru_cache(maxsize=1024)
def read_days(text: str, today: date) -> Days | None:
    """What a reader's date means, with `today` as the base day; None if it is no date."""
    text = text.strip().casefold()
    if len(text) > _LONGEST or not _LIKELY.search(text):
        return None
    if text in ("*", "..", "[* to *]", "[to]"):
        return Days(low=None, high=None)
    first, dots, last = text.partition("..")
    if dots and (pair := _pair(first.rstrip(), last.lstrip(), today)) is not None:
        return pair
    if compared := _COMPARED.match(text):
        rest = text[compared.end() :].strip(" \t:")
        if one := _one(rest, today):
            return _bounded(compared[1], one)
    if one := _one(text, today):
        return one
    if text.endswith(".."):
        one = _one(text[:-2].strip(), today)
        return _bounded(">=", one) if one else None
    if text.startswith(".."):
        one = _one(text[2:].strip(), today)
        return _bounded("<=", one) if one else None
    if between := _BETWEEN.fullmatch(text):
        return _pair(between[1].strip(), between[2].strip(), today)
    return None


def _pair(first: str, last: str, today: date) -> Days | None:
    low = Days(low=None, high=None) if first == "*" else _one(first, today)
    if low is None:
        return None
    high = Days(low=None, high=None) if last == "*" else _one(last, today)
    if high is None:
        return None
    turned = low.low is not None and high.high is not None and low.low > high.high
    if turned:
        low, high = high, low
    return Days(
        low=low.low,
        high=high.high,
        turned=turned,
        ambiguous=low.ambiguous or high.ambiguous,
        timed=low.timed or high.timed,
    )


def _bounded(sign: str, one: Days) -> Days | None:
    """The days since, after, until or before a day, month or year."""
    assert one.low is not None and one.high is not None
    side, inclusive = _BOUNDS.get(sign, ("", True))
    try:
        if side == "low":
            low, high = one.low if inclusive else one.high + timedelta(1), None
        elif side == "high":
            low, high = None, one.high if inclusive else one.low - timedelta(1)
        else:
            return one
    except OverflowError:
        return None
    return Days(low=low, high=high, ambiguous=one.ambiguous, timed=one.timed)


def _one(text: str, today: date) -> Days | None:
    """One day, month, year or named period."""
    if found := _PACKED.fullmatch(text):
        return _days(int(found[1]), int(found[2]), int(found[3]))
    if found := _SEPARATED.fullmatch(text):
        month, day = found[2], found[3]
        timed = "t" in text
        if timed and day is None:
            return None
        return _days(
            int(found[1]), int(month or 0), int(day or 0), timed=timed, given=text.split("t")[0]
        )
    if found := _NUMERIC.fullmatch(text):
        one, two, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == ".":
            return _days(year, two, one)
        if one > 12:
            return _days(year, two, one)
        return _days(year, one, two, ambiguous=two <= 12 and one != two)
    if found := _DAY_FIRST.fullmatch(text):
        return _days(int(found[3]), MONTHS.get(found[2], 99), int(found[1] or 0), given=found[1])
    if found := _MONTH_FIRST.fullmatch(text):
        return _days(int(found[3]), MONTHS.get(found[1], 99), int(found[2]), given=found[2])
    return _relative(text, today)


def _days(
    year: int,
    month: int = 0,
    day: int = 0,
    *,
    ambiguous: bool = False,
    timed: bool = False,
    given: str | None = None,
) -> Days | None:
    """A year, month or day; a 0 that the reader did write is no month or day."""
    if given and re.search(r"(?<!\d)00?(?!\d)", given):
        return None
    try:
        low = date(year, month or 1, day or 1)
        if not month:
            high = date(year, 12, 31)
        elif not day:
            high = date(year, month, monthrange(year, month)[1])
        else:
            high = low
    except ValueError:
        return None
    return Days(low=low, high=high, ambiguous=ambiguous, timed=timed)


def _relative(text: str, today: date) -> Days | None:
    try:
        if text in ("today", "yesterday"):
            day = today - timedelta(text == "yesterday")
            return Days(low=day, high=day)
        if (found := _LAST.fullmatch(text)) and int(found[1]):
            return Days(low=_back(today, int(found[1]), found[2]), high=today)
        if found := _PERIOD.fullmatch(text):
            return _period(today, found[2], last=found[1] == "last")
    except (OverflowError, ValueError):
        return None
    return None


def _back(today: date, count: int, unit: str) -> date:
    """The first of the `count` last units of time, the last of which ends today."""
    if unit in ("day", "week"):
        return today - timedelta(count * (7 if unit == "week" else 1) - 1)
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    month += 1
    return date(year, month, min(today.day, monthrange(year, month)[1])) + timedelta(1)


def _period(today: date, unit: str, *, last: bool) -> Days | None:
    if unit == "week":
        low = today - timedelta(today.weekday() + 7 * last)
        return Days(low=low, high=low + timedelta(6))
    if unit == "year":
        return _days(today.year - last)
    year, month = divmod(today.year * 12 + today.month - 1 - last, 12)
    return _days(year, month + 1)
