"""Whole numbers in few bytes, decoded by numpy.

`PatchedWriter` and `Patched` keep a long list of numbers that are mostly small: each in 4, 8 or 16
bits, those that do not fit as the largest code with their true value in a sorted list of patches
(index, value). Nothing is clipped. `DocLists` keeps the stories of many terms as gaps, in 8 or 16
bits or plain 32, by how frequent the term is: see `width_of`.
"""

from pathlib import Path

import numpy as np

from wiredesk.index.codec.files import Array, FileWriter, MappedFile, Spool

WIDTHS = (8, 16, 32)


class SegmentFull(OverflowError):
    """A segment would pass a limit of the format; it must be split."""


_DENSE, _SPARSE = 90, 16_000


def widths_of(df: Array, doc_count: int) -> Array:
    """Bits a gap takes, for terms in `df` of `doc_count` stories: 8 when a gap is 90 at most on
    average, 16 to 16,000 (or always with fewer than 65,536 stories), else 32."""
    df64 = df.astype(np.uint64)
    sparse = np.uint8(16) if doc_count < 65_536 else np.uint8(32)
    result = np.where(df64 * _SPARSE >= doc_count, np.uint8(16), sparse)
    result[df64 * _DENSE >= doc_count] = 8
    return result


def width_of(df: int, doc_count: int) -> int:
    """As `widths_of`, for one term."""
    if df * _DENSE >= doc_count:
        return 8
    return 16 if doc_count < 65_536 or df * _SPARSE >= doc_count else 32


class PatchedWriter:
    """Takes numbers, chunk by chunk, to be written as three sections of a file."""

    def __init__(self, name: str, bits: int, folder: Path) -> None:
        self._name = name
        self._bits = bits
        self._limit = (1 << bits) - 1
        self._codes = Spool(np.uint16 if bits == 16 else np.uint8, folder)
        self._at = Spool(np.uint32, folder)
        self._values = Spool(np.uint32, folder)
        self._odd: Array = np.zeros(0, np.uint8)
        self.count = 0

    def add(self, values: Array) -> None:
        """Append numbers below 2**32."""
        if not len(values):
            return
        limit = self._limit
        big = np.flatnonzero(values >= limit)
        codes = values.astype(self._codes.dtype)
        if len(big):
            codes[big] = limit
            if self.count + len(values) >= 1 << 32:
                raise SegmentFull(f"more than 4,294,967,296 numbers in {self._name!r}")
            self._at.add((big + self.count).astype(np.uint32))
            self._values.add(values[big].astype(np.uint32))
        self.count += len(values)
        if self._bits == 4:
            if len(self._odd):
                codes = np.concatenate((self._odd, codes))
            even = len(codes) & ~1
            self._codes.add(codes[:even:2] | codes[1:even:2] << 4)
            self._odd = codes[even:]
        else:
            self._codes.add(codes)

    def finish(self, out: FileWriter) -> None:
        """Write the sections NAME, NAME.at, NAME.values."""
        if len(self._odd):
            self._codes.add(self._odd)
        out.add(self._name, self._codes)
        out.add(self._name + ".at", self._at)
        out.add(self._name + ".values", self._values)


class Patched:
    """The reading side of `PatchedWriter`."""

    def __init__(self, file: MappedFile, name: str, bits: int, count: int) -> None:
        self._bits = bits
        self._codes = file.array(name, (count + 1) // 2 if bits == 4 else count)
        self._at = file.array(name + ".at")
        self._values = file.array(name + ".values", len(self._at))

    def read(self, start: int, end: int) -> Array:
        """The numbers start:end, as u32."""
        if self._bits == 4:
            packed = self._codes[start >> 1 : (end + 1) >> 1]
            result = np.empty(2 * len(packed), np.uint32)
            result[::2] = packed & 15
            result[1::2] = packed >> 4
            result = result[start & 1 : (start & 1) + end - start]
        else:
            result = self._codes[start:end].astype(np.uint32)
        self._patch(result, start, end)
        return result

    def gather(self, index: Array) -> Array:
        """The numbers at any indices (i64), as u32."""
        result: Array
        if self._bits == 4:
            result = self._codes[index >> 1].astype(np.uint32)
            result >>= ((index & 1) << 2).astype(np.uint32)
            result &= 15
        else:
            result = self._codes[index].astype(np.uint32)
        big = np.flatnonzero(result == (1 << self._bits) - 1)
        if len(big):
            result[big] = self._values[self._at.searchsorted(index[big].astype(np.uint32))]
        return result

    def _patch(self, result: Array, start: int, end: int) -> None:
        lo, hi = self._at.searchsorted(np.array((start, end), np.uint32))
        if lo < hi:
            result[self._at[lo:hi].astype(np.int64) - start] = self._values[lo:hi]


_ESCAPE = 255
_CODES = np.arange(256, dtype=np.uint8)
_COUNT_OF = _CODES & 15
_FREQ_OF = (_COUNT_OF << 1) + (_CODES >> 4)


class OccurrenceWriter:
    """Takes, for postings, how often the term occurs (at least once) and its folded frequency.

    One byte a posting: the count in the low four bits, in the high four what the folded frequency
    is above twice the count. Where either does not fit, 255 and a patch.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._codes = Spool(np.uint8, folder)
        self._at = Spool(np.uint32, folder)
        self._counts = Spool(np.uint32, folder)
        self._freqs = Spool(np.uint32, folder)

    def add(self, counts: Array, freqs: Array) -> None:
        """Append postings."""
        above = freqs.astype(np.int64) - 2 * counts.astype(np.int64)
        odd = np.flatnonzero((counts > 15) | (above < 0) | (above > 15) | (counts * above == 225))
        codes = (counts | above << 4).astype(np.uint8)
        if len(odd):
            codes[odd] = _ESCAPE
            if self._codes.count + len(codes) >= 1 << 32:
                raise SegmentFull(f"more than 4,294,967,296 postings in {self._name!r}")
            self._at.add((odd + self._codes.count).astype(np.uint32))
            self._counts.add(counts[odd].astype(np.uint32))
            self._freqs.add(freqs[odd].astype(np.uint32))
        self._codes.add(codes)

    def finish(self, out: FileWriter) -> None:
        """Write the sections NAME, NAME.at, NAME.counts, NAME.freqs."""
        out.add(self._name, self._codes)
        out.add(self._name + ".at", self._at)
        out.add(self._name + ".counts", self._counts)
        out.add(self._name + ".freqs", self._freqs)


class Occurrences:
    """The reading side of `OccurrenceWriter`."""

    def __init__(self, file: MappedFile, name: str, count: int) -> None:
        self._codes = file.array(name, count)
        self._at = file.array(name + ".at")
        self._counts = file.array(name + ".counts", len(self._at))
        self._freqs = file.array(name + ".freqs", len(self._at))

    def counts(self, start: int, end: int) -> Array:
        """How often the term occurs, for the postings start:end (u8 or u32)."""
        return self._read(_COUNT_OF, self._counts, start, end)

    def freqs(self, start: int, end: int) -> Array:
        """Its folded frequencies (u8 or u32)."""
        return self._read(_FREQ_OF, self._freqs, start, end)

    def _read(self, table: Array, patches: Array, start: int, end: int) -> Array:
        result = table.take(self._codes[start:end])
        lo, hi = self._at.searchsorted(np.array((start, end), np.uint32))
        if lo < hi:
            result = result.astype(np.uint32)
            result[self._at[lo:hi].astype(np.int64) - start] = patches[lo:hi]
        return result


_FEW = 1_000


def ranges(starts: Array, lengths: Array) -> Array:
    """The indices of many slices one after another: starts[0]..+lengths[0], starts[1].. (i64)."""
    starts, lengths = starts.astype(np.int64), lengths.astype(np.int64)
    if len(lengths) <= _FEW and (not len(lengths) or int(lengths.max()) <= _FEW):
        ends = np.cumsum(lengths)
        few = np.arange(int(ends[-1]) if len(ends) else 0)
        few += np.repeat(starts - (ends - lengths), lengths)
        return few
    # Steps of one, with a jump where the next slice begins, summed up: several times faster.
    if not lengths.all():
        has = lengths > 0
        starts, lengths = starts[has], lengths[has]
        if not len(lengths):
            return np.zeros(0, np.int64)
    ends = np.cumsum(lengths)
    result = np.ones(int(ends[-1]), np.int64)
    result[0] = starts[0]
    result[ends[:-1]] = starts[1:] - starts[:-1] - lengths[:-1] + 1
    return np.cumsum(result, out=result)


def owners(lengths: Array) -> Array:
    """For each element of consecutive lists of some lengths the number of its list (u32)."""
    lists = np.flatnonzero(lengths)
    if not len(lists):
        return np.zeros(0, np.uint32)
    ends = np.cumsum(lengths[lists], dtype=np.int64)
    result = np.zeros(int(ends[-1]), np.uint32)
    result[0] = lists[0]
    result[ends[:-1]] = np.diff(lists)
    return np.cumsum(result, dtype=np.uint32, out=result)
