"""From a printed place to a country: the order of evidence, and the gazetteer behind it.

Stated country, stated region, the names that stand alone in agency styles, capitals and cities
unique in the gazetteer, then population and the countries the story speaks of. What stays
ambiguous stays unknown, with its candidates kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from wiredesk.index.article import City
from wiredesk.index.countries import country_code, country_name
from wiredesk.index.wire.fold import fold
from wiredesk.index.wire.tables import listed, read_table, region_named

MILLION = 1000
"""Populations are in thousands of people."""

DOMINANT = 8
"""A city this many times the size of its next namesake abroad is meant (tuned on samples)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A city of the gazetteer. `thousands` are people; `division` a US or Canadian code."""

    name: str
    country: str
    division: str
    latitude: float
    longitude: float
    thousands: int
    capital: bool


@cache
def gazetteer() -> tuple[Place, ...]:
    """All cities, by falling population (GeoNames, CC BY 4.0)."""
    text = files("wiredesk.index.wire").joinpath("data", "gazetteer.tsv").read_text("utf-8")
    found = []
    for line in text.splitlines():
        if not line.startswith("#"):
            name, country, division, latitude, longitude, thousands, capital = line.split("\t")
            found.append(
                Place(
                    name,
                    country,
                    division,
                    float(latitude),
                    float(longitude),
                    int(thousands),
                    capital == "C",
                )
            )
    return tuple(found)


@cache
def _by_name() -> Mapping[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for place in gazetteer():
        found.setdefault(fold(place.name), []).append(place)
    return {name: tuple(places) for name, places in found.items()}


@dataclass(frozen=True, slots=True)
class _Newsroom:
    standalone: Mapping[str, str]
    names: Mapping[str, str]
    elsewhere: Mapping[str, str]
    ambiguous: frozenset[str]
    spots: Mapping[str, str]


@cache
def _newsroom() -> _Newsroom:
    table = read_table("places.toml")
    return _Newsroom(
        standalone={
            fold(name): code
            for code, names in table["standalone"].items()
            for name in listed(names)
        },
        names={fold(old): new for old, new in table["names"].items()}
        | {fold(n): today for today, names in table["abroad"].items() for n in listed(names)},
        elsewhere={fold(name): code for name, code in table["elsewhere"].items()},
        ambiguous=frozenset(map(fold, listed(table["ambiguous"]["names"]))),
        spots={fold(name): known for name, known in table["spots"].items()},
    )


def candidates(name: str) -> tuple[Place, ...]:
    """The cities of the gazetteer with this name, by falling population."""
    key = fold(name)
    found = _by_name().get(key)
    if found is None and (today := _newsroom().names.get(key)):
        found = _by_name().get(fold(today))
    if found is None and key.startswith(("st ", "st. ")):
        rest = key.split(" ", 1)[1]
        found = _by_name().get(f"st. {rest}") or _by_name().get(f"saint {rest}")
    return found or ()


def known_place(name: str) -> bool:
    """Whether a dateline may rest on this name alone: a city, a newsroom place, a country."""
    key = fold(name)
    room = _newsroom()
    return (
        key in room.standalone
        or key in room.elsewhere
        or key in _by_name()
        or bool(candidates(name))
        or country_code(name) is not None
    )


def is_city_alone(name: str) -> bool:
    """Whether agencies print this city without its country."""
    return fold(name) in _newsroom().standalone


def display_name(name: str) -> str:
    """The facet value of a printed city: one spelling for GENEVA, Geneva and Genève."""
    return _newsroom().names.get(fold(name)) or _as_printed(name)


def _as_printed(name: str) -> str:
    key = fold(name)
    if (found := candidates(name)) and fold(found[0].name) == key:
        return found[0].name
    printed = " ".join(name.split()).rstrip(",")
    if printed.isupper() or printed.islower():
        return _title(printed)
    return printed


_SMALL = frozenset(
    "of the on de la del da do di du des le les el am upon and in sur aan den".split()
)


def _title(name: str) -> str:
    words = name.lower().split(" ")
    return " ".join(
        word if i and word in _SMALL else re.sub(r"(^|[-/'.’](?=\w\w))(\w)", _upper, word)
        for i, word in enumerate(words)
    )


def _upper(match: re.Match[str]) -> str:
    return match[1] + match[2].upper()


def locate(
    city: str, parts: Sequence[str], *, home: str | None = None, context: Sequence[str] = ()
) -> City:
    """What is known of a printed city. `parts` are the region and country printed behind it.

    `home` is the agency's country and `context` the codes of countries the story speaks of, most
    telling first; both break ties only.
    """
    name = display_name(city)
    region: str | None = None
    for part in parts:
        found, stated = region_named(part), country_code(part)
        # ATLANTA, Georgia is the state, TBILISI, Georgia the country.
        state = found is not None and found.name == "Georgia" and _in_us(city)
        named = found is None or found.name == "Georgia" or found.country in (None, stated)
        if stated and not state and named:
            region = region or (part if found else None)
            return _city(city, name, region, stated, "stated", country=_as_stated(part, stated))
        if found is not None:
            return _city(city, name, found.name, found.country, "region")
        region = region or part
    key = fold(city)
    room = _newsroom()
    if key not in room.standalone and key in room.names:
        key = fold(room.names[key])
    if key in room.elsewhere:
        code = room.elsewhere[key].replace("-", "")
        return _city(city, name, region, code or None, "standalone")
    if key in room.standalone:
        return _city(city, name, region, room.standalone[key], "standalone")
    if stated := country_code(city):
        return _city(city, name, region, stated, "standalone")
    found_places = candidates(city)
    abroad = tuple(dict.fromkeys(p.country for p in found_places))
    if not abroad:
        return _city(city, name, region, None, "unknown")
    for hint in context:
        if hint in abroad:
            return _city(city, name, region, hint, "context", candidates=abroad)
    best = found_places[0]
    if len(abroad) == 1 and key not in room.ambiguous:
        return _city(city, name, region, best.country, "gazetteer", candidates=abroad)
    if home in abroad and key not in room.ambiguous:
        return _city(city, name, region, home, "context", candidates=abroad)
    if key not in room.ambiguous:
        rival = max(p.thousands for p in found_places if p.country != best.country)
        if best.capital or best.thousands >= DOMINANT * max(rival, 1):
            return _city(city, name, region, best.country, "gazetteer", candidates=abroad)
    return _city(city, name, region, None, "unknown", candidates=abroad)


def _in_us(city: str) -> bool:
    places = candidates(city)
    return any(p.country == "US" and p.division == "GA" for p in places) or not any(
        p.country == "GE" for p in places
    )


def extends_place(piece: str) -> bool:
    """Whether a text can stand behind a city and a comma: a region, a country."""
    return (
        region_named(piece) is not None
        or (country_code(piece) is not None and len(piece.split()) < 4)
        or bool(re.fullmatch(r"(?:[A-Z]\.){2,3}?|D\.C", piece))
    )


def _as_stated(part: str, code: str) -> str:
    """Dissolved countries keep their printed name; others have one English name each."""
    plain = " ".join(part.split())
    gone = ("west germany", "east germany", "soviet union", "czechoslovakia", "yugoslavia")
    return _title(plain) if fold(plain) in gone else country_name(code)


def _city(
    city: str,
    name: str,
    region: str | None,
    code: str | None,
    source: str,
    *,
    country: str | None = None,
    candidates: tuple[str, ...] = (),
) -> City:
    spot = _spot(city, region, code)
    if source in ("stated", "region") and fold(city) in _newsroom().names:
        alone = region is None and _newsroom().standalone.get(fold(name)) == code
        if not alone and _spot(name, region, code) is None:
            name = _as_printed(city)  # ROMA, Texas is not Rome
    return City(
        city=city,
        name=name,
        region=region,
        country=country or (country_name(code) if code else None),
        country_code=code,
        country_source=source if code else ("region" if source == "region" else "unknown"),  # type: ignore[arg-type]  # one of the literal's values by construction
        candidates=candidates if len(candidates) > 1 else (),
        latitude=spot.latitude if spot else None,
        longitude=spot.longitude if spot else None,
    )


def _spot(city: str, region: str | None, code: str | None) -> Place | None:
    found = [p for p in candidates(city) if p.country == code]
    if code == "US" and region and (state := region_named(region)):
        found = [p for p in found if p.division == state.postal]
    return found[0] if found else None


@lru_cache(4096)
def spot(name: str, city: str, region: str | None, code: str | None) -> Place | None:
    """Where a place of a dateline lies, by its name and as printed; None where that is not known.

    A namesake in another country or state is another place.
    """
    room = _newsroom()
    for known in (name, room.spots.get(fold(name), ""), city):
        if found := _spot(known, region, code):
            return found
        if code is None and fold(name) in room.elsewhere and (near := candidates(known)):
            return near[0]
    return None


@cache
def _by_point() -> Mapping[tuple[float, float], Place]:
    return {(p.latitude, p.longitude): p for p in reversed(gazetteer())}


def place_at(latitude: float, longitude: float) -> Place | None:
    """The city of the gazetteer at a point, the largest if there are several, as newsrooms name
    it: without a country where they take no side."""
    place = _by_point().get((latitude, longitude))
    if place is None:
        return None
    side = _newsroom().elsewhere.get(fold(place.name)) != "-"
    return replace(place, name=display_name(place.name), country=place.country if side else "")


def mentioned_countries(text: str) -> Iterator[str]:
    """Codes of the countries that a text names, in order of appearance."""
    for match in re.finditer(r"\b[A-Z][\w.]+(?: [A-Z][\w.]+)?", text):
        code = country_code(match.group()) or country_code(match.group().split(" ")[0])
        if code:
            yield code
