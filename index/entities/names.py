"""Mentions -> facet values: one name for one thing, within a story and the same across stories.

A country becomes its ISO code, for the reader's language to name; a well-known organisation the
name in the table; a person the one full name of the story that a bare surname fits, and if two
fit, neither. Everything else keeps its most frequent spelling.
"""

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import pairwise

from wiredesk.index.countries import demonym, demonym_code, place_country
from wiredesk.index.entities.forms import (
    abbreviation_after,
    initials_of,
    particle_first,
    surname_forms,
    without_kind,
    without_legal_form,
    without_title,
)
from wiredesk.index.entities.labels import Label
from wiredesk.index.entities.mention import Mention
from wiredesk.index.entities.tables import fold, lists, organisation
from wiredesk.index.wire.places import display_name
from wiredesk.index.wire.tables import region_named

_PLACES = {
    "NY": "New York", "LA": "Los Angeles", "DC": "Washington", "D.C.": "Washington",
    "L.A.": "Los Angeles", "N.Y.": "New York", "NYC": "New York", "Washington D.C.": "Washington",
    "Washington, D.C.": "Washington", "Washington DC": "Washington", "New York City": "New York",
    "St Petersburg": "St. Petersburg", "Hague": "The Hague", "USSR": "Soviet Union",
    "U.S.S.R.": "Soviet Union",
}  # fmt: skip
_WORDS_IN_CAPITALS = frozenset("IS US IT AM AS AN OR IN BY TO BE WHO WE HE ON AT NO SO DO".split())
_BLANK = re.compile(r"\s+")
_CAPITALS = re.compile(r"(?<![\w&-])[^\W_a-z][^\W_a-z&-]*[^\W_a-z](?![\w&-])")


def facet_names(text: str, mentions: Iterable[Mention]) -> list[str]:
    """The facet value of each mention; empty for one that is no name after all."""
    found = list(mentions)
    spellings = _Spellings(text)
    cleaned = [spellings.clean(m) for m in found]
    cleaned = [
        without_legal_form(name) if m.label == "ORG" else name
        for name, m in zip(cleaned, found, strict=True)
    ]
    bodies = {name for name, m in zip(cleaned, found, strict=True) if m.label == "ORG"}
    abbreviations = {**_initials(bodies), **_bound(text, cleaned, found)}
    whose = _qualified(text, cleaned, found)
    names = {**_heads(bodies), **_homes(cleaned, found, whose)}
    people = _People(n for n, m in zip(cleaned, found, strict=True) if m.label == "PERSON")
    crowned = _crowned(text, cleaned, found)
    values = [
        crowned[name]
        if m.label == "PERSON" and name in crowned
        else whose.get(i)
        or _value(names.get(name, name) if m.label == "ORG" else name, m, people, abbreviations)
        for i, (name, m) in enumerate(zip(cleaned, found, strict=True))
    ]
    return _one_spelling(values, found)


_CROWN = re.compile(r"\b(?:King|Queen|Pope|Emperor|Empress|Sultan|Emir|Prince|Princess) $")


def _crowned(text: str, names: list[str], mentions: list[Mention]) -> dict[str, str]:
    """Who is meant by a bare name behind `King` or `Pope`: a given name there, which only another
    name behind such a title can complete; Charles is no Charles Moss."""
    crowned = {
        name
        for name, m in zip(names, mentions, strict=True)
        if m.label == "PERSON" and _CROWN.search(text, max(0, m.start - 12), m.start)
    }
    result = {}
    for name in crowned:
        if " " not in name:
            fits = {full for full in crowned if full.split()[0] == name and full != name}
            result[name] = next(iter(fits)) if len(fits) == 1 else name
    return result


def _bound(text: str, names: list[str], mentions: list[Mention]) -> dict[str, str]:
    """What the story says that letters in brackets stand for; nothing where it says two things."""
    told: dict[str, set[str]] = {}
    for name, m in zip(names, mentions, strict=True):
        if m.label in ("ORG", "LOC") and (short := abbreviation_after(text, m)):
            told.setdefault(short, set()).add(name)
    return {short: next(iter(long)) for short, long in told.items() if len(long) == 1}


_ANYWHERE = (
    "Foreign Ministry", "Defense Ministry", "Defence Ministry", "Interior Ministry",
    "Finance Ministry", "Health Ministry", "Justice Ministry", "Energy Ministry", "Oil Ministry",
    "Education Ministry", "Trade Ministry", "Agriculture Ministry", "Transport Ministry",
    "Ministry of Foreign Affairs", "Ministry of Defense", "Ministry of Defence",
    "Ministry of Interior", "Ministry of Finance", "Ministry of Health", "Ministry of Justice",
    "Parliament", "Supreme Court", "Constitutional Court", "High Court", "Central Bank",
    "National Police", "Army", "Navy", "Air Force", "Coast Guard", "Election Commission",
    "Electoral Commission", "Communist Party", "Socialist Party", "Football Association",
    "Football Federation", "Red Cross", "Red Crescent", "Olympic Committee",
)  # fmt: skip
"""Bodies that every country has: by themselves they are no one country's."""


def _qualified(text: str, names: list[str], mentions: list[Mention]) -> dict[int, str]:
    """`Peruvian Congress` for the mention of a body that many countries have behind `Peru's` or
    `Peruvian`, unless it is the usual country's."""
    homes = {**dict.fromkeys(_ANYWHERE, ""), **lists().homes}
    found = {}
    for i, (before, m) in enumerate(pairwise(mentions), 1):
        name = names[i]
        if m.label != "ORG" or name not in homes or before.label not in ("LOC", "NORP"):
            continue
        if text[before.end : m.start] in (" ", "'s ", "’s "):
            whose = names[i - 1]
            code = demonym_code(whose) if before.label == "NORP" else place_country(whose)
            if code not in (homes[name], None):
                found[i] = f"{demonym(code) or whose} {name}"
    return found


def _homes(names: list[str], mentions: list[Mention], whose: dict[int, str]) -> dict[str, str]:
    """`Justice Department` for the Philippine one in a story that names it: by default a body of
    such a name is the usual country's, and it stays so where a story names two."""
    forms = {f" {form}": form for form in (*lists().homes, *_ANYWHERE)}
    ends = tuple(forms)
    usual = {body: form for form in lists().homes if (body := organisation(form))}
    found: dict[str, set[str]] = {}
    for i, (name, m) in enumerate(zip(names, mentions, strict=True)):
        known = organisation(name) if m.label == "ORG" else None
        if i in whose:
            found.setdefault(name, set()).add(whose[i])
        elif known in usual and name not in lists().homes:
            found.setdefault(usual[known], set()).add(known)
        elif known == "Indian National Congress":
            found.setdefault("Congress", set()).add(known)
        elif m.label == "ORG" and known is None and name.endswith(ends):
            for end, form in forms.items():
                if name.endswith(end):
                    found.setdefault(form, set()).add(name)
    return {form: next(iter(full)) for form, full in found.items() if len(full) == 1}


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
        if mention.label == "LOC" and self._text[mention.end : mention.end + 1] == ".":
            region = region_named(name)
            if region and region.name != name and name not in lists().cities:
                return region.name
        return without_title(name) if mention.label == "PERSON" else name

    def _loud(self, mention: Mention) -> bool:
        """Whether the mention stands in a line of capitals."""
        return any(start <= mention.start < end for start, end in self._loud_lines)

    def _shouted(self, name: str, mention: Mention) -> bool:
        if "." in name:
            return False
        if mention.label == "ORG" and organisation(name):
            return False
        if self._loud(mention):
            return len(name) > 3
        return " " in name or (mention.label != "ORG" and len(name) > 3)

    def _spoken(self, name: str) -> str:
        """The name as the story writes it elsewhere, else with capitals at the word starts."""
        if name not in self._known:
            self._known[name] = self._find_spoken(name)
        return self._known[name]

    @functools.cached_property
    def _written(self) -> frozenset[str]:
        """The words of capitals that stand in lines which have small letters, too."""
        at = 0
        quiet = []
        for start, end in self._loud_lines:
            quiet.append(self._text[at:start])
            at = end
        return frozenset(_CAPITALS.findall("".join([*quiet, self._text[at:]])))

    def _find_spoken(self, name: str) -> str:
        if name in self._written:
            return name
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


def _heads(names: Collection[str]) -> dict[str, str]:
    """`Observatory` for the only Observatory of the story, the one with a full name; `Muster` for
    Muster Holdings."""
    full: dict[str, set[str]] = {}
    for name in names:
        for word in set(name.split()) & _HEADS:
            if " " in name:
                full.setdefault(word, set()).add(organisation(name) or name)
        if (stem := without_kind(name)) in names and stem != name:
            full.setdefault(stem, set()).add(organisation(name) or name)
    return {word: next(iter(found)) for word, found in full.items() if len(found) == 1}


def _value(name: str, mention: Mention, people: "_People", abbreviations: dict[str, str]) -> str:
    label = mention.label
    if len(name) < 2:
        return ""
    if label == "PERSON":
        return people.full(name)
    if label == "NORP":
        return demonym_code(name) or _singular(name)
    long = abbreviations.get(name, name)
    if label == "LOC":
        place = _PLACES.get(name, long)
        code = place_country(place)
        if code or long != name:
            return code or display_name(place)
        if len(place) > 2 and "." in place and (region := region_named(place)):
            return region.name
        if len(place) == 2 and place.isupper():
            return ""
        return place if "." in place else display_name(place)
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
    return known if all(shared) else long


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
    """Values of one label that fold alike get the best spelling among them; codes stay codes."""

    def key(value: str, label: Label) -> tuple[str, str]:
        code = label in ("LOC", "NORP") and len(value) == 2 and value.isupper()
        return label, value if code else fold(value)

    groups: dict[tuple[str, str], Counter[str]] = {}
    for value, m in zip(values, mentions, strict=True):
        if value:
            groups.setdefault(key(value, m.label), Counter())[value] += 1
    best = {key: _best(spellings) for key, spellings in groups.items()}
    return [
        best[key(value, m.label)] if value else ""
        for value, m in zip(values, mentions, strict=True)
    ]
