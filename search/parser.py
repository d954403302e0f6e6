"""Query string -> Query, for whatever is typed: the parser reads what it can and says the rest.

    parsed = parse('aleppo NEAR/5 siege from:Beirut -reuters date:2016-02')
    parsed.query    # Words((Near(...), Field("from", ...), Not(...), Range(...)))
    parsed.notes    # () or what was read otherwise than it may have been meant

Recursive descent over a lexer that looks at each character a fixed number of times. From loose to
tight: OR, AND, words side by side, NEAR/n, then NOT and the prefixes (`-`, `field:`, `atleast3:`).
Every limit is a field of `Limits`; what lies beyond one is left out, with a note. Operators are
upper case; the spellings of Factiva and Nexis are read too and shown translated, and a query that
uses them may write `and`, `or` and `not` small, as those engines allow.
`wiredesk.search.printer.to_string` is the way back.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from wiredesk.index.schema import NOT_STATED
from wiredesk.search.days import date_lengths, read_days
from wiredesk.search.leaves import Leaves
from wiredesk.search.lexer import Token
from wiredesk.search.limits import HTTP, NOTES, PYTHON, Limits, hint_of
from wiredesk.search.model import Note
from wiredesk.search.query import (
    And,
    AtLeast,
    Everything,
    Field,
    First,
    Near,
    Not,
    Or,
    Query,
    Span,
    Words,
    is_spot,
)
from wiredesk.search.spelling import (
    FOREIGN_FIELDS,
    NEAR,
    NEAR_DEFAULT,
    OPERATORS,
    ORDERED,
    UNITS,
    NearKind,
    field_name,
    near_name,
    nearest_field,
)

__all__ = ["HTTP", "NOTES", "PYTHON", "Limits", "Parsed", "parse"]


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


_NAMED = re.compile(r"([^\W\d]\w{0,40})(:|=(?!=)|(?=[<>]))")
_COUNTED = re.compile(r"(first|atleast)(\d{1,9})", re.I | re.ASCII)
_FIRST_MARK = re.compile(r"/f(\d{1,9})/", re.I | re.ASCII)
_LAST_DAYS = re.compile(
    r"(?:the\s+)?(?:last|past)\s+\d{1,4}\s+(?:day|week|month|year)s?(?![\w:])", re.I | re.ASCII
)
_DATE_WORDS = re.compile(
    r"date\s*(?=[<>=]|\s(?:from|between|after|aft|since|before|bef|until)\s)([^()\"]{1,70})", re.I
)
_DATE_SPAN = re.compile(
    r"\s*(?:last|past|the\s+last)\s+\d{1,4}\s+[a-z]+|\s*(?:this|last)\s+(?:week|month|year)\b"
    r"|\s*\d{1,2}\s+[a-z]{3,9}\.?\s+\d{4}|\s*[a-z]{3,9}\.?\s+\d{1,2},\s*\d{4}"
    r"|\s*(?:since|after|aft|before|bef|until)\s+[\d/.-]{4,10}"
    r"|\s*(?:from\s+)?[\d/.-]{4,10}\s+to\s+[\d/.-]{4,10}"
    r"|\s*between\s+[\d/.-]{4,10}\s+and\s+[\d/.-]{4,10}|\s*[a-z]{3,9}\s+\d{4}"
    r"|\s*\[[^\]\[()\"]{0,60}\]",
    re.I | re.ASCII,
)


class _Parser(Leaves):
    """One query being read; each method is one rule of the grammar."""

    def run(self) -> Parsed:
        query = self._any_of()
        if query is None:
            query = Everything()
            if self.text.strip() and not self.notes:
                self._note("nothing-searchable", 0)
        if self.omitted:
            values = {"count": self.omitted}
            hint = hint_of("more-notes", values)
            self.notes.append(Note(code="more-notes", hint=hint, values=values))
        return Parsed(query=query, notes=tuple(self.notes))

    # Operators

    def _any_of(self) -> Query | None:
        """Clauses joined by OR, to the end or a closing bracket."""
        return self._joined("OR", lambda: self._joined("AND", self._words, And), Or)

    def _joined(
        self, operator: str, part: Callable[[], Query | None], node: Callable[..., Query]
    ) -> Query | None:
        start = self.token.start
        found: list[Query] = []
        before: Token | None = None
        while True:
            noted = len(self.notes) + self.omitted
            clause = part()
            another = self._operator() == operator
            if clause is not None:
                found.append(clause)
            elif (another or before) and noted == len(self.notes) + self.omitted:
                missing = self.token if another or before is None else before
                self._note("missing-operand", missing.start, operator=operator)
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
        if found := OPERATORS.get(token.text):
            return found
        if self.foreign and token.text in ("and", "or", "not"):
            return token.text.upper()
        return None

    def _take(self, operator: str) -> Token:
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
            if token.kind == "word" and self._noise(token.text):
                self._next()
                continue
            if self._operator() in ("AND", "OR"):
                break
            if self._near_operator() and token.text != "same":
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

    def _noise(self, text: str) -> bool:
        """Whether a token is punctuation that stands alone."""
        if self._glued() in ("(", '"') or not _NOISE.fullmatch(text):
            return False
        return text != NOT_STATED or self.field is None

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
        for count in date_lengths(words):
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
            return None if self.shouted else (NEAR_DEFAULT, False, "word")
        if text in ("SAME", "same"):
            named = _SAME.match(self.text, token.start)
            if named or (self.foreign if text == "same" else not self.shouted):
                return 0, False, "sentence" if named and named[1][0] in "Ss" else "paragraph"
            return None
        found = NEAR.fullmatch(text)
        if found is None:
            return None
        name, slash, size = found[1].casefold(), found[2], found[3].casefold()
        if not slash and (name not in ("near", "adj") or not size.isdigit()):
            return None
        if unit_name := UNITS.get(size):
            return 0, name in ("pre", "adj", "onear"), unit_name
        return int(size), name in ORDERED, "word"

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
        name = near_name(distance, ordered=ordered, unit=unit)
        if unit == "word":
            distance = self._within(distance, token.start)
        if typed.upper() != name:
            self._note("translated", token.start, text=typed, operator=name)
        return distance, ordered, unit

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

    def _within_prefix(self, token: Token, count: int, build: "_Build") -> Query | None:
        self._cut(count)
        self.depth += 1
        clause = build(self, token)
        self.depth -= 1
        return clause

    def _prefix(self, token: Token) -> "tuple[int, _Build] | None":
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
        if (text[-1].isalnum() and self._glued() == "(") and (name := field_name(text)):
            return len(text), lambda p, t: p._named(t, name, typed=text + "(")
        named = _NAMED.match(text)
        if named is None:
            return None
        return self._field_prefix(token, named[1], named[2])

    def _counted(self, token: Token, counted: re.Match[str]) -> "tuple[int, _Build] | None":
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

    def _field_prefix(self, token: Token, name: str, sign: str) -> "tuple[int, _Build] | None":
        length, rest = len(name) + len(sign), token.text[len(name) + len(sign) :]
        folded = name.casefold()
        if sign == ":" and folded + sign in _MODES:
            return length, lambda p, t: p._mode(_MODES[folded + ":"])
        known = field_name(folded)
        if known == "date" or (known and sign):
            typed = name + sign if sign == "=" or folded in FOREIGN_FIELDS else ""
            if sign == ":" and not rest and self._glued() not in ("(", '"') and self._nothing():
                self._note("empty-field", token.start, field=name)
                return length, _Parser._skipped
            return length, lambda p, t: p._named(t, known, typed=typed)
        if sign != ":" and folded in FOREIGN_FIELDS:
            return length, lambda p, t: p._unsupported(t, t.start + length, name + sign)
        glued = self._glued() in ("(", '"')
        if not sign or rest.startswith("//") or (sign == "=" and not rest and not glued):
            return None
        room = len(self.notes) < self.limits.notes
        near = nearest_field(folded) if room else ""
        if sign == "=" or not (rest.strip(",.;:!") or glued):
            # Neither `x=1` nor the `Syria: talks fail` of a headline is a try at a field.
            if len(name) > 1 and (name[0].islower() or (room and nearest_field(folded, like=0.75))):
                typed = (name + sign + rest).strip(",.;:!")
                self._note("no-field", token.start, field=name, text=typed, near=near)
            return None
        self._note("unknown-field", token.start, field=name, near=near)
        # The minus of `batch:-1` belongs to the value.
        return length + (len(rest) > 1 and rest[0] == "-"), _Parser._same

    def _nothing(self) -> bool:
        """Whether nothing that could be searched for follows the word at hand."""
        return _NOTHING.match(self.text, self.at) is not None

    def _same(self, token: Token) -> Query | None:
        return self._prefixed()

    def _skipped(self, token: Token) -> Query | None:
        return None

    def _unsupported(self, token: Token, at: int, typed: str) -> Query | None:
        """Read over the value of a field that only another engine has."""
        self._note("unsupported-field", token.start, field=typed)
        if self.token.kind != "end" and self.token.start == at:
            self._prefixed()
        return None

    def _not(self, token: Token) -> Query | None:
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

    def _first(self, token: Token, count: int, typed: str) -> Query | None:
        kept = self._within(count, token.start)
        if typed:
            self._note("translated", token.start, text=typed, operator=f"first{kept}:")
        clause = self._prefixed()
        if clause is None:
            self._note("missing-operand", token.start, operator=f"first{kept}:")
            return None
        return First(kept, clause, self._span(token.start))

    def _at_least(self, token: Token, count: int, typed: str) -> Query | None:
        kept = self._within(count, token.start)
        if typed:
            self._note("translated", token.start, text=typed, operator=f"atleast{kept}:")
        clause = self._prefixed()
        if clause is None:
            self._note("missing-operand", token.start, operator=f"atleast{kept}:")
            return None
        return _counted_leaves(kept, clause, self._span(token.start))

    def _named(self, token: Token, name: str, *, typed: str) -> Query | None:
        """A clause that is looked up in a field."""
        if typed:
            operator = "headline: or lead:" if name == "hlead" else f"{name}:"
            self._note("translated", token.start, text=typed, operator=operator)
        if name == "hlead":
            # Inside another one it says nothing new; doubling again would grow without end.
            if self.doubled:
                return self._prefixed()
            self.doubled = True
        outer, self.field = self.field, "headline" if name == "hlead" else name
        noted = len(self.notes) + self.omitted
        clause = self._date() if name == "date" else self._prefixed()
        self.field = outer
        self.doubled = self.doubled and name != "hlead"
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


_Build = Callable[[_Parser, Token], Query | None]

_NOISE = re.compile(r"[^\w*?|&-]+|[?-]")
_MODES: Mapping[str, type[And] | type[Or]] = {"all:": And, "any:": Or}
_SAME = re.compile(
    r"(?:SAME\s+(?=[SP])|same\s+(?=[sp][a-z]+\s+[^\s)]))"
    r"(SENTENCE|PARAGRAPH|sentence|paragraph)(?!\w)"
)
_NOTHING = re.compile(r"\s*(?:\Z|\)|(?:AND|OR)(?!\S))")
_GROUP_SUFFIX = re.compile(r"(?:\^[-+.\w]*|~\d*)+", re.ASCII)
_DATE_GROUP = re.compile(r"\(([^()\"]{1,70})\)")
_SINGLE_QUOTED = re.compile("['\u2018\u2019]([^'\u2018\u2019()\"]{1,60})['\u2018\u2019]")


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
