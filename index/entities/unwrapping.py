"""Where a line goes on in the next one: hard-wrapped copy as paragraphs.

Copy that is wrapped is filled to a width: a line is *full* if the first word of the next one would
not have fitted. In a wrapped story nearly all lines that end inside a sentence are full; tables,
lists, poems and stories with a paragraph a line have few that are: of 2,000 Reuters stories on a
wire 1,420 have 95 of 100 such lines full, and those with tables 20 to 60. So a story is wrapped or
not as a whole. If it is, its full lines go on in the next one, the first one counted with the
dateline that was taken off it. If not, there may be text between tables: its full lines go on where
letters say so.
"""

import re
from itertools import pairwise

from wiredesk.index.article import Article
from wiredesk.index.entities.tables import lists

NARROWEST = 40
"""Narrower lines are a list, or verse."""

SLACK = 8
"""Characters by which full lines differ: the first of a paragraph has lost its indent, and where
the copy was wrapped is known from its lines only."""

_END = re.compile(r"[.!?:\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964]['\"”’»)\]]*$")
_INITIAL = re.compile(r"(?<![^\W_])[^\W\d_]\.$")
_ROW = re.compile(r"\S(?: {3,}|\t)\s*\S|\.{4}")
_ITEM = re.compile(r"\s*(?:[-*+•–—·]|\(?(?:\d{1,3}|[a-z])[.)])\s")


def unwrapped(article: Article) -> str:
    """The body with a blank for each line end inside a paragraph: positions stay."""
    lines = article.body.split("\n")
    goes_on = _going_on(article, lines)
    ends = (" " if i in goes_on else "\n" for i in range(len(lines)))
    return "".join(line + end for line, end in zip(lines, ends, strict=True))[:-1]


def _going_on(article: Article, lines: list[str]) -> set[int]:
    """The lines that go on in the next one."""
    lines = [line.rstrip() for line in lines]
    widths = [len(line) for line in lines]
    if article.dateline is not None and article.dateline.start >= 0:
        widths[0] += max(0, article.source_offset(0) - article.dateline.start)
    pairs = [i for i, two in enumerate(pairwise(lines)) if _are_text(*two)]
    inside = [i for i in pairs if not _ends_sentence(lines[i])]
    lengths = sorted(filter(None, widths))
    width = lengths[len(lengths) * 9 // 10] if inside else 0
    if width < NARROWEST:
        return set()
    first = {i: lines[i + 1].split()[0] for i in inside}
    full = [i for i in inside if widths[i] + 1 + len(first[i]) > width - SLACK]
    small = sum(first[i][0].islower() for i in inside)
    large = sum(first[i][0].isupper() for i in inside)
    sentences = sum(bool(_END.search(line)) for line in lines)
    cut_short = not _END.search(next(filter(None, reversed(lines))))
    prose = 2 * (small + sentences) >= large
    if prose and 3 * len(full) >= 2 * (len(inside) + cut_short):
        return set(full)
    surely = {i for i in full if first[i][0].islower() or first[i][0] == "("}
    if len(surely) < 2:
        return set()
    return surely | {i for i in full if re.search("[a-z,;]$", lines[i])}


def _are_text(line: str, following: str) -> bool:
    """Whether two lines could be one text: neither blank, nor rows of a table, nor items."""
    return bool(
        line
        and following
        and not _ITEM.match(following)
        and not _ROW.search(line)
        and not _ROW.search(following)
    )


def _ends_sentence(line: str) -> bool:
    """Whether a line ends with a stop that is not that of an initial or a title."""
    last = line.rsplit(None, 1)[-1]
    known = _INITIAL.search(last) or (last.lower(),) in lists().titles
    return bool(_END.search(last)) and not known
