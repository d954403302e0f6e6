"""The sentence of a search in the reader's language."""

from dataclasses import replace

import pytest

from wiredesk.search import explain, limits
from wiredesk.search.model import Note, SearchRequest, SearchResult
from wiredesk.web.i18n import LANGUAGES, QUERY_NOTES, speech_for
from wiredesk.web.presenters import ways_out_of
from wiredesk.web.reading import TEMPLATES, sentence
from wiredesk.web.urls import Links


def test_every_template_can_be_translated() -> None:
    assert explain.TEMPLATES == TEMPLATES
    assert limits.NOTES == QUERY_NOTES


def test_a_search_is_one_sentence() -> None:
    request = SearchRequest(
        filters={"city": ("Beirut", "Geneva")},
        exclude={"agency": ("Reuters",)},
        date_from="2016-02",
        date_to="2016-02",
    )
    request = replace(request, query="aleppo NEAR/5 siege country:CH")
    assert sentence(request, speech_for("en")) == (
        "Stories containing “aleppo” within 5 words of “siege”, filed from Switzerland, "
        "filed from Beirut or Geneva, not Reuters, in February 2016"
    )


def test_a_widened_search_is_read_as_what_was_done() -> None:
    request = SearchRequest(query="aleppo siege truce")
    for level, said in (
        ("most", "Meldungen mit den meisten von „aleppo“, „siege“ und „truce“"),
        ("any", "Meldungen mit „aleppo“, „siege“ oder „truce“"),
    ):
        notes = [Note(code=f"widened-{level}")]
        assert sentence(request, speech_for("de"), notes=notes) == said


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_every_part(code: str) -> None:
    speech = speech_for(code)
    text = 'a "b c"~2 -d e* f?g h~1 =i j NEAR/3 k atleast2:l first9:m headline:n about:o date:2016'
    said = sentence(SearchRequest(query=text, filters={"city": ("-",)}), speech)
    assert "%(" not in said
    assert all(letter in said for letter in "abcdefghijklmno")


def test_at_zero_hits_each_word_leads_to_its_own_stories() -> None:
    result = SearchResult(
        request=SearchRequest(query="bridge AND by:ferry AND xyz", filters={"city": ("Oslo",)}),
        total=0,
        word_totals={"bridge": 3, "byline:ferry": 1, "xyz": 0},
        without={("city", "Oslo"): 0},
    )
    links = Links("")
    found = ways_out_of(result, links, speech_for("en"))
    assert [(link.text, link.url) for link in found] == [
        ("“bridge” alone: 3 stories", links.search(SearchRequest(query="bridge"))),
        ("“byline:ferry” alone: 1 story", links.search(SearchRequest(query="byline:ferry"))),
    ]


def test_russian_and_french_have_their_marks() -> None:
    def said(code: str, query: str) -> str:
        return sentence(SearchRequest(query=query), speech_for(code))

    assert said("ru", "siege") == "Сообщения, содержащие «siege»"
    assert said("ru", "agency:AP") == "Сообщения от: AP"
    assert "«\u00a0siege\u00a0»" in said("fr", "siege")


def test_notes_are_sentences() -> None:
    for code in LANGUAGES:
        for message in QUERY_NOTES:
            values = {
                "text": "x",
                "field": "f",
                "near": "n",
                "limit": 2,
                "count": 2,
                "operator": "OR",
            }
            text = speech_for(code).note(Note(code=message, hint="", values=values))
            assert text.endswith(".")
            assert not text.endswith(":.")
