"""tree -> string -> tree."""

import pytest
from hypothesis import given, settings

from tests.search.trees import trees
from wiredesk.search.parser import parse
from wiredesk.search.printer import to_string
from wiredesk.search.query import And, Field, Not, Or, Prefix, Query, Range, Term, Wildcard, Words

A, B = Term("a"), Term("b")


@settings(max_examples=500, derandomize=True, deadline=None)
@given(trees())
def test_a_printed_tree_reads_back_as_itself(query: Query) -> None:
    assert parse(to_string(query)).query == query


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Words((A, Not(B))), "a -b"),
        (And((Words((A, B)), Or((A, B)))), "(a b) AND (a OR b)"),
        (Words((Term("war"), Term("and"), Term("peace"))), "war and peace"),
        (Words((Term("last"), Term("7"), Term("days"))), r"\last 7 days"),
        (Words((A, Term("same"), Term("sentence"), B)), r"a \same sentence b"),
        (Words((Range("2015-01-01", "2015-12-31"), Term("to"))), r"date:2015 \to"),
        (Term("NOT"), r"\NOT"),
        (Term("Aleppo-based"), "Aleppo-based"),
        (Field("from", Term("Beirut")), "from:Beirut"),
        (Field("headline", Or((A, B))), "headline:(a OR b)"),
        (Range("2016-02-01", "2016-02-29"), "date:2016-02"),
        (Range("2016-01-01", None), "date:2016.."),
        (Range("2015-01-01", "2016-12-31"), "date:2015..2016"),
        (Range("2016-02-01", "2016-05-31"), "date:2016-02..2016-05"),
        (Range(None, "2016-02-03"), "date:..2016-02-03"),
        (Wildcard("strike?"), "(strike?)"),
        (Not(Prefix("strik")), "-strik*"),
    ],
)
def test_a_tree_is_printed_as_one_would_type_it(query: Query, text: str) -> None:
    assert to_string(query) == text
    assert parse(text).query == query
