"""A search engine to compare with: every story is read again for every query, word by word.

Slow and obvious on purpose. Stories are `Document`s; sets are sets of ids.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from math import log

from wiredesk.index import analysis
from wiredesk.index.countries import country_name
from wiredesk.index.document import LEAD_WORDS, Document
from wiredesk.index.schema import FIELDS, NOT_STATED
from wiredesk.search.histogram import day_range
from wiredesk.search.model import Facet, FacetValue, SearchRequest
from wiredesk.search.occurrences import Reading, Scope, occurrences, query_words, word_test
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

TEXT = ("headline", "body")
K1, B = 1.2, 0.7


@dataclass
class Found:
    """Ids in order with their scores, and the facets."""

    ids: list[str]
    scores: dict[str, float]
    facets: dict[str, Facet]
    matched: set[str]


class Obvious:
    """Some stories, to be searched."""

    def __init__(self, documents: list[Document]) -> None:
        self.documents = {d.id: d for d in documents}
        self.readings = {
            d.id: {"headline": Reading(d.text["headline"]), "body": Reading(d.text["body"])}
            for d in documents
        }
        self.full: set[str] | None = None

    # ---- matching

    def match(self, query: Query, scope: Scope = Scope(), count: int = 1) -> set[str]:  # noqa: B008
        every = set(self.documents)
        match query:
            case And():
                return set.intersection(
                    every, *(self.match(c, scope, count) for c in query.clauses)
                )
            case Or() if count == 1:
                return set().union(*(self.match(c, scope, count) for c in query.clauses))
            case Not():
                return every - self.match(query.clause, scope, count)
            case Words():
                return self.widen(query, scope, count)
            case Field() | First():
                return self.match(query.clause, scope.within(query), count)
            case AtLeast():
                return self.match(query.clause, scope, query.count)
            case Range():
                return {
                    i for i, d in self.documents.items() if in_range(d.day, query.low, query.high)
                }
            case Everything():
                if scope.fields is None:
                    return every
                return {
                    i for i, d in self.documents.items() if any(stated(d, f) for f in scope.fields)
                }
        return {i for i in every if self.holds(i, query, scope, count)}

    def holds(self, name: str, query: Query, scope: Scope, count: int) -> bool:
        document = self.documents[name]
        facets = [f for f in scope.fields or () if FIELDS[f].kind != "text"]
        if scope.first is None and any(holds_value(document, f, query) for f in facets):
            return True
        found = 0
        for field in TEXT:
            found += len(occurrences(query, self.readings[name][field], field, scope))
        return found >= count

    def widen(self, query: Words, scope: Scope, count: int) -> set[str]:
        clauses = flat(query)
        loose = telling([c for c in clauses if is_loose(c)])
        held = And(tuple(c for c in clauses if not is_loose(c)))
        sets = [self.match(c, scope, count) for c in loose]
        base = self.match(held, scope, count)
        having = Counter(i for s in sets for i in s if i in base)
        every = {i for i in base if having[i] == len(loose)}
        some = {i for i in base if having[i] >= 1}
        if len(every) >= query.enough or len(loose) < 2 or len(some) == len(every):
            return every
        self.full = every
        most = {i for i in base if having[i] * 3 >= 2 * len(loose)}
        return most if len(most) >= query.enough else some

    # ---- ranking

    def scores(self, query: Query, found: set[str]) -> dict[str, float]:
        wanted = list(self.ranking(query, Scope(), 1))
        quoted = [w for w in wanted if w[3] or w[0] not in analysis.STOP_WORDS]
        total = dict.fromkeys(found, 0.0)
        for word, fields, only, _ in quoted or wanted:
            for field in fields:
                for i, score in self.bm25(analysis.stem(word), field).items():
                    if i in total and (only is None or i in only):
                        total[i] += score
        return total

    def ranking(self, query: Query, scope: Scope, count: int):
        match query:
            case Or() if count > 1:
                only = self.match(query, scope, count)
                for clause in query.clauses:
                    for word, fields, _, quoted in self.ranking(clause, scope, 1):
                        yield word, fields, only, quoted
            case And() | Or() | Words():
                for clause in query.clauses:
                    yield from self.ranking(clause, scope, count)
            case Field() | First():
                yield from self.ranking(query.clause, scope.within(query), count)
            case AtLeast():
                yield from self.ranking(query.clause, scope, query.count)
            case Near():
                only = self.match(query, scope, count)
                for side in (query.left, query.right):
                    for word, fields, _, _ in self.ranking(side, Scope(scope.fields), 1):
                        yield word, fields, only, True
            case Term() | Phrase():
                fields = ("text",) if scope.fields is None else scope.fields
                fields = tuple(f for f in fields if f in ("text", *TEXT))
                texts = (query.text,) if isinstance(query, Term) else query.words
                alone = isinstance(query, Term) and not query.exact
                plain = alone and count == 1 and scope.first is None
                only = None if plain else self.match(query, scope, count)
                for text in texts:
                    for word in query_words(text):
                        yield word, fields, only, isinstance(query, Phrase)

    def bm25(self, stem: str, field: str) -> dict[str, float]:
        lengths, freqs = {}, {}
        for i, reading in self.readings.items():
            lengths[i] = freqs[i] = 0.0
            for part in TEXT:
                for place, word in enumerate(reading[part].words):
                    weight = 1.0 if part == field else 0.0
                    if field == "text":
                        weight = 3.0 if part == "headline" else 1.0
                        weight += 0.5 * (part == "body" and place < LEAD_WORDS)
                    if field != "text" or word not in analysis.STOP_WORDS:
                        lengths[i] += weight
                    if analysis.stem(word) == stem:
                        freqs[i] += weight
        n = len(lengths)
        having = sum(f > 0 for f in freqs.values())
        average = sum(lengths.values()) / n or 1.0
        idf = log(1 + (n - having + 0.5) / (having + 0.5))
        return {
            i: idf * f * (K1 + 1) / (f + K1 * (1 - B + B * lengths[i] / average))
            for i, f in freqs.items()
            if f
        }

    # ---- whole requests

    def search(
        self, query: Query, request: SearchRequest, names: tuple[str, ...] | None = None
    ) -> Found:
        self.full = None
        matched = self.match(query)
        full = self.full if widens(query) else None
        found = {i for i in matched if self.passes(i, request)}
        scores = self.scores(query, found)
        keys = {
            "relevance": lambda i: (full is not None and i not in full, -scores[i], i),
            "date": lambda i: (self.day(i) is None, self.day(i) or 0, i),
            "-date": lambda i: (self.day(i) is None, -(self.day(i) or 0), i),
        }
        ordered = sorted(found, key=keys[request.sort])
        facets = {}
        for name in names or request.facets or ():
            rest = replace(
                request.without(name),
                filters={n: v for n, v in request.filters.items() if n != name},
            )
            rest = rest if request.sideways else request
            among = [self.documents[i] for i in matched if self.passes(i, rest)]
            facets[name] = facet(name, among, request)
        return Found(ordered, scores, facets, matched)

    def day(self, name: str) -> int | None:
        return self.documents[name].day

    def passes(self, name: str, request: SearchRequest) -> bool:
        document = self.documents[name]
        if (request.date_from or request.date_to) and not in_range(
            document.day, request.date_from, request.date_to
        ):
            return False
        for field, values in request.filters.items():
            has = [has_value(document, field, v, request) for v in values]
            if not (all(has) if field in request.match_all else any(has)):
                return False
        return not any(
            has_value(document, field, v, request)
            for field, values in request.exclude.items()
            for v in values
        )


def widens(query: Query) -> bool:
    clauses = query.clauses if isinstance(query, And) else (query,)
    return sum(isinstance(c, Words) for c in clauses) == 1


def flat(query: Words) -> list[Query]:
    clauses: list[Query] = []
    for clause in query.clauses:
        clauses += flat(clause) if isinstance(clause, Words) else [clause]
    return clauses


def telling(clauses: list[Query]) -> list[Query]:
    def meaning(clause: Query) -> object:
        if isinstance(clause, Term) and not clause.exact:
            return tuple(analysis.stem(w) for w in query_words(clause.text))
        return clause

    def stops(clause: Query) -> bool:
        if not isinstance(clause, Term) or clause.exact:
            return False
        return all(w in analysis.STOP_WORDS for w in query_words(clause.text))

    distinct = list({meaning(c): c for c in clauses}.values())
    return [c for c in distinct if not stops(c)] or distinct


def in_range(day: int | None, low: str | None, high: str | None) -> bool:
    if day is None:
        return False
    first = day_range(low) if low else None
    last = day_range(high) if high else None
    return (first is None or day >= first[0]) and (last is None or day <= last[1])


def stated(document: Document, field: str) -> bool:
    if field == "date":
        return document.day is not None
    if field in TEXT:
        return bool(Reading(document.text[field]).words)
    return bool(document.facets.get(field))


def holds_value(document: Document, field: str, query: Query) -> bool:
    if isinstance(query, Term) and query.text == NOT_STATED:
        return not stated(document, field)
    return any(fits_value(value, query) for value in document.facets.get(field, ()))


def fits_value(value: str, query: Query) -> bool:
    words = analysis.words(said(value))
    if isinstance(query, Prefix | Wildcard | Fuzzy):
        return any(map(word_test(query), words))
    texts = query.words if isinstance(query, Phrase) else (query.text,)
    wanted = [w for text in texts for w in query_words(text)]
    slop = query.slop if isinstance(query, Phrase) else 0
    for start in range(len(words)):
        at = start
        if words[start] != (wanted or [None])[0]:
            continue
        for word in wanted[1:]:
            later = [p for p in range(at + 1, len(words)) if words[p] == word]
            if not later:
                break
            at = later[0]
        else:
            if at - start <= slop + len(wanted) - 1:
                return True
    return False


def said(value: str) -> str:
    """A country by its name, anything else as it is."""
    return country_name(value) if len(value) == 2 else value


def column(field: str, request: SearchRequest) -> str:
    return (FIELDS[field].salient or field) if request.salient else field


def has_value(document: Document, field: str, value: str, request: SearchRequest) -> bool:
    if value == NOT_STATED:
        return not stated(document, column(field, request))
    if field == "date":
        bounds = day_range(value)
        day = document.day
        return bounds is not None and day is not None and bounds[0] <= day <= bounds[1]
    values = document.facets.get(column(field, request), ())
    return value in values or analysis.fold(value) in map(analysis.fold, values)


def facet(field: str, among: list[Document], request: SearchRequest) -> Facet:
    selected = request.filters.get(field, ())
    excluded = request.exclude.get(field, ())
    if field == "date":
        first, last = request.date_window or (None, None)
        counts = Counter(
            date.fromordinal(719_163 + d.day).isoformat()[:7]
            for d in among
            if d.day is not None and in_range(d.day, first, last)
        )
    else:
        counts = Counter(v for d in among for v in d.facets.get(column(field, request), ()))
    missing = sum(not stated(d, column(field, request)) for d in among)
    prefix = analysis.fold(request.facet_prefix.get(field, ""))
    coded = FIELDS[field].labels in ("country", "place")
    labels = request.facet_labels.get(field, {})

    def name(value: str) -> str:
        return analysis.fold(labels.get(value, said(value) if coded else value))

    shown = [v for v in counts if not prefix or any(w.startswith(prefix) for w in tails(name(v)))]
    by_name = request.facet_order == "name"
    order = (lambda v: (name(v), v)) if by_name else (lambda v: (-counts[v], v))
    top = sorted(shown, key=order)[: request.facet_limits.get(field, request.facet_limit)]
    if field == "date":
        top, order = list(counts), lambda v: (v, v)
    kept = [v for v in (*selected, *excluded) if v != NOT_STATED]
    every = sorted({*top, *kept}, key=order)
    return Facet(
        field=field,
        values=tuple(
            FacetValue(
                value=v,
                count=sum(has_value(d, field, v, request) for d in among),
                selected=v in selected,
                excluded=v in excluded,
            )
            for v in every
        ),
        missing=missing,
        total=len(counts if field == "date" else shown),
        unit="month" if field == "date" else None,
        missing_selected=NOT_STATED in selected,
        missing_excluded=NOT_STATED in excluded,
    )


def tails(text: str) -> list[str]:
    return [text[i:] for i in range(len(text)) if i == 0 or not text[i - 1].isalnum()]
