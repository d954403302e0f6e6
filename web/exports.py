"""The stories of a search as CSV, JSON lines and Atom: for the very state that the page shows."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

from wiredesk.index.article import Article
from wiredesk.search.model import SearchResult
from wiredesk.web.presenters import article_json, authors_of, title_of
from wiredesk.web.urls import Links

COLUMNS = (
    "id", "headline", "date", "published", "cities", "countries", "agency", "byline", "form",
    "source", "first_line", "last_line", "url",
)  # fmt: skip

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
