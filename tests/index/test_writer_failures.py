"""What a crash, a full disk or a race leaves behind: the archive of the last commit."""

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from wiredesk.errors import ArchiveError
from wiredesk.index.article import Article, Source
from wiredesk.index.codec.archive import MANIFEST, ArchiveReader
from wiredesk.index.document import Document
from wiredesk.index.writer import ArchiveWriter


def make(number: int, batch: int = 0) -> Document:
    body = f"harbour grain word{number % 50} batch{batch}"
    key = f"story {number}"
    article = Article(id=key, source=Source(path="x", start=0, end=0), headline="", body=body)
    return Document(
        id=key,
        text={"headline": "", "body": body},
        facets={"city": (f"City {number % 7}",)},
        day=number,
        stored=article,
    )


def check(path: Path, stories: int) -> None:
    with ArchiveReader(path) as archive:
        assert archive.story_count == stories
        assert archive.verify() == []
        found = 0
        for segment in archive.segments:
            table = segment.words()
            docs = table.docs(table.find(b"grain"))
            alive = docs if segment.deleted is None else docs[~segment.deleted[docs]]
            found += len(alive)
        assert found == stories


def test_a_full_disk_leaves_the_last_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    with ArchiveWriter(path) as writer:
        for i in range(10):
            writer.add(make(i))
    there = sorted(p.name for p in path.iterdir())
    syncs = 0
    real = os.fsync

    for fails_at in range(1, 30):
        syncs = 0

        def fsync(handle: int, fails_at: int = fails_at) -> None:
            nonlocal syncs
            syncs += 1
            if syncs == fails_at:
                raise OSError(errno.ENOSPC, "no space left")
            real(handle)

        monkeypatch.setattr(os, "fsync", fsync)
        failed = False
        try:
            with ArchiveWriter(path) as writer:
                writer.add(make(99))
        except OSError:
            failed = True
        monkeypatch.setattr(os, "fsync", real)
        if ArchiveReader(path).story_count == 11:
            break
        assert failed
        check(path, 10)
        left = {p.name for p in path.iterdir()} - set(there)
        assert not [n for n in left if n.startswith("MAIN_")]
    assert 10 < fails_at < 29
    check(path, 11)
    with ArchiveWriter(path) as writer:
        writer.add(make(100))
    check(path, 12)


def test_after_a_failed_batch_only_cancel_is_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    with ArchiveWriter(path) as writer:
        writer.add(make(0))
    writer = ArchiveWriter(path, batch_tokens=10)

    def refuse(*_: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("wiredesk.index.writer.SegmentBuilder.write", refuse)
        with pytest.raises(MemoryError):
            for i in range(1, 9):
                writer.add(make(i))
    with pytest.raises(ArchiveError, match="cancel"):
        writer.add(make(20))
    with pytest.raises(ArchiveError, match="cancel"):
        writer.commit()
    writer.cancel()
    check(path, 1)


CHILD = """
import sys
sys.path.insert(0, sys.argv[2])
from test_writer_failures import make
from wiredesk.index.writer import ArchiveWriter

with ArchiveWriter(sys.argv[1], batch_tokens=100) as writer:
    for batch in range(1000):
        for number in range(batch * 20, batch * 20 + 20):
            writer.add(make(number, batch))
        if batch % 3 == 2:
            writer.compact()
        else:
            writer.commit()
        print(batch, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs signals that cannot be caught")
def test_a_killed_writer_loses_nothing_it_committed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    rng = random.Random(5)
    for _ in range(3):
        command = [sys.executable, "-c", CHILD, str(path), str(Path(__file__).parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            acknowledged = int(child.stdout.readline())
            time.sleep(rng.random() * 0.3)
            child.send_signal(signal.SIGKILL)
            for line in child.stdout.read().split():
                acknowledged = int(line)
        with ArchiveReader(path) as archive:
            assert archive.story_count >= (acknowledged + 1) * 20
            assert archive.story_count % 20 == 0
            stories = archive.story_count
        check(path, stories)
        with ArchiveWriter(path) as writer:
            writer.compact()
        check(path, stories)
        names = {p.name.split(".")[0] for p in path.iterdir() if p.name.startswith("MAIN_")}
        assert len(names - {"MAIN_WRITELOCK"}) == 1


@pytest.mark.slow
def test_readers_open_while_commits_land(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with ArchiveWriter(path) as writer:
        writer.add(make(0))
    stop = threading.Event()
    problems: list[BaseException] = []
    opened = 0

    def read() -> None:
        nonlocal opened
        last = 0
        try:
            while not stop.is_set():
                with ArchiveReader(path) as archive:
                    assert archive.story_count >= last
                    last = archive.story_count
                    for segment in archive.segments:
                        assert len(segment.text()) > 0
                opened += 1
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    with ArchiveWriter(path) as writer:
        for i in range(1, 24):
            writer.add(make(i))
            if i % 4:
                writer.commit()
            else:
                writer.compact()
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert opened > 10
    check(path, 24)


def test_a_cancelled_rebuild_keeps_the_old_archive(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with ArchiveWriter(path) as writer:
        writer.add(make(0))
    before = {p.name: p.read_bytes() for p in path.iterdir()}
    with pytest.raises(KeyError), ArchiveWriter(path, rebuild=True, batch_tokens=10) as writer:
        for i in range(1, 20):
            writer.add(make(i))
        raise KeyError
    assert {p.name: p.read_bytes() for p in path.iterdir()} == before
    manifest = (path / MANIFEST).read_text()
    with ArchiveWriter(path, rebuild=True) as writer:
        writer.add(make(7))
    assert (path / MANIFEST).read_text() != manifest
    check(path, 1)
    assert ArchiveReader(path).generation == 2


LIMITED = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from test_writer_failures import make
from wiredesk.index.writer import ArchiveWriter

pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + (int(sys.argv[3]) << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    with ArchiveWriter(sys.argv[1]) as writer:
        for number in range(60_000):
            writer.add(make(number))
except MemoryError as error:
    print("told:", error)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux to limit memory")
@pytest.mark.parametrize(("megabytes", "fits"), [(150, True), (12, False)])
def test_little_memory(tmp_path: Path, megabytes: int, fits: bool) -> None:
    path = tmp_path / "a"
    with ArchiveWriter(path) as writer:
        writer.add(make(70_000))
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", LIMITED, str(path), here, str(megabytes)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ("told:" in done.stdout) == (not fits)
    check(path, 60_001 if fits else 1)
