"""The engine beside stock Whoosh on the same archive: same totals, same counts."""

import random
from pathlib import Path

import pytest
from test_evaluator import FACETS, World, make_world
from whoosh import index, query, sorting

from wiredesk.index.analysis import stem
from wiredesk.index.codec.stock import build_schema
from wiredesk.search.model import SearchRequest
from wiredesk.search.query import And, Field, Not, Or, Phrase, Prefix, Query, Term
from wiredesk.search.whoosh_backend import WhooshBackend

WORDS = ("strike", "bank", "rates", "grain", "oil", "port", "siege", "said", "nothing")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("stock"), seed=7, size=80)


def pairs(rng: random.Random) -> list[tuple[Query, query.Query]]:
    """The same question in both languages."""

    def word() -> tuple[Query, query.Query]:
        text = rng.choice(WORDS)
        return Term(text), query.Term("text", stem(text))

    (a, x), (b, y), (c, z) = word(), word(), word()
    two = [rng.choice(WORDS) for _ in range(2)]
    field = rng.choice(("headline", "body"))
    return [
        (a, x),
        (And((a, b)), query.And([x, y])),
        (Or((a, b, c)), query.Or([x, y, z])),
        (And((a, Not(b))), query.And([x, query.Not(y)])),
        (Field(field, Phrase(tuple(two))), query.Phrase(field, [stem(w) for w in two])),
        (Prefix("str"), query.Prefix("words", "str")),
        (Prefix("ba"), query.Prefix("words", "ba")),
    ]


def stock(folder: Path, asked: query.Query) -> tuple[int, dict[str, dict[str, int]]]:
    counts = {}
    with index.open_dir(str(folder), schema=build_schema()).searcher() as searcher:
        total = len(searcher.search(asked, limit=None))
        for name in FACETS:
            facet = sorting.FieldFacet(name, allow_overlap=True, maptype=sorting.Count)
            groups = searcher.search(asked, groupedby=facet, limit=None).groups()
            counts[name] = {v: n for v, n in groups.items() if v}
    return total, counts


@pytest.mark.parametrize("seed", range(3))
def test_totals_and_counts_are_those_of_stock_whoosh(world: World, seed: int) -> None:
    request = SearchRequest(facets=tuple(FACETS), timeout=None)
    for backend in (world.one, world.many):
        for ours, theirs in pairs(random.Random(seed)):
            found = backend.find(ours, request)
            total, counts = stock(backend.path, theirs)
            assert found.total == total
            for name, facet in found.facets.items():
                assert {v.value: v.count for v in facet.values} == counts[name]


def test_a_query_of_whoosh_goes_through_whooshs_matchers(world: World) -> None:
    asked = query.TermRange("body", "ba", "oz")
    request = SearchRequest(facets=("city",), per_page=200, timeout=None)
    for backend in (world.one, world.many):
        total, counts = stock(backend.path, asked)
        found = backend.find(asked, request)  # type: ignore[arg-type]
        assert found.total == total > 0
        assert {v.value: v.count for v in found.facets["city"].values} == counts["city"]


def test_what_is_no_query_is_refused(world: World) -> None:
    backend: WhooshBackend = world.one
    with pytest.raises(TypeError, match="not a query"):
        backend.find("bank", SearchRequest())  # type: ignore[arg-type]
