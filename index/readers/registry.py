"""The table of formats. A new format is one reader function and one line here.

A reader takes a `Content` and the user's field mapping, and yields `RawItem` values; a broken
record is a yielded `ReadError` (the rest goes on), a broken file a raised one.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from os import PathLike

from wiredesk.errors import ReadError
from wiredesk.index.readers.content import Content, open_contents, walk
from wiredesk.index.readers.feeds import read_feed
from wiredesk.index.readers.item import Broken, LeftOut, RawItem
from wiredesk.index.readers.newsml import read_newsml
from wiredesk.index.readers.ninjs import read_ninjs
from wiredesk.index.readers.nitf import read_nitf
from wiredesk.index.readers.plain import read_plain
from wiredesk.index.readers.records import read_csv, read_json
from wiredesk.index.readers.reuters import read_reuters
from wiredesk.index.readers.webpage import read_page

Outcome = RawItem | ReadError | LeftOut
Reader = Callable[[Content, dict[str, str]], Iterator[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: how a file of it is told, and the function that reads it.

    A file is of this format if its first 4,096 characters (byte order mark, XML declaration,
    comments and doctype aside) match `opening` from their start, or else if its name ends in one
    of `suffixes` and no other format's opening fits.
    """

    name: str
    read: Reader
    suffixes: tuple[str, ...] = ()
    opening: str | None = None


_PREFIX = r"(?:\w[\w.-]*:)?"
_NINJS = (
    r'\[?\s*\{(?=[\s\S]*"(?:uri|guid)"\s*:)(?=[\s\S]*"(?:versioncreated|versionCreated|bodies|'
    r'body_text|body_xhtml|body_html|pubstatus|headlines|profile|standard)"\s*:)'
)

FORMATS: tuple[Format, ...] = (
    Format(name="nitf", read=read_nitf, suffixes=(".nitf",), opening=rf"<{_PREFIX}nitf\b"),
    Format(
        name="newsml-g2",
        read=read_newsml,
        opening=rf"<{_PREFIX}(?:newsMessage|newsItem|packageItem|itemSet)\b",
    ),
    Format(
        name="feed",
        read=read_feed,
        suffixes=(".rss", ".atom"),
        opening=rf"<{_PREFIX}(?:rss|feed|RDF)\b",
    ),
    Format(name="reuters-21578", read=read_reuters, suffixes=(".sgm",), opening=r"<REUTERS\b"),
    Format(
        name="html", read=read_page, suffixes=(".html", ".htm", ".xhtml"), opening=r"(?i:<html\b)"
    ),
    Format(name="ninjs", read=read_ninjs, suffixes=(".ninjs",), opening=_NINJS),
    Format(name="json", read=read_json, suffixes=(".json", ".jsonl", ".ndjson", ".jsonlines")),
    Format(name="csv", read=read_csv, suffixes=(".csv", ".tsv")),
    Format(name="text", read=read_plain),
)

_LEADING = re.compile(
    r"(?:\ufeff|\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE\b[^\[>]*(?:\[[^\]]*\]\s*)?>)*", re.I
)
_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson", ".jsonlines", ".ninjs")


def format_of(content: Content) -> Format:
    """The format of a content, by how it opens and then by its name; plain text by default."""
    head = _head(content)
    name = content.name.lower()
    for candidate in FORMATS:
        if candidate.opening is None:
            continue
        if candidate.name == "ninjs" and not name.endswith(_JSON_SUFFIXES):
            continue
        if re.match(candidate.opening, head):
            return candidate
    for candidate in FORMATS:
        if name.endswith(candidate.suffixes):
            return candidate
    if name.endswith(".xml"):
        raise ReadError(
            content.place,
            f"XML of an unknown kind, it begins {head[:40].split(chr(10))[0]!r}; known: "
            "NITF, NewsML-G2, RSS, Atom",
        )
    return FORMATS[-1]


def _head(content: Content) -> str:
    raw = content.head(8192)
    encoding = "utf-8"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    text = raw.decode(encoding, "replace")
    opened = _LEADING.match(text)
    return text[opened.end() :][:4096] if opened else text


def read_content(content: Content, mapping: dict[str, str] | None = None) -> Iterator[Outcome]:
    """The items of one content; whatever is wrong comes as a ReadError among them,
    the one that ended the reading as a Broken."""
    try:
        if content.size == 0:
            raise ReadError(content.place, "empty file")
        yield from format_of(content).read(content, mapping or {})
    except ReadError as error:
        yield Broken(error.source, error.reason, line=error.line)
    except OSError as error:
        yield Broken(content.place, error.strerror or str(error))


def read_sources(
    sources: Iterable[str | PathLike[str]], *, mapping: dict[str, str] | None = None
) -> Iterator[Outcome]:
    """All items of files, folders and packed files, in order; nothing that is read raises."""
    for found in walk(sources):
        if isinstance(found, (ReadError, LeftOut)):
            yield found
            continue
        for content in open_contents(found):
            if isinstance(content, ReadError):
                yield content
                continue
            try:
                yield from read_content(content, mapping)
            finally:
                content.close()
