"""What can be told of a clause without looking at an archive."""

from typing import Any

from wiredesk.index import analysis
from wiredesk.index.codec.segment import GAP
from wiredesk.search.occurrences import query_words
from wiredesk.search.query import And, Near, Or, Phrase, Query, Term, Words


def widens(query: Query) -> bool:
    """Whether the words side by side stand at the top, alone or among clauses that all hold."""
    if isinstance(query, And):
        return sum(isinstance(c, Words) for c in query.clauses) == 1
    return isinstance(query, Words)


def side_by_side(query: Words) -> list[Query]:
    """The clauses; words side by side in brackets among them are just more of them."""
    clauses: list[Query] = []
    for clause in query.clauses:
        clauses += side_by_side(clause) if isinstance(clause, Words) else [clause]
    return clauses


def telling(clauses: list[Query]) -> list[Query]:
    """Without stop words, unless there is nothing else; each clause once."""
    distinct = list({_meaning(c): c for c in clauses}.values())
    telling = [
        c
        for c in distinct
        if not (
            isinstance(c, Term) and not c.exact and set(query_words(c.text)) <= analysis.STOP_WORDS
        )
    ]
    return telling or distinct


def _meaning(clause: Query) -> Any:
    if isinstance(clause, Term) and not clause.exact:
        return tuple(map(analysis.stem, query_words(clause.text)))
    return clause


def phrase_words(query: Term | Phrase) -> list[str]:
    texts = (query.text,) if isinstance(query, Term) else query.words
    return [w for text in texts for w in query_words(text)]


def in_a_row(query: Query) -> bool:
    if not isinstance(query, Term | Phrase) or (isinstance(query, Phrase) and query.slop):
        return False
    return 1 < len(phrase_words(query)) < GAP


def stems_only(query: Query) -> bool:
    """Whether the positions of stems decide the clause."""
    match query:
        case Term():
            return not query.exact
        case Phrase():
            return True
        case Or():
            return all(map(stems_only, query.clauses))
        case Near():
            return stems_only(query.left) and stems_only(query.right)
    return False
