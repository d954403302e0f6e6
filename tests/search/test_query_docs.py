"""docs/query-language.md holds what it says."""

import re
from datetime import date
from pathlib import Path

import pytest

from wiredesk.search.explain import english, read_as
from wiredesk.search.limits import HTTP, NOTES, PYTHON
from wiredesk.search.parser import parse

TODAY = date(2016, 3, 1)
PAGE = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")


def rows(columns: int, head: str) -> list[tuple[str, ...]]:
    """The rows of the tables whose first column has this head, backquotes off."""
    found = []
    for table in re.findall(r"(?m)^\| .*(?:\n\|.*)+", PAGE):
        first, _, *lines = table.splitlines()
        if first.startswith(f"| {head} |"):
            found += [tuple(cell.strip("` ") for cell in line.split(" | ")) for line in lines]
    return [tuple(cell.strip("|` ") for cell in row) for row in found if len(row) == columns]


@pytest.mark.parametrize(("text", "said"), rows(2, "you type"))
def test_a_query_finds_what_the_page_says(text: str, said: str) -> None:
    assert english(read_as(parse(text, today=TODAY).query)) == said


@pytest.mark.parametrize(("theirs", "ours", "said"), rows(3, "there"))
def test_a_foreign_spelling_is_the_same_query(theirs: str, ours: str, said: str) -> None:
    query = parse(theirs, today=TODAY).query
    assert query == parse(ours, today=TODAY).query
    assert english(read_as(query)) == said


def test_the_tables_are_found() -> None:
    assert len(rows(2, "you type")) > 40
    assert len(rows(3, "there")) > 15


def test_the_table_of_limits_has_the_limits() -> None:
    table = {row[0]: row[1:3] for row in rows(4, "limit")}
    numbers = [(f"{a:,}", f"{b:,}") for a, b in zip(_numbers(HTTP), _numbers(PYTHON), strict=True)]
    assert [row for row in table.values() if row[0][0].isdigit() and "s" not in row[0]] == numbers


def _numbers(limits: object) -> list[int]:
    names = (
        *("characters", "clauses", "phrase", "word", "depth", "distance"),
        *("fuzzy", "prefix", "expansions", "notes"),
    )
    return [getattr(limits, name) for name in names]


def test_every_note_stands_on_the_page() -> None:
    assert {row[0] for row in rows(2, "code")} >= set(NOTES)


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.S))
def test_the_examples_run(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(code, {})
    assert capsys.readouterr().out
