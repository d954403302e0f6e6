"""Query x segments -> the documents that match: numpy arrays throughout.

A node is evaluated over all segments at once and gives one `DocSet` a segment. So everything that
needs the whole archive (which words a pattern stands for, whether `Words` found enough) is decided
once, and answers do not depend on how stories are spread over segments.

Positions are compared as 64-bit keys, `document << 32 | position`, for documents that hold all
words of a phrase only. The index knows the positions of stems; where the form of a word matters
inside a phrase or field, its candidates are read again word by word (`occurrences`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiredesk.index import analysis
from wiredesk.index.schema import FIELDS, NOT_STATED
from wiredesk.search.clauses import (
    in_a_row,
    phrase_words,
    side_by_side,
    stems_only,
    telling,
    widens,
)
from wiredesk.search.docset import DocSet, Ids, distinct, intersection, member, union
from wiredesk.search.expansion import Deadline, Pattern, expand, ordinals
from wiredesk.search.field_table import field_table
from wiredesk.search.histogram import within
from wiredesk.search.limits import PYTHON
from wiredesk.search.model import Note
from wiredesk.search.occurrences import (
    ANYWHERE,
    Reading,
    Scope,
    TextField,
    occurrences,
    query_words,
)
from wiredesk.search.query import (
    And,
    AtLeast,
    Everything,
    Field,
    First,
    Fuzzy,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Wildcard,
    Words,
    is_loose,
)
from wiredesk.search.snapshot import BODY, Snapshot

Sets = list[DocSet]
Keys = NDArray[Any]
Runs = tuple[Keys, Keys]
"""First and last positions of occurrences, as keys, rising by their last position."""

TEXT: tuple[TextField, ...] = ("headline", "body")
ROWS = 8_192
"""Phrases are looked for in so many documents at a time, to stay inside the processor's caches."""

READ = 1_000
"""So few stories are rather read again than looked up word by word."""


@dataclass(frozen=True, slots=True)
class Context:
    """The scope of a clause, and how often it must match."""

    scope: Scope = ANYWHERE
    count: int = 1

    @property
    def plain(self) -> bool:
        return self.count == 1 and self.scope.first is None

    @property
    def text_fields(self) -> tuple[str, ...]:
        if self.scope.first is not None:
            return ("body",)
        fields = self.scope.fields
        return TEXT if fields is None else tuple(f for f in fields if FIELDS[f].kind == "text")


@dataclass(slots=True)
class Matched:
    """The stories that match a query.

    `sets` has a set for each segment. `full` is set when loose words were widened at the top of
    the query: the sets of stories with all words, which rank first. `words` counts the stories of
    each word, `notes` say what was widened or cut; `widened` has for each note on widening the sets
    with all words and those shown instead.
    """

    sets: Sets
    full: Sets | None = None
    words: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    widened: list[tuple[Note, Sets, Sets]] = field(default_factory=list)

    def notes_within(self, sets: Sets) -> list[Note]:
        """The notes, those on widening with the numbers of stories among those of `sets`."""
        counted = {
            id(note): _widened(note, _among(full, sets), _among(shown, sets))
            for note, full, shown in self.widened
        }
        return [counted.get(id(note), note) for note in self.notes]


class Evaluator:
    """One query over one snapshot. Not to be shared between threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        deadline: Deadline,
        *,
        expansions: int = PYTHON.expansions,
        other: Callable[[Any], Sets] | None = None,
    ) -> None:
        """`other` finds the stories for nodes that are not of `wiredesk.search.query`."""
        self.snapshot = snapshot
        self._other = other
        self.deadline = deadline
        self._expansions = expansions
        self._full: Sets | None = None
        self._done: dict[tuple[Query, Context], Sets] = {}
        self._notes: list[Note] = []
        self._widened: list[tuple[Note, Sets, Sets]] = []
        self._words: dict[str, int] = {}
        self._sizes = [s.size for s in snapshot.segments]

    # ---- matching

    def match(self, query: Query) -> Matched:
        """The stories that match."""
        sets = self.sets(query, Context())
        full = self._full if widens(query) else None
        return Matched(
            sets=sets, full=full, words=self._words, notes=self._notes, widened=self._widened
        )

    def sets(self, query: Query, context: Context) -> Sets:
        """The stories of each segment that match a clause in its context."""
        key = (query, context)
        found = self._done.get(key)
        if found is None:
            if self.deadline.passed():
                return self._nothing()
            node = _NODES.get(type(query))
            if node is not None:
                found = node(self, query, context)
            elif self._other is not None:
                found = self._other(query)
            else:
                raise TypeError(f"not a query: {query!r}")
            self._done[key] = found
        return found

    def _nothing(self) -> Sets:
        return [DocSet.empty(n) for n in self._sizes]

    def _everything(self) -> Sets:
        return [s.everything for s in self.snapshot.segments]

    def _all_of(self, clauses: Sequence[Sets]) -> Sets:
        return [intersection(c[i] for c in clauses) for i in range(len(self._sizes))]

    def _any_of(self, clauses: Sequence[Sets]) -> Sets:
        return [union(n, [c[i] for c in clauses]) for i, n in enumerate(self._sizes)]

    def _and(self, query: And, context: Context) -> Sets:
        kept = [c for c in query.clauses if not isinstance(c, Not)]
        sets = self._all_of([self.sets(c, context) for c in kept]) if kept else self._everything()
        return self._drop(sets, [c for c in query.clauses if isinstance(c, Not)], context)

    def _drop(self, sets: Sets, negated: Iterable[Not], context: Context) -> Sets:
        for clause in negated:
            gone = self.sets(clause.clause, context)
            if self.deadline.cut:
                return self._nothing()
            sets = [s - g for s, g in zip(sets, gone, strict=True)]
        return sets

    def _or(self, query: Or, context: Context) -> Sets:
        if context.count > 1:
            return self._spots(query, context)
        return self._any_of([self.sets(c, context) for c in query.clauses])

    def _not(self, query: Not, context: Context) -> Sets:
        return self._drop(self._everything(), [query], context)

    def _every(self, query: Everything, context: Context) -> Sets:
        fields = context.scope.fields
        if fields is None or not fields:
            return self._everything()
        return self._any_of([self._stated(f) for f in fields])

    def _stated(self, name: str) -> Sets:
        kind = FIELDS[name].kind
        result = []
        for segment in self.snapshot.segments:
            if kind == "facet":
                mask = segment.stated(name).mask
            elif kind == "date":
                mask = within(segment.days, None, None)
            else:
                mask = np.asarray(segment.reader.lengths(name)) > 0
            result.append(DocSet.of_mask(mask if segment.live is None else mask & segment.live))
        return result

    def _range(self, query: Range, context: Context) -> Sets:
        result = []
        for segment in self.snapshot.segments:
            mask = within(segment.days, query.low, query.high)
            result.append(DocSet.of_mask(mask if segment.live is None else mask & segment.live))
        return result

    def _field(self, query: Field, context: Context) -> Sets:
        scope = context.scope.within(query)
        return self.sets(query.clause, replace(context, scope=scope))

    def _first(self, query: First, context: Context) -> Sets:
        return self.sets(query.clause, replace(context, scope=context.scope.within(query)))

    def _at_least(self, query: AtLeast, context: Context) -> Sets:
        return self.sets(query.clause, replace(context, count=max(1, query.count)))

    def _words_node(self, query: Words, context: Context) -> Sets:
        clauses = side_by_side(query)
        negated = [c for c in clauses if isinstance(c, Not)]
        loose = telling([c for c in clauses if is_loose(c)])
        held = [c for c in clauses if not is_loose(c) and not isinstance(c, Not)]
        loose_sets = [self.sets(c, context) for c in loose]
        base = [self.sets(c, context) for c in held]
        full = self._all_of([*base, *loose_sets]) if base or loose_sets else self._everything()
        full = self._drop(full, negated, context)
        total = _count(full)
        if total >= query.enough or len(loose) < 2:
            return full
        widest = self._any_of(loose_sets)
        if base:
            widest = self._all_of([*base, widest])
        widest = self._drop(widest, negated, context)
        if _count(widest) == total or self.deadline.cut:
            return full
        level, sets = "any", widest
        least = -(-2 * len(loose) // 3)
        if 1 < least < len(loose):
            most = self._most(loose_sets, widest, least)
            if _count(most) >= query.enough:
                level, sets = "most", most
        self._full = full
        note = Note(code=f"widened-{level}", position=query.span[0], values={"words": len(loose)})
        note = _widened(note, total, _count(sets))
        self._notes.append(note)
        self._widened.append((note, full, sets))
        return sets

    def _most(self, clauses: Sequence[Sets], within: Sets, least: int) -> Sets:
        """The documents of `within` that are in at least `least` of the clauses."""
        result = []
        for i, size in enumerate(self._sizes):
            held = np.zeros(size, np.uint16)
            for sets in clauses:
                if sets[i].dense:
                    held += sets[i].mask
                else:
                    held[sets[i].ids] += np.uint16(1)
            result.append(within[i] & DocSet.of_mask(held >= least))
        return result

    # ---- words, phrases and patterns

    def _leaf(self, query: Term | Phrase | Near | Pattern, context: Context) -> Sets:
        scope = context.scope
        if scope.fields is None or scope.first is not None:
            return self._in_text(query, context)
        parts = [self._in_facet(f, query) for f in scope.fields if FIELDS[f].kind != "text"]
        if any(FIELDS[f].kind == "text" for f in scope.fields):
            parts.append(self._in_text(query, context))
        return self._any_of(parts) if parts else self._nothing()

    def _in_text(self, query: Term | Phrase | Near | Pattern, context: Context) -> Sets:
        if isinstance(query, Term):
            words = query_words(query.text)
            if not words:
                return self._nothing()
            if len(words) == 1 and context.plain:
                if query.exact:
                    sets = self._forms(words, query, context)
                else:
                    sets = self._stem(words[0], context.scope.fields)
                if context.scope.fields is None:
                    self._words[query.text] = _count(sets)
                return sets
        elif isinstance(query, Pattern) and context.plain:
            if context.scope.fields is None:
                return self._pattern(query)
            return self._forms(self.expand(query), query, context)
        return self._spots(query, context)

    def _stem(self, word: str, fields: tuple[str, ...] | None) -> Sets:
        stem = analysis.stem(word)
        if fields is None:
            return self._listed("text", stem)
        return self._any_of([self._listed(f, stem) for f in fields if f in TEXT])

    def _listed(self, name: str, term: str) -> Sets:
        found = self.snapshot.postings(name, term)
        return self._nothing() if found is None else found.sets(self.snapshot)

    def expand(self, query: Pattern) -> list[str]:
        """The words of the archive that a pattern stands for, in order; the most frequent ones
        if there are too many."""
        words, cut = expand(self.snapshot, query, self._expansions, self.deadline)
        if cut:
            self._too_broad(query, len(words))
        return words

    def _too_broad(self, query: Pattern, words: int) -> None:
        self._notes.append(
            Note(
                code="too-broad",
                position=query.span[0],
                hint=f"too broad: the {words} most frequent words were used",
                values={"words": words},
            )
        )

    def _pattern(self, query: Pattern) -> Sets:
        """The stories with a word that fits, in headline or body."""
        found, cut = ordinals(self.snapshot, query, self._expansions, self.deadline)
        if cut:
            self._too_broad(query, self._expansions)
        result = []
        for segment, chosen in zip(self.snapshot.segments, found, strict=True):
            table = segment.words()
            if table is None or not len(chosen):
                result.append(DocSet.empty(segment.size))
                continue
            docs = table.docs_of(chosen)
            if segment.live is not None:
                docs = docs[segment.live[docs]]
            if len(docs) * 8 < segment.size:
                result.append(DocSet.of_ids(segment.size, distinct(docs)))
                continue
            mask = np.zeros(segment.size, np.bool_)
            mask[docs] = True
            result.append(DocSet.of_mask(mask))
        return result

    def _forms(self, words: Sequence[str], query: Query, context: Context) -> Sets:
        """The stories with any of these very words."""
        anywhere = self._any_of(self._each(words, lambda w: self._listed("words", w)))
        fields = context.text_fields
        if len(fields) == len(TEXT):
            return anywhere
        if sum(map(len, anywhere)) <= READ:
            return self._read_again(query, context, anywhere)
        # A story is certain if only this field has the stem, and is read again if both have it.
        other = next(f for f in TEXT if f not in fields)
        sure, unsure = [], []
        for word in words:
            if self.deadline.passed():
                break
            stem = analysis.stem(word)
            there = self._all_of([self._listed("words", word), self._listed(fields[0], stem)])
            both = self._all_of([there, self._listed(other, stem)])
            sure.append([a - b for a, b in zip(there, both, strict=True)])
            unsure.append(both)
        certain = self._any_of(sure) if sure else self._nothing()
        left = (
            [u - c for u, c in zip(self._any_of(unsure), certain, strict=True)]
            if unsure
            else self._nothing()
        )
        return self._any_of([certain, self._read_again(query, context, left)])

    def _each(self, words: Sequence[str], find: Callable[[str], Sets]) -> list[Sets]:
        result = []
        for word in words:
            if self.deadline.passed():
                break
            result.append(find(word))
        return result or [self._nothing()]

    def _read_again(self, query: Query, context: Context, sets: Sets) -> Sets:
        """Those of the stories that match when they are read word by word."""
        result = []
        scope = Scope(context.text_fields, context.scope.first)
        for segment, found in zip(self.snapshot.segments, sets, strict=True):
            kept = []
            for doc in found.ids.tolist():
                if self.deadline.passed():
                    break
                article = segment.reader.stored(doc)
                count = 0
                for name in TEXT:
                    if name in context.text_fields:
                        text = article.headline if name == "headline" else article.body
                        count += len(occurrences(query, Reading(text), name, scope))
                if count >= context.count:
                    kept.append(doc)
            result.append(DocSet.of_ids(segment.size, np.array(kept, np.uint32)))
        return result

    # ---- positions

    def _spots(self, query: Query, context: Context) -> Sets:
        """The stories where the clause matches often enough at places that fit the context."""
        likely = self._likely(query, context)
        if not stems_only(query) or (isinstance(query, Near) and not context.plain):
            return self._read_again(query, context, likely)
        result = []
        for i, size in enumerate(self._sizes):
            if self.deadline.passed():
                result.append(DocSet.empty(size))
                continue
            if context == Context() and in_a_row(query):
                result.append(self._row(query, i, likely[i]))
                continue
            docs = self._matches(query, context, i, likely[i]) >> 32
            if context.count > 1:
                docs.sort()
                more = context.count - 1
                docs = docs[more:][docs[more:] == docs[: max(0, len(docs) - more)]]
            result.append(DocSet.of_ids(size, np.unique(docs).astype(np.uint32)))
        return result

    def _row(self, query: Query, i: int, likely: DocSet) -> DocSet:
        """The documents that hold some words side by side.

        Headline and body are searched as one, as between them lie more free positions than a
        phrase has words. Keys are rising, so two lists merge in linear time.
        """
        assert isinstance(query, Term | Phrase)
        docs = likely.ids
        stems = [analysis.stem(w) for w in phrase_words(query)]
        entries = [self.snapshot.entries(s, i, likely) for s in stems]
        found: list[Ids] = []
        for start in range(0, len(docs), ROWS):
            keys: Keys | None = None
            for n, entry in enumerate(entries):
                here = entry.keys(start, start + ROWS)
                here -= n
                if keys is None:
                    keys = here
                    continue
                both = np.concatenate((keys, here))
                both.sort()
                keys = both[1:][both[1:] == both[:-1]]
            assert keys is not None
            hit = np.zeros(ROWS, np.bool_)
            hit[keys >> 32] = True
            found.append(docs[start : start + ROWS][hit[: len(docs) - start]])
        return DocSet.of_ids(self._sizes[i], np.concatenate(found) if found else docs)

    def _likely(self, query: Query, context: Context) -> Sets:
        """The stories that hold all words of a clause."""
        match query:
            case Or():
                return self._any_of([self._likely(c, context) for c in query.clauses])
            case Near():
                return self._all_of([self._likely(c, context) for c in (query.left, query.right)])
            case Term() | Phrase():
                exact = isinstance(query, Term) and query.exact
                words = phrase_words(query)
                stems = words if exact else [analysis.stem(w) for w in words]
                parts = [self._listed("words" if exact else "text", w) for w in stems]
                return self._all_of(parts) if parts else self._nothing()
            case Prefix() | Wildcard() | Fuzzy():
                return self._pattern(query)
        return self._everything()

    def _matches(self, query: Query, context: Context, i: int, docs: DocSet) -> Keys:
        """The last positions of the matches of a clause in some documents."""
        if isinstance(query, Near):
            left, right = (self._runs(c, context, i, docs) for c in (query.left, query.right))
            ends = [self._after(query, left, right, i, docs)]
            if not query.ordered:
                ends.append(self._after(query, right, left, i, docs))
            return np.concatenate(ends)
        last = self._runs(query, context, i, docs)[1]
        first = context.scope.first
        return last if first is None else last[(last & _POSITION) < BODY + first]

    def _runs(self, query: Query, context: Context, i: int, docs: DocSet) -> Runs:
        if isinstance(query, Or):
            parts = [self._runs(c, context, i, docs) for c in query.clauses]
            starts, ends = (np.concatenate([p[side] for p in parts]) for side in (0, 1))
            pairs = np.unique(np.stack((ends, starts)), axis=1)
            return pairs[1], pairs[0]
        assert isinstance(query, Term | Phrase)
        slop = query.slop if isinstance(query, Phrase) else 0
        stems = [analysis.stem(w) for w in phrase_words(query)]
        places = {s: self._places(s, context, i, docs) for s in dict.fromkeys(stems)}
        starts = ends = places[stems[0]]
        for stem in stems[1:]:
            later = places[stem]
            if slop == 0:
                keep = member(ends + 1, later)
                starts, ends = starts[keep], ends[keep] + 1
                continue
            # For each place of this word the latest run that ends before it.
            at = np.searchsorted(ends, later) - 1
            later, at = later[at >= 0], at[at >= 0]
            same = (ends[at] >> 32) == (later >> 32)
            starts, ends = starts[at[same]], later[same]
        short = ends - starts <= slop + len(stems) - 1
        return starts[short], ends[short]

    def _places(self, stem: str, context: Context, i: int, docs: DocSet) -> Keys:
        """The positions of a stem in the fields of the context, as keys."""
        keys = self.snapshot.places(stem, i, docs)
        fields = context.text_fields
        if len(fields) == len(TEXT):
            return keys
        in_body = (keys & BODY) != 0
        return np.compress(in_body if "body" in fields else ~in_body, keys)

    def _after(self, query: Near, a: Runs, b: Runs, i: int, docs: DocSet) -> Keys:
        """The ends of `a` after which a run of `b` starts near enough."""
        starts = np.sort(b[0])
        if not len(starts) or not len(a[1]):
            return np.zeros(0, np.int64)
        at = np.searchsorted(starts, a[1], "right")
        found = at < len(starts)
        at[~found] = 0
        if query.unit == "word":
            gap = starts[at] - a[1]
            found &= (gap > 0) & (gap <= query.distance)
            near: Keys = a[1][found]
            return near
        # Where a headline or a body begins, a sentence begins, whatever the index marks.
        reserved = analysis.SENTENCE if query.unit == "sentence" else analysis.PARAGRAPH
        heads = docs.ids.astype(np.int64) << 32
        breaks = [heads, heads + BODY, self.snapshot.places(reserved, i, docs)]
        marks = np.unique(np.concatenate(breaks))
        home = np.searchsorted(marks, a[0], "right")
        together: Keys = a[1][found & (np.searchsorted(marks, starts[at], "right") == home)]
        return together

    # ---- facet fields

    def _in_facet(self, name: str, query: Query) -> Sets:
        if name == "date":
            if isinstance(query, Term) and query.text == NOT_STATED:
                return self._drop_sets(self._everything(), self._stated("date"))
            return self._nothing()
        if isinstance(query, Term) and query.text == NOT_STATED:
            return self._drop_sets(self._everything(), self._stated(name))
        table = field_table(self.snapshot, name)
        return table.sets(table.matching(query))

    def _drop_sets(self, sets: Sets, gone: Sets) -> Sets:
        return [s - g for s, g in zip(sets, gone, strict=True)]


_POSITION = np.int64((1 << 32) - 1)

_WIDENED = {
    "most": "{all} stories have all the words; these {total} have most of them",
    "any": "{all} stories have all the words; these {total} have at least one of them",
}


def _widened(note: Note, all_words: int, shown: int) -> Note:
    """The note with the stories that have all words, and those shown instead."""
    hint = _WIDENED[note.code.removeprefix("widened-")].format(all=all_words, total=shown)
    return replace(note, hint=hint, values={**note.values, "all": all_words, "total": shown})


def _among(found: Sets, sets: Sets) -> int:
    return sum(len(a & b) for a, b in zip(found, sets, strict=True))


_NODES: dict[type, Callable[[Evaluator, Any, Context], Sets]] = {
    Term: Evaluator._leaf,
    Phrase: Evaluator._leaf,
    Near: Evaluator._leaf,
    Prefix: Evaluator._leaf,
    Wildcard: Evaluator._leaf,
    Fuzzy: Evaluator._leaf,
    Range: Evaluator._range,
    AtLeast: Evaluator._at_least,
    First: Evaluator._first,
    Field: Evaluator._field,
    And: Evaluator._and,
    Or: Evaluator._or,
    Not: Evaluator._not,
    Words: Evaluator._words_node,
    Everything: Evaluator._every,
}


def _count(sets: Sets) -> int:
    return sum(map(len, sets))
