"""A story while it is read: what was found, each thing with the characters it was read from."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b

from wiredesk.index.article import (
    Article,
    Byline,
    DateBasis,
    Dateline,
    Dropped,
    Evidence,
    Note,
    Source,
)
from wiredesk.index.wire.byline import byline_agencies, parse_byline
from wiredesk.index.wire.dateline import parse_dateline
from wiredesk.index.wire.dates import Stamp, find_stamp
from wiredesk.index.wire.fold import fold
from wiredesk.index.wire.lines import Line
from wiredesk.index.wire.places import mentioned_countries
from wiredesk.index.wire.tables import Agency, agency_named


@dataclass(slots=True)
class Draft:
    """What has been read of a story so far."""

    text: str
    source: Source
    day_first: bool | None = None
    headline: str = ""
    headline_span: tuple[int, int] = (-1, -1)
    subheadline: str | None = None
    dateline: Dateline | None = None
    people: list[Byline] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    stamps: list[tuple[Stamp, int]] = field(default_factory=list)
    agency: str | None = None
    form: str | None = None
    version: int | None = None
    slug: str | None = None
    desk: str | None = None
    body: list[tuple[str, int]] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)

    def take_agency(self, agency: Agency | None, rule: str, start: int, end: int) -> None:
        """Keeps the first agency that is found."""
        if agency is not None and self.agency is None:
            self.agency = agency.name
            self.say("agency", agency.name, rule, start, end)

    def take_stamp(self, line: Line) -> None:
        """Keeps the date that a line states, if any."""
        if (stamp := find_stamp(line.text)) is not None:
            self.stamps.append((stamp, line.start))

    def say(self, name: str, value: str, rule: str, start: int, end: int) -> None:
        """Notes down which rule gave a value, and where it stands."""
        self.evidence.append(Evidence(field=name, value=value, rule=rule, start=start, end=end))

    def _spot(self, name: str, start: int, end: int) -> tuple[int, int]:
        """Where a name stands between two offsets, in any normal form and case; else all of it."""
        said = self.text[start:end]
        forms = (name, unicodedata.normalize("NFD", name), name.upper())
        for form in dict.fromkeys(forms):
            words = form.split()
            at = said.find(form)
            if at >= 0:
                return start + at, start + at + len(form)
            broken = re.search(r"\s+".join(map(re.escape, words)), said) if words else None
            if broken is not None:
                return start + broken.start(), start + broken.end()
        return start, end

    def add_people(self, people: Sequence[Byline], start: int, end: int) -> None:
        """Adds people; one who is there in the same role gains a place at most."""
        for person in people:
            spot = self._spot(person.name, start, end)
            same = [b for b in self.people if b.role == person.role and _same(b.name, person.name)]
            if same:
                if person.place and not same[0].place:
                    self.people[self.people.index(same[0])] = replace(same[0], place=person.place)
                continue
            self.people.append(replace(person, start=spot[0], end=spot[1]))
            self.say("byline", person.name, f"credit: {person.role}", *spot)

    def take_dateline(self, found: Dateline, offset: int) -> None:
        """Takes a dateline; the text settles in which country an ambiguous city lies."""
        if any(not c.country_code and len(c.candidates) > 1 for c in found.cities):
            said = self.text[offset : min(offset + 1500, self.source.end)]
            again = parse_dateline(said, context=tuple(mentioned_countries(said[found.end :])))
            if again is not None and again.start == found.start:
                found = again
        self.dateline = replace(
            found,
            start=offset + found.start,
            end=offset + found.end,
            cities=tuple(
                replace(c, start=offset + c.start, end=offset + c.end) for c in found.cities
            ),
        )
        for city in self.dateline.cities:
            self.say("city", city.name, "dateline", city.start, city.end)
            if city.country_code:
                rule = f"country: {city.country_source}"
                self.say("country", city.country_code, rule, city.start, city.end)
        if found.agency:
            self.say("agency", found.agency, "dateline", self.dateline.start, self.dateline.end)

    def note(self, kind: str, line: Line) -> None:
        """Keeps a line as a note."""
        self.notes.append(Note(kind=kind, text=line.text, start=line.start, end=line.end))

    def drop(self, line: Line, reason: str) -> None:
        """Leaves a line out of the story."""
        self.dropped.append(Dropped(line=line.text, reason=reason, start=line.start, end=line.end))
        if match := re.match(r"Posted in:\s*(\S.*)$", line.text, re.I):
            self.desk = match[1].strip()
            self.say("desk", self.desk, "posted in", line.end - len(match[1]), line.end)

    def byline(self, line: Line, people: Sequence[Byline] | None = None) -> None:
        """Takes the people, the date and the agency of a byline."""
        people = parse_byline(line.text) if people is None else people
        self.add_people(people, line.start, line.end)
        self.note("byline", line)
        self.take_stamp(line)
        for agency in byline_agencies(line.text):
            self.take_agency(agency, "byline", line.start, line.end)

    def code(self, line: Line) -> None:
        """Takes a line of wire codes: a slug, a sign-off."""
        self.note("slug", line)
        stamp = find_stamp(line.text)
        if stamp is not None and "sign-off" in stamp.rule:
            self.stamps.append((stamp, line.start))
            return
        if self.slug is None:
            self.slug = line.text.strip("^ <")
        for mark in ("dpa", "AAP"):
            if re.search(rf"\b{mark}\b", line.text):
                self.take_agency(agency_named(mark), "wire header", line.start, line.end)
        if re.match(r"\^?AP Photo|.*\bBC-[A-Z]", line.text):
            self.take_agency(agency_named("AP"), "wire header", line.start, line.end)

    def article(self) -> Article:
        """The story."""
        body, pieces = self._joined()
        day, basis, published, updated, ambiguous = self._dates()
        agency = (self.dateline.agency if self.dateline else None) or self.agency
        return Article(
            id=story_id(
                self.headline, self.dateline.raw if self.dateline else "", body, published or ""
            ),
            source=self.source,
            headline=self.headline,
            headline_span=self.headline_span,
            subheadline=self.subheadline,
            body=body,
            body_map=pieces,
            dateline=self.dateline,
            byline=tuple(self.people),
            published=published,
            updated=updated,
            date=day,
            date_basis=basis,
            date_ambiguous=ambiguous,
            agency=agency,
            form=self.form,
            version=self.version,
            slug=self.slug,
            desk=self.desk,
            dropped=tuple(self.dropped),
            notes=tuple(self.notes),
            evidence=tuple(self.evidence),
        )

    def _joined(self) -> tuple[str, tuple[tuple[int, int, int], ...]]:
        parts: list[str] = []
        pieces: list[tuple[int, int, int]] = []
        size = 0
        for n, (text, start) in enumerate(self.body):
            if n:
                glue = "\n\n" if self.gaps[n] else "\n"
                parts.append(glue)
                size += len(glue)
            parts.append(text)
            pieces.append((size, start, len(text)))
            size += len(text)
        return "".join(parts), tuple(pieces)

    def _dates(self) -> tuple[str | None, DateBasis, str | None, str | None, bool]:
        """(date, basis, published, updated, ambiguous): the stamp first, then the dateline."""
        printed = self.dateline.date if self.dateline else None
        plain = [s for s in self.stamps if not s[0].updated] or self.stamps
        updated = next((s.moment or s.date for s, _ in self.stamps if s.updated), None)
        if plain and plain[0][0].rule == "stamp: sign-off ap" and not printed:
            # AP's sign-off is when the wire sent the story, which may not be its date.
            return None, "none", plain[0][0].moment, updated, False
        if plain:
            stamp, at = plain[0]
            if stamp.ambiguous and not printed and self.day_first is not None:
                stamp = (
                    find_stamp(self.text[at : at + 200].splitlines()[0], day_first=self.day_first)
                    or stamp
                )
                stamp = replace(stamp, ambiguous=False)
            if stamp.ambiguous and printed and printed[-5:] != stamp.date[-5:]:
                swapped = f"{stamp.date[:4]}-{stamp.date[8:]}-{stamp.date[5:7]}"
                if printed[-5:] == swapped[-5:]:
                    moment = stamp.moment and swapped + stamp.moment[10:]
                    stamp = replace(stamp, date=swapped, moment=moment, ambiguous=False)
            elif printed:
                stamp = replace(stamp, ambiguous=False)
            day = _dated_by(printed, stamp.date) if printed else stamp.date
            self.say("date", day, stamp.rule, at + stamp.start, at + stamp.end)
            return day, "stamp", stamp.moment, updated, stamp.ambiguous
        if printed and self.dateline is not None:
            basis: DateBasis = "dateline without year" if printed[0] == "-" else "dateline"
            self.say("date", printed, basis, self.dateline.start, self.dateline.end)
            return printed, basis, None, updated, False
        return None, "none", None, updated, False


def _dated_by(printed: str, stamp: str) -> str:
    """The date of a dateline, its year taken from the stamp nearest to it."""
    if not printed.startswith("--"):
        return printed
    year = int(stamp[:4])
    days = []
    for candidate in (year - 1, year, year + 1):
        try:
            days.append(date.fromisoformat(f"{candidate:04}{printed[1:]}"))
        except ValueError:
            continue
    origin = date.fromisoformat(stamp)
    return min(days, key=lambda day: abs((day - origin).days)).isoformat() if days else stamp


def _same(one: str, other: str) -> bool:
    return fold(one) == fold(other)


def story_id(headline: str, dateline: str, body: str, published: str = "") -> str:
    """A stable id of a story: 16 hexadecimal digits of the BLAKE2b hash of its content.

    White space is folded first, so that wrapping and line ends change nothing. The time it was sent
    belongs to it: what a wire sends again an hour later is another story with the same words.
    """
    parts = (headline, dateline, body, *((published,) if published else ()))
    content = "\0".join(" ".join(part.split()) for part in parts)
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
