"""Merges that might be right, each with its evidence; a person decides.

    with open_archive_dir("wire.wdx") as archive:
        print(as_toml(suggest(archive)))

Five things speak for a merge:

- a bare surname, where stories of the same time that give the full name nearly all give the same;
- a name that differs from another in blanks, hyphens, stops or an article alone;
- a long name that differs from a more frequent one by a letter or two;
- an abbreviation that has the initials of a long name, in stories that have both;
- a company's name with and without its legal form.

Words that tell things apart are never one for the other: North and South, Austria and Australia,
Sr. and Jr., two numbers, two initials, words of three letters or fewer.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np

from wiredesk.index.codec.archive import ArchiveReader
from wiredesk.index.codec.files import Array
from wiredesk.index.codec.packing import owners
from wiredesk.index.codec.segment import MISSING_DAY, TermTable
from wiredesk.index.countries import country_code, demonym_code
from wiredesk.index.entities.forms import (
    LEGAL_FORM,
    initials_of,
    particle_first,
    surname_forms,
)
from wiredesk.index.entities.tables import fold
from wiredesk.index.report import counted

DOMINANT = 0.9
"""The share of stories that must agree on what a short name stands for."""

NEAR = 365
"""Days within which a full name says something about a bare surname."""

_SHORTEST = 8
_LETTERS_AN_EDIT = 12
_CROWD = 400
"""A word or letter in which more values than this differ says nothing, and would take long."""

_JOINT = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d|^[ivx]+$")
_ARTICLE = re.compile(r"\b(?:the|al|el)\b(?=.)")
_ARTICLE_WITHIN = re.compile(r"(?<!^)\b(?:the|al|el)\b(?=.)")
_SHORTEST_BARE = 5

_SERIES = tuple(
    frozenset(line.split())
    for line in (
        "north south east west northern southern eastern western northeast northwest southeast"
        " southwest northeastern northwestern southeastern southwestern",
        "internal external",
        "interior exterior",
        "import export",
        "man woman men women",
        "male female",
        "father mother brother",
        "senior junior",
        "major minor",
        "macro micro",
        "june july",
        "monday sunday",
        "four five six seven eight nine ten eleven twelve fourth fifth sixth seventh eighth ninth"
        " tenth eleventh twelfth sixty seventy eighty ninety",
    )
)
"""Words of one series tell things apart, though a letter or two make one of the other."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_BASE_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`value` is perhaps `into`, because of `reason`. `stories` have the value, `together` of them
    both; `examples` are up to two of those, or else one of each."""

    field: str
    value: str
    into: str
    reason: str
    stories: int
    together: int
    examples: tuple[str, ...]

    @property
    def evidence(self) -> str:
        """All of it in one line."""
        shown = ("" if self.together else "compare ") + " and ".join(self.examples)
        return (
            f"{self.reason}; stories with it: {self.stories:,}, with both: {self.together:,}"
            f" ({shown})"
        )


def suggest(archive: ArchiveReader, *, limit: int = 50) -> list[Suggestion]:
    """Merges that might be right in the archive as it shows, those of most stories first."""
    found: list[tuple[_Values, Pair]] = []
    for field in ("person", "organisation", "place"):
        values = _Values(archive, field)
        pairs = [*_joined_otherwise(values), *_misspelt(values)]
        if field == "person":
            pairs += _surnames(values)
        if field == "organisation":
            pairs += [*_abbreviations(values), *_with_legal_form(values)]
        # The best that a value may be: with the fewest letters changed, then the most frequent.
        pairs.sort(key=lambda pair: (pair.edits, -values.counts[pair.into], pair.into))
        best: dict[str, Pair] = {}
        for pair in pairs:
            best.setdefault(pair.value, pair)
        found += [(values, pair) for pair in best.values()]
    found.sort(key=lambda of: (-of[0].counts[of[1].value], of[1].value))
    return [values.suggestion(pair.value, pair.into, pair.reason) for values, pair in found[:limit]]


class _Values:
    """The values of one facet and the stories that have them, numbered through the archive."""

    def __init__(self, archive: ArchiveReader, field: str) -> None:
        self._archive = archive
        self.field = field
        self.counts: Counter[str] = Counter()
        for segment in archive.segments:
            self.counts.update(segment.value_counts(field))
        self.folded = {value: fold(value) for value in self.counts}

    def stories(self, value: str) -> Array:
        """The stories with a value, rising; none that are deleted."""
        found = [np.zeros(0, np.int64)]
        for base, segment in zip(self._archive.bases, self._archive.segments, strict=False):
            column = segment.facet(self.field)
            ordinal = -1 if column is None else column.find(value)
            if column is not None and ordinal >= 0:
                docs = column.docs(ordinal)
                if segment.deleted is not None:
                    docs = docs[~segment.deleted[docs]]
                found.append(docs.astype(np.int64) + base)
        return np.concatenate(found)

    @cached_property
    def _days(self) -> Array:
        return np.concatenate([segment.days() for segment in self._archive.segments])

    def days(self, value: str) -> Array:
        """The days of the stories with a value, rising; those without a day are left out."""
        days = self._days[self.stories(value)]
        return np.sort(days[days != MISSING_DAY]).astype(np.int64)

    def stories_that_say(self, word: str) -> int:
        """How many stories have a word anywhere in their text."""
        tables = [segment.terms("words") for segment in self._archive.segments]
        found = [
            (t, t.find(word.encode("utf-8", "surrogatepass")))
            for t in tables
            if isinstance(t, TermTable)
        ]
        return sum(int(table.df[ordinal]) for table, ordinal in found if ordinal >= 0)

    def together(self, one: str, other: str) -> Array:
        """The stories that have two values."""
        return np.intersect1d(self.stories(one), self.stories(other))

    def suggestion(self, value: str, into: str, reason: str) -> Suggestion:
        """A merge with its evidence."""
        mine, both = self.stories(value), self.together(value, into)
        shown = both[:2] if len(both) else [mine[0], self.stories(into)[0]]
        return Suggestion(
            field=self.field,
            value=value,
            into=into,
            reason=reason,
            stories=len(mine),
            together=len(both),
            examples=tuple(self._archive.id_of(int(story)) for story in shown),
        )


class Pair(NamedTuple):
    """A value and what it may be, with letters changed (`edits`) or none."""

    value: str
    into: str
    reason: str
    edits: int = 0


def _surnames(values: _Values) -> Iterator[Pair]:
    full: dict[str, list[str]] = {}
    bare = []
    for value in values.counts:
        if " " not in value or particle_first(value):
            bare.append(value)
        else:
            for surname in {fold(form) for form in surname_forms(value)}:
                full.setdefault(surname, []).append(value)
    for value in bare:
        names = full.get(values.folded[value])
        if not names:
            continue
        when = values.days(value)
        counts = Counter({name: _near(values, name, when) for name in names})
        (best, most), total = counts.most_common(1)[0], counts.total()
        if most < 2 or most < DOMINANT * total:
            continue
        reason = f"{best!r} in {most:,} of {total:,} stories with a full name of that surname"
        if len(when):
            apart = _apart(when, values.days(best))
            far = float(np.quantile(apart, DOMINANT)) if len(apart) else NEAR + 1
            if far > NEAR:
                continue
            reason += ", " + _within(int(apart.max()))
        yield Pair(value, best, reason)


def _near(values: _Values, name: str, when: Array) -> int:
    """In how many stories a name is at about the same time."""
    days = values.days(name)
    if not len(when) or not len(days):
        return values.counts[name]
    return int(np.count_nonzero(_apart(days, when) <= NEAR))


def _apart(days: Array, others: Array) -> Array:
    """How far each day is from the nearest of some others (both rising)."""
    if not len(others):
        return np.zeros(0, np.int64)
    at = others.searchsorted(days)
    after: Array = others[np.minimum(at, len(others) - 1)]
    before: Array = others[np.maximum(at - 1, 0)]
    nearest: Array = np.minimum(np.abs(after - days), np.abs(days - before))
    return nearest


def _within(days: int) -> str:
    years = -(-days // 365)
    return "on the same days" if not days else f"within {years} year{'s' * (years > 1)}"


def _abbreviations(values: _Values) -> Iterator[Pair]:
    by_initials: dict[str, list[str]] = {}
    for value in values.counts:
        for initials in initials_of(value):
            by_initials.setdefault(initials, []).append(value)
    for value in values.counts:
        short = value.replace(".", "").replace("&", "")
        names = by_initials.get(short)
        if not names or not short.isupper():
            continue
        counts = Counter({name: len(values.together(value, name)) for name in names})
        (best, most), total = counts.most_common(1)[0], counts.total()
        if most >= 2 and most >= DOMINANT * total:
            yield Pair(value, best, f"initials of {best!r}")


def _with_legal_form(values: _Values) -> Iterator[Pair]:
    """`News Corp` and `News`, `Moss & Co` and `Moss`."""
    for value in values.counts:
        form = LEGAL_FORM.search(value)
        if form is not None and form.end() == len(value):
            plain = value[: form.start()]
            if plain in values.counts:
                yield Pair(value, plain, f"as {plain!r} but for the legal form")


def _joined_otherwise(values: _Values) -> Iterator[Pair]:
    """`Kim Jong-un` and `Kim Jong Un`, `Nusra Front` and `al-Nusra Front`."""
    # Al Moss is not Moss: the article at the head of a person's name may be a first name.
    article = _ARTICLE_WITHIN if values.field == "person" else _ARTICLE
    groups: dict[str, list[str]] = {}
    for value, key in values.folded.items():
        bare = _JOINT.sub("", article.sub("", key))
        if len(bare) >= _SHORTEST_BARE:
            groups.setdefault(bare, []).append(value)
    for group in groups.values():
        into, *others = sorted(group, key=lambda v: (-values.counts[v], v))
        for value in others:
            reason = f"as {into!r} of {counted(values.counts[into], 'story')}"
            reason += " but for blanks, hyphens, capitals or an article"
            yield Pair(value, into, reason)


def _misspelt(values: _Values) -> Iterator[Pair]:
    """Pairs of long values that differ by a letter or two."""
    counts = values.counts
    by_key: dict[str, str] = {}
    for value, key in values.folded.items():
        if len(key) >= _SHORTEST and counts[value] > counts[by_key.get(key, "")]:
            by_key[key] = value
    keys = list(by_key)
    for one, other in {*_a_letter_apart(keys), *_a_word_apart(keys)}:
        longest = max(len(one), len(other))
        most = min(2, max(longest // _LETTERS_AN_EDIT, len(one) != len(other)))
        edits = distance(one, other, most)
        apart = words_apart(one, other) if edits <= most else ()
        if not apart:
            continue
        names = by_key[one], by_key[other]
        ranks = [counts[name] for name in names]
        if ranks[0] == ranks[1]:  # The slip is the name whose words hardly any story has.
            sides = zip(*apart, strict=True)
            ranks = [min(map(values.stories_that_say, side)) for side in sides]
        (_, into), (_, value) = sorted(zip(ranks, names, strict=True), key=lambda n: (-n[0], n[1]))
        reason = f"{counted(edits, 'letter')} other than {into!r} of"
        reason += f" {counted(counts[into], 'story')}"
        yield Pair(value, into, reason, edits)


def words_apart(one: str, other: str) -> Sequence[tuple[str, str]]:
    """The words in which two folded names differ; none if these tell different things apart."""
    words, others = _WORD.findall(one), _WORD.findall(other)
    apart = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    return () if len(words) != len(others) or any(_told_apart(*pair) for pair in apart) else apart


def _told_apart(one: str, other: str) -> bool:
    """Whether two words are for different things, however alike they look."""
    if max(len(one), len(other)) <= 3 or _NUMBER.search(one) or _NUMBER.search(other):
        return True
    if any(one in series and other in series for series in _SERIES):
        return True
    countries = {_country(one), _country(other)} - {None}
    return len(countries) == 2


def _country(word: str) -> str | None:
    return country_code(word) or demonym_code(word.capitalize())


def _a_letter_apart(keys: list[str]) -> Iterator[tuple[str, str]]:
    """Names that are the same once one of them, or each, has lost a letter, and some others.

    Each name, and each name less one of its letters, becomes a number, the sum of its letters times
    the powers of a base; equal numbers lie side by side when they are sorted.
    """
    if not keys:
        return
    lengths = np.array([len(key) for key in keys])
    starts = np.cumsum(lengths) - lengths
    owner = owners(lengths).astype(np.int64)
    letters = np.frombuffer("".join(keys).encode("utf-32-le", "surrogatepass"), np.uint32).astype(
        np.uint64
    )
    powers = np.full(int(lengths.max()), _BASE)
    powers[0] = 1
    terms = letters * np.cumprod(powers)[np.arange(len(letters)) - starts[owner]]
    through = np.cumsum(terms)
    before = through - terms
    before -= before[starts][owner]
    whole = np.add.reduceat(terms, starts)
    less_one = before + (whole[owner] - before - terms) * _BASE_INVERSE
    numbers = np.concatenate((whole, less_one))
    whose = np.concatenate((np.arange(len(keys)), owner))
    order = np.argsort(numbers)
    numbers, whose = numbers[order], whose[order]
    at = np.arange(len(numbers))
    found = [np.zeros(0, np.int64)]
    for step in range(1, _CROWD):
        at = at[at + step < len(numbers)]
        at = at[numbers[at] == numbers[at + step]]
        if not len(at):
            break
        one, other = np.sort((whose[at], whose[at + step]), axis=0)
        near = (lengths[one] != lengths[other]) | (lengths[one] >= _LETTERS_AN_EDIT)
        found.append((one * len(keys) + other)[near & (one != other)])
    for pair in np.unique(np.concatenate(found)).tolist():
        yield keys[pair // len(keys)], keys[pair % len(keys)]


def _a_word_apart(keys: list[str]) -> Iterator[tuple[str, str]]:
    """Names so long that two letters may differ, the same but for one word."""
    blocks: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        if len(key) >= 2 * _LETTERS_AN_EDIT - 2:
            words = key.split(" ")
            for i in range(len(words)):
                blocks.setdefault((*words[:i], "", *words[i + 1 :]), []).append(key)
    for block in blocks.values():
        if 1 < len(block) <= _CROWD:
            yield from (
                pair for pair in combinations(block, 2) if abs(len(pair[0]) - len(pair[1])) < 3
            )


def distance(one: str, other: str, most: int) -> int:
    """How many letters to change, put in, leave out or swap with their neighbour to make one word
    of another; a number larger than `most` if it takes more than that."""
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    one, other = one[same:], other[same:]
    if not one or not other:
        return len(one) + len(other)
    if not most:
        return 1
    rest = [(one[1:], other[1:]), (one[1:], other), (one, other[1:])]
    if one[:2] == other[1::-1]:
        rest.append((one[2:], other[2:]))
    return 1 + min(distance(a, b, most - 1) for a, b in rest)


def as_toml(suggestions: Iterable[Suggestion]) -> str:
    """Suggestions as rules to be pasted into a corrections file, each with its evidence."""
    return "\n".join(
        f"[[merge]]\nfield = {json.dumps(s.field)}\n"
        f"values = [{json.dumps(s.value, ensure_ascii=False)}]\n"
        f"into = {json.dumps(s.into, ensure_ascii=False)}\n"
        f"note = {json.dumps(f'suggested: {s.evidence}', ensure_ascii=False)}\n"
        for s in suggestions
    )


__all__ = ["Suggestion", "as_toml", "suggest"]
