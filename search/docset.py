"""Sets of documents of one segment, as sorted numbers or as a mask, whichever is at hand.

A document number counts from 0 inside its segment. Sorted numbers (`ids`, unsigned, rising) suit
small sets, masks (`bool`, one entry a document) large ones; each is made from the other when first
asked for and then kept. Sets are values: no method changes one.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[Any]
Mask = NDArray[np.bool_]

_MERGE_PAYS = 4
"""Lists are merged while they have fewer than one in so many documents; else a mask is made, which
costs more to turn into a list again."""

_FLAGS_PAY = 40
"""A mask beats bisection while the longer list is less than this many times the shorter one."""


class DocSet:
    """Some of the `size` documents of a segment. Made by `of_ids`, `of_mask` or `empty`."""

    __slots__ = ("_bits", "_count", "_ids", "_mask", "size")

    def __init__(self, size: int, ids: Ids | None, mask: Mask | None) -> None:
        self.size = size
        self._ids = ids
        self._mask = mask
        self._count = -1 if ids is None else len(ids)
        self._bits: NDArray[np.uint64] | None = None

    @classmethod
    def of_ids(cls, size: int, ids: Ids) -> "DocSet":
        """From rising document numbers without doubles; the array is kept, not copied."""
        return cls(size, ids, None)

    @classmethod
    def of_mask(cls, mask: Mask) -> "DocSet":
        """From one flag a document; the array is kept, not copied."""
        return cls(len(mask), None, mask)

    @classmethod
    def empty(cls, size: int) -> "DocSet":
        """No document."""
        return cls(size, np.zeros(0, np.uint32), None)

    @property
    def ids(self) -> Ids:
        """The document numbers, rising."""
        if self._ids is None:
            assert self._mask is not None
            self._ids = np.flatnonzero(self._mask).astype(np.uint32)
        return self._ids

    @property
    def mask(self) -> Mask:
        """One flag a document."""
        if self._mask is None:
            assert self._ids is not None
            mask = np.zeros(self.size, np.bool_)
            mask[self._ids] = True
            self._mask = mask
        return self._mask

    @property
    def bits(self) -> NDArray[np.uint64]:
        """As a bitmap: document d is bit d % 64 of word d // 64."""
        if self._bits is None:
            padded = np.zeros(-(-self.size // 64) * 8, np.uint8)
            packed = np.packbits(self.mask, bitorder="little")
            padded[: len(packed)] = packed
            self._bits = padded.view(np.uint64)
        return self._bits

    @property
    def dense(self) -> bool:
        """Whether a mask is at hand and the numbers are not."""
        return self._ids is None

    @property
    def has_mask(self) -> bool:
        """Whether asking for the mask costs nothing."""
        return self._mask is not None

    def __len__(self) -> int:
        if self._count < 0:
            assert self._mask is not None
            self._count = int(np.count_nonzero(self._mask))
        return self._count

    def __and__(self, other: "DocSet") -> "DocSet":
        if self.dense and other.dense:
            return DocSet.of_mask(self.mask & other.mask)
        if self.dense:
            return other & self
        if other.has_mask:
            ids = self.ids
            return DocSet.of_ids(self.size, ids[other.mask[ids]])
        return DocSet.of_ids(self.size, _common(self.ids, other.ids, self.size))

    def __or__(self, other: "DocSet") -> "DocSet":
        return union(self.size, (self, other))

    def __sub__(self, other: "DocSet") -> "DocSet":
        if self.dense or (len(other) and not other.has_mask and len(other) * 8 > self.size):
            return DocSet.of_mask(self.mask & ~other.mask)
        ids = self.ids
        if other.has_mask:
            return DocSet.of_ids(self.size, ids[~other.mask[ids]])
        return DocSet.of_ids(self.size, ids[~member(ids, other.ids)])


def member(ids: Ids, of: Ids) -> Mask:
    """For each of the rising `ids`, whether it is among the rising numbers `of`."""
    if len(of) == 0 or len(ids) == 0:
        return np.zeros(len(ids), np.bool_)
    at = np.searchsorted(of, ids)
    at[at == len(of)] = 0
    found: Mask = of[at] == ids
    return found


def _common(a: Ids, b: Ids, size: int) -> Ids:
    if len(a) > len(b):
        a, b = b, a
    if len(b) >= _FLAGS_PAY * len(a) or len(a) < 64:
        return a[member(a, b)]
    flags = np.zeros(size, np.bool_)
    flags[a] = True
    return b[flags[b]]


def union(size: int, sets: Iterable[DocSet]) -> DocSet:
    """The documents in any of the sets."""
    parts = [s for s in sets if s.dense or len(s)]
    if not parts:
        return DocSet.empty(size)
    if len(parts) == 1:
        return parts[0]
    if any(p.dense for p in parts) or sum(len(p) for p in parts) * _MERGE_PAYS > size:
        mask = np.zeros(size, np.bool_)
        for part in parts:
            if part.dense:
                mask |= part.mask
            else:
                mask[part.ids] = True
        return DocSet.of_mask(mask)
    return DocSet.of_ids(size, distinct(np.concatenate([p.ids for p in parts])))


def distinct(ids: Ids) -> Ids:
    """The documents of some rising lists, one after another, as one rising list."""
    merged = np.sort(ids)
    if len(merged) > 1:
        keep = np.empty(len(merged), np.bool_)
        keep[0] = True
        np.not_equal(merged[1:], merged[:-1], out=keep[1:])
        merged = merged[keep]
    return merged


def intersection(sets: Iterable[DocSet]) -> DocSet:
    """The documents in all of the sets (at least one), the shortest lists first."""
    ordered = sorted(sets, key=lambda s: s.size if s.dense else len(s))
    result = ordered[0]
    for other in ordered[1:]:
        if not result.dense and len(result) == 0:
            break
        result = result & other
    return result
