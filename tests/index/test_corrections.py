"""Corrections: read with line numbers, applied to an archive in place, taken back."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.index.corrected_world import any_rules, any_story
from wiredesk.cli import main
from wiredesk.errors import ArchiveNotFound, ReadError
from wiredesk.index.article import Article, Byline, City, Dateline, Entity, Source
from wiredesk.index.codec.archive import open_archive_dir
from wiredesk.index.codec.segment import MISSING_DAY
from wiredesk.index.corrected import apply_corrections, check_against
from wiredesk.index.corrections import Corrections, correct, load, read_corrections
from wiredesk.index.document import to_document
from wiredesk.index.schema import FACETS
from wiredesk.index.writer import ArchiveWriter


def story(
    name: str, *entities: tuple[str, str], city: str = "Oslo", day: str = "2016-02-01"
) -> Article:
    return Article(
        id=f"{name:0>16}",
        source=Source(path=f"{name}.txt", start=0, end=10),
        headline=f"Story {name}",
        body="A quiet day.",
        date="2016-02-01",
        date_basis="stamp",
        byline=(Byline(role="reporting", name="A. Moss"),),
        dateline=Dateline(
            raw=city, cities=(City(city=city, name=city, country="Norway", country_code="NO"),)
        ),
        entities=tuple(
            Entity(label=label, text=value, name=value, start=20, end=20 + len(value))  # type: ignore[arg-type]
            for label, value in entities
        ),
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "wire.wdx"
    with ArchiveWriter(path) as writer:
        writer.add(to_document(story("1", ("PERSON", "Obama"), ("LOC", "West"))))
        writer.add(to_document(story("2", ("PERSON", "Barack Obama"), ("PERSON", "Aleppo"))))
    with ArchiveWriter(path) as writer:
        writer.add(to_document(story("3", ("PERSON", "Barack Obama"), ("PERSON", "Obama"))))
        writer.add(to_document(story("4", ("PERSON", "Erdogan"), ("ORG", "Observatory"))))
        writer.add(to_document(story("5", ("PERSON", "Erdoğan"), city="Bergen")))
    return path


def corrections(folder: Path, text: str) -> Corrections:
    path = folder / "corrections.toml"
    path.write_text(text, encoding="utf-8")
    return read_corrections(path)


def facets(path: Path, field: str) -> dict[str, tuple[str, ...]]:
    """Story number -> values, as readers see them."""
    result = {}
    with open_archive_dir(path) as archive:
        for segment in archive.segments:
            column = segment.facet(field)
            for doc in range(segment.doc_count):
                values = tuple(column.of(doc)) if column is not None else ()
                result[segment.id(doc)[-1]] = values
    return result


MERGE = '[[merge]]\nfield = "person"\nvalues = ["Obama"]\ninto = "Barack Obama"\n'


def test_a_merge_reaches_every_story_once(archive: Path, tmp_path: Path) -> None:
    done = apply_corrections(archive, corrections(tmp_path, MERGE))
    assert (done.rules, done.stories, done.respelled) == (1, 2, 1)
    assert facets(archive, "person") == {
        "1": ("Barack Obama",),
        "2": ("Barack Obama", "Aleppo"),
        "3": ("Barack Obama",),
        "4": ("Erdoğan",),
        "5": ("Erdoğan",),
    }


def test_the_story_is_shown_corrected_and_says_by_what(archive: Path, tmp_path: Path) -> None:
    apply_corrections(archive, corrections(tmp_path, MERGE))
    with open_archive_dir(archive) as reader:
        article = reader.get("0" * 15 + "1")
    assert article is not None
    found = [(e.name, e.text, e.found_by) for e in article.entities]
    assert found == [("Barack Obama", "Obama", "correction"), ("West", "West", "model")]


def test_another_spelling_of_a_value_is_no_correction(archive: Path) -> None:
    apply_corrections(archive, None)
    with open_archive_dir(archive) as reader:
        article = reader.get("0" * 15 + "4")
    assert article is not None
    assert [(e.name, e.text, e.found_by) for e in article.entities] == [
        ("Erdoğan", "Erdogan", "model"),
        ("Observatory", "Observatory", "model"),
    ]


def test_authors_who_differ_in_capitals_or_accents_are_one(tmp_path: Path) -> None:
    path = tmp_path / "bylines.wdx"
    with ArchiveWriter(path) as writer:
        for number, name in enumerate(("Omar Al-Brill", "Omar al-Brill", "Omar al-Brill", "Ada")):
            byline = (Byline(role="reporting", name=name),)
            writer.add(to_document(replace(story(str(number)), byline=byline)))
    apply_corrections(path, None)
    assert facets(path, "byline") == {
        "0": ("Omar al-Brill",),
        "1": ("Omar al-Brill",),
        "2": ("Omar al-Brill",),
        "3": ("Ada",),
    }


def test_spellings_follow_the_one_that_a_rule_prefers(archive: Path, tmp_path: Path) -> None:
    text = '[[rename]]\nfield = "person"\nvalue = "Aleppo"\ninto = "Erdogan"\n'
    apply_corrections(archive, corrections(tmp_path, text))
    people = facets(archive, "person")
    assert (people["2"], people["4"], people["5"]) == (
        ("Barack Obama", "Erdogan"),
        ("Erdogan",),
        ("Erdogan",),
    )
    apart = '[[rename]]\nfield = "person"\nvalue = "Erdogan"\ninto = "Erdogan"\n'
    apply_corrections(archive, corrections(tmp_path, apart))
    people = facets(archive, "person")
    assert (people["4"], people["5"]) == (("Erdogan",), ("Erdoğan",))


def test_taking_the_rules_away_gives_back_what_was_indexed(archive: Path, tmp_path: Path) -> None:
    everything = (
        MERGE
        + '[[hide]]\nfield = "place"\nvalue = "West"\n'
        + '[[retype]]\nfield = "person"\nvalue = "Aleppo"\nto = "place"\n'
        + '[[city]]\nvalue = "Bergen"\ninto = "Bergen op Zoom"\ncountry = "NL"\n'
        + f'[[date]]\nstories = ["{"0" * 15}2"]\ndate = 2016-03-01\n'
    )
    fields = ("person", "place", "main_person", "city", "country")
    empty = Corrections(rules=(), moves={})
    apply_corrections(archive, empty)
    before = {f: facets(archive, f) for f in fields}
    apply_corrections(archive, corrections(tmp_path, everything))
    assert facets(archive, "place") == {"1": (), "2": ("Aleppo",), "3": (), "4": (), "5": ()}
    assert facets(archive, "city")["5"] == ("Bergen op Zoom",)
    assert facets(archive, "country")["5"] == ("NL",)
    with open_archive_dir(archive) as reader:
        article = reader.get("0" * 15 + "2")
        assert article is not None
        assert article.date == "2016-03-01"
        found = reader.find(article.id)
        assert found is not None
        assert found[0].days()[found[1]] == 16861
        assert reader.verify() == []
    apply_corrections(archive, empty)
    assert {f: facets(archive, f) for f in fields} == before


@pytest.mark.parametrize("seed", range(12))
def test_facets_are_those_of_the_corrected_stories(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    count = 60
    path = tmp_path / "wire.wdx"
    with ArchiveWriter(path) as writer:
        for number in range(count):
            writer.add(to_document(any_story(rng, number)))
            if number == 40:
                writer.commit()
    with ArchiveWriter(path) as writer:
        writer.delete(f"{3:016}")
    text = any_rules(rng, 3)
    apply_corrections(path, corrections(tmp_path, any_rules(rng, 3).replace("0003", "0004")))
    done = apply_corrections(path, corrections(tmp_path, text))
    changed = 0
    with open_archive_dir(path) as reader:
        assert reader.verify() == []
        for segment in reader.segments:
            before = segment.as_indexed()
            for doc in range(segment.doc_count):
                if segment.deleted is not None and segment.deleted[doc]:
                    continue
                wanted = to_document(segment.stored(doc))
                found = {
                    field: tuple(column.of(doc))
                    for field in FACETS
                    if (column := segment.facet(field)) is not None and column.of(doc)
                }
                assert found == wanted.facets, text
                assert segment.days()[doc] == (MISSING_DAY if wanted.day is None else wanted.day)
                raw = to_document(before.stored(doc))
                changed += (raw.facets, raw.day) != (wanted.facets, wanted.day)
    assert (done.stories, done.respelled) == (changed, 0)


def test_rules_about_values_read_no_story(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiredesk.index.corrected.load_article", None)
    text = (
        MERGE.replace('"Obama"', '"Aleppo"')
        + '[[rename]]\nfield = "place"\nvalue = "West"\ninto = "Western Europe"\n'
        + '[[hide]]\nfield = "organisation"\nvalue = "Observatory"\n'
        + f'[[date]]\nstories = ["{"0" * 15}2"]\ndate = 2016-03-01\n'
    )
    with pytest.raises(TypeError):
        apply_corrections(archive, corrections(tmp_path, text))  # Aleppo meets Obama in story 2
    rest = text.replace('"Aleppo"', '"Obama"').replace("Barack Obama", "B. Obama")
    assert apply_corrections(archive, corrections(tmp_path, rest)).stories == 4


def test_a_split_holds_for_the_stories_it_names(archive: Path, tmp_path: Path) -> None:
    text = (
        '[[split]]\nfield = "person"\nvalue = "Barack Obama"\ninto = "Barack Obama Sr."\n'
        f'stories = ["{"0" * 15}3"]\n'
        '[[split]]\nfield = "person"\nvalue = "Obama"\ninto = "Obama, Japan"\n'
        'where = {field = "place", value = "West"}\n'
    )
    apply_corrections(archive, corrections(tmp_path, text))
    people = facets(archive, "person")
    assert people["1"] == ("Obama, Japan",)
    assert people["2"] == ("Barack Obama", "Aleppo")
    assert people["3"] == ("Barack Obama Sr.", "Obama")


def test_later_stories_and_merged_segments_are_corrected_too(archive: Path, tmp_path: Path) -> None:
    apply_corrections(archive, corrections(tmp_path, MERGE))
    with ArchiveWriter(archive) as writer:
        writer.add(to_document(story("6", ("PERSON", "Obama"))))
        writer.compact()
    apply_corrections(archive, None)
    assert facets(archive, "person")["6"] == ("Barack Obama",)
    assert facets(archive, "person")["1"] == ("Barack Obama",)


def test_counts_and_derived_files_follow(archive: Path, tmp_path: Path) -> None:
    apply_corrections(archive, corrections(tmp_path, MERGE))
    with open_archive_dir(archive) as reader:
        for segment in reader.segments:
            column = segment.facet("person")
            assert column is not None
            first = column.find("Barack Obama")
            if first >= 0:
                bits = segment.bitmaps("person")[first]
                held = [d for d in range(segment.doc_count) if int(bits[0]) >> d & 1]
                assert held == column.docs(first).tolist()
                assert column.find("Obama") == -1
            assert "person" in segment.rows.fields


CIRCLE = (("A", "B"), ("B", "C"), ("C", "A"))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[[merge]\n", 1, "Expected"),
        (MERGE + "\n[[merge]]\nfield = \n", 7, "Invalid value"),
        (MERGE + '\n[[join]]\nfield = "person"\n', 6, "no correction is called 'join'"),
        ('[[merge]]\nfield = "person"\ninto = "A"\n', 1, "'values' is missing"),
        ('\n[[hide]]\nfield = "persons"\nvalue = "A"\n', 2, "no field 'persons'"),
        ('[[hide]]\nfield = "person"\nvalue = "A"\ncolour = "red"\n', 1, "unknown key 'colour'"),
        ('[[merge]]\nfield = "person"\nvalues = []\ninto = "A"\n', 1, "list of texts"),
        ('[[hide]]\nfield = "person"\nvalue = 3\n', 1, "must be a text, not 3"),
        ('[[city]]\nvalue = "Bergen"\ncountry = "Nowhere"\n', 1, "no country 'Nowhere'"),
        ('[[date]]\nstories = ["1"]\ndate = "2016-02-30"\n', 1, "no date '2016-02-30'"),
        ('[[rename]]\nfield = "nation"\nvalue = "US"\ninto = "Yankees"\n', 1, "not 'Yankees'"),
        ('[[rename]]\nfield = "nation"\nvalue = "Kurds"\ninto = "TR"\n', 1, "not 'Kurds'"),
        ('[[retype]]\nfield = "place"\nvalue = "West"\nto = "nation"\n', 1, "not 'West'"),
        ('[merge]\nfield = "person"\n', 1, "two brackets"),
        (
            '[[rename]]\nfield = "person"\nvalue = "A"\ninto = "B"\n'
            '[[rename]]\nfield = "person"\nvalue = "B"\ninto = "A"\n',
            1,
            "goes in a circle: A -> B -> A",
        ),
        (
            '[[rename]]\nfield = "person"\nvalue = "A"\ninto = "B"\n'
            '[[hide]]\nfield = "person"\nvalue = "A"\n',
            5,
            "'A' is corrected already in line 1",
        ),
        (
            '[[hide]]\nfield = "place"\nvalues = ["A", "A"]\n'
            '[[hide]]\nfield = "place"\nvalue = "A"\n',
            4,
            "'A' is corrected already in line 1",
        ),
        (
            '[[date]]\nstories = ["1", "2"]\ndate = 2016-02-01\n'
            '[[date]]\nstories = ["2"]\ndate = 2016-02-02\n',
            4,
            "the date of story 2 is corrected already in line 1",
        ),
        (
            '[[split]]\nfield = "person"\nvalue = "A"\ninto = "B"\nstories = ["1", "2"]\n'
            '[[split]]\nfield = "person"\nvalue = "A"\ninto = "C"\nstories = ["2", "3"]\n',
            6,
            "'A' in story 2 is corrected already in line 1",
        ),
        (
            '[[city]]\nvalue = "Vik"\ncountry = "NO"\n'
            '[[city]]\nvalue = "Vik"\ninto = "Vík"\ncountry = "IS"\n',
            4,
            "the country of 'Vik' is corrected already in line 1",
        ),
        (
            "".join(
                f'[[rename]]\nfield = "person"\nvalue = "{a}"\ninto = "{b}"\n' for a, b in CIRCLE
            ),
            1,
            "goes in a circle: A -> B -> C -> A",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        corrections(tmp_path, text)
    assert caught.value.line == line
    assert reason in caught.value.reason


HIDE = '[[hide]]\nfield = "place"\nvalue = "West"\n'
STORY = f'stories = ["{"0" * 15}2"]\n'


def packs(folder: Path, *texts: str) -> list[Path]:
    files = []
    for letter, text in zip("abc", texts, strict=False):
        files.append(folder / f"{letter}.toml")
        files[-1].write_text(text, encoding="utf-8")
    return files


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MERGE, '[[rename]]\nfield = "person"\nvalue = "Obama"\ninto = "Barack Obama"\n'),
        (HIDE, HIDE + 'note = "a direction"\n'),
        (f"[[date]]\n{STORY}date = 2016-02-03\n", f'[[date]]\n{STORY}date = "2016-02-03"\n'),
        (
            '[[city]]\nvalue = "Vik"\ncountry = "NO"\n',
            '[[city]]\nvalue = "Vik"\ncountry = "Norway"\n',
        ),
    ],
)
def test_two_files_may_say_the_same_but_one_file_may_not(
    tmp_path: Path, one: str, other: str
) -> None:
    rules = read_corrections(*packs(tmp_path, one, other))
    assert [(Path(r.file).name, r.line) for r in rules.rules] == [("a.toml", 1), ("b.toml", 1)]
    assert load(rules.dumped) == rules
    with pytest.raises(ReadError, match=r"b\.toml, line \d: .* corrected already in line 1"):
        read_corrections(*packs(tmp_path, HIDE.replace("West", "East"), one + other))


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (HIDE, "\n" + HIDE.replace("hide", "retype") + 'to = "person"\n', "'West'"),
        (MERGE, "\n" + MERGE.replace("Barack", "Michelle"), "'Obama'"),
        (
            f"[[date]]\n{STORY}date = 2016-02-03\n",
            f"\n[[date]]\n{STORY}date = 2016-02-04\n",
            f"the date of story {'0' * 15}2",
        ),
        (
            '[[city]]\nvalue = "Vik"\ncountry = "NO"\n',
            '\n[[city]]\nvalue = "Vik"\ninto = "Vík"\ncountry = "IS"\n',
            "the country of 'Vik'",
        ),
    ],
)
def test_two_files_that_contradict_each_other_are_named_with_their_lines(
    tmp_path: Path, one: str, other: str, said: str
) -> None:
    files = packs(tmp_path, one, other)
    with pytest.raises(ReadError) as caught:
        read_corrections(*files)
    assert (caught.value.source, caught.value.line) == (str(files[1]), 2)
    assert caught.value.reason == f"{said} is corrected otherwise in {files[0]}, line 1"


def test_a_circle_through_two_files_names_both(tmp_path: Path) -> None:
    back = '\n\n[[rename]]\nfield = "person"\nvalue = "Barack Obama"\ninto = "Obama"\n'
    files = packs(tmp_path, MERGE, back)
    with pytest.raises(ReadError) as caught:
        read_corrections(*files)
    assert str(caught.value) == (
        f"{files[0]}, line 1: goes in a circle: Obama -> Barack Obama -> Obama,"
        f" with {files[1]}, line 3"
    )


def test_several_files_are_applied_together_and_taken_back_together(
    archive: Path, tmp_path: Path
) -> None:
    files = packs(tmp_path, MERGE, MERGE + HIDE, '\n[[hide]]\nfield = "place"\nvalue = "East"\n')

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["corrections", *arguments, "-a", str(archive)])

    checked = run("check", *map(str, files))
    assert f"{files[2]}, line 2: no story has place 'East'\n" in checked.output
    assert "4 corrections, no mistake" in checked.output
    assert run("apply", *map(str, files)).exit_code == 0
    with ArchiveWriter(archive) as writer:
        writer.add(to_document(story("6", ("PERSON", "Obama"), ("LOC", "West"))))
    apply_corrections(archive, None)
    assert facets(archive, "person")["6"] == ("Barack Obama",)
    assert facets(archive, "place")["6"] == ()
    assert run("apply", "--none").exit_code == 0
    assert facets(archive, "person")["6"] == ("Obama",)
    assert facets(archive, "place")["1"] == ("West",)


def test_a_value_that_another_rule_makes_is_no_stranger(archive: Path, tmp_path: Path) -> None:
    further = '[[rename]]\nfield = "person"\nvalue = "B. Obama"\ninto = "Barack H. Obama"\n'
    rules = read_corrections(*packs(tmp_path, MERGE.replace("Barack Obama", "B. Obama"), further))
    assert apply_corrections(archive, rules).unused == ()


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "corrections.toml"
    file.write_bytes(b'[[hide]]\nfield = "place"\nvalue = "Z\xfcrich"\n')
    with pytest.raises(ReadError, match="line 3: not UTF-8 text"):
        read_corrections(file)


def test_rules_for_all_stories_and_for_some_go_together_in_any_order(tmp_path: Path) -> None:
    some = f'[[city]]\nvalue = "Oslo"\ncountry = "DK"\nstories = ["{"0" * 15}2"]\n'
    for text in (some + CITY, CITY + some):
        rules = corrections(tmp_path, text)
        found = [correct(story(name), rules).cities[0].country_code for name in ("1", "2")]
        assert found == ["SE", "DK"]


CITY = '[[city]]\nvalue = "Oslo"\ncountry = "SE"\n'


@pytest.mark.parametrize(
    "text",
    [
        "[[hide]\n",
        "[[join]]\n",
        '[[hide]]\nfield = "person"\nvalue = "Obama"\n' * 2,
        '[[rename]]\nfield = "person"\nvalue = "Obama"\ninto = "B"\n'
        '[[rename]]\nfield = "person"\nvalue = "B"\ninto = "Obama"\n',
        '[[date]]\nstories = ["nope"]\ndate = "2016-02-02"\n',
    ],
)
def test_a_file_with_a_mistake_leaves_the_archive_as_it_is(
    archive: Path, tmp_path: Path, text: str
) -> None:
    before = {path.name: path.read_bytes() for path in archive.iterdir()}
    (tmp_path / "corrections.toml").write_text(text)
    for command in ("check", "apply"):
        result = CliRunner().invoke(main, ["corrections", command, "-a", str(archive)])
        assert result.exit_code == 1
        assert "corrections.toml, line " in result.output
    assert {path.name: path.read_bytes() for path in archive.iterdir()} == before


def test_an_unknown_story_leaves_the_archive_as_it_was(archive: Path, tmp_path: Path) -> None:
    apply_corrections(archive, corrections(tmp_path, MERGE))
    before = (archive / "archive.json").read_bytes()
    wrong = corrections(tmp_path, MERGE + '[[date]]\nstories = ["nope"]\ndate = "2016-02-02"\n')
    with pytest.raises(ReadError, match=r"line 5: no story 'nope'"):
        apply_corrections(archive, wrong)
    assert (archive / "archive.json").read_bytes() == before


def test_compacting_leaves_the_corrections_in_force(archive: Path, tmp_path: Path) -> None:
    apply_corrections(archive, corrections(tmp_path, MERGE))
    assert CliRunner().invoke(main, ["compact", "-a", str(archive)]).exit_code == 0
    assert facets(archive, "person")["1"] == ("Barack Obama",)


def test_only_what_rules_change_is_said_to_be_changed_by_them(
    archive: Path, tmp_path: Path
) -> None:
    empty, one = packs(tmp_path, "", '[[hide]]\nfield = "person"\nvalue = "Aleppo"\n')
    for file, said in (
        (empty, "0 corrections, 0 stories changed; a name in another spelling in 1 story more; "),
        (one, "1 correction, 1 story changed; a name in another spelling in 1 story more; "),
        (one, "1 correction, 1 story changed; a name in another spelling in 1 story more; "),
    ):
        run = CliRunner().invoke(main, ["corrections", "apply", str(file), "-a", str(archive)])
        assert run.output.startswith(f"{archive}: {said}")
    checked = CliRunner().invoke(main, ["corrections", "check", str(one), "-a", str(archive)])
    assert checked.output == f"{one}: 1 correction, no mistake\n"


def test_a_date_that_a_story_has_already_changes_nothing(archive: Path, tmp_path: Path) -> None:
    rules = corrections(tmp_path, f"[[date]]\n{STORY}date = 2016-02-01\n")
    assert apply_corrections(archive, rules).stories == 0


def test_corrections_make_no_archive_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotFound):
        apply_corrections(tmp_path / "nowhere.wdx", corrections(tmp_path, MERGE))
    assert not (tmp_path / "nowhere.wdx").exists()


def test_an_archive_without_stories_keeps_the_rules_for_those_to_come(tmp_path: Path) -> None:
    path = tmp_path / "wire.wdx"
    ArchiveWriter(path).close()
    apply_corrections(path, corrections(tmp_path, MERGE))
    with ArchiveWriter(path) as writer:
        writer.add(to_document(story("1", ("PERSON", "Obama"))))
    assert apply_corrections(path, None).stories == 1
    assert facets(path, "person") == {"1": ("Barack Obama",)}


def test_rules_outlive_the_stories_they_name(archive: Path, tmp_path: Path) -> None:
    text = MERGE + f'[[date]]\nstories = ["{"0" * 15}2"]\ndate = 2016-03-01\n'
    apply_corrections(archive, corrections(tmp_path, text))
    with ArchiveWriter(archive) as writer:
        writer.delete("0" * 15 + "2")
        writer.add(to_document(story("7", ("PERSON", "Obama"))))
    apply_corrections(archive, None)
    assert facets(archive, "person")["7"] == ("Barack Obama",)


def test_chains_of_renames_are_followed(tmp_path: Path) -> None:
    text = (
        '[[rename]]\nfield = "person"\nvalue = "A"\ninto = "B"\n'
        '[[rename]]\nfield = "person"\nvalue = "B"\ninto = "C"\n'
    )
    rules = corrections(tmp_path, text)
    assert rules.moves == {("person", "A"): ("person", "C"), ("person", "B"): ("person", "C")}
    assert load(rules.dumped) == rules


def test_countries_are_known_by_their_names(tmp_path: Path) -> None:
    rules = corrections(
        tmp_path,
        '[[rename]]\nfield = "place"\nvalue = "Syria"\ninto = "Russia"\n'
        '[[merge]]\nfield = "nation"\nvalues = ["Americans", "U.S."]\ninto = "Canadian"\n'
        '[[rename]]\nfield = "place"\nvalue = "Albion"\ninto = "England"\n'
        '[[rename]]\nfield = "person"\nvalue = "Russia"\ninto = "Syria"\n',
    )
    assert rules.moves == {
        ("place", "SY"): ("place", "RU"),
        ("nation", "US"): ("nation", "CA"),
        ("place", "Albion"): ("place", "England"),
        ("person", "Russia"): ("person", "Syria"),
    }
    where = 'where = {field = "place", value = "Russia"}\n'
    [split] = corrections(
        tmp_path, f'[[split]]\nfield = "place"\nvalue = "Syria"\ninto = "Levant"\n{where}'
    ).rules
    assert (split.values, split.into, split.where) == (("SY",), "Levant", ("place", "RU"))


@pytest.mark.parametrize(
    ("field", "value", "to", "becomes"),
    [
        ("person", "Syria", "place", "SY"),
        ("place", "Jordan", "person", "Jordan"),
        ("place", "JO", "person", "Jordan"),
        ("organisation", "Americans", "nation", "US"),
        ("nation", "Syrian", "place", "SY"),
        ("place", "England", "organisation", "England"),
    ],
)
def test_a_retyped_country_is_called_as_its_new_facet_calls_it(
    tmp_path: Path, field: str, value: str, to: str, becomes: str
) -> None:
    rules = corrections(
        tmp_path, f'[[retype]]\nfield = "{field}"\nvalue = "{value}"\nto = "{to}"\n'
    )
    assert [*rules.moves.values()] == [(to, becomes)]
    assert load(rules.dumped) == rules


def test_a_country_that_no_story_has_is_told_by_name_and_code(
    archive: Path, tmp_path: Path
) -> None:
    rules = corrections(tmp_path, '[[hide]]\nfield = "place"\nvalue = "Syria"\n')
    with open_archive_dir(archive) as reader:
        [line] = check_against(reader, rules)
    assert line.endswith("corrections.toml, line 1: no story has place 'Syria' (SY)")


def test_a_story_without_anything_to_correct_is_left_as_it_is(tmp_path: Path) -> None:
    article = story("1", ("PERSON", "Nobody"))
    assert correct(article, corrections(tmp_path, MERGE)) is article


def test_the_commands_check_apply_and_take_back(archive: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["corrections", *arguments, "-a", str(archive)])

    corrections(tmp_path, MERGE + '[[hide]]\nfield = "place"\nvalue = "Nowhere"\n')
    checked = run("check")
    assert checked.exit_code == 0
    assert "line 5: no story has place 'Nowhere'" in checked.output
    assert "Obama" in facets(archive, "person")["1"]
    applied = run("apply")
    assert (
        "2 corrections, 2 stories changed; a name in another spelling in 1 story more"
        in applied.output
    )
    assert run("apply").output.startswith(applied.output[:60])
    assert facets(archive, "person")["1"] == ("Barack Obama",)
    assert run("apply", "--none").exit_code == 0
    assert facets(archive, "person")["1"] == ("Obama",)
    assert 'values = ["Obama"]' in run("suggest").output
    corrections_file = tmp_path / "broken.toml"
    corrections_file.write_text("[[merge]]\nfield = 3\n")
    broken = run("apply", str(corrections_file))
    assert broken.exit_code == 1
    assert "broken.toml, line 1" in broken.output
