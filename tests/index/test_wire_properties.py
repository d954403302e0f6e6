"""What holds for any wire story: offsets, coverage, stringing together, line ends, credit lines."""

import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiredesk.index.article import Article
from wiredesk.index.wire import parse_credit, parse_dateline, read_stories

LINES = settings(derandomize=True, deadline=None, max_examples=60)

CITIES = ["GENEVA", "LONDON", "São Paulo", "OSLO", "Kyiv", "NEW YORK", "MÜNCHEN", "RIO DE JANEIRO"]
NAMED = ["TROY, Ky.", "ONCUPINAR, Turkey", "RAMALLAH, West Bank", "WINDSOR, Ontario"]
DAYS = ["May 2", "Feb. 26", "Sept 9", "12 March"]
AGENCIES = ["Reuters", "AP", "AFP", "Xinhua", "dpa", "UPI"]
PEOPLE = ["Ada Muster", "Ole Roe", "Mia Doe", "Zoë Ångström", "Suleiman al-Musri", "Ana de la Vega",
          "Jean-Luc Petit", "Kim Min-ji", "Erin O'Doe"]  # fmt: skip
PLACES = ["Geneva", "Oslo", "New York", "Rio de Janeiro", "Kyiv"]
SUBJECTS = ["The harbour council", "A choir of bakers", "The tram company", "An old lighthouse"]
VERBS = ["voted for", "waited in vain for", "paid twice for", "laughed about"]
OBJECTS = ["the new mole", "a second bridge", "forty rowing boats", "the winter timetable"]
ENDS = ["on Tuesday", "after a long night", "before the storms came", "as nobody had foreseen"]

sentences = st.builds(
    "{} {} {} {}.".format,
    st.sampled_from(SUBJECTS),
    st.sampled_from(VERBS),
    st.sampled_from(OBJECTS),
    st.sampled_from(ENDS),
)
headlines = st.builds(
    "{} {} {}".format,
    st.sampled_from(["Harbour", "Choir", "Trams", "Lighthouse keeper", "Île des Pins"]),
    st.sampled_from(["waits for", "votes on", "sells", "forgets"]),
    st.sampled_from(["new mole", "second bridge", "forty boats", "winter timetable"]),
)
paragraphs = st.lists(sentences, min_size=2, max_size=3).map(" ".join)


@st.composite
def datelines(draw: st.DrawFn) -> str:
    """A dateline with an agency's mark, or in the style of 1987 with a date."""
    cities = draw(st.lists(st.sampled_from(CITIES), min_size=1, max_size=3, unique=True))
    if draw(st.booleans()):
        cities.append(draw(st.sampled_from(NAMED)))
    date = draw(st.sampled_from(["", *DAYS]))
    mark = f" ({draw(st.sampled_from(AGENCIES))})"
    dash = draw(st.sampled_from([" - ", " – ", " -- "]))
    return "/".join(cities) + (f", {date}" if date else "") + mark + dash


@st.composite
def credits(draw: st.DrawFn) -> str:
    """A credit line with roles, people and places."""
    names = draw(st.permutations(PEOPLE))
    clauses = []
    for role in draw(st.lists(st.sampled_from(["Reporting", "Writing"]), max_size=2, unique=True)):
        here = f" in {draw(st.sampled_from(PLACES))}" if draw(st.booleans()) else ""
        clauses.append(f"{role} by {names.pop()} and {names.pop()}{here}")
    return "(" + "; ".join([*clauses, f"Editing by {names.pop()}"]) + ")"


@st.composite
def stories(draw: st.DrawFn) -> str:
    """A story as it may come: headline, perhaps a byline, a dateline, text, perhaps a credit."""
    parts = [draw(headlines)]
    if draw(st.booleans()):
        parts.append(f"By {draw(st.sampled_from(PEOPLE))}")
    body = draw(st.lists(paragraphs, min_size=2, max_size=4))
    parts += [draw(datelines()) + body[0], *body[1:]]
    if draw(st.booleans()):
        parts.append(draw(credits()))
    return "\n\n".join(parts)


def fields(story: Article) -> dict[str, object]:
    """The fields of a story without its offsets and without its place in the file."""
    return {
        "headline": " ".join(story.headline.split()),
        "cities": [(c.name, c.region, c.country_code) for c in story.cities],
        "agency": story.agency,
        "date": (story.date, story.date_basis),
        "byline": [(b.role, b.name, b.place) for b in story.byline],
        "body": " ".join(story.body.split()),
        "form": story.form,
    }


def read(text: str) -> Article:
    """The only story of a text."""
    (story,) = read_stories(text, path="a.txt")
    return story


@LINES
@given(stories())
def test_offsets_slice_back_to_the_text(text: str) -> None:
    story = read(text)
    assert text[slice(*story.headline_span)] == story.headline
    assert story.dateline is not None
    assert text[story.dateline.start : story.dateline.end].strip() == story.dateline.raw
    assert [text[c.start : c.end] for c in story.cities] == [c.city for c in story.cities]
    assert [text[d.start : d.end] for d in story.dropped] == [d.line for d in story.dropped]
    assert [text[n.start : n.end] for n in story.notes] == [n.text for n in story.notes]
    assert all(text[b.start : b.end].casefold() == b.name.casefold() for b in story.byline)
    for at, origin, length in story.body_map:
        assert story.body[at : at + length] == text[origin : origin + length]
    spots = [e for e in story.evidence if e.start >= 0]
    assert spots and all(text[e.start : e.end].strip() for e in spots)


def covered(story: Article) -> list[int]:
    """Every offset that belongs to a part of the story, parts that repeat counted twice."""
    spans = [story.headline_span, *((n.start, n.end) for n in story.notes)]
    spans += [(d.start, d.end) for d in story.dropped]
    spans += [(origin, origin + length) for _, origin, length in story.body_map]
    if story.dateline is not None:
        spans.append((story.dateline.start, story.dateline.end))
    return sorted(i for start, end in spans for i in range(start, end))


@LINES
@given(stories(), st.sampled_from(["", "Share\n\n", "26-FEB-1987 15:01:01.79\n"]))
def test_every_character_belongs_to_one_part(text: str, above: str) -> None:
    whole = above + text
    found = [i for i in covered(read(whole)) if not whole[i].isspace()]
    assert found == [i for i, c in enumerate(whole) if not c.isspace()]


@LINES
@given(
    st.lists(stories(), min_size=2, max_size=4), st.sampled_from(["\n\n\n", "\n\n\n\n", "\n\f\n"])
)
def test_stories_strung_together_read_alike(texts: Sequence[str], gap: str) -> None:
    found = read_stories(gap.join(texts), path="a.txt")
    assert [fields(s) for s in found] == [fields(read(t)) for t in texts]


@LINES
@given(stories())
def test_a_body_yields_no_dateline_of_its_own(text: str) -> None:
    body = read(text).body
    assert parse_dateline(body) is None
    again = read_stories(f"A headline of its own\n\n{body}", path="a.txt")
    assert [s.dateline for s in again] == [None]


@dataclass(frozen=True)
class Change:
    """A change of the text that must change nothing in the story."""

    name: str

    def __call__(self, text: str) -> str:
        match self.name:
            case "crlf":
                return text.replace("\n", "\r\n")
            case "cr":
                return text.replace("\n", "\r")
            case "bom":
                return "\ufeff" + text
            case "trailing blanks":
                return text.replace("\n", "  \t\n") + "  \n\n"
            case "leading lines":
                return "\n\n" + text
            case "nbsp":
                return text.replace(" (", "\u00a0(").replace("By ", "By\u00a0")
        return unicodedata.normalize("NFD", text)


CHANGES = ["crlf", "cr", "bom", "trailing blanks", "leading lines", "nbsp", "nfd"]


def composed(story: Article) -> str:
    """The fields as one string in composed form with plain blanks."""
    return unicodedata.normalize("NFC", repr(fields(story))).replace("\\xa0", " ")


@pytest.mark.parametrize("name", CHANGES)
def test_line_ends_blanks_and_normal_forms_change_nothing(name: str) -> None:
    @settings(derandomize=True, deadline=None, max_examples=25)
    @given(stories())
    def holds(text: str) -> None:
        assert composed(read(Change(name)(text))) == composed(read(text))

    holds()


@LINES
@given(credits())
def test_a_credit_line_printed_from_its_people_reads_the_same(line: str) -> None:
    words = {"reporting": "Reporting", "writing": "Writing", "editing": "Editing",
             "additional_reporting": "Additional reporting"}  # fmt: skip
    people = parse_credit(line)
    printed = "; ".join(
        f"{words[b.role]} by {b.name}{f' in {b.place}' if b.place else ''}" for b in people
    )
    again = parse_credit(f"({printed})")
    assert [(b.role, b.name, b.place) for b in again] == [(b.role, b.name, b.place) for b in people]


@LINES
@given(
    st.permutations(
        ["Reporting by Ada Muster in Oslo", "Writing by Ole Roe", "Editing by Mia Doe"]
    ),
    st.sampled_from(["; ", ". ", ", ", "\n", " ", ";"]),
)
def test_order_and_delimiters_of_roles_give_the_same_set(
    clauses: list[str], delimiter: str
) -> None:
    assert {(b.role, b.name, b.place) for b in parse_credit(f"({delimiter.join(clauses)})")} == {
        ("reporting", "Ada Muster", "Oslo"),
        ("writing", "Ole Roe", None),
        ("editing", "Mia Doe", None),
    }


@LINES
@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for story in read_stories(text, path="a.txt"):
        assert 0 <= story.source.start <= story.source.end <= len(text)


ONE_LINE = ["A", "(", "A in B, ", "By A and ", "GENEVA/", "GENEVA, ", "1987-", "A. ", " ", "May 2 ",
            "Reporting by A ", "(Reuters) - ", "12:12 ", "a", "[", "-", "A\u0301"]  # fmt: skip
MANY_LINES = ["A\n", "Share\n", "\n\n\nA B C", "GENEVA (Reuters) - A.\n\n", "By Ada Muster\n",
              "Ada Muster\n2 May 2021\n"]  # fmt: skip


def seconds(text: str) -> float:
    """The processor time of reading a text."""
    started = time.process_time()
    read_stories(text, path="a.txt")
    return time.process_time() - started


@pytest.mark.slow
@pytest.mark.parametrize("unit", ONE_LINE, ids=repr)
def test_time_grows_with_the_length_of_a_line_and_not_faster(unit: str) -> None:
    few, many = (unit * (size // len(unit)) for size in (125_000, 1_000_000))
    assert seconds(many) < 0.2 + 20 * max(seconds(few), 0.05)


@pytest.mark.slow
@pytest.mark.parametrize("unit", MANY_LINES, ids=repr)
def test_time_grows_with_the_number_of_lines_and_not_faster(unit: str) -> None:
    few, many = (unit * (size // len(unit)) for size in (20_000, 160_000))
    assert seconds(many) < 0.2 + 20 * max(seconds(few), 0.01)
