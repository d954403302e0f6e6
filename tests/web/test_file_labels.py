"""A file is named by its last folder and itself: enough to know it, short enough for a list."""

import pytest

from wiredesk.web.i18n import speech_for


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/srv/desk/wires/1987/feb.txt", "1987/feb.txt"),
        ("1987/feb.txt", "1987/feb.txt"),
        ("feb.txt", "feb.txt"),
        (r"D:\desk\wires\1987\feb.txt", "1987/feb.txt"),
    ],
)
def test_a_source_is_labelled_by_its_last_two_parts(path: str, label: str) -> None:
    assert speech_for("en").value("source", path) == label
