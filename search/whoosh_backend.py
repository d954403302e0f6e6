"""The engine behind an archive folder: requests into results, over arrays in mapped files."""

import heapq
import os
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiredesk.errors import ArticleNotFound, BackendUnavailable, UnknownField
from wiredesk.index import analysis
from wiredesk.index.article import Article
from wiredesk.index.codec.archive import MANIFEST, ArchiveReader
from wiredesk.index.schema import FACETS, FIELDS, NOT_STATED, SHOWN
from wiredesk.search import facets, highlight, histogram
from wiredesk.search.docset import DocSet, intersection, union
from wiredesk.search.evaluator import Evaluator, Matched, Sets
from wiredesk.search.expansion import Deadline, forms, near_words
from wiredesk.search.model import (
    ArchiveStats,
    Facet,
    FacetValue,
    Hit,
    SearchRequest,
    SearchResult,
)
from wiredesk.search.occurrences import leaves, query_words
from wiredesk.search.query import Everything, Fuzzy, Query, Term
from wiredesk.search.ranking import Scores, best, lowest
from wiredesk.search.snapshot import SegmentView, Snapshot

FACET_SHARE = 0.3
"""The time facets get on top of the hits', as a share of it."""

SPELLING_SECONDS = 0.3
"""The time that other spellings of one word may take."""

MOST_DAYS = 1_000_000
"""Days further apart than this are sorted rather than counted in a row."""

ALSO_WORDS = 16
"""So many words of a query are given with their other forms."""

NEARBY = 64
"""So many stories of a file are read to find the neighbours of one."""

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
    deadline: Deadline
    partial: bool = False
    without: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Refinement:
    """The stories that one field's filters and exclusions leave, segment by segment."""

    field: str
    sets: Sets


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

    def search(self, query: Query, request: SearchRequest) -> SearchResult:
        """Match, rank, count and mark. Raises UnknownField for a field that is not a facet."""
        begun = time.perf_counter()
        found = self.find(query, request)
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
            notes=tuple(found.matched.notes),
            also_matched=self._also_matched(snapshot, query, found.deadline),
            partial=found.partial or found.deadline.cut,
            without=found.without,
            word_totals=found.matched.words,
            generation=snapshot.generation,
            seconds=time.perf_counter() - begun,
        )

    def find(self, query: Query, request: SearchRequest) -> Found:
        """As `search`, up to the stories themselves: ids, scores, totals and facets."""
        snapshot = self.snapshot()
        counted = SHOWN if request.facets is None else request.facets
        for name in (*counted, *request.filters, *request.exclude):
            if name not in FIELDS or FIELDS[name].kind == "text":
                raise UnknownField(name, [*FACETS, "date"])
        deadline = Deadline(request.timeout)
        evaluator = Evaluator(
            snapshot, deadline, other=lambda query: self._by_whoosh(snapshot, query)
        )
        matched = evaluator.match(query)
        refinements = _refinements(snapshot, request)
        sets = _refined(matched.sets, refinements)
        total = sum(map(len, sets))
        places = self._places(evaluator, query, matched, sets, request)
        cut = deadline.cut
        without = {}
        if not total and (request.filters or request.exclude):
            without = _totals_without(snapshot, matched.sets, request, deadline)
        if request.timeout is not None:
            deadline = Deadline(request.timeout * (1 + FACET_SHARE) - deadline.spent())
        counts = _count(snapshot, matched.sets, sets, refinements, request, counted, deadline)
        return Found(
            snapshot=snapshot,
            total=total,
            places=places,
            facets=counts,
            matched=matched,
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

        Stories of a file are mostly indexed one after the other, so only those close by in the
        archive are looked at when a file has very many.
        """
        snapshot = self.snapshot()
        source, start = article.source, article.source.start
        before: tuple[int, str] | None = None
        after: tuple[int, str] | None = None
        here, own = self._locate(snapshot, article.id)
        for view, found in zip(
            snapshot.segments, value_sets(snapshot, "source", source.path), strict=True
        ):
            docs = found.ids
            if len(docs) > NEARBY:
                at = int(np.searchsorted(docs, own)) if view is here else 0
                docs = docs[max(0, at - NEARBY // 2) : at + NEARBY // 2]
            for doc in docs.tolist():
                other = view.reader.stored(doc)
                if other.id == article.id or other.source.member != source.member:
                    continue
                place = (other.source.start, other.id)
                if place[0] < start and (before is None or place > before):
                    before = place
                elif place[0] > start and (after is None or place < after):
                    after = place
        return before and before[1], after and after[1]

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Words of a text field or values of a facet that begin with `prefix` (folded), with the
        number of stories each is in, most frequent first. Raises UnknownField."""
        snapshot = self.snapshot()
        kind = FIELDS[field].kind if field in FIELDS else None
        if kind == "facet":
            table = facets.table(snapshot, field)
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
            facets={f: int(np.count_nonzero(facets.table(snapshot, f).live)) for f in FACETS},
            entities=reader.manifest.entities if reader is not None else None,
            words=_word_count(snapshot),
        )


def _word_count(snapshot: Snapshot) -> int:
    tables = [words for view in snapshot.segments if (words := view.words()) is not None]
    if len(tables) == 1:
        return len(tables[0])
    return len(set().union(*(t.terms() for t in tables)))


# ---- refinements


def _refinements(snapshot: Snapshot, request: SearchRequest) -> list[_Refinement]:
    """What the filters and exclusions of each refined field leave, for all segments."""
    names = dict.fromkeys((*request.filters, *request.exclude))
    if request.date_from or request.date_to:
        names["date"] = None
    return [_Refinement(name, _kept(snapshot, name, request)) for name in names]


def _column(name: str, request: SearchRequest) -> str:
    """The field whose values count for a facet: that of the salient ones, if so asked."""
    salient = FIELDS[name].salient
    return salient if request.salient and salient else name


def _kept(snapshot: Snapshot, name: str, request: SearchRequest) -> Sets:
    if name == "date":
        return _kept_days(snapshot, request)
    column = _column(name, request)
    kept: Sets | None = None
    chosen = request.filters.get(name, ())
    if chosen:
        each = [value_sets(snapshot, column, value) for value in chosen]
        if name in request.match_all:
            kept = [intersection(c[i] for c in each) for i in range(len(snapshot.segments))]
        else:
            kept = [union(v.size, [c[i] for c in each]) for i, v in enumerate(snapshot.segments)]
    if kept is None:
        kept = [view.everything for view in snapshot.segments]
    for value in request.exclude.get(name, ()):
        gone = value_sets(snapshot, column, value)
        kept = [k - g for k, g in zip(kept, gone, strict=True)]
    return kept


def _kept_days(snapshot: Snapshot, request: SearchRequest) -> Sets:
    result = []
    for view in snapshot.segments:
        days = view.days
        kept = np.ones(view.size, np.bool_) if view.live is None else view.live.copy()
        if request.date_from or request.date_to:
            kept &= histogram.within(days, request.date_from, request.date_to)
        if request.filters.get("date"):
            kept &= histogram.chosen(days, request.filters["date"])
        if request.exclude.get("date"):
            kept &= ~histogram.chosen(days, request.exclude["date"])
        result.append(DocSet.of_mask(kept))
    return result


def value_sets(snapshot: Snapshot, name: str, value: str) -> Sets:
    """The stories with a value of a facet, as displayed or folded; `-` for those without any."""
    if value == NOT_STATED:
        result = []
        for view in snapshot.segments:
            mask = ~view.stated(name).mask
            result.append(DocSet.of_mask(mask if view.live is None else mask & view.live))
        return result
    table = facets.table(snapshot, name)
    return table.sets(resolve(table, value))


def resolve(table: facets.FieldTable, value: str) -> list[int]:
    """The values of a facet that a filter's value stands for."""
    return table.same(value)


def _refined(sets: Sets, refinements: Iterable[_Refinement]) -> Sets:
    kept = [r.sets for r in refinements]
    if not kept:
        return sets
    return [intersection([s, *(k[i] for k in kept)]) for i, s in enumerate(sets)]


def _totals_without(
    snapshot: Snapshot, sets: Sets, request: SearchRequest, deadline: Deadline
) -> dict[tuple[str, str], int]:
    """For each chosen value the total without it; `date_from` and `date_to` by these names."""
    chosen = [
        (name, value)
        for values in (request.filters, request.exclude)
        for name, listed in values.items()
        for value in listed
    ]
    variants = {(n, v): request.without(n, v) for n, v in chosen}
    if request.date_from:
        variants["date_from", request.date_from] = replace(request, date_from=None)
    if request.date_to:
        variants["date_to", request.date_to] = replace(request, date_to=None)
    result = {}
    for key, variant in variants.items():
        if deadline.passed():
            break
        result[key] = sum(map(len, _refined(sets, _refinements(snapshot, variant))))
    return result


# ---- order


def _by_score(
    evaluator: Evaluator, query: Query, matched: Matched, sets: Sets, k: int
) -> list[Place]:
    snapshot = evaluator.snapshot
    parts = evaluator.parts(query)
    candidates: list[tuple[int, float, str, int, int]] = []
    for i, (view, found) in enumerate(zip(snapshot.segments, sets, strict=True)):
        if not found.size or not len(found):
            continue
        if not parts:
            ids = view.first(found, k)
            at = np.arange(len(ids))
            scores: Scores = np.zeros(len(ids), np.float32)
        else:
            top = evaluator.remembered(parts, i, found, k)
            ids, scores, at = top if top is not None else _best(evaluator, parts, i, found, k)
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
    evaluator: Evaluator, parts: Any, i: int, found: DocSet, k: int
) -> tuple[NDArray[Any], Scores, NDArray[np.intp]]:
    ids, scores = found.ids, evaluator.score(parts, i, found)
    view = evaluator.snapshot.segments[i]
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


# ---- facets


def _count(
    snapshot: Snapshot,
    matched: Sets,
    hits: Sets,
    refinements: Sequence[_Refinement],
    request: SearchRequest,
    names: Sequence[str],
    deadline: Deadline,
) -> dict[str, Facet]:
    """The facets asked for; a refined one among the stories that the other fields leave."""
    refined = {r.field for r in refinements} if request.sideways else set()
    result: dict[str, Facet] = {}
    plain = [n for n in names if n not in refined]
    groups: list[tuple[list[str], Sets]] = [(plain, hits)] if plain else []
    for name in names:
        if name in refined:
            others = [r for r in refinements if r.field != name]
            groups.append(([name], _refined(matched, others)))
    for members, sets in groups:
        tallies = _tallies(snapshot, sets, members, request, deadline)
        missing = facets.missing(snapshot, list(tallies), sets)
        for name in members:
            if name == "date":
                result[name] = _date_facet(snapshot, sets, request, deadline)
            else:
                result[name] = _facet(snapshot, sets, name, tallies, missing, request, deadline)
    return {name: result[name] for name in names}


def _limit(name: str, request: SearchRequest) -> int:
    return max(0, request.facet_limits.get(name, request.facet_limit))


def _tallies(
    snapshot: Snapshot,
    sets: Sets,
    names: Sequence[str],
    request: SearchRequest,
    deadline: Deadline,
) -> dict[str, facets.Tally]:
    """The counts by column of the facets, by whichever way is quickest."""
    columns = list(dict.fromkeys(_column(n, request) for n in names if n != "date"))
    total = sum(map(len, sets))
    if total == snapshot.stories:
        return {c: facets.Tally(facets.table(snapshot, c).live) for c in columns}
    if deadline.passed():
        return {}
    result: dict[str, facets.Tally] = {}
    limits = {
        _column(n, request): _limit(n, request)
        for n in names
        if n != "date" and request.facet_order == "count" and not request.facet_prefix.get(n)
    }
    if total >= facets.LARGE and set(limits) == set(columns):
        result = facets.top_by_bitmaps(snapshot, sets, limits)
    left = [c for c in columns if c not in result]
    if left and not deadline.passed():
        result.update(facets.count(snapshot, sets, left))
    return result


def _facet(
    snapshot: Snapshot,
    sets: Sets,
    name: str,
    tallies: Mapping[str, facets.Tally],
    missing: Mapping[str, int],
    request: SearchRequest,
    deadline: Deadline,
) -> Facet:
    column = _column(name, request)
    tally = tallies.get(column)
    selected = request.filters.get(name, ())
    excluded = request.exclude.get(name, ())
    if tally is None:
        deadline.passed()
        return Facet(field=name, complete=False)
    table = facets.table(snapshot, column)
    prefix = request.facet_prefix.get(name)
    among = table.beginning(prefix) if prefix else None
    limit = _limit(name, request)
    if request.facet_order == "name":
        chosen = facets.first_by_name(table, tally, limit, among)
    else:
        chosen = facets.top(table, tally, limit, among=among)
    listed = [
        FacetValue(value=table.value(o), count=n)
        for o, n in zip(chosen.tolist(), tally.pick(chosen).tolist(), strict=True)
    ]
    if selected or excluded:
        listed = _with_chosen(listed, table, tally, sets, name, request)
    total = sum(map(len, sets))
    return Facet(
        field=name,
        values=tuple(listed),
        missing=table.missing if total == snapshot.stories else missing[column],
        total=tally.distinct if tally.complete else table.size,
        total_exact=tally.complete,
        missing_selected=NOT_STATED in selected,
        missing_excluded=NOT_STATED in excluded,
    )


def _with_chosen(
    listed: list[FacetValue],
    table: facets.FieldTable,
    tally: facets.Tally,
    sets: Sets,
    name: str,
    request: SearchRequest,
) -> list[FacetValue]:
    """The values listed and those chosen and excluded, marked, in order."""
    values = {v.value: v.count for v in listed}
    marks: tuple[set[str], set[str]] = (set(), set())
    chosen = request.filters.get(name, ()), request.exclude.get(name, ())
    for wanted, marked in zip(chosen, marks, strict=True):
        for value in wanted:
            if value == NOT_STATED:
                continue
            same = resolve(table, value)
            for ordinal in same:
                held = table.value(ordinal)
                marked.add(held)
                if held not in values:
                    n = tally.of(ordinal)
                    values[held] = facets.count_value(table, sets, ordinal) if n is None else n
            if not same:
                marked.add(value)
                values.setdefault(value, 0)
    by_name = request.facet_order == "name"
    return [
        FacetValue(value=v, count=n, selected=v in marks[0], excluded=v in marks[1])
        for v, n in sorted(values.items(), key=lambda item: (0 if by_name else -item[1], item[0]))
    ]


def _date_facet(
    snapshot: Snapshot, sets: Sets, request: SearchRequest, deadline: Deadline
) -> Facet:
    selected, excluded = request.filters.get("date", ()), request.exclude.get("date", ())
    flags = {
        "missing_selected": NOT_STATED in selected,
        "missing_excluded": NOT_STATED in excluded,
    }
    if deadline.passed():
        return Facet(field="date", complete=False)
    days, counts, missing = _days(snapshot, sets)
    values: dict[str, int] = {}
    unit = histogram.unit_for(0, 0, request.date_unit)
    if len(days):
        unit = histogram.unit_for(int(days[0]), int(days[-1]), request.date_unit)
        numbers = histogram.bins(days, unit)
        first = int(numbers[0])
        totals = np.bincount(numbers - first, counts).astype(np.int64)
        for at in np.flatnonzero(totals).tolist():
            values[histogram.label(first + at, unit)] = int(totals[at])
    total = len(values)
    for value in (*selected, *excluded):
        bounds = histogram.day_range(value)
        if value not in values and value != NOT_STATED and bounds is not None:
            within = (days >= bounds[0]) & (days <= bounds[1])
            values[value] = int(counts[within].sum())
    return Facet(
        field="date",
        values=tuple(
            FacetValue(value=v, count=n, selected=v in selected, excluded=v in excluded)
            for v, n in sorted(values.items())
        ),
        missing=missing,
        total=total,
        unit=unit,
        **flags,
    )


def _days(snapshot: Snapshot, sets: Sets) -> tuple[NDArray[np.int32], NDArray[np.int64], int]:
    """The days of the stories, rising; how many stories each has; how many have none."""
    whole = sum(map(len, sets)) == snapshot.stories
    held = snapshot.tables.get("days of all") if whole else None
    if isinstance(held, tuple):
        days, counts, missing = held
        return days, counts, missing
    each = [
        view.days[found.mask] if found.dense else view.days[found.ids]
        for view, found in zip(snapshot.segments, sets, strict=True)
    ]
    every = np.concatenate(each) if each else np.zeros(0, np.int32)
    dated = every[every != histogram.MISSING]
    missing = len(every) - len(dated)
    first, last = (int(dated.min()), int(dated.max())) if len(dated) else (0, 0)
    if last - first > MOST_DAYS or len(dated) * 8 < last - first:
        days, counts = np.unique(dated, return_counts=True)
    else:
        counted = np.bincount(dated.astype(np.int64) - first)
        at = np.flatnonzero(counted)
        days, counts = (at + first).astype(np.int32), counted[at]
    if whole:
        snapshot.tables["days of all"] = (days, counts, missing)
    return days, counts, missing
