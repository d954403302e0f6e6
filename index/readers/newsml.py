"""NewsML-G2 of the IPTC: news items, alone or in a message, with NITF, XHTML or text inside.

Items that their publisher has withheld or cancelled are left out, with a line in the receipt.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from xml.etree.ElementTree import Element

from wiredesk.errors import ReadError
from wiredesk.index.article import City
from wiredesk.index.readers.content import Content
from wiredesk.index.readers.item import LeftOut, RawItem, Stated
from wiredesk.index.readers.markup import (
    Tree,
    any_paragraphs,
    declared_encoding,
    first,
    paragraphs,
    parse_xml,
    text_of,
)
from wiredesk.index.readers.nitf import stated_by, story_of
from wiredesk.index.readers.plain import decoded
from wiredesk.index.readers.values import (
    compose,
    day,
    language,
    mentions,
    moment,
    people,
    place,
    printed_byline,
)

WITHDRAWN = {"canceled": "cancelled by its publisher", "withheld": "withheld by its publisher"}

_SUBJECTS = {"person": "PERSON", "organisation": "ORG", "geoArea": "LOC", "poi": "LOC"}


def read_newsml(
    content: Content, mapping: dict[str, str]
) -> Iterator[RawItem | ReadError | LeftOut]:
    """Every `newsItem` with text as one story; items of pictures, sound and the like are left
    out."""
    source = decoded(content, declared=declared_encoding(content.head()))
    tree = parse_xml(source.text, place=content.place)
    items = tree.find_all("newsItem")
    for number, element in enumerate(items, 1):
        if not tree.whole(element):
            continue
        name = element.get("guid") or str(number)
        member = content.member or (name if len(items) > 1 else None)
        yield _item(element, tree, content, member, source.encoding)
    if tree.error:
        raise tree.error
    elif not items:
        yield ReadError(content.place, "no newsItem in it")


def _item(
    item: Element, tree: Tree, content: Content, member: str | None, encoding: str
) -> RawItem | ReadError | LeftOut:
    line = tree.line(item)
    status = first(item, "itemMeta/pubStatus")
    code = (status.get("qcode", "") if status is not None else "").rpartition(":")[2]
    if code in WITHDRAWN:
        return LeftOut(place=content.place, reason=WITHDRAWN[code], line=line)
    kind = first(item, "itemMeta/itemClass")
    item_class = (kind.get("qcode", "") if kind is not None else "").rpartition(":")[2]
    if item_class not in ("", "text", "composite"):
        return LeftOut(place=content.place, reason=f"a {item_class} item, not text", line=line)
    stated = _stated(item)
    inner = first(item, "contentSet/inlineXML/nitf")
    if inner is not None:
        raw = story_of(inner, tree, path=content.path, member=member, encoding=encoding)
        if raw is not None:
            both = _union(stated, stated_by(inner))
            return replace(raw, stated=both, format="newsml-g2", line=line)
    texts: list[str] = []
    for inline in item.findall("contentSet/inlineXML"):
        texts += paragraphs(inline)
    for data in item.findall("contentSet/inlineData"):
        texts += any_paragraphs("".join(data.itertext()))
    if not texts:
        return ReadError(content.place, "a news item without inline text", line=line)
    return RawItem(
        path=content.path,
        member=member,
        text=compose(
            headline=stated.headline,
            byline=printed_byline(text_of(first(item, "contentMeta/by"))),
            dateline=stated.dateline or "",
            paragraphs=texts,
        ),
        encoding=encoding,
        format="newsml-g2",
        whole=True,
        stated=stated,
        line=line,
    )


def _union(outer: Stated, inner: Stated) -> Stated:
    """The envelope's fields, and those of the content where the envelope is silent."""
    values = {
        f.name: getattr(outer, f.name) or getattr(inner, f.name)
        for f in fields(Stated)
        if f.name != "format"
    }
    return Stated(format="newsml-g2", **values)


def _stated(item: Element) -> Stated:
    meta = first(item, "itemMeta")
    content = first(item, "contentMeta")
    published = _moment(content, "contentCreated") or _moment(meta, "firstCreated")
    updated = _moment(content, "contentModified") or _moment(meta, "versionCreated")
    published = published or updated
    creators = [_name(e) for e in content.findall("creator")] if content is not None else []
    tag = first(content, "language")
    subjects: dict[str, list[str]] = {"PERSON": [], "ORG": [], "LOC": []}
    for subject in content.findall("subject") if content is not None else ():
        label = _SUBJECTS.get(subject.get("type", "").rpartition(":")[2])
        if label is not None and _name(subject):
            subjects[label].append(_name(subject))
    lines = content.findall("headline") if content is not None else []
    main = next((text_of(e) for e in lines if "sub" not in e.get("role", "").lower()), "")
    second = next((text_of(e) for e in lines if "sub" in e.get("role", "").lower()), "")
    return Stated(
        format="newsml-g2",
        headline=main or None,
        subheadline=second or None,
        byline=people([c for c in creators if c] or text_of(first(content, "by"))),
        dateline=text_of(first(content, "dateline")) or None,
        cities=tuple(_located(content)),
        agency=_source(first(content, "infoSource")) or _source(first(meta, "provider")),
        date=day(published),
        published=published if published and "T" in published else None,
        updated=updated if updated and updated != published and "T" in updated else None,
        language=language((tag.get("tag") if tag is not None else None) or item.get("lang")),
        slug=text_of(first(content, "slugline")) or None,
        entities=(
            *mentions("PERSON", subjects["PERSON"]),
            *mentions("ORG", subjects["ORG"]),
            *mentions("LOC", subjects["LOC"]),
        ),
    )


def _moment(parent: Element | None, name: str) -> str | None:
    return moment(text_of(first(parent, name)))


def _name(element: Element | None) -> str:
    """The name in it, or the literal or code it carries."""
    if element is None:
        return ""
    named = text_of(first(element, "name"))
    return named or element.get("literal") or element.get("qcode", "").rpartition(":")[2]


def _source(element: Element | None) -> str | None:
    """The name of an agency; of a domain such as `example.com`, its own part."""
    name = _name(element)
    domain = re.fullmatch(r"(?:www\.)?([\w-]+)\.[a-z.]{2,6}", name)
    return (domain[1] if domain else name) or None


def _located(content: Element | None) -> Iterator[City]:
    for located in content.findall("located") if content is not None else ():
        name = _name(located)
        if name:
            broader = [b for b in located.findall("broader")]
            countries = [b for b in broader if "country" in b.get("type", "")] or broader[-1:]
            code = countries[0].get("qcode", "").rpartition(":")[2] if countries else ""
            country = text_of(first(countries[0], "name")) if countries else ""
            yield place(name, country=country or (code if len(code) > 2 else None), code=code)
