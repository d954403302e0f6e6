"""Numbers come back as they went in, whole or in part."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiredesk.index.codec.files import FileWriter, MappedFile
from wiredesk.index.codec.packing import (
    Occurrences,
    OccurrenceWriter,
    Patched,
    PatchedWriter,
    owners,
    ranges,
    width_of,
    widths_of,
)

NUMBERS = st.integers(0, 20) | st.integers(0, 300) | st.integers(0, 70_000) | st.just((1 << 32) - 1)
LISTS = st.lists(NUMBERS, max_size=40)
QUIET = settings(
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("bits", [4, 8, 16])
@QUIET
@given(chunks=st.lists(LISTS, max_size=4), data=st.data())
def test_patched_numbers(
    tmp_path: Path, bits: int, chunks: list[list[int]], data: st.DataObject
) -> None:
    writer = PatchedWriter("n", bits, tmp_path)
    for chunk in chunks:
        writer.add(np.array(chunk, np.uint32))
    every = [n for chunk in chunks for n in chunk]
    file = FileWriter(tmp_path / "f", "test", segment="s")
    writer.finish(file)
    file.close({})
    mapped = MappedFile(tmp_path / "f", "test", segment="s")
    read = Patched(mapped, "n", bits, len(every))
    assert read.read(0, len(every)).tolist() == every
    start = data.draw(st.integers(0, len(every)))
    end = data.draw(st.integers(start, len(every)))
    assert read.read(start, end).tolist() == every[start:end]
    if every:
        index = data.draw(st.lists(st.integers(0, len(every) - 1), max_size=9))
        assert read.gather(np.array(index, np.int64)).tolist() == [every[i] for i in index]
    assert mapped.verify() == []


@QUIET
@given(
    postings=st.lists(
        st.tuples(
            st.integers(1, 20) | st.integers(1, 100_000),
            st.integers(0, 20) | st.integers(0, 70_000),
        ),
        max_size=50,
    )
)
def test_occurrences(tmp_path: Path, postings: list[tuple[int, int]]) -> None:
    counts = np.array([c for c, _ in postings], np.int64)
    freqs = np.array([f for _, f in postings], np.int64)
    writer = OccurrenceWriter("o", tmp_path)
    writer.add(counts, freqs)
    file = FileWriter(tmp_path / "f", "test", segment="s")
    writer.finish(file)
    file.close({})
    read = Occurrences(MappedFile(tmp_path / "f", "test", segment="s"), "o", len(postings))
    for start in (0, len(postings) // 2):
        assert read.counts(start, len(postings)).tolist() == counts[start:].tolist()
        assert read.freqs(start, len(postings)).tolist() == freqs[start:].tolist()


@QUIET
@given(
    slices=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 4) | st.just(1_500)), max_size=30),
    times=st.sampled_from([1, 60]),
)
def test_ranges_and_owners(slices: list[tuple[int, int]], times: int) -> None:
    slices = slices * times
    starts = np.array([s for s, _ in slices], np.uint32)
    lengths = np.array([n for _, n in slices], np.uint32)
    expected = [s + i for s, n in slices for i in range(n)]
    assert ranges(starts, lengths).tolist() == expected
    assert owners(lengths).tolist() == [k for k, (_, n) in enumerate(slices) for _ in range(n)]


def test_ranges() -> None:
    starts, lengths = np.array([5, 0, 9], np.uint32), np.array([2, 0, 3], np.uint32)
    assert ranges(starts, lengths).tolist() == [5, 6, 9, 10, 11]
    assert ranges(starts[:0], lengths[:0]).tolist() == []


@pytest.mark.parametrize("stories", [1, 100, 65_535, 65_536, 5_000_000])
def test_widths_agree(stories: int) -> None:
    df = np.unique(np.array([1, 2, 61, 312, 728, 729, 55_556, stories // 90, stories], np.uint32))
    df = df[(df > 0) & (df <= stories)]
    assert widths_of(df, stories).tolist() == [width_of(int(d), stories) for d in df]
