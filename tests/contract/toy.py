"""A backend in memory, over the engine that reads every story again: the contract's other half."""

from collections import Counter

from obvious import Obvious

from wiredesk.errors import ArticleNotFound, UnknownField
from wiredesk.index import analysis
from wiredesk.index.article import Article
from wiredesk.index.document import Document
from wiredesk.index.schema import FACETS, FIELDS, SHOWN
from wiredesk.search import highlight
from wiredesk.search.histogram import iso
from wiredesk.search.limits import PYTHON
from wiredesk.search.model import ArchiveStats, Hit, Note, SearchRequest, SearchResult
from wiredesk.search.occurrences import leaves, word_test
from wiredesk.search.query import Fuzzy, Or, Prefix, Query, Term, Wildcard
from wiredesk.search.suggest import mapped


class ToyBackend:
    """A `Backend` that holds its documents in a dict."""

    def __init__(self, documents: list[Document]) -> None:
        self.engine = Obvious(documents)

    def search(
        self, query: Query, request: SearchRequest, *, expansions: int = PYTHON.expansions
    ) -> SearchResult:
        notes: list[Note] = []
        query = self.narrowed(query, expansions, notes)
        facets = SHOWN if request.facets is None else request.facets
        for name in (*facets, *request.filters, *request.exclude):
            if name not in FIELDS or FIELDS[name].kind == "text":
                raise UnknownField(name, FACETS)
        found = self.engine.search(query, request, facets)
        first = (request.page - 1) * request.per_page
        hits = []
        for i in found.ids[first : first + request.per_page]:
            shown = highlight.show(query, self.get(i))
            hits.append(
                Hit(
                    id=i,
                    score=found.scores[i],
                    article=self.get(i),
                    headline=shown.headline,
                    snippets=shown.snippets,
                    matches=shown.matches,
                )
            )
        if self.engine.full is not None:
            shown = set(found.ids)
            values = {"all": len(shown & set(self.engine.full)), "total": len(shown)}
            notes.append(Note(code="widened-any", values=values))
        words = [leaf for leaf in leaves(query) if isinstance(leaf, Term)]
        return SearchResult(
            request=request,
            total=len(found.ids),
            hits=tuple(hits),
            facets=found.facets,
            notes=tuple(notes),
            without=self.without(found.matched, request) if not found.ids else {},
            word_totals={w.text: len(self.engine.match(w)) for w in words},
        )

    def narrowed(self, query: Query, most: int, notes: list[Note]) -> Query:
        """The query with the most frequent words for each pattern that fits too many."""
        if not isinstance(query, Prefix | Wildcard | Fuzzy):
            return mapped(query, lambda clause: self.narrowed(clause, most, notes))
        fits = word_test(query)
        frequent = [w for w, _ in self.terms("body", "", 1_000_000) if fits(w)]
        if len(frequent) <= most:
            return query
        notes.append(Note(code="too-broad", values={"words": most}))
        return Or(tuple(Term(word, True) for word in frequent[:most]))

    def without(self, matched: set[str], request: SearchRequest) -> dict[tuple[str, str], int]:
        return {
            (name, value): sum(self.engine.passes(i, request.without(name, value)) for i in matched)
            for listed in (request.filters, request.exclude)
            for name, values in listed.items()
            for value in values
        }

    def get(self, article_id: str) -> Article:
        if article_id not in self.engine.documents:
            raise ArticleNotFound(article_id)
        return self.engine.documents[article_id].stored

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        if field not in FIELDS or FIELDS[field].kind == "date":
            raise UnknownField(field, FIELDS)
        for document in self.engine.documents.values():
            if FIELDS[field].kind == "text":
                texts = document.text.values()
                found = {w for text in texts for w in analysis.words(text)}
            else:
                found = set(document.facets.get(field, ()))
            counts.update(w for w in found if analysis.fold(w).startswith(analysis.fold(prefix)))
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def stats(self) -> ArchiveStats:
        documents = self.engine.documents.values()
        days = [d.day for d in documents if d.day is not None]
        return ArchiveStats(
            stories=len(documents),
            segments=1,
            deleted=0,
            size=0,
            generation=1,
            first_date=iso(min(days)) if days else None,
            last_date=iso(max(days)) if days else None,
            facets={f: len({v for d in documents for v in d.facets.get(f, ())}) for f in FACETS},
        )

    def close(self) -> None:
        self.engine = Obvious([])
