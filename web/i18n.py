"""Words, dates, numbers and country names in the reader's language.

A `Speech` is one language: every text for people goes through it. It needs no Flask, so that the
command line can label values the same way; `choose_locale` is the one function that looks at a
request. Country names, dates, numbers and plural rules come from CLDR (Babel), the sentences from
the catalogues in `translations/`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.core import negotiate_locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_gmt
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from flask import Request, current_app
from flask_babel import get_locale

from wiredesk.index.schema import FIELDS, NOT_STATED
from wiredesk.search.model import Note

LANGUAGES: tuple[str, ...] = ("en", "de", "fr", "es", "tr", "ru", "ar")
TRANSLATIONS = Path(__file__).parent / "translations"

_FSI, _PDI = "\u2068", "\u2069"


def N_(message: str) -> str:
    """Marks a message for translation where it stands in a table."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:
    """Marks the two forms of a message that speaks of a number, where they stand in a table."""
    return one, many


Message = str | tuple[str, str]
"""A message, or its forms for one and for many."""

FIELD_TITLES: dict[str, str] = {
    "headline": N_("Headline"),
    "body": N_("Text"),
    "date": N_("Date"),
    "city": N_("Filed from (city)"),
    "country": N_("Filed from (country)"),
    "spot": N_("Filed from (place)"),
    "agency": N_("Agency"),
    "byline": N_("Byline"),
    "reporter": N_("Reporter"),
    "writer": N_("Writer"),
    "editor": N_("Editor"),
    "form": N_("Form"),
    "person": N_("People"),
    "organisation": N_("Organisations"),
    "place": N_("Places mentioned"),
    "nation": N_("Nationalities and groups"),
    "event": N_("Events"),
    "desk": N_("Desk"),
    "language": N_("Language"),
    "source": N_("Source file"),
    "main_person": N_("People it is about"),
    "main_organisation": N_("Organisations it is about"),
    "main_place": N_("Places it is about"),
}

FORMS: dict[str, str] = {
    "update": N_("Update"),
    "correction": N_("Correction"),
    "corrected": N_("Corrected"),
    "withdrawn": N_("Withdrawn"),
    "kill": N_("Withdrawn"),
    "refile": N_("Refiled"),
    "repeat": N_("Repeat"),
    "analysis": N_("Analysis"),
    "factbox": N_("Factbox"),
    "timeline": N_("Timeline"),
    "chronology": N_("Timeline"),
    "interview": N_("Interview"),
    "feature": N_("Feature"),
    "exclusive": N_("Exclusive"),
    "insight": N_("Insight"),
    "explainer": N_("Explainer"),
    "opinion": N_("Opinion"),
    "column": N_("Opinion"),
    "snapshot": N_("Snapshot"),
    "brief": N_("Brief"),
    "flash": N_("Flash"),
    "alert": N_("Alert"),
    "bulletin": N_("Bulletin"),
    "advisory": N_("Advisory"),
    "obituary": N_("Obituary"),
    "profile": N_("Profile"),
    "newsmaker": N_("Profile"),
    "wrapup": N_("Wrap-up"),
    "roundup": N_("Wrap-up"),
    "digest": N_("Digest"),
    "lead": N_("New lead"),
    "advance": N_("Preview"),
    "preview": N_("Preview"),
    "q&a": N_("Questions and answers"),
    "qanda": N_("Questions and answers"),
    "table": N_("Table"),
    "diary": N_("Diary"),
    "poll": N_("Poll"),
    "text": N_("Text of a document"),
}

ROLES: dict[str, str] = {
    "reporting": N_("Reporting"),
    "additional_reporting": N_("Additional reporting"),
    "writing": N_("Writing"),
    "editing": N_("Editing"),
}

DATE_BASES: dict[str, str] = {
    "stamp": N_("from the stamp"),
    "dateline": N_("from the dateline"),
    "dateline without year": N_("from the dateline, which gives no year"),
    "stated": N_("stated by the source"),
    "none": N_("not stated"),
}

RULES: dict[str, str] = {
    "first line": N_("the first line of the story"),
    "marker line": N_("a line that says what kind of story it is"),
    "headline marker": N_("a mark before the headline"),
    "headline line": N_("the line of the headline"),
    "dateline": N_("the dateline"),
    "dateline without year": N_("the dateline, which gives no year"),
    "byline": N_("the byline"),
    "credit": N_("the byline or a credit line"),
    "credit line": N_("a credit line"),
    "sign-off": N_("the line that ends the story"),
    "copyright": N_("the copyright line"),
    "source line": N_("a line that names the source"),
    "agency line": N_("a line with the agency alone"),
    "wire header": N_("the codes above the story"),
    "first published": N_("a line that says who published it first"),
    "posted in": N_("a line that says where it was posted"),
    "stamp": N_("a stamp with date and time"),
    "stated": N_("a field of the source"),
    "correction": N_("the corrections of this archive"),
    "country: region": N_("the state or province beside the city"),
    "country: standalone": N_("a city that is known without its country"),
    "country: gazetteer": N_("the only place of this name in the gazetteer"),
    "country: context": N_("the other places in the story"),
    "country: stated": N_("the country beside the city"),
    "country: override": N_("a list of exceptions"),
    "model": N_("the language model, by the sentence around it"),
    "list": N_("a list of known names"),
    "alias": N_("a short form of a name in the story"),
    "surname": N_("the surname of somebody named in full"),
    "majority": N_("most other mentions of the name in the story"),
    "context": N_("the words beside the name"),
    "furniture": N_("part of the page, not of the story"),
    "rule": N_("a line of dashes or stars"),
    "above the headline": N_("above the headline"),
    "after the credit": N_("below the credit line"),
    "page above the story": N_("part of the page above the story"),
    "page below the story": N_("part of the page below the story"),
    "short line of a page": N_("a short line of the page"),
}
"""What the rules go by that read a story or leave lines out; `stamp: iso` is said as `stamp`."""

NOTES: dict[str, Message] = {
    "unknown-key": N_("The address has a part that means nothing here: %(key)s."),
    "bad-value": N_("“%(value)s” is not understood for %(key)s and was left out."),
    "repeated-key": N_("%(key)s stands in the address more than once; the first one counts."),
    "both-ways": N_("“%(value)s” is both chosen and excluded; the first one counts."),
    "too-many-values": N_("Too many values for %(key)s; the rest were left out."),
    "long-value": NN_(
        "The value of %(key)s was cut after %(limit)s character.",
        "The value of %(key)s was cut after %(limit)s characters.",
    ),
    "from-after-to": N_(
        "The dates are the wrong way round: no story is from %(first)s or later and from %(last)s"
        " or earlier."
    ),
    "widened-any": N_(
        "Stories with all the words: %(all)s. With at least one of them, as shown: %(total)s."
    ),
    "widened-most": N_(
        "Stories with all the words: %(all)s. With most of them, as shown: %(total)s."
    ),
    "too-broad": NN_(
        "Too broad: only the most frequent word was used.",
        "Too broad: the %(words)s most frequent words were used.",
    ),
}

QUERY_NOTES: dict[str, Message] = {
    "any-date": N_("%(text)s names no day; stories with any date are shown"),
    "ambiguous-date": N_("%(text)s was read as month/day/year"),
    "boost-ignored": N_("%(text)s was left out: weights are not supported"),
    "control-characters": NN_(
        "%(count)s invisible or broken character was left out",
        "%(count)s invisible or broken characters were left out",
    ),
    "empty-field": N_("nothing stands behind %(field)s:"),
    "empty-phrase": N_("there is nothing between the quotes"),
    "exact-phrase": N_("only single words can be exact; any form of these words was searched for"),
    "fuzzy-limit": N_("~%(text)s was read as ~%(limit)s"),
    "leading-wildcard": N_("a word cannot begin with * or ?; %(text)s was read without it"),
    "long-phrase": NN_(
        "only the first word in quotes was read",
        "only the first %(limit)s words in quotes were read",
    ),
    "long-word": NN_(
        "a word of more than %(limit)s character was cut",
        "a word of more than %(limit)s characters was cut",
    ),
    "lowercase-operator": N_("%(text)s was read as a word; as an operator write %(operator)s"),
    "missing-operand": N_("nothing stands beside %(operator)s; it was left out"),
    "more-notes": NN_(
        "%(count)s more note was left out",
        "%(count)s more notes were left out",
    ),
    "near-operand": N_("%(operator)s takes words and phrases; both sides were looked for anywhere"),
    "no-field": N_(
        "there is no field %(field)s; %(text)s was read as words; the nearest field is %(near)s:"
    ),
    "no-date": N_("%(text)s is no date; write 2016, 2016-02, 2016-02-09 or 2016-02..2016-05"),
    "nothing-searchable": N_("there is no word to search for; all stories are shown"),
    "out-of-range": N_("%(text)s was read as %(limit)s"),
    "phrase-pattern": N_("* and ? are not looked for inside quotes"),
    "question-mark": N_("the ? at the end was read as a question mark, not as a letter"),
    "range-unsupported": N_("only dates have ranges; the words of %(text)s were searched for"),
    "read-as-date": N_("%(text)s was read as a date; quote it to search for the words"),
    "reversed-range": N_("the dates were the wrong way round; they were turned"),
    "short-prefix": NN_(
        "at least %(limit)s letter must stand before *; %(text)s was searched for",
        "at least %(limit)s letters must stand before *; %(text)s was searched for",
    ),
    "stray-bracket": N_("a bracket without its other half was left out"),
    "suffix-ignored": N_("%(text)s was left out: it means nothing here"),
    "time-ignored": N_("the time of day in %(text)s was left out"),
    "too-deep": NN_(
        "brackets more than %(limit)s level deep were left out",
        "brackets more than %(limit)s levels deep were left out",
    ),
    "too-long": NN_(
        "only the first character was read",
        "only the first %(limit)s characters were read",
    ),
    "too-many-clauses": NN_(
        "only the first word was read",
        "only the first %(limit)s words were read",
    ),
    "translated": N_("%(text)s was read as %(operator)s"),
    "unclosed-bracket": N_("a bracket was not closed; it was read to the end"),
    "unclosed-quote": N_("a quote was not closed; it was read to the end"),
    "unknown-field": N_(
        "there is no field %(field)s; what stands behind it was searched for anywhere;"
        " the nearest field is %(near)s:"
    ),
    "unsupported-field": N_("there is no field for %(field)s; it was left out"),
}
"""The notes of the query parser, by code."""


class Speech:
    """One language. Values put into sentences are kept apart from their direction of writing."""

    def __init__(self, locale: Locale, translations: NullTranslations) -> None:
        self.locale = locale
        self.code = str(locale).replace("_", "-")
        self.rtl = locale.text_direction == "rtl"
        self.direction = locale.text_direction
        self._translations = translations

    def gettext(self, message: str, /, **values: object) -> str:
        """The message in this language, its `%(name)s` filled in."""
        return self._fill(self._translations.gettext(message), values)

    def ngettext(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The form of the message for a count, which is `%(num)s` in it."""
        text = self._translations.ngettext(one, many, count)
        return self._fill(text, {"num": self.number(count), **values})

    def pattern(self, message: Message, count: int = 1) -> str:
        """The message in this language with its `%(name)s`, in the form for a count."""
        if isinstance(message, str):
            return self._translations.gettext(message)
        return self._translations.ngettext(*message, count)

    def _fill(self, text: str, values: Mapping[str, object]) -> str:
        if not values:
            return text
        return text % {name: self.isolate(str(value)) for name, value in values.items()}

    def isolate(self, text: str) -> str:
        """The text, fenced off where it runs in the other direction than this language."""
        for char in text:
            kind = unicodedata.bidirectional(char)
            if (kind in ("R", "AL") and not self.rtl) or (kind == "L" and self.rtl):
                return f"{_FSI}{text}{_PDI}"
        return text

    def number(self, value: int) -> str:
        """A whole number with this language's digits and grouping."""
        return _number(value, self.locale)

    def decimal(self, value: float) -> str:
        """A number with at most one digit after the point."""
        return str(format_decimal(round(value, 1), locale=self.locale))

    def percent(self, value: float) -> str:
        """A share between 0 and 1."""
        return str(format_percent(value, locale=self.locale))

    def list(self, items: Sequence[str], style: str = "standard") -> str:
        """`Geneva, Beirut and Paris`."""
        fenced = [self.isolate(item) for item in items]
        return str(format_list(fenced, style=style, locale=self.locale))  # type: ignore[arg-type]

    def stories(self, count: int) -> str:
        """`1 story`, `41 stories`."""
        return self.ngettext("%(num)s story", "%(num)s stories", count)

    def date(self, value: str, *, short: bool = False) -> str:
        """A day, month, year or week (`2016-02-09`, `2016-02`, `2016`, `2016-W06`, `--02-09`); a
        week is `short` by its first day."""
        return _date(value, short, self.locale, self.gettext("week of %(day)s"))

    def clock(self, value: str) -> str:
        """The time of day of an ISO moment, with its zone where one is stated; nothing for a day
        alone."""
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return ""
        if "T" not in value:
            return ""
        clock = str(format_time(at, "short", locale=self.locale))
        return f"{clock} {get_timezone_gmt(at, 'long', self.locale)}" if at.tzinfo else clock

    def first_day(self, week: str) -> str:
        """The Monday of a week `2016-W06`."""
        return str(format_date(_week(week), "medium", locale=self.locale))

    def field(self, name: str) -> str:
        """The title of a field."""
        title = FIELD_TITLES.get(name)
        return self.gettext(title) if title else name

    def country(self, code: str) -> str:
        """The name of a country by its ISO code; other texts stay as they are."""
        if len(code) == 2 and code.isalpha() and code.isupper():
            return str(self.locale.territories.get(code, code))
        return code

    def value(self, name: str, value: str) -> str:
        """The label of a facet value."""
        return label(self._value(name, value))

    def _value(self, name: str, value: str) -> str:
        field = FIELDS.get(name)
        if value == NOT_STATED:
            message = N_("no full date") if name == "date" else N_("not stated")
            return self.gettext(message)
        if field is None:
            return value
        if field.labels in ("country", "place"):
            return self.country(value)
        if field.labels == "form":
            return self.form(value)
        if field.labels == "language":
            return str(self.locale.languages.get(value, value))
        if field.kind == "date":
            return self.date(value)
        if field.labels == "point":
            return self.point(value)
        if field.labels == "file":
            return "/".join(value.replace("\\", "/").rsplit("/", 2)[-2:])
        return value

    def point(self, value: str) -> str:
        """The city at a point: `London (Canada)`, `Columbus, OH`."""
        from wiredesk.index.wire.places import place_at

        try:
            latitude, longitude = map(float, value.split(","))
        except ValueError:
            return value
        place = place_at(latitude, longitude)
        if place is None:
            return value
        if place.country == "US":
            return f"{place.name}, {place.division}"
        return f"{place.name} ({self.country(place.country)})" if place.country else place.name

    def form(self, value: str) -> str:
        """The name of a kind of story."""
        message = FORMS.get(value)
        return self.gettext(message) if message else value.replace("_", " ").capitalize()

    def rule(self, value: str) -> str:
        """What a rule that read something goes by; nothing where it has no words here."""
        message = RULES.get(value) or RULES.get(value.partition(":")[0])
        return self.gettext(message) if message else ""

    def role(self, value: str) -> str:
        """What a person did for a story."""
        message = ROLES.get(value)
        return self.gettext(message) if message else value

    def note(self, note: Note) -> str:
        """A note in this language, as a sentence; one without a translation keeps its English
        hint."""
        message = NOTES.get(note.code) or QUERY_NOTES.get(note.code)
        if message is None:
            return self._sentence(note.hint or note.code, {})
        count = next((v for v in note.values.values() if isinstance(v, int)), 1)
        values = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in note.values.items()
        }
        try:
            return self._sentence(self.pattern(message, count), values)
        except KeyError:  # a note of another version, with other values
            return self._sentence(note.hint or note.code, {})

    def _sentence(self, text: str, values: Mapping[str, object]) -> str:
        """The text, filled in, with a capital letter and a full stop; a value that begins it stays
        as it is."""
        first = "İ" if text[:1] == "i" and self.code == "tr" else text[:1].upper()
        return self._fill(first + text[1:], values).rstrip(".:") + "."

    def labels(self, name: str) -> Mapping[str, str]:
        """The labels of the values of a field that are codes; empty where values speak for
        themselves."""
        field = FIELDS.get(name)
        return _labels(self, field.labels) if field else {}

    def find_value(self, name: str, text: str) -> str:
        """The value that a reader meant: a country's name in this language becomes its code."""
        field = FIELDS.get(name)
        if field is None or field.labels not in ("country", "place") or len(text) <= 2:
            return text
        return _countries(str(self.locale)).get(fold(text), text)


_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = "".join(map(chr, (*range(32), 127)))
_HIDDEN = {
    ord(c): f"\u27e8U+{ord(c):04X}\u27e9" for c in _TURNING + _CONTROLS if c not in "\t\n\f\r"
}


def visible(text: str) -> str:
    """A text in which the signs that turn the direction of writing, and those that have no look,
    can be seen: `gpj.txt` must not look like `txt.jpg`."""
    return text if text.isprintable() else text.translate(_HIDDEN)


LABEL = 200
"""The most characters of a headline or a name where it is one of many."""


def cut(text: str) -> str:
    """A headline or a name for a list: its beginning, where it is endless."""
    if len(text) <= LABEL:
        return text
    kept = text[: LABEL - 1]
    space = kept.rfind(" ")
    # A word without end is cut itself, rather than left with little before it.
    return (kept[:space] if space > LABEL * 3 // 4 else kept).rstrip() + "…"


def label(text: str) -> str:
    """A headline or a name as lists show it: cut, and with its hidden signs made visible."""
    return cut(visible(text))


def plain(text: str) -> str:
    """The text without the fences of `Speech.isolate`, where elements do their work."""
    return text.replace(_FSI, "").replace(_PDI, "")


def fold(text: str) -> str:
    """Lower case without accents, for comparing what people type."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    return "".join(c for c in plain if not unicodedata.combining(c))


@cache
def _labels(speech: Speech, kind: str) -> Mapping[str, str]:
    if kind in ("country", "place"):
        codes = (c for c in map(str, speech.locale.territories) if len(c) == 2 and c.isalpha())
        return {code: speech.country(code) for code in codes}
    if kind == "form":
        return {code: speech.form(code) for code in FORMS}
    if kind == "language":
        return {str(code): str(name) for code, name in speech.locale.languages.items()}
    return {}


@cache
def _countries(locale: str) -> dict[str, str]:
    return {
        fold(label): code
        for code, label in Locale.parse(locale).territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "EZ", "UN", "QO")
    }


@lru_cache(8192)
def _number(value: int, locale: Locale) -> str:
    return str(format_decimal(value, locale=locale))


@cache
def _week(value: str) -> date:
    year, week = value.split("-W")
    return date.fromisocalendar(int(year), int(week), 1)


def week_days(value: str) -> tuple[str, str]:
    """The first and last ISO day of a week `2016-W06`."""
    monday = _week(value)
    return monday.isoformat(), (monday + timedelta(days=6)).isoformat()


def _date(value: str, short: bool, locale: Locale, week: str) -> str:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            day = date.fromisoformat(value)
            return str(format_date(day, "medium" if short else "long", locale=locale))
        if re.fullmatch(r"\d{4}-\d{2}", value):
            month = datetime.fromisoformat(value + "-01")
            return str(format_skeleton("yMMM" if short else "yMMMM", month, locale=locale))
        if re.fullmatch(r"\d{4}-W\d{2}", value):
            day_text = str(format_date(_week(value), "medium", locale=locale))
            return day_text if short else week % {"day": day_text}
        if re.fullmatch(r"--\d{2}-\d{2}", value):
            leap = datetime.fromisoformat("2000" + value[1:])
            return str(format_skeleton("MMMd" if short else "MMMMd", leap, locale=locale))
        if re.fullmatch(r"\d{4}", value):
            return str(format_skeleton("y", datetime(int(value), 1, 1), locale=locale))
    except (ValueError, KeyError):  # no such day, or no such pattern in this language
        pass
    return value


@cache
def speech_for(code: str) -> Speech:
    """The speech of a language of `LANGUAGES`; any other code gives English."""
    language = code if code in LANGUAGES else "en"
    return Speech(Locale.parse(language), Translations.load(str(TRANSLATIONS), [language]))


def match_language(wanted: Iterable[str]) -> str | None:
    """The first of the wanted language codes that there is, by its language alone if need be."""
    codes = [code.strip().lower().replace("-", "_") for code in wanted if code.strip()]
    return negotiate_locale([*codes, *(c.partition("_")[0] for c in codes)], list(LANGUAGES))


def choose_locale(request: Request) -> str:
    """The language of a request: `?lang=`, the host application's choice, Accept-Language."""
    asked = match_language([request.args.get("lang", "")[:20]])
    if asked:
        return asked
    if "babel" in current_app.extensions:
        locale = get_locale()
        return match_language([str(locale)] if locale else []) or "en"
    return negotiate(request)


def negotiate(request: Request) -> str:
    """The best language for the Accept-Language header alone."""
    return match_language([tag for tag, _ in request.accept_languages]) or "en"


def language_names() -> list[tuple[str, str]]:
    """Every language with its own name for itself, in the order they are offered."""
    return [
        (code, (Locale.parse(code).get_display_name() or code).capitalize()) for code in LANGUAGES
    ]
