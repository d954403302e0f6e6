"""Dates as wires print them, in a dozen languages; what is not stated is not guessed.

A date is `YYYY-MM-DD`, or `--MM-DD` without a year. A moment is ISO 8601 to the minute or second,
with the zone where one is stated. Month names come from CLDR through Babel.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache

from babel import Locale

from wiredesk.index.wire.fold import SMALL, compose, fold, is_composed
from wiredesk.index.wire.tables import any_of, read_table

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "tr", "nl", "da", "sv", "nb", "pl", "id", "ms",
             "ru", "uk", "bg", "sr", "cs", "ro", "fi", "hu")  # fmt: skip
_IN_FULL = ("cs", "ro", "fi", "hu")
"""Languages whose short forms of months are words of others."""

_CENTURY_TURN = 70
"""Two-digit years up to this are 20xx (a wire archive begins about 1970)."""


@cache
def _month_names() -> Mapping[str, int]:
    """Month numbers by name or abbreviation in small letters, with accents and without."""
    found = {"sept": 9, "juil": 7, "juli": 7, "juni": 6, "mei": 5, "set": 9, "dic": 12}
    found |= {"fév": 2, "déc": 12, "mär": 3}
    for language in LANGUAGES:
        table = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide",) if language in _IN_FULL else ("wide", "abbreviated"):
                for number, name in table[context].get(width, {}).items():
                    for key in (name.rstrip(".").lower(), fold(name)):
                        if key.isalpha() and len(key) > 2:
                            found.setdefault(key, number)
    return found


@cache
def months() -> Mapping[str, int]:
    """Month numbers by folded name or abbreviation."""
    return {fold(name): number for name, number in _month_names().items()}


@cache
def month_pattern() -> str:
    """A regular expression for any month name, to be used without case."""
    return any_of(_month_names())


def month_number(name: str) -> int | None:
    """The number of a month by its name."""
    return months().get(fold(name))


def iso(year: int | None, month: int, day: int) -> str | None:
    """The date in this module's form; None if there is no such day."""
    try:
        known = date(year if year is not None else 2000, month, day)
    except ValueError:
        return None
    return known.isoformat() if year is not None else f"-{known.isoformat()[4:]}"


def full_year(text: str) -> int:
    """A year of two or four digits."""
    number = int(text)
    if len(text) > 2:
        return number
    return number + (2000 if number <= _CENTURY_TURN else 1900)


_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:19|20)\d{2}(?!\d)")


def day_order(text: str) -> bool | None:
    """Whether a source writes days before months: a number above 12 anywhere in it decides."""
    firsts = {(int(m[1]) > 12, int(m[2]) > 12) for m in _SLASHED.finditer(text)}
    if (True, False) in firsts and (False, True) not in firsts:
        return True
    return False if (False, True) in firsts and (True, False) not in firsts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A date line of a file: what it says, and where (offsets in the line)."""

    date: str
    moment: str | None
    rule: str
    start: int
    end: int
    ambiguous: bool = False
    updated: bool = False


_TIME = (
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"|(?=\s?[AaPp]\.?\s?[Mm]\b))"
    r"(?:\s?(?P<half>[AaPp]\.?\s?[Mm])\b\.?)?"
)


@cache
def _words(name: str) -> str:
    """The alternatives of a row of `data/dates.toml`, as a pattern."""
    listed: str = read_table("dates.toml")[name]
    return listed.replace("\n", "").replace(" ", r"\s")


@cache
def _zones() -> Mapping[str, str]:
    zones: dict[str, str] = read_table("dates.toml")["zones"]
    return zones


_END = rf"(?!\d|(?-i:[{SMALL}]))"
"""A capital may follow: pages glue their labels (`06 Jan 2026Updated 08:41`)."""

_NEEDS = {
    "iso": "-", "reuters": "-", "clock month day year": ":", "clock dotted": ":", "dotted": ".",
    "slashed": "/", "year slashed": "/", "sign-off dpa": "GMT", "sign-off ap": "-",
    "year month day": ". ",
}  # fmt: skip
"""A character each form must have: most lines are passed over without a search."""


@cache
def _stamps() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    month = rf"(?P<month>{month_pattern()})\.?"
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
    year = r"(?P<year>(?:19|20)\d{2})"
    stop = rf"(?:\s?(?:{_words('year')}))?"
    short = r"['’](?P<short>\d{2})"
    zones = "|".join(map(re.escape, _zones()))
    zone = (
        rf"(?:\s?\(?(?P<zone>(?:UTC|GMT)?[+-]\d{{1,2}}:?\d{{2}}|{zones}|[A-Z]{{2,4}}T"
        r"|E\.[DS]\.T\.?)\)?)?"
    )
    clock = rf"(?:[,\s/|·•–—-]+(?:(?:{_words('at')})\s)?{_TIME}{zone})?"
    shapes = (
        ("iso", rf"{year}-(?P<monthno>\d{{1,2}})-(?P<day>\d{{1,2}})(?:[T\s,]+{_TIME}{zone})?"),
        ("reuters", rf"(?P<day>\d{{1,2}})-(?P<month>[A-Za-z]{{3}})-{year}(?:\s+{_TIME})?"),
        ("day month year", rf"{day}(?:\sde)?(?:\sof)?\s{month}(?:\sde)?,?\s{year}{stop}{clock}"),
        ("year month day", rf"{year}\.\s{month}\s(?P<day>\d{{1,2}})\.?{clock}"),
        ("day month 'yy", rf"{day}\s{month}\s{short}{clock}"),
        ("month day year", rf"{month}\s{day},?\s{year}{clock}"),
        (
            "month day year glued",
            rf"{month}\s{day},?\s{year}(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})\s?(?P<half>[AP]M){zone}",
        ),
        ("clock day month year", rf"{_TIME}{zone},?\s{day}\s{month}\s{year}"),
        ("clock month day year", rf"{_TIME}{zone}(?:\s\([^)]*\))?,?\s{month}\s{day},?\s{year}"),
        (
            "hhmm month day year",
            rf"(?P<hhmm>\d{{4}})\s(?P<zone>GMT|UTC|[A-Z]{{2,4}}T)(?:\s\([^)]*\))?\s{month}\s{day},?\s{year}",
        ),
        (
            "hhmm day month year",
            rf"(?P<hhmm>\d{{4}})\s(?P<zone>GMT|UTC|[A-Z]{{2,4}}T),?\s{day}\s{month},?\s{year}",
        ),
        ("clock dotted", rf"{_TIME}\s+(?P<day>\d{{1,2}})\.(?P<monthno>\d{{1,2}})\.{year}"),
        ("dotted", rf"(?P<day>\d{{1,2}})\.\s?(?P<monthno>\d{{1,2}})\.\s?{year}{clock}"),
        ("slashed", rf"(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}})/{year}{clock}"),
        (
            "year dotted",
            rf"{year}(?:\.|\s?[年년])\s?(?P<monthno>\d{{1,2}})(?:\.|\s?[月월])\s?"
            rf"(?P<day>\d{{1,2}})(?:\.|\s?[日일])?{clock}",
        ),
        ("year slashed", rf"{year}/(?P<monthno>\d{{1,2}})/(?P<day>\d{{1,2}}){clock}"),
        (
            "sign-off dpa",
            rf"\b(?P<day>\d{{2}})(?P<hhmm>\d{{4}})\s(?P<zone>GMT)\s{month}\s(?P<short2>\d{{2}})\b",
        ),
        (
            "sign-off ap",
            r"\b(?P<monthno>\d{2})-(?P<day>\d{2})-(?P<short2>\d{2})\s(?P<hhmm>\d{4})(?P<zone>GMT|[A-Z]{3})\b",
        ),
    )
    return tuple(
        (name, _NEEDS.get(name, ""), re.compile(rf"(?<![\w/]){shape}{_END}", re.IGNORECASE))
        for name, shape in shapes
    )


@cache
def _said(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_words(name)})\b", re.IGNORECASE)


_FRONT = re.compile(r"(?:19|20)\d{2}|['’]\d{2}|GMT", re.I)


@lru_cache(maxsize=4096)
def find_stamp(line: str, *, day_first: bool | None = None) -> Stamp | None:
    """The first full date of a line, None if it states none.

    `day_first` decides numbers such as 06/08/2018; undecided ones are read month first and marked
    ambiguous when both readings are possible.
    """
    if len(line) > 400 or not _FRONT.search(line):
        return None
    if not is_composed(line):
        composed, origins = compose(line)
        found = find_stamp(composed, day_first=day_first)
        return found and replace(found, start=origins[found.start], end=origins[found.end])
    best: Stamp | None = None
    for name, needs, pattern in _stamps():
        if needs not in line:
            continue
        for match in pattern.finditer(line):
            stamp = _read(name, match, line, day_first)
            if stamp is not None and (
                best is None
                or (best.updated, best.start, -best.end) > (stamp.updated, stamp.start, -stamp.end)
            ):
                best = stamp
            break
    return best


def _is_update(before: str) -> bool:
    """Whether the last word about it in front of a date is "updated"."""
    updated = [m.end() for m in _said("updated").finditer(before)]
    published = [m.end() for m in _said("published").finditer(before)]
    return bool(updated) and updated[-1] > (published[-1] if published else -1)


def _read(name: str, match: re.Match[str], line: str, day_first: bool | None) -> Stamp | None:
    part = match.groupdict()
    ambiguous = False
    if "one" in part:
        one, two = int(part["one"]), int(part["two"])
        if one > 12 or (two <= 12 and day_first):
            day, month = one, two
        else:
            day, month = two, one
            ambiguous = two <= 12 and one != two and day_first is None
    else:
        day = int(part["day"])
        month = int(part["monthno"]) if part.get("monthno") else month_number(part["month"]) or 0
    year = full_year(part.get("year") or part.get("short") or part["short2"])
    stated = iso(year, month, day)
    if stated is None:
        return None
    return Stamp(
        date=stated,
        moment=_moment(stated, part),
        rule=f"stamp: {name}",
        start=match.start(),
        end=match.end(),
        ambiguous=ambiguous,
        updated=_is_update(line[: match.start()]),
    )


def _moment(stated: str, part: Mapping[str, str | None]) -> str | None:
    if part.get("hhmm"):
        hour, minute = int(str(part["hhmm"])[:2]), int(str(part["hhmm"])[2:])
    elif part.get("hour"):
        hour, minute = int(str(part["hour"])), int(part.get("minute") or 0)
    else:
        return None
    half = (part.get("half") or "").lower().replace(".", "").replace(" ", "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        return None
    second = f":{part['second']}" if part.get("second") else ""
    zone = (
        (part.get("zone") or "").upper().replace(".", "").replace("UTC+", "+").replace("UTC-", "-")
    )
    zone = zone.replace("GMT+", "+").replace("GMT-", "-")
    if zone and zone[0] in "+-":
        digits = zone[1:].replace(":", "").rjust(4, "0")
        offset = f"{zone[0]}{digits[:2]}:{digits[2:]}"
    else:
        offset = _zones().get(zone, "")
    return f"{stated}T{hour:02}:{minute:02}{second}{offset}"
