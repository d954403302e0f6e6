"""RSS (0.9x, 1.0, 2.0) and Atom files: every entry a story, as far as the feed carries it."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from wiredesk.errors import ReadError
from wiredesk.index.readers.content import Content
from wiredesk.index.readers.item import RawItem, Stated
from wiredesk.index.readers.markup import (
    any_paragraphs,
    declared_encoding,
    first,
    paragraphs,
    parse_xml,
    text_of,
)
from wiredesk.index.readers.plain import decoded
from wiredesk.index.readers.values import compose, day, language, moment, people


def read_feed(content: Content, mapping: dict[str, str]) -> Iterator[RawItem | ReadError]:
    """Every `item` or `entry` as one story: its full content, else its description."""
    source = decoded(content, declared=declared_encoding(content.head()))
    tree = parse_xml(source.text, place=content.place)
    channel = first(tree.root, "channel")
    spoken = language(text_of(first(channel, "language")) or tree.root.get("lang"))
    entries = tree.find_all("item", "entry")
    for number, entry in enumerate(entries, 1):
        if not tree.whole(entry):
            continue
        line = tree.line(entry)
        headline = _text(first(entry, "title")) or None
        texts = _body(entry)
        if not texts and not headline:
            yield ReadError(content.place, "an entry without title and text", line=line)
            continue
        published = _moment(entry, "pubDate", "published", "issued", "date")
        updated = _moment(entry, "updated", "modified")
        published = published or updated
        name = text_of(first(entry, "guid", "id")) or str(number)
        category = first(entry, "category")
        yield RawItem(
            path=content.path,
            member=content.member or name,
            text=compose(headline=headline, paragraphs=texts),
            encoding=source.encoding,
            format="feed",
            whole=True,
            stated=Stated(
                format="feed",
                headline=headline,
                byline=people(_authors(entry)),
                date=day(published),
                published=published if published and "T" in published else None,
                updated=updated if updated and updated != published and "T" in updated else None,
                language=language(entry.get("lang")) or spoken,
                desk=(text_of(category) or category.get("term")) if category is not None else None,
            ),
            line=line,
        )
    if tree.error:
        raise tree.error
    elif not entries:
        yield ReadError(content.place, "a feed without entries")


def _body(entry: Element) -> list[str]:
    for name in ("encoded", "content", "description", "summary"):
        element = first(entry, name)
        if element is None:
            continue
        if len(element):
            return paragraphs(element)
        texts = any_paragraphs("".join(element.itertext()))
        if texts:
            return texts
    return []


def _text(element: Element | None) -> str:
    """A title, which may hold escaped markup."""
    plain = text_of(element)
    return " ".join(" ".join(any_paragraphs(plain)).split()) if plain else ""


def _authors(entry: Element) -> list[str]:
    """Names; RSS's own `author` is an e-mail address with the name in brackets."""
    names = []
    for author in entry.findall("author") + entry.findall("creator"):
        text = text_of(first(author, "name")) or text_of(author)
        if "@" in text:
            text = text.partition("(")[2].rpartition(")")[0]
        if text:
            names.append(text)
    return names


def _moment(entry: Element, *names: str) -> str | None:
    for name in names:
        found = moment(text_of(first(entry, name)))
        if found:
            return found
    return None
