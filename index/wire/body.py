"""The text of a story, and what stands below it: credits, contributors, sign-offs, notes."""

import re
from collections.abc import Sequence
from dataclasses import replace

from wiredesk.index.article import Byline, Note
from wiredesk.index.wire.byline import is_byline, parse_bare_byline, parse_byline
from wiredesk.index.wire.credit import credit_start, is_credit, parse_credit, parse_end_matter
from wiredesk.index.wire.dates import find_stamp
from wiredesk.index.wire.draft import Draft
from wiredesk.index.wire.fold import fold
from wiredesk.index.wire.forms import is_note
from wiredesk.index.wire.lines import Line, is_sentence, signoff_agency
from wiredesk.index.wire.tables import Agency, agencies, agency_named

_REUTERS_CREDIT = re.compile(
    r"\W*(?:editing|(?:additional\s+)?(?:reporting|writing)\b.*?\bediting)\s+by\b", re.I | re.S
)


def read_body(draft: Draft, lines: Sequence[Line], start: int) -> None:
    """Reads the lines from `start` on: the text, and what stands below it."""
    content = range(start, len(lines))
    ending = set(content[-8:])
    credited = -1
    for i in content:
        line = lines[i]
        if line.kind in ("furniture", "rule"):
            draft.drop(line, line.kind)
        elif line.kind == "copyright":
            _copyright(draft, line)
        elif line.kind == "code":
            draft.code(line)
        elif line.kind == "signoff" and (i in ending or line.gap or len(line.text) > 6):
            _signoff(draft, line)
        elif i <= credited:
            continue
        elif is_credit(line.text):
            credited = _credit_end(draft, lines, i)
            _credit(draft, line, line.start, lines[credited].end)
        elif is_note(line.text) and (i in ending or not draft.body):
            _advisory(draft, line)
        elif not draft.body and is_byline(line.text) and not _filed_on(draft, line):
            draft.byline(line)
        elif i in ending and not _filed_on(draft, line) and _end_matter(draft, lines, line, i):
            continue
        elif 0 <= credited < i and _trails(draft, lines, i):
            draft.drop(line, "after the credit")
        else:
            _text(draft, line, i == start)


def _filed_on(draft: Draft, line: Line) -> bool:
    """Whether the dateline stands on this line, behind a byline that runs into it."""
    found = draft.dateline
    return found is not None and line.start <= found.start < line.end


def _trails(draft: Draft, lines: Sequence[Line], i: int) -> bool:
    """Whether only labels and teasers follow: no running text from this line on."""
    return not any(n.kind == "text" and is_sentence(n.text) for n in lines[i:])


def _advisory(draft: Draft, line: Line) -> None:
    """A note, perhaps with a credit glued to it: `(This version …)(Reporting by A)`."""
    raw = draft.text[line.start : line.end]
    at = credit_start(raw)
    if at <= 0:
        draft.note("advisory", line)
        return
    end = line.start + len(raw[:at].rstrip())
    draft.notes.append(
        Note(kind="advisory", text=draft.text[line.start : end], start=line.start, end=end)
    )
    _credit(draft, line, line.start + at)


def _signoff(draft: Draft, line: Line) -> None:
    draft.note("signoff", line)
    draft.take_stamp(line)
    agency = agency_named(signoff_agency(line.text) or "")
    draft.take_agency(agency, "sign-off", line.start, line.end)


def _copyright(draft: Draft, line: Line) -> None:
    draft.note("copyright", line)
    agency = _closing_agency(line.text)
    draft.take_agency(agency, "copyright", line.start, line.end)
    for name in re.findall(r"Associated Press|Agence France-Presse|Thomson Reuters", line.text):
        draft.take_agency(agency_named(name), "copyright", line.start, line.end)


def _credit_end(draft: Draft, lines: Sequence[Line], i: int) -> int:
    """The index of the last line of a credit: wrapped ones run to their bracket or on."""
    line = lines[i]
    listed = line.text.startswith("- ")
    opened = line.text.startswith("(") and ")" not in line.text
    last = i
    while last + 1 < len(lines) and last < i + 4:
        following = lines[last + 1]
        if following.kind != "text" or following.gap or following.text.startswith("- "):
            break
        if not (opened or (listed and following.indent)) or is_credit(following.text):
            break
        last += 1
        if ")" in following.text:
            break
    return last


def _credit(draft: Draft, line: Line, start: int, end: int | None = None) -> None:
    end = line.end if end is None else end
    raw = draft.text[start:end]
    people = parse_credit(raw)
    draft.add_people(people, start, end)
    draft.notes.append(Note(kind="credit", text=raw, start=start, end=end))
    if people and _REUTERS_CREDIT.match(raw):
        draft.take_agency(agency_named("Reuters"), "credit line", start, line.end)


_CANADIAN = re.compile(r"\W*By .{3,60}, The Canadian Press\W*$")
_FIRST = re.compile(r"This report by (The [\w ]+?) was first published\b")
_LISTED = re.compile(r"-\s*(Reporting|Editing|Writing) by:?\s+(.*)$", re.I)
_DASH = re.compile(r"[-–—]{1,2}\s*(?=[^\W\d_])")
_SOURCE = re.compile(r"SOURCE:?\s+\S.{0,80}|Source:\s+\S.{0,60}")
_BESIDE = re.compile(
    r"(?i:\ball rights reserved.*$|\b(?:copyright|source|quelle|fuente|fonte|the)\b|\(c\))"
    r"|\b(?:19|20)\d\d\b"
)
"""What may stand beside an agency's mark at the end."""
_INITIALS = re.compile(r"[A-Z]{2,3}(?: [A-Z]{2,3}){0,3}")


def _closing_agency(text: str) -> Agency | None:
    """The agency of a line that holds its mark, perhaps the initials of its people, and nothing
    else: `(dpa/ab)`, `-- Reuters`, `© 2016 AFP`."""
    plain = _BESIDE.sub(" ", text).strip(" \t-–—_()[]©.,:;*=<>")
    named = agency_named(plain) if " " in plain else agencies().get(plain)
    if len(plain) > 40 or named is not None:
        return named
    pieces = re.split(r"[\s/|]+", plain)
    marks = [agencies()[piece] for piece in pieces if piece in agencies()]
    others = [piece for piece in pieces if piece not in agencies()]
    initials = all(len(o) < 4 and o.isalpha() and (o.islower() or o.isupper()) for o in others)
    return marks[0] if marks and initials else None


def _closes(draft: Draft, lines: Sequence[Line], line: Line, i: int) -> bool:
    """The last lines: who signs, the agency's mark, initials, the source of a release."""
    text = line.text
    signed_off = bool(draft.notes) and draft.notes[-1].kind == "signoff"
    above = lines[i - 1] if i and not line.gap and not signed_off else None
    if above is not None and above.kind == "text" and not is_sentence(above.text):
        return is_byline(text) and _signs(draft, line, parse_byline(text))  # a wrapped line
    signed = _DASH.match(text)
    if signed and i and is_sentence(lines[i - 1].text):  # — Ada Muster, Reuters
        people = parse_bare_byline(text[signed.end() :])
    else:
        people = parse_byline(text) if is_byline(text) else ()
    if _signs(draft, line, people):
        return True
    agency = _closing_agency(text)
    initials = signed_off and _INITIALS.fullmatch(text) is not None
    if agency is None and not initials and not _SOURCE.fullmatch(text):
        return False
    draft.take_agency(agency, "sign-off", line.start, line.end)
    draft.note("signoff", line)
    return True


def _signs(draft: Draft, line: Line, people: Sequence[Byline]) -> bool:
    if people:
        draft.byline(line, people)
    return bool(people)


def _end_matter(draft: Draft, lines: Sequence[Line], line: Line, i: int) -> bool:
    """Contributors, wire sign-offs and photo credits near the end."""
    if _CANADIAN.match(line.text):
        draft.byline(line)
        return True
    if i >= len(lines) - 3 and len(line.text) < 100 and _closes(draft, lines, line, i):
        return True
    first = _FIRST.match(line.text)
    if first and (stamp := find_stamp(line.text)) is not None:
        draft.stamps.append((stamp, line.start))
        draft.take_agency(agency_named(first[1]), "first published", line.start, line.end)
        draft.note("credit", line)
        return True
    found = parse_end_matter(line.text, draft.people)
    if found is not None:
        contributors, places = found
        draft.add_people(contributors, line.start, line.end)
        for surname, place in places.items():
            for n, person in enumerate(draft.people):
                if (
                    person.place is None
                    and person.role == "reporting"
                    and fold(person.name).endswith(fold(surname))
                ):
                    draft.people[n] = replace(person, place=place)
        draft.note("credit", line)
        return True
    stamp = find_stamp(line.text)
    if stamp is not None and "sign-off" in stamp.rule and len(line.text) < 60:
        draft.stamps.append((stamp, line.start))
        draft.note("signoff", line)
        if line.text.startswith("AP-"):
            draft.take_agency(agency_named("AP"), "sign-off", line.start, line.end)
        return True
    if _LISTED.match(line.text):
        _credit(draft, line, line.start)
        return True
    return False


def _text(draft: Draft, line: Line, first: bool) -> None:
    """A line of the body; a credit glued to its end is cut off."""
    start, end = line.start, line.end
    if first and draft.dateline is not None:
        start = min(max(start, draft.dateline.end), end)
    elif draft.dateline is not None and start < draft.dateline.end:
        start = min(draft.dateline.end, end)
    glued = credit_start(draft.text[start:end])
    if glued >= 0:
        _credit(draft, line, start + glued)
        end = start + len(draft.text[start : start + glued].rstrip())
    if end > start:
        draft.gaps.append(line.gap)
        draft.body.append((draft.text[start:end], start))
