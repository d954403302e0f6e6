"""A stretch of a story's text that names something.

Positions count characters of the *story text*: headline, two line feeds, body (`story_text`).
Only `finder` knows how they lie in the source.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from wiredesk.index.article import Article
from wiredesk.index.entities.labels import Label

GAP = "\n\n"
"""Between headline and body in the story text."""


class Mention(NamedTuple):
    """`start:end` in the story text is a `label`; `found_by` says who says so."""

    start: int
    end: int
    label: Label
    found_by: str = "model"


def story_text(article: Article) -> str:
    """The text in which mentions are found; the body starts at `body_start`."""
    return article.headline + GAP + article.body


def body_start(article: Article) -> int:
    """Where the body begins in the story text."""
    return len(article.headline) + len(GAP)


_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
"""Soft hyphens, blanks without width and marks of direction, which stand within words."""


def plain(text: str) -> tuple[str, list[int]]:
    """The text composed (NFC) and without unseen characters, and where each of its characters
    begins in the text given, with one entry more for the end; no list if they are the same."""
    if text.isascii() or (unicodedata.is_normalized("NFC", text) and not _UNSEEN.search(text)):
        return text, []
    pieces: list[str] = []
    back: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        piece = _UNSEEN.sub("", unicodedata.normalize("NFC", text[start:end]))
        pieces.append(piece)
        back += [start] * len(piece)
        start = end
    return "".join(pieces), [*back, len(text)]


def without_overlaps(mentions: list[Mention]) -> list[Mention]:
    """By position; where two overlap the longer one stays, of equals the first."""
    kept: list[Mention] = []
    for m in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if kept and m.start < kept[-1].end:
            if m.end - m.start > kept[-1].end - kept[-1].start:
                kept[-1] = m
            continue
        kept.append(m)
    return kept


def merged(mentions: list[Mention], found: list[Mention]) -> list[Mention]:
    """Mentions with what rules found in place of those it touches, but for longer ones around it
    and the very same."""
    found = sorted(found)
    kept: list[Mention] = []
    taken: list[Mention] = []
    i = 0
    for hit in found:
        while i < len(mentions) and mentions[i].end <= hit.start:
            kept.append(mentions[i])
            i += 1
        longer = False
        j = i
        while j < len(mentions) and mentions[j].start < hit.end:
            m = mentions[j]
            same = (m.start, m.end) == (hit.start, hit.end)
            longer |= m.start <= hit.start and m.end >= hit.end and not same
            longer |= same and m.label == hit.label
            j += 1
        if not longer:
            i = j
            taken.append(hit)
    return without_overlaps(kept + mentions[i:] + taken)


LONG = 50_000
"""Characters of a text in which names are looked for by an index of its words."""


def occurrences(text: str, name: str) -> Iterator[int]:
    """Where a name stands as a word of its own."""
    for at in _starts(text, name):
        end = at + len(name)
        before = text[at - 1] if at else " "
        if not (before.isalnum() or before in "-_@#" or text[end : end + 1].isalnum()):
            yield at


def _starts(text: str, name: str) -> Iterator[int]:
    first = _RUN.match(name)
    if len(text) > LONG and first:
        yield from (at for at in _runs(text).get(first.group(), ()) if text.startswith(name, at))
        return
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + len(name))


_RUN = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1)
def _runs(text: str) -> dict[str, list[int]]:
    """Each run of letters and digits of a text and where it begins: to look for ten thousand names
    in a text of five million letters takes no ten thousand times as long as to read it."""
    found: dict[str, list[int]] = {}
    for run in _RUN.finditer(text):
        found.setdefault(run.group(), []).append(run.start())
    return found
