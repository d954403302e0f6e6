"""The table of fields. What is indexed, counted, sorted and shown follows from it.

No other module spells the name of a field that it did not get from here or from a request. Adding
a facet is one line here and one in `wiredesk.index.document`.
"""

from dataclasses import dataclass
from typing import Literal

FORMAT_VERSION = 1
"""Raised whenever an archive written before can no longer be read or would answer otherwise."""

NOT_STATED = "-"
"""The facet value that stands for "no value" in filters, URLs and queries."""

MAX_VALUE = 300
"""The characters of a facet value; of a longer one the first are kept."""

FieldKind = Literal["text", "facet", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field.

    `kind`: `text` is tokenised and searched; `facet` holds any number of exact values a story and
    is counted; `date` is a day. `shown` facets are offered to readers unless they ask for others,
    in this order. `labels` says how a value is named: `country` values are ISO codes, `form` and
    `language` values are keys, `point` values degrees, the rest speak for themselves. `salient`
    names the field that holds only the values a story is about. `closed` fields have few values,
    which readers come to know. `query` lists the names that readers may type.
    """

    name: str
    kind: FieldKind
    shown: bool = False
    labels: Literal["plain", "country", "place", "form", "language", "file", "point"] = "plain"
    salient: str | None = None
    closed: bool = False
    query: tuple[str, ...] = ()


FIELDS: dict[str, Field] = {
    f.name: f
    for f in (
        Field(name="headline", kind="text", query=("headline", "title", "hd", "hl")),
        Field(name="body", kind="text", query=("body", "text")),
        Field(name="date", kind="date", shown=True, query=("date",)),
        Field(name="city", kind="facet", shown=True, query=("city",)),
        Field(name="country", kind="facet", shown=True, labels="country", query=("country",)),
        Field(name="spot", kind="facet", labels="point"),
        Field(name="agency", kind="facet", shown=True, closed=True, query=("agency",)),
        Field(name="byline", kind="facet", shown=True, query=("byline", "by", "author")),
        Field(name="reporter", kind="facet", query=("reporter",)),
        Field(name="writer", kind="facet", query=("writer",)),
        Field(name="editor", kind="facet", query=("editor",)),
        Field(name="form", kind="facet", shown=True, labels="form", closed=True, query=("form",)),
        Field(name="person", kind="facet", shown=True, salient="main_person", query=("person",)),
        Field(
            name="organisation",
            kind="facet",
            shown=True,
            salient="main_organisation",
            query=("org", "organisation", "organization"),
        ),
        Field(
            name="place",
            kind="facet",
            shown=True,
            labels="place",
            salient="main_place",
            query=("place",),
        ),
        Field(name="nation", kind="facet", labels="country", query=("nation",)),
        Field(name="event", kind="facet", query=("event",)),
        Field(name="desk", kind="facet", query=("desk", "section")),
        Field(name="language", kind="facet", labels="language", query=("language", "lang")),
        Field(
            name="source",
            kind="facet",
            shown=True,
            labels="file",
            closed=True,
            query=("source", "file"),
        ),
        Field(name="main_person", kind="facet"),
        Field(name="main_organisation", kind="facet"),
        Field(name="main_place", kind="facet", labels="place"),
    )
}

FACETS: tuple[str, ...] = tuple(n for n, f in FIELDS.items() if f.kind == "facet")
SHOWN: tuple[str, ...] = tuple(n for n, f in FIELDS.items() if f.shown)

QUERY_NAMES: dict[str, tuple[str, ...]] = {
    name: (field.name,) for field in FIELDS.values() for name in field.query
} | {
    "from": ("city", "country"),
    "about": ("person", "organisation", "place"),
    "lead": ("body",),
}
"""What readers may type before a colon, and the fields each name looks in."""
