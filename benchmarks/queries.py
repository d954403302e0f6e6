"""The questions put to every engine, by class."""

from dataclasses import dataclass
from typing import Literal

from benchmarks.corpus import Zipf, names

Operator = Literal["term", "or", "and", "phrase", "prefix", "all"]


@dataclass(frozen=True, slots=True)
class Question:
    """Words under one operator, and values that stories must have."""

    kind: str
    operator: Operator
    words: tuple[str, ...]
    filters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        filters = [f"{name}={value!r}" for name, value in self.filters]
        return " ".join([self.operator, *self.words, *filters])


def _frequent(count: int, seed: int, rank: int) -> str:
    return Zipf(names(count, seed), 1.0).values[rank]


def questions() -> list[Question]:
    """All of them; the filters use values that are frequent in the corpus."""
    place, city = _frequent(2_000, 3, 0), _frequent(600, 4, 1)
    country, person = _frequent(180, 5, 2), _frequent(40_000, 1, 0)

    def ask(kind: str, operator: Operator, text: str, **filters: str) -> Question:
        return Question(kind, operator, tuple(text.split()), tuple(filters.items()))

    return [
        *(ask("rare", "term", w) for w in ("shindrark", "1987", "4242", "trep", "vusk")),
        *(ask("common", "term", w) for w in ("said", "bank", "market", "oil", "storm")),
        *(ask("or", "or", w) for w in ("oil cartel", "wheat coffee", "flood storm", "vote poll")),
        *(ask("and", "and", w) for w in ("oil cartel", "bank debt", "grain tariff", "tax vote")),
        *(
            ask("phrase", "phrase", w)
            for w in ("trade deficit", "grain export", "tax court", "bank rate")
        ),
        *(ask("prefix", "prefix", w) for w in ("pla", "stor", "tre", "ban")),
        ask("one filter", "term", "oil", place=place),
        ask("one filter", "term", "bank", city=city),
        ask("one filter", "term", "market", agency="Wire A"),
        ask("three filters", "term", "said", agency="Wire A", country=country, form="2025"),
        ask("three filters", "term", "the", agency="Wire B", person=person, place=place),
        ask("all", "all", ""),
        ask("all", "all", "", country=country),
    ]
