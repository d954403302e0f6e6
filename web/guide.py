"""What the help page shows: queries to try, and keys."""

from dataclasses import dataclass

from wiredesk.search.model import SearchRequest
from wiredesk.web.i18n import N_, Speech
from wiredesk.web.urls import Links

EXAMPLES: tuple[tuple[str, str], ...] = (
    ("harbour strike", N_("with these words, in any form; the more of them the better")),
    ('"harbour strike"', N_("with these words side by side")),
    ("harbour OR port", N_("with either word")),
    ("harbour -strike", N_("with the first word but not the second")),
    ("(harbour OR port) AND strike", N_("with brackets to say what belongs together")),
    ("harbo*", N_("with a word that begins like this")),
    ("=strike", N_("with exactly this word, not its other forms")),
    ("harbor~", N_("with a word spelled nearly like this")),
    ("harbour NEAR/5 strike", N_("with both words at most five words apart")),
    ("headline:strike", N_("with the word in the headline")),
    ("city:Geneva", N_("filed from a city")),
    ("by:kessler", N_("by a reporter")),
    ("person:kessler", N_("that mention a person")),
    ("2016-02", N_("of a month; a year or a day work too")),
)

KEYS: tuple[tuple[str, str], ...] = (
    ("/", N_("to the search box")),
    ("j k", N_("next and previous story of the list")),
    ("n p", N_("next and previous match in a story")),
    ("?", N_("to this list of keys")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A query to try and what it finds."""

    query: str
    meaning: str
    url: str


def examples_of(links: Links, speech: Speech) -> tuple[Example, ...]:
    """The examples of the help page."""
    return tuple(
        Example(
            query=query,
            meaning=speech.gettext(meaning),
            url=links.search(SearchRequest(query=query)),
        )
        for query, meaning in EXAMPLES
    )
