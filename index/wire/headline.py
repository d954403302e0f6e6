"""Which line of a story is its headline, how far it runs, and where the text below it begins."""

import re
from collections.abc import Sequence

from wiredesk.index.wire.byline import is_byline
from wiredesk.index.wire.forms import is_note, line_form
from wiredesk.index.wire.lines import Line, is_sentence
from wiredesk.index.wire.names import is_paper
from wiredesk.index.wire.segment import is_caption, is_stamp
from wiredesk.index.wire.tables import agency_named

_BREADCRUMB = re.compile(r"(?:[^.!?>»\u203a]{1,40}\s[>»\u203a]\s){1,6}[^.!?>»\u203a]{1,40}$")
"""`Home > News > Coast`: where a page hangs, not what it is called."""


_DOMAIN = re.compile(
    r"(?:www\.)?[\w-]+\.(?:com|org|net|info|news|tv|co\.\w\w|[a-z]{2})\b(?!\.).{0,40}", re.I
)
_SITE_BEHIND = re.compile(r"\s+(?P<bar>[-–—|·:]{1,2})\s+(?P<site>[^-–—|·]{3,50})$")


def _is_site(lines: Sequence[Line], i: int) -> bool:
    """Whether a line above the headline is the name of the site that the story stands on."""
    text = lines[i].text
    if len(text) > 60 or len(text.split()) > 8:
        return False
    if _DOMAIN.fullmatch(text) or is_paper(text):
        return True
    return any(
        (line.kind == "copyright" and text in line.text)
        or (
            line is not lines[i]
            and line.text.endswith(text)
            and (behind := _SITE_BEHIND.search(line.text)) is not None
            and behind["site"] == text
        )
        for line in (*lines[: i + 8], *lines[-8:])
    )


def site_behind(lines: Sequence[Line], headline: str) -> int:
    """Where the name of the site begins behind a headline (`Port closed | The Fjord Times`), with
    the mark between; the length of the headline if there is none."""
    match = _SITE_BEHIND.search(headline)
    if match is None:
        return len(headline)
    site = match["site"]
    named = _DOMAIN.fullmatch(site) or any(line.text == site for line in (*lines[:8], *lines[-8:]))
    if match["bar"] == "|" and (is_paper(site) or agency_named(site) is not None):
        named = True
    return match.start() if named else len(headline)


def choose_headline(lines: Sequence[Line], stop: int) -> int | None:
    """The index of the headline among the lines of the head."""
    shaped = [
        i
        for i in range(stop)
        if lines[i].kind == "text"
        and not is_byline(lines[i].text)
        and not is_stamp(lines[i].text)
        and not is_note(lines[i].text)
        and not line_form(lines[i].text)
        and not is_caption(lines[i].text)
        and not _BREADCRUMB.match(lines[i].text)
    ]
    shaped = [i for i in shaped if not is_lead(lines, i)]
    if not shaped:
        return None
    worded = [i for i in shaped if len(lines[i].text.split()) > 2]
    own = [i for i in worded[:-1] if not _is_site(lines, i)] + worded[-1:]
    return (own or shaped)[0]


def is_lead(lines: Sequence[Line], i: int) -> bool:
    """Whether a line in the head is text, not a headline: a bullet, a long sentence."""
    text = lines[i].text
    return (
        bool(re.match(r"[*•·] ?\w", text))
        or (len(text) > 80 and text.endswith(".") and not text.endswith(("..", "S.", "U.N.")))
        or (len(text) > 110 and text.rstrip("\"'”’)")[-1:] in ".!?")
        or len(text) > 150
        or (text[:1] in '"“' and text.rstrip()[-1:] in '"”.' and len(text) > 40 and i == 0)
        or bool(re.match(r"Source: ?\S", text))
        or (i > 0 and not lines[i].gap and text[:1].islower() and is_lead(lines, i - 1))
    )


def headline_continues(lines: Sequence[Line], i: int) -> bool:
    """Whether a headline goes on in the next line (wire layout: no gap, no indent)."""
    line, following = lines[i], lines[i + 1]
    if following.gap or following.indent > line.indent + 1 or following.kind != "text":
        return False
    if is_byline(following.text) or is_stamp(following.text) or is_note(following.text):
        return False
    if line.text.isupper() and following.text.isupper():
        return True
    if len(line.text) > 45 and following.text[:1].islower() and len(following.text) < 90:
        return True
    ends = i + 2 >= len(lines) or lines[i + 2].gap > 0
    return len(line.text) >= 70 > len(following.text) and ends and not line.gap


def body_begins(lines: Sequence[Line]) -> int:
    """Without a dateline: the first line that reads as running text, below a headline."""
    headline = False
    for i, line in enumerate(lines):
        if line.kind != "text" or is_byline(line.text) or is_stamp(line.text):
            continue
        if is_note(line.text) or line_form(line.text) or is_caption(line.text):
            continue
        if (headline or is_lead(lines, i)) and (is_sentence(line.text) or line.indent > 2):
            return i
        if headline and _is_wrapped(lines, i):
            return i
        headline = True
    texts = [i for i, line in enumerate(lines) if line.kind == "text"]
    heads = [i for i in texts if is_stamp(lines[i].text) or is_byline(lines[i].text)]
    if heads and heads[-1] < 8:
        titled = any(i not in heads and not is_note(lines[i].text) for i in texts if i < heads[-1])
        after = [i for i in texts if i > heads[-1]]
        # A stamp may stand above the headline: then the text begins behind that.
        return after[0] + 1 if not titled and after else heads[-1] + 1
    if len(texts) == 1 and is_lead(lines, texts[0]):
        return texts[0]
    return texts[1] if len(texts) > 1 else len(lines)


def _is_wrapped(lines: Sequence[Line], i: int) -> bool:
    """Whether running text begins here that is broken at a width: no line of it ends as a sentence
    does, but all of them do."""
    run = [lines[i]]
    for line in lines[i + 1 : i + 12]:
        if line.kind != "text" or line.gap:
            break
        run.append(line)
    if len(run) < 2 or len(run[0].text) < 45:
        return False
    words = re.findall(r"[^\W\d_]{4,}", run[0].text)
    small = sum(word[0].islower() for word in words)
    return 2 * small >= len(words) and is_sentence(" ".join(line.text for line in run))


def clean_headline(raw: str) -> tuple[str, int]:
    """The headline without wire debris at its ends, and how much was cut in front."""
    clean = re.sub(r"^(?:[\^*>+\s]+(?:ANSA/\s*)?|>>>ANSA/\s*)", "", raw)
    shift = len(raw) - len(clean)
    clean = re.sub(r"(?:\s*\(\d\)|\s*=+|\s*<+|\s*\++|\s+)+$", "", clean)
    return clean, shift
