"""What readers type, and what is understood of it."""

from datetime import date

import pytest

from wiredesk.search.parser import NOTES, parse
from wiredesk.search.query import (
    And,
    AtLeast,
    Everything,
    Field,
    First,
    Fuzzy,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Wildcard,
    Words,
)

TODAY = date(2016, 3, 1)
A, B, C, D = (Term(c) for c in "abcd")

CASES: list[tuple[str, Query]] = [
    ("", Everything()),
    ("  \t ", Everything()),
    ("*", Everything()),
    ("*:*", Everything()),
    ("aleppo", Term("aleppo")),
    ("a b", Words((A, B))),
    ("a b OR c d", Or((Words((A, B)), Words((C, D))))),
    ("a b AND c", And((Words((A, B)), C))),
    ("a OR b AND c", Or((A, And((B, C))))),
    ("(a OR b) AND c", And((Or((A, B)), C))),
    ("((a AND b) AND c)", And((And((A, B)), C))),
    ("a NOT b", Words((A, Not(B)))),
    ("a AND NOT b", And((A, Not(B)))),
    ("a -b", Words((A, Not(B)))),
    ("-a", Not(A)),
    ("NOT NOT a", Not(Not(A))),
    ('-(a b) -"c d"', Words((Not(Words((A, B))), Not(Phrase(("c", "d")))))),
    ("+a +b c d", And((A, B, Words((C, D))))),
    ("all: a b", And((A, B))),
    ("any: a b -c", And((Or((A, B)), Not(C)))),
    ("any:(a b) c", Words((Or((A, B)), C))),
    ('"a b"', Phrase(("a", "b"))),
    ("“a b” „c d“", Words((Phrase(("a", "b")), Phrase(("c", "d"))))),
    ('"a AND (b"', Phrase(("a", "AND", "(b"))),
    ('"a b"~5', Phrase(("a", "b"), 5)),
    ("a NEAR/5 b", Near(A, B, 5)),
    ("a W/5 b", Near(A, B, 5, True)),
    ("a NEAR/S b", Near(A, B, 0, False, "sentence")),
    ("a SAME SENTENCE b", Near(A, B, 0, False, "sentence")),
    ("a SAME PARAGRAPH b", Near(A, B, 0, False, "paragraph")),
    ("a same sentence b", Near(A, B, 0, False, "sentence")),
    ("a same paragraph b", Near(A, B, 0, False, "paragraph")),
    ("a same b", Words((A, Term("same"), B))),
    ("same sentence", Words((Term("same"), Term("sentence")))),
    ("a NEAR/2 b NEAR/3 c", And((Near(A, B, 2), Near(B, C, 3)))),
    ('a NEAR/5 (b OR "c d")', Near(A, Or((B, Phrase(("c", "d")))), 5)),
    ("headline:a NEAR/5 headline:b", Field("headline", Near(A, B, 5))),
    ("first50:a", First(50, A)),
    ("atleast3:a", AtLeast(3, A)),
    ("atleast3:(a AND b)", And((AtLeast(3, A), AtLeast(3, B)))),
    ("strik*", Prefix("strik")),
    ("wild?card*", Wildcard("wild?card*")),
    ("wom?n", Wildcard("wom?n")),
    ("fuzzy~1", Fuzzy("fuzzy", 1)),
    ("fuzzy~", Fuzzy("fuzzy", 1)),
    ("fuzzy~2", Fuzzy("fuzzy", 2)),
    ("=strike", Term("strike", True)),
    ("headline:a", Field("headline", A)),
    ("title:a", Field("headline", A)),
    ("headline: a", Field("headline", A)),
    ("headline:(a OR b)", Field("headline", Or((A, B)))),
    ("from:Beirut", Field("from", Term("Beirut"))),
    ("about:Beirut", Field("about", Term("Beirut"))),
    ('city:"New York"', Field("city", Phrase(("New", "York")))),
    ("lead:a", Field("lead", A)),
    ("city:-", Field("city", Term("-"))),
    ("city:*", Field("city", Everything())),
    ("date:*", Field("date", Everything())),
    ("date:-", Field("date", Term("-"))),
    (
        "Syria: talks fail - UN says",
        Words(tuple(map(Term, ["Syria", "talks", "fail", "UN", "says"]))),
    ),
    ("U.S. don't 3.5 C++", Words(tuple(map(Term, ("U.S.", "don't", "3.5", "C++"))))),
    ("(so-called) [peace], talks...", Words(tuple(map(Term, ("so-called", "peace", "talks"))))),
    ("http://a.example/b?c=d", Term("http://a.example/b?c=d")),
    ("BOMB HITS NEAR BRIDGE", Words(tuple(map(Term, ["BOMB", "HITS", "NEAR", "BRIDGE"])))),
    (r"\AND", Term("AND")),
    (r"a\*", Term("a*")),
    (r"ab*\*", Prefix("ab")),
    (r"ab*\**c", Wildcard("ab*c")),
    ("war and peace", Words(tuple(map(Term, ["war", "and", "peace"])))),
]


@pytest.mark.parametrize(("text", "query"), CASES)
def test_a_query_means_this(text: str, query: Query) -> None:
    parsed = parse(text, today=TODAY)
    assert parsed.query == query
    assert {n.code for n in parsed.notes} <= {"translated"}


DATES = [
    ("date:2016", "2016-01-01", "2016-12-31"),
    ("date:2016-02", "2016-02-01", "2016-02-29"),
    ("date:2016-02-09", "2016-02-09", "2016-02-09"),
    ("date:2016-02..2016-05", "2016-02-01", "2016-05-31"),
    ("2016-02..2016-05", "2016-02-01", "2016-05-31"),
    ("date:2016-02..", "2016-02-01", None),
    ("..2016-02", None, "2016-02-29"),
    (">=2016", "2016-01-01", None),
    ("date:>2016", "2017-01-01", None),
    ("date<2016", None, "2015-12-31"),
    ("date<=2016-02", None, "2016-02-29"),
    ("date:last 7 days", "2016-02-24", "2016-03-01"),
    ('date:"last 7 days"', "2016-02-24", "2016-03-01"),
    ("date:last-2-weeks", "2016-02-17", "2016-03-01"),
    ("date:last 1 month", "2016-02-02", "2016-03-01"),
    ("date:yesterday", "2016-02-29", "2016-02-29"),
    ("date:this year", "2016-01-01", "2016-12-31"),
    ("date:last month", "2016-02-01", "2016-02-29"),
    ("date:last week", "2016-02-22", "2016-02-28"),
    ("date:20160209", "2016-02-09", "2016-02-09"),
    ("date:9 Feb 2016", "2016-02-09", "2016-02-09"),
    ('date:"February 9, 2016"', "2016-02-09", "2016-02-09"),
    ("date:Feb 2016", "2016-02-01", "2016-02-29"),
    ("date:9.2.2016", "2016-02-09", "2016-02-09"),
    ("date:10/19/1987", "1987-10-19", "1987-10-19"),
    ("date:[1987 TO 1988]", "1987-01-01", "1988-12-31"),
    ("date from 20160101 to 20160131", "2016-01-01", "2016-01-31"),
    ("date after 2016-02", "2016-03-01", None),
    ("date:since 2016", "2016-01-01", None),
    ("date:before 2016-02", None, "2016-01-31"),
    ("date:2016-02 to 2016-05", "2016-02-01", "2016-05-31"),
    ("date:between 2015 and 2016", "2015-01-01", "2016-12-31"),
    ("date:'last year'", "2015-01-01", "2015-12-31"),
    ("date:[* TO 2016-02]", None, "2016-02-29"),
    ("date:13/2/2016", "2016-02-13", "2016-02-13"),
    ("date:last 1 year", "2015-03-02", "2016-03-01"),
    ("date=2016", "2016-01-01", "2016-12-31"),
    ("date >= 2016", "2016-01-01", None),
    ("date(geq 2016)", "2016-01-01", None),
]


@pytest.mark.parametrize(("text", "low", "high"), DATES)
def test_a_date_is_a_first_and_a_last_day(text: str, low: str | None, high: str | None) -> None:
    assert parse(text, today=TODAY).query == Range(low, high)


@pytest.mark.parametrize(
    "text",
    [
        *("2016-13", "2016-00", "2016-02-00", "0000", "31/31/2016", "9 Foo 2016", "tomorrow"),
        *("last 0 days", "99999", ">9999-12-31", "<0001", "last 9999 years", "a..b", "2016..x"),
        *("19871301", "2016-1-1-1", "²⁰¹⁶", "last tuesday", "nan", "-1", "2016-02T08:00"),
    ],
)
def test_what_is_no_date_is_left_out_with_a_note(text: str) -> None:
    parsed = parse(f'a date:"{text}"', today=TODAY)
    assert parsed.query == A
    assert [n.code for n in parsed.notes] == ["no-date"]


FOREIGN: list[tuple[str, Query, list[str]]] = [
    ("a near5 b", Near(A, B, 5), ["NEAR/5"]),
    ("a adj3 b", Near(A, B, 3, True), ["W/3"]),
    ("a pre/5 b", Near(A, B, 5, True), ["W/5"]),
    ("a /5 b", Near(A, B, 5), ["NEAR/5"]),
    ("a /s b", Near(A, B, 0, False, "sentence"), ["NEAR/S"]),
    ("a w/p b", Near(A, B, 0, False, "paragraph"), ["NEAR/P"]),
    ("atleast5 a", AtLeast(5, A), ["atleast5:"]),
    ("atleast5(a)", AtLeast(5, A), ["atleast5:"]),
    ("a/F50/", First(50, A), ["first50:"]),
    ('"a b"/F50/ c', Words((First(50, Phrase(("a", "b"))), C)), ["first50:"]),
    ("hd=a", Field("headline", A), ["headline:"]),
    ("by=a", Field("byline", A), ["byline:"]),
    ("headline(a b)", Field("headline", Words((A, B))), ["headline:"]),
    ("hlead(a)", Or((Field("headline", A), Field("lead", A))), ["headline: or lead:"]),
    ("strik! w/5 a", Near(Prefix("strik"), A, 5, True), ["*"]),
    ("(a or b) and c not d", And((Or((A, B)), Words((C, Not(D))))), ["OR", "AND", "NOT"]),
    ("a && b || c", Or((And((A, B)), C)), ["AND", "OR"]),
]


@pytest.mark.parametrize(("text", "query", "operators"), FOREIGN)
def test_spellings_of_other_engines_are_shown_translated(
    text: str, query: Query, operators: list[str]
) -> None:
    parsed = parse(text)
    assert parsed.query == query
    assert [n.values["operator"] for n in parsed.notes if n.code == "translated"] == operators


NOTED: list[tuple[str, Query, str, int]] = [
    ('a "b c', Words((A, Phrase(("b", "c")))), "unclosed-quote", 2),
    ("autor:a", A, "unknown-field", 0),
    ("batch:-b", B, "unknown-field", 0),
    ("a date:2016-02-30", A, "no-date", 7),
    ("a 2016-02-30", Words((A, Term("2016-02-30"))), "no-date", 2),
    ("date:2016..2015", Range("2015-01-01", "2016-12-31"), "reversed-range", 5),
    ("date:1/2/2016", Range("2016-01-02", "2016-01-02"), "ambiguous-date", 5),
    ("date:2016-02-09T08:30:00Z", Range("2016-02-09", "2016-02-09"), "time-ignored", 5),
    ("2016-02-09", Range("2016-02-09", "2016-02-09"), "read-as-date", 0),
    ("a last 7 days", Words((A, Range("2016-02-24", "2016-03-01"))), "read-as-date", 2),
    ("headline:", Everything(), "empty-field", 0),
    ("(headline:) a", A, "empty-field", 1),
    ("a^1e400", A, "boost-ignored", 1),
    ("*ing", Term("ing"), "leading-wildcard", 0),
    ("a*", A, "short-prefix", 0),
    ("ab~9", Fuzzy("ab", 2), "fuzzy-limit", 0),
    ("a\0b", Term("ab"), "control-characters", 1),
    ("a\u200bb", Term("ab"), "control-characters", 1),
    ("\u202eab", Term("ab"), "control-characters", 0),
    ("a \ud800", A, "control-characters", 2),
    ("a AND", A, "missing-operand", 2),
    ("OR a", A, "missing-operand", 0),
    ("NOT", Everything(), "missing-operand", 0),
    ("w/5 a", A, "missing-operand", 0),
    ("a NEAR/5", A, "missing-operand", 2),
    ("(a AND b) NEAR/5 c", And((And((A, B)), C)), "near-operand", 10),
    ("a) b", Words((A, B)), "stray-bracket", 1),
    ("(a b", Words((A, B)), "unclosed-bracket", 0),
    ("!!! ... ---", Everything(), "nothing-searchable", 0),
    ('""', Everything(), "empty-phrase", 0),
    ("[a TO c]", Words((A, Term("TO"), C)), "range-unsupported", 0),
    ("who did b?", Words((Term("who"), Term("did"), B)), "question-mark", 9),
    ("a or b", Words((A, Term("or"), B)), "lowercase-operator", 2),
    ('="a b"', Phrase(("a", "b")), "exact-phrase", 1),
    ('"a* b"', Phrase(("a*", "b")), "phrase-pattern", 1),
    ("(a b)^2", Words((A, B)), "boost-ignored", 5),
    ("(a b)~2", Words((A, B)), "suffix-ignored", 5),
    ("rst=tdjw a", A, "unsupported-field", 0),
    ("a roe: b", Words((A, Term("roe"), B)), "no-field", 2),
    ("autor=roe", Term("autor=roe"), "no-field", 0),
    ('autor="a b"', Words((Term("autor"), Phrase(("a", "b")))), "no-field", 0),
    ("date:..", Field("date", Everything()), "any-date", 5),
    ("a NEAR/99999 b", Near(A, B, 10_000), "out-of-range", 2),
]


@pytest.mark.parametrize(("text", "query", "code", "position"), NOTED)
def test_what_is_wrong_is_read_and_said(text: str, query: Query, code: str, position: int) -> None:
    parsed = parse(text, today=TODAY)
    assert parsed.query == query
    assert (code, position) in [(n.code, n.position) for n in parsed.notes]
    assert all(n.hint for n in parsed.notes)


def test_every_note_has_a_case() -> None:
    limits = {"long-phrase", "long-word", "more-notes", "too-deep", "too-long", "too-many-clauses"}
    assert {code for *_, code, _ in NOTED} | limits | {"translated"} == set(NOTES)


def test_an_unknown_field_names_the_nearest_one() -> None:
    (note,) = parse("autor:roe").notes
    assert dict(note.values) == {"field": "autor", "near": "byline"}
    assert note.hint == (
        "there is no field autor; what stands behind it was searched for anywhere;"
        " the nearest field is byline:"
    )
    for text, read in (("autor: roe", "autor"), ("autor=roe", "autor=roe"), ("Autor: a", "Autor")):
        (note,) = parse(text).notes
        assert dict(note.values) == {"field": read[:5], "near": "byline", "text": read}


@pytest.mark.parametrize(
    "text",
    [
        "x=1",
        "e=mc2",
        "Foo: b",
        "a==b",
        "http://port.example/a?b=c",
        "10:30",
        "Q: b",
        "date:*",
        "a=",
    ],
)
def test_signs_that_are_no_try_at_a_field_have_no_note(text: str) -> None:
    assert parse(text).notes == ()


def test_weights_alone_and_regular_expressions_are_told_of() -> None:
    assert [(n.code, n.position) for n in parse("^1e400").notes][:1] == [("boost-ignored", 0)]
    assert parse("oil ^2 gas").query == parse("oil gas").query
    assert [n.code for n in parse("/syri.*/").notes] == ["suffix-ignored"]
    assert parse("and/or").notes == ()
