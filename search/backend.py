"""The seam where other engines plug in: above hits, facets and snippets.

A remote engine answers all three in one trip, so that is what a backend gives. What crosses the
seam is the query tree with the words as typed; each engine applies its own analyzer to the field
table of `wiredesk.index.schema`.
"""

from typing import Protocol, runtime_checkable

from wiredesk.index.article import Article
from wiredesk.search.limits import PYTHON
from wiredesk.search.model import ArchiveStats, SearchRequest, SearchResult
from wiredesk.search.query import Query


class Backend(Protocol):
    """What an engine must do; `tests/contract/` says it in examples."""

    def search(
        self, query: Query, request: SearchRequest, *, expansions: int = PYTHON.expansions
    ) -> SearchResult:
        """Match, rank, count and mark. `result.notes` holds only notes of the engine's own.

        A pattern stands for the `expansions` most frequent words that fit it, with the note
        `too-broad` where there are more.
        """

    def get(self, article_id: str) -> Article:
        """The story with this id. Raises ArticleNotFound."""

    def terms(self, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Words of a text field or values of a facet that begin with `prefix` (folded), with the
        number of stories each is in, most frequent first."""

    def stats(self) -> ArchiveStats:
        """What the archive holds."""

    def close(self) -> None:
        """Let go of files and memory; idempotent."""


@runtime_checkable
class KnowsNeighbours(Protocol):
    """What a backend may offer besides: the way through a file of many stories."""

    def neighbours(self, article: Article) -> tuple[str | None, str | None]:
        """The ids of the stories before and after this one in its file, None where none is."""


@runtime_checkable
class Spells(Protocol):
    """What a backend may offer besides: words spelt nearly alike, for "did you mean"."""

    def spellings(self, word: str, distance: int, limit: int) -> list[tuple[str, int]]:
        """Words of the archive at most `distance` edits from a folded word and with the same
        first letter, with the number of stories each is in, most frequent first."""
