"""The engine against one in memory with its own idea of a match: whole searches, as typed."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import OracleBackend
from test_evaluator import FACETS, REQUESTS, VOCABULARY, make_world
from trees import trees

from wiredesk.search.archive import Archive
from wiredesk.search.model import SearchRequest, SearchResult
from wiredesk.search.printer import to_string
from wiredesk.search.query import Query

WORDS = st.sampled_from(
    [*VOCABULARY, "STRIKES", "erdogan", "nothing", "Port Said", "bank-rates", "jane", "oslo"]
)
LETTERS = st.sampled_from(["st", "str", "ba", "ra", "po", "oi", "erd", "ja", "ban", "rat", "gra"])


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Archive, ...]]:
    """For two sets of stories: the oracle, one segment, several segments with deletions."""
    made = []
    for seed, size in ((11, 12), (12, 70)):
        world = make_world(Path(tmp_path_factory.mktemp("oracle")), seed, size)
        oracle = OracleBackend(list(world.obvious.documents.values()))
        made.append(
            tuple(Archive(b, address="x") for b in (oracle, world.one, world.many)),
        )
    return made


def check(archives: list[tuple[Archive, ...]], text: str, request: SearchRequest) -> None:
    request = replace(request, query=text)
    for oracle, one, many in archives:
        want, *results = (archive.search(request) for archive in (oracle, one, many))
        for result in results:
            assert result.total == want.total
            assert result.facets == want.facets
            assert not result.partial
            assert parser_notes(result) == parser_notes(want)
            order(result, want)


def order(result: SearchResult, want: SearchResult) -> None:
    """The same stories in the same order, up to scores that differ by rounding only."""
    assert len(result.hits) == len(want.hits)
    if result.request.sort != "relevance":
        assert [h.id for h in result.hits] == [h.id for h in want.hits]
        return
    for hit, wanted in zip(result.hits, want.hits, strict=True):
        assert hit.score == pytest.approx(wanted.score, rel=1e-4, abs=1e-5)
    clear = [a.score - b.score > 1e-4 * max(1.0, abs(a.score)) for a, b in pairwise(want.hits)]
    if all(clear) and result.total <= result.request.per_page:
        assert [h.id for h in result.hits] == [h.id for h in want.hits]


def parser_notes(result: SearchResult) -> list[str]:
    return [n.code for n in result.notes if not n.code.startswith(("widened", "too-broad"))]


STEADY = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.slow
@STEADY
@given(query=trees(WORDS, LETTERS), request=REQUESTS)
def test_whole_searches_agree(
    archives: list[tuple[Archive, ...]], query: Query, request: SearchRequest
) -> None:
    check(archives, to_string(query), request)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "strike bank rate grain",
        "the of",
        '"port said"~2 -oil',
        "bank W/2 rate",
        "bank NEAR/S (rate OR oil) -strike",
        "atleast2:bank first9:rate",
        "headline:bank from:oslo",
        "person:jane place:-",
        "date:2014-02..2014-05 oil",
        "lead:(str* -oil)",
        "=strike NOT headline:=strikes",
        "any: siege opec",
        "hlead(siege) w/3 opec",
    ],
)
def test_searches_agree(archives: list[tuple[Archive, ...]], text: str) -> None:
    check(archives, text, SearchRequest(facets=tuple(FACETS), per_page=200, timeout=None))
