"""The packaged entity model, from the data folder, in one command.

    python training/make_model.py DATA OUT [--steps 2000] [--last 600]

Reads and mixes the corpora, adds variety, trains in two stages (the second at a lower rate), takes
the training vocabulary out, scores the model on the development sets and writes its scores into
`meta.json`. About fifteen minutes on one free core. Needs the `dev` extra's spaCy and the data,
which is no part of wiredesk: see the model card for what it is and where it comes from.
"""

import argparse
import gzip
import json
import math
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from pathlib import Path
from typing import IO

import spacy  # noqa: TID253 (a program of its own)
from corpora import Passage, Sentence, held_out, joined, read, read_inline, to_text, with_groups
from evaluate import report, sets
from repair import repaired, spread
from spacy.tokens import Doc, DocBin  # noqa: TID253
from spacy.util import filter_spans  # noqa: TID253
from variety import (
    Stock,
    as_headline,
    byline,
    in_capitals,
    invented,
    replaced,
    with_dateline,
)

HERE = Path(__file__).parent
LISTS = HERE.parent / "index" / "entities" / "data"
WEIGHTS = {"gmb": 1, "wikigold": 3, "btc": 1, "wnut17": 1, "uner_ewt": 3, "crossner": 1}
"""Corpus -> copies of it in the mix. Those labelled by hand with care count more."""

LAST_WEIGHTS = {
    "gmb": 0.35,
    "wikigold": 4,
    "btc": 0.7,
    "wnut17": 0.7,
    "uner_ewt": 5,
    "crossner": 1.5,
}
"""The same for the last steps, at a lower rate: what was labelled by hand has the last word."""

OWN_COPIES = 12
LAST_OWN_COPIES = 20
AVERAGE = [0.3, 0.4, 0.3]
"""Weights of the model after the first stage, the best and the last of the second."""

META = {
    "name": "wiredesk_news",
    "version": "2.0.0",
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

    good = ("wikigold", "crossner", "uner_ewt")
    full = [
        n for n in names("PERSON", (*good, "gmb")) if 2 <= len(n.split()) <= 4 and n[0].isupper()
    ]
    first = [n.split()[0] for n in full if n.split()[0][:1].isupper() and len(n.split()[0]) > 2]
    last = [" ".join(n.split()[1:]) for n in full]
    ends = [n.split()[-1] for n in last]
    organisations = [n for n in names("ORG", (*good, "gmb")) if " " in n]
    short = [n for n in names("ORG", (*good, "gmb")) if n.isupper() and 2 <= len(n) <= 6]
    listed: list[str] = []
    for line in (LISTS / "organisations.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, _, forms = line.lstrip("*").partition("\t")
            listed += [name, *filter(None, forms.split("|"))]
    single = [n for n in listed if " " not in n and not n.isupper() and n[0].isupper()]
    odd = {i for n in invented(ends, 1_500, rng) for i in (n,)}
    companies = [*single * 2, *rng.sample(sorted(odd), 400)]
    companies += [n for n in names("ORG", good) if " " not in n and n[0].isupper()]
    with spacy_open(data / "geonames_cities15k.tsv.gz") as lines:
        next(lines)
        rows = [line.rstrip("\n").split("\t") for line in lines]
    cities = [r[0] for r in rows if int(r[2]) > 60_000 and not re.search(r"[\d(),]", r[0])]
    countries = [
        line.split("\t")[1]
        for line in (HERE.parent / "index" / "countries.tsv").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    return Stock(
        full=full,
        first=[*first, *invented(first, 1_000, rng)],
        last=[*last, *invented(ends, len(last) // 3, rng)],
        cities=cities,
        countries=countries,
        organisations=[*organisations, *(n for n in listed if " " in n)],
        companies=companies,
        acronyms=[*short, *(n for n in listed if n.isupper() and 2 <= len(n) <= 6)],
    )


def listed_names(groups: frozenset[str]) -> dict[str, str]:
    """Names whose label is certain enough to overrule a corpus labelled by a program."""
    names = dict.fromkeys(filter(None, groups), "NORP")
    for line in (LISTS / "organisations.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, _, forms = line.removeprefix("*").partition("\t")
            for form in (name, *forms.split("|")):
                if " " in form or (len(form) > 3 and not form.istitle()):
                    names[form] = "ORG"
    for line in (HERE.parent / "index" / "countries.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            _, name, forms, peoples = line.split("\t")
            for form in (name, *forms.split(";")):
                if form and form not in ("Georgia", "Jordan", "Chad", "Guinea"):
                    names[form] = "LOC"
            for people in filter(None, peoples.split(";")):
                names[people] = names[people + "s"] = "NORP"
    for line in (LISTS / "places.txt").read_text(encoding="utf-8").splitlines():
        names[line] = "LOC"
    return names


def spacy_open(path: Path) -> IO[str]:
    """The text of a gzip file, line by line."""
    return gzip.open(path, "rt", encoding="utf-8")


def grouped(sentences: list[Sentence], stock: Stock, rng: random.Random) -> Iterator[Passage]:
    """Passages of one to four sentences that stand together, some with a headline or dateline."""
    at = 0
    while at < len(sentences):
        count = rng.choice([1, 2, 3, 3, 4])
        curly = rng.random() < 0.35
        passages = [to_text(s, curly=curly) for s in sentences[at : at + count]]
        at += count
        yield laid_out(passages, stock, rng)


def laid_out(passages: list[Passage], stock: Stock, rng: random.Random) -> Passage:
    """Sentences as a passage: parted by blanks or blank lines, the first perhaps a headline."""
    head = passages[0]
    if rng.random() < 0.06 and len(head.text) < 90:
        passages = [as_headline(head), *passages[1:]]
    elif rng.random() < 0.08:
        passages = [with_dateline(head, stock, rng), *passages[1:]]
    gaps = ("\n\n" if rng.random() < 0.3 else " " for _ in repeat(None))
    return joined(passages, gaps)


def mixed(data: Path, weights: Mapping[str, float], own: int, seed: int) -> list[Passage]:
    """Training passages of all corpora, shuffled; `weights` may be fractions of a corpus, `own`
    counts copies of our own sentences."""
    rng = random.Random(seed)
    groups = frozenset((data / "norp_words.txt").read_text(encoding="utf-8").split("\n"))
    corpora = {name: read(data, name) for name in WEIGHTS}
    lists = listed_names(groups)
    corpora["gmb"] = spread(repaired(held_out(corpora["gmb"])[0], lists), lists)
    corpora["btc"] = repaired(corpora["btc"], {})
    for name in WEIGHTS:
        if name != "gmb":
            corpora[name] = with_groups(corpora[name], groups)
    stock = stock_of(data, corpora, rng)
    passages: list[Passage] = []
    for name, copies in weights.items():
        for copy in range(math.ceil(copies)):
            plain = list(grouped(corpora[name], stock, rng))
            share = min(copies - copy, 1)
            plain = [p for p in plain if rng.random() < share]
            passages += (p for p in plain if rng.random() < 0.75)
            passages += (replaced(p, stock, rng) for p in plain if rng.random() < 0.75)
    for copy in range(own):
        for story in read_inline(HERE / "newswire.txt"):
            at = 0
            while at < len(story):
                count = rng.choice([1, 1, 2, 3])
                passage = laid_out(story[at : at + count], stock, rng)
                passages.append(replaced(passage, stock, rng, 0.7) if copy > 1 else passage)
                at += count
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


def train(work: Path, name: str, config: Path, *settings: str) -> Path:
    """Runs `spacy train`; the folder of the best model."""
    command = [sys.executable, "-m", "spacy", "train", str(config)]
    command += ["--output", str(work / name), "--paths.train", str(work / "train.spacy")]
    command += ["--paths.dev", str(work / "dev.spacy"), *settings]
    subprocess.run(command, check=True)
    return work / name / "model-best"


def continuing(work: Path, model: Path) -> Path:
    """model.cfg, starting from a trained model instead of from scratch."""
    config = (HERE / "model.cfg").read_text(encoding="utf-8")
    before, rest = config.split("[components.ner]\n", 1)
    after = rest.split("[corpora]\n", 1)[1]
    path = work / "last.cfg"
    source = f'[components.ner]\nsource = "{model.as_posix()}"\n'
    path.write_text(f"{before}{source}[corpora]\n{after}", encoding="utf-8")
    return path


def averaged(models: list[Path], weights: list[float], into: Path) -> Path:
    """The weighted average of models of one architecture, which errs less than each."""
    pipelines = [spacy.load(path) for path in models]
    nodes = [list(nlp.get_pipe("ner").model.walk()) for nlp in pipelines]
    for same in zip(*nodes, strict=True):
        for name in same[0].param_names:
            if same[0].has_param(name):
                values = [w * node.get_param(name) for w, node in zip(weights, same, strict=True)]
                same[0].set_param(name, sum(values[1:], values[0]))
    pipelines[0].to_disk(into)
    return into


def packaged(source: Path, into: Path, data: Path) -> None:
    """Copies a trained model without the training vocabulary, with its scores and its config."""
    model = spacy.load(source)
    shutil.rmtree(into / "ner", ignore_errors=True)
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
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--last", type=int, default=600)
    parser.add_argument("--rate", type=float, default=0.0003, help="of the last steps")
    parser.add_argument("--start", type=Path, help="go on from this model, skip the first stage")
    parser.add_argument("--work", type=Path, help="keep the work here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work: Path = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        development = sets(options.data)
        write(work / "dev.spacy", [*development["pud"], *development["gmb"][:500]])
        first = options.start
        if first is None:
            write(work / "train.spacy", mixed(options.data, WEIGHTS, OWN_COPIES, 3))
            steps = ("--training.max_steps", str(options.steps))
            first = train(work, "first", HERE / "model.cfg", *steps)
        write(work / "train.spacy", mixed(options.data, LAST_WEIGHTS, LAST_OWN_COPIES, 4))
        steps = ("--training.max_steps", str(options.last))
        slower = ("--training.optimizer.learn_rate", str(options.rate))
        last = train(work, "last", continuing(work, first), *steps, *slower)
        parts = [first, last, last.parent / "model-last"]
        packaged(averaged(parts, AVERAGE, work / "average"), options.into, options.data)


if __name__ == "__main__":
    main()
