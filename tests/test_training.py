"""The parts of the model's training that need no data folder: marks, repairs, variety, lists."""

import itertools
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from corpora import LABELS, Passage, Sentence, own_stories, relabelled
from lexicon import NAMED, listed, named
from repair import repaired
from variety import Culture, Stock, cultures, replaced, with_dateline

TRAINING = Path(__file__).parent.parent / "training"
STORIES = own_stories(TRAINING / "sentences")


def inline(sentence: Sentence) -> list[tuple[str, str]]:
    return [(" ".join(sentence.words[a:b]), label) for a, b, label in sentence.spans]


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_make_model_says_how_to_call_it():
    made = subprocess.run(
        ["make", "model", "DATA="], cwd=TRAINING.parent, capture_output=True, text=True
    )
    assert made.returncode == 2
    assert "make model DATA=path/to/the/data" in made.stderr


def test_our_own_sentences_are_marked_cleanly():
    assert sum(map(len, STORIES)) > 2_000
    for story in STORIES:
        for text, spans in story:
            assert not set("[]") & set(text), text
            for a, b, label in spans:
                assert label in LABELS
                assert text[a:b] == text[a:b].strip()
                assert not re.match(r"(?i)the ", text[a:b]), text


def test_labels_given_again_by_hand_hold_no_text_and_do_not_overlap():
    lines = (TRAINING / "gmb_labels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) > 2_000
    for line in lines:
        assert re.fullmatch(r"\d+\t(\d+-\d+:[A-Z]+ ?)*", line), line
        ends = [tuple(map(int, where.split("-"))) for where in re.findall(r"\d+-\d+", line)]
        assert all(a < b for a, b in ends)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(ends))


def test_labels_by_hand_replace_those_of_the_corpus(tmp_path):
    table = tmp_path / "labels.tsv"
    table.write_text("# comment\n1\t0-2:PERSON 3-4:LOC\n", encoding="utf-8")
    corpus = [Sentence(["x"], []), Sentence("Jane Roe left Quito".split(), [(0, 4, "ORG")])]
    assert {i: inline(s) for i, s in relabelled(corpus, table).items()} == {
        1: [("Jane Roe", "PERSON"), ("Quito", "LOC")]
    }


@pytest.mark.parametrize(
    ("text", "spans", "names"),
    [
        ("met General Roe today", [(1, 3, "ORG")], [("Roe", "PERSON")]),
        ("India and Pakistan agreed", [(0, 3, "ORG")], [("India", "LOC"), ("Pakistan", "LOC")]),
        ("Secretary of State Jane Roe said", [(2, 5, "ORG")], [("Jane Roe", "PERSON")]),
        ("the U.N. Secretary-General said", [(1, 3, "ORG")], [("U.N.", "ORG")]),
        ("in southern Peru rain fell", [(1, 3, "LOC")], [("Peru", "LOC")]),
        (
            "Afghan Defense Ministry",
            [(0, 1, "NORP"), (1, 3, "ORG")],
            [("Afghan Defense Ministry", "ORG")],
        ),
        ("a South Korean ship", [(2, 3, "NORP")], [("South Korean", "NORP")]),
        ("won the Nobel Prize", [(2, 4, "ORG")], []),
    ],
)
def test_faulty_labels_are_repaired(text, spans, names):
    lists = {"India": "LOC", "Pakistan": "LOC", "U.N.": "ORG"}
    [sentence] = repaired([Sentence(text.split(), spans)], lists, frozenset(["Jane"]))
    assert inline(sentence) == names


def test_a_name_mostly_of_one_label_gets_it_everywhere():
    many = [Sentence(["Marlo"], [(0, 1, "PERSON")])] * 8 + [Sentence(["Marlo"], [(0, 1, "LOC")])]
    assert {label for s in repaired(many, {}) for *_, label in s.spans} == {"PERSON"}


@pytest.fixture(scope="module")
def stock() -> Stock:
    names = ["Ada Quist", "Ben Orr"]
    return Stock(
        cultures=cultures(TRAINING / "names.tsv"),
        full=names,
        first=["Ada", "Ben"],
        last=["Quist", "Orr"],
        cities=["Lima", "Oslo"],
        countries=["Peru", "Norway"],
        organisations=["Corvet Systems", "Pell Bank"],
        companies=["Corvet", "Pell"],
        acronyms=["CVS", "PLB"],
    )


def test_replacing_names_leaves_the_rest_and_keeps_each_label(stock):
    rng = random.Random(5)
    for story in STORIES[:200]:
        for passage in story:
            other = replaced(passage, stock, rng, share=1.0)
            assert [lab for *_, lab in other.spans] == [lab for *_, lab in sorted(passage.spans)]
            rest = iter(gaps(other))
            for gap in gaps(passage):
                assert next(rest).startswith(gap)  # a title may stand after it


def gaps(passage: Passage) -> list[str]:
    edges = [0, *(edge for a, b, _ in sorted(passage.spans) for edge in (a, b))]
    return [passage.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=False)]


def test_a_person_replaced_is_the_same_person_later(stock):
    text = "Jane Roe spoke. Roe left."
    passage = Passage(text, [(0, 8, "PERSON"), (16, 19, "PERSON")])
    for seed in range(50):
        other = replaced(passage, stock, random.Random(seed), share=1.0)
        (a, b, _), (c, d, _) = other.spans
        assert other.text[c:d] in other.text[a:b]


def test_a_dateline_moves_the_spans_along(stock):
    text = "Jane Roe spoke."
    for seed in range(30):
        other = with_dateline(Passage(text, [(0, 8, "PERSON")]), stock, random.Random(seed))
        a, b, label = other.spans[-1]
        assert (other.text[a:b], label) == ("Jane Roe", "PERSON")
        assert other.text[other.spans[0][0] : other.spans[0][1]].title() in ("Lima", "Oslo")


def test_family_names_stand_first_where_they_do():
    rng = random.Random(1)
    chinese = Culture("chinese", ["Weidong"], ["Zhao"])
    assert {chinese.person(rng) for _ in range(99)} >= {("Zhao Weidong", "Zhao")}
    english = Culture("english", ["Ann"], ["Yardley"])
    assert not any(english.person(rng)[0].startswith("Yardley") for _ in range(99))


def test_word_lists_have_no_doubles_and_say_what_a_word_is():
    for kind in NAMED:
        names = named(kind)
        assert len(names) == len(set(names)) > 300, kind
    found = listed([Sentence(["said"], [])] * 50)
    assert "metropolis" in found["Lagos"] and "metropolis" in found["LAGOS"]
    assert "people" in found["Peruvian"]
    assert "body-noun" in found["Ministry"]
    assert "common-word" in found["Said"] & found["said"]
    assert "Xyzzyq" not in found
