"""Judged searches, typed as they are: the ranking that readers get must stay good."""

import json
from math import log2
from pathlib import Path

import pytest

from wiredesk.index.article import Article, Source
from wiredesk.index.document import to_document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import open_archive
from wiredesk.search.limits import HTTP

COLLECTIONS = Path(__file__).parents[3] / "shared" / "relevance"


def ndcg(found: list[str], relevant: set[str]) -> float:
    gained = sum(1 / log2(i + 2) for i, name in enumerate(found[:10]) if name in relevant)
    return gained / sum(1 / log2(i + 2) for i in range(min(10, len(relevant))))


@pytest.mark.slow
@pytest.mark.skipif(not COLLECTIONS.is_dir(), reason="the judged collections are not beside us")
@pytest.mark.parametrize(
    ("name", "queries", "least"),
    [
        ("time", "queries_short.tsv", 0.74),
        ("time", "queries.tsv", 0.74),
        ("cran", "queries.tsv", 0.385),
    ],
)
def test_the_default_search_ranks_well(
    tmp_path: Path, name: str, queries: str, least: float
) -> None:
    folder = COLLECTIONS / name
    with ArchiveWriter(tmp_path / "a.wdx") as writer:
        for line in (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines():
            raw = json.loads(line)
            source = Source(path=name, start=0, end=1)
            article = Article(id=raw["id"], source=source, headline=raw["title"], body=raw["text"])
            writer.add(to_document(article))
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, story, _ = line.split("\t")
        relevant.setdefault(query, set()).add(story)
    scores = []
    with open_archive(tmp_path / "a.wdx", limits=HTTP) as archive:
        for line in (folder / queries).read_text(encoding="utf-8").splitlines():
            query, text = line.split("\t")
            if query in relevant:
                result = archive.search(text, per_page=10, facets=(), timeout=None)
                scores.append(ndcg([hit.id for hit in result.hits], relevant[query]))
    assert sum(scores) / len(scores) >= least
