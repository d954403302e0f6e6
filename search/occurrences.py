"""Where a query matches inside one text: the obvious reading, word by word.

The marks of a snippet or a story page come from here, and so does the last check of stories that
the index alone cannot decide (the form of a word inside a phrase: the index keeps the positions
of stems). An occurrence is (first word, last word, the words that take part), by word number.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from wiredesk.index import analysis
from wiredesk.index.document import LEAD_WORDS
from wiredesk.index.schema import QUERY_NAMES
from wiredesk.search.query import (
    And,
    AtLeast,
    Field,
    First,
    Fuzzy,
    Near,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    Wildcard,
    Words,
)

Occurrence = tuple[int, int, tuple[int, ...]]
TextField = Literal["headline", "body"]


_fold = lru_cache(1 << 16)(analysis.fold_word)


# The same words as `analysis.WORD` gives, faster, for texts without combining marks.
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:[.'][A-Za-z0-9]+)*")
_PLAIN_WORD = re.compile(r"[^\W_]+(?:[.'\u2019][^\W_]+)*")
_MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")


_JOINTS = (".", "'", "\u2019")
_A_FEW = 64
_MANY = 6
"""For queries of more words the places of all stems are looked up at once."""


class Reading:
    """One text, cut into words as the index cuts it.

    `words` are folded. Their places in the text, and the starts of sentences and paragraphs (word
    numbers), are made when asked for.
    """

    __slots__ = (
        "_asked",
        "_breaks",
        "_by_stem",
        "_pattern",
        "_raw",
        "_same",
        "_some",
        "_spans",
        "_stems",
        "text",
        "words",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        if text.isascii():
            # Lower case is all that folding does to it, and keeps every character's place.
            self._pattern = _ASCII_WORD
            self._same = text.lower()
            raw = words = self._pattern.findall(self._same)
            if "'s" in self._same:
                words = [w[:-2] if w[-2:] == "'s" else w for w in raw]
        else:
            self._pattern = analysis.WORD if _MARK.search(text) else _PLAIN_WORD
            self._same = text
            raw = self._pattern.findall(text)
            words = [*map(_fold, raw)]
            if "" in words:
                raw = [r for r, word in zip(raw, words, strict=True) if word]
                words = [word for word in words if word]
        self.words: list[str] = words
        self._raw: list[str] = raw
        self._spans: list[tuple[int, int]] | None = None
        self._some: dict[int, tuple[int, int]] = {}
        self._stems: dict[str, str] | None = None
        self._by_stem: dict[str, list[int]] | None = None
        self._asked = 0
        self._breaks: dict[str, list[int]] = {}

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The (start, end) code points of each word in the text."""
        if self._spans is None:
            found = [*self._pattern.finditer(self.text)]
            if len(found) != len(self.words):
                found = [m for m in found if _fold(m[0])]
            self._spans = [m.span() for m in found]
        return self._spans

    def span(self, place: int) -> tuple[int, int]:
        """The (start, end) code points of one word; quicker than `spans` for a few of them."""
        if self._spans is not None:
            return self._spans[place]
        found = self._some.get(place)
        if found is None:
            if len(self._some) < _A_FEW and len(self._raw[place]) > 2:
                self._look_for(self._raw[place])
                found = self._some.get(place)
            if found is None:
                found = self.spans[place]
        return found

    def _look_for(self, raw: str) -> None:
        """Find all words that are spelt like this by searching the text for the spelling."""
        text, match = self._same, self._pattern.match
        places = _indices(self._raw, raw)
        at, spans, tries = text.find(raw), [], 4 * len(places) + 16
        while at >= 0 and tries:
            tries -= 1
            end = at + len(raw)
            before = text[at - 1 : at]
            joined = before in _JOINTS and text[max(0, at - 2) : at - 1].isalnum()
            if not before or not (before.isalnum() or joined):
                m = match(text, at)
                if m is not None and m.end() == end:
                    spans.append((at, end))
            at = text.find(raw, end)
        if len(spans) == len(places):
            self._some.update(zip(places, spans, strict=True))

    def places(self, stem: str) -> list[int]:
        """The numbers of the words with a stem."""
        if self._stems is None:
            self._stems = {word: analysis.stem(word) for word in set(self.words)}
        self._asked += 1
        if self._asked <= _MANY:
            return self.having({word for word, found in self._stems.items() if found == stem})
        if self._by_stem is None:
            self._by_stem = {}
            for i, word in enumerate(self.words):
                self._by_stem.setdefault(self._stems[word], []).append(i)
        return self._by_stem.get(stem, [])

    def having(self, forms: Set[str]) -> list[int]:
        """The numbers of the words that are any of these."""
        if not forms:
            return []
        if len(forms) == 1:
            return _indices(self.words, *forms)
        return [i for i, word in enumerate(self.words) if word in forms]

    def breaks(self, unit: str) -> list[int]:
        """The numbers of the words that begin a `sentence` or a `paragraph`, rising."""
        if unit not in self._breaks:
            cut = analysis.sentences if unit == "sentence" else analysis.paragraphs
            starts = [start for start, _ in self.spans]
            numbers = dict.fromkeys(bisect_left(starts, a) for a, _ in cut(self.text))
            self._breaks[unit] = [n for n in numbers if n < len(self.words)]
        return self._breaks[unit]


def _indices(items: list[str], wanted: str) -> list[int]:
    """Where an item stands in a list."""
    found, at = [], -1
    with suppress(ValueError):
        while True:
            at = items.index(wanted, at + 1)
            found.append(at)
    return found


@lru_cache(4096)
def query_words(text: str) -> tuple[str, ...]:
    """The folded words of something typed, as the index would cut it."""
    return tuple(analysis.words(text))


@dataclass(frozen=True, slots=True)
class Scope:
    """What stands around a clause: the fields it is looked up in (None: headline and body) and
    how many words from the start of the body, as the innermost `Field` and `First` say."""

    fields: tuple[str, ...] | None = None
    first: int | None = None

    def within(self, query: Field | First) -> "Scope":
        """The scope of the clause of this node."""
        if isinstance(query, First):
            return Scope(self.fields, query.count)
        if query.name == "lead":
            return Scope(("body",), LEAD_WORDS)
        return Scope(QUERY_NAMES.get(query.name, ()), None)

    def holds(self, field: TextField) -> bool:
        """Whether words of this text field are looked at."""
        if self.first is not None and field != "body":
            return False
        return self.fields is None or field in self.fields


ANYWHERE = Scope()


def occurrences(
    query: Query, reading: Reading, field: TextField, scope: Scope = ANYWHERE
) -> list[Occurrence]:
    """Where the query matches in one text of a story, by first word.

    And, Or and Words give what any of their clauses give; Not, dates and facet fields nothing.
    """
    if isinstance(query, And | Or | Words):
        return sorted({o for c in query.clauses for o in occurrences(c, reading, field, scope)})
    if isinstance(query, Field | First):
        return occurrences(query.clause, reading, field, scope.within(query))
    if isinstance(query, AtLeast):
        return occurrences(query.clause, reading, field, scope)
    if not scope.holds(field):
        return []
    find = _FINDERS.get(type(query))
    found = [] if find is None else find(query, reading, field)
    if scope.first is not None:
        found = [o for o in found if o[1] < scope.first]
    return found


def _term(query: Term, reading: Reading, field: TextField) -> list[Occurrence]:
    words = query_words(query.text)
    if len(words) == 1:
        return [(p, p, (p,)) for p in _word_places(words[0], query.exact, reading)]
    return _sequence([_word_places(w, query.exact, reading) for w in words], 0)


def _word_places(word: str, exact: bool, reading: Reading) -> list[int]:
    found = reading.places(analysis.stem(word))
    return [p for p in found if reading.words[p] == word] if exact else found


def _phrase(query: Phrase, reading: Reading, field: TextField) -> list[Occurrence]:
    words = [w for text in query.words for w in query_words(text)]
    return _sequence([_word_places(w, False, reading) for w in words], query.slop)


def _sequence(places: list[list[int]], slop: int) -> list[Occurrence]:
    """One place from each list in rising order, with at most `slop` other words among them.

    For each place of the last word the latest run that ends there.
    """
    if not places or not all(places):
        return []
    runs: list[tuple[int, ...]] = [(p,) for p in places[0]]
    for listed in places[1:]:
        ends = [run[-1] for run in runs]
        longer = []
        for p in listed:
            at = bisect_left(ends, p) - 1
            if at >= 0:
                longer.append((*runs[at], p))
        runs = longer
    most = slop + len(places) - 1
    return [(run[0], run[-1], run) for run in runs if run[-1] - run[0] <= most]


def _pattern(
    query: Prefix | Wildcard | Fuzzy, reading: Reading, field: TextField
) -> list[Occurrence]:
    fits = word_test(query)
    fitting = {word for word in set(reading.words) if fits(word)}
    return [(p, p, (p,)) for p in reading.having(fitting)]


def word_test(query: Prefix | Wildcard | Fuzzy) -> Callable[[str], bool]:
    """Whether a folded word fits."""
    if isinstance(query, Prefix):
        start = analysis.fold(query.text)
        return lambda word: word.startswith(start)
    if isinstance(query, Wildcard):
        return wildcard_test(analysis.fold(query.pattern))
    text, distance = analysis.fold(query.text), query.distance
    return lambda word: word[:1] == text[:1] and edits(text, word, distance) <= distance


def wildcard_test(pattern: str) -> Callable[[str], bool]:
    """Whether a word fits a pattern of `?` and `*`."""
    first, *rest = pattern.split("*")
    if not rest:
        return lambda word: len(word) == len(first) and _fits_at(word, first, 0)
    *middle, last = rest

    def fits(word: str) -> bool:
        end = len(word) - len(last)
        if len(first) > end or not _fits_at(word, first, 0) or not _fits_at(word, last, end):
            return False
        at = len(first)
        for piece in middle:
            while at + len(piece) <= end and not _fits_at(word, piece, at):
                at += 1
            at += len(piece)
            if at > end:
                return False
        return True

    return fits


def _fits_at(word: str, piece: str, at: int) -> bool:
    return all(want in ("?", have) for want, have in zip(piece, word[at:], strict=False))


def edits(a: str, b: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words.

    The optimal string alignment distance; counting stops at `most + 1`.
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(last) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def _near(query: Near, reading: Reading, field: TextField) -> list[Occurrence]:
    left = occurrences(query.left, reading, field)
    right = occurrences(query.right, reading, field)
    if not left or not right:
        return []
    if query.unit != "word":
        breaks = reading.breaks(query.unit) if field == "body" else []
        return _together(left, right, breaks, query.ordered)
    found = set()
    right.sort()
    starts = [r[0] for r in right]
    reach = max(r[1] - r[0] for r in right)
    for a in left:
        low = a[1] + 1 if query.ordered else a[0] - query.distance - reach
        for b in right[bisect_left(starts, low) : bisect_right(starts, a[1] + query.distance)]:
            if 0 < b[0] - a[1] <= query.distance or (
                not query.ordered and 0 < a[0] - b[1] <= query.distance
            ):
                found.add(_joined(a, b))
    return sorted(found)


def _together(
    left: list[Occurrence], right: list[Occurrence], breaks: list[int], ordered: bool
) -> list[Occurrence]:
    homes: dict[int, list[Occurrence]] = {}
    for b in right:
        homes.setdefault(bisect_right(breaks, b[0]), []).append(b)
    return sorted(
        {
            _joined(a, b)
            for a in left
            for b in homes.get(bisect_right(breaks, a[0]), ())
            if b[0] > a[1] or (not ordered and a[0] > b[1])
        }
    )


def _joined(a: Occurrence, b: Occurrence) -> Occurrence:
    return min(a[0], b[0]), max(a[1], b[1]), tuple(sorted({*a[2], *b[2]}))


_FINDERS: dict[type, Callable[..., list[Occurrence]]] = {
    Term: _term,
    Phrase: _phrase,
    Prefix: _pattern,
    Wildcard: _pattern,
    Fuzzy: _pattern,
    Near: _near,
}


def leaves(query: Query) -> Iterator[Query]:
    """The words, phrases and patterns of a query that stories are asked to hold, in order."""
    if isinstance(query, And | Or | Words):
        for clause in query.clauses:
            yield from leaves(clause)
    elif isinstance(query, Near):
        yield from leaves(query.left)
        yield from leaves(query.right)
    elif isinstance(query, AtLeast | First | Field):
        yield from leaves(query.clause)
    elif isinstance(query, Term | Phrase | Prefix | Wildcard | Fuzzy):
        yield query
