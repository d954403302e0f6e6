"""Article -> Document: what the index keeps of a story, field by field.

The only place that decides which part of a story feeds which field. `search` never sees this
module; it reads the fields by the table in `wiredesk.index.schema`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wiredesk.index.article import Article
from wiredesk.index.schema import FACETS

LABEL_FIELDS = {"PERSON": "person", "ORG": "organisation", "LOC": "place", "NORP": "nation"}
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
    facets.update(_salient(article))
    return Document(
        id=article.id,
        text={"headline": article.headline, "body": article.body},
        facets={name: values for name, values in facets.items() if values and name in FACETS},
        day=_day(article.date),
        stored=article,
    )


def _salient(article: Article) -> dict[str, tuple[str, ...]]:
    """The values that a story is about: in its headline or lead, or mentioned several times."""
    lead_end = len(article.body)
    for count, _ in enumerate(article.body.split(), 1):
        if count == LEAD_WORDS:
            lead_end = len(" ".join(article.body.split()[:LEAD_WORDS]))
            break
    horizon = article.source_offset(lead_end) if article.body_map else lead_end
    counts: dict[tuple[str, str], int] = {}
    front: set[tuple[str, str]] = set()
    for entity in article.entities:
        key = (entity.label, entity.name)
        counts[key] = counts.get(key, 0) + 1
        if entity.start < horizon:
            front.add(key)
    result: dict[str, tuple[str, ...]] = {}
    for label in ("PERSON", "ORG", "LOC"):
        result[f"main_{LABEL_FIELDS[label]}"] = tuple(
            name
            for (kind, name), count in counts.items()
            if kind == label and (count >= SALIENT_COUNT or (kind, name) in front)
        )
    return result


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for v in values if v))


def _day(date: str | None) -> int | None:
    """Days since 1970-01-01 of `YYYY-MM-DD`; None for a missing or yearless date."""
    if not date or date.startswith("--"):
        return None
    from datetime import date as calendar

    return calendar.fromisoformat(date).toordinal() - 719_163
