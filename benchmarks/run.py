"""Measure the engines side by side: `make bench`, or

    python benchmarks/run.py --stories 10000 100000 --engines wiredesk "sqlite fts5"

Every phase runs in a process of its own, one after another; times are CPU times, the least of a few
runs of each question. Prints Markdown for docs/performance.md.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import Story, stories
from benchmarks.engines import ENGINES, Answer, installed
from benchmarks.queries import questions

RUNS = 6
PATIENCE = 3.0
"""Seconds after which a question is not put again."""


def peak_memory() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build(name: str, count: int, words: int, path: Path) -> dict[str, float]:
    """Index `count` stories; the cost of making them up is taken off."""
    making = 0.0

    def made() -> Iterator[Story]:
        nonlocal making
        source = stories(count, words)
        while True:
            start = time.thread_time()
            story = next(source, None)
            making += time.thread_time() - start
            if story is None:
                return
            yield story

    engine = ENGINES[name]()
    start = time.process_time()
    engine.build(made(), path)
    cpu = time.process_time() - start - making
    size = sum(f.stat().st_size for f in path.rglob("*") if f.is_file())
    return {"indexing": cpu / count * 1e6, "size": size / count, "index_memory": peak_memory()}


def ask(name: str, path: Path, runs: int = RUNS) -> dict[str, Any]:
    """Put all questions; CPU milliseconds with and without facets, and the answers."""
    engine = ENGINES[name]()
    start = time.process_time()
    engine.open(path)
    opening = (time.process_time() - start) * 1e3
    times: dict[str, dict[str, float]] = {"facets": {}, "hits": {}}
    answers: dict[str, Answer] = {}
    for question in questions():
        for kind, facets in (("facets", True), ("hits", False)):
            least = float("inf")
            began = time.perf_counter()
            for _ in range(runs):
                start = time.process_time()
                answer = engine.search(question, facets=facets)
                least = min(least, (time.process_time() - start) * 1e3)
                if facets:
                    answers[str(question)] = answer
                if time.perf_counter() - began > PATIENCE:
                    break
            times[kind][str(question)] = least
    memory = peak_memory()
    engine.close()
    return {"opening": opening, "query_memory": memory, "answers": answers, **times}


def in_process(work: Any, *args: Any) -> Any:
    """Run a function in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, args)


def measure(names: list[str], count: int, words: int, folder: Path) -> dict[str, Any]:
    """All figures of some engines for `count` stories."""
    results = {}
    for name in names:
        path = folder / f"{name.replace(' ', '-')}-{count}"
        results[name] = in_process(build, name, count, words, path)
        results[name] |= in_process(ask, name, path)
        print(f"{name}, {count} stories: done", file=sys.stderr)
    return results


def disagreements(results: dict[str, Any]) -> list[str]:
    """Questions to which engines gave other totals or counts than the first of them."""
    found = []
    first, *others = results
    for question, answer in results[first]["answers"].items():
        total, _, counts = answer
        expected = {name: sorted((n for _, n in v), reverse=True) for name, v in counts.items()}
        for other in others:
            their_total, _, theirs = results[other]["answers"][question]
            got = {name: sorted((n for _, n in theirs[name]), reverse=True) for name in expected}
            if their_total != total:
                found.append(f"{question}: {first} {total}, {other} {their_total}")
            elif got != expected:
                wrong = [name for name in expected if expected[name] != got.get(name)]
                found.append(f"{question}: counts of {', '.join(wrong)} differ in {other}")
    return found


def report(results: dict[str, Any], count: int) -> str:
    """The figures of one size as Markdown."""
    lines = [
        f"### {count:,} stories",
        "",
        "| | " + " | ".join(results) + " |",
        "|---" * (len(results) + 1) + "|",
    ]

    def row(title: str, values: list[float], form: str) -> None:
        lines.append(f"| {title} | " + " | ".join(format(v, form) for v in values) + " |")

    row("indexing, µs a story", [r["indexing"] for r in results.values()], ",.0f")
    row("size, bytes a story", [r["size"] for r in results.values()], ",.0f")
    row("peak memory while indexing, MB", [r["index_memory"] for r in results.values()], ",.0f")
    row("peak memory while searching, MB", [r["query_memory"] for r in results.values()], ",.0f")
    row("opening, ms", [r["opening"] for r in results.values()], ",.1f")
    kinds = {str(q): q.kind for q in questions()}
    for what, title in (("facets", "hits + 8 facets"), ("hits", "hits only")):
        for kind in dict.fromkeys(kinds.values()):
            row(
                f"{title}: {kind}, ms",
                [
                    statistics.median(t for q, t in r[what].items() if kinds[q] == kind)
                    for r in results.values()
                ],
                ",.2f",
            )
    ours, *others = results
    for what, title in (("facets", "hits + 8 facets"), ("hits", "hits only")):
        for other in others:
            ratios = [
                results[other][what][q] / max(t, 1e-3) for q, t in results[ours][what].items()
            ]
            lines.append("") if other == others[0] else None
            lines.append(
                f"{title}: {ours} is {statistics.median(ratios):,.1f} times as fast as {other}"
                f" (median over the questions; least {min(ratios):,.1f}).  "
            )
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; the exit code is 1 if engines disagree."""
    parser = argparse.ArgumentParser(description="Measure search engines side by side.")
    parser.add_argument("--stories", type=int, nargs="+", default=[10_000])
    parser.add_argument("--words", type=int, default=300, help="words a story has, about")
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=None)
    parser.add_argument("--folder", type=Path, help="where to put the indexes (default: temporary)")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    options = parser.parse_args(arguments)
    names = options.engines or installed()
    code = 0
    everything = {}
    with tempfile.TemporaryDirectory() as temporary:
        for count in options.stories:
            results = measure(names, count, options.words, options.folder or Path(temporary))
            print(report(results, count))
            for problem in disagreements(results):
                print(f"DISAGREEMENT {problem}")
                code = 1
            everything[count] = results
    if options.json:
        options.json.write_text(json.dumps(everything))
    return code


if __name__ == "__main__":
    sys.exit(main())
