"""What any backend must do, in examples; each runs on every backend of `conftest`."""

import pytest
from contract_stories import ARTICLES

from wiredesk.errors import ArticleNotFound, UnknownField
from wiredesk.search.backend import Backend
from wiredesk.search.model import FacetValue, SearchRequest, SearchResult
from wiredesk.search.parser import parse
from wiredesk.search.query import Everything, Or, Term

IDS = {article.id: n for n, article in enumerate(ARTICLES, 1)}


def search(backend: Backend, text: str, **more: object) -> SearchResult:
    more.setdefault("timeout", None)
    request = SearchRequest(query=text, **more)
    return backend.search(parse(text).query, request)


def numbers(result: SearchResult) -> list[int]:
    return [IDS[hit.id] for hit in result.hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("grain", {1, 4, 5}),
        ("GRAIN", {1, 4, 5}),
        ("erdogan", {4}),
        ("Erdoğan", {4}),
        ("strike", {3, 5}),
        ("=strike", {3}),
        ("=strikes", {5}),
        ("all:(bank rates)", {2, 5}),
        ("bank AND rates", {2, 5}),
        ("grain OR striking", {1, 3, 4, 5}),
        ("grain -oil", {1}),
        ("-grain", {2, 3}),
        ('"central bank"', {1, 2}),
        ('"bank central"', set()),
        ('"rise oslo"~1', {1}),
        ('"raised again"~2', {2}),
        ('"raised again"~1', set()),
        ("central NEAR/3 struck", {2}),
        ("struck NEAR/3 central", {2}),
        ("grain NEAR/1 oil", {5}),
        ("grain NEAR/2 oil", {4, 5}),
        ("bank NEAR/S river", {3}),
        ("workers NEAR/S river", set()),
        ("fair NEAR/P river", {3}),
        ("workers NEAR/P river", set()),
        ("strik*", {3, 5}),
        ("gr?in", {1, 4, 5}),
        ("grian~1", {1, 4, 5}),
        ("headline:bank", {2}),
        ("body:bank", {1, 2, 3, 5}),
        ("headline:strik*", {3}),
        ("first2:grain", {1}),
        ("atleast2:bank", {2}),
        ("atleast2:oil", {5}),
        ("from:oslo", {1, 2}),
        ("from:Switzerland", {2, 3}),
        ("city:oslo", {1, 2}),
        ("person:roe", {1, 2}),
        ("person:ruiz", {1}),
        ("about:doe", {3}),
        ("editor:wei", {1}),
        ("agency:-", {3}),
        ("agency:*", {1, 2, 4, 5}),
        ("form:update", {2}),
        ("date:2016", {1, 2, 3}),
        ("date:2016-02", {1, 2}),
        ("date:2016-02-10..2016-03-05", {2, 3}),
        ("date:-", {4}),
        ("grain date:2016", {1}),
        ("", {1, 2, 3, 4, 5}),
    ],
)
def test_a_query_finds(backend: Backend, query: str, expected: set[int]) -> None:
    result = search(backend, query)
    assert set(numbers(result)) == expected
    assert result.total == len(expected)


def test_words_side_by_side_are_all_wanted_when_that_finds_enough(backend: Backend) -> None:
    assert search(backend, "all:(grain oil)").total == 2


def test_words_widen_with_a_note_of_both_counts_and_whole_matches_first(backend: Backend) -> None:
    result = search(backend, "grain oil")
    assert numbers(result)[:2] == sorted(numbers(result)[:2], key=lambda n: n not in (4, 5))
    assert set(numbers(result)[:2]) == {4, 5}
    assert result.total == 3
    assert [(n.values["all"], n.values["total"]) for n in result.notes] == [(2, 3)]


def test_better_stories_come_first(backend: Backend) -> None:
    result = search(backend, "bank")
    assert numbers(result)[0] == 2
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)


def test_equal_scores_go_by_id(backend: Backend) -> None:
    assert numbers(search(backend, "")) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("sort", "order"), [("date", [5, 1, 2, 3, 4]), ("-date", [3, 2, 1, 5, 4])])
def test_dates_sort_with_undated_stories_last(
    backend: Backend, sort: str, order: list[int]
) -> None:
    assert numbers(search(backend, "", sort=sort)) == order


def test_pages_go_on_where_the_last_one_ended(backend: Backend) -> None:
    pages = [search(backend, "", per_page=2, page=n) for n in (1, 2, 3, 4)]
    assert [numbers(p) for p in pages] == [[1, 2], [3, 4], [5], []]
    assert {p.total for p in pages} == {5}


def test_filters_are_or_ed_in_a_field_and_and_ed_across(backend: Backend) -> None:
    assert set(numbers(search(backend, "", filters={"agency": ("AP", "Reuters")}))) == {1, 2, 4, 5}
    both = {"agency": ("AP", "Reuters"), "city": ("Oslo",)}
    assert set(numbers(search(backend, "", filters=both))) == {1, 2}
    every = {"city": ("Oslo", "Bern")}
    match_all = frozenset(["city"])
    assert numbers(search(backend, "", filters=every, match_all=match_all)) == [2]


def test_filters_take_folded_values_and_not_stated(backend: Backend) -> None:
    assert set(numbers(search(backend, "", filters={"city": ("oslo",)}))) == {1, 2}
    assert numbers(search(backend, "", filters={"agency": ("-",)})) == [3]
    assert set(numbers(search(backend, "", filters={"city": ("-", "Oslo")}))) == {1, 2, 4, 5}


def test_exclusions_drop_stories(backend: Backend) -> None:
    assert set(numbers(search(backend, "", exclude={"agency": ("AP",)}))) == {1, 3, 4}


def test_dates_filter_by_range_and_by_part(backend: Backend) -> None:
    assert set(numbers(search(backend, "", date_from="2016-02", date_to="2016-02"))) == {1, 2}
    assert set(numbers(search(backend, "", filters={"date": ("2016-02", "2015")}))) == {1, 2, 5}


def test_facets_count_multi_valued_fields_and_what_is_not_stated(backend: Backend) -> None:
    facet = search(backend, "", facets=("city",)).facets["city"]
    assert facet.values == (
        FacetValue(value="Bern", count=2),
        FacetValue(value="Oslo", count=2),
    )
    assert (facet.missing, facet.total, facet.complete) == (2, 2, True)


def test_counts_of_a_refined_facet_ignore_its_own_refinement_only(backend: Backend) -> None:
    result = search(backend, "", facets=("city", "agency"), filters={"city": ("Bern",)})
    assert result.facets["city"].values == (
        FacetValue(value="Bern", count=2, selected=True),
        FacetValue(value="Oslo", count=2),
    )
    assert result.facets["agency"].values == (FacetValue(value="AP", count=1),)
    assert result.facets["agency"].missing == 1


def test_chosen_and_excluded_values_stay_visible(backend: Backend) -> None:
    result = search(
        backend,
        "oil",
        facets=("city", "agency"),
        facet_limit=1,
        filters={"city": ("Bern",)},
        exclude={"agency": ("Reuters",)},
    )
    assert result.facets["city"].values == (FacetValue(value="Bern", count=0, selected=True),)
    assert FacetValue(value="Reuters", count=0, excluded=True) in result.facets["agency"].values


def test_date_facets_count_by_unit_in_order_of_time(backend: Backend) -> None:
    facet = search(backend, "", facets=("date",), date_unit="month").facets["date"]
    assert [(v.value, v.count) for v in facet.values] == [
        ("2015-12", 1),
        ("2016-02", 2),
        ("2016-03", 1),
    ]
    assert (facet.unit, facet.missing) == ("month", 1)


def test_dates_can_be_counted_for_the_periods_of_some_days(backend: Backend) -> None:
    def counted(**more: object) -> list[tuple[str, int]]:
        facet = search(backend, "", facets=("date",), **more).facets["date"]
        assert facet.missing == 1
        return [(v.value, v.count) for v in facet.values]

    window = ("2016-02-09", "2016-02")
    assert counted(date_unit="month", date_window=window) == [("2016-02", 2)]
    assert sum(n for _, n in counted(date_unit="day", date_window=window)) == 2
    assert counted(date_unit="month", date_window=("2016", None)) == [
        ("2016-02", 2),
        ("2016-03", 1),
    ]
    assert counted(date_unit="month", date_window=("1999", "1999")) == []


def test_facet_values_can_be_looked_up_by_a_beginning(backend: Backend) -> None:
    facet = search(backend, "", facets=("person",), facet_prefix={"person": "ru"}).facets["person"]
    assert [v.value for v in facet.values] == ["Ana Ruíz"]


def test_facet_values_can_be_put_in_order_of_name(backend: Backend) -> None:
    facet = search(backend, "", facets=("person",), facet_order="name").facets["person"]
    assert [v.value for v in facet.values] == ["Ana Ruíz", "Jane Roe", "John Doe"]


def test_a_beginning_narrows_the_number_of_values_too(backend: Backend) -> None:
    facet = search(backend, "", facets=("person",), facet_prefix={"person": "j"}).facets["person"]
    assert facet.total == 2


def test_coded_values_go_by_their_labels(backend: Backend) -> None:
    labels = {"country": {"NO": "Äthiopien", "CH": "Zypern"}}
    request: dict[str, object] = {"facets": ("country",), "facet_order": "name"}
    plain = search(backend, "", **request).facets["country"]
    assert [v.value for v in plain.values] == ["NO", "CH"]  # Norway, Switzerland
    request["facet_labels"] = {"country": {"NO": "Ostland", "CH": "Äußeres Land"}}
    named = search(backend, "", **request).facets["country"]
    assert [v.value for v in named.values] == ["CH", "NO"]
    request |= {"facet_labels": labels, "facet_prefix": {"country": "ath"}}
    found = search(backend, "", **request).facets["country"]
    assert [v.value for v in found.values] == ["NO"]
    nothing = search(backend, "", **request, filters={"country": ("CH",)}).facets["country"]
    assert [v.value for v in nothing.values] == ["NO", "CH"]


def test_the_order_of_names_is_blind_to_case_and_accents(backend: Backend) -> None:
    facet = search(
        backend,
        "",
        facets=("person",),
        facet_order="name",
        facet_labels={"person": {"Jane Roe": "émile", "Ana Ruíz": "Foe", "John Doe": "dan"}},
    ).facets["person"]
    assert [v.value for v in facet.values] == ["John Doe", "Jane Roe", "Ana Ruíz"]


def test_snippets_mark_what_matched(backend: Backend) -> None:
    [hit] = search(backend, '"central bank" headline:rates').hits
    assert [hit.headline.text[a:b] for a, b in hit.headline.spans] == ["Central bank", "rates"]
    [hit] = search(backend, "=striking").hits
    snippet = hit.snippets[0]
    assert [snippet.text[a:b] for a, b in snippet.spans] == ["Striking"]
    assert hit.article.body[snippet.start :].startswith(snippet.text)
    assert hit.matches == 1


def test_without_hits_each_filter_tells_what_it_cost(backend: Backend) -> None:
    result = search(backend, "grain", filters={"city": ("Bern",), "agency": ("Reuters",)})
    assert result.total == 0
    assert result.without == {("city", "Bern"): 2, ("agency", "Reuters"): 0}
    assert result.word_totals["grain"] == 3


def test_each_word_has_its_own_total(backend: Backend) -> None:
    query = Or((Term("grain"), Term("nothing")))
    totals = backend.search(query, SearchRequest()).word_totals
    assert totals == {"grain": 3, "nothing": 0}


def test_a_pattern_stands_for_its_most_frequent_words_within_the_limit(backend: Backend) -> None:
    query = parse("str*").query
    every = backend.search(query, SearchRequest())
    assert (set(numbers(every)), every.notes) == ({2, 3, 5}, ())
    fewer = backend.search(query, SearchRequest(), expansions=1)
    assert [n.code for n in fewer.notes] == ["too-broad"]
    assert 0 < fewer.total < every.total


def test_stories_come_back_whole(backend: Backend) -> None:
    for article in ARTICLES:
        assert backend.get(article.id) == article
    with pytest.raises(ArticleNotFound) as caught:
        backend.get("none")
    assert caught.value.article_id == "none"


def test_words_and_values_by_their_beginning(backend: Backend) -> None:
    assert backend.terms("body", "ra", 5) == [("rates", 2), ("raised", 1), ("raises", 1)]
    assert backend.terms("city", "o", 5) == [("Oslo", 2)]
    assert backend.terms("person", "", 2) == [("Jane Roe", 2), ("Ana Ruíz", 1)]


def test_numbers_about_the_archive(backend: Backend) -> None:
    stats = backend.stats()
    assert (stats.stories, stats.first_date, stats.last_date) == (5, "2015-12-31", "2016-03-01")
    assert stats.facets["city"] == 2


@pytest.mark.parametrize("name", ["nosuch", "headline"])
def test_what_is_no_facet_is_refused(backend: Backend, name: str) -> None:
    with pytest.raises(UnknownField):
        backend.search(Everything(), SearchRequest(facets=(name,)))
    with pytest.raises(UnknownField):
        backend.search(Everything(), SearchRequest(filters={name: ("x",)}))
