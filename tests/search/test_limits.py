"""Every limit of a query, and that no text whatever breaks the parser or takes long."""

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiredesk.search.limits import HTTP, PYTHON, Limits
from wiredesk.search.parser import parse
from wiredesk.search.query import Everything, Fuzzy, Phrase, Prefix, Query, Term, Wildcard, walk

SMALL = Limits(characters=30, clauses=4, depth=3, word=12, phrase=3, distance=50, notes=3)


def leaves(query: Query) -> int:
    return sum(isinstance(node, Term | Phrase | Prefix | Wildcard | Fuzzy) for node in walk(query))


def codes(text: str, limits: Limits) -> list[str]:
    return [note.code for note in parse(text, limits=limits).notes]


def test_limits_for_strangers_and_for_programs() -> None:
    assert (HTTP.characters, HTTP.clauses, PYTHON.clauses) == (2_048, 64, 1_024)
    for limits in (HTTP, PYTHON):
        assert (limits.depth, limits.fuzzy, limits.prefix) == (20, 2, 2)
        assert (limits.expansions, limits.leading_wildcards) == (4_096, False)


@pytest.mark.parametrize("limits", [HTTP, PYTHON])
def test_characters_and_clauses_beyond_the_limit_are_left_out(limits: Limits) -> None:
    full = parse("a " * limits.clauses, limits=limits)
    assert (leaves(full.query), full.notes) == (limits.clauses, ())
    cut = parse("a " * (limits.clauses + 1), limits=limits)
    assert leaves(cut.query) == limits.clauses
    (note,) = cut.notes
    assert (note.code, note.position) == ("too-many-clauses", 2 * limits.clauses)
    (note,) = parse("a" + " " * limits.characters + "b", limits=limits).notes
    assert (note.code, note.position) == ("too-long", limits.characters)


@pytest.mark.parametrize("limits", [HTTP, PYTHON])
@pytest.mark.parametrize(("before", "behind"), [("(", ")"), ("NOT ", ""), ("-", ""), ("lead:", "")])
def test_what_is_nested_too_deep_is_left_out(limits: Limits, before: str, behind: str) -> None:
    at_limit = parse(before * 20 + "a" + behind * 20, limits=limits)
    beyond = parse(before * 21 + "a" + behind * 21, limits=limits)
    if before != "-":
        assert at_limit.notes == ()
        assert [n.code for n in beyond.notes] == ["too-deep"]
    assert leaves(beyond.query) == 1


def test_fields_that_stand_for_two_do_not_multiply() -> None:
    assert leaves(parse("hlead(" * 10 + "a b" + ")" * 10).query) == 4


def test_words_and_phrases_beyond_their_length_are_cut() -> None:
    parsed = parse("abcdefghijklmn", limits=SMALL)
    assert parsed.query == Term("abcdefghijkl")
    assert [n.code for n in parsed.notes] == ["long-word"]
    parsed = parse('"a b c d"', limits=SMALL)
    assert parsed.query == Phrase(("a", "b", "c"))
    assert [n.code for n in parsed.notes] == ["long-phrase"]


def test_distances_edits_and_prefixes_keep_to_their_limits() -> None:
    for text in ("a NEAR/51 b", '"a b"~51', "first51:a", "atleast51:a"):
        assert codes(text, SMALL) == ["out-of-range"]
        assert codes(text.replace("51", "50"), SMALL) == []
    assert parse("abcd~3").query == Fuzzy("abcd", 2)
    assert codes("abcd~3", PYTHON) == ["fuzzy-limit"]
    assert parse("ab*").query == Prefix("ab")
    assert parse("a*").query == Term("a")
    assert codes("a*", PYTHON) == ["short-prefix"]


def test_leading_wildcards_are_a_setting() -> None:
    allowed = replace(PYTHON, leading_wildcards=True)
    assert parse("*ing").query == Term("ing")
    assert parse("*ing", limits=allowed).query == Wildcard("*ing")
    assert parse("*").query == Everything()


def test_notes_beyond_their_limit_are_counted() -> None:
    notes = parse("a* b* c* d* e*", limits=replace(SMALL, clauses=9)).notes
    assert [n.code for n in notes] == ["short-prefix"] * 3 + ["more-notes"]
    assert notes[-1].values == {"count": 2}


_PIECES = r"""
a ab* é "x " ( ) ~ ~2 \ * ? ^ ^1e400 - + = : .. / | || && [ ] { } ' ! NOT AND OR or and headline:
hd= date: date( from:last 7 days 2016 2016-02-30 >=2016 NEAR/5 w/5 near5 SAME first50: atleast5
/F50/ all: any: [aTO autor: http:// U.S.
"""
PIECES = _PIECES.split()
PIECES += [
    "date from 2016 to ",
    "date after 2016-02 ",
    "date from 1 2 3 4 5 6 ",
    "autor=roe ",
    "autor: ",
]
PIECES += ["\0", "\u200b", "\u202e", "\ud800", "\U0001f600", "\u0301", "\u3000", " ", " ", " "]

TYPED = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join),
)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(TYPED, st.sampled_from([HTTP, PYTHON, SMALL]))
def test_nothing_typed_is_an_error(text: str, limits: Limits) -> None:
    parsed = parse(text, limits=limits)
    assert leaves(parsed.query) <= 2 * limits.clauses
    for node in walk(parsed.query):
        assert -1 <= node.span[0] <= node.span[1] <= len(text)
    for note in parsed.notes:
        assert note.hint
        assert -1 <= note.position <= len(text)


def test_any_64_kilobytes_are_read_quickly() -> None:
    size, rnd = 65_536, random.Random(1)
    texts = [(piece * size)[:size] for piece in PIECES]
    texts += [(f"{piece} " * size)[:size] for piece in PIECES]
    texts.append("".join(chr(rnd.randrange(32, 127)) for _ in range(size)))
    slowest: dict[str, float] = {}
    for text in texts:
        seconds = 1.0
        for _ in range(3):  # 20 ms on a quiet machine; what is quadratic takes seconds
            if seconds > 0.2:
                start = time.process_time()
                parse(text)
                seconds = time.process_time() - start
        slowest[text[:20]] = seconds
    assert {text: seconds for text, seconds in slowest.items() if seconds > 0.2} == {}
