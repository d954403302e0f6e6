"""No state of the search makes a heavy page: long values, every facet full, all languages."""

import random
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from small_archive import build, city, story

from wiredesk.index.article import Article
from wiredesk.index.schema import SHOWN
from wiredesk.index.wire.places import gazetteer
from wiredesk.search import Archive, SearchRequest
from wiredesk.web import create_app, query_string, views
from wiredesk.web.i18n import FORMS, LANGUAGES

LIMIT = 60_000
FACETS = [name for name in SHOWN if name != "date"]
CODES = ("DE", "US", "GB", "AE", "CF", "BA", "TT", "PG", "VC", "ST", "KN", "CD")


def values(plain: str, *long: str) -> list[str]:
    """A dozen values, most as long as those of a real wire or half as long again."""
    return [*long, *(f"{plain} {chr(65 + n)}" for n in range(12 - len(long)))]


CITIES = values("Port Alban", "Набережные Старого Порта", "Llanfair Pwllgwyngyll upon the Water")
PLACES = values("Upper Vale", "جزر الميناء القديم الشمالية", "Islands of the Northern Harbours")
PEOPLE = values("Mina Mooring", "سليمان عبد الرحمن الميناوي", "Maria Constantinescu-Oyelaran")
BODIES = values(
    "Dockers Union Bay",
    "Всероссийский союз судоремонтных мастеров",
    "Joint Commission on the Inland Waterways and Harbours",
)
AGENCIES = values(
    "Coastal", "وكالة أنباء الموانئ المتحدة", "United Press of the Harbours and Coasts"
)


def rich(count: int = 900) -> Iterator[Article]:
    """Stories in which every facet has a dozen long values, over eighty years."""
    rng = random.Random(1)
    for n in range(count):
        people, bodies, places = (rng.sample(v, 6) for v in (PEOPLE, BODIES, PLACES))
        said = ", ".join((*people, *bodies, *places))
        text = f"The harbour strike at the harbour of harbours went on, said {said}.\n" * 3
        yield story(
            n + 1,
            f"Harbour strike number {n} holds up ships, no end in sight",
            text,
            cities=(city(rng.choice(CITIES), rng.choice(CODES)),),
            agency=AGENCIES[n % 12],
            date=f"{1946 + n % 80}-{1 + n % 12:02d}-{1 + n % 28:02d}",
            by=(people[0],),
            people=tuple(people),
            places=tuple(places),
            organisations=tuple(bodies),
            form=list(FORMS)[n % 12],
            path=f"wires/{1946 + n % 12}/harbour-strike-{n % 12}.txt",
        )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with build(tmp_path_factory.mktemp("size") / "rich.wdx", tuple(rich())) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(archive: Archive) -> FlaskClient:
    return create_app(archive).test_client()


STEPS = (
    "person person -agency organisation organisation -form city city -source place place -country"
)


def states(archive: Archive, query: str) -> Iterator[SearchRequest]:
    """States with more and more filters that leave all facets full, up to twelve."""
    request = SearchRequest(query=query, timeout=None)
    yield request
    for step in STEPS.split():
        name = step.removeprefix("-")
        left = [v.value for v in archive.search(request).facets[name].values if not v.selected]
        change = request.exclude_value if step.startswith("-") else request.refine
        request = change(name, max(left, key=len))
        yield request


@pytest.mark.slow
@pytest.mark.parametrize("query", ["harbour", 'harbour OR "the strike" OR strik*'])
def test_no_state_makes_a_page_of_more_than_60_kb(
    client: FlaskClient, archive: Archive, query: str
) -> None:
    sizes = {}
    for number, request in enumerate(states(archive, query)):
        facets = archive.search(request).facets
        assert all(len(facets[name].values) >= 10 for name in FACETS)
        address = "/search?" + query_string(request)
        for code in LANGUAGES:
            sizes[number, code] = len(client.get(f"{address}&lang={code}").data)
    assert max(sizes.values()) <= LIMIT, max(sizes.items(), key=lambda item: item[1])


@pytest.mark.slow
def test_a_page_of_all_values_is_light(tmp_path_factory: pytest.TempPathFactory) -> None:
    names = [f"Joint Commission on Waterways {n:03d}" for n in range(200)]
    filed = tuple(
        story(n + 1, "Ferry", f"A ferry, said {name}.", organisations=(name,))
        for n, name in enumerate(names)
    )
    with build(tmp_path_factory.mktemp("values") / "full.wdx", filed) as archive:
        client = create_app(archive).test_client()
        for query in ("", "q=ferry+OR+harbour", f"q=ferry&organisation={names[0]}"):
            for code in LANGUAGES:
                text = client.get(f"/facet/organisation?{query}&lang={code}").text
                assert len(text.encode()) <= LIMIT
                assert text.count("<bdi>Joint") >= 120


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_map_with_all_the_circles_there_may_be_is_light(
    tmp_path_factory: pytest.TempPathFactory, code: str
) -> None:
    places = list(dict.fromkeys((p.name, p.country) for p in gazetteer()[::29]))[:900]
    filed = tuple(
        story(n + 1, "Ferry", "A ferry.", cities=(city(name, country),))
        for n, (name, country) in enumerate(places)
    )
    with build(tmp_path_factory.mktemp("map") / "full.wdx", filed) as archive:
        text = create_app(archive).test_client().get(f"/map?lang={code}").text
    assert text.count("<circle cx") > 200
    assert len(text.encode()) <= LIMIT


MANY = {
    "two fields": {"exclude": {"person": 90}, "filters": {"city": 90}},
    "one field": {"exclude": {"source": 100}},
    "every field": {
        "exclude": dict.fromkeys(FACETS, 100),
    },
}


def many(state: str, form: str) -> SearchRequest:
    def listed(counts: dict[str, int]) -> dict[str, tuple[str, ...]]:
        return {name: tuple(form.format(n) for n in range(k)) for name, k in counts.items()}

    return SearchRequest(**{key: listed(held) for key, held in MANY[state].items()})  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", ["a{}", "Harbour {:03d} of the Coast", "Старый порт {0:03d} " * 15]
)
@pytest.mark.parametrize("state", MANY)
@pytest.mark.parametrize("path", ["/search", "/map", "/facet/city"])
def test_hundreds_of_filters_add_little_to_a_page(
    client: FlaskClient, path: str, state: str, form: str
) -> None:
    address = f"{path}?{query_string(many(state, form))}"
    for code in LANGUAGES:
        size = len(client.get(f"{address}&lang={code}").data)
        plain = len(client.get(f"{path}?lang={code}").data)
        assert size <= max(LIMIT, plain + 20_000)


def test_a_page_shows_the_first_filters_and_where_the_rest_are(client: FlaskClient) -> None:
    page = client.get("/search?" + query_string(many("one field", "wires/{}.txt"))).text
    assert "Source file: Show more (80)" in page
    assert page.count("Remove filter") == 20


def test_a_page_of_a_long_state_is_drawn_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    draw = views.render_template
    monkeypatch.setattr(views, "render_template", lambda *a, **k: drawn.append(a) or draw(*a, **k))
    client.get("/search?" + query_string(many("two fields", "Harbour {} of the Coast")))
    assert len(drawn) == 1


def test_the_links_of_an_ordinary_page_stand_alone(client: FlaskClient) -> None:
    page = client.get("/search?q=harbour&-form=correction&per=10").text
    assert "<base" not in page
    assert "/step/" not in page
