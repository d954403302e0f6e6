"""Merges that might be right, each with its evidence; a person decides.

    with open_archive_dir("wire.wdx") as archive:
        print(as_toml(suggest(archive)))

Three things speak for a merge:

- a bare surname, where stories of the same time that give the full name nearly all give the same;
- a long name that differs from a more frequent one by a letter or two;
- an abbreviation that has the initials of a long name, in stories that have both.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wiredesk.index.codec.archive import ArchiveReader
from wiredesk.index.codec.files import Array
from wiredesk.index.codec.segment import MISSING_DAY
from wiredesk.index.entities.overlay import initials_of
from wiredesk.index.entities.tables import fold

DOMINANT = 0.9
"""The share of stories that must agree on what a short name stands for."""

NEAR = 365
"""Days within which a full name says something about a bare surname."""

_SHORTEST = 8
_LETTERS_AN_EDIT = 12
_CROWD = 400
"""Beginnings and ends that more values than this share say nothing; comparing would take long."""


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
    """Merges that might be right in the archive as it shows, the most certain first."""
    found: list[tuple[float, _Values, str, str, str]] = []
    for field in ("person", "organisation", "place"):
        values = _Values(archive, field)
        pairs = [*_alike(values)]
        if field == "person":
            pairs += _surnames(values)
        if field == "organisation":
            pairs += _abbreviations(values)
        best: dict[str, tuple[float, str, str]] = {}
        for weight, value, into, reason in pairs:
            best[value] = max(best.get(value, (0.0, "", "")), (weight, into, reason))
        found += [(w, values, value, into, why) for value, (w, into, why) in best.items()]
    found.sort(key=lambda pair: (-pair[0], pair[2]))
    return [
        values.suggestion(value, into, reason) for _, values, value, into, reason in found[:limit]
    ]


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


Pair = tuple[float, str, str, str]
"""(weight, value, what it may be, reason)."""


def _surnames(values: _Values) -> Iterator[Pair]:
    full: dict[str, list[str]] = {}
    for value in values.counts:
        if " " in value:
            full.setdefault(values.folded[value].rpartition(" ")[2], []).append(value)
    for value in values.counts:
        names = full.get(values.folded[value])
        if " " in value or not names:
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
        yield most / total + min(most, 50) / 100, value, best, reason


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
    for value, n in values.counts.items():
        short = value.replace(".", "").replace("&", "")
        names = by_initials.get(short)
        if not names or not short.isupper():
            continue
        counts = Counter({name: len(values.together(value, name)) for name in names})
        (best, most), total = counts.most_common(1)[0], counts.total()
        if most >= 2 and most >= DOMINANT * total:
            reason = f"initials of {best!r}"
            yield most / n + min(most, 50) / 100, value, best, reason


def _alike(values: _Values) -> Iterator[Pair]:
    """Pairs of long values that differ by a letter or two; only those that share their first or
    last four letters are compared."""
    counts, folded = values.counts, values.folded
    blocks: dict[str, list[str]] = {}
    for value, key in folded.items():
        if len(value) >= _SHORTEST:
            for end in {f"^{key[:4]}", f"{key[-4:]}$"}:
                blocks.setdefault(end, []).append(value)
    seen: set[tuple[str, str]] = set()
    for block in blocks.values():
        if len(block) > _CROWD:
            continue
        block.sort(key=lambda value: (len(folded[value]), value))
        for i, one in enumerate(block):
            a = folded[one]
            for other in block[i + 1 :]:
                b = folded[other]
                longer = len(b) - len(a)
                if longer > 2:
                    break
                most = min(2, max(len(b) // _LETTERS_AN_EDIT, longer == 1))
                if most < longer or (one, other) in seen:
                    continue
                seen.add((one, other))
                edits = distance(a, b, most)
                if 0 < edits <= most and not _numbers_differ(a, b):
                    into, value = sorted((one, other), key=lambda v: (-counts[v], v))
                    reason = (
                        f"{edits} letter{'s' * (edits > 1)} other than"
                        f" {into!r} of {counts[into]:,} stories"
                    )
                    yield 1 - edits / len(b), value, into, reason


def distance(one: str, other: str, most: int) -> int:
    """How many letters to change, put in or leave out to make one word of another; a number
    larger than `most` if it takes more than that."""
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
    return 1 + min(
        distance(one[1:], other[1:], most - 1),
        distance(one[1:], other, most - 1),
        distance(one, other[1:], most - 1),
    )


def _numbers_differ(one: str, other: str) -> bool:
    return [c for c in one if c.isdigit()] != [c for c in other if c.isdigit()]


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
