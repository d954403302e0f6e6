"""Article -> Document: what the index keeps of a story, field by field.

The only place that decides which part of a story feeds which field. `search` never sees this
module; it reads the fields by the table in `wiredesk.index.schema`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from wiredesk.index.article import Article, City
from wiredesk.index.countries import codes
from wiredesk.index.schema import FACETS, MAX_VALUE

_CODES = frozenset(codes())

LABEL_FIELDS = {
    "PERSON": "person",
    "ORG": "organisation",
    "LOC": "place",
    "NORP": "nation",
    "EVENT": "event",
}
SALIENT_COUNT = 3
"""A value mentioned this often in a story is one of its subjects."""

LEAD_WORDS = 30
"""The first words of a body count as its lead (measured: 20 to 30 words help ranking)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One story as the writer takes it.

    `text` maps the text fields (`headline`, `body`) to their text; `facets` each facet field to
    its distinct values in order of appearance (absent or empty means "not stated"); `day` is the
    story's date as days since 1970-01-01 (negative before), None without a full date; `stored` is
    the story itself.
    """

    id: str
    text: dict[str, str]
    facets: dict[str, tuple[str, ...]]
    day: int | None
    stored: Article


def to_document(article: Article) -> Document:
    """The document of a story."""
    facets: dict[str, tuple[str, ...]] = {
        "city": _distinct(c.name for c in article.cities),
        "country": _distinct(c.country_code or "" for c in article.cities),
        "spot": _distinct(map(_point, article.cities)),
        "agency": _distinct([article.agency or ""]),
        "byline": _distinct(b.name for b in article.byline if b.kind == "person"),
        "reporter": _distinct(
            b.name
            for b in article.byline
            if b.kind == "person" and b.role in ("reporting", "additional_reporting")
        ),
        "writer": _distinct(
            b.name for b in article.byline if b.kind == "person" and b.role == "writing"
        ),
        "editor": _distinct(
            b.name for b in article.byline if b.kind == "person" and b.role == "editing"
        ),
        "form": _distinct([article.form or ""]),
        "desk": _distinct([article.desk or ""]),
        "language": _distinct([article.language]),
        "source": _distinct([article.source.path, *(s.path for s in article.also_in)]),
    }
    for label, field in LABEL_FIELDS.items():
        facets[field] = _distinct(e.name for e in article.entities if e.label == label)
    facets["nation"] = _distinct(_nations(article))
    facets.update(_salient(article))
    return Document(
        id=article.id,
        text={"headline": article.headline, "body": article.body},
        facets={name: values for name, values in facets.items() if values and name in FACETS},
        day=day_number(article.date),
        stored=article,
    )


def _point(city: City) -> str:
    """Where a city lies, `42.98,-81.23`: two cities of one name are two points."""
    from wiredesk.index.wire.places import spot

    place = spot(city.name, city.city, city.region, city.country_code)
    return f"{place.latitude:.2f},{place.longitude:.2f}" if place else ""


def _salient(article: Article) -> dict[str, tuple[str, ...]]:
    """The values that a story is about: in its headline or lead, stated by its source, or
    mentioned `SALIENT_COUNT` times; the most prominent first."""
    weights: dict[tuple[str, str], int] = {}
    lead = _lead_end(article)
    first, last = article.headline_span
    for entity in article.entities:
        key = (entity.label, entity.name)
        in_headline = first <= entity.start < last
        front = in_headline or entity.start < lead
        weights[key] = weights.get(key, 0) + 1 + SALIENT_COUNT * front + in_headline
    result: dict[str, tuple[str, ...]] = {}
    for label in ("PERSON", "ORG", "LOC"):
        values = [(n, name) for (kind, name), n in weights.items() if kind == label]
        values.sort(key=lambda pair: -pair[0])
        result[f"main_{LABEL_FIELDS[label]}"] = _distinct(
            name for n, name in values if n >= SALIENT_COUNT
        )
    return result


def _lead_end(article: Article) -> int:
    """The source offset at which the lead ends."""
    words = islice(re.finditer(r"\S+", article.body), LEAD_WORDS)
    end = max((word.end() for word in words), default=0)
    return article.source_offset(end) if article.body_map else end


def _nations(article: Article) -> Iterable[str]:
    """The countries whose people or adjective a story mentions; faiths and regions are none."""
    return (e.name for e in article.entities if e.label == "NORP" and e.name in _CODES)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v[:MAX_VALUE] for v in values if v))


def day_number(date: str | None) -> int | None:
    """Days since 1970-01-01 of `YYYY-MM-DD`; None for a missing or yearless date."""
    if not date or date.startswith("--"):
        return None
    from datetime import date as calendar

    return calendar.fromisoformat(date).toordinal() - 719_163
