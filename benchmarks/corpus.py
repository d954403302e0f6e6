"""A newswire that never was: stories drawn from word lists, the same on every machine.

Words, names and places are put together from syllables and drawn by Zipf's law; some words stand
in fixed pairs, so that phrases have something to find, and every story has its own numbers, so
that the vocabulary keeps growing. Each word is its own stem and no two share one, so that engines
with and without stemming must agree on every total. N stories are the first N of any more.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product

from wiredesk.index.analysis import STOP_WORDS, stem

MULTIPLE = ("person", "organisation", "place")
SINGLE = ("city", "agency", "country", "byline", "form")
FACETS = MULTIPLE + SINGLE
SEED = 7

_BEGIN = "b br c d dr f fl g gr h j k l m n p pl r s sh st t tr v w".split()
_VOWEL = "a e i o u".split()
_END = "b ck d g k m mp n nd nk nt p rd rk rm rn rp rt sk st t x".split()
_KNOWN = """bank oil market trade grain wheat coffee copper budget tariff strike port ship export
import dollar yen bond deficit growth output cartel quota merger takeover bid loan debt credit
rate tax court trial vote poll treaty border army flood storm""".split()
_COMMON = "said the of in to a and".split()
PAIRS = (
    ("trade", "deficit"),
    ("grain", "export"),
    ("tax", "court"),
    ("oil", "output"),
    ("bank", "rate"),
)


@dataclass(frozen=True, slots=True)
class Story:
    """One story, before any engine has seen it. Absent facets have no entry."""

    number: int
    headline: str
    body: str
    facets: dict[str, tuple[str, ...]]

    @property
    def text(self) -> str:
        """Headline and body, for engines that keep them in one field; the word between them keeps
        phrases from running from one into the other."""
        return f"{self.headline} zz {self.body}"


class Zipf:
    """Draws values, the r-th with a chance of 1 / r ** exponent."""

    def __init__(self, values: Sequence[str], exponent: float) -> None:
        self.values = values
        self._sums = list(accumulate(rank**-exponent for rank in range(1, len(values) + 1)))

    def draw(self, rng: random.Random) -> str:
        """One value."""
        return self.values[bisect_left(self._sums, rng.random() * self._sums[-1])]


def vocabulary() -> list[str]:
    """Words that are their own stems, the most frequent first."""
    syllables = ["".join(s) for s in product(_BEGIN, _VOWEL, _END)]
    rng = random.Random(SEED)
    rng.shuffle(syllables)
    made = (a + b for a, b in zip(syllables, syllables[1:] + syllables[:1], strict=True))
    longer = (a + v + b for a, v, b in zip(syllables, syllables[7:], syllables[99:], strict=False))
    words = dict.fromkeys((*_COMMON, *_KNOWN, *syllables, *made, *longer))
    return [w for w in words if w in _COMMON or (stem(w) == w and w not in STOP_WORDS)]


def names(count: int, seed: int, tail: Sequence[str] = ()) -> list[str]:
    """Invented names of two parts, or of one part and one of `tail`."""
    rng = random.Random(seed)
    syllables = ["".join(s) for s in product(_BEGIN, _VOWEL, _END)]
    found: dict[str, None] = {}
    while len(found) < count:
        first = rng.choice(syllables)
        last = rng.choice(tail) if tail else rng.choice(syllables) + rng.choice(syllables)
        found[f"{first} {last}".title()] = None
    return list(found)


def stories(count: int, words: int = 300) -> Iterator[Story]:
    """The first `count` stories, with about `words` words each."""
    draw = Zipf(vocabulary(), 1.0).draw
    people = Zipf(names(40_000, 1), 1.0)
    groups = Zipf(names(15_000, 2, ("corp", "bank", "union", "council", "ministry", "line")), 1.0)
    places = Zipf(names(2_000, 3), 1.1)
    cities = Zipf(names(600, 4), 1.0)
    agencies = Zipf([f"Wire {c}" for c in "ABCDEFGHIJKL"], 1.2)
    countries = Zipf(names(180, 5), 1.0)
    writers = Zipf(names(4_000, 6), 0.9)
    forms = Zipf([str(year) for year in range(2026, 1986, -1)], 0.5)
    rng = random.Random(SEED)

    def several(source: Zipf, most: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(source.draw(rng) for _ in range(rng.randint(0, most))))

    for number in range(count):
        facets = {
            "person": several(people, 5),
            "organisation": several(groups, 5),
            "place": several(places, 4),
            "city": (cities.draw(rng),),
            "agency": (agencies.draw(rng),),
            "country": (countries.draw(rng),),
            "byline": (writers.draw(rng),) if rng.random() < 0.7 else (),
            "form": (forms.draw(rng),),
        }
        body: list[str] = []
        for _ in range(max(1, int(words * rng.lognormvariate(-0.15, 0.55) / 12))):
            sentence = [draw(rng) for _ in range(rng.randint(6, 16))]
            if rng.random() < 0.12:
                at = rng.randrange(len(sentence))
                sentence[at:at] = rng.choice(PAIRS)
            if rng.random() < 0.3:
                sentence.append(str(rng.randrange(10 ** rng.randint(1, 6))))
            sentence[-1] += "."
            body += sentence
        yield Story(
            number=number,
            headline=" ".join(draw(rng) for _ in range(rng.randint(4, 9))),
            body=" ".join(body),
            facets={name: values for name, values in facets.items() if values},
        )
