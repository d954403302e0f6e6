from dataclasses import replace
from pathlib import Path

import pytest

from wiredesk.errors import ArchiveNotFound, ArticleNotFound, BackendUnavailable, UnknownField
from wiredesk.index.article import Article, City, Dateline, Entity, Source
from wiredesk.index.document import to_document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import Archive, FacetValue, SearchRequest, open_archive
from wiredesk.search.limits import Limits

CODES = {"Oslo": "NO", "Bern": "CH"}


def story(
    number: int,
    headline: str,
    body: str,
    *,
    cities: tuple[str, ...] = (),
    agency: str | None = None,
) -> Article:
    line = Dateline(
        raw="", cities=tuple(City(city=c, name=c, country_code=CODES[c]) for c in cities)
    )
    return Article(
        id=f"{number:016x}",
        source=Source(path="a.txt", start=number * 1000, end=number * 1000 + 999),
        headline=headline,
        body=body,
        agency=agency,
        dateline=line,
    )


STORIES = (
    story(1, "Grain exports rise", "Grain left the port of Oslo. Rates rose.", cities=("Oslo",)),
    story(2, "Bank raises rates", "The bank raised rates.", cities=("Bern", "Oslo"), agency="AP"),
    story(3, "Strike at port", "Workers strike. Striking was fair, they said.", cities=("Bern",)),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "wire.wdx"
    with ArchiveWriter(path) as writer:
        for article in STORIES:
            writer.add(to_document(article))
    return path


@pytest.fixture
def archive(folder: Path) -> Archive:
    return open_archive(folder)


def test_a_search_gives_hits_with_marks_and_counts(archive: Archive) -> None:
    result = archive.search("grain exports", facets=["city"])
    assert [hit.article.headline for hit in result.hits] == ["Grain exports rise"]
    assert result.hits[0].headline.spans == ((0, 5), (6, 13))
    assert result.facets["city"].values == (FacetValue(value="Oslo", count=1),)


def test_counts_of_a_refined_facet_ignore_its_own_refinement(archive: Archive) -> None:
    result = archive.search(filters={"city": "bern"}, facets=["city", "agency"])
    assert result.total == 2
    assert result.facets["city"].values == (
        FacetValue(value="Bern", count=2, selected=True),
        FacetValue(value="Oslo", count=2),
    )
    assert result.facets["agency"].missing == 1


def test_a_narrower_request_is_searched_as_it_is(archive: Archive) -> None:
    result = archive.search("rates", exclude={"city": ["Bern"]})
    narrower = archive.search(result.request.refine("agency", "-"))
    assert [h.id for h in narrower.hits] == [STORIES[0].id]


def test_other_forms_of_a_word_are_named(archive: Archive) -> None:
    assert archive.search("strike").also_matched == {"strike": ("striking",)}
    assert archive.search("=strike").also_matched == {}


def test_words_widen_when_too_few_stories_have_them_all(archive: Archive) -> None:
    result = archive.search("grain strike")
    assert result.total == 2
    assert [(n.code, n.values["all"], n.values["total"]) for n in result.notes] == [
        ("widened-any", 0, 2)
    ]


def test_a_note_on_widening_counts_within_the_filters(archive: Archive) -> None:
    city = archive.search("grain strike").hits[0].article.dateline.cities[0].name
    result = archive.search("grain strike", filters={"city": [city]})
    (note,) = result.notes
    assert result.total == 1
    assert (note.values["all"], note.values["total"]) == (0, 1)
    assert "these 1 have" in note.hint


def test_the_limit_of_expansions_holds_for_patterns(archive: Archive) -> None:
    every = archive.search("s*t*")
    few = archive.search("s*t*", limits=Limits(expansions=1))
    assert "too-broad" in {n.code for n in few.notes} - {n.code for n in every.notes}
    assert few.total <= every.total


def test_without_hits_the_totals_without_each_filter_are_told(archive: Archive) -> None:
    result = archive.search("grain", filters={"agency": "AP", "city": "Oslo"})
    assert result.total == 0
    assert result.without == {("agency", "AP"): 1, ("city", "Oslo"): 0}
    assert result.word_totals == {"grain": 1}


def test_stories_are_found_by_id_and_unknown_ones_refused(archive: Archive) -> None:
    assert archive.get(STORIES[1].id) == STORIES[1]
    with pytest.raises(ArticleNotFound):
        archive.get("nothing")


def test_an_unknown_facet_is_named_with_the_nearest_known(archive: Archive) -> None:
    with pytest.raises(UnknownField, match="city"):
        archive.search(facets=["citi"])


def test_a_commit_is_seen_by_the_next_search(archive: Archive, folder: Path) -> None:
    before = archive.generation
    with ArchiveWriter(folder) as writer:
        writer.add(to_document(story(4, "Grain again", "More of it.")))
        writer.delete(STORIES[0].id)
    assert [h.article.headline for h in archive.search("grain").hits] == ["Grain again"]
    assert archive.generation > before


def test_neighbours_are_the_stories_before_and_after_in_the_file(archive: Archive) -> None:
    ids = [a.id for a in STORIES]
    assert archive.neighbours(STORIES[1]) == (ids[0], ids[2])
    assert archive.neighbours(STORIES[0]) == (None, ids[1])


def test_neighbours_are_found_in_a_file_of_any_size(tmp_path: Path) -> None:
    path = tmp_path / "big.wdx"

    def in_file(number: int, member: str | None = None) -> Article:
        source = Source(path="wires/big.txt", start=number * 10, end=number * 10 + 9, member=member)
        return replace(story(number, f"Story {number}", "Text."), source=source)

    for first in (0, 150):
        with ArchiveWriter(path) as writer:
            for number in range(first, first + 150):
                writer.add(to_document(in_file(number)))
    with ArchiveWriter(path) as writer:
        writer.delete(in_file(41).id)
    with open_archive(path) as archive:
        walked, here = [], in_file(0)
        while (after := archive.neighbours(here)[1]) is not None:
            assert archive.neighbours(archive.get(after))[0] == here.id
            here = archive.get(after)
            walked.append(here.source.start // 10)
    assert walked == [n for n in range(1, 300) if n != 41]


def test_the_next_member_of_a_packed_file_follows_the_last_story_of_one(tmp_path: Path) -> None:
    filed = [
        replace(
            story(n, f"Story {n}", "Text."),
            source=Source(path="wires.zip", member=member, start=start, end=start + 9),
        )
        for n, (member, start) in enumerate([("a.txt", 0), ("a.txt", 50), ("b.txt", 0)])
    ]
    with ArchiveWriter(tmp_path / "zip.wdx") as writer:
        for article in filed:
            writer.add(to_document(article))
    with open_archive(tmp_path / "zip.wdx") as archive:
        assert archive.neighbours(filed[1]) == (filed[0].id, filed[2].id)
        assert archive.neighbours(filed[2]) == (filed[1].id, None)


def test_similar_stories_share_telling_words(archive: Archive) -> None:
    assert [h.id for h in archive.similar(STORIES[0].id)] == [STORIES[1].id, STORIES[2].id]


def test_the_marks_of_a_story_page_are_all_matches(archive: Archive) -> None:
    marks = archive.marks(SearchRequest(query="strike"), STORIES[2])
    assert marks.headline == ((0, 6),)
    assert [STORIES[2].body[a:b] for a, b in marks.body] == ["strike", "Striking"]


def test_terms_count_live_stories(archive: Archive) -> None:
    assert archive.terms("body", "gra") == [("grain", 1)]
    assert archive.terms("city", "o") == [("Oslo", 2)]


def test_a_missing_archive_and_an_unknown_scheme_are_typed_errors(tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotFound):
        open_archive(tmp_path / "none.wdx")
    with pytest.raises(BackendUnavailable, match="nosuch"):
        open_archive("nosuch://host/index")


def test_a_closed_archive_says_so(archive: Archive) -> None:
    archive.close()
    archive.close()
    with pytest.raises(BackendUnavailable, match="closed"):
        archive.search("grain")


@pytest.mark.parametrize("name", ["Switzerland", "switzerland", "CH", "ch"])
def test_countries_are_chosen_by_name_or_code(archive: Archive, name: str) -> None:
    found = archive.search(filters={"country": [name]}, facets=["country"])
    assert found.total == 2
    assert found.facets["country"].values[0] == FacetValue(value="CH", count=2, selected=True)
    assert archive.search(f"country:{name}").total == 2


def test_a_country_is_found_by_the_beginning_of_its_name(archive: Archive) -> None:
    assert archive.terms("country", "switz") == [("CH", 2)]
    assert archive.search("from:nor*").total == 2


def test_an_embedder_searches_refines_and_searches_again(tmp_path: Path) -> None:
    article = replace(
        STORIES[0],
        desk="commodities",
        entities=(Entity(label="LOC", text="Chicago", name="Chicago", start=0, end=7),),
    )
    with ArchiveWriter(tmp_path / "wire.wdx") as writer:
        for each in (article, *STORIES[1:]):
            writer.add(to_document(each))
    with open_archive(tmp_path / "wire.wdx") as archive:
        result = archive.search(
            "grain exports", filters={"place": ["Chicago"]}, facets=["place", "desk"]
        )
        assert [hit.article.headline for hit in result.hits] == ["Grain exports rise"]
        assert list(result.facets) == ["place", "desk"]
        narrower = archive.search(result.request.refine("desk", "commodities"))
        assert narrower.total == 1
        assert narrower.facets["desk"].values[0].selected
