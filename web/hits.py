"""A story in a list of results: headline, dateline, byline, snippets, tags, near-copies."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from wiredesk.index.article import Article, Byline
from wiredesk.search.model import Hit, SearchRequest, Snippet
from wiredesk.web.i18n import Speech, cut, label
from wiredesk.web.markup import marked, marked_snippet
from wiredesk.web.urls import Links

TAGGED_FORMS_SKIPPED = frozenset({"", "story"})


FIRST_WORDS = 80
"""Characters of the text that stand in for a headline."""


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
        headline=heading_of(hit),
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
                headline=heading_of(copy),
                date=speech.date(copy.article.date, short=True) if copy.article.date else "",
                lang=copy.article.language,
            )
            for copy in copies
        ),
    )


def heading_of(hit: Hit) -> Markup:
    """The headline of a story of the list, with its matches marked."""
    whole = hit.headline.text if hit.headline.text.strip() else headline_of(hit.article)
    text = cut(whole)
    end = len(text) if text == whole else len(text) - 1
    return marked(text, ((a, min(b, end)) for a, b in hit.headline.spans if a < end))


def title_of(article: Article) -> str:
    """The headline of a story, for titles and lists."""
    return label(headline_of(article))


def headline_of(article: Article) -> str:
    """The headline; the first words of a story without one, or else its file."""
    if article.headline.strip():
        return article.headline
    words = " ".join(article.body[: 2 * FIRST_WORDS].split())
    if len(words) > FIRST_WORDS:
        cut = words[: FIRST_WORDS - 1]
        space = cut.rfind(" ")
        # A word without end is cut itself, rather than left with nothing before it.
        words = (cut[:space] if space > FIRST_WORDS // 2 else cut) + "…"
    return words or article.source.path.rpartition("/")[2]


def dateline_of(article: Article, speech: Speech) -> tuple[str, ...]:
    """`GENEVA / DAMASCUS`, `Reuters`, `9 Feb 2016`: the parts that are known."""
    places = " / ".join(label(city.name).upper() for city in article.cities)
    parts = [places, label(article.agency or "")]
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
    shown = [label(name) for name in names]
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
    for kind, name in (("PERSON", "person"), ("ORG", "organisation")):
        counts: dict[str, int] = {}
        for entity in article.entities:
            if entity.label == kind:
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
