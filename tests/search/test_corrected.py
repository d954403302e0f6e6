"""An archive with corrections answers like one whose stories were indexed so."""

import random
from pathlib import Path

import pytest

from tests.index.corrected_world import CITIES, PEOPLE, PLACES, any_rules, any_story
from wiredesk.index.corrected import apply_corrections
from wiredesk.index.corrections import correct, read_corrections
from wiredesk.index.document import to_document
from wiredesk.index.schema import SHOWN
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import open_archive

FACETS = [*(f for f in SHOWN if f not in ("date", "source")), "main_person", "nation"]


@pytest.mark.parametrize("seed", range(4))
def test_hits_and_drill_sideways_counts_follow_the_corrections(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    stories = [any_story(rng, number) for number in range(80)]
    file = tmp_path / "corrections.toml"
    file.write_text(any_rules(rng, 80), encoding="utf-8")
    rules = read_corrections(file)
    with ArchiveWriter(tmp_path / "a") as writer:
        for article in stories:
            writer.add(to_document(article))
    apply_corrections(tmp_path / "a", rules)
    with ArchiveWriter(tmp_path / "b") as writer:
        for article in stories:
            writer.add(to_document(correct(article, rules)))
    values = {
        "person": (*PEOPLE, "New One", "Apart"),
        "place": (*PLACES, "DK"),
        "city": (*CITIES, "Vik"),
    }
    with open_archive(tmp_path / "a") as ours, open_archive(tmp_path / "b") as theirs:
        for _ in range(25):
            chosen = rng.sample(sorted(values), rng.randint(0, 2))
            filters = {f: rng.sample(values[f], rng.randint(1, 2)) for f in chosen}
            words = rng.choice(("word", "person:Moss", "city:Riga OR person:Lind", "2020"))
            one, other = (
                a.search(words, filters=filters, facets=FACETS, sort="newest")
                for a in (ours, theirs)
            )
            assert one.total == other.total
            assert one.facets == other.facets
            assert [h.article for h in one.hits] == [h.article for h in other.hits]
