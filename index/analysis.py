"""Text to words: the one analyzer for stories and queries.

A word is a run of letters and digits, with full stops and apostrophes inside it kept (`u.s`,
`don't`, `3.5`) and a possessive `'s` cut off. Words are folded: compatibility decomposition,
lower case, accents off, and letters that have no decomposition replaced (ø, ł, ß ...). Stems
are Porter2. Stop words take no part in ranking but are words like any other in phrases.

`tokens` gives words with offsets into the text as it stands; the writer uses `raw_tokens`, by which
it gets the same words much faster because every distinct spelling is read only once.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from whoosh.lang.snowball.english import EnglishStemmer

ANALYSIS_VERSION = 1
"""Raised when the same text would give other words."""

_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_LETTERS = rf"(?:[^\W_][{_MARKS}]*)+"
WORD = re.compile(rf"{_LETTERS}(?:[.'\u2019]{_LETTERS})*")

_OTHER_LETTERS = str.maketrans(
    {
        "\u0131": "i",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "ə": "e",
        "\u2019": "'",
    }
)

_STOP_WORDS = """
    a about above after again against all am an and any are as at be because been before being
    below between both but by can could did do does doing down during each few for from further
    had has have having he her here hers herself him himself his how i if in into is it its itself
    just may me might more most must my myself no nor not now of off on once only or other our ours
    ourselves out over own same shall she should so some such than that the their theirs them
    themselves then there these they this those through to too under until up upon us very was we
    were what when where which while who whom why will with would you your yours yourself
    yourselves
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that say nothing about a story; left out of ranking only."""

SENTENCE = "\x02"
PARAGRAPH = "\x03"
"""Reserved terms of the body whose positions are those of the first words of sentences and
paragraphs. No word can be equal to them."""

_ABBREVIATED = """
    mr mrs ms dr st sen rep gov gen lt col maj sgt capt cmdr adm prof rev hon pres messrs jr sr
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    no nos vs inc corp co ltd bros dept est fig approx min max
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())


class Token(NamedTuple):
    """A folded word and the span of the text it was read from (end exclusive)."""

    word: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without accents: the form in which words and facet values are compared."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return "".join(c for c in text if not unicodedata.combining(c)).translate(_OTHER_LETTERS)


def fold_word(raw: str) -> str:
    """A match of `WORD` as the index has it; may be empty."""
    word = fold(raw)
    if not word.isascii():
        word = "".join(c for c in word if c.isalnum() or c in ".'")
    if word.endswith("'s"):
        word = word[:-2]
    return word


def tokens(text: str) -> list[Token]:
    """The words of a text in order, with their offsets in it."""
    found = ((fold_word(m[0]), m.start(), m.end()) for m in WORD.finditer(text))
    return [Token(*t) for t in found if t[0]]


def words(text: str) -> list[str]:
    """The words of a text in order."""
    return [w for w in map(fold_word, WORD.findall(text)) if w]


_stemmer = EnglishStemmer()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Porter2 stem of a folded word; a word with a digit or a full stop is its own stem."""
    if len(word) < 3 or len(word) > 64 or "." in word or not word.replace("'", "").isalpha():
        return word
    return str(_stemmer.stem(word)) or word


def stems(text: str) -> list[str]:
    """The stems of a text in order, stop words included."""
    return [stem(w) for w in words(text)]


# ---- the writer's way: raw tokens by bytes.translate and split, analysed once per spelling

_CLOSE, _BREAK = b"\x04", b"\x03"
_KEPT = frozenset(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.'!?" + _CLOSE + _BREAK
)
_TABLE = bytes(c if c >= 0x80 or c in _KEPT else 0x20 for c in range(256))
_SOFT_BREAK = re.compile("(?<=[.!?\"'\u201d])[ \t]*\n")
_CONTROL = str.maketrans("\x03\x04", "  ")

ENDS, STARTS, BREAKS = 1, 2, 4
"""Flags of a raw token: a sentence may end after it, may start with it; it is a paragraph break."""


def raw_tokens(headline: str, body: str) -> tuple[list[bytes], int]:
    """Headline and body cut where no word can continue, and how many pieces are the headline's.

    `read_raw` gives the words of each piece. A paragraph break in the body is a piece, too: a
    paragraph starts after a blank line or at an indented line; in a body that has neither, after a
    line that ends like a sentence.
    """
    if "\n" in body:
        if "\x03" in body or "\x04" in body:
            body = body.translate(_CONTROL)
        if "\n\n" in body or "\n  " in body:
            body = body.replace("\n\n", " \x03 ").replace("\n  ", " \x03 ")
        else:
            body = _SOFT_BREAK.sub(" \x03 ", body)
    elif "\x03" in body or "\x04" in body:
        body = body.translate(_CONTROL)
    if "\x03" in headline or "\x04" in headline:
        headline = headline.translate(_CONTROL)
    text = f"{headline} \x04 {body}".encode("utf-8", "surrogatepass")
    pieces = text.translate(_TABLE).split()
    in_headline = pieces.index(_CLOSE)
    del pieces[in_headline]
    return pieces, in_headline


def read_raw(raw: bytes) -> tuple[tuple[str, ...], int]:
    """The words of a raw token and its flags."""
    bare = raw.rstrip(b".")
    if bare.isalnum() and bare.isascii():
        # Most tokens: one word, at most a full stop after it.
        word = bare.decode("ascii").lower()
        first = bare[0]
        flags = 0 if 97 <= first <= 122 else STARTS
        if len(bare) != len(raw) and not (
            (len(word) == 1 and word.isalpha()) or word in _ABBREVIATIONS
        ):
            flags |= ENDS
        return (word,), flags
    if raw == _BREAK:
        return (), BREAKS
    text = raw.decode("utf-8", "surrogatepass")
    found = WORD.findall(text)
    read = tuple(w for w in map(fold_word, found) if w)
    flags = STARTS if found and not found[0][0].islower() else 0
    return read, flags | (ENDS if _ends_sentence(text, read) else 0)


def _ends_sentence(text: str, read: tuple[str, ...]) -> bool:
    bare = text.rstrip("\"')]\u201d\u2019\u00bb")
    if bare.endswith(("!", "?")):
        return True
    if not bare.endswith("."):
        return False
    if not read:
        return True
    last = read[-1]
    return not ((len(last) == 1 and last.isalpha()) or "." in last or last in _ABBREVIATIONS)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) spans of the sentences of a text, as the index marks them."""
    start = last_end = -1
    ended = False
    for m in re.finditer(r"\S+", text):
        piece = m[0]
        found = WORD.search(piece)
        starts = found is not None and not found[0][0].islower()
        gap = text[last_end : m.start()] if last_end >= 0 else ""
        if start < 0:
            start = m.start()
        elif ("\n\n" in gap or "\n  " in gap) or (ended and starts):
            yield start, last_end
            start = m.start()
        ended = _ends_sentence(piece, tuple(map(fold_word, WORD.findall(piece))))
        last_end = m.end()
    if start >= 0:
        yield start, last_end


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) spans of the paragraphs of a text, as the index marks them."""
    hard = "\n\n" in text or "\n  " in text
    breaks = re.finditer(r"\n(?=\n|  )", text) if hard else _SOFT_BREAK.finditer(text)
    start = 0
    for end in [*(m.start() for m in breaks), len(text)]:
        if text[start:end].strip():
            yield start, end
        start = end


def ends_sentence(piece: str) -> bool:
    """Whether a sentence may end after a piece of text without white space."""
    return _ends(piece) if len(piece) <= _SHORT_PIECE else _ends.__wrapped__(piece)


_SHORT_PIECE = 40


@lru_cache(1 << 14)
def _ends(piece: str) -> bool:
    return _ends_sentence(piece, tuple(map(fold_word, WORD.findall(piece))))
