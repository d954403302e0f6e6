"""The head of a story: everything above its text."""

import re
from collections.abc import Sequence
from dataclasses import replace

from wiredesk.index.article import Byline, Dateline, Dropped
from wiredesk.index.countries import country_code
from wiredesk.index.wire.byline import is_byline, parse_bare_byline, parse_byline
from wiredesk.index.wire.dateline import parse_dateline
from wiredesk.index.wire.dates import find_stamp
from wiredesk.index.wire.draft import Draft
from wiredesk.index.wire.fold import fold
from wiredesk.index.wire.forms import headline_form, is_note, line_form
from wiredesk.index.wire.headline import (
    body_begins,
    choose_headline,
    clean_headline,
    headline_continues,
    site_behind,
)
from wiredesk.index.wire.lines import Line, is_sentence
from wiredesk.index.wire.names import house_agency, is_name
from wiredesk.index.wire.places import known_place, locate
from wiredesk.index.wire.segment import dateline_at, is_caption, is_stamp
from wiredesk.index.wire.tables import agency_named

HEAD_REACH = 14
"""A dateline stands within this many lines of its story (captions and summaries come before)."""


def read_head(draft: Draft, lines: Sequence[Line]) -> int:
    """Reads the lines above the body; returns the index of the body's first line."""
    at = _find_dateline(draft, lines)
    stop = at if at is not None else body_begins(lines)
    headline_at: int | None = choose_headline(lines, stop)
    taken: set[int] = set()
    for i in range(stop):
        line = lines[i]
        if i in taken:
            continue
        if line.kind == "code":
            draft.code(line)
        elif line.kind in ("rule", "furniture", "copyright"):
            draft.drop(line, line.kind)
        elif i == headline_at:
            taken = take_headline(draft, lines, i, stop)
        elif (form := line_form(line.text)) is not None:
            draft.form, draft.version = draft.form or form.key, draft.version or form.version
            draft.note("form", line)
            draft.say("form", form.key, "marker line", line.start, line.end)
        elif is_byline(line.text):
            draft.byline(line)
        elif is_stamp(line.text):
            _stamp(draft, line)
        elif is_note(line.text):
            draft.note("advisory", line)
            if line.text.lower().lstrip("(").startswith("correct"):
                draft.form = draft.form or "correction"
        elif is_caption(line.text):
            draft.note("caption", line)
        elif headline_at is not None and i > headline_at:
            if not is_sentence(line.text) and (people := parse_bare_byline(line.text)):
                draft.byline(line, people)
            else:
                _under_headline(draft, line)
        else:
            draft.drop(line, "above the headline")
    return stop


def _find_dateline(draft: Draft, lines: Sequence[Line]) -> int | None:
    """The index of the line on which the dateline begins."""
    seen = 0
    sentences = 0
    headline = False
    for i, line in enumerate(lines):
        if line.kind in ("rule", "furniture", "code", "copyright", "signoff"):
            continue
        seen += 1
        if seen > HEAD_REACH + 40 or (seen > HEAD_REACH and sentences > 2):
            return None
        if line.text.startswith("By ") and (found := _run_in(draft, line)):
            draft.take_dateline(found, line.start)
            return i
        found = dateline_at(draft.text, line)
        if found is not None and (headline or _opens(lines, found)):
            if headline and _is_headline_shape(draft, lines, i, found):
                continue
            draft.take_dateline(found, line.start)
            return i
        if headline and (alone := _place_alone(draft, lines, i)) is not None:
            return alone
        if headline and _name_and_place(draft, line):
            return i
        headline = headline or not (is_stamp(line.text) or is_byline(line.text))
        if is_sentence(line.text) and not is_caption(line.text) and not is_note(line.text):
            sentences += len(line.text) > 90
    return None


def _opens(lines: Sequence[Line], found: Dateline) -> bool:
    """Whether the first line of a story is its dateline paragraph, not a headline with one."""
    return bool(found.agency or found.date) or len(lines[0].text) > 130


def _is_headline_shape(draft: Draft, lines: Sequence[Line], i: int, found: Dateline) -> bool:
    """`SYDNEY - Boss goes` above the real dateline is a headline."""
    line = lines[i]
    if found.agency or found.date or is_sentence(line.text):
        return False
    following = next((n for n in lines[i + 1 : i + 3] if n.kind == "text"), None)
    return bool(following and following.gap and dateline_at(draft.text, following))


def _name_and_place(draft: Draft, line: Line) -> bool:
    """`Ada Muster,Owerri. The council…`: byline and place run into the text."""
    match = re.match(
        r"(?P<name>[^,.\d]{5,40}),\s?(?P<place>[A-Z][\w' -]{2,24})\. (?=[A-Z])", line.text
    )
    if match is None or not is_name(match["name"]) or not known_place(match["place"]):
        return False
    at, end = match.span("place")
    people = tuple(
        Byline(role="reporting", name=match["name"], raw=match.group().strip()) for _ in "1"
    )
    draft.add_people(people, line.start, line.start + at)
    city = replace(locate(match["place"], []), start=at, end=end)
    raw = match["place"]
    draft.take_dateline(Dateline(raw=raw, cities=(city,), start=at, end=match.end()), line.start)
    return True


def _place_alone(draft: Draft, lines: Sequence[Line], i: int) -> int | None:
    """A city on a line of its own, perhaps a date on the next, then the story."""
    line = lines[i]
    if not line.text.isupper() or len(line.text) > 40 or i + 1 >= len(lines):
        return None
    place, _, country = line.text.partition(", ")
    if not known_place(place) or (country and country_code(country) is None):
        return None
    following = lines[i + 1]
    dated = parse_dateline(f"{line.text}, {following.text} (AP) -")
    date_only = dated is not None and dated.date is not None and len(following.text) < 20
    if not date_only and not (is_sentence(following.text) and not line.indent):
        return None
    if dateline_at(draft.text, following) is not None:
        return None
    city = replace(locate(place, [country] if country else []), start=0, end=len(place))
    last = following if date_only else line
    found = Dateline(
        raw=draft.text[line.start : last.end],
        cities=(city,),
        date=dated.date if date_only and dated else None,
        start=0,
        end=last.end - line.start,
    )
    draft.take_dateline(found, line.start)
    return i


def _run_in(draft: Draft, line: Line) -> Dateline | None:
    """`By Asha Rao Dhaka, May 2 (PTI) The…`: the byline runs into the dateline."""
    for match in list(re.finditer(r"\s(?=[A-Z])", line.text[:110]))[1:9]:
        named = parse_byline(line.text[: match.start()])
        if not named:
            continue
        found = parse_dateline(line.text[match.end() :])
        if (
            found is not None
            and found.agency
            and found.cities
            and known_place(found.cities[0].city)
            and not is_byline(f"By {found.cities[0].city}")
        ):
            draft.add_people(named, line.start, line.start + match.start())
            shift = match.end()
            return replace(
                found,
                start=found.start + shift,
                end=found.end + shift,
                cities=tuple(
                    replace(c, start=c.start + shift, end=c.end + shift) for c in found.cities
                ),
            )
    return None


def take_headline(draft: Draft, lines: Sequence[Line], i: int, stop: int) -> set[int]:
    """Takes the headline, which may run over several wrapped lines."""
    line = lines[i]
    last = i
    while last + 1 < stop and headline_continues(lines, last):
        last += 1
    end = lines[last].end
    raw = draft.text[line.start : end]
    if (site := site_behind(lines, raw)) < len(raw):
        behind = raw[site:].strip()
        draft.dropped.append(
            Dropped(line=behind, reason="name of the site", start=end - len(behind), end=end)
        )
    clean, shift = clean_headline(raw[:site])
    draft.headline = " ".join(clean.split())
    start = line.start + shift
    draft.headline_span = (start, start + len(clean))
    draft.say("headline", draft.headline, "first line", *draft.headline_span)
    form = headline_form(draft.headline)
    if form is not None:
        draft.form, draft.version = form.key, form.version
        draft.say("form", form.key, "headline marker", start, start + form.length)
    return set(range(i, last + 1))


def _stamp(draft: Draft, line: Line) -> None:
    if people := parse_bare_byline(line.text):  # Ada Muster May 2, 2016
        draft.byline(line, people)
        return
    draft.take_stamp(line)
    draft.note("stamp", line)
    signed = re.search(r"(?:^|[\d\s|.,·•–—-])([Bb][Yy] \D+)$", line.text)
    if signed:  # May 2, 2016 by Ada Muster
        draft.add_people(parse_byline(signed[1]), line.start, line.end)
    source = re.match(r"source:\s*([\w .]+?)(?:\s{2,}|\s*\||published|$)", line.text, re.I)
    if source:
        draft.take_agency(agency_named(source[1]), "source line", line.start, line.end)


def _under_headline(draft: Draft, line: Line) -> None:
    """A line between headline and body: standfirst, job line of a byline, kicker."""
    if _again(draft, line):
        return
    if draft.people and len(line.text) < 60 and not is_sentence(line.text):
        named = agency_named(line.text) or house_agency(line.text)
        draft.take_agency(named, "byline", line.start, line.end)
        draft.note("byline", line)
    elif (named := agency_named(line.text)) is not None:
        draft.take_agency(named, "agency line", line.start, line.end)
        draft.note("agency", line)
    elif draft.subheadline is None and len(line.text) < 400:
        draft.subheadline = line.text
        draft.note("subheadline", line)
    else:
        draft.note("subheadline", line)


def _again(draft: Draft, line: Line) -> bool:
    """The headline once more, with a stamp and an agency behind it."""
    if not fold(line.text).startswith(fold(draft.headline)) or not draft.headline:
        return False
    draft.note("headline again", line)
    rest = line.text[len(draft.headline) :]
    if (stamp := find_stamp(rest)) is not None:
        draft.stamps.append((replace(stamp, updated=False), line.start + len(draft.headline)))
    mark = re.search(r"\(([\w .]+)\)\s*$", rest)
    named = agency_named(mark[1]) if mark else None
    if named is not None:
        draft.agency = named.name
        draft.say("agency", named.name, "headline line", line.start, line.end)
    return True
