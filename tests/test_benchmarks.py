"""The benchmark runs, and the engines in it agree on totals and counts."""

from pathlib import Path

import pytest

from benchmarks import names, pages, run
from benchmarks.corpus import stories
from benchmarks.engines import installed
from benchmarks.queries import questions
from wiredesk.index.document import to_document
from wiredesk.index.writer import ArchiveWriter


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


@pytest.mark.slow
def test_the_costs_of_pages_are_told_for_every_address(tmp_path: Path) -> None:
    path = tmp_path / "pages.wdx"
    with ArchiveWriter(path) as writer:
        for story in stories(60, 40):
            writer.add(to_document(pages.article_of(story)))
    told = list(pages.costs(path))
    assert [address for address, _, _ in told] == list(pages.ADDRESSES)
    assert all(spent > 0 and size > 1_000 for _, spent, size in told)


def test_stories_for_names_are_taken_in_the_order_of_their_files(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.txt").write_text(f"Rain in {name}\n\nIt rained in {name} all day.\n")
    found = names.articles_of(tmp_path, 2)
    assert [article.headline for article in found] == ["Rain in a", "Rain in b"]
