"""The corpora: read, repaired, as plain text with character spans.

Each file of the data folder holds one sentence a line: `tokens` and `spans` (`[start, end, label]`
in tokens). `uner_pud` is the development set: it is scored on and never trained on. Of `gmb`, 1,500
sentences are held out likewise.
"""

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

Span = tuple[int, int, str]
LABELS = ("PERSON", "ORG", "LOC", "NORP")
DEVELOPMENT = "uner_pud"
HELD_OUT = 1_500
TENTH = 10
"""Of what was labelled by hand here, every tenth sentence or story is kept for development."""
_NO_BLANK_BEFORE = frozenset(".,;:!?)]%'") | {"'s", "n't", "'re", "'ve", "'ll", "'d", "'m", "..."}
_NO_BLANK_AFTER = frozenset("([$#")
_QUOTES = ('"', "``", "''", "“", "”")
_INLINE = re.compile(r"\[([POLN]) ([^\]]+)\]")
_INLINE_LABELS = {"P": "PERSON", "O": "ORG", "L": "LOC", "N": "NORP"}


class Sentence(NamedTuple):
    """Words and their spans, in words, end exclusive."""

    words: list[str]
    spans: list[Span]


class Passage(NamedTuple):
    """Text and its spans, in characters, end exclusive."""

    text: str
    spans: list[Span]


def read(data: Path, name: str) -> list[Sentence]:
    """The sentences of a corpus."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Sentence(row["tokens"], [(a, b, lab) for a, b, lab in row["spans"] if lab in LABELS])
        for row in rows
    ]


def with_groups(sentences: Iterable[Sentence], words: frozenset[str]) -> list[Sentence]:
    """Nationalities and faiths marked where a corpus that has no such label leaves them bare."""
    result = []
    for sentence in sentences:
        covered = {i for a, b, _ in sentence.spans for i in range(a, b)}
        more = [
            (i, i + 1, "NORP")
            for i, word in enumerate(sentence.words)
            if word in words and i not in covered
        ]
        result.append(Sentence(sentence.words, sorted(sentence.spans + more)))
    return result


def held_out(sentences: list[Sentence]) -> frozenset[int]:
    """The places of the sentences of GMB kept for development; the same ones every time."""
    order = list(range(len(sentences)))
    random.Random(7).shuffle(order)
    return frozenset(order[:HELD_OUT])


def relabelled(sentences: list[Sentence], path: Path) -> dict[int, Sentence]:
    """The sentences that were labelled again by hand, by their place in the corpus.

    `path` holds no text: a line is a sentence's index and its spans, `start-end:LABEL` in words.
    """
    result = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        index, *marks = line.split()
        spans = []
        for mark in marks:
            where, label = mark.split(":")
            start, end = map(int, where.split("-"))
            spans.append((start, end, label))
        result[int(index)] = Sentence(sentences[int(index)].words, spans)
    return result


def to_text(sentence: Sentence, *, curly: bool = False) -> Passage:
    """The sentence as it would be printed."""
    text = ""
    places: list[tuple[int, int]] = []
    quoted = False
    glue = False
    for word in sentence.words:
        if word in _QUOTES:
            quoted = not quoted
            if quoted and text and not glue:
                text += " "
            places.append((len(text), len(text) + 1))
            text += ("“" if quoted else "”") if curly else '"'
            glue = quoted
            continue
        word = {"-LRB-": "(", "-RRB-": ")"}.get(word, word)
        plain = word.replace("’", "'")
        if text and not glue and plain not in _NO_BLANK_BEFORE:
            text += " "
        if curly:
            word = word.replace("'", "’")
        places.append((len(text), len(text) + len(word)))
        text += word
        glue = word in _NO_BLANK_AFTER
    return Passage(text, [(places[a][0], places[b - 1][1], lab) for a, b, lab in sentence.spans])


def own_stories(folder: Path) -> list[list[Passage]]:
    """The stories of our own writing, sentences with marks such as `[O Corvet Systems]`."""
    stories: list[list[Passage]] = []
    for path in sorted(folder.glob("*.txt")):
        stories.append([])
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip():
                stories.append([])
            elif not line.startswith("#"):
                stories[-1].append(_inline(line))
    return [story for story in stories if story]


def _inline(line: str) -> Passage:
    text = ""
    spans: list[Span] = []
    at = 0
    for mark in _INLINE.finditer(line):
        text += line[at : mark.start()]
        name = mark.group(2)
        spans.append((len(text), len(text) + len(name), _INLINE_LABELS[mark.group(1)]))
        text += name
        at = mark.end()
    return Passage(text + line[at:], spans)


def joined(passages: Iterable[Passage], gaps: Iterator[str]) -> Passage:
    """One passage of several, with the next of `gaps` between two."""
    text = ""
    spans: list[Span] = []
    for passage in passages:
        if text:
            text += next(gaps)
        spans += [(a + len(text), b + len(text), lab) for a, b, lab in passage.spans]
        text += passage.text
    return Passage(text, spans)
