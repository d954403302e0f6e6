"""Snippets and marks: what is marked is what matched, and snippets are pieces of the story."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiredesk.index import analysis
from wiredesk.index.article import Article, Source
from wiredesk.search.highlight import LONG, marks, show
from wiredesk.search.occurrences import Reading
from wiredesk.search.parser import parse
from wiredesk.search.query import Everything, Or, Prefix, Query, Term


def story(body: str, headline: str = "") -> Article:
    return Article(id="x", source=Source(path="x", start=0, end=1), headline=headline, body=body)


def marked(text: str, body: str) -> list[str]:
    return [body[a:b] for a, b in marks(parse(text).query, story(body)).body]


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("strike", "Strikes, striking and a strike-breaker.", ["Strikes", "striking", "strike"]),
        ("=strike", "Strikes, striking and a strike.", ["strike"]),
        ('"central bank"', "Central bank. The bank, central.", ["Central bank"]),
        ('"raised rates"~1', "Raised its rates.", ["Raised", "rates"]),
        ("bank NEAR/2 rates", "bank a b c rates bank rates", ["rates bank rates"]),
        ("infl*", "Inflation and influence, flat.", ["Inflation", "influence"]),
        ("gr?in", "Grain groin grin.", ["Grain", "groin"]),
        ("grian~1", "Grain, Grian; grand.", ["Grain", "Grian"]),
        ("erdogan", "Erdoğan’s men met ERDOĞAN.", ["Erdoğan’s", "ERDOĞAN"]),
        ("headline:bank", "The bank.", []),
        ("bank -rates", "A bank of rates.", ["bank"]),
        ("first3:bank", "A bank is a bank.", ["bank"]),
        ("the bank", "The bank of the river.", ["bank"]),
        ("the", "The bank of the river.", ["The", "the"]),
        ("Aleppo-based", "An Aleppo-based firm, based in Aleppo.", ["Aleppo-based"]),
        ("u.s", "The U.S. said; us too.", ["U.S"]),
        ("strasse", "Die Straße.", ["Straße"]),
        ("ﬁnance", "Finance and ﬁnance.", ["Finance", "ﬁnance"]),
    ],
)
def test_marks_are_the_places_that_match(query: str, body: str, expected: list[str]) -> None:
    assert marked(query, body) == expected


def test_a_snippet_is_whole_sentences_around_the_most_words() -> None:
    filler = "Nothing of the kind was said here by anyone at all that day. " * 8
    body = filler + "Grain fell. Oil rose as grain fell again in Oslo! Then quiet. " + filler
    [snippet] = show(parse("grain oil").query, story(body)).snippets
    assert "Grain fell. Oil rose as grain fell again in Oslo!" in snippet.text
    assert len(snippet.text) <= LONG
    assert snippet.text[0].isupper() and snippet.text[-1] in ".!"
    assert body[snippet.start :].startswith(snippet.text)


def test_a_second_snippet_shows_words_the_first_does_not() -> None:
    filler = "Nothing of the kind was said here by anyone at all that day. " * 8
    body = "Grain fell in Oslo. " + filler + "Oil rose. " + filler
    shown = show(parse("grain oil").query, story(body))
    texts = " ".join(s.text[a:b] for s in shown.snippets for a, b in s.spans)
    assert texts == "Grain Oil"
    assert sum(len(s.text) for s in shown.snippets) <= LONG


def test_a_story_that_matched_elsewhere_shows_its_lead() -> None:
    shown = show(Everything(), story("First sentence. Second one.\n\nThird.", "Head"))
    assert [s.text for s in shown.snippets] == ["First sentence. Second one.\n\nThird."]
    assert shown.matches == 0
    assert shown.headline.text == "Head"


def test_a_sentence_that_is_too_long_is_cut_around_its_match() -> None:
    body = "word " * 300 + "grain " + "word " * 300
    [snippet] = show(parse("grain").query, story(body)).snippets
    assert len(snippet.text) <= LONG
    assert [snippet.text[a:b] for a, b in snippet.spans] == ["grain"]


@pytest.mark.parametrize(
    ("before", "after", "cut"),
    [
        ("", "", (False, False)),
        ("word " * 300, "", (True, False)),
        ("", "word " * 300, (False, True)),
        ("word " * 300, "word " * 300, (True, True)),
        ("A sentence. " * 90, "Another one. " * 90, (False, False)),
    ],
)
@pytest.mark.parametrize("query", ["grain", "zeppelin"])
def test_a_snippet_says_where_it_is_cut_within_a_sentence(
    before: str, after: str, cut: tuple[bool, bool], query: str
) -> None:
    body = f"{before}Grain fell {after}here."
    [snippet] = show(parse(query).query, story(body)).snippets
    if query == "zeppelin":
        cut = (False, len(body.partition(".")[0]) > LONG)
    assert (snippet.cut_before, snippet.cut_after) == cut
    assert (snippet.text[-1] != ".") == cut[1]


@pytest.mark.parametrize("body", ["", " ", "\n\n", "...", "é" * 10_000, "a" * 1_000_000])
def test_odd_bodies_give_bounded_snippets(body: str) -> None:
    shown = show(parse("grain a*").query, story(body))
    assert all(len(s.text) <= 2 * LONG for s in shown.snippets)


@pytest.mark.slow
def test_a_story_of_ten_megabytes_takes_bounded_time() -> None:
    body = ("Nothing was said of it on that day, or so they say. " * 20 + "Grain fell.\n") * 10_000
    begun = time.process_time()
    shown = show(parse("grain").query, story(body))
    assert time.process_time() - begun < 5
    assert shown.matches > 100
    assert all(s.text[a:b] == "Grain" for s in shown.snippets for a, b in s.spans)


PIECES = st.sampled_from(
    (
        "strike|Strikes |a| |. |\n\n|U.S.|don't |bank's |Erdoğan |é|\u0301|“Oil,|” |!|? |3.5 "
        "|ß|ı|ﬁ|'s|-|\x03|the "
    ).split("|")
)
TEXTS = st.lists(PIECES, max_size=60).map("".join)
QUERIES: st.SearchStrategy[Query] = st.sampled_from(
    [parse(q).query for q in ("strike", "oil bank", '"the oil"~2', "s*", "a NEAR/9 e*", "=bank")]
    + [Or(tuple(map(Term, "strike oil bank e a u.s don't the".split()))), Prefix("er")]
)
STEADY = settings(derandomize=True, deadline=None, max_examples=200)


@given(text=TEXTS)
@STEADY
def test_a_reading_has_the_words_of_the_analyzer_and_their_places(text: str) -> None:
    expected = analysis.tokens(text)
    reading = Reading(text)
    assert reading.words == [t.word for t in expected]
    assert [reading.span(n) for n in range(len(reading.words))] == [
        (t.start, t.end) for t in expected
    ]
    assert reading.spans == [(t.start, t.end) for t in expected]


@given(text=TEXTS, query=QUERIES)
@STEADY
def test_spans_lie_inside_their_text_in_order(text: str, query: Query) -> None:
    article = story(text, text[:40])
    shown = show(query, article)
    for snippet in (shown.headline, *shown.snippets):
        ends = [0, *(x for span in snippet.spans for x in span), len(snippet.text)]
        assert ends == sorted(ends)
        assert all(a < b for a, b in snippet.spans)
    for snippet in shown.snippets:
        assert text[snippet.start : snippet.start + len(snippet.text)] == snippet.text
    found = marks(query, article)
    assert (shown.matches > 0) == (len(found) > 0)
    flat = [x for span in found.body for x in span]
    assert flat == sorted(flat)
