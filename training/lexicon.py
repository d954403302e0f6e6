"""What word lists know of a word, as a small table of word vectors.

A model of this size cannot learn thirty thousand names by heart. Each listed word gets a vector of
ones and zeros, one dimension a list; words of the same lists share a row, so that the table stays
small. spaCy reads it like any static vectors.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import spacy  # noqa: TID253 (a program of its own)
from corpora import Sentence
from repair import BEFORE_PERSON, BODY, PLACE
from spacy.vectors import Vectors  # noqa: TID253
from variety import SUFFIXES, TITLES, cultures

HERE = Path(__file__).parent
INDEX = HERE.parent / "index"
NAMED = {
    "company": "ORG",
    "acronym": "ORG",
    "body": "ORG",
    "media": "ORG",
    "club": "ORG",
    "region": "LOC",
    "site": "LOC",
    "town": "LOC",
    "group": "NORP",
    "mononym": "PERSON",
    "thing": "",
    "job": "",
}
"""List in `lists/` -> what its names are; a thing or job is none of what is looked for."""

KINDS = (
    "metropolis city small-city people given family suffix body-noun place-noun title"
    " word common-word very-common-word city-word country country-word"
).split() + [kind + end for kind in NAMED for end in ("", "-word")]
_ALSO_PEOPLE = ("Georgia", "Jordan", "Chad", "Guinea")


def lines(path: Path) -> list[str]:
    """The lines of a table, without comments."""
    rows = path.read_text(encoding="utf-8").splitlines()
    return [row for row in rows if row and not row.startswith("#")]


def named(kind: str) -> list[str]:
    """The names of one list."""
    return lines(HERE / "lists" / f"{kind}.txt")


def countries() -> Iterator[tuple[str, list[str], list[str]]]:
    """ISO code, names and peoples of each country."""
    for line in lines(INDEX / "countries.tsv"):
        code, name, forms, peoples = line.split("\t")
        yield code, [name, *filter(None, forms.split(";"))], [*filter(None, peoples.split(";"))]


def organisations() -> Iterator[list[str]]:
    """The forms of each organisation that wiredesk merges."""
    for line in lines(INDEX / "entities" / "data" / "organisations.tsv"):
        name, _, forms = line.removeprefix("*").partition("\t")
        yield [name, *filter(None, forms.split("|"))]


def certain_names(groups: Iterable[str]) -> dict[str, str]:
    """Names whose label is certain enough to overrule a corpus labelled by a program."""
    certain = dict.fromkeys(filter(None, groups), "NORP")
    for kind, label in NAMED.items():
        if label in ("ORG", "LOC"):
            certain |= dict.fromkeys((n for n in named(kind) if " " in n), label)
    for forms in organisations():
        for form in forms:
            if " " in form or (len(form) > 3 and not form.istitle()):
                certain[form] = "ORG"
    for _, names, peoples in countries():
        certain |= dict.fromkeys((n for n in names if n not in _ALSO_PEOPLE), "LOC")
        for people in peoples:
            certain[people] = certain[people + "s"] = "NORP"
    certain |= dict.fromkeys(lines(INDEX / "entities" / "data" / "places.txt"), "LOC")
    return certain


def listed(sentences: Iterable[Sentence]) -> dict[str, set[str]]:
    """Word -> the lists that have it; the words of a name of several are on the list's `-word`.
    `sentences` tell which words are written small, and how often."""
    found: dict[str, set[str]] = defaultdict(set)

    def add(kind: str, name: str) -> None:
        words = name.replace("-", " ").split()
        if len(words) > 1:
            for word in words:
                if not word.islower():
                    found[word].add(f"{kind}-word")
        if " " not in name:
            found[name].add(kind)

    for line in lines(INDEX / "wire" / "data" / "gazetteer.tsv"):
        name, *_, thousands, _ = line.split("\t")
        if " " in name:
            add("city", name)
        else:
            size = int(thousands)
            kind = "metropolis" if size >= 500 else "city" if size >= 60 else "small-city"
            found[name].add(kind)
    for _, forms, peoples in countries():
        for name in forms:
            add("country", name)
        for people in peoples:
            for word in (*people.split(), people + "s"):
                found[word].add("people")
    names = cultures(HERE / "names.tsv")
    for kind, known in (
        ("given", [name for culture in names for name in culture.given]),
        ("family", [name for culture in names for name in culture.family]),
    ):
        for name in (*known, *named(kind)):
            for word in name.split():
                found[word].add(kind)
    for forms in organisations():
        for form in forms:
            add("acronym" if form.isupper() and " " not in form else "body", form)
    for kind in NAMED:
        for name in named(kind):
            add(kind, name)
    for kind, nouns in (
        ("body-noun", BODY),
        ("suffix", SUFFIXES),
        ("place-noun", PLACE),
        ("title", (*TITLES, *BEFORE_PERSON)),
    ):
        for word in nouns:
            found[word.strip("& ")].add(kind)
    small = Counter(w for s in sentences for w in s.words if w.islower() and w.isalpha())
    for word, count in small.items():
        if count > 4:
            kind = "word" if count < 40 else "common-word" if count < 400 else "very-common-word"
            for form in (word, word.capitalize()):
                found[form].add(kind)
    for word in [w for w in found if len(w) > 4 and not w.isupper()]:
        found[word.upper()] |= found[word]
    return found


def write(path: Path, sentences: Iterable[Sentence]) -> None:
    """A blank pipeline with the table as its vectors."""
    nlp = spacy.blank("en")
    rows: dict[tuple[float, ...], int] = {}
    of_word = {}
    for word, kinds in sorted(listed(sentences).items()):
        vector = tuple(float(kind in kinds) for kind in KINDS)
        of_word[word] = rows.setdefault(vector, len(rows))
    nlp.vocab.vectors = Vectors(data=np.array(list(rows), dtype="f"))
    for word, row in of_word.items():
        nlp.vocab.vectors.add(word, row=row)
    nlp.to_disk(path)
    print(len(of_word), "words,", len(rows), "rows")
