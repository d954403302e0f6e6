"""docs/cli.md: its examples print what it says, and it names every command, option and setting."""

import re
import shlex
import shutil
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from wiredesk.cli import main
from wiredesk.config import Settings, help_of

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
FORMS = ROOT / "tests" / "formats"


def test_the_examples_print_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wires").mkdir()
    shutil.copy(FORMS / "two-stories.txt", "wires/harbour.txt")
    shutil.copy(FORMS / "stories.jsonl", "wires/stories.jsonl")
    Path("wires/empty.txt").touch()
    examples = re.findall(r"```console\n\$ wiredesk (.*)\n((?:.*\n)*?)```", PAGE)
    assert len(examples) >= 5
    for command, said in examples:
        printed = CliRunner().invoke(main, shlex.split(command)).stdout
        wanted = "(?s:.*)".join(re.escape(part) for part in said.split("..."))
        assert re.fullmatch(wanted, printed), f"wiredesk {command} prints\n{printed}"


def test_every_command_and_option_is_on_the_page() -> None:
    for name, command in main.commands.items():
        assert PAGE.count(f"## wiredesk {name}\n") == 1
        chapter = PAGE.partition(f"## wiredesk {name}\n")[2].partition("\n## ")[0]
        assert chapter, f"wiredesk {name}"
        inner = command.commands if isinstance(command, click.Group) else {}
        for inner_name in inner:
            assert f"`{inner_name}`" in chapter, f"wiredesk {name} {inner_name}"
        for option in (p for c in (command, *inner.values()) for p in c.params):
            if isinstance(option, click.Option):
                longest = option.opts[-1] if "--archive" not in option.opts else "-a"
                assert f"`{longest}" in chapter, f"wiredesk {name}: {longest}"


def test_every_setting_is_on_the_page_with_its_default() -> None:
    for setting in fields(Settings):
        default = f"`{setting.default}`" if setting.default is not None else "that of the archive"
        row = (
            f"| `{setting.name}` | `WIREDESK_{setting.name.upper()}` | {default} "
            f"| {help_of(setting.name)} |"
        )
        assert row in PAGE
