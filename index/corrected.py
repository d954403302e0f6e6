"""Corrections on an archive: applied, taken back, proposed. Sources are not read again.

A segment never changes. Corrected facets lie in a *companion*, a small segment that holds only the
columns, days and rules that differ; the manifest names it, readers look there first. So applying
costs time in proportion to the stories concerned, the archive as indexed stays whole, and taking
corrections back is writing a manifest without companions.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from os import PathLike

import numpy as np

from wiredesk.errors import ReadError
from wiredesk.index.article import Article
from wiredesk.index.codec.archive import ArchiveReader, SegmentEntry, open_archive_dir
from wiredesk.index.codec.files import Array
from wiredesk.index.codec.packing import ranges
from wiredesk.index.codec.segment import MISSING_DAY, SegmentReader
from wiredesk.index.codec.stored import load_article
from wiredesk.index.codec.tables import SegmentWriter, write_companion
from wiredesk.index.corrections import Corrections, Rule, correct, load
from wiredesk.index.document import Document, to_document
from wiredesk.index.entities.tables import fold
from wiredesk.index.schema import FACETS
from wiredesk.index.writer import ArchiveWriter

NOTE = "corrections"
"""Under this name the manifest keeps the rules that were applied."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What applying did: rules, stories that are now otherwise, and rules that found nothing."""

    rules: int
    stories: int
    unused: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A merge that might be right, and why: `evidence` names the stories' counts and likeness."""

    field: str
    value: str
    into: str
    stories: int
    evidence: str


def check_against(archive: ArchiveReader, corrections: Corrections, name: str) -> list[str]:
    """What in the rules has nothing in the archive to act on: one line each, with line number.

    Raises ReadError for a story id that the archive does not hold.
    """
    for rule in corrections.rules:
        for story in rule.stories:
            if archive.find(story) is None:
                raise ReadError(name, f"no story {story!r} in {archive.path}", line=rule.line)
    return [
        f"{name}, line {rule.line}: no story has {rule.field} {', '.join(map(repr, rule.values))}"
        for rule in _unused(archive, corrections)
    ]


def apply_corrections(
    path: str | PathLike[str],
    corrections: Corrections | None,
    *,
    name: str = "corrections",
    progress: Progress | None = None,
) -> Applied:
    """Makes an archive show these corrections, and none that were applied before.

    `None` keeps the rules of the last time, for segments that came since. Spellings of one name
    are made one as well (`one_spelling`). Raises ReadError for an unknown story id, and the errors
    of `ArchiveWriter`; the archive is then as it was.
    """
    with ArchiveWriter(path) as writer:
        if not writer.manifest.segments:
            return Applied(rules=0, stories=0)
        with open_archive_dir(path) as archive:
            if corrections is None:
                dumped = archive.manifest.notes.get(NOTE)
                corrections = load(dumped) if dumped else Corrections(rules=(), moves={})
            check_against(archive, corrections, name)
            rules = _with_spellings(archive, corrections)
            total = 0
            entries = []
            for done, (entry, segment) in enumerate(
                zip(archive.manifest.segments, archive.segments, strict=True), 1
            ):
                new, changed = _companion(writer, entry, segment, rules)
                entries.append(new)
                total += changed
                if progress is not None:
                    progress("correct", done, len(archive.segments))
            unused = tuple(_unused(archive, corrections))
        notes = {NOTE: corrections.dump()} if corrections else {}
        if tuple(entries) != writer.manifest.segments or notes.get(
            NOTE
        ) != writer.manifest.notes.get(NOTE):
            writer.publish_corrected(tuple(entries), {NOTE: notes.get(NOTE)})
    return Applied(rules=len(corrections.rules), stories=total, unused=unused)


def _unused(archive: ArchiveReader, corrections: Corrections) -> Iterator[Rule]:
    for rule in corrections.rules:
        if rule.values and not any(
            column.find(value) >= 0
            for segment in archive.segments
            if (column := segment.as_indexed().facet(rule.field)) is not None
            for value in rule.values
        ):
            yield rule


def _companion(
    writer: ArchiveWriter, entry: SegmentEntry, segment: SegmentReader, corrections: Corrections
) -> tuple[SegmentEntry, int]:
    """Writes the companion of a segment; its new entry and the number of corrected stories."""
    if segment.corrections is not None and segment.corrections.dump() == corrections.dump():
        return entry, 0
    segment = segment.as_indexed()
    changed: dict[int, Document] = {}
    for doc, article in _articles(segment, _concerned(segment, corrections)):
        better = correct(article, corrections)
        if better is not article:
            changed[doc] = to_document(better)
    if not changed:
        return replace(entry, corrected=None), 0
    name = writer.new_segment_name()
    out = SegmentWriter(writer.path, name, segment.doc_count)
    try:
        fields = []
        for field in FACETS:
            mine = {d: document.facets.get(field, ()) for d, document in changed.items()}
            if _write_facet(out, segment, field, mine):
                fields.append(field)
        days = segment.days().copy()
        for doc, document in changed.items():
            days[doc] = MISSING_DAY if document.day is None else document.day
        out.companion(days, fields, corrections.dump())
    except BaseException:
        out.abandon()
        raise
    write_companion(segment, name)
    return replace(entry, corrected=name), len(changed)


def _concerned(segment: SegmentReader, corrections: Corrections) -> Array:
    """The stories (rising) that a rule may change."""
    marked = np.zeros(segment.doc_count, bool)
    for field, values in corrections.touched().items():
        column = segment.facet(field)
        if column is not None:
            for value in values:
                ordinal = column.find(value)
                if ordinal >= 0:
                    marked[column.docs(ordinal)] = True
    for story in corrections.stories():
        doc = segment.find_id(story)
        if doc >= 0:
            marked[doc] = True
    if segment.deleted is not None:
        marked &= ~segment.deleted
    return np.flatnonzero(marked)


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


def _write_facet(
    out: SegmentWriter, segment: SegmentReader, field: str, mine: dict[int, tuple[str, ...]]
) -> bool:
    """Writes a facet with the values of some stories replaced; False if none is different."""
    column = segment.facet(field)
    if column is None and not any(mine.values()):
        return False
    if column is not None:
        before = {doc: tuple(column.of(doc)) for doc in mine}
        mine = {doc: values for doc, values in mine.items() if before[doc] != values}
        if not mine:
            return False
    old: list[bytes] = [] if column is None else column.table.terms()
    numbers = {term: i for i, term in enumerate(old)}
    new = {
        doc: [
            numbers.setdefault(v.encode("utf-8", "surrogatepass"), len(numbers))
            for v in dict.fromkeys(values)
        ]
        for doc, values in mine.items()
    }
    n = segment.doc_count
    docs = np.array(sorted(new), np.int64)
    if column is None:
        lengths = np.zeros(n, np.int64)
        kept_lengths = lengths
        flat = np.zeros(0, np.int64)
        kept = np.zeros(0, bool)
    else:
        lengths = np.diff(column.offsets).astype(np.int64)
        flat = column.by_rank[column.ordinals].astype(np.int64)
        replaced = np.zeros(n, bool)
        replaced[docs] = True
        kept = ~np.repeat(replaced, lengths)
        kept_lengths = np.where(replaced, 0, lengths)
    lengths = kept_lengths.copy()
    lengths[docs] = [len(new[d]) for d in docs.tolist()]
    offsets = np.zeros(n + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    ordinals = np.zeros(int(offsets[-1]), np.int64)
    ordinals[ranges(offsets[:-1], kept_lengths)] = flat[kept]
    ordinals[ranges(offsets[docs], lengths[docs])] = [v for d in docs.tolist() for v in new[d]]
    terms = list(numbers)
    used = np.bincount(ordinals, minlength=len(terms)) > 0
    order = sorted(np.flatnonzero(used).tolist(), key=terms.__getitem__)
    rank = np.zeros(len(terms), np.int64)
    rank[order] = np.arange(len(order))
    out.facet(field, [terms[i] for i in order], offsets, rank[ordinals])
    return True


# ---- one spelling for one name


def _with_spellings(archive: ArchiveReader, corrections: Corrections) -> Corrections:
    """The rules, and merges of spellings that differ by case, accents or stops alone, where no
    rule speaks of any of them."""
    rules = list(corrections.rules)
    moves = dict(corrections.moves)
    spoken = {(r.field, fold(v)) for r in rules for v in (*r.values, r.into or "")}
    for field in ("person", "organisation", "place"):
        for group in one_spelling(value_counts(archive, field)):
            if (field, fold(group[0])) not in spoken:
                rules.append(Rule(kind="merge", field=field, values=group[1:], into=group[0]))
                moves |= {(field, other): (field, group[0]) for other in group[1:]}
    return Corrections(rules=tuple(rules), moves=moves)


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


def value_counts(archive: ArchiveReader, field: str) -> Counter[str]:
    """Value -> stories, as indexed, without deleted stories' exact share."""
    counts: Counter[str] = Counter()
    for segment in archive.segments:
        column = segment.as_indexed().facet(field)
        if column is not None:
            for ordinal, n in enumerate(column.counts.tolist()):
                counts[column.value(ordinal)] += n
    return counts


# ---- proposals

DOMINANT = 0.9
LIKE = 0.92
_SHORTEST = 8
_CROWD = 400
"""Beginnings and ends that more values than this share say nothing; comparing would take long."""


def suggest(archive: ArchiveReader, *, limit: int = 50) -> list[Suggestion]:
    """Merges that might be right, the most certain first; none is ever applied by itself.

    A bare surname goes to the full name that nearly all stories with that surname have; of two
    long spellings that differ by a letter or two the rarer goes to the commoner.
    """
    found: list[tuple[float, Suggestion]] = []
    for field in ("person", "organisation", "place"):
        counts = value_counts(archive, field)
        if field == "person":
            found += _surnames(counts)
        found += _alike(field, counts)
    found.sort(key=lambda pair: (-pair[0], pair[1].value))
    return [suggestion for _, suggestion in found[:limit]]


def _surnames(counts: Counter[str]) -> Iterator[tuple[float, Suggestion]]:
    full: dict[str, Counter[str]] = {}
    for value, n in counts.items():
        words = value.split()
        if len(words) > 1:
            full.setdefault(fold(words[-1]), Counter())[value] += n
    for value, n in counts.items():
        names = full.get(fold(value))
        if " " in value or names is None:
            continue
        (best, most), total = names.most_common(1)[0], names.total()
        if most >= DOMINANT * total and most >= 2:
            evidence = f"{most} of {total} stories with this surname have {best!r}"
            yield (
                most / total + min(most, 50) / 100,
                Suggestion(field="person", value=value, into=best, stories=n, evidence=evidence),
            )


def _alike(field: str, counts: Counter[str]) -> Iterator[tuple[float, Suggestion]]:
    """Pairs of long values nearly letter by letter the same; only those that share their first or
    last three letters are compared."""
    blocks: dict[str, list[str]] = {}
    for value in counts:
        if len(value) >= _SHORTEST:
            key = fold(value)
            for block in {f"^{key[:4]}", f"{key[-4:]}$"}:
                blocks.setdefault(block, []).append(value)
    seen = set()
    for values in blocks.values():
        if len(values) > _CROWD:
            continue
        values.sort(key=len)
        for i, one in enumerate(values):
            for other in values[i + 1 :]:
                if len(other) - len(one) > 2:
                    break
                pair = frozenset((one, other))
                if pair in seen:
                    continue
                seen.add(pair)
                a, b = fold(one), fold(other)
                match = SequenceMatcher(None, a, b, autojunk=False)
                if match.real_quick_ratio() < LIKE or match.quick_ratio() < LIKE:
                    continue
                if (ratio := match.ratio()) >= LIKE and a != b and not _numbers_differ(a, b):
                    into, value = sorted((one, other), key=lambda v: (-counts[v], v))
                    evidence = (
                        f"{round(100 * ratio)}% the same letters;"
                        f" {counts[value]} and {counts[into]} stories"
                    )
                    yield (
                        ratio,
                        Suggestion(
                            field=field,
                            value=value,
                            into=into,
                            stories=counts[value],
                            evidence=evidence,
                        ),
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


__all__ = [
    "Applied",
    "Suggestion",
    "apply_corrections",
    "as_toml",
    "check_against",
    "one_spelling",
    "suggest",
    "value_counts",
]
