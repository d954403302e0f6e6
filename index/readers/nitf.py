"""NITF 3, the News Industry Text Format of the IPTC: one story a file, or several in an envelope.

The elements of `body.head` are the fields of wire copy: headline, byline and dateline. Both of
its ways to state a date (`norm` attributes and text) are read.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from wiredesk.errors import ReadError
from wiredesk.index.article import Byline, City
from wiredesk.index.readers.content import Content
from wiredesk.index.readers.item import RawItem, Stated
from wiredesk.index.readers.markup import (
    Tree,
    declared_encoding,
    first,
    paragraphs,
    parse_xml,
    text_of,
)
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

_NOT_STORY = ("media", "media-caption", "media-producer", "body.end", "fn", "nitf-table")


def read_nitf(content: Content, mapping: dict[str, str]) -> Iterator[RawItem | ReadError]:
    """Every `nitf` element of the document as one story."""
    source = decoded(content, declared=declared_encoding(content.head()))
    tree = parse_xml(source.text, place=content.place)
    stories = tree.find_all("nitf")
    for number, story in enumerate(stories, 1):
        if not tree.whole(story):
            continue
        item = story_of(
            story,
            tree,
            path=content.path,
            member=content.member or (f"{number}" if len(stories) > 1 else None),
            encoding=source.encoding,
        )
        yield item or ReadError(content.place, "no text in the body", line=tree.line(story))
    if tree.error:
        raise tree.error


def story_of(
    story: Element, tree: Tree, *, path: str, member: str | None, encoding: str
) -> RawItem | None:
    """One `nitf` element; None if it has no text."""
    stated = stated_by(story)
    body = first(story, "body/body.content", "body")
    texts = paragraphs(body, leave_out=(*_NOT_STORY, "body.head")) if body is not None else []
    tagline = text_of(first(story, "body/body.end/tagline"))
    if not texts and not stated.headline:
        return None
    return RawItem(
        path=path,
        member=member,
        text=compose(
            headline=stated.headline,
            byline=_printed(first(story, "body/body.head/byline")),
            dateline=stated.dateline or "",
            paragraphs=[*texts, tagline],
        ),
        encoding=encoding,
        format="nitf",
        whole=True,
        stated=stated,
        line=tree.line(story),
    )


def stated_by(story: Element) -> Stated:
    """The fields that an `nitf` element states."""
    head = first(story, "body/body.head")
    docdata = first(story, "head/docdata")
    dateline = first(head, "dateline")
    published = None
    for element, name in (
        (first(docdata, "date.issue"), "norm"),
        (first(docdata, "date.release"), "norm"),
        (first(dateline, "story.date"), "norm"),
        (first(story, "head/pubdata"), "date.publication"),
    ):
        if element is not None and published is None:
            published = moment(element.get(name) or text_of(element))
    story_date = first(dateline, "story.date")
    dated = moment(story_date.get("norm")) if story_date is not None else None
    section = first(story, "head/pubdata")
    body = first(story, "body")
    slug = first(docdata, "du-key")
    fixture = first(docdata, "fixture")
    main = text_of(first(head, "hedline/hl1", "headline/hl1", "hedline")) or None
    second = text_of(first(head, "hedline/hl2")) or None
    return Stated(
        format="nitf",
        headline=main,
        subheadline=second if second != main else None,
        byline=_byline(head),
        dateline=_printed_dateline(dateline),
        cities=tuple(_cities(dateline)),
        agency=text_of(first(head, "distributor/org", "distributor")) or None,
        date=day(dated) or day(published),
        published=published if published and "T" in published else None,
        language=language(
            story.get("lang")
            or story.get("baselang")
            or (None if body is None else body.get("lang"))
        ),
        desk=(section.get("position.section") if section is not None else None) or None,
        slug=(slug.get("key") if slug is not None else None)
        or (fixture.get("fix-id") if fixture is not None else None),
        entities=(
            *mentions("PERSON", _named(story, "person")),
            *mentions("ORG", _named(story, "org")),
            *mentions("LOC", _named(story, "location")),
        ),
    )


def _printed(byline: Element | None) -> str:
    """The byline without job titles."""
    if byline is None:
        return ""
    named = " ".join(" ".join(byline.itertext()).split())
    for title in byline.iter("byttl"):
        named = named.replace(text_of(title), "").strip(" ,")
    return printed_byline(named)


def _named(story: Element, tag: str) -> list[str]:
    """The marked-up names of the body and of the document's identified content."""
    found = []
    for top in ("body/body.content", "head/docdata/identified-content"):
        part = first(story, top)
        for element in part.iter(tag) if part is not None else ():
            found.append(text_of(first(element, "city")) or text_of(element))
    return found


def _byline(head: Element | None) -> tuple[Byline, ...]:
    result: list[Byline] = []
    for line in head.findall("byline") if head is not None else ():
        where = text_of(first(line, "location", "location/city")) or None
        persons = [text_of(p) for p in line.iter("person")]
        named = people(persons or _printed(line))
        result += (
            Byline(
                role=b.role, name=b.name, place=b.place or where, kind=b.kind, raw=_printed(line)
            )
            for b in named
        )
    return tuple(dict.fromkeys(result))


def _printed_dateline(dateline: Element | None) -> str | None:
    """The dateline as its text says it, None if that is no more than a time."""
    text = text_of(dateline)
    return text if re.match(r"[^\W\d_]", text) and not moment(text) else None


def _cities(dateline: Element | None) -> Iterator[City]:
    for location in dateline.findall("location") if dateline is not None else ():
        city = first(location, "city")
        country = first(location, "country")
        name = text_of(city) or (location.text or "").strip(" ,")
        if name:
            yield place(
                name,
                region=text_of(first(location, "state", "region")) or None,
                country=text_of(country) or None,
                code=country.get("iso-cc") if country is not None else None,
            )
