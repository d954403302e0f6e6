"""A query string in, hits and facets out.

from wiredesk.search import open_archive

with open_archive("wire.wdx") as archive:
    result = archive.search("grain exports", filters={"place": ["Chicago"]})
    for hit in result.hits:
        print(hit.article.headline)
"""

from wiredesk.search.archive import Archive, open_archive
from wiredesk.search.model import (
    ArchiveStats,
    Facet,
    FacetValue,
    Hit,
    Note,
    SearchRequest,
    SearchResult,
    Snippet,
    Suggestion,
)

__all__ = [
    "Archive",
    "ArchiveStats",
    "Facet",
    "FacetValue",
    "Hit",
    "Note",
    "SearchRequest",
    "SearchResult",
    "Snippet",
    "Suggestion",
    "open_archive",
]
