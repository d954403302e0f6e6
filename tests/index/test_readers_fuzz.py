"""No damage to a file of any format makes its reader raise, or hang, or hand on what is no text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiredesk.errors import ReadError
from wiredesk.index.readers.content import content_of
from wiredesk.index.readers.decoding import NotText, decode
from wiredesk.index.readers.item import LeftOut, RawItem
from wiredesk.index.readers.registry import FORMATS, format_of, read_content

FORMS = sorted((Path(__file__).parent.parent / "formats").iterdir())
STEADY = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def damage(draw: st.DrawFn, data: bytes) -> bytes:
    """The data with a few pieces cut out, doubled, or overwritten."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 60))
        piece = draw(
            st.one_of(
                st.just(b""),
                st.binary(max_size=8),
                st.just(data[at : at + size] * 2),
                st.sampled_from([b"<", b"&#0;", b"]]>", b'"', b"\\", b"\x00", b"\xff\xfe", b"}"]),
            )
        )
        data = data[:at] + piece + data[at + size :]
    return data


@pytest.mark.parametrize("form", FORMS, ids=lambda p: p.name)
@given(st.data())
@STEADY
def test_damaged_files_give_items_and_errors_only(form: Path, data: st.DataObject) -> None:
    if form.suffix == ".html":
        pytest.importorskip("trafilatura", reason="the extra wiredesk[html] is not installed")
    damaged = data.draw(damage(form.read_bytes()))
    for outcome in read_content(content_of(form.name, damaged)):
        if isinstance(outcome, RawItem):
            outcome.text.encode("utf-8")
            assert outcome.text.strip()
        else:
            assert isinstance(outcome, (ReadError, LeftOut))


@given(st.binary(max_size=300))
@STEADY
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        found = decode(data)
    except NotText:
        return
    assert found.text.encode("utf-8").decode("utf-8") == found.text


@given(st.binary(max_size=200), st.sampled_from([f for form in FORMATS for f in form.suffixes]))
@STEADY
def test_any_bytes_have_a_format(data: bytes, suffix: str) -> None:
    assert format_of(content_of(f"a{suffix}", data)) in FORMATS
