"""The sentence of a search in the reader's language."""

import re
from dataclasses import replace

import pytest

from wiredesk.search import explain, limits
from wiredesk.search.limits import Limits
from wiredesk.search.model import Note, SearchRequest, SearchResult
from wiredesk.search.parser import parse
from wiredesk.web.i18n import LANGUAGES, QUERY_NOTES, speech_for
from wiredesk.web.presenters import chips_of, ways_out_of
from wiredesk.web.reading import TEMPLATES, sentence
from wiredesk.web.urls import Links, read_query_string


def test_every_template_can_be_translated() -> None:
    for english, one, table in (
        (explain.TEMPLATES, explain.ONE, TEMPLATES),
        (limits.NOTES, limits.ONE, QUERY_NOTES),
    ):
        forms = {k: m if isinstance(m, tuple) else (m,) for k, m in table.items()}
        assert {k: m[-1] for k, m in forms.items()} == english
        assert {k: m[0] for k, m in forms.items() if len(m) > 1} == one


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
        word_totals={"bridge": 3, "byline:ferry": 1, "xyz": 0, r"city\:": 2},
        without={("city", "Oslo"): 0},
    )
    links = Links("")
    found = ways_out_of(result, links, speech_for("en"))
    assert [(link.text, link.url) for link in found] == [
        ("“bridge” alone: 3 stories", links.search(SearchRequest(query="bridge"))),
        ("“byline:ferry” alone: 1 story", links.search(SearchRequest(query="byline:ferry"))),
        ("“city:” alone: 2 stories", links.search(SearchRequest(query=r"city\:"))),
    ]


def test_russian_and_french_have_their_marks() -> None:
    def said(code: str, query: str) -> str:
        return sentence(SearchRequest(query=query), speech_for(code))

    assert said("ru", "siege") == "Сообщения, содержащие «siege»"
    assert said("ru", "agency:AP") == "Сообщения от: AP"
    assert "«\u00a0siege\u00a0»" in said("fr", "siege")


@pytest.mark.parametrize(
    ("first", "last", "chip", "read"),
    [
        ("1987-01", "1987-12", "период: январь 1987 — декабрь 1987", "за 1987"),
        (
            "1987-01",
            "1987-11",
            "период: январь 1987 — ноябрь 1987",
            "за период: январь 1987 — ноябрь 1987",
        ),
        ("1987-03", None, "период: март 1987 и позже", "за период: март 1987 и позже"),
        (None, "1987-05", "период: май 1987 и раньше", "за период: май 1987 и раньше"),
    ],
)
def test_months_in_russian_stand_where_they_need_no_case(
    first: str | None, last: str | None, chip: str, read: str
) -> None:
    def without_the_word_year(text: str) -> str:
        return re.sub("\u202f\\w\\.", "", text)

    speech = speech_for("ru")
    request = SearchRequest(date_from=first, date_to=last)
    (shown,) = chips_of(request, Links(), speech)
    assert without_the_word_year(shown.text) == chip
    assert without_the_word_year(sentence(request, speech)) == f"Сообщения {read}"


QUERIES = """
date:.. | date:1/2/2016 | word^2 | a\x00b | headline: | "" | ="a b" | ab~9 | *bour | a or b | OR a
(a AND b) NEAR/5 c | a roe: b | autor=roe | date:2016-02-30 | !!! | atleast0:a | "a* b" | who did b?
[a TO c] | last 7 days | date:2016..2015 | a* | a) b | (a b)~2 | date:2016-02-09T08:30:00Z
hd=siege | aleppo near5 siege | siege! | a and not b | (a b | "a b | autor:roe | rst=tdjw a | Hd= x
""".replace("\n", "|").split("|")


def said(query: str, code: str, narrow: Limits = limits.HTTP) -> list[str]:
    return [speech_for(code).note(note) for note in parse(query.strip(), limits=narrow).notes]


ONES = Limits(characters=20, clauses=1, depth=1, word=1, phrase=1, prefix=1, notes=1)
TWOS = Limits(characters=30, clauses=2, depth=2, word=2, phrase=2, prefix=2, notes=2)
FIVES = Limits(characters=40, clauses=5, depth=5, word=5, phrase=5, prefix=5, notes=5)
LIMITED = (
    "a " * 90,
    '"a b c d e f g h"',
    "abcdefgh",
    "((((((((a))))))))",
    "(" * 9 + "*z *z *z *z *z *z *z *z",
    "abcdefgh* *",
)


def test_every_note_is_said_in_every_language_with_what_the_parser_gives() -> None:
    seen = set()
    limited = [(query, narrow) for query in LIMITED for narrow in (ONES, TWOS, FIVES)]
    for query, narrow in [*((q, limits.HTTP) for q in QUERIES), *limited]:
        for note in parse(query.strip(), limits=narrow).notes:
            seen.add(note.code)
            told = {code: speech_for(code).note(note) for code in LANGUAGES}
            assert len(set(told.values())) == len(LANGUAGES), told
            assert all(text.endswith(".") and "%(" not in text for text in told.values()), told
            hint = note.hint.rstrip(".:").casefold() + "."
            assert unmarked(told["en"]).casefold().replace(",", "") == hint.replace(",", "")
    assert seen == set(QUERY_NOTES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_notes_of_an_address_are_said_in_every_language(code: str) -> None:
    address = (
        "page=abc&bogus=1&sort=date&sort=-date&city=X&-city=X&from=2025&to=2024"
        f"&person={'z' * 400}&" + "&".join(f"agency=a{n}" for n in range(120))
    )
    notes = read_query_string(address).notes
    assert len({note.code for note in notes}) == 7
    for note in notes:
        text = speech_for(code).note(note)
        assert "%(" not in text
        assert (text == speech_for("en").note(note)) == (code == "en")


def unmarked(text: str) -> str:
    return re.sub("[\u2068\u2069]", "", text)


def test_a_note_keeps_the_case_of_what_was_typed() -> None:
    assert said("Hd=siege", "en") == ["Hd= was read as headline."]
    assert said("hd=siege", "de") == ["hd= wurde als headline: gelesen."]
    assert said("iyi=siege", "tr")[0].startswith("iyi")


def test_notes_and_sentences_agree_with_their_numbers() -> None:
    assert said("a\x00b", "en") == ["1 invisible or broken character was left out."]
    assert said("a\x00b\x00", "de") == ["2 unsichtbare oder kaputte Zeichen wurden weggelassen."]
    for code, query, text in (
        ("en", "first1:a", "Stories containing “a” as the first word"),
        ("en", '"a b"~1', "Stories containing “a b” with at most 1 word in between"),
        ("de", "atleast1:(a b)", "Meldungen mit „a“ mindestens einmal und „b“ mindestens einmal"),
        ("ar", "first2:a", "الأخبار التي تحوي “\u2068a\u2069” في أول كلمتين"),
    ):
        assert sentence(SearchRequest(query=query), speech_for(code)) == text


WEEKS = {
    "en": "Stories in the week of Mar 2, 1987",
    "de": "Meldungen aus der Woche vom 02.03.1987",
    "fr": "Dépêches de la semaine du 2 mars 1987",
    "es": "Noticias de la semana del 2 mar 1987",
    "tr": "Haberler: 2 Mar 1987 haftasında",
    "ru": "Сообщения за неделю с 2 мар. 1987\u202fг.",  # noqa: RUF001
    "ar": "الأخبار في الأسبوع الذي يبدأ يوم 02\u200f/03\u200f/1987",
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_week_is_named_once(code: str) -> None:
    request = SearchRequest(filters={"date": ("1987-W10",)})
    assert unmarked(sentence(request, speech_for(code))) == WEEKS[code]
