"""Did you mean: other spellings for words that few stories have, from the archive's own words.

Nothing is replaced behind the reader's back: a `Suggestion` is another query with the number of
stories it finds, made only when a query finds few. A spelling counts if it is at most two edits
away (one for words of up to four letters), begins with the same letter and is in many more
stories; nearer ones come first, then more frequent ones.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from wiredesk.index import analysis
from wiredesk.index.schema import FACETS, QUERY_NAMES
from wiredesk.search.backend import Backend, Spells
from wiredesk.search.model import SearchRequest, SearchResult, Suggestion
from wiredesk.search.occurrences import edits, query_words
from wiredesk.search.printer import to_string
from wiredesk.search.query import (
    And,
    AtLeast,
    Field,
    First,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Term,
    Words,
    children,
    walk,
)

FEW = 3
"""So many stories with all words are few: then other spellings are looked for."""

TIMES = 5
"""A spelling is offered if it is in so many times the stories of the word that was typed."""

SHORT, MOST_EDITS = 4, 2
WORDS = 8
"""So many words of a query are looked at."""

SUGGESTIONS = 3
SECONDS = 0.5
"""The time all of it may take."""

COUNTED = 16
"""So many words get their own count at zero hits."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word of the query: where it was typed, and the facet it is looked up in, if any; `field`
    is the name of the field around it."""

    node: Term | Phrase
    text: str
    facet: str | None
    field: str | None = None


def found(result: SearchResult) -> int:
    """The stories with all that was asked for, whether or not the answer was widened."""
    for note in result.notes:
        if note.code.startswith("widened-"):
            return int(note.values["all"])
    return result.total


def suggestions(
    text: str, query: Query, result: SearchResult, backend: Backend
) -> tuple[Suggestion, ...]:
    """Other spellings of a query that found little, each of which finds more; best first."""
    before = found(result)
    request = result.request
    filtered = bool(request.filters or request.exclude or request.date_from or request.date_to)
    if before > FEW or result.partial or result.request.page > 1:
        return ()
    end = time.monotonic() + SECONDS
    better: list[tuple[_Typed, list[str]]] = []
    for typed in islice(_typed(query), WORDS):
        if time.monotonic() > end:
            break
        others = _spellings(typed, backend, rare=not (filtered and result.total))
        if others:
            better.append((typed, others))
    tried: list[dict[_Typed, str]] = []
    if len(better) > 1:
        tried.append({typed: others[0] for typed, others in better})
    tried += [{typed: other} for typed, others in better for other in others[:2]]
    plain = replace(result.request, facets=(), page=1, per_page=1, timeout=SECONDS)
    kept: dict[str, Suggestion] = {}
    for changes in tried[: 2 * SUGGESTIONS]:
        if time.monotonic() > end:
            break
        changed = _changed(query, changes)
        other = backend.search(changed, plain)
        if other.total and (found(other) > before or other.total > result.total == 0):
            written = _written(text, query, changed, changes)
            kept.setdefault(written, Suggestion(query=written, total=other.total))
    return tuple(kept.values())[:SUGGESTIONS]


def without_quote(text: str, at: int) -> str:
    """What was typed without the quote that stands there alone."""
    return " ".join((text[:at] + " " + text[at + 1 :]).split())


def as_words(
    text: str, query: Query, result: SearchResult, backend: Backend
) -> tuple[Suggestion, ...]:
    """A query that was read without its lone quote, if it finds something."""
    plain = replace(result.request, facets=(), page=1, per_page=1, timeout=SECONDS)
    total = backend.search(query, plain).total
    return (Suggestion(query=text, total=total),) if total else ()


def word_totals(query: Query, result: SearchResult, backend: Backend) -> Mapping[str, int]:
    """The stories that each word of the query finds alone, in the order of the query.

    The keys are queries: a word, and one inside a field once with its field (`headline:siege`,
    `byline:roe`) and once without.
    """
    end = time.monotonic() + SECONDS
    totals: dict[str, int] = {}
    plain = SearchRequest(facets=(), per_page=1, timeout=SECONDS)
    for typed in _typed(query):
        plain_word = typed.text.strip("()[]{}\"'") or typed.text
        word: Query = Term(plain_word) if typed.facet is None else _value(typed.node)
        alone = [word] if typed.field is None else [Field(typed.field, word), word]
        for clause in alone:
            text = to_string(clause)
            if text in totals:
                continue
            if len(totals) == COUNTED or time.monotonic() > end:
                return totals
            known = result.word_totals.get(typed.text) if clause == Term(plain_word) else None
            totals[text] = backend.search(clause, plain).total if known is None else known
    return totals


def _value(node: Term | Phrase) -> Query:
    """What was looked up in a facet, as something to look up anywhere."""
    return replace(node, slop=0) if isinstance(node, Phrase) else Term(node.text)


def _typed(query: Query, facet: str | None = None, field: str | None = None) -> Iterator[_Typed]:
    """The words that stories should have, in order, without stop words and numbers."""
    match query:
        case Term(text):
            if _telling(text):
                yield _Typed(query, text, facet, field)
        case Phrase(words):
            for word in words if facet is None else (" ".join(words),):
                if _telling(word):
                    yield _Typed(query, word, facet, field)
        case Not():
            return
        case Field(name, clause):
            facets = [f for f in QUERY_NAMES.get(name, ()) if f in FACETS]
            for inner in (*facets,) or (None,):
                yield from _typed(clause, inner, name)
        case _:
            for clause in children(query):
                yield from _typed(clause, facet, field)


def _telling(text: str) -> bool:
    words = query_words(text)
    return any(w not in analysis.STOP_WORDS and not w[0].isdigit() for w in words)


def _spellings(typed: _Typed, backend: Backend, *, rare: bool) -> list[str]:
    """Words or values of the archive that this may have been meant for, best first; `rare` also
    for a word that a few stories have."""
    folded = " ".join(query_words(typed.text))
    most = 1 if len(folded) <= SHORT else MOST_EDITS
    if typed.facet is not None:
        near = backend.terms(typed.facet, folded[:1], 1_000)
    elif len(query_words(typed.text)) > 1:
        return []
    elif isinstance(backend, Spells):
        near = backend.spellings(folded, most, 100)
    else:
        near = backend.terms("body", folded[:2], 1_000)
    ranked = []
    own = 0
    for word, count in near:
        there = " ".join(analysis.words(word))
        if there == folded or (
            typed.facet is None and analysis.stem(there) == analysis.stem(folded)
        ):
            own += count
            continue
        distance = edits(folded, there, most)
        if distance <= most:
            ranked.append((distance, -count, word))
    if own and not rare:
        return []
    most_stories = max((-count for _, count, _ in ranked), default=0)
    least = max(TIMES * own, own + 1, most_stories // TIMES)
    return [word for _, count, word in sorted(ranked) if -count >= least]


def _changed(query: Query, changes: Mapping[_Typed, str]) -> Query:
    """The tree with other words in it."""
    by_node: dict[Query, list[tuple[str, str]]] = {}
    for typed, word in changes.items():
        by_node.setdefault(typed.node, []).append((typed.text, word))

    def change(node: Query) -> Query:
        swaps = by_node.get(node, [])
        if isinstance(node, Term):
            return replace(node, text=swaps[0][1]) if swaps else node
        if isinstance(node, Phrase):
            if swaps and swaps[0][0] == " ".join(node.words):
                return replace(node, words=tuple(swaps[0][1].split()))
            table = dict(swaps)
            return replace(node, words=tuple(table.get(w, w) for w in node.words))
        return mapped(node, change)

    return change(query)


def mapped(node: Query, change: Callable[[Query], Query]) -> Query:
    """The node with something done to each clause below it."""
    match node:
        case Not() | Field() | First() | AtLeast():
            return replace(node, clause=change(node.clause))
        case Near():
            return replace(node, left=change(node.left), right=change(node.right))
        case And() | Or() | Words():
            return replace(node, clauses=tuple(map(change, node.clauses)))
    return node


def _written(text: str, query: Query, changed: Query, changes: Mapping[_Typed, str]) -> str:
    """The changed query as the reader would have typed it: only the words themselves differ."""
    pieces: list[tuple[int, int, str]] = []
    for typed, word in changes.items():
        start, end = typed.node.span
        at = text.find(typed.text, max(start, 0), max(end, 0))
        alone = sum(node == typed.node for node in walk(query)) == 1
        if at < 0 or not alone or not word.replace(" ", "").isalnum():
            return to_string(changed)
        pieces.append((at, at + len(typed.text), word))
    for at, end, word in sorted(pieces, reverse=True):
        quoted = text[:at].count('"') % 2 == 1
        text = text[:at] + (f'"{word}"' if " " in word and not quoted else word) + text[end:]
    return text
