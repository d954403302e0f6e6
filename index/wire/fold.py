"""One way to compare names: without case, accents and final stops."""

import unicodedata


def fold(text: str) -> str:
    """Casefolded, accents off, curly apostrophes straight, blanks single, no stop at the end."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("ı", "i"))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(text.split()).rstrip(".").casefold()
