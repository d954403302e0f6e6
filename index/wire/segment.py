"""Where stories begin and end in a text that may hold many.

Every line that could open a story gets a score: from what stands below it (a dateline, byline or
stamp with only headline-, note- or caption-lines between) and from what stands above it (a credit,
sign-off, copyright line or rule; a gap larger than usual). The boundaries are then chosen by
dynamic programming: the set with the best sum of scores in which every story has text of its own.
Without a second opening the text is one story.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from wiredesk.index.article import Dateline
from wiredesk.index.wire.byline import is_byline
from wiredesk.index.wire.credit import is_credit
from wiredesk.index.wire.dateline import REACH, parse_dateline
from wiredesk.index.wire.dates import find_stamp
from wiredesk.index.wire.fold import CAPITALS, fold
from wiredesk.index.wire.forms import is_note, line_form
from wiredesk.index.wire.lines import Line, is_sentence
from wiredesk.index.wire.names import is_house
from wiredesk.index.wire.tables import agency_names

THRESHOLD = 3.0
"""A boundary costs this much; its evidence must be worth more."""

SET_APART = 0.7
"""What a blank line above a headline adds where every paragraph has one."""

HEAD_LINES = 7
"""A dateline stands at most this many lines below the first line of its story."""

_BLANK_LINE = re.compile(r"\r?\n[ \t\u00a0]*\r?\n")
_MAY_OPEN = re.compile(
    rf"[*>^\s]*[(\[]?[{CAPITALS}]"
    rf"[^\n]{{0,140}}?(?:[-–—_―\u2212|•]{{1,4}}(?=[\s\"“A-Z]|$)|[)\]]|/[.:\s{CAPITALS}]|:\s|\.-"
    r"|, [^\W\d_]{3,9}\.? \d{1,2}[.,]\s[A-Z]|, [A-Z][a-z.]+ (?:A|An|The|In|On|At)\s)"
)
_SMALL_DATELINE = re.compile(r"[a-z .]{3,30}, ?\w{3,9}\.? \d")  # new york, march 3
_CAPTION = re.compile(
    r"(?:FILE|File)(?: PHOTO)?\s?[-–—:]|.*\((?:AP )?Photo[ /:]|.*\b(?:file photo|FILE PHOTO)\b"
    r"|.*[\[(][^\])]{2,40}/(?:Reuters|AP|AFP|EPA|Getty Images)[\])]\s*$"
    r"|.*\b(?:Photograph|Photo by|Photographer|Illustration|Image)s?:"
    r"|.{3,80}\bGetty Images$"
    r"|(?:Image|Photo|Picture|Credit)(?: credit| source| by)?:|toggle caption"
)


_CREDIT_BEHIND = re.compile(
    r"\((?:Reporting|Additional reporting|Writing|Editing) by [^()]*\)$", re.I
)


def dateline_at(text: str, line: Line) -> Dateline | None:
    """The dateline that begins on this line, with offsets from the line's start."""
    if not _MAY_OPEN.match(line.text[:160]) and not (
        line.text[:1].islower() and _SMALL_DATELINE.match(line.text)
    ):
        return None
    if is_caption(line.text) or is_byline(line.text):
        return None
    # A wrapped line may break inside its dateline: look on into the next lines of its paragraph.
    end = max(line.end, line.start + REACH)
    if line.end - line.start < 40:
        return parse_dateline(text[line.start : line.end])
    blank = _BLANK_LINE.search(text, line.end, end)
    return parse_dateline(text[line.start : max(line.end, blank.start() if blank else end)])


def is_caption(text: str) -> bool:
    """Whether a line describes a picture."""
    return len(text) < 700 and bool(_CAPTION.match(text))


def is_stamp(text: str) -> bool:
    """Whether a line is mostly a date: a stamp, not a sentence with a date in it."""
    if len(text) > 140:
        return False
    stamp = find_stamp(text)
    if stamp is None:
        return False
    rest = re.findall(r"[^\W\d_]+", text[: stamp.start] + " " + text[stamp.end :])
    return len(rest) <= 12 and not text.rstrip().endswith((".", "?", "!"))


def segments(text: str, lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Stories as (first, behind last) indexes of `lines`, in order; rules belong to none."""
    if not lines:
        return []
    scores = _scores(text, lines)
    starts = _choose(scores, lines)
    if len(starts) < 2:
        return [(0, len(lines))]
    found = []
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = stop
        while end > start and lines[end - 1].kind == "rule":
            end -= 1
        while start < end and lines[start].kind == "rule":
            start += 1
        if end > start:
            found.append((start, end))
    return found


def _closes(line: Line) -> float:
    """How surely a line ends a story."""
    if line.kind in ("signoff", "copyright"):
        return 2.5
    if line.kind == "rule":
        return 2.0
    if is_credit(line.text):
        return 2.5
    if line.kind == "text" and line.text.endswith(")") and _CREDIT_BEHIND.search(line.text):
        return 2.5
    if line.kind == "furniture":
        return 0.5
    return 0.0


def _scores(text: str, lines: Sequence[Line]) -> dict[int, float]:
    """The score of each line that might open a story."""
    usual = Counter(line.gap for line in lines[1:]).most_common(1)
    usual_gap = usual[0][0] if usual else 0
    scores: dict[int, float] = {}
    datelines = {
        i: dateline
        for i, line in enumerate(lines)
        if line.kind == "text" and (dateline := dateline_at(text, line)) is not None
    }

    def above(i: int) -> float:
        if i == 0:
            return 10.0
        value = 0.0
        for back in range(1, 4):
            if i - back < 0:
                break
            closing = _closes(lines[i - back])
            if closing > 0.5:
                value = max(value, closing - 0.4 * (back - 1))
                break
            if lines[i - back].kind == "text" and not (
                back < 3 and len(lines[i - back].text) < 110
            ):
                break
        if lines[i].gap > max(usual_gap, 1):
            value += 1.5 if lines[i].gap - usual_gap == 1 else 2.0
        elif lines[i].gap > usual_gap:
            value += 0.7
        return value

    for i, line in enumerate(lines):
        if line.kind not in ("text",):
            continue
        anchor = 0.0
        dateline = datelines.get(i)
        if dateline is not None:
            anchor = 1.2 + 0.8 * bool(dateline.agency) + 0.8 * bool(dateline.date)
            if dateline.cities and dateline.cities[0].city.isupper():
                anchor += 0.4
        elif is_byline(line.text):
            anchor = 1.6
        elif is_stamp(line.text):
            anchor = 1.5
        if not anchor:
            continue
        start, headlines = _walk_up(lines, i, datelines)
        if dateline is None and not _reads_on(lines, start):
            continue
        if start == i and dateline is not None and not headlines:
            anchor -= 0.8
        value = anchor + min(above(start), 4.0) + (0.8 if headlines else -0.6)
        if start > 0 and above(start) < 0.7:
            # Nothing ended above: only a headline set apart, or in capitals over a full dateline.
            full = dateline is not None and bool(dateline.agency or dateline.date)
            set_apart = lines[start].gap > 0 or (full and lines[start].text.isupper())
            if not (headlines and set_apart):
                continue
            value += SET_APART * (lines[start].gap > 0)
        scores[start] = max(scores.get(start, 0.0), value)
    for i, line in enumerate(lines):
        if i in scores or i == 0 or line.kind != "text":
            continue
        bare = _bare_opening(lines, i, usual_gap)
        if bare:
            scores[i] = bare
    scores[0] = 10.0
    return scores


def _bare_opening(lines: Sequence[Line], i: int, usual_gap: int) -> float:
    """The score of a headline without dateline, byline or stamp: two weaker signs must agree."""
    line = lines[i]
    if is_sentence(line.text) or len(line.text) < 15 or line.text[:1].islower():
        return 0.0
    if line.indent > 3 or i + 1 >= len(lines) or len(line.text.split()) < 3:
        return 0.0
    before = lines[i - 1]
    strong = (
        is_credit(before.text)
        or before.kind == "signoff"
        or before.kind == "rule"
        or (before.kind == "copyright" and line.gap > 0)
    )
    wide = line.gap > max(usual_gap, 1)
    following = next((n for n in lines[i + 1 : i + 4] if is_sentence(n.text) or n.indent > 2), None)
    if following is None or is_note(line.text) or not _reads_on(lines, i):
        return 0.0
    if strong and (line.gap >= usual_gap):
        return 3.6
    if wide and _closes(before) >= 2.0:
        return 4.0
    if wide and before.text.rstrip("\"'”’)")[-1:] in ".!?" and following.gap >= 1:
        return 3.2
    return 0.0


def _reads_on(lines: Sequence[Line], start: int) -> bool:
    """Whether running text follows: two sentences, or one long one, before the next closing."""
    size = 0
    for line in lines[start + 1 : start + 12]:
        if line.kind in ("signoff", "copyright", "rule"):
            break
        if line.kind == "text" and (is_sentence(line.text) or line.indent > 2):
            size += len(line.text)
    return size >= 60


def _walk_up(
    lines: Sequence[Line], anchor: int, datelines: Mapping[int, Dateline]
) -> tuple[int, int]:
    """The first line of the head that an anchor belongs to, and how many headline lines it has."""
    start, headlines = anchor, 0
    for i in range(anchor - 1, max(-1, anchor - 1 - HEAD_LINES), -1):
        line = lines[i]
        if line.kind in ("signoff", "copyright", "rule") or i in datelines:
            break
        if lines[i + 1].gap >= 2 and headlines and not is_stamp(line.text):
            break
        if line.kind == "code" or fold(line.text.strip(" =^")) in agency_names():
            start = i
            continue
        if line.kind == "furniture":
            # Chrome after a credit belongs to the story above.
            if i and _closes(lines[i - 1]) > 0.5:
                break
            if headlines or any(lines[k].kind == "text" for k in range(max(0, i - 2), i)):
                continue
            start = i
            continue
        if is_credit(line.text) or _closes(line) > 1:
            break
        if (
            is_byline(line.text)
            or is_stamp(line.text)
            or line_form(line.text)
            or is_note(line.text)
        ):
            if is_byline(line.text):
                # What stood below it was a job line; the headline comes above a byline.
                if lines[i + 1].gap > 1:
                    break
                headlines = 0
            start = i
            continue
        if is_caption(line.text):
            if i and (lines[i - 1].kind != "text" or is_sentence(lines[i - 1].text)):
                break
            start = i
            continue
        if line.text.startswith(("* ", "• ")) or (i and _is_job(lines[i - 1], line)):
            start = i  # key points, and the job line below a byline, are no headlines
            continue
        if line.indent > 2 and lines[i + 1].indent <= 2:
            break
        sentence = is_sentence(line.text)
        if sentence and (headlines or len(line.text) > 90) and not _headed(lines, i):
            break
        if line.text[:1].islower() and lines[i + 1].gap == 0 and line.gap == 0:
            break
        if headlines >= 3:
            break
        start = i
        headlines += 1
    return start, headlines


def _is_job(above: Line, line: Line) -> bool:
    """Whether a line tells the job or house of the byline above it: `Associated Press Writer`."""
    return line.gap == 0 and is_house(line.text.rstrip(" =")) and is_byline(above.text)


def _headed(lines: Sequence[Line], i: int) -> bool:
    """Whether a sentence is a standfirst: a headline right above it, an end above that."""
    if i == 0:
        return True
    above = lines[i - 1]
    return (
        above.kind == "text"
        and not is_sentence(above.text)
        and (i == 1 or _closes(lines[i - 2]) > 1 or above.gap >= 2)
    )


def _choose(scores: dict[int, float], lines: Sequence[Line]) -> list[int]:
    """The best set of starts: each scores above the threshold and has text of its own."""
    candidates = sorted(i for i, score in scores.items() if score > THRESHOLD)
    best: list[tuple[float, list[int]]] = []
    for n, i in enumerate(candidates):
        value, chain = scores[i] - THRESHOLD, [i]
        for earlier in range(n - 1, max(-1, n - 12), -1):
            j = candidates[earlier]
            if not _has_text(lines, j, i):
                continue
            total = best[earlier][0] + scores[i] - THRESHOLD
            if total > value or chain == [i]:
                value, chain = total, [*best[earlier][1], i]
        best.append((value, chain))
    usable = [b for b in best if b[1][0] == 0 and _has_text(lines, b[1][-1], len(lines))]
    return max(usable, key=lambda b: b[0])[1] if usable else [0]


def _has_text(lines: Sequence[Line], start: int, stop: int) -> bool:
    """Whether the lines hold a story: something beyond a headline."""
    texts = [line for line in lines[start:stop] if line.kind == "text"]
    below = any(len(line.text) > (20 if line.indent > 2 else 40) for line in texts[1:])
    return below and sum(len(line.text) for line in texts) >= 60
