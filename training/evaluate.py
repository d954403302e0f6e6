"""Scores of a model by itself: exact span and label, micro over people, organisations, places.

    python training/evaluate.py MODEL DATA

`the` before a name and a possessive after it do not count, on either side. Two sets: Universal
NER PUD (news and encyclopedia, labelled by hand) and the held-out part of GMB (repaired labels).
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from corpora import (
    DEVELOPMENT,
    TENTH,
    Passage,
    held_out,
    own_stories,
    read,
    relabelled,
    to_text,
)

HERE = Path(__file__).parent

SCORED = ("PERSON", "ORG", "LOC")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without a leading article and a trailing possessive."""
    if text[start:end].lower().startswith("the "):
        start += 4
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    return start, end


def score(model: Any, passages: list[Passage]) -> dict[str, dict[str, float]]:
    """Label (and `all`) -> `p`, `r` and `f`, in percent."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for doc, (text, spans) in zip(model.pipe([p.text for p in passages]), passages, strict=True):
        gold = {(*trimmed(text, a, b), lab) for a, b, lab in spans if lab in SCORED}
        found = {
            (*trimmed(text, e.start_char, e.end_char), e.label_)
            for e in doc.ents
            if e.label_ in SCORED
        }
        right.update(lab for *_, lab in gold & found)
        wrong.update(lab for *_, lab in found - gold)
        missed.update(lab for *_, lab in gold - found)
    result = {}
    for label in (*SCORED, "all"):
        r, w, m = ((c.total() if label == "all" else c[label]) for c in (right, wrong, missed))
        result[label] = {
            "p": round(100 * r / max(r + w, 1), 1),
            "r": round(100 * r / max(r + m, 1), 1),
            "f": round(200 * r / max(2 * r + w + m, 1), 1),
        }
    return result


def sets(data: Path) -> dict[str, list[Passage]]:
    """The development sets: `pud`, `gmb`, and `own`, a tenth of what was labelled by hand here."""
    gmb = read(data, "gmb")
    apart = held_out(gmb)
    by_hand = list(relabelled(gmb, HERE / "gmb_labels.tsv").values())
    own = [passage for story in own_stories(HERE / "sentences")[::TENTH] for passage in story]
    return {
        "pud": [to_text(s) for s in read(data, DEVELOPMENT)],
        "gmb": [to_text(s) for i, s in enumerate(gmb) if i in apart],
        "own": [*map(to_text, by_hand[::TENTH]), *own],
    }


def report(path: Path, data: Path) -> dict[str, Any]:
    """All scores of the model at `path`, its size in bytes and its words per CPU second."""
    import spacy

    model = spacy.load(path)
    passages = sets(data)
    result: dict[str, Any] = {name: score(model, items) for name, items in passages.items()}
    texts = [p.text for p in passages["gmb"]]
    start = time.process_time()
    words = sum(len(text.split()) for text, _ in zip(texts, model.pipe(texts), strict=True))
    result["words_per_cpu_second"] = round(words / (time.process_time() - start))
    result["bytes"] = sum(f.stat().st_size for f in path.rglob("*") if f.is_file())
    return result


if __name__ == "__main__":
    print(json.dumps(report(Path(sys.argv[1]), Path(sys.argv[2])), indent=1))
