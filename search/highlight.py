"""Snippets and marks: which characters of a shown story matched, by reading only shown stories.

A snippet is one or two runs of whole sentences, 240 to 320 characters in all, that show as many
different words of the query as possible, early ones first; the first sentences where nothing in
the body matched. Spans count code points. What is marked is what matched: a phrase where it
stands as a phrase, a word in every form that its stem finds, the words of `a NEAR b` only where
they are near.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wiredesk.index import analysis
from wiredesk.index.article import Article
from wiredesk.search.model import Snippet
from wiredesk.search.occurrences import Occurrence, Reading, occurrences
from wiredesk.search.query import Query

SHORT, LONG = 240, 320
"""Characters of the snippets of a story: up to LONG, more sentences are added below SHORT."""

PIECE = 1 << 17
PIECES = 8
"""A long body is read in pieces of this many characters, at most so many of them for a snippet."""

HEADLINE_LONG = 1_000

SHORTEST = 60
"""A second snippet needs room for so many characters."""

_STOP = re.compile(r"[.!?][\"')\]\u201d\u2019\u00bb]*(\s+)(?=[^\sa-z])")
_BLANK = re.compile(r"\s*\n(?:\s*\n| {2})\s*")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a result list shows of a story; `matches` counts occurrences in headline and body."""

    headline: Snippet
    snippets: tuple[Snippet, ...]
    matches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """All matches of a story, as code points of its headline and body, rising and disjoint."""

    headline: tuple[Span, ...]
    body: tuple[Span, ...]

    def __len__(self) -> int:
        return len(self.headline) + len(self.body)


def show(query: Query, article: Article) -> Shown:
    """The headline with its marks and the snippets of a story."""
    heading = article.headline[:HEADLINE_LONG]
    reading = Reading(heading)
    found = _telling(occurrences(query, reading, "headline"), reading)
    headline = Snippet(text=heading, spans=_spans(found, reading), start=0)
    count = len(found)
    best: tuple[int, Reading, list[Occurrence]] | None = None
    for start, piece in _pieces(article.body, PIECES):
        body = Reading(piece)
        found = _telling(occurrences(query, body, "body"), body)
        count += len(found)
        if best is None or (found and not best[2]):
            best = (start, body, found)
    snippets: tuple[Snippet, ...] = ()
    if best is not None:
        start, body, found = best
        snippets = tuple(replace(s, start=s.start + start) for s in _cut(body, found))
    return Shown(headline=headline, snippets=snippets, matches=count)


def marks(query: Query, article: Article) -> Marks:
    """Every match in a story, for the page that shows all of it."""
    heading = Reading(article.headline)
    spans: list[Span] = []
    for start, piece in _pieces(article.body, 1 << 30):
        reading = Reading(piece)
        found = _telling(occurrences(query, reading, "body"), reading)
        spans += [(a + start, b + start) for a, b in _spans(found, reading)]
    return Marks(
        headline=_spans(_telling(occurrences(query, heading, "headline"), heading), heading),
        body=tuple(spans),
    )


def _pieces(body: str, most: int) -> Iterator[tuple[int, str]]:
    """A body cut at white space into pieces short enough to read; most are one piece."""
    if len(body) <= PIECE:
        if body:
            yield 0, body
        return
    start = 0
    for _ in range(most):
        if start >= len(body):
            return
        end = start + PIECE
        if end < len(body):
            cut = max(body.rfind("\n", start, end), body.rfind(" ", start, end))
            end = cut + 1 if cut > start else end
        yield start, body[start:end]
        start = end


def _telling(found: list[Occurrence], reading: Reading) -> list[Occurrence]:
    """Without occurrences of a stop word alone, unless there is nothing else."""
    telling = [o for o in found if len(o[2]) > 1 or reading.words[o[0]] not in analysis.STOP_WORDS]
    return telling or found


def _spans(found: list[Occurrence], reading: Reading) -> tuple[Span, ...]:
    if not found:
        return ()
    span = reading.span
    raw: list[Span] = []
    for start, end, places in found:
        if start == end:
            raw.append(span(start))
        elif end - start + 1 == len(places):
            raw.append((span(start)[0], span(end)[1]))
        else:
            raw.extend(map(span, places))
    raw.sort()
    merged: list[Span] = []
    for start, end in raw:
        if merged and start < merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _cut(reading: Reading, found: list[Occurrence]) -> list[Snippet]:
    """The best run of sentences, and a second one where it shows other words and has room."""
    text = reading.text
    if not found:
        lead = [s for s in _sentences(text[: 4 * LONG]) if s[1] > s[0]]
        return [_piece(text, lead[0][0], lead[_stretch(lead, 0, LONG) - 1][1], ())] if lead else []
    sentences = _sentences(text)
    spans = _spans(found, reading)
    starts = [start for start, _ in sentences]
    words: list[set[str]] = [set() for _ in sentences]
    counts = [0] * len(sentences)
    for occurrence in found:
        at = max(0, bisect_right(starts, reading.span(occurrence[0])[0]) - 1)
        counts[at] += 1
        words[at].update(analysis.stem(reading.words[p]) for p in occurrence[2])
    first = _run(sentences, words, counts, set(), LONG)
    every: set[str] = set().union(*words)
    if not every <= set().union(*words[first[0] : first[1]]):
        first = _run(sentences, words, counts, set(), LONG // 2)
    chosen = [first]
    shown = set().union(*words[first[0] : first[1]])
    room = LONG - (sentences[first[1] - 1][1] - sentences[first[0]][0])
    if room >= SHORTEST and not every <= shown:
        taken = range(first[0], first[1])
        left = [0 if i in taken else c for i, c in enumerate(counts)]
        second = _run(sentences, words, left, shown, room)
        run = range(second[0], second[1])
        fits = sentences[second[1] - 1][1] - sentences[second[0]][0] <= room
        if fits and not set(run) & set(taken) and any(words[i] - shown for i in run):
            chosen.append(second)
    chosen.sort()
    return [_piece(text, sentences[a][0], sentences[b - 1][1], spans) for a, b in chosen]


def _sentences(text: str) -> list[Span]:
    """The sentences as code points, white space around them left out."""
    breaks = [
        m.span(1)
        for m in _STOP.finditer(text)
        if analysis.ends_sentence(text[text.rfind(" ", 0, m.start()) + 1 : m.start(1)])
    ]
    if "\n\n" in text or "\n  " in text:
        breaks = sorted([*breaks, *(m.span() for m in _BLANK.finditer(text))])
    result = []
    start = len(text) - len(text.lstrip())
    for end, after in [*breaks, (len(text.rstrip()), len(text))]:
        if end > start:
            result.append((start, end))
        start = max(start, after)
    return result


def _run(
    sentences: list[Span],
    words: list[set[str]],
    counts: list[int],
    shown: set[str],
    room: int,
) -> tuple[int, int]:
    """The run of sentences, as (first, end), that shows most words not yet shown, then most
    occurrences, then comes first; made longer where it is short."""
    top, top_key = 0, (-1, -1)
    for i, count in enumerate(counts):
        if not count and top_key >= (0, 0):
            continue
        key = _worth(sentences, words, counts, shown, room, i)
        if key > top_key:
            top, top_key = i, key
    end = _stretch(sentences, top, room)
    first = top
    while first > 0 and sentences[end - 1][1] - sentences[first][0] < min(SHORT, room):
        if sentences[end - 1][1] - sentences[first - 1][0] > room:
            break
        first -= 1
    return first, end


def _worth(
    sentences: list[Span],
    words: list[set[str]],
    counts: list[int],
    shown: set[str],
    room: int,
    first: int,
) -> tuple[int, int]:
    end = _stretch(sentences, first, room)
    new = set().union(*words[first:end]) - shown
    return len(new), sum(counts[first:end])


def _stretch(sentences: list[Span], first: int, room: int) -> int:
    """The end of the longest run from `first` that fits; one sentence always does."""
    end = first + 1
    while end < len(sentences) and sentences[end][1] - sentences[first][0] <= room:
        end += 1
    return end


def _piece(text: str, start: int, end: int, spans: tuple[Span, ...]) -> Snippet:
    """The characters of a run; one that is too long is cut between words, around its marks."""
    inside = spans[bisect_left(spans, (start, start)) : bisect_left(spans, (end, end))]
    whole = start, end
    if end - start > LONG:
        start, end = _shorter(text, start, end, inside)
        inside = tuple(s for s in inside if start <= s[0] and s[1] <= end)
    return Snippet(
        text=text[start:end],
        spans=tuple((a - start, min(b, end) - start) for a, b in inside),
        start=start,
        cut_before=start > whole[0],
        cut_after=end < whole[1],
    )


def _shorter(text: str, start: int, end: int, inside: tuple[Span, ...]) -> Span:
    if inside and inside[0][1] - start > LONG // 2:
        start = max(start, inside[0][0] - LONG // 4)
        space = text.find(" ", start, inside[0][0])
        start = space + 1 if space >= 0 else start
    if end - start > LONG:
        first_end = max(inside[0][1], start + 1) if inside else start + 1
        space = text.rfind(" ", first_end, start + LONG)
        end = space if space >= 0 else max(start + LONG, min(first_end, start + 2 * LONG))
    return start, end
