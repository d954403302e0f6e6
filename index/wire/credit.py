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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise

from wiredesk.index.article import Byline, Role
from wiredesk.index.wire.fold import CAPITALS, SMALL, fold
from wiredesk.index.wire.names import composed, is_name, split_people
from wiredesk.index.wire.places import extends_place, is_city_alone, known_place
from wiredesk.index.wire.tables import agency_names, any_of, listed, read_table


@cache
def _roles() -> Mapping[str, Role]:
    """Every word for a role, in any language, with its role."""
    table = read_table("credits.toml")
    return {**table["roles"], **table["abroad"], **table["labels"]}


_BY = r"\b(?:by|de|du|di|par|por|von|oleh)\b"
_NO_BY = (
    r"(?:(?<=reporting)|(?<=editing)|(?<=reportage)|(?<=française))"
    rf"\s+(?-i:(?=[{CAPITALS}]\w+ [{CAPITALS}]))"
)
"""Where a name follows at once: `Editing Ada Muster`."""


@cache
def _role_pattern() -> re.Pattern[str]:
    """A role in any language: `Reporting and writing by`, `Reporting from Rome by`, `Editor:`."""
    table = read_table("credits.toml")
    either = any_of((*table["roles"], *table["abroad"], *listed(table["other"]["words"])))
    return re.compile(
        rf"(?P<role>(?:{either})(?:\s*(?:,|and|&|/|et|y|e|und)\s*(?:{either}))*"
        rf"|\b(?:{any_of(table['labels'])})(?=\s?:))"
        rf"(?:\s+(?:in|from)\s+(?P<place>[{CAPITALS}][\w .,'’-]{{2,40}}?))?\s*"
        rf"(?:{_BY}|:|{_NO_BY})\s*:?\s*(?:by\b\s*)?",
        re.IGNORECASE,
    )


@cache
def _glued_pattern() -> re.Pattern[str]:
    """A role that may stand in a paragraph, behind its text."""
    either = any_of(read_table("credits.toml")["roles"])
    return re.compile(
        rf"(?P<role>(?:{either})(?:\s*(?:,|and|&|/)\s*(?:{either}))*)"
        rf"(?:\s+(?:in|from)\s+[{CAPITALS}][\w .,'’-]{{2,40}}?)?\s*(?:\bby\b|:|{_NO_BY})\s*",
        re.IGNORECASE,
    )


@cache
def _starts_credit() -> re.Pattern[str]:
    return re.compile(rf"(?:\W|\d|_)*(?:{any_of(_roles())}|ed[it]\w{{2,5}}ng)\b", re.IGNORECASE)


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
    people = _named_first(text)
    for clause in _clauses(text):
        for role in clause.roles:
            people.extend(_people(clause, role))
    return tuple(dict.fromkeys(people))


def _named_first(text: str) -> list[Byline]:
    """Reporters without a role, in a bracket before the others: `(Ada Muster; editing Ole Roe)`."""
    mark = _role_pattern().search(text) if text[:1] == "(" else None
    before = (
        re.sub(rf"^{_BY}", "", text[1 : mark.start()].strip(" ,;.–—-"), flags=re.I) if mark else ""
    )
    names = [name for part in split_people(before) for name in re.split(r"\s*[,;]\s*", part)]
    if not before or not all(is_name(re.split(r"\s(?:in|en|à|em)\s", n)[0].strip()) for n in names):
        return []
    return _people(_Clause(("reporting",), None, before, 1), "reporting")


@cache
def _role_stems() -> tuple[str, ...]:
    last = {role.split()[-1] for role in read_table("credits.toml")["roles"]}
    return tuple(stem for stem in last if not any(o in stem for o in last - {stem}))


def credit_start(text: str) -> int:
    """Where in a paragraph a credit begins (`…accounted for.(Reporting by A`); -1 for nowhere."""
    lowered = text.lower()
    if not any(stem in lowered for stem in _role_stems()):
        return -1
    for match in _glued_pattern().finditer(text):
        if not _names_people(text, match):
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


def _names_people(text: str, role: re.Match[str]) -> bool:
    """Whether people or bureaus stand behind a role, or nothing: `(Editing by)`."""
    behind = text[role.end() : role.end() + 200]
    return (
        _first_name(behind)
        or len(behind) <= 3
        or _BUREAU.search(behind) is not None
        or _role_pattern().search(behind) is not None
    )


@lru_cache(maxsize=1024)
def is_credit(line: str) -> bool:
    """Whether a line is nothing but a credit line; it may name nobody (`editing by)`)."""
    if not _starts_credit().match(line):
        return line[:1] == "(" and len(line) < 400 and bool(_named_first(composed(line)))
    roles = list(_role_pattern().finditer(line))
    return bool(roles) and (bool(parse_credit(line)) or len(line) - roles[-1].end() <= 3)


def _first_name(text: str) -> bool:
    word = text.split(",")[0].split(" and ")[0].split(" in ")[0].split(";")[0].strip(" .()")
    return bool(is_name(" ".join(word.split()[:4]))) or bool(is_name(" ".join(word.split()[:2])))


def _role_words(text: str) -> Iterator[str]:
    yield from re.split(
        r"\s*(?:,|&|/|\b(?:and|et|y|e|und)\b)\s*", " ".join(text.split()).casefold()
    )


def _clauses(text: str) -> list[_Clause]:
    marks = list(_role_pattern().finditer(text))
    found = []
    for mark, following in pairwise([*marks, None]):
        if mark is None:
            break
        end = following.start() if following else len(text)
        roles = tuple(_roles()[r] for r in _role_words(mark["role"]) if r in _roles())
        found.append(_Clause(roles, mark["place"], text[mark.end() : end], mark.end()))
    return found


_TRAILING = re.compile(
    r"(?-i:(?<=[a-z])\s(?=(?:[A-Z]{3,}\s){2}))|(?<=[a-z.])(?=Our Standards)"
    r"|Our Standards\b|\(?This (?:story|version)|\bcontact\b.*|<|\+\d",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:[;&|()\[\]]|,\s*[Aa]nd\b|,\s*&|,|\b(?:[Aa]nd|und|et|dan|with)\b"
    r"|\b(?:y|e|i)\b(?= [A-Z]))\s*"
)
_PLACED = re.compile(r"^(?P<name>.*?)(?:^|\s+)(?:in|from|at|en|à|em|aus)\s+(?P<place>\S.*)$")
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
        bare = re.sub(rf"^(?:{_BY}|also\b)\s+", "", piece)
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
    return re.sub(r"\s+(?:on|for|who|to|at)\s.*$", "", place).strip(" .;")


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


_STORY = r"(?:this|the|our)\s(?:report|story|article|piece|dispatch|coverage)"
_CONTRIBUTED = re.compile(
    r"\b(?:also\s)?contributed\b(?:\s(?:additional|some|further))?(?:\sreporting|\sresearch)?"
    rf"(?:\sto\s{_STORY})?(?:\s(?:from|in)\s(?P<place>[A-Z].*?))?\W*$"
    rf"|\bhelped\swith\s{_STORY}|\bcontributed\sto\s{_STORY}",
    re.I,
)
_CONTRIBUTORS = re.compile(rf"Contribut\w+ to {_STORY} (?:were|was)\s+(?P<people>.*)$", re.I)
_WITH_FILES = re.compile(
    r"With\s+(?:files|reporting|inputs?|additional reporting|assistance|contributions?)\s+"
    r"(?:from|by)\s+(?P<people>.*)$",
    re.I,
)
_REPORTED_FROM = re.compile(r"([A-Z][\w'’-]+(?:,? (?:and )?[A-Z][\w'’-]+)*) reported from ")
_SENTENCE = re.compile(r"(?<=[a-z]\.)\s+(?=[A-Z])")


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
    if with_files := _WITH_FILES.match(text):
        return tuple(
            replace(b, raw=paragraph.strip())
            for b in _contributors(with_files["people"].rstrip(". "))
            if fold(b.name) not in agency_names()
        ), {}
    found: list[Byline] = []
    places: dict[str, str] = {}
    claimed = False
    for sentence in _SENTENCE.split(text):
        listed_first = _CONTRIBUTORS.match(sentence)
        if match := listed_first or _CONTRIBUTED.search(sentence):
            place = None if listed_first else match["place"]
            named = match["people"] if listed_first else sentence[: match.start()]
            contributors = _contributors(named)
            claimed = claimed or bool(contributors)
            found.extend(
                replace(b, place=b.place or place, raw=paragraph.strip()) for b in contributors
            )
        elif _REPORTED_FROM.match(sentence):
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
