"""Queries that bring search engines to their knees: an answer in time, or a typed partial one."""

import random
import time
from collections.abc import Iterator

import pytest

from wiredesk.index.article import Article, Source
from wiredesk.index.document import to_document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import Archive, SearchResult, open_archive

pytestmark = pytest.mark.slow

RNG = random.Random(4)
WORDS = sorted({"".join(RNG.choices("abcdefghij", k=RNG.randint(2, 7))) for _ in range(30_000)})
SOME = WORDS[:: len(WORDS) // 1_000][:1_000]
WORD = WORDS[len(WORDS) // 2]

NASTY = {
    "every word": "*",
    "every field": "*:*",
    "any letter": "?",
    "five letters": "?????",
    "inner letters": "*a*",
    "endings": "*ing",
    "one letter": "a*",
    "two letters": "ab*",
    "many stars": "ab*a*b*c*d*e*f*g*h*",
    "stars that nearly fit": "aa*a*a*a*a*a*a*a*k",
    "nothing but not": "NOT *",
    "all but one": f"-{WORD}",
    "term range": "[a TO z]",
    "far fuzzy": f"{WORD}~999",
    "fuzzies": " OR ".join(f"{w}~2" for w in SOME[:100]),
    "prefixes": " OR ".join(f"{w[:2]}*" for w in SOME),
    "regex": 'r"(a+)+$"',
    "far slop": f'"{WORDS[0]} {WORDS[1]}"~1000000',
    "long phrase": f'"{" ".join(SOME)}"',
    "thousand with AND": " AND ".join(SOME),
    "thousand with OR": " OR ".join(SOME),
    "thousand side by side": " ".join(SOME),
    "thousand with NOT": " NOT ".join(SOME),
    "thousand near": " NEAR/5 ".join(SOME),
    "near of many": f"({' OR '.join(SOME[:300])}) NEAR/9 ({' OR '.join(SOME[300:600])})",
    "counted many": f"atleast3:({' OR '.join(SOME[:500])})",
    "deep brackets": "(" * 10_000 + WORD + ")" * 10_000,
    "open brackets": "(" * 100_000,
    "deep NOT": "NOT (" * 1_000 + WORD + ")" * 1_000,
    "quotes": '"' * 10_000,
    "fields": "a:" * 10_000,
    "doubled fields": "hlead(" * 1_000 + WORD,
    "boosts": WORD + "^2" * 10_000,
    "endless boost": f"{WORD}^1e400",
    "stars": "*" * 100_000,
    "stars apart": "* " * 1_000,
    "NUL": "a\0b",
    "half a character": "\ud800",
    "turned round": "\u202eabc",
    "accents": "e" + "\u0301" * 10_000,
    "one long word": "a" * 4_000_000,
    "spaces": " " * 4_000_000,
    "backslashes": "\\" * 65_536,
    "tildes": "~" * 65_536,
    "ranges": "[ TO " * 13_107,
    "date backwards": "date:2000..1990",
    "no date": "date:[a TO b]",
    "no such day": "date:1987-02-30",
    "any date": "date:[* TO *]",
    "first and last day": "date:0001..9999",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path = tmp_path_factory.mktemp("nasty") / "wire.wdx"
    with ArchiveWriter(path) as writer:
        for number in range(600):
            article = Article(
                id=f"{number:016x}",
                source=Source(path="a.txt", start=number, end=number + 1),
                headline=" ".join(RNG.choices(WORDS, k=6)),
                body=". ".join(" ".join(RNG.choices(WORDS, k=12)) for _ in range(6)),
                date="1987-10-19",
            )
            writer.add(to_document(article))
    with open_archive(path) as opened:
        yield opened


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_query_has_an_answer_in_time(archive: Archive, name: str) -> None:
    begun = time.process_time()
    result = archive.search(NASTY[name])
    spent = time.process_time() - begun
    assert isinstance(result, SearchResult)
    assert len(result.hits) <= result.total
    # The limits are 1 s for the hits, 0.3 s for the facets and 0.5 s for other spellings.
    assert result.partial or spent < 2.5
