"""Stock Whoosh answers alike on an archive and on an index of its own codec."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields, index, query, sorting
from whoosh.filedb.filestore import RamStorage

from wiredesk.index.article import Article, Source
from wiredesk.index.codec.stock import WireAnalyzer, build_schema
from wiredesk.index.corrected import apply_corrections
from wiredesk.index.corrections import Corrections, read_corrections
from wiredesk.index.document import Document
from wiredesk.index.writer import ArchiveWriter

WORDS = tuple(
    re.findall(
        r"\S+",
        "harbour grain price strike minister rain bank storm vote budget tariff copper the of and"
        " prices striking banks u.s don't 3.5 café voted",
    )
)
CITIES = ("Riga", "Oslo", "New York", "Zürich", "Lima")
DAYS = (0, 31, 365, -400, 17_000)


def text(rng: random.Random, count: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(count))


def stories(seed: int, count: int) -> list[Document]:
    rng = random.Random(seed)
    result = []
    for i in range(count):
        headline, body = text(rng, rng.randint(0, 4)), text(rng, rng.randint(0, 40))
        facets = {"city": tuple(rng.sample(CITIES, rng.randint(0, 3)))}
        if rng.random() < 0.5:
            facets["agency"] = (rng.choice(("Alpha", "Beta")),)
        result.append(
            Document(
                id=f"s{i}",
                text={"headline": headline, "body": body},
                facets={k: v for k, v in facets.items() if v},
                day=rng.choice((*DAYS, None)),
                stored=Article(
                    id=f"s{i}",
                    source=Source(path="x", start=0, end=0),
                    headline=headline,
                    body=body,
                ),
            )
        )
    return result


def iso(day: int) -> str:
    from datetime import date, timedelta

    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def whoosh_index(documents: list[Document]) -> Any:
    stemmed = WireAnalyzer(stemmed=True)
    schema = fields.Schema(
        id=fields.ID(unique=True, stored=True),
        headline=fields.TEXT(analyzer=stemmed, stored=True),
        body=fields.TEXT(analyzer=stemmed, stored=True),
        words=fields.TEXT(analyzer=WireAnalyzer(stemmed=False), phrase=False),
        city=fields.KEYWORD(commas=True),
        agency=fields.KEYWORD(commas=True),
        date=fields.ID,
    )
    ix = RamStorage().create_index(schema)
    writer = ix.writer()
    for d in documents:
        row = {
            "id": d.id,
            **d.text,
            "words": d.text["headline"] + " \n " + d.text["body"],
            "city": ",".join(d.facets.get("city", ())),
            "agency": ",".join(d.facets.get("agency", ())),
        }
        if d.day is not None:
            row["date"] = iso(d.day)
        writer.add_document(**row)
    writer.commit()
    return ix


def queries(rng: random.Random) -> list[Any]:
    from wiredesk.index.analysis import stem

    def word() -> str:
        return stem(rng.choice(WORDS).replace("é", "e"))

    def field() -> str:
        return rng.choice(("headline", "body"))

    def term() -> Any:
        return query.Term(field(), word())

    return [
        term(),
        query.And([term(), term()]),
        query.Or([term(), term(), term()]),
        query.And([term(), query.Not(term())]),
        query.Phrase(field(), [word(), word()]),
        query.Phrase("body", [word(), word()], slop=3),
        query.Prefix("words", rng.choice(("p", "st", "b", "z"))),
        query.Wildcard("words", "*r*"),
        query.FuzzyTerm("words", "stork", maxdist=2),
        query.TermRange("date", "1969-01-01", "1971-01-31"),
        query.TermRange("body", "b", "p"),
        query.Term("city", rng.choice(CITIES)),
        query.And([query.Term("agency", "Alpha"), term()]),
        query.Every(),
        query.Term("id", "s3"),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_same_stories_as_with_the_default_codec(tmp_path: Path, seed: int) -> None:
    documents = stories(seed, 120)
    with ArchiveWriter(tmp_path / "a") as writer:
        for number, d in enumerate(documents):
            writer.add(d)
            if number in (40, 90):
                writer.commit()
        for d in documents[::9]:
            writer.delete(d.id)
    left = [d for i, d in enumerate(documents) if i % 9]
    rng = random.Random(seed + 100)
    ours = index.open_dir(str(tmp_path / "a"), schema=build_schema())
    theirs = whoosh_index(left)
    with ours.searcher() as a, theirs.searcher() as b:
        assert a.doc_count() == b.doc_count() == len(left)
        for _ in range(6):
            for q in queries(rng):
                found = [sorted(h["id"] for h in s.search(q, limit=None)) for s in (a, b)]
                assert found[0] == found[1], q
                groups = [
                    s.search(
                        q,
                        groupedby=sorting.FieldFacet(
                            "city", allow_overlap=True, maptype=sorting.Count
                        ),
                    ).groups()
                    for s in (a, b)
                ]
                assert groups[0] == groups[1], q


def test_corrections_hold_for_whoosh_too(tmp_path: Path) -> None:
    archive, file = tmp_path / "a", tmp_path / "corrections.toml"
    with ArchiveWriter(archive) as writer:
        for d in stories(2, 40):
            writer.add(d)
        writer.delete("s3")

    def count(field: str, value: str) -> int:
        with index.open_dir(str(archive)).searcher() as searcher:
            return len(searcher.search(query.Term(field, value), limit=None))

    before = {city: count("city", city) for city in CITIES}
    file.write_text(
        '[[merge]]\nfield = "city"\nvalues = ["Oslo"]\ninto = "Lillehammer"\n'
        '[[date]]\nstories = ["s5"]\ndate = 2031-01-02\n'
    )
    apply_corrections(archive, read_corrections(file))
    assert count("city", "Lillehammer") == before["Oslo"] > 0
    assert count("city", "Oslo") == 0
    assert count("city", "Riga") == before["Riga"]
    assert count("date", "2031-01-02") == 1
    apply_corrections(archive, Corrections(rules=(), moves={}))
    assert {city: count("city", city) for city in CITIES} == before


def test_highlights_and_the_pickled_schema(tmp_path: Path) -> None:
    documents = stories(1, 30)
    with ArchiveWriter(tmp_path / "a") as writer:
        for d in documents:
            writer.add(d)
    with index.open_dir(str(tmp_path / "a")).searcher() as searcher:
        hit = searcher.search(query.Term("body", "strike"))[0]
        marked = hit.highlights("body")
        assert '<b class="match term0">strik' in marked
        assert hit["city"] is not None or "city" not in hit.fields()


def test_whoosh_is_told_not_to_write(tmp_path: Path) -> None:
    from wiredesk.errors import ArchiveError

    with ArchiveWriter(tmp_path / "a") as writer:
        writer.add(stories(1, 1)[0])
    segment = index.open_dir(str(tmp_path / "a"))._segments()[0]
    assert f"{type(segment.codec()).__module__}.WireCodec" == "wiredesk.index.codec.WireCodec"
    with pytest.raises(ArchiveError):
        segment.delete_document(0)
