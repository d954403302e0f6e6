"""docs/embedding.md: its examples run, and the blueprint minds its own business."""

import re
import threading
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from small_archive import build, stories
from werkzeug.test import Client

from wiredesk.errors import ArchiveNotFound
from wiredesk.search import Archive
from wiredesk.web import create_app, create_blueprint, views

PAGE = Path(__file__).parents[2] / "docs" / "embedding.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    build(tmp_path / "wire.wdx").close()
    build(tmp_path / "old.wdx", stories()[7:]).close()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return build(tmp_path / "small.wdx")


def test_the_examples_of_the_page_run(folder: Path) -> None:
    names: dict[str, object] = {"__name__": "example"}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 6
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    site = Client(names["site"])  # type: ignore[arg-type]
    assert site.get("/").text == "the host application"
    mounted = site.get("/wire/search?q=bridge").text
    assert 'href="/wire/search?q=bridge&amp;city=Geneva#f' in mounted
    assert "Wire archive" in mounted
    patient = names["patient"]
    assert isinstance(patient, Flask)
    assert patient.test_client().get("/").status_code == 200
    app = names["app"]
    assert isinstance(app, Flask)
    client = app.test_client()
    assert "43 stories" in client.get("/wire/").text
    assert "36 stories" in client.get("/old/").text
    assert 'href="/old/search?' in client.get("/old/").text
    assert client.get("/desk/").status_code == 403
    assert client.get("/desk/search.json").status_code == 403
    assert client.get("/desk/", headers={"X-Desk": "yes"}).status_code == 200
    for name in ("archive", "old"):
        names[name].close()  # type: ignore[attr-defined]


def test_the_page_names_every_template_block_and_address(archive: Archive) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for rule in create_app(archive).url_map.iter_rules():
        assert rule.rule.split("<")[0].rstrip("/").partition(".")[0] in text or (
            "wiredesk-static" in rule.rule
        )


def test_the_host_keeps_its_errors_headers_and_language(archive: Archive) -> None:
    host = Flask("host")
    Babel(host, locale_selector=lambda: "tr")
    host.register_blueprint(create_blueprint(archive, name="wire"), url_prefix="/wire")
    client = host.test_client()
    own = client.get("/nowhere")
    assert own.status_code == 404
    assert "Content-Security-Policy" not in own.headers
    assert client.get("/wire/", headers={"Accept-Language": "de"}).headers["Content-Language"] == (
        "tr"
    )
    story = client.get("/wire/story/none/x")
    assert story.status_code == 404
    assert "Böyle bir sayfa yok" in story.text
    with client.get("/wire/wiredesk-static/wiredesk.css") as style:
        assert style.status_code == 200


def test_a_template_of_the_host_wins(archive: Archive, tmp_path: Path) -> None:
    own = tmp_path / "templates" / "wiredesk"
    own.mkdir(parents=True)
    (own / "_form.html").write_text("<p>our own form</p>", encoding="utf-8")
    host = Flask("host", template_folder=str(tmp_path / "templates"))
    host.register_blueprint(create_blueprint(archive, name="wire"), url_prefix="/wire")
    text = host.test_client().get("/wire/").text
    assert "our own form" in text
    assert "43 stories" in text


def test_an_archive_that_appears_later_is_served_from_then_on(tmp_path: Path) -> None:
    opened: list[Archive] = []

    def archive() -> Archive:
        if not opened:
            raise ArchiveNotFound("wire.wdx", "there is nothing here")
        return opened[0]

    client = create_app(archive).test_client()
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    opened.append(build(tmp_path / "wire.wdx"))
    assert client.get("/").status_code == 200


def test_more_searches_than_places_wait_and_are_then_turned_away(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MAX_IN_FLIGHT", 1)
    monkeypatch.setattr(views, "PATIENCE", 0.05)
    running, go = threading.Event(), threading.Event()

    class Slow:
        def __getattr__(self, name: str) -> object:
            return getattr(archive, name)

        def search(self, *args: object, **more: object) -> object:
            running.set()
            assert go.wait(10)
            return archive.search(*args, **more)  # type: ignore[arg-type]

    app = create_app(Slow())  # type: ignore[arg-type]
    first = threading.Thread(target=lambda: app.test_client().get("/search?q=bridge"))
    first.start()
    assert running.wait(10)
    answer = app.test_client().get("/search?q=harbour")
    go.set()
    first.join()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert "Many searches are running" in answer.text


@pytest.mark.parametrize(
    "url",
    [
        "/search?q=" + "x" * 10_000,
        "/search?" + "&".join(f"city=c{n}" for n in range(300)),
        "/search?lang=%0d%0aX-Evil:1",
        "/search?q=%ff%fe%00&city=%ff",
        "/search?q=%22%22%22((((&sort=%00&page=-1&per=0",
        "/search?date=2016-W99&from=0000&to=9999-99",
        "/search?page=999999",
        "/search.csv?q=%0d%0a&page=999999",
        "/search.atom?q=%00%01",
        "/facet/city?city.prefix=%00&city.values=5000",
        "/facet/date?unit=day",
        "/map?q=%f0%9f%92%a9",
    ],
)
def test_no_address_gives_a_server_error(archive: Archive, url: str) -> None:
    answer = create_app(archive).test_client().get(url)
    assert answer.status_code in (200, 404)
    assert "X-Evil" not in answer.headers


def test_spoofed_hosts_do_not_reach_links_of_the_page(archive: Archive) -> None:
    text = create_app(archive).test_client().get("/", headers={"Host": "evil.example"}).text
    assert "evil.example" not in text
