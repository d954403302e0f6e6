"""Lines -> stories: what each part of a story is, with the characters it was read from."""

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
from wiredesk.index.countries import country_code
from wiredesk.index.wire.credit import (
    credit_start,
    is_byline,
    is_credit,
    is_house,
    is_name,
    parse_byline,
    parse_credit,
    parse_end_matter,
)
from wiredesk.index.wire.dateline import parse_dateline
from wiredesk.index.wire.dates import Stamp, day_order, find_stamp
from wiredesk.index.wire.fold import fold
from wiredesk.index.wire.forms import headline_form, is_note, line_form
from wiredesk.index.wire.headline import (
    body_begins,
    choose_headline,
    clean_headline,
    headline_continues,
)
from wiredesk.index.wire.lines import Line, is_sentence, read_lines, signoff_agency
from wiredesk.index.wire.pages import (
    Main,
    find_main,
    head_people,
    head_stamps,
    page_stamp,
    place_alone,
)
from wiredesk.index.wire.places import known_place, locate, mentioned_countries
from wiredesk.index.wire.segment import dateline_at, is_caption, is_stamp, segments
from wiredesk.index.wire.tables import agencies, agency_names

HEAD_REACH = 14
"""A dateline stands within this many lines of its story (captions and summaries come before)."""


def split(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each story, in order; a text of one story is one span over all of it."""
    lines = read_lines(text)
    spans = segments(text, lines)
    if len(spans) < 2:
        return [(0, len(text))] if lines else []
    return [(_first_own(lines, i, j), lines[j - 1].end) for i, j in spans]


def _first_own(lines: Sequence[Line], first: int, last: int) -> int:
    """The offset of the first line that is not page furniture."""
    own = (line.start for line in lines[first:last] if line.kind != "furniture")
    return next(own, lines[first].start)


def read_stories(
    text: str,
    *,
    path: str,
    member: str | None = None,
    whole: bool = False,
) -> list[Article]:
    """The stories of a text, in order.

    `path` and `member` say where it lies. `whole` takes it as exactly one story.
    """
    lines = read_lines(text)
    if not lines:
        return []
    page = find_main(lines)
    day_first = day_order(text)
    spans = [(0, len(lines))] if whole or page is not None else segments(text, lines)
    single = len(spans) == 1
    stories = []
    for first, last in spans:
        start = 0 if single else _first_own(lines, first, last)
        end = len(text) if single else lines[last - 1].end
        source = Source(
            path=path,
            member=member,
            start=start,
            end=end,
            first_line=text.count("\n", 0, start) + 1,
            last_line=text.count("\n", 0, max(start, end - 1)) + 1,
        )
        stories.append(
            _Reader(text, lines[first:last], source, page=page, day_first=day_first).read()
        )
    return stories


@dataclass(slots=True)
class _Reader:
    """Reads the lines of one story; what it finds gathers in its fields."""

    text: str
    lines: Sequence[Line]
    source: Source
    page: Main | None = None
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

    def read(self) -> Article:
        """The story."""
        if self.page is not None:
            return self._read_page(self.page)
        at = self._find_dateline()
        self._body(self._head(at))
        return self._article()

    def _read_page(self, main: Main) -> Article:
        """The story of a whole web page."""
        every = self.lines
        for line in every[: main.headline]:
            self._drop(line, "page above the story")
        self._take_headline(main.headline, main.headline + 1)
        for name, line in head_people(every, main):
            self._add_people(parse_byline(f"By {name}"), line.start, line.end)
        stamps = head_stamps(every, main)
        for line in stamps:
            if (read := page_stamp(line.text)) is not None:
                self.stamps.append((read[0], line.start - read[1]))
        for line in every[main.headline + 1 : main.first]:
            if is_byline(line.text) and (agency := _agency_in(line.text)) and self.agency is None:
                self.agency = agency
                self._say("agency", agency, "byline", line.start, line.end)
            if line.text == self.headline:
                self._note("headline again", line)
            else:
                self._note("stamp" if line in stamps else "page head", line)
        if main.dateline is not None:
            line = every[main.dateline]
            found = dateline_at(self.text, line)
            if found is not None:
                self._take_dateline(found, line.start)
        elif (at := place_alone(every, main)) is not None:
            spot = every[at]
            city = replace(locate(spot.text, []), start=0, end=len(spot.text))
            self._take_dateline(
                Dateline(raw=spot.text, cities=(city,), start=0, end=len(spot.text)), spot.start
            )
        story = every[main.first : main.last]
        kept = [line for line in story if line.kind != "text" or _is_text(line)]
        for line in story:
            if line not in kept:
                self._drop(line, "short line of a page")
        self.lines = kept
        self._body(0)
        for line in every[main.last :]:
            self._drop(line, "page below the story")
        return self._article()

    # The head ---------------------------------------------------------------------------------

    def _find_dateline(self) -> int | None:
        """The index of the line on which the dateline begins."""
        seen = 0
        sentences = 0
        headline = False
        for i, line in enumerate(self.lines):
            if line.kind in ("rule", "furniture", "code", "copyright", "signoff"):
                continue
            seen += 1
            if seen > HEAD_REACH + 40 or (seen > HEAD_REACH and sentences > 2):
                return None
            run_in = re.match(r"By ", line.text)
            if run_in and (found := self._run_in(line)):
                self._take_dateline(found, line.start)
                return i
            found = dateline_at(self.text, line)
            if found is not None and (headline or self._opens(found)):
                if headline and self._is_headline_shape(i, found):
                    continue
                self._take_dateline(found, line.start)
                return i
            if headline and (alone := self._place_alone(i)) is not None:
                return alone
            if headline and self._name_and_place(line):
                return i
            headline = headline or not (is_stamp(line.text) or is_byline(line.text))
            if is_sentence(line.text) and not is_caption(line.text) and not is_note(line.text):
                sentences += len(line.text) > 90
        return None

    def _opens(self, found: Dateline) -> bool:
        """Whether the first line of a story is its dateline paragraph, not a headline with one."""
        return bool(found.agency or found.date) or len(self.lines[0].text) > 130

    def _is_headline_shape(self, i: int, found: Dateline) -> bool:
        """`SYDNEY - Boss goes` above the real dateline is a headline."""
        line = self.lines[i]
        if found.agency or found.date or is_sentence(line.text):
            return False
        following = next((n for n in self.lines[i + 1 : i + 3] if n.kind == "text"), None)
        return bool(following and following.gap and dateline_at(self.text, following))

    def _name_and_place(self, line: Line) -> bool:
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
        self._add_people(people, line.start, line.start + at)
        city = replace(locate(match["place"], []), start=at, end=end)
        raw = match["place"]
        self._take_dateline(
            Dateline(raw=raw, cities=(city,), start=at, end=match.end()), line.start
        )
        return True

    def _place_alone(self, i: int) -> int | None:
        """A city on a line of its own, perhaps a date on the next, then the story."""
        line = self.lines[i]
        if not line.text.isupper() or len(line.text) > 40 or i + 1 >= len(self.lines):
            return None
        place, _, country = line.text.partition(", ")
        if not known_place(place) or (country and country_code(country) is None):
            return None
        following = self.lines[i + 1]
        dated = parse_dateline(f"{line.text}, {following.text} (AP) -")
        date_only = dated is not None and dated.date is not None and len(following.text) < 20
        if not date_only and not (is_sentence(following.text) and not line.indent):
            return None
        if dateline_at(self.text, following) is not None:
            return None
        city = replace(locate(place, [country] if country else []), start=0, end=len(place))
        last = following if date_only else line
        found = Dateline(
            raw=self.text[line.start : last.end],
            cities=(city,),
            date=dated.date if date_only and dated else None,
            start=0,
            end=last.end - line.start,
        )
        self._take_dateline(found, line.start)
        return i

    def _run_in(self, line: Line) -> Dateline | None:
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
                self._add_people(named, line.start, line.start + match.start())
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

    def _take_dateline(self, found: Dateline, offset: int) -> None:
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
            self._say("city", city.name, "dateline", city.start, city.end)
            if city.country_code:
                rule = f"country: {city.country_source}"
                self._say("country", city.country_code, rule, city.start, city.end)
        if found.agency:
            self._say("agency", found.agency, "dateline", self.dateline.start, self.dateline.end)

    def _say(self, name: str, value: str, rule: str, start: int, end: int) -> None:
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

    def _add_people(self, people: Sequence[Byline], start: int, end: int) -> None:
        for person in people:
            spot = self._spot(person.name, start, end)
            same = [b for b in self.people if b.role == person.role and _same(b.name, person.name)]
            if same:
                if person.place and not same[0].place:
                    self.people[self.people.index(same[0])] = replace(same[0], place=person.place)
                continue
            self.people.append(replace(person, start=spot[0], end=spot[1]))
            self._say("byline", person.name, f"credit: {person.role}", *spot)

    def _head(self, at: int | None) -> int:
        """Reads the lines above the body; returns the index of the body's first line."""
        stop = at if at is not None else body_begins(self.lines)
        headline_at: int | None = choose_headline(self.lines, stop)
        taken: set[int] = set()
        for i in range(stop):
            line = self.lines[i]
            if i in taken:
                continue
            if line.kind == "code":
                self._code(line)
            elif line.kind in ("rule", "furniture", "copyright"):
                self._drop(line, line.kind)
            elif i == headline_at:
                taken = self._take_headline(i, stop)
            elif (form := line_form(line.text)) is not None:
                self.form, self.version = self.form or form.key, self.version or form.version
                self._note("form", line)
                self._say("form", form.key, "marker line", line.start, line.end)
            elif is_byline(line.text):
                self._byline(line)
            elif is_stamp(line.text):
                self._stamp(line)
            elif is_note(line.text):
                self._note("advisory", line)
                if line.text.lower().lstrip("(").startswith("correct"):
                    self.form = self.form or "correction"
            elif is_caption(line.text):
                self._note("caption", line)
            elif headline_at is not None and i > headline_at:
                if not self._bare_byline(line):
                    self._under_headline(line, at)
            else:
                self._above_headline(line)
        return stop

    def _take_headline(self, i: int, stop: int) -> set[int]:
        """Takes the headline, which may run over several wrapped lines."""
        line = self.lines[i]
        last = i
        while last + 1 < stop and headline_continues(self.lines, last):
            last += 1
        end = self.lines[last].end
        raw = self.text[line.start : end]
        clean, shift = clean_headline(raw)
        self.headline = " ".join(clean.split())
        start = line.start + shift
        self.headline_span = (start, start + len(clean))
        self._say("headline", self.headline, "first line", *self.headline_span)
        form = headline_form(self.headline)
        if form is not None:
            self.form, self.version = form.key, form.version
            self._say("form", form.key, "headline marker", start, start + form.length)
        return set(range(i, last + 1))

    def _byline(self, line: Line) -> None:
        people = parse_byline(line.text)
        self._add_people(people, line.start, line.end)
        self._note("byline", line)
        if (stamp := find_stamp(line.text)) is not None:
            self.stamps.append((stamp, line.start))
        tail = re.split(r",|\||\s[-–—]\s", line.text)[1:]
        for piece in [*tail, re.sub(r"^[Bb][Yy]\s+", "", line.text)]:
            agency = agency_names().get(fold(re.sub(r"^the ", "", piece.strip(" ="), flags=re.I)))
            if agency is not None and self.agency is None:
                self.agency = agency.name
                self._say("agency", agency.name, "byline", line.start, line.end)

    def _bare_byline(self, line: Line) -> bool:
        """Names alone under the headline: `Jane Roe and John Doe`, `Jane Roe 5 hours`."""
        first = line.text.split(",")[0]
        house = is_house(line.text.rstrip(" =")) and not ("," in line.text and is_name(first))
        if len(line.text) > 90 or is_sentence(line.text) or house:
            return False
        plain = re.sub(
            r"\s*(?:\d+\s?(?:hours?|minutes?|days?)(?:\sago)?.*|[|·•].*|Published.*|Updated.*|,?\s*(?:staff|special).*)$",
            "",
            line.text,
            flags=re.I,
        )
        names = re.split(r"\s+and\s+|,\s+", plain)
        housed = len(names) > 1 and is_house(names[-1])  # Ada Muster, Staff Writer
        names = names[:-1] if housed else names
        if not names or not all(is_name(n) or n in agencies() for n in names):
            return False
        if plain == line.text and not housed and (line.text.isupper() or len(names[0].split()) > 3):
            return False
        if not is_name(names[0]) or fold(plain) in agency_names():
            return False
        people = tuple(Byline(role="reporting", name=n, raw=line.text) for n in names if is_name(n))
        self._add_people(people, line.start, line.end)
        self._note("byline", line)
        return True

    def _stamp(self, line: Line) -> None:
        stamp = find_stamp(line.text)
        if stamp is not None:
            self.stamps.append((stamp, line.start))
        self._note("stamp", line)
        name = re.match(r"([^|\d]{4,40}?)\s*\|", line.text)
        if name and is_name(name[1]):
            self._add_people(parse_byline(f"By {name[1]}"), line.start, line.end)
        source = re.match(r"source:\s*([\w .]+?)(?:\s{2,}|\s*\||published|$)", line.text, re.I)
        named = agency_names().get(fold(source[1])) if source else None
        if named is not None and self.agency is None:
            self.agency = named.name
            self._say("agency", named.name, "source line", line.start, line.end)

    def _code(self, line: Line) -> None:
        self._note("slug", line)
        stamp = find_stamp(line.text)
        if stamp is not None and "sign-off" in stamp.rule:
            self.stamps.append((stamp, line.start))
            return
        if self.slug is None:
            self.slug = line.text.strip("^ <")
        for mark in ("dpa", "AAP"):
            if re.search(rf"\b{mark}\b", line.text) and self.agency is None:
                self.agency = mark
                self._say("agency", mark, "wire header", line.start, line.end)
        if re.match(r"\^?AP Photo|.*\bBC-[A-Z]", line.text) and self.agency is None:
            self.agency = "AP"
            self._say("agency", "AP", "wire header", line.start, line.end)

    def _under_headline(self, line: Line, dateline_at_line: int | None) -> None:
        """A line between headline and body: standfirst, job line of a byline, kicker."""
        if self._again(line):
            return
        if self.people and len(line.text) < 60 and not is_sentence(line.text):
            named = agency_names().get(fold(re.sub(r"^the ", "", line.text, flags=re.I)))
            writer = re.match(r"(?:The )?(Associated Press|Canadian Press)\b", line.text)
            if named is None and writer:
                named = agency_names().get(fold(writer[1]))
            if named is not None and self.agency is None:
                self.agency = named.name
                self._say("agency", named.name, "byline", line.start, line.end)
            self._note("byline", line)
        elif (named := agency_names().get(fold(line.text.strip(" =^")))) is not None:
            if self.agency is None:
                self.agency = named.name
                self._say("agency", named.name, "agency line", line.start, line.end)
            self._note("agency", line)
        elif self.subheadline is None and len(line.text) < 400:
            self.subheadline = line.text
            self._note("subheadline", line)
        else:
            self._note("subheadline", line)

    def _again(self, line: Line) -> bool:
        """The headline once more, with a stamp and an agency behind it."""
        if not fold(line.text).startswith(fold(self.headline)) or not self.headline:
            return False
        self._note("headline again", line)
        rest = line.text[len(self.headline) :]
        if (stamp := find_stamp(rest)) is not None:
            self.stamps.append((replace(stamp, updated=False), line.start + len(self.headline)))
        mark = re.search(r"\(([\w .]+)\)\s*$", rest)
        named = agency_names().get(fold(mark[1])) if mark else None
        if named is not None:
            self.agency = named.name
            self._say("agency", named.name, "headline line", line.start, line.end)
        return True

    def _above_headline(self, line: Line) -> None:
        if self.desk is None and len(line.text.split()) <= 3 and line.text[:1].isalpha():
            self.desk = None
        self._drop(line, "above the headline")

    def _drop(self, line: Line, reason: str) -> None:
        self.dropped.append(Dropped(line=line.text, reason=reason, start=line.start, end=line.end))
        if match := re.match(r"Posted in:\s*(\S.*)$", line.text, re.I):
            self.desk = match[1].strip()
            self._say("desk", self.desk, "posted in", line.end - len(match[1]), line.end)

    def _note(self, kind: str, line: Line) -> None:
        self.notes.append(Note(kind=kind, text=line.text, start=line.start, end=line.end))

    # The body ---------------------------------------------------------------------------------

    def _body(self, start: int) -> None:
        content = range(start, len(self.lines))
        ending = set(content[-8:])
        credited = -1
        for i in content:
            line = self.lines[i]
            if line.kind in ("furniture", "rule"):
                self._drop(line, line.kind)
            elif line.kind == "copyright":
                self._copyright(line)
            elif line.kind == "code":
                self._code(line)
            elif line.kind == "signoff" and (i in ending or line.gap or len(line.text) > 6):
                self._signoff(line)
            elif i <= credited:
                continue
            elif is_credit(line.text):
                credited = self._credit_end(i)
                self._credit(line, line.start, self.lines[credited].end)
            elif is_note(line.text) and (i in ending or not self.body):
                self._advisory(line)
            elif not self.body and is_byline(line.text) and not self._filed_on(line):
                self._byline(line)
            elif i in ending and not self._filed_on(line) and self._end_matter(line, i):
                continue
            elif 0 <= credited < i and self._trails(i):
                self._drop(line, "after the credit")
            else:
                self._text(line, i == start)

    def _filed_on(self, line: Line) -> bool:
        """Whether the dateline stands on this line, behind a byline that runs into it."""
        found = self.dateline
        return found is not None and line.start <= found.start < line.end

    def _trails(self, i: int) -> bool:
        """Whether only labels and teasers follow: no running text from this line on."""
        return not any(n.kind == "text" and is_sentence(n.text) for n in self.lines[i:])

    def _advisory(self, line: Line) -> None:
        """A note, perhaps with a credit glued to it: `(This version …)(Reporting by A)`."""
        raw = self.text[line.start : line.end]
        at = credit_start(raw)
        if at <= 0:
            self._note("advisory", line)
            return
        end = line.start + len(raw[:at].rstrip())
        self.notes.append(
            Note(kind="advisory", text=self.text[line.start : end], start=line.start, end=end)
        )
        self._credit(line, line.start + at)

    def _signoff(self, line: Line) -> None:
        agency = signoff_agency(line.text)
        self._note("signoff", line)
        if (stamp := find_stamp(line.text)) is not None:
            self.stamps.append((stamp, line.start))
        if agency and self.agency is None:
            self.agency = agency
            self._say("agency", agency, "sign-off", line.start, line.end)

    def _copyright(self, line: Line) -> None:
        self._note("copyright", line)
        for name in re.findall(
            r"(?:The )?Associated Press|Agence France-Presse|Thomson Reuters", line.text
        ):
            if self.agency is None and (named := agency_names().get(fold(name))) is not None:
                self.agency = named.name
                self._say("agency", named.name, "copyright", line.start, line.end)

    def _credit_end(self, i: int) -> int:
        """The index of the last line of a credit: wrapped ones run to their bracket or on."""
        line = self.lines[i]
        listed = line.text.startswith("- ")
        opened = line.text.startswith("(") and ")" not in line.text
        last = i
        while last + 1 < len(self.lines) and last < i + 4:
            following = self.lines[last + 1]
            if following.kind != "text" or following.gap or following.text.startswith("- "):
                break
            if not (opened or (listed and following.indent)) or is_credit(following.text):
                break
            last += 1
            if ")" in following.text:
                break
        return last

    def _credit(self, line: Line, start: int, end: int | None = None) -> None:
        end = line.end if end is None else end
        raw = self.text[start:end]
        people = parse_credit(raw)
        self._add_people(people, start, end)
        self.notes.append(Note(kind="credit", text=raw, start=start, end=end))
        if people and self.agency is None and _REUTERS_CREDIT.match(raw):
            self.agency = "Reuters"
            self._say("agency", "Reuters", "credit line", start, line.end)

    def _end_matter(self, line: Line, i: int) -> bool:
        """Contributors, wire sign-offs and photo credits near the end."""
        if re.match(r"\W*By .{3,60}, The Canadian Press\W*$", line.text):
            self._byline(line)
            return True
        if is_byline(line.text) and i >= len(self.lines) - 3 and parse_byline(line.text):
            self._byline(line)
            return True
        first = re.match(r"This report by (The [\w ]+?) was first published\b", line.text)
        if first and (stamp := find_stamp(line.text)) is not None:
            self.stamps.append((stamp, line.start))
            named = agency_names().get(fold(first[1])) or agency_names().get(fold(first[1][4:]))
            if named is not None and self.agency is None:
                self.agency = named.name
                self._say("agency", named.name, "first published", line.start, line.end)
            self._note("credit", line)
            return True
        found = parse_end_matter(line.text, self.people)
        if found is not None:
            contributors, places = found
            self._add_people(contributors, line.start, line.end)
            for surname, place in places.items():
                for n, person in enumerate(self.people):
                    if (
                        person.place is None
                        and person.role == "reporting"
                        and fold(person.name).endswith(fold(surname))
                    ):
                        self.people[n] = replace(person, place=place)
            self._note("credit", line)
            return True
        stamp = find_stamp(line.text)
        if stamp is not None and "sign-off" in stamp.rule and len(line.text) < 60:
            self.stamps.append((stamp, line.start))
            self._note("signoff", line)
            if line.text.startswith("AP-") and self.agency is None:
                self.agency = "AP"
            return True
        listed = re.match(r"-\s*(Reporting|Editing|Writing) by:?\s+(.*)$", line.text, re.I)
        if listed:
            self._credit(line, line.start)
            return True
        return False

    def _text(self, line: Line, first: bool) -> None:
        """A line of the body; a credit glued to its end is cut off."""
        start, end = line.start, line.end
        if first and self.dateline is not None:
            start = min(max(start, self.dateline.end), end)
        elif self.dateline is not None and start < self.dateline.end:
            start = min(self.dateline.end, end)
        glued = credit_start(self.text[start:end])
        if glued >= 0:
            self._credit(line, start + glued)
            end = start + len(self.text[start : start + glued].rstrip())
        if end > start:
            self.gaps.append(line.gap)
            self.body.append((self.text[start:end], start))

    # The whole --------------------------------------------------------------------------------

    def _article(self) -> Article:
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
            self._say("date", day, stamp.rule, at + stamp.start, at + stamp.end)
            return day, "stamp", stamp.moment, updated, stamp.ambiguous
        if printed and self.dateline is not None:
            basis: DateBasis = "dateline without year" if printed[0] == "-" else "dateline"
            self._say("date", printed, basis, self.dateline.start, self.dateline.end)
            return printed, basis, None, updated, False
        return None, "none", None, updated, False


def _is_text(line: Line) -> bool:
    """Whether a line among the text of a page is text: long, or ending as a sentence does."""
    return len(line.text) >= 60 or line.text[-1] in ".!?”\"'’:"


def _agency_in(text: str) -> str | None:
    """The agency that a byline names behind its people."""
    for piece in re.split(r",|\||\s[-–—]\s", text)[1:]:
        agency = agency_names().get(fold(re.sub(r"^the ", "", piece.strip(" ="), flags=re.I)))
        if agency is not None:
            return agency.name
    return None


_REUTERS_CREDIT = re.compile(
    r"\W*(?:editing|(?:additional\s+)?(?:reporting|writing)\b.*?\bediting)\s+by\b", re.I | re.S
)
_HOUSES = re.compile(r"(?:The )?Associated Press|Agence France-Presse|Thomson Reuters")


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
