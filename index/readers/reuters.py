"""The SGML of the Reuters-21578 collection: a thousand stories a file.

It is no XML (bare `<`, character references to control codes), so it is read by its own tags.
"""

import re
from collections.abc import Iterator
from html import unescape

from wiredesk.errors import ReadError
from wiredesk.index.readers.content import Content
from wiredesk.index.readers.item import RawItem, Stated
from wiredesk.index.readers.plain import decoded

_STORY = re.compile(r"<REUTERS\b([^>]*)>(.*?)</REUTERS>", re.DOTALL)
_OPEN = re.compile(r"<REUTERS\b")
_STAMP = re.compile(r"\s*(\d{1,2})-([A-Z]{3})-(\d{4})\s+(\d\d):(\d\d):(\d\d)")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}


def read_reuters(content: Content, mapping: dict[str, str]) -> Iterator[RawItem | ReadError]:
    """Every `REUTERS` element as one story; its title, date and people are stated."""
    source = decoded(content, declared="latin-1")
    text = source.text
    counted, line, end = 0, 1, 0
    for number, found in enumerate(_STORY.finditer(text), 1):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        end = found.end()
        item = _story(found[1], found[2], content, number, line, source.encoding)
        yield item or ReadError(content.place, "a story without text", line=line)
    rest = _OPEN.search(text, end)
    if rest:
        line = text.count("\n", 0, rest.start()) + 1
        raise ReadError(content.place, "damaged or cut short: REUTERS is not closed", line=line)


def _story(
    attributes: str, inner: str, content: Content, number: int, line: int, encoding: str
) -> RawItem | None:
    body = _tag(inner, "TEXT")
    parts = {name: _clean(_tag(body, name)) for name in ("TITLE", "AUTHOR", "DATELINE", "BODY")}
    headline = " ".join(parts["TITLE"].split()) or None
    if not parts["BODY"] and not headline:
        parts["BODY"] = _clean(re.sub(r"</?[A-Z]+[^>]*>", "", body))
    if not parts["BODY"].strip() and not headline:
        return None
    stamp = _STAMP.match(_clean(_tag(inner, "DATE")))
    published = None
    if stamp and stamp[2] in _MONTHS:
        day, _, year, hour, minute, second = stamp.groups()
        published = f"{year}-{_MONTHS[stamp[2]]:02}-{int(day):02}T{hour}:{minute}:{second}"
    identity = re.search(r'NEWID="(\d+)"', attributes)
    copy = "".join(
        (
            f"{parts['TITLE'].strip()}\n\n" if headline else "",
            f"{parts['AUTHOR'].strip()}\n" if parts["AUTHOR"].strip() else "",
            parts["DATELINE"].rstrip("\n"),
            parts["BODY"],
        )
    )
    return RawItem(
        path=content.path,
        member=content.member or (identity[1] if identity else str(number)),
        text=copy.rstrip() + "\n",
        encoding=encoding,
        format="reuters-21578",
        whole=True,
        stated=Stated(
            format="reuters-21578",
            headline=headline,
            dateline=parts["DATELINE"].strip() or None,
            agency="Reuters",
            date=published[:10] if published else None,
            published=published,
        ),
        line=line,
    )


def _tag(text: str, name: str) -> str:
    found = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", text, re.DOTALL)
    return found[1] if found else ""


def _clean(text: str) -> str:
    """Character references resolved and the control codes of the wire taken out."""
    plain = unescape(re.sub(r"&#(\d+);", _character, text))
    return "".join(c for c in plain if c >= " " or c in "\t\r\n")


def _character(match: re.Match[str]) -> str:
    code = int(match[1])
    return chr(code) if 32 <= code < 0x110000 or code in (9, 10, 13) else ""
