"""What the words beside a name say of it, and what the rest of the story says of its value."""

import re
import time

import pytest

from wiredesk.index.entities.labels import Label
from wiredesk.index.entities.mention import Mention, without_overlaps
from wiredesk.index.entities.names import facet_names
from wiredesk.index.entities.overlay import overlay

HEAD = "Some news of the day\n\n"


def read(text: str, *seen: tuple[str, Label]) -> list[tuple[str, Label, str]]:
    """Each name found in a body, its label and value; `seen` is what a model saw, everywhere."""
    mentions = [
        Mention(len(HEAD) + m.start(), len(HEAD) + m.end(), label)
        for name, label in seen
        for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    ]
    whole = HEAD + text
    better = overlay(whole, without_overlaps(mentions), body_at=len(HEAD))
    values = facet_names(whole, better)
    return [(whole[m.start : m.end], m.label, v) for m, v in zip(better, values, strict=True) if v]


def names(text: str, *seen: tuple[str, Label]) -> list[tuple[str, Label]]:
    return [(name, label) for name, label, _ in read(text, *seen)]


def values(text: str, *seen: tuple[str, Label]) -> list[str]:
    return [value for _, _, value in read(text, *seen)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("They took the town of Vorn on Monday.", ["Vorn"]),
        ("They took the towns of Mayrin and then Kafra, Reuters wrote.", ["Mayrin", "Kafra"]),
        ("Shells hit Anjara, Tal Mora and other towns.", ["Anjara", "Tal Mora"]),
        ("The village of al-Zahla fell. Zahla burned.", ["al-Zahla", "Zahla"]),
        ("The province of Elm Monday was calm.", ["Elm"]),
    ],
)
def test_what_is_called_a_town_is_a_place(text: str, places: list[str]) -> None:
    seen: list[tuple[str, Label]] = [("Mayrin", "PERSON"), ("Kafra", "ORG"), ("Zahla", "PERSON")]
    assert [n for n, label in names(text, *seen) if label == "LOC"] == places


def test_a_town_ends_at_a_title_or_a_people() -> None:
    text = "The city of Aurora Mayor Mike Moss and the port of Hodeida Houthi men met."
    assert [n for n, label in names(text) if label == "LOC"] == ["Aurora", "Hodeida"]


@pytest.mark.parametrize(
    ("text", "seen", "body"),
    [
        ("Al Hamra Municipality opened a farm.", ("Al Hamra", "PERSON"), "Al Hamra Municipality"),
        ("The Elm County Sheriff's Office said.", ("Elm County Sheriff", "ORG"),
         "Elm County Sheriff's Office"),
        ("Brill Foods Inc. rose.", ("Brill Foods", "PERSON"), "Brill Foods Inc."),
        ("He left Brill Foods Inc.\nShe too.", ("Brill Foods", "PERSON"), "Brill Foods Inc"),
        ("Vorn Police Department said.", ("Vorn", "LOC"), "Vorn Police Department"),
    ],
)  # fmt: skip
def test_a_name_goes_on_to_the_word_that_makes_it_a_body(
    text: str, seen: tuple[str, Label], body: str
) -> None:
    assert (body, "ORG") in names(text, seen)


def test_a_company_is_one_value_with_and_without_its_legal_form() -> None:
    text = "Brill Inc said no. Brill fell. Vorn Oil Co won, and News Corp lost. Olmo AG rose."
    seen: list[tuple[str, Label]] = [("Brill", "PERSON"), ("Vorn Oil", "LOC"), ("Olmo", "PERSON")]
    assert values(text, *seen, ("News Corp", "ORG")) == [
        "Brill", "Brill", "Vorn Oil", "News Corp", "Olmo"
    ]  # fmt: skip
    text = "Brill Motor Co rose. Brill sold cars."
    assert values(text, ("Brill Motor Co", "ORG"), ("Brill", "ORG")) == ["Brill Motor"] * 2
    text = "Dorn Inc rose as Ann Dorn spoke. Dorn shares rose. Dorn smiled."
    seen = [("Dorn Inc", "ORG"), ("Ann Dorn", "PERSON")]
    assert values(text, *seen) == ["Dorn", "Ann Dorn"]


def test_a_firm_with_its_partners_is_one() -> None:
    text = "Brill and Co sold it to Brill."
    assert names(text, ("Brill and Co", "ORG"), ("Brill", "ORG"))[0] == ("Brill and Co", "ORG")


def test_a_companys_name_begins_before_the_place_in_it_and_tells_its_short_form() -> None:
    text = "The Frost Fund of Canada Ltd rose. Brill Inc fell, and BRILL men met. Brill Inc won."
    seen: list[tuple[str, Label]] = [("Canada", "LOC"), ("Brill Inc", "ORG"), ("BRILL", "PERSON")]
    assert names(text, *seen)[0] == ("Frost Fund of Canada Ltd", "ORG")
    assert values(text, *seen)[0] == "Frost Fund of Canada"
    assert names("Mr Rooter Corp won.", ("Rooter Corp", "ORG")) == [("Rooter Corp", "ORG")]
    assert values("Oslo Corp won.", ("Oslo", "LOC")) == ["Oslo Corp"]


def test_who_stands_behind_a_title_is_a_person() -> None:
    text = "Town coach Ettore Vandel left, and Mr. Olmo stayed. Coach London Rovers lost."
    seen: list[tuple[str, Label]] = [("Ettore Vandel", "ORG"), ("Olmo", "LOC")]
    assert names(text, *seen)[:2] == [("Ettore Vandel", "PERSON"), ("Olmo", "PERSON")]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Mr. Thornby had one.", ["Thornby"]),
        ("Secretary of State Miles Thornby Monday stayed.", ["Miles Thornby"]),
        ("A spokeswoman Hua Linmei said so.", ["Hua Linmei"]),
        ("The Prime Minister Friday left.", []),
        ("President Syria Times wrote.", []),
    ],
)
def test_who_is_addressed_is_a_person_though_no_model_saw_one(text: str, people: list[str]) -> None:
    assert [n for n, label in names(text) if label == "PERSON"] == people


def test_what_stands_behind_its_trade_is_a_body() -> None:
    text = "The law firm Brill Vorn left, and retailer Ada Moss stayed in London."
    seen: list[tuple[str, Label]] = [("Brill Vorn", "PERSON"), ("Ada Moss", "PERSON")]
    assert names(text, *seen)[:2] == [("Brill Vorn", "ORG"), ("Ada Moss", "ORG")]


@pytest.mark.parametrize(
    "text",
    [
        "The Vorn Film Festival began.",
        "The Vorn Prize went to her.",
        "He has Vorn's disease.",
        "Shr 34 cts vs 1.19 dlrs, Vorn 20 vs 3",
        "Vorn Monday 12 34 56",
        "loss 66 cts Vorn",
    ],
)
def test_prizes_diseases_and_rows_of_figures_have_no_names(text: str) -> None:
    assert names(text, ("Vorn", "PERSON"), ("66 cts Vorn", "ORG")) == []


def test_a_plain_word_at_the_beginning_of_a_sentence_is_no_name() -> None:
    text = (
        'He asked them to be loud. "Loud we can do," said Ada Brown. Brown wore brown. Moss left.'
    )
    seen: list[tuple[str, Label]] = [
        ("Loud", "PERSON"), ("Ada Brown", "PERSON"), ("Brown", "PERSON"), ("Moss", "PERSON")
    ]  # fmt: skip
    assert [n for n, _ in names(text, *seen)] == ["Ada Brown", "Brown", "Moss"]


def test_a_part_of_a_name_found_again_is_the_whole_name() -> None:
    text = "Envoy Brill Chunmei came. Then Brill Monday spoke. Brill left, and Brill slept."
    seen = [m.start() for m in re.finditer("Brill", text)][2:]
    better = overlay(text, [Mention(at, at + 5, "PERSON") for at in seen], body_at=0)
    assert [text[m.start : m.end] for m in better] == ["Brill Chunmei", "Brill", "Brill", "Brill"]
    assert facet_names(text, better) == ["Brill Chunmei"] * 4


def test_a_surname_that_is_a_month_is_a_person_only_where_one_acts() -> None:
    text = "Ada May came in May. On May 12 she left. May said so. Between May and June it rained."
    assert [n for n, _ in names(text, ("Ada May", "PERSON"))] == ["Ada May", "May"]


def test_a_country_stays_one_beside_a_person_of_its_name() -> None:
    text = "Odo Jordan went to Jordan. Jordan's army was there."
    assert values(text, ("Odo Jordan", "PERSON"), ("Jordan", "LOC")) == ["Odo Jordan", "JO", "JO"]
    assert values("The river Jordan in Jordan.", ("Jordan", "NORP"))[-1] == "JO"


@pytest.mark.parametrize(
    ("text", "seen", "found"),
    [
        ("Pope Ivo met Ivo Moss. Ivo prayed.", ("Ivo", "Ivo Moss"), ["Ivo", "Ivo Moss", "Ivo"]),
        ("President Brill Signs Bill", (), []),
        ("Mr. President, he said.", (), []),
        ("Hurricane Mona came. Mona Roe fled. Mona left.", ("Mona", "Mona Roe"), ["Mona Roe"]),
    ],
)
def test_names_are_not_given_to_the_wrong_person(
    text: str, seen: tuple[str, ...], found: list[str]
) -> None:
    mentions: list[tuple[str, Label]] = [(name, "PERSON") for name in seen]
    head = read_headline(text) if not seen and text.istitle() else values(text, *mentions)
    assert head == found


def read_headline(headline: str) -> list[str]:
    """The values found in a headline that no model read."""
    whole = f"{headline}\n\nThe end."
    return facet_names(whole, overlay(whole, [], body_at=len(headline) + 2))


def test_a_crowned_name_is_a_given_name() -> None:
    text = "King Salim met Prince Omar bin Salim. Prince Omar smiled at King Salim."
    seen: list[tuple[str, Label]] = [
        ("Salim", "PERSON"), ("Omar bin Salim", "PERSON"), ("Omar", "PERSON")
    ]  # fmt: skip
    assert values(text, *seen) == [
        "Salim", "Omar bin Salim", "Omar bin Salim", "Salim",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "seen", "found"),
    [
        ("Russia's Security Council met. The Security Council agreed.", "Security Council",
         ["RU", "Russian Security Council", "Russian Security Council"]),
        ("The Security Council met.", "Security Council", ["U.N. Security Council"]),
        ("The Philippine Justice Department met. The Justice Department agreed.",
         "Philippine Justice Department", ["Philippine Justice Department"] * 2),
        ("Peru's Senate met. The U.S. Senate has not. The Senate will.", "U.S. Senate",
         ["PE", "Peruvian Senate", "Senate", "Senate"]),
        ("Mali's Foreign Ministry met. The Foreign Ministry agreed.", "Foreign Ministry",
         ["ML", "Malian Foreign Ministry", "Malian Foreign Ministry"]),
        ("The U.S. Justice Department met.", "U.S. Justice Department",
         ["U.S. Department of Justice"]),
        ("Japan's Fair Trade Commission (FTC) met. FTC men left.", "Fair Trade Commission",
         ["JP", "Fair Trade Commission", "Fair Trade Commission", "Fair Trade Commission"]),
        ("The Broad Bay Fund (BBF) met the Blue Boat Fund (BBF). BBF won.", "Broad Bay Fund",
         ["Broad Bay Fund", "BBF", "Blue Boat Fund", "BBF", "BBF"]),
    ],
)  # fmt: skip
def test_a_body_that_many_countries_have_is_the_storys_own(
    text: str, seen: str, found: list[str]
) -> None:
    assert values(text, (seen, "ORG"), ("Blue Boat Fund", "ORG")) == found


@pytest.mark.parametrize(
    ("text", "seen", "value"),
    [
        ("The UAE sent ships.", ("UAE", "LOC"), "AE"),
        ("Rain fell in N.J. again.", ("N.J.", "LOC"), "New Jersey"),
        ("Sun shone in N.Z. again.", ("N.Z.", "LOC"), "NZ"),
        ("The USSR fell.", ("USSR", "LOC"), "Soviet Union"),
        ("NASTOS men met.", ("NASTOS", "ORG"), "NASTOS"),
        ("The Moon Jae-il era.", ("Moon Jae", "PERSON"), "Moon Jae-il"),
        ("Homs, Hama and Raqqa.", ("Hama and", "LOC"), "Hama"),
        ("In Berlin\U0001f468\u200d\U0001f469 it rained.", ("Berlin", "LOC"), "Berlin"),
    ],
)
def test_short_and_odd_forms_keep_their_value(
    text: str, seen: tuple[str, Label], value: str
) -> None:
    assert value in values(text, seen)


@pytest.mark.parametrize("text", ["He IS angry.", "What IS it?", "This IS our land."])
def test_a_stressed_verb_is_no_group(text: str) -> None:
    assert values(f"Islamic State fled. {text}", ("Islamic State", "ORG")) == ["Islamic State"]


def test_an_office_leaves_no_piece_of_a_body_behind() -> None:
    text = "U.S. Defense Secretary Ann Carder met him."
    seen: list[tuple[str, Label]] = [("U.S. Defense Secretary", "ORG"), ("Ann Carder", "PERSON")]
    assert names(text, *seen) == [("U.S.", "LOC"), ("Ann Carder", "PERSON")]


@pytest.mark.parametrize(
    "unit",
    ["Al-", "Al ", "A B, ", "al-Xy, ", "towns of Xy, ", "Xy of the ", "Mr. Xyz ", "U.S. Inc "],
)
def test_time_grows_with_the_length_of_odd_text_and_not_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        begun = time.process_time()
        overlay(text, [], body_at=0)
        return time.process_time() - begun

    assert seconds(160_000) < 0.2 + 20 * max(seconds(20_000), 0.02)
