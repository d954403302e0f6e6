"""From a `SearchResult` to what a template or a program shows: decided here, drawn elsewhere.

Nothing here knows Flask. Markup is made in two places, `marked` and `spoken`, from escaped text.
The JSON of the pages and of `wiredesk search --json` is `search_json`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from wiredesk.index.article import Article, Byline
from wiredesk.index.schema import FIELDS, NOT_STATED
from wiredesk.search.limits import PYTHON, Limits
from wiredesk.search.model import (
    Facet,
    FacetValue,
    Hit,
    Note,
    SearchRequest,
    SearchResult,
    Snippet,
)
from wiredesk.web.charts import Histogram, chosen_range, histogram
from wiredesk.web.i18n import N_, Speech, plain, speech_for, visible
from wiredesk.web.reading import sentence
from wiredesk.web.urls import (
    EXPORTS,
    MAX_EXPORT,
    WHOLE,
    Form,
    Links,
    Pair,
    default_sort,
    query_pairs,
)

SEPARATOR = " · "
TAGGED_FORMS_SKIPPED = frozenset({"", "story"})
PAGER_REACH = 2
FIRST_WORDS = 80
"""Characters of the text that stand in for a headline."""

TITLE = 120
"""Characters of a search that a page's title repeats."""


# --- markup -------------------------------------------------------------------------------------


def marked(text: str, spans: Iterable[tuple[int, int]] = ()) -> Markup:
    """The text, escaped, with `<mark>` around the spans (code points, rising, disjoint)."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        if start < at or end <= start:
            continue
        parts += (str(escape(text[at:start])), "<mark>", str(escape(text[start:end])), "</mark>")
        at = end
    parts.append(str(escape(text[at:])))
    return Markup("".join(parts))


def spoken(name: str, *shown: tuple[str, str]) -> Markup:
    """A name of which some parts are shown, each in its element; the style sheet gives the rest no
    size, so that it is there for ears.

    A part that the name does not hold is for eyes alone: in Arabic, one story has no figure.
    """
    parts: list[str] = []
    rest = plain(name)
    unheard = ""
    for text, tag in shown:
        before, found, after = rest.partition(plain(text))
        if found:
            parts += (str(escape(before)), f"<{tag}>{escape(text)}</{tag}>")
            rest = after
        else:
            unheard += f'<{tag} aria-hidden="true">{escape(text)}</{tag}>'
    return Markup("".join((*parts, str(escape(rest)), unheard)))


def marked_snippet(snippet: Snippet) -> Markup:
    """A snippet with its matches marked."""
    return marked(snippet.text, snippet.spans)


# --- the parts of a results page ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A text that leads somewhere; `rel` and `current` as in HTML."""

    text: str
    url: str
    rel: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a facet. `state` is `on`, `off` (excluded), `no` (no story has it, so there is
    nothing to choose) or empty.

    `url` adds or removes the value, `only_url` makes it the one choice (`only` is None where that
    changes nothing or `url` does the same), `deny_url` excludes it or takes the exclusion back.
    """

    value: str
    label: str
    count: str
    name: Markup
    state: str
    url: str
    only: Markup | None
    only_url: str
    deny: Markup
    deny_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One facet as shown; `statement` replaces the values where there is nothing to choose."""

    field: str
    title: str
    choices: tuple[Choice, ...]
    statement: str | None
    more: Link | None
    match_all: Link | None
    salient: Link | None
    cut: Link | None
    chosen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """An applied filter and the address without it."""

    field: str
    text: str
    remove: Markup
    url: str
    excluded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A property of a story that can be added as a filter; `kind` is its field, in words."""

    kind: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A near-copy of a story of the list: a link, and when it is from."""

    url: str
    headline: Markup
    date: str
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One story of the list, with its near-copies on the same page; `copied` says how many."""

    id: str
    url: str
    headline: Markup
    line: tuple[str, ...]
    byline: str
    snippets: tuple[Markup, ...]
    matches: str
    tags: tuple[Tag, ...]
    lang: str
    copied: str
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The numbered pages; None in `pages` stands for a gap."""

    pages: tuple[Link | None, ...]
    previous: Link | None
    next: Link | None
    range: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything a results page shows."""

    title: str
    count: str
    read_as: str
    query: str
    items: tuple[Item, ...]
    boxes: tuple[Box, ...]
    chips: tuple[Chip, ...]
    clear: str | None
    dates: Histogram | None
    dates_cut: Link | None
    pager: Pager
    sorts: tuple[Link, ...]
    exports: tuple[Link, ...]
    map: str
    notes: tuple[str, ...]
    partial: bool
    also_matched: str
    suggestions: tuple[Link, ...]
    ways_out: tuple[Link, ...]
    form: Form
    date_form: Form
    date_range: tuple[str, str]
    robots: str
    pages: int
    beyond: Link | None


SORT_TITLES = {
    "relevance": N_("best match first"),
    "-date": N_("newest first"),
    "date": N_("oldest first"),
    "headline": N_("headline, A–Z"),
}


def page_of(
    result: SearchResult,
    *,
    links: Links,
    speech: Speech,
    notes: Sequence[Note] = (),
    read_as: str = "",
    baseline: Mapping[str, int] | None = None,
    closed: Mapping[str, Sequence[str]] | None = None,
    unfiltered: SearchResult | None = None,
) -> Page:
    """The results page of a result. `notes` are those of the address; `baseline` the stories of
    the whole archive by period, to draw the dates per 1,000 stories; `closed` all values of small
    facets, which stay in their place when no story has them; `unfiltered` what there would be
    without filters, where there is nothing with them."""
    request = result.request
    chips = chips_of(request, links, speech)
    count = speech.stories(result.total)
    if result.partial:
        count = speech.gettext("At least %(stories)s", stories=count)
    empty = SearchRequest(sort=request.sort) if request.sort != "relevance" else SearchRequest()
    bare = replace(empty, query=request.query, sort=default_sort(request.query))
    parts = [part for part in (request.query.strip(), *(c.text for c in chips)) if part]
    told = read_as if read_as and parts else SEPARATOR.join(parts[:4])
    return Page(
        title=titled(shortened(told), count, number_of(request, speech)),
        count=count,
        read_as=read_as,
        query=request.query,
        items=tuple(
            item_of(hit, request, links, speech, [h for h in result.hits if h.copy_of == hit.id])
            for hit in result.hits
            if hit.copy_of is None
        ),
        boxes=tuple(
            box_of(facet, result, links, speech, (closed or {}).get(name, ()))
            for name, facet in result.facets.items()
            if name != "date" and _worth_showing(facet)
        ),
        chips=chips,
        clear=links.search(bare) if len(chips) > 1 else None,
        dates=histogram(
            result.facets["date"], request, links=links, speech=speech, baseline=baseline
        )
        if "date" in result.facets
        else None,
        dates_cut=cut_of(result.facets.get("date"), request, links, speech),
        pager=pager_of(result, links, speech),
        sorts=tuple(
            Link(
                text=speech.gettext(title),
                url=links.search(replace(request, sort=sort, page=1)),  # type: ignore[arg-type]
                current=sort == request.sort,
            )
            for sort, title in SORT_TITLES.items()
            if sort != "relevance" or request.query.strip()
        ),
        exports=tuple(
            Link(
                text=export_text(form, result.total, speech),
                url=links.search(replace(request, page=1), form=form),
                rel="alternate" if form == "atom" else "",
            )
            for form in EXPORTS
        ),
        map=links.map(replace(request, page=1)),
        notes=notes_of((*notes, *result.notes), result, speech),
        partial=result.partial,
        also_matched=also_matched_of(result.also_matched, speech),
        suggestions=tuple(
            Link(
                text=f"{s.query} ({speech.number(s.total)})",
                url=links.search(replace(request, query=s.query, page=1)),
            )
            for s in result.suggestions
        ),
        ways_out=(
            *(without_filters(unfiltered, bare, links, speech) if len(chips) > 1 else ()),
            *ways_out_of(result, links, speech),
            *(() if result.suggestions else respelt(unfiltered, bare, links, speech)),
        ),
        form=search_form(request, links),
        date_form=links.form("/search", carried(request.without("date"), request)),
        date_range=chosen_range(request),
        robots="noindex,nofollow" if len(chips) > 1 else "nofollow" if parts else "",
        pages=result.pages,
        beyond=Link(
            text=speech.gettext("Go to the last page"),
            url=links.search(request.on_page(result.pages)),
        )
        if result.total and request.page > result.pages
        else None,
    )


def titled(*parts: str) -> str:
    """The parts of a page's title that there are."""
    return SEPARATOR.join(filter(None, parts))


def number_of(request: SearchRequest, speech: Speech) -> str:
    """`page 2`; nothing for the first page."""
    if request.page == 1:
        return ""
    return speech.gettext("page %(num)s", num=speech.number(request.page))


def export_text(form: str, total: int, speech: Speech) -> str:
    """The name of an export; `CSV (first 10,000)` where it does not hold all stories."""
    name = form.upper()
    if form not in WHOLE or total <= MAX_EXPORT:
        return name
    return speech.gettext("%(format)s (first %(num)s)", format=name, num=speech.number(MAX_EXPORT))


def notes_of(notes: Iterable[Note], result: SearchResult, speech: Speech) -> tuple[str, ...]:
    """Notes as sentences; without those on what was shown instead, if nothing is."""
    return tuple(
        speech.note(note) for note in notes if result.total or not note.code.startswith("widened")
    )


def shortened(text: str) -> str:
    """A text for the tab of a browser."""
    return text if len(text) <= TITLE else text[: TITLE - 1].rstrip() + "…"


def narrowed(request: SearchRequest) -> bool:
    """Whether a request asks for less than all stories."""
    return bool(
        request.query.strip()
        or request.filters
        or request.exclude
        or request.date_from
        or request.date_to
    )


def search_form(request: SearchRequest, links: Links) -> Form:
    """The form of the words, on a page that has filters."""
    return links.form("/search", carried(replace(request, query="", page=1), request))


def carried(kept: SearchRequest, request: SearchRequest) -> Iterable[Pair]:
    """What a form must carry along; the order of the list only where the reader chose it."""
    pairs = query_pairs(kept)
    if request.sort == default_sort(request.query):
        pairs = [pair for pair in pairs if pair[0] != "sort"]
    return pairs


def also_matched_of(forms: Mapping[str, Sequence[str]], speech: Speech) -> str:
    """`also matched: strikes, striking`, or nothing."""
    words = [form for word in forms for form in forms[word][:6]]
    listed = speech.gettext(", ").join(words[:12])
    return speech.gettext("Also matched: %(words)s", words=listed) if words else ""


def without_filters(
    found: SearchResult | None, request: SearchRequest, links: Links, speech: Speech
) -> tuple[Link, ...]:
    """At zero hits: the stories there would be without any filter."""
    if found is None or not found.total:
        return ()
    stories = speech.stories(found.total)
    text = speech.gettext("without any filter: %(stories)s", stories=stories)
    return (Link(text=text, url=links.search(request)),)


def respelt(
    found: SearchResult | None, request: SearchRequest, links: Links, speech: Speech
) -> tuple[Link, ...]:
    """At zero hits: other spellings that find something without any filter."""
    return tuple(
        Link(
            text=speech.gettext(
                "“%(word)s” without any filter: %(stories)s",
                word=s.query,
                stories=speech.stories(s.total),
            ),
            url=links.search(replace(request, query=s.query)),
        )
        for s in (found.suggestions if found else ())
    )


def ways_out_of(result: SearchResult, links: Links, speech: Speech) -> tuple[Link, ...]:
    """At zero hits: the stories there would be without each filter, and for each word alone."""
    found = []
    for (name, value), total in result.without.items():
        if not total:
            continue
        request = _without(result.request, name, value)
        label = (
            _range_text(
                value if name == "date_from" else "", value if name == "date_to" else "", speech
            )
            if name in _ENDS
            else describe(name, value, speech)
        )
        text = speech.gettext(
            "without “%(filter)s” (%(stories)s)", filter=label, stories=speech.stories(total)
        )
        found.append(Link(text=text, url=links.search(request)))
    if not result.total:
        for alone, total in result.word_totals.items():
            if total and alone != result.request.query.strip():
                text = speech.gettext(
                    "“%(word)s” alone: %(stories)s", word=alone, stories=speech.stories(total)
                )
                found.append(Link(text=text, url=links.search(SearchRequest(query=alone))))
    return tuple(found)


_ENDS = ("date_from", "date_to")


def _without(request: SearchRequest, name: str, value: str) -> SearchRequest:
    if name in _ENDS:
        return replace(request, **{name: None}, page=1)  # type: ignore[arg-type]
    return request.without(name, value)


def _range_text(start: str, end: str, speech: Speech) -> str:
    """`from 2016 to 2017`, `from 2016 on`, `up to 2017`."""
    message = (
        N_("from %(start)s to %(end)s")
        if start and end
        else N_("from %(start)s on")
        if start
        else N_("up to %(end)s")
    )
    return speech.gettext(message, start=speech.date(start), end=speech.date(end))


def describe(name: str, value: str, speech: Speech) -> str:
    """`Agency: Reuters`."""
    return speech.gettext(
        "%(field)s: %(value)s", field=speech.field(name), value=speech.value(name, value)
    )


def chips_of(request: SearchRequest, links: Links, speech: Speech) -> tuple[Chip, ...]:
    """The applied filters, in the order of the fields and, within one, as they were added."""
    chips: list[Chip] = []

    def add(field: str, text: str, without: SearchRequest, excluded: bool = False) -> None:
        remove = spoken(speech.gettext("Remove filter: %(filter)s", filter=text), (text, "bdi"))
        url = links.search(replace(without, page=1))
        chips.append(Chip(field=field, text=text, remove=remove, url=url, excluded=excluded))

    for name in FIELDS:
        for value in request.filters.get(name, ()):
            add(name, describe(name, value, speech), request.without(name, value))
        for value in request.exclude.get(name, ()):
            text = (
                speech.gettext(
                    "%(field)s: %(value)s", field=speech.field(name), value=speech.gettext("stated")
                )
                if value == NOT_STATED
                else speech.gettext("not %(filter)s", filter=describe(name, value, speech))
            )
            add(name, text, request.without(name, value), excluded=True)
    if request.date_from or request.date_to:
        text = _range_text(request.date_from or "", request.date_to or "", speech)
        add("date", text, replace(request, date_from=None, date_to=None))
    if request.salient:
        text = speech.gettext("counting only what stories are about")
        add("salient", text, replace(request, salient=False))
    return tuple(chips)


def _worth_showing(facet: Facet) -> bool:
    return bool(
        facet.values
        or facet.missing
        or facet.missing_selected
        or facet.missing_excluded
        or not facet.complete
    )


def box_of(
    facet: Facet,
    result: SearchResult,
    links: Links,
    speech: Speech,
    closed: Sequence[str] = (),
) -> Box:
    """A facet with its values, those of `closed` without a story after the others, "not stated" at
    the end."""
    request, name = result.request, facet.field
    chosen = request.filters.get(name, ())
    refined = bool(chosen or request.exclude.get(name))
    values = list(facet.values)
    if refined or len(values) > 1:
        counted = {v.value for v in values}
        values += (FacetValue(value=v, count=0) for v in closed if v not in counted)
    if facet.missing or facet.missing_selected or facet.missing_excluded:
        values.append(
            FacetValue(
                value=NOT_STATED,
                count=facet.missing,
                selected=facet.missing_selected,
                excluded=facet.missing_excluded,
            )
        )
    statement = None
    if not refined and len(values) <= 1 and facet.complete and facet.total <= 1:
        statement = speech.value(name, values[0].value if values else NOT_STATED)
    rest = facet.total - sum(1 for v in facet.values if v.count)
    more = None
    if rest > 0 and facet.complete:
        more = Link(
            text=more_text(facet, rest, speech), url=links.facet(name, replace(request, page=1))
        )
    match_all = None
    if len(chosen) > 1 or name in request.match_all:
        every = name in request.match_all
        changed = request.match_all - {name} if every else request.match_all | {name}
        match_all = Link(
            text=speech.gettext("match all of them"),
            url=links.search(replace(request, match_all=changed, page=1)),
            current=every,
        )
    return Box(
        field=name,
        title=speech.field(name),
        choices=()
        if statement
        else tuple(choice_of(v, name, request, links, speech) for v in values),
        statement=statement,
        more=more,
        match_all=match_all,
        salient=Link(
            text=speech.gettext("only what stories are about"),
            url=links.search(replace(request, salient=not request.salient, page=1)),
            current=request.salient,
        )
        if FIELDS[name].salient and (request.salient or not statement)
        else None,
        cut=cut_of(facet, request, links, speech),
        chosen=len(chosen) + len(request.exclude.get(name, ())),
    )


def cut_of(
    facet: Facet | None, request: SearchRequest, links: Links, speech: Speech
) -> Link | None:
    """For a facet that was not counted to the end: where it has more time."""
    if facet is None or facet.complete:
        return None
    url = links.facet(facet.field, replace(request, page=1))
    return Link(text=speech.gettext("Count now"), url=url)


def more_text(facet: Facet, rest: int, speech: Speech) -> str:
    """`Show more (214)`; without a number where only the top of a facet was counted."""
    if not facet.total_exact:
        return speech.gettext("Show more")
    return speech.gettext("Show more (%(num)s)", num=speech.number(rest))


def choice_of(
    value: FacetValue, name: str, request: SearchRequest, links: Links, speech: Speech
) -> Choice:
    """One value with its three ways: or, only, not."""
    label, count = speech.value(name, value.value), speech.number(value.count)
    stories = speech.stories(value.count)
    chosen, excluded = request.filters.get(name, ()), request.exclude.get(name, ())
    alone = not excluded and chosen in ((), (value.value,))
    toggled = (
        request.without(name, value.value)
        if value.selected or value.excluded
        else request.refine(name, value.value)
    )
    again, never = N_("allow %(value)s again"), N_("not %(filter)s")
    if value.value == NOT_STATED:
        again, never = N_("allow “%(value)s” again"), N_("excluding “%(filter)s”")
    return Choice(
        value=value.value,
        label=label,
        count=count,
        name=spoken(
            speech.gettext("%(value)s, %(stories)s", value=label, stories=stories),
            (label, "bdi"),
            (count, "i"),
        ),
        state="off" if value.excluded else "on" if value.selected else "" if value.count else "no",
        url=links.search(toggled),
        only=None
        if alone
        else spoken(speech.gettext("only %(value)s", value=label), (speech.gettext("only"), "i")),
        only_url=links.search(request.only(name, value.value)),
        deny=spoken(speech.gettext(again, value=label), (speech.gettext("allow"), "i"))
        if value.excluded
        else spoken(speech.gettext(never, filter=label), (speech.gettext("not"), "i")),
        deny_url=links.search(
            request.without(name, value.value)
            if value.excluded
            else request.exclude_value(name, value.value)
        ),
    )


def _snippets(snippets: Sequence[Snippet]) -> tuple[Markup, ...]:
    """The pieces of a story as drawn: an ellipsis where the first or last is cut off within a
    sentence; between two there is one anyway."""
    drawn = [marked_snippet(s) for s in snippets]
    if drawn and snippets[0].cut_before:
        drawn[0] = Markup("… ") + drawn[0]
    if drawn and snippets[-1].cut_after:
        drawn[-1] += Markup(" …")
    return tuple(drawn)


def item_of(
    hit: Hit, request: SearchRequest, links: Links, speech: Speech, copies: Sequence[Hit] = ()
) -> Item:
    """A story of the list; the snippet is its first sentences where nothing is marked."""
    article = hit.article
    matches = ""
    if hit.matches:
        matches = speech.ngettext(
            "%(num)s match in this story", "%(num)s matches in this story", hit.matches
        )
    return Item(
        id=hit.id,
        url=links.story(article, state=request),
        headline=marked_snippet(hit.headline) or marked(title_of(article)),
        line=dateline_of(article, speech),
        byline=byline_of(article, speech),
        snippets=_snippets(hit.snippets),
        matches=matches,
        tags=tags_of(article, request, links, speech),
        lang=article.language,
        copied=speech.ngettext("%(num)s near-copy:", "%(num)s near-copies:", len(copies))
        if copies
        else "",
        copies=tuple(
            Copy(
                url=links.story(copy.article, state=request),
                headline=marked_snippet(copy.headline) or marked(title_of(copy.article)),
                date=speech.date(copy.article.date, short=True) if copy.article.date else "",
                lang=copy.article.language,
            )
            for copy in copies
        ),
    )


def title_of(article: Article) -> str:
    """The headline; the first words of a story without one, or else its file."""
    if article.headline.strip():
        return article.headline
    words = " ".join(article.body[: 2 * FIRST_WORDS].split())
    if len(words) > FIRST_WORDS:
        cut = words[: FIRST_WORDS - 1]
        space = cut.rfind(" ")
        # A word without end is cut itself, rather than left with nothing before it.
        words = (cut[:space] if space > FIRST_WORDS // 2 else cut) + "…"
    return words or visible(article.source.path.rpartition("/")[2])


def dateline_of(article: Article, speech: Speech) -> tuple[str, ...]:
    """`GENEVA / DAMASCUS`, `Reuters`, `9 Feb 2016`: the parts that are known."""
    places = " / ".join(city.name.upper() for city in article.cities)
    parts = [places, article.agency or ""]
    if article.date:
        parts.append(speech.date(article.date, short=True))
    return tuple(part for part in parts if part)


def byline_of(article: Article, speech: Speech) -> str:
    """`By Jane Roe and John Doe`: the reporters, or else the writers; nothing without them."""
    by_role = {
        role: [b.name for b in article.byline if b.role == role]
        for role in ("reporting", "writing", "additional_reporting")
    }
    names = by_role["reporting"] or by_role["writing"] or by_role["additional_reporting"]
    shown = [visible(name) for name in names]
    return speech.gettext("By %(names)s", names=speech.list(shown)) if shown else ""


def authors_of(article: Article) -> list[Byline]:
    """Who wrote a story, each once: the names of its byline, then its reporters and writers, then
    those who helped to report it. Editors are no authors."""
    order = ("reporting", "writing", "additional_reporting")
    authors: dict[str, Byline] = {}
    for byline in (b for role in order for b in article.byline if b.role == role):
        authors.setdefault(byline.name, byline)
    return list(authors.values())


def tags_of(
    article: Article, request: SearchRequest, links: Links, speech: Speech
) -> tuple[Tag, ...]:
    """What can be clicked in a result: its form, and its most mentioned person and organisation."""
    values: list[tuple[str, str]] = []
    if article.form and article.form not in TAGGED_FORMS_SKIPPED:
        values.append(("form", article.form))
    for label, name in (("PERSON", "person"), ("ORG", "organisation")):
        counts: dict[str, int] = {}
        for entity in article.entities:
            if entity.label == label:
                counts[entity.name] = counts.get(entity.name, 0) + 1
        if counts:
            values.append((name, max(counts, key=lambda n: counts[n])))
    return tuple(
        Tag(
            kind=speech.gettext("%(field)s: %(value)s", field=speech.field(name), value=""),
            text=speech.value(name, value),
            url=links.search(request.refine(name, value)),
        )
        for name, value in values
        if value not in request.filters.get(name, ())
    )


def pager_of(result: SearchResult, links: Links, speech: Speech) -> Pager:
    """The first, last and neighbouring pages."""
    request = result.request
    here, last = request.page, result.pages
    shown = sorted({1, last, *range(max(1, here - PAGER_REACH), min(last, here + PAGER_REACH) + 1)})
    pages: list[Link | None] = []
    before = 0
    for number in shown:
        if number > before + 1:
            pages.append(None)
        pages.append(
            Link(
                text=speech.number(number),
                url=links.search(request.on_page(number)),
                current=number == here,
            )
        )
        before = number

    def step(to: int, text: str, rel: str) -> Link | None:
        if not 1 <= to <= last:
            return None
        return Link(text=text, url=links.search(request.on_page(to)), rel=rel)

    first = (here - 1) * request.per_page + 1
    return Pager(
        pages=tuple(pages) if last > 1 else (),
        previous=step(min(here - 1, last), speech.gettext("Previous page"), "prev"),
        next=step(here + 1, speech.gettext("Next page"), "next"),
        range=speech.gettext(
            "%(first)s–%(last)s of %(total)s",
            first=speech.number(first),
            last=speech.number(first + len(result.hits) - 1),
            total=speech.number(result.total),
        )
        if result.hits
        else "",
    )


# --- JSON ---------------------------------------------------------------------------------------


def search_json(
    result: SearchResult,
    links: Links,
    speech: Speech | None = None,
    *,
    limits: Limits = PYTHON,
) -> dict[str, Any]:
    """A result as plain values for JSON; `url` of a facet value is the state after clicking it.

    Shape: `query, read_as, total, page, per_page, partial, hits, facets, notes`. `spans` count
    code points of their snippet's `text`; `cut` says whether it begins or ends within a sentence.
    Labels and `read_as`, the sentence of what was searched
    for, are in the language of `speech`, English by default; `limits` are those of the search.
    """
    speech = speech or speech_for("en")
    request = result.request
    return {
        "query": request.query,
        "read_as": sentence(request, speech, notes=result.notes, limits=limits),
        "total": result.total,
        "page": request.page,
        "per_page": request.per_page,
        "partial": result.partial,
        "hits": [hit_json(hit, request, links) for hit in result.hits],
        "facets": {
            name: facet_json(facet, request, links, speech) for name, facet in result.facets.items()
        },
        "notes": [note_json(note) for note in result.notes],
    }


def hit_json(hit: Hit, request: SearchRequest, links: Links) -> dict[str, Any]:
    """One story of a result."""
    article = hit.article
    return {
        "id": hit.id,
        "headline": article.headline,
        "score": round(hit.score, 6),
        "copy_of": hit.copy_of,
        "date": article.date,
        "cities": [city.name for city in article.cities],
        "agency": article.agency,
        "byline": [
            {"role": b.role, "name": b.name, "place": b.place, "kind": b.kind, "raw": b.raw}
            for b in article.byline
        ],
        "snippets": [
            {
                "text": s.text,
                "spans": [list(span) for span in s.spans],
                "cut": [s.cut_before, s.cut_after],
            }
            for s in hit.snippets
        ],
        "url": links.story(
            article, state=SearchRequest(query=request.query, sort=default_sort(request.query))
        ),
    }


def facet_json(
    facet: Facet, request: SearchRequest, links: Links, speech: Speech
) -> dict[str, Any]:
    """One facet; `missing` counts the stories that state nothing."""
    return {
        "values": [
            {
                "value": v.value,
                "label": speech.value(facet.field, v.value),
                "count": v.count,
                "selected": v.selected,
                "excluded": v.excluded,
                "url": links.search(
                    request.without(facet.field, v.value)
                    if v.selected or v.excluded
                    else request.refine(facet.field, v.value)
                ),
            }
            for v in facet.values
        ],
        "missing": facet.missing,
        "total": facet.total,
        "complete": facet.complete,
    }


def note_json(note: Note) -> dict[str, Any]:
    """A note for programs: its stable code, its place in the query and an English hint."""
    return {"code": note.code, "position": note.position, "hint": note.hint}


def article_json(article: Article) -> dict[str, Any]:
    """A story with everything known about it, for its `.json` address and `.jsonl` exports."""
    return asdict(article)
