"""What rules know better than the model: word lists, cities, abbreviations, the rest of the story.

In this order, each step seeing what the one before left:

1. the ends of a mention are trimmed: quotes, "the", a possessive, titles before a person;
2. word lists (`listed`): countries, peoples, agencies and bodies, as they are written; never
   inside a longer mention of the model, which knows more;
3. the words in and beside a name say what it is (`context`): `Calder Petroleum`, `Vorn
   Municipality`, coach Ettore Vandel, the towns of Vorn and Elmar; a person or organisation whose
   name is that of a city is the city, unless a person of the story bears it;
4. `Long Name (LN)` makes LN what the long name is, everywhere in the story, and is an organisation
   where the model saw nothing but the letters fit; `Ann "Nan" Moss` is one person;
5. the story agrees on what each name is (`consistency`), also where the model saw nothing.
"""

import re
from collections.abc import Iterator, Mapping

from wiredesk.index.countries import demonyms, place_country
from wiredesk.index.entities import context
from wiredesk.index.entities.consistency import consistent
from wiredesk.index.entities.forms import (
    SMALL_WORDS,
    abbreviation_after,
    initials_of,
    is_company,
    without_title,
)
from wiredesk.index.entities.labels import Label
from wiredesk.index.entities.mention import Mention, merged, occurrences, without_overlaps
from wiredesk.index.entities.tables import lists, organisation

_WORD = re.compile(r"(?<![\w.\-@#/])(?:[^\W\d_a-z]\w*|al|el)\b")
_LOOSE = " \t\n\r\u00a0\"“”„«»‘'’`()[]{}.,;:!?*_–—-"
_DIRECTION = re.compile(
    r"(?:(?:north|south|east|west|central|upper|lower|mainland|downtown|mid|northern|southern"
    r"|eastern|western|northeast|northwest|southeast|southwest)(?:ern)?[ -]+)+"
)
_OFFICE = re.compile(
    r" (?:Secretary|Secretary-General|Minister|President|Chairman|Director|Director-General|Chief"
    r"|Brigadier-General|General|Spokesman|Spokeswoman|Commander)$"
)
"""An office after the body it belongs to is no part of the body's name."""

_PORTFOLIOS = tuple(
    "Defense Defence Commerce Energy Agriculture Trade Labor Labour Interior Foreign Finance Health"
    " Justice Education Transportation Transport Home State Prime Culture Tourism Economy Housing"
    " Environment Information Industry Oil Deputy Vice Press Cabinet Chief".split()
)
"""What may stand before `Secretary` or `Minister` and is no body by itself."""

_HYPHENATED = re.compile(
    r"-(?!(?:era|led|like|run|held|hit|born|made|owned)\b)(?:[^\W\d_a-z]\w+|[a-z]{2,4}\b)"
)
"""The second half of a surname, or of a Korean given name: the model may stop at the hyphen."""


def overlay(text: str, mentions: list[Mention], *, body_at: int) -> list[Mention]:
    """The mentions of a story text, corrected and completed, by position, without overlaps.

    `body_at` is where the body begins: headlines do not decide what a name is.
    """
    mentions = [m for m in (_trimmed(text, m) for m in mentions) if m is not None]
    mentions = context.without_plain_words(text, context.without_rows(text, mentions))
    mentions = _with_lists(text, mentions)
    mentions = _parted(text, mentions)
    mentions = context.bodies(text, mentions, body_at=body_at)
    mentions = _by_last_word(text, mentions)
    mentions = _cities(text, mentions)
    mentions = context.people_and_firms(text, mentions)
    mentions = context.addressed(text, mentions, body_at=body_at)
    mentions = context.places(text, mentions)
    mentions = context.without_things(text, mentions)
    mentions = _nicknamed(text, mentions)
    mentions = _spelt_out(text, mentions)
    mentions = _abbreviations(text, mentions)
    mentions = _short_forms(text, mentions)
    return _unshouted(text, consistent(text, mentions, body_at))


_NEXT_SENTENCE = re.compile(r"\b(?:Inc|Corp|Ltd|Co|plc|PLC|KGaA|Bros)\.(?= [A-Z])")
_DASH = re.compile(r".* (?:-|–|—|--) ")
"""What ends a mention that the model drew over two sentences, or over a dateline and its text."""


def _trimmed(text: str, mention: Mention) -> Mention | None:
    """The mention without what is around a name; None if nothing is left."""
    start, end, label, found_by = mention
    if cut := _NEXT_SENTENCE.search(text, start, end):
        end = cut.end()
    if dash := _DASH.search(text, start, end):
        start = dash.end()
    while start < end and text[start] in _LOOSE:
        start += 1
    while start < end and text[end - 1] in _LOOSE:
        if text[end - 1] == "." and _ends_abbreviated(text[start:end]):
            break
        end -= 1
    if text[end : end + 1] == "." and text[start:end].endswith((" Jr", " Sr")):
        end += 1
    if text[start:end].lower().startswith("the "):
        start += 4
    if text[end - 2 : end] in ("'s", "’s") and text[start:end] not in lists().listed:
        end -= 2
    piece = text[start:end]
    while piece.endswith((" and", " of", " the", " in")):
        end -= len(piece) - len(piece.rpartition(" ")[0])
        piece = text[start:end]
    while end > start and not (piece[-1].isalnum() or piece[-1] in ".'’)!&+"):
        end -= 1
        piece = text[start:end]
    if label == "PERSON" and " " in piece and (rest := _HYPHENATED.match(text, end)):
        end = rest.end()
        piece = text[start:end]
    if label == "PERSON":
        words = re.sub(r"\s", " ", piece)
        bare = without_title(words)
        if bare != words and words.endswith(bare):
            start = end - len(bare)
    elif label == "ORG":
        people, _, body = piece.partition(" ")
        if body.isupper() and lists().listed.get(people) == "NORP" and organisation(body):
            start += len(people) + 1
            piece = body
        if piece == "State" and text[:start].endswith(("Secretary of ", "secretary of ")):
            return None
        if cut := _OFFICE.search(piece):
            end = start + cut.start()
            if text[start:end].endswith(_PORTFOLIOS):
                return None
    elif label == "LOC" and (direction := _DIRECTION.match(piece)):
        start += direction.end()
    piece = _FIGURES.sub("", text[start:end])
    if not any(map(str.isalpha, piece)) or piece in lists().no_names or _FORMS.fullmatch(piece):
        return None
    return Mention(start, end, label, found_by)


_FIGURES = re.compile(r"[\s-]*\d[\d.,]*$")
_FORMS = re.compile(
    r"(?:(?:Co|Inc|Ltd|Corp|Plc|AG|SA|NV|Group)\b\.?\s?)+|.*\b[Dd]lrs|.* (?:[Mm]ln|[Bb]ln)"
    r"|\d[\d.,/-]*\s+(?:cts|pct|mln|bln|dlrs)\b.*",
    re.DOTALL,
)
"""Legal forms without a name, and sums of money."""


def _ends_abbreviated(name: str) -> bool:
    last = name.split()[-1] if name.split() else name
    return last.count(".") > 1 or last in ("Inc.", "Corp.", "Co.", "Ltd.", "Bros.", "Jr.", "Sr.")


def _with_lists(text: str, mentions: list[Mention]) -> list[Mention]:
    tables = lists()
    found = list(_listed(text, tables.phrases, text, 0))
    for at, line in _lines_in_capitals(text):
        found += _listed(text, tables.capitals, line, at)
    if not found:
        return mentions
    return merged(mentions, found)


def _listed(
    text: str, phrases: Mapping[str, tuple[tuple[str, Label], ...]], part: str, at: int
) -> Iterator[Mention]:
    """Listed names in `part`, which lies at `at` of the text."""
    last = 0
    for word in _WORD.finditer(part):
        forms = phrases.get(word.group())
        if forms is None or word.start() < last:
            continue
        for form, label in forms:
            if part.startswith(form, word.start()):
                end = word.start() + len(form)
                after = text[at + end : at + end + 2]
                if after[:1].isalnum() or (after[:1] in ("-", "’", "'") and after[1:].isupper()):
                    continue
                yield Mention(at + word.start(), at + end, label, "list")
                last = end
                break


def _lines_in_capitals(text: str) -> Iterator[tuple[int, str]]:
    """The lines that have capitals only, with their place: there case says nothing."""
    for line in re.finditer(r"[^\n]+", text):
        piece = line.group()
        if piece.isupper() and len(piece) > 12:
            yield line.start(), piece


def _by_last_word(text: str, mentions: list[Mention]) -> list[Mention]:
    """`Calder Petroleum` is a body, `Nordvik Glacier` a place and `Aldo Brandt Jr.` a person,
    whatever the model thinks."""
    listed = lists().listed
    out = []
    for m in mentions:
        name = text[m.start : m.end]
        last = name.rpartition(" ")[2] if " " in name and name not in listed else ""
        if m.label == "NORP" and place_country(name) and name not in demonyms():
            m = m._replace(label="LOC", found_by="list")
        elif last and m.label != "NORP" and all(listed.get(w) == "NORP" for w in name.split()):
            m = m._replace(label="NORP", found_by="list")
        elif last in ("Jr.", "Sr."):
            m = m._replace(label="PERSON", found_by="list")
        elif last in context.BODY_WORDS and m.label in ("PERSON", "LOC"):
            m = m._replace(label="ORG", found_by="list")
        elif (last in context.PLACE_WORDS and m.label in ("PERSON", "ORG")) or (
            last in context.SITES and m.label == "ORG"
        ):
            m = m._replace(label="LOC", found_by="list")
        out.append(m)
    return out


_AND = re.compile(r",? and |, ")


def _parted(text: str, mentions: list[Mention]) -> list[Mention]:
    """`Nusra Front and Islamic State` are two, if the story or a list knows one of them alone."""
    tables = lists()
    alone = {text[m.start : m.end] for m in mentions}
    out: list[Mention] = []
    for m in mentions:
        name = text[m.start : m.end]
        found = _AND.search(name)
        if not found or name in tables.listed or organisation(name):
            out.append(m)
            continue
        first, second = name[: found.start()], name[found.end() :]
        known = [p in alone or p in tables.listed or p in tables.cities for p in (first, second)]
        one_firm = second.rstrip(".") in ("Co", "Company", "Sons", "Partners", "Associates")
        if any(known) and second[:1].isupper() and first[:1].isupper() and not one_firm:
            for part, at in ((first, m.start), (second, m.start + found.end())):
                label = tables.listed.get(part, m.label)
                out.append(Mention(at, at + len(part), label, m.found_by))
        else:
            out.append(m)
    return out


def _cities(text: str, mentions: list[Mention]) -> list[Mention]:
    cities = lists().cities
    people = {
        word
        for m in mentions
        if m.label == "PERSON" and " " in (name := text[m.start : m.end]) and name not in cities
        for word in name.split()
    }

    firms = {
        name.split()[0]
        for m in mentions
        if m.label == "ORG" and " " in (name := text[m.start : m.end]) and is_company(name)
    }

    def is_place(m: Mention) -> bool:
        name = text[m.start : m.end]
        if (m.label == "ORG" and name in firms) or context.titled(text, m.start):
            return False
        if name in people:
            return bool(place_country(name)) and text.endswith((" in ", " across "), 0, m.start)
        return name in cities or (name.isupper() and len(name) > 4 and name.title() in cities)

    return [
        m._replace(label="LOC", found_by="list")
        if m.label in ("PERSON", "ORG") and is_place(m)
        else m
        for m in mentions
    ]


_NICKNAME = re.compile(
    r"(?<![\w-])[^\W\d_a-z][\w.'’-]*(?: [A-Z]\.)?"
    r" [\"“‘'][^\W\d_a-z][\w. -]{1,20}[\"”’'] [^\W\d_a-z][\w'’-]+"
)


def _nicknamed(text: str, mentions: list[Mention]) -> list[Mention]:
    """`Ann "Nan" Moss`, if the model saw a person at its beginning or end."""
    edges = {m.start for m in mentions if m.label == "PERSON"}
    edges |= {m.end for m in mentions if m.label == "PERSON"}
    hits = [
        Mention(found.start(), found.end(), "PERSON", "alias")
        for found in _NICKNAME.finditer(text)
        if found.start() in edges or found.end() in edges
    ]
    return merged(mentions, hits) if hits else mentions


_IN_BRACKETS = re.compile(r" \(([A-Z]{3,7})\)")


_NO_BODY = re.compile(
    r" (?:Areas?|Region|Zone|Territory|Staff|Festival|Officer|Act|Syndrome|Disease|Disorder|Virus"
    r"|Agreement|Treaty|Plan|Index|Rate|Product|Tax|Bill|Vehicles?|Days?|Summit|Cup|Championships?"
    r"|Deficit|Games|Minister|President|Director|Manager)$"
)
"""What letters in brackets may abbreviate and is no organisation."""


def _spelt_out(text: str, mentions: list[Mention]) -> list[Mention]:
    """The words before `(LNF)` whose first letters are L, N and F, whatever the model saw of them;
    small words between them may count or not."""
    known = {(m.start, m.end) for m in mentions}
    hits = []
    for found in _IN_BRACKETS.finditer(text):
        start = _spelling(text[max(0, found.start() - 120) : found.start()], found[1])
        if start is not None:
            end = found.start()
            span = end - start, end - 2 * text.endswith(("'s", "’s"), 0, end)
            name = text[span[0] : span[1]]
            if span not in known and name not in lists().listed and not _NO_BODY.search(name):
                hits.append(Mention(*span, "ORG", "alias"))
    return merged(mentions, hits) if hits else mentions


def _spelling(before: str, short: str) -> int | None:
    """How far before the end the words begin that spell the abbreviation; None if none do."""
    letters = list(short)
    for word in reversed(list(re.finditer(r"[^\W\d_][\w'’-]*|[^\w\s,&]", before))):
        first = word.group()[0]
        small = word.group() in SMALL_WORDS
        if first == letters[-1]:
            letters.pop()
            if not letters:
                return len(before) - word.start()
        elif small and first.upper() == letters[-1] and len(letters) > 1:
            letters.pop()
        elif not small:
            return None
    return None


def _abbreviations(text: str, mentions: list[Mention]) -> list[Mention]:
    bound: dict[str, Label] = {}
    for name in {text[m.start : m.end] for m in mentions if m.label == "ORG"}:
        bound |= dict.fromkeys(initials_of(name) - _NO_BODIES, "ORG")
    for m in mentions:
        if m.label in ("ORG", "LOC") and (short := abbreviation_after(text, m)):
            bound[short] = m.label
    hits = [
        Mention(start, start + len(short), label, "alias")
        for short, label in bound.items()
        for start in occurrences(text, short)
    ]
    return merged(mentions, hits) if hits else mentions


def _short_forms(text: str, mentions: list[Mention]) -> list[Mention]:
    """Where the story has an organisation by its long name, its listed short forms are it too:
    `IS` in a story about Islamic State, but never in a line of capitals."""
    tables = lists()
    known = {organisation(text[m.start : m.end]) for m in mentions if m.label == "ORG"}
    loud = [(at, at + len(line)) for at, line in _lines_in_capitals(text)]
    hits = [
        Mention(start, start + len(form), "ORG", "alias")
        for name in known & tables.short_forms.keys()
        for form in tables.short_forms[name or ""]
        if form.isupper()
        for start in occurrences(text, form)
        if not any(a <= start < b for a, b in loud)
    ]
    if not hits:
        return mentions
    return without_overlaps([*mentions, *hits])


_NO_BODIES = frozenset(("CEO", "CFO", "COO", "GDP", "USA", "VAT", "THE", "AND"))
"""Capitals that say something else although a body of the story may have these initials."""


_SAID_LOUD = frozenset(
    "A ALL AN AND ARE AS AT BE BUT BY CAN COME DO DOES DON'T DON’T FOR FROM GET GIVE GO GOD HAS"
    " HAVE HE HELP HER HERE HIM HIS HOW I IF IN IT IT'S IT’S KEEP KILL LEAVE LET LIKE LOVE MAKE"
    " ME MY NO NOT NOW OF OFF ON OR OUR OUT PLEASE SAVE SAY SHE SO STOP TAKE TELL THAT THE THEIR"
    " THEM THERE THEY THIS TO TRUE UP WANT WAS WE WHAT WHEN WHERE WHY WILL WITH YES YOU"
    " YOUR".split()
)
_LOUD_WORD = re.compile(r"[^\W\d_a-z]+(?:['’][^\W\d_a-z]+)?")
_LOUD_RUN = re.compile(rf"(?<![\w.]){_LOUD_WORD.pattern}(?: {_LOUD_WORD.pattern})+(?!\w)")


_VERB = re.compile(
    r"\b(?i:he|she|it|this|that|there|here|what|who|where|how|why|when|which|love|life|god) IS$"
)
"""`IS` is a verb where somebody stresses it: `He IS angry`."""


def _unshouted(text: str, mentions: list[Mention]) -> list[Mention]:
    """`IS` and `US` are small words where somebody shouts: `IS IT TRUE?`, `LEAVE US`."""
    short = [m for m in mentions if text[m.start : m.end] in ("IS", "US", "WHO")]
    if not short:
        return mentions
    loud = [
        run.span()
        for run in _LOUD_RUN.finditer(text)
        if not _SAID_LOUD.isdisjoint(_LOUD_WORD.findall(run.group()))
    ]
    gone = {
        m
        for m in short
        if any(a <= m.start < b for a, b in loud) or _VERB.search(text, max(0, m.start - 9), m.end)
    }
    return [m for m in mentions if m not in gone]
