"""Names of people, and of the houses and jobs that stand beside them."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from wiredesk.index.wire.fold import CAPITALS, fold
from wiredesk.index.wire.tables import Agency, agency_named, agency_names, listed, read_table

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
class _Houses:
    organisations: frozenset[str]
    jobs: frozenset[str]
    papers: frozenset[str]
    perhaps_papers: frozenset[str]
    before_papers: frozenset[str]


@cache
def _houses() -> _Houses:
    table = read_table("credits.toml")
    return _Houses(
        organisations=frozenset(map(fold, listed(table["organisations"]["names"]))),
        jobs=frozenset(map(fold, listed(table["jobs"]["words"]))),
        papers=frozenset(listed(table["papers"]["last"])),
        perhaps_papers=frozenset(listed(table["papers"]["perhaps"])),
        before_papers=frozenset(listed(table["papers"]["before"])),
    )


def composed(text: str) -> str:
    """The text in composed form (NFC), in which letters with accents are one character."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


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


def is_house(text: str) -> bool:
    """Whether a text names an agency, a paper or a job there, not a person."""
    key = fold(re.sub(r"^the ", "", text.strip(), flags=re.I))
    words = key.split()
    houses = _houses()
    return (
        key in houses.organisations
        or fold(text) in houses.organisations
        or key in agency_names()
        or (bool(words) and words[-1] in houses.jobs and len(words) < 7)
    )


_SMALL_WORDS = frozenset("of the and & de la el du".split())


def is_paper(text: str) -> bool:
    """Whether a text has the form of a newspaper's or station's name: `The Fjord Daily News`."""
    words = text.split()
    if not 2 <= len(words) <= 6 or not all(w in _SMALL_WORDS or w[:1].isupper() for w in words):
        return False
    last, before = words[-1].casefold(), {word.casefold() for word in words[:-1]}
    houses = _houses()
    return last in houses.papers or (
        last in houses.perhaps_papers and bool(houses.before_papers & before)
    )


def is_organisation(text: str) -> bool:
    """Whether a text is what an agency or paper calls its own people: `Our Correspondent`."""
    return fold(text) in _houses().organisations


AND = re.compile(r"\s+(?:and|AND|And|&|und|et|og|och|dan|ve|и|та)\s+")
_PERHAPS_AND = re.compile(r"\s+(?:y|Y|e|E|i|en)\s+|\s*/\s*")
"""These may be part of a name: `José Ortega y Gasset`."""


def split_people(text: str) -> list[str]:
    """A list of people at its words for "and"; commas stay."""
    found: list[str] = []
    for chunk in AND.split(text):
        sides = _PERHAPS_AND.split(chunk)
        apart = all(
            is_name(left.rsplit(",", 1)[-1].strip())
            and (is_name(name := right.split(",", 1)[0].strip()) or is_house(name))
            for left, right in pairwise(sides)
        )
        found += sides if apart else [chunk]
    return found


def agency_behind(name: str) -> tuple[str, Agency | None]:
    """A name, and the agency behind it with nothing between: `Ada Muster Associated Press`."""
    words = name.split()
    for count in range(min(4, len(words) - 2), 0, -1):
        behind = " ".join(words[-count:])
        alone = count == 1 and not behind.isupper() and behind != "Reuters"
        if not alone and (agency := agency_named(behind)) is not None:
            return " ".join(words[:-count]), agency
    return name, None


def house_agency(line: str) -> Agency | None:
    """The agency of a line that tells a job there: `Associated Press Writer`."""
    words = line.split()
    found = (agency_named(" ".join(words[:count])) for count in range(min(len(words), 4), 0, -1))
    return next(filter(None, found), None) if is_house(line) else None


def nice_name(name: str) -> str:
    """The printed name, without a final comma."""
    return " ".join(name.split()).rstrip(",")
