"""One way to compare names: without case, accents and final stops; one way to write accents."""

import unicodedata

CAPITALS = "A-ZÀ-ÖØ-ÞŠŽĐČĆŁŚŻŹŃİĞŞŐŰŘŤŇĎĚĽĹŔĀĒĪŌŪĂȘȚŒЀ-Я"
"""The capital letters that names begin with, as the inside of a class of a regular expression."""

SMALL = "a-zß-öø-ÿšžđčćłśżźńığşőűřťňďěľĺŕāēīōūășțœа-џ"
"""The small ones."""


def fold(text: str) -> str:
    """Casefolded, accents off, curly apostrophes straight, blanks single, no stop at the end."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("ı", "i"))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(text.split()).rstrip(".").casefold()


def compose(text: str) -> tuple[str, list[int]]:
    """The text in composed form (NFC), and for each of its characters where it came from; one
    offset more for the end."""
    parts: list[str] = []
    origins: list[int] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            part = unicodedata.normalize("NFC", text[start:at])
            parts.append(part)
            origins += [start] * len(part)
            start = at
    return "".join(parts), [*origins, len(text)]


def is_composed(text: str) -> bool:
    """Whether a text is in composed form already, as most are."""
    return text.isascii() or unicodedata.is_normalized("NFC", text)
