"""Query string -> Query, for whatever is typed: the parser reads what it can and says the rest.

    parsed = parse('aleppo NEAR/5 siege from:Beirut -reuters date:2016-02')
    parsed.query    # Words((Near(...), Field("from", ...), Not(...), Range(...)))
    parsed.notes    # () or what was read otherwise than it may have been meant

Recursive descent over a lexer that looks at each character a fixed number of times. From loose to
tight: OR, AND, words side by side, NEAR/n, then NOT and the prefixes (`-`, `field:`, `atleast3:`).
Every limit is a field of `Limits`; what lies beyond one is left out, with a note. Operators are
upper case; the spellings of Factiva and Nexis are read too and shown translated, and a query that
uses them may write `and`, `or` and `not` small, as those engines allow.
`wiredesk.search.explain.to_string` is the way back.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

from wiredesk.index.schema import FACETS, FIELDS, NOT_STATED, QUERY_NAMES
from wiredesk.search.days import read_days
from wiredesk.search.model import Note
from wiredesk.search.query import (
    And,
    AtLeast,
    Everything,
    Field,
    First,
    Fuzzy,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Span,
    Term,
    Wildcard,
    Words,
    children,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a query is read. The defaults are for Python; `HTTP` is for strangers.

    `characters` of the query and of one `word`; `clauses` is the number of words and patterns, a
    phrase counting as one and having at most `phrase` words; `depth` of brackets, NOT and prefixes
    in each other; `distance` in words of NEAR, slop, `first50:` and `atleast3:`; `fuzzy` in edits;
    `prefix` the letters before the first `*`; `expansions` the index words that one pattern may
    stand for (held by the engine); `notes` the number of notes.
    """

    characters: int = 65_536
    clauses: int = 1_024
    depth: int = 20
    word: int = 256
    phrase: int = 1_024
    distance: int = 10_000
    fuzzy: int = 2
    prefix: int = 2
    expansions: int = 4_096
    leading_wildcards: bool = False
    notes: int = 20

    @property
    def tokens(self) -> int:
        """Words, brackets and operators that are looked at."""
        return 8 * self.clauses + 64


PYTHON = Limits()
HTTP = Limits(characters=2_048, clauses=64, phrase=64)

NOTES: Mapping[str, str] = {
    "ambiguous-date": "{text} was read as month/day/year",
    "boost-ignored": "{text} was left out: weights are not supported",
    "control-characters": "{count} invisible or broken characters were left out",
    "empty-field": "nothing stands behind {field}:",
    "empty-phrase": "there is nothing between the quotes",
    "exact-phrase": "only single words can be exact; any form of these words was searched for",
    "fuzzy-limit": "~{text} was read as ~{limit}",
    "leading-wildcard": "a word cannot begin with * or ?; {text} was read without it",
    "long-phrase": "only the first {limit} words in quotes were read",
    "long-word": "a word of more than {limit} characters was cut",
    "lowercase-operator": "{text} was read as a word; as an operator write {operator}",
    "missing-operand": "nothing stands beside {operator}; it was left out",
    "more-notes": "{count} more notes were left out",
    "near-operand": "{operator} takes words and phrases; both sides were searched for anywhere",
    "no-date": "{text} is no date; write 2016, 2016-02, 2016-02-09 or 2016-02..2016-05",
    "nothing-searchable": "there is no word to search for; all stories are shown",
    "out-of-range": "{text} was read as {limit}",
    "phrase-pattern": "* and ? are not looked for inside quotes",
    "question-mark": "the ? at the end was read as a question mark, not as a letter",
    "range-unsupported": "only dates have ranges; the words of {text} were searched for",
    "read-as-date": "{text} was read as a date; quote it to search for the words",
    "reversed-range": "the dates were the wrong way round; they were turned",
    "short-prefix": "at least {limit} letters must stand before *; {text} was searched for",
    "stray-bracket": "a bracket without its other half was left out",
    "suffix-ignored": "{text} was left out: it means nothing here",
    "time-ignored": "the time of day in {text} was left out",
    "too-deep": "brackets more than {limit} deep were left out",
    "too-long": "only the first {limit} characters were read",
    "too-many-clauses": "only the first {limit} words were read",
    "translated": "{text} was read as {operator}",
    "unclosed-bracket": "a bracket was not closed; it was read to the end",
    "unclosed-quote": "a quote was not closed; it was read to the end",
    "unknown-field": "there is no field {field}; did you mean {near}?",
    "unsupported-field": "there is no field for {field}; it was left out",
}
"""The parser's notes: code -> English hint, filled with the note's values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What was understood of a query string, and the notes on the rest."""

    query: Query
    notes: tuple[Note, ...] = ()


def parse(text: str, *, today: date | None = None, limits: Limits = PYTHON) -> Parsed:
    """What a reader typed, as a tree. Never raises, whatever the text.

    Dates such as `last 7 days` count from `today`, by default the day of the call.
    """
    return _Parser(text, today or date.today(), limits).run()


CANONICAL: Mapping[str, str] = {
    name: FIELDS[fields[0]].query[0] if len(fields) == 1 and name != "lead" else name
    for name, fields in QUERY_NAMES.items()
}
"""Every name of a field -> the one that trees carry."""

_FACTIVA_FIELDS: Mapping[str, str | None] = {
    "hd": "headline",
    "hl": "headline",
    "hlead": "hlead",
    "hlp": "hlead",
    "lp": "lead",
    "td": "body",
    "by": "byline",
    "au": "byline",
    "art": None,
    "co": None,
    "fds": None,
    "in": None,
    "la": "language",
    "ns": None,
    "pd": "date",
    "pub": None,
    "re": None,
    "rst": None,
    "sc": None,
    "sn": None,
    "wc": None,
}
"""Field marks of Factiva and Nexis (`hd=`); None has no counterpart here."""

_OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&&": "AND", "||": "OR", "|": "OR"}

NearKind = tuple[int, bool, Literal["word", "sentence", "paragraph"]]

_NEAR = re.compile(r"(near|within|w|pre|adj|onear|)(/?)(\d{1,9}|s|p)", re.I | re.ASCII)
_NEAR_DEFAULT = 10
_ORDERED = frozenset({"w", "within", "pre", "adj", "onear"})
_UNITS: Mapping[str, Literal["sentence", "paragraph"]] = {"s": "sentence", "p": "paragraph"}

_FOREIGN = re.compile(
    r"(?<![\w/\\])(?:(?:near|adj)\d|(?:near|w|pre|adj|onear)?/(?:\d|[sp]\b)|atleast\d+\b(?!:)"
    r"|(?:hd|hl|by|rst|hlp|la|au|lp)=)|/f\d+/"
    r"|\bdate\s+(?:from|after|before|aft|bef)\s+\d|\([^()]*\s(?:or|and)\s|\w!\s+(?:and|or|not)\s",
    re.ASCII | re.I,
)
"""Marks of a query written for another engine, where `and` and `or` are operators."""

_DROPPED = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_STRAIGHT = str.maketrans(dict.fromkeys("“”„‟«»\uff02", '"'))

_SPACE = re.compile(r"\s*")
_CHUNK = re.compile(r'(?:[^\s()"\\]+|\\.|\\\Z)+', re.S)
_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)("|\\?\Z)', re.S)
_SLOP = re.compile(r"~(\d*)(?:[./]\d+)?", re.ASCII)
_BOOST = re.compile(r"\^[-+.\w]*")
_SUFFIXES = re.compile(
    r"((?:\\.|[^\\~^])+)(?:~([\d.]*)(?:/\d+)?)?((?:\^[-+.\w]*)*)", re.S | re.ASCII
)
_NAMED = re.compile(r"([^\W\d]\w{0,40})(:|=(?!=)|(?=[<>]))")
_COUNTED = re.compile(r"(first|atleast)(\d{1,9})", re.I | re.ASCII)
_FIRST_MARK = re.compile(r"/f(\d{1,9})/", re.I | re.ASCII)
_BARE_DATE = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?|\d{4}(?:-\d\d){0,2}\.\.(?:\d{4}(?:-\d\d){0,2})?"
    r"|\.\.\d{4}(?:-\d\d){0,2}|[<>]=?\d{4}(?:-\d\d){0,2}",
    re.ASCII,
)
_LAST_DAYS = re.compile(
    r"(?:the\s+)?(?:last|past)\s+\d{1,4}\s+(?:day|week|month|year)s?(?![\w:])", re.I | re.ASCII
)
_DATE_WORDS = re.compile(
    r"date\s*(?=[<>=]|\s(?:from|between|after|aft|since|before|bef|until)\s)([^()\"]{1,70})", re.I
)
_DATE_SPAN = re.compile(
    r"\s*(?:last|past|the\s+last)\s+\d{1,4}\s+[a-z]+|\s*(?:this|last)\s+(?:week|month|year)\b"
    r"|\s*\d{1,2}\s+[a-z]{3,9}\.?\s+\d{4}|\s*[a-z]{3,9}\.?\s+\d{1,2},\s*\d{4}"
    r"|\s*[a-z]{3,9}\s+\d{4}|\s*\[[^\]\[()\"]{0,60}\]",
    re.I | re.ASCII,
)
_BRACKETED = re.compile(r"[\[{]([^\]\[{}()\"]{1,60}?)\s+TO\s+([^\]\[{}()\"]{1,60})[\]}]", re.I)

_PUNCTUATION = frozenset("\"'`\u00b4\u2018\u2019,;:!…<>[]{}/|\\=~^&-\N{EN DASH}\N{EM DASH}_@")
_BEFORE = _PUNCTUATION | frozenset(".+%")
_AFTER = _PUNCTUATION | frozenset(".")
_ESCAPE = re.compile(r"\\(.)", re.S)
_PHRASE_WORD = re.compile(r"(?:[^\s\\]+|\\.)+", re.S)
_ESCAPED = re.compile(r"\\(.)|(.)", re.S)


@dataclass(frozen=True, slots=True)
class _Token:
    """`kind` is `word`, `quote`, `(`, `)` or `end`; offsets are those of the cleaned text."""

    kind: str
    text: str
    start: int
    end: int
    closed: bool = True


class _Parser:
    """One query being read.

    `token` is the one at hand and `at` the offset behind it; `field` is what the words are for.
    """

    def __init__(self, text: str, today: date, limits: Limits) -> None:
        self.today = today
        self.limits = limits
        self.notes: list[Note] = []
        self.omitted = 0
        self.once: set[str] = set()
        self.clauses = 0
        self.tokens = 0
        self.depth = 0
        self.unopened = 0
        self.opened = 0
        self.at = 0
        self.behind = 0
        self.field: str | None = None
        self.offsets: list[int] | None = None
        self.stopped = False
        self.text = self._clean(text)
        self.foreign = _FOREIGN.search(self.text) is not None
        self.token = self._read()

    def run(self) -> Parsed:
        query = self._any_of()
        if query is None:
            query = Everything()
            if self.text.strip() and not self.notes:
                self._note("nothing-searchable", 0)
        if self.omitted:
            values = {"count": self.omitted}
            hint = NOTES["more-notes"].format(**values)
            self.notes.append(Note(code="more-notes", hint=hint, values=values))
        return Parsed(query=query, notes=tuple(self.notes))

    # Characters and tokens

    def _clean(self, text: str) -> str:
        """The text within its limit, without characters that nobody can see or store."""
        limit = self.limits.characters
        if len(text) > limit:
            text = text[:limit]
            self._note("too-long", limit, limit=limit)
        if not text.isascii():
            text = text.translate(_STRAIGHT)
        if dropped := _DROPPED.search(text):
            kept = [i for i, character in enumerate(text) if not _DROPPED.match(character)]
            self._note("control-characters", dropped.start(), count=len(text) - len(kept))
            self.offsets = [*kept, len(text)]
            text = "".join(map(text.__getitem__, kept))
        return text

    def _note(self, code: str, at: int, *, once: bool = False, **values: Any) -> None:
        if once and code in self.once:
            return
        self.once.add(code)
        if len(self.notes) >= self.limits.notes:
            self.omitted += 1
            return
        position = self.offsets[min(at, len(self.offsets) - 1)] if self.offsets else at
        values = {k: v[:80] if isinstance(v, str) else v for k, v in values.items()}
        hint = NOTES[code].format(**values)
        self.notes.append(Note(code=code, position=position, hint=hint, values=values))

    def _span(self, start: int, end: int | None = None) -> Span:
        """From an offset to the end of what was read, in code points of the text as typed."""
        end = max(start, self.behind if end is None else end)
        if self.offsets:
            return self.offsets[start], self.offsets[end - 1] + 1 if end else 0
        return start, end

    def _stop(self, at: int) -> None:
        """Read nothing from this offset on."""
        if not self.stopped:
            self.stopped = True
            self._note("too-many-clauses", at, limit=self.limits.clauses)
        self.token = self._read()

    def _next(self) -> _Token:
        """Step to the next token; the one left behind."""
        token = self.token
        self.behind = token.end
        self.token = self._read()
        return token

    def _read(self) -> _Token:
        text = self.text
        space = _SPACE.match(text, self.at)
        start = space.end() if space else self.at
        if self.tokens > self.limits.tokens and not self.stopped and start < len(text):
            self.stopped = True
            self._note("too-many-clauses", start, limit=self.limits.clauses)
        if self.stopped or start >= len(text):
            return _Token("end", "", len(text), len(text))
        self.tokens += 1
        character = text[start]
        if character in "()":
            self.at = start + 1
            return _Token(character, character, start, self.at)
        if character == '"':
            quoted = _QUOTED.match(text, start)
            assert quoted is not None
            self.at = quoted.end()
            return _Token("quote", quoted[1], start, self.at, quoted[2] == '"')
        chunk = _CHUNK.match(text, start)
        assert chunk is not None
        self.at = chunk.end()
        word = chunk[0]
        if len(word) > self.limits.word:
            self._note("long-word", start, limit=self.limits.word)
            word = word[: self.limits.word]
        return _Token("word", word, start, self.at)

    def _cut(self, count: int) -> None:
        """Drop the first characters of the word at hand; a used-up word gives way to the next."""
        token = self.token
        if count >= len(token.text):
            self._next()
        else:
            self.token = replace(token, text=token.text[count:], start=token.start + count)

    def _jump(self, to: int) -> None:
        """Take everything up to an offset."""
        self.at = self.behind = to
        self.token = self._read()

    def _glued(self) -> str:
        """The bracket or quote right behind the word at hand, if any."""
        return self.text[self.token.end : self.token.end + 1]

    def _leaf(self, at: int) -> bool:
        """Whether one more word may be taken."""
        if self.clauses >= self.limits.clauses:
            self._stop(at)
            return False
        self.clauses += 1
        return True

    # Operators

    def _any_of(self) -> Query | None:
        """Clauses joined by OR, to the end or a closing bracket."""
        return self._joined("OR", lambda: self._joined("AND", self._words, And), Or)

    def _joined(
        self, operator: str, part: Callable[[], Query | None], node: Callable[..., Query]
    ) -> Query | None:
        start = self.token.start
        found: list[Query] = []
        before: _Token | None = None
        while True:
            noted = len(self.notes) + self.omitted
            clause = part()
            another = self._operator() == operator
            if clause is not None:
                found.append(clause)
            elif (another or before) and noted == len(self.notes) + self.omitted:
                at = self.token.start if another else self.behind - len(operator)
                self._note("missing-operand", at, operator=operator)
            if not another:
                break
            before = self._take(operator)
        if len(found) < 2:
            return found[0] if found else None
        return node(tuple(found), self._span(start))

    def _operator(self) -> str | None:
        """AND, OR or NOT, if that is what stands here."""
        token = self.token
        if token.kind != "word":
            return None
        if found := _OPERATORS.get(token.text):
            return found
        if self.foreign and token.text in ("and", "or", "not"):
            return token.text.upper()
        return None

    def _take(self, operator: str) -> _Token:
        token = self._next()
        if token.text != operator:
            self._note("translated", token.start, text=token.text, operator=operator)
        return token

    def _words(self) -> Query | None:
        """Clauses side by side; `all:` and `any:` hold for those that follow."""
        start = self.token.start
        runs: list[tuple[type[Words] | type[And] | type[Or], list[Query]]] = [(Words, [])]
        wanted: list[Query] = []
        while self.token.kind != "end":
            token = self.token
            if token.kind == ")":
                if self.opened and not self.unopened:
                    break
                if self.unopened:
                    self.unopened -= 1
                else:
                    self._note("stray-bracket", token.start)
                self._next()
                continue
            if self._operator() in ("AND", "OR"):
                break
            if self._near_operator():
                self._note("missing-operand", token.start, operator=token.text)
                self._take_near()
                continue
            plus = False
            if token.kind == "word":
                mode = _MODES.get(token.text[:4].casefold())
                if mode and not (len(token.text) == 4 and self._glued() == "("):
                    runs.append((mode, []))
                    self._cut(4)
                    continue
                plus = token.text[0] == "+" and (len(token.text) > 1 or self._glued() in ("(", '"'))
                if plus:
                    self._cut(1)
                elif (days := self._days_in_words()) is not None:
                    runs[-1][1].append(days)
                    continue
                elif token.text == "or" and runs[-1][1] and self.at < len(self.text):
                    self._note("lowercase-operator", token.start, text="or", operator="OR")
            clause = self._near()
            if clause is not None:
                (wanted if plus else runs[-1][1]).append(clause)
        span = self._span(start)
        clauses = [*wanted]
        clauses += [q for node, run in runs if (q := _side_by_side(node, run, span)) is not None]
        if len(clauses) < 2:
            return clauses[0] if clauses else None
        return And(tuple(clauses), span)

    def _days_in_words(self) -> Query | None:
        """`last 7 days` and `date from 2016-02 to 2016-05`, where they stand among words."""
        token = self.token
        if self.field is not None or token.text.casefold() not in ("the", "last", "past", "date"):
            return None
        if found := _LAST_DAYS.match(self.text, token.start):
            typed = found[0]
        elif found := _DATE_WORDS.match(self.text, token.start):
            typed = found[1]
        else:
            return None
        words = typed.split()
        for count in range(min(len(words), 8), 0, -1):
            text = " ".join(words[:count])
            if read_days(text, self.today) is None:
                continue
            end = found.start(1) if found.re is _DATE_WORDS else found.start()
            for word in words[:count]:
                end = self.text.index(word, end) + len(word)
            if not self._leaf(token.start):
                return None
            self._jump(end)
            code = "read-as-date" if found.re is _LAST_DAYS else ""
            return self._days(text, token.start, code)
        return None

    # Nearness

    def _near_operator(self) -> NearKind | None:
        """Distance, order and unit, if a NEAR of any spelling stands here."""
        token = self.token
        if token.kind != "word":
            return None
        text = token.text
        if text == "NEAR":
            return None if self.text.isupper() else (_NEAR_DEFAULT, False, "word")
        if text == "SAME" or (self.foreign and text == "same"):
            if text == "SAME" and self.text.isupper() and not _SAME.match(self.text, token.start):
                return None
            unit = _SAME.match(self.text, token.start)
            return 0, False, "sentence" if unit and unit[1] == "SENTENCE" else "paragraph"
        found = _NEAR.fullmatch(text)
        if found is None:
            return None
        name, slash, size = found[1].casefold(), found[2], found[3].casefold()
        if not slash and (name not in ("near", "adj") or not size.isdigit()):
            return None
        if unit_name := _UNITS.get(size):
            return 0, name in ("pre", "adj", "onear"), unit_name
        return int(size), name in _ORDERED, "word"

    def _take_near(self) -> NearKind:
        """Step over a NEAR; what it asks for, within the limits."""
        kind, token = self._near_operator(), self.token
        assert kind is not None
        distance, ordered, unit = kind
        if token.text in ("SAME", "same") and (found := _SAME.match(self.text, token.start)):
            typed = found[0]
            self._jump(found.end())
        else:
            typed = self._next().text
        if unit == "word":
            distance = self._within(distance, token.start)
        name = near_name(distance, ordered=ordered, unit=unit)
        if typed.upper() != name:
            self._note("translated", token.start, text=typed, operator=name)
        return distance, ordered, unit

    def _within(self, count: int, at: int) -> int:
        """A number of words, within its limits."""
        kept = min(max(count, 1), self.limits.distance)
        if kept != count:
            self._note("out-of-range", at, text=str(count), limit=kept)
        return kept

    def _near(self) -> Query | None:
        """Clauses joined by NEAR; `a NEAR b NEAR c` is both pairs."""
        start = self.token.start
        left = self._clause()
        pairs: list[Query] = []
        while left is not None and self._near_operator():
            at = self.token.start
            kind = self._take_near()
            right = self._clause()
            if right is None:
                operator = near_name(kind[0], ordered=kind[1], unit=kind[2])
                self._note("missing-operand", at, operator=operator)
                break
            pairs.append(self._pair(left, right, kind, at, self._span(start)))
            left = right
        if not pairs:
            return left
        return pairs[0] if len(pairs) == 1 else And(tuple(pairs), self._span(start))

    def _pair(self, left: Query, right: Query, kind: NearKind, at: int, span: Span) -> Query:
        if isinstance(left, Field) and isinstance(right, Field) and left.name == right.name:
            return Field(left.name, self._pair(left.clause, right.clause, kind, at, span), span)
        distance, ordered, unit = kind
        if is_spot(left) and is_spot(right):
            return Near(left, right, distance, ordered, unit, span)
        self._note("near-operand", at, operator=near_name(distance, ordered=ordered, unit=unit))
        return And((left, right), span)

    # Prefixes

    def _clause(self) -> Query | None:
        """One word, phrase, group or prefixed clause, with what hangs on behind."""
        clause = self._prefixed()
        token = self.token
        if (
            clause is not None
            and token.kind == "word"
            and token.start == self.behind
            and (mark := _FIRST_MARK.match(token.text))
        ):
            count = self._first_mark(mark, token.start)
            self._cut(mark.end())
            return First(count, clause, self._span(token.start))
        return clause

    def _first_mark(self, mark: re.Match[str], at: int) -> int:
        count = self._within(int(mark[1]), at)
        self._note("translated", at, text=mark[0], operator=f"first{count}:")
        return count

    def _prefixed(self) -> Query | None:
        while True:
            token = self.token
            if token.kind in ("end", ")") or self._operator() in ("AND", "OR"):
                return None
            if token.kind == "quote":
                return self._quoted(exact=False)
            deep = self.depth >= self.limits.depth
            if token.kind == "(":
                if not deep:
                    return self._group()
                self.unopened += 1
                self._next()
            elif step := self._prefix(token):
                count, build = step
                if not deep:
                    return self._within_prefix(token, count, build)
                self._cut(count)
            else:
                return self._word()
            self._note("too-deep", token.start, once=True, limit=self.limits.depth)

    def _within_prefix(self, token: _Token, count: int, build: "_Build") -> Query | None:
        self._cut(count)
        self.depth += 1
        clause = build(self, token)
        self.depth -= 1
        return clause

    def _prefix(self, token: _Token) -> "tuple[int, _Build] | None":
        """The length of the prefix that stands here and what makes a clause of the rest."""
        text = token.text
        if self._operator() == "NOT":
            if text != "NOT":
                self._note("translated", token.start, text=text, operator="NOT")
            return len(text), _Parser._not
        if text[0] == "-":
            if (len(text) > 1 and text[1] != "-") or (text == "-" and self._glued() in ("(", '"')):
                return 1, _Parser._not
            return None
        if mark := _FIRST_MARK.match(text):
            count = int(mark[1])
            return mark.end(), lambda p, t: p._first(t, count, mark[0])
        if counted := _COUNTED.match(text):
            return self._counted(token, counted)
        if self.field == "date":
            return None
        if (text[-1].isalnum() and self._glued() == "(") and (name := _field(text)):
            return len(text), lambda p, t: p._named(t, name, typed=text + "(")
        named = _NAMED.match(text)
        if named is None:
            return None
        return self._field_prefix(token, named[1], named[2])

    def _counted(self, token: _Token, counted: re.Match[str]) -> "tuple[int, _Build] | None":
        """`first50:`, `atleast3:`, `atleast3 word` and `atleast3(word)`."""
        rest = token.text[counted.end() :]
        count = int(counted[2])
        first = counted[1].casefold() == "first"
        if rest.startswith(":"):
            typed, length = "", counted.end() + 1
        elif not rest and (not first or self._glued() == "(") and self.at < len(self.text):
            typed, length = counted[0], counted.end()
        else:
            return None
        if first:
            return length, lambda p, t: p._first(t, count, typed)
        return length, lambda p, t: p._at_least(t, count, typed)

    def _field_prefix(self, token: _Token, name: str, sign: str) -> "tuple[int, _Build] | None":
        length, rest = len(name) + len(sign), token.text[len(name) + len(sign) :]
        folded = name.casefold()
        if sign == ":" and folded + sign in _MODES:
            return length, lambda p, t: p._mode(_MODES[folded + ":"])
        known = _field(folded)
        if known == "date" or (known and sign):
            typed = name + sign if sign == "=" or folded in _FACTIVA_FIELDS else ""
            if sign == ":" and not rest and self._glued() not in ("(", '"') and self._nothing():
                self._note("empty-field", token.start, field=folded)
                return length, _Parser._skipped
            return length, lambda p, t: p._named(t, known, typed=typed)
        if sign != ":" and folded in _FACTIVA_FIELDS:
            return length, lambda p, t: p._unsupported(t, t.start + length, name + sign)
        if sign != ":" or rest.startswith("//") or not (rest or self._glued() in ("(", '"')):
            return None
        near = nearest_field(folded)
        self._note("unknown-field", token.start, field=name, near=near)
        return length, _Parser._same

    def _nothing(self) -> bool:
        """Whether nothing that could be searched for follows the word at hand."""
        rest = self.text[self.at : self.at + 8].split()
        space = _SPACE.match(self.text, self.at)
        at = space.end() if space else self.at
        return at >= len(self.text) or self.text[at] == ")" or rest[:1] in (["AND"], ["OR"])

    def _same(self, token: _Token) -> Query | None:
        return self._prefixed()

    def _skipped(self, token: _Token) -> Query | None:
        return None

    def _unsupported(self, token: _Token, at: int, typed: str) -> Query | None:
        """Read over the value of a field that only another engine has."""
        self._note("unsupported-field", token.start, field=typed)
        if self.token.kind != "end" and self.token.start == at:
            self._prefixed()
        return None

    def _not(self, token: _Token) -> Query | None:
        noted = len(self.notes)
        clause = self._prefixed()
        if clause is None:
            if noted == len(self.notes):
                self._note("missing-operand", token.start, operator="NOT")
            return None
        return Not(clause, self._span(token.start))

    def _mode(self, mode: type[And] | type[Or]) -> Query | None:
        clause = self._prefixed()
        if isinstance(clause, Words):
            return _side_by_side(mode, list(clause.clauses), clause.span)
        return clause

    def _first(self, token: _Token, count: int, typed: str) -> Query | None:
        kept = self._within(count, token.start)
        if typed:
            self._note("translated", token.start, text=typed, operator=f"first{kept}:")
        clause = self._prefixed()
        if clause is None:
            self._note("missing-operand", token.start, operator=f"first{kept}:")
            return None
        return First(kept, clause, self._span(token.start))

    def _at_least(self, token: _Token, count: int, typed: str) -> Query | None:
        kept = self._within(count, token.start)
        if typed:
            self._note("translated", token.start, text=typed, operator=f"atleast{kept}:")
        clause = self._prefixed()
        if clause is None:
            self._note("missing-operand", token.start, operator=f"atleast{kept}:")
            return None
        return _counted_leaves(kept, clause, self._span(token.start))

    def _named(self, token: _Token, name: str, *, typed: str) -> Query | None:
        """A clause that is looked up in a field."""
        if typed:
            operator = "headline: or lead:" if name == "hlead" else f"{name}:"
            self._note("translated", token.start, text=typed, operator=operator)
        outer, self.field = self.field, "headline" if name == "hlead" else name
        noted = len(self.notes) + self.omitted
        clause = self._date() if name == "date" else self._prefixed()
        self.field = outer
        if clause is None:
            if noted == len(self.notes) + self.omitted:
                self._note("empty-field", token.start, field=name)
            return None
        span = self._span(token.start)
        if name == "hlead":
            return Or((Field("headline", clause, span), Field("lead", clause, span)), span)
        return clause if name == "date" else Field(name, clause, span)

    def _group(self) -> Query | None:
        start = self._next().start
        self.opened += 1
        self.depth += 1
        unopened, self.unopened = self.unopened, 0
        clause = self._any_of()
        self.unopened = unopened
        self.depth -= 1
        self.opened -= 1
        if self.token.kind != ")":
            self._note("unclosed-bracket", start, once=True)
            return clause
        if ignored := _GROUP_SUFFIX.match(self.text, self.token.end):
            code = "boost-ignored" if "^" in ignored[0] else "suffix-ignored"
            self._note(code, self.token.end, text=ignored[0])
            self._jump(ignored.end())
        else:
            self._next()
        return clause

    # Words

    def _quoted(self, *, exact: bool) -> Query | None:
        token = self.token
        end = token.end
        if not token.closed:
            self._note("unclosed-quote", token.start)
        slop = 0
        if token.closed and (found := _SLOP.match(self.text, end)):
            end = found.end()
            slop = self._within(int(found[1][:9] or 1), token.end)
        if token.closed and (found := _BOOSTS.match(self.text, end)):
            self._note("boost-ignored", end, text=found[0])
            end = found.end()
        if self.field == "date":
            self._jump(end)
            return self._day(token.text, token.start)
        limit = self.limits.phrase
        words: list[str] = []
        for found in _PHRASE_WORD.finditer(token.text):
            word = _ESCAPE.sub(r"\1", found[0])
            if not any(map(str.isalnum, word)):
                continue
            if len(words) == limit:
                self._note("long-phrase", token.start + 1 + found.start(), limit=limit)
                break
            if "*" in found[0]:
                self._note("phrase-pattern", token.start + 1 + found.start())
            words.append(word[: self.limits.word])
        if not words:
            self._jump(end)
            if self.field in _FACET_NAMES and token.text.strip() == NOT_STATED:
                return self._not_stated(token)
            self._note("empty-phrase", token.start)
            return None
        if not self._leaf(token.start):
            return None
        self._jump(end)
        span = self._span(token.start)
        if exact and len(words) == 1:
            return Term(words[0], True, span)
        if exact:
            self._note("exact-phrase", token.start)
        return Phrase(tuple(words), slop, span)

    def _not_stated(self, token: _Token) -> Query | None:
        span = self._span(token.start)
        return Term(NOT_STATED, False, span) if self._leaf(token.start) else None

    def _word(self) -> Query | None:
        """A term, pattern or bare date; None for punctuation."""
        token = self.token
        text = token.text
        if text.isalnum():
            if self.field == "date":
                self._next()
                return self._day(text, token.start)
            if not self._leaf(token.start):
                return None
            self._next()
            return Term(text, False, self._span(token.start))
        if text == "=" and self._glued() == '"':
            self._next()
            return self._quoted(exact=True)
        if text[0] in "[{" and self.field is None and _BRACKETED.match(self.text, token.start):
            found = _BRACKETED.match(self.text, token.start)
            assert found is not None
            self._note("range-unsupported", token.start, text=found[0])
        last = not self.text[token.end :].strip() if text[-1] == "?" else False
        self._next()
        if self.field == "date":
            return self._day(text, token.start)
        if text == NOT_STATED and self.field in _FACET_NAMES:
            return self._not_stated(token)
        if self.field is None and _BARE_DATE.fullmatch(text):
            sure = "." in text or text[0] in "<>"
            if read_days(text, self.today):
                if not self._leaf(token.start):
                    return None
                return self._days(text, token.start, "" if sure else "read-as-date")
            self._note("no-date", token.start, text=text)
        clause = self._pattern(text, token.start, last=last)
        if clause is None or not self._leaf(token.start):
            return None
        return clause

    def _pattern(self, text: str, at: int, *, last: bool) -> Query | None:
        """What a chunk that is not all letters means."""
        if "://" in text:
            plain = "".join(c for c, _ in _trimmed(_letters(text)))
            return Term(plain, False, self._span(at)) if plain else None
        first: re.Match[str] | None = None
        if text[-1] == "/" and (first := _FIRST_END.search(text)):
            text = text[: first.start()]
        fuzzy: str | None = None
        if suffixes := _SUFFIXES.fullmatch(text):
            if suffixes[3]:
                self._note("boost-ignored", at + suffixes.start(3), text=suffixes[3])
            text, fuzzy = suffixes[1], suffixes[2]
        exact = text[0] == "=" and len(text) > 1
        letters = _letters(text[1:] if exact else text)
        span = self._span(at)
        if letters and letters[-1] == ("!", False) and self.foreign:
            letters[-1] = ("*", False)
            self._note("translated", at, text="!", operator="*")
        letters = _trimmed(letters)
        wild = [c for c, literal in letters if not literal and c in "*?"]
        if wild == ["?"] and last and letters[-1] == ("?", False):
            self._note("question-mark", at + len(text) - 1)
            letters, wild = _trimmed(letters[:-1]), []
        plain = "".join(c for c, _ in letters)
        clause: Query | None
        if wild and not exact:
            clause = self._wild(letters, plain, at, span)
            if clause is not None and fuzzy is not None:
                self._note("suffix-ignored", at, text=f"~{fuzzy}")
        elif not any(map(str.isalnum, plain)):
            return None
        elif fuzzy is not None:
            distance = self._distance(fuzzy, at)
            clause = Fuzzy(plain, distance, span) if distance else Term(plain, exact, span)
        else:
            clause = Term(plain, exact, span)
        if first and clause is not None:
            clause = First(self._first_mark(first, at), clause, span)
        return clause

    def _distance(self, typed: str, at: int) -> int:
        if not typed:
            return 1
        limit = self.limits.fuzzy
        distance = int(typed[:9]) if typed.isdigit() else limit + 1
        if "." in typed:
            limit, distance = 1, 2
        if distance > limit:
            self._note("fuzzy-limit", at, text=typed, limit=limit)
        return min(distance, limit)

    def _wild(self, letters: "list[_Letter]", plain: str, at: int, span: Span) -> Query | None:
        """A prefix or wildcard within its limits, or the word that is left of it."""
        limits = self.limits
        if all(not literal and c == "*" for c, literal in letters):
            return Everything(span)
        body = list(letters)
        if not limits.leading_wildcards and not body[0][1] and body[0][0] in "*?":
            while body and not body[0][1] and body[0][0] in "*?":
                body.pop(0)
            body = _trimmed(body)
            self._note("leading-wildcard", at, text=plain)
            plain = "".join(c for c, _ in body)
        if not any(c.isalnum() for c in plain):
            return Wildcard(plain, span) if limits.leading_wildcards and "?" in plain else None
        wild = [i for i, (c, literal) in enumerate(body) if not literal and c in "*?"]
        if not wild:
            return Term(plain, False, span)
        head = sum(c.isalnum() for c, _ in body[: wild[0]])
        whole = all(i >= wild[0] for i in wild) and wild[0] + len(wild) == len(body)
        if whole and all(body[i][0] == "*" for i in wild):
            plain = plain[: wild[0]]
            if head >= limits.prefix:
                return Prefix(plain, span)
        else:
            pattern = "".join(c for c, literal in body if not (literal and c in "*?"))
            pattern = re.sub(r"\*+", "*", pattern)
            known = sum(map(str.isalnum, pattern))
            if known >= limits.prefix and (head or limits.leading_wildcards):
                return Wildcard(pattern, span)
        word = "".join(c for i, (c, _) in enumerate(body) if i not in wild)
        self._note("short-prefix", at, limit=limits.prefix, text=word)
        return Term(word, False, span)

    # Dates

    def _date(self) -> Query | None:
        """The value of `date:`: a date of one or several words, or a bracket of them."""
        token, text = self.token, self.text
        if token.kind == "(":
            if (whole := _DATE_GROUP.match(text, token.start)) and read_days(whole[1], self.today):
                self._jump(whole.end())
                return self._day(whole[1], token.start)
            return self._prefixed()
        if token.kind != "word":
            return self._prefixed()
        if text[token.start] in "'\u2018\u2019" and (
            quoted := _SINGLE_QUOTED.match(text, token.start)
        ):
            self._jump(quoted.end())
            return self._day(quoted[1], token.start)
        if (long := _DATE_SPAN.match(text, token.start)) and read_days(long[0], self.today):
            self._jump(long.end())
            return self._day(long[0], token.start)
        return self._prefixed()

    def _day(self, text: str, at: int) -> Query | None:
        """A date, `*` for any and `-` for none, in the field `date`."""
        text = _ESCAPE.sub(r"\1", text).strip().rstrip(",;")
        if not self._leaf(at):
            return None
        span = self._span(at)
        if text in (NOT_STATED, "*"):
            value = Everything(span) if text == "*" else Term(text, False, span)
            return Field("date", value, span)
        if read_days(text, self.today) is None:
            self._note("no-date", at, text=text)
            return None
        return self._days(text, at)

    def _days(self, text: str, at: int, code: str = "") -> Query:
        """The Range of a text that is known to be a date."""
        days = read_days(text, self.today)
        assert days is not None
        for happened, note in (
            (bool(code), code),
            (days.turned, "reversed-range"),
            (days.ambiguous, "ambiguous-date"),
            (days.timed, "time-ignored"),
        ):
            if happened:
                self._note(note, at, text=text)
        span = self._span(at)
        if days.low is None and days.high is None:
            return Field("date", Everything(span), span)
        low = days.low.isoformat() if days.low else None
        high = days.high.isoformat() if days.high else None
        return Range(low, high, span)


_Build = Callable[[_Parser, _Token], Query | None]
_Letter = tuple[str, bool]
"""A character, and whether a backslash made it stand for itself."""

_MODES: Mapping[str, type[And] | type[Or]] = {"all:": And, "any:": Or}
_SAME = re.compile(r"SAME\s+(SENTENCE|PARAGRAPH)(?!\w)")
_FIRST_END = re.compile(r"/f(\d{1,9})/$", re.I | re.ASCII)
_BOOSTS = re.compile(r"(?:\^[-+.\w]*)+")
_GROUP_SUFFIX = re.compile(r"(?:\^[-+.\w]*|~\d*)+", re.ASCII)
_DATE_GROUP = re.compile(r"\(([^()\"]{1,70})\)")
_SINGLE_QUOTED = re.compile("['\u2018\u2019]([^'\u2018\u2019()\"]{1,60})['\u2018\u2019]")
_FACET_NAMES = frozenset(
    name for name, fields in QUERY_NAMES.items() if any(field in FACETS for field in fields)
)


def near_name(distance: int, *, ordered: bool, unit: str) -> str:
    """The spelling of a NEAR: `NEAR/5`, in this order `W/5`; `NEAR/S`, `PRE/P`."""
    if unit == "word":
        return f"{'W' if ordered else 'NEAR'}/{distance}"
    return f"{'PRE' if ordered else 'NEAR'}/{unit[0].upper()}"


def nearest_field(name: str) -> str:
    """The name of a field that is most like a mistyped one."""
    known = sorted({*QUERY_NAMES, *CANONICAL.values()})
    near = get_close_matches(_RELATED.get(name, name), known, n=1, cutoff=0.0)
    return CANONICAL[near[0]]


_RELATED: Mapping[str, str] = {
    "autor": "author",
    "auteur": "author",
    "journalist": "byline",
    "titel": "title",
    "subject": "about",
    "location": "place",
    "where": "place",
    "people": "person",
    "company": "org",
    "when": "date",
    "day": "date",
    "year": "date",
}


def is_spot(clause: Query) -> bool:
    """Whether a clause has places in a text: a word, pattern, phrase or an Or of these."""
    if isinstance(clause, Or):
        return all(map(is_spot, clause.clauses))
    return isinstance(clause, Term | Phrase | Prefix | Wildcard | Fuzzy)


def _field(name: str) -> str | None:
    """The name in trees of a field as typed here or elsewhere; `hlead` is two fields."""
    folded = name.casefold()
    return CANONICAL.get(folded) or _FACTIVA_FIELDS.get(folded)


def _side_by_side(
    node: type[Words] | type[And] | type[Or], clauses: list[Query], span: Span
) -> Query | None:
    """Clauses that were written without an operator; what `any:` excludes is excluded."""
    if len(clauses) < 2:
        return clauses[0] if clauses else None
    if node is Or:
        barred = [q for q in clauses if isinstance(q, Not)]
        wanted = _side_by_side(And, [q for q in clauses if not isinstance(q, Not)], span)
        if isinstance(wanted, And):
            wanted = Or(wanted.clauses, span)
        kept = barred if wanted is None else [wanted, *barred]
        return kept[0] if len(kept) == 1 else And(tuple(kept), span)
    if node is And:
        return And(tuple(clauses), span)
    return Words(tuple(clauses), span=span)


def _counted_leaves(count: int, clause: Query, span: Span) -> Query:
    """AtLeast around every part of a clause that can be counted."""

    def inner(query: Query) -> Query:
        return _counted_leaves(count, query, span)

    match clause:
        case _ if is_spot(clause):
            return AtLeast(count, clause, span)
        case And(clauses) | Or(clauses) | Words(clauses):
            return replace(clause, clauses=tuple(map(inner, clauses)))
        case Not(below) | Field(_, below) | First(_, below):
            return replace(clause, clause=inner(below))
    return clause


def _letters(text: str) -> "list[_Letter]":
    """The characters of a chunk; a backslash at its very end falls away."""
    return [
        (found[1], True) if found[1] else (found[2], False)
        for found in _ESCAPED.finditer(text)
        if found[0] != "\\"
    ]


def _trimmed(letters: "list[_Letter]") -> "list[_Letter]":
    """Without the punctuation around a word; the last dot of U.S. stays."""
    first, last = 0, len(letters)
    while first < last and not letters[first][1] and letters[first][0] in _BEFORE:
        first += 1
    while first < last and not letters[last - 1][1] and letters[last - 1][0] in _AFTER:
        last -= 1
    if ("." in (c for c, _ in letters[first:last])) and letters[last : last + 1] == [(".", False)]:
        last += 1
    return letters[first:last]


def walk(query: Query) -> Iterator[Query]:
    """Every node of a tree, parents first."""
    stack = [query]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))
