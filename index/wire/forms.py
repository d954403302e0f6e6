"""Story forms and versions: UPDATE 2, WRAPUP, CORRECTED, ANALYSIS, and the notes that go along."""

import re
from dataclasses import dataclass
from functools import cache

from wiredesk.index.wire.tables import read_table


@dataclass(frozen=True, slots=True)
class Form:
    """A story form (a key such as `update`), its number if any, and the length of its mark."""

    key: str
    version: int | None
    length: int


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    found = []
    for row in read_table("forms.toml")["form"]:
        front = re.compile(
            rf"\(?(?:{row['front']})\)?(?:\s?-{{1,2}}\s?|:\s|\s-\s|\s–\s|/)(?=\S)|\((?:{row['front']})\)\s*",
            re.IGNORECASE,
        )
        line = re.compile(rf"\(?(?:{row['line']})\)?[\s:.-]*", re.IGNORECASE)
        found.append((row["key"], front, line))
    return tuple(found)


@cache
def _any_line() -> re.Pattern[str]:
    """All lines that state a form, in one pattern: most lines are none."""
    rows = "|".join(row["line"] for row in read_table("forms.toml")["form"])
    return re.compile(rf"\(?(?:{rows})\)?[\s:.-]*", re.IGNORECASE)


def headline_form(headline: str) -> Form | None:
    """The form that a headline begins with: `UPDATE 2-Harbour closed` is an update, version 2."""
    for key, front, _ in _patterns():
        match = front.match(headline)
        if match is not None and match.end() < len(headline):
            return Form(key, _version(match), match.end())
    return None


def line_form(line: str) -> Form | None:
    """The form that a line of its own states (`1ST LEAD`, `REFILE`); None for other lines."""
    if len(line) > 30 or not _any_line().fullmatch(line):
        return None
    for key, _, alone in _patterns():
        match = alone.fullmatch(line)
        if match is not None:
            return Form(key, _version(match), len(line))
    return None


def _version(match: re.Match[str]) -> int | None:
    number = re.search(r"\d+", match.group())
    return int(number.group()) if number else None


_NOTE = re.compile(
    r"(?!\([^()]{1,20}\)\s+\w)"  # (UPDATE) Harbour closed
    r"[(\[]+\s*(?:adds?|corrects?|corrected|updates?|recasts?|refiles?|refiled|repeats?|rewrites?"
    r"|removes?|deletes?|drops?|restores?|releads?|clarifies|changes?|fixes|inserts?|links?"
    r"|writes? through|new throughout|attn|eds?|editors?['’]?s? note|note to|with photos?"
    r"|with pictures?|in (?:this|the|first|paragraph|para)\b"
    r"|this (?:\w+ \d+ )?(?:story|version|article)"
    r"|story (?:refiled|corrected)|the \w+\.? \d+ story|repeating|ajoute|actualisé|actuali[sz]a"
    r"|agrega|añade|aggiorna|aggiunge|atualiza|acrescenta|neu(?=:))\b.*",
    re.IGNORECASE | re.DOTALL,
)
_BARE_NOTE = re.compile(
    r"(?:correction|corrections|editors?['’]s? note|clarification|note to editors|attn editors"
    r"|note to readers|with photos?|embargo(?:ed)?)\s*:.+"
    r"|(?:adds|updates|corrects|recasts) .{3,60}",
    re.IGNORECASE | re.DOTALL,
)

_LONGEST_NOTE = 500
"""Characters; what is longer is no note, and not looked at as one."""


def is_note(line: str) -> bool:
    """Whether a line is an advisory or correction note: `(Adds quotes, background)`."""
    return (len(line) < _LONGEST_NOTE and bool(_NOTE.fullmatch(line))) or (
        ":" in line[:20] and bool(_BARE_NOTE.fullmatch(line))
    )
