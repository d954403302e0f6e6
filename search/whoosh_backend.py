"""The engine behind an archive folder: requests into results, over arrays in mapped files."""

import heapq
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiredesk.errors import ArticleNotFound, BackendUnavailable, UnknownField
from wiredesk.index import analysis
from wiredesk.index.article import Article
from wiredesk.index.codec.archive import MANIFEST, ArchiveReader
from wiredesk.index.schema import FACETS, FIELDS, SHOWN
from wiredesk.search import facets, highlight, histogram, sideways
from wiredesk.search.docset import DocSet
from wiredesk.search.evaluator import Evaluator, Matched, Sets
from wiredesk.search.expansion import Deadline, forms, near_words
from wiredesk.search.field_table import field_table
from wiredesk.search.limits import PYTHON
from wiredesk.search.model import (
    ArchiveStats,
    Facet,
    Hit,
    Note,
    SearchRequest,
    SearchResult,
)
from wiredesk.search.occurrences import leaves, query_words
from wiredesk.search.query import Everything, Fuzzy, Query, Term
from wiredesk.search.ranking import Scores, best, lowest
from wiredesk.search.scoring import Part, Scorer
from wiredesk.search.snapshot import SegmentView, Snapshot

FACET_SHARE = 0.3
"""The time facets get on top of the hits', as a share of it."""

SPELLING_SECONDS = 0.3
"""The time that other spellings of one word may take."""

ALSO_WORDS = 16
"""So many words of a query are given with their other forms."""

NEARBY = 8
"""So many stories of a file are read on each side of one to find its neighbours."""

LAST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Place:
    """One story by where it lies: segment, document number; with its score and id."""

    segment: int
    doc: int
    score: float
    id: str


@dataclass(slots=True)
class Found:
    """A search up to the stories themselves: what was found, counted and put in order."""

    snapshot: Snapshot
    total: int
    places: list[Place]
    facets: dict[str, Facet]
    matched: Matched
    notes: list[Note]
    deadline: Deadline
    partial: bool = False
    without: dict[tuple[str, str], int] = field(default_factory=dict)


class WhooshBackend:
    """A `Backend` over the folder of an archive. Threads may share one.

    When a commit has landed the next search sees it; a search under way keeps what it began with.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._manifest = os.path.join(self.path, MANIFEST)
        self._lock = threading.Lock()
        self._reader: ArchiveReader | None = ArchiveReader(self.path)
        self._stamp = self._manifest_stamp()
        self._snapshot = Snapshot(self._reader.segments, self._reader.generation)

    # ---- life

    def close(self) -> None:
        """Let go of files and memory; idempotent."""
        with self._lock:
            if self._reader is not None:
                self._reader.close()
            self._reader = None
            self._snapshot = Snapshot([])

    def snapshot(self) -> Snapshot:
        """What the archive holds now; opened anew when a commit has landed."""
        reader = self._reader
        if reader is None:
            raise BackendUnavailable(f"{self.path}: this archive is closed")
        stamp = self._manifest_stamp()
        if stamp != self._stamp and stamp is not None:
            with self._lock:
                if self._reader is not None and stamp != self._stamp:
                    fresh = ArchiveReader(self.path, previous=self._reader)
                    if fresh.generation != self._snapshot.generation:
                        self._snapshot = Snapshot(fresh.segments, fresh.generation)
                    self._reader, self._stamp = fresh, stamp
        return self._snapshot

    def _manifest_stamp(self) -> tuple[int, int, int] | None:
        try:
            stat = os.stat(self._manifest)
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino, stat.st_size

    @property
    def generation(self) -> int:
        """Rises with each commit."""
        return self.snapshot().generation

    # ---- search

    def search(
        self, query: Query, request: SearchRequest, *, expansions: int = PYTHON.expansions
    ) -> SearchResult:
        """Match, rank, count and mark. Raises UnknownField for a field that is not a facet."""
        begun = time.perf_counter()
        found = self.find(query, request, expansions=expansions)
        snapshot = found.snapshot
        hits = []
        for place in found.places:
            article = snapshot.segments[place.segment].reader.stored(place.doc)
            shown = highlight.show(Everything() if found.deadline.passed() else query, article)
            hits.append(
                Hit(
                    id=place.id,
                    score=place.score,
                    article=article,
                    headline=shown.headline,
                    snippets=shown.snippets,
                    matches=shown.matches,
                )
            )
        return SearchResult(
            request=request,
            total=found.total,
            hits=tuple(hits),
            facets=found.facets,
            notes=tuple(found.notes),
            also_matched=self._also_matched(snapshot, query, found.deadline),
            partial=found.partial or found.deadline.cut,
            without=found.without,
            word_totals=found.matched.words,
            generation=snapshot.generation,
            seconds=time.perf_counter() - begun,
        )

    def find(
        self, query: Query, request: SearchRequest, *, expansions: int = PYTHON.expansions
    ) -> Found:
        """As `search`, up to the stories themselves: ids, scores, totals and facets."""
        snapshot = self.snapshot()
        counted = SHOWN if request.facets is None else request.facets
        for name in (*counted, *request.filters, *request.exclude):
            if name not in FIELDS or FIELDS[name].kind == "text":
                raise UnknownField(name, [*FACETS, "date"])
        deadline = Deadline(request.timeout)
        evaluator = Evaluator(
            snapshot,
            deadline,
            expansions=expansions,
            other=lambda query: self._by_whoosh(snapshot, query),
        )
        matched = evaluator.match(query)
        refinements = sideways.refinements(snapshot, request)
        sets = sideways.refined(matched.sets, refinements)
        total = sum(map(len, sets))
        places = self._places(evaluator, query, matched, sets, request)
        cut = deadline.cut
        without = {}
        if not total:
            without = sideways.totals_without(snapshot, matched.sets, request, deadline)
        if request.timeout is not None:
            deadline = Deadline(request.timeout * (1 + FACET_SHARE) - deadline.spent())
        counts = sideways.count(
            snapshot, matched.sets, sets, refinements, request, counted, deadline
        )
        return Found(
            snapshot=snapshot,
            total=total,
            places=places,
            facets=counts,
            matched=matched,
            notes=matched.notes_within(sets),
            deadline=deadline,
            partial=cut or deadline.cut,
            without=without,
        )

    def _by_whoosh(self, snapshot: Snapshot, query: Any) -> Sets:
        """The stories that Whoosh's own matchers find for a query of Whoosh."""
        from whoosh import index

        from wiredesk.index.codec.stock import build_schema

        if not callable(getattr(query, "docs", None)):
            raise TypeError(f"not a query: {query!r}")
        found: dict[str, DocSet] = {}
        with index.open_dir(str(self.path), schema=build_schema()).searcher() as searcher:
            docs = np.fromiter(query.docs(searcher), np.int64)
            for reader, base in searcher.reader().leaf_readers():
                name, size = reader.segment().segment_id(), reader.doc_count_all()
                here = docs[(docs >= base) & (docs < base + size)] - base
                found[name] = DocSet.of_ids(size, np.unique(here).astype(np.uint32))
        return [found.get(v.reader.name, DocSet.empty(v.size)) for v in snapshot.segments]

    def _places(
        self,
        evaluator: Evaluator,
        query: Query,
        matched: Matched,
        sets: Sets,
        request: SearchRequest,
    ) -> list[Place]:
        """The stories of the page asked for, in order."""
        first = (request.page - 1) * request.per_page
        k = first + request.per_page
        if k <= 0 or first < 0:
            return []
        if request.sort == "relevance":
            ordered = _by_score(evaluator, query, matched, sets, k)
        else:
            ordered = _by_key(evaluator.snapshot, sets, request.sort, k)
        return ordered[first:k]

    def _also_matched(
        self, snapshot: Snapshot, query: Query, deadline: Deadline
    ) -> dict[str, tuple[str, ...]]:
        """The other forms of the first words of the query, most frequent first."""
        result = {}
        for leaf in islice(leaves(query), ALSO_WORDS):
            if deadline.passed():
                break
            if not isinstance(leaf, Term) or leaf.exact:
                continue
            words = query_words(leaf.text)
            if len(words) == 1 and words[0] not in analysis.STOP_WORDS:
                others = tuple(w for w in forms(snapshot, words[0]) if w != words[0])
                if others:
                    result[leaf.text] = others
        return result

    # ---- stories, words, numbers

    def get(self, article_id: str) -> Article:
        """The story with this id. Raises ArticleNotFound."""
        segment, doc = self._locate(self.snapshot(), article_id)
        return segment.reader.stored(doc)

    def _locate(self, snapshot: Snapshot, article_id: str) -> tuple[SegmentView, int]:
        for view in reversed(snapshot.segments):
            doc = view.reader.find_id(article_id)
            if doc >= 0:
                return view, doc
        raise ArticleNotFound(article_id)

    def neighbours(self, article: Article) -> tuple[str | None, str | None]:
        """The ids of the stories before and after this one in its file, None where none is.

        Stories of a file are indexed one after the other, so a few on both sides are looked at,
        however many the file holds. In a packed file the next member follows the last story of one.
        """
        snapshot = self.snapshot()
        path, member = article.source.path, article.source.member
        here, own = self._locate(snapshot, article.id)
        near: list[Article] = []
        sets = sideways.value_sets(snapshot, "source", path)
        for view, found in zip(snapshot.segments, sets, strict=True):
            docs = found.ids
            if view is here:
                at = int(np.searchsorted(docs, own))
                docs = docs[max(0, at - NEARBY) : at + NEARBY + 1]
            elif len(docs) > 2 * NEARBY:
                docs = np.concatenate((docs[:NEARBY], docs[-NEARBY:]))
            near += map(view.reader.stored, docs.tolist())
        at = next(n for n, story in enumerate(near) if story.id == article.id)
        start = _start(article, path)
        starts = {_start(s, path): s.id for s in near if s.source.member == member}

        def beside(other: int) -> str | None:
            if not 0 <= other < len(near):
                return None
            story = near[other]
            apart = story.source.member != member or _start(story, path) == start
            return story.id if apart else None

        before = max((n for n in starts if n < start), default=None)
        after = min((n for n in starts if n > start), default=None)
        return (
            beside(at - 1) if before is None else starts[before],
            beside(at + 1) if after is None else starts[after],
        )

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Words of a text field or values of a facet that begin with `prefix` (folded), with the
        number of stories each is in, most frequent first. Raises UnknownField."""
        snapshot = self.snapshot()
        kind = FIELDS[field].kind if field in FIELDS else None
        if kind == "facet":
            table = field_table(snapshot, field)
            among = table.beginning(prefix)
            chosen = facets.top(table, facets.Tally(table.live), limit, among=among)
            return [(table.value(o), int(table.live[o])) for o in chosen.tolist()]
        if kind != "text":
            raise UnknownField(field, [n for n, f in FIELDS.items() if f.kind != "date"])
        totals: dict[bytes, int] = {}
        start = analysis.fold(prefix).encode("utf-8", "surrogatepass")
        for view in snapshot.segments:
            words = view.words()
            if words is None:
                continue
            ordinals = np.arange(*words.span(start))
            df = view.word_df(ordinals)
            if len(snapshot.segments) == 1 and len(df) > 4 * limit:
                kept = np.sort(np.argsort(-df, kind="stable")[:limit])
                ordinals, df = ordinals[kept], df[kept]
            for ordinal, n in zip(ordinals.tolist(), df.tolist(), strict=True):
                if n:
                    term = words.term(ordinal)
                    totals[term] = totals.get(term, 0) + n
        frequent = heapq.nsmallest(limit, totals.items(), key=lambda item: (-item[1], item[0]))
        return [(term.decode("utf-8", "surrogatepass"), n) for term, n in frequent]

    def spellings(self, word: str, distance: int, limit: int) -> list[tuple[str, int]]:
        """Words of the archive at most `distance` edits from a folded word and with the same
        first letter, with the number of stories each is in, most frequent first."""
        counts = near_words(self.snapshot(), Fuzzy(word, distance), Deadline(SPELLING_SECONDS))
        frequent = heapq.nsmallest(limit, counts.items(), key=lambda item: (-item[1], item[0]))
        return frequent

    def stats(self) -> ArchiveStats:
        """What the archive holds."""
        snapshot = self.snapshot()
        reader = self._reader
        days = [
            view.days if view.live is None else view.days[view.live] for view in snapshot.segments
        ]
        dated = np.concatenate(days) if days else np.zeros(0, np.int32)
        dated = dated[dated != histogram.MISSING]
        return ArchiveStats(
            stories=snapshot.stories,
            segments=len(snapshot.segments),
            deleted=sum(view.size - view.count for view in snapshot.segments),
            size=reader.size if reader is not None else 0,
            generation=snapshot.generation,
            first_date=histogram.iso(int(dated.min())) if len(dated) else None,
            last_date=histogram.iso(int(dated.max())) if len(dated) else None,
            facets={f: int(np.count_nonzero(field_table(snapshot, f).live)) for f in FACETS},
            entities=reader.manifest.entities if reader is not None else None,
            words=_word_count(snapshot),
            written=f"{np.datetime64(self._stamp[0] // 10**9, 's')}Z" if self._stamp else None,
        )


def _start(article: Article, path: str) -> int:
    """Where in a file a story stands, which may lie in several."""
    places = (article.source, *article.also_in)
    return next((place.start for place in places if place.path == path), 0)


def _word_count(snapshot: Snapshot) -> int:
    tables = [words for view in snapshot.segments if (words := view.words()) is not None]
    if len(tables) == 1:
        return len(tables[0])
    return len(set().union(*(t.terms() for t in tables)))


# ---- order


def _by_score(
    evaluator: Evaluator, query: Query, matched: Matched, sets: Sets, k: int
) -> list[Place]:
    snapshot = evaluator.snapshot
    scorer = Scorer(evaluator)
    parts = scorer.parts(query)
    candidates: list[tuple[int, float, str, int, int]] = []
    for i, (view, found) in enumerate(zip(snapshot.segments, sets, strict=True)):
        if not found.size or not len(found):
            continue
        if not parts:
            ids = view.first(found, k)
            at = np.arange(len(ids))
            scores: Scores = np.zeros(len(ids), np.float32)
        else:
            top = scorer.remembered(parts, i, found, k)
            ids, scores, at = top if top is not None else _best(scorer, view, parts, i, found, k)
        if matched.full is not None:
            full = matched.full[i].mask[ids]
            for tier, group in enumerate((np.flatnonzero(full), np.flatnonzero(~full))):
                at = group[best(scores[group], k, view.ordering(ids[group]))]
                candidates += _candidates(view, i, ids[at], scores[at], tier)
        else:
            candidates += _candidates(view, i, ids[at], scores[at], 0)
    candidates.sort(key=lambda c: (c[0], -c[1], c[2]))
    return [Place(i, doc, score, name) for _, score, name, i, doc in candidates[:k]]


def _best(
    scorer: Scorer, view: SegmentView, parts: Sequence[Part], i: int, found: DocSet, k: int
) -> tuple[NDArray[Any], Scores, NDArray[np.intp]]:
    ids, scores = found.ids, scorer.score(parts, i, found)
    return ids, scores, best(scores, k, view.ordering(ids))


def _candidates(
    view: SegmentView, i: int, ids: NDArray[Any], scores: Scores, tier: int
) -> list[tuple[int, float, str, int, int]]:
    return [
        (tier, score, view.reader.id(doc), i, doc)
        for doc, score in zip(ids.tolist(), scores.tolist(), strict=True)
    ]


def _by_key(snapshot: Snapshot, sets: Sets, sort: str, k: int) -> list[Place]:
    candidates: list[tuple[Any, str, int, int]] = []
    for i, (view, found) in enumerate(zip(snapshot.segments, sets, strict=True)):
        ids = found.ids
        if sort == "headline":
            named = [
                (_heading(view.reader.stored(d).headline), view.reader.id(d), d)
                for d in _first_headlines(view, ids, k).tolist()
            ]
            candidates += [(h, n, i, d) for h, n, d in heapq.nsmallest(k, named)]
            continue
        days = view.days[ids].astype(np.int64)
        keys = np.where(days == histogram.MISSING, LAST, -days if sort == "-date" else days)
        at = lowest(keys, k, view.ordering(ids))
        candidates += [
            (key, view.reader.id(doc), i, doc)
            for doc, key in zip(ids[at].tolist(), keys[at].tolist(), strict=True)
        ]
    candidates.sort()
    return [Place(i, doc, 0.0, name) for _, name, i, doc in candidates[:k]]


def _first_headlines(view: SegmentView, ids: NDArray[Any], k: int) -> NDArray[Any]:
    """Some documents among which are the `k` whose headlines sort first."""
    if len(ids) <= 2 * k:
        return ids
    keys = view.reader.headline_keys()[ids]
    first, second = keys[:, 0], keys[:, 1]
    kth = np.partition(first, k - 1)[k - 1]
    under, tied = first < kth, first == kth
    room = k - int(np.count_nonzero(under))
    tied &= second <= np.partition(second[tied], room - 1)[room - 1]
    chosen: NDArray[Any] = ids[under | tied]
    return chosen


def _heading(headline: str) -> str:
    return " ".join(analysis.words(headline))
