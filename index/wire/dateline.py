"""Datelines: `GENEVA/DAMASCUS/ONCUPINAR, Turkey, Feb 9 (Reuters) - `.

    dateline = [mark dash] places [sep date] [mark] dash
    places   = place { ("/" | ", " | " and " | " & ") place }, each with its region or country
    mark     = "(Reuters)" | "/TASS/." | "[ANI]" | a known agency without brackets

A dateline is a shape first, and a place second: it is accepted when at least two of these agree:
an agency mark, a date, a place in capitals, a place of the gazetteer, a real dash.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from wiredesk.index.article import City, Dateline
from wiredesk.index.countries import country_code
from wiredesk.index.wire.dates import full_year, iso, month_number, month_pattern
from wiredesk.index.wire.fold import CAPITALS, SMALL, compose, fold, is_composed
from wiredesk.index.wire.places import candidates, known_place, locate
from wiredesk.index.wire.tables import agencies, agency_names, region_named

LONG_LEAD = 120
"""`Muscat: The festival…` begins a story when its paragraph is at least this long."""

REACH = 240
"""A dateline ends within this many characters of its paragraph."""

_PARTICLE = (
    r"(?:de|da|do|del|dos|di|la|le|las|los|el|al|am|im|an|der|den|des|du|upon|on|of|the|sur|e)"
)
_CAPITAL = rf"[{CAPITALS}]"
_LETTER = r"[\w.'’`-]"
_CAPS_WORD = rf"{_CAPITAL}(?:{_CAPITAL}|[.'’`-]|[a-z](?={_CAPITAL}{{2}}))*"
_CAPS = rf"{_CAPS_WORD}(?: (?:{_PARTICLE} )?{_CAPS_WORD}){{0,5}}"
_NICE_WORD = rf"{_CAPITAL}{_LETTER}*"
_NICE = rf"{_NICE_WORD}(?:[ -](?:{_PARTICLE}[ -]){{0,2}}{_NICE_WORD}){{0,4}}"
_LOWER = r"[a-z][a-z.]+(?: [a-z][a-z.]+){0,2}"


@cache
def _date() -> re.Pattern[str]:
    month = rf"(?P<month>{month_pattern()}|apri l|febuary|janury)\.?"
    return re.compile(
        rf"(?P<lead>\s?[,.]?\s*)(?:(?:mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?\.?,\s*)?"
        rf"(?:{month}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
        r"|(?:(?:le|el|il|den|am|em|dne)\s)?(?P<day2>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
        rf"\s(?:de\s)?(?P<month2>{month_pattern()})\b\.?"
        rf"|(?P<yearfirst>(?:19|20)\d\d)\.\s(?P<month3>{month_pattern()})\s(?P<day3>\d{{1,2}})\.?"
        rf"|(?P<one>\d{{1,2}})(?P<between>[./])\s?(?P<two>\d{{1,2}})(?P=between)\s?(?=(?:19|20)\d\d))"
        rf"(?:,?(?:\sde)?\s*(?P<year>(?:19|20)\d{{2}})(?!\d))?",
        re.IGNORECASE,
    )


_WEEKDAY = re.compile(r",?\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.I)
_DAY_ALONE = re.compile(r",\s\d{1,2}(?=\s\()")  # MADRID, 2 (EFE)
_MARK = re.compile(
    r"[,.]?\s*(?:(?P<open>[(\[])\s*(?P<inner>[^()\[\]\n]{1,60}?)\s*[)\]]"
    r"|/\s?(?P<slashed>[^\W\d_][\w .-]{1,30}?)\s?/)"
)
_BARE = re.compile(r"[,.]?\s+(?P<bare>[^\W\d_]{2,10}|RIA Novosti)(?=\s*(?:--|[-–—]|\.-|\.\s))")
_BEHIND_DASH = re.compile(r"\s?(?P<bare>[A-Z]\w+(?: [A-Z]\w+)?)\.(?=\s)")
_DASH = re.compile(
    r"\s*(?:\.-|[.,]?\s*(?:-{1,4}|[–—_|•]|―|\u2212)(?:\s*[-–—](?=\s))?|:|\.(?=\s|$))"
)
_WIDE = re.compile(r"[\s*>^\"“]*")
_NOT_AGENCIES = frozenset(
    "DPRK CPC RBI NAACP ITV LEAD URGENT UPDATE EU UN US USA UK UAE NATO IMF WHO GDP CEO NFL"
    " NBA".split()
)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    start: int
    end: int


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(rf"(?P<caps>{_CAPS})(?![\w.'’-]*[{SMALL}])|(?P<nice>{_NICE})")


def parse_dateline(
    text: str, *, context: Sequence[str] = (), certain: bool = False
) -> Dateline | None:
    """The dateline at the start of a paragraph, None if there is none.

    `text` is the paragraph; its line breaks count as blanks. Offsets of the result count from its
    start, `end` lies behind the dash and the blanks after it. `context` holds codes of countries
    that the story speaks of. `certain` accepts with one piece of evidence less (the caller knows
    that a dateline stands here).
    """
    head = text[:REACH]
    if is_composed(head):
        return _parse(text, context, certain)
    composed, origins = compose(head)
    found = _parse(composed + text[REACH:], context, certain)
    if found is None:
        return None

    def origin(at: int) -> int:
        return origins[at] if at < len(origins) else at - len(composed) + len(head)

    return replace(
        found,
        start=origin(found.start),
        end=origin(found.end),
        cities=tuple(replace(c, start=origin(c.start), end=origin(c.end)) for c in found.cities),
    )


def _parse(text: str, context: Sequence[str], certain: bool) -> Dateline | None:
    head = text[:REACH].replace("\r", " ").replace("\n", " ").replace("\u00a0", " ")
    head = head.replace("\t", " ")
    start = _WIDE.match(head).end()  # type: ignore[union-attr]  # the pattern may match nothing
    if start and head[start - 1] in '"“':
        return None
    at = start
    front = _agency_mark(head, at)
    agency: str | None = None
    known_mark = False
    if front is not None and front[2]:
        agency, at, known_mark = front[0], front[1], True
        dash = _DASH.match(head, at)
        after = dash.end() if dash else at
        inner = _parse(text[after:REACH], context, False) if dash else None
        if inner is not None and inner.cities and inner.start <= 2:
            shift = after
            return replace(
                inner,
                raw=head[start : after + inner.end].strip(),
                agency=inner.agency or agency,
                start=start,
                end=after + inner.end,
                cities=tuple(
                    replace(c, start=c.start + shift, end=c.end + shift) for c in inner.cities
                ),
            )
        rest = head[after:].lstrip()
        if not rest and len(text) <= REACH:
            return None
        return _result(head, start, after, (), agency, None)
    pieces, at = _places(head, at)
    date, at = _dated(head, at, pieces)
    mark = _agency_mark(head, at)
    dashed = re.match(r"\s*(?:(-{2,})|[-–—])\s*(?=[(\[/])", head[at:]) if pieces else None
    if dashed and mark is None:
        behind = _agency_mark(head, at + dashed.end())
        if dashed[1] or (behind is not None and behind[2]):
            at, mark = at + dashed.end(), behind
    unknown_mark = False
    if mark is not None:
        agency, known_mark = mark[0], mark[2]
        unknown_mark = not known_mark
        if known_mark or _DASH.match(head, mark[1]):
            at = mark[1]
            date = date or mark[3]
            if date is None and known_mark:
                date, at = _dated_behind(head, at, pieces)
        else:
            agency, unknown_mark = None, False
    elif date is None and agency is None:
        date, at = _dated(head, at, pieces, placed=True)
    dash = _DASH.match(head, at)
    bare = _BEHIND_DASH.match(head, dash.end()) if dash and pieces and not agency else None
    if bare and (named := agencies().get(bare["bare"])) is not None:  # May 2 — RIA Novosti. The…
        agency, known_mark, dash = named.name, True, bare
    if dash is None and date and pieces and (comma := re.compile(r",(?= [A-Z])").match(head, at)):
        dash = comma
    glyph = dash.group().strip() if dash else ""
    real = bool(glyph) and glyph not in (":", ".", ",", "|", "•")
    if not pieces and not (known_mark and date):
        return None
    if real and dash is not None and dash.end() < len(head):
        following = head[dash.end()]
        spaced = following == " " or dash.group() != glyph
        if glyph == "-" and not spaced and not (known_mark or date):
            return None
    caps = bool(pieces) and pieces[0].text.replace("Mc", "MC").isupper() and len(pieces[0].text) > 1
    place = bool(pieces) and known_place(pieces[0].text)
    region = len(pieces) > 1 and (
        region_named(pieces[1].text) is not None or country_code(pieces[1].text) is not None
    )
    evidence = sum((known_mark, date is not None, caps, place or region, real, glyph == ":"))
    if unknown_mark and not (real and (place or region or (caps and len(agency or "") < 8))):
        return None
    end = dash.end() if dash else at
    rest = text[end:].lstrip()
    sentence = len(text[end:].split(None, 8)) >= 8
    if not known_mark:
        if not glyph and not (caps and place and sentence and (date or region)):
            return None
        if glyph == ":" and not (place and (sentence or date)):
            return None
        if glyph == ":" and not (caps or date) and len(text) < end + LONG_LEAD:
            return None
        if glyph in (".", "|", "•") and not (place and (date or (caps and glyph != "."))):
            return None
        if not (caps or date or unknown_mark) and not (place and sentence and glyph):
            return None
        if pieces and not date and not unknown_mark and not sentence and not (place and caps):
            return None
        if caps and not (place or region or date or unknown_mark) and glyph == "-" and not sentence:
            return None
        if len(pieces) == 1 and fold(pieces[0].text) == "georgia":
            return None
        if not (place or region or date or unknown_mark) and _begins_with_place(pieces[0].text):
            return None  # TOKYO STOCKS - Shares rose
        if rest[:1].islower() and not date and not unknown_mark and not caps:
            return None
    if evidence < (1 if certain else 2):
        return None
    if known_mark and not pieces and not date:
        return None
    blanks = len(text[end:]) - len(text[end:].lstrip(" \t\u00a0\r\n"))
    cities = _cities(pieces, agency, context)
    return _result(head, start, end, cities, agency, date, blanks=blanks)


_LANDFORMS = frozenset(
    "co county parish township island islands base beach bay springs heights hills park camp"
    " airport port city town village province district region valley border prison junction falls"
    " lake river forest square center centre station harbour harbor".split()
)


def _begins_with_place(text: str) -> bool:
    """Whether the first words of a longer text are a place by themselves."""
    words = text.split()
    if fold(words[-1]) in _LANDFORMS:
        return False
    return any(known_place(" ".join(words[:n])) for n in range(1, len(words)))


def _result(
    head: str,
    start: int,
    end: int,
    cities: tuple[City, ...],
    agency: str | None,
    date: str | None,
    *,
    blanks: int = 0,
) -> Dateline:
    blanks = blanks or len(head[end:]) - len(head[end:].lstrip())
    return Dateline(
        raw=head[start:end].strip(),
        cities=cities,
        agency=agency,
        date=date,
        start=start,
        end=end + blanks,
    )


def _agency_mark(head: str, at: int) -> tuple[str, int, bool, str | None] | None:
    """(agency, end, known, date inside the mark) of a mark at this place."""
    match = _MARK.match(head, at)
    if match is not None:
        inner = match["inner"] or match["slashed"]
        whole = agencies().get(inner) or agency_names().get(fold(inner))
        if whole is not None:
            name = inner if "AsiaNet" in inner or inner.startswith("Kyodo JBN") else whole.name
            return name, match.end(), True, None
        found = None
        for part in re.split(r"[/ ]| - ", inner):
            if (known := agencies().get(part)) is not None:
                found = known
        if found is not None and len(inner.split()) <= 4:
            return found.name, match.end(), True, None
        if " - " in inner:
            name, _, dated = inner.partition(" - ")
            dealer = agency_names().get(fold(name))
            if dealer is not None and (when := _date().match(dated)):
                return dealer.name, match.end(), True, _stated(when, ())
        if match["slashed"] or not re.fullmatch(rf"{_CAPITAL}[\w.&'’ -]{{1,28}}", inner):
            return None
        if inner in _NOT_AGENCIES or country_code(inner) or region_named(inner):
            return None
        return inner, match.end(), False, None
    bare = _BARE.match(head, at)
    if bare is not None and (known_agency := agencies().get(bare["bare"])) is not None:
        return known_agency.name, bare.end(), True, None
    return None


def _dated(
    head: str, at: int, pieces: Sequence[_Piece], *, placed: bool = False
) -> tuple[str | None, int]:
    match = _date().match(head, at)
    placed = placed or bool(pieces)
    if match is not None and (placed or at == match.start()):
        stated = _stated(match, pieces)
        if stated is not None or placed:  # `Feb. 30` is no date, but it ends the place
            return stated, match.end()
    weekday = _WEEKDAY.match(head, at)
    if weekday is not None and placed:
        return None, weekday.end()
    alone = _DAY_ALONE.match(head, at) if pieces else None
    if alone is not None and (mark := _agency_mark(head, alone.end())) and mark[2]:
        return None, alone.end()
    return None, at


def _dated_behind(head: str, at: int, pieces: Sequence[_Piece]) -> tuple[str | None, int]:
    """The date behind a mark: `(BUSINESS WIRE)--May 2, 2016--`, `/ ACCESSWIRE / May 2, 2016 /`."""
    gap = re.match(r"\s*(?:-{1,3}|[–—/])?\s*", head[at:])
    when = _date().match(head, at + (gap.end() if gap else 0))
    if when is None or not (closing := re.match(r"\s*/|(?=\s*(?:-|[–—]))", head[when.end() :])):
        return None, at
    return _stated(when, pieces), when.end() + closing.end()


_MONTH_FIRST = frozenset(("US", "CA", "PH"))
"""Where 03/05/2017 may be in March."""


def _stated(match: re.Match[str], pieces: Sequence[_Piece]) -> str | None:
    """The date of a match; which number of 03/05/2017 is the day, the place tells."""
    if match["one"]:
        one, two, full = int(match["one"]), int(match["two"]), full_year(match["year"])
        if match["between"] == "." or one > 12:
            return iso(full, two, one)
        if two > 12:
            return iso(full, one, two)
        where = locate(pieces[0].text, [p.text for p in pieces[1:2]]) if pieces else None
        code = where.country_code if where else None
        return None if code is None or code in _MONTH_FIRST else iso(full, two, one)
    name = match["month"] or match["month2"] or match["month3"]
    month = month_number(name) or {"apri l": 4, "febuary": 2, "janury": 1}.get(name.lower())
    day = int(match["day"] or match["day2"] or match["day3"])
    year = match["year"] or match["yearfirst"]
    return iso(full_year(year) if year else None, month, day) if month else None


_ARTICLE = re.compile(r"(\S+(?: \S+)?) (?:A|An|The|In|On|At|Two|Three)$")
_GAP = re.compile(
    r"\s*/\s*(?!\s*[^\W\d_][\w -]{1,29}/\.?\s*(?:-|$))"  # not the slash before a /MARK/
    r"|,\s*(?:and\s+)?|\s+(?:and|y|et|und|e)\s+|\s*&\s*"
)


def _places(head: str, at: int) -> tuple[list[_Piece], int]:
    """The places at this point, each with its separator's meaning kept by its position."""
    pieces: list[_Piece] = []
    while len(pieces) < 12:
        if _date().match(head, at) and not re.match(r"\s*[,.]", head[at : at + 2]):
            break
        match = _piece().match(head, at)
        if match is None:
            lower = re.match(_LOWER, head[at:]) if not pieces else None
            if lower and (
                (then := _date().match(head, at + lower.end())) and _DASH.match(head, then.end())
            ):
                pieces.append(_Piece(lower.group(), at, at + lower.end()))
                at += lower.end()
            break
        text, start = match.group(), match.start()
        when = re.search(rf"[ .](?:{month_pattern()})\.?$", text, re.IGNORECASE)
        if when and pieces == [] and _date().match(head, start + when.start()):
            text = text[: when.start()]
        elif _date().match(head, start):
            at = start - (2 if head[start - 2 : start] == ", " else 0)
            break
        bare = text.rsplit(" ", 1)
        if len(bare) == 2 and bare[1] in agencies() and _DASH.match(head, start + len(text)):
            text = bare[0]
        elif (
            pieces
            and text.rstrip("-") in agencies()
            and re.match(r"\s*[-/]", head[start + len(text.rstrip("-")) :])
        ):
            at = len(head[:start].rstrip(" ,/"))
            break
        article = _ARTICLE.match(text)
        if pieces and article and region_named(article[1]) is not None:
            text = article[1]  # The dash is lost: `AUSTIN, Texas A man who…`
        text = text.rstrip("-'’") if region_named(text) else text.rstrip(".-'’")
        end = start + len(text)
        pieces.append(_Piece(text, start, end))
        at = end
        if _date().match(head, at):
            break
        region = re.match(r"\s*[(\[]([^)\]]{2,40})[)\]]", head[at:])
        marked = region is not None and region[1] in agencies()
        if region and not marked and (country_code(region[1]) or region_named(region[1])):
            inside = at + region.start(1)
            pieces.append(_Piece(region[1], inside, inside + len(region[1])))
            at += region.end()
        gap = _GAP.match(head, at)
        if gap is None:
            break
        if _date().match(head, at) or _date().match(head, gap.end()):
            break
        if not re.match(rf"{_CAPITAL}", head[gap.end() :]):
            lower = re.match(r"([a-z]{2,6})\.?, ", head[gap.end() :])
            if lower and region_named(lower[1]):
                inside = gap.end()
                pieces.append(_Piece(lower[1], inside, inside + len(lower[1])))
                at = inside + len(lower[1])
            break
        at = gap.end()
    return pieces, at


def _cities(
    pieces: Sequence[_Piece], agency: str | None, context: Sequence[str]
) -> tuple[City, ...]:
    """Places and the regions that belong to the one before."""
    groups: list[tuple[_Piece, list[str]]] = []
    for i, piece in enumerate(pieces):
        if groups and _is_region(piece, groups[-1], pieces, i):
            groups[-1][1].append(piece.text)
        else:
            groups.append((piece, []))
    known = agency_names().get(fold(agency)) if agency else None
    home = known.home if known else None
    return tuple(
        replace(
            locate(city.text.rstrip(","), parts, home=home, context=context),
            start=city.start,
            end=city.end,
        )
        for city, parts in groups
    )


def _elsewhere_than(city: str, code: str) -> bool:
    """Whether a city by itself is one of another country."""
    return locate(city, ()).country_code not in (None, code)


def _is_region(
    piece: _Piece, group: tuple[_Piece, list[str]], pieces: Sequence[_Piece], i: int
) -> bool:
    city, parts = group
    region, country = region_named(piece.text), country_code(piece.text)
    if region is None and country is None:
        plain = not piece.text.isupper() and city.text.isupper() and not candidates(piece.text)
        return plain and not parts
    if len(parts) >= 2:
        return False
    if piece.text.isupper() and city.text.isupper():
        key = fold(piece.text)
        if key in ("washington", "singapore", "luxembourg", "monaco"):
            return False
        if key == "new york":
            # A state behind a city of its own; a city in a list, or behind one of another country.
            return i == len(pieces) - 1 and not (
                len(pieces) > 2 or _elsewhere_than(city.text, "US")
            )
    return True
