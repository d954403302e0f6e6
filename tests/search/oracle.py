"""A `Backend` over a list of stories that finds words by looking at every word of every story.

Shares nothing with the engine but the analyzer: no index, no arrays, and its own idea of where a
clause matches. Ranking and counting are those of `obvious`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise, product

from obvious import Obvious, holds_value

from wiredesk.errors import ArticleNotFound, UnknownField
from wiredesk.index import analysis
from wiredesk.index.article import Article
from wiredesk.index.document import Document
from wiredesk.index.schema import FACETS, FIELDS
from wiredesk.search.limits import PYTHON
from wiredesk.search.model import ArchiveStats, Hit, Note, SearchRequest, SearchResult, Snippet
from wiredesk.search.occurrences import Scope
from wiredesk.search.query import Fuzzy, Near, Or, Phrase, Prefix, Query, Term, Wildcard

Spot = tuple[int, int]
"""The first and the last word of a match, by number."""


class Text:
    """A text as words, with the sentence and the paragraph that each stands in."""

    def __init__(self, text: str, *, whole: bool) -> None:
        tokens = analysis.tokens(text)
        self.words = [t.word for t in tokens]
        self.stems = [analysis.stem(t.word) for t in tokens]
        cuts = {"sentence": analysis.sentences, "paragraph": analysis.paragraphs}
        self.homes = {
            unit: [0 if whole else sum(a <= t.start for a, _ in spans) for t in tokens]
            for unit, spans in ((unit, list(cut(text))) for unit, cut in cuts.items())
        }

    def spots(self, query: Query) -> set[Spot]:
        """Where a clause matches; of runs that end at the same word the shortest."""
        match query:
            case Term(text, exact):
                return self.runs([self.places(w, exact=exact) for w in analysis.words(text)], 0)
            case Phrase(words, slop):
                folded = [w for word in words for w in analysis.words(word)]
                return self.runs([self.places(w, exact=False) for w in folded], slop)
            case Prefix() | Wildcard() | Fuzzy():
                fits = fitting(query)
                return {(i, i) for i, word in enumerate(self.words) if fits(word)}
            case Or(clauses):
                return set().union(*map(self.spots, clauses))
            case Near():
                return set(self.near(query))
        raise TypeError(query)

    def places(self, word: str, *, exact: bool) -> list[int]:
        stem = analysis.stem(word)
        if exact:
            return [i for i, here in enumerate(self.words) if here == word]
        return [i for i, here in enumerate(self.stems) if here == stem]

    def runs(self, places: list[list[int]], slop: int) -> set[Spot]:
        shortest: dict[int, int] = {}
        if places:
            for run in product(*places):
                rising = all(a < b for a, b in pairwise(run))
                if rising and run[-1] - run[0] + 1 - len(run) <= slop:
                    shortest[run[-1]] = max(run[0], shortest.get(run[-1], 0))
        return {(start, end) for end, start in shortest.items()}

    def near(self, query: Near) -> Iterator[Spot]:
        for a, b in product(self.spots(query.left), self.spots(query.right)):
            for (_, end), (start, _), turned in ((a, b, False), (b, a, True)):
                if start <= end or (turned and query.ordered):
                    continue
                if query.unit == "word":
                    close = start - end <= query.distance
                else:
                    home = self.homes[query.unit]
                    close = home[a[0]] == home[b[0]]
                if close:
                    yield min(a[0], b[0]), max(a[1], b[1])


def fitting(query: Prefix | Wildcard | Fuzzy) -> Callable[[str], bool]:
    """Whether a word fits a pattern."""
    if isinstance(query, Prefix):
        return lambda word: word.startswith(analysis.fold(query.text))
    if isinstance(query, Wildcard):
        pieces = {"*": ".*", "?": "."}
        folded = analysis.fold(query.pattern)
        pattern = re.compile("".join(pieces.get(c) or re.escape(c) for c in folded), re.S)
        return lambda word: pattern.fullmatch(word) is not None
    text = analysis.fold(query.text)
    return lambda word: word[:1] == text[:1] and within(text, word, query.distance)


def within(a: str, b: str, edits: int) -> bool:
    """Whether so many insertions, deletions, replacements and swaps make `b` out of `a`."""
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    if not edits or not a or not b:
        return max(len(a), len(b)) <= edits if not a or not b else False
    if a[:2] == b[1::-1] and len(a) > 1 and within(a[2:], b[2:], edits - 1):
        return True
    return any(within(x, y, edits - 1) for x, y in ((a[1:], b), (a, b[1:]), (a[1:], b[1:])))


class Oracle(Obvious):
    """Stories, to be searched slowly and surely."""

    def __init__(self, documents: list[Document]) -> None:
        super().__init__(documents)
        self.texts = {
            d.id: {name: Text(d.text[name], whole=name == "headline") for name in d.text}
            for d in documents
        }

    def holds(self, name: str, query: Query, scope: Scope, count: int) -> bool:
        fields = scope.fields or ("headline", "body")
        if scope.first is not None:
            fields = ("body",)
        found = 0
        for field in fields:
            if FIELDS[field].kind != "text":
                if holds_value(self.documents[name], field, query):
                    return True
            else:
                spots = self.texts[name][field].spots(query)
                found += sum(scope.first is None or end < scope.first for _, end in spots)
        return found >= count

    # ---- the Backend protocol

    def answer(self, query: Query, request: SearchRequest) -> SearchResult:
        for name in (*request.filters, *request.exclude, *(request.facets or ())):
            if name not in FIELDS or FIELDS[name].kind == "text":
                raise UnknownField(name, FACETS)
        found = self.search(query, request)
        first = (request.page - 1) * request.per_page
        hits = []
        for i in found.ids[first : first + request.per_page]:
            article = self.get(i)
            snippet = Snippet(text=article.headline)
            score = found.scores[i] if request.sort == "relevance" else 0.0
            hits.append(Hit(id=i, score=score, article=article, headline=snippet))
        notes = ()
        if self.full is not None:
            values = {"all": len(set(self.full) & set(found.ids))}
            notes = (Note(code="widened-any", values=values),)
        return SearchResult(
            request=request,
            total=len(found.ids),
            hits=tuple(hits),
            facets=found.facets,
            notes=notes,
        )

    def get(self, article_id: str) -> Article:
        if article_id not in self.documents:
            raise ArticleNotFound(article_id)
        return self.documents[article_id].stored

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for name, document in self.documents.items():
            if FIELDS[field].kind == "facet":
                counts.update(set(document.facets.get(field, ())))
            else:
                counts.update({w for text in self.texts[name].values() for w in text.words})
        start = analysis.fold(prefix)
        kept = [(w, n) for w, n in counts.items() if analysis.fold(w).startswith(start)]
        return sorted(kept, key=lambda item: (-item[1], item[0]))[:limit]

    def stats(self) -> ArchiveStats:
        return ArchiveStats(
            stories=len(self.documents),
            segments=1,
            deleted=0,
            size=0,
            generation=0,
            first_date=None,
            last_date=None,
            facets={},
        )

    def close(self) -> None:
        self.documents = {}


class OracleBackend:
    """The oracle as an engine that can be plugged in."""

    def __init__(self, documents: list[Document]) -> None:
        self.oracle = Oracle(documents)
        self.get = self.oracle.get
        self.terms = self.oracle.terms
        self.stats = self.oracle.stats
        self.close = self.oracle.close

    def search(
        self, query: Query, request: SearchRequest, *, expansions: int = PYTHON.expansions
    ) -> SearchResult:
        return self.oracle.answer(query, request)
