"""The plainest wire copy is read right."""

import pytest

from wiredesk.index.wire import parse_dateline, read_stories

STORY = """Harbour council votes for a new mole

GENEVA/LONDON, May 2 (Reuters) - The harbour council voted on Tuesday.

It was close.

(Reporting by Ada Muster in Geneva and Ole Roe; Editing by Mia Doe)
"""


def test_a_story_has_headline_cities_agency_date_and_people() -> None:
    (story,) = read_stories(STORY, path="a.txt")
    assert story.headline == "Harbour council votes for a new mole"
    assert [c.name for c in story.cities] == ["Geneva", "London"]
    assert (story.agency, story.date) == ("Reuters", "--05-02")
    assert [(b.role, b.name, b.place) for b in story.byline] == [
        ("reporting", "Ada Muster", "Geneva"),
        ("reporting", "Ole Roe", None),
        ("editing", "Mia Doe", None),
    ]


def test_a_story_sent_again_later_is_another_one() -> None:
    text = "{stamp}\nWELLS DUG IN THE NORTH\n    ACCRA, Feb 26 - Forty wells were dug.\n"
    first, again, same = (
        read_stories(text.format(stamp=stamp), path="a.txt")[0].id
        for stamp in ("26-FEB-1987 15:43:59", "26-FEB-1987 16:43:59", "26-FEB-1987 15:43:59")
    )
    assert first != again
    assert first == same


def test_a_table_below_its_dateline_is_read_as_a_story() -> None:
    text = """3-MAR-1987 08:24:17
MUSTER CORP <MUS> 3RD QTR NET
    BELMONT, Calif., March 3 -
    Shr 16 cts vs eight cts
    Net 4,834 vs 2,052
 Reuter
"""
    (story,) = read_stories(text, path="a.txt")
    assert story.headline == "MUSTER CORP <MUS> 3RD QTR NET"
    assert [c.name for c in story.cities] == ["Belmont"]
    assert story.body.startswith("Shr 16 cts")


def test_a_headline_alone_below_a_stamp_is_a_headline() -> None:
    text = "3-MAR-1987 08:24:17\n******MUSTER CORP RAISES DIVIDEND TO 38 CTS FROM 36 CTS\n\n"
    (story,) = read_stories(text, path="a.txt")
    assert story.headline == "MUSTER CORP RAISES DIVIDEND TO 38 CTS FROM 36 CTS"
    assert (story.date, story.body) == ("1987-03-03", "")


def test_rates_below_a_stamp_and_a_headline_are_the_body() -> None:
    text = "7-APR-1987 11:18:01\nHARBOUR RATES CLOSE 1616 - APR 7\n MTH  LAST\n Jun  62\n"
    (story,) = read_stories(text, path="a.txt")
    assert story.headline == "HARBOUR RATES CLOSE 1616 - APR 7"
    assert story.body.split() == ["MTH", "LAST", "Jun", "62"]


def test_a_byline_that_runs_into_its_dateline_names_its_people_once() -> None:
    lead = "The state said so on Monday.\n"
    for text, city, names in (
        (f"Tram runs\n\nBy Ada Muster Dhaka, May 2 (PTI) {lead}", "Dhaka", ["Ada Muster"]),
        (
            f"Tram runs\n\nBy ADA MUSTER and OLE ROE, Associated Press ROME (AP) — {lead}",
            "Rome",
            ["ADA MUSTER", "OLE ROE"],
        ),
    ):
        (story,) = read_stories(text, path="a.txt")
        assert [c.name for c in story.cities] == [city]
        assert [b.name.casefold() for b in story.byline] == [n.casefold() for n in names]
        assert story.body == lead.strip()


def test_typing_slips_of_datelines_and_sign_offs_are_read() -> None:
    text = "Tram runs\n    ATLANTA , March 3 - The tram ran on time.\n REUTER...\n"
    (story,) = read_stories(text, path="a.txt")
    assert ([c.name for c in story.cities], story.agency, story.date) == (
        ["Atlanta"], "Reuters", "--03-03",
    )  # fmt: skip
    maine = parse_dateline("OLD TOWN, Me., March 25 - The tram ran on time.")
    assert maine is not None
    assert [(c.city, c.region, c.country_code) for c in maine.cities] == [
        ("OLD TOWN", "Maine", "US")
    ]


def test_teasers_behind_the_credit_are_not_the_story() -> None:
    (story,) = read_stories(STORY + "\nFive walks along the mole\nFerry news\n", path="a.txt")
    assert story.body.endswith("It was close.")
    assert [(d.line, d.reason) for d in story.dropped] == [
        ("Five walks along the mole", "after the credit"),
        ("Ferry news", "after the credit"),
    ]


def test_a_second_dateline_inside_a_story_opens_no_other() -> None:
    text = (
        "26-FEB-1987 09:00:00\nHARBOUR DUES RISE\n    LONDON, Feb 26 - The dues of the harbour\n"
        "will rise in spring, the council said, and\nthe ferries will pay half.\n"
        "    LONDON, Feb 26 - The ferries said they would not\npay at all, whatever the council"
        " said.\n Reuter\n"
    )
    (story,) = read_stories(text, path="a.txt")
    assert story.headline == "HARBOUR DUES RISE"


def test_stories_joined_by_one_blank_line_are_told_apart() -> None:
    one = (
        "Harbour council votes for a new mole\n\nOSLO, May 2 (Reuters) - The council of the harbour"
        " voted on Tuesday for a mole of stone.\n\nIt will be built by the spring of next year, the"
        " mayor said.\n\n"
    )
    two = (
        "Ferry rests as the engine cools\n\nBy Ada Muster\n\nThe ferry rested on Tuesday while its"
        " engine cooled, the third time this year.\n\nThe crew played cards and the passengers"
        " watched them play.\n\n"
    )
    three = (
        "Hens go to bed at noon\n\nPRAGUE — The hens of the city went to bed at noon when the moon"
        " hid the sun.\n\nThey were up again by one, their keeper said.\n"
    )
    found = read_stories(one + two + three, path="a.txt")
    assert [a.headline for a in found] == [
        "Harbour council votes for a new mole",
        "Ferry rests as the engine cools",
        "Hens go to bed at noon",
    ]


def test_a_credit_glued_to_a_note_still_names_its_people() -> None:
    text = STORY.replace("(Reporting by", "(This version was refiled to add a word)(Reporting by")
    (story,) = read_stories(text, path="a.txt")
    assert [b.name for b in story.byline] == ["Ada Muster", "Ole Roe", "Mia Doe"]
    assert [n.kind for n in story.notes][-2:] == ["advisory", "credit"]


def test_a_name_with_a_job_under_the_headline_is_a_byline() -> None:
    text = (
        "Tram runs on time\n\nAda Muster, Staff Writer\n\nThe tram ran on time on Monday, said all"
        " who had waited for it in the rain.\n"
    )
    (story,) = read_stories(text, path="a.txt")
    assert [(b.role, b.name) for b in story.byline] == [("reporting", "Ada Muster")]


BODY = """The council of the port said on Monday that it would build a new mole next year.

Work will begin in the spring and will take three years, the council said in a note."""
TITLE = "Port to build new mole next year"


@pytest.mark.parametrize(
    "head",
    [
        f"The Fjord Times\n{TITLE}\nBy Ada Muster\nMay 2, 2016",
        f"Harbour City Observer\n\n{TITLE}",
        f"www.fjord.example.com\n\n{TITLE}",
        f"North Coast Voices and More\n\n{TITLE} - North Coast Voices and More",
        f"{TITLE} | The Fjord Daily News",
        f"{TITLE} | Reuters",
        f"The Fjord Daily News\nHome\nSport\n{TITLE}\n2 May 2016",
    ],
)
def test_the_name_of_the_site_is_no_headline(head: str) -> None:
    (story,) = read_stories(f"{head}\n\n{BODY}\n", path="a.txt")
    assert (story.headline, story.body) == (TITLE, BODY)


def test_a_copyright_line_tells_the_name_of_the_site() -> None:
    text = f"Songs of the North Coast\n\n{TITLE}\n\n{BODY}\n\n© 2016 Songs of the North Coast\n"
    (story,) = read_stories(text, path="a.txt")
    assert (story.headline, story.body) == (TITLE, BODY)


@pytest.mark.parametrize(
    "headline",
    [
        "Mayor Brings Good News",
        "Hard Times for Fish",
        "NO TARGETS FOR COFFEE - IBC",
        "Oil falls - Reuters",
    ],
)
def test_a_headline_like_the_name_of_a_paper_stays_one(headline: str) -> None:
    standing = "The council of the port votes for the mole after a long night"
    (story,) = read_stories(f"{headline}\n\n{standing}\n\n{BODY}\n", path="a.txt")
    assert story.headline == headline
