"""JSON objects out of a file, however they lie in it: one a line, in a list, or alone.

Objects are decoded one at a time, so that a file which breaks off gives all that is whole in it.
"""

import json
from collections.abc import Iterator
from typing import Any

from wiredesk.errors import ReadError
from wiredesk.index.readers.content import Content
from wiredesk.index.readers.decoding import NotText, decode
from wiredesk.index.readers.plain import decoded

MAX_JSON = 256 << 20
"""The largest file that is one JSON value; JSON Lines may have any size."""

MAX_RECORD = 8 << 20
"""The largest line of JSON Lines or field of a CSV file, in bytes."""

LINE_SUFFIXES = (".jsonl", ".ndjson", ".jsonlines")

_SPACE = " \t\r\n"
_decoder = json.JSONDecoder()

Located = tuple[int, dict[str, Any] | ReadError]
"""The line something begins in, and the object or what was wrong with it."""


def json_objects(content: Content) -> Iterator[Located]:
    """The objects of a file with their lines; a broken one comes as a ReadError in between.

    Raises ReadError where the rest cannot be read either."""
    if content.name.lower().endswith(LINE_SUFFIXES):
        yield from _line_by_line(content)
        return
    text = decoded(content, limit=MAX_JSON).text.removeprefix("\ufeff")
    at = _skip(text, 0)
    if text[at] == "[":
        yield from _list(text, at, content.place)
        return
    counted, line = 0, 1
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        value, end = _value(text, at, line, content.place)
        if isinstance(value, ReadError):
            raise value
        inner = _wrapped(value)
        for entry in inner if inner is not None else [value]:
            yield line, _object(entry, content.place, line)
        at = _skip(text, end)


def _wrapped(value: Any) -> list[Any] | None:
    """The stories of an object that is only an envelope: `{"articles": [...]}`."""
    if isinstance(value, dict):
        for name in ("articles", "items", "docs", "documents", "stories", "results", "data"):
            inner = value.get(name)
            if isinstance(inner, list) and inner and all(isinstance(i, dict) for i in inner):
                return inner
    return None


def _list(text: str, at: int, place: str) -> Iterator[Located]:
    counted, line = 0, 1
    at = _skip(text, at + 1)
    while at < len(text):
        if text[at] == "]":
            return
        line += text.count("\n", counted, at)
        counted = at
        value, end = _value(text, at, line, place)
        if isinstance(value, ReadError):
            raise value
        yield line, _object(value, place, line)
        at = _skip(text, end)
        if at < len(text) and text[at] == ",":
            at = _skip(text, at + 1)
    line += text.count("\n", counted)
    raise ReadError(place, "damaged or cut short: the list is not closed", line=line)


def _value(text: str, at: int, line: int, place: str) -> tuple[Any, int]:
    try:
        return _decoder.raw_decode(text, at)
    except json.JSONDecodeError as error:
        said = error.msg.removesuffix(" starting at")
        reason = f"damaged or cut short: {said[:1].lower()}{said[1:]}"
        return ReadError(place, reason, line=error.lineno), at
    except RecursionError:
        return ReadError(place, "values nested too deeply", line=line), at
    except ValueError as error:
        return ReadError(place, str(error), line=line), at


def _object(value: Any, place: str, line: int) -> dict[str, Any] | ReadError:
    if isinstance(value, dict):
        found: dict[str, Any] = _valid(value)
        return found
    return ReadError(
        place, f"a {type(value).__name__}, not an object, where a story was", line=line
    )


def _valid(value: Any) -> Any:
    """The value with halves of surrogate pairs (`"\\ud800"`) shown as replacement characters."""
    if isinstance(value, str):
        if value.isascii():
            return value
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_valid(k): _valid(v) for k, v in value.items()}
    return [_valid(v) for v in value] if isinstance(value, list) else value


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def lines_of(content: Content) -> Iterator[tuple[int, bytes | ReadError]]:
    """The lines of a file of any size; one longer than MAX_RECORD comes as a ReadError."""
    content.stream.seek(0)
    number = 0
    while line := content.stream.readline(MAX_RECORD):
        number += 1
        if len(line) < MAX_RECORD or line.endswith(b"\n"):
            yield number, line
            continue
        length = len(line)
        while line and not line.endswith(b"\n"):
            line = content.stream.readline(MAX_RECORD)
            length += len(line)
        yield (
            number,
            ReadError(
                content.place,
                f"a line of {length:,} bytes, at most {MAX_RECORD:,}; left out",
                line=number,
            ),
        )


def _line_by_line(content: Content) -> Iterator[Located]:
    any_line = False
    for number, raw in lines_of(content):
        if isinstance(raw, ReadError):
            yield number, raw
            continue
        if not raw.strip():
            continue
        any_line = True
        try:
            text = decode(raw).text.removeprefix("\ufeff").strip()
        except NotText as error:
            yield number, ReadError(content.place, str(error), line=number)
            continue
        value, end = _value(text, 0, number, content.place)
        if isinstance(value, ReadError):
            reason = value.reason
            yield number, ReadError(content.place, reason, line=number)
        elif text[end:].strip():
            yield number, ReadError(content.place, "more after the object's end", line=number)
        else:
            yield number, _object(value, content.place, number)
    if not any_line:
        yield 1, ReadError(content.place, "empty file")
