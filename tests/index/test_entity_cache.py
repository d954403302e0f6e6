"""What was found once is not looked for again."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from wiredesk.index.article import Article
from wiredesk.index.entities import load_finder
from wiredesk.index.entities.finder import ModelFinder
from wiredesk.index.entities.mention import Mention
from wiredesk.index.wire import read_stories

TEXT = "Storm nears\n\nMinister Odette Brill flew from Geneva to Damascus, the Red Cross said.\n"


def story(text: str = TEXT) -> Article:
    (article,) = read_stories(text, path="a.txt", whole=True)
    return article


def test_an_unchanged_text_never_meets_the_model_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "entities.sqlite"
    first = list(load_finder(cache=cache).annotate([story()]))
    finder = load_finder(cache=cache)
    seen: list[Article] = []

    def watched(self: ModelFinder, articles: list[Article]) -> Iterator[list[Mention]]:
        seen.extend(articles)
        return iter([[] for _ in articles])

    monkeypatch.setattr(ModelFinder, "_mentions", watched)
    moved = story("\n\n" + TEXT)
    again = list(finder.annotate([story(), moved]))
    assert first[0].entities
    assert again[0] == first[0]
    assert [e.name for e in again[1].entities] == [e.name for e in first[0].entities]
    assert all(("\n\n" + TEXT)[e.start : e.end] == e.text for e in again[1].entities)
    assert seen == []


def test_another_version_looks_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "entities.sqlite"
    list(load_finder(cache=cache).annotate([story()]))
    finder = load_finder(cache=cache)
    monkeypatch.setattr(finder, "version", "other")
    list(finder.annotate([story()]))
    with sqlite3.connect(cache) as db:
        assert db.execute("SELECT count(*) FROM found").fetchone() == (2,)
    db.close()


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100])
def test_a_damaged_cache_is_done_without(tmp_path: Path, damage: bytes) -> None:
    cache = tmp_path / "entities.sqlite"
    cache.write_bytes(damage)
    (found,) = load_finder(cache=cache).annotate([story()])
    assert found == next(load_finder().annotate([story()]))
    assert found.entities
