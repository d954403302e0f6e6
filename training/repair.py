"""Repairs to labels that a corpus has wrong often enough to matter.

GMB was labelled by a program and corrected here and there: "Haaretz" is a person in it, "Labor
Party" a place, "Christmas" another. What a name's own last word, the word before it or a word list
says is more often right than the corpus.
"""

import re
from collections import Counter
from collections.abc import Mapping

from corpora import Sentence, Span

_BODY = frozenset(
    "Party Army Ministry University Front Council Committee Union Organization Organisation Court"
    " Bank Movement Agency Department Parliament Senate Corporation Commission Brigade Brigades"
    " Association Federation Institute Congress Assembly Forces Force Guard Guards Police Company"
    " Group Foundation Authority Bureau Office Inc. Corp. Ltd. Network Television Times Post News"
    " Journal Tribune Herald Telegraph Newspaper Administration Alliance Coalition League Club"
    " Hospital College School Church Fund Exchange Airlines Airways Motors Industries Navy Service"
    " Cabinet Tribunal Secretariat Taskforce Militia Legion Resistance Society".split()
)
_PLACE = frozenset(
    "River Sea Mountains Island Islands Province Strip Valley Airport Peninsula Lake Street Ocean"
    " Gulf Desert Bay Coast Delta Region District County Strait Heights Airfield Square Bridge"
    " Highway Canal Mountain Plateau Territory Territories Prefecture".split()
)
_NOTHING = frozenset(
    "Christmas Easter Holocaust Ramadan Thanksgiving Olympics Olympic Games Cup Prize Award Awards"
    " War Treaty Agreement Accord Accords Protocol Constitution Convention Championship Open Day"
    " Act Tour Bowl Oscar Grammy Medal Internet Koran Quran Bible Hurricane Typhoon Sunday Monday"
    " Tuesday Wednesday Thursday Friday Saturday January February April June July August September"
    " October November December Web Islam Christianity Judaism Buddhism God Allah".split()
)
_PRESS = frozenset("newspaper daily magazine broadcaster station network channel tabloid".split())
_BEFORE_PERSON = frozenset(
    "President Mr. Mrs. Ms. Minister General Senator Secretary Chancellor Spokesman spokesman"
    " Spokeswoman spokeswoman Governor Judge Chairman Ambassador Colonel Premier leader cleric"
    " lawmaker journalist activist actor actress singer Sheikh Ayatollah Pope King Queen Justice"
    " Representative Congressman Lieutenant Major Captain Commander".split()
)


def repaired(sentences: list[Sentence], lists: Mapping[str, str]) -> list[Sentence]:
    """The sentences with better labels. `lists` maps names, as written, to their label."""
    people = Counter(
        sentence.words[i]
        for sentence in sentences
        for a, b, label in sentence.spans
        if label == "PERSON" and b - a > 1
        for i in range(a, b)
    )
    return [_repaired(sentence, lists, people) for sentence in sentences]


def _repaired(sentence: Sentence, lists: Mapping[str, str], people: Counter[str]) -> Sentence:
    words = sentence.words
    spans: list[Span] = []
    for a, b, label in sentence.spans:
        name = " ".join(words[a:b])
        last = words[b - 1]
        before = words[a - 1] if a else ""
        listed = lists.get(name)
        if last in _NOTHING or name in _NOTHING:
            continue
        if re.fullmatch(r"[\W\d]+", name) or before == "@" or name.startswith("@"):
            continue
        if listed and not (label == "PERSON" and (before in _BEFORE_PERSON or people[name] > 2)):
            label = listed
        elif last in _BODY and label != "NORP" and b - a > 1:
            label = "ORG"
        elif last in _PLACE and label != "NORP" and b - a > 1:
            label = "LOC"
        elif before in _PRESS and label in ("PERSON", "LOC"):
            label = "ORG"
        elif before in _BEFORE_PERSON and label in ("LOC", "ORG") and name[:1].isupper():
            label = "PERSON"
        spans.append((a, b, label))
    return Sentence(words, spans)


def spread(sentences: list[Sentence], lists: Mapping[str, str]) -> list[Sentence]:
    """Listed names of several words that are bare get their label, where no span is near."""
    by_first: dict[str, list[tuple[list[str], str]]] = {}
    for name, label in lists.items():
        parts = name.split()
        if len(parts) > 1:
            by_first.setdefault(parts[0], []).append((parts, label))
    result = []
    for words, spans in sentences:
        covered = {i for a, b, _ in spans for i in range(a, b)}
        more = []
        for i, word in enumerate(words):
            for parts, label in by_first.get(word, ()):
                end = i + len(parts)
                near = covered & set(range(i - 1, end + 1))
                if words[i:end] == parts and not near and words[end : end + 1] != ["of"]:
                    more.append((i, end, label))
                    covered.update(range(i, end))
        result.append(Sentence(words, sorted(spans + more)))
    return result
