"""The paragraphs of a story, of which its lines are only a hint.

Wire copy comes in three shapes: blocks between blank lines, one paragraph a line, and lines broken
at a fixed width, where a paragraph begins with an indent or after a line that ends early. The
indents are no longer in the body; the offsets of its lines in the source still show them. Lines of
tables stay lines, whatever stands around them.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from wiredesk.index.article import Article

LONG_LINE = 100
"""A body whose lines are longer than this on average has one paragraph a line."""

NARROW = 45
"""Lines of a table are shorter than this; of running text, only those of a narrow column."""

COLUMN = 0.3
"""The least share of lines that begin in lower case in a narrow column of running text."""

DEEP = 4
"""Lines that all stand in by so much, their line end counted, are paragraphs of one line."""

EARLY, VERY_EARLY = 0.85, 0.6
"""Up to this share of the width a line ends early: one that ends a sentence, and any other."""

MAX_INDENT = 40

_COLUMNS = re.compile(r"\S {3,}\S|\S  +\S.*\S  +\S")
_ENDED = re.compile(r"[.!?:;][\"')\]\u201d\u2019\u00bb]*\s*$")
_FIGURES = 0.35
_HYPHEN = re.compile(r"(?<=[^\W\d_]-)\n(?!(?:and|or|to|und|oder|bis|et|ou|y|o|ve|veya|и|или)\b)")
"""Where a line ends with the hyphen of a word: `short-` and `term`, but not `short-` and `and`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Some characters of the body. In `rows` every line counts, in `columns` every blank too.

    `lead` is the indent of the first line of columns; `joints` says what stands for each line feed,
    by its offset: a blank in running text, a line feed and the next line's indent in rows.
    """

    start: int
    end: int
    rows: bool = False
    columns: bool = False
    lead: str = ""
    joints: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of the body. `length` counts what stands before it in the source too, such as the
    dateline; `blank` tells whether a blank line stands above, `margin` the source characters
    between it and the line above."""

    text: str
    start: int
    end: int
    length: int
    blank: bool
    margin: int

    @property
    def ended(self) -> bool:
        return _ENDED.search(self.text) is not None

    @property
    def columns(self) -> bool:
        return _COLUMNS.search(self.text) is not None

    @property
    def figures(self) -> bool:
        """Whether much of the line is numbers."""
        digits = sum(map(str.isdigit, self.text))
        return digits >= _FIGURES * len("".join(self.text.split()))


def paragraphs(article: Article) -> list[Paragraph]:
    """The paragraphs of a story's body, in order and without the blank lines between them."""
    lines = _lines(article)
    if not lines:
        return []
    if sum(len(line.text) for line in lines) > LONG_LINE * len(lines):
        return [Paragraph(start=line.start, end=line.end) for line in lines]
    width = _width(lines)
    runs: list[tuple[bool, list[_Line]]] = []
    edges = [0, *_breaks(lines), len(lines)]
    for run in (lines[a:b] for a, b in pairwise(edges)):
        rows = len(run) == 1 and _is_row(run[0], width)
        if rows and runs and runs[-1][0] and not run[0].blank:
            runs[-1][1].extend(run)
        else:
            runs.append((rows, run))
    return [_paragraph(article.body, run, rows) for rows, run in runs]


def _paragraph(body: str, run: Sequence[_Line], rows: bool) -> Paragraph:
    start, end = run[0].start, run[-1].end
    least = min((line.margin for line in run if line.margin > 0), default=0)
    rows = rows and (len(run) > 1 or run[0].columns)
    columns = rows and any(line.columns for line in run)
    indents = {
        line.start: " " * min(line.margin - least, MAX_INDENT) if columns else "" for line in run
    }
    joints = (
        {at: "\n" + indents[after.start] for after in run[1:] for at in [after.start - 1]}
        if rows
        else {at: " " for at in range(start, end) if body[at] == "\n"}
    )
    if not rows:
        joints.update((m.start(), "") for m in _HYPHEN.finditer(body, start, end))
    return Paragraph(
        start=start, end=end, rows=rows, columns=columns, lead=indents[start], joints=joints
    )


def _lines(article: Article) -> list[_Line]:
    body, line = article.body, article.dateline
    lines: list[_Line] = []
    before = 0
    starts = [at for at, _, _ in article.body_map]
    for match in re.finditer(r"[^\n]+", body):
        if not match[0].strip():
            continue
        start, end = match.span()
        at = bisect_left(starts, start)
        margin = -1
        if 0 < at < len(starts) and starts[at] == start:
            _, origin, length = article.body_map[at - 1]
            margin = article.body_map[at][1] - origin - length
        length = len(match[0])
        if not lines and line is not None and line.start >= 0:
            length += min(max(article.source_offset(start) - line.start, 0), LONG_LINE)
        lines.append(
            _Line(
                text=match[0],
                start=start,
                end=end,
                length=length,
                blank=bool(lines) and "\n\n" in body[before : start + 1],
                margin=margin,
            )
        )
        before = end
    return lines


def _width(lines: Sequence[_Line]) -> int:
    """The width at which the lines were broken: most of the longer ones come close to it."""
    lengths = sorted(len(line.text) for line in lines)
    return lengths[len(lengths) * 3 // 4]


def _breaks(lines: Sequence[_Line]) -> list[int]:
    """The lines, but for the first, with which a paragraph begins."""
    width = _width(lines)
    inner = lines[1:]
    lower = sum(line.text[0].islower() for line in inner)
    margins = [line.margin for line in inner if not line.blank and line.margin > 0]
    least, most = min(margins, default=0), max(margins, default=0)
    indented = most > least + 1
    table = (width < NARROW or least >= DEEP) and lower < COLUMN * len(inner)

    def begins(above: _Line, line: _Line) -> bool:
        if line.blank or above.columns or line.columns or above.length > LONG_LINE:
            return True
        if indented and line.margin > least + 1:
            return True
        word = line.text.split(maxsplit=1)[0]
        room = above.length + 1 + len(word)
        # Figures may stand in running text, whose lines are full; those of a table rarely are, but
        # where dots lead to them.
        full = not table and room > EARLY * width and "...." not in above.text
        if above.figures and not above.ended and not full and not line.text[0].islower():
            return True
        if table:
            new = above.ended or not line.text[0].islower() or room <= width
            return new and not indented
        if line.text[0].islower() and not (above.ended or above.figures):
            return False
        if room <= VERY_EARLY * width:
            return True
        if indented:
            return False
        return above.ended and room <= EARLY * width

    return [n for n in range(1, len(lines)) if begins(lines[n - 1], lines[n])]


def _is_row(line: _Line, width: int) -> bool:
    """Whether a line that stands alone looks like a line of a table or a list."""
    short = len(line.text) <= max(EARLY * width, NARROW)
    return line.columns or ((short or line.figures) and not line.ended)
