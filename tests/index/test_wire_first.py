"""The plainest wire copy is read right."""

from wiredesk.index.wire import read_stories

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
