"""The pages in a real browser: with script and without, by keyboard, narrow, dark, in Arabic."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_archive import build, city, story

from wiredesk.web import create_app, views

pytest.importorskip("playwright", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

from browsing import browser, browser_path, served  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browser_path() is None, reason="no Chromium found on this machine"),
]

STORY = "/story/0000000000000001/bridge-talks?q=bridge"
PAGES = {
    "front": "/",
    "results": "/search?q=bridge",
    "filtered": "/search?q=bridge&city=Geneva&-agency=AFP&from=2016",
    "zero hits": "/search?q=bridge&city=Paris",
    "broken query": "/search?q=%22bridge+AND+(&page=abc",
    "story": STORY,
    "story in Arabic script": "/story/0000000000000004/x",
    "markup": "/story/0000000000000006/x?q=markup",
    "long filter": f"/search?city={'x' * 200}&q={'y' * 200}",
    "long value": f"/facet/city?city={'x' * 200}&city.prefix={'z' * 200}",
    "long search": "/search?q=bridge+OR+harbour&-city=Bay+A&-city=Bay+B&-city=Bay+C&-city=Bay+D",
    "all values": "/facet/city?q=harbour",
    "all dates": "/facet/date",
    "map": "/map",
    "help": "/help",
    "not found": "/nowhere",
}
SETTINGS: dict[str, dict[str, object]] = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 700}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "arabic": {"viewport": {"width": 1280, "height": 900}, "locale": "ar"},
    "german": {"viewport": {"width": 320, "height": 700}, "locale": "de"},
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        build(tmp_path_factory.mktemp("browser") / "small.wdx") as archive,
        served(create_app(archive)) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    path = browser_path()
    assert path is not None
    with browser(path) as opened:
        yield opened


def page_in(chrome: Browser, **settings: object) -> Page:
    context = chrome.new_context(**settings)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    return context.new_page()


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_page_has_a_serious_fault_or_runs_over_the_edge(
    chrome: Browser, address: str, setting: str
) -> None:
    page = page_in(chrome, **SETTINGS[setting])
    faults = []
    for name, path in PAGES.items():
        page.goto(address + path)
        # German is here for its long words; what axe sees is the same as in English.
        found = [] if setting == "german" else axe.Axe().run(page).response["violations"]
        faults += [
            (name, v["id"], v["nodes"][0]["html"])
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > page.evaluate("innerWidth"):
            faults.append((name, "wider than the window", str(width)))
    page.context.close()
    assert faults == []


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_page_without_an_archive_has_no_serious_fault(chrome: Browser, setting: str) -> None:
    with served(create_app(None)) as url:
        page = page_in(chrome, **SETTINGS[setting])
        page.goto(url)
        found = axe.Axe().run(page).response["violations"]
        page.context.close()
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("room", [views.HEAVY, 0], ids=["long links", "short links"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_search_narrow_exclude_widen_and_read(
    chrome: Browser, address: str, script: bool, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "HEAVY", room)
    page = page_in(chrome, java_script_enabled=script)
    page.goto(address)
    page.get_by_role("searchbox").fill("bridge")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/search?q=bridge")
    page.get_by_role("heading", name="3 stories").wait_for()
    page.get_by_role("link", name="Geneva, 2 stories").click()
    page.get_by_role("heading", name="2 stories").wait_for()
    assert re.sub(r"#f\d+$", "", page.url).endswith("/search?q=bridge&city=Geneva")
    page.get_by_role("link", name="İzmir, 1 story").click()
    page.get_by_role("heading", name="3 stories").wait_for()
    page.get_by_role("link", name="not Agency: AFP").or_(
        page.get_by_role("link", name="not AFP")
    ).first.click()
    page.get_by_role("heading", name="2 stories").wait_for()
    address, _, jump = page.url.partition("#")
    assert address.endswith("?q=bridge&city=Geneva&city=%C4%B0zmir&-agency=AFP")
    assert bool(jump) != script
    page.get_by_role("link", name="Remove filter: Agency: not AFP").click()
    page.get_by_role("heading", name="3 stories").wait_for()
    page.go_back()
    page.get_by_role("heading", name="2 stories").wait_for()
    page.get_by_role("link", name="Clear all").click()
    page.get_by_role("heading", name="3 stories").wait_for()
    page.get_by_role("link", name="Bridge talks resume in Geneva").click()
    page.get_by_role("heading", name="Bridge talks resume in Geneva").wait_for()
    page.get_by_role("link", name="First match").click()
    page.get_by_role("link", name="Next match").first.click()
    assert page.url.endswith("#m2")
    page.get_by_role("link", name="Back to the stories").click()
    page.get_by_role("heading", name="3 stories").wait_for()
    page.get_by_role("link", name="Geneva, 2 stories").click()
    page.get_by_role("heading", name="2 stories").wait_for()
    page.get_by_role("link", name="UPDATE 1-Bridge talks stall").click()
    page.get_by_role("link", name="Back to the stories").click()
    page.get_by_role("heading", name="2 stories").wait_for()
    assert page.url.endswith("/search?q=bridge&city=Geneva")
    page.context.close()


def test_dates_pages_and_order_work_without_script(chrome: Browser, address: str) -> None:
    page = page_in(chrome, java_script_enabled=False)
    page.goto(address + "/search?q=harbour")
    page.get_by_role("link", name="Next page").click()
    page.get_by_text("21–36 of 36").wait_for()
    page.get_by_role("link", name="oldest first").click()
    assert page.url.endswith("/search?q=harbour&sort=date")
    page.locator("input[name=from]").fill("1988-01-01")
    page.locator("input[name=to]").fill("1988-12-31")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("heading", name="12 stories").wait_for()
    assert "sort=date" in page.url
    page.get_by_role("link", name="As a table").click()
    page.get_by_role("link", name="by year").click()
    page.get_by_role("row", name="1988 12").get_by_role("link").click()
    page.get_by_role("heading", name="12 stories").wait_for()
    page.context.close()


def test_the_keyboard_alone_is_enough(chrome: Browser, address: str) -> None:
    page = page_in(chrome)
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    page.keyboard.type("bridge")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="3 stories", exact=True).wait_for()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator(".hits > li").nth(1).locator("h2 a")
    assert second.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Back to the stories").wait_for()
    page.wait_for_load_state("load")
    page.keyboard.press("n")
    page.wait_for_url("**#m1", wait_until="commit")
    page.keyboard.press("p")
    page.go_back()
    page.get_by_role("heading", name="3 stories", exact=True).wait_for()
    page.keyboard.press("?")
    page.wait_for_url("**/help#shortcuts")
    assert page.get_by_role("row", name="? to this list of keys").is_visible()
    page.context.close()


def test_keys_of_one_letter_can_be_turned_off(chrome: Browser, address: str) -> None:
    page = page_in(chrome)
    page.goto(address + "/help", wait_until="load")
    page.get_by_role("button", name="Turn the keys off").click()
    page.goto(address + "/search?q=bridge", wait_until="load")
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert page.locator(".hits .here").count() == 0
    page.goto(address + "/help", wait_until="load")
    page.get_by_role("button", name="Turn the keys on").click()
    page.goto(address + "/search?q=bridge", wait_until="load")
    page.keyboard.press("j")
    assert page.locator(".hits .here").count() == 1
    page.context.close()


def test_script_replaces_the_results_in_place_and_says_the_count(
    chrome: Browser, address: str
) -> None:
    page = page_in(chrome)
    page.goto(address + "/search?q=bridge")
    page.evaluate("window.kept = document.querySelector('#count')")
    page.get_by_role("link", name="Geneva, 2 stories").click()
    page.get_by_role("heading", name="2 stories").wait_for()
    assert page.evaluate("window.kept === document.querySelector('#count')")
    assert page.evaluate("kept.getAttribute('role')") == "status"
    assert page.title().startswith("Stories containing “bridge”, filed from Geneva · 2 stories")
    assert page.evaluate("document.activeElement.textContent") == "Geneva, 2 stories"
    page.context.close()


FOCUSED = """() => {
  const e = document.activeElement;
  const row = e.closest(".facets li");
  return row ? row.querySelector("bdi").textContent + " " + e.textContent : e.textContent;
}"""


@pytest.mark.parametrize("room", [views.HEAVY, 0], ids=["long links", "short links"])
def test_the_focus_stays_when_the_results_are_replaced(
    chrome: Browser, address: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "HEAVY", room)
    page = page_in(chrome, bypass_csp=True)

    def after(start: str, pressed: str) -> str:
        page.goto(address + start)
        page.locator(pressed).last.focus()
        page.evaluate("window.kept = document.querySelector('.list')")
        page.keyboard.press("Enter")
        page.wait_for_function("!kept.isConnected")
        text: str = page.evaluate(FOCUSED)
        return text

    row = ".facets li:has(bdi:text-is('Bay A'))"
    assert after("/search?q=harbour", f"{row} > a:first-child").startswith("Bay A")
    assert after("/search?q=harbour", f"{row} > a:last-child").startswith("Bay A allow")
    assert after("/search?q=harbour&city=Bay+A", ".chips a:not(.clear)") == "36 stories"
    assert after("/search?q=harbour", "#q") == ""
    page.context.close()


def test_a_chosen_value_stays_where_it_was_seen(chrome: Browser, tmp_path: Path) -> None:
    filed = [
        story(
            n,
            "Ferry",
            f"A ferry of Line {n % 12:02d}, said Mina {chr(65 + n % 12)}.",
            cities=(city(f"Port {chr(65 + n % 12)}", "DE"),),
            organisations=(f"Line {n % 12:02d}",),
            people=(f"Mina {chr(65 + n % 12)}",),
        )
        for n in range(40)
    ]
    with build(tmp_path / "wire.wdx", filed) as archive, served(create_app(archive)) as url:
        page = page_in(chrome, viewport={"width": 1280, "height": 500}, bypass_csp=True)
        for name in ("person", "organisation"):
            page.goto(url + "/search?q=ferry")
            title = {"person": "Mina A", "organisation": "Line 00"}[name]
            row = page.locator(f".facets li:has(bdi:text-is('{title}')) > a:first-child")
            row.scroll_into_view_if_needed()
            before = row.bounding_box()
            page.evaluate("window.kept = document.querySelector('.list')")
            row.click()
            page.wait_for_function("!kept.isConnected")
            after = row.bounding_box()
            assert before is not None
            assert after is not None
            assert abs(after["y"] - before["y"]) < 3
            assert page.evaluate(FOCUSED).startswith(title)
        page.context.close()


SLOW = """const now = fetch;
window.fetch = (...all) => new Promise(r => setTimeout(r, 200)).then(() => now(...all));"""


@pytest.mark.parametrize("room", [views.HEAVY, 0], ids=["long links", "short links"])
@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (
            "li:has(bdi:text-is('Geneva')) > a",
            "li:has(bdi:text-is('AFP')) > a",
            "city=Geneva&agency=AFP",
        ),
        # Chosen twice by a double click is chosen once.
        ("li:has(bdi:text-is('Geneva')) > a", "li:has(bdi:text-is('Geneva')) > a", "city=Geneva"),
        ("li:has(bdi:text-is('Marta Kessler')) > a", ".sorts a", "person=Marta+Kessler&sort=-date"),
        (".sorts a", ".bars a", "date=2016-02-09&sort=-date"),
    ],
)
def test_two_quick_choices_both_count(
    chrome: Browser,
    address: str,
    first: str,
    second: str,
    state: str,
    room: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "HEAVY", room)
    page = page_in(chrome)
    page.add_init_script(SLOW)
    page.goto(address + "/search?q=bridge")
    links = [page.locator(chosen).first.element_handle() for chosen in (first, second)]
    page.evaluate(
        """all => all.forEach(
      e => e.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true})))""",
        links,
    )
    page.wait_for_timeout(1200)
    assert page.url.endswith(f"/search?q=bridge&{state}")
    page.context.close()


def test_words_sent_while_a_choice_is_on_its_way_keep_it(chrome: Browser, address: str) -> None:
    page = page_in(chrome)
    page.add_init_script(SLOW)
    page.goto(address + "/search?q=bridge")
    page.get_by_role("link", name="Geneva, 2 stories").click()
    page.get_by_role("searchbox").fill("talks")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=talks&city=Geneva")
    assert page.get_by_role("searchbox").input_value() == "talks"
    page.context.close()


@pytest.mark.parametrize("pressed", ["a:text-is('oldest first')", "a:text-is('2')", "a[rel=next]"])
def test_another_page_or_order_is_read_from_its_heading(
    chrome: Browser, address: str, pressed: str
) -> None:
    page = page_in(chrome, bypass_csp=True)
    page.goto(address + "/search?q=harbour")
    page.locator(f".list {pressed}").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*&*")
    page.wait_for_function("document.activeElement.localName === 'h1'")
    assert page.evaluate("document.activeElement.localName") == "h1"
    page.context.close()


def test_the_links_of_the_head_follow_the_results(chrome: Browser, address: str) -> None:
    page = page_in(chrome)
    links = """[...document.head.querySelectorAll("base, link[rel]:not([rel~=icon])"),
      document.querySelector(".skip")].map(e => e.outerHTML)"""
    page.goto(address + "/search?q=harbour")
    page.get_by_role("link", name="Next page").click()
    page.get_by_text("21–36 of 36").wait_for()
    replaced = page.evaluate(links)
    page.reload()
    assert sorted(page.evaluate(links)) == sorted(replaced)
    page.context.close()


@pytest.mark.parametrize("room", [views.HEAVY, 0], ids=["long links", "short links"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_on_a_narrow_screen_the_filters_open_and_stay_open_while_choosing(
    chrome: Browser, address: str, script: bool, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "HEAVY", room)
    page = page_in(chrome, java_script_enabled=script, **SETTINGS["narrow"])
    page.goto(address + "/search?q=bridge&city=Geneva")
    assert not page.get_by_role("link", name="Beirut, 1 story").is_visible()
    page.get_by_role("link", name="Filters (1)").click()
    assert not page.locator(".list").is_visible()
    for chosen, count in (("İzmir, 1 story", 3), ("not AFP", 2), ("allow AFP again", 3)):
        page.get_by_role("link", name=chosen).click()
        page.get_by_role("link", name=f"Show {count} stories").wait_for()
        assert page.get_by_role("link", name="Beirut, 1 story").is_visible()
        if script:
            label = page.evaluate("document.activeElement.textContent")
            assert label in (chosen, "allow AFP again", "not AFP")
            assert page.evaluate("document.activeElement.getBoundingClientRect().top > 0")
        else:
            top = page.locator(":target").evaluate("e => e.getBoundingClientRect().top")
            assert page.locator(":target").evaluate("e => e.localName") == "section"
            assert top < 600
    page.locator("input[name=from]").fill("2016-02-10")
    page.get_by_role("button", name="Apply").click()
    shown = page.get_by_role("link", name="Show 2 stories")
    shown.wait_for()
    shown.click()
    page.locator(".list").wait_for()
    assert not shown.is_visible()
    assert page.evaluate("scrollY") < 200
    page.go_back()
    page.get_by_role("link", name="Show 2 stories").wait_for()
    page.context.close()


@pytest.mark.parametrize("locale", ["en", "tr", "ar"])
@pytest.mark.parametrize("room", [views.HEAVY, 0], ids=["long links", "short links"])
def test_a_tag_can_be_excluded(
    chrome: Browser, address: str, room: int, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "HEAVY", room)
    page = page_in(chrome, locale=locale, bypass_csp=True)
    page.goto(address + "/search?q=bridge&city=Geneva&city=%C4%B0zmir&-agency=AP&-person=Nobody")
    assert page.locator(".tags a + a").count() == page.locator(".tags span").count() > 1
    tag = page.locator(".tags span:has(bdi:text-is('Marta Kessler')) > a").nth(1)
    assert (
        tag.text_content()
        == {
            "en": "not Marta Kessler",
            "tr": "Marta Kessler hariç",
            "ar": "ما عدا Marta Kessler",
        }[locale]
    )
    tag.click()
    page.wait_for_function("document.querySelectorAll('.hits > li').length === 1")
    assert "-person=Nobody" in page.url
    assert "-person=Marta+Kessler" in page.url
    page.context.close()


def test_where_the_chosen_control_is_gone_the_count_is_read_and_seen(
    chrome: Browser, address: str
) -> None:
    page = page_in(chrome, viewport={"width": 1280, "height": 500})
    page.goto(address + "/search?q=harbour")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(".pager a[rel=next]").click()
    page.get_by_text("21–36 of 36").wait_for()
    page.wait_for_function("document.activeElement.localName === 'h1'")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    page.context.close()


def test_small_controls_are_large_enough_to_hit(chrome: Browser, address: str) -> None:
    page = page_in(chrome)
    page.goto(address + "/search?q=bridge&city=Geneva&city=Beirut&rate=1")
    sizes = page.locator(".tick, .tags a").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(b => [b.width, b.height])"
    )
    assert len(sizes) > 5
    assert min(min(pair) for pair in sizes) >= 24
    page.context.close()


def test_figures_of_all_facets_stand_in_one_column(chrome: Browser, address: str) -> None:
    page = page_in(chrome)
    page.goto(address + "/search?q=bridge&city=Geneva&city=Beirut")
    ends = page.locator(".facets li > :first-child > i").evaluate_all(
        "all => all.map(e => Math.round(e.getBoundingClientRect().right))"
    )
    assert len(ends) > 8
    assert len(set(ends)) == 1
    page.context.close()


def test_a_narrow_screen_shows_whole_snippets_and_wide_enough_tags(
    chrome: Browser, address: str
) -> None:
    page = page_in(chrome, bypass_csp=True, **SETTINGS["narrow"])
    page.goto(address + "/search?q=bridge")
    cut = "all => all.filter(e => e.scrollHeight > e.clientHeight).length"
    page.add_style_tag(content=".snip { font-size: 3rem !important }")
    assert page.locator(".snip").count() == 3
    assert page.locator(".snip").evaluate_all(cut) == 0
    sizes = page.locator(".tags a").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert sizes
    assert min(sizes) >= 24
    page.context.close()


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_narrow_screen_shows_the_whole_map(chrome: Browser, tmp_path: Path, locale: str) -> None:
    cities = (city("Lima", "PE"), city("Geneva", "CH"), city("Tokyo", "JP"))
    articles = tuple(
        story(n, "Ships wait", "Ships waited.", cities=(place,)) for n, place in enumerate(cities)
    )
    with build(tmp_path / "map.wdx", articles) as archive, served(create_app(archive)) as url:
        page = page_in(chrome, viewport={"width": 320, "height": 700}, locale=locale)
        page.goto(url + "/map")
        boxes = page.locator(".map circle").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).map(b => [b.left, b.right])"
        )
        hit = page.locator(".map circle").first.evaluate(
            """e => {
              const b = e.getBoundingClientRect();
              const x = b.left + b.width / 2, y = b.top + b.height / 2;
              return [[11, 0], [-11, 0], [0, 11], [0, -11]].every(
                ([h, v]) => e.parentNode.contains(document.elementFromPoint(x + h, y + v)));
            }"""
        )
        page.context.close()
    assert len(boxes) == 3
    assert all(0 <= left < right <= 320 for left, right in boxes)
    assert hit


def test_a_count_stands_on_the_first_line_of_a_long_name(chrome: Browser, address: str) -> None:
    page = page_in(chrome)
    page.goto(f"{address}/search?q=harbour&city={'long%20' * 40}&city=Bay+A")
    tops = page.locator(".facets li:has(bdi:text('long long'))").evaluate(
        """row => [row.querySelector("bdi"), ...row.querySelectorAll("i")].map(
          e => e.getClientRects()[0].bottom)"""
    )
    assert max(tops) - min(tops) < 5
    ends = page.locator(".facets ul:has(.on) li > :first-child > i").evaluate_all(
        "all => all.map(e => Math.round(e.getBoundingClientRect().right))"
    )
    assert len(ends) > len(set(ends))
    page.context.close()


def test_a_chosen_bar_is_told_by_more_than_its_colour(chrome: Browser, address: str) -> None:
    page = page_in(chrome, **SETTINGS["wide"])
    page.emulate_media(forced_colors="active")
    page.goto(address + "/search?q=bridge&date=2016-02-09")
    marks, bars = (page.locator(f".bars {part}").bounding_box() for part in (".at", ".on"))
    assert marks is not None
    assert bars is not None
    assert marks["y"] > bars["y"]
    assert abs(marks["x"] - bars["x"]) < 1
    colours = page.locator(".bars > path").evaluate_all(
        "all => all.map(e => getComputedStyle(e).stroke)"
    )
    assert colours[0] != colours[1]
    page.goto(address + "/map")
    panel = page.locator(".map").evaluate("e => getComputedStyle(e).backgroundColor")
    assert panel == "rgb(255, 255, 255)"
    page.context.close()


def test_the_smallest_circle_of_a_phone_is_seen(chrome: Browser, tmp_path: Path) -> None:
    filed = tuple(
        story(n, "Ferry", "A ferry.", cities=(city("Paris", "FR") if n else city("Lima", "PE"),))
        for n in range(40)
    )
    with build(tmp_path / "wire.wdx", filed) as archive, served(create_app(archive)) as url:
        page = page_in(chrome, **SETTINGS["narrow"])
        page.goto(url + "/map")
        width = "all => all.map(e => e.getBBox().width * e.getScreenCTM().a)"
        drawn = page.locator(".map circle").evaluate_all(width)
        shown = page.locator(".scale circle").evaluate_all(width)
        page.context.close()
    assert min(*drawn, *shown) >= 2


@pytest.mark.parametrize("setting", ["wide", "arabic"])
def test_the_rules_of_a_page_end_where_its_text_does(
    chrome: Browser, address: str, setting: str
) -> None:
    page = page_in(chrome, **SETTINGS[setting])
    page.goto(address + "/search?q=harbour")

    def ends(selector: str) -> tuple[float, float]:
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        return round(box["x"]), round(box["x"] + box["width"])

    assert ends(".top") == ends("main") == ends(".foot")
    assert ends(".order") == ends(".hits li") == ends(".list")
    stories, box = ends(".list"), ends(".find")
    assert box[0 if setting == "arabic" else 1] == stories[0 if setting == "arabic" else 1]
    page.context.close()


def test_the_circles_of_the_legend_are_as_large_as_those_of_the_map(
    chrome: Browser, tmp_path: Path
) -> None:
    filed = tuple(
        story(n, "Ferry", "A ferry.", cities=(city("Paris", "FR") if n else city("Lima", "PE"),))
        for n in range(11)
    )
    with build(tmp_path / "wire.wdx", filed) as archive, served(create_app(archive)) as url:
        page = page_in(chrome)
        page.goto(url + "/map")
        sizes = "all => all.map(e => Math.round(e.getBBox().width * e.getScreenCTM().a * 10) / 10)"
        shown = page.locator(".scale circle").evaluate_all(sizes)
        drawn = page.locator(".map circle").evaluate_all(sizes)
        page.context.close()
    assert shown == pytest.approx(drawn, abs=1)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_name_leads_to_its_reason(chrome: Browser, address: str, script: bool) -> None:
    page = page_in(chrome, java_script_enabled=script)
    page.goto(address + STORY)
    assert not page.get_by_text("the language model").first.is_visible()
    page.get_by_role("link", name="why? Marta Kessler").click()
    page.get_by_text("the language model").first.wait_for()
    sizes = page.locator(".spots, .why").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(b => [b.width, b.height])"
    )
    assert min(min(pair) for pair in sizes) >= 24
    page.context.close()


def test_the_tick_of_a_latin_name_stands_on_the_right_in_arabic(
    chrome: Browser, address: str
) -> None:
    page = page_in(chrome, **SETTINGS["arabic"])
    page.goto(address + "/search?q=bridge&city=Geneva&country=CH")
    gaps = page.locator(".facets .on > a:first-child").evaluate_all(
        """all => all.map(e => e.getBoundingClientRect().right
          - e.querySelector("bdi").getBoundingClientRect().right)"""
    )
    assert len(gaps) == 2
    assert min(gaps) > 8
    page.context.close()


def test_arabic_pages_run_from_right_to_left(chrome: Browser, address: str) -> None:
    page = page_in(chrome, **SETTINGS["arabic"])
    page.goto(address + "/search?q=bridge")
    assert page.locator("html").get_attribute("dir") == "rtl"
    results = page.locator(".list").bounding_box()
    facets = page.locator(".facets").bounding_box()
    assert results is not None
    assert facets is not None
    assert facets["x"] < results["x"]
    headline = page.locator(".hits h2").first
    assert headline.evaluate("e => getComputedStyle(e).direction") == "ltr"
    page.context.close()


def test_a_name_in_the_margin_lights_up_its_places_without_script(
    chrome: Browser, tmp_path: Path
) -> None:
    many = [f"Ole{a}{b}{c}" for a in "abcdef" for b in "abcdef" for c in "abcd"]
    text = f"The ferry took on {', '.join(many)}."
    full = story(1, "Ferry sails", text, people=tuple(many))
    lit = (
        "es => es.filter(e => getComputedStyle(e).backgroundColor !== 'rgba(0, 0, 0, 0)')"
        ".map(e => e.textContent)"
    )
    with build(tmp_path / "wire.wdx", (full,)) as archive, served(create_app(archive)) as url:
        page = page_in(chrome, java_script_enabled=False)
        page.goto(f"{url}/story/{1:016x}/x")
        names = page.locator(".text .e")

        def lights() -> list[str]:
            return names.evaluate_all(lit)  # type: ignore[no-any-return]

        assert lights() == []
        page.get_by_role("link", name=many[12], exact=True).focus()
        assert lights() == [many[12]]
        for name in (many[0], many[39], many[40], many[137]):
            page.get_by_role("link", name=name, exact=True).hover()
            assert lights() == [name]
        page.context.close()


def test_nothing_is_asked_of_another_host_and_one_style_sheet_blocks(
    chrome: Browser, address: str
) -> None:
    page = page_in(chrome)
    asked: list[tuple[str, str]] = []
    complaints: list[str] = []
    page.on("request", lambda r: asked.append((r.resource_type, r.url)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    for path in PAGES.values():
        page.goto(address + path)
    page.context.close()
    assert all(url.startswith(address) for _, url in asked)
    assert {kind for kind, _ in asked} <= {"document", "stylesheet", "script", "image", "other"}
    assert [c for c in complaints if "404" not in c] == []


def test_results_in_print_are_the_list_alone(chrome: Browser, address: str) -> None:
    page = page_in(chrome)
    page.goto(address + "/search?q=bridge&city=Geneva&-agency=AFP")
    page.emulate_media(media="print")
    assert page.get_by_text("Bridge talks resume in Geneva").is_visible()
    assert page.get_by_text("Filed from (city): Geneva").first.is_visible()
    for gone in (".facets", ".tofilters", ".sorts", ".tags > *", ".clear"):
        assert not [e for e in page.locator(gone).all() if e.is_visible()], gone
    page.context.close()


def test_print_leaves_only_the_story(chrome: Browser, address: str) -> None:
    page = page_in(chrome)
    page.goto(address + STORY)
    page.emulate_media(media="print")
    assert not page.locator(".find").is_visible()
    assert not page.locator(".margin").is_visible()
    assert page.locator(".text").is_visible()
    assert page.get_by_text("lines 1–3").first.is_visible()
    page.context.close()
