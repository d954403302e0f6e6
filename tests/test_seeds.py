"""The demo stories and their gold must agree with each other."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from wiredesk.demo import GOLD, STORIES
from wiredesk.index.readers.content import Found, walk
from wiredesk.index.readers.item import LeftOut

ARTICLES: list[dict[str, Any]] = json.loads(GOLD.read_text(encoding="utf-8"))["articles"]
SPANNED = [a for a in ARTICLES if a["start"] is not None]
FILES = sorted({a["file"] for a in SPANNED})


def text_of(name: str) -> str:
    """The file as text with its line ends and byte order mark kept."""
    raw = (GOLD.parent / name).read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252")


def folded(text: str) -> str:
    return " ".join(text.split())


def test_every_story_file_is_described_and_every_description_has_its_file() -> None:
    on_disk = {p.relative_to(GOLD.parent).as_posix() for p in STORIES.rglob("*") if p.is_file()}
    assert on_disk == {a["file"] for a in ARTICLES}


def test_there_are_at_least_sixty_stories_with_one_file_of_ten() -> None:
    files = [a["file"] for a in ARTICLES]
    assert len(ARTICLES) >= 60
    assert max(files.count(name) for name in files) == 10


def test_ids_are_unique() -> None:
    assert len({a["id"] for a in ARTICLES}) == len(ARTICLES)


@pytest.mark.parametrize("name", FILES)
def test_spans_start_with_the_headline_and_end_with_a_line(name: str) -> None:
    text = text_of(name)
    stories = [a for a in SPANNED if a["file"] == name]
    for story in stories:
        span = text[story["start"] : story["end"]]
        assert folded(story["headline"]) in folded(span)
        if len(stories) == 1:
            assert span == text
        else:
            assert folded(span).startswith(folded(story["headline"]))
            assert span == span.strip()
            assert text[story["end"] : story["end"] + 1] in ("", "\n", "\r", " ", "\f")
    for before, after in pairwise(stories):
        assert before["end"] < after["start"]


@pytest.mark.parametrize("name", FILES)
def test_names_and_cities_of_the_gold_stand_in_the_text(name: str) -> None:
    text = text_of(name)
    for story in (a for a in SPANNED if a["file"] == name):
        span = folded(text[story["start"] : story["end"]]).casefold()
        said = [b["name"] for b in story["byline"]] + [c["city"] for c in story["cities"]]
        said += [b["place"] for b in story["byline"] if b["place"]]
        assert [s for s in said if folded(s).casefold() not in span] == []


def test_a_walk_through_the_seeds_finds_the_stories_alone() -> None:
    found = list(walk([GOLD.parent]))
    left_out = {Path(f.place).name for f in found if isinstance(f, LeftOut)}
    paths = {Path(f.path).resolve() for f in found if isinstance(f, Found)}
    assert left_out == {"README.md", "gold.json"}
    assert paths == {p.resolve() for p in STORIES.rglob("*") if p.is_file()}
