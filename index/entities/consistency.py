"""One name is one thing in one story: what the rest of the story says of a mention.

The surname of a person is a person, the short name of a company that company; any other name is
what it mostly is in the story, also where the model saw nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from wiredesk.index.countries import place_country
from wiredesk.index.entities import context
from wiredesk.index.entities.forms import (
    company_stems,
    is_company,
    particle_first,
    surname_forms,
)
from wiredesk.index.entities.labels import Label
from wiredesk.index.entities.mention import Mention, occurrences
from wiredesk.index.entities.tables import lists

MAJORITY = 0.6
"""The share of a name's mentions that must agree before the others follow."""


class _Agreed(NamedTuple):
    """What a story agrees on: the label of each name, the names to look for where nothing was seen
    (the others only in a headline of capitals), and the surnames of its people."""

    labels: dict[str, Label]
    everywhere: set[str]
    surnames: dict[str, None]


def consistent(text: str, mentions: list[Mention], body_at: int) -> list[Mention]:
    """The mentions, each name with one label throughout, also where nothing was seen of it.

    `body_at` is where the body begins: headlines in capitals do not decide what a name is.
    """
    loud = text[: body_at - 2].isupper() and len(text) > body_at
    voters = [m for m in mentions if not loud or m.start >= body_at]
    agreed = _agreed(text, mentions, voters)
    labels, surnames = agreed.labels, agreed.surnames
    out = [
        m
        if (label := labels.get(name := text[m.start : m.end], m.label)) == m.label
        or m.found_by == "context"
        or (m.label == "LOC" and name in surnames and place_country(name))
        else m._replace(label=label, found_by="surname" if name in surnames else "majority")
        for m in mentions
    ]
    return sorted(out + _elsewhere(text, out, agreed, body_at, loud=loud))


def _agreed(text: str, mentions: list[Mention], voters: list[Mention]) -> _Agreed:
    tables = lists()
    counts: dict[str, Counter[Label]] = {}
    surnames: dict[str, None] = {}
    for m in voters:
        name = text[m.start : m.end]
        counts.setdefault(name, Counter())[m.label] += 1
        if m.label == "PERSON" and " " in name:
            surnames |= dict.fromkeys(surname_forms(name))
    surnames |= _borne(counts)
    agreed = _Agreed({}, set(), surnames)
    for name, count in counts.items():
        if name in tables.listed:
            continue
        label, most = count.most_common(1)[0]
        total = count.total()
        certain = total >= 2 or " " in name or (label == "LOC" and name in tables.cities)
        if most / total >= MAJORITY and certain:
            agreed.labels[name] = label
        if certain:
            agreed.everywhere.add(name)
    companies: set[str] = set()
    for m in mentions:
        forms = list(_same(text[m.start : m.end], m.label))
        if m.found_by != "context" and (m.label != "ORG" or len(forms) == 1):
            continue
        if m.label == "ORG":
            companies.update(forms[1:])
        for form in forms:
            if form not in surnames and form not in tables.listed:
                agreed.labels[form] = m.label
                agreed.everywhere.add(form)
    for name in surnames:
        if name in tables.listed or len(name) < 3:
            continue
        places = counts.get(name, Counter())["LOC"]
        people = 0 if name in tables.cities else counts.get(name, Counter())["PERSON"]
        if places > people and (name in tables.cities or place_country(name)):
            continue
        agreed.labels[name] = "PERSON"
        agreed.everywhere.add(name)
    for name in surnames.keys() & companies:  # Dell of Dell Inc or of Ann Dell
        agreed.labels.pop(name, None)
        agreed.everywhere.discard(name)
    return agreed


def _borne(counts: dict[str, Counter[Label]]) -> dict[str, None]:
    """The surnames of full names that nobody took for a person's, though a part of them is one's
    alone; counts them as people."""
    tables = lists()
    alone = {
        name
        for name, count in counts.items()
        if (" " not in name or particle_first(name)) and count.most_common(1)[0][0] == "PERSON"
    }
    surnames: dict[str, None] = {}
    for name in [n for n in counts if " " in n and n not in tables.listed]:
        first, *_, last = name.split()
        if counts[name]["PERSON"] or last in tables.listed or last in context.BODY_WORDS:
            continue
        if not context.SITES.isdisjoint((first, last)) or is_company(name):
            continue
        bearers = alone & {last, *surname_forms(name)}
        if len(name.split()) == 2 and first not in tables.listed:
            bearers |= alone & {first}
        others = counts[name]["ORG"] + counts[name]["LOC"]
        if sum(counts[one]["PERSON"] for one in bearers) > others:
            counts[name]["PERSON"] += counts[name].total() * 2
            surnames |= dict.fromkeys(surname_forms(name))
    return surnames


def _elsewhere(
    text: str, mentions: list[Mention], agreed: _Agreed, body_at: int, *, loud: bool
) -> list[Mention]:
    """The names that the story agrees on where nothing was seen of them; where the headline is
    `loud`, in capitals, there too."""
    headline = text[:body_at].upper() if loud else ""
    taken = bytearray(len(text) + 1)
    for m in mentions:
        taken[m.start : m.end] = b"\1" * (m.end - m.start)
    more: list[Mention] = []
    for name in sorted(agreed.labels, key=lambda n: (-len(n), n)):
        if len(name) < 3 or not name[0].isupper():
            continue
        label = agreed.labels[name]
        found_by = "surname" if name in agreed.surnames else "majority"
        places = occurrences(text, name) if name in agreed.everywhere else iter(())
        if name in _MONTHS:
            places = (at for at in places if _AS_PERSON.match(text, at + len(name)))
        if loud and len(name) > 3:
            places = iter([*places, *occurrences(headline, name.upper())])
        for start in places:
            end = start + len(name)
            if label == "PERSON" and " " not in name and start >= body_at:
                start, end = context.whole_name(text, start, end)
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                more.append(Mention(start, end, label, found_by))
    return more


_MONTHS = frozenset("March April May June August".split())
_AS_PERSON = re.compile(
    r"(?:['’]s)? (?:said|says|told|has|had|was|will|would|also|and h(?:er|is))\b"
)
"""What follows a surname that is a month's name, too."""


def _same(name: str, label: Label) -> Iterator[str]:
    """A place with and without its article, a company with and without its legal form."""
    yield name
    if label == "LOC":
        bare = name.removeprefix("al-").removeprefix("Al-")
        yield from (bare, f"al-{bare}", f"Al-{bare}")
    elif label == "ORG":
        for stem in company_stems(name):
            if len(stem) > 2:
                yield stem
