"""Every demo story must be read exactly as its gold says, through readers, parser and archive."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wiredesk.demo import GOLD, SEEDS, STORIES
from wiredesk.index import index_files
from wiredesk.index.article import Article
from wiredesk.search import Archive, open_archive

GOLD_ARTICLES: list[dict[str, Any]] = json.loads(GOLD.read_text(encoding="utf-8"))["articles"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The demo archive, made once."""
    into = tmp_path_factory.mktemp("demo") / "demo.wdx"
    assert index_files([STORIES], into=into, entities=False).failed == 0
    with open_archive(into) as opened:
        yield opened


def every(archive: Archive) -> list[Article]:
    return [hit.article for hit in archive.search(per_page=1000).hits]


def fold(text: str | None) -> str | None:
    """Without case, accents, full stops and differences of blanks, as the gold is compared."""
    if text is None:
        return None
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace(".", ""))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def stated(article: Article) -> dict[str, Any]:
    """The fields of a parsed story that the gold describes, folded for comparison."""
    return {
        "headline": fold(article.headline),
        "cities": [fold(c.city) for c in article.cities],
        "countries": [c.country for c in article.cities],
        "agency": article.agency,
        "date": article.date,
        "published": article.published and article.published[:16],
        "byline": sorted(
            (b.role, fold(b.name) or "", fold(b.place) or "")
            for b in article.byline
            if b.kind == "person"
        ),
    }


def wanted(gold: dict[str, Any], parsed: dict[str, Any]) -> dict[str, Any]:
    """The same fields as the gold has them; where it allows several values, the parsed one."""
    agency = gold["agency"]
    if isinstance(agency, list) and parsed["agency"] in agency:
        agency = parsed["agency"]
    return {
        "headline": fold(gold["headline"]),
        "cities": [fold(c["city"]) for c in gold["cities"]],
        "countries": [c["country"] for c in gold["cities"]],
        "agency": agency,
        "date": gold["date"],
        "published": gold["published"] and gold["published"][:16],
        "byline": sorted(
            (b["role"], fold(b["name"]), fold(b["place"]) or "") for b in gold["byline"]
        ),
    }


def test_every_demo_story_is_in_the_archive_once(archive: Archive) -> None:
    expected = Counter(fold(a["headline"]) for a in GOLD_ARTICLES)
    assert Counter(fold(a.headline) for a in every(archive)) == expected


@pytest.mark.parametrize("gold", GOLD_ARTICLES, ids=lambda gold: str(gold["id"]))
def test_a_demo_story_is_read_exactly_as_its_gold_says(
    archive: Archive, gold: dict[str, Any]
) -> None:
    path = str(SEEDS / gold["file"])
    here = [a for a in every(archive) if Path(a.source.path) == Path(path)]
    (article,) = (a for a in here if fold(a.headline) == fold(gold["headline"]))
    parsed = stated(article)
    assert parsed == wanted(gold, parsed)
    if gold["start"] is not None:
        assert (article.source.start, article.source.end) == (gold["start"], gold["end"])


def test_spans_of_headlines_and_bodies_point_into_the_files(archive: Archive) -> None:
    gold_of = {(a["file"], fold(a["headline"])): a for a in GOLD_ARTICLES}
    for article in every(archive):
        path = Path(article.source.path)
        gold = gold_of[(path.relative_to(SEEDS).as_posix(), fold(article.headline))]
        if gold["start"] is None:
            continue
        raw = path.read_bytes()
        encoding = "cp1252" if path.name == "latin-1.txt" else "utf-8"
        text = raw.decode(encoding)
        start, end = article.headline_span
        assert fold(text[start:end]) == fold(article.headline)
        for at, origin, length in article.body_map:
            assert article.body[at : at + length].split() == text[origin : origin + length].split()
