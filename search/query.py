"""The query tree: what a reader's words mean, apart from any engine. Standard library only.

Nodes are immutable and compare by meaning: `span`, the code points of the query string a node was
read from, takes no part. The words stand as typed; each engine applies its own analyzer.

Without a field a clause looks in headline and body. `Field`, `First` and `AtLeast` are contexts
for the words below them: `headline:(a -b)` is `a` in the headline and no `b` in it, and the
innermost field wins.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Span = tuple[int, int]
NO_SPAN: Span = (-1, -1)


@dataclass(frozen=True, slots=True)
class Term:
    """Stories with a word, in any form of it (`strike` finds `strikes`) unless `exact`.

    A text that the analyzer takes for several words (`Aleppo-based`) means these, in a row.
    """

    text: str
    exact: bool = False
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Stories with these words in this order, at most `slop` other words among them."""

    words: tuple[str, ...]
    slop: int = 0
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Stories where `left` and `right` match close together.

    For `unit="word"` at most `distance` words apart (1: neighbours), in this order if `ordered`;
    for `sentence` and `paragraph` inside the same one, and `distance` is 0.
    Operands are Term, Phrase, Prefix, Wildcard, Fuzzy, or an Or of these.
    """

    left: "Query"
    right: "Query"
    distance: int
    ordered: bool = False
    unit: Literal["word", "sentence", "paragraph"] = "word"
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Stories with a word that begins with `text`."""

    text: str
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Stories with a word that fits `pattern`: `?` is one character, `*` any number."""

    pattern: str
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Stories with a word at most `distance` edits (Damerau-Levenshtein) from `text`, 1 or 2."""

    text: str
    distance: int = 1
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Range:
    """Stories dated from `low` to `high`, both inclusive and full ISO days; None leaves it open."""

    low: str | None
    high: str | None
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Stories in which `clause` matches at least `count` times, headline and body together.

    `clause` is a Term, Phrase, Prefix, Wildcard, Fuzzy or an Or of these, whose matches add up.
    """

    count: int
    clause: "Query"
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class First:
    """Stories in which `clause` matches wholly within the first `count` words of the body."""

    count: int
    clause: "Query"
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """`clause` looked up in the fields that `name` (a key of `QUERY_NAMES`) stands for.

    In a facet field a Term or Phrase is matched against whole values, word by word and folded:
    `byline:roe` finds `Jane Roe`; `city:"New York"` finds `New York`; the Term `-` finds stories
    without a value, Everything those with one. In the field `date` only these two stand; days are
    a Range. `lead` is the body up to its 30th word.
    """

    name: str
    clause: "Query"
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """Stories that match every clause."""

    clauses: tuple["Query", ...]
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Stories that match any clause."""

    clauses: tuple["Query", ...]
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Stories that do not match the clause."""

    clause: "Query"
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Words:
    """Clauses side by side, no operator between: all of them, widened if that finds too little.

    The matching set is the stories that match all clauses; when those are fewer than `enough` it
    grows to the stories that match most (at least two thirds) of the loose ones (see `is_loose`),
    then any; stories with all of them always rank first. The other clauses (phrases, fields,
    dates, Not, And, Or) were asked for in so many words and hold in every case. Words among the
    clauses (brackets without an operator) are just more of the clauses, and each counts once.
    """

    clauses: tuple["Query", ...]
    enough: int = 20
    span: Span = field(default=NO_SPAN, compare=False)


@dataclass(frozen=True, slots=True)
class Everything:
    """All stories."""

    span: Span = field(default=NO_SPAN, compare=False)


Query = (
    Term
    | Phrase
    | Near
    | Prefix
    | Wildcard
    | Fuzzy
    | Range
    | AtLeast
    | First
    | Field
    | And
    | Or
    | Not
    | Words
    | Everything
)


def is_loose(clause: Query) -> bool:
    """Whether Words may give up this clause when it widens: a plain word or pattern."""
    return isinstance(clause, Term | Prefix | Wildcard | Fuzzy)


def children(query: Query) -> tuple[Query, ...]:
    """The clauses right below a node; empty for a leaf."""
    match query:
        case And() | Or() | Words():
            return query.clauses
        case Not() | Field() | First() | AtLeast():
            return (query.clause,)
        case Near():
            return (query.left, query.right)
    return ()


def walk(query: Query) -> Iterator[Query]:
    """Every node of a tree, parents first."""
    stack = [query]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def is_spot(clause: Query) -> bool:
    """Whether a clause has places in a text: a word, pattern, phrase or an Or of these."""
    if isinstance(clause, Or):
        return all(map(is_spot, clause.clauses))
    return isinstance(clause, Term | Phrase | Prefix | Wildcard | Fuzzy)
