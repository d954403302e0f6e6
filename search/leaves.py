"""The leaves of a query: words, patterns, quoted text and dates, each from one token or so."""

import re

from wiredesk.index.schema import FACETS, NOT_STATED, QUERY_NAMES
from wiredesk.search.days import read_days
from wiredesk.search.lexer import Lexer, Token
from wiredesk.search.query import (
    Everything,
    Field,
    First,
    Fuzzy,
    Phrase,
    Prefix,
    Query,
    Range,
    Span,
    Term,
    Wildcard,
)

_SLOP = re.compile(r"~(\d*)(?:[./]\d+)?", re.ASCII)
_SUFFIXES = re.compile(
    r"((?:\\.|[^\\~^])+)(?:~([\d.]*)(?:/\d+)?)?((?:\^[-+.\w]*)*)", re.S | re.ASCII
)
_BARE_DATE = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?|\d{4}(?:-\d\d){0,2}\.\.(?:\d{4}(?:-\d\d){0,2})?"
    r"|\.\.\d{4}(?:-\d\d){0,2}|[<>]=?\d{4}(?:-\d\d){0,2}",
    re.ASCII,
)
_BARE_WEIGHT = re.compile(r"\^[-+.\deE]+")
_SLASHED = re.compile(r"/[^/]*[][.*+?(){}|\\][^/]*/")
_BRACKETED = re.compile(r"[\[{]([^\]\[{}()\"]{1,60}?)\s+TO\s+([^\]\[{}()\"]{1,60})[\]}]", re.I)
_PUNCTUATION = frozenset("\"'`\u00b4\u2018\u2019,;:!…<>[]{}/|\\=~^&-\N{EN DASH}\N{EM DASH}_@")
_BEFORE = _PUNCTUATION | frozenset(".+%")
_AFTER = _PUNCTUATION | frozenset(".")
_ESCAPE = re.compile(r"\\(.)", re.S)
_PHRASE_WORD = re.compile(r"(?:[^\s\\]+|\\.)+", re.S)
_ESCAPED = re.compile(r"\\(.)|(.)", re.S)
_FIRST_END = re.compile(r"/f(\d{1,9})/$", re.I | re.ASCII)
_BOOSTS = re.compile(r"(?:\^[-+.\w]*)+")
_FACET_NAMES = frozenset(
    name for name, fields in QUERY_NAMES.items() if any(field in FACETS for field in fields)
)

_Letter = tuple[str, bool]
"""A character, and whether a backslash made it stand for itself."""


class Leaves(Lexer):
    """What the grammar ends in; None for what holds nothing to look for."""

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

    def _not_stated(self, token: Token) -> Query | None:
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
        if text[0] in "[{" and (found := _BRACKETED.match(self.text, token.start)):
            self._note("range-unsupported", token.start, text=found[0])
        last = token.end >= self.stop
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
            return Term(plain, False, self._span(at)) if any(map(str.isalnum, plain)) else None
        if _BARE_WEIGHT.fullmatch(text):
            self._note("boost-ignored", at, text=text)
            return None
        if _SLASHED.fullmatch(text):
            self._note("suffix-ignored", at, text="/")  # no regular expressions here
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
            clause = self._wild(letters, at, span)
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

    def _first_mark(self, mark: re.Match[str], at: int) -> int:
        count = self._within(int(mark[1]), at)
        self._note("translated", at, text=mark[0], operator=f"first{count}:")
        return count

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

    def _wild(self, letters: "list[_Letter]", at: int, span: Span) -> Query | None:
        """A prefix or wildcard within its limits, or the word that is left of it."""
        limits = self.limits
        if all(not literal and c in "*:" for c, literal in letters):
            return Everything(span)
        # A pattern has no way to say a star itself; no word has one either.
        body = [(c, literal) for c, literal in letters if not (literal and c in "*?")]
        plain = "".join(c for c, _ in body)
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
            pattern = re.sub(r"\*+", "*", plain)
            known = sum(map(str.isalnum, pattern))
            if known >= limits.prefix and (head or limits.leading_wildcards):
                return Wildcard(pattern, span)
        word = "".join(c for i, (c, _) in enumerate(body) if i not in wild)
        self._note("short-prefix", at, limit=limits.prefix, text=word)
        return Term(word, False, span)

    def _day(self, text: str, at: int) -> Query | None:
        """A date, `*` for any and `-` for none, in the field `date`."""
        if "\\" in text:
            text = _ESCAPE.sub(r"\1", text)
        text = text.strip().rstrip(",;")
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
            (days.low is None and days.high is None and "*" not in text, "any-date"),
        ):
            if happened:
                self._note(note, at, text=text)
        span = self._span(at)
        if days.low is None and days.high is None:
            return Field("date", Everything(span), span)
        low = days.low.isoformat() if days.low else None
        high = days.high.isoformat() if days.high else None
        return Range(low, high, span)


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
