"""Datelines: `GENEVA/DAMASCUS, Syria, Feb 9 (Reuters) - `."""

import re
from dataclasses import replace

from wiredesk.index.article import City, Dateline
from wiredesk.index.wire.tables import AGENCIES, COUNTRIES, MONTHS, REGIONS, STANDALONE

_MARK = "|".join(sorted(map(re.escape, AGENCIES), key=len, reverse=True))
_MONTH = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_WORD = rf"(?!(?:{_MONTH})\b\.? \d)[A-ZÀ-Þ][\w.'’À-ÿ-]*"
_NAME = rf"{_WORD}(?: (?:(?:de|da|do|del|la|le|el|al|am|upon|der|den|an|of)[ -])*{_WORD}){{0,3}}"
_DASH = r"(?:--+|[-–—_])"
_HEAD = re.compile(
    rf"[ \t\u00a0]*(?P<places>{_NAME}(?:(?: ?/ ?|, | and | & ){_NAME}){{0,6}})?"
    rf"(?P<date>[,.]? ?(?:(?P<month>{_MONTH})\.? ?(?P<day>\d{{1,2}})"
    rf"|(?P<day2>\d{{1,2}})\.? (?P<month2>{_MONTH})\.?)(?:,? (?P<year>\d{{4}}))?)?"
    rf"[,.]? ?(?:[(\[](?:[A-Za-z]+[ /])?(?P<agency>{_MARK})[)\]]|/(?P<agency2>{_MARK})/\.?)?"
    rf"[.,]? ?(?P<dash>{_DASH}(?=\s|[A-Z\"“])|:(?=\s)|\.(?=\s))?\s?",
)


def parse_dateline(text: str) -> Dateline | None:
    """The dateline at the start of a paragraph, None if there is none."""
    match = _HEAD.match(text[:300])
    if match is None or not match.end():
        return None
    places, date = match["places"], match["date"]
    agency = match["agency"] or match["agency2"]
    dash = match["dash"] or ""
    strong = dash not in ("", ":", ".")
    if not agency and not (strong and places and (date or places.split(",")[0].isupper())):
        return None
    if not places and not date and not agency:
        return None
    month, day = match["month"] or match["month2"], match["day"] or match["day2"]
    stated = None
    if month and 1 <= int(day) <= 31:
        stated = f"{match['year'] or '-'}-{MONTHS[month]:02}-{int(day):02}"
    start = len(text) - len(text.lstrip())
    return Dateline(
        raw=match.group().strip(),
        cities=_cities(places, match.start("places")) if places else (),
        agency=AGENCIES.get(agency) if agency else None,
        date=stated,
        start=start,
        end=len(match.group().rstrip()),
    )


def _cities(places: str, offset: int) -> tuple[City, ...]:
    found: list[City] = []
    for part in re.finditer(r"[^/,&]+?(?=\s*(?:/|,|&| and |$))", places):
        name = part.group().removeprefix(" and ").strip()
        if name.startswith("and "):
            name = name[4:]
        if not name:
            continue
        code = COUNTRIES.get(name.casefold())
        region = REGIONS.get(name.casefold().rstrip("."))
        if found and found[-1].region is None and region:
            found[-1] = replace(
                found[-1],
                region=name,
                country=region[1],
                country_code=region[0],
                country_source="region",
            )
        elif found and found[-1].country_source in ("unknown", "standalone") and code:
            found[-1] = replace(
                found[-1], country=code[1], country_code=code[0], country_source="stated"
            )
        else:
            start = offset + places.index(name, part.start())
            known = STANDALONE.get(name.casefold())
            found.append(
                City(
                    city=name,
                    name=_nice(name),
                    country=known[1] if known else None,
                    country_code=known[0] if known else None,
                    country_source="standalone" if known else "unknown",
                    start=start,
                    end=start + len(name),
                )
            )
    return tuple(found)


def _nice(name: str) -> str:
    return " ".join(w.capitalize() if w.isupper() and len(w) > 1 else w for w in name.split())
