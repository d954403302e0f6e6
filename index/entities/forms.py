"""The forms that names take: surnames, titles, initials, abbreviations."""

import re
from collections.abc import Iterator
from functools import lru_cache

from wiredesk.index.entities.mention import Mention
from wiredesk.index.entities.tables import lists, organisation

SMALL_WORDS = frozenset("of the for and in on to".split())
"""Words of a body's name that its abbreviation may pass over."""

_ABBREVIATED = re.compile(r"\s?[(\[][\"“]?([A-Z][A-Z.&]{1,7})[\"”]?[)\];,]")


def surname_forms(name: str) -> Iterator[str]:
    """How a person may be called by the surname alone: `Staffan de Mistura` by `Mistura`,
    `de Mistura` and `De Mistura`; `Bashar al-Assad` by `al-Assad` and `Assad`."""
    words = name.split()
    if len(words) > 2 and words[-1].rstrip(".") in ("Jr", "Sr", "II", "III"):
        words.pop()
    particles = lists().particles
    yield words[-1]
    head, dash, tail = words[-1].partition("-")
    if dash and head.lower() in particles and tail:
        yield tail
        yield head.capitalize() + dash + tail
    for i in range(1, len(words) - 1):
        if words[i].lower() in particles:
            rest = " ".join(words[i:])
            yield rest
            yield rest[0].upper() + rest[1:]
            break


def particle_first(name: str) -> bool:
    """Whether a name is a surname with its particle, such as `de Mistura` or `Van der Berg`."""
    *before, _ = name.split()
    if not before or any(w.lower() not in lists().particles for w in before):
        return False
    return before[0] not in ("Al", "El", "Ben")


def without_title(name: str) -> str:
    """A person's name without the titles before it; the name itself if there is nothing else."""
    titles = lists().titles
    words = name.split()
    at = 0
    while at < len(words) - 1:
        for n in (4, 3, 2, 1):
            title = tuple(w.lower() for w in words[at : at + n])
            if at + n < len(words) and title in titles:
                at += n
                break
        else:
            break
    return " ".join(words[at:])


def abbreviation_after(text: str, mention: Mention) -> str | None:
    """`SOHR` for a mention of the Syrian Observatory for Human Rights before `(SOHR)`."""
    if (tail := text[mention.end : mention.end + 2]).find("(") < 0 and tail.find("[") < 0:
        return None
    found = _ABBREVIATED.match(text, mention.end, mention.end + 14)
    name = text[mention.start : mention.end]
    if not found or " " not in name:
        return None
    short = found.group(1).replace(".", "").replace("&", "")
    words = re.findall(r"[^\W\d_]+", name)
    initials = "".join(w[0] for w in words if w.lower() not in SMALL_WORDS).upper()
    every = "".join(w[0] for w in words).upper()
    fits = initials.startswith(short) or short.startswith(initials) or short == every
    return found.group(1) if fits or _in_order(short, name.upper()) else None


def initials_of(name: str) -> set[str]:
    """How a name of several words may be abbreviated: its capitals, or the first letters of all
    its words; three letters or more."""
    words = name.replace("-", " ").split()
    every = "".join(word[0] for word in words)
    large = "".join(letter for letter in every if letter.isupper())
    return {i.upper() for i in (every, large) if len(words) > 1 and len(i) > 2}


def _in_order(letters: str, name: str) -> bool:
    """Whether the letters stand in the name in this order, the first at its beginning."""
    rest = iter(name)
    return name[:1] == letters[:1] and all(letter in rest for letter in letters)


LEGAL_FORM = re.compile(
    r"(?:(?:,? (?:Inc|Corp|Ltd|Plc|PLC|plc|LLC|LLP|Co|Bhd|Sdn Bhd|Pty|Pty Ltd|GmbH|N\.V|S\.A|Oyj"
    r"|SpA|S\.p\.A|SA|AG|SE|NV|AB|ASA|A/S|KGaA|JSC|PJSC|OJSC|Pte|Tbk|BV)\b"
    r"| & (?:Co|Sons|Partners)\b)\.?)+"
)
"""How a company's name may end."""

_KIND = re.compile(
    r" (?:Corporation|Company|Limited|Incorporated|Group|Holdings?|Motor|Motors|Industries)$"
)
_GENERIC = frozenset(
    "News Limited Data General First American National United International Global Allied Standard"
    " Continental Consolidated Central Pacific Atlantic Western Eastern Northern Southern Public"
    " Federal Universal World Capital Energy Resources Media Digital Electronic Industrial Time"
    " Financial Advanced Applied Integrated Associated Southwest Northwest Land Home Gold Oil"
    " Gas".split()
)


@lru_cache(maxsize=1 << 14)
def is_company(name: str) -> bool:
    """Whether a name ends in a legal form."""
    form = LEGAL_FORM.search(name)
    return form is not None and form.end() == len(name)


@lru_cache(maxsize=1 << 14)
def without_legal_form(name: str) -> str:
    """`Muster Mills` for `Muster Mills Inc.`; a name that would be a plain word, a place or a
    people without it stays whole: `News Corp.` is no news."""
    form = LEGAL_FORM.search(name)
    if form is None or form.end() < len(name) or "&" in form.group():
        return name
    stem = name[: form.start()]
    tables = lists()
    told = stem in _GENERIC or tables.listed.get(stem) in ("LOC", "NORP") or stem in tables.cities
    return name if told or (len(stem) < 3 and not organisation(stem)) else stem


def without_kind(name: str) -> str:
    """`Muster` for `Muster Holdings`; the name itself if it does not say what it is."""
    kind = _KIND.search(name)
    return name[: kind.start()] if kind else name


def company_stems(name: str) -> Iterator[str]:
    """The shorter forms of a company's name: `Muster Motor` and `Muster` of `Muster Motor Co`."""
    plain = without_legal_form(name)
    if plain != name:
        yield plain
        if (bare := without_kind(plain)) != plain and bare not in _GENERIC:
            yield bare
