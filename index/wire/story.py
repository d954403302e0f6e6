"""Lines -> stories: what each part of a story is, with the characters it was read from."""

from collections.abc import Sequence
from dataclasses import replace

from wiredesk.index.article import Article, Dateline, Source
from wiredesk.index.wire.body import read_body
from wiredesk.index.wire.byline import byline_agencies, is_byline, parse_byline
from wiredesk.index.wire.dates import day_order
from wiredesk.index.wire.draft import Draft
from wiredesk.index.wire.head import read_head, take_headline
from wiredesk.index.wire.lines import Line, read_lines
from wiredesk.index.wire.pages import (
    Main,
    find_main,
    head_people,
    head_stamps,
    page_stamp,
    place_alone,
)
from wiredesk.index.wire.places import locate
from wiredesk.index.wire.segment import dateline_at, segments


def split(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each story, in order; a text of one story is one span over all of it."""
    lines = read_lines(text)
    spans = segments(text, lines)
    if len(spans) < 2:
        return [(0, len(text))] if lines else []
    return [(_first_own(lines, i, j), lines[j - 1].end) for i, j in spans]


def _first_own(lines: Sequence[Line], first: int, last: int) -> int:
    """The offset of the first line that is not page furniture."""
    own = (line.start for line in lines[first:last] if line.kind != "furniture")
    return next(own, lines[first].start)


def read_stories(
    text: str,
    *,
    path: str,
    member: str | None = None,
    whole: bool = False,
) -> list[Article]:
    """The stories of a text, in order.

    `path` and `member` say where it lies. `whole` takes it as exactly one story.
    """
    lines = read_lines(text)
    if not lines:
        return []
    page = find_main(lines)
    day_first = day_order(text)
    spans = [(0, len(lines))] if whole or page is not None else segments(text, lines)
    single = len(spans) == 1
    stories = []
    for first, last in spans:
        start = 0 if single else _first_own(lines, first, last)
        end = len(text) if single else lines[last - 1].end
        source = Source(
            path=path,
            member=member,
            start=start,
            end=end,
            first_line=text.count("\n", 0, start) + 1,
            last_line=text.count("\n", 0, max(start, end - 1)) + 1,
        )
        draft = Draft(text, source, day_first=day_first)
        own = lines[first:last]
        if page is not None:
            _read_page(draft, own, page)
        else:
            read_body(draft, own, read_head(draft, own))
        stories.append(draft.article())
    return stories


def _read_page(draft: Draft, lines: Sequence[Line], main: Main) -> None:
    """Reads the story of a whole web page."""
    for line in lines[: main.headline]:
        draft.drop(line, "page above the story")
    take_headline(draft, lines, main.headline, main.headline + 1)
    for name, line in head_people(lines, main):
        draft.add_people(parse_byline(f"By {name}"), line.start, line.end)
    stamps = head_stamps(lines, main)
    for line in stamps:
        if (read := page_stamp(line.text)) is not None:
            draft.stamps.append((read[0], line.start - read[1]))
    for line in lines[main.headline + 1 : main.first]:
        if is_byline(line.text):
            for agency in byline_agencies(line.text):
                draft.take_agency(agency, "byline", line.start, line.end)
        if line.text == draft.headline:
            draft.note("headline again", line)
        else:
            draft.note("stamp" if line in stamps else "page head", line)
    if main.dateline is not None:
        line = lines[main.dateline]
        found = dateline_at(draft.text, line)
        if found is not None:
            draft.take_dateline(found, line.start)
    elif (at := place_alone(lines, main)) is not None:
        spot = lines[at]
        city = replace(locate(spot.text, []), start=0, end=len(spot.text))
        draft.take_dateline(
            Dateline(raw=spot.text, cities=(city,), start=0, end=len(spot.text)), spot.start
        )
    story = lines[main.first : main.last]
    kept = [line for line in story if line.kind != "text" or _is_text(line)]
    for line in story:
        if line not in kept:
            draft.drop(line, "short line of a page")
    read_body(draft, kept, 0)
    for line in lines[main.last :]:
        draft.drop(line, "page below the story")


def _is_text(line: Line) -> bool:
    """Whether a line among the text of a page is text: long, or ending as a sentence does."""
    return len(line.text) >= 60 or line.text[-1] in ".!?”\"'’:"
