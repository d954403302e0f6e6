"""Repairs to labels that a corpus has wrong often enough to matter.

GMB was labelled by a program and corrected here and there: "Haaretz" is a person in it, "Labor
Party" a place, "Christmas" another. What a name's own last word, the word before it or a word list
says is more often right than the corpus.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from corpora import Sentence, Span

BODY = frozenset(
    "Party Army Ministry University Front Council Committee Union Organization Organisation Court"
    " Bank Movement Agency Department Parliament Senate Corporation Commission Brigade Brigades"
    " Association Federation Institute Congress Assembly Forces Force Guard Guards Police Company"
    " Group Foundation Authority Bureau Office Inc. Corp. Ltd. Network Television Times Post News"
    " Journal Tribune Herald Telegraph Newspaper Administration Alliance Coalition League Club"
    " Hospital College School Church Fund Exchange Airlines Airways Motors Industries Navy Service"
    " Cabinet Tribunal Secretariat Taskforce Militia Legion Resistance Society".split()
)
PLACE = frozenset(
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
BEFORE_PERSON = frozenset(
    "President Mr. Mrs. Ms. Minister General Senator Secretary Chancellor Spokesman spokesman"
    " Spokeswoman spokeswoman Governor Judge Chairman Ambassador Colonel Premier leader cleric"
    " lawmaker journalist activist actor actress singer Sheikh Ayatollah Pope King Queen Justice"
    " Representative Congressman Lieutenant Major Captain Commander".split()
)


_JOB = frozenset(
    "Secretary-General Secretary-generals Ambassador President Secretary Minister Director Chairman"
    " Commissioner Representative Envoy envoy ambassador spokesman spokeswoman militants officials"
    " forces troops negotiator Leader leader Coordinator Prosecutor".split()
)
_OFFICE = frozenset("Secretary Minister Ministers Secretaries Undersecretary Director".split())
_HALVES = frozenset("North South East West Latin Central Southeast Eastern Western".split())
_SIDE = frozenset("northern southern eastern western central downtown".split())


SURE = 0.7
"""A name that has one label in this share of its places has it in all."""


def repaired(
    sentences: list[Sentence],
    lists: Mapping[str, str],
    given: frozenset[str] = frozenset(),
    things: frozenset[str] = frozenset(),
) -> list[Sentence]:
    """The sentences with better labels. `lists` maps names, as written, to their label; `given`
    are given names; `things` have a name but none of the labels."""
    people = Counter(
        sentence.words[i]
        for sentence in sentences
        for a, b, label in sentence.spans
        if label == "PERSON" and b - a > 1
        for i in range(a, b)
    )
    result = [_repaired(sentence, lists, people, given, things) for sentence in sentences]
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for words, spans in result:
        for a, b, label in spans:
            votes[" ".join(words[a:b])][label] += 1
    sure = {
        name: counts.most_common(1)[0][0]
        for name, counts in votes.items()
        if 4 < counts.total() < counts.most_common(1)[0][1] / SURE
    }
    return [
        Sentence(words, [(a, b, sure.get(" ".join(words[a:b]), lab)) for a, b, lab in spans])
        for words, spans in result
    ]


def _repaired(
    sentence: Sentence,
    lists: Mapping[str, str],
    people: Counter[str],
    given: frozenset[str],
    things: frozenset[str],
) -> Sentence:
    words = sentence.words
    spans: list[Span] = []
    for a, b, label in _parted(sentence, lists):
        a, b, label = _trimmed(words, a, b, label)
        if a == b:
            continue
        name = " ".join(words[a:b])
        last = words[b - 1]
        before = words[a - 1] if a else ""
        listed = lists.get(name)
        if (
            last in _NOTHING
            or name in _NOTHING
            or name.islower()
            or (name in things and not listed)
        ):
            continue
        if re.fullmatch(r"[\W\d]+", name) or before == "@" or name.startswith("@"):
            continue
        if before == "of" and a > 1 and words[a - 2] in _OFFICE and listed != "LOC":
            if b - a > 2 and words[a + 1] in given:  # Secretary of State Jane Roe
                spans.append((a + 1, b, "PERSON"))
            continue
        if listed and not (label == "PERSON" and (before in BEFORE_PERSON or people[name] > 2)):
            label = listed
        elif last in BODY and label != "NORP" and b - a > 1:
            label = "ORG"
        elif last in PLACE and label != "NORP" and b - a > 1:
            label = "LOC"
        elif before in _PRESS and label in ("PERSON", "LOC"):
            label = "ORG"
        elif (before in BEFORE_PERSON and label in ("LOC", "ORG") and name[:1].isupper()) or (
            label == "ORG" and 1 < b - a < 4 and words[a] in given and people[last] > 0
        ):
            label = "PERSON"
        if label == "NORP" and before in _HALVES:
            a -= 1
        if spans and spans[-1][1] == a and spans[-1][2] == "NORP" and last in BODY:
            a = spans.pop()[0]
        if spans and spans[-1][1] > a:
            spans.pop()
        spans.append((a, b, label))
    return Sentence(words, spans)


def _parted(sentence: Sentence, lists: Mapping[str, str]) -> Iterator[Span]:
    """The spans; one that joins two listed names by `and` as two."""
    words = sentence.words
    for a, b, label in sentence.spans:
        if "and" in words[a + 1 : b - 1]:
            middle = words.index("and", a + 1)
            first = lists.get(" ".join(words[a:middle]))
            second = lists.get(" ".join(words[middle + 1 : b]))
            if first and second:
                yield a, middle, first
                yield middle + 1, b, second
                continue
        yield a, b, label


def _trimmed(words: list[str], start: int, end: int, label: str) -> Span:
    """The span without jobs, sides of a country and marks at its ends."""
    while start < end and (words[start] in _SIDE or not words[start][0].isalnum()):
        start += 1
    while start < end and (words[end - 1] in _JOB or words[end - 1] in ("-", ",", '"', "for")):
        end -= 1
    titles = start
    while end - titles > 1 and words[titles] in BEFORE_PERSON:
        titles += 1
    if titles > start and label in ("ORG", "PERSON") and words[titles][0].isupper():
        return titles, end, "PERSON"
    return start, end, label


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
