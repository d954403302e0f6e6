"""The page of one story: its text with marks, what was read from it and why, how to cite it.

Pure functions from an `Article` to what the template draws.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from wiredesk.index.article import Article, Evidence
from wiredesk.index.countries import country_name
from wiredesk.index.document import LABEL_FIELDS
from wiredesk.search.model import Hit, SearchRequest
from wiredesk.web.exports import TYPES
from wiredesk.web.hits import authors_of, byline_of, headline_of, title_of
from wiredesk.web.i18n import DATE_BASES, N_, Speech, label, visible
from wiredesk.web.markup import Link, marked, shown
from wiredesk.web.paragraphs import Paragraph, paragraphs
from wiredesk.web.presenters import search_form
from wiredesk.web.urls import Form, Links

Span = tuple[int, int]

MAX_HOPS = 200
"""Matches that are numbered and lead to each other; those behind are marked, and no more."""

MAX_HOVER = 1000
"""Names whose places in the text light up by the style sheet alone, which knows three digits."""

BANNERS = {
    "corrected": N_("This story was corrected."),
    "correction": N_("This story corrects an earlier one."),
    "withdrawn": N_("This story was withdrawn by its agency. Do not quote it."),
    "kill": N_("This story was withdrawn by its agency. Do not quote it."),
}


WITHDRAWN = ("withdrawn", "kill")

NEAR_COPY = 0.7
"""The share of their words that two versions of one story have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name of the margin: a filter link, its number in the text and where it stands first."""

    name: str
    url: str
    count: str
    css: str
    anchor: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The names of one kind."""

    title: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a field has its value: the characters of the source, and the rule in words and by its
    name."""

    id: str
    field: str
    value: str
    says: str
    rule: str
    quote: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Link):
    """Who did something for a story; `why` names the reason, if there is one."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What people did for the story: `Reporting: Jane Roe (Geneva)`."""

    role: str
    names: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated(Link):
    """Another story and its date, in the reader's language."""

    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate(Link):
    """Another form of the story, and its type as in HTML."""

    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph as drawn; `css` is `rows` or `columns` where its lines count."""

    text: Markup
    css: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """Everything the page of a story shows."""

    title: str
    headline: Markup
    subheadline: str
    banner: str
    counterpart: Link | None
    kind: Link | None
    places: tuple[Link, ...]
    agency: Link | None
    date: str
    date_note: str
    filed: str
    byline: str
    credits: tuple[Credit, ...]
    paragraphs: tuple[Block, ...]
    matches: int
    linked: str
    matches_text: str
    groups: tuple[Group, ...]
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]
    dropped: tuple[tuple[str, str, str], ...]
    source: Link
    source_lines: str
    also_in: tuple[str, ...]
    citation: str
    bibtex: str
    ris: str
    json_ld: dict[str, Any]
    similar: tuple[Dated, ...]
    before: Dated | None
    after: Dated | None
    query: str
    form: Form
    back: str
    forms: tuple[Alternate, ...]
    lang: str


def story_of(
    article: Article,
    *,
    links: Links,
    speech: Speech,
    address: str,
    state: SearchRequest | None = None,
    headline_marks: Sequence[Span] = (),
    body_marks: Sequence[Span] = (),
    similar: Sequence[Hit] = (),
    before: Article | None = None,
    after: Article | None = None,
) -> StoryPage:
    """The page of a story. `address` is its full URL, for citations; `state` the search that led
    here."""
    everything = SearchRequest(sort="-date")
    query = state.query if state else ""
    why = _why(article)
    date, filed = _dates(article, speech)

    def filtered(name: str, value: str) -> Link:
        url = links.search(everything.refine(name, value))
        return Link(text=speech.value(name, value), url=url)

    groups, numbers = _groups(article, links, speech, why)
    correction, counterpart = _counterpart(article, similar)
    banner = correction or article.form
    total = len(headline_marks) + len(body_marks)
    source = article.source
    path = speech.value("source", source.path)
    path += f" : {visible(source.member)}" if source.member else ""

    brief = _brief(article)

    def other(found: Article) -> Dated:
        return _story_link(found, links, speech, state)

    return StoryPage(
        title=title_of(article),
        headline=marked(headline_of(article), headline_marks),
        subheadline=visible(article.subheadline or ""),
        banner=speech.gettext(BANNERS[banner]) if banner in BANNERS else "",
        counterpart=other(counterpart) if counterpart else None,
        kind=filtered("form", article.form) if article.form else None,
        places=tuple(filtered("city", city.name) for city in article.cities),
        agency=filtered("agency", article.agency) if article.agency else None,
        date=date,
        date_note=speech.gettext(DATE_BASES.get(article.date_basis, DATE_BASES["none"])),
        filed=filed,
        byline=byline_of(article, speech),
        credits=_credits(article, links, speech, why),
        paragraphs=paragraphs_of(article, body_marks, numbers, speech),
        matches=len(body_marks),
        linked=speech.gettext("the first %(num)s lead to each other", num=speech.number(MAX_HOPS))
        if len(body_marks) > MAX_HOPS
        else "",
        matches_text=speech.ngettext(
            "%(num)s match in this story", "%(num)s matches in this story", total
        )
        if total
        else "",
        groups=groups,
        reasons=reasons_of(article, speech),
        notes=tuple(visible(note.text) for note in article.notes),
        dropped=tuple((visible(d.line), speech.rule(d.reason), d.reason) for d in article.dropped),
        source=Link(text=path, url=filtered("source", source.path).url),
        source_lines=speech.gettext(
            "lines %(first)s–%(last)s",
            first=speech.number(source.first_line),
            last=speech.number(source.last_line),
        ),
        also_in=tuple(speech.value("source", s.path) for s in article.also_in),
        citation=citation(brief, address),
        bibtex=bibtex(brief, address),
        ris=ris(brief, address),
        json_ld=json_ld(brief, address),
        similar=tuple(other(hit.article) for hit in similar),
        before=other(before) if before else None,
        after=other(after) if after else None,
        query=query,
        form=search_form(state or SearchRequest(), links),
        back=links.search(state or everything),
        forms=tuple(
            Alternate(
                text=form.upper(),
                url=links.story(article, form=form),
                type=TYPES[form].partition(";")[0],
            )
            for form in ("json", "txt", "bib", "ris")
        ),
        lang=article.language,
    )


def _brief(article: Article) -> Article:
    """The story with endless names and headline cut, for what its page says of it elsewhere than
    in its own place."""
    line = article.dateline
    return replace(
        article,
        headline=title_of(article),
        agency=label(article.agency or ""),
        byline=tuple(replace(b, name=label(b.name)) for b in article.byline),
        dateline=line
        and replace(
            line,
            raw=label(line.raw),
            cities=tuple(replace(c, name=label(c.name)) for c in line.cities),
        ),
        entities=tuple(replace(e, name=label(e.name)) for e in article.entities),
    )


def _counterpart(article: Article, similar: Iterable[Hit]) -> tuple[str | None, Article | None]:
    """The earlier version of a correction, or the correction of a story, among the similar ones:
    where just one is plainly that."""
    corrects = article.form == "correction"
    found = [
        hit
        for hit in similar
        if (hit.article.form == "correction") != corrects and _same_story(article, hit.article)
    ]
    if article.form in WITHDRAWN or len(found) != 1:
        return None, None
    return None if corrects else "corrected", found[0].article


def _same_story(one: Article, two: Article) -> bool:
    """Whether two stories are versions of one: headline without mark, version and agency, file or
    dateline, and nearly all words."""

    def filed(a: Article) -> tuple[str | None, list[str]]:
        return a.date, [c.name for c in a.cities]

    def words(a: Article) -> set[str]:
        return set(re.findall(r"\w+", a.body.casefold()))

    if (_bare(one), one.version, one.agency) != (_bare(two), two.version, two.agency):
        return False
    if one.source.path != two.source.path and (not one.cities or filed(one) != filed(two)):
        return False
    return len(words(one) & words(two)) >= NEAR_COPY * len(words(one) | words(two)) > 0


def _bare(article: Article) -> str:
    """The headline without the mark of its form."""
    marks = (e.end - e.start for e in article.evidence if e.rule == "headline marker")
    return " ".join(article.headline[next(marks, 0) :].casefold().split())


def _story_link(
    article: Article, links: Links, speech: Speech, state: SearchRequest | None
) -> Dated:
    date = speech.date(article.date, short=True) if article.date else ""
    return Dated(text=title_of(article), url=links.story(article, state=state), date=date)


def _dates(article: Article, speech: Speech) -> tuple[str, str]:
    """The date of a story, with the time where it was filed on that day; else when it was filed."""
    day = speech.date(article.date) if article.date else ""
    published = article.published or ""
    clock = speech.clock(published)
    if not clock:
        return day, ""
    moment = speech.gettext("%(date)s, %(time)s", date=speech.date(published[:10]), time=clock)
    return (moment, "") if published[:10] == article.date else (day, moment)


def _credits(
    article: Article, links: Links, speech: Speech, why: Mapping[tuple[str, str], str]
) -> tuple[Credit, ...]:
    roles: dict[str, list[Person]] = {}
    for byline in article.byline:
        name = label(byline.name + (f" ({byline.place})" if byline.place else ""))
        url = links.search(SearchRequest(sort="-date").refine("byline", byline.name))
        person = byline.kind == "person"
        roles.setdefault(byline.role, []).append(
            Person(text=name, url=url if person else "", why=why.get(("byline", byline.name), ""))
        )
    return tuple(
        Credit(role=speech.role(role), names=tuple(names)) for role, names in roles.items()
    )


def _groups(
    article: Article, links: Links, speech: Speech, why: Mapping[tuple[str, str], str]
) -> tuple[tuple[Group, ...], dict[tuple[str, str], int]]:
    """The names in the margin, most mentioned first, and the number each has in the text."""
    counts: dict[tuple[str, str], int] = {}
    for entity in article.entities:
        if entity.label in LABEL_FIELDS:
            key = (LABEL_FIELDS[entity.label], entity.name)
            counts[key] = counts.get(key, 0) + 1
    order = sorted(counts, key=lambda key: (-counts[key], key))
    numbers = {key: n for n, key in enumerate(order)}
    in_body = {
        (LABEL_FIELDS[e.label], e.name)
        for e in article.entities
        if e.label in LABEL_FIELDS and article.body_offset(e.start) is not None
    }
    groups = []
    for name in LABEL_FIELDS.values():
        mentions = tuple(
            Mention(
                name=speech.value(name, key[1]),
                url=links.search(SearchRequest(sort="-date").refine(name, key[1])),
                count=speech.number(counts[key]),
                css=_digits(numbers[key]),
                anchor=f"#e{numbers[key]}" if key in in_body else None,
                why=why.get(key, ""),
            )
            for key in order
            if key[0] == name
        )
        if mentions:
            groups.append(Group(title=speech.field(name), mentions=mentions))
    return tuple(groups), numbers


def _digits(number: int) -> str:
    """The classes of a name: 137 is `h1 t3 u7`, and the style sheet needs thirty for a thousand."""
    digits = zip("htu", f"{number:03}", strict=False)
    return " ".join(map("".join, digits)) if number < MAX_HOVER else ""


# --- the text -----------------------------------------------------------------------------------


def paragraphs_of(
    article: Article,
    marks: Sequence[Span],
    numbers: dict[tuple[str, str], int],
    speech: Speech,
) -> tuple[Block, ...]:
    """The body as paragraphs: matches in `<mark id=mN>`, each followed by links to the previous
    and the next, and names in `<span class="e eN">`, the first of each with an id."""
    names = _name_spans(article, numbers)
    mark_starts = [start for start, _ in marks]
    name_starts = [start for start, _, _ in names]
    cuts = sorted({p for span in marks for p in span} | {p for s, e, _ in names for p in (s, e)})
    seen: set[str] = set()
    result = []
    for paragraph in paragraphs(article):
        start, end = paragraph.start, paragraph.end
        parts: list[str] = [paragraph.lead]
        edges = [start, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)], end]
        for low, high in pairwise(edges):
            text = shown(_drawn(article.body, low, high, paragraph))
            m = bisect_right(mark_starts, low) - 1
            inside = m >= 0 and low < marks[m][1]
            if inside:
                ident = f"m{m + 1}"
                attribute = "" if ident in seen or m >= MAX_HOPS else f' id="{ident}"'
                seen.add(ident)
                text = f"<mark{attribute}>{text}</mark>"
                if m < MAX_HOPS and (high == marks[m][1] or high == end):
                    text += _hops(m + 1, min(len(marks), MAX_HOPS), speech)
            n = bisect_right(name_starts, low) - 1
            if n >= 0 and low < names[n][1]:
                number = names[n][2]
                ident = f"e{number}"
                attribute = "" if ident in seen else f' id="{ident}"'
                seen.add(ident)
                css = f"e {_digits(number)}".strip()
                text = f'<span class="{css}"{attribute}>{text}</span>'
            parts.append(text)
        css = "columns" if paragraph.columns else "rows" if paragraph.rows else ""
        result.append(Block(text=Markup("".join(parts)), css=css))
    return tuple(result)


def _drawn(body: str, low: int, high: int, paragraph: Paragraph) -> str:
    """Some characters of a paragraph, its lines joined."""
    parts: list[str] = []
    while (found := body.find("\n", low, high)) >= 0:
        parts += (body[low:found], paragraph.joints.get(found, " "))
        low = found + 1
    return "".join((*parts, body[low:high]))


def _hops(number: int, count: int, speech: Speech) -> str:
    def hop(to: int, sign: str, message: str) -> str:
        label = escape(speech.gettext(message))
        return f'<a href="#m{to}" aria-label="{label}">{sign}</a>' if 1 <= to <= count else ""

    before = hop(number - 1, "↑", N_("Previous match"))
    after = hop(number + 1, "↓", N_("Next match"))
    return f'<span class="hop">{before}{after}</span>' if before or after else ""


def _name_spans(
    article: Article, numbers: dict[tuple[str, str], int]
) -> list[tuple[int, int, int]]:
    """(start, end, number) of the names in the body, rising and disjoint."""
    spans: list[tuple[int, int, int]] = []
    for entity in sorted(article.entities, key=lambda e: (e.start, -e.end)):
        field = LABEL_FIELDS.get(entity.label)
        start = article.body_offset(entity.start)
        if field is None or start is None:
            continue
        last = article.body_offset(entity.end - 1)
        end = start + len(entity.text) if last is None else last + 1
        if end > start and (not spans or start >= spans[-1][1]):
            spans.append((start, end, numbers[(field, entity.name)]))
    return spans


# --- why ----------------------------------------------------------------------------------------


def source_pieces(article: Article) -> list[tuple[int, str]]:
    """(offset, text) of every piece of the source that the story keeps."""
    pieces: list[tuple[int, str]] = [
        (origin, article.body[at : at + length]) for at, origin, length in article.body_map
    ]
    start, end = article.headline_span
    if start >= 0 and end - start == len(article.headline):
        pieces.append((start, article.headline))
    if article.dateline:
        pieces.append((article.dateline.start, article.dateline.raw))
        pieces += ((c.start, c.city) for c in article.cities)
    pieces += ((b.start, b.raw) for b in article.byline)
    pieces += ((d.start, d.line) for d in article.dropped)
    pieces += ((n.start, n.text) for n in article.notes)
    return [(at, text) for at, text in pieces if at >= 0 and text]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mentioned(Evidence):
    """Evidence of a name: its own text stands in the source."""

    quote: str


def _first_mentions(article: Article) -> list[_Mentioned]:
    """What found each name, at its first mention."""
    first: dict[tuple[str, str], _Mentioned] = {}
    for e in article.entities:
        if e.label in LABEL_FIELDS:
            first.setdefault(
                (e.label, e.name),
                _Mentioned(
                    field=LABEL_FIELDS[e.label],
                    value=e.name,
                    rule=e.found_by,
                    start=e.start,
                    end=e.end,
                    quote=e.text,
                ),
            )
    return list(first.values())


def _whole_dateline(article: Article, item: Evidence) -> str:
    """The dateline, where it is what a value was read from: its span holds spaces that the text
    kept of it does not."""
    line = article.dateline
    return line.raw if line and (line.start, line.end) == (item.start, item.end) else ""


def _evidence(article: Article) -> list[Evidence]:
    return [*article.evidence, *_first_mentions(article)]


def _why(article: Article) -> dict[tuple[str, str], str]:
    """The id of the reason for each value of a field, where there is one."""
    found: dict[tuple[str, str], str] = {}
    for number, item in enumerate(_evidence(article)):
        found.setdefault((item.field, item.value), f"w{number}")
    return found


def reasons_of(article: Article, speech: Speech) -> tuple[Reason, ...]:
    """For every field read from the text: the very characters and the rule that read them."""
    pieces = source_pieces(article)
    reasons = []
    for number, item in enumerate(_evidence(article)):
        quote = place = ""
        if item.start >= 0:
            place = speech.gettext(
                "characters %(start)s–%(end)s",
                start=speech.number(item.start),
                end=speech.number(item.end),
            )
            quote = (
                item.quote
                if isinstance(item, _Mentioned)
                else next(
                    (
                        text[item.start - at : item.end - at]
                        for at, text in pieces
                        if at <= item.start and item.end <= at + len(text)
                    ),
                    _whole_dateline(article, item),
                )
            )
        reasons.append(
            Reason(
                id=f"w{number}",
                field=speech.field(item.field),
                value=speech.value(item.field, item.value),
                says=speech.rule(item.rule),
                rule=item.rule,
                quote=label(quote),
                place=place,
            )
        )
    return tuple(reasons)


# --- citations and metadata ---------------------------------------------------------------------


_TEX = {"^": "\\textasciicircum{}", "~": "\\textasciitilde{}"}


def _authors(article: Article) -> list[str]:
    return [b.name for b in authors_of(article) if b.kind == "person"]


def citation(article: Article, address: str) -> str:
    """A plain citation: authors, headline, agency, places, date, address."""
    authors = ", ".join(_authors(article))
    parts = [authors, f"“{headline_of(article)}”", article.agency or ""]
    parts.append(", ".join(c.name for c in article.cities))
    parts.append(article.date if article.date and not article.date.startswith("--") else "")
    return ". ".join(part.rstrip(".") for part in parts if part) + f". {address}"


def bibtex(article: Article, address: str) -> str:
    """The story as a BibTeX entry; braces and backslashes of its text are taken out, other signs
    that TeX reads are written so that it prints them."""

    def plain(text: str) -> str:
        text = re.sub(r"[{}\\\r\n]+", " ", text)
        return re.sub(r"[&%$#_^~]", lambda sign: _TEX.get(sign[0], f"\\{sign[0]}"), text)

    fields = {
        "title": "{" + plain(headline_of(article)) + "}",
        "author": " and ".join(plain(name) for name in _authors(article)),
        "organization": plain(article.agency or ""),
        "address": plain(", ".join(c.name for c in article.cities)),
        "date": article.date if article.date and not article.date.startswith("--") else "",
        "url": address,
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    return "\n".join(["@online{wire-" + re.sub(r"\W", "", article.id) + ",", *lines, "}", ""])


def ris(article: Article, address: str) -> str:
    """The story as a RIS record (type NEWS), lines ended by CR LF."""
    lines = ["TY  - NEWS", f"TI  - {headline_of(article)}"]
    lines += (f"AU  - {name}" for name in _authors(article))
    if article.agency:
        lines.append(f"PB  - {article.agency}")
    lines += (f"CY  - {city.name}" for city in article.cities)
    if article.date and not article.date.startswith("--"):
        lines.append("DA  - " + article.date.replace("-", "/") + "/")
    lines += [f"UR  - {address}", f"ID  - {article.id}", "ER  - ", ""]
    return "\r\n".join(re.sub(r"[\r\n]+", " ", line) for line in lines)


def json_ld(article: Article, address: str) -> dict[str, Any]:
    """The story as a schema.org NewsArticle: filed from and about are different properties."""
    mentioned = dict.fromkeys(e.name for e in article.entities if e.label == "LOC")
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": headline_of(article),
        "url": address,
        "identifier": article.id,
        "inLanguage": article.language,
        "dateline": article.dateline.raw if article.dateline else None,
        "datePublished": article.published or _full(article.date),
        "dateModified": article.updated,
        "author": [{"@type": "Person", "name": name} for name in _authors(article)],
        "provider": {"@type": "NewsMediaOrganization", "name": article.agency}
        if article.agency
        else None,
        "locationCreated": [
            {
                "@type": "Place",
                "name": city.name,
                "address": {"@type": "PostalAddress", "addressCountry": city.country_code},
            }
            if city.country_code
            else {"@type": "Place", "name": city.name}
            for city in article.cities
        ],
        "contentLocation": [{"@type": "Place", "name": country_name(name)} for name in mentioned],
    }
    return {key: value for key, value in data.items() if value}


def _full(date: str | None) -> str | None:
    return None if not date or date.startswith("--") else date


def plain_text(article: Article) -> str:
    """The story as plain text: headline, dateline, body."""
    line = article.dateline.raw if article.dateline else ""
    parts: Iterable[str] = (article.headline, line, article.body)
    return "\n\n".join(part for part in parts if part) + "\n"


def pretty_json(value: Any) -> str:
    """JSON for people and programs: indented, letters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
