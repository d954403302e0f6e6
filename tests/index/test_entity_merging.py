"""Mentions into facet values: who is who, which place, which body; and what is left apart."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiredesk.index.countries import place_country
from wiredesk.index.entities.forms import surname_forms, without_title
from wiredesk.index.entities.labels import Label
from wiredesk.index.entities.mention import LONG, Mention, occurrences
from wiredesk.index.entities.names import facet_names
from wiredesk.index.entities.overlay import overlay
from wiredesk.index.entities.tables import fold, lists, organisation


def names(text: str, *found: tuple[str, Label]) -> list[str]:
    """Facet values of mentions, each found after the one before."""
    mentions = []
    at = 0
    for surface, label in found:
        at = text.index(surface, at)
        mentions.append(Mention(at, at + len(surface), label))
        at += len(surface)
    return facet_names(text, mentions)


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("U.S.", "US"), ("US", "US"), ("USA", "US"), ("America", "US"), ("UK", "GB"),
        ("Britain", "GB"), ("the Netherlands", "NL"), ("Burma", "MM"), ("Ivory Coast", "CI"),
        ("SYRIA", "SY"), ("Turkey’s", "TR"), ("England", "England"), ("Gaza", "Gaza"),
        ("GENEVA", "Geneva"), ("NY", "New York"), ("LA", "Los Angeles"),
        ("New York City", "New York"),
    ],
)  # fmt: skip
def test_places_become_countries_or_keep_one_spelling(surface: str, value: str) -> None:
    assert names(f"He left {surface} today.", (surface, "LOC")) == [value]


@pytest.mark.parametrize("surface", ["IN", "DE", "PA", "XY"])
def test_two_capitals_that_are_no_country_are_no_place(surface: str) -> None:
    assert names(f"He left {surface} today.", (surface, "LOC")) == [""]


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("IS", "Islamic State"), ("ISIS", "Islamic State"), ("ISIL", "Islamic State"),
        ("Daesh", "Islamic State"), ("Islamic State of Iraq and the Levant", "Islamic State"),
        ("U.N.", "United Nations"), ("UN", "United Nations"), ("EU", "European Union"),
        ("al Qaeda", "al-Qaeda"), ("Al-Qaida", "al-Qaeda"), ("WFP", "World Food Programme"),
        ("AK Party", "Justice and Development Party"), ("Nato", "NATO"),
        ("Dunmore Works", "Dunmore Works"),
    ],
)  # fmt: skip
def test_organisations_go_by_one_name(surface: str, value: str) -> None:
    assert names(f"He left {surface} today.", (surface, "ORG")) == [value]


def test_small_words_are_never_short_names() -> None:
    assert place_country("us") is None
    assert organisation("is") is None
    assert organisation("who") is None
    assert place_country("US") == "US"


def test_a_surname_goes_to_the_one_full_name_that_fits() -> None:
    text = "Ash Carter met Staffan de Mistura. Carter and De Mistura spoke; de Mistura left."
    assert (
        names(
            text,
            ("Ash Carter", "PERSON"),
            ("Staffan de Mistura", "PERSON"),
            ("Carter", "PERSON"),
            ("De Mistura", "PERSON"),
            ("de Mistura", "PERSON"),
        )
        == ["Ash Carter", "Staffan de Mistura"] * 1 + ["Ash Carter"] + ["Staffan de Mistura"] * 2
    )


def test_a_surname_that_two_people_bear_stays() -> None:
    text = "Raneem Matouq and Khalil Brun, then Matouq and Brun; her brother Jo Matouq"
    assert names(
        text,
        ("Raneem Matouq", "PERSON"),
        ("Khalil Brun", "PERSON"),
        ("Matouq", "PERSON"),
        ("Brun", "PERSON"),
        ("Jo Matouq", "PERSON"),
    ) == ["Raneem Matouq", "Khalil Brun", "Matouq", "Khalil Brun", "Jo Matouq"]


def test_arabic_articles_titles_and_initials_do_not_part_a_name() -> None:
    text = "Bashar al-Assad; Assad; al-Assad; President Bashar Assad; George W. Bush; George Bush"
    found = names(
        text,
        ("Bashar al-Assad", "PERSON"),
        ("Assad", "PERSON"),
        ("al-Assad", "PERSON"),
        ("President Bashar Assad", "PERSON"),
        ("George W. Bush", "PERSON"),
        ("George Bush", "PERSON"),
    )
    assert found == ["Bashar al-Assad"] * 4 + ["George W. Bush"] * 2


def test_the_spelling_with_diacritics_is_shown() -> None:
    text = "Tayyip Erdogan, Tayyip Erdoğan"
    found = names(text, ("Tayyip Erdogan", "PERSON"), ("Tayyip Erdoğan", "PERSON"))
    assert found == ["Tayyip Erdoğan"] * 2


def test_names_in_capitals_get_small_articles() -> None:
    text = "KELLER MET AHMED AL-RASHID OF THE HOUSE OF BRILL."
    assert names(text, ("AHMED AL-RASHID", "PERSON"), ("HOUSE OF BRILL", "ORG")) == [
        "Ahmed al-Rashid",
        "House of Brill",
    ]


def test_peoples_become_countries_and_faiths_stay_groups() -> None:
    text = "Syrians, Dutch, Muslims, Kurds"
    found = names(
        text, ("Syrians", "NORP"), ("Dutch", "NORP"), ("Muslims", "NORP"), ("Kurds", "NORP")
    )
    assert found == ["SY", "NL", "Muslim", "Kurd"]


def overlaid(text: str, *found: tuple[str, Label]) -> list[tuple[str, Label]]:
    mentions = [Mention(text.index(s), text.index(s) + len(s), label) for s, label in found]
    better = overlay("Headline\n\n" + text, [m._replace(start=m.start + 10, end=m.end + 10) for m in mentions], body_at=10)  # fmt: skip  # noqa: E501
    return [(("Headline\n\n" + text)[m.start : m.end], m.label) for m in better]


def test_an_abbreviation_in_brackets_is_what_its_long_name_is() -> None:
    text = "The Coastal Relief Network (CRN) has boats. CRN crews left."
    assert overlaid(text, ("Coastal Relief Network", "ORG")) == [
        ("Coastal Relief Network", "ORG"),
        ("CRN", "ORG"),
        ("CRN", "ORG"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Quito Port Workers Union (QPWU) met. QPWU won.", "Quito Port Workers Union"),
        ("A Fund for Young Sailors (FYS) ship.", "Fund for Young Sailors"),
        ("The Ministry of Deep Water (MODW) said", "Ministry of Deep Water"),
        ("Rain. Ministry of Deep Water (MDW) said", "Ministry of Deep Water"),
        ("Sea, Port and Ferry Agency (SPFA) said", "Sea, Port and Ferry Agency"),
        ("He said. Two (HST) men", None),
        ("The United Arab Emirates (UAE) said", None),
        ("the old workers union (OWU) met", None),
    ],
)
def test_a_name_that_its_letters_spell_is_an_organisation(text: str, found: str | None) -> None:
    names = [text[m.start : m.end] for m in overlay(text, [], body_at=0) if m.label == "ORG"]
    assert names[:1] == ([found] if found else [])


def test_a_nickname_in_quotes_is_part_of_the_name() -> None:
    text = 'Kenneth "Kenny" McAlder ran. He called it "Big Day" At once.'
    at = text.index("McAlder")
    for seen in ((0, 7), (at, at + 7)):
        (mention,) = overlay(text, [Mention(*seen, "PERSON")], body_at=0)[:1]
        assert text[mention.start : mention.end] == 'Kenneth "Kenny" McAlder'
    assert (
        facet_names(text, [Mention(0, at + 7, "PERSON"), Mention(at, at + 7, "PERSON")])
        == ['Kenneth "Kenny" McAlder'] * 2
    )


def test_a_surname_goes_on_after_its_hyphen() -> None:
    text = "Ama Boat-Sarpo spoke, and Oslo-Quito flights resumed."
    mentions = [Mention(0, 8, "PERSON"), Mention(26, 30, "LOC")]
    found = [text[m.start : m.end] for m in overlay(text, mentions, body_at=0)]
    assert found[:2] == ["Ama Boat-Sarpo", "Oslo"]


@pytest.mark.parametrize(
    "text",
    ['Islamic State won. "IS IT TRUE?" he asked.', "Islamic State won. THIS IS US, she said."],
)
def test_shouted_small_words_are_no_names(text: str) -> None:
    found = [text[m.start : m.end] for m in overlay(text, [Mention(0, 13, "ORG")], body_at=0)]
    assert found == ["Islamic State"]
    quiet = "Islamic State won. The US said IS fled."
    names = [quiet[m.start : m.end] for m in overlay(quiet, [Mention(0, 13, "ORG")], body_at=0)]
    assert names == ["Islamic State", "US", "IS"]


def test_surnames_are_carried_through_and_cities_are_cities() -> None:
    text = "Odette Brill flew to Aleppo. Brill liked Aleppo."
    found = overlaid(text, ("Odette Brill", "PERSON"), ("Aleppo", "PERSON"))
    assert found == [
        ("Odette Brill", "PERSON"),
        ("Aleppo", "LOC"),
        ("Brill", "PERSON"),
        ("Aleppo", "LOC"),
    ]


def test_a_person_named_like_a_city_is_no_city() -> None:
    text = "Jack London wrote. London died."
    assert overlaid(text, ("Jack London", "PERSON"))[1] == ("London", "PERSON")


def test_titles_quotes_and_directions_are_cut() -> None:
    text = 'Defense Secretary Ash Carter saw "Nusra Front" in northern Latvia near northern Idlib.'
    found = overlaid(
        text,
        ("Defense Secretary Ash Carter", "PERSON"),
        ('"Nusra Front"', "ORG"),
        ("northern Idlib", "LOC"),
    )
    assert found == [("Ash Carter", "PERSON"), ("Nusra Front", "ORG"), ("Latvia", "LOC"), ("Idlib", "LOC")]  # fmt: skip  # noqa: E501


def test_surname_forms_know_particles() -> None:
    assert set(surname_forms("Staffan de Mistura")) == {"Mistura", "de Mistura", "De Mistura"}
    assert set(surname_forms("Bashar al-Assad")) == {"al-Assad", "Assad", "Al-Assad"}
    assert without_title("Lt. Gen. Prime Minister Ann Moss") == "Ann Moss"
    assert without_title("President") == "President"


@given(
    st.text(alphabet="ABab. -'’\n(),SyriaUNIS", max_size=80),
    st.lists(st.tuples(st.integers(0, 79), st.integers(1, 12)), max_size=6),
)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_any_mentions_stay_in_order_inside_the_text(
    text: str, found: list[tuple[int, int]]
) -> None:
    labels: tuple[Label, ...] = ("PERSON", "ORG", "LOC", "NORP")
    mentions = []
    at = 0
    for i, (start, length) in enumerate(sorted(found)):
        start = max(start, at)
        end = min(start + length, len(text))
        if start < end:
            mentions.append(Mention(start, end, labels[i % 4]))
            at = end
    better = overlay(text, mentions, body_at=0)
    assert all(0 <= m.start < m.end <= len(text) for m in better)
    assert all(a.end <= b.start for a, b in pairwise(better))
    assert len(facet_names(text, better)) == len(better)


def test_the_tables_hold_together() -> None:
    tables = lists()
    values = set(tables.organisations.values()) | set(tables.short.values())
    assert len(values) >= 300
    assert all(organisation(v) == v for v in values if len(v) > 5 or " " in v)
    assert fold("Erdoğan") == fold("ERDOGAN")
    assert fold("U.N.") == fold("UN")


@given(
    st.text(alphabet="AB al-'’_@# .é1\n", max_size=60),
    st.text(alphabet="AB al-'é1", min_size=1, max_size=6),
)
def test_names_are_found_in_a_long_text_as_in_a_short_one(text: str, name: str) -> None:
    long = text + "\n" + "x " * (LONG // 2 + 1)
    assert list(occurrences(long, name)) == list(occurrences(text + "\n", name))
