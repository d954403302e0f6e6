"""`wiredesk serve` as a process: its address, its limits, a taken port, a stop."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from wiredesk.index import index_files

ROOT = Path(__file__).parent.parent
TWO = ROOT / "tests" / "formats" / "two-stories.txt"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("serve")
    index_files([TWO], into=path / "wire.wdx", entities=False)
    return path


def start(folder: Path, *args: str) -> tuple["subprocess.Popen[str]", str]:
    """A running server and its address, as it prints it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "wiredesk", "serve", *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    found = re.match(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    assert found is not None
    return process, found[0]


def stop(process: "subprocess.Popen[str]") -> str:
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=20)[1]


@pytest.fixture(scope="module")
def taken(folder: Path) -> Iterator[tuple[int, str, "subprocess.Popen[str]"]]:
    """A server that found its port taken."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process, address = start(folder, "--port", str(port))
        yield port, address, process
        process.kill()
        process.communicate()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_a_taken_port_gives_another_that_is_said_and_answers(
    taken: tuple[int, str, "subprocess.Popen[str]"],
) -> None:
    port, address, _ = taken
    assert not address.endswith(f":{port}/")
    assert status(address) == 200
    assert status(f"{address}search.json?q=crane") == 200


def test_a_head_of_more_than_16_kilobytes_is_refused(
    taken: tuple[int, str, "subprocess.Popen[str]"],
) -> None:
    assert status(f"{taken[1]}search?q={'a' * 20_000}") == 431


def test_a_server_without_an_archive_says_so_until_there_is_one(tmp_path: Path) -> None:
    process, address = start(tmp_path, "--port", "0")
    try:
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(address, timeout=20)
        assert error.value.code == 503
        assert "wiredesk index" in error.value.read().decode()
        index_files([TWO], into=tmp_path / "wire.wdx", entities=False)
        with urllib.request.urlopen(address, timeout=20) as answer:
            assert "2 stories" in answer.read().decode()
    finally:
        said = stop(process)
    assert "there is no such folder; make it: wiredesk index FOLDER --into wire.wdx" in said


def test_the_server_does_not_name_itself(taken: tuple[int, str, "subprocess.Popen[str]"]) -> None:
    with urllib.request.urlopen(taken[1], timeout=20) as response:
        assert response.headers["Server"] is None


def test_stopping_is_quiet(folder: Path) -> None:
    process, _ = start(folder, "--port", "0")
    assert stop(process) == "stopped\n"
    assert process.returncode == 0


def test_an_address_of_another_machine_is_told(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wiredesk", "serve", "--host", "192.0.2.1"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("wiredesk: cannot serve on 192.0.2.1, port 8000: ")
