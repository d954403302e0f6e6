"""The stories of a search as JSON, CSV, JSON lines and Atom, for the state that a page shows.

The JSON of the pages and of `wiredesk search --json` is `search_json`.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from wiredesk.index.article import Article
from wiredesk.search.limits import PYTHON, Limits
from wiredesk.search.model import Facet, Hit, Note, SearchRequest, SearchResult
from wiredesk.web.hits import authors_of, title_of
from wiredesk.web.i18n import Speech, speech_for
from wiredesk.web.reading import sentence
from wiredesk.web.urls import Links, default_sort

COLUMNS = (
    "id", "headline", "date", "published", "cities", "countries", "agency", "byline", "form",
    "source", "first_line", "last_line", "url",
)  # fmt: skip

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "atom": "application/atom+xml",
    "txt": "text/plain; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}
"""The type of each form, for HTTP."""

_ATOM = "http://www.w3.org/2005/Atom"
_ATOM_TIME = "%Y-%m-%dT%H:%M:%SZ"


BOM = "\ufeff"
"""Stands before the CSV: without it spreadsheets take its letters for those of another alphabet."""


def csv_rows(articles: Iterable[Article], links: Links, root: str) -> Iterator[str]:
    """Lines of CSV, the head first; several values of a cell are joined by `; `."""
    yield BOM + _csv_line(COLUMNS)
    for article in articles:
        yield _csv_line(
            (
                article.id,
                article.headline,
                article.date or "",
                article.published or "",
                "; ".join(c.name for c in article.cities),
                "; ".join(dict.fromkeys(c.country_code or "" for c in article.cities)),
                article.agency or "",
                "; ".join(b.name for b in authors_of(article)),
                article.form or "",
                article.source.path,
                str(article.source.first_line),
                str(article.source.last_line),
                root + links.story(article),
            )
        )


def _csv_line(cells: Iterable[str]) -> str:
    # A spreadsheet runs a cell that begins like a formula; an apostrophe makes it text.
    safe = ["'" + c if c.startswith(("=", "+", "-", "@", "\t", "\r")) else c for c in cells]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(safe)
    return out.getvalue()


def json_lines(articles: Iterable[Article]) -> Iterator[str]:
    """One story a line, with everything known about it."""
    for article in articles:
        yield json.dumps(article_json(article), ensure_ascii=False) + "\n"


def atom(
    result: SearchResult, *, links: Links, root: str, title: str, written: str | None
) -> bytes:
    """The stories of a result page as an Atom feed; `root` is scheme and host. What has no date is
    as old as the archive, which was `written` then, or just now where that is unknown."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")

    def add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> None:
        element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
        if text:
            element.text = _xml_text(text)

    here = root + links.search(result.request, form="atom")
    undated = written or datetime.now(UTC).strftime(_ATOM_TIME)
    dates = [_moment(hit.article) or undated for hit in result.hits]
    add(feed, "id", here)
    add(feed, "title", title)
    add(feed, "updated", max(dates, default=undated))
    add(feed, "link", rel="self", href=here)
    add(feed, "link", rel="alternate", href=root + links.search(result.request))
    # RFC 5005: the other pages of a feed.
    number = result.request.page
    for rel, other in (("first", 1), ("previous", number - 1), ("next", number + 1)):
        if 1 <= other <= result.pages and result.pages > 1:
            page = links.search(result.request.on_page(other), form="atom")
            add(feed, "link", rel=rel, href=root + page)
    for hit, moment in zip(result.hits, dates, strict=True):
        entry = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        add(entry, "id", f"urn:wiredesk:{hit.id}")
        add(entry, "title", title_of(hit.article))
        add(entry, "updated", moment)
        add(entry, "link", rel="alternate", href=root + links.story(hit.article))
        names = [b.name for b in authors_of(hit.article)]
        for name in names or [hit.article.agency or title]:
            author = ElementTree.SubElement(entry, f"{{{_ATOM}}}author")
            add(author, "name", name)
        add(entry, "summary", " … ".join(s.text for s in hit.snippets))
    return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))


def _moment(article: Article) -> str | None:
    """When the story is from, as Atom wants it, if that is known to the day."""
    for text in (article.updated, article.published, article.date):
        try:
            moment = datetime.fromisoformat(text or "")
        except ValueError:
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).strftime(_ATOM_TIME)
    return None


def _xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def search_json(
    result: SearchResult,
    links: Links,
    speech: Speech | None = None,
    *,
    limits: Limits = PYTHON,
) -> dict[str, Any]:
    """A result as plain values for JSON; `url` of a facet value is the state after clicking it.

    Shape: `query, read_as, total, page, per_page, partial, hits, facets, notes`. `spans` count
    code points of their snippet's `text`; `cut` says whether it begins or ends within a sentence.
    Labels and `read_as`, the sentence of what was searched
    for, are in the language of `speech`, English by default; `limits` are those of the search.
    """
    speech = speech or speech_for("en")
    request = result.request
    return {
        "query": request.query,
        "read_as": sentence(request, speech, notes=result.notes, limits=limits),
        "total": result.total,
        "page": request.page,
        "per_page": request.per_page,
        "partial": result.partial,
        "hits": [hit_json(hit, request, links) for hit in result.hits],
        "facets": {
            name: facet_json(facet, request, links, speech) for name, facet in result.facets.items()
        },
        "notes": [note_json(note) for note in result.notes],
    }


def hit_json(hit: Hit, request: SearchRequest, links: Links) -> dict[str, Any]:
    """One story of a result."""
    article = hit.article
    return {
        "id": hit.id,
        "headline": article.headline,
        "score": round(hit.score, 6),
        "copy_of": hit.copy_of,
        "date": article.date,
        "cities": [city.name for city in article.cities],
        "agency": article.agency,
        "byline": [
            {"role": b.role, "name": b.name, "place": b.place, "kind": b.kind, "raw": b.raw}
            for b in article.byline
        ],
        "snippets": [
            {
                "text": s.text,
                "spans": [list(span) for span in s.spans],
                "cut": [s.cut_before, s.cut_after],
            }
            for s in hit.snippets
        ],
        "url": links.story(
            article, state=SearchRequest(query=request.query, sort=default_sort(request.query))
        ),
    }


def facet_json(
    facet: Facet, request: SearchRequest, links: Links, speech: Speech
) -> dict[str, Any]:
    """One facet; `missing` counts the stories that state nothing."""
    return {
        "values": [
            {
                "value": v.value,
                "label": speech.value(facet.field, v.value),
                "count": v.count,
                "selected": v.selected,
                "excluded": v.excluded,
                "url": links.search(
                    request.without(facet.field, v.value)
                    if v.selected or v.excluded
                    else request.refine(facet.field, v.value)
                ),
            }
            for v in facet.values
        ],
        "missing": facet.missing,
        "total": facet.total,
        "complete": facet.complete,
    }


def note_json(note: Note) -> dict[str, Any]:
    """A note for programs: its stable code, its place in the query and an English hint."""
    return {"code": note.code, "position": note.position, "hint": note.hint}


def article_json(article: Article) -> dict[str, Any]:
    """A story with everything known about it, for its `.json` address and `.jsonl` exports."""
    return asdict(article)
