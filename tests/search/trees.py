"""Random query trees, of the shapes that the parser gives."""

from datetime import date

from hypothesis import strategies as st

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

TEXT_FIELDS = ("headline", "body", "lead")
FACET_FIELDS = ("from", "about", "person", "org", "place", "city", "agency", "byline", "form")

ODD_WORDS = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="“”„‟«»\uff02"),
    min_size=1,
    max_size=8,
).filter(lambda word: any(map(str.isalnum, word)))
"""Words of any characters that can be seen."""

_TRICKY = r"""
AND OR NOT and or not NEAR near5 SAME same sentence w/5 /5 /F50/ first50 atleast3 last 7 days date
after to TO 2016
2016-02 2016-02-09 all any: headline: hd=x -x +x =x x* x? x~1 x^2 U.S. don't http://a a"b
a\ (a) [a a, ...a strik! a_b
"""
TRICKY_WORDS = st.sampled_from(_TRICKY.split())
"""Words that the grammar has other plans for."""

WORDS = st.one_of(st.sampled_from(["ab", "cd", "striking", "Aleppo"]), TRICKY_WORDS, ODD_WORDS)
LETTERS = st.text("abcdefgh", min_size=2, max_size=5)


def terms(words: st.SearchStrategy[str] = WORDS) -> st.SearchStrategy[Query]:
    return st.builds(Term, words, st.booleans())


def patterns(words: st.SearchStrategy[str] = LETTERS) -> st.SearchStrategy[Query]:
    """Prefixes, wildcards and fuzzy words."""
    return st.one_of(
        words.map(Prefix),
        st.builds(lambda a, wild, b: Wildcard(a + wild + b), words, st.sampled_from("?*"), words),
        words.map(lambda word: Wildcard(word + "?")),
        st.builds(Fuzzy, words, st.integers(1, 2)),
    )


def phrases(words: st.SearchStrategy[str] = WORDS) -> st.SearchStrategy[Query]:
    several = st.lists(words, min_size=1, max_size=3).map(tuple)
    return st.builds(Phrase, several, st.integers(0, 3))


@st.composite
def ranges(draw: st.DrawFn) -> Query:
    days = st.dates(date(1980, 1, 1), date(2030, 1, 1)).map(date.isoformat)
    low, high = sorted((draw(days), draw(days)))
    if draw(st.booleans()):
        low, high = low[:7] + "-01", high[:4] + "-12-31"
    shape = draw(st.sampled_from(("both", "low", "high")))
    return Range(low if shape != "high" else None, high if shape != "low" else None)


def spots(
    words: st.SearchStrategy[str] = WORDS, letters: st.SearchStrategy[str] = LETTERS
) -> st.SearchStrategy[Query]:
    """What can stand beside NEAR."""
    single = st.one_of(terms(words), patterns(letters), phrases(words))
    return st.one_of(single, st.lists(single, min_size=2, max_size=3).map(tuple).map(Or))


def nears(
    words: st.SearchStrategy[str] = WORDS, letters: st.SearchStrategy[str] = LETTERS
) -> st.SearchStrategy[Query]:
    spot = spots(words, letters)
    return st.one_of(
        st.builds(Near, spot, spot, st.integers(1, 9), st.booleans()),
        st.builds(
            Near,
            spot,
            spot,
            st.just(0),
            st.booleans(),
            st.sampled_from(("sentence", "paragraph")),
        ),
    )


def facets(words: st.SearchStrategy[str] = WORDS) -> st.SearchStrategy[Query]:
    value = st.one_of(
        st.just(Term("-")),
        st.just(Everything()),
        words.map(Term),
        phrases(words),
        LETTERS.map(Prefix),
    )
    return st.builds(Field, st.sampled_from(FACET_FIELDS), value)


def trees(
    words: st.SearchStrategy[str] = WORDS, letters: st.SearchStrategy[str] = LETTERS
) -> st.SearchStrategy[Query]:
    """Any tree; `words` gives the words in it, `letters` the beginnings and ends of patterns."""
    leaf = st.one_of(
        terms(words),
        patterns(letters),
        phrases(words),
        nears(words, letters),
        ranges(),
        facets(words),
        st.builds(AtLeast, st.integers(1, 4), spots(words, letters)),
        st.builds(First, st.integers(1, 60), spots(words, letters)),
        st.sampled_from([Everything(), Field("date", Term("-")), Field("date", Everything())]),
    )

    def grown(below: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        several = st.lists(below, min_size=2, max_size=4).map(tuple)
        return st.one_of(
            several.map(And),
            several.map(Or),
            several.map(Words),
            below.map(Not),
            st.builds(Field, st.sampled_from(TEXT_FIELDS), below),
            st.builds(First, st.integers(1, 60), below),
        )

    return st.recursive(leaf, grown, max_leaves=8)
