"""The README and docs/ must run, and must mention everything that users can call or set."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest

import wiredesk.index
import wiredesk.index.wire
import wiredesk.search
import wiredesk.web
from wiredesk.cli import main
from wiredesk.config import Settings
from wiredesk.demo import STORIES
from wiredesk.index import index_files
from wiredesk.search import Archive

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    text = page.read_text(encoding="utf-8")
    return [code for found, code in FENCE.findall(text) if found == language]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder as the examples take it: wires/ to index, two archives to search."""
    shutil.copytree(STORIES / "wire", tmp_path / "wires" / "1987")
    shutil.copy(STORIES / "wire" / "ap-bridge.txt", tmp_path / "wires" / "1987" / "feb.txt")
    shutil.copy(STORIES / "wire" / "ap-bridge.txt", tmp_path / "story.txt")
    monkeypatch.chdir(tmp_path)
    index_files(["wires"], into="wire.wdx", entities=False)
    index_files(["wires/1987/feb.txt"], into="old.wdx", entities=False)
    yield tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda p: p.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {"__name__": page.stem}
    ran = 0
    for code in blocks(page, "python"):
        exec(compile(code, f"{page.name}, example {ran + 1}", "exec"), names)
        ran += 1
    for value in names.values():
        if isinstance(value, Archive):
            value.close()
    assert ran > 0
    assert "Traceback" not in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_in_a_page_exist_with_their_options(page: Path) -> None:
    unknown = []
    for code in blocks(page, "console") + blocks(page, "sh") + blocks(page, "bash"):
        for line in code.splitlines():
            words = line.removeprefix("$ ").split("#")[0].split()
            if not words or words[0] != "wiredesk" or len(words) < 2:
                continue
            command = main.commands.get(words[1])
            if words[1].startswith("-"):
                continue
            known = {o for p in (command.params if command else ()) for o in p.opts}
            used = {w.split("=")[0] for w in words[2:] if re.match(r"--?[a-z]", w)}
            if command is None or used - known - {"--help", "-h"}:
                unknown.append(line)
    assert unknown == []


def everything() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def test_every_command_and_option_is_mentioned() -> None:
    text = everything()
    missing = []
    for name, command in main.commands.items():
        if f"wiredesk {name}" not in text:
            missing.append(name)
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not any(o in text for o in parameter.opts):
                missing.append(f"{name} {parameter.opts[-1]}")
    assert missing == []


def test_every_setting_is_mentioned() -> None:
    text = everything()
    names = [f.name for f in fields(Settings)]
    assert [n for n in names if not re.search(rf"`{n}`|WIREDESK_{n.upper()}\b", text)] == []


@pytest.mark.parametrize(
    "package",
    [wiredesk.index, wiredesk.index.wire, wiredesk.search, wiredesk.web],
    ids=lambda p: p.__name__,
)
def test_every_public_name_is_mentioned(package: Any) -> None:
    text = everything()
    assert [n for n in package.__all__ if not re.search(rf"\b{n}\b", text)] == []


def test_every_page_of_the_docs_is_reached_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [p.name for p in PAGES[1:] if f"docs/{p.name}" not in text] == []


def test_no_page_names_a_path_of_somebodys_machine() -> None:
    found = re.findall(r"(?<![\w.~])/(?:home|root|work|Users)/\w+", everything())
    assert found == [], os.linesep.join(found)
