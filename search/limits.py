"""How much of a query is read, and what is said about the rest. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a query is read. The defaults are for Python; `HTTP` is for strangers.

    `characters` of the query and of one `word`; `clauses` is the number of words and patterns, a
    phrase counting as one and having at most `phrase` words; `depth` of brackets, NOT and prefixes
    in each other; `distance` in words of NEAR, slop, `first50:` and `atleast3:`; `fuzzy` in edits;
    `prefix` the letters before the first `*`; `expansions` the index words that one pattern may
    stand for (held by the engine); `notes` the number of notes.
    """

    characters: int = 65_536
    clauses: int = 1_024
    depth: int = 20
    word: int = 256
    phrase: int = 1_024
    distance: int = 10_000
    fuzzy: int = 2
    prefix: int = 2
    expansions: int = 4_096
    leading_wildcards: bool = False
    notes: int = 20

    @property
    def tokens(self) -> int:
        """Words, brackets and operators that are looked at."""
        return 3 * self.clauses + 64


PYTHON = Limits()
HTTP = Limits(characters=2_048, clauses=64, phrase=64)

NOTES: Mapping[str, str] = {
    "any-date": "%(text)s names no day; stories with any date are shown",
    "ambiguous-date": "%(text)s was read as month/day/year",
    "boost-ignored": "%(text)s was left out: weights are not supported",
    "control-characters": "%(count)s invisible or broken characters were left out",
    "empty-field": "nothing stands behind %(field)s:",
    "empty-phrase": "there is nothing between the quotes",
    "exact-phrase": "only single words can be exact; any form of these words was searched for",
    "fuzzy-limit": "~%(text)s was read as ~%(limit)s",
    "leading-wildcard": "a word cannot begin with * or ?; %(text)s was read without it",
    "long-phrase": "only the first %(limit)s words in quotes were read",
    "long-word": "a word of more than %(limit)s characters was cut",
    "lowercase-operator": "%(text)s was read as a word; as an operator write %(operator)s",
    "missing-operand": "nothing stands beside %(operator)s; it was left out",
    "more-notes": "%(count)s more notes were left out",
    "near-operand": "%(operator)s takes words and phrases; both sides were looked for anywhere",
    "no-field": "there is no field %(field)s; %(text)s was read as words;"
    " the nearest field is %(near)s:",
    "no-date": "%(text)s is no date; write 2016, 2016-02, 2016-02-09 or 2016-02..2016-05",
    "nothing-searchable": "there is no word to search for; all stories are shown",
    "out-of-range": "%(text)s was read as %(limit)s",
    "phrase-pattern": "* and ? are not looked for inside quotes",
    "question-mark": "the ? at the end was read as a question mark, not as a letter",
    "range-unsupported": "only dates have ranges; the words of %(text)s were searched for",
    "read-as-date": "%(text)s was read as a date; quote it to search for the words",
    "reversed-range": "the dates were the wrong way round; they were turned",
    "short-prefix": "at least %(limit)s letters must stand before *; %(text)s was searched for",
    "stray-bracket": "a bracket without its other half was left out",
    "suffix-ignored": "%(text)s was left out: it means nothing here",
    "time-ignored": "the time of day in %(text)s was left out",
    "too-deep": "brackets more than %(limit)s levels deep were left out",
    "too-long": "only the first %(limit)s characters were read",
    "too-many-clauses": "only the first %(limit)s words were read",
    "translated": "%(text)s was read as %(operator)s",
    "unclosed-bracket": "a bracket was not closed; it was read to the end",
    "unclosed-quote": "a quote was not closed; it was read to the end",
    "unknown-field": "there is no field %(field)s; what stands behind it was searched for anywhere;"
    " the nearest field is %(near)s:",
    "unsupported-field": "there is no field for %(field)s; it was left out",
}
"""The parser's notes: code -> English hint, whose `%(name)s` are the note's values."""

ONE: Mapping[str, str] = {
    "control-characters": "%(count)s invisible or broken character was left out",
    "long-phrase": "only the first word in quotes was read",
    "long-word": "a word of more than %(limit)s character was cut",
    "more-notes": "%(count)s more note was left out",
    "short-prefix": "at least %(limit)s letter must stand before *; %(text)s was searched for",
    "too-deep": "brackets more than %(limit)s level deep were left out",
    "too-long": "only the first character was read",
    "too-many-clauses": "only the first word was read",
}
"""Notes that speak of a number, for one of it."""


def hint_of(code: str, values: Mapping[str, Any]) -> str:
    """The English of a note, filled in."""
    single = code in ONE and 1 in (values.get("count"), values.get("limit"))
    return (ONE if single else NOTES)[code] % values
