"""Characters -> tokens: words, quoted text and brackets, each looked at once. Never raises."""

import re
from datetime import date
from typing import Any, NamedTuple

from wiredesk.search.limits import Limits, hint_of
from wiredesk.search.model import Note
from wiredesk.search.query import Span
from wiredesk.search.spelling import FOREIGN, FOREIGN_WITHIN

_DROPPED = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_STRAIGHT = str.maketrans(dict.fromkeys("“”„‟«»\uff02", '"'))

_SPACE = re.compile(r"\s*")
_CHUNK = re.compile(r'(?:[^\s()"\\]+|\\.|\\\Z)+', re.S)
_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)("|\\?\Z)', re.S)


class Token(NamedTuple):
    """`kind` is `word`, `quote`, `(`, `)` or `end`; offsets are those of the cleaned text."""

    kind: str
    text: str
    start: int
    end: int
    closed: bool = True


class Lexer:
    """A query string cut into tokens, and the notes on it.

    `token` is the one at hand, `at` the offset behind it and `behind` where the one before ends;
    `field` is what the words are for.
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
        self.doubled = False
        self.chunk_end = 0
        self.stopped = False
        self.longest = re.compile(rf"(?:\\.|.){{1,{limits.word}}}", re.S)
        self.text = self._clean(text)
        self.stop = len(self.text.rstrip())
        self.shouted = self.text.isupper()
        self.foreign = FOREIGN.search(self.text, 0, FOREIGN_WITHIN) is not None
        self.token = self._read()

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
        hint = hint_of(code, values)
        self.notes.append(Note(code=code, position=position, hint=hint, values=values))

    def _span(self, start: int, end: int | None = None) -> Span:
        """From an offset to the end of what was read, in code points of the text as typed."""
        end = max(start, self.behind if end is None else end)
        if self.offsets:
            return self.offsets[start], self.offsets[end - 1] + 1 if end else 0
        return start, end

    def _stop(self, at: int) -> None:
        """Read no more tokens; what stands at this offset is the first that is left out."""
        if not self.stopped:
            self.stopped = True
            self._note("too-many-clauses", at, limit=self.limits.clauses)

    def _next(self) -> Token:
        """Step to the next token; the one left behind."""
        token = self.token
        self.behind = token.end
        self.token = self._read()
        return token

    def _read(self) -> Token:
        text = self.text
        space = _SPACE.match(text, self.at)
        start = space.end() if space else self.at
        if self.tokens > self.limits.tokens and start < len(text):
            self._stop(start)
        if self.stopped or start >= len(text):
            return Token("end", "", len(text), len(text))
        self.tokens += 1
        character = text[start] if start >= self.chunk_end else "\\"
        if character in "()":
            self.at = start + 1
            return Token(character, character, start, self.at)
        if character == '"':
            quoted = _QUOTED.match(text, start)
            assert quoted is not None
            self.at = quoted.end()
            return Token("quote", quoted[1], start, self.at, quoted[2] == '"')
        if start >= self.chunk_end:
            chunk = _CHUNK.match(text, start)
            assert chunk is not None
            self.chunk_end = chunk.end()
        self.at = self.chunk_end
        word = text[start : min(self.at, start + 2 * self.limits.word)]
        if len(word) > self.limits.word:
            kept = self.longest.match(word)
            word = kept[0] if kept else ""
            if start + len(word) < self.at:
                self._note("long-word", start, once=True, limit=self.limits.word)
        return Token("word", word, start, self.at)

    def _cut(self, count: int) -> None:
        """Drop the first characters of the word at hand; a used-up word gives way to the next."""
        token = self.token
        if count >= len(token.text):
            self._next()
        else:
            self.token = token._replace(text=token.text[count:], start=token.start + count)

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
            self._next()
            return False
        self.clauses += 1
        return True

    def _within(self, count: int, at: int) -> int:
        """A number of words, within its limits."""
        kept = min(max(count, 1), self.limits.distance)
        if kept != count:
            self._note("out-of-range", at, text=str(count), limit=kept)
        return kept
