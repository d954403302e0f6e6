"""docs/search.md: its examples run, and the numbers in it are those of the code."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from test_archive import STORIES

from wiredesk.index.article import City, Dateline
from wiredesk.index.document import to_document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import highlight, ranking, snapshot
from wiredesk.search.limits import PYTHON
from wiredesk.search.whoosh_backend import FACET_SHARE

PAGE = Path(__file__).parents[2] / "docs" / "search.md"


def test_the_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    london = Dateline(raw="", cities=(City(city="London", name="London"),))
    with ArchiveWriter("wire.wdx") as writer:
        for article in STORIES:
            writer.add(to_document(replace(article, dateline=london)))
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S):
        exec(block, names)
    printed = capsys.readouterr().out
    assert "city [('London', 1)] 0" in printed
    assert "['Grain']" in printed


def test_the_numbers_are_those_of_the_code() -> None:
    text = PAGE.read_text()
    assert f"k1 = {ranking.K1}, b = {ranking.B}" in text
    assert f"{PYTHON.expansions:,} |" in text
    assert f"up to {highlight.LONG} characters" in text
    assert f"{FACET_SHARE} of it" in text
    assert f"up to {snapshot.CACHE_BYTES >> 20} MB" in text
    assert highlight.PIECE * highlight.PIECES == 1 << 20
