"""Which words of an archive a prefix, a wildcard or a fuzzy word stands for, within limits."""

import re
import time

import numpy as np
from numpy.typing import NDArray

from wiredesk.index import analysis
from wiredesk.search.occurrences import edits
from wiredesk.search.query import Fuzzy, Prefix, Wildcard
from wiredesk.search.snapshot import SegmentView, Snapshot

Pattern = Prefix | Wildcard | Fuzzy

_CHARACTER = rb"(?:[\x00-\x09\x0b-\x7f]|[\xc0-\xff][\x80-\xbf]*)"


class Deadline:
    """A moment after which work is cut short; `cut` tells whether any was.

    Nothing is raised, so that no `except` on the way can swallow it: what has no time left gives
    the stories found so far and leaves the mark.
    """

    __slots__ = ("_begun", "_end", "cut")

    def __init__(self, seconds: float | None) -> None:
        self._begun = time.monotonic()
        self._end = None if seconds is None else self._begun + seconds
        self.cut = False

    def spent(self) -> float:
        """Seconds since it was set."""
        return time.monotonic() - self._begun

    def passed(self) -> bool:
        """Whether the time is over; if so, the answer is partial from now on."""
        if not self.cut and self._end is not None and time.monotonic() > self._end:
            self.cut = True
        return self.cut


def expand(
    snapshot: Snapshot, query: Pattern, limit: int, deadline: Deadline
) -> tuple[list[str], bool]:
    """The words that fit, in order, and whether only the `limit` most frequent were kept.

    Frequencies are numbers of live stories, summed over segments; ties go by the word.
    """
    found: dict[bytes, int] = {}
    several = len(snapshot.segments) > 1
    for segment in snapshot.segments:
        if deadline.passed():
            break
        table = segment.words()
        if table is None:
            continue
        ordinals = _ordinals(segment, query, deadline)
        if not several and segment.live is None and len(ordinals) > limit:
            df = table.df[ordinals].astype(np.int64)
            # Words are in byte order, so a stable sort leaves ties in that order.
            kept = np.sort(ordinals[np.argsort(-df, kind="stable")[:limit]])
            return [_text(table.term(int(o))) for o in kept], True
        for ordinal, df in zip(ordinals.tolist(), segment.word_df(ordinals).tolist(), strict=True):
            if df:
                term = table.term(ordinal)
                found[term] = found.get(term, 0) + df
    words = sorted(found)
    cut = len(words) > limit
    if cut:
        words = sorted(sorted(words, key=lambda w: -found[w])[:limit])
    return [_text(w) for w in words], cut


def near_words(snapshot: Snapshot, query: Pattern, deadline: Deadline) -> dict[str, int]:
    """The words that fit, with the number of live stories each is in; those of the segments
    reached before the deadline."""
    found: dict[str, int] = {}
    for segment in snapshot.segments:
        table = segment.words()
        if table is None or deadline.passed():
            continue
        ordinals = _ordinals(segment, query, deadline)
        for ordinal, df in zip(ordinals.tolist(), segment.word_df(ordinals).tolist(), strict=True):
            if df:
                word = _text(table.term(ordinal))
                found[word] = found.get(word, 0) + df
    return found


def ordinals(
    snapshot: Snapshot, query: Pattern, limit: int, deadline: Deadline
) -> tuple[list[NDArray[np.int64]], bool]:
    """As `expand`, as numbers in the table of words of each segment."""
    found = [_ordinals(view, query, deadline) for view in snapshot.segments if view.words()]
    if len(found) == len(snapshot.segments) and sum(map(len, found)) <= limit:
        return found, False
    words, cut = expand(snapshot, query, limit, deadline)
    result = []
    for view in snapshot.segments:
        table = view.words()
        terms = [w.encode("utf-8", "surrogatepass") for w in words]
        at = [] if table is None else [n for n in map(table.find, terms) if n >= 0]
        result.append(np.array(at, np.int64))
    return result, cut


def _text(term: bytes) -> str:
    return term.decode("utf-8", "surrogatepass")


def _ordinals(segment: SegmentView, query: Pattern, deadline: Deadline) -> NDArray[np.int64]:
    table = segment.words()
    assert table is not None
    match query:
        case Prefix():
            return np.arange(*table.span(_bytes(query.text)), dtype=np.int64)
        case Wildcard():
            return _wild(segment, analysis.fold(query.pattern))
    return _fuzzy(segment, analysis.fold(query.text), query.distance, deadline)


def _bytes(text: str) -> bytes:
    return analysis.fold(text).encode("utf-8", "surrogatepass")


def _wild(segment: SegmentView, pattern: str) -> NDArray[np.int64]:
    table = segment.words()
    assert table is not None
    stem = re.split(r"[*?]", pattern, maxsplit=1)[0].encode("utf-8", "surrogatepass")
    lo, hi = table.span(stem)
    if lo == hi:
        return np.zeros(0, np.int64)
    first, *rest = (_piece(p) for p in pattern.split("*"))
    # Each piece but the last is taken where it first fits and never moved again, so that the
    # match is linear in the word whatever the pattern.
    expression = rb"^" + first
    if rest:
        *middle, last = rest
        expression += b"".join(rb"(?>[^\n]*?" + m + rb")" for m in middle if m)
        expression += rb"[^\n]*" + last if last else rb""
        expression += rb"$" if last else rb""
    else:
        expression += rb"$"
    starts = table.offsets[lo : hi + 1].astype(np.int64) + np.arange(lo, hi + 1)
    matcher = re.compile(expression, re.MULTILINE)
    matches = matcher.finditer(table.lines, int(starts[0]), int(starts[-1]))
    # The end of the last line looks like an empty one to the expression.
    found = np.fromiter((m.start() for m in matches if m.start() < starts[-1]), np.int64)
    return lo + np.unique(starts.searchsorted(found, "right") - 1)


def _piece(text: str) -> bytes:
    return b"".join(
        _CHARACTER if c == "?" else re.escape(c.encode("utf-8", "surrogatepass")) for c in text
    )


def _fuzzy(segment: SegmentView, word: str, most: int, deadline: Deadline) -> NDArray[np.int64]:
    """By length of word a table of edit distances, all words of a length at once."""
    table = segment.words()
    assert table is not None
    if not word:
        return np.zeros(0, np.int64)
    lo, hi = table.span(word[0].encode("utf-8", "surrogatepass"))
    offsets = table.offsets[lo : hi + 1].astype(np.int64)
    lengths = np.diff(offsets)
    found: list[NDArray[np.int64]] = []
    target = word.encode("utf-8", "surrogatepass")
    widest = 4 * (len(word) + most)
    close = np.flatnonzero((lengths >= len(word) - most) & (lengths <= widest))
    if not len(close):
        return np.zeros(0, np.int64)
    ascii_only = word.isascii()
    for length in np.unique(lengths[close]).tolist():
        if deadline.passed():
            break
        here = close[lengths[close] == length]
        letters = table.blob[offsets[here][:, None] + np.arange(length)]
        plain = (letters < 128).all(axis=1)
        if ascii_only and abs(length - len(target)) <= most:
            near = _distances(letters[plain], target, most) <= most
            found.append(here[plain][near])
        for at in here[~plain].tolist():
            if edits(word, _text(table.term(lo + at)), most) <= most:
                found.append(np.array([at]))
        if not ascii_only and abs(length - len(word)) <= most:
            texts = ((at, _text(table.term(lo + at))) for at in here[plain].tolist())
            near_plain = [at for at, text in texts if edits(word, text, most) <= most]
            found.append(np.array(near_plain, np.int64))
    if not found:
        return np.zeros(0, np.int64)
    return lo + np.sort(np.concatenate(found))


def _distances(letters: NDArray[np.uint8], target: bytes, most: int) -> NDArray[np.int8]:
    """The edit distance of each row of letters from the target (optimal string alignment)."""
    rows, length = letters.shape
    far = np.int8(most + 1)
    before: list[NDArray[np.int8]] = []
    last = [np.full(rows, min(j, most + 1), np.int8) for j in range(length + 1)]
    for i, want in enumerate(target, 1):
        row = [np.full(rows, min(i, most + 1), np.int8)]
        for j in range(1, length + 1):
            if abs(i - j) > most:
                row.append(np.full(rows, far, np.int8))
                continue
            here = letters[:, j - 1]
            cost = np.minimum(last[j], row[j - 1]) + np.int8(1)
            np.minimum(cost, last[j - 1] + (here != want), out=cost)
            if i > 1 and j > 1:
                swapped = (letters[:, j - 2] == want) & (here == target[i - 2])
                np.minimum(cost, np.where(swapped, before[j - 2] + np.int8(1), far), out=cost)
            row.append(np.minimum(cost, far))
        before, last = last, row
    return last[length]


def forms(snapshot: Snapshot, word: str, most: int = 12) -> list[str]:
    """The words of the archive with the same stem as this one, most frequent first."""
    stem = analysis.stem(word).encode("utf-8", "surrogatepass")

    def find() -> list[str]:
        found: dict[bytes, int] = {}
        for view in snapshot.segments:
            table = view.words()
            ordinal = -1 if table is None else view.reader.text().find(stem)
            if table is None or ordinal < 0:
                continue
            ordinals = np.flatnonzero(table.stems == ordinal)
            for at, n in zip(ordinals.tolist(), view.word_df(ordinals).tolist(), strict=True):
                if n:
                    term = table.term(at)
                    found[term] = found.get(term, 0) + n
        return [_text(w) for w in sorted(found, key=lambda w: (-found[w], w))[:most]]

    return snapshot.cache.get(("forms", stem), find, lambda f: 64 + 80 * len(f))
