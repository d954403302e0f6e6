"""Credit lines, and sentences at the end: who did what for a story, and where.

    credit = clause { delim clause }
    clause = role ["by"] people
    people = group { [","] ["and"] group }
    group  = name { "," name } [ ["," ] "and" name ] [ "in" place [ "," region ] ]
           | place { "," place } "and" place ("bureaux" | "newsroom" | "staff")

A tokenizer finds the role words wherever they stand (delimiters are often wrong or missing); a
small state machine reads the people of each clause. Names distribute backwards onto the next
`in PLACE`, up to the place before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from wiredesk.index.article import Byline, Role
from wiredesk.index.wire.fold import CAPITALS, SMALL, fold
from wiredesk.index.wire.names import composed, is_name
from wiredesk.index.wire.places import extends_place, is_city_alone, known_place
from wiredesk.index.wire.tables import agency_names, listed, read_table


@dataclass(frozen=True, slots=True)
class _Words:
    roles: dict[str, Role]
    other: frozenset[str]


@cache
def _words() -> _Words:
    table = read_table("credits.toml")
    return _Words(
        roles=dict(table["roles"]),
        other=frozenset(map(fold, listed(table["other"]["words"]))),
    )


@cache
def _role_pattern() -> re.Pattern[str]:
    words = _words()
    alternatives = sorted((*words.roles, *words.other), key=lambda w: (-len(w), w))
    either = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in alternatives)
    # `Reporting and writing by`, `Writing by`, `Reporting from Rome by`, `Reporting A; Editing B`
    return re.compile(
        rf"(?P<role>(?:{either})(?:\s*(?:,|and|&|/)\s*(?:{either}))*)"
        rf"(?:\s+(?:in|from)\s+(?P<place>[{CAPITALS}][\w .,'’-]{{2,40}}?))?\s*"
        rf"(?:\bby\b|:|(?<=reporting)\s+(?=[{CAPITALS}][a-z]+ [{CAPITALS}]))\s*:?\s*(?:by\b\s*)?",
        re.IGNORECASE,
    )


_STARTS_CREDIT = re.compile(
    r"(?:\W|\d|_)*(?:(?:with\s+)?(?:additional|addtional|further|extra)\s+reporting|reporting|report|writing|"
    r"written|wrting|ed(?:i|t)\w{2,5}ng|edited|compiled|reported|desk editing)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Clause:
    roles: tuple[Role, ...]
    place: str | None
    text: str
    start: int


LONGEST = 6000
"""A credit line has no more characters."""


def parse_credit(text: str) -> tuple[Byline, ...]:
    """Everyone a credit line names, in order; empty if the text is no credit line."""
    text = composed(text[:LONGEST].replace("\u200b", "").replace("\u00a0", " "))
    people: list[Byline] = []
    for clause in _clauses(text):
        for role in clause.roles:
            people.extend(_people(clause, role))
    return tuple(dict.fromkeys(people))


@cache
def _role_stems() -> tuple[str, ...]:
    return tuple({role.split()[-1] for role in _words().roles})


def credit_start(text: str) -> int:
    """Where in a paragraph a credit begins (`…accounted for.(Reporting by A`); -1 for nowhere."""
    lowered = text.lower()
    if not any(stem in lowered for stem in _role_stems()):
        return -1
    for match in _role_pattern().finditer(text):
        if not any(r in _words().roles for r in _role_words(match["role"])):
            continue
        base = max(0, match.start() - 80)
        before = text[base : match.start()].rstrip()
        opened = before.rstrip("([ ")
        if (opened != before and len(before) - len(opened) <= 3) or not opened:
            return base + len(opened) + (len(before) > len(opened) and before[len(opened)] == " ")
        capital = match.group()[:1].isupper()
        if capital and (opened[-1] in '.!?”")' or text[match.start() - 1 : match.start()] == "\n"):
            following = text[match.end() : match.end() + 60]
            if _first_name(following):
                return match.start()
    return -1


def is_credit(line: str) -> bool:
    """Whether a line is nothing but a credit line; it may name nobody (`editing by)`)."""
    if not _STARTS_CREDIT.match(line):
        return False
    roles = list(_role_pattern().finditer(line))
    return bool(roles) and (bool(parse_credit(line)) or len(line) - roles[-1].end() <= 3)


def _first_name(text: str) -> bool:
    word = text.split(",")[0].split(" and ")[0].split(" in ")[0].split(";")[0].strip(" .()")
    return bool(is_name(" ".join(word.split()[:4]))) or bool(is_name(" ".join(word.split()[:2])))


def _role_words(text: str) -> Iterator[str]:
    yield from re.split(r"\s*(?:,|&|/|\band\b)\s*", " ".join(text.split()).casefold())


def _clauses(text: str) -> list[_Clause]:
    marks = list(_role_pattern().finditer(text))
    found = []
    for mark, following in pairwise([*marks, None]):
        if mark is None:
            break
        end = following.start() if following else len(text)
        roles = tuple(_words().roles[r] for r in _role_words(mark["role"]) if r in _words().roles)
        found.append(_Clause(roles, mark["place"], text[mark.end() : end], mark.end()))
    return found


_TRAILING = re.compile(
    r"(?-i:(?<=[a-z])\s(?=(?:[A-Z]{3,}\s){2}))|(?<=[a-z.])(?=Our Standards)"
    r"|Our Standards\b|\(?This (?:story|version)|\bcontact\b.*|<|\+\d",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:;|,\s*[Aa]nd\b|,\s*&|,|\b[Aa]nd\b|\by\b(?= [A-Z])|\bund\b|&|\)|\(|\]|\[|\bwith\b)\s*"
)
_PLACED = re.compile(r"^(?P<name>.*?)(?:^|\s+)(?:in|from|at)\s+(?P<place>\S.*)$")
_BUREAU = re.compile(
    r"\b(?:bureaux|bureaus|bureau|newsrooms?|staff|desk|news team|team|correspondents)\b", re.I
)


def _people(clause: _Clause, role: Role) -> list[Byline]:
    """The state machine: names wait for the place that follows them."""
    text = " ".join(clause.text.split())
    cut = _TRAILING.search(text)
    if cut:
        text = text[: cut.start()]
    stop = re.search(r"[a-z’'”)]{2}\.(?:\s+(?=[A-Z(])|$)", text)
    if stop and not re.match(r"\s*[A-Z][\w-]+ [A-Z]", text[stop.end() : stop.end() + 30]):
        text = text[: stop.end()]
    text = text.rstrip(" .;,)]_-*=\"”'(")
    people: list[Byline] = []
    waiting: list[str] = []
    place: str | None = None
    after_place = False
    bureaus = _BUREAU.search(text) is not None
    for raw in _SPLIT.split(text):
        piece = raw.strip(" .:*_=-") if not re.search(r"\b(?:Jr|Sr|[A-Z]\.[A-Z])\.$", raw) else raw
        if not piece:
            continue
        bare = re.sub(r"^(?:by|also)\s+", "", piece)
        if after_place and people and extends_place(bare):
            place = f"{place}, {bare}"
            settled = [i for i, b in enumerate(people) if b.place == place.rsplit(", ", 1)[0]]
            region_stop = "." if re.search(rf"{re.escape(bare)}\.", text) else ""
            for i in settled:
                people[i] = replace(people[i], place=place + region_stop)
            continue
        after_place = False
        if _BUREAU.search(bare):
            waiting = [w for w in waiting if is_name(w) and not known_place(w)]
            continue
        placed = _PLACED.match(bare) or _slashed(bare)
        if waiting and not placed and not bureaus and is_city_alone(bare):
            placed = _PLACED.match(f"in {bare}")  # Ada Muster, Lima; Ole Roe, Lagos
        name = placed["name"].strip() if placed else bare
        if placed and not name and waiting:
            pass
        elif name:
            name = _unglue(name)
            if trailing := _trailing_place(name):
                waiting.append(trailing[0])
                people.extend(_placed(waiting, role, trailing[1]))
                waiting = []
            elif is_name(name):
                waiting.append(name)
        if placed:
            place = _clean_place(placed["place"])
            people.extend(_placed(waiting, role, place))
            waiting = []
            after_place = True
    people.extend(_placed(waiting, role, clause.place))
    return people


def _slashed(piece: str) -> re.Match[str] | None:
    """`Ada Muster/Lima`: a place behind a slash."""
    match = re.fullmatch(r"(?P<name>[^/]+)/(?P<place>[^/]+)", piece)
    return match if match and is_name(match["name"]) and known_place(match["place"]) else None


def _placed(names: Sequence[str], role: Role, place: str | None) -> list[Byline]:
    return [Byline(role=role, name=name, place=place, raw=name) for name in names]


def _clean_place(place: str) -> str:
    return re.sub(r"\s+(?:on|for|who|to)\s.*$", "", place).strip(" .;")


def _trailing_place(piece: str) -> tuple[str, str] | None:
    """`Jane Roe CAIRO`: a place in capitals behind a name."""
    match = re.fullmatch(r"(.*[a-z]\S*)\s+([A-Z][A-Z .-]{2,})", piece)
    return (match[1], match[2]) if match and is_name(match[1]) else None


_GLUED = re.compile(
    rf"^(.*?[{SMALL}])(?=(?:Our|Additional|Reporting|Editing|Writing)(?:[A-Z\s]|$))"
)


def _unglue(name: str) -> str:
    """`John DoeOur` is a name with the next sentence glued on."""
    glued = _GLUED.match(name)
    return glued[1] if glued else name


# Sentences at the end -------------------------------------------------------------------------

_HOUSES = (
    r"Associated Press|AP|CNN|ABC News|NBC News|CBS News|Reuters|Bloomberg|Fox News|Post|Times"
)
_JOB = (
    r"writers?|reporters?|journalists?|correspondents?|producers?|contributors?|photographers?"
    r"|videojournalists?|staffers?"
)
_DESK = (
    r"[A-Z][a-z]+|staff|special|news|video|science|business|sports|political|national|health"
    r"|medical|food|senior"
)
_AGENCY_WRITER = re.compile(
    rf"\b(?:the\s+)?(?:{_HOUSES})\b(?:['’]s?)?\s*(?:(?:(?:{_DESK})\s+){{0,3}}(?:{_JOB})\s*)?"
    rf"|\b[A-Z]{{2,5}}\s+(?:(?:{_DESK})\s+){{0,2}}(?:{_JOB})\s+"
)


def parse_end_matter(
    paragraph: str, people: Sequence[Byline]
) -> tuple[tuple[Byline, ...], dict[str, str]] | None:
    """What a closing sentence says about who contributed and who reported from where.

    Returns the contributors and, by surname, the places that reporters of the byline reported
    from; None if the paragraph is no such sentence.
    """
    text = " ".join(paragraph.replace("\u00a0", " ").split()).strip("—–-_ ()[]*")
    if len(text) > 700:
        return None
    with_files = re.match(
        r"With\s+(?:files|reporting|inputs?|additional reporting|assistance)\s+(?:from|by)\s+(.*)$",
        text,
        re.I,
    )
    if with_files:
        return tuple(
            replace(b, raw=paragraph.strip())
            for b in _contributors(with_files[1].rstrip(". "))
            if fold(b.name) not in agency_names()
        ), {}
    found: list[Byline] = []
    places: dict[str, str] = {}
    claimed = False
    for sentence in re.split(r"(?<=[a-z]\.)\s+(?=[A-Z])", text):
        if re.search(r"\b(?:contributed|helped with|contributing)\b", sentence, re.I):
            people_text = re.split(
                r"\b(?:contributed|helped with|also contributed)\b",
                sentence,
                maxsplit=1,
                flags=re.I,
            )[0]
            tail = ""
            if m := re.match(
                r"Contribut\w+ to this (?:report|story) (?:were|was)\s+(.*)$", sentence
            ):
                people_text = m[1]
            elif m := re.search(
                r"contributed to (?:this|the) (?:report|story|article)?\s*(?:from|in)\s+(.*)$",
                sentence,
            ):
                tail = m[1].rstrip(". ")
            contributors = _contributors(people_text)
            if contributors:
                claimed = True
                found.extend(
                    replace(b, place=b.place or (tail or None), raw=paragraph.strip())
                    for b in contributors
                )
        elif m := re.match(
            r"([A-Z][\w'’-]+(?:,? (?:and )?[A-Z][\w'’-]+)*) reported from ", sentence
        ):
            claimed = True
            for part in re.split(r";\s*(?:and\s+)?", sentence):
                if n := re.match(r"(.*?)\s+(?:reported\s+)?from\s+(.*?)\.?$", part.strip()):
                    for surname in re.split(r",\s*(?:and\s+)?|\s+and\s+", n[1]):
                        places[surname.strip()] = n[2].removesuffix(",").strip()
    return (tuple(found), places) if claimed else None


def _contributors(text: str) -> list[Byline]:
    text = _AGENCY_WRITER.sub(" ", text)
    text = re.sub(r",?\s+(?:a|an|the|who|all of|both)\s+[a-z].*?(?=,? and |$)", "", text)
    people: list[Byline] = []
    waiting: list[str] = []
    for piece in re.split(r"\s*(?:;|,\s*and\b|,|\band\b)\s*", " ".join(text.split())):
        piece = re.sub(r"^(?:by|from|also|in)\s+", "", piece.strip(" ."))
        if people and not waiting and extends_place(piece) and people[-1].place:
            people = [
                replace(b, place=f"{b.place}, {piece}") if b.place == people[-1].place else b
                for b in people
            ]
            continue
        placed = _PLACED.match(piece)
        name = placed["name"] if placed else piece
        if is_name(name):
            waiting.append(name)
        if placed and waiting:
            people.extend(_placed(waiting, "additional_reporting", _clean_place(placed["place"])))
            waiting = []
    people.extend(_placed(waiting, "additional_reporting", None))
    return people
