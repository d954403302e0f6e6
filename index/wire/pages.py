"""A whole web page as text: which of its lines are the story.

Menus, teasers and related stories stand around the text of a scraped page, often with more words
than the story itself. The body is the run of lines with the most running text (the maximum
subarray of a weight per line, Kadane 1984); the headline is the first of the worded lines above
it, above the lines that name author and date.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wiredesk.index.wire.credit import is_byline, is_name
from wiredesk.index.wire.dates import find_stamp
from wiredesk.index.wire.fold import fold
from wiredesk.index.wire.lines import Line
from wiredesk.index.wire.segment import is_caption, is_stamp

SHORTEST = 25
"""A text of fewer lines is no whole page."""

SHORT_SHARE = 0.4
"""At least this share of the lines of a page has four words or fewer: menus, buttons, labels."""

HEAD_REACH = 45
"""The headline stands at most this many lines above the body (authors may come between)."""


@dataclass(frozen=True, slots=True)
class Page:
    """Indexes of lines: the headline, the first line of the body, behind its last."""

    headline: int
    body: int
    end: int


def find_page(lines: Sequence[Line]) -> Page | None:
    """The story of a web page; None if the lines are not those of a page."""
    if len(lines) < SHORTEST or sum(line.kind == "signoff" for line in lines) > 1:
        return None
    short = sum(len(line.text.split()) <= 4 for line in lines)
    if short < SHORT_SHARE * len(lines) or sum(line.indent > 2 for line in lines) > len(lines) / 4:
        return None
    body, end = _body(lines)
    if body < 6 or end - body < 2:
        return None
    headline = _headline(lines, body)
    return Page(headline, max(body, headline + 1), end) if headline is not None else None


def _weight(line: Line) -> float:
    """How much a line is text of a story: long sentences count, labels count against."""
    if line.kind != "text":
        return -0.15
    size = len(line.text)
    if size > 60 and re.search(r"[.!?][\"'”’)]*$", line.text):
        return min(size, 300) / 100
    if size > 150 and re.search(r"[a-z”\"][.!?] [A-Z“\"]", line.text):
        return 1.0
    return -0.3 if len(line.text.split()) > 4 else -0.45


def _body(lines: Sequence[Line]) -> tuple[int, int]:
    """The maximum subarray of the weights; labels among its first lines are not yet text."""
    best, span = 0.0, (0, 0)
    total, start = 0.0, 0
    for i, line in enumerate(lines):
        weight = _weight(line)
        if total <= 0:
            total, start = 0.0, i
        total += weight
        if total > best:
            best, span = total, (start, i + 1)
    first, end = span
    for i in range(min(first + 8, end - 1), first - 1, -1):
        if _is_dated_label(lines, i):
            return i + 1, end
    return span


def is_label(text: str) -> bool:
    """Whether a line names author or date of a page."""
    return (
        is_byline(text)
        or is_stamp(text)
        or named_in_label(text) != ()
        or bool(re.match(r"(?:Author of the article|Written by|By)\b.{0,60}$", text))
        or bool(re.match(r"(?:\|\s*)?(?:Last )?(?:Published|Updated|Posted)\b.{0,60}$", text, re.I))
    )


_JOB = re.compile(
    r"(?:[A-Z][\w&-]+\s+){0,4}(?:[Ee]ditor|[Rr]eporter|[Cc]orrespondent|[Ww]riter|[Dd]irector"
    r"|[Cc]olumnist|[Jj]ournalist|[Cc]ontributor|[Pp]roducer|[Aa]nalyst)s?\b.*"
)
_LED = re.compile(r"^\W*(?:(?:Written|Reported|Posted|Words?|Story)\s+)?by:?\s+", re.IGNORECASE)
_TAIL = re.compile(r"\s*@\w+.*$|\s*[|•·,].*$|\d+,?$")


def named_in_label(text: str) -> tuple[str, ...]:
    """The people of a label: `Ada Muster Parliamentary editor`, `Ada Muster@ada`, `Ada Muster,`."""
    if len(text) > 90 or text.endswith((".", "?", "!")):
        return ()
    led = _LED.sub("", text)
    plain = _TAIL.sub("", led).strip(" &…")
    words = plain.split()
    for size in (4, 3, 2):
        name = " ".join(words[:size])
        if len(words) > size and is_name(name) and _JOB.fullmatch(" ".join(words[size:])):
            plain = name
    names = re.split(r"\s+(?:and|&)\s+", plain)
    if led == text and (plain.isupper() or re.search(r"['’]s\b", plain)):
        return ()
    return tuple(names) if all(is_name(n) and len(n.split()) < 5 for n in names) else ()


def _headline(lines: Sequence[Line], body: int) -> int | None:
    """The topmost worded line above the labels of author and date, or above the body."""
    folded = [fold(line.text) for line in lines]
    labels = [i for i in range(max(0, body - 14), body + 1) if _is_dated_label(lines, i)]
    # Teasers have labels too: only those below the last headline-like line are the story's.
    group = [
        i for i in labels if not any(_could_head(lines[k]) and k > i for k in range(i, labels[-1]))
    ]
    floor = max((i for i in labels if i not in group), default=-1) + 1
    best: tuple[float, int] | None = None
    for i in range(max(floor, body - HEAD_REACH), min(body + 1, len(lines))):
        text = lines[i].text
        words = len(text.split())
        if not _could_head(lines[i]):
            continue
        score = 1.0 if words >= 6 else 0.3
        if len(folded[i]) > 20:
            again = sum(folded[i] in other for n, other in enumerate(folded) if n != i)
            score += 1.2 * min(again, 2)
        below = [label for label in group if 0 < label - i <= 6]
        score += 1.6 - 0.15 * (below[0] - i) if below else 0.0
        score -= min(0.05 * (body - i), 1.5)
        score += 0.3 if i and len(lines[i - 1].text.split()) <= 4 else -0.3
        score -= 0.6 * bool(re.search(r"[.!]$", text))
        if best is None or score > best[0]:
            best = (score, i)
    return best[1] if best is not None else None


def _could_head(line: Line) -> bool:
    """Whether a line has the shape of a headline."""
    text = line.text
    return (
        line.kind == "text"
        and 4 <= len(text.split()) <= 30
        and len(text) <= 170
        and not re.search(r"[a-z]\.$", text)
        and not is_label(text)
        and not is_caption(text)
    )


def _is_dated_label(lines: Sequence[Line], i: int) -> bool:
    line = lines[i]
    return (
        line.kind == "text"
        and not is_caption(line.text)
        and is_label(line.text)
        and (
            find_stamp(line.text) is not None
            or bool(named_in_label(line.text))
            or is_byline(line.text)
        )
    )
