"""A fault of an input is one line that says what and where; the rest goes in and stays in."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wiredesk.cli import main

FORMS = Path(__file__).parent / "formats"

pytestmark = pytest.mark.slow


def run(*args: str) -> Result:
    result = CliRunner().invoke(main, list(args))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    wires = tmp_path / "wires"
    wires.mkdir()
    (wires / "good.txt").write_bytes((FORMS / "two-stories.txt").read_bytes())
    assert run("index", "--entities", "none", "wires").exit_code == 0
    return wires


def test_one_folder_of_everything_that_can_be_wrong(folder: Path) -> None:
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 400)
    (folder / "csv-field.csv").write_text(
        f'headline,body\nA,"{"x" * 20_000_000}"\nWell dug,Water.\n'
    )
    (folder / "cut-short.json").write_text('[{"headline": "Choir wins", "body": "Song."}, {"head')
    (folder / "cut-short.nitf").write_bytes((FORMS / "cut-short.nitf").read_bytes())
    (folder / "empty.txt").touch()
    (folder / "entities.nitf").write_bytes((FORMS / "outside.nitf").read_bytes())
    (folder / "laughs.nitf").write_bytes((FORMS / "laughs.nitf").read_bytes())
    (folder / "line.txt").write_bytes(b"word " * 10_000_000)
    (folder / "loop").symlink_to(folder)
    (folder / "mixed.txt").write_bytes(
        "Café opens\n\nThe café «Nord»".encode() + b" d\xe9j\xe0 open.\n"
    )
    with zipfile.ZipFile(folder / "packed.zip", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("../evil.txt", "Out of the folder")
        out.writestr("tram.txt", "Tram drivers agree\n\nLISBON (Reuters) - They agreed.\n")
        out.writestr("zeros.txt", bytes(100_000_000))
    result = run("index", "--entities", "none", "wires", "missing")
    assert result.exit_code == 1
    *lines, total = result.stdout.splitlines()
    assert lines == [
        "wires/binary.txt: no story: not text: binary data",
        "wires/csv-field.csv: 1 story; line 2: a line of 20,000,005 bytes, at most 8,388,608; "
        "left out",
        "wires/cut-short.json: 1 story; line 1: damaged or cut short: unterminated string",
        "wires/cut-short.nitf: no story: line 21: damaged or cut short: unclosed token",
        "wires/empty.txt: no story: empty file",
        "wires/entities.nitf: no story: line 2: declares entities; refused",
        "wires/good.txt: 2 stories (unchanged)",
        "wires/laughs.nitf: no story: line 3: declares entities; refused",
        "wires/line.txt: no story: line 1: a line of 50,000,000 characters, at most 1,000,000: "
        "not wire copy",
        "wires/mixed.txt: 1 story (line 3: 2 bytes are not UTF-8; read as windows-1252)",
        "wires/packed.zip!../evil.txt: no story: its path leads out of the packed file; refused",
        "wires/packed.zip!tram.txt: 1 story",
        "wires/packed.zip: no story: unpacks to more than 67,108,864 bytes from "
        f"{(folder / 'packed.zip').stat().st_size:,}: a zip bomb? Unpack it yourself if it is "
        "honest",
        f"wires/loop: left out: leads back to a folder already read: {folder}",
        "missing: no story: no such file or folder",
    ]
    assert " 4 added, 2 unchanged; 11 with problems; " in total
    assert json.loads(run("stats", "--json").stdout)["stories"] == 6


@pytest.mark.parametrize("command", [("search", "crane"), ("stats",), ("index", "wires/good.txt")])
def test_an_archive_that_is_none_or_of_a_newer_format_is_one_line(
    folder: Path, command: tuple[str, ...]
) -> None:
    for place, said in (("wires", "not a"), ("wires/good.txt", "wires/good.txt")):
        result = run(*command, "-a", place)
        assert result.exit_code == 1
        assert said in result.stderr and result.stderr.count("\n") == 1
    manifest = Path("wire.wdx/archive.json")
    before = manifest.read_bytes()
    manifest.write_text(json.dumps({**json.loads(before), "format": 99}))
    result = run(*command)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "format 99" in result.stderr and "newer" in result.stderr
    manifest.write_bytes(before)
    assert "2 stories" in run("stats").stdout


def test_an_unknown_field_is_wrong_usage(folder: Path) -> None:
    for option in ("--filter", "--exclude"):
        result = run("search", "port", option, "ctiy=Geneva")
        assert result.exit_code == 2
        assert "did you mean 'city'?" in result.stderr
    assert run("search", "port", "--facet", "ctiy").exit_code == 2


def test_a_file_in_place_of_an_archive_is_called_a_file(folder: Path) -> None:
    assert "this is a file" in run("search", "port", "-a", "wires/good.txt").stderr
