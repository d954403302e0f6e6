"""The tables of the grammar: what a newsroom may extend without touching code.

They lie in `data/*.toml` beside this module and are read once, on first use.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from wiredesk.index.wire.fold import fold


def read_table(name: str) -> dict[str, Any]:
    """A TOML table of `data/`."""
    text = files("wiredesk.index.wire").joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def listed(text: str) -> list[str]:
    """The items of a value such as `one; two; three`, which may run over several lines."""
    return [item for part in text.replace("\n", " ").split(";") if (item := part.strip())]


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of some words, the longest first.

    They are grouped by their first letters: where none begins, few are tried.
    """
    letters: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        letters.setdefault(word[0], []).append(re.escape(word[1:]).replace(r"\ ", r"\s+"))
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in sorted(letters.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A news agency: the facet value, and the country its bare cities are most often in."""

    name: str
    home: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of a country, or of none that can be named without taking sides."""

    name: str
    country: str | None
    postal: str = ""


@cache
def agencies() -> Mapping[str, Agency]:
    """Agencies by their marks, as printed."""
    found: dict[str, Agency] = {}
    for row in read_table("agencies.toml")["agency"]:
        agency = Agency(name=row["name"], home=row.get("home"))
        for mark in (row["name"], *row["marks"], *row.get("names", ())):
            found[mark] = agency
    return found


@cache
def agency_names() -> Mapping[str, Agency]:
    """Agencies by the folded form of any of their marks and names."""
    return {fold(mark): agency for mark, agency in agencies().items()}


def agency_named(text: str) -> Agency | None:
    """The agency that a text names and nothing else: `The Associated Press =`."""
    return agency_names().get(fold(re.sub(r"^the ", "", text.strip(" =^"), flags=re.I)))


@cache
def regions() -> Mapping[str, Region]:
    """Regions by the folded form of their names; two-letter codes as printed (`CA`, not `ca`)."""
    found: dict[str, Region] = {}
    for code, table in read_table("regions.toml").items():
        for name, others in table.items():
            postal = next((o for o in others if len(o) == 2 and o.isupper()), "")
            region = Region(name=name, country=None if code == "-" else code, postal=postal)
            for other in (name, *others):
                key = other if len(other) <= 2 and other.isupper() else fold(other)
                found.setdefault(key, region)
    return found


def region_named(text: str) -> Region | None:
    """The region that stands behind a city, in any of its printed forms."""
    plain = text.strip().rstrip(".")
    if len(plain) <= 2 and plain.isupper():
        return regions().get(plain)
    return regions().get(fold(plain)) or regions().get(fold(plain.replace(". ", ".")))
