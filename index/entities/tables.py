"""The word lists of this package, read once from the tables in `data/`.

Tables are plain text, so that a newsroom can read and change them: a line starting with `#` is a
comment, columns are parted by tabs, several forms by `|`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from wiredesk.index import countries
from wiredesk.index.entities.labels import Label
from wiredesk.index.wire.places import gazetteer
from wiredesk.index.wire.tables import regions

DATA = Path(__file__).parent / "data"

_AMBIGUOUS = frozenset("Georgia Jordan Chad Guinea Niger Grenada Dominica Emirates Saudi".split())
"""Country names that are often something else: never found by the list, only named by it."""

_LETTERS = str.maketrans({"ı": "i", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "’": "'", "‘": "'"})
_PUNCTUATION = re.compile(r"[^\w\s'&/+-]")


def fold(name: str) -> str:
    """The key under which spellings of one name meet: no case, accents, stops; single blanks,
    also for hyphens.

    `Erdoğan` and `ERDOGAN`, `U.N.` and `UN`, `Kim Jong-un` and `Kim Jong Un` fold alike.
    """
    if not name.isascii():
        plain = unicodedata.normalize("NFKD", name.translate(_LETTERS))
        name = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _PUNCTUATION.sub("", name.replace("-", " "))
    return " ".join(plain.casefold().replace("ß", "ss").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """All word lists.

    `listed` maps each name that is looked for in a text to its label; `phrases` the first word of
    each to the names that begin so, longest first, and `capitals` likewise for text in capitals.
    `organisations` maps folded forms, and `short` exact forms of up to five letters, to the facet
    value; `homes` has the forms of bodies that many countries have, with the code of the country
    (or `UN`) whose body they mean by themselves. `no_names` are words that name nothing though they
    have a capital. `titles` are tuples of lower-case words; `cities` are cities of 100,000 people
    or more, with their country's ISO code; `short_forms` is `short` the other way round.
    """

    listed: Mapping[str, Label]
    phrases: Mapping[str, tuple[tuple[str, Label], ...]]
    capitals: Mapping[str, tuple[tuple[str, Label], ...]]
    organisations: Mapping[str, str]
    short: Mapping[str, str]
    homes: Mapping[str, str]
    no_names: frozenset[str]
    cities: Mapping[str, str]
    short_forms: Mapping[str, tuple[str, ...]]
    titles: frozenset[tuple[str, ...]]
    particles: frozenset[str]


LARGE = 100
"""Thousands of people a city must have to be known by its name alone."""

_NO_CITIES = frozenset(
    "University March Reading Mobile Nancy Of Victoria Charlotte Florence Santiago Santa Orange"
    " Bath Hamilton Lincoln Jackson Salem Regina Union Post Marina David Gaston Clinton Columbia"
    " Warren Carson Irving Garland Paterson Sterling Gary Eugene Moreno Young Bush Kelly"
    " Davis Toyota Elizabeth Santander Morena".split()
)
"""Cities whose name is more often something else."""


@cache
def lists() -> Lists:
    """The word lists."""
    listed: dict[str, Label] = {}
    for form in countries.spellings():
        if form[0].isupper():
            listed[form] = "LOC"
    for form in countries.demonyms():
        if form[0].isupper():
            listed[form] = "NORP"
            if not form.endswith(("s", "ese", "sh", "ch")):
                listed.setdefault(form + "s", "NORP")
    organisations: dict[str, str] = {}
    short: dict[str, str] = {}
    homes: dict[str, str] = {}
    for raw, others, home in _rows("organisations.tsv"):
        name = raw.removeprefix("*")
        for form in (name, *filter(None, others.split("|"))):
            if is_short(form):
                short[form] = name
            else:
                organisations[fold(form)] = name
            if raw.startswith("*") and _safe(form):
                listed[form] = "ORG"
            if home and not form.isupper() and not _STATED.match(form):
                homes[form] = home
    listed |= dict.fromkeys((r.name for r in regions().values() if " " in r.name), "LOC")
    listed |= dict.fromkeys(_lines("places.txt"), "LOC")
    listed |= dict.fromkeys(_lines("groups.txt"), "NORP")
    for form in (*_AMBIGUOUS, "CAR"):
        listed.pop(form, None)
    loud = {f.upper(): label for f, label in listed.items() if len(f) > 4 or "." in f}
    return Lists(
        listed=listed,
        phrases=_by_first_word(listed),
        capitals=_by_first_word(loud),
        organisations=organisations,
        short=short,
        homes=homes,
        no_names=frozenset(_lines("no_names.txt")),
        cities=_cities(),
        short_forms={
            name: tuple(form for form, target in short.items() if target == name)
            for name in set(short.values())
        },
        titles=frozenset(tuple(line.split()) for line in _lines("titles.txt")),
        particles=frozenset(_lines("particles.txt")),
    )


def _cities() -> dict[str, str]:
    found: dict[str, str] = {}
    for place in gazetteer():
        if place.thousands >= LARGE and len(place.name) > 2 and place.name not in _NO_CITIES:
            found.setdefault(place.name, place.country)
    return found


_STATED = re.compile(r"(?:U\.S\.|US|U\.N\.|UN|United Nations|United States) ")


def is_short(form: str) -> bool:
    """Whether a form counts only as it is written: `IS` is never `is`, `US` never `us`."""
    return " " not in form and len(form) <= 5


@lru_cache(maxsize=1 << 14)
def organisation(name: str) -> str | None:
    """The facet value of an organisation by one of its forms; None if it is in no table."""
    tables = lists()
    if is_short(name):
        return tables.short.get(name)
    return tables.organisations.get(fold(name))


_AMBIGUOUS_ORGANISATIONS = frozenset(
    "Total Shell Solidarity Commons Fed Amnesty Harvard Stanford Yale Goldman Reuter Pepsi Citi"
    " Intel Lloyds Fitch Farc Ansa Ecowas Congress".split()
)


def _safe(form: str) -> bool:
    """Whether a form of an organisation may be looked for where a model sees nothing."""
    if form in _AMBIGUOUS_ORGANISATIONS or not (form[0].isupper() or form.startswith("al")):
        return False
    return len(form) > 3 or "." in form or form in _SAFE_SHORT


_SAFE_SHORT = frozenset("UN EU FBI CIA NBC CBS BBC CNN IMF OAS PLO PKK YPG KGB FSB UPI AFP".split())


def _by_first_word(listed: Mapping[str, Label]) -> dict[str, tuple[tuple[str, Label], ...]]:
    table: dict[str, list[tuple[str, Label]]] = {}
    for form in sorted(listed, key=lambda f: (-len(f), f)):
        first = re.match(r"\w+", form)
        if first:
            table.setdefault(first.group(), []).append((form, listed[form]))
    return {word: tuple(forms) for word, forms in table.items()}


def _lines(name: str) -> Iterator[str]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.rstrip()


def _rows(name: str) -> Iterator[tuple[str, str, str]]:
    for line in _lines(name):
        first, second, third, *_ = [*line.split("\t"), "", ""]
        yield first, second, third
