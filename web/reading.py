"""What a search was read as, in the reader's language.

The templates stand here once more, word for word, so that they can be translated; a test holds
them to those of `wiredesk.search.explain`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from wiredesk.search import explain
from wiredesk.search.limits import HTTP, Limits
from wiredesk.search.model import Note, SearchRequest
from wiredesk.web.i18n import N_, NN_, Message, Speech

TEMPLATES: dict[str, Message] = {
    "all": N_("all stories"),
    "stories": N_("stories %(pieces)s"),
    "group": N_("(%(what)s)"),
    "except": N_("except %(what)s"),
    "containing": N_("containing %(what)s"),
    "not-containing": N_("not containing %(what)s"),
    "exactly": N_("exactly %(word)s"),
    "beginning": N_("words beginning with %(word)s"),
    "like": N_("words like %(word)s"),
    "spelt": N_("words spelt nearly like %(word)s"),
    "without": N_("without %(what)s"),
    "anything": N_("anything"),
    "most": N_("most of %(what)s"),
    "slop": NN_(
        "%(phrase)s with at most %(n)s word in between",
        "%(phrase)s with at most %(n)s words in between",
    ),
    "next": N_("%(left)s next to %(right)s"),
    "next-ordered": N_("%(left)s right before %(right)s"),
    "near": NN_(
        "%(left)s within %(n)s word of %(right)s", "%(left)s within %(n)s words of %(right)s"
    ),
    "near-ordered": NN_(
        "%(left)s followed within %(n)s word by %(right)s",
        "%(left)s followed within %(n)s words by %(right)s",
    ),
    "sentence": N_("%(left)s in one sentence with %(right)s"),
    "sentence-ordered": N_("%(left)s before %(right)s in one sentence"),
    "paragraph": N_("%(left)s in one paragraph with %(right)s"),
    "paragraph-ordered": N_("%(left)s before %(right)s in one paragraph"),
    "at-least": NN_("%(what)s at least once", "%(what)s at least %(n)s times"),
    "first": NN_("%(what)s as the first word", "%(what)s in the first %(n)s words"),
    "in-headline": N_("%(what)s in the headline"),
    "in-body": N_("%(what)s in the text"),
    "in-lead": N_("%(what)s in the lead"),
    "on": N_("on %(day)s"),
    "in": N_("in %(day)s"),
    "in-week": N_("in the week of %(day)s"),
    "between": N_("from %(first)s to %(last)s"),
    "since": N_("since %(first)s"),
    "until": N_("until %(last)s"),
    "not-dated": N_("not %(when)s"),
    "date-any": N_("with a date"),
    "date-none": N_("without a date"),
    "dates": N_("%(days)s"),
    "from": N_("filed from %(what)s"),
    "not-from": N_("not filed from %(what)s"),
    "about": N_("about %(what)s"),
    "not-about": N_("not about %(what)s"),
    "city": N_("filed from %(what)s"),
    "not-city": N_("not filed from %(what)s"),
    "country": N_("filed from %(what)s"),
    "not-country": N_("not filed from %(what)s"),
    "spot": N_("filed from %(what)s"),
    "not-spot": N_("not filed from %(what)s"),
    "agency": N_("by %(what)s"),
    "not-agency": N_("not %(what)s"),
    "byline": N_("by %(what)s"),
    "not-byline": N_("not by %(what)s"),
    "reporter": N_("reported by %(what)s"),
    "not-reporter": N_("not reported by %(what)s"),
    "writer": N_("written by %(what)s"),
    "not-writer": N_("not written by %(what)s"),
    "editor": N_("edited by %(what)s"),
    "not-editor": N_("not edited by %(what)s"),
    "form": N_("of the form %(what)s"),
    "not-form": N_("not of the form %(what)s"),
    "person": N_("mentioning %(what)s"),
    "not-person": N_("not mentioning %(what)s"),
    "organisation": N_("mentioning %(what)s"),
    "not-organisation": N_("not mentioning %(what)s"),
    "place": N_("mentioning %(what)s"),
    "not-place": N_("not mentioning %(what)s"),
    "nation": N_("mentioning %(what)s"),
    "not-nation": N_("not mentioning %(what)s"),
    "event": N_("mentioning %(what)s"),
    "not-event": N_("not mentioning %(what)s"),
    "desk": N_("of the desk %(what)s"),
    "not-desk": N_("not of the desk %(what)s"),
    "language": N_("in the language %(what)s"),
    "not-language": N_("not in the language %(what)s"),
    "source": N_("in the file %(what)s"),
    "not-source": N_("not in the file %(what)s"),
    "main_person": N_("about %(what)s"),
    "not-main_person": N_("not about %(what)s"),
    "main_organisation": N_("about %(what)s"),
    "not-main_organisation": N_("not about %(what)s"),
    "main_place": N_("about %(what)s"),
    "not-main_place": N_("not about %(what)s"),
    "unstated": N_("(not stated)"),
    "stated": N_("(any value)"),
    "with": N_("with %(field)s stated"),
    "with-no": N_("without %(field)s stated"),
}
"""The parts of the sentence, by code."""


class _Spoken:
    """A language as `explain.say` wants it."""

    def __init__(self, speech: Speech) -> None:
        self.speech = speech

    def template(self, code: str, english: str, count: int | None) -> str:
        return self.speech.pattern(TEMPLATES[code], 1 if count is None else count)

    def quote(self, text: str) -> str:
        mark = _MARKS.get(self.speech.locale.language, "\u201c\u201d")
        return f"{mark[0]}{self.speech.isolate(text)}{mark[1]}"

    def label(self, field: str, value: str) -> str:
        return self.speech.isolate(self.speech.value(field, value))

    def field(self, name: str) -> str:
        return self.speech.field(name)

    def day(self, text: str) -> str:
        return self.speech.first_day(text) if "W" in text else self.speech.date(text)

    def number(self, number: int) -> str:
        return self.speech.number(number)

    def join(self, kind: Literal["and", "or", "pieces"], items: Sequence[str]) -> str:
        if kind == "pieces":
            return self.speech.gettext(", ").join(items)
        return self.speech.list(items, "or" if kind == "or" else "standard")


_MARKS: dict[str, Sequence[str]] = {
    "de": "„“",
    "fr": ("«\u00a0", "\u00a0»"),
    "es": "«»",
    "ru": "«»",
}


_PARTICIPLE = re.compile(r"^(сообщения) (?=(?:не )?(?:содержащие|переданные)\b)")
"""In Russian a comma stands before these."""


def sentence(
    request: SearchRequest, speech: Speech, *, notes: Iterable[Note] = (), limits: Limits = HTTP
) -> str:
    """The query of a request with its filters, as one sentence; with the notes of its result it
    says whether the search was widened."""
    said = explain.read_request(request, notes=notes, limits=limits)
    text = explain.say(said, _Spoken(speech))
    if speech.locale.language == "ru":
        text = _PARTICIPLE.sub(r"\1, ", text)
    return text[:1].upper() + text[1:]
