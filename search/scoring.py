"""What stories score: the words of a query that rank, and BM25 summed over them by segment."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiredesk.index import analysis
from wiredesk.search.clauses import phrase_words
from wiredesk.search.docset import DocSet, Ids
from wiredesk.search.evaluator import TEXT, Context, Evaluator, Sets
from wiredesk.search.occurrences import Scope
from wiredesk.search.query import And, AtLeast, Field, First, Near, Or, Phrase, Query, Term, Words
from wiredesk.search.ranking import Scores
from wiredesk.search.snapshot import TOP, PostingList


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A word that ranks, in which lists, and the stories it counts for (None: where it stands)."""

    word: str
    fields: tuple[str, ...]
    only: Sets | None
    clause: Any
    quoted: bool


@dataclass(slots=True)
class Part:
    """A list of stories that a word scores in, times how often the query has it.

    `only` are the stories it counts for, None for all of the list.
    """

    postings: PostingList
    only: Sets | None
    times: int = 1


class _Scratch(threading.local):
    """One row of zeros a thread, to be left as zeros."""

    def __init__(self) -> None:
        self._row = np.zeros(0, np.float32)

    def row(self, size: int) -> Scores:
        if len(self._row) < size:
            self._row = np.zeros(size, np.float32)
        return self._row[:size]


_scratch = _Scratch()


class Scorer:
    """The scores of one query, whose clauses an evaluator matches."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._snapshot = evaluator.snapshot

    def score(self, parts: Sequence[Part], i: int, found: DocSet) -> Scores:
        """The scores of some stories of segment `i`."""
        total: Scores | None = None
        for part in parts:
            if total is not None and self._evaluator.deadline.passed():
                break
            scores = self._part_scores(part, i, found)
            if part.times > 1:
                scores = scores * np.float32(part.times)
            total = scores if total is None else total + scores
        return np.zeros(len(found), np.float32) if total is None else total

    def remembered(
        self, parts: Sequence[Part], i: int, found: DocSet, k: int
    ) -> tuple[Ids, Scores, NDArray[np.intp]] | None:
        """For all stories of one common word: these, their scores, and where the `k` best stand."""
        part = parts[0]
        if len(parts) > 1 or part.only is not None or part.times > 1 or k > TOP:
            return None
        docs = part.postings.docs[i]
        if len(docs) <= 2 * TOP or found.ids is not docs:
            return None
        scores = part.postings.scores(self._snapshot)[i]
        return docs, scores, part.postings.top(self._snapshot, i)[:k]

    def _part_scores(self, part: Part, i: int, found: DocSet) -> Scores:
        postings = part.postings
        docs = postings.docs[i]
        own = postings.scores(self._snapshot)[i]
        ids = found.ids
        if docs is ids and part.only is None:
            return own
        dense = postings.dense(self._snapshot, i)
        if dense is not None:
            result: Scores = dense[ids]
        elif len(docs) > 30 * len(ids):
            result = np.zeros(len(ids), np.float32)
            if len(ids):
                at = np.searchsorted(docs, ids)
                at[at == len(docs)] = 0
                same = docs[at] == ids
                result[same] = own[at[same]]
        else:
            row = _scratch.row(self._snapshot.segments[i].size)
            row[docs] = own
            result = row[ids]
            row[docs] = 0
        if part.only is not None:
            result = np.where(part.only[i].mask[ids], result, np.float32(0))
        return result

    def parts(self, query: Query) -> list[Part]:
        """The words that rank, each once, in the order of the query; none if no clause ranks."""
        wanted = list(self._ranking(query, Context()))
        ranking = [w for w in wanted if w.quoted or w.word not in analysis.STOP_WORDS]
        counted: dict[tuple[str, str, Any], Part] = {}
        for want in ranking or wanted:
            for name in want.fields:
                stem = analysis.stem(want.word)
                key = (name, stem, want.clause)
                if key in counted:
                    counted[key].times += 1
                    continue
                postings = self._snapshot.postings(name, stem)
                if postings is not None:
                    counted[key] = Part(postings, want.only)
        return list(counted.values())

    def _ranking(self, query: Query, context: Context) -> Iterable[_Wanted]:
        """The words that score, in the order of the query."""
        match query:
            case And() | Or() | Words():
                if isinstance(query, Or) and context.count > 1:
                    only = self._evaluator.sets(query, context)
                    for clause in query.clauses:
                        for want in self._ranking(clause, replace(context, count=1)):
                            yield replace(want, only=only, clause=(query, context))
                    return
                for clause in query.clauses:
                    yield from self._ranking(clause, context)
            case Field():
                yield from self._ranking(
                    query.clause, replace(context, scope=context.scope.within(query))
                )
            case First():
                yield from self._ranking(
                    query.clause, replace(context, scope=context.scope.within(query))
                )
            case AtLeast():
                yield from self._ranking(query.clause, replace(context, count=query.count))
            case Near():
                only = self._evaluator.sets(query, context)
                for side in (query.left, query.right):
                    for want in self._ranking(side, Context(Scope(context.scope.fields))):
                        yield replace(want, only=only, clause=(query, context), quoted=True)
            case Term() | Phrase():
                yield from self._words_of(query, context)

    def _words_of(self, query: Term | Phrase, context: Context) -> Iterable[_Wanted]:
        words = phrase_words(query)
        fields = ("text",) if context.scope.fields is None else context.scope.fields
        fields = tuple(f for f in fields if f == "text" or f in TEXT)
        if not words or not fields:
            return
        # A compound (`state-run`) must stand as such to match, but each of its words ranks alone.
        simple = isinstance(query, Term) and not query.exact and context.plain
        only = None if simple else self._evaluator.sets(query, context)
        clause = None if simple else (query, context)
        for word in words:
            yield _Wanted(word, fields, only, clause, isinstance(query, Phrase))
