"""Credit lines and bylines: who did what for a story, and where.

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
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise

from wiredesk.index.article import Byline, Role
from wiredesk.index.countries import country_code
from wiredesk.index.wire.dates import find_stamp
from wiredesk.index.wire.fold import CAPITALS, SMALL, fold
from wiredesk.index.wire.places import candidates, is_city_alone, known_place
from wiredesk.index.wire.tables import (
    Agency,
    agencies,
    agency_named,
    agency_names,
    read_table,
    region_named,
)

PARTICLES = frozenset(
    "al de la las los el del della da das do dos di du des van von der den ter ten bin ibn ben abu"
    " le st zu zum af av e y und i dal della dello lo mac mc san santa op 't al- ul ur".split()
)
_NAME_WORD = re.compile(
    rf"(?:(?:al|el|ul|as|ad|ash|d|l|o|m|mc)[-'’])?[{CAPITALS}][\w'’.-]*|[{CAPITALS}]\.?|['’]t"
)
_SUFFIXES = frozenset("jr jr. sr sr. ii iii iv md m.d. phd ph.d.".split())
_FORBIDDEN = frozenset(
    "and the for from with has had was were is are will would said says after before this that"
    " january february march april june july august september october november december monday"
    " tuesday wednesday thursday friday saturday sunday published updated share photo editorial"
    " images pictures photos video content"
    " standards contact news read subscribe follow email print comments login".split()
)
_NO_FIRST_NAMES = frozenset("more key related top latest download view see our your all".split())


@dataclass(frozen=True, slots=True)
class _Words:
    roles: dict[str, Role]
    other: frozenset[str]
    organisations: frozenset[str]
    jobs: frozenset[str]


@cache
def _words() -> _Words:
    table = read_table("credits.toml")

    def names(section: str, key: str) -> frozenset[str]:
        listed = table[section][key].replace("\n", " ").split(";")
        return frozenset(fold(name) for name in listed)

    return _Words(
        roles=dict(table["roles"]),
        other=names("other", "words"),
        organisations=names("organisations", "names"),
        jobs=names("jobs", "words"),
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


def _composed(text: str) -> str:
    """The text in composed form (NFC), in which letters with accents are one character."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def parse_credit(text: str) -> tuple[Byline, ...]:
    """Everyone a credit line names, in order; empty if the text is no credit line."""
    text = _composed(text[:LONGEST].replace("\u200b", "").replace("\u00a0", " "))
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
        if after_place and people and _extends_place(bare):
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


def _extends_place(piece: str) -> bool:
    return (
        region_named(piece) is not None
        or (country_code(piece) is not None and len(piece.split()) < 4)
        or bool(re.fullmatch(r"(?:[A-Z]\.){2,3}?|D\.C", piece))
    )


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


def is_name(text: str) -> bool:
    """Whether a text is shaped like a person's name: two to five name words, particles between."""
    words = text.replace("\u00a0", " ").split()
    if not 2 <= len(words) <= 6 or len(text) > 50:
        return False
    shaped = 0
    for i, word in enumerate(words):
        low = word.casefold()
        if low in _FORBIDDEN or (i == 0 and low in _NO_FIRST_NAMES):
            return False
        if low.rstrip(".,") in _SUFFIXES and i > 1:
            continue
        if low in PARTICLES and (0 < i < len(words) - 1 or (i == 0 and word == low)):
            continue
        if low.startswith(("al-", "el-", "ul-")) and i:
            shaped += 1
            continue
        if not _NAME_WORD.fullmatch(word.rstrip(",")):
            return False
        shaped += 1
    return shaped >= 2 and not any(c.isdigit() for c in text)


# Bylines above the text -----------------------------------------------------------------------

_BY = re.compile(
    r"^[\s*^>-]*(?:(?:Story|Words|Posted|Report|Text) )?"
    r"(?P<by>by|BY|By|von|Von|VON|par|Par|PAR|por|Por|POR|[Ff]rom|FROM)\s*[:.]?\s+(?P<rest>\S.*)$"
)
_AND = re.compile(r"\s+(?:and|AND|And|&|und|et|og|och|dan|ve|и|та)\s+")
_PERHAPS_AND = re.compile(r"\s+(?:y|Y|e|E|i|en)\s+")
"""These may be part of a name: `José Ortega y Gasset`."""
_WITH = re.compile(r",?\s+(?:with|WITH|avec|mit|con|com|met|med)\s+")
"""Before the agency whose copy was used: `Ada Muster with AFP`."""
_BYLINE_PIECES = re.compile(rf",|\||\s[-–—]\s|{_AND.pattern}|{_WITH.pattern}")
_DAY_BEFORE = re.compile(
    r"[\s,|·•–—-]*(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?[\s,|·•–—-]*$", re.I
)
_BARE_TAIL = re.compile(
    r"\s*(?:\d+\s?(?:hours?|minutes?|days?)(?:\sago)?.*|[|·•].*|Published.*|Updated.*"
    r"|,?\s*(?:staff|special).*)$",
    re.I,
)
_GLUED_JOB = re.compile(r"(?<=[A-Z]{3})AP(?: \w+){0,2} Writer$")
_NOISE = re.compile(
    r"\s*(?:\d{1,2}\s(?:hours?|minutes?|days?)\b.*|\d+ (?:hours?|minutes?) ago.*"
    r"|[|·•]\s*(?:Published|Updated|Posted).*"
    r"|Published.*|Updated.*|=+$|\|Published.*)",
    re.I,
)
_HOUSE = re.compile(
    r"\s*(?:,|\s[-–—|•·/]\s|\||\s\(|\s@|\sof\s(?=the\s|[A-Z])|\sfor\s(?=the\s|[A-Z])|\s(?:in|IN)\s(?=[A-Z])|;|<)\s*"
)


@lru_cache(maxsize=1024)
def parse_byline(line: str) -> tuple[Byline, ...]:
    """The people of a line such as `By Anna Muster and John Roe, Reuters`; empty if none."""
    line = _composed(line.replace("\u00a0", " ").strip())
    if len(line) > 200:
        return ()
    match = _BY.match(line)
    if match is None:
        return ()
    rest = _GLUED_JOB.sub("", match["rest"].rstrip(" =:"))
    if re.search(r", (?:an?|the|who|which) [A-Za-z]", rest):
        return ()
    people = _named(rest, line)
    if match["by"].casefold() == "from" and not all(
        b.place and known_place(b.place.split(",")[0]) and not known_place(b.name) for b in people
    ):
        return ()  # From New York, a letter
    return people


@lru_cache(maxsize=1024)
def is_byline(line: str) -> bool:
    """Whether a line is a byline, of people or of an organisation."""
    line = _composed(line.replace("\u00a0", " ").strip())
    match = _BY.match(line)
    if match is None or len(line) > 160:
        return False
    rest = _NOISE.sub("", match["rest"]).rstrip(" =:.")
    head = _HOUSE.split(rest)[0]
    if parse_byline(line):
        return True
    if match["by"].casefold() == "from" and fold(head) not in _words().organisations:
        return False
    return is_house(head) and len(rest.split()) < 9


def is_house(text: str) -> bool:
    """Whether a text names an agency, a paper or a job there, not a person."""
    key = fold(re.sub(r"^the ", "", text.strip(), flags=re.I))
    words = key.split()
    house = _words()
    return (
        key in house.organisations
        or fold(text) in house.organisations
        or key in agency_names()
        or (bool(words) and words[-1] in house.jobs and len(words) < 7)
    )


def split_people(text: str) -> list[str]:
    """A list of people at its words for "and"; commas stay."""
    found: list[str] = []
    for chunk in _AND.split(text):
        sides = _PERHAPS_AND.split(chunk)
        apart = all(
            is_name(left.rsplit(",", 1)[-1].strip()) and is_name(right.split(",", 1)[0].strip())
            for left, right in pairwise(sides)
        )
        found += sides if apart else [chunk]
    return found


def _undated(text: str) -> str:
    """A byline without the date behind it: `Ada Muster MAY 2, 2016`."""
    stamp = find_stamp(text)
    return _DAY_BEFORE.sub("", text[: stamp.start]) if stamp is not None and stamp.start else text


def parse_bare_byline(line: str) -> tuple[Byline, ...]:
    """The people of a line below a headline that holds names, perhaps their house or how long ago,
    and nothing else: `Ada Muster and Ole Roe`, `Ada Muster 5 hours`, `Ada Muster with AFP`."""
    line = _composed(line)
    undated = _undated(line)
    first = line.split(",")[0]
    if len(line) > 90 or (is_house(undated.rstrip(" =")) and not ("," in line and is_name(first))):
        return ()
    plain = _BARE_TAIL.sub("", undated)
    named, *houses = _WITH.split(plain)
    names = [name for chunk in split_people(named) for name in re.split(r",\s+", chunk)]
    housed = len(names) > 1 and is_house(names[-1])  # Ada Muster, Staff Writer
    names = names[:-1] if housed else names
    if not names or not all(is_name(n) or n in agencies() for n in names):
        return ()
    if not all(is_house(house) for house in houses):
        return ()
    bare = plain == line and not housed and not houses
    if bare and (line.isupper() or len(names[0].split()) > 3):
        return ()
    if not is_name(names[0]) or known_place(names[0]) or fold(plain) in agency_names():
        return ()
    return tuple(Byline(role="reporting", name=n, raw=line) for n in names if is_name(n))


def byline_agencies(line: str) -> Iterator[Agency]:
    """The agencies that a byline names: `By Ada Muster, Reuters`, `By The Associated Press`."""
    match = _BY.match(line)
    rest = _undated(match["rest"] if match else line)
    for piece in _BYLINE_PIECES.split(rest):
        if (agency := agency_named(piece)) is not None:
            yield agency


def _named(rest: str, raw: str) -> tuple[Byline, ...]:
    rest = _undated(_NOISE.sub("", rest)).strip(" =:")
    people: list[Byline] = []
    for chunk in split_people(_WITH.split(rest)[0]):
        parts = [p.strip() for p in re.split(r",\s*", chunk)]
        for i, part in enumerate(parts):
            pieces = _HOUSE.split(part)
            name = pieces[0].strip(" .|·")
            if is_house(name) and not (is_name(name) and i == 0 and len(name.split()) == 2):
                break
            if fold(name) in _words().organisations:
                break
            if not is_name(name):
                if i == 0 and not people:
                    return ()
                break
            if i and (known_place(name) and candidates(name)):
                break
            place = None
            if len(pieces) > 1 and (placed := re.search(r"\s(?:in|IN)\s+([A-Z].*)$", part)):
                place = ", ".join([placed[1].strip(" ."), *filter(_extends_place, parts[i + 1 :])])
            people.append(Byline(role="reporting", name=nice_name(name), place=place, raw=raw))
            if len(pieces) > 1:
                break
    return tuple(dict.fromkeys(people))


def nice_name(name: str) -> str:
    """The printed name, without a final comma."""
    return " ".join(name.split()).rstrip(",")


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
        if people and not waiting and _extends_place(piece) and people[-1].place:
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
