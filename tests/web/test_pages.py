"""Pages and JSON over a small archive."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from small_archive import EVIL, build, stories

from wiredesk.errors import ArchiveError, ArchiveNotFound, IndexFormatError
from wiredesk.search import Archive
from wiredesk.web import create_app


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with build(tmp_path_factory.mktemp("pages") / "small.wdx") as opened:
        yield opened


@pytest.fixture(scope="module")
def client(archive: Archive) -> FlaskClient:
    return create_app(archive).test_client()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(text)
    return parser.found


def html(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.get_data(as_text=True)


def test_the_front_page_shows_all_stories_newest_first(client: FlaskClient) -> None:
    text = html(client, "/")
    assert "43 stories" in text
    assert text.index("انطلاق") < text.index("Orchestra tours")


def test_a_search_lists_stories_with_marks_and_their_dateline(client: FlaskClient) -> None:
    text = html(client, "/search?q=bridge")
    assert '<div id="count" role="status"><h1>3 stories</h1></div>' in text
    assert "the old <mark>bridge</mark>" in text
    assert "<bdi>GENEVA / BEIRUT</bdi> · <bdi>Reuters</bdi> · <bdi>Feb 9, 2016</bdi>" in text
    assert "By Jane Roe and John Doe" in text


def test_json_has_the_documented_shape(client: FlaskClient) -> None:
    answer = json.loads(html(client, "/search.json?q=bridge&city=Geneva"))
    assert list(answer) == [
        "query", "total", "page", "per_page", "partial", "hits", "facets", "notes",
    ]  # fmt: skip
    assert answer["total"] == 2
    assert list(answer["hits"][0]) == [
        "id", "headline", "score", "date", "cities", "agency", "byline", "snippets", "url",
    ]  # fmt: skip
    geneva = answer["facets"]["city"]["values"][0]
    assert geneva == {
        "value": "Geneva",
        "label": "Geneva",
        "count": 2,
        "selected": True,
        "excluded": False,
        "url": "/search?q=bridge",
    }
    country = {v["value"]: v["label"] for v in answer["facets"]["country"]["values"]}
    assert country["CH"] == "Switzerland"


def test_notes_of_the_address_are_in_page_and_json(client: FlaskClient) -> None:
    assert "“abc” is not understood for page" in html(client, "/search?page=abc")
    answer = json.loads(html(client, "/search.json?page=abc"))
    assert [n["code"] for n in answer["notes"]] == ["bad-value"]


def test_a_story_page_shows_text_names_reasons_and_citations(client: FlaskClient) -> None:
    text = html(client, "/story/0000000000000001/bridge-talks")
    assert "Bridge talks resume in Geneva" in text
    assert '<span class="e e0" id="e0">Marta Kessler</span>' in text
    assert '<q dir="auto">GENEVA</q>' in text
    assert "@online{wire-" in text
    assert '"@type": "NewsArticle"' in text


@pytest.mark.parametrize("form", ["json", "txt", "bib", "ris"])
def test_a_story_has_other_forms(client: FlaskClient, form: str) -> None:
    assert "Bridge talks resume in Geneva" in html(client, f"/story/0000000000000001.{form}")


@pytest.mark.parametrize(
    "url",
    [
        "/story/nonsense/x",
        "/story/0000000000000001.exe",
        "/story/..%2f..%2fetc%2fpasswd",
        "/nowhere",
        "/story/%0d%0aSet-Cookie:x/y",
    ],
)
def test_unknown_addresses_give_a_page_with_a_search_form(client: FlaskClient, url: str) -> None:
    text = html(client, url, 404)
    assert 'role="search"' in text


@pytest.mark.parametrize("form", ["json", "csv", "jsonl", "atom"])
def test_exports_obey_the_filters(client: FlaskClient, form: str) -> None:
    text = html(client, f"/search.{form}?city=Geneva")
    assert "Bridge talks stall" in text
    assert "Orchestra" not in text


def test_markup_in_stories_is_inert(client: FlaskClient) -> None:
    for url in ("/search?q=markup", "/story/0000000000000006/x?q=markup", f"/search?q={EVIL}"):
        text = html(client, url)
        assert "alert(1)" in text
        assert not [
            tag for tag, attributes in tags(text) if tag == "img" or "onerror" in attributes
        ]
        assert "<script>alert" not in text


def test_every_answer_has_strict_headers(client: FlaskClient) -> None:
    for url in ("/", "/search.json", "/nowhere", "/story/0000000000000001/x"):
        headers = client.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_no_page_has_inline_style_or_script(client: FlaskClient) -> None:
    for url in ("/", "/search?q=bridge&city=Geneva", "/story/0000000000000001/x?q=bridge"):
        for tag, attributes in tags(html(client, url)):
            assert tag != "style"
            assert not [a for a in attributes if a == "style" or a.startswith("on")]
            if tag == "script":
                assert "src" in attributes or attributes["type"] == "application/ld+json"


def test_an_unchanged_page_is_not_made_again(tmp_path: Path) -> None:
    path = tmp_path / "small.wdx"
    with build(path, stories()[:3]) as archive:
        client = create_app(archive).test_client()
        etag = client.get("/search?q=bridge").headers["ETag"]
        again = client.get("/search?q=bridge", headers={"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
        other = client.get("/search?q=bridge&lang=de", headers={"If-None-Match": etag})
        assert other.status_code == 200
        build(path, stories()[3:4]).close()
        assert client.get("/search?q=bridge", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("error", "heading"),
    [
        (ArchiveNotFound("wire.wdx", "gone"), "There is no archive yet"),
        (IndexFormatError("wire.wdx", "format 9"), "The archive must be rebuilt"),
        (ArchiveError("wire.wdx", "busy"), "The archive is being rebuilt"),
    ],
)
def test_an_archive_that_cannot_be_used_gives_a_page_that_says_what_to_do(
    error: ArchiveError, heading: str
) -> None:
    def broken() -> Archive:
        raise error

    text = html(create_app(broken).test_client(), "/search?q=x", 503)
    assert heading in text


def test_without_an_archive_the_page_names_the_command() -> None:
    text = html(create_app(None).test_client(), "/", 503)
    assert "wiredesk index" in text
