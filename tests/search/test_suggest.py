"""Other spellings and other ways out, where a search finds little."""

from pathlib import Path

import pytest

from wiredesk.index.article import Article, City, Dateline, Source
from wiredesk.index.document import to_document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import Archive, Suggestion, open_archive

PLACES = ("Geneva", "Geneva", "New York", "New York", "New York", "Bern")


def story(number: int, headline: str, city: str) -> Article:
    return Article(
        id=f"{number:016x}",
        source=Source(path="a.txt", start=number, end=number + 1),
        headline=headline,
        body="Harbour workers walked out, and the siege went on.",
        dateline=Dateline(raw="", cities=(City(city=city, name=city),)),
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    path: Path = tmp_path_factory.mktemp("spelling") / "wire.wdx"
    with ArchiveWriter(path) as writer:
        for number in range(30):
            headline = "Aleppo talks resume" if number < 20 else "Strike closes the harbour"
            writer.add(to_document(story(number, headline, PLACES[number % 6])))
        writer.add(to_document(story(30, "Allepo mistyped once", "Bern")))
    return open_archive(path)


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("alepo", ("aleppo", 20)),
        ("Alepo talks", ("aleppo talks", 20)),
        ("allepo", ("aleppo", 20)),
        ("alepo siegee", ("aleppo siege", 20)),
        ('"alepo talks"', ('"aleppo talks"', 20)),
        ("headline:alepo AND siege", ("headline:aleppo AND siege", 20)),
        ("city:Genva", ("city:Geneva", 10)),
        ('city:"New Yrok" siege', ('city:"New York" siege', 15)),
        ("alepo -strike", ("aleppo -strike", 20)),
        ("haurbor", ("harbour", 31)),
    ],
)
def test_a_mistyped_word_has_its_spelling_offered(
    archive: Archive, text: str, suggested: tuple[str, int]
) -> None:
    result = archive.search(text)
    assert result.suggestions[0] == Suggestion(query=suggested[0], total=suggested[1])
    again = archive.search(result.suggestions[0].query)
    assert again.total == suggested[1]


def test_no_spelling_is_offered_that_finds_nothing_within_the_filters(archive: Archive) -> None:
    assert archive.search("alepo talks").suggestions
    result = archive.search("alepo talks", filters={"city": ["Paris"]})
    assert result.total == 0
    assert result.suggestions == ()
    result = archive.search("alepo seige", filters={"city": ["Paris"]}, date_from="2016")
    assert result.suggestions == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"talks AND (aleppo city:', "talks AND (aleppo city:"),
        ('siege "talks aleppo', "siege talks aleppo"),
    ],
)
def test_words_behind_a_lone_quote_are_offered_without_it(
    archive: Archive, text: str, words: str
) -> None:
    result = archive.search(text)
    assert result.total == 0
    assert result.suggestions[0] == Suggestion(query=words, total=20)
    assert archive.search(words).total == 20


@pytest.mark.parametrize("text", ["", "aleppo", "siege strike", "xyzzyx", "the", "-alepo", "1987"])
def test_what_finds_enough_or_is_like_nothing_has_no_suggestion(
    archive: Archive, text: str
) -> None:
    assert archive.search(text).suggestions == ()


def test_a_suggestion_keeps_to_the_filters(archive: Archive) -> None:
    result = archive.search("alepo", filters={"city": "Bern"})
    (first,) = result.suggestions
    assert first.query == "aleppo"
    assert first.total == archive.search("aleppo", filters={"city": "Bern"}).total


def test_a_word_that_only_the_filters_make_rare_is_not_doubted(archive: Archive) -> None:
    assert archive.search("allepo", filters={"city": "Bern"}).total == 1
    assert archive.search("allepo", filters={"city": "Bern"}).suggestions == ()


def test_at_zero_every_word_has_its_own_count(archive: Archive) -> None:
    result = archive.search('"aleppo strike" AND harbour AND xyzzyx')
    assert result.total == 0
    assert result.word_totals == {"aleppo": 20, "strike": 10, "harbour": 31, "xyzzyx": 0}


def test_at_zero_words_in_fields_have_their_counts_too(archive: Archive) -> None:
    result = archive.search("headline:strike AND city:bern AND city:nowhere")
    assert result.total == 0
    assert list(result.word_totals) == [
        "headline:strike", "strike", "city:bern", "bern", "city:nowhere", "nowhere",
    ]  # fmt: skip
    for text, total in result.word_totals.items():
        assert archive.search(text).total == total


def test_at_zero_every_filter_tells_the_count_without_it(archive: Archive) -> None:
    result = archive.search("strike", filters={"city": ["Oslo"], "agency": ["-"]})
    assert result.without == {("city", "Oslo"): 10, ("agency", "-"): 0}
