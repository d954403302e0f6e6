"""The gold list of merges: which names are one value, and which must never be."""

import tomllib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from wiredesk.index.article import Entity
from wiredesk.index.entities import load_finder
from wiredesk.index.entities.mention import Mention
from wiredesk.index.entities.names import facet_names
from wiredesk.index.entities.scores import GoldEntity, GoldStory, as_article, read_gold

HERE = Path(__file__).parent
GOLD = read_gold(HERE / "entity_merges.txt")


def headline(story: GoldStory) -> str:
    return story.text.partition("\n")[0]


@pytest.mark.parametrize("story", GOLD, ids=headline)
def test_names_found_right_get_the_right_values(story: GoldStory) -> None:
    mentions = [Mention(e.start, e.end, e.label) for e in story.entities]  # type: ignore[arg-type]
    found = [
        (story.text[m.start : m.end], value)
        for m, value in zip(mentions, facet_names(story.text, mentions), strict=True)
    ]
    assert found == [(story.text[e.start : e.end], e.value) for e in story.entities]


def test_the_whole_pipeline_merges_nothing_wrongly_and_most_of_what_is_one() -> None:
    wrong: list[tuple[str, str, str]] = []
    right = asked = 0
    articles = [as_article(story, i) for i, story in enumerate(GOLD)]
    for story, article in zip(GOLD, load_finder().annotate(articles), strict=True):
        for (one, found), (other, also) in combinations(pairs(story, article.entities), 2):
            merged = (found.label, found.name) == (also.label, also.name)
            if (one.label, one.value) != (other.label, other.value):
                if merged:
                    wrong.append((found.text, also.text, found.name))
            elif found.text != also.text:
                asked += 1
                right += merged
    assert wrong == []
    floors = tomllib.loads((HERE.parent / "quality.toml").read_text("utf-8"))
    assert asked > 30
    assert 100 * right / asked >= floors["entities"]["merged"]


def pairs(story: GoldStory, entities: tuple[Entity, ...]) -> Iterator[tuple[GoldEntity, Entity]]:
    """Each name of the gold story with the entity found for it."""
    by_end = {entity.end: entity for entity in entities}
    for gold in story.entities:
        found = by_end.get(gold.end)
        if found is not None and found.label == gold.label:
            yield gold, found
