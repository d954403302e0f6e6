"""What embedders hold: an open archive, searched with a string or a whole request.

    with open_archive("wire.wdx") as archive:
        result = archive.search("grain exports", filters={"place": ["Chicago"]})
        narrower = archive.search(result.request.refine("desk", "commodities"))

Threads may share one archive. A commit by another process is seen by the next search.
"""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from importlib.metadata import entry_points
from math import log
from types import TracebackType
from typing import Any, Self

from wiredesk.errors import BackendUnavailable
from wiredesk.index import analysis
from wiredesk.index.article import Article
from wiredesk.search import copies, highlight, suggest
from wiredesk.search.backend import Backend, KnowsNeighbours
from wiredesk.search.highlight import Marks
from wiredesk.search.model import (
    ArchiveStats,
    Hit,
    Note,
    SearchRequest,
    SearchResult,
    Sort,
    normalise_values,
)
from wiredesk.search.parser import PYTHON, Limits, parse
from wiredesk.search.query import Or, Term

BACKENDS = "wiredesk.backends"
"""The entry points that name backends by URL scheme: a callable that takes the whole address."""

SIMILAR_WORDS = 20
SIMILAR_FROM = 60
SIMILAR_CHARACTERS = 20_000
"""More like this: so many words, chosen among the most frequent of the first characters."""


class Archive:
    """One opened archive; made by `open_archive`. Closes at the end of a `with`."""

    def __init__(self, backend: Backend, *, address: str, limits: Limits = PYTHON) -> None:
        self.backend = backend
        self.address = address
        self.limits = limits

    def search(
        self,
        query: "str | SearchRequest" = "",
        *,
        filters: Mapping[str, Iterable[str] | str] | None = None,
        exclude: Mapping[str, Iterable[str] | str] | None = None,
        facets: Iterable[str] | None = None,
        sort: Sort | None = None,
        page: int | None = None,
        per_page: int | None = None,
        today: date | None = None,
        limits: Limits | None = None,
        **more: Any,
    ) -> SearchResult:
        """The stories that match, with facets and snippets.

        `query` is what a reader would type, or a whole request; the keywords (`more`: any other
        field of `SearchRequest`) win over those of the request. `filters` and `exclude` take one
        value or several a field. Raises UnknownField, and TypeError for an unknown keyword. What
        the query holds is never an error: see `SearchResult.notes`.
        """
        request = query if isinstance(query, SearchRequest) else SearchRequest(query=query)
        changes: dict[str, Any] = dict(more)
        if filters is not None:
            changes["filters"] = normalise_values(filters)
        if exclude is not None:
            changes["exclude"] = normalise_values(exclude)
        if facets is not None:
            changes["facets"] = tuple(facets)
        for name, value in (("sort", sort), ("page", page), ("per_page", per_page)):
            if value is not None:
                changes[name] = value
        request = replace(request, **changes)
        limits = limits or self.limits
        parsed = parse(request.query, today=today, limits=limits)
        result = self.backend.search(parsed.query, request, expansions=limits.expansions)
        notes: tuple[Note, ...] = (*parsed.notes, *result.notes)
        spellings = suggest.suggestions(request.query, parsed.query, result, self.backend)
        if not result.total:
            for note in parsed.notes:
                if note.code == "unclosed-quote" and result.request.page == 1:
                    words = suggest.without_quote(request.query, note.position)
                    loose = parse(words, today=today, limits=limits).query
                    other = suggest.as_words(words, loose, result, self.backend)
                    spellings = (*other, *spellings)
            totals = suggest.word_totals(parsed.query, result, self.backend)
            result = replace(result, word_totals=totals)
        hits = copies.told(result.hits)
        return replace(result, hits=hits, notes=notes, suggestions=spellings)

    def get(self, article_id: str) -> Article:
        """The story with this id. Raises ArticleNotFound, which is a LookupError."""
        return self.backend.get(article_id)

    def stats(self) -> ArchiveStats:
        """What the archive holds."""
        return self.backend.stats()

    def terms(self, field: str, prefix: str = "", *, limit: int = 20) -> list[tuple[str, int]]:
        """Words of a text field or values of a facet that begin with `prefix`, with the number of
        stories each is in, most frequent first. Raises UnknownField."""
        return self.backend.terms(field, prefix, limit)

    def marks(self, request: "SearchRequest | str", article: Article) -> Marks:
        """Every place in a story that the query of a request matches."""
        text = request if isinstance(request, str) else request.query
        return highlight.marks(parse(text, limits=self.limits).query, article)

    def similar(self, article_id: str, *, limit: int = 10) -> tuple[Hit, ...]:
        """Stories with the words that tell this one apart, best first. Raises ArticleNotFound."""
        article = self.backend.get(article_id)
        counts = _words(article)
        frequent = sorted(counts, key=lambda w: (-counts[w], w))[:SIMILAR_FROM]
        if not frequent:
            return ()
        plain = SearchRequest(facets=(), per_page=1)
        totals = self.backend.search(Or(tuple(map(Term, frequent))), plain).word_totals
        every = max(1, self.backend.stats().stories)
        weights = {w: counts[w] * log(1 + every / n) for w in frequent if (n := totals.get(w, 0))}
        telling = sorted(weights, key=lambda w: (-weights[w], w))[:SIMILAR_WORDS]
        request = SearchRequest(facets=(), per_page=limit + 1)
        found = self.backend.search(Or(tuple(map(Term, telling))), request)
        return tuple(h for h in found.hits if h.id != article_id)[:limit]

    def neighbours(self, article: Article) -> tuple[str | None, str | None]:
        """The ids of the stories before and after this one in its file; None where there is none
        or the backend does not know."""
        if isinstance(self.backend, KnowsNeighbours):
            return self.backend.neighbours(article)
        return None, None

    @property
    def generation(self) -> int:
        """Rises with each commit; part of what a cached page depends on."""
        return self.backend.stats().generation

    def close(self) -> None:
        """Let go of files and memory; idempotent."""
        self.backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _words(article: Article) -> dict[str, int]:
    """The words of a story with how often they stand there, the headline's three times."""
    counts: Counter[str] = Counter()
    for text, weight in ((article.headline, 3), (article.body[:SIMILAR_CHARACTERS], 1)):
        for word in analysis.words(text):
            if len(word) > 2 and word not in analysis.STOP_WORDS and not word[0].isdigit():
                counts[word] += weight
    stems: dict[str, tuple[str, int]] = {}
    for word, n in counts.items():
        first, held = stems.get(analysis.stem(word), (word, 0))
        stems[analysis.stem(word)] = (first, held + n)
    return dict(stems.values())


def open_archive(address: str | os.PathLike[str], *, limits: Limits = PYTHON) -> Archive:
    """Open an archive: a folder, or an address whose scheme names a backend
    (`opensearch://host/index`) among the entry points `wiredesk.backends`.

    Raises ArchiveNotFound, IndexFormatError, and BackendUnavailable for an unknown scheme.
    """
    text = os.fspath(address)
    scheme, separator, rest = text.partition("://")
    if separator and scheme != "file":
        return Archive(_plugged_in(scheme, text), address=text, limits=limits)
    from wiredesk.search.whoosh_backend import WhooshBackend

    return Archive(WhooshBackend(rest if separator else text), address=text, limits=limits)


def _plugged_in(scheme: str, address: str) -> Backend:
    for point in entry_points(group=BACKENDS):
        if point.name == scheme:
            backend: Backend = point.load()(address)
            return backend
    known = sorted(point.name for point in entry_points(group=BACKENDS))
    names = ", ".join(["a folder", *(f"{name}://" for name in known)])
    raise BackendUnavailable(f"{address}: no backend for {scheme}://; there is: {names}")
