"""Countries: ISO 3166-1 codes, English names, the other names newsrooms use, demonyms.

The table `countries.tsv` beside this module is the place to add one. Names are looked up without
regard to case and accents, except those of two or three letters: "US" is a country, "us" is not.
Dissolved states lead to the code of today's: West Germany to DE, the Soviet Union to RU. Where the
old state itself is meant, as among the places that a story mentions, it keeps its own name.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class _Table(NamedTuple):
    names: Mapping[str, str]
    spellings: Mapping[str, str]
    codes: Mapping[str, str]
    demonyms: Mapping[str, str]


def country_code(name: str) -> str | None:
    """The ISO code of a country by any of its names, or by the code itself; None if unknown."""
    if len(name) == 2 and name in _table().names:
        return name
    return _table().codes.get(_key(name))


def place_country(name: str) -> str | None:
    """The ISO code of a country by one of its names. England or Gaza are places of their own, and
    two or three letters count only if they are a country's usual short name, as written."""
    if name in _PLACES_OF_THEIR_OWN:
        return None
    return _table().spellings.get(name) if len(name) <= 3 else country_code(name)


_PLACES_OF_THEIR_OWN = frozenset(
    ("England", "Scotland", "Wales", "Northern Ireland", "Soviet Union", "Yugoslavia")
)


def country_name(code: str) -> str:
    """The English name of a country; the code itself if it is unknown."""
    return _table().names.get(code, code)


def demonym_code(word: str) -> str | None:
    """The code of the country whose people or adjective this is: `Syrian` and `Syrians` give SY."""
    table = _table().demonyms
    return table.get(word) or (table.get(word[:-1]) if word.endswith("s") else None)


def demonym(code: str) -> str | None:
    """The first demonym of a country: `Syrian` for SY; None if it has none."""
    return next((word for word, of in _table().demonyms.items() if of == code), None)


def demonyms() -> Mapping[str, str]:
    """Every demonym, as written in English, with its country's code."""
    return _table().demonyms


def codes() -> tuple[str, ...]:
    """All known country codes."""
    return tuple(_table().names)


def names() -> Mapping[str, str]:
    """Every name and alias, folded as `country_code` looks them up, with its country's code."""
    return _table().codes


def spellings() -> Mapping[str, str]:
    """Every name and alias as written, with its country's code."""
    return _table().spellings


def _key(name: str) -> str:
    plain = name.strip().rstrip(".") if len(name) > 4 else name.strip()
    if len(plain.replace(".", "")) <= 3:
        return plain
    decomposed = unicodedata.normalize("NFKD", plain.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


@cache
def _table() -> _Table:
    names: dict[str, str] = {}
    written: dict[str, str] = {}
    known: dict[str, str] = {}
    peoples: dict[str, str] = {}
    text = files("wiredesk.index").joinpath("countries.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        code, name, aliases, demonyms = line.split("\t")
        names[code] = name
        for alias in [name, *filter(None, aliases.split(";"))]:
            written[alias] = code
            known[_key(alias)] = code
        for demonym in filter(None, demonyms.split(";")):
            peoples[demonym] = code
    return _Table(names, written, known, peoples)
