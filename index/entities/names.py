"""Mentions -> facet values: one name for one thing, within a story and the same across stories.

A country becomes its ISO code, for the reader's language to name; a well-known organisation the
name in the table; a person the one full name of the story that a bare surname fits, and if two
fit, neither. Everything else keeps its most frequent spelling.
"""

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable

from wiredesk.index.countries import demonym_code, place_country
from wiredesk.index.entities.context import LEGAL_FORM
from wiredesk.index.entities.labels import Label
from wiredesk.index.entities.mention import Mention
from wiredesk.index.entities.overlay import (
    abbreviation_after,
    initials_of,
    particle_first,
    surname_forms,
    without_title,
)
from wiredesk.index.entities.tables import fold, lists, organisation
from wiredesk.index.wire.places import display_name

_STATES = {
    "NY": "New York", "LA": "Los Angeles", "DC": "Washington", "D.C.": "Washington",
    "L.A.": "Los Angeles", "N.Y.": "New York", "NYC": "New York", "Washington D.C.": "Washington",
    "Washington, D.C.": "Washington", "Washington DC": "Washington", "New York City": "New York",
    "St Petersburg": "St. Petersburg", "UAE": "AE", "Hague": "The Hague",
}  # fmt: skip
_WORDS_IN_CAPITALS = frozenset("IS US IT AM AS AN OR IN BY TO BE WHO WE HE ON AT NO SO DO".split())
_BLANK = re.compile(r"\s+")


def facet_names(text: str, mentions: Iterable[Mention]) -> list[str]:
    """The facet value of each mention; empty for one that is no name after all."""
    found = list(mentions)
    spellings = _Spellings(text)
    cleaned = [(spellings.clean(m), m) for m in found]
    abbreviations = {
        short: name
        for name, m in cleaned
        if m.label in ("ORG", "LOC") and (short := abbreviation_after(text, m))
    }
    bodies = {name for name, m in cleaned if m.label == "ORG"}
    cleaned = [(_without_form(name, bodies) if m.label == "ORG" else name, m) for name, m in cleaned]
    bodies = {name for name, m in cleaned if m.label == "ORG"}
    abbreviations = {**_initials(bodies), **abbreviations}
    heads = _heads(bodies)
    people = _People(name for name, m in cleaned if m.label == "PERSON")
    values = [
        _value(heads.get(name, name) if m.label == "ORG" else name, m.label, people, abbreviations)
        for name, m in cleaned
    ]
    return _one_spelling(values, found)


class _Spellings:
    """The spelling of names in one story; capitals give way to the story's own small letters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[str, str] = {}
        self._loud_lines = [
            (line.start(), line.end())
            for line in re.finditer(r"[^\n]{13,}", text)
            if line.group().isupper()
        ]

    @functools.cached_property
    def _folded(self) -> str:
        """The text without capitals; empty if that would move its characters."""
        folded = self._text.casefold()
        return folded if len(folded) == len(self._text) else ""

    def clean(self, mention: Mention) -> str:
        """The name at a mention: blanks and quotes evened out, no possessive, no title."""
        name = _BLANK.sub(" ", self._text[mention.start : mention.end]).replace("’", "'").strip()
        if name.endswith("'s") and mention.label != "ORG":
            name = name[:-2]
        name = name.removeprefix("the ").removeprefix("The ")
        if name.isupper() and name in _WORDS_IN_CAPITALS and self._loud(mention):
            return ""
        if name.isupper() and self._shouted(name, mention):
            name = self._spoken(name)
        return without_title(name) if mention.label == "PERSON" else name

    def _loud(self, mention: Mention) -> bool:
        """Whether the mention stands in a line of capitals."""
        return any(start <= mention.start < end for start, end in self._loud_lines)

    def _shouted(self, name: str, mention: Mention) -> bool:
        if "." in name:
            return False
        if mention.label == "ORG" and organisation(name):
            return False
        longest = 5 if mention.label == "ORG" else 3
        return " " in name or len(name) > longest or (len(name) > 3 and self._loud(mention))

    def _spoken(self, name: str) -> str:
        """The name as the story writes it elsewhere, else with capitals at the word starts."""
        if name not in self._known:
            self._known[name] = self._find_spoken(name)
        return self._known[name]

    def _find_spoken(self, name: str) -> str:
        title = re.sub(r"[^\W\d_]{2,}", lambda w: w.group().capitalize(), name)
        title = re.sub(r"(?<=')S\b", "s", title)
        title = re.sub(r"(?<= )(Of|The|And|For|In)(?= )", lambda w: w.group().lower(), title)
        title = re.sub(r"(?<= )(Al|El)(?=-[A-Z])", lambda w: w.group().lower(), title)
        if title in self._text:
            return title
        at = self._folded.find(name.casefold())
        while at >= 0:
            other = self._text[at : at + len(name)]
            if not other.isupper() and other[:1].isupper():
                return other
            at = self._folded.find(name.casefold(), at + 1)
        return title


_HEADS = frozenset(
    "Observatory Commission Council Ministry Agency Party Court Bank Union Fund Committee Front"
    " Authority Association Foundation Institute Assembly Federation League Network Board Bureau"
    " Society Center Centre Organisation Organization Alliance Coalition Guard Guards".split()
)


def _heads(names: Iterable[str]) -> dict[str, str]:
    """`Observatory` for the only Observatory of the story, the one with a full name."""
    full: dict[str, set[str]] = {}
    for name in names:
        for word in set(name.split()) & _HEADS:
            if " " in name:
                full.setdefault(word, set()).add(organisation(name) or name)
    return {word: next(iter(found)) for word, found in full.items() if len(found) == 1}


def _value(name: str, label: Label, people: "_People", abbreviations: dict[str, str]) -> str:
    if len(name) < 2:
        return ""
    if label == "PERSON":
        return people.full(name)
    if label == "NORP":
        return demonym_code(name) or _singular(name)
    long = abbreviations.get(name, name)
    if label == "LOC":
        place = _STATES.get(name, long)
        code = place_country(place)
        if code is None and len(place) == 2 and place.isupper() and place != "AE":
            return ""
        return code or display_name(place)
    if label == "ORG":
        return _body(name, long)
    return name


def _body(name: str, long: str) -> str:
    """The value of an organisation that the story calls `long`, too; where a list knows the short
    form, it may be another body of the same letters."""
    known, told = organisation(name), organisation(long)
    if known is None or told is not None or long == name:
        return told or known or long
    words = [word.casefold()[:5] for word in long.split()]
    shared = [word.casefold()[:5] in words for word in known.split() if word[0].isupper()]
    return known if sum(shared) * 2 > len(shared) else long


def _without_form(name: str, bodies: Collection[str]) -> str:
    """`Muster Mills` for `Muster Mills Inc.`; one word alone keeps its legal form, unless the story
    has it without, too: `News Corp.` is no news."""
    form = LEGAL_FORM.search(name)
    if form is None or form.end() < len(name) or "&" in form.group():
        return name
    stem = name[: form.start()]
    return stem if " " in stem or stem in bodies or organisation(stem) else name


def _initials(bodies: Collection[str]) -> dict[str, str]:
    """`CRN` for the only body of the story that has these initials, three letters or more."""
    long: dict[str, set[str]] = {}
    for name in bodies:
        for initials in initials_of(name):
            long.setdefault(initials, set()).add(name)
    result = {}
    for name in bodies:
        fits = long.get(name.replace(".", "").replace("&", ""), set())
        if len(fits) == 1:
            result[name] = next(iter(fits))
    return result


def _singular(group: str) -> str:
    bare = group.removesuffix("s")
    return bare if lists().listed.get(bare) == "NORP" else group


class _People:
    """The full names of one story, and which of them a shorter one stands for."""

    def __init__(self, names: Iterable[str]) -> None:
        counts: Counter[str] = Counter(n for n in names if " " in n and not particle_first(n))
        groups: dict[tuple[str, ...], Counter[str]] = {}
        for name, count in counts.items():
            groups.setdefault(_key(name), Counter())[name] += count
        groups = self._by_initials(groups)
        self._merge_parts(groups)
        self._best = {key: _best(spellings) for key, spellings in groups.items()}
        self._full = {
            name: self._best[key] for key, spellings in groups.items() for name in spellings
        }
        self._by_surname: dict[str, set[str]] = {}
        self._by_first: dict[str, set[str]] = {}
        for name, best in self._full.items():
            for form in surname_forms(name):
                self._by_surname.setdefault(_loose(form), set()).add(best)
            self._by_first.setdefault(_loose(name.split()[0]), set()).add(best)

    @staticmethod
    def _by_initials(
        groups: dict[tuple[str, ...], Counter[str]],
    ) -> dict[tuple[str, ...], Counter[str]]:
        """Names that differ in their middle initials are different people, and the name without
        any is neither: `Ann A. Roe`, `Ann B. Roe` and `Ann Roe`."""
        result: dict[tuple[str, ...], Counter[str]] = {}
        for key, spellings in groups.items():
            letters = {_letters(name) for name in spellings}
            whole = {a for a in letters if not any(b != a and b.startswith(a) for b in letters)}
            for name, count in spellings.items():
                own = next((a for a in sorted(whole) if a.startswith(_letters(name))), "")
                parted = len(whole) > 1 and _letters(name) != ""
                apart = (*key[:-1], f"{own}.", key[-1]) if parted else key
                result.setdefault(apart, Counter())[name] += count
        return result

    @staticmethod
    def _merge_parts(groups: dict[tuple[str, ...], Counter[str]]) -> None:
        """`Tayyip Erdogan` is `Recep Tayyip Erdogan`, `George Bush` is `George W. Bush`, if the
        story has only one such longer name."""
        for key in sorted(groups, key=len):
            longer = [
                other
                for other in groups
                if len(other) > len(key)
                and other[-1] == key[-1]
                and set(key) <= set(other)
                and _initials_fit(groups[key], groups[other], [w for w in other if w not in key])
            ]
            if len(longer) == 1:
                groups[longer[0]].update({n: 0 for n in groups[key]})
                groups[longer[0]] += groups.pop(key)

    def full(self, name: str) -> str:
        """The name that stands for this one in the story; itself if none or several could."""
        if name in self._full:
            return self._full[name]
        if " " in name and not particle_first(name):
            return name
        key = _loose(name)
        for table in (self._by_surname, self._by_first):
            fits = table.get(key, set())
            if fits:
                return next(iter(fits)) if len(fits) == 1 else name
        return name


def _key(name: str) -> tuple[str, ...]:
    """What spellings of one full name share: no initials, no article before an Arabic name; junior
    or senior comes first, so that the surname is last."""
    words = [_loose(w) for w in name.split() if not _INITIALS.fullmatch(w)] or [_loose(name)]
    words = [w for w in words if w in _GENERATIONS] + [w for w in words if w not in _GENERATIONS]
    return tuple(w for w in words if len(w) > 1 and w not in ("al", "el")) or tuple(words)


_GENERATIONS = frozenset(("jr", "sr"))
_INITIALS = re.compile(r"(?<!\S)(?:[^\W\d_a-z]\.?(?=\s)|(?:[^\W\d_a-z]\.)+(?!\S))")


def _letters(name: str) -> str:
    """The initials in a name: `hw` of `George H.W. Bush`."""
    return "".join(c for part in _INITIALS.findall(name) for c in part.casefold() if c.isalpha())


def _initials_fit(short: Iterable[str], long: Iterable[str], more: list[str]) -> bool:
    """Whether the initials of one name can stand for what another has more: `George W. Bush` for
    `George Walker Bush`, and not for `George Bush Jr.`"""
    firsts = "".join(word[0] for word in more if word not in _GENERATIONS)
    known = {_letters(name) for name in long} | {firsts}
    return all(
        any(letters and letters.startswith(own) for letters in known)
        for own in map(_letters, short)
        if own
    )


def _loose(form: str) -> str:
    key = fold(form)
    for article in ("al-", "el-", "al ", "el "):
        key = key.removeprefix(article)
    return key.replace("-", " ")


def _best(spellings: Counter[str]) -> str:
    """The most frequent spelling; of equals the one with diacritics, then the longer."""
    return max(spellings, key=lambda s: (spellings[s], not s.isascii(), len(s), s))


def _one_spelling(values: list[str], mentions: list[Mention]) -> list[str]:
    """Values of one label that fold alike get the best spelling among them."""
    groups: dict[tuple[str, str], Counter[str]] = {}
    for value, m in zip(values, mentions, strict=True):
        if value:
            groups.setdefault((m.label, fold(value)), Counter())[value] += 1
    best = {key: _best(spellings) for key, spellings in groups.items()}
    return [
        best[m.label, fold(value)] if value else ""
        for value, m in zip(values, mentions, strict=True)
    ]
