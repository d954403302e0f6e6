"""ninjs of the IPTC: news in JSON, in the shapes of versions 1.x and 2.x.

1.x spells out property names (`body_text`, `headline`), 2.x keeps lists of objects
(`bodies: [{role, contentType, value}]`). Both are read by one function, since publishers mix them.
"""

import re
from collections.abc import Iterator
from typing import Any

from wiredesk.errors import ReadError
from wiredesk.index.article import City
from wiredesk.index.readers.content import Content
from wiredesk.index.readers.item import LeftOut, RawItem, Stated
from wiredesk.index.readers.json_values import json_objects
from wiredesk.index.readers.markup import any_paragraphs
from wiredesk.index.readers.newsml import WITHDRAWN
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

_MAIN_ROLES = ("main", "body", "default", "")


def read_ninjs(
    content: Content, mapping: dict[str, str]
) -> Iterator[RawItem | ReadError | LeftOut]:
    """Every ninjs object of the file as one story: one object, a list of them, or one a line."""
    for number, (line, value) in enumerate(json_objects(content), 1):
        if isinstance(value, ReadError):
            yield value
            continue
        for at, story in enumerate(_stories(value)):
            yield _read(story, content, line, f"{number}" if not at else f"{number}.{at}")


def _stories(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The object itself, or the associated stories of a package that has no text of its own."""
    if _body(value) or not isinstance(value.get("associations"), (dict, list)):
        return [value]
    inner = value["associations"]
    listed = inner.values() if isinstance(inner, dict) else inner
    texts = [v for v in listed if isinstance(v, dict) and _body(v)]
    return texts or [value]


def _read(
    story: dict[str, Any], content: Content, line: int, number: str
) -> RawItem | ReadError | LeftOut:
    status = str(story.get("pubstatus") or story.get("pubStatus") or "").lower()
    if status in WITHDRAWN:
        return LeftOut(place=content.place, reason=WITHDRAWN[status], line=line)
    kind = str(story.get("type") or "text")
    texts = _body(story)
    headline = _headline(story)
    if not texts:
        if kind not in ("text", "composite", "article"):
            return LeftOut(place=content.place, reason=f"a {kind} item, not text", line=line)
        return ReadError(content.place, "no body in the ninjs object", line=line)
    stated = _stated(story, headline)
    name = story.get("uri")
    return RawItem(
        path=content.path,
        member=content.member or (name if isinstance(name, str) else number),
        text=compose(
            headline=headline,
            byline=printed_byline(story.get("byline") or story.get("by")),
            dateline=stated.dateline or "",
            paragraphs=texts,
        ),
        format="ninjs",
        whole=True,
        stated=stated,
        line=line,
    )


def _headline(story: dict[str, Any]) -> str | None:
    plain = story.get("headline") or _chosen(story.get("headlines")) or story.get("title")
    return " ".join(re.sub(r"<[^>]+>", "", plain).split()) if isinstance(plain, str) else None


def _body(story: dict[str, Any]) -> list[str]:
    """The paragraphs of the best body: plain text before markup, unless only that has any."""
    named = [
        any_paragraphs(story[name])
        for name in ("body_text", "body_xhtml", "body_html")
        if isinstance(story.get(name), str) and story[name].strip()
    ]
    if named:
        return next((texts for texts in named if len(texts) > 1), named[0])
    value = _chosen(story.get("bodies"))
    if not value:
        others = [v for k, v in story.items() if k.startswith("body_") and isinstance(v, str)]
        value = next((v for v in others if v.strip()), "")
    return any_paragraphs(value) if value.strip() else []


def _chosen(entries: Any) -> str:
    """The value of a 2.x list: plain text first, then the main role, then whatever comes first."""
    if not isinstance(entries, list):
        return ""
    usable = [e for e in entries if isinstance(e, dict) and isinstance(e.get("value"), str)]

    def rank(entry: dict[str, Any]) -> tuple[bool, bool]:
        kind = str(entry.get("contentType") or entry.get("contenttype") or "text/plain")
        role = str(entry.get("role") or "").rpartition(":")[2].lower()
        return role not in _MAIN_ROLES, "plain" not in kind

    return min(usable, key=rank)["value"] if usable else ""


def _stated(story: dict[str, Any], headline: str | None) -> Stated:
    published = None
    for name in ("contentcreated", "contentCreated", "firstcreated", "firstCreated", "embargoed"):
        published = published or moment(story.get(name))
    updated = moment(story.get("versioncreated") or story.get("versionCreated"))
    published = published or updated
    sources = story.get("infosources") or story.get("infoSources") or story.get("infosource")
    agency = next((n for n in _names(sources)), None) or story.get("copyrightholder")
    dateline = story.get("dateline")
    return Stated(
        format="ninjs",
        headline=headline,
        byline=people(story.get("byline") or story.get("by")),
        dateline=dateline if isinstance(dateline, str) and dateline.strip() else None,
        cities=tuple(_cities(story.get("located"))),
        agency=agency if isinstance(agency, str) else None,
        date=day(published),
        published=published if published and "T" in published else None,
        updated=updated if updated and updated != published and "T" in updated else None,
        language=language(story.get("language")),
        slug=next((s for s in (story.get("slugline"), story.get("slug")) if _text(s)), None),
        entities=(
            *mentions("PERSON", _names(story.get("person") or story.get("people"))),
            *mentions("ORG", _names(story.get("organisation") or story.get("organisations"))),
            *mentions("LOC", _names(story.get("place") or story.get("places"))),
        ),
    )


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _names(entries: Any) -> list[str]:
    listed = entries if isinstance(entries, list) else [entries]
    names = [e.get("name") if isinstance(e, dict) else e for e in listed]
    return [n for n in names if isinstance(n, str) and n.strip()]


def _cities(located: Any) -> Iterator[City]:
    """`located` is `GENEVA, Switzerland` or, from some publishers, a list of names."""
    for entry in located if isinstance(located, list) else [located]:
        text = entry.get("name") if isinstance(entry, dict) else entry
        if _text(text):
            name, _, country = str(text).partition(",")
            yield place(name.strip(), country=country.strip() or None)
