"""Plain text: a file of one story or many, one after the other."""

from collections.abc import Iterator

from wiredesk.errors import ReadError
from wiredesk.index.readers.content import Content
from wiredesk.index.readers.decoding import Decoded, NotText, decode
from wiredesk.index.readers.item import RawItem

MAX_TEXT = 64 << 20
"""The largest file, in bytes, that is read in one piece."""

MAX_LINE = 1_000_000
"""The longest line, in characters; the whole of a long book chapter is a tenth of it."""


def decoded(content: Content, *, limit: int = MAX_TEXT, declared: str | None = None) -> Decoded:
    """The text of a content. Raises ReadError for binary, empty or blank ones."""
    if content.size == 0:
        raise ReadError(content.place, "empty file")
    try:
        result = decode(content.read(limit), declared=declared)
    except NotText as error:
        raise ReadError(content.place, str(error)) from None
    if not result.text.strip("\ufeff \t\r\n\f\v\xa0\0"):
        raise ReadError(content.place, "no text in it, only blanks")
    return result


def read_plain(content: Content, mapping: dict[str, str]) -> Iterator[RawItem]:
    """The whole file as one item; where its stories begin is found by `wiredesk.index.wire`."""
    result = decoded(content)
    check_lines(result.text, content.place)
    yield RawItem(
        path=content.path,
        member=content.member,
        text=result.text,
        encoding=result.encoding,
        notes=result.notes,
    )


def check_lines(text: str, place: str) -> None:
    """Raises ReadError if a line is longer than wire copy can be."""
    if len(text) <= MAX_LINE:
        return
    number, start = 1, 0
    while True:
        end = text.find("\n", start)
        length = (len(text) if end < 0 else end) - start
        if length > MAX_LINE:
            raise ReadError(
                place,
                f"a line of {length:,} characters, at most {MAX_LINE:,}: not wire copy",
                line=number,
            )
        if end < 0:
            return
        number, start = number + 1, end + 1
