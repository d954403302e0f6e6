"""The sentence that a search was read as."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings

from tests.search.trees import trees
from wiredesk.search.explain import (
    ENGLISH,
    TEMPLATES,
    Part,
    Piece,
    english,
    read_as,
    read_request,
    say,
)
from wiredesk.search.model import Note, SearchRequest
from wiredesk.search.parser import parse
from wiredesk.search.query import Query


def sentence(text: str, request: SearchRequest | None = None) -> str:
    return english(read_as(parse(text, today=date(2016, 3, 1)).query, request))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "all stories"),
        ("aleppo siege", 'stories containing "aleppo" and "siege"'),
        ("a OR b AND c", 'stories containing "a" or ("b" and "c")'),
        ("(a OR b) c", 'stories containing ("a" or "b") and "c"'),
        ('"a b" -c', 'stories containing "a b", not containing "c"'),
        ("a NEAR/1 b", 'stories containing "a" next to "b"'),
        ("a W/5 b", 'stories containing "a" followed within 5 words by "b"'),
        ("a SAME SENTENCE b", 'stories containing "a" in one sentence with "b"'),
        ("headline:(a b)", 'stories containing ("a" and "b") in the headline'),
        ("first50:a atleast3:b", "stories containing "
         '"a" in the first 50 words and "b" at least 3 times'),
        ("strik* =strike fuzy~1 wom?n", 'stories containing words beginning with "strik", '
         'exactly "strike", words spelt nearly like "fuzy" and words like "wom?n"'),
        ("from:Beirut", "stories filed from Beirut"),
        ("from:(Beirut OR Geneva) -about:Geneva",
         "stories filed from Beirut or Geneva, not about Geneva"),
        ('country:CH city:"New York"', "stories filed from Switzerland, filed from New York"),
        ("city:- about:*", "stories without \"city\" stated, with \"person\" stated"),
        ("a OR from:Beirut", 'stories containing "a" or filed from Beirut'),
        ("NOT (a from:Beirut)", 'stories except (containing "a" and filed from Beirut)'),
        ("date:2016", "stories in 2016"),
        ("date:2016-02-09 -date:2015", "stories on 9 February 2016, not in 2015"),
        ("date:2015-02..2016-05-09", "stories from 1 February 2015 to 9 May 2016"),
        (">=2016", "stories since 2016"),
        ("date:last 7 days", "stories from 24 February 2016 to 1 March 2016"),
        ("date:-", "stories without a date"),
        ("-date:- -date:*", "stories with a date, without a date"),
        ("from:(Bern AND -Oslo)", "stories filed from Bern and without Oslo"),
        ("person:(headline:roe)", "stories containing \"roe\" in the headline"),
        ("headline:*", "stories containing anything in the headline"),
        ("NOT NOT a", "stories containing \"a\""),
        ("(a from:Oslo) OR (b from:Bern)", 'stories (containing "a" and filed from Oslo) or '
         '(containing "b" and filed from Bern)'),
        ("headline:(a OR city:Oslo)", 'stories containing "a" or filed from Oslo'),
    ],
)  # fmt: skip
def test_a_query_reads_as(text: str, said: str) -> None:
    assert sentence(text) == said


def test_filters_are_part_of_the_sentence() -> None:
    request = SearchRequest(
        filters={"city": ("Beirut", "Geneva")},
        exclude={"agency": ("Reuters",)},
        date_from="2016-02",
        date_to="2016-02",
    )
    assert sentence("aleppo NEAR/5 siege", request) == (
        'stories containing "aleppo" within 5 words of "siege", '
        "filed from Beirut or Geneva, not Reuters, in February 2016"
    )
    request = SearchRequest(
        filters={"person": ("Jane Roe", "John Roe"), "date": ("2016-02", "2016-W08", "-")},
        exclude={"city": ("-",)},
        match_all=frozenset({"person"}),
    )
    assert sentence("", request) == (
        "stories mentioning Jane Roe and John Roe, in February 2016, "
        'in the week of 22 February 2016 or without a date, with "city" stated'
    )


@pytest.mark.parametrize(
    ("text", "most", "any_"),
    [
        (
            "grain exports port",
            'stories containing most of "grain", "exports" and "port"',
            'stories containing "grain", "exports" or "port"',
        ),
        (
            'grain "oil price" exports -fish city:Bern',
            'stories containing (most of "grain" and "exports") and "oil price",'
            ' not containing "fish", filed from Bern',
            'stories containing ("grain" or "exports") and "oil price",'
            ' not containing "fish", filed from Bern',
        ),
        (
            "the price of grain",
            'stories containing most of "price" and "grain"',
            'stories containing "price" or "grain"',
        ),
        (
            "+grain exports port",
            'stories containing (most of "exports" and "port") and "grain"',
            'stories containing ("exports" or "port") and "grain"',
        ),
        ("grain AND exports", *2 * ['stories containing "grain" and "exports"']),
    ],
)
def test_the_sentence_of_a_widened_search_says_what_was_done(
    text: str, most: str, any_: str
) -> None:
    query = parse(text).query
    assert english(read_as(query, widened="most")) == most
    assert english(read_as(query, widened="any")) == any_
    request = SearchRequest(query=text)
    assert english(read_request(request, notes=[Note(code="widened-any")])) == any_
    assert read_request(request, notes=[Note(code="too-broad")]) == read_as(query)


class Codes:
    """A voice that says which templates it was asked for."""

    def __init__(self) -> None:
        self.codes: set[str] = set()

    def template(self, code: str, english: str, count: int | None) -> str:
        self.codes.add(code)
        return english

    def quote(self, text: str) -> str:
        return ENGLISH.quote(text)

    def label(self, field: str, value: str) -> str:
        return ENGLISH.label(field, value)

    def field(self, name: str) -> str:
        return ENGLISH.field(name)

    def day(self, text: str) -> str:
        return ENGLISH.day(text)

    def number(self, number: int) -> str:
        return ENGLISH.number(number)

    def join(self, kind: str, items: Sequence[str]) -> str:
        return f" {kind} ".join(items)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(trees())
def test_every_tree_has_a_sentence(query: Query) -> None:
    voice = Codes()
    said = say(read_as(query), voice)
    assert said
    assert voice.codes <= set(TEMPLATES)


def test_every_facet_has_its_templates() -> None:
    from wiredesk.index.schema import FACETS

    for name in FACETS:
        for code in (name, f"not-{name}"):
            assert "%(what)s" in TEMPLATES[code]


def test_values_are_not_read_as_templates() -> None:
    part: Piece = Part("near", {"left": "%(right)s", "right": "x", "n": 5})
    assert english(part) == "%(right)s within 5 words of x"
