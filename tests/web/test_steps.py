"""Where a search is long, links say only what changes: each leads where its long form would."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from small_archive import build

from wiredesk.search import Archive, SearchRequest
from wiredesk.web import Links, create_app, query_string, views
from wiredesk.web.urls import follow, read_query_string

STATES = [
    "/search?q=bridge&city=Geneva&city=%C4%B0zmir&-agency=AFP&country.all=1&from=2016&sort=date",
    "/search?q=harbour&date=1988&agency=Reuters&byline=-&salient=1&per=5&page=2&lang=ar",
    "/search?-city=Geneva&-form=-&-source=wires/b.txt&to=2016-03&rate=1",
    "/search?q=%22a+%26+b%22+%23+%3C&person=%3Cscript%3E",
    "/facet/city?q=bridge&city=Geneva&agency=Reuters&city.prefix=g&order=name&lang=de",
    "/facet/date?q=bridge&agency=Reuters&from=2016-02&to=2016-04&unit=month",
    "/map?q=harbour&agency=Reuters&agency=AFP&-city=Geneva",
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with build(tmp_path_factory.mktemp("steps") / "small.wdx") as opened:
        yield opened


@pytest.fixture(scope="module")
def client(archive: Archive) -> FlaskClient:
    return create_app(archive).test_client()


def links_of(text: str) -> list[str]:
    body = text[text.index("<body") :]
    return [
        unescape(url) for url in re.findall(r'<(?:a|form)\b[^>]* (?:href|action)="(.*?)"', body)
    ]


def meaning(url: str) -> tuple[str, list[tuple[str, str]], str]:
    parts = urlsplit(url)
    return parts.path, parse_qsl(parts.query, keep_blank_values=True), parts.fragment


@pytest.mark.parametrize("address", STATES)
def test_every_short_link_leads_where_its_long_form_does(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(views, "HEAVY", 10**9)
    plain = client.get(address).text
    monkeypatch.setattr(views, "HEAVY", 0)
    near = client.get(address).text
    found = re.search(r'<base href="(.*?)">', near)
    assert found is not None
    assert "<base" not in plain
    long, short = links_of(plain), links_of(near)
    assert len(long) == len(short) > 10
    for wanted, url in zip(long, short, strict=True):
        target = urljoin(f"http://localhost{found[1]}", url)
        if "/step/" not in target:
            assert meaning(url) == meaning(urljoin(address, wanted))
            continue
        answer = client.get(target)
        assert answer.status_code == 302, target
        if f'action="{url}"' not in near:
            # A browser keeps the fragment of the address that sent it on.
            assert urlsplit(url).fragment == urlsplit(wanted).fragment
            led = urljoin(answer.headers["Location"], f"#{urlsplit(url).fragment}")
            assert meaning(led) == meaning(urljoin(address, wanted))


def test_a_form_keeps_the_filters_and_replaces_what_it_asks_for(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "HEAVY", 0)
    text = client.get("/search?q=bridge&city=Geneva&from=2016&page=1&lang=de").text
    base = re.search(r'<base href="(.*?)">', text)
    actions = re.findall(r'<form[^>]* action="([^"#]*)', text)
    assert base is not None
    asked = [f"{base[1]}{actions[0]}?q=port+%26", f"{base[1]}{actions[1]}?from=&to=2017-05"]
    assert [client.get(url).headers["Location"] for url in asked] == [
        "/search?q=port+%26&city=Geneva&from=2016&lang=de",
        "/search?q=bridge&city=Geneva&to=2017-05&lang=de",
    ]


def test_a_mounted_archive_steps_within_its_mount(archive: Archive) -> None:
    links = Links("/wire").near(SearchRequest(query="a b", filters={"city": ("Genève",)}))
    base = links.base
    assert base is not None
    assert base.startswith("/wire/step/")
    token = base.split("/")[3]
    url = links.search(SearchRequest(query="a b", filters={"city": ("Genève", "Oslo")}))
    assert url == "?city=Oslo"
    found = follow(token, "", [("city", "Oslo")])
    assert found is not None
    assert found[0] == "/search"
    assert query_string(found[1].request) == "q=a+b&city=Gen%C3%A8ve&city=Oslo"


def test_a_date_left_empty_in_the_form_leaves_the_address(client: FlaskClient) -> None:
    answer = client.get("/search?q=bridge&city=Geneva&from=&to=2016")
    assert answer.headers["Location"] == "/search?q=bridge&city=Geneva&to=2016"
    assert client.get("/search?from=&to=").headers["Location"] == "/search"


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
@settings(derandomize=True, deadline=None)
def test_no_step_leads_out_of_the_archive(token: str, step: str, value: str) -> None:
    for some in (token, "cT1h"):
        for path in (step, f"-/{step}", f"-//{step}", f"-/story/{step}", "-/search.json"):
            found = follow(some, path, [("city", value)])
            if found is not None:
                url = Links().page(found[0], found[1].request)
                assert urlsplit(url).netloc == ""
                assert re.match(r"/(search|map|facet|story)\b", url)


def test_an_address_may_hold_letters_of_all_scripts() -> None:
    request = SearchRequest(query="Женева = 日内瓦", filters={"city": ("İzmir & Co.", "صور")})
    address = Links(letters=True).search(request)
    assert address == "/search?q=Женева+%3D+日内瓦&city=İzmir+%26+Co.&city=صور"
    assert read_query_string(address).request == request
