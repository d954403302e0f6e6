"""Bytes of unknown encoding -> text, with a note when anything had to be guessed.

UTF-8 is tried first and strictly: text of another encoding almost never passes. What is left is
UTF-16 and UTF-32 by their marks or zero bytes, the encoding that the format declares, UTF-8 with
stray bytes of another encoding (files pasted together), and last a guess.
"""

import codecs
from dataclasses import dataclass

SAMPLE = 65_536
"""Bytes looked at for a guess."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

BINARY_KINDS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
    (b"Rar!", "a RAR file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "an RTF document"),
)

_GUESSES = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "koi8_r",
    "mac_roman",
    "cp437",
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    "euc_kr",
)
_LATIN = {
    "cp1252": "éèêëàâçîïôûùüäößñóíáúåæøãõÉÈÀÇÖÜÄÑÓÁÅØœ¿¡",
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻčďěňřšťůýžáéíúČĎŘŠŽőűäöüßşţăâî",
    "cp1254": "ğşıİŞĞçöüÇÖÜâî",
}
"""Letters that text of a code page is made of, to tell the Latin ones apart."""

_TEXT_CONTROLS = frozenset(b"\t\n\r\f\v\x1a\x1b\x01\x02\x03\x04\x05\x06\x0e\x0f\x11\x13\x1e\x1f")
"""Control codes that wire captures really hold (start of text, end of text, shifts ...)."""


class NotText(ValueError):
    """The bytes are no text; the message says what they look like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text, the encoding it was read in, and what the receipt should say about it."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """The text of `data`, a byte order mark kept as its first character.

    `declared` is the encoding that the format itself names. Raises NotText for binary data.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _marked(data, encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        first_bad = error.start
    else:
        if "\0" not in text[:SAMPLE]:
            _refuse_binary(data)
            return Decoded(text=text, encoding="utf-8")
        first_bad = 0
    wide = _utf16_without_mark(data)
    if wide is not None:
        return Decoded(
            text=data.decode(wide, errors="replace"),
            encoding=wide,
            notes=(f"read as {wide}: zero bytes at every second place",),
        )
    _refuse_binary(data)
    if declared is not None and _known(declared):
        try:
            return Decoded(text=data.decode(declared), encoding=codecs.lookup(declared).name)
        except UnicodeDecodeError:
            pass
    if first_bad == 0 and b"\0" in data[:SAMPLE]:
        return Decoded(text=data.decode("utf-8", "replace"), encoding="utf-8")
    mixed = _mixed(data)
    if mixed is not None:
        return mixed
    encoding = guess(data[max(0, first_bad - 2048) : first_bad + SAMPLE])
    return _guessed(data, encoding)


def guess(sample: bytes) -> str:
    """The most likely encoding of a sample that is not UTF-8; windows-1252 when in doubt."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(_GUESSES)).best()
    encoding = best.encoding if best is not None else "cp1252"
    if encoding in _LATIN or encoding in ("mac_roman", "cp437"):
        encoding = _latin(sample, encoding)
    return encoding


def _latin(sample: bytes, first: str) -> str:
    """Which Latin code page: the one under which most high bytes are letters of its languages."""
    scores = {}
    for encoding, letters in _LATIN.items():
        high = [c for c in sample.decode(encoding, "replace") if c > "\x7f"]
        marks = "\u201c\u201d\u2018\u2019\u2013\u2014…«»€£§°•\xa0"
        scores[encoding] = sum((c in letters) + (c in marks) for c in high) / max(1, len(high))
    best = max(scores, key=lambda name: scores[name])
    if first in scores or scores[best] > 0.9:
        return best
    return first


def _marked(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(text=data.decode(encoding), encoding=encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            mixed = _mixed(data)
            if mixed is not None:
                return mixed
        line = data[: error.start].count(b"\n") + 1
        return Decoded(
            text=data.decode(encoding, "replace"),
            encoding=encoding,
            notes=(
                f"line {line}: bytes that are not {encoding}; shown as \N{REPLACEMENT CHARACTER}",
            ),
        )


def _mixed(data: bytes) -> Decoded | None:
    """UTF-8 with stray bytes of windows-1252, if there is more good than bad in it."""
    good = bad = 0
    first_line = 0
    pieces: list[str] = []
    at = 0
    while at < len(data):
        try:
            piece = data[at:].decode("utf-8") if at else data.decode("utf-8")
        except UnicodeDecodeError as error:
            piece = data[at : at + error.start].decode("utf-8")
            bad += 1
            first_line = first_line or data[: at + error.start].count(b"\n") + 1
            stray = data[at + error.start : at + error.start + 1].decode("cp1252", "replace")
            at += error.start + 1
        else:
            stray = ""
            at = len(data)
        good += sum(c > "\x7f" for c in piece)
        pieces += (piece, stray)
        if bad > 1000 or (bad > 20 and good < bad):
            return None
    if good <= bad:
        return None
    number = "1 byte is" if bad == 1 else f"{bad} bytes are"
    return Decoded(
        text="".join(pieces),
        encoding="utf-8",
        notes=(f"line {first_line}: {number} not UTF-8; read as windows-1252",),
    )


def _guessed(data: bytes, encoding: str) -> Decoded:
    name = {"cp1252": "windows-1252", "cp1250": "windows-1250", "cp1251": "windows-1251"}.get(
        encoding, encoding
    )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    return Decoded(text=text, encoding=encoding, notes=(f"not UTF-8; read as {name} (a guess)",))


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:4096]
    if len(sample) < 4 or len(data) % 2:
        return None
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _refuse_binary(data: bytes) -> None:
    for magic, kind in BINARY_KINDS:
        if data.startswith(magic) and (magic != b"MZ" or b"\0" in data[:SAMPLE]):
            raise NotText(f"not text: it looks like {kind}")
    sample = data[:SAMPLE]
    odd = sum(sample.count(code) for code in range(32) if code not in _TEXT_CONTROLS)
    if odd > max(2, len(sample) // 100):
        raise NotText("not text: binary data")


def _known(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name not in ("undefined", "idna", "punycode")
    except LookupError:
        return False
