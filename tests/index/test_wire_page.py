"""A whole web page as text: the story is found among menus and teasers."""

from wiredesk.index.wire import read_stories

MENU = "\n".join(
    "Home News World Sport Culture Weather Video Search Shop Jobs Archive Food Games".split()
)
TEASERS = """Latest in Harbours
Old lighthouse finds a keeper after nine years of dark nights
Cy Dell
January 16, 2024
Ferry timetable changes again and nobody on the island was told of it
"""
STORY = """Culture
Island library lends boats to readers without a car
Forty rowing boats wait at the pier, and the waiting list is longer than the winter
Ada Muster Island correspondent
Published Mar 3, 2024 10:15
Share
Readers queue at the pier. Photo by Ole Roe
The library of the island began to lend rowing boats on Sunday, and by noon all forty were gone.
Readers who live across the water had asked for years how to return a book when the ferry rests.
The director of the library said that nobody had drowned so far and that most books came back dry.
The council will decide in spring whether the boats may also be lent on Sundays and on holidays.
"""
END = "\n".join("Read more;About us;Contact;Terms;Privacy;Jobs;Help;Cookies;Feeds".split(";"))
PAGE = f"{MENU}\n{TEASERS}{STORY}{END}\n"


def test_the_story_of_a_page_is_read_without_what_stands_around_it() -> None:
    (story,) = read_stories(PAGE, path="page.txt")
    assert story.headline == "Island library lends boats to readers without a car"
    assert [(b.name, b.role) for b in story.byline] == [("Ada Muster", "reporting")]
    assert (story.date, story.date_basis) == ("2024-03-03", "stamp")
    assert story.body.startswith("The library of the island began")
    assert story.body.endswith("on holidays.")
    assert "Old lighthouse" not in story.body
    assert any(d.line.startswith("Old lighthouse") for d in story.dropped)


def test_every_line_of_a_page_is_accounted_for() -> None:
    (story,) = read_stories(PAGE, path="page.txt")
    spans = [
        story.headline_span,
        *((d.start, d.end) for d in story.dropped),
        *((n.start, n.end) for n in story.notes),
        *((at, at + size) for _, at, size in story.body_map),
    ]
    covered = sorted(i for start, end in spans for i in range(start, end) if PAGE[i].strip())
    assert covered == [i for i, c in enumerate(PAGE) if c.strip() and i in set(covered)]
    assert len(covered) == sum(not c.isspace() for c in PAGE)
