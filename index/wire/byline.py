"""Bylines: the line above the text that says who wrote it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from wiredesk.index.article import Byline
from wiredesk.index.wire.dates import find_stamp
from wiredesk.index.wire.fold import fold
from wiredesk.index.wire.names import (
    AND,
    agency_behind,
    composed,
    is_house,
    is_name,
    is_organisation,
    nice_name,
    split_people,
)
from wiredesk.index.wire.places import candidates, extends_place, is_city_alone, known_place
from wiredesk.index.wire.tables import Agency, agencies, agency_named, agency_names

_BY = re.compile(
    r"^[\s*^>-]*(?:(?:Story|Words|Posted|Report|Text) )?"
    r"(?P<by>by|BY|By|von|Von|VON|par|Par|PAR|por|Por|POR|[Ff]rom|FROM)\s*[:.]?\s+(?P<rest>\S.*)$"
)
_LABEL = re.compile(
    r"(?:(?:written|reported|words|story|text) by|a cura di|di|de|door|av|af|oleh|przez"
    r"|(?:authors?|author of the article|reporters?|story|text|texte|texto|autore?|autora|auteur"
    r"|pewarta|penulis|muhabir|автор|текст)\s?:)\s+",
    re.I,
)
"""Before the names of a byline that stands alone, in several languages: `Author: Ada Muster`."""
_OUR = re.compile(r"(?:our|unser\w*|notre|nuestr[oa]|noss[oa]|nostr[oa]|onze)\s+[\w-]+,?\s+", re.I)
"""`Von unserer Korrespondentin Ada Muster`."""
_WITH = re.compile(
    r",?\s+(?:with|WITH|avec|mit|con|com|met|med)\s+|\s+\(|\s+(?:for|of|FOR|OF)\s+(?=[Tt]he\s|[A-Z])"
)
"""Before the agency whose copy was used: `Ada Muster with AFP`, `Ada Muster (AFP)`."""
_BYLINE_PIECES = re.compile(rf",|/|\||\s[-–—]\s|{AND.pattern}|{_WITH.pattern}")
_FROM_PLACE = re.compile(r"(?:,| (?:reports|reporting) from) (?P<place>[A-Z][^\d/()]{2,40})$")
_DAY_BEFORE = re.compile(
    r"[\s,|·•–—-]*(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?[\s,|·•–—-]*$", re.I
)
_BARE_TAIL = re.compile(
    r"\s*(?:\d+\s?(?:hours?|minutes?|days?)(?:\sago)?.*|[|·•].*|Published.*|Updated.*"
    r"|,?\s*(?:staff|special).*)$",
    re.I,
)
_GLUED_JOB = re.compile(r"(?<=[A-Z]{3})AP(?: \w+){0,2} Writer$")
_NOISE = re.compile(
    r"\s*(?:\d{1,2}\s(?:hours?|minutes?|days?)\b.*|\d+ (?:hours?|minutes?) ago.*"
    r"|[|·•]\s*(?:Published|Updated|Posted).*"
    r"|Published.*|Updated.*|=+$|\|Published.*|\S*@\S.*)",
    re.I,
)
_HOUSE = re.compile(
    r"\s*(?:,|\s[-–—|•·/]\s|\||\s\(|\s@|\sof\s(?=the\s|[A-Z])|\sfor\s(?=the\s|[A-Z])|\s(?:in|IN)\s(?=[A-Z])|;|<)\s*"
)


@lru_cache(maxsize=1024)
def parse_byline(line: str) -> tuple[Byline, ...]:
    """The people of a line such as `By Anna Muster and John Roe, Reuters`; empty if none."""
    line = composed(line.replace("\u00a0", " ").strip())
    if len(line) > 200:
        return ()
    match = _BY.match(line)
    if match is None:
        return ()
    rest = _GLUED_JOB.sub("", match["rest"].rstrip(" =:"))
    if re.search(r", (?:an?|the|who|which) [A-Za-z]", rest):
        return ()
    people = _named(rest, line)
    if match["by"].casefold() == "from" and not all(
        b.place and known_place(b.place.split(",")[0]) and not known_place(b.name) for b in people
    ):
        return ()  # From New York, a letter
    return people


@lru_cache(maxsize=1024)
def is_byline(line: str) -> bool:
    """Whether a line is a byline, of people or of an organisation."""
    line = composed(line.replace("\u00a0", " ").strip())
    match = _BY.match(line)
    if match is None or len(line) > 160:
        return False
    rest = _NOISE.sub("", match["rest"]).rstrip(" =:.")
    head = _HOUSE.split(rest)[0]
    if parse_byline(line):
        return True
    if match["by"].casefold() == "from" and not is_organisation(head):
        return False
    return is_house(head) and len(rest.split()) < 9


def _undated(text: str) -> str:
    """A byline without the date behind it: `Ada Muster MAY 2, 2016`."""
    stamp = find_stamp(text)
    return _DAY_BEFORE.sub("", text[: stamp.start]) if stamp is not None and stamp.start else text


def parse_bare_byline(line: str) -> tuple[Byline, ...]:
    """The people of a line below a headline that holds names, perhaps their house or how long ago,
    and nothing else: `Ada Muster and Ole Roe`, `Ada Muster 5 hours`, `Ada Muster with AFP`."""
    line = composed(line)
    undated = _undated(line)
    first = line.split(",")[0]
    if len(line) > 90 or (is_house(undated.rstrip(" =")) and not ("," in line and is_name(first))):
        return ()
    plain = _LABEL.sub("", _NOISE.sub("", _BARE_TAIL.sub("", undated)), count=1)
    placed = _FROM_PLACE.search(plain)
    if placed and not known_place(placed["place"].split(",")[0]):
        placed = None
    named, *houses = _WITH.split(plain[: placed.start()] if placed else plain)
    names = [name for chunk in split_people(named) for name in re.split(r",\s+", chunk)]
    housed = len(names) > 1 and is_house(names[-1])  # Ada Muster, Staff Writer
    names = names[:-1] if housed else names
    if not names or not all(is_name(n) or n in agencies() for n in names):
        return ()
    if not all(is_house(house.rstrip(")")) for house in houses):
        return ()
    bare = plain == line and not housed and not houses and not placed
    if bare and (line.isupper() or len(names[0].split()) > 3):
        return ()
    if not is_name(names[0]) or known_place(names[0]) or fold(plain) in agency_names():
        return ()
    place = placed["place"] if placed else None
    return tuple(
        Byline(role="reporting", name=n, place=place, raw=line) for n in names if is_name(n)
    )


def byline_agencies(line: str) -> Iterator[Agency]:
    """The agencies that a byline names: `By Ada Muster, Reuters`, `By The Associated Press`."""
    match = _BY.match(line)
    rest = _undated(match["rest"] if match else line)
    for piece in _BYLINE_PIECES.split(rest):
        if (agency := agency_named(piece.rstrip(")")) or agency_behind(piece)[1]) is not None:
            yield agency


def _named(rest: str, raw: str) -> tuple[Byline, ...]:
    rest = _OUR.sub("", _undated(_NOISE.sub("", rest)).strip(" =:"), count=1)
    people: list[Byline] = []
    for chunk in split_people(_WITH.split(rest)[0]):
        parts = [p.strip() for p in re.split(r",\s*", chunk)]
        for i, part in enumerate(parts):
            pieces = _HOUSE.split(part)
            name, _ = agency_behind(pieces[0].strip(" .|·"))
            if is_house(name) and not (is_name(name) and i == 0 and len(name.split()) == 2):
                break
            if is_organisation(name):
                break
            if i and is_city_alone(name):
                people = [replace(b, place=b.place or name) for b in people]
                break
            if not is_name(name):
                if i == 0 and not people:
                    return ()
                break
            if i and (known_place(name) and candidates(name)):
                break
            place = None
            if len(pieces) > 1 and (placed := re.search(r"\s(?:in|IN)\s+([A-Z].*)$", part)):
                place = ", ".join([placed[1].strip(" ."), *filter(extends_place, parts[i + 1 :])])
            if place:  # of every name since the last place
                people = [replace(b, place=b.place or place) for b in people]
            people.append(Byline(role="reporting", name=nice_name(name), place=place, raw=raw))
            if len(pieces) > 1:
                break
    return tuple(dict.fromkeys(people))
