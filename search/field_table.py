"""The values of a facet over all segments of an archive: numbered, named, looked up.

Values are numbered by falling frequency, so that the most frequent of a set stand near the front
whatever is counted. They are found by their name, by a prefix, or by the words in them.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiredesk.index import analysis
from wiredesk.index.codec.packing import ranges
from wiredesk.index.codec.segment import FacetColumn
from wiredesk.index.countries import country_code, country_name, demonym_code
from wiredesk.index.schema import FIELDS
from wiredesk.search.docset import DocSet, union
from wiredesk.search.occurrences import query_words, word_test
from wiredesk.search.query import Fuzzy as FuzzyWord
from wiredesk.search.query import Phrase, Prefix, Query, Term, Wildcard
from wiredesk.search.snapshot import Snapshot

DECODED = 20_000
"""So many values of a facet are kept as strings once they were shown."""

ORDERS = 16
"""So many orders by name are kept, one for each language that was asked for."""

NO_LABELS: Mapping[str, str] = {}

Ordinals = NDArray[np.int64]
Counts = NDArray[np.int64]


def values_of(column: FacetColumn, docs: NDArray[Any]) -> NDArray[Any]:
    """The values of some documents of a segment, one after the other, by its own numbers."""
    starts = column.offsets[docs].astype(np.int64)
    lengths = column.offsets[docs.astype(np.int64) + 1].astype(np.int64) - starts
    found: NDArray[Any] = column.ordinals[ranges(starts, lengths)]
    return found


def field_table(snapshot: Snapshot, field: str) -> "FieldTable":
    """The values of a facet of a snapshot; made once."""
    found = snapshot.tables.get(field)
    if not isinstance(found, FieldTable):
        found = snapshot.tables[field] = FieldTable(snapshot, field)
    return found


class FieldTable:
    """The values of one facet over all segments, numbered by falling frequency, ties by value."""

    def __init__(self, snapshot: Snapshot, field: str) -> None:
        self.field = field
        self.snapshot = snapshot
        self.columns: list[FacetColumn | None] = [
            view.reader.facet(field) for view in snapshot.segments
        ]
        held = [i for i, c in enumerate(self.columns) if c is not None and len(c)]
        self.to_global: list[Ordinals | None] = [None] * len(self.columns)
        self.from_global: list[Ordinals | None] = [None] * len(self.columns)
        self._names: list[bytes] | None = None
        self._values: dict[int, str] = {}
        self._orders: dict[tuple[tuple[str, str], ...], NDArray[np.int64]] = {}
        if len(held) == 1:
            column = self.columns[held[0]]
            assert column is not None
            self.size = len(column)
            self.bound: Counts = column.counts.astype(np.int64)
            self._only: FacetColumn | None = column
        else:
            self._only = None
            self._merge(held)

    def _merge(self, held: list[int]) -> None:
        lists = {}
        for i in held:
            column = self.columns[i]
            assert column is not None
            lists[i] = column.table.terms()
        names = sorted(set().union(*lists.values()))
        number = {name: n for n, name in enumerate(names)}
        totals = np.zeros(len(names), np.int64)
        in_order: dict[int, Ordinals] = {}
        for i, terms in lists.items():
            column = self.columns[i]
            assert column is not None
            at = np.fromiter((number[t] for t in terms), np.int64, len(terms))
            in_order[i] = at
            totals[at] += column.counts[column.rank]
        order = np.argsort(-totals, kind="stable")
        rank = np.empty(len(names), np.int64)
        rank[order] = np.arange(len(names))
        for i, at in in_order.items():
            column = self.columns[i]
            assert column is not None
            to_global = np.empty(len(at), np.int64)
            to_global[column.rank] = rank[at]
            back = np.full(len(names), -1, np.int64)
            back[to_global] = np.arange(len(at))
            self.to_global[i], self.from_global[i] = to_global, back
        self._names = [names[n] for n in order.tolist()]
        self._places = order
        self.size = len(names)
        self.bound = totals[order]

    def value(self, ordinal: int) -> str:
        """A value."""
        found = self._values.get(ordinal)
        if found is None:
            if self._only is not None:
                found = self._only.value(ordinal)
            else:
                assert self._names is not None
                found = self._names[ordinal].decode("utf-8", "surrogatepass")
            if len(self._values) < DECODED:
                self._values[ordinal] = found
        return found

    def find(self, value: str) -> int:
        """The number of a value, -1 if no story has it."""
        if self._only is not None:
            return self._only.find(value)
        return self._numbers.get(value.encode("utf-8", "surrogatepass"), -1)

    @cached_property
    def _numbers(self) -> dict[bytes, int]:
        return {name: n for n, name in enumerate(self._names or ())}

    def by_name(self, ordinals: Ordinals) -> NDArray[Any]:
        """Numbers that put some values in code point order."""
        if self._only is not None:
            return self._only.by_rank[ordinals]
        return self._places[ordinals]

    def docs(self, i: int, ordinal: int) -> NDArray[Any]:
        """The stories of segment `i` with a value, deleted ones included."""
        column = self.columns[i]
        back = self.from_global[i]
        at = ordinal if back is None else int(back[ordinal])
        if column is None or at < 0:
            return np.zeros(0, np.uint32)
        return column.docs(at)

    def sets(self, ordinals: Sequence[int]) -> list[DocSet]:
        """The live stories with any of some values."""
        if len(ordinals) == 1:
            return self.snapshot.cache.get(
                ("value", self.field, ordinals[0]),
                lambda: self._sets(ordinals),
                lambda sets: 64 + sum(4 * len(s) + s.size for s in sets),
            )
        return self._sets(ordinals)

    def _sets(self, ordinals: Sequence[int]) -> list[DocSet]:
        result = []
        for i, view in enumerate(self.snapshot.segments):
            parts = [DocSet.of_ids(view.size, self.docs(i, o)) for o in ordinals]
            found = union(view.size, parts)
            if view.live is not None:
                found = found & DocSet.of_mask(view.live)
            result.append(found)
        return result

    @cached_property
    def live(self) -> Counts:
        """The live stories of each value."""
        gone = np.zeros(self.size, np.int64)
        for column, to_global, view in zip(
            self.columns, self.to_global, self.snapshot.segments, strict=True
        ):
            if column is None or view.live is None:
                continue
            values = values_of(column, np.flatnonzero(~view.live))
            here = values if to_global is None else to_global[values]
            gone += np.bincount(here, minlength=self.size)
        return self.bound - gone

    @cached_property
    def missing(self) -> int:
        """The live stories without a value."""
        missing = self.snapshot.stories
        for view in self.snapshot.segments:
            mask = view.stated(self.field).mask
            missing -= int(np.count_nonzero(mask if view.live is None else mask & view.live))
        return missing

    # ---- values by what they say

    @cached_property
    def _folded(self) -> tuple[str, Ordinals]:
        """All values folded, one a line between line feeds, and where each line begins."""
        if self._only is not None:
            table = self._only.table
            terms = table.terms()
            names = [terms[n] for n in self._only.by_rank.tolist()]
        else:
            names = self._names or []
        if self._coded:
            names = [_spelt(n) if len(n) == 2 else n for n in names]
        text = b"\n".join(n.replace(b"\n", b" ") for n in names).decode("utf-8", "surrogatepass")
        folded = "\n" + analysis.fold(text) + "\n"
        feeds = np.flatnonzero(
            np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32) == 10
        )
        return folded, feeds

    def _lines_with(self, piece: str, *, whole: bool = False) -> list[int]:
        """The values whose folded form holds a piece, or is it."""
        if not self.size:
            return []
        folded, feeds = self._folded
        wanted = f"\n{piece}\n" if whole else piece
        found, at = [], folded.find(wanted)
        while at >= 0:
            line = int(np.searchsorted(feeds, at, "left" if whole else "right"))
            line = line if whole else line - 1
            found.append(line)
            if line + 1 >= len(feeds):
                break
            at = folded.find(wanted, int(feeds[line + 1]))
        return [n for n in found if 0 <= n < self.size]

    def same(self, text: str) -> list[int]:
        """The values that are this text but for case and accents."""
        exact = self.find(text)
        if exact >= 0:
            return [exact]
        coded = self._code(text)
        if coded:
            return coded
        return self._lines_with(analysis.fold(text).replace("\n", " "), whole=True)

    @property
    def _coded(self) -> bool:
        """Whether values may be codes of countries, which are searched for by their names."""
        return FIELDS[self.field].labels in ("country", "place")

    def _code(self, text: str) -> list[int]:
        """The country that a text names: by any of its names, by its people, by its code."""
        if not self._coded:
            return []
        codes = country_code(text), demonym_code(text), text.upper() if len(text) == 2 else None
        return [n for code in dict.fromkeys(codes) if code and (n := self.find(code)) >= 0]

    def _said(self, ordinal: int) -> str:
        """A value in words."""
        value = self.value(ordinal)
        return country_name(value) if self._coded and len(value) == 2 else value

    def beginning(self, prefix: str, labels: Mapping[str, str] = NO_LABELS) -> Ordinals:
        """The values of which a word begins with a prefix, folded (its last word may be cut);
        a value with a label by that alone."""
        wanted = analysis.fold(prefix).strip()
        named = self._named(labels)
        found = [n for n, name in named.items() if _begins(name, wanted)]
        for n in self._lines_with(wanted) if wanted else range(self.size):
            if n not in named and _begins(analysis.fold(self._said(n)), wanted):
                found.append(n)
        return np.array(sorted(found), np.int64)

    def _named(self, labels: Mapping[str, str]) -> dict[int, str]:
        """The values that have a label, with it, folded."""
        if len(labels) > self.size:
            values = map(self.value, range(self.size))
            labels = {value: labels[value] for value in values if value in labels}
        places = ((self.find(value), label) for value, label in labels.items())
        return {n: analysis.fold(label) for n, label in places if n >= 0}

    def in_order(self, labels: Mapping[str, str] = NO_LABELS) -> NDArray[np.int64]:
        """For each value its place in the order of their names, folded."""
        key = tuple(labels.items())
        places = self._orders.get(key)
        if places is None:
            names = self._folded[0].split("\n")[1 : self.size + 1]
            for n, name in self._named(labels).items():
                names[n] = name
            exact = self.by_name(np.arange(self.size)).tolist()
            order = sorted(range(self.size), key=lambda n: (names[n], exact[n]))
            places = np.empty(self.size, np.int64)
            places[order] = np.arange(self.size)
            while len(self._orders) >= ORDERS:
                self._orders.pop(next(iter(self._orders)), None)
            self._orders[key] = places
        return places

    def name(self, value: str, labels: Mapping[str, str] = NO_LABELS) -> str:
        """A value as `in_order` compares it, held or not."""
        spelt = country_name(value) if self._coded and len(value) == 2 else value
        return analysis.fold(labels.get(value, spelt)).replace("\n", " ")

    def matching(self, query: Query) -> list[int]:
        """The values that a word, phrase or pattern matches, word by word and folded."""
        if isinstance(query, Prefix | Wildcard | FuzzyWord):
            fits = word_test(query)
            piece = analysis.fold(query.text) if isinstance(query, Prefix) else ""
            lines = self._lines_with(piece) if piece else range(self.size)
            return [n for n in lines if any(map(fits, analysis.words(self._said(n))))]
        texts = query.words if isinstance(query, Phrase) else ()
        texts = (query.text,) if isinstance(query, Term) else texts
        wanted = [w for text in texts for w in query_words(text)]
        if not wanted:
            return []
        slop = query.slop if isinstance(query, Phrase) else 0
        rarest = max(wanted, key=len)
        found = self._code(" ".join(texts))
        for n in self._lines_with(rarest):
            if _in_order(analysis.words(self._said(n)), wanted, slop):
                found.append(n)
        return sorted(set(found))


def _begins(line: str, wanted: str) -> bool:
    """Whether a word of a line begins with a text."""
    at = line.find(wanted)
    while at > 0 and line[at - 1].isalnum():
        at = line.find(wanted, at + 1)
    return at >= 0


def _spelt(code: bytes) -> bytes:
    return country_name(code.decode("utf-8", "surrogatepass")).encode("utf-8", "surrogatepass")


def _in_order(words: list[str], wanted: list[str], slop: int) -> bool:
    for start in range(len(words)):
        if words[start] != wanted[0]:
            continue
        at = start
        for word in wanted[1:]:
            try:
                at = words.index(word, at + 1)
            except ValueError:
                return False
        if at - start <= slop + len(wanted) - 1:
            return True
    return False
