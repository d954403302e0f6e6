"""What is read out of files is held to gold files, and the scoring to small cases."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from wiredesk.errors import ReadError
from wiredesk.index.article import Article
from wiredesk.index.evaluate import Miss, evaluate, fold, page
from wiredesk.index.pipeline import read_files

ROOT = Path(__file__).resolve().parents[2]
FLOORS: dict[str, dict[str, float]] = tomllib.loads(
    (ROOT / "tests" / "quality.toml").read_text(encoding="utf-8")
)
SHARED = ROOT.parent / "shared" / "articles"
STORY = """Harbour council votes for a new mole

GENEVA/LONDON, May 2 (Reuters) - The harbour council voted for the new mole on Tuesday.

(Reporting by Ada Muster in Geneva and Ole Roe; Editing by Mia Doe)
"""
GOLD = {
    "headline": "Harbour council votes for a new mole",
    "cities": [
        {"city": "Geneva", "country": "Switzerland"},
        {"city": "LONDON", "country": "United Kingdom"},
    ],
    "agency": ["Reuters", None],
    "date": "--05-02",
    "published": None,
    "byline": [
        {"role": "reporting", "name": "Ada Muster", "place": "Geneva"},
        {"role": "reporting", "name": "Ole Roe", "place": None},
        {"role": "editing", "name": "Mia Doe", "place": None},
    ],
}


def folder_of(sets: str) -> Path:
    """The folder of a gold set; the test is skipped where the sets are not there."""
    if sets == "seeds":
        return ROOT / "seeds"
    places = [SHARED, ROOT.parent.parent / "shared" / "articles"]
    found = next((p / sets for p in places if (p / sets).is_dir()), None)
    if found is None:
        pytest.skip(f"the set {sets} is not beside this checkout")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOORS)
def test_no_figure_falls_below_its_floor(name: str) -> None:
    (report,) = evaluate([folder_of(name)])
    below = {
        field: round(report.figure(field), 2)
        for field, floor in FLOORS[name].items()
        if report.figure(field) < floor
    }
    assert below == {}


def gold_file(folder: Path, **changes: object) -> Path:
    (folder / "a.txt").write_text(STORY, encoding="utf-8")
    rows = [{"id": "a", "file": "a.txt", "expected": {**GOLD, **changes}}]
    (folder / "gold.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


def test_a_story_read_as_the_gold_says_scores_in_full(tmp_path: Path) -> None:
    (report,) = evaluate([gold_file(tmp_path)])
    assert report.misses == []
    assert report.figure("all") == report.figure("roles") == 100


def test_a_wrong_date_costs_the_date_and_the_whole_story_alone(tmp_path: Path) -> None:
    (report,) = evaluate([gold_file(tmp_path, date="--05-03")])
    assert report.misses == [Miss(id="a", field="date", expected="--05-03", found="--05-02")]
    assert (report.figure("date"), report.figure("all"), report.figure("agency")) == (0, 0, 100)


def test_a_missing_and_an_invented_name_lower_recall_and_precision(tmp_path: Path) -> None:
    byline = [*GOLD["byline"][:2], {"role": "editing", "name": "Eve Poe", "place": None}]  # type: ignore[index]  # a list
    (report,) = evaluate([gold_file(tmp_path, byline=byline)])
    score = report.scores["names"]
    assert (round(score.precision), round(score.recall), score.hits) == (67, 67, 2)


def test_optional_people_are_neither_asked_for_nor_wrong(tmp_path: Path) -> None:
    byline = [{**b, "optional": True} for b in GOLD["byline"]]  # type: ignore[attr-defined]  # a list
    (report,) = evaluate([gold_file(tmp_path, byline=byline)])
    assert report.figure("names") == 100


def test_spans_of_strung_stories_may_be_three_characters_off(tmp_path: Path) -> None:
    second = STORY.replace("Harbour", "Airport").replace("GENEVA/LONDON", "OSLO")
    text = f"{STORY}\n\n{second}"
    (tmp_path / "b.txt").write_text(text, encoding="utf-8")
    start = text.index("Airport")
    rows = [
        {**GOLD, "id": "1", "file": "b.txt", "start": 0, "end": len(STORY) - 1},
        {**GOLD, "id": "2", "file": "b.txt", "start": start + 9, "end": len(text) - 1}
        | {"headline": "Airport council votes for a new mole", "cities": [{"city": "Oslo"}]},
    ]
    (tmp_path / "gold.json").write_text(json.dumps({"articles": rows}), encoding="utf-8")
    (report,) = evaluate([tmp_path])
    assert [(m.id, m.field) for m in report.misses] == [("2", "segments")]


@pytest.mark.parametrize("content", ["", "{", "\x00"])
def test_what_is_no_gold_file_is_named(tmp_path: Path, content: str) -> None:
    gold = tmp_path / "gold.json"
    gold.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError, match="no gold file"):
        evaluate([gold])


def test_the_page_tells_the_figures_and_the_kinds_of_miss(tmp_path: Path) -> None:
    (report,) = evaluate([gold_file(tmp_path, agency="AFP")])
    told = page([report])
    assert "| agency | 0.0 |" in told
    assert "agency otherwise 1" in told


def test_names_are_compared_without_case_accents_and_full_stops() -> None:
    assert fold("St. Loüis’") == fold("ST LOUIS'")


def test_seed_files_give_fourteen_stories_with_their_cities_and_agencies() -> None:
    folder = folder_of_seeds()
    stories = [a for a in read_files([folder], entities=False) if isinstance(a, Article)]
    assert len(stories) == 14
    cities = Counter(c.name for story in stories for c in story.cities)
    assert cities == {
        "Beirut": 3, "Geneva": 3, "Oncupinar": 3, "London": 2, "Brussels": 1, "Damascus": 1,
        "Elbeyli": 1, "Moscow": 1,
    }  # fmt: skip
    assert sum(not story.cities for story in stories) == 4
    assert Counter(story.agency for story in stories) == {"Reuters": 10, None: 4}


def folder_of_seeds() -> Path:
    """The five files the project began with; the test is skipped where they are not there."""
    for place in (SHARED, ROOT.parent.parent / "shared" / "articles"):
        if (place / "seeds").is_dir():
            return place / "seeds"
    pytest.skip("the five first files are not beside this checkout")
