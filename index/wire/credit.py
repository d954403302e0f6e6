"""Credit lines: `(Reporting by A in X and B; Editing by C)`, and bylines: `By A and B`."""

import re

from wiredesk.index.article import Byline, Role

_ROLE = re.compile(
    r"\b(additional reporting|reporting|writing|compiled|editing|edited)\s+by\s*", re.IGNORECASE
)
_ROLES: dict[str, Role] = {
    "additional reporting": "additional_reporting",
    "reporting": "reporting",
    "writing": "writing",
    "compiled": "writing",
    "editing": "editing",
    "edited": "editing",
}
_NAME = re.compile(
    r"[A-ZÀ-Þ][\w.'’À-ÿ-]*"
    r"(?: (?:(?:al|de|la|van|von|bin|el|del|da|di)[ -])*(?:al-)?[A-ZÀ-Þ][\w.'’À-ÿ-]*){1,3}"
)


def parse_credit(text: str) -> tuple[Byline, ...]:
    """Everyone a credit line names, in order; empty if the text is no credit line."""
    marks = list(_ROLE.finditer(text))
    if not marks:
        return ()
    people: list[Byline] = []
    for mark, after in zip(marks, [*marks[1:], None], strict=False):
        end = after.start() if after else len(text)
        clause = text[mark.end() : end].rstrip(" ;,.()\n")
        role = _ROLES[mark[1].casefold()]
        waiting: list[str] = []
        for piece in re.split(r",? and |, |; ", " ".join(clause.split())):
            name, _, place = piece.partition(" in ")
            if not _NAME.fullmatch(name.strip()):
                continue
            waiting.append(name.strip())
            if place:
                people.extend(Byline(role=role, name=n, place=place, raw=text) for n in waiting)
                waiting = []
        people.extend(Byline(role=role, name=n, raw=text) for n in waiting)
    return tuple(people)


def parse_byline(line: str) -> tuple[Byline, ...]:
    """The people of a line such as `By Anna Muster and John Roe, Reuters`."""
    match = re.match(r"\s*by\s+(.{3,120})$", line, re.IGNORECASE)
    if match is None:
        return ()
    names = re.split(r",? and | & ", match[1].split(" - ")[0].split(",")[0].strip())
    return tuple(
        Byline(role="reporting", name=n.strip(), raw=line.strip())
        for n in names
        if _NAME.fullmatch(n.strip())
    )
