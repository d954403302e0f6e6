"""Which language is a text in? Enough to keep an English model from reading a Turkish story.

The script says it; where several languages share one, the small words do that each of them cannot
do without (`data/languages.tsv`). A short or mixed text counts as English: a wrong "not English"
costs a story its entities, a wrong "English" some odd values. Of 17,848 English stories none is
taken for another language.
"""

import re
import unicodedata
from functools import cache

from wiredesk.index.entities.tables import DATA

_SCRIPTS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (("ar", "fa", "ur"), re.compile("[\u0600-\u06ff]")),
    (("he",), re.compile("[\u0590-\u05ff]")),
    (("ru", "uk", "bg", "sr", "mk"), re.compile("[\u0400-\u04ff]")),
    (("el",), re.compile("[\u0370-\u03ff]")),
    (("hy",), re.compile("[\u0530-\u058f]")),
    (("ka",), re.compile("[\u10a0-\u10ff]")),
    (("ja",), re.compile("[\u3040-\u30ff]")),
    (("ko",), re.compile("[\uac00-\ud7af]")),
    (("zh",), re.compile("[\u4e00-\u9fff]")),
    (("th",), re.compile("[\u0e00-\u0e7f]")),
    (("hi",), re.compile("[\u0900-\u097f]")),
    (("bn",), re.compile("[\u0980-\u09ff]")),
    (("ta",), re.compile("[\u0b80-\u0bff]")),
    (("te",), re.compile("[\u0c00-\u0c7f]")),
    (("kn",), re.compile("[\u0c80-\u0cff]")),
    (("ml",), re.compile("[\u0d00-\u0d7f]")),
    (("gu",), re.compile("[\u0a80-\u0aff]")),
    (("si",), re.compile("[\u0d80-\u0dff]")),
    (("my",), re.compile("[\u1000-\u109f]")),
    (("km",), re.compile("[\u1780-\u17ff]")),
    (("am",), re.compile("[\u1200-\u137f]")),
)
"""The languages of a script, the likeliest first; words decide."""

_SAMPLE = 6_000
_LETTER = re.compile(r"[^\W\d_]+(?:[.'’][^\W\d_]+)*")
_NAME = re.compile(
    r"(?<=[^\W\d_a-z])([^\W\d_]*\.?) "
    r"(?:(?:de|del|du|des|la|las|los|le|van|den|der|von|do|da|di|e|y) )+(?=[^\W\d_a-z])"
)
"""Small words inside names, such as `Banco de Chile`, say nothing of the text around."""

_FEWEST = 12
_FEWEST_SMALL = 3
"""Words a text must have, and different small words of a language, to be called not English."""

_SMALL_SHARE = 0.12
_LETTERS_SHARE = 0.1
"""The share of small words in a text that is not English; half of them will do where so many words
have letters that English has not, since some languages are short of small words."""


def guess_language(text: str) -> str:
    """The ISO 639-1 code of the language that the beginning of a text looks like; `en` in doubt."""
    sample = unicodedata.normalize("NFC", text[:_SAMPLE])
    words = _LETTER.findall(_small(_NAME.sub(r"\1 ", sample)))
    counts = {code: sum(w in known for w in words) for code, known in _small_words().items()}
    letters = sum(map(str.isalpha, sample))
    if not sample.isascii():
        for codes, script in _SCRIPTS:
            if letters and len(script.findall(sample)) > letters / 2:
                return max(codes, key=lambda code: counts.get(code, 0))
    best = max(counts, key=lambda code: counts[code])
    foreign = sum(not w.isascii() for w in words) >= _LETTERS_SHARE * len(words)
    clear = (
        len(words) >= _FEWEST
        and counts[best] >= 2 * counts["en"]
        and counts[best] >= len(words) * _SMALL_SHARE / (2 if foreign else 1)
        and len(_small_words()[best].intersection(words)) >= _FEWEST_SMALL
    )
    return best if clear else "en"


def _small(text: str) -> str:
    """The text in small letters, with one i: Turkish has two, and capitals of both."""
    return text.casefold().replace("i\u0307", "i").replace("ı", "i")


@cache
def _small_words() -> dict[str, frozenset[str]]:
    """Language -> its small words."""
    lines = (DATA / "languages.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {code: frozenset(_small(words).split()) for code, words in rows}
