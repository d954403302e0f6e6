"""Corrections on an archive: applied and taken back. Sources are not read again.

A segment never changes. Corrected facets lie in a *companion*, a small segment that holds only the
columns, days and rules that differ; the manifest names it, readers look there first. So the archive
as indexed stays whole, and taking corrections back is writing a manifest without companions.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np

from wiredesk.errors import ReadError
from wiredesk.index.article import Article
from wiredesk.index.codec.archive import (
    ArchiveReader,
    Manifest,
    SegmentEntry,
    open_archive_dir,
    read_manifest,
)
from wiredesk.index.codec.files import Array
from wiredesk.index.codec.packing import owners, ranges
from wiredesk.index.codec.segment import SegmentReader
from wiredesk.index.codec.stored import load_article
from wiredesk.index.codec.tables import SegmentWriter, write_companion
from wiredesk.index.corrections import FIELDS as CORRECTABLE
from wiredesk.index.corrections import Corrections, Rule, Target, correct, load, shown_value
from wiredesk.index.document import day_number, to_document
from wiredesk.index.entities.tables import fold
from wiredesk.index.schema import FIELDS
from wiredesk.index.writer import ArchiveWriter

NOTE = "corrections"
"""Under this name the manifest keeps the rules that were applied."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What applying did: the rules, the stories that they change, those that no rule changes but
    that show a name in another spelling, and a line for each rule that found nothing."""

    rules: int
    stories: int
    respelled: int = 0
    unused: tuple[str, ...] = ()


def check_against(archive: ArchiveReader, corrections: Corrections) -> list[str]:
    """What in the rules has nothing in the archive to act on: one line each, with file and line.

    Raises ReadError for a story id that the archive does not hold.
    """
    _check_stories(archive, corrections)
    return list(_unused(archive, corrections))


def _check_stories(archive: ArchiveReader, corrections: Corrections) -> None:
    for rule in corrections.rules:
        for story in rule.stories:
            if archive.find(story) is None:
                reason = f"no story {story!r} in {archive.path}"
                raise ReadError(rule.file, reason, line=rule.line)


def apply_corrections(
    path: str | PathLike[str],
    corrections: Corrections | None,
    *,
    progress: Progress | None = None,
) -> Applied:
    """Makes an archive show these corrections, and none that were applied before.

    `None` keeps the rules of the last time, for segments that came since, counted in these alone;
    stories that the rules name may be gone. Spellings of one name are made one as well
    (`one_spelling`). Raises ReadError for an unknown story id, and the errors of `ArchiveWriter`;
    the archive is then as it was.
    """
    read_manifest(Path(path))
    with ArchiveWriter(path) as writer:
        with open_archive_dir(path) as archive:
            known = corrections is None
            if corrections is None:
                corrections = kept_corrections(archive.manifest)
            else:
                _check_stories(archive, corrections)
            rules = _with_spellings(archive, corrections)
            changed = respelled = 0
            entries = []
            for done, (entry, segment) in enumerate(
                zip(archive.manifest.segments, archive.segments, strict=True), 1
            ):
                if known and segment.rules == rules.dumped:
                    entries.append(entry)
                    continue
                edit = _Edit(segment.as_indexed(), rules)
                entries.append(_companion(writer, entry, segment, edit))
                changed += int(np.count_nonzero(edit.changed & edit.ruled))
                respelled += int(np.count_nonzero(edit.changed & ~edit.ruled))
                if progress is not None:
                    progress("correct", done, len(archive.segments))
            unused = tuple(_unused(archive, corrections))
        kept = corrections.dumped if corrections else None
        if (tuple(entries), kept) != (writer.manifest.segments, writer.manifest.notes.get(NOTE)):
            writer.publish_corrected(tuple(entries), {NOTE: kept})
    return Applied(
        rules=len(corrections.rules), stories=changed, respelled=respelled, unused=unused
    )


def kept_corrections(manifest: Manifest) -> Corrections:
    """The rules of a file that were applied last."""
    kept = manifest.notes.get(NOTE)
    return load(kept) if kept else Corrections(rules=(), moves={})


def _unused(archive: ArchiveReader, corrections: Corrections) -> Iterator[str]:
    """A line for each rule that finds nothing, in the archive or made by another rule."""
    made = {(rule.field, rule.into or "") for rule in corrections.rules}
    segments = [segment.as_indexed() for segment in archive.segments]

    def known(field: str, value: str) -> bool:
        columns = (segment.facet(field) for segment in segments)
        return any(column is not None and column.find(value) >= 0 for column in columns)

    for rule in corrections.rules:
        if rule.stories and not any(map(archive.find, rule.stories)):
            yield f"{rule.place}: no story {', '.join(map(repr, rule.stories))} any more"
            continue
        values = [(rule.field, value) for value in rule.values]
        if rule.kind not in ("split", "city") and made.intersection(values):
            values = []
        for sought in (values, [rule.where] if rule.where else []):
            if sought and not any(known(*value) for value in sought):
                named = ", ".join(shown_value(*value) for value in sought)
                yield f"{rule.place}: no story has {sought[0][0]} {named}"


def _companion(
    writer: ArchiveWriter, entry: SegmentEntry, segment: SegmentReader, edit: "_Edit"
) -> SegmentEntry:
    """Writes the companion of a segment, unless it has the same; its new entry."""
    rules = edit.corrections.dumped
    if segment.rules == rules:
        return entry
    if not edit.changed.any():
        return replace(entry, corrected=None)
    name = writer.new_segment_name()
    out = SegmentWriter(writer.path, name, segment.doc_count)
    try:
        fields = [values.field for values in edit.columns.values() if values.write(out)]
        out.companion(edit.days, fields, rules)
    except BaseException:
        out.abandon()
        raise
    write_companion(segment.as_indexed(), name)
    return replace(entry, corrected=name)


_HELD_IN: dict[str, tuple[str, ...]] = {
    field: (field, *filter(None, (FIELDS[field].salient,))) for field in CORRECTABLE
} | {"byline": ("byline", "reporter", "writer", "editor")}
"""Field of a rule -> the facets that have its values."""

_NOWHERE = np.zeros(0, np.uint32)


class _Edit:
    """What corrections make of a segment: the `columns` concerned, the `days`, which stories are
    `changed` (bool), and which are `ruled`: a rule of a file speaks of a value they have.

    A rule about a value changes what the terms of a few columns are called, and reads no story.
    Stories are read where that does not say enough: where two values of a story become one, which
    may make it a subject of the story; where a value has to find its place in another facet; and
    where a city is another, for its place on the map.
    """

    def __init__(self, segment: SegmentReader, corrections: Corrections) -> None:
        self._segment = segment
        self.corrections = corrections
        self.columns: dict[str, _Values] = {}
        self.days: Array = segment.days().copy()
        self.changed = np.zeros(segment.doc_count, bool)
        self.ruled = np.zeros(segment.doc_count, bool)
        self._unclear = np.zeros(segment.doc_count, bool)
        self._placed = np.zeros(segment.doc_count, bool)
        self._moved = np.zeros(segment.doc_count, bool)
        for (field, value), target in corrections.moves.items():
            if target is not None and (field, value) in corrections.spellings:
                for name in _HELD_IN[field]:
                    self._column(name).rename(value, target[1], None)
            else:
                self._move(field, value, target)
        for rule in corrections.splits:
            target = corrections.end(rule.field, rule.into or "")
            docs = self._docs(*rule.where) if rule.where else self._named(rule.stories)
            for value in rule.values:
                self._move(rule.field, value, target, docs)
        for city, rules in corrections.cities.items():
            for rule in rules:
                self._relocate(city, rule)
        for story, date in corrections.dates.items():
            docs = self._named([story])
            self.changed[docs] = self.days[docs] != day_number(date)
            self.days[docs] = day_number(date)
            self.ruled[docs] = True
        for column in self.columns.values():
            united = column.settle()
            if FIELDS[column.field].salient:
                self._unclear[united] = True
            self.changed |= column.changed
        if segment.deleted is not None:
            self.changed &= ~segment.deleted
            self._unclear &= ~segment.deleted
            self._moved &= ~segment.deleted
        self._read_unclear()

    def _column(self, field: str) -> "_Values":
        if field not in self.columns:
            self.columns[field] = _Values(self._segment, field)
        return self.columns[field]

    def _docs(self, field: str, value: str) -> Array:
        """The stories with a value."""
        column = self._segment.facet(field)
        ordinal = -1 if column is None else column.find(value)
        return _NOWHERE if column is None or ordinal < 0 else column.docs(ordinal)

    def _named(self, stories: Iterable[str]) -> Array:
        """Those of some stories that are here."""
        found = {self._segment.find_id(story) for story in stories} - {-1}
        return np.array(sorted(found), np.uint32)

    def _move(self, field: str, value: str, target: Target, among: Array | None = None) -> None:
        """A value becomes another: everywhere, or in some stories."""
        docs = self._docs(field, value)
        if among is not None:
            docs = np.intersect1d(docs, among)
        if not len(docs):
            return
        self.ruled[docs] = True
        if field == "city":
            self._spots(docs)
        if target is not None and target[0] != field:
            self._unclear[docs] = True
            for name in _HELD_IN[target[0]]:
                self._column(name)
        elif target is None and field == "city":
            self._place(docs, None)
        into = target[1] if target is not None and target[0] == field else None
        for name in _HELD_IN[field]:
            self._column(name).rename(value, into, None if among is None else docs)

    def _relocate(self, city: str, rule: Rule) -> None:
        """A city of some stories, or all, is in another country or another city."""
        docs = self._docs("city", city)
        if rule.stories:
            docs = np.intersect1d(docs, self._named(rule.stories))
            if rule.into:
                self._move("city", city, self.corrections.end("city", rule.into), docs)
        if rule.country:
            self.ruled[docs] = True
            self._place(docs, rule.country)
            self._spots(docs)

    def _spots(self, docs: Array) -> None:
        """Cities of some stories lie elsewhere: where, only the stories tell."""
        self._column("spot")
        self._moved[docs] = True

    def _place(self, docs: Array, country: str | None) -> None:
        """Stories are from another country, or from none, as far as one of their cities goes."""
        column = self._column("country")
        cities = self._segment.facet("city")
        assert cities is not None
        single = (np.diff(cities.offsets)[docs] == 1) & (column.lengths[docs] <= 1)
        single &= ~self._placed[docs]
        self._placed[docs] = True
        self._unclear[docs[~single]] = True
        column.put(docs[single], country)

    def _read_unclear(self) -> None:
        docs = np.flatnonzero(self._unclear | self._moved)
        for doc, article in _articles(self._segment, docs):
            facets = to_document(correct(article, self.corrections)).facets
            for column in self.columns.values():
                if self._unclear[doc] or column.field == "spot":
                    self.changed[doc] |= column.give(doc, facets.get(column.field, ()))


_GONE = -1


class _Values:
    """The values of one facet of a segment while they are corrected; they are numbered as in its
    term table, new ones after them. `changed` (bool) are the stories with other values."""

    def __init__(self, segment: SegmentReader, field: str) -> None:
        self.field = field
        self._n = segment.doc_count
        self.changed = np.zeros(self._n, bool)
        column = segment.facet(field)
        terms = [] if column is None else column.table.terms()
        self._numbers = {term: i for i, term in enumerate(terms)}
        self._becomes = np.arange(len(terms))
        self._offsets = np.zeros(self._n + 1, np.int64)
        self._flat = np.zeros(0, np.int64)
        if column is not None:
            self._offsets = column.offsets.astype(np.int64)
            self._flat = column.by_rank[column.ordinals].astype(np.int64)
        self.lengths: Array = np.diff(self._offsets)
        self._owners = owners(self.lengths)
        self._some: list[tuple[Array, int]] = []
        self._given: dict[int, list[int]] = {}

    def _number(self, value: str | None) -> int:
        if value is None:
            return _GONE
        return self._numbers.setdefault(value.encode("utf-8", "surrogatepass"), len(self._numbers))

    def rename(self, value: str, into: str | None, docs: Array | None) -> None:
        """A value becomes another, or nothing, in some stories or (None) all."""
        old = self._numbers.get(value.encode("utf-8", "surrogatepass"), _GONE)
        if not 0 <= old < len(self._becomes):
            return
        new = self._number(into)
        if docs is None:
            self._becomes[old] = new
        else:
            at = ranges(self._offsets[docs], self.lengths[docs])
            self._some.append((at[self._flat[at] == old], new))

    def put(self, docs: Array, value: str | None) -> None:
        """A value, or nothing, in place of the one or none that each of some stories has."""
        has = self.lengths[docs] > 0
        number = self._number(value)
        self._some.append((self._offsets[docs[has]], number))
        for doc in docs[~has].tolist():
            self._given[doc] = [] if value is None else [number]
            self.changed[doc] = value is not None

    def settle(self) -> Array:
        """Carry it all out; gives the stories in which several values became one."""
        now = self._becomes[self._flat]
        for at, number in self._some:
            now[at] = number
        docs = np.unique(self._owners[now != self._flat])
        self.changed[docs] = True
        at = ranges(self._offsets[docs], self.lengths[docs])
        at = at[now[at] != _GONE]
        keys = self._owners[at].astype(np.int64) * len(self._numbers) + now[at]
        order = np.argsort(keys, kind="stable")
        again = at[order[1:][keys[order[1:]] == keys[order[:-1]]]]
        now[again] = _GONE
        self._now = now
        return np.unique(self._owners[again])

    def give(self, doc: int, values: Iterable[str]) -> bool:
        """Replace all values of a story; whether it had others when it was indexed."""
        new = self._given[doc] = [self._number(value) for value in values]
        first, last = self._offsets[doc : doc + 2].tolist()
        return bool(new != self._flat[first:last].tolist())

    def write(self, out: SegmentWriter) -> bool:
        """Write the facet; False if it is as it was."""
        docs = np.array(sorted(self._given), np.int64)
        new = [self._given[doc] for doc in docs.tolist()]
        kept = self._now != _GONE
        kept[ranges(self._offsets[docs], self.lengths[docs])] = False
        kept_lengths = np.bincount(self._owners[kept], minlength=self._n)
        lengths = kept_lengths.copy()
        lengths[docs] = [len(numbers) for numbers in new]
        offsets = np.zeros(self._n + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        flat = np.empty(int(offsets[-1]), np.int64)
        flat[ranges(offsets[:-1], kept_lengths)] = self._now[kept]
        flat[ranges(offsets[docs], lengths[docs])] = [n for numbers in new for n in numbers]
        if np.array_equal(offsets, self._offsets) and np.array_equal(flat, self._flat):
            return False
        terms = list(self._numbers)
        used = np.bincount(flat, minlength=len(terms)) > 0
        order = sorted(np.flatnonzero(used).tolist(), key=terms.__getitem__)
        rank = np.zeros(len(terms), np.int64)
        rank[order] = np.arange(len(order))
        out.facet(self.field, [terms[i] for i in order], offsets, rank[flat])
        return True


def _articles(segment: SegmentReader, docs: Array) -> Iterator[tuple[int, Article]]:
    """Some stories, as indexed; each block of them is unpacked once."""
    blocks = segment.stored_blocks
    at = 0
    wanted = docs.tolist()
    for block in range(blocks.block_count):
        first, end = blocks.span(block)
        if at >= len(wanted):
            return
        if wanted[at] >= end:
            continue
        raw = blocks.raw_block(block)
        while at < len(wanted) and wanted[at] < end:
            yield wanted[at], load_article(raw[wanted[at] - first])
            at += 1


# ---- one spelling for one name


def _with_spellings(archive: ArchiveReader, corrections: Corrections) -> Corrections:
    """The rules, and merges of spellings that differ by case, accents or stops alone: into the one
    that a rule prefers, and none where a rule corrects one of them."""
    rules = list(corrections.rules)
    moves = dict(corrections.moves)
    spoken = {(rule.field, fold(value)) for rule in rules for value in rule.values}
    preferred = {(rule.field, fold(rule.into)): rule.into for rule in rules if rule.into}
    for field in ("person", "organisation", "place", "byline"):
        for group in one_spelling(_counts(archive, field)):
            key = field, fold(group[0])
            if key not in spoken:
                best = preferred.get(key, group[0])
                others = tuple(value for value in group if value != best)
                rules.append(Rule(kind="merge", field=field, values=others, into=best))
                moves |= {(field, other): (field, best) for other in others}
    return Corrections(rules=tuple(rules), moves=moves)


def _counts(archive: ArchiveReader, field: str) -> Counter[str]:
    """Value -> stories, as indexed."""
    counts: Counter[str] = Counter()
    for segment in archive.segments:
        counts.update(segment.as_indexed().value_counts(field))
    return counts


def one_spelling(counts: Counter[str]) -> Iterator[tuple[str, ...]]:
    """Values that fold alike, the best spelling first: with diacritics if any of weight has them,
    then the most frequent. `Erdoğan` before `Erdogan`, `al-Qaeda` before `AL-QAEDA`."""
    groups: dict[str, list[str]] = {}
    for value in counts:
        if len(value) > 3:
            groups.setdefault(fold(value), []).append(value)
    for values in groups.values():
        if len(values) > 1:
            most = max(counts[v] for v in values)
            yield tuple(
                sorted(
                    values,
                    key=lambda v: (v.isascii() or 10 * counts[v] < most, -counts[v], v),
                )
            )


__all__ = ["Applied", "apply_corrections", "check_against", "one_spelling"]
