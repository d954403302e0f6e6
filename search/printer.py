"""Query -> query string, such that `parse` gives the same tree back.

    to_string(Words((Term("NOT"), Prefix("strik"))))    # '\\NOT strik*'

The way back is exact for every tree that `parse` gives, as long as the string is within the limits.
What the grammar would take for an operator is escaped with a backslash; days are written as short
as they can be.
"""

import re
from calendar import monthrange
from datetime import date
from itertools import pairwise
from typing import Literal

from wiredesk.search.query import (
    And,
    AtLeast,
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
)
from wiredesk.search.spelling import FOREIGN, near_name

_RESERVED = re.compile(
    r"AND|OR|NOT|NEAR|SAME|\d{4}-.*|(?i:(?:near|adj)\d.*|(?:first|atleast)\d.*)", re.S
)
"""Words that mean something else, wherever they stand."""

_SMALL = frozenset({"and", "or", "not", "same"})
"""Words that are operators in a query with marks of other engines."""

_WITH_NEXT = frozenset({"last", "past", "date", "same"})
"""Words that would mean something with the next: `last 7 days`, `same sentence`."""

_PLAIN = re.compile(r"\w+(?:[-'.\u2019]\w+)*")
_QUOTED = re.compile(r'(["\\\s])')
_OR, _AND, _WORDS, _NEAR, _ONE = range(5)
"""How tightly a construct binds; where its place asks for more it gets brackets."""


def to_string(query: Query) -> str:
    """The query in the language of the search box."""
    text = _guarded(_Printer(small=False).text(query))
    return _guarded(_Printer(small=True).text(query)) if FOREIGN.search(text) else text


def _guarded(text: str) -> str:
    """A question mark at the very end would be read as one: not behind a bracket."""
    return f"({text})" if text.endswith("?") else text


class _Printer:
    """`small` escapes `and`, `or` and `not` too."""

    def __init__(self, *, small: bool) -> None:
        self.small = small

    def text(self, query: Query, tight: int = _OR) -> str:
        """A clause, in brackets if it binds less than `tight`."""
        level = _ONE
        match query:
            case Or(clauses):
                text, level = " OR ".join(self.text(q, _NEAR) for q in clauses), _OR
            case And(clauses):
                text, level = " AND ".join(self.text(q, _NEAR) for q in clauses), _AND
            case Words(clauses):
                text, level = self._side_by_side(clauses), _WORDS
            case Near(left, right, distance, ordered, unit):
                name = near_name(distance, ordered=ordered, unit=unit)
                text, level = f"{self.text(left, _ONE)} {name} {self.text(right, _ONE)}", _NEAR
            case Not(clause):
                text = self.text(clause, _ONE)
                text = f"NOT {text}" if text.startswith(("-", "NOT ", "(")) else f"-{text}"
            case Field(name, clause):
                text = f"{name}:{self._value(clause)}"
            case First(count, clause):
                text = f"first{count}:{self._value(clause)}"
            case AtLeast(count, clause):
                text = f"atleast{count}:{self._value(clause)}"
            case Range(low, high):
                text = f"date:{_days(low, high)}"
            case Phrase(words, slop):
                text = " ".join(_QUOTED.sub(r"\\\1", word) for word in words)
                text = f'"{text}"~{slop}' if slop else f'"{text}"'
            case Term("-"):
                text = "-"
            case Term(word, exact):
                text = f"={self._word(word)}" if exact else self._word(word)
            case Prefix(word):
                text = f"{self._word(word)}*"
            case Wildcard(pattern):
                text = "".join(c if c in "*?" else self._word(c) for c in pattern)
            case Fuzzy(word, distance):
                text = f"{self._word(word)}~{distance}"
            case _:
                text = "*"
        return f"({text})" if level < tight else text

    def _side_by_side(self, clauses: tuple[Query, ...]) -> str:
        parts = [self.text(q, _ONE) for q in clauses]
        for i, (clause, follower) in enumerate(pairwise(clauses)):
            if not isinstance(follower, Term) or follower.exact:
                continue
            if isinstance(clause, Term) and not clause.exact:
                if clause.text.casefold() in _WITH_NEXT and parts[i][0] != "\\":
                    parts[i] = "\\" + parts[i]
            elif "date:" in parts[i] and follower.text.casefold() == "to":
                # `date:2015 to 2016` would be one range.
                parts[i + 1] = "\\" + parts[i + 1]
        return " ".join(parts)

    def _value(self, clause: Query) -> str:
        """A clause behind a prefix."""
        text = self.text(clause, _ONE)
        return f"({text})" if isinstance(clause, Not) else text

    def _word(self, word: str) -> str:
        plain = _PLAIN.fullmatch(word) is not None and "_" not in word
        if _RESERVED.fullmatch(word) or (self.small and word in _SMALL):
            return "\\" + (word if plain else word[0] + _escaped(word[1:]))
        return word if plain else _escaped(word)


def _escaped(word: str) -> str:
    """With a backslash before whatever is not a letter or digit."""
    return "".join(c if c.isalnum() else "\\" + c for c in word)


def _days(low: str | None, high: str | None) -> str:
    """A range of days, by whole years or months where it is made of these."""
    _, first, last = day_unit(low, high)
    return first if first == last else f"{first}..{last}"


def day_unit(low: str | None, high: str | None) -> tuple[Literal["year", "month", "day"], str, str]:
    """The longest unit that a range of days is made of, and its first and last one; empty
    strings for open ends."""
    first = date.fromisoformat(low) if low else None
    last = date.fromisoformat(high) if high else None
    for unit, length in _UNITS:
        if (first is None or _begins(first, length)) and (last is None or _ends(last, length)):
            return unit, (low or "")[:length], (high or "")[:length]
    return "day", low or "", high or ""


_UNITS: tuple[tuple[Literal["year", "month"], int], ...] = (("year", 4), ("month", 7))


def _begins(day: date, length: int) -> bool:
    return day.day == 1 and (length == 7 or day.month == 1)


def _ends(day: date, length: int) -> bool:
    whole = day.day == monthrange(day.year, day.month)[1]
    return whole and (length == 7 or day.month == 12)
