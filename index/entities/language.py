"""Which language is a text in? Enough to keep an English model from reading a Turkish story.

Counts the commonest small words of each language, and the script before that. A short or mixed
text counts as English: a wrong "not English" costs a story its entities, a wrong "English" some
odd values.
"""

import re

_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and to in that is was for on with he said it as at by from has his are be",
        "de": "der die das und den von zu mit sich des auf für ist im dem nicht ein eine als auch",
        "fr": "le la les et des du une est dans pour que qui sur par au avec pas plus ce aux",
        "es": "el la los las y en que del se por con una para su al lo como más fue este",
        "it": "il di che la e per un una del della è con non si le da al dei sono gli",
        "pt": "o os e do da em um uma que para com não se na no por dos das ao mais foi",
        "nl": "de het een en van dat op te zijn met voor niet aan er om ook als bij naar is",
        "sv": "och att det som en på är av för med den till inte har de ett om han var i",
        "da": "og at det som en på er af for med den til ikke har de et om han var i",
        "no": "og at det som en på er av for med den til ikke har de et om han var i",
        "tr": "ve bir bu da de için ile olarak olan daha çok gibi sonra kadar ancak göre dedi ise",
        "id": "yang dan di dengan untuk pada dari ini dalam tidak akan itu ke oleh juga telah",
        "pl": "w i na z do się że nie jest o to po przez jak od za są dla oraz",
        "cs": "a v se na je že s z do o k i ve pro za by jsou byl jako po",
        "ro": "și de în la cu a pe că din nu este pentru care mai o sunt au un prin",
        "hu": "a az és hogy nem is egy volt meg csak már mint ez ki még el szerint",
        "fi": "ja on ei että se oli hän mutta kun myös ovat joka mukaan sen ole",
        "sq": "dhe të në një për me nga që së është ka si më u do",
    }.items()
}
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
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


def guess_language(text: str) -> str:
    """The ISO 639-1 code of the language that the beginning of a text looks like; `en` in doubt."""
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if not sample.isascii():
        for code, script in _SCRIPTS:
            if letters and len(script.findall(sample)) > letters / 2:
                return code
    words = _LETTER.findall(_NAME.sub(r"\1 ", sample).casefold())
    if len(words) < _FEWEST:
        return "en"
    counts = {code: sum(w in known for w in words) for code, known in _WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    clear = (
        counts[best] >= 2 * counts["en"]
        and counts[best] >= len(words) * 0.12
        and len(_WORDS[best].intersection(words)) >= _FEWEST_SMALL
    )
    return best if clear else "en"
