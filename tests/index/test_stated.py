from pathlib import Path

import pytest

from wiredesk.index.article import Article, Byline, City, Dateline, Evidence, Source
from wiredesk.index.pipeline import read_files
from wiredesk.index.readers.item import Stated
from wiredesk.index.readers.stated import with_stated

FORMS = Path(__file__).parent.parent / "formats"
TEXT = "Ferry line reopens\n\nThe ferry ran again.\n"
PLAIN = Article(
    id="x",
    source=Source(path="a", start=0, end=len(TEXT)),
    headline="Ferry line reopens",
    body="The ferry ran again.",
    body_map=((0, 20, 20),),
)


def story(name: str, number: int = 0) -> Article:
    found = [a for a in read_files([FORMS / name], entities=False) if isinstance(a, Article)]
    return found[number]


def rules(article: Article) -> dict[str, str]:
    return {e.field: e.rule for e in article.evidence}


def test_nitf_fields_win_and_are_marked() -> None:
    ferry = story("ferry.nitf")
    assert ferry.headline == "Ferry line reopens after winter repairs"
    assert (ferry.agency, ferry.date, ferry.published) == ("AFP", "2019-03-12", "2019-03-12T14:15Z")
    assert [(c.country_code, c.country_source) for c in ferry.cities] == [("NO", "stated")]
    assert [(b.role, b.name) for b in ferry.byline] == [
        ("reporting", "Marta Lindqvist"),
        ("editing", "Olga Brandt"),
    ]
    assert {
        k: v for k, v in rules(ferry).items() if k in ("headline", "agency", "date", "city")
    } == {k: "stated:nitf" for k in ("headline", "agency", "date", "city")}
    assert (ferry.desk, ferry.slug, ferry.date_basis) == ("Transport", "Ferry-Line", "stated")
    assert ferry.body.startswith("The ferry between the old harbour")


def test_a_located_story_without_dateline_is_filed_from_there() -> None:
    orchard = story("message.newsml.xml")
    assert orchard.dateline is not None
    assert orchard.dateline.raw == "Potsdam, Germany"
    assert [(c.name, c.country_code) for c in orchard.cities] == [("Potsdam", "DE")]
    assert orchard.language == "de"


def test_the_code_of_a_stated_country_is_found() -> None:
    (gouda,) = story("library.ninjs1.json").cities
    assert (gouda.name, gouda.country, gouda.country_code) == ("Gouda", "Netherlands", "NL")
    said = Stated(format="x", cities=(City(city="Bergen", name="Bergen", country_code="NO"),))
    assert with_stated(PLAIN, said, TEXT).cities[0].country == "Norway"


def test_the_dateline_in_the_text_of_a_record_is_still_read() -> None:
    tram = story("stories.jsonl")
    assert [c.name for c in tram.cities] == ["Lisbon"]
    assert (tram.agency, tram.date, tram.date_basis) == ("Reuters", "2022-05-03", "stated")
    assert [b.name for b in tram.byline] == ["Rita Moura", "Tom Archer"]


def test_reuters_sgml_has_its_year_from_the_stamp() -> None:
    plums = story("collection.sgm")
    assert (plums.headline, plums.date) == ("PLUM GROWERS EXPECT <FAIR> HARVEST", "1987-02-26")
    assert [b.name for b in plums.byline] == ["Alma Reyes"]
    assert plums.agency == "Reuters"


def test_a_page_fills_what_its_text_leaves_open() -> None:
    pytest.importorskip("trafilatura", reason="the extra wiredesk[html] is not installed")
    garden = story("page.html")
    assert [(b.role, b.name) for b in garden.byline] == [
        ("reporting", "Hannah Cole"),
        ("editing", "Raj Patel"),
    ]
    assert (garden.date, garden.desk) == ("2015-06-09", "Local")


def test_soft_fields_do_not_win() -> None:
    said = Stated(
        format="html",
        soft=True,
        headline="Other",
        agency="Example Post",
        date="2001-02-03",
        byline=(Byline(role="reporting", name="Jané Roe"),),
    )
    found = Article(
        id="x",
        source=PLAIN.source,
        headline="Ferry line reopens",
        body="x",
        agency="AFP",
        date="1999-01-01",
        byline=(Byline(role="editing", name="Jane Roe", place="Oslo"),),
    )
    both = with_stated(found, said, TEXT)
    assert (both.headline, both.agency, both.date) == ("Ferry line reopens", "AFP", "1999-01-01")
    assert both.byline == found.byline


def test_a_date_without_year_gives_way_to_a_stated_one() -> None:
    said = Stated(format="html", soft=True, date="2001-02-03")
    found = Article(id="x", source=PLAIN.source, headline="H", body="b", date="--02-03")
    assert with_stated(found, said, TEXT).date == "2001-02-03"


def test_a_headline_that_was_taken_for_body_leaves_it() -> None:
    body = "Ferry line reopens\nThe ferry ran again."
    found = Article(
        id="x",
        source=PLAIN.source,
        headline="",
        body=body,
        body_map=((0, 0, 18), (19, 20, 20)),
    )
    fixed = with_stated(found, Stated(format="csv", headline="Ferry line reopens"), TEXT)
    assert (fixed.headline, fixed.headline_span) == ("Ferry line reopens", (0, 18))
    assert (fixed.body, fixed.body_map) == ("The ferry ran again.", ((0, 20, 20),))
    assert TEXT[fixed.source_offset(4) :].startswith("ferry")


def test_doing_it_twice_changes_nothing_more() -> None:
    said = Stated(
        format="nitf",
        headline="Ferry line reopens",
        cities=(City(city="Bergen", name="Bergen", country="Norway", country_code="NO"),),
        byline=(Byline(role="reporting", name="Marta Lindqvist"),),
        date="2019-03-12",
        agency="AFP",
    )
    once = with_stated(PLAIN, said, TEXT)
    assert with_stated(once, said, TEXT) == once
    assert Evidence(field="agency", value="AFP", rule="stated:nitf") in once.evidence


def test_a_stated_country_beats_the_one_that_was_guessed() -> None:
    found = Article(
        id="x",
        source=PLAIN.source,
        headline="H",
        body="b",
        dateline=Dateline(
            raw="PARIS -",
            cities=(
                City(
                    city="PARIS", name="Paris", country="France", country_code="FR", start=3, end=8
                ),
            ),
        ),
    )
    said = Stated(
        format="ninjs",
        cities=(City(city="Paris", name="Paris", country="United States", country_code="US"),),
    )
    (city,) = with_stated(found, said, TEXT).cities
    assert (city.country, city.country_code, city.country_source) == (
        "United States",
        "US",
        "stated",
    )
    assert (city.start, city.end) == (3, 8)
