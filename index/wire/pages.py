"""Whole web pages as plain text: where the story lies among menus, teasers and related stories.

Its headline is the line that a byline, a stamp or a standfirst follows and then much running text;
a line that the page has once more is more likely the one, a line it has often is furniture. No
site's furniture is listed.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from wiredesk.index.article import Dateline
from wiredesk.index.wire.byline import is_byline, parse_byline
from wiredesk.index.wire.dateline import parse_dateline
from wiredesk.index.wire.dates import Stamp, find_stamp
from wiredesk.index.wire.lines import Line
from wiredesk.index.wire.names import is_house, is_name
from wiredesk.index.wire.places import known_place

LEAST_LINES = 25
"""A text with fewer lines is not taken for a whole page."""

REACH = 90
"""A dateline stands at most this many lines below the headline of its page."""

WINDOW = 50
"""The text that speaks for a headline begins within this many lines below it."""

HOLE = 30
"""The text of a story has no hole of more lines than this."""

_STOP = re.compile(r"[.!?…][\"'”’)\]]*$")
_CREDIT = re.compile(
    r"(?:Photograph|Photo|Image|Picture|Credit|Illustration)s?(?: by)?:"
    r"|\b(?:Getty|File image|file photo|AP Photo)\b|/(?:AP|Reuters|AFP|EPA)\b"
)
_RELATIVE = re.compile(
    r"(?:first )?(?:published|updated|posted|last updated)\b.{0,40}$", re.IGNORECASE
)
_WRITTEN = re.compile(
    r"^[|\s]*(?:(?:written|reported|posted|story|words|text)\s+(?=by\b))?", re.IGNORECASE
)
_BY_LABELS = ("by", "by:", "author:", "author of the article:", "authors:", "written by")
_GLUED = re.compile(r"(?:19|20)\d\d(?=\d{1,2}:\d\d)")
_LABELS = frozenset(
    "the a an in on at for of to by with and or is are new news world business sport sports "
    "opinion politics home about contact us uk privacy terms policy latest more read sign "
    "subscribe follow watch video photo photos top best most all our your my this that how "
    "why what when where who money health science tech technology arts culture travel food "
    "style life lifestyle weather search menu share images getty press live stories story "
    "page site map help support show manage cookie cookies digital access full article "
    "articles download related topics skip next previous careers jobs cars shopping local "
    "national international report reports daily weekly morning newsletter newsletters "
    "podcast podcasts estate crime courts markets finance economy education environment "
    "climate energy community events letters columns columnists analysis quiz games puzzles "
    "crosswords key points free email link log account edition conditions press group "
    "editorial magazine review history games club league cup city county united states "
    "kingdom council party party's office house street park school college university ".split()
)
_JOBS = frozenset(
    "editor reporter correspondent director writer columnist producer journalist critic "
    "contributor staff fellow host anchor".split()
)


@dataclass(frozen=True, slots=True)
class Main:
    """The story of a page, as indexes of its lines: the headline, where text begins, its end."""

    headline: int
    first: int
    last: int
    dateline: int | None = None


def is_page(lines: Sequence[Line]) -> bool:
    """Whether lines look like a whole web page: many, most of them short, few blank lines."""
    if len(lines) < LEAST_LINES or sum(line.kind == "signoff" for line in lines) > 1:
        return False
    if sum(line.indent > 2 for line in lines) > len(lines) / 4:
        return False
    short = sum(len(line.text) < 48 for line in lines)
    spaced = sum(line.gap > 0 for line in lines)
    return short > 0.5 * len(lines) and 3 * spaced < len(lines) and sum(map(_is_prose, lines)) > 1


def find_main(lines: Sequence[Line]) -> Main | None:
    """Where the story of a page lies; None if the lines are no page or have no headline."""
    if not is_page(lines):
        return None
    alone = {i for i, line in enumerate(lines) if _is_prose(line)}
    # Paragraphs stand together; the standfirst of a teaser stands alone.
    prose = sorted(i for i in alone if alone & {i - 2, i - 1, i + 1, i + 2})
    if not prose:
        return None
    counts = Counter(line.text.casefold() for line in lines)
    shared = {line.text.casefold().rpartition(" : ")[2] for line in lines if " : " in line.text}
    scores = {
        i: _score(lines, i, prose, counts, shared) for i in range(min(prose[-1], len(lines) - 1))
    }
    best = max(scores, key=lambda i: (scores[i], i), default=None)
    if best is None or scores[best] < 2:
        return None
    below = [i for i in prose if i > best]
    first = end = below[0]
    for i in below:
        if i - end > HOLE:
            break
        end = i
    end += 1
    dateline = _dateline(lines, best + 1, min(end, best + 1 + REACH))
    if dateline is not None:
        first = dateline
    else:
        while first - 1 > best and _is_standing(lines[first - 1]):
            first -= 1
    return Main(best, first, max(end, first + 1), dateline)


def _is_prose(line: Line) -> bool:
    text = line.text
    return len(text) >= 80 and text.count(" ") >= 11 and _STOP.search(text) is not None


def _is_standing(line: Line) -> bool:
    """A line just above the prose that belongs to it: a short paragraph or a quote."""
    text = line.text
    return (
        len(text) >= 60
        and _STOP.search(text) is not None
        and not _CREDIT.search(text)
        and not is_byline(text)
    )


def _score(
    lines: Sequence[Line],
    i: int,
    prose: Sequence[int],
    counts: Mapping[str, int],
    shared: Set[str],
) -> float:
    """How much a line of a page looks like its headline."""
    text = lines[i].text
    words = text.split()
    if not 18 <= len(text) <= 200 or len(words) < 4 or text[0].islower():
        return -9.0
    if is_byline(text) or _CREDIT.search(text) or (find_stamp(text) is not None and len(text) < 45):
        return -9.0
    if lines[i].kind != "text":
        return -9.0
    score = 1.0 if len(text) >= 30 else 0.0
    if text.rstrip("\"'”’)").endswith(".") and not text.endswith((".S.", "...")):
        score -= 2.5
    if len(text) > 140:
        score -= 1.0
    key = text.casefold()
    again = counts[key] - 1
    # Once or twice more is a title; more often is furniture.
    score += 1.2 * again if again < 3 else -4.0
    if len(key) > 25 and key in shared:
        score += 1.0
    if len(text) < 35:
        score -= 0.8
    if names_alone(text):
        return -9.0
    if i and names_alone(lines[i - 1].text):
        score -= 1.0
    score += _signs(lines[i + 1 : i + 9], text)
    above = lines[i - 1].text if i else ""
    if len(above) >= 30 and len(above.split()) > 4 and not _STOP.search(above):
        score -= 1.2 if not _CREDIT.search(above) and not is_byline(above) else 0.0
    at = bisect_right(prose, i)
    ahead = [n for n in prose[at : at + 20] if n <= i + WINDOW]
    if not ahead:
        return -9.0
    begin = ahead[0]
    score += 0.4 * min(sum(min(len(lines[n].text), 500) / 100 for n in ahead), 8.0)
    score += 1.0 if begin - i <= 12 else 0.4
    score -= 0.02 * (begin - i)
    behind = i - prose[at - 1] if at else len(lines)
    # Running text right above: a heading inside a story.
    score -= 3.0 if behind <= 3 else 1.5 if behind <= 9 else 0.0
    teasers = sum(_is_title(line.text) for line in lines[i + 1 : begin])
    # Other titles between it and the text: it may be a teaser itself.
    score -= min(0.4 * teasers, 1.8)
    return score


def _signs(below: Sequence[Line], headline: str) -> float:
    """What the lines below a headline say for it: byline, stamp, names, a standfirst."""
    byline = stamp = names = 0.0
    for n, line in enumerate(below):
        near = plain_byline(line.text)
        weight = 1.0 if n < 4 else 0.7
        if (byline or stamp or names) and _is_title(near):
            break
        if (is_byline(near) and parse_byline(near)) or near.casefold() in _BY_LABELS:
            byline = max(byline, 2.4 * weight)
        elif len(near) < 130 and (page_stamp(near) is not None or _RELATIVE.match(near)):
            stamp = max(stamp, 1.6 * weight)
        elif names_alone(near) and near != headline:
            names = max(names, 0.8 * weight)
    standing = bool(below) and 40 <= len(below[0].text) <= 260 and below[0].text[0].isupper()
    return max(byline, names) + stamp + 0.5 * (standing and below[0].text != headline)


def _is_title(text: str) -> bool:
    """Whether a line has the size of a headline and no stop: another story may begin here."""
    return (
        len(text) > 35
        and len(text.split()) > 5
        and _STOP.search(text) is None
        and find_stamp(text) is None
        and not is_byline(text)
    )


def plain_byline(text: str) -> str:
    """A byline without what pages put before it: `| Written by Ada Muster`."""
    return _WRITTEN.sub("", text, count=1)


def page_stamp(text: str) -> tuple[Stamp, int] | None:
    """The stamp of a line, and how far its offsets are shifted; year and clock may be glued."""
    stamp = find_stamp(text)
    glued = _GLUED.search(text) if stamp is None else None
    if glued is not None:
        stamp = find_stamp(f"{text[: glued.end()]} {text[glued.end() :]}")
    return (stamp, 1 if glued else 0) if stamp is not None else None


def place_alone(lines: Sequence[Line], main: Main) -> int | None:
    """The line between headline and text that holds a place and nothing else."""
    for i in range(main.headline + 1, min(main.headline + 9, len(lines) - 1)):
        text = lines[i].text
        if 3 < len(text) < 26 and text[0].isupper() and known_place(text):
            below = lines[i + 1]
            above = lines[i - 1].text
            if _is_prose(below) and (page_stamp(above) is not None or is_byline(above)):
                return i
    return None


def names_alone(text: str) -> tuple[str, ...]:
    """The people of a line that holds names and nothing else but a job, a handle or a time."""
    plain = re.split(r"\s*[@|·•]|(?<=[a-z])\d|\s+\d", text)[0].strip(" ,&…")
    if not 5 <= len(plain) <= 90 or _STOP.search(plain):
        return ()
    found = []
    for part in re.split(r",?\s+(?:and|&)\s+|,\s*", plain):
        words = part.split()
        jobs = [n for n, word in enumerate(words) if word.casefold().strip(",") in _JOBS]
        if jobs and len(words) > 3:
            words = words[:2]
        name = " ".join(words)
        if not is_name(name) or len(words) > 4 or is_house(name) or known_place(name):
            return ()
        low = {word.casefold().strip(".,'’") for word in words}
        if low & _LABELS or (any(w.isupper() and len(w) > 3 for w in words) and not name.isupper()):
            return ()
        found.append(name)
    return tuple(found)


def head_people(lines: Sequence[Line], main: Main) -> list[tuple[str, Line]]:
    """The people named between the headline of a page and its text, with their lines."""
    window = lines[main.headline + 1 : max(main.first, min(main.headline + 16, main.last))]
    for n, line in enumerate(window):
        text = plain_byline(line.text)
        if text.casefold() in _BY_LABELS and n + 1 < len(window):
            listed: list[tuple[str, Line]] = []
            for below in window[n + 1 : n + 14]:
                names = names_alone(below.text.rstrip("0123456789, &…"))
                if names:
                    listed += [(name, below) for name in names if name not in dict(listed)]
                elif len(below.text) > 3:
                    break
            if listed:
                return listed
        if len(text) < 140 and is_byline(text):
            people = parse_byline(text)
            if people:
                return [(person.name, line) for person in people]
    best: list[tuple[str, Line]] = []
    for n, line in enumerate(window[:14]):
        names = names_alone(line.text)
        if not names or line.text == lines[main.headline].text:
            continue
        near = [window[m].text for m in (n - 1, n + 1) if 0 <= m < len(window)]
        dated = any(
            len(t) < 130 and (page_stamp(t) is not None or _RELATIVE.match(t)) for t in near
        )
        marked = "@" in line.text or page_stamp(line.text) is not None
        job = any(w.casefold() in _JOBS for w in line.text.split()[2:])
        if dated or marked or job:
            return [(name, line) for name in names]
    return best


def head_stamps(lines: Sequence[Line], main: Main) -> list[Line]:
    """The lines between headline and text that state a date, the likeliest first."""
    window = lines[main.headline + 1 : max(main.first, min(main.headline + 9, main.last))]
    found = [
        line
        for line in window
        if len(line.text) < 130
        and (stamp := page_stamp(line.text)) is not None
        and len(line.text) - (stamp[0].end - stamp[0].start) < 90
        and not _is_prose(line)
    ]
    if not found:
        at = main.headline
        above = lines[at - 1] if at else lines[at]
        teaser = at > 1 and (_is_title(lines[at - 2].text) or bool(names_alone(lines[at - 2].text)))
        # A kicker and a date may stand above the headline, but so may the date of a teaser.
        return (
            [above] if not teaser and at and page_stamp(above.text) and len(above.text) < 60 else []
        )
    people = {line.start for _, line in head_people(lines, main)}
    order = {line.start: n for n, line in enumerate(window)}
    spots = [order[start] for start in people if start in order]

    def distance(line: Line) -> float:
        here = order[line.start]
        return min((abs(here - spot) for spot in spots), default=here)

    return sorted(found, key=distance)


def _dateline(lines: Sequence[Line], first: int, last: int) -> int | None:
    """The first line of a page's story that begins with a dateline."""
    for i in range(first, min(last, len(lines))):
        text = lines[i].text
        if len(text) < 60 or _CREDIT.search(text):
            continue
        found: Dateline | None = parse_dateline(text)
        if found is not None and (found.agency or found.date or found.cities):
            return i
    return None
