"""Stories as records: JSON, JSON Lines and CSV, with a mapping from our fields to theirs.

A mapping says `our name=their name`: `headline=title,body=text`. A name of theirs may lead into
objects with dots (`meta.title`). Fields that are not mapped are looked for under the usual names.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from wiredesk.errors import ConfigError, ReadError
from wiredesk.index.readers.content import Content
from wiredesk.index.readers.decoding import NotText, decode
from wiredesk.index.readers.item import RawItem, Stated
from wiredesk.index.readers.json_values import MAX_RECORD, json_objects, lines_of
from wiredesk.index.readers.markup import any_paragraphs
from wiredesk.index.readers.values import compose, day, language, moment, people, printed_byline

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "headline": ("headline", "title", "hed", "heading", "Headline", "Title"),
    "body": (
        "body",
        "text",
        "content",
        "article",
        "body_text",
        "articleBody",
        "fulltext",
        "maintext",
        "story",
        "Body",
        "Text",
        "Content",
    ),
    "subheadline": ("subheadline", "subtitle", "standfirst"),
    "byline": ("byline", "author", "authors", "by", "creator", "Author"),
    "dateline": ("dateline",),
    "agency": ("agency",),
    "published": (
        "published",
        "date",
        "pubdate",
        "pubDate",
        "publish_date",
        "published_at",
        "date_publish",
        "datePublished",
        "timestamp",
        "Date",
    ),
    "updated": ("updated", "modified", "date_modify", "dateModified", "updated_at"),
    "language": ("language", "lang"),
    "desk": ("desk", "section", "category"),
    "slug": ("slug", "slugline"),
    "name": ("id", "uri", "url", "guid"),
}
"""Our fields, and the names they are looked for under; `name` tells the records apart."""


def parse_mapping(text: str) -> dict[str, str]:
    """`headline=title,body=text` as a dict. Raises ConfigError on a field that we do not have."""
    mapping: dict[str, str] = {}
    for pair in filter(None, (p.strip() for p in text.split(","))):
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        if not equals or not theirs:
            raise ConfigError(f"--map: {pair!r} is not OUR_FIELD=THEIR_FIELD")
        mapping[ours] = theirs
    return check_mapping(mapping)


def check_mapping(mapping: dict[str, str]) -> dict[str, str]:
    """The mapping itself. Raises ConfigError on a field that we do not have."""
    for ours in mapping:
        if ours not in USUAL_NAMES:
            near = get_close_matches(ours, USUAL_NAMES, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise ConfigError(
                f"--map: unknown field {ours!r}; {hint}known: {', '.join(USUAL_NAMES)}"
            )
    return mapping


def read_json(content: Content, mapping: dict[str, str]) -> Iterator[RawItem | ReadError]:
    """Every object of a JSON or JSON Lines file as one story."""
    for number, (line, value) in enumerate(json_objects(content), 1):
        if isinstance(value, ReadError):
            yield value
        else:
            yield _story(value, content, mapping, line, number, "json")


def read_csv(content: Content, mapping: dict[str, str]) -> Iterator[RawItem | ReadError]:
    """Every row of a CSV or TSV file as one story; the first row names the columns."""
    if content.size == 0:
        raise ReadError(content.place, "empty file")
    lines = _Lines(content)
    first = lines.take_first()
    delimiter = max(",;\t|", key=first.count) if re.search(r"[,;\t|]", first) else ","
    rows = csv.reader(lines, delimiter=delimiter, strict=False)
    old_limit = csv.field_size_limit(MAX_RECORD)
    try:
        header: list[str] = []
        number = 0
        while True:
            start = lines.number + 1
            try:
                row = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                yield ReadError(content.place, f"row left out: {error}", line=start)
                lines.skip_to_quote()
                continue
            yield from lines.take_errors()
            if not any(row):
                continue
            if not header:
                header = [name.strip().removeprefix("\ufeff") for name in row]
                for ours in ("headline", "body"):
                    if ours in mapping and mapping[ours] not in header:
                        raise _unknown(content.place, mapping[ours], header, 1, "column")
                continue
            number += 1
            record: dict[str, Any] = dict(zip(header, row, strict=False))
            yield _story(record, content, mapping, start, number, "csv")
        yield from lines.take_errors()
    finally:
        csv.field_size_limit(old_limit)


class _Lines:
    """Decoded lines for the csv module, whose state must survive a line that is left out."""

    def __init__(self, content: Content) -> None:
        self.number = 0
        self._lines = lines_of(content)
        self._errors: list[ReadError] = []
        self._waiting: list[str] = []
        self._skipping = False
        self._place = content.place

    def take_first(self) -> str:
        """The first line, which stays to be read."""
        first = next(self, "")
        self._waiting.append(first)
        self.number = 0
        return first

    def take_errors(self) -> Iterable[ReadError]:
        """The lines left out since the last call."""
        errors, self._errors = self._errors, []
        return errors

    def skip_to_quote(self) -> None:
        """After a row broke off inside a quoted field: goes on behind the end of that field."""
        self._skipping = True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._waiting:
            self.number += 1
            return self._waiting.pop()
        for number, raw in self._lines:
            self.number = number
            if isinstance(raw, ReadError):
                self._errors.append(raw)
                continue
            try:
                text = decode(raw).text if raw.strip() else "\n"
            except NotText as error:
                self._errors.append(ReadError(self._place, str(error), line=number))
                continue
            if self._skipping:
                self._skipping = text.count('"') % 2 == 0
                continue
            return text.replace("\0", "")
        raise StopIteration


def _story(
    record: dict[str, Any],
    content: Content,
    mapping: dict[str, str],
    line: int,
    number: int,
    kind: str,
) -> RawItem | ReadError:
    for ours in ("headline", "body"):
        if ours in mapping and _at(record, mapping[ours]) is None:
            return _unknown(content.place, mapping[ours], record, line, "field")
    values = {ours: _find(record, ours, mapping) for ours in USUAL_NAMES}
    headline = _line(values["headline"])
    body = values["body"]
    if isinstance(body, list):
        body = "\n\n".join(str(part) for part in body)
    texts = any_paragraphs(str(body)) if body not in (None, "") else []
    if not texts:
        if headline and "body" not in mapping and _has(record, "body", mapping):
            texts = []
        elif not headline or not _has(record, "body", mapping):
            names = ", ".join(map(str, list(record)[:12]))
            return ReadError(
                content.place,
                f"no field for the body of a story (fields: {names}); name it: --map body=FIELD",
                line=line,
            )
    published = moment(values["published"])
    stamp = "" if published or values["published"] is None else _line(values["published"]) or ""
    updated = moment(values["updated"])
    name = values["name"]
    stated = Stated(
        format=kind,
        headline=headline,
        subheadline=_line(values["subheadline"]),
        byline=people(values["byline"]),
        dateline=_line(values["dateline"]),
        agency=_line(values["agency"]),
        date=day(published),
        published=published if published and "T" in published else None,
        updated=updated if updated and "T" in updated else None,
        language=language(values["language"]),
        desk=_line(values["desk"]),
        slug=_line(values["slug"]),
    )
    return RawItem(
        path=content.path,
        member=content.member or (str(name) if name not in (None, "") else str(number)),
        text=compose(
            headline=headline,
            byline="\n".join(filter(None, (printed_byline(values["byline"]), stamp))),
            dateline=stated.dateline or "",
            paragraphs=texts,
        ),
        format=kind,
        whole=True,
        stated=stated,
        line=line,
    )


def _find(record: dict[str, Any], ours: str, mapping: dict[str, str]) -> Any:
    if ours in mapping:
        return _at(record, mapping[ours])
    for name in USUAL_NAMES[ours]:
        if record.get(name) not in (None, ""):
            return record[name]
    return None


def _has(record: dict[str, Any], ours: str, mapping: dict[str, str]) -> bool:
    return ours in mapping or any(name in record for name in USUAL_NAMES[ours])


def _at(record: dict[str, Any], path: str) -> Any:
    """The value at a dotted path; None where it leads nowhere."""
    if path in record:
        return record[path]
    value: Any = record
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _unknown(place: str, name: str, known: Iterable[str], line: int, what: str) -> ReadError:
    listed = [str(k) for k in known]
    near = get_close_matches(name, listed, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return ReadError(
        place, f"no {what} {name!r}; {hint}{what}s here: {', '.join(listed[:20])}", line=line
    )


def _line(value: Any) -> str | None:
    """A value as one line of text; a list gives its first entry."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name") or value.get("value")
    text = " ".join(str(value).split()) if value is not None else ""
    return text or None
