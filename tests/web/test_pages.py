"""Pages and JSON over a small archive."""

import csv
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from small_archive import EVIL, build, city, stories, story

from wiredesk.cli import main
from wiredesk.errors import ArchiveError, ArchiveLocked, ArchiveNotFound, IndexFormatError
from wiredesk.index.article import Article, Byline, CountrySource, Dropped
from wiredesk.index.document import to_document
from wiredesk.index.schema import SHOWN
from wiredesk.index.wire import read_stories
from wiredesk.index.wire.places import gazetteer
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import Archive, Facet, SearchResult, open_archive
from wiredesk.web import Links, create_app, exports
from wiredesk.web.i18n import speech_for

ROOT = Path(__file__).parents[2]


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


def test_events_stand_beside_their_stories_and_can_be_searched_and_counted(tmp_path: Path) -> None:
    games = story(1, "Rafts", "The Raft Games began.", events=("Raft Games",))
    with build(tmp_path / "games.wdx", (games, story(2, "Rain", "It rained."))) as opened:
        client = create_app(opened).test_client()
        assert "Events" not in html(client, "/")
        assert "Events" not in html(client, "/story/0000000000000002")
        margin = html(client, f"/story/{games.id}").partition("<h2>Events</h2>")[2]
        assert '<a href="/search?event=Raft+Games">' in margin.partition("</section>")[0]
        for query in ("event=Raft+Games", "q=event:games"):
            found = json.loads(html(client, f"/search.json?{query}"))
            assert [hit["headline"] for hit in found["hits"]] == ["Rafts"]
        assert "Raft Games" in html(client, "/facet/event")


def test_json_has_the_documented_shape(client: FlaskClient) -> None:
    answer = json.loads(html(client, "/search.json?q=bridge&city=Geneva"))
    assert list(answer) == [
        "query", "read_as", "total", "page", "per_page", "partial", "hits", "facets", "notes",
    ]  # fmt: skip
    assert answer["total"] == 2
    assert list(answer["hits"][0]) == [
        "id", "headline", "score", "copy_of", "date", "cities", "agency", "byline", "snippets",
        "url",
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
    assert answer["read_as"] == "Stories containing “bridge”, filed from Geneva"
    country = {v["value"]: v["label"] for v in answer["facets"]["country"]["values"]}
    assert country["CH"] == "Switzerland"


def test_a_widened_search_is_read_as_what_was_done_in_page_and_json(client: FlaskClient) -> None:
    said = "Stories containing “bridge” or “nothinglikeit”"
    assert said in html(client, "/search?q=bridge+nothinglikeit")
    answer = json.loads(html(client, "/search.json?q=bridge+nothinglikeit&lang=de"))
    assert answer["read_as"] == "Meldungen mit „bridge“ oder „nothinglikeit“"


def test_notes_of_the_address_are_in_page_and_json(client: FlaskClient) -> None:
    assert "“abc” is not understood for page" in html(client, "/search?page=abc")
    answer = json.loads(html(client, "/search.json?page=abc"))
    assert [n["code"] for n in answer["notes"]] == ["bad-value"]


def test_a_story_page_shows_text_names_reasons_and_citations(client: FlaskClient) -> None:
    text = html(client, "/story/0000000000000001/bridge-talks")
    assert "Bridge talks resume in Geneva" in text
    assert '<span class="e h0 t0 u0" id="e0">Marta Kessler</span>' in text
    assert '<q dir="auto">GENEVA</q>' in text
    assert "@online{wire-" in text
    assert '"@type": "NewsArticle"' in text


@pytest.mark.parametrize("gap", [" - ", ",\n - "])
def test_a_reason_quotes_the_dateline_that_named_the_agency(tmp_path: Path, gap: str) -> None:
    text = f"Tram runs on time\n\nOSLO (AP){gap}The tram ran on time on Monday, said all in it.\n"
    with build(tmp_path / "wire.wdx", tuple(read_stories(text, path="a.txt"))) as archive:
        (hit,) = archive.search("tram").hits
        text = html(create_app(archive).test_client(), f"/story/{hit.id}/x")
    assert re.search(r"<dt>Agency: <bdi>AP</bdi></dt><dd><q dir=.auto.>OSLO \(AP\)", text)


FERRY = (
    "{mark}Ferry fares to rise in spring\n\nOSLO, March 2 (AP) - The ferry company said on Monday"
    " that fares would rise by {share} percent in the spring, the first rise in nine years.\n\n"
    "Passengers on the quay called it fair, if late.\n"
)


def ferry(mark: str = "", share: str = "six", day: str = "2") -> Article:
    text = FERRY.format(mark=mark, share=share).replace("March 2", f"March {day}")
    (found,) = read_stories(text, path=f"{mark or 'first'}-{share}.txt")
    return found


@pytest.mark.parametrize(
    ("first", "later", "linked"),
    [
        (ferry(), ferry("CORRECTED-", "five"), True),
        (ferry("UPDATE 1-"), ferry("CORRECTED-UPDATE 1-", "five"), True),
        (ferry(), ferry("UPDATE 1-", "five"), False),
        (ferry(day="9"), ferry("CORRECTED-", "five"), False),
        (replace(ferry(), headline="Ferry sails"), ferry("CORRECTED-", "five"), False),
        (replace(ferry(), body="The ferry fares are what they were."), ferry("CORRECTED-"), False),
    ],
)
def test_a_correction_and_what_it_corrects_lead_to_each_other(
    tmp_path: Path, first: Article, later: Article, linked: bool
) -> None:
    other = stories()[2:20]
    with build(tmp_path / "wire.wdx", (first, later, *other)) as archive:
        client = create_app(archive).test_client()
        pairs = ((first, later, "was corrected"), (later, first, "corrects an earlier one"))
        for here, there, said in pairs:
            text = html(client, f"/story/{here.id}/x")
            banner = re.search(r'class="banner"[^>]*>This story ([\w ]+)\. <a href="([^"]*)', text)
            assert bool(banner) == linked
            if banner:
                assert (banner[1], there.id in banner[2]) == (said, True)


@pytest.mark.parametrize(
    ("state", "hidden"), [("", []), ("?q=bridge&city=Geneva", [("city", "Geneva")])]
)
@pytest.mark.parametrize("number", [1, 2])
def test_the_words_of_a_story_page_search_with_the_filters_that_led_to_it(
    client: FlaskClient, number: int, state: str, hidden: list[tuple[str, str]]
) -> None:
    text = html(client, f"/story/{number:016x}/x{state}")
    found = tags(text)
    assert [a["action"] for tag, a in found if tag == "form"] == ["/search"]
    fields = [a for tag, a in found if tag == "input"]
    assert [(a["name"], a["value"]) for a in fields if a["type"] == "hidden"] == hidden
    assert "Update" in text or number == 1


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
        (ArchiveLocked("wire.wdx", "busy"), "The archive is being built"),
        (ArchiveError("wire.wdx", "odd"), "The archive cannot be read"),
    ],
)
def test_an_archive_that_cannot_be_used_gives_a_page_that_says_what_to_do(
    error: ArchiveError, heading: str
) -> None:
    def broken() -> Archive:
        raise error

    text = html(create_app(broken).test_client(), "/search?q=x", 503)
    assert heading in text


def test_while_an_archive_is_written_the_page_says_to_wait(tmp_path: Path) -> None:
    path = tmp_path / "wire.wdx"
    client = create_app(lambda: open_archive(path)).test_client()
    text = html(client, "/", 503)
    assert "There is no archive yet" in text
    assert f"<code>wiredesk index FOLDER --into {path}</code>" in text
    with ArchiveWriter(path) as writer:
        text = html(client, "/search?q=bridge", 503)
        assert "The archive is being built" in text
        assert '<a href="">Try again</a>' in text
        writer.add(to_document(stories()[0]))
    assert "1 story" in html(client, "/")


def test_an_archive_without_stories_says_so_and_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "wire.wdx"
    with build(path, ()) as archive:
        client = create_app(archive).test_client()
        for url in ("/", "/search?q=bridge", "/facet/city", "/map", "/story/none/x"):
            response = client.get(url)
            assert response.status_code == 503
            assert "This archive is empty" in response.text
            assert f"<code>wiredesk index FOLDER --into {path}</code>" in response.text
            assert response.headers["Cache-Control"] == "no-store"
            assert "ETag" not in response.headers
        with ArchiveWriter(path) as writer:
            assert "The archive is being built" in html(client, "/", 503)
            writer.add(to_document(stories()[0]))
        assert "1 story" in html(client, "/")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("/search.json", "application/json"),
        ("/search.csv", "text/plain"),
        ("/search.jsonl", "text/plain"),
        ("/search.atom", "text/plain"),
        ("/story/none.json", "application/json"),
        ("/story/none.bib", "text/plain"),
        ("/story/none/some.json", "text/html"),
    ],
)
def test_what_is_no_page_is_refused_without_one(url: str, kind: str, archive: Archive) -> None:
    def broken() -> Archive:
        raise ArchiveNotFound("wire.wdx", "gone")

    for source, status in ((broken, 503), (archive, 404)):
        response = create_app(source).test_client().get(url)  # type: ignore[arg-type]
        if response.status_code != 200:
            assert (response.status_code, response.mimetype) == (status, kind)
            assert "Search for it:" not in response.text or kind == "text/html"


def test_help_is_kept_and_needs_no_archive() -> None:
    client = create_app(None).test_client()
    etag = client.get("/help").headers["ETag"]
    assert client.get("/help", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/help?lang=de", headers={"If-None-Match": etag}).status_code == 200


def test_an_address_with_a_slash_too_many_leads_to_the_page(client: FlaskClient) -> None:
    for path in ("/search", "/map", "/help", "/facet/city", f"/story/{1:016x}"):
        response = client.get(f"{path}/?q=bridge&city=%C4%B0zmir")
        assert response.status_code == 308
        assert response.headers["Location"] == f"{path}?q=bridge&city=%C4%B0zmir"


def test_a_page_that_is_sent_something_says_that_it_can_only_be_read(client: FlaskClient) -> None:
    response = client.post("/search?q=bridge")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "This address can only be read" in response.text
    assert 'role="search"' in response.text


def test_without_an_archive_the_page_names_the_command() -> None:
    text = html(create_app(None).test_client(), "/", 503)
    assert "<code>wiredesk index FOLDER</code>" in text
    told = json.loads(html(create_app(None).test_client(), "/search.json", 503))
    assert told["error"]["detail"] == "no archive yet"


def test_the_command_line_prints_the_same_json(
    client: FlaskClient, archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "small.wdx"
    build(path).close()
    arguments = [
        "search",
        "bridge",
        "-a",
        str(path),
        "--filter",
        "city=Geneva",
        "--limit",
        "20",
        "--json",
    ]
    printed = CliRunner().invoke(main, arguments)
    assert printed.exit_code == 0, printed.output
    told, served = (
        json.loads(text)
        for text in (printed.stdout, html(client, "/search.json?q=bridge&city=Geneva"))
    )
    assert told == served


class Changed:
    """An archive whose answers are changed on their way."""

    def __init__(self, archive: Archive, change: Callable[[SearchResult], SearchResult]) -> None:
        self.archive, self.change = archive, change

    def __getattr__(self, name: str) -> object:
        return getattr(self.archive, name)

    def search(self, *args: object, **more: object) -> SearchResult:
        return self.change(self.archive.search(*args, **more))  # type: ignore[arg-type]


def test_a_facet_that_was_cut_says_where_it_has_more_time(archive: Archive) -> None:
    def cut(result: SearchResult) -> SearchResult:
        facets = {name: Facet(field=name, complete=False) for name in result.facets}
        return replace(result, facets=facets)

    client = create_app(Changed(archive, cut)).test_client()  # type: ignore[arg-type]
    text = html(client, "/search?q=bridge")
    for name in ("date", "city", "person"):
        assert f'<a href="/facet/{name}?q=bridge" rel="nofollow">Count now</a>' in text
        assert "Counting took too long" in html(client, f"/facet/{name}?q=bridge")
    assert text.count("Counting took too long") == len(SHOWN)
    assert client.get("/search?q=bridge").headers["Cache-Control"] == "no-store"


LONG = " ".join(f"The ferry company counted {n} boats on the quay on Monday." for n in range(12))


def test_near_copies_stand_under_the_first_of_them(tmp_path: Path) -> None:
    filed = [
        story(1, "Ferry counts boats", LONG, date="2016-02-09"),
        story(2, "Ferry counts its boats", LONG + " It will count again.", date="2016-02-10"),
        story(3, "Ferry sells a boat", "The ferry company sold a boat on Monday."),
    ]
    with build(tmp_path / "copies.wdx", tuple(filed)) as archive:
        client = create_app(archive).test_client()
        text = html(client, "/search?q=ferry&sort=date")
        assert "<h1>3 stories</h1>" in text
        assert "1–3 of 3" not in text
        assert text.count("<li><h2 ") == 2
        copy = f'<a href="/story/{2:016x}/ferry-counts-its-boats?q=ferry&amp;sort=date">'
        assert f'<p class="copies">1 near-copy: {copy}' in text
        assert '<bdi class="n">Feb 10, 2016</bdi></p>' in text
        answer = json.loads(html(client, "/search.json?q=ferry&sort=date"))
        assert [hit["copy_of"] for hit in answer["hits"]] == [None, f"{1:016x}", None]


@pytest.mark.parametrize("path", ["/search", "/facet/city", "/facet/date", "/map"])
def test_what_an_address_got_wrong_is_told_on_every_page_of_a_search(
    client: FlaskClient, path: str
) -> None:
    text = html(client, f"{path}?bogus=1&page=abc&lang=xx")
    assert "a part that means nothing here: bogus." in text
    assert "“abc” is not understood for page" in text
    assert "“xx” is not understood for lang" in text
    assert "A quote was not closed" in html(client, f"{path}?q=%22bridge")
    assert '<html lang="de"' in html(client, f"{path}?lang=DE")


def test_titles_tell_pages_and_maps_apart(client: FlaskClient) -> None:
    def title(url: str) -> str:
        return html(client, url).partition("<title>")[2].partition("</title>")[0]

    first, second = title("/search?q=harbour"), title("/search?q=harbour&page=2")
    assert second == first.replace(" – ", " · page 2 – ")
    assert title("/map?q=harbour&agency=AP") == (
        "Where stories were filed from · Stories containing “harbour”, by AP – wiredesk"
    )
    assert title("/facet/city?q=harbour&agency=AP") == (
        "Filed from (city) · Stories containing “harbour”, by AP – wiredesk"
    )
    assert "Stories containing “harbour”, by AP</p>" in html(client, "/map?q=harbour&agency=AP")


def test_what_means_nothing_does_not_weigh_on_the_page(client: FlaskClient) -> None:
    plain = len(html(client, "/search?q=bridge"))
    assert len(html(client, "/search?q=bridge&zzz=" + "x" * 10_000)) < plain + 300
    text = html(client, "/search?q=bridge&city=Geneva&rate=1&zzz=1&lang=de")
    assert '<a href="?q=bridge&amp;city=Geneva&amp;rate=1&amp;lang=fr" lang="fr"' in text


def test_an_export_that_is_cut_says_so_before_it_is_asked_for(
    archive: Archive, client: FlaskClient
) -> None:
    assert ">CSV</a>" in html(client, "/")
    many = Changed(archive, lambda result: replace(result, total=12_345))
    text = html(create_app(many).test_client(), "/")  # type: ignore[arg-type]
    assert ">CSV (first 10,000)</a>" in text
    assert ">JSONL (first 10,000)</a>" in text
    assert ">ATOM</a>" in text


def test_the_pages_of_a_feed_lead_to_each_other(client: FlaskClient) -> None:
    def links(url: str) -> dict[str, str]:
        feed = ElementTree.fromstring(html(client, url))
        return {e.attrib["rel"]: e.attrib["href"] for e in feed.iterfind("{*}link")}

    first = links("/search.atom?q=harbour")
    assert first["next"] == "http://localhost/search.atom?q=harbour&page=2"
    assert "previous" not in first
    last = links("/search.atom?q=harbour&page=2")
    assert last["previous"] == last["first"] == "http://localhost/search.atom?q=harbour"
    assert "next" not in last
    assert "first" not in links("/search.atom?q=bridge")


def test_an_answer_whose_time_ran_out_says_so_and_is_not_kept(archive: Archive) -> None:
    late = Changed(archive, lambda result: replace(result, partial=True))
    response = create_app(late).test_client().get("/search?q=bridge")  # type: ignore[arg-type]
    assert "Time ran out" in response.text
    assert "<h1>At least 3 stories</h1>" in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_a_search_without_stories_says_what_would_have_some(client: FlaskClient) -> None:
    text = html(client, "/search?q=bridge&agency=AP&city=Beirut&form=update")
    assert '<a href="/search?q=bridge"><bdi>without any filter: 3 stories</bdi></a>' in text
    text = html(client, "/search?q=brigde+zzzq&city=Beirut&agency=AP")
    assert "“bridge zzzq” without any filter: 3 stories" in text
    text = html(client, "/search?q=brigde+zzzq&city=Geneva")
    assert "Did you mean:" in text
    assert "<bdi>bridge zzzq (2)</bdi>" in text
    text = html(client, "/search?q=bridge&from=2030")
    assert "without “from 2030 on” (3 stories)" in text
    assert '<a href="/help">How to search</a></li>' in text
    text = html(client, "/search?q=bridge+zeppelin&city=Paris")
    assert "at least one of them" not in text
    assert "“bridge” alone: 3 stories" in text
    text = html(client, "/search?q=bridge&page=9")
    assert "There is only 1 page." in text
    assert "No story fits" not in text
    assert "page=" not in "".join(
        a["href"] for tag, a in tags(text) if "href" in a and "lang" not in a["href"]
    )
    assert '<a href="/search?q=bridge">Go to the last page</a>' in text


def test_what_is_not_stated_reads_naturally(client: FlaskClient) -> None:
    text = html(client, "/search?-person=-&q=agency:")
    assert "Remove filter: </" not in text
    assert ">People: (any value)</bdi>" in unescape(text)
    assert "not not stated" not in text
    assert "not People" not in text
    assert "(any value)" in text
    assert "allow</i> “not stated” again" in text
    assert "Nothing stands behind agency." in text
    text = html(client, "/search?q=bridge&person=-&city=Geneva")
    assert "without “People: not stated” (2 stories)" in text
    assert "excluding “<i>not</i> stated”" in html(client, "/search?q=bridge")
    for url in ("/search", "/facet/date"):
        assert "no full date" in html(client, url)


def test_dates_the_wrong_way_round_are_told(client: FlaskClient) -> None:
    assert "The dates are the wrong way round" in html(client, "/search?from=2025-02&to=2024-01")
    assert "wrong way round" not in html(client, "/search?from=2016-02-09&to=2016")


def test_a_query_that_is_too_long_gives_one_note(client: FlaskClient) -> None:
    text = html(client, "/search?q=" + "bridge+" * 1_500)
    assert text.count("characters were") == 1
    assert "2,048 characters were read" in text


def test_dates_can_be_drawn_per_thousand_stories(client: FlaskClient) -> None:
    text = html(client, "/search?q=bridge&unit=year&rate=1")
    assert "2016: 3 of 5 stories, 600 per 1,000" in text
    assert "rate=1" in text


def test_an_export_holds_all_stories_not_one_page(client: FlaskClient) -> None:
    response = client.get("/search.csv?per=5")
    assert len(response.text.splitlines()) == 44
    assert response.headers["X-Wiredesk-Total"] == "43"
    assert "attachment" in response.headers["Content-Disposition"]
    lines = html(client, "/search.jsonl?city=Geneva").splitlines()
    assert {json.loads(line)["id"] for line in lines} == {f"{n:016x}" for n in (1, 2)}


def test_cells_that_look_like_formulas_are_made_text() -> None:
    article = stories()[4]
    risky = replace(article, headline="=1+1", agency="@cmd")
    _, row = exports.csv_rows([risky], Links(), "http://host")
    assert "'=1+1" in row
    assert "'@cmd" in row


def test_authors_are_the_byline_then_reporters_and_no_editor(tmp_path: Path) -> None:
    people = (
        ("reporting", "Jane Roe"),
        ("additional_reporting", "Max Help"),
        ("editing", "Ann Desk"),
        ("reporting", "Bo Field"),
        ("writing", "Jane Roe"),
        ("writing", "Cy Pen"),
    )
    byline = tuple(Byline(role=role, name=name) for role, name in people)  # type: ignore[arg-type]
    names = ["Jane Roe", "Bo Field", "Cy Pen", "Max Help"]
    with build(tmp_path / "wire.wdx", (replace(stories()[0], byline=byline),)) as archive:
        client = create_app(archive).test_client()
        address = f"/story/{1:016x}"
        text = html(client, f"{address}/x")
        assert f'<p class="cite" dir="auto">{", ".join(names)}. “' in text
        found = re.search(r'ld\+json">(.*?)</script>', text)
        assert found
        assert [a["name"] for a in json.loads(found[1])["author"]] == names
        assert f"author = {{{' and '.join(names)}}}" in html(client, f"{address}.bib")
        assert re.findall(r"AU  - (.*)\r\n", html(client, f"{address}.ris")) == names
        table = html(client, "/search.csv")
        assert table.startswith("\ufeffid,headline,")
        (row,) = csv.DictReader(table.removeprefix("\ufeff").splitlines())
        assert row["byline"] == "; ".join(names)
        feed = ElementTree.fromstring(html(client, "/search.atom"))
        assert [e.text for e in feed.iterfind(".//{*}author/{*}name")] == names


def test_a_feed_is_sound_xml_whatever_the_stories_hold(client: FlaskClient) -> None:
    feed = ElementTree.fromstring(html(client, "/search.atom"))
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 20


def test_an_undated_story_is_as_old_as_the_archive_in_a_feed(tmp_path: Path) -> None:
    path = tmp_path / "wire.wdx"
    with build(path, (stories()[0], stories()[4])) as archive:
        os.utime(path / "archive.json", (1_700_000_000, 1_700_000_000))
        client = create_app(archive).test_client()
        for address, times in (
            ("q=bridge", ["2016-02-09T00:00:00Z", "2016-02-09T00:00:00Z"]),
            ("q=nothing", ["2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z"]),
            ("q=zeppelin", ["2023-11-14T22:13:20Z"]),
        ):
            feed = ElementTree.fromstring(html(client, f"/search.atom?{address}"))
            assert [e.text for e in feed.iter("{http://www.w3.org/2005/Atom}updated")] == times


def test_a_results_page_is_small_enough(client: FlaskClient) -> None:
    assert len(client.get("/search?q=harbour").data) < 60_000


def test_all_values_of_a_facet_can_be_narrowed_without_accents_or_case(client: FlaskClient) -> None:
    text = html(client, "/facet/city?city.prefix=IZM")
    assert '<a href="/search?city=İzmir"><bdi>İzmir</bdi>, <i>1</i> story</a>' in text
    assert "<bdi>Geneva" not in text
    ordered = html(client, "/facet/city?order=name")
    assert ordered.index(">Bay A<") < ordered.index(">Beirut<") < ordered.index(">Geneva<")
    shorter = html(client, "/facet/city?city.values=5")
    assert '<a href="/facet/city?city.values=125">Show more (36)</a>' in shorter
    every = html(client, "/facet/city?city.values=5&city.prefix=bay")
    assert '<a href="/facet/city?city.values=125&amp;city.prefix=bay">Show more (7)</a>' in every
    assert "Show more" not in html(client, "/facet/city?city.values=5&city.prefix=izm")


def test_coded_values_are_found_and_ordered_by_what_the_reader_sees(client: FlaskClient) -> None:
    def labels(url: str) -> list[str]:
        return re.findall(r"<bdi>([^<]+)</bdi>, <i>", html(client, url))

    countries = [("en", ["France", "Lebanon", "Switzerland"]), ("ru", ["Ливан", "Турция"])]
    for code, wanted in countries:
        found = labels(f"/facet/country?order=name&lang={code}")
        assert [c for c in found if c in wanted] == wanted
    german = ["Frankreich", "Libanon", "Schweiz", "Türkei"]
    assert [c for c in labels("/facet/country?order=name&lang=de") if c in german] == german
    assert labels("/facet/country?country.prefix=TURK&lang=de") == ["Türkei"]
    assert labels("/facet/country?country.prefix=Schw&lang=de") == ["Schweiz"]
    assert labels("/facet/country?country.prefix=Schw&lang=en") == []
    forms = labels("/facet/form?order=name&lang=tr")[:2]
    assert forms == sorted(forms) != labels("/facet/form?order=name")[:2]
    answer = json.loads(html(client, "/search.json?facet=country&order=name&lang=de"))
    names = [v["label"] for v in answer["facets"]["country"]["values"]]
    assert [n for n in names if n in german] == german


def test_the_page_of_a_facet_keeps_the_search_in_sight(client: FlaskClient) -> None:
    text = html(client, "/facet/person?q=bridge&city=Geneva")
    assert '<input type="hidden" name="city" value="Geneva">' in text.partition("</form>")[0]
    assert '<p class="order">2 stories</p>' in text
    assert "Stories containing “bridge”, filed from Geneva" in text


def test_pages_are_numbered_only_where_there_are_more_than_one(client: FlaskClient) -> None:
    assert "1–20 of 36" in html(client, "/search?q=harbour")
    assert '<p class="order"><span class="sorts"><b' in html(client, "/search?q=bridge")


def test_other_forms_of_a_story_say_their_type(client: FlaskClient) -> None:
    text = html(client, "/story/0000000000000001/x")
    assert [
        (attributes["type"], str(attributes["href"]).rpartition(".")[2])
        for tag, attributes in tags(text)
        if tag == "link" and attributes["rel"] == "alternate"
    ] == [
        ("application/json", "json"),
        ("text/plain", "txt"),
        ("application/x-bibtex", "bib"),
        ("application/x-research-info-systems", "ris"),
    ]


@pytest.mark.parametrize("url", ["/", "/map", "/help", "/story/0000000000000001/x", "/nowhere"])
def test_the_link_to_the_stories_stands_in_the_head_of_the_page(
    client: FlaskClient, url: str
) -> None:
    text = client.get(url).text
    assert text.index("<header") < text.index('class="skip"') < text.index("</header>")


@pytest.mark.parametrize("path", ["/facet/person", "/facet/date", "/map"])
def test_facets_and_map_say_what_was_searched_for_before_how_much_was_found(
    client: FlaskClient, path: str
) -> None:
    text = html(client, f"{path}?q=bridge&city=Geneva&page=abc")
    parts = (
        "<h1>",
        'class="readas"',
        'class="note"',
        'class="chips"',
        '<p class="order">2 stories',
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_the_table_of_dates_has_the_rates_of_its_drawing(client: FlaskClient) -> None:
    text = html(client, "/facet/date?q=bridge&unit=year&rate=1")
    assert '<th scope="col">per 1,000 stories</th>' in text
    assert "<td>3</td><td>600</td>" in text
    assert '<th scope="col">per 1,000' not in html(client, "/facet/date?q=bridge&unit=year")


def test_the_map_has_a_linked_circle_for_each_known_city(client: FlaskClient) -> None:
    text = html(client, "/map?q=bridge")
    assert re.search(r"<title>Geneva \(Switzerland\), 2 stories</title><circle ", text)
    assert 'href="/search?q=bridge&amp;spot=46.20,6.15"' in text
    assert '<a href="/facet/spot?q=bridge">As a table</a>' in text
    assert '<p class="scale" aria-hidden="true">Stories <svg width="' in text
    assert "&lt;script&gt;" in html(client, "/map")


def test_the_table_of_places_has_every_place_by_count_alone(client: FlaskClient) -> None:
    text = html(client, "/facet/spot?q=bridge")
    assert "<bdi>Geneva (Switzerland)</bdi>, <i>2</i> stories" in text
    assert "A–Z" not in text
    assert "Begins with" not in text


def test_a_full_map_offers_its_countries_and_lists_some_of_the_rest(tmp_path: Path) -> None:
    places = [p for p in gazetteer() if p.country in ("FR", "PL")][::7][:40]
    assert {p.country for p in places} == {"FR", "PL"}
    filed = [
        story(n, "Ferry", "A ferry.", cities=(city(p.name, p.country),))
        for n, p in enumerate(places)
    ]
    filed += [
        story(100 + n, "Ferry", "A ferry.", cities=(city(f"Nowhere {n:02d}"),)) for n in range(70)
    ]
    with build(tmp_path / "full.wdx", tuple(filed)) as archive:
        client = create_app(archive).test_client()
        text = html(client, "/map?q=ferry")
        assert '<a href="/map?q=ferry&amp;country=FR" rel="nofollow">France</a>' in text
        assert "Places that are not on the map (7" in text
        assert text.count("<bdi>Nowhere") == 60
        assert '<a href="/facet/city?q=ferry&amp;spot=-">Show more</a>' in text
        assert "Closer:" not in html(client, "/map?q=ferry&country=FR")


def test_the_map_names_stories_without_a_city_and_orders_ties_by_name(tmp_path: Path) -> None:
    towns = ["Paris", "Geneva", "Beirut", "Geneva"]
    filed = [
        story(n, "Ferry", "A ferry.", cities=(city(t, c),))
        for n, (t, c) in enumerate(zip(towns, ["FR", "CH", "LB", "CH"], strict=True))
    ]
    filed += [story(n, "Ferry", "A ferry.") for n in (7, 8)]
    with build(tmp_path / "ties.wdx", filed) as archive:
        client = create_app(archive).test_client()
        text = html(client, "/map")
        drawn = text.partition("<svg")[2]
        assert drawn.index("Geneva") < drawn.index("Beirut") < drawn.index("Paris")
        assert '<a href="/search?city=-" aria-label="not stated, 2 stories">not stated <i>2' in text
        assert "2 stories" in html(client, "/search?city=-")


def test_two_cities_of_one_name_are_two_circles(tmp_path: Path) -> None:
    places = [("LY", None), ("LB", None), ("LB", None), ("US", "Iowa")]
    filed = [
        story(n, "Ferry sails", "A ferry sailed.", cities=(city("Tripoli", code, region),))
        for n, (code, region) in enumerate(places)
    ]
    with build(tmp_path / "wire.wdx", tuple(filed)) as archive:
        client = create_app(archive).test_client()
        text = html(client, "/map?lang=de")
        assert text.count("</title><circle") == 2
        assert "<title>Tripoli (Libanon), 2 Meldungen</title>" in text
        assert "<title>Tripoli (Libyen), 1 Meldung</title>" in text
        assert re.search(
            'nicht auf der Karte sind.*<a href="[^"]*"><bdi>Tripoli</bdi></a> .1.', text
        )
        for url, count in re.findall(r'<a href="(/search[^"]*)"><title>\D*(\d)', text):
            assert f"<h1>{count} Meldung" in html(client, unescape(url))
        assert "Ort auf der Karte: Tripoli (Libyen)" in html(
            client, "/search?spot=32.89,13.19&lang=de"
        )


def test_a_story_without_a_headline_is_listed_by_its_first_words(tmp_path: Path) -> None:
    body = "The ferry company said it would sell its oldest ship to a museum. " * 3
    endless = "Die " + "x" * 200
    bare = (
        story(1, "", body),
        story(2, "", "", path="wires/empty.txt"),
        story(3, "", endless),
        story(4, "", "Short."),
    )
    with build(tmp_path / "wire.wdx", bare) as archive:
        client = create_app(archive).test_client()
        text = html(client, "/")
        first = "The ferry company said it would sell its oldest ship to a museum. The ferry…"
        assert f">{first}</a></h2>" in text
        assert ">empty.txt</a></h2>" in text
        assert f">{endless[:79]}…</a></h2>" in text
        assert ">Short.</a></h2>" in text
        assert first in html(client, f"/story/{1:016x}/x")
        titles = ElementTree.fromstring(html(client, "/search.atom")).iter("{*}title")
        assert all(title.text for title in titles)


def test_matches_of_a_story_are_numbered_and_linked_to_each_other(client: FlaskClient) -> None:
    text = html(client, "/story/0000000000000001/x?q=bridge&city=Geneva")
    assert '<mark id="m1">bridge</mark><span class="hop"><a href="#m2"' in text
    assert '<mark id="m2">bridge</mark><span class="hop"><a href="#m1"' in text
    assert "3 matches in this story" in text
    assert 'href="/search?q=bridge&amp;city=Geneva">Back to the stories' in text


def test_marks_beyond_the_first_two_hundred_do_not_make_the_page_heavy(tmp_path: Path) -> None:
    body = "The ferry sailed and the ferry came back.\n" * 1_500
    with build(tmp_path / "wire.wdx", (story(1, "Ferry", body),)) as archive:
        text = html(create_app(archive).test_client(), f"/story/{1:016x}/x?q=ferry")
    assert text.count("<mark") == 3_001
    assert text.count('href="#m200"') == 1
    assert "#m201" not in text
    assert "3,001 matches in this story" in text
    assert "(the first 200 lead to each other)" in text
    assert len(text) < 250_000


def test_other_stories_are_opened_with_the_search_that_led_here(client: FlaskClient) -> None:
    text = html(client, f"/story/{1:016x}/x?q=bridge&city=Geneva&page=2")
    aside = text[text.index("<aside") :]
    others = re.findall(r'href="(/story/[^".]*)"', aside)
    assert others
    assert all(url.endswith("?q=bridge&amp;city=Geneva&amp;page=2") for url in others)
    there = html(client, unescape(others[0]))
    assert 'href="/search?q=bridge&amp;city=Geneva&amp;page=2">Back to the stories' in there
    assert "<mark" in there


@pytest.mark.parametrize(
    ("published", "day", "said"),
    [
        ("2016-02-09T09:14:24", "2016-02-09", "February 9, 2016, 9:14 AM <"),
        ("2016-02-10T09:14+01:00", "2016-02-09", "filed February 10, 2016, 9:14 AM GMT+01:00"),
        ("2016-02-09", "2016-02-09", "February 9, 2016 <"),
        ("2016-02-09T09:14:24", None, "filed February 9, 2016, 9:14 AM"),
    ],
)
def test_a_story_says_when_it_was_filed(
    tmp_path: Path, published: str, day: str | None, said: str
) -> None:
    filed = replace(story(1, "Ferry", "A ferry."), published=published, date=day)
    with build(tmp_path / "wire.wdx", (filed,)) as archive:
        text = html(create_app(archive).test_client(), f"/story/{1:016x}/x")
    assert said in text.replace("\u202f", " ").partition("<aside")[0]


def test_names_lead_to_the_reason_for_them_in_words(client: FlaskClient) -> None:
    text = html(client, f"/story/{1:016x}/x")
    kessler = re.search(
        r"<bdi>Marta Kessler</bdi></a> "
        r'<a class="spots" href="#e0">1<span class="sr"> Marta Kessler in the text</span></a> '
        r'<a class="why" href="#(w\d+)">why\?<span class="sr"> <bdi>Marta Kessler</bdi></span></a>',
        text,
    )
    assert kessler
    reason = re.search(rf'<div id="{kessler[1]}">(.*?)</div>', text)
    assert reason
    assert "the language model, by the sentence around it" in reason[1]
    assert "<code>model</code>" in reason[1]
    assert "aus dem Satz" not in html(client, f"/story/{1:016x}/x?lang=de")
    assert 'href="#why">why?</a>' in text
    ids = re.findall(r' id="(w\d+)"', text)
    assert len(ids) == len(set(ids)) > 3


def test_every_rule_of_the_readers_has_words() -> None:
    rules = set()
    for path in (ROOT / "index").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        rules |= set(re.findall(r'found_by="(\w+)"', text))
        rules |= set(
            re.findall(r'(?:take_agency|say)\([^\n]*?, "([a-z -]+)", (?:line|start)', text)
        )
    rules |= {"dateline without year", "model", "credit: writing", "stamp: iso", "stated:nitf"}
    rules |= {f"country: {source}" for source in get_args(CountrySource) if source != "unknown"}
    assert len(rules) > 25
    assert [rule for rule in sorted(rules) if not speech_for("en").rule(rule)] == []


def test_signs_that_turn_the_direction_of_writing_are_shown_in_names(tmp_path: Path) -> None:
    path = "wires/rtl\u202egpj.txt"
    filed = replace(story(1, "", "", path=path, by=("Jane \u202eRoe",)), also_in=())
    with build(tmp_path / "wire.wdx", (filed, story(2, "Ferry", "A ferry."))) as archive:
        client = create_app(archive).test_client()
        for url in ("/search", f"/story/{1:016x}/x", "/facet/source"):
            text = html(client, url)
            shown = unescape(re.sub(r'(?:href|value|content)="[^"]*"', "", text))
            assert "\u202e" not in re.sub(r"(?s)<script.*?</script>|<pre.*?</pre>", "", shown)
            assert "rtl⟨U+202E⟩gpj.txt" in shown


def test_signs_that_turn_the_direction_of_writing_are_shown_in_headlines_and_text(
    tmp_path: Path,
) -> None:
    signs = "\u202e\u2066\a"
    filed = replace(
        story(
            1,
            "\u202eFerry \asold",
            "The \u2066old ferry\u202e was sold.\n" * 3,
            places=("old ferry\u202e",),
            dropped=(Dropped(line="\u202eshare", reason="share"),),
        ),
        subheadline="\u202eAt last",
        form="\u202eodd",
    )
    with build(tmp_path / "wire.wdx", (filed, story(2, "Boat", "A boat."))) as archive:
        client = create_app(archive).test_client()
        found = html(client, "/search?q=ferry")
        whole = html(client, f"/story/{1:016x}/x?q=ferry")
        other = html(client, f"/story/{2:016x}/x")
        facet = html(client, "/facet/place")
    for text in (found, whole, other, facet):
        shown = unescape(
            re.sub(r'(?s)(?:href|value|content)="[^"]*"|<script.*?</script>', "", text)
        )
        assert not set(signs) & set(shown)
    title = "⟨U+202E⟩<mark>Ferry</mark> ⟨U+0007⟩sold"
    assert f">{title}</a></h2>" in found
    assert "The ⟨U+2066⟩old <mark>ferry</mark>⟨U+202E⟩ was sold." in found
    assert f"<title>{re.sub('<.*?>', '', title)} – wiredesk</title>" in whole
    assert f">{title}</h1>" in whole
    assert ">⟨U+202E⟩At last</p>" in whole


def test_endless_headlines_and_names_are_cut_but_for_the_headline_of_their_story(
    tmp_path: Path,
) -> None:
    head, name = "Ferry " + "W" * 10_000, "N" * 10_000
    filed = (
        story(1, "Boat", "A boat."),
        story(
            2,
            head,
            f"The ferry of {name} was sold.\n" * 2,
            by=(name,),
            people=(name,),
            cities=(city(name),),
            agency=name,
        ),
        story(3, "Ship", "A ship."),
    )
    with build(tmp_path / "wire.wdx", filed) as archive:
        client = create_app(archive).test_client()
        pages = [html(client, f"/story/{n:016x}/x") for n in (1, 3)]
        pages += [html(client, url) for url in ("/search", "/search?q=ferry", "/facet/person")]
        whole = html(client, f"/story/{2:016x}/x")
        bib = html(client, f"/story/{2:016x}.bib")
    for text in pages:
        shown = re.sub(r'(?:href|value|content)="[^"]*"', "", text)
        assert not re.search("W{200}|(?<!of )N{200}", shown)
        assert re.search("W{150,}…|N{150,}…", shown)
    assert re.findall("W{200,}", whole) == ["W" * 10_000]
    assert f'<h1 dir="auto" class="long">{head}</h1>' in whole
    assert head in bib


def test_an_endless_value_leads_to_as_many_stories_as_are_counted(tmp_path: Path) -> None:
    name = "Marta " * 60 + "Kessler"
    filed = [story(n, "Ferry", f"A ferry, said {name}.", people=(name,)) for n in (1, 2)]
    filed.append(story(3, "Boat", "A boat, said Jane Roe.", people=("Jane Roe",)))
    with build(tmp_path / "wire.wdx", tuple(filed)) as archive:
        client = create_app(archive).test_client()
        for url in ("/facet/person", "/search", f"/story/{1:016x}/x"):
            (link,) = set(re.findall(r'href="([^"#]*[?&;]person=Marta[^"#]*)', html(client, url)))
            assert "<h1>2 stories</h1>" in html(client, unescape(link)), url
            assert "was cut after" not in html(client, unescape(link))


def test_a_mark_of_an_endless_headline_ends_where_it_is_cut(tmp_path: Path) -> None:
    heads = ("Boats " * 32 + "are ferries " * 9, "Boat " * 40 + "ferry", "ferry" + "-ferry" * 50)
    filed = [story(n + 1, head, "It sailed.") for n, head in enumerate(heads)]
    with build(tmp_path / "wire.wdx", tuple(filed)) as archive:
        text = html(create_app(archive).test_client(), "/search?q=ferry&sort=headline")
    shown = [h.removesuffix("…") for h in re.findall(r"<h2[^>]*><a[^>]*>(.*?)</a>", text)]
    assert len(shown) == 3
    for drawn, head in zip(shown, sorted(heads, key=str.casefold), strict=True):
        assert head.startswith(re.sub("</?mark>", "", drawn))
        assert drawn.count("<mark>") == drawn.count("</mark>")
        assert 150 < len(re.sub("</?mark>", "", drawn)) < 200


def test_a_story_page_names_its_file_as_the_facet_does(tmp_path: Path) -> None:
    filed = story(1, "Ferry", "A ferry.", path="/srv/secret/wires/1987/a.txt")
    with build(tmp_path / "wire.wdx", (filed,)) as archive:
        text = html(create_app(archive).test_client(), f"/story/{1:016x}/x")
    assert text.count("<bdi>1987/a.txt</bdi>") == 2
    assert "/srv/secret" not in re.sub(r'href="[^"]*"', "", text)


def test_bibtex_writes_the_signs_that_tex_reads(tmp_path: Path) -> None:
    filed = story(1, "Up 5% ^ near ~ A&B #1 {x} \\y $2_3", "A ferry.")
    with build(tmp_path / "wire.wdx", (filed,)) as archive:
        text = html(create_app(archive).test_client(), f"/story/{1:016x}.bib")
    title = r"Up 5\% \textasciicircum{} near \textasciitilde{} A\&B \#1  x   y \$2\_3"
    assert f"title = {{{{{title}}}}}," in text


def test_a_snippet_that_is_cut_within_a_sentence_says_so(tmp_path: Path) -> None:
    long = "word " * 90
    bodies = (f"{long}ferry {long}end.", f"Ferry {long}end.", "A ferry. " + "It sailed. " * 90)
    filed = tuple(story(n, f"Head {n}", body) for n, body in enumerate(bodies))
    with build(tmp_path / "wire.wdx", filed) as archive:
        client = create_app(archive).test_client()
        shown = re.findall(
            r'class="snip"[^>]*>(.*?)</p>', html(client, "/search?q=ferry&sort=headline")
        )
        hits = json.loads(html(client, "/search.json?q=ferry&sort=headline"))["hits"]
    ends = [(text.startswith("… "), text.endswith(" …")) for text in shown]
    assert ends == [(True, True), (False, True), (False, False)]
    assert [tuple(hit["snippets"][0]["cut"]) for hit in hits] == ends


def test_a_tag_says_its_kind(client: FlaskClient) -> None:
    assert (
        '<a href="/search?q=bridge&amp;person=Marta+Kessler">People: <bdi>Marta Kessler</bdi></a>'
    ) in html(client, "/search?q=bridge").replace(' rel="nofollow"', "")


def test_a_story_shows_its_neighbours_in_the_file(client: FlaskClient) -> None:
    text = html(client, "/story/0000000000000003/x")
    assert "Next to it in the file" in text
    assert '<dt>After</dt><dd><a rel="next" href="/story/0000000000000004/story">' in text


@given(st.text(max_size=60), st.sampled_from(["/search", "/search.json", "/facet/city", "/map"]))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_no_text_in_an_address_gives_a_server_error(
    client: FlaskClient, text: str, path: str
) -> None:
    for url in (f"{path}?q={quote(text, errors='replace')}", f"{path}?{text}"):
        assert client.get(url).status_code < 500
    assert client.get(f"/story/{quote(text, errors='replace')}").status_code < 500
