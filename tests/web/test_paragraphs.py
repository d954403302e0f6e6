"""The paragraphs of a story, whatever its lines look like, and the marks in them."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_archive import build, story

from wiredesk.index.article import Article
from wiredesk.index.wire import read_stories
from wiredesk.web import create_app
from wiredesk.web.i18n import speech_for
from wiredesk.web.paragraphs import paragraphs
from wiredesk.web.story import paragraphs_of

HEAD = "FERRY FARES TO RISE IN SPRING\n"
LINE = "    OSLO, March 2 - "


def read(text: str) -> Article:
    (found,) = read_stories(text, path="a.txt")
    return found


def drawn(article: Article) -> list[str]:
    blocks = paragraphs_of(article, (), {}, speech_for("en"))
    return [(f"{b.css}: " if b.css else "") + str(b.text) for b in blocks]


def test_lines_broken_at_a_width_are_joined_up_to_the_next_indent() -> None:
    text = (
        f"{HEAD}{LINE}The ferry company said on\n"
        "Monday that fares would rise by six pct in the spring, the\n"
        "first rise in nine years.\n"
        "    Passengers on the quay called it fair, if late. A poll of\n"
        "the port found the same.\n"
        "    The board meets again in May.\n"
    )
    assert drawn(read(text)) == [
        "The ferry company said on Monday that fares would rise by six pct in the spring, the"
        " first rise in nine years.",
        "Passengers on the quay called it fair, if late. A poll of the port found the same.",
        "The board meets again in May.",
    ]


def test_without_indents_a_sentence_that_ends_early_ends_its_paragraph() -> None:
    body = (
        "The ferry company said on Monday that fares would rise by six\n"
        "pct in the spring, the first rise in nine years and the last.\n"
        "Passengers called it fair.\n"
        "A poll of the port had found the same in the winter, when the\n"
        "ice kept most of the ships at home for weeks.\n"
    )
    spans = [body[p.start : p.end] for p in paragraphs(story(1, "Ferry", body))]
    assert [s.count("\n") for s in spans] == [2, 1]


@pytest.mark.parametrize("indent", ["    ", ""])
def test_lines_of_a_table_stay_lines(indent: str) -> None:
    rows = ["Shr 29 cts vs 28 cts", "Net 4,411,000 vs 4,210,000", "Six mths", "Revs 185.5 mln"]
    note = f"{indent}NOTE: Results for 1985 are restated for a share\nsplit in February.\n"
    text = f"{HEAD}{LINE}" + f"\n{indent}".join(rows) + "\n" + note
    assert drawn(read(text)) == [
        "rows: " + "\n".join(rows),
        "NOTE: Results for 1985 are restated for a share split in February.",
    ]


@pytest.mark.parametrize("indent", ["    ", ""])
def test_lines_of_figures_in_running_text_are_joined(indent: str) -> None:
    told = [
        "Imports of salted fish, with those of stockfish, went up to\n"
        "445,400 tonnes from 362,500 and exports to 151,500 from\n139,800.",
        "The main buyers of the year, according to the office, were\n"
        "Italy, which took 480,450 tonnes against 717,689, Portugal\n"
        "with 462,048 (532,299) and Spain with 417,887 tonnes, up\n(399,337).",
    ]
    text = f"{HEAD}{LINE}The fish office published on Monday\nwhat it knows.\n"
    text += "".join(f"{indent}{paragraph}\n" for paragraph in told)
    assert drawn(read(text))[1:] == [paragraph.replace("\n", " ") for paragraph in told]


def test_rows_of_figures_behind_dots_stay_rows() -> None:
    rows = [
        "Currency......186.9 vs 186.8....185.6 vs 185.7",
        "Demand Depos..300.3 vs 300.0....291.5 vs 295.6",
        "Other Check...242.9 vs 241.2....240.0 vs 242.7",
    ]
    first = (
        "The banks hold more than the office had foreseen in\n"
        "the winter, it said in a note on the money of the land\n"
        "and its vaults.\n"
    )
    body = first + "\n".join(rows)
    assert drawn(story(1, "Money", body))[1:] == ["rows: " + "\n".join(rows)]


def test_columns_keep_their_blanks_and_their_indents() -> None:
    text = (
        f"{HEAD}{LINE}The board made these projections for\n"
        "the season, in mln bushels, with those of the year before:\n"
        "    CORN --     1986/87            1985/86\n"
        "      Planted   76.7    76.7     83.4    83.4\n"
        "    Harvested   69.2    69.2     75.2    75.2\n"
        "    Prices are averages.\n"
    )
    assert drawn(read(text))[1:] == [
        "columns: CORN --     1986/87            1985/86\n"
        "  Planted   76.7    76.7     83.4    83.4\n"
        "Harvested   69.2    69.2     75.2    75.2",
        "Prices are averages.",
    ]


def test_blocks_between_blank_lines_are_paragraphs_and_their_lines_are_joined() -> None:
    body = (
        "The ferry company said on Monday that fares would rise by six\n"
        "pct in the spring, the first rise in nine years.\n\n"
        "Passengers on the quay called it fair, if late, and said that\n"
        "they would go on as before."
    )
    assert [b.count(" ") for b in drawn(story(1, "Ferry", body))] == [21, 17]


def test_long_lines_are_paragraphs() -> None:
    body = "\n".join("The ferry company said nothing. " * 5 for _ in range(3))
    assert len(drawn(story(1, "Ferry", body))) == 3


def test_a_word_cut_at_its_hyphen_is_whole_again() -> None:
    text = (
        f"{HEAD}{LINE}The ferry company sold short-\n"
        "term notes to pay for its fleet, a deal with long- and short-\n"
        "and medium-term parts -- the\n"
        "largest ever.\n"
    )
    assert drawn(read(text)) == [
        "The ferry company sold short-term notes to pay for its fleet, a deal with long- and short-"
        " and medium-term parts -- the largest ever."
    ]


def test_a_phrase_is_marked_across_the_end_of_a_line(tmp_path: Path) -> None:
    text = (
        f"{HEAD}{LINE}Fares will rise, the ferry\n"
        "company said on Monday, and the ferry company is not sorry at\n"
        "all about it.\n"
    )
    with build(tmp_path / "wire.wdx", (read(text),)) as archive:
        (hit,) = archive.search("ferry").hits
        address = f"/story/{hit.id}/x?q=%22ferry+company%22"
        page = create_app(archive).test_client().get(address).text
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", page) == ["ferry company", "ferry company"]
    assert page.count('<p dir="auto">') == 1


LINES = st.sampled_from(
    ["", "a", "Shr 2 cts vs 1 ct", "x" * 60, "the end of it.", "A   B   3", "  in", "\u2028"]
)


@given(st.lists(LINES, max_size=12), st.sampled_from([50, 120]))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_paragraphs_hold_every_letter_once_and_in_order(lines: list[str], width: int) -> None:
    body = "\n".join(line.ljust(width, ".") if len(line) > 50 else line for line in lines)
    found = paragraphs(story(1, "Ferry", body))
    spans = [(p.start, p.end) for p in found]
    assert spans == sorted(spans)
    told = "".join(body[start:end] for start, end in spans)
    assert "".join(told.split()) == "".join(body.split())
    assert all(p.start < at < p.end and body[at] == "\n" for p in found for at in p.joints)
