"""A text as lines, each with what kind of line it is by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from wiredesk.index.wire.tables import read_table

Kind = Literal["blank", "rule", "furniture", "copyright", "signoff", "code", "text"]

_LINE = re.compile(r"[^\r\n\f\x0b\u2028\u2029]*(?:\r\n|[\r\n\f\x0b\u2028\u2029]|$)")
_RULE = re.compile(r"[-=_*~#·•+]{3,}|(?:[-=_*~#•] ?){3,}")
_CODE = re.compile(
    r"[a-z]{3}\d{3,4} \d [a-z] \d+.*"  # eca0123 3 i 240  dpa 0456
    r"|[a-z]{1,3}\d{4,5}-{3,}"  # z6715-----
    r"|(?:[a-z] ){1,2}[A-Z]{2}[-A-Z].*\d{2}-\d{2} \d{4}"  # u s BC-Sumo-Results   02-05 0210
    r"|\^?[A-Z]{2}-{1,2}[A-Z]{2,}-?-?[\w&'./ -]+(?:,.*)?<?\s*"  # BC-EU--Spain-Drought, 2nd Ld
    r"|\(?[a-z]{2,4}(?:/[a-z]{2,5}){1,5}\)?"  # daa/mt/msr
    r"|\d{8}T\d{6}(?:Z|[+-]\d{4})?"
    r"|MEDIA RELEASE.*|ZCZC.*|NNNN.*|TI#.*|#[\w-]+|\^?AP Photo [A-Z]{2,4}\d+.*"
    r"|/?(?:[\w-]+/){2,}[\w-]*|[A-Z]{3,5}-\d{2}:\d{2}-\d{2}-\d{2}-\d{2}.*"
    r"|\^?Eds?: .*|EDITORS?['’]? NOTE.*|Attention:? .*",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `start` and `end` are offsets of its stripped text; `raw_end` lies behind its
    line end. `indent` counts the blanks before it, `gap` the blank lines above (a form feed
    counts as three)."""

    text: str
    start: int
    end: int
    raw_end: int
    indent: int
    gap: int
    kind: Kind


def read_lines(text: str, start: int = 0, end: int | None = None) -> list[Line]:
    """The lines that are not blank. NBSP counts as blank; BOM and control codes are left out."""
    stop = len(text) if end is None else end
    found: list[Line] = []
    gap = 0
    for match in _LINE.finditer(text, start, stop):
        raw = match.group()
        if not raw:
            break
        content = raw.rstrip("\r\n\f\x0b\u2028\u2029")
        stripped = content.strip(_BLANKS)
        if not stripped:
            gap += 3 if "\f" in raw else 1
            continue
        at = match.start() + len(content) - len(content.lstrip(_BLANKS))
        plain = stripped.replace("\u00a0", " ").replace("\t", " ")
        found.append(
            Line(
                text=plain,
                start=at,
                end=at + len(stripped),
                raw_end=match.end(),
                indent=at - match.start(),
                gap=gap,
                kind=line_kind(plain),
            )
        )
        gap = 3 if "\f" in raw else 0
    return found


_BLANKS = " \t\u00a0\u2007\u202f\u3000\ufeff\u200b\u0000\u0001\u0002\u0003\u0016\u001a\u001e\u001f"


@cache
def _patterns() -> tuple[
    int, re.Pattern[str], re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]
]:
    table = read_table("lines.toml")

    def either(section: str, key: str) -> str:
        return "|".join(p.strip("|") for p in table[section][key].strip().splitlines())

    furniture = re.compile(
        rf"(?:(?:{either('furniture', 'exact')})[\s:|»>.…]*|(?:{either('furniture', 'start')}).*)",
        re.IGNORECASE,
    )
    copyright_line = re.compile(rf"(?:{either('copyright', 'start')}).*", re.IGNORECASE)
    signoffs = tuple(
        (agency, re.compile(rf"\s*(?:{pattern})\s*", 0 if agency == "dpa" else re.IGNORECASE))
        for agency, pattern in table["signoff"].items()
    )
    return int(table["longest"]), furniture, copyright_line, signoffs


def line_kind(text: str) -> Kind:
    """What a stripped line is, without a look at its neighbours."""
    longest, furniture, copyright_line, _ = _patterns()
    if _RULE.fullmatch(text):
        return "rule"
    if len(text) <= 40 and signoff_agency(text) is not None:
        return "signoff"
    if len(text) <= longest:
        if furniture.fullmatch(text):
            return "furniture"
        if _CODE.fullmatch(text):
            return "code"
    if len(text) <= 4 * longest and copyright_line.fullmatch(text):
        return "copyright"
    return "text"


def signoff_agency(text: str) -> str | None:
    """The agency whose closing line this is (empty for a closing line of any); None for none."""
    for agency, pattern in _patterns()[3]:
        if pattern.fullmatch(text):
            return agency
    return None


def is_sentence(text: str) -> bool:
    """Whether a line reads like running text: long, or ending as a sentence does."""
    return len(text) > 130 or (len(text) > 50 and text.rstrip("\"'”’)")[-1:] in ".!?")


def content(lines: list[Line]) -> Iterator[Line]:
    """The lines that may be story."""
    return (line for line in lines if line.kind == "text")
