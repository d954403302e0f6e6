"""Values that formats state, in the shapes they are stated in, as values of an article."""

import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from wiredesk.index.article import Byline, City, Entity
from wiredesk.index.countries import country_code

_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?$"
)


def moment(value: Any) -> str | None:
    """ISO 8601 of a stated time: a date, or a time to the second with its zone if stated.

    Reads ISO 8601 in its long and short forms, RFC 2822, and seconds since 1970; all else is None.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return _epoch(value)
    text = str(value).strip()
    found = _ISO.match(text)
    if found:
        year, month, day, hour, minute, second, zone = found.groups()
        try:
            datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0))
        except ValueError:
            return None
        if hour is None:
            return f"{year}-{month}-{day}"
        clock = f"{hour}:{minute}" + (f":{second}" if second and second != "00" else "")
        return f"{year}-{month}-{day}T{clock}{_zone(zone)}"
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
        return _epoch(float(text))
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    return moment(parsed.isoformat()) if parsed.year > 1000 else None


def _epoch(value: float) -> str | None:
    from datetime import UTC

    if not 1e8 < value < 1e14:
        return None
    seconds = value / 1000 if value > 1e11 else value
    return moment(datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _zone(zone: str | None) -> str:
    if zone is None or zone == "Z":
        return zone or ""
    zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    return "Z" if zone in ("+00:00", "-00:00") else zone


def day(value: str | None) -> str | None:
    """The day of a stated time."""
    return value[:10] if value else None


_JOINTS = re.compile(r"\s*(?:;|\||\n|,(?!\s*(?:Jr|Sr|III?|IV|M\.?D|Ph\.?D)\b)|\band\b|&)\s*")
_BY = re.compile(
    r"^\s*(?:(?i:by):?|(?:Von|Par|Por|Door|Av)(?=\s+[^\W\d_a-z]\S*\s+(?:\S+\s+)*[^\W\d_a-z]))\s+"
)
_INITIALS = re.compile(r"[^a-z]{1,3}|[a-z/-]+|(?:\w{1,4}/)+\w{1,4}")
_NOT_PEOPLE = re.compile(
    r"\b(staff|editor(s|ial)?|correspondents?|reporters?|news|agenc(y|ies)|press|reuters|"
    r"bureau|desk|team|admin|redaktion|newsroom)\b|https?:|@|\d",
    re.IGNORECASE,
)


def people(value: Any) -> tuple[Byline, ...]:
    """The byline that a format states: `By Jane Roe and John Doe`, a list of names, or of objects.

    What is no name of a person, such as `Our Correspondent`, is an organisation, kept only where no
    person is named; initials (`gr/bp`) name nobody.
    """
    names: list[tuple[str, str | None]] = []
    for part in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(part, dict):
            name = part.get("name") or part.get("literal") or part.get("value")
            if name:
                names.append((str(name), None))
        elif part:
            text = _BY.sub("", str(part))
            place = None
            found = re.search(r"\s+in\s+([A-Z][^,;]*)$", text)
            if found:
                place, text = found[1], text[: found.start()]
            names += [(n, place) for n in _JOINTS.split(text)]
    result: dict[str, Byline] = {}
    for name, place in names:
        clean = " ".join(name.split()).strip(" .,-")
        if clean and len(clean) < 80 and not _INITIALS.fullmatch(clean):
            person = _NOT_PEOPLE.search(clean) is None and " " in clean
            result.setdefault(
                clean.casefold(),
                Byline(
                    role="reporting",
                    name=clean,
                    place=place,
                    kind="person" if person else "organisation",
                    raw=clean,
                ),
            )
    named = tuple(b for b in result.values() if b.kind == "person")
    return named or tuple(result.values())


def place(
    name: str, *, region: str | None = None, country: str | None = None, code: str | None = None
) -> City:
    """A stated place; its canonical name and country are completed where the text is read."""
    known = bool(country or code)
    return City(
        city=name,
        name=name,
        region=region or None,
        country=country or None,
        country_code=code.upper() if code and len(code) == 2 else None,
        country_source="stated" if known else "unknown",
    )


def mentions(label: Literal["PERSON", "ORG", "LOC"], names: Iterable[Any]) -> tuple[Entity, ...]:
    """Stated subjects as entities without offsets; a country's facet value is its code."""
    result = []
    for raw in names:
        name = raw.get("name") or raw.get("literal") if isinstance(raw, dict) else raw
        if isinstance(name, str) and name.strip():
            clean = re.sub(r"['\u2019]s?$", "", " ".join(name.split()))
            value = (label == "LOC" and country_code(clean)) or clean
            result.append(
                Entity(label=label, text=clean, name=value, start=-1, end=-1, found_by="stated")
            )
    return tuple(dict.fromkeys(result))


def language(value: Any) -> str | None:
    """The language of a tag: `en-GB` is `en`."""
    if not isinstance(value, str):
        return None
    found = re.match(r"([A-Za-z]{2,3})(?:[-_]|$)", value.strip())
    return found[1].lower() if found else None


def compose(
    *, headline: str | None, paragraphs: Iterable[str], byline: str = "", dateline: str = ""
) -> str:
    """The text of a story whose format keeps its parts apart: as wire copy would print them.

    A dateline that the first paragraph prints already is not printed again, nor is one that is
    only a time.
    """
    body = [p for p in paragraphs if p.strip()]
    if headline and body and body[0].strip().casefold() == headline.casefold():
        body = body[1:]
    line = dateline.strip()
    place_first = re.match(r"[^\W\d_][\w' .-]*", line)
    if body and place_first and place_first[0].strip().casefold() not in body[0][:80].casefold():
        if not re.search(r"[-\u2013\u2014_:]$", line):
            line += " -"
        body[0] = f"{line} {body[0]}"
    return "\n\n".join(p for p in (headline or "", byline, *body) if p) + "\n"


def printed_byline(value: Any) -> str:
    """A stated byline as the line that wire copy would print: `By Jane Roe`."""
    if not isinstance(value, str) or not value.strip():
        return ""
    text = value.strip()
    return text if _BY.match(text) else f"By {text}"
