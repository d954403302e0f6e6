"""Indexing killed at any moment: after the next run nothing is lost and nothing doubled."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wiredesk.index import index_files
from wiredesk.index.codec.archive import ArchiveReader

RUN = """
import sys
from wiredesk.index import index_files, pipeline
pipeline.COMMIT_STORIES = 40
index_files(["wires"], into="a.wdx", entities=False, prune=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills with a POSIX signal")
def test_a_killed_run_is_made_good_by_the_next(tmp_path: Path) -> None:
    chance = random.Random(7)
    wires = tmp_path / "wires"
    wires.mkdir()
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    wanted: dict[str, set[int]] = {}
    for turn in range(6):
        for name in "abc":
            wanted[name] = set(chance.sample(range(400), 150))
            lines = [
                json.dumps({"headline": f"Story {n}", "body": f"PARIS (AFP) - Text of {n}."})
                for n in sorted(wanted[name])
            ]
            (wires / f"{name}.jsonl").write_text("\n".join(lines))
        child = subprocess.Popen([sys.executable, "-c", RUN], cwd=tmp_path, env=environ)
        time.sleep(0.25 + chance.random() * 0.35)
        child.send_signal(signal.SIGKILL)
        child.wait()
        if turn % 2:
            report = index_files([wires], into=tmp_path / "a.wdx", entities=False, prune=True)
            assert report.failed == 0
            reader = ArchiveReader(tmp_path / "a.wdx")
            found = [reader.get(i) for i in reader.ids()]
            headlines = sorted(a.headline for a in found if a is not None)
            assert headlines == sorted(f"Story {n}" for n in set().union(*wanted.values()))
