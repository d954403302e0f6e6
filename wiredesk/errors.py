"""What can go wrong, as types: each error says what was wrong, where, and what to do next.

Errors carry their data as attributes, so that a program need not read the sentence. What a reader
types into a search box is never an error: the query parser reads what it can and adds notes.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class WiredeskError(Exception):
    """Base of every error that wiredesk raises on purpose."""


class ConfigError(WiredeskError):
    """A setting, option or field mapping is wrong."""


class ReadError(WiredeskError):
    """A source could not be read. `source` is its path; `line` the 1-based line, if known."""

    def __init__(self, source: str, reason: str, *, line: int | None = None) -> None:
        self.source = source
        self.reason = reason
        self.line = line
        place = f"{source}, line {line}" if line else source
        super().__init__(f"{place}: {reason}")


class ArchiveError(WiredeskError):
    """An archive cannot be used. `path` is the archive."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}" if path else reason)


class ArchiveNotFound(ArchiveError):
    """There is no archive at this path."""


class IndexFormatError(ArchiveError):
    """The archive was made by another format version, or a file of it is damaged."""


class ArchiveLocked(ArchiveError):
    """Another process is writing to the archive."""


class SearchError(WiredeskError):
    """A search request cannot be answered."""


class ArticleNotFound(SearchError, LookupError):
    """No story has this id."""

    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        super().__init__(f"no story with id {article_id!r}")


class UnknownField(SearchError):
    """A facet, filter or sort field that the schema does not have. `known` lists the right ones."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.known = tuple(sorted(known))
        near = get_close_matches(name, self.known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(self.known)}"
        super().__init__(f"unknown field {name!r}; {hint}")


class BackendUnavailable(SearchError):
    """No backend answers for this archive address."""
