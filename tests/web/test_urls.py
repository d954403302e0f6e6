"""Addresses: the round trip, the fixed order, and reading what makes no sense."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiredesk.index.schema import FACETS
from wiredesk.search.model import DateUnit, SearchRequest, Sort
from wiredesk.web.urls import Links, query_string, read_query_string, slug

LETTERS = st.characters(exclude_categories=["Cs"])
VALUES = st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=3, unique=True)
REFINED = st.dictionaries(st.sampled_from(FACETS), VALUES.map(tuple), max_size=3)
DAYS = st.none() | st.dates().flatmap(
    lambda d: st.sampled_from([d.isoformat(), d.isoformat()[:7], d.isoformat()[:4]])
)


@st.composite
def requests(draw: st.DrawFn) -> SearchRequest:
    filters = draw(REFINED)
    exclude = {
        name: left
        for name, values in draw(REFINED).items()
        if (left := tuple(v for v in values if v not in filters.get(name, ())))
    }
    return SearchRequest(
        query=draw(st.text(LETTERS, max_size=40)),
        filters=filters,
        exclude=exclude,
        match_all=draw(st.frozensets(st.sampled_from(FACETS), max_size=2)),
        date_from=draw(DAYS),
        date_to=draw(DAYS),
        facets=draw(
            st.none() | st.lists(st.sampled_from(FACETS), unique=True, max_size=3).map(tuple)
        ),
        facet_limit=draw(st.integers(0, 5000)),
        facet_limits=draw(st.dictionaries(st.sampled_from(FACETS), st.integers(0, 99), max_size=2)),
        facet_prefix=draw(
            st.dictionaries(
                st.sampled_from(FACETS), st.text(LETTERS, min_size=1, max_size=4), max_size=2
            )
        ),
        facet_order=draw(st.sampled_from(["count", "name"])),
        date_unit=draw(st.sampled_from(get_args(DateUnit))),
        salient=draw(st.booleans()),
        sort=draw(st.sampled_from(get_args(Sort))),
        page=draw(st.integers(1, 1_000_000)),
        per_page=draw(st.integers(1, 100)),
    )


@given(requests())
@settings(derandomize=True, deadline=None, max_examples=200)
def test_a_request_comes_back_from_its_address(request: SearchRequest) -> None:
    state = read_query_string(query_string(request))
    assert state.request == request
    assert {note.code for note in state.notes} <= {"from-after-to"}


@given(st.text(max_size=200))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_any_text_can_be_read_as_an_address(text: str) -> None:
    state = read_query_string(text)
    assert read_query_string(query_string(state.request)).request == state.request


def test_keys_stand_in_a_fixed_order_and_defaults_are_left_out() -> None:
    request = SearchRequest(
        query="siege",
        exclude={"agency": ("AFP",)},
        filters={"agency": ("AP",), "city": ("Geneva", "Beirut")},
        match_all=frozenset({"city"}),
        date_from="2016-02",
        sort="-date",
        page=2,
    )
    assert query_string(request) == (
        "q=siege&city=Geneva&city=Beirut&agency=AP&-agency=AFP&city.all=1"
        "&from=2016-02&sort=-date&page=2"
    )
    assert query_string(SearchRequest(query="siege")) == "q=siege"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("page=abc", "bad-value"),
        ("page=0", "bad-value"),
        ("page=" + "9" * 5000, "bad-value"),
        ("page=%D9%A3", "bad-value"),
        ("utm_source=x", "unknown-key"),
        ("city.nonsense=1", "unknown-key"),
        ("headline=x", "unknown-key"),
        ("q=a&q=b", "repeated-key"),
        ("from=2016-13", "bad-value"),
        ("to=yesterday", "bad-value"),
        ("sort=price", "bad-value"),
        ("city=" + "x" * 10_000, "long-value"),
        ("q=" + "x" * 10_000, "too-long"),
        ("from=2025-02&to=2024", "from-after-to"),
        ("city=Geneva&-city=Geneva", "both-ways"),
        ("&".join(f"city={n}" for n in range(200)), "too-many-values"),
        ("facet=nonsense", "bad-value"),
        ("date=soon", "bad-value"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_noted(text: str, code: str) -> None:
    state = read_query_string(text)
    assert code in [note.code for note in state.notes]
    assert state.request.page == 1
    assert all(note.hint for note in state.notes)


def test_the_first_of_a_repeated_parameter_counts() -> None:
    assert read_query_string("q=a&q=b").request.query == "a"


def test_without_words_the_newest_stories_come_first() -> None:
    assert read_query_string("").request.sort == "-date"
    assert read_query_string("q=x").request.sort == "relevance"
    assert query_string(SearchRequest(sort="relevance")) == "sort=relevance"


def test_links_keep_the_mount_point_and_the_language() -> None:
    links = Links("/wire", "ar")
    assert links.search(SearchRequest(query="a b")) == "/wire/search?q=a+b&lang=ar"
    assert links.home() == "/wire/?lang=ar"


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("U.S. looks to shore up allies’ support", "u-s-looks-to-shore-up-allies-support"),
        ("Erdoğan: ı ß", "erdogan-i-ss"),
        ("انطلاق", "story"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "story"),
    ],
)
def test_slugs_are_short_plain_words(headline: str, expected: str) -> None:
    assert slug(headline) == expected
