"""Proposed merges: what speaks for each, what is not proposed, and that none is ever applied."""

from pathlib import Path

import pytest

from wiredesk.index.article import Article, Entity, Source
from wiredesk.index.codec.archive import open_archive_dir
from wiredesk.index.corrected import apply_corrections
from wiredesk.index.corrections import read_corrections
from wiredesk.index.document import to_document
from wiredesk.index.entities.tables import fold
from wiredesk.index.proposals import Suggestion, as_toml, distance, suggest
from wiredesk.index.writer import ArchiveWriter

Names = tuple[str, ...]


def story(
    number: int, day: str | None, label: str, names: Names, body: str = "Little happened."
) -> Article:
    return Article(
        id=f"story{number}",
        source=Source(path="a.txt", start=0, end=10),
        headline="Quiet day",
        body=body,
        date=day,
        entities=tuple(
            Entity(label=label, text=name, name=name, start=i, end=i + 1)  # type: ignore[arg-type]
            for i, name in enumerate(names)
        ),
    )


def archive_of(folder: Path, label: str, *rows: tuple[str | None, Names]) -> Path:
    """Story N, from 1 on, has the day and the names of the N-th row; two commits."""
    path = folder / "wire.wdx"
    with ArchiveWriter(path) as writer:
        for number, (day, names) in enumerate(rows, 1):
            writer.add(to_document(story(number, day, label, names)))
            if number == 2:
                writer.commit()
    return path


def proposed(path: Path) -> list[Suggestion]:
    with open_archive_dir(path) as archive:
        return suggest(archive)


def test_a_surname_is_the_full_name_that_nearly_all_stories_of_its_time_have(
    tmp_path: Path,
) -> None:
    rows: list[tuple[str | None, Names]] = [("2015-03-01", ("Tove Lindqvist",))] * 10
    rows += [("2015-06-01", ("Per Lindqvist",)), ("2016-02-01", ("Lindqvist",))]
    rows += [("1999-01-01", ("Jan Lindqvist",))] * 5
    assert proposed(archive_of(tmp_path, "PERSON", *rows)) == [
        Suggestion(
            field="person",
            value="Lindqvist",
            into="Tove Lindqvist",
            reason="'Tove Lindqvist' in 10 of 11 stories with a full name of that surname,"
            " within 1 year",
            stories=1,
            together=0,
            examples=("story12", "story1"),
        )
    ]


def test_a_surname_that_two_people_share_is_left_alone(tmp_path: Path) -> None:
    rows: list[tuple[str | None, Names]] = [("2015-03-01", ("Tove Lindqvist",))] * 8
    rows += [("2015-03-01", ("Per Lindqvist",)), ("2015-03-02", ("Lindqvist",))]
    assert proposed(archive_of(tmp_path, "PERSON", *rows)) == []


def test_a_full_name_of_another_decade_says_nothing_of_a_surname(tmp_path: Path) -> None:
    rows: list[tuple[str | None, Names]] = [("1999-03-01", ("Tove Lindqvist",))] * 10
    rows += [("2015-03-02", ("Lindqvist",))]
    assert proposed(archive_of(tmp_path, "PERSON", *rows)) == []


def test_without_days_the_share_alone_decides(tmp_path: Path) -> None:
    rows: list[tuple[str | None, Names]] = [(None, ("Tove Lindqvist",))] * 2
    [found] = proposed(archive_of(tmp_path, "PERSON", *rows, (None, ("Lindqvist",))))
    assert found.reason == "'Tove Lindqvist' in 2 of 2 stories with a full name of that surname"


def test_stories_that_name_both_are_counted_and_two_are_named(tmp_path: Path) -> None:
    both: tuple[None, Names] = (None, ("Tove Lindqvist", "Lindqvist"))
    rows = [both, (None, ("Lindqvist",)), both, both, both]
    path = archive_of(tmp_path, "PERSON", *rows)
    with ArchiveWriter(path) as writer:
        writer.delete("story1")
    [found] = proposed(path)
    assert (found.stories, found.together, found.examples) == (4, 3, ("story3", "story4"))
    assert found.evidence.endswith("; stories with it: 4, with both: 3 (story3 and story4)")


def test_a_slip_of_a_letter_goes_to_the_commoner_spelling(tmp_path: Path) -> None:
    rows: list[tuple[str | None, Names]] = [(None, ("Calder Petroleum",))] * 3
    rows += [(None, ("Calder Petroluem Co",)), (None, ("Calder Petrolum",))]
    [found] = proposed(archive_of(tmp_path, "ORG", *rows))
    assert (found.value, found.into) == ("Calder Petrolum", "Calder Petroleum")
    assert found.evidence == (
        "1 letter other than 'Calder Petroleum' of 3 stories;"
        " stories with it: 1, with both: 0 (compare story5 and story1)"
    )


def merges(path: Path) -> list[tuple[str, str]]:
    return [(found.value, found.into) for found in proposed(path)]


def test_the_most_frequent_of_several_like_names_is_the_right_one(tmp_path: Path) -> None:
    rows: list[tuple[str | None, Names]] = [(None, ("International Brotherhood",))] * 3
    rows += [(None, ("Internationil Brotherhood",))] * 2
    rows += [(None, ("Internatinal Brotherhood",)), (None, ("Westinghouns Electric Company",))]
    rows += [(None, ("Westinghouse Electric Company",))] * 2
    assert merges(archive_of(tmp_path, "ORG", *rows)) == [
        ("Internationil Brotherhood", "International Brotherhood"),
        ("Internatinal Brotherhood", "International Brotherhood"),
        ("Westinghouns Electric Company", "Westinghouse Electric Company"),
    ]


@pytest.mark.parametrize("slip", ["Internatinal Brotherhood", "Inzernational Brotherhood"])
def test_of_names_as_frequent_the_one_with_usual_words_is_right(tmp_path: Path, slip: str) -> None:
    path = tmp_path / "wire.wdx"
    with ArchiveWriter(path) as writer:
        for number, name in enumerate((slip, "International Brotherhood")):
            writer.add(to_document(story(number, None, "ORG", (name,), f"The {name} met.")))
        writer.add(to_document(story(9, None, "ORG", (), "An international matter.")))
    assert merges(path) == [(slip, "International Brotherhood")]


def test_no_slip_of_a_letter_is_missed_wherever_it_is(tmp_path: Path) -> None:
    right = "Calder Petroleum Brotherhood"
    slips = set()
    for at in range(len(right) + 1):
        head, tail = right[:at], right[at:]
        slips |= {head + tail[1:], head + "x" + tail, head + "x" + tail[1:]}
        slips.add(head + tail[1:2] + tail[:1] + tail[2:])
    slips = {s for s in slips if s.count(" ") == 2 and " x" not in s and fold(s) != fold(right)}
    rows: list[tuple[str | None, Names]] = [(None, (slip,)) for slip in sorted(slips)]
    with open_archive_dir(archive_of(tmp_path, "ORG", *rows, *[(None, (right,))] * 2)) as archive:
        found = {(s.value, s.into) for s in suggest(archive, limit=len(slips) + 1)}
    assert found == {(slip, right) for slip in slips}


def test_what_most_stories_have_is_proposed_first(tmp_path: Path) -> None:
    rows: list[tuple[str | None, Names]] = [(None, ("Tove Lindqvist",))] * 5
    rows += [(None, ("Lindqvist",))] * 3 + [(None, ("Adalbert Hansenius",))] * 2
    rows += [(None, ("Adalbert Hanzenius",))]
    assert merges(archive_of(tmp_path, "PERSON", *rows)) == [
        ("Lindqvist", "Tove Lindqvist"),
        ("Adalbert Hanzenius", "Adalbert Hansenius"),
    ]


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("PERSON", ("Kim Jong Un", "Kim Jong-un")),
        ("PERSON", ("Bashar al-Assad", "Bashar Assad")),
        ("LOC", ("Bab al-Salama", "Bab al Salama")),
        ("LOC", ("al-Bukamal", "Bukamal")),
        ("ORG", ("Nusra Front", "The Nusra Front")),
        ("ORG", ("Health Care Union", "Healthcare Union")),
    ],
)
def test_names_that_differ_in_blanks_hyphens_or_articles_are_proposed(
    tmp_path: Path, label: str, names: Names
) -> None:
    rows = [(None, names[:1]), (None, names[1:]), (None, names[:1])]
    [found] = proposed(archive_of(tmp_path, label, *rows))
    assert (found.into, found.value) == names
    assert found.reason == (
        f"as {names[0]!r} of 2 stories but for blanks, hyphens, capitals or an article"
    )


def test_an_article_at_the_head_of_a_person_may_be_a_name(tmp_path: Path) -> None:
    rows = [(None, ("Al Jefferson",)), (None, ("Jefferson",))]
    assert proposed(archive_of(tmp_path, "PERSON", *rows)) == []


def test_a_surname_may_come_without_its_particle(tmp_path: Path) -> None:
    rows: list[tuple[str | None, Names]] = [(None, ("Nadim al-Karimi",))] * 3
    rows += [(None, ("Karimi",)), (None, ("Stefan de Brandt Jr.",)), (None, ("de Brandt",))]
    rows += [(None, ("Stefan de Brandt Jr.",))]
    assert merges(archive_of(tmp_path, "PERSON", *rows)) == [
        ("Karimi", "Nadim al-Karimi"),
        ("de Brandt", "Stefan de Brandt Jr."),
    ]


@pytest.mark.parametrize(
    "names",
    [
        ("U.S. Government", "U.K. Government"),
        ("Stewart Bainum Sr.", "Stewart Bainum Jr."),
        ("Henry Caldermarch VII", "Henry Caldermarch VIII"),
        ("Calder Industrial Phase I", "Calder Industrial Phase II"),
        ("Johan F. Caldermarch", "Johan K. Caldermarch"),
        ("Development Bank of Austria", "Development Bank of Australia"),
        ("National Iranian Petroleum", "National Iraqi Petroleum"),
        ("Eastern Harbour Authority", "Western Harbour Authority"),
        ("Ministry of Internal Affairs", "Ministry of External Affairs"),
        ("Calder Bank", "Balder Bank"),  # too short for a letter not to matter
        ("Boeing 747 Club of Oslo", "Boeing 757 Club of Oslo"),
        ("Calder", "Caldera"),
        ("North Harbour Authority of Oslo", "South Harbour Authority of Oslo"),
    ],
)
def test_different_names_are_not_proposed(tmp_path: Path, names: Names) -> None:
    assert proposed(archive_of(tmp_path, "ORG", *[(None, (name,)) for name in names])) == []


def test_a_company_may_be_the_one_without_its_legal_form(tmp_path: Path) -> None:
    rows: list[tuple[str | None, Names]] = [(None, ("News Corp",)), (None, ("News",))]
    rows += [(None, ("Brill Inc",)), (None, ("Corp",))]
    found = [(s.value, s.into, s.reason) for s in proposed(archive_of(tmp_path, "ORG", *rows))]
    assert found == [("News Corp", "News", "as 'News' but for the legal form")]


def test_initials_need_stories_that_have_both(tmp_path: Path) -> None:
    both: tuple[None, Names] = (None, ("Coastal Board of Relief", "CBR"))
    apart: tuple[None, Names] = (None, ("CBR",))
    [found] = proposed(archive_of(tmp_path, "ORG", both, apart, both))
    assert found.evidence == (
        "initials of 'Coastal Board of Relief';"
        " stories with it: 3, with both: 2 (story1 and story3)"
    )
    lone = archive_of(tmp_path / "lone", "ORG", both, apart, apart)
    assert proposed(lone) == []


@pytest.mark.parametrize(
    ("one", "other", "most", "edits"),
    [
        ("moss", "moss", 1, 0),
        ("moss", "mos", 1, 1),
        ("moss", "amoss", 1, 1),
        ("moss", "mess", 1, 1),
        ("moss", "mosaic", 3, 3),
        ("kitten", "sitting", 3, 3),
        ("ab", "ba", 2, 1),
        ("petroleum", "petroluem", 1, 1),
        ("petroleum", "petorluem", 2, 2),
        ("", "abc", 1, 3),
    ],
)
def test_distance_counts_letters_to_change(one: str, other: str, most: int, edits: int) -> None:
    assert distance(one, other, most) == distance(other, one, most) == edits


def test_distance_beyond_what_is_asked_for_is_larger_than_that() -> None:
    assert distance("abcdef", "uvwxyz", 2) > 2


def test_suggestions_change_nothing_and_go_once_they_are_applied(tmp_path: Path) -> None:
    rows: list[tuple[str | None, Names]] = [(None, ("Tove Lindqvist",))] * 2
    path = archive_of(tmp_path, "PERSON", *rows, (None, ("Lindqvist",)))
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    file = tmp_path / "corrections.toml"
    file.write_text(as_toml(proposed(path)), encoding="utf-8")
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    rules = read_corrections(file)
    assert rules.moves == {("person", "Lindqvist"): ("person", "Tove Lindqvist")}
    apply_corrections(path, rules)
    assert proposed(path) == []
