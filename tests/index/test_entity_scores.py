"""Scores on hand-labelled stories, their floors, and the same answer every time."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from wiredesk.cli import main
from wiredesk.index.article import Article, Entity
from wiredesk.index.entities import Finder, load_finder
from wiredesk.index.entities.scores import (
    GoldEntity,
    GoldStory,
    as_article,
    read_gold,
    score_entities,
)

HERE = Path(__file__).parent
STORIES = HERE / "entity_stories.txt"
GOLDEN = HERE / "entity_values.json"


class _Fixed:
    """A finder that always finds the same."""

    version = "fixed"

    def __init__(self, *entities: Entity) -> None:
        self._entities = entities

    def annotate(self, articles: object) -> Iterator[Article]:
        from dataclasses import replace

        return (replace(a, entities=self._entities) for a in articles)  # type: ignore[attr-defined]


def test_a_text_of_one_line_is_a_body_and_the_first_of_several_a_headline() -> None:
    lines = GoldStory(text="Rain in Oslo\n\nIt rained.", entities=())
    assert (as_article(lines, 1).headline, as_article(lines, 1).body) == (
        "Rain in Oslo",
        "It rained.",
    )
    for text in ("It rained in Oslo.", "It rained in Oslo. " * 20 + "\nIt did.", ""):
        article = as_article(GoldStory(text=text, entities=()), 1)
        assert (article.headline, article.body) == ("", text)
        assert article.source_offset(0) == 0


def test_spans_and_values_are_counted_apart() -> None:
    text = "Rain\n\nThe Red Cross's Ann Moss met Moss in Oslo."
    story = GoldStory(
        text=text,
        entities=(
            GoldEntity(start=10, end=19, label="ORG", value="Red Cross"),
            GoldEntity(start=22, end=30, label="PERSON", value="Ann Moss"),
            GoldEntity(start=35, end=39, label="PERSON", value="Ann Moss"),
            GoldEntity(start=43, end=47, label="LOC", value="Oslo", optional=True),
        ),
    )
    scores = score_entities(
        _Fixed(
            Entity(label="ORG", text="The Red Cross's", name="Red Cross", start=6, end=21),
            Entity(label="PERSON", text="Ann Moss", name="Ann Moss", start=22, end=30),
            Entity(label="ORG", text="Moss", name="Moss", start=35, end=39),
            Entity(label="LOC", text="Oslo", name="Oslo", start=43, end=47),
        ),
        [story],
    )
    spans, values = scores.spans["all"], scores.values["all"]
    assert (spans.right, spans.wrong, spans.missed) == (2, 1, 1)
    assert (values.right, values.wrong, values.missed) == (2, 1, 0)
    assert scores.errors == {("+", "ORG", "Moss"): 1, ("-", "PERSON", "Moss"): 1}
    assert round(spans.f1, 1) == 66.7
    assert scores.kinds == {("PERSON", "other label"): 1}


def test_errors_are_told_by_kind() -> None:
    text = "Rain\n\nAnn Moss left Oslo for Quito."

    def entity(label: str, start: int, end: int) -> Entity:
        return Entity(label=label, text=text[start:end], name="x", start=start, end=end)

    story = GoldStory(
        text=text,
        entities=(
            GoldEntity(start=6, end=14, label="PERSON", value="Ann Moss"),
            GoldEntity(start=20, end=24, label="LOC", value="Oslo"),
            GoldEntity(start=29, end=34, label="LOC", value="Quito"),
        ),
    )
    found = entity("ORG", 0, 4), entity("PERSON", 6, 9), entity("ORG", 29, 34)
    scores = score_entities(_Fixed(*found), [story])
    assert scores.kinds == {
        ("ORG", "found where there is none"): 1,
        ("PERSON", "other border"): 1,
        ("LOC", "other label"): 1,
        ("LOC", "not found"): 1,
    }


def test_the_page_takes_the_scores_of_names_beside_those_of_fields(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text("# Other\n\nkept\n", encoding="utf-8")
    gold = tmp_path / "own.txt"
    gold.write_text("Rain in [L Oslo]\nIt rained in [L Oslo].\n", encoding="utf-8")
    for _ in range(2):
        ran = CliRunner().invoke(main, ["eval", "--entities", str(gold), "--page", str(page)])
        assert ran.exit_code == 0, ran.output
    written = page.read_text(encoding="utf-8")
    assert written.startswith("# Other\n\nkept\n\n# How well names are found\n")
    assert written.count("## own (1 stories)") == 1
    assert "| spans, LOC | 100.0 | 100.0 | 100.0 |" in written


def test_gold_is_read_from_marks_and_from_json(tmp_path: Path) -> None:
    marked = tmp_path / "gold.txt"
    marked.write_text("# note\nRain in [L Oslo]\n[P Moss=Ann Moss] left.\n")
    expected = GoldStory(
        text="Rain in Oslo\n\nMoss left.\n",
        entities=(
            GoldEntity(start=8, end=12, label="LOC", value="Oslo"),
            GoldEntity(start=14, end=18, label="PERSON", value="Ann Moss"),
        ),
    )
    (story,) = read_gold(marked)
    assert story.entities == expected.entities
    assert story.text.rstrip() == expected.text.rstrip()
    as_json = tmp_path / "gold.jsonl"
    entity = {"start": 8, "end": 12, "label": "GPE", "value": "Oslo"}
    as_json.write_text(json.dumps({"text": "Rain in Oslo", "entities": [entity]}))
    assert read_gold(as_json) == [GoldStory(text="Rain in Oslo", entities=expected.entities[:1])]


GOOD = {"start": 8, "end": 12, "label": "GPE", "value": "Oslo"}


def row(**changes: object) -> dict[str, object]:
    return {"text": "Rain in Oslo", "entities": [GOOD, {**GOOD, **changes}]}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", '[[merge]]\nfield = "person"\n', "a.toml: no name is labelled in it"),
        ("a.txt", "", "no name is labelled in it"),
        ("a.txt", "# note\nRain\nIt fell on [X Oslo].\n", "a.txt, line 3: [X is no known label; "),
        (
            "a.txt",
            "Rain\n[ABC Moss] and [P Moss]\n",
            "line 2: [ABC is no known label; marks are [P",
        ),
        ("a.txt", "Rain in [L Oslo]\n[P Moss\n\nSun in [L Bergen]\n", "line 2: [P is not closed"),
        ("a.txt", "Rain in [L Oslo]\n[P Moss", "line 2: [P is not closed"),
        ("a.json", "[]", "no name is labelled in it"),
        ("a.json", '[{"text": "Rain"', "a.json, line 1: not JSON"),
        ("a.json", '{\n "text": "Rain"}', "line 1: not JSON, as a list or one object a line"),
        (
            "a.json",
            '[{"id": "1", "expected": {}}]',
            "story 1, not an object with a text and a list",
        ),
        ("a.json", "[3]", "story 1, not an object with a text"),
        ("a.json", [row(end=99)], "story 1, entity 2: 8:99 is no part of a text of 12 characters"),
        ("a.json", [row(start=-4)], "entity 2: -4:12 is no part of a text"),
        ("a.json", [row(start=12)], "entity 2: 12:12 is no part of a text"),
        ("a.json", [row(start="8")], "entity 2: '8':12 is no part of a text"),
        ("a.json", [row(label="Q")], "entity 2: label 'Q' is not known; known: PERSON, PER,"),
        ("a.json", [row(label=None)], "entity 2: label None is not known"),
        ("a.json", [row(value=3)], "entity 2: value 3 is not a text"),
        (
            "a.jsonl",
            f"{json.dumps(row())}\n\n{json.dumps(row(end=99))}",
            "a.jsonl, line 3: entity 2",
        ),
        ("missing.txt", None, "missing.txt: No such file"),
    ],
)
def test_gold_that_cannot_be_right_is_an_error_with_its_place(
    tmp_path: Path, name: str, content: object, said: str
) -> None:
    if content is not None:
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text)
    run = CliRunner().invoke(main, ["eval", "--entities", str(tmp_path / name)])
    assert run.exit_code == 1
    assert said in run.stderr
    assert run.stdout == ""


def test_gold_may_have_the_labels_of_any_model_and_things_that_are_no_names(tmp_path: Path) -> None:
    marked = tmp_path / "gold.txt"
    marked.write_text("Rain in [GPE Oslo]\n[PER Moss=Ann Moss] left [sic] on [1] Monday.\n")
    (story,) = read_gold(marked)
    assert [(e.label, e.value) for e in story.entities] == [("LOC", "Oslo"), ("PERSON", "Ann Moss")]
    as_json = tmp_path / "gold.json"
    as_json.write_text(json.dumps([row(start=0, end=4, label="MONEY")]))
    assert [e.label for e in read_gold(as_json)[0].entities] == ["LOC"]


@pytest.fixture(scope="module")
def finder() -> Finder:
    return load_finder()


def test_the_default_pipeline_keeps_its_floors(finder: Finder) -> None:
    floors = tomllib.loads((HERE.parent / "quality.toml").read_text("utf-8"))["entities"]
    scores = score_entities(finder, read_gold(STORIES))
    assert scores.spans["all"].f1 >= floors["spans"]
    assert scores.values["all"].f1 >= floors["values"]


def test_the_same_text_gives_the_same_facets(finder: Finder) -> None:
    """The golden file: what the pipeline says today. A change of model or rules rewrites it, on
    purpose: `python tests/index/test_entity_scores.py`."""
    assert _values(finder) == json.loads(GOLDEN.read_text("utf-8"))


def _values(finder: Finder) -> list[dict[str, list[str]]]:
    articles = [as_article(story, i) for i, story in enumerate(read_gold(STORIES))]
    result = []
    for article in finder.annotate(articles):
        labels: dict[str, list[str]] = {}
        for entity in article.entities:
            values = labels.setdefault(entity.label, [])
            if entity.name not in values:
                values.append(entity.name)
        result.append(dict(sorted(labels.items())))
    return result


def test_the_command_prints_the_table() -> None:
    result = CliRunner().invoke(main, ["eval", "--entities", str(STORIES)])
    assert result.exit_code == 0
    assert "values all" in result.output
    as_json = CliRunner().invoke(main, ["eval", "--entities", "--json", str(STORIES)])
    assert json.loads(as_json.output)["spans"]["all"]["f1"] > 50


if __name__ == "__main__":
    GOLDEN.write_text(
        json.dumps(_values(load_finder()), indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
