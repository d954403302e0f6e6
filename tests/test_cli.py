import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wiredesk.cli import main

TWO = Path(__file__).parent / "formats" / "two-stories.txt"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


def test_extract_prints_one_object_a_story_with_the_agreed_keys() -> None:
    result = run("extract", "--no-entities", TWO)
    crane, stove = (json.loads(line) for line in result.stdout.splitlines())
    assert result.exit_code == 0
    assert list(crane)[:10] == [
        "id",
        "source",
        "headline",
        "dateline",
        "byline",
        "published",
        "agency",
        "body",
        "dropped",
        "entities",
    ]
    assert crane["headline"] == "Harbour crane moves its last load"
    assert list(crane["dateline"]) == ["raw", "cities", "agency", "date"]
    assert list(stove["dateline"]["cities"][0]) == [
        "city",
        "region",
        "country",
        "country_code",
        "country_source",
    ]
    assert list(crane["byline"][0]) == ["role", "name", "place", "kind", "raw"]
    text = TWO.read_text(encoding="utf-8")
    start, end = crane["source"]["start"], crane["source"]["end"]
    assert text[start:end].startswith("Harbour crane") and text[start:end].endswith("Paul Reed)")


def test_why_adds_the_evidence() -> None:
    (crane, _) = (
        json.loads(s) for s in run("extract", "--no-entities", "--why", TWO).stdout.splitlines()
    )
    assert {"field", "value", "rule", "start", "end"} == set(crane["evidence"][0])


def test_names_say_what_found_them_also_as_evidence() -> None:
    Path("a.txt").write_text("Rain falls\n\nOSLO (AP) - The United Nations sent boats to Syria.\n")
    (story,) = map(json.loads, run("extract", "--why", "a.txt").stdout.splitlines())
    body, place = story["entities"]
    assert (body["name"], body["found_by"]) == ("United Nations", "model")
    assert story["evidence"][-1] == {
        "field": "place",
        "value": "SY",
        "rule": place["found_by"],
        "start": place["start"],
        "end": place["end"],
    }


def test_index_ends_with_a_receipt_and_search_finds() -> None:
    result = run("index", "--entities", "none", TWO)
    assert result.exit_code == 0
    first, last = result.stdout.splitlines()
    assert first == f"{TWO}: 2 stories"
    assert last.startswith("wire.wdx: 2 stories in 1 file: 2 added; ")
    assert "Mountain hut gets a new stove" in run("search", "stove").stdout
    counted = run("search", "--facet", "agency", "--filter", "agency=AFP").stdout
    assert "1 story, 1-1" in counted and "      1  Reuters" in counted


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_a_warning_of_the_model_comes_once_however_many_processes_load_it(processes: int) -> None:
    import spacy

    model = spacy.blank("en")
    patterns = [{"label": "GPE", "pattern": "Lyon"}, {"label": "SPACESHIP", "pattern": "Ariane"}]
    model.add_pipe("entity_ruler").add_patterns(patterns)  # type: ignore[attr-defined]
    model.to_disk("model")
    command = f"index --entities model --processes {processes}".split()
    done = subprocess.run(
        [sys.executable, "-m", "wiredesk", *command, str(TWO)], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (
        0,
        "wiredesk: entity model labels without a facet are left out: SPACESHIP\n",
    )


def test_search_prints_the_json_of_the_page() -> None:
    run("index", "--entities", "none", TWO, "-a", "x.wdx")
    found = json.loads(run("search", "crane", "-a", "x.wdx", "--json").stdout)
    assert list(found) == [
        "query",
        "read_as",
        "total",
        "page",
        "per_page",
        "partial",
        "hits",
        "facets",
        "notes",
    ]
    assert [hit["headline"] for hit in found["hits"]] == ["Harbour crane moves its last load"]


def test_many_files_are_summed_up_by_folder() -> None:
    folder = Path("wires")
    folder.mkdir()
    for n in range(45):
        (folder / f"{n}.txt").write_text(
            f"Story {n} comes in\n\nPARIS (AFP) - It came on day {n}.\n"
        )
    (folder / "empty.txt").write_text("")
    result = run("index", "--entities", "none", "wires")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:2] == [
        "wires/empty.txt: no story: empty file",
        "wires: 45 stories in 46 files",
    ]
    assert len(run("index", "--entities", "none", "-v", "wires").stdout.splitlines()) == 47


def test_the_report_as_json_lists_every_file() -> None:
    report = json.loads(run("index", "--entities", "none", "--json", TWO, "missing").stdout)
    assert (report["added"], report["failed"]) == (2, 1)
    assert [(f["status"], f["stories"]) for f in report["files"]] == [("added", 2), ("failed", 0)]
    assert report["files"][1]["problems"] == [{"reason": "no such file or folder", "line": None}]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("search", "x"), 1, "wire.wdx"),
        (("stats", "-a", "no.wdx"), 1, "no.wdx"),
        (("index", "--map", "titel=x", "a.csv"), 2, "unknown field 'titel'"),
        (("index", "--entities", "no-such", "a.txt"), 2, "no-such"),
        (("index", "--processes", "0", "a.txt"), 2, "--processes"),
        (("index",), 2, "SOURCE"),
        (("search", "x", "--filter", "city"), 2, "is not FIELD=VALUE"),
        (("search", "--sort", "size"), 2, "relevance"),
        (("extract", "--no-entities", "missing.txt"), 1, "no such file or folder"),
    ],
)
def test_errors_are_one_line_and_an_exit_code(args: tuple[str, ...], code: int, said: str) -> None:
    result = run(*args)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_unknown_facets_and_filters_name_the_known_ones() -> None:
    run("index", "--entities", "none", TWO)
    result = run("search", "x", "--facet", "citty")
    assert (result.exit_code, "did you mean 'city'?" in result.stderr) == (2, True)


def test_settings_come_from_file_environment_and_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    run("index", "--entities", "none", TWO, "-a", "a.wdx")
    Path("wiredesk.toml").write_text('archive = "none.wdx"\n')
    assert run("stats").exit_code == 1
    monkeypatch.setenv("WIREDESK_ARCHIVE", "a.wdx")
    assert run("stats").stdout.startswith("a.wdx: 2 stories")
    assert run("stats", "-a", "b.wdx").exit_code == 1


def test_stats_as_json() -> None:
    run("index", "--entities", "none", TWO)
    assert json.loads(run("stats", "--json").stdout)["stories"] == 2


def test_progress_is_one_line_rewritten_on_a_terminal_and_plain_lines_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from wiredesk import cli
    from wiredesk.index.report import Progress, Receipt

    def told(terminal: bool) -> str:
        monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
        line = cli._ProgressLine()
        monkeypatch.setattr(line, "_last", -100.0)
        receipt = Receipt(path="a.txt", status="added", stories=1)
        line(
            Progress(receipt=receipt, done=250, total=1000, stories=50, words=12_000, seconds=10.0)
        )
        line.end()
        return capsys.readouterr().err

    line = " 25%  50 stories  5 stories/s  1,200 words/s  30 s left"
    assert told(False) == f"{line}\n"
    assert told(True).startswith(f"\r{line}\r")


def test_a_receipt_says_what_became_of_a_file() -> None:
    from wiredesk.index.report import Problem, Receipt

    receipts = [
        Receipt(path="a.txt", status="added", stories=1_234),
        Receipt(path="a.zip", member="b.txt", status="updated", stories=1, notes=("a guess",)),
        Receipt(path="c.txt", status="failed", problems=(Problem(reason="empty file"),)),
        Receipt(
            path="d.csv",
            status="added",
            stories=2,
            problems=(Problem(reason="row left out", line=3),),
            more=4,
        ),
        Receipt(path="e", status="left out", problems=(Problem(reason="a link"),)),
        Receipt(path="f.txt", status="removed", stories=3),
    ]
    assert [str(r) for r in receipts] == [
        "a.txt: 1,234 stories",
        "a.zip!b.txt: 1 story (updated) (a guess)",
        "c.txt: no story: empty file",
        "d.csv: 2 stories; line 3: row left out; and 4 more",
        "e: left out: a link",
        "f.txt: gone; 3 stories removed",
    ]


def test_check_and_compact() -> None:
    run("index", "--entities", "none", TWO)
    assert run("check").stdout == "wire.wdx: 2 stories, no damage\n"
    result = run("compact")
    assert (result.exit_code, "2 stories" in result.stdout) == (0, True)
    (file,) = Path("wire.wdx").glob("*.sto")
    whole = bytearray(file.read_bytes())
    whole[64] ^= 1
    file.write_bytes(bytes(whole))
    result = run("check")
    assert (result.exit_code, f"damaged: {file.name}: blob" in result.stdout) == (1, True)
    assert "--rebuild" in result.stderr
