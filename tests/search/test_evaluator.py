"""The engine against one that reads every story again, on random queries over random archives."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from obvious import Obvious

from wiredesk.index.article import Article, Source
from wiredesk.index.document import Document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import facets
from wiredesk.search.model import SearchRequest
from wiredesk.search.query import (
    And,
    AtLeast,
    Everything,
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
from wiredesk.search.whoosh_backend import WhooshBackend

VOCABULARY = (
    *("strike", "strikes", "striking", "struck", "bank", "banks", "banking", "rate", "rates"),
    *("grain", "grains", "Erdogan", "Erdoğan", "u.s", "don't", "3.5", "the", "of", "and", "port"),
    *("ports", "portal", "Aleppo-based", "siege", "oil", "oils", "opec", "said"),
)
FACETS = {
    "city": ("Oslo", "Bern", "New York", "Zürich"),
    "person": ("Jane Roe", "John Roe", "Ana Ruíz", "Li Wei", "Jane Li"),
    "agency": ("AP", "Reuters"),
    "form": ("update", "analysis"),
    "place": ("Oslo", "Port Said", "Aleppo"),
}


def document(rng: random.Random, number: int) -> Document:
    def words(n: int) -> str:
        return " ".join(rng.choice(VOCABULARY) for _ in range(n))

    def sentence() -> str:
        return words(rng.randint(2, 9)).capitalize() + "."

    headline = words(rng.randint(0, 5))
    paragraphs = [" ".join(sentence() for _ in range(rng.randint(1, 3))) for _ in range(3)]
    body = "\n\n".join(paragraphs[: rng.randint(0, 3)])
    facets = {}
    for name, values in FACETS.items():
        chosen = tuple(v for v in values if rng.random() < 0.35)
        if chosen:
            facets[name] = chosen
            if name in ("person", "place") and rng.random() < 0.5:
                facets[f"main_{name}"] = chosen[:1]
    name = f"{rng.getrandbits(64):016x}" if rng.random() < 0.8 else f"id {number} é"
    stored = Article(id=name, source=Source(path="x", start=0, end=1), headline=headline, body=body)
    day = None if rng.random() < 0.2 else 16_000 + rng.randint(0, 400)
    return Document(
        id=name, text={"headline": headline, "body": body}, facets=facets, day=day, stored=stored
    )


@dataclass
class World:
    """One set of stories, as one segment, as many with deletions, and as the obvious engine."""

    obvious: Obvious
    one: WhooshBackend
    many: WhooshBackend


def make_world(folder: Path, seed: int, size: int) -> World:
    rng = random.Random(seed)
    documents = [document(rng, n) for n in range(size)]
    documents = list({d.id: d for d in documents}.values())
    with ArchiveWriter(folder / "one.wdx") as writer:
        for each in documents:
            writer.add(each)
    # Each commit is much smaller than the one before, so that the writer leaves them apart.
    cuts = [0, size * 2 // 3, size * 11 // 12, size * 44 // 45, size]
    pieces = [documents[a:b] for a, b in pairwise(cuts)]
    gone = [document(rng, 1000 + n) for n in range(size // 4)]
    gone = [d for d in gone if d.id not in {x.id for x in documents}]
    for at, piece in enumerate(pieces):
        with ArchiveWriter(folder / "many.wdx", batch_tokens=10**6) as writer:
            for each in (*piece, *(gone if at == 0 else ())):
                writer.add(each)
            if at == 2:
                # The same ids once more: later ones replace earlier ones.
                for each in pieces[0][:5]:
                    writer.add(each)
    with ArchiveWriter(folder / "many.wdx") as writer:
        for each in gone:
            writer.delete(each.id)
    return World(
        obvious=Obvious(documents),
        one=WhooshBackend(folder / "one.wdx"),
        many=WhooshBackend(folder / "many.wdx"),
    )


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[World]]:
    made = [
        make_world(tmp_path_factory.mktemp("world"), seed, size)
        for seed, size in ((1, 3), (2, 40), (3, 90))
    ]
    yield made
    for world in made:
        world.one.close()
        world.many.close()


WORDS = st.sampled_from(
    [*VOCABULARY, "STRIKES", "erdogan", "nothing", "Port Said", "bank-rates", "!!", "jane", "oslo"]
)
BEGINNINGS = st.sampled_from(["st", "str", "ba", "ra", "po", "oi", "erd", "xx", "u.", "ja", "a"])
PATTERNS = st.one_of(
    BEGINNINGS.map(Prefix),
    st.sampled_from(["str*k*", "b?nk", "*ing", "r*", "p?rt*", "gra?ns", "*", "erdo?an"]).map(
        Wildcard
    ),
    st.builds(
        Fuzzy, st.sampled_from(["strke", "bnak", "rtaes", "erdoan", "oil"]), st.integers(1, 2)
    ),
)
TERMS = st.builds(Term, WORDS, st.booleans())
PHRASES = st.builds(Phrase, st.lists(WORDS, min_size=1, max_size=3).map(tuple), st.integers(0, 3))
SPOTS = st.one_of(
    TERMS, PHRASES, PATTERNS, st.lists(TERMS, min_size=2, max_size=3).map(tuple).map(Or)
)
NEARS = st.one_of(
    st.builds(Near, SPOTS, SPOTS, st.integers(1, 6), st.booleans()),
    st.builds(
        Near, SPOTS, SPOTS, st.just(0), st.booleans(), st.sampled_from(["sentence", "paragraph"])
    ),
)
VALUES = st.one_of(TERMS, PHRASES, PATTERNS, st.just(Term("-")), st.just(Everything()))
FIELDS = st.sampled_from(["from", "about", "person", "city", "agency", "form", "byline", "org"])
RANGES = st.sampled_from(
    [Range("2013-12-01", None), Range(None, "2014-03-31"), Range("2014-01-01", "2014-06-30")]
)
LEAVES = st.one_of(
    TERMS,
    PHRASES,
    PATTERNS,
    NEARS,
    RANGES,
    st.builds(Field, FIELDS, VALUES),
    st.builds(AtLeast, st.integers(1, 4), SPOTS),
    st.builds(First, st.integers(1, 12), SPOTS),
    st.sampled_from([Everything(), Field("date", Term("-")), Field("date", Everything())]),
)


def grown(below: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(below, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        several.map(And),
        several.map(Or),
        st.builds(Words, several, st.sampled_from([1, 5, 20])),
        below.map(Not),
        st.builds(Field, st.sampled_from(["headline", "body", "lead"]), below),
        st.builds(First, st.integers(1, 12), below),
    )


TREES = st.recursive(LEAVES, grown, max_leaves=7)

CHOICES = {name: st.sampled_from([*values, "-"]) for name, values in FACETS.items()}
REFINED = st.fixed_dictionaries(
    {},
    optional={
        n: st.lists(v, min_size=1, max_size=2, unique=True).map(tuple) for n, v in CHOICES.items()
    },
)
REQUESTS = st.builds(
    SearchRequest,
    filters=REFINED,
    exclude=st.one_of(st.just({}), REFINED),
    match_all=st.sampled_from([frozenset(), frozenset(["person", "place"])]),
    date_from=st.sampled_from([None, "2014", "2014-02"]),
    date_to=st.sampled_from([None, "2014-05-05"]),
    facets=st.just(("city", "person", "agency", "place", "form", "date")),
    facet_limit=st.sampled_from([1, 3, 10]),
    facet_prefix=st.sampled_from([{}, {"person": "r", "city": "zu"}, {"city": "york"}]),
    facet_order=st.sampled_from(["count", "name"]),
    date_unit=st.just("month"),
    salient=st.booleans(),
    sideways=st.booleans(),
    sort=st.sampled_from(["relevance", "date", "-date"]),
    per_page=st.sampled_from([3, 200]),
    page=st.sampled_from([1, 2]),
    timeout=st.none(),
)

LABELLED = st.builds(
    SearchRequest,
    filters=REFINED,
    facets=st.just(("city", "person", "agency", "place", "form", "country")),
    facet_limit=st.sampled_from([1, 3, 10]),
    facet_prefix=st.sampled_from([{}, {"form": "z", "place": "all"}, {"country": "s"}]),
    facet_order=st.sampled_from(["count", "name"]),
    facet_labels=st.sampled_from(
        [
            {},
            {"form": {"update": "Zusatz", "analysis": "Árbeit"}, "place": {"FR": "Allemagne"}},
            {"country": {"CH": "Schweiz", "SY": "Zypern", "NO": "äußeres Land"}},
        ]
    ),
    timeout=st.none(),
)

STEADY = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def check(world: World, query: Query, request: SearchRequest) -> None:
    want = world.obvious.search(query, request)
    first = (request.page - 1) * request.per_page
    shown = want.ids[first : first + request.per_page]
    results = [backend.find(query, request) for backend in (world.one, world.many)]
    for result in results:
        assert result.total == len(want.ids)
        assert result.facets == want.facets
        assert not result.partial
    one, many = ([(p.id, p.score) for p in r.places] for r in results)
    assert one == many
    assert len(one) == len(shown)
    if request.sort != "relevance":
        assert [i for i, _ in one] == shown
        return
    for (found, score), expected in zip(one, shown, strict=True):
        assert score == pytest.approx(want.scores[found], rel=1e-4, abs=1e-5)
        assert want.scores[found] == pytest.approx(want.scores[expected], rel=1e-4, abs=1e-5)
    for (a, x), (b, y) in pairwise(one):
        assert world.obvious.full is not None or x > y or (x == y and a < b)


@given(query=TREES, request=REQUESTS)
@pytest.mark.slow
@STEADY
def test_any_query_gives_what_reading_every_story_gives(
    worlds: list[World], query: Query, request: SearchRequest
) -> None:
    for world in worlds:
        check(world, query, replace(request, filters={}, exclude={}))


@given(
    query=st.one_of(TERMS, st.lists(TERMS, min_size=1, max_size=3).map(tuple).map(Words)),
    request=REQUESTS,
)
@pytest.mark.slow
@STEADY
def test_any_refinement_gives_exact_totals_and_counts(
    worlds: list[World], query: Query, request: SearchRequest
) -> None:
    for world in worlds:
        check(world, query, request)


@given(query=st.sampled_from([Everything(), Term("bank")]), request=LABELLED)
@pytest.mark.slow
@STEADY
def test_labels_order_and_find_values_as_reading_every_label_does(
    worlds: list[World], query: Query, request: SearchRequest
) -> None:
    for world in worlds:
        check(world, query, request)


@pytest.mark.parametrize("way", ["bitmaps", "chunks", "rows"])
def test_every_way_of_counting_gives_the_same(
    worlds: list[World], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(facets, "LARGE", 0 if way == "bitmaps" else 10**9)
    monkeypatch.setattr(facets, "FEW", -1)
    monkeypatch.setattr(facets, "CHUNK", 7 if way == "chunks" else 10**6)
    monkeypatch.setattr(facets, "BITS_PAY", 10**9 if way == "bitmaps" else 0)
    for world in worlds:
        for query in (Term("bank"), Or((Term("oil"), Term("rate"))), Not(Term("strike"))):
            for limit in (1, 2, 10):
                request = SearchRequest(facets=tuple(FACETS), facet_limit=limit, timeout=None)
                want = world.obvious.search(query, request)
                for backend in (world.one, world.many):
                    found = backend.find(query, request)
                    for name, facet in found.facets.items():
                        total = facet.total if facet.total_exact else want.facets[name].total
                        exact = replace(facet, total=total, total_exact=True)
                        assert exact == want.facets[name]


def test_the_archive_of_many_commits_has_segments_and_deletions(worlds: list[World]) -> None:
    stats = worlds[2].many.stats()
    assert stats.segments > 1
    assert stats.deleted > 0
