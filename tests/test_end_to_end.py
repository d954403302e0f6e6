"""From the demo stories to pages on a real server: every part at once, as users meet it."""

import json
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest
from click.testing import CliRunner
from waitress.server import create_server

from wiredesk.cli import main
from wiredesk.demo import STORIES
from wiredesk.index import index_files
from wiredesk.index.article import Article
from wiredesk.index.schema import NOT_STATED
from wiredesk.search import Archive, open_archive
from wiredesk.web import create_app

COPY = Path(__file__).parent.parent.parent / "shared" / "articles" / "seeds"
"""Copy of real agencies, kept outside the repository; its tests are skipped where it is not."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo archive, made once."""
    into = tmp_path_factory.mktemp("demo") / "demo.wdx"
    report = index_files([STORIES], into=into, entities=False)
    assert report.failed == 0
    return into


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[Archive]:
    with open_archive(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(archive: Archive) -> Iterator[str]:
    """The archive on a real server on loopback."""
    server = create_server(create_app(archive), host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}/"
    server.close()


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def every(archive: Archive) -> list[Article]:
    return [hit.article for hit in archive.search(per_page=1000).hits]


# Searching and counting


@pytest.mark.parametrize("field", ["city", "country", "agency", "byline", "source", "form"])
def test_each_count_is_the_total_of_its_own_filter(archive: Archive, field: str) -> None:
    result = archive.search(facets=[field], facet_limits={field: 1000})
    facet = result.facets[field]
    counts = {value.value: value.count for value in facet.values}
    assert len(counts) == facet.total
    totals = {value: archive.search(filters={field: value}).total for value in counts}
    assert totals == counts
    assert archive.search(filters={field: NOT_STATED}).total == facet.missing


def test_a_story_of_several_cities_counts_under_each(archive: Archive) -> None:
    for city in ("Berlin", "Vienna", "Venice"):
        headlines = [h.article.headline for h in archive.search(filters={"city": city}).hits]
        assert "Night train between Berlin and Venice to return after 21 years" in headlines


def test_facets_of_a_refined_field_keep_the_other_values(archive: Archive) -> None:
    free = archive.search("ferry", facets=["agency"])
    refined = archive.search(free.request.refine("agency", "Reuters"))
    counts = {v.value: v.count for v in free.facets["agency"].values}
    assert counts["Reuters"] == refined.total
    assert {v.value: v.count for v in refined.facets["agency"].values} == counts


@pytest.mark.parametrize(
    ("query", "headline"),
    [
        ("ferries sandbank", "UPDATE 2-Tugs free grounded Baltic ferry, inquiry opened"),
        ('"night shifts" rotterdam', "Dockers and port agree truce as grain ships queue off"),
        ("sarikaya", "Elif Sarıkaya wins Istanbul Marathon in borrowed shoes"),
        ("headline:hens moon", "Hens go to bed twice as moon covers sun over Newfoundland"),
        ("apricot NOT earnings", "Early frost cuts apricot crop in eastern Turkey by half"),
    ],
)
def test_a_search_finds_what_it_should_first(archive: Archive, query: str, headline: str) -> None:
    headlines = [hit.article.headline for hit in archive.search(query).hits[:3]]
    assert any(found.startswith(headline) for found in headlines), headlines


def test_snippets_mark_words_inside_their_text(archive: Archive) -> None:
    marked = set()
    for hit in archive.search("harbours", per_page=50).hits:
        for snippet in (hit.headline, *hit.snippets):
            marked |= {snippet.text[a:b].lower() for a, b in snippet.spans}
    assert "harbour" in marked
    assert all(word.startswith("harbo") for word in marked)


# Pages


def test_every_story_has_a_page_that_shows_its_headline(archive: Archive, address: str) -> None:
    urls: dict[str, str] = {}
    for page_number in range(1, archive.search().pages + 1):
        result = json.loads(fetch(f"{address}search.json?page={page_number}")[1])
        urls |= {hit["id"]: hit["url"] for hit in result["hits"]}
    assert len(urls) == archive.stats().stories
    for article_id, url in urls.items():
        status, page = fetch(urljoin(address, url))
        assert status == 200
        assert f"/story/{article_id}" in page


@pytest.mark.parametrize(
    "path", ["", "search?q=ferry", "search?city=Gdansk&-agency=AFP&sort=-date"]
)
def test_pages_answer_with_html(address: str, path: str) -> None:
    status, page = fetch(address + path)
    assert status == 200
    assert page.lstrip().lower().startswith("<!doctype html>")


def test_a_facet_link_leads_to_as_many_stories_as_it_says(address: str) -> None:
    result = json.loads(fetch(address + "search.json?q=harbour OR ferry".replace(" ", "%20"))[1])
    followed = 0
    for facet in result["facets"].values():
        for value in facet["values"][:3]:
            page = urljoin(address, value["url"]).replace("/search?", "/search.json?", 1)
            assert json.loads(fetch(page)[1])["total"] == value["count"]
            followed += 1
    assert followed > 8


def test_command_line_and_page_give_the_same_result(folder: Path, address: str) -> None:
    page = json.loads(fetch(address + "search.json?q=grain&agency=Reuters&per_page=10")[1])
    run = CliRunner().invoke(
        main,
        ["search", "grain", "-a", str(folder), "--filter", "agency=Reuters", "--json"],
    )
    assert run.exit_code == 0
    told = json.loads(run.stdout)
    assert [hit["id"] for hit in told["hits"]] == [hit["id"] for hit in page["hits"]]
    assert set(told) >= {"query", "total", "page", "per_page", "partial", "hits", "facets", "notes"}
    assert {f: told["facets"][f]["missing"] for f in told["facets"]} == {
        f: page["facets"][f]["missing"] for f in told["facets"]
    }


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "((((",
        "NOT",
        "a AND",
        "date:9999-99-99..x",
        "*",
        "?*?*?*" * 40,
        "city:",
        "\x00\x01\x02",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        "<script>alert(1)</script>",
        "x" * 10_000,
        "a~9 b^-1 c/3 NEAR/0 d",
        "\uff21\uff22 \ufb01 \u202eabc\u202c",
    ],
)
def test_no_query_is_an_error_of_the_server(archive: Archive, query: str) -> None:
    client = create_app(archive).test_client()
    for path in ("/search", "/search.json"):
        assert client.get(path, query_string={"q": query}).status_code < 500


def test_bytes_that_are_no_text_are_answered(archive: Archive) -> None:
    client = create_app(archive).test_client()
    raw = quote(bytes(range(256)))
    assert client.get(f"/search?q={raw}&city={raw}&page={raw}").status_code < 500


# Indexing again


def test_an_archive_follows_its_folder(tmp_path: Path) -> None:
    wires, into = tmp_path / "wires", tmp_path / "wire.wdx"
    shutil.copytree(STORIES, wires)
    first = index_files([wires], into=into, entities=False)

    again = index_files([wires], into=into, entities=False)
    assert (again.added, again.updated, again.skipped) == (0, 0, first.added)

    changed = wires / "plain" / "canal-swans.txt"
    changed.write_text(changed.read_text(encoding="utf-8").replace("lettuce", "spinach"), "utf-8")
    (wires / "plain" / "new.txt").write_text(
        "Weir mended\n\nYORK, England (Reuters) - A weir was mended in York on Monday.\n", "utf-8"
    )
    (wires / "wire" / "ten-in-one.txt").unlink()
    third = index_files([wires], into=into, entities=False, prune=True)
    # Gone are the ten of the file that is gone, and the old text of the changed story.
    assert (third.added, third.updated, third.removed) == (1, 1, 11)

    with open_archive(into) as opened:
        assert opened.stats().stories == first.added + 1 - 10
        assert opened.search("lettuce").total == 0
        assert opened.search("spinach").total == 1
        assert opened.search("weir", filters={"city": "York"}).total == 1


def test_story_ids_survive_a_new_archive(archive: Archive, tmp_path: Path) -> None:
    index_files([STORIES], into=tmp_path / "anew.wdx", entities=False)
    with open_archive(tmp_path / "anew.wdx") as anew:
        assert {a.id for a in every(anew)} == {a.id for a in every(archive)}


# Copy of real agencies


@pytest.mark.skipif(not COPY.is_dir(), reason="the sample of real copy is not beside the checkout")
def test_real_copy_gives_its_stories_cities_and_agency(tmp_path: Path) -> None:
    into = tmp_path / "real.wdx"
    report = index_files([COPY], into=into, entities=False)
    assert (report.added, report.failed) == (14, 0)
    with open_archive(into) as opened:
        facets = opened.search(facets=["city", "agency"]).facets
    assert {v.value: v.count for v in facets["city"].values} == {
        "Beirut": 3,
        "Geneva": 3,
        "Oncupinar": 3,
        "London": 2,
        "Brussels": 1,
        "Damascus": 1,
        "Elbeyli": 1,
        "Moscow": 1,
    }
    assert facets["city"].missing == 4
    assert {v.value: v.count for v in facets["agency"].values} == {"Reuters": 10}
