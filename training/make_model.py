"""The packaged entity model, from the data folder, in one command.

    python training/make_model.py DATA OUT [--steps 4000]

Reads, repairs and mixes the corpora, adds variety, trains, takes the training vocabulary out,
scores the model on the development sets and writes its scores into `meta.json`. About ten minutes
on one free core. Needs the `dev` extra's spaCy and the data, which is no part of wiredesk: see the
model card for what it is and where it comes from.
"""

import argparse
import gzip
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import IO

import lexicon
import spacy  # noqa: TID253 (a program of its own)
from corpora import (
    TENTH,
    Passage,
    Sentence,
    held_out,
    joined,
    own_stories,
    read,
    relabelled,
    to_text,
    with_groups,
)
from evaluate import report, sets
from repair import repaired, spread
from spacy.tokens import Doc, DocBin  # noqa: TID253
from spacy.util import filter_spans  # noqa: TID253
from variety import (
    Stock,
    as_headline,
    byline,
    cultures,
    in_capitals,
    invented,
    replaced,
    with_dateline,
)

HERE = Path(__file__).parent
CORPORA = ("gmb", "wikigold", "btc", "wnut17", "uner_ewt", "crossner")
SENTENCES = HERE / "sentences"
WEIGHTS = {
    "gmb": 1,
    "hand": 3,
    "own": 4,
    "wikigold": 3,
    "btc": 1,
    "wnut17": 1,
    "uner_ewt": 3,
    "crossner": 1,
}
"""Corpus -> copies of it in the mix. Those labelled by hand with care count more: `hand` is the
part of GMB labelled again, `own` the sentences of our own writing."""

META = {
    "name": "wiredesk_news",
    "version": "3.1.0",
    "spacy_version": ">=3.8.0,<3.9.0",
    "description": "People, organisations, places and groups in English news text",
    "author": "the wiredesk project",
    "license": "CC BY-SA 4.0",
}


def stock_of(data: Path, corpora: dict[str, list[Sentence]], rng: random.Random) -> Stock:
    """Names for replacement, from the corpora, the gazetteer and the word lists."""

    def names(label: str, which: Iterable[str]) -> list[str]:
        return [
            to_text(Sentence(s.words[a:b], [])).text
            for corpus in which
            for s in corpora[corpus]
            for a, b, lab in s.spans
            if lab == label
        ]

    good = ("hand", "wikigold", "crossner", "uner_ewt")
    full = [
        n for n in names("PERSON", (*good, "gmb")) if 2 <= len(n.split()) <= 4 and n[0].isupper()
    ]
    first = [n.split()[0] for n in full if n.split()[0][:1].isupper() and len(n.split()[0]) > 2]
    last = [" ".join(n.split()[1:]) for n in full]
    ends = [n.split()[-1] for n in last]
    listed = [form for forms in lexicon.organisations() for form in forms]
    listed += [
        n for kind, label in lexicon.NAMED.items() if label == "ORG" for n in lexicon.named(kind)
    ]
    short = [n for n in (*names("ORG", (*good, "gmb")), *listed) if n.isupper() and " " not in n]
    single = [n for n in listed if " " not in n and not n.isupper() and n[0].isupper()]
    companies = [*single, *invented(ends, 3_000, rng)]
    companies += [n for n in names("ORG", good) if " " not in n and n[0].isupper()]
    with spacy_open(data / "geonames_cities15k.tsv.gz") as rows:
        next(rows)
        cities = [
            name
            for name, _, people, *_ in (row.split("\t") for row in rows)
            if int(people) > 60_000 and not re.search(r"[\d(),]", name)
        ]
    places = [
        n for kind, label in lexicon.NAMED.items() if label == "LOC" for n in lexicon.named(kind)
    ]
    return Stock(
        cultures=cultures(HERE / "names.tsv"),
        full=full,
        first=[*first, *lexicon.named("given"), *invented(first, 1_000, rng)],
        last=[*last, *lexicon.named("family"), *invented(ends, len(last) // 3, rng)],
        cities=[*cities, *rng.sample(places, min(len(places), len(cities) // 3))],
        countries=[names[0] for _, names, _ in lexicon.countries()],
        organisations=[n for n in (*names("ORG", (*good, "gmb")), *listed) if " " in n],
        companies=companies,
        acronyms=[n for n in short if 2 <= len(n) <= 6],
    )


def spacy_open(path: Path) -> IO[str]:
    """The text of a gzip file, line by line."""
    return gzip.open(path, "rt", encoding="utf-8")


def grouped(sentences: list[Sentence], stock: Stock, rng: random.Random) -> Iterator[Passage]:
    """Passages of one to four sentences that stand together, some with a headline or dateline."""
    at = 0
    while at < len(sentences):
        count = rng.choice([1, 1, 1, 2, 2, 3, 4])
        curly = rng.random() < 0.35
        yield laid_out([to_text(s, curly=curly) for s in sentences[at : at + count]], stock, rng)
        at += count


def in_groups(stories: list[list[Passage]], stock: Stock, rng: random.Random) -> Iterator[Passage]:
    """The same of stories: no passage has sentences of two."""
    for story in stories:
        at = 0
        while at < len(story):
            count = rng.choice([1, 1, 1, 2, 3])
            yield laid_out(story[at : at + count], stock, rng)
            at += count


def laid_out(passages: list[Passage], stock: Stock, rng: random.Random) -> Passage:
    """Sentences as a passage: parted by blanks or blank lines, the first perhaps a headline."""
    head = passages[0]
    if rng.random() < 0.06 and len(head.text) < 90:
        passages = [as_headline(head), *passages[1:]]
    elif rng.random() < 0.08:
        passages = [with_dateline(head, stock, rng), *passages[1:]]
    gaps = ("\n\n" if rng.random() < 0.3 else " " for _ in repeat(None))
    return joined(passages, gaps)


def mixed(data: Path, seed: int) -> list[Passage]:
    """Training passages of all corpora, shuffled."""
    rng = random.Random(seed)
    groups = frozenset((data / "norp_words.txt").read_text(encoding="utf-8").split("\n"))
    lists = lexicon.certain_names(groups)
    given = frozenset(n for c in cultures(HERE / "names.tsv") for n in c.given)
    things = frozenset(lexicon.named("thing"))
    corpora = {name: read(data, name) for name in CORPORA}
    hand = relabelled(corpora["gmb"], HERE / "gmb_labels.tsv")
    apart = held_out(corpora["gmb"]) | hand.keys()
    rest = [s for i, s in enumerate(corpora["gmb"]) if i not in apart]
    rest = spread(repaired(rest, lists, given, things), lists)
    corpora["gmb"] = with_groups(
        rest, groups | {n for n, label in lists.items() if label == "NORP"}
    )
    corpora["btc"] = repaired(corpora["btc"], {})
    for name in CORPORA:
        if name != "gmb":
            corpora[name] = with_groups(corpora[name], groups)
    corpora["hand"] = [s for i, s in enumerate(hand.values()) if i % TENTH]
    stock = stock_of(data, corpora, rng)
    own = [story for i, story in enumerate(own_stories(SENTENCES)) if i % TENTH]
    passages: list[Passage] = []
    for name, copies in WEIGHTS.items():
        for copy in range(copies):
            if name == "own":
                plain = list(in_groups(own, stock, rng))
            else:
                plain = list(grouped(corpora[name], stock, rng))
            passages += (p for p in plain if rng.random() < 0.75)
            share = 0.7 if name == "own" and copy else 0.4
            passages += (replaced(p, stock, rng, share) for p in plain if rng.random() < 0.75)
    result: list[Passage] = []
    for passage in passages:
        draw = rng.random()
        if draw < 0.05:
            passage = in_capitals(passage)
        elif draw < 0.11:
            passage = as_headline(passage)
        elif draw < 0.16:
            passage = with_dateline(passage, stock, rng)
        result.append(passage)
        if rng.random() < 0.02:
            result.append(byline(stock, rng))
    rng.shuffle(result)
    return result


def docs(passages: Iterable[Passage]) -> Iterator[Doc]:
    """The passages as spaCy training documents."""
    blank = spacy.blank("en")
    for passage in passages:
        doc = blank.make_doc(passage.text)
        spans = []
        for a, b, label in passage.spans:
            span = doc.char_span(a, b, label=label, alignment_mode="strict")
            if span is None:
                span = doc.char_span(a, b, label=label, alignment_mode="expand")
                if span is None or ("-" in span.text and "-" not in passage.text[a:b]):
                    continue
            spans.append(span)
        doc.ents = filter_spans(spans)
        yield doc


def write(path: Path, passages: list[Passage]) -> None:
    """Writes passages as training documents."""
    print(path.name, len(passages), "passages", sum(len(p.text.split()) for p in passages), "words")
    DocBin(docs=docs(passages)).to_disk(path)


def train(work: Path, steps: int) -> Path:
    """Runs `spacy train` on what lies in `work`; the folder of the best model."""
    command = [sys.executable, "-m", "spacy", "train", str(HERE / "model.cfg")]
    command += ["--output", str(work), "--initialize.vectors", str(work / "lexicon")]
    for part in ("train", "dev"):
        command += [f"--paths.{part}", str(work / f"{part}.spacy")]
    for setting in ("training.max_steps", "training.optimizer.learn_rate.total_steps"):
        command += [f"--{setting}", str(steps)]
    subprocess.run(command, check=True)
    return work / "model-best"


def packaged(source: Path, into: Path, data: Path) -> None:
    """Copies a trained model without the training vocabulary, with its scores and its config."""
    model = spacy.load(source)
    model.config["paths"] = {"train": None, "dev": None}
    model.config["initialize"]["vectors"] = None
    for part in ("ner", "vocab"):
        shutil.rmtree(into / part, ignore_errors=True)
    model.to_disk(into)
    labels = sorted({label for names in model.pipe_labels.values() for label in names})
    (into / "vocab" / "strings.json").write_text(json.dumps(labels), encoding="utf-8")
    meta = {**json.loads((into / "meta.json").read_text(encoding="utf-8")), **META}
    meta["performance"] = report(into, data)
    (into / "meta.json").write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(meta["performance"], indent=1))


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("into", type=Path)
    parser.add_argument("--steps", type=int, default=4_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        development = sets(options.data)
        write(work / "dev.spacy", [*development["pud"], *development["own"]])
        write(work / "train.spacy", mixed(options.data, seed=3))
        lexicon.write(work / "lexicon", read(options.data, "gmb"))
        packaged(train(work, options.steps), options.into, options.data)


if __name__ == "__main__":
    main()
