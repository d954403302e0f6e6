"""What pages are made of: marked text, spoken names, links.

Markup is made here only, from escaped text.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from wiredesk.search.model import Snippet
from wiredesk.web.i18n import plain, visible


def marked(text: str, spans: Iterable[tuple[int, int]] = ()) -> Markup:
    """The text, escaped and its hidden signs made visible, with `<mark>` around the spans (code
    points of the text as given, rising, disjoint)."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        if start < at or end <= start:
            continue
        parts += (shown(text[at:start]), "<mark>", shown(text[start:end]), "</mark>")
        at = end
    parts.append(shown(text[at:]))
    return Markup("".join(parts))


def shown(text: str) -> str:
    """Some text of a story as markup."""
    return str(escape(visible(text)))


def spoken(name: str, *seen: tuple[str, str]) -> Markup:
    """A name of which some parts are shown, each in its element; the style sheet gives the rest no
    size, so that it is there for ears.

    A part that the name does not hold is for eyes alone: in Arabic, one story has no figure.
    """
    parts: list[str] = []
    rest = plain(name)
    unheard = ""
    for text, tag in seen:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A text that leads somewhere; `rel` and `current` as in HTML."""

    text: str
    url: str
    rel: str = ""
    current: bool = False
