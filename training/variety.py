"""More kinds of names and layouts than the corpora have.

A small model learns names by heart unless it sees the same sentence with other names. Mentions
are replaced, the same way throughout a passage: places by cities of the gazetteer, people by
recombined and by invented names, organisations by listed and by made-up ones. Some passages get a
dateline, some are a byline only, some are in capitals or in headline style.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from corpora import Passage, Span

MONTHS = (
    "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec. January February August "
    "September October November December"
).split()
AGENCIES = (
    "Reuters|AP|AFP|Xinhua|UPI|IANS|PTI|ANSA|EFE|Kyodo|TASS|Interfax|Bloomberg|dpa|Yonhap|VOA News"
    "|CNN|BBC|The Associated Press|Agence France-Presse"
).split("|")
TITLES = "Mr|Mrs|Ms|Dr|Mr.|Ms.|Dr.|Prof.|Sir|Judge|Gen.|Col.|Sen.|Justice|Captain|Sgt.".split("|")
SUFFIXES = (
    "Inc|Inc.|Corp|Corp.|Co|Co.|Ltd|Ltd.|Plc|AG|SA|NV|Group|Holdings|Industries|Energy|Bank|Oil"
    "|Motors|Airlines|Systems|Partners|Capital|Securities|Pharmaceuticals|Technologies|Media|Steel"
    "|Mining|Foods|Insurance|Telecom|& Co|& Sons|Brothers|International|Financial|Electronics"
    "|Chemical|Airways|Petroleum|Resources|Networks|Software|Labs|Semiconductor|Shipping"
).split("|")
BODIES = (
    "{} University|University of {}|{} City Council|{} Chamber of Commerce|{} Police Department|"
    "{} Central Bank|Bank of {}|{} Stock Exchange|{} United|{} FC|{} Rovers|{} Tigers|{} Hospital|"
    "{} Football Association|{} Times|{} Post|{} Herald|{} News Agency|{} Liberation Front|"
    "{} People's Party|{} Red Cross|{} Institute of Technology|{} Ministry of Health|"
    "{} Supreme Court|{} Human Rights Commission|{} Electoral Commission|{} Port Authority|"
    "{} Workers' Union|{} Democratic Party|{} Observatory|{} Medical Center|{} High School"
).split("|")
_SMALL = frozenset("of in the on for to a an and at by with from as".split())


FAMILY_FIRST = frozenset("cantonese chinese khmer korean vietnamese".split())


class Culture(NamedTuple):
    """The names of one culture."""

    name: str
    given: list[str]
    family: list[str]

    def person(self, rng: random.Random) -> tuple[str, str]:
        """A full name and the part of it that stands for the person later."""
        given, family = rng.choice(self.given), rng.choice(self.family)
        if self.name in FAMILY_FIRST and rng.random() < 0.7:
            return f"{family} {given}", family
        if self.name in ("spanish", "portuguese") and rng.random() < 0.25:
            return f"{given} {family} {rng.choice(self.family)}", family
        draw = rng.random()
        if draw < 0.08:
            given += f" {rng.choice(self.given)}"
        elif draw < 0.14:
            given += f" {rng.choice('ABCDEFGHJKLMNPRSTW')}."
        return f"{given} {family}", family


def cultures(path: Path) -> list[Culture]:
    """The table of given and family names."""
    rows = (
        line.split("\t")
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    return [
        Culture(name, *([n.replace("_", " ") for n in names.split()] for names in (given, family)))
        for name, given, family in rows
    ]


class Stock(NamedTuple):
    """The names that mentions are replaced with."""

    cultures: list[Culture]
    full: list[str]
    first: list[str]
    last: list[str]
    cities: list[str]
    countries: list[str]
    organisations: list[str]
    companies: list[str]
    acronyms: list[str]


def invented(names: Iterable[str], count: int, rng: random.Random) -> list[str]:
    """Names that sound like the given ones: a chain of letters, each drawn after the last three."""
    after: dict[str, Counter[str]] = defaultdict(Counter)
    known = [n for n in names if n.isalpha() and 3 < len(n) < 12 and n[0].isupper()]
    for name in known:
        padded = f"^^^{name.lower()}$"
        for i in range(3, len(padded)):
            after[padded[i - 3 : i]][padded[i]] += 1
    result: set[str] = set()
    while len(result) < count:
        name = "^^^"
        while not name.endswith("$") and len(name) < 16:
            letters = after[name[-3:]]
            name += rng.choices(list(letters), list(letters.values()))[0]
        plain = name.strip("^$")
        if 3 < len(plain) < 12:
            result.add(plain.capitalize())
    return sorted(result)


def replaced(passage: Passage, stock: Stock, rng: random.Random, share: float = 0.4) -> Passage:
    """The passage with that share of its names replaced, each name always by the same."""
    chosen: dict[str, str] = {}
    text = ""
    spans: list[Span] = []
    at = 0
    for a, b, label in sorted(passage.spans):
        if a < at:
            continue
        name = passage.text[a:b]
        if name not in chosen and rng.random() < share:
            if label == "PERSON" and " " in name and rng.random() < 0.7:
                new, short = rng.choice(stock.cultures).person(rng)
            else:
                new = _other(name, label, stock, rng)
                short = new.split()[-1]
            if not set(new) & set('\n"“”'):
                chosen[name] = new
                if label == "PERSON" and " " in name and " " in new:
                    chosen.setdefault(name.split()[-1], short)
        new = chosen.get(name, name)
        text += passage.text[at:a]
        if label == "PERSON" and new != name and text.endswith(" ") and rng.random() < 0.06:
            text += rng.choice(TITLES) + " "
            new = chosen.get(name.split()[-1], new.split()[-1])
        spans.append((len(text), len(text) + len(new), label))
        text += new
        at = b
    return Passage(text + passage.text[at:], spans)


def _other(name: str, label: str, stock: Stock, rng: random.Random) -> str:
    draw = rng.random()
    if label == "LOC":
        if name.isupper() and len(name) > 4:
            return rng.choice(stock.cities).upper()
        return rng.choice(stock.cities) if draw < 0.7 else rng.choice(stock.countries)
    if label == "PERSON":
        if not name[:1].isupper():
            return name
        if " " in name:
            if draw < 0.75:
                return f"{rng.choice(stock.first)} {rng.choice(stock.last)}"
            return rng.choice(stock.full)
        if draw < 0.5:
            return rng.choice(rng.choice(stock.cultures).family)
        return rng.choice(stock.last).split()[-1] if draw < 0.85 else rng.choice(stock.first)
    if label == "ORG":
        if name.isupper() and len(name) <= 6:
            if draw < 0.7:
                return rng.choice(stock.acronyms)
            return rng.choice(stock.companies)
        if " " not in name:
            return rng.choice(stock.companies)
        if draw < 0.4:
            return rng.choice(stock.organisations)
        if draw < 0.6:
            return f"{rng.choice(stock.last).split()[-1]} {rng.choice(SUFFIXES)}"
        if draw < 0.85:
            place = rng.choice(stock.cities) if rng.random() < 0.7 else rng.choice(stock.countries)
            return rng.choice(BODIES).format(place)
        return rng.choice(stock.companies)
    return name


def with_dateline(passage: Passage, stock: Stock, rng: random.Random) -> Passage:
    """The passage after a dateline such as `LIMA, Peru, May 3 (AP) -`."""
    parts: list[tuple[str, str]] = []
    city = rng.choice(stock.cities)
    parts.append((city.upper() if rng.random() < 0.8 else city, "LOC"))
    draw = rng.random()
    if draw < 0.25:
        parts += [(", ", ""), (rng.choice(stock.countries), "LOC")]
    elif draw < 0.35:
        parts += [("/", ""), (rng.choice(stock.cities).upper(), "LOC")]
    day = f", {rng.choice(MONTHS)} {rng.randint(1, 31)}"
    draw = rng.random()
    if draw < 0.75:
        parts += [
            (" (" if draw < 0.55 else f"{day} (", ""),
            (rng.choice(AGENCIES), "ORG"),
            (")", ""),
        ]
    elif draw < 0.9:
        parts.append((day, ""))
    parts.append((rng.choice([" – ", " - ", " — ", " -- ", ": "]), ""))
    return _prepended(parts, passage)


def byline(stock: Stock, rng: random.Random) -> Passage:
    """A line of credits: who reported, wrote, edited, or took the picture."""
    parts: list[tuple[str, str]] = []

    def person() -> tuple[str, str]:
        if rng.random() < 0.6:
            return rng.choice(stock.cultures).person(rng)[0], "PERSON"
        return f"{rng.choice(stock.first)} {rng.choice(stock.last)}", "PERSON"

    draw = rng.random()
    if draw < 0.6:
        parts.append(("(" + rng.choice(["Reporting by ", "Additional reporting by "]), ""))
        for i in range(rng.randint(1, 4)):
            parts += [*([(rng.choice([", ", " and "]), "")] if i else []), person()]
            if rng.random() < 0.5:
                parts += [(" in ", ""), (rng.choice(stock.cities), "LOC")]
        parts += [(rng.choice(["; Editing by ", "; Writing by "]), ""), person(), (")", "")]
    elif draw < 0.85:
        name, label = person()
        parts += [("By ", ""), (name.upper() if rng.random() < 0.2 else name, label)]
        if rng.random() < 0.5:
            parts += [(", ", ""), (rng.choice(AGENCIES), "ORG")]
    else:
        parts += [("[", ""), person(), ("/", ""), (rng.choice(AGENCIES), "ORG"), ("]", "")]
    return _prepended(parts, Passage("", []))


def _prepended(parts: list[tuple[str, str]], passage: Passage) -> Passage:
    text = ""
    spans: list[Span] = []
    for piece, label in parts:
        if label:
            spans.append((len(text), len(text) + len(piece), label))
        text += piece
    spans += [(a + len(text), b + len(text), lab) for a, b, lab in passage.spans]
    return Passage(text + passage.text, spans)


def in_capitals(passage: Passage) -> Passage:
    """The passage in capitals, as old wires have it."""
    loud = passage.text.upper()
    return Passage(loud, passage.spans) if len(loud) == len(passage.text) else passage


def as_headline(passage: Passage) -> Passage:
    """The passage With Capitals as in Headlines, and without the stop at its end."""
    letters = list(passage.text)
    for word in re.finditer(r"[^\W\d_]+", passage.text):
        at = word.start()
        apostrophe = at > 0 and letters[at - 1] in "'’"
        if not apostrophe and (at == 0 or word.group().lower() not in _SMALL):
            letters[at] = letters[at].upper() if len(letters[at].upper()) == 1 else letters[at]
    text = "".join(letters)
    if text.endswith(".") and all(b < len(text) for _, b, _ in passage.spans):
        text = text[:-1]
    return Passage(text, passage.spans)
