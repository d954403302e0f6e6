"""Hard-wrapped copy is read by paragraphs; tables, lists, poems and headings stay as they are."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiredesk.index.article import Article
from wiredesk.index.entities.finder import load_finder
from wiredesk.index.entities.unwrapping import unwrapped
from wiredesk.index.wire import read_stories

PARAGRAPHS = [
    "LILLE, March 4 - Finance Minister Edouard Ballantyne said on Monday that the price of grain"
    " had not moved since the harbour of Calais was closed, and that no one should expect it to.",
    "He spoke to farmers of the Somme Valley Cooperative, who had come by bus from Amiens and from"
    " as far as Reims to hear him.",
    "Grain traders were not convinced. They said that Donald J. Harrow of the Northern Grain"
    " Council, to whom they look, was told the opposite by Dr. Anna Moreau, the head of the port.",
    "The closure began in January.",
]


def story(body: str) -> Article:
    (article,) = read_stories(f"GRAIN PRICE STAYS\n{body}\n", path="a.txt", whole=True)
    return article


@pytest.mark.parametrize("width", [42, 60, 63, 72, 80, 100])
@pytest.mark.parametrize("indent", ["", "    "])
def test_wrapped_copy_is_read_by_paragraphs(width: int, indent: str) -> None:
    lines = [line for p in PARAGRAPHS for line in textwrap.wrap(indent + p, width)]
    article = story("\n".join(lines))
    assert article.dateline and article.body.startswith("Finance Minister")
    cut = set(unwrapped(article).split("\n"))
    names = ["Edouard Ballantyne", "Somme Valley Cooperative", "Donald J. Harrow", "Anna Moreau"]
    names += ["Northern Grain Council"]
    assert [n for n in names if not any(n in line for line in cut)] == []
    assert "The closure began in January." in cut


def test_a_name_over_the_first_line_end_is_one_name() -> None:
    text = (
        "FRANC STAYS STRONG\n    PARIS, March 4 - French Finance Minister Edouard\nBallantyne said"
        " the franc would stay strong in the months to\ncome, and that he had no plan to change"
        " that.\n"
    )
    (article,) = load_finder().annotate(read_stories(text, path="a.txt", whole=True))
    people = [e for e in article.entities if e.label == "PERSON"]
    assert [(e.text, e.name) for e in people] == [("Edouard\nBallantyne", "Edouard Ballantyne")]
    assert text[people[0].start : people[0].end] == people[0].text


UNTOUCHED = {
    "blank lines": "Minister Edouard Ballantyne spoke on Monday of the\n\nharbour of Calais.",
    "paragraphs": "The minister came by bus on Monday.\nHe left again on Tuesday, after the meeting"
    " of farmers, who had nothing more to say to him and went home to their fields.\nNo one came.",
    "headings": "What the minister said in Lille\nThe harbour of Calais stays closed until the"
    " price of grain has come down by a tenth, he said, and that may take a year.\nWhat comes next"
    "\nA meeting of farmers in Reims, and one of traders in Amiens, both of them in April.",
    "table": "Shr profit nine cts vs loss two cts\nNet profit 1,419,000 vs loss 314,000\n"
    "Revs 8,097,000 vs 4,794,000\nAvg shrs 15.8 mln vs 15.5 mln\nYear\nShr profit 37 cts vs 10",
    "columns": "Calais to Amiens by the northern road   155 km\nReims to Lille by the southern road"
    "    199 km\nLille to Calais along the harbour wall  112 km",
    "leaders": "Calais to Amiens by the road....155 down....131\n"
    "Reims to Lille by the old road..199 up......214\n"
    "Lille to Calais by the harbour..112 up......114",
    "names": "Edouard Ballantyne, finance minister of the south\nAnna Moreau, head of the port of"
    " Calais\nDonald Harrow, of the Northern Grain Council\nOdette Brill, mayor of Amiens\n"
    "Marta Keller, spokeswoman of the farmers of Reims",
    "items": "The farmers of the Somme want three things of the minister:\n- the harbour of Calais"
    " open before the summer comes,\n- a price for grain that does not move every day, and\n"
    "- a minister who comes to see them in the winter.",
    "poem": "I came by the long road to Calais\nand the sea was grey\nand the bread was dear\n"
    "O harbour that I left one morning in the rain\nnobody waits\non your wall of stone",
}  # fmt: skip


@pytest.mark.parametrize("body", UNTOUCHED.values(), ids=UNTOUCHED)
def test_lines_that_are_no_wrapped_text_stay_apart(body: str) -> None:
    article = Article(id="0" * 16, source=story("x").source, headline="Grain", body=body)
    assert unwrapped(article) == body


@given(st.text("aB.,-  \n1é", max_size=400))
def test_every_character_stays_in_its_place(body: str) -> None:
    article = Article(id="0" * 16, source=story("x").source, headline="Grain", body=body)
    joined = unwrapped(article)
    assert len(joined) == len(body)
    assert all(a == b or (a, b) == (" ", "\n") for a, b in zip(joined, body, strict=True))
    assert joined.count("\n\n") == body.count("\n\n")
