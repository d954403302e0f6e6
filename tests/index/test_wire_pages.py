"""A whole web page as text: the story is found among menus and teasers."""

import pytest

from wiredesk.index.wire import read_stories
from wiredesk.index.wire.lines import read_lines
from wiredesk.index.wire.pages import is_page, names_alone, page_stamp

PROSE = (
    "The harbour council of the old town voted on Tuesday for a new mole that is to keep the "
    "winter storms of the coming decades away from the fishing boats and market hall behind."
)
MENU = "Home;World;Business;Sport;Weather;Podcasts;Newsletters;Sign in;Subscribe;Search".split(";")
TEASERS = [
    "Ferry line to the islands gets two electric boats",
    "12 March 2021",
    "Why the tram depot moves to the edge of the town",
    "11 March 2021",
    "Choir festival returns after three summers without",
    "10 March 2021",
]
HEADLINE = "Harbour council votes for a new mole after two winters of storms"
FOOT = "Most read;Terms;Privacy;Careers;Contact;Help;About;Apps;Archive;Imprint".split(";")


def page(head: list[str], paragraphs: int = 6, before: list[str] | None = None) -> str:
    """A page: menu, teasers, the head of the story, its text with furniture between, teasers."""
    text = [f"{PROSE} Paragraph {n}." if n % 2 else PROSE for n in range(paragraphs)]
    body = [line for paragraph in text for line in (paragraph, "Advertisement")]
    lines = [*MENU, *(before or TEASERS), *head, *body, *FOOT, *MENU]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("head", "names", "date"),
    [
        ([HEADLINE, "By Ada Muster", "Published May 2, 2021"], ["Ada Muster"], "2021-05-02"),
        (
            [HEADLINE, "Ada Muster and Ole Roe", "2 May 2021 14:05"],
            ["Ada Muster", "Ole Roe"],
            "2021-05-02",
        ),
        ([HEADLINE, "Published Sun, May 2 20212:05 PM EDT", "Ada Muster@AdaMuster"], None, None),
        (
            [HEADLINE, "| Written by Ada Muster", "Published: 5 hours ago"],
            ["Ada Muster"],
            None,
        ),
        (
            [HEADLINE, "Author of the article:", "Ada Muster", "Published May 2, 2021"],
            ["Ada Muster"],
            "2021-05-02",
        ),
        (
            [HEADLINE, "02 May 2021", "By", "Ada Muster0,", "Ole Roe &", "Mia Doe"],
            ["Ada Muster", "Ole Roe", "Mia Doe"],
            "2021-05-02",
        ),
        ([HEADLINE, "Ada Muster Deputy Harbour Editor", "2 May 2021"], ["Ada Muster"], None),
    ],
)
def test_the_head_of_a_page_gives_headline_people_and_date(
    head: list[str], names: list[str] | None, date: str | None
) -> None:
    (story,) = read_stories(page(head), path="page.txt")
    assert story.headline == HEADLINE
    assert [b.name for b in story.byline] == (names or ["Ada Muster"])
    assert story.date == (date or ("2021-05-02" if "2021" in " ".join(head) else None))


def test_a_page_keeps_its_story_and_drops_menus_and_teasers() -> None:
    text = page([HEADLINE, "By Ada Muster", "2 May 2021"])
    (story,) = read_stories(text, path="page.txt")
    assert story.body.count(PROSE) == 6
    assert not any(word in story.body for word in ("Weather", "Advertisement", "tram depot"))
    assert {"page above the story", "page below the story"} <= {d.reason for d in story.dropped}
    assert all(text[d.start : d.end] == d.line for d in story.dropped)


def test_the_dateline_of_an_agency_story_on_a_page_is_read() -> None:
    head = [HEADLINE, "By Ada Muster - Associated Press - Sunday, May 2, 2021"]
    text = page(head).replace(PROSE, f"OSLO, Norway (AP) — {PROSE}", 1)
    (story,) = read_stories(text, path="page.txt")
    assert [c.name for c in story.cities] == ["Oslo"]
    assert (story.agency, story.date) == ("AP", "2021-05-02")


def test_a_headline_that_the_page_repeats_wins_over_a_teaser() -> None:
    text = page([HEADLINE, "Getty Images"], before=[HEADLINE, *TEASERS])
    assert read_stories(text, path="page.txt")[0].headline == HEADLINE


def test_a_column_of_wire_copy_is_no_page() -> None:
    assert not is_page(read_lines(f"{HEADLINE}\n\n" + f"{PROSE}\n\n" * 60))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Muster", ("Ada Muster",)),
        ("Ada Muster@adamuster", ("Ada Muster",)),
        ("Ada Muster | 05.04.2021", ("Ada Muster",)),
        ("Ada Muster Political Editor", ("Ada Muster",)),
        ("Latest News", ()),
        ("Weather and Travel", ()),
        ("New York", ()),
        ("Harbour council votes for a new mole", ()),
    ],
)
def test_names_alone_on_a_line(line: str, names: tuple[str, ...]) -> None:
    assert names_alone(line) == names


def test_a_year_glued_to_a_clock_is_parted() -> None:
    read = page_stamp("Published Fri, Apr 28 20232:23 PM EDT")
    assert read is not None
    assert (read[0].date, read[0].moment) == ("2023-04-28", "2023-04-28T14:23-04:00")
