"""The spellings of fields and operators: ours, those of Factiva and Nexis, and mistyped ones."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal

from wiredesk.index.schema import FIELDS, QUERY_NAMES

CANONICAL: Mapping[str, str] = {
    name: FIELDS[fields[0]].query[0] if len(fields) == 1 and name != "lead" else name
    for name, fields in QUERY_NAMES.items()
}
"""Every name of a field -> the one that trees carry."""

FOREIGN_FIELDS: Mapping[str, str | None] = {
    "hd": "headline",
    "hl": "headline",
    "hlead": "hlead",
    "hlp": "hlead",
    "lp": "lead",
    "td": "body",
    "by": "byline",
    "au": "byline",
    "art": None,
    "co": None,
    "fds": None,
    "in": None,
    "la": "language",
    "ns": None,
    "pd": "date",
    "pub": None,
    "re": None,
    "rst": None,
    "sc": None,
    "sn": None,
    "wc": None,
}
"""Field marks of Factiva and Nexis (`hd=`); None has no counterpart here."""

OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&&": "AND", "||": "OR", "|": "OR"}

NearKind = tuple[int, bool, Literal["word", "sentence", "paragraph"]]

NEAR = re.compile(r"(near|within|w|pre|adj|onear|)(/?)(\d{1,9}|s|p)", re.I | re.ASCII)
NEAR_DEFAULT = 10
ORDERED = frozenset({"w", "within", "pre", "adj", "onear"})
UNITS: Mapping[str, Literal["sentence", "paragraph"]] = {"s": "sentence", "p": "paragraph"}

FOREIGN = re.compile(
    r"(?<![\w/\\])(?:(?:near|adj)\d|(?:(?-i:near|w|pre|adj|onear))?/(?:\d|[sp]\b)"
    r"|atleast\d+\b(?!:)"
    r"|(?:hd|hl|by|rst|hlp|la|au|lp)=)|/f\d+/"
    r"|\bdate\s+(?:from|after|before|aft|bef)\s+\d|\([^()]*\s(?:or|and)\s|\w!\s+(?:and|or|not)\s",
    re.ASCII | re.I,
)
"""Marks of a query written for another engine, where `and` and `or` are operators."""

FOREIGN_WITHIN = 8_192
"""Such a query has a mark among its first characters."""


def near_name(distance: int, *, ordered: bool, unit: str) -> str:
    """The spelling of a NEAR: `NEAR/5`, in this order `W/5`; `NEAR/S`, `PRE/P`."""
    if unit == "word":
        return f"{'W' if ordered else 'NEAR'}/{distance}"
    return f"{'PRE' if ordered else 'NEAR'}/{unit[0].upper()}"


@lru_cache(maxsize=256)
def nearest_field(name: str, *, like: float = 0.0) -> str:
    """The name of a field that is most like a mistyped one; empty if none is as like as that."""
    known = sorted({*QUERY_NAMES, *CANONICAL.values()})
    near = get_close_matches(_RELATED.get(name, name), known, n=1, cutoff=like)
    return CANONICAL[near[0]] if near else ""


_RELATED: Mapping[str, str] = {
    "autor": "author",
    "auteur": "author",
    "journalist": "byline",
    "titel": "title",
    "subject": "about",
    "location": "place",
    "where": "place",
    "people": "person",
    "company": "org",
    "when": "date",
    "day": "date",
    "year": "date",
}


def field_name(name: str) -> str | None:
    """The name in trees of a field as typed here or elsewhere; `hlead` is two fields."""
    folded = name.casefold()
    return CANONICAL.get(folded) or FOREIGN_FIELDS.get(folded)
