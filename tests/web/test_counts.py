"""Every count on a page is the total behind its link: random states, every link followed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_archive import build, stories, story

from wiredesk.index.document import to_document
from wiredesk.index.schema import FACETS, NOT_STATED, SHOWN
from wiredesk.search import Archive, SearchRequest
from wiredesk.web import create_app
from wiredesk.web.charts import histogram, zoomed
from wiredesk.web.i18n import speech_for
from wiredesk.web.presenters import page_of
from wiredesk.web.urls import Links, read_query_string

VALUES = {
    name: sorted({v for a in stories() for v in to_document(a).facets.get(name, ())})
    for name in FACETS
}
CHOSEN = [
    (name, value) for name in SHOWN for value in (*VALUES.get(name, ())[:6], NOT_STATED) if value
] + [("date", period) for period in ("2016", "2016-02", "1987", "2016-02-09", "2016-W06")]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with build(tmp_path_factory.mktemp("counts") / "small.wdx") as opened:
        yield opened


@st.composite
def states(draw: st.DrawFn) -> SearchRequest:
    request = SearchRequest(query=draw(st.sampled_from(["", "bridge", "harbour", "the", "xyzzy"])))
    for name, value in draw(st.lists(st.sampled_from(CHOSEN), max_size=4, unique=True)):
        if draw(st.booleans()):
            request = request.refine(name, value)
        else:
            request = request.exclude_value(name, value)
    return replace(
        request,
        match_all=draw(st.frozensets(st.sampled_from(["city", "byline"]), max_size=1)),
        date_from=draw(st.sampled_from([None, "1988", "2016-02-10"])),
        date_to=draw(st.sampled_from([None, None, "2016"])),
        salient=draw(st.booleans()),
        facet_limit=draw(st.sampled_from([3, 10])),
        timeout=None,
    )


@given(request=states())
@settings(derandomize=True, deadline=None, max_examples=40)
def test_every_count_is_the_total_behind_its_only_link(
    archive: Archive, request: SearchRequest
) -> None:
    speech, links = speech_for("en"), Links()
    result = archive.search(request)
    page = page_of(result, links=links, speech=speech)
    shown = [
        (box.field, choice.label, choice.count, choice.only_url)
        for box in page.boxes
        for choice in box.choices
        if choice.state != "no"
    ]
    drawn = archive.search(zoomed(request)).facets["date"]
    dates = histogram(drawn, request, links=links, speech=speech)
    if dates:
        steps = filter(None, (dates.before, dates.after))
        shown += [("date", step.label, step.count, step.url) for step in steps]
        shown += [("date", bar.label, bar.count, bar.url) for bar in dates.bars]
        if dates.undated and not dates.undated.chosen:
            shown.append(("date", "undated", dates.undated.count, dates.undated.url))
    for field, label, count, url in shown:
        behind = replace(read_query_string(url).request, facets=(), timeout=None)
        assert count == speech.number(archive.search(behind).total), (field, label, url)


@given(request=states())
@settings(derandomize=True, deadline=None, max_examples=30)
def test_chosen_and_excluded_values_stay_on_the_page(
    archive: Archive, request: SearchRequest
) -> None:
    speech = speech_for("en")
    page = page_of(archive.search(request), links=Links(), speech=speech)
    states = {(box.field, c.value): c.state for box in page.boxes for c in box.choices}
    for name, values in request.filters.items():
        for value in values:
            assert name == "date" or states[name, value] == "on"
    for name, values in request.exclude.items():
        for value in values:
            assert name == "date" or states[name, value] == "off"


def test_values_of_small_closed_facets_stay_where_no_story_has_them(archive: Archive) -> None:
    client = create_app(archive).test_client()
    text = client.get("/search?q=bridge&form=update").text
    assert "<span><bdi>Correction</bdi>, <i>0</i> stories</span>" in text
    assert "<bdi>Update</bdi>, <i>1</i> story</a>" in text
    assert "<span><bdi>Port A</bdi>" not in client.get("/search?q=bridge&city=Geneva").text


def test_a_facet_with_one_value_is_a_statement(archive: Archive) -> None:
    text = create_app(archive).test_client().get("/search?q=orchestra").text
    assert "<h2>Agency</h2><p>All: AFP</p>" in text


def test_a_chosen_month_is_drawn_by_day_and_its_link_narrows(archive: Archive) -> None:
    request = SearchRequest(filters={"date": ("2016-02",)}, sort="-date")
    result = archive.search(zoomed(request))
    drawn = histogram(result.facets["date"], request, links=Links(), speech=speech_for("en"))
    assert drawn is not None
    assert drawn.unit == "day"
    assert [bar.count for bar in drawn.bars] == ["1", "1", "1", "1", "1"]
    assert drawn.bars[0].url == "/search?date=2016-02-09"
    assert [bar.chosen for bar in drawn.bars] == [True, True, True, True, False]


@pytest.mark.parametrize(
    ("chosen", "before", "after"),
    [
        ("2016-02", None, "/search?date=2016-03"),
        ("2016-03", "/search?date=2016-02", None),
        ("2016-02-10", "/search?date=2016-02-09", "/search?date=2016-02-11"),
        ("2016-W07", "/search?date=2016-W06", None),
        ("2016", None, "/search?date=2017"),
        ("1988", "/search?date=1987", "/search?date=1989"),
        ("-", None, None),
    ],
)
def test_a_chosen_period_leads_to_its_neighbours(
    archive: Archive, chosen: str, before: str | None, after: str | None
) -> None:
    request = SearchRequest(filters={"date": (chosen,)}, sort="-date")
    facet = archive.search(zoomed(request)).facets["date"]
    drawn = histogram(facet, request, links=Links(), speech=speech_for("en"))
    assert drawn is not None
    assert [step and step.url for step in (drawn.before, drawn.after)] == [before, after]
    for step in filter(None, (drawn.before, drawn.after)):
        behind = archive.search(read_query_string(step.url).request)
        assert step.count == str(behind.total)


def test_the_dates_of_the_form_are_those_of_the_chosen_period(archive: Archive) -> None:
    client = create_app(archive).test_client()
    for path in ("/search", "/facet/date"):
        text = client.get(f"{path}?q=bridge&date=2016-02").text
        assert 'name="from" value="2016-02-01"' in text
        assert 'name="to" value="2016-02-29"' in text
        assert 'type="hidden" name="date"' not in text.partition('<form class="range"')[2]
        text = client.get(f"{path}?q=bridge&date=2016-02&date=2016-03").text
        assert 'name="from" value=""' in text
        answer = client.get(f"{path}?q=bridge&from=2016-02-01&to=")
        assert answer.headers["Location"] == f"{path}?q=bridge&from=2016-02-01"


@pytest.mark.parametrize("chosen", ["0001", "9999", "0001-W01", "9999-12-31", "0001-01-01"])
def test_the_ends_of_the_calendar_have_no_neighbour(archive: Archive, chosen: str) -> None:
    client = create_app(archive).test_client()
    assert client.get(f"/search?date={chosen}").status_code == 200
    assert client.get(f"/facet/date?date={chosen}").status_code == 200
    assert client.get(f"/search?from={chosen[:4]}&to={chosen[:4]}").status_code == 200


def test_the_table_of_dates_has_what_stands_beside_its_drawing(archive: Archive) -> None:
    client = create_app(archive).test_client()
    text = client.get("/facet/date?q=bridge&unit=year").text
    assert '<a class="tick" href="/facet/date?q=bridge&amp;unit=year&amp;rate=1"' in text
    assert 'action="/facet/date"' in text
    text = client.get("/facet/date?q=bridge&unit=year&rate=1").text
    assert '<a class="tick on" href="/facet/date?q=bridge&amp;unit=year"' in text


@pytest.mark.parametrize(
    ("request_", "unit", "first", "chosen"),
    [
        (SearchRequest(), "year", "1987", 0),
        (SearchRequest(filters={"date": ("1987",)}), "month", "1987-01", 4),
        (SearchRequest(filters={"date": ("2016-02-09",)}), "day", "2016-02-09", 1),
        (SearchRequest(filters={"date": ("2016-W06",)}), "day", "2016-02-09", 3),
        (SearchRequest(date_from="2016-02-10", date_to="2016-03-31"), "week", "2016-W06", 2),
        (SearchRequest(date_from="2016"), "month", "2016-02", 3),
        (SearchRequest(date_to="1988"), "month", "1987-01", 8),
        (SearchRequest(date_unit="day"), "year", "1987", 0),
    ],
)
def test_bars_fit_the_chosen_days(
    archive: Archive, request_: SearchRequest, unit: str, first: str, chosen: int
) -> None:
    facet = archive.search(zoomed(request_)).facets["date"]
    drawn = histogram(facet, request_, links=Links(), speech=speech_for("en"))
    assert drawn is not None
    assert drawn.unit == unit
    assert drawn.bars[0].label == speech_for("en").date(first)
    assert sum(bar.chosen for bar in drawn.bars) == chosen
    assert drawn.undated is not None


def test_shares_are_of_all_stories_of_the_same_period(tmp_path: Path) -> None:
    days = ("1950-01-01", "2016-02-09", "2016-02-09", "2016-02-10")
    some = (story(n, "Ferry" if n % 2 else "Bridge", "", date=day) for n, day in enumerate(days))
    with build(tmp_path / "wire.wdx", tuple(some)) as archive:
        text = create_app(archive).test_client().get("/search?q=ferry&rate=1").text
    assert "<title>February 9, 2016: 1 of 2 stories, 500 per 1,000</title>" in text
    assert "<title>February 10, 2016: 1 of 1 story, 1,000 per 1,000</title>" in text
