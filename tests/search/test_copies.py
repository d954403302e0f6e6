"""Near-copies: which stories of a page say the same."""

from dataclasses import replace
from timeit import repeat

import pytest

from wiredesk.index.article import Article, Source
from wiredesk.search.copies import ALIKE, CHARACTERS, shingles, told
from wiredesk.search.model import Hit, Snippet

WORDS = " ".join(f"word{n}" for n in range(80))


def hit(name: str, body: str) -> Hit:
    article = Article(
        id=name, source=Source(path="a.txt", start=0, end=1), headline="A story", body=body
    )
    return Hit(id=name, score=1.0, article=article, headline=Snippet(text="A story"))


def copies(*bodies: str) -> list[str | None]:
    return [h.copy_of for h in told([hit(str(n), body) for n, body in enumerate(bodies)])]


def test_the_first_of_several_copies_stands_for_all() -> None:
    assert copies(WORDS, WORDS + " and more", WORDS.upper()) == [None, "0", "0"]


@pytest.mark.parametrize(("cut", "copy"), [(0, True), (20, True), (29, True), (31, False)])
def test_copies_are_stories_that_share_most_of_their_runs_of_words(cut: int, copy: bool) -> None:
    shorter = WORDS.rpartition(f"word{79 - cut}")[0] if cut else WORDS
    both, every = shingles(WORDS) & shingles(shorter), shingles(WORDS) | shingles(shorter)
    assert (len(both) / len(every) >= ALIKE) is copy
    assert copies(WORDS, shorter) == [None, "0" if copy else None]


def test_a_story_is_told_as_a_copy_of_the_one_it_is_most_like() -> None:
    words = WORDS.split()
    first, second, third = (" ".join(words[a:b]) for a, b in ((0, 60), (20, 80), (12, 78)))
    assert copies(first, third) == [None, "0"]
    assert copies(first, second, third) == [None, None, "1"]


def test_short_stories_are_copies_of_nothing() -> None:
    assert copies("blah blah blah", "blah blah blah", "", "") == [None, None, None, None]


def test_only_the_beginning_of_a_story_is_looked_at() -> None:
    assert shingles(WORDS * 10 + "x" * CHARACTERS) == shingles((WORDS * 10)[:CHARACTERS])
    assert copies(WORDS * 9 + " end", WORDS * 9 + " another end") == [None, "0"]


def test_hits_are_otherwise_as_they_were() -> None:
    hits = (hit("0", WORDS), hit("1", WORDS))
    assert told(hits) == (hits[0], replace(hits[1], copy_of="0"))
    assert told(()) == ()


@pytest.mark.slow
def test_a_page_of_long_stories_takes_little_time() -> None:
    long = [" ".join(f"w{n}x{k}" for k in range(400)) for n in range(20)]
    hits = [hit(str(n), body) for n, body in enumerate(long)]
    assert min(repeat(lambda: told(hits), number=1, repeat=20)) < 0.01
