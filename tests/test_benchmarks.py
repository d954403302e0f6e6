"""The benchmark runs, and the engines in it agree on totals and counts."""

from pathlib import Path

import pytest

from benchmarks import run
from benchmarks.corpus import stories
from benchmarks.engines import installed
from benchmarks.queries import questions


def test_the_corpus_is_always_the_same() -> None:
    few, more = list(stories(5, 40)), list(stories(9, 40))
    assert more[:5] == few
    assert few[3].headline and few[3].body and few[3].facets["city"]


@pytest.mark.slow
def test_all_engines_agree_on_two_thousand_stories(tmp_path: Path) -> None:
    results = {}
    for name in installed():
        path = tmp_path / name
        results[name] = run.build(name, 2_000, 40, path) | run.ask(name, path, runs=1)
    assert run.disagreements(results) == []
    totals = [answer[0] for answer in results["wiredesk"]["answers"].values()]
    assert len(totals) == len(questions())
    assert sum(total > 0 for total in totals) > 0.8 * len(totals)
    assert "| wiredesk | whoosh3 |" in run.report(results, 2_000)
