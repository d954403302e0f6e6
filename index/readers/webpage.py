"""Web pages: trafilatura finds the story and its metadata; the wire grammar reads the text.

An extra: `pip install "wiredesk[html]"`.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any

from wiredesk.errors import ReadError
from wiredesk.index.readers.content import Content
from wiredesk.index.readers.item import RawItem, Stated
from wiredesk.index.readers.plain import decoded
from wiredesk.index.readers.values import compose, day, language, moment, people

MAX_PAGE = 20 << 20
FEWEST_WORDS = 8
"""What a page holds beside a story is menus; those leave a few words."""

INSTALL = 'reading web pages needs an extra: pip install "wiredesk[html]"'

_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)


def read_page(content: Content, mapping: dict[str, str]) -> Iterator[RawItem | ReadError]:
    """The page's main text as one story, with what its metadata state marked as soft."""
    try:
        from trafilatura import bare_extraction
        from trafilatura.settings import Document
    except ImportError:
        raise ReadError(content.place, INSTALL) from None
    charset = _CHARSET.search(content.head(8192))
    declared = charset[1].decode("ascii", "replace") if charset else None
    source = decoded(content, limit=MAX_PAGE, declared=declared)
    try:
        page = bare_extraction(
            source.text, include_comments=False, include_tables=False, with_metadata=True
        )
    except Exception as error:  # a third-party parser on pages of any kind: one line, not a stop
        raise ReadError(content.place, f"trafilatura failed on it: {error}") from error
    if not isinstance(page, Document) or len((page.text or "").split()) < FEWEST_WORDS:
        raise ReadError(content.place, "no story text found in the page")
    meta = _Meta()
    meta.feed(source.text)
    published = moment(meta.found.get("published")) or moment(page.date)
    updated = moment(meta.found.get("updated"))
    headline = " ".join((page.title or "").split()) or None
    yield RawItem(
        path=content.path,
        member=content.member,
        text=compose(headline=headline, paragraphs=(page.text or "").split("\n")),
        encoding=source.encoding,
        notes=source.notes,
        format="html",
        whole=True,
        stated=Stated(
            format="html",
            headline=headline,
            byline=people(page.author),
            date=day(published),
            published=published if published and "T" in published else None,
            updated=updated if updated and "T" in updated and updated != published else None,
            language=language(meta.found.get("language") or page.language),
            desk=meta.found.get("section"),
            soft=True,
        ),
    )


_META = {
    "article:published_time": "published",
    "datepublished": "published",
    "date.published": "published",
    "parsely-pub-date": "published",
    "article:modified_time": "updated",
    "datemodified": "updated",
    "article:section": "section",
}


class _Meta(HTMLParser):
    """Dates with their time, section and language, which trafilatura does not give."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self._json: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html" and given.get("lang"):
            self.found.setdefault("language", given["lang"])
        elif tag == "script" and given.get("type") == "application/ld+json":
            self._json = []
        elif tag == "meta":
            name = (
                given.get("property") or given.get("name") or given.get("itemprop") or ""
            ).lower()
            if name in _META and given.get("content"):
                self.found.setdefault(_META[name], given["content"])

    def handle_data(self, data: str) -> None:
        if self._json is not None:
            self._json.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._json is not None:
            with suppress(ValueError, RecursionError):
                self._linked(json.loads("".join(self._json)))
            self._json = None

    def _linked(self, value: Any) -> None:
        """The first object of linked data that has a date of publication."""
        pending = [value]
        while pending:
            node = pending.pop(0)
            if isinstance(node, list):
                pending += node
            elif isinstance(node, dict):
                for name, key in (
                    ("datePublished", "published"),
                    ("dateModified", "updated"),
                    ("articleSection", "section"),
                    ("inLanguage", "language"),
                ):
                    if isinstance(node.get(name), str):
                        self.found.setdefault(key, node[name])
                pending += [v for k, v in node.items() if k == "@graph"]
