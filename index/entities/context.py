"""What the words beside a name say of it, whatever the model saw in the name itself.

`the towns of Vorn and Elmar` are places, `Vorn Municipality` and `Ada Muster Holdings` are bodies,
and the `Vorn Film Festival` has a place's name but is none.
"""

import re
from bisect import bisect_left
from collections import Counter

from wiredesk.index.entities.forms import LEGAL_FORM, is_company
from wiredesk.index.entities.mention import Mention, merged, occurrences, without_overlaps
from wiredesk.index.entities.tables import lists

_WORD = r"(?<![\w'’-])(?:(?:al|el)-)?[^\W\d_a-z][\w'’-]{0,30}[^\W_]"
_NAME = rf"{_WORD}(?: (?:(?:al|el|de|del|la|do|da|of the) )?{_WORD}){{0,3}}"
_SETTLEMENTS = (
    r"(?:towns|villages|cities|hamlets|suburbs|districts|provinces|governorates|islands"
    r"|municipalities|neighbou?rhoods|localities|camps)"
)
_PLACES = (
    re.compile(
        r"\b(?:town|village|city|hamlet|suburb|district|province|governorate|municipality|commune"
        r"|neighbou?rhood|island|locality|outskirts|state|county|region|port) of"
        rf" (?P<names>{_NAME})"
    ),
    re.compile(
        rf"\b{_SETTLEMENTS} (?:of|like|such as|including)"
        rf" (?P<names>{_NAME}(?:, {_NAME})*(?:,? (?:and|or) (?:then )?{_NAME})?)"
    ),
    re.compile(rf"(?P<names>{_NAME}(?:, {_NAME}){{0,4}}),? (?:and|or) other {_SETTLEMENTS}\b"),
)
_EACH = re.compile(_NAME)
_DAYS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May"
    " June July August September October November December".split()
)


def _place_in(name: str) -> str:
    """The name up to a day, a title, or a people: `Aurora` of `Aurora Mayor Mike Moss`."""
    words = name.split(" ")
    tables = lists()
    for i, word in enumerate(words[1:], 1):
        if word in _DAYS or (word.lower(),) in tables.titles:
            return " ".join(words[:i])
        if tables.listed.get(word) in ("NORP", "ORG"):
            return " ".join(words[:i])
    return name


def places(text: str, mentions: list[Mention]) -> list[Mention]:
    """What stands behind `the town of` is a place, and so are the names listed behind `the towns
    of` or before `and other towns`."""
    listed = lists().listed
    hits = []
    for pattern in _PLACES:
        for found in pattern.finditer(text):
            at = found.start("names")
            for each in _EACH.finditer(found["names"]):
                name = _place_in(each.group())
                start = at + each.start()
                if name not in _DAYS and listed.get(name, "LOC") == "LOC":
                    hits.append(Mention(start, start + len(name), "LOC", "context"))
    return merged(mentions, hits) if hits else mentions


_BODY = re.compile(
    r"(?: [A-Z][\w’'-]*[a-z]){0,2} (?:Ministry|Municipality|University|College|Hospital"
    r"|Police(?: Department| Command| Service)?|Council|Commission|Committee|Authority|Department"
    r"|Tribunal|Parliament|Assembly|Senate|Army|Navy|Brigades?|Guards?|Federation|Association"
    r"|Unions?|Institute|Foundation|Corporation|Company|Airlines|Airways|Holdings?|Movement"
    r"|Newspapers?|Chamber of Commerce|Red Cross|High Court|Supreme Court|Sheriff[’']s (?:Office"
    r"|Department))(?![\w’'-])"
)
_OFFICE = re.compile(r"[’']s (?:Office|Department)\b")


BODY_WORDS = frozenset(
    "Petroleum Energy Motor Motors Bank University Ministry Party Corp Corp. Inc Inc. Ltd Ltd. Plc"
    " Holding Holdings Group Airlines Airways Industries Securities Partners Union Association"
    " Federation Council Committee Commission Court Agency Institute Foundation Authority"
    " Department Organisation Organization Observatory Movement Parliament Newspaper"
    " Pharmaceuticals Technologies Systems Electronics Steel Telecom Company Co. Brigade Army"
    " Police".split()
)
"""Last words that make any name one of an organisation."""

PLACE_WORDS = frozenset(
    "Glacier River Mountains Islands Province Peninsula Strait Airport Desert Delta Plateau Gulf"
    " Ocean Sea County Avenue Boulevard Highway Stadium Prefecture Governorate Airfield"
    " Prison".split()
)
"""Last words that make any name one of a place."""

SITES = PLACE_WORDS | frozenset(
    "Mountain Island Street Road Lake Mount Fort Port Cape Parish Square Beach Valley Canal".split()
)
"""First or last words of places; people may bear some of them."""

_SHORT_FORM = re.compile(r",? (?:AG|SA|SE|AB|AS|NV|BV)\b")
"""Legal forms that mean something else behind a place: the AG of Ohio."""

_BEFORE_PLACE = re.compile(r"(?<!\w)(?!The )[A-Z][\w&'-]*(?: (?:[A-Z][\w&'-]*|of|and|&|de)){0,4} $")
"""The rest of a company's name before a place in it: `Central Fund of` before `Canada Ltd`."""


def bodies(text: str, mentions: list[Mention], *, body_at: int) -> list[Mention]:
    """A name goes on to the word that makes it a body's: `Vorn` and `Municipality`, `Muster` and
    `Inc.`; not in headlines, where capitals say nothing."""
    listed = lists().listed
    hits = []
    for m in mentions:
        if m.start < body_at:
            continue
        start, end = m.start, m.end
        if form := LEGAL_FORM.match(text, end):
            if m.label != "NORP" and not (m.label == "LOC" and _SHORT_FORM.match(form.group())):
                end = form.end()
                if m.label == "LOC" and (
                    before := _BEFORE_PLACE.search(text, max(body_at, m.start - 80), m.start)
                ):
                    start = before.start()
                if text[end - 1] == "." and not re.match(r"[ ,;)]+[^A-Z]", text[end : end + 3]):
                    end -= 1
        elif (found := _BODY.match(text, end)) and text[m.start : found.end()] not in listed:
            end = found.end()
        elif text.endswith("Sheriff", m.start, end) and (office := _OFFICE.match(text, end)):
            end = office.end()
        if end > m.end:
            hits.append(Mention(start, end, "ORG", "context"))
    return merged(mentions, hits) if hits else mentions


_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|President|Minister|Senator|Sen|Rep|Gov|Governor"
    r"|Mayor|Ambassador|Judge|Justice|Gen|General|Col|Colonel|Maj|Major|Capt|Captain|Lt|Sgt|Sheikh|Imam"
    r"|Rev|King|Queen|Pope|Prince|Princess|Emperor|Sultan|coach|captain|striker|midfielder|defender"
    r"|goalkeeper|forward|winger"
    r"|spokesman|spokeswoman|spokesperson|actor|actress|singer|comedian)\.? $"
)
_TRADE = re.compile(
    r"\b(?:law firm|retailer|airline|insurer|lender|brokerage|newspaper|broadcaster|news agency"
    r"|(?:auto|car|chip|drug|truck|phone|steel|toy|tyre|software|plane)-?maker|website|start-?up"
    r"|charity|think tank|conglomerate|chain|subsidiary|nightclub|supermarket|shipyard|refiner)"
    r" (?:The )?$"
)
_LONGEST_TITLE = 16


def titled(text: str, start: int) -> bool:
    """Whether a person's title stands before a place of the text."""
    return bool(_TITLE.search(text, max(0, start - _LONGEST_TITLE), start))


def people_and_firms(text: str, mentions: list[Mention]) -> list[Mention]:
    """Who stands behind `Mr.` or `coach` is a person, what stands behind `law firm` or `newspaper`
    an organisation, if no list knows better."""
    tables = lists()

    def is_person(m: Mention) -> bool:
        name = text[m.start : m.end]
        known = name in tables.listed or name in tables.cities or name.isupper()
        known = known or len(name.split()) > 3 or is_company(name)
        return not known and titled(text, m.start)

    def traded(m: Mention) -> bool:
        name = text[m.start : m.end]
        known = name in tables.listed and name not in tables.cities
        return not known and bool(_TRADE.search(text, max(0, m.start - _LONGEST_TITLE), m.start))

    out = []
    for m in mentions:
        if m.found_by == "model" and m.label in ("ORG", "LOC") and is_person(m):
            m = m._replace(label="PERSON", found_by="context")
        elif m.found_by == "model" and m.label in ("PERSON", "LOC") and traded(m):
            m = m._replace(label="ORG", found_by="context")
        out.append(m)
    return out


_PERSON_WORD = r"[^\W\d_a-z](?:[^\W\d_A-Z][\w'’-]*|[\w'’-]+[^\W_A-Z]|\.)(?![\w’'-])"
_ADDRESSED = re.compile(
    rf"\b(?:(?:Mr|Mrs|Ms|Dr)\b\.? (?P<one>{_PERSON_WORD}(?: {_PERSON_WORD}){{0,2}})"
    r"|(?:Secretary of State|Prime Minister|Foreign Minister|President|Senator|Sen\.|Gov\.|Rep\."
    r"|Congress(?:man|woman)|spokes(?:man|woman|person))"
    rf" (?P<two>{_PERSON_WORD}(?: {_PERSON_WORD}){{1,2}}))"
)


def addressed(text: str, mentions: list[Mention], *, body_at: int) -> list[Mention]:
    """Who is called Mr. or Prime Minister and was seen by nobody is a person; not in headlines,
    where verbs have capitals, too."""
    tables = lists()
    hits = []
    for found in _ADDRESSED.finditer(text, body_at):
        group = "one" if found["one"] else "two"
        words = found[group].split(" ")
        while words and (words[-1] in _DAYS or words[-1] in tables.listed):
            words.pop()
        if len(words) < 1 + (group == "two") or any(w in tables.listed for w in words):
            continue
        if (words[0].lower(),) in tables.titles or words[0] in ("Who", "Secretary"):
            continue
        start = found.start(group)
        hit = Mention(start, start + len(" ".join(words)), "PERSON", "context")
        if not _BODY.fullmatch(text, found.end(group) - len(words[-1]) - 1, hit.end):
            hits.append(hit)
    starts = [m.start for m in mentions]
    free = []
    for hit in hits:
        at = bisect_left(starts, hit.end)
        if at == 0 or mentions[at - 1].end <= hit.start:
            free.append(hit)
    return without_overlaps([*mentions, *free]) if free else mentions


_THING = re.compile(
    r"(?: [A-Z][\w-]+)? (?:Awards?|Prizes?|Cups?|Trophy|Championships?|Festival|Papers|Treaty"
    r"|Accords?|Protocol|Declaration|Syndrome|Marathon)(?![\w’'-])|['’]s [Dd]isease"
)


_STORM = re.compile(
    r"\b(?:Hurricane|Typhoon|Cyclone|(?:[Tt]ropical )?[Ss]torm|Tropical Depression) $"
)


def without_things(text: str, mentions: list[Mention]) -> list[Mention]:
    """Mentions without those whose name goes on to name a prize, a festival or a treaty, and
    without storms, also where they are called by their name alone."""
    storms = {
        text[m.start : m.end]
        for m in mentions
        if m.label != "NORP" and _STORM.search(text, max(0, m.start - 20), m.start)
    }
    return [
        m
        for m in mentions
        if m.label == "NORP" or not (text[m.start : m.end] in storms or _THING.match(text, m.end))
    ]


_OPENING = re.compile(r"(?:^|[\n.!?:;][\"'”’)]*\s+|[\"'“‘(]\s?)$")


def without_plain_words(text: str, mentions: list[Mention]) -> list[Mention]:
    """Mentions without single words that have their capital from the beginning of a sentence or a
    quotation, and that the story writes small elsewhere: `"Loud we can do,"` where singers are
    loud. Parts of longer names stay."""
    parts = {
        word for m in mentions if len(words := text[m.start : m.end].split()) > 1 for word in words
    }
    single = Counter(text[m.start : m.end] for m in mentions)
    opening: Counter[str] = Counter()
    for m in mentions:
        name = text[m.start : m.end]
        if m.found_by == "model" and name.istitle() and name not in parts and " " not in name:
            opening[name] += bool(_OPENING.search(text, max(0, m.start - 6), m.start))
    plain = {
        name
        for name, count in opening.items()
        if count == single[name] and next(occurrences(text, name.lower()), None) is not None
    }
    return [m for m in mentions if text[m.start : m.end] not in plain]


_FIGURE = re.compile(r"(?<!\S)[-(]?\d[\d,./-]*[%)]?(?!\S)")


def without_rows(text: str, mentions: list[Mention]) -> list[Mention]:
    """Mentions without those in rows of a table: lines where a third or more of the words are
    figures."""
    rows: dict[int, bool] = {}

    def in_row(m: Mention) -> bool:
        start = text.rfind("\n", 0, m.start) + 1
        if start not in rows:
            end = text.find("\n", start, start + 200)
            line = text[start : end if end >= 0 else start + 200]
            figures = len(_FIGURE.findall(line))
            rows[start] = figures > 1 and 3 * figures >= len(line.split())
        return rows[start]

    return [m for m in mentions if not in_row(m)]


_NEXT_NAME = re.compile(r" ([^\W\d_a-z][^\W\d_A-Z]{2,})(?![\w’'-])")


def whole_name(text: str, start: int, end: int) -> tuple[int, int]:
    """The full name around a part of it that is found again where the model saw nothing: both of
    `Brill Chunmei`, unless the next word is a day or is listed."""
    after = _NEXT_NAME.match(text, end)
    if after and after[1] not in _DAYS and after[1] not in lists().listed:
        end = after.end()
    return start, end
