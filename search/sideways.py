"""Refinements and the facets counted around them: drill-sideways, field by field.

With D the stories that match the query and F the refinements of each field, the hits are D and all
F; the facet of a field is counted among D and every F but its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wiredesk.index.schema import FIELDS, NOT_STATED
from wiredesk.search import facets, histogram
from wiredesk.search.docset import DocSet, intersection, union
from wiredesk.search.evaluator import Sets
from wiredesk.search.expansion import Deadline
from wiredesk.search.field_table import NO_LABELS, FieldTable, field_table
from wiredesk.search.model import Facet, FacetValue, SearchRequest
from wiredesk.search.snapshot import Snapshot

MOST_DAYS = 1_000_000
"""Days further apart than this are sorted rather than counted in a row."""


@dataclass(frozen=True, slots=True)
class Refinement:
    """The stories that one field's filters and exclusions leave, segment by segment."""

    field: str
    sets: Sets


def refinements(snapshot: Snapshot, request: SearchRequest) -> list[Refinement]:
    """What the filters and exclusions of each refined field leave, for all segments."""
    names = dict.fromkeys((*request.filters, *request.exclude))
    if request.date_from or request.date_to:
        names["date"] = None
    return [Refinement(name, _kept(snapshot, name, request)) for name in names]


def _column(name: str, request: SearchRequest) -> str:
    """The field whose values count for a facet: that of the salient ones, if so asked."""
    salient = FIELDS[name].salient
    return salient if request.salient and salient else name


def _kept(snapshot: Snapshot, name: str, request: SearchRequest) -> Sets:
    if name == "date":
        return _kept_days(snapshot, request)
    column = _column(name, request)
    kept: Sets | None = None
    chosen = request.filters.get(name, ())
    if chosen:
        each = [value_sets(snapshot, column, value) for value in chosen]
        if name in request.match_all:
            kept = [intersection(c[i] for c in each) for i in range(len(snapshot.segments))]
        else:
            kept = [union(v.size, [c[i] for c in each]) for i, v in enumerate(snapshot.segments)]
    if kept is None:
        kept = [view.everything for view in snapshot.segments]
    for value in request.exclude.get(name, ()):
        gone = value_sets(snapshot, column, value)
        kept = [k - g for k, g in zip(kept, gone, strict=True)]
    return kept


def _kept_days(snapshot: Snapshot, request: SearchRequest) -> Sets:
    result = []
    for view in snapshot.segments:
        days = view.days
        kept = np.ones(view.size, np.bool_) if view.live is None else view.live.copy()
        if request.date_from or request.date_to:
            kept &= histogram.within(days, request.date_from, request.date_to)
        if request.filters.get("date"):
            kept &= histogram.chosen(days, request.filters["date"])
        if request.exclude.get("date"):
            kept &= ~histogram.chosen(days, request.exclude["date"])
        result.append(DocSet.of_mask(kept))
    return result


def value_sets(snapshot: Snapshot, name: str, value: str) -> Sets:
    """The stories with a value of a facet, as displayed or folded; `-` for those without any."""
    if value == NOT_STATED:
        result = []
        for view in snapshot.segments:
            mask = ~view.stated(name).mask
            result.append(DocSet.of_mask(mask if view.live is None else mask & view.live))
        return result
    table = field_table(snapshot, name)
    return table.sets(resolve(table, value))


def resolve(table: FieldTable, value: str) -> list[int]:
    """The values of a facet that a filter's value stands for."""
    return table.same(value)


def refined(sets: Sets, refinements: Iterable[Refinement]) -> Sets:
    kept = [r.sets for r in refinements]
    if not kept:
        return sets
    return [intersection([s, *(k[i] for k in kept)]) for i, s in enumerate(sets)]


def totals_without(
    snapshot: Snapshot, sets: Sets, request: SearchRequest, deadline: Deadline
) -> dict[tuple[str, str], int]:
    """For each chosen value the total without it; `date_from` and `date_to` by these names."""
    chosen = [
        (name, value)
        for values in (request.filters, request.exclude)
        for name, listed in values.items()
        for value in listed
    ]
    variants = {(n, v): request.without(n, v) for n, v in chosen}
    if request.date_from:
        variants["date_from", request.date_from] = replace(request, date_from=None)
    if request.date_to:
        variants["date_to", request.date_to] = replace(request, date_to=None)
    result = {}
    for key, variant in variants.items():
        if deadline.passed():
            break
        result[key] = sum(map(len, refined(sets, refinements(snapshot, variant))))
    return result


def count(
    snapshot: Snapshot,
    matched: Sets,
    hits: Sets,
    refinements: Sequence[Refinement],
    request: SearchRequest,
    names: Sequence[str],
    deadline: Deadline,
) -> dict[str, Facet]:
    """The facets asked for; a refined one among the stories that the other fields leave."""
    own = {r.field for r in refinements} if request.sideways else set()
    result: dict[str, Facet] = {}
    plain = [n for n in names if n not in own]
    groups: list[tuple[list[str], Sets]] = [(plain, hits)] if plain else []
    for name in names:
        if name in own:
            others = [r for r in refinements if r.field != name]
            groups.append(([name], refined(matched, others)))
    for members, sets in groups:
        tallies = _tallies(snapshot, sets, members, request, deadline)
        missing = facets.missing(snapshot, list(tallies), sets)
        for name in members:
            if name == "date":
                result[name] = _date_facet(snapshot, sets, request, deadline)
            else:
                result[name] = _facet(snapshot, sets, name, tallies, missing, request, deadline)
    return {name: result[name] for name in names}


def _limit(name: str, request: SearchRequest) -> int:
    return max(0, request.facet_limits.get(name, request.facet_limit))


def _tallies(
    snapshot: Snapshot,
    sets: Sets,
    names: Sequence[str],
    request: SearchRequest,
    deadline: Deadline,
) -> dict[str, facets.Tally]:
    """The counts by column of the facets, by whichever way is quickest."""
    columns = list(dict.fromkeys(_column(n, request) for n in names if n != "date"))
    total = sum(map(len, sets))
    if total == snapshot.stories:
        return {c: facets.Tally(field_table(snapshot, c).live) for c in columns}
    if deadline.passed():
        return {}
    result: dict[str, facets.Tally] = {}
    limits = {
        _column(n, request): _limit(n, request)
        for n in names
        if n != "date" and request.facet_order == "count" and not request.facet_prefix.get(n)
    }
    if total >= facets.LARGE and set(limits) == set(columns):
        result = facets.top_by_bitmaps(snapshot, sets, limits)
    left = [c for c in columns if c not in result]
    if left and not deadline.passed():
        result.update(facets.count(snapshot, sets, left))
    return result


def _facet(
    snapshot: Snapshot,
    sets: Sets,
    name: str,
    tallies: Mapping[str, facets.Tally],
    missing: Mapping[str, int],
    request: SearchRequest,
    deadline: Deadline,
) -> Facet:
    column = _column(name, request)
    tally = tallies.get(column)
    selected = request.filters.get(name, ())
    excluded = request.exclude.get(name, ())
    if tally is None:
        deadline.passed()
        return Facet(field=name, complete=False)
    table = field_table(snapshot, column)
    prefix = request.facet_prefix.get(name)
    labels = request.facet_labels.get(name, NO_LABELS)
    among = table.beginning(prefix, labels) if prefix else None
    limit = _limit(name, request)
    if request.facet_order == "name":
        chosen = facets.first_by_name(table, tally, limit, among, labels)
    else:
        chosen = facets.top(table, tally, limit, among=among)
    listed = [
        FacetValue(value=table.value(o), count=n)
        for o, n in zip(chosen.tolist(), tally.pick(chosen).tolist(), strict=True)
    ]
    if selected or excluded:
        listed = _with_chosen(listed, table, tally, sets, name, request)
    stories = sum(map(len, sets))
    total = tally.distinct if tally.complete else table.size
    if among is not None and tally.complete:
        total = int(np.count_nonzero(tally.pick(among)))
    return Facet(
        field=name,
        values=tuple(listed),
        missing=table.missing if stories == snapshot.stories else missing[column],
        total=total,
        total_exact=tally.complete,
        missing_selected=NOT_STATED in selected,
        missing_excluded=NOT_STATED in excluded,
    )


def _with_chosen(
    listed: list[FacetValue],
    table: FieldTable,
    tally: facets.Tally,
    sets: Sets,
    name: str,
    request: SearchRequest,
) -> list[FacetValue]:
    """The values listed and those chosen and excluded, marked, in order."""
    values = {v.value: v.count for v in listed}
    marks: tuple[set[str], set[str]] = (set(), set())
    chosen = request.filters.get(name, ()), request.exclude.get(name, ())
    for wanted, marked in zip(chosen, marks, strict=True):
        for value in wanted:
            if value == NOT_STATED:
                continue
            same = resolve(table, value)
            for ordinal in same:
                held = table.value(ordinal)
                marked.add(held)
                if held not in values:
                    n = tally.of(ordinal)
                    values[held] = facets.count_value(table, sets, ordinal) if n is None else n
            if not same:
                marked.add(value)
                values.setdefault(value, 0)
    labels = request.facet_labels.get(name, NO_LABELS)
    by_name = request.facet_order == "name"

    def place(item: tuple[str, int]) -> tuple[int, str, str]:
        return (0, table.name(item[0], labels), item[0]) if by_name else (-item[1], "", item[0])

    return [
        FacetValue(value=v, count=n, selected=v in marks[0], excluded=v in marks[1])
        for v, n in sorted(values.items(), key=place)
    ]


def _date_facet(
    snapshot: Snapshot, sets: Sets, request: SearchRequest, deadline: Deadline
) -> Facet:
    selected, excluded = request.filters.get("date", ()), request.exclude.get("date", ())
    flags = {
        "missing_selected": NOT_STATED in selected,
        "missing_excluded": NOT_STATED in excluded,
    }
    if deadline.passed():
        return Facet(field="date", complete=False)
    days, counts, missing = _days(snapshot, sets)
    values: dict[str, int] = {}
    unit = histogram.unit_for(0, 0, request.date_unit)
    shown = days
    if request.date_window is not None:
        shown = days[histogram.within(days, *request.date_window)]
    if len(shown):
        ends = shown[[0, -1]]
        unit = histogram.unit_for(int(ends[0]), int(ends[1]), request.date_unit)
        numbers = histogram.bins(days, unit)
        first, last = histogram.bins(ends, unit).tolist()
        inside = (numbers >= first) & (numbers <= last)
        totals = np.bincount(numbers[inside] - first, counts[inside]).astype(np.int64)
        for at in np.flatnonzero(totals).tolist():
            values[histogram.label(first + at, unit)] = int(totals[at])
    total = len(values)
    for value in (*selected, *excluded):
        bounds = histogram.day_range(value)
        if value not in values and value != NOT_STATED and bounds is not None:
            within = (days >= bounds[0]) & (days <= bounds[1])
            values[value] = int(counts[within].sum())
    return Facet(
        field="date",
        values=tuple(
            FacetValue(value=v, count=n, selected=v in selected, excluded=v in excluded)
            for v, n in sorted(values.items())
        ),
        missing=missing,
        total=total,
        unit=unit,
        **flags,
    )


def _days(snapshot: Snapshot, sets: Sets) -> tuple[NDArray[np.int32], NDArray[np.int64], int]:
    """The days of the stories, rising; how many stories each has; how many have none."""
    whole = sum(map(len, sets)) == snapshot.stories
    held = snapshot.tables.get("days of all") if whole else None
    if isinstance(held, tuple):
        days, counts, missing = held
        return days, counts, missing
    each = [
        view.days[found.mask] if found.dense else view.days[found.ids]
        for view, found in zip(snapshot.segments, sets, strict=True)
    ]
    every = np.concatenate(each) if each else np.zeros(0, np.int32)
    dated = every[every != histogram.MISSING]
    missing = len(every) - len(dated)
    first, last = (int(dated.min()), int(dated.max())) if len(dated) else (0, 0)
    if last - first > MOST_DAYS or len(dated) * 8 < last - first:
        days, counts = np.unique(dated, return_counts=True)
    else:
        counted = np.bincount(dated.astype(np.int64) - first)
        at = np.flatnonzero(counted)
        days, counts = (at + first).astype(np.int32), counted[at]
    if whole:
        snapshot.tables["days of all"] = (days, counts, missing)
    return days, counts, missing
