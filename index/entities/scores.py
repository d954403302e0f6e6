"""How good the entities are, against stories labelled by hand.

Two scores. *Spans*: exact characters and label; `the` before a name and a possessive after it do
not count, on either side. *Values*: the distinct (label, facet value) pairs of each story, which
is what a reader sees as facets: one wrong mention is one wrong value, however rare. Both are micro
averages over people, organisations and places; groups are told apart.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wiredesk.errors import ReadError
from wiredesk.index.article import Article, Source
from wiredesk.index.entities.finder import Finder
from wiredesk.index.entities.labels import LABELS, NOT_NAMES, Label
from wiredesk.index.entities.tables import fold

SCORED = ("PERSON", "ORG", "LOC")
TOLD = (*SCORED, "NORP")
_MARKS: dict[str, Label] = {"P": "PERSON", "O": "ORG", "L": "LOC", "N": "NORP", **LABELS}
_OPENED = re.compile(r"\[([A-Z][A-Z_]*) ")
_MARK = re.compile(r"\[([A-Z][A-Z_]*) ([^\]=]+)(?:=([^\]]+))?\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldEntity:
    """A mention as it should be; `optional` ones are neither asked for nor wrong. `value` is None
    where only the span is labelled."""

    start: int
    end: int
    label: str
    value: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldStory:
    """A text with its entities, offsets in code points."""

    text: str
    entities: tuple[GoldEntity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of right, wrong and missed, with what follows from them, in percent."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return 100 * self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """The share of what there is that was found."""
        return 100 * self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return 200 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityScores:
    """`spans` and `values` by label and for `all` scored labels; `errors` counts what was wrong
    (`+`) or missed (`-`), by label and text; `kinds` counts by label what the errors are: `not
    found`, `found where there is none`, `other label`, `other border`."""

    spans: Mapping[str, Score]
    values: Mapping[str, Score]
    errors: Counter[tuple[str, str, str]]
    kinds: Counter[tuple[str, str]]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: kind of score -> label -> precision, recall, f1."""
        return {
            kind: {
                label: {
                    "precision": round(s.precision, 1),
                    "recall": round(s.recall, 1),
                    "f1": round(s.f1, 1),
                }
                for label, s in scores.items()
            }
            for kind, scores in (("spans", self.spans), ("values", self.values))
        }

    def lines(self, *, errors: int = 0) -> Iterable[str]:
        """A table for people, with the most frequent errors if wanted."""
        yield f"{'':8}{'P':>7}{'R':>7}{'F1':>7}"
        for kind, scores in (("spans", self.spans), ("values", self.values)):
            for label, s in scores.items():
                figures = (s.precision, s.recall, s.f1)
                counted = s.right + s.wrong + s.missed > 0
                said = (f"{figure:7.1f}" if counted else f"{'–':>7}" for figure in figures)
                yield f"{kind:7}{label:6}{''.join(said)}"
        for (sign, label, text), n in self.errors.most_common(errors):
            yield f"{n:4}  {sign} {label:7}{text}"


def read_gold(path: Path) -> list[GoldStory]:
    """Gold stories: JSON (a list, or one object a line) of `{text, entities: [{start, end, label,
    value or name, optional or opt}]}`, or text with marks such as `[P Ohlsen=Friederike Ohlsen]`,
    stories parted by blank lines. Labels are those of any model; those of things that are no names
    are passed over. Raises ReadError for what is wrong, and where nothing is labelled."""
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(str(path), getattr(error, "strerror", None) or str(error)) from error
    read = _from_json if path.suffix in (".json", ".jsonl") else _from_marks
    stories = list(read(content, str(path)))
    if not any(story.entities for story in stories):
        raise ReadError(str(path), "no name is labelled in it, as [P Ann Moss] or in JSON")
    return stories


def _from_marks(content: str, path: str) -> Iterator[GoldStory]:
    for found in _OPENED.finditer(content):
        mark = _MARK.match(content, found.start())
        note = content.startswith("#", content.rfind("\n", 0, found.start()) + 1)
        if note or (mark and mark[1] in _MARKS and "\n\n" not in mark[0]):
            continue
        fault = "is no known label" if found[1] not in _MARKS else "is not closed"
        known = ", ".join(f"[{letter} {_MARKS[letter]}]" for letter in "POLN")
        raise ReadError(
            path,
            f"{found[0].strip()} {fault}; marks are {known}",
            line=content.count("\n", 0, found.start()) + 1,
        )
    for block in re.split(r"\n\s*\n", content):
        if lines := [s for s in block.splitlines() if s.strip() and not s.startswith("#")]:
            yield _marked(lines)


def _marked(lines: list[str]) -> GoldStory:
    raw = lines[0] + "\n\n" + "\n".join(lines[1:])
    text = ""
    entities = []
    at = 0
    for mark in _MARK.finditer(raw):
        text += raw[at : mark.start()]
        name = mark[2]
        entities.append(
            GoldEntity(
                start=len(text),
                end=len(text) + len(name),
                label=_MARKS[mark[1]],
                value=mark[3] or name,
            )
        )
        text += name
        at = mark.end()
    return GoldStory(text=text + raw[at:], entities=tuple(entities))


def _from_json(content: str, path: str) -> Iterator[GoldStory]:
    rows: Iterable[tuple[int | None, str | None, Any]]
    try:
        if content.lstrip().startswith("["):
            rows = [(None, f"story {i}", row) for i, row in enumerate(json.loads(content), 1)]
        else:
            lines = enumerate(content.split("\n"), 1)
            rows = [(i, None, _line_of_json(line, path, i)) for i, line in lines if line.strip()]
    except ValueError as error:
        raise ReadError(path, f"not JSON: {error}", line=getattr(error, "lineno", None)) from error
    for line, place, row in rows:
        try:
            yield _story(row)
        except ValueError as fault:
            told = f"{place}, {fault}" if place else str(fault)
            raise ReadError(path, told, line=line) from None


def _line_of_json(line: str, path: str, number: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        said = f"not JSON, as a list or one object a line: {error}"
        raise ReadError(path, said, line=number) from error


def _story(row: Any) -> GoldStory:
    """The gold story of an object. Raises ValueError with what is wrong in it."""
    text = row.get("text") if isinstance(row, dict) else None
    if not isinstance(text, str) or not isinstance(row.get("entities"), list):
        raise ValueError("not an object with a text and a list of entities")
    entities = (_entity(e, f"entity {i}", text) for i, e in enumerate(row["entities"], 1))
    return GoldStory(text=text, entities=tuple(e for e in entities if e is not None))


def _entity(raw: Any, place: str, text: str) -> GoldEntity | None:
    """The entity; None for what is no name. Raises ValueError."""
    if not isinstance(raw, dict):
        raise ValueError(f"{place}: not an object")
    start, end, label = raw.get("start"), raw.get("end"), raw.get("label")
    value = raw.get("value", raw.get("name"))
    if not (type(start) is int and type(end) is int and 0 <= start < end <= len(text)):
        raise ValueError(
            f"{place}: {start!r}:{end!r} is no part of a text of {len(text)} characters"
        )
    if not isinstance(label, str) or label.upper() not in {*LABELS, *NOT_NAMES}:
        raise ValueError(f"{place}: label {label!r} is not known; known: {', '.join(LABELS)}")
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{place}: value {value!r} is not a text")
    if label.upper() in NOT_NAMES:
        return None
    return GoldEntity(
        start=start,
        end=end,
        label=LABELS[label.upper()],
        value=value,
        optional=bool(raw.get("optional", raw.get("opt", False))),
    )


LONGEST_HEADLINE = 200
"""Characters; a longer first line is no headline, nor is one without a text below it."""


def as_article(story: GoldStory, number: int) -> Article:
    """The story as the finder takes it: the first line is the headline, the rest the body."""
    headline, _, rest = story.text.partition("\n")
    if len(headline) > LONGEST_HEADLINE or not rest.strip():
        headline, rest = "", story.text
    body_at = len(story.text) - len(rest.lstrip("\n"))
    body = story.text[body_at:]
    return Article(
        id=f"{number:016d}",
        source=Source(path="gold", start=0, end=len(story.text)),
        headline=headline,
        body=body,
        headline_span=(0, len(headline)),
        body_map=((0, body_at, len(body)),),
    )


def score_entities(finder: Finder, stories: list[GoldStory]) -> EntityScores:
    """The scores of a finder on gold stories."""
    spans: Counter[tuple[str, str]] = Counter()
    values: Counter[tuple[str, str]] = Counter()
    errors: Counter[tuple[str, str, str]] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    articles = [as_article(story, i) for i, story in enumerate(stories)]
    for story, article in zip(stories, finder.annotate(articles), strict=True):
        free = [(g.start, g.end) for g in story.entities if g.optional]
        gold = {
            (*_bare(story.text, g.start, g.end), g.label): g
            for g in story.entities
            if g.label in TOLD and not g.optional
        }
        found = {
            (*_bare(story.text, e.start, e.end), e.label): e
            for e in article.entities
            if e.label in TOLD and not any(a < e.end and e.start < b for a, b in free)
        }
        _count(spans, set(gold), set(found))
        for sign, keys in (("+", set(found) - set(gold)), ("-", set(gold) - set(found))):
            errors.update((sign, label, story.text[a:b]) for a, b, label in keys)
        kinds.update(_kinds(set(gold), set(found)))
        _count(
            values,
            {(fold(g.value), g.label) for g in gold.values() if g.value is not None},
            {(fold(e.name), e.label) for e in found.values()},
        )
    return EntityScores(spans=_scores(spans), values=_scores(values), errors=errors, kinds=kinds)


def _kinds(
    gold: set[tuple[int, int, str]], found: set[tuple[int, int, str]]
) -> Iterator[tuple[str, str]]:
    """(label, kind) of each error; one found in place of another counts once, under its own."""
    for start, end, label in found - gold:
        near = [g for g in gold if g[0] < end and start < g[1]]
        if not near:
            yield label, "found where there is none"
        elif near[0][:2] == (start, end):
            yield near[0][2], "other label"
        else:
            yield near[0][2], "other border"
    for start, end, label in gold - found:
        if not any(f[0] < end and start < f[1] for f in found):
            yield label, "not found"


def page(sets: Mapping[str, tuple[int, EntityScores]]) -> str:
    """The scores of gold files as a part of the documentation, in Markdown; `sets` maps the name
    of each to its number of stories and its scores."""
    lines = [
        "# How well names are found",
        "",
        "This part is written by `wiredesk eval --entities GOLD... --page docs/accuracy.md`; do",
        "not edit it. *Spans* want the exact characters and label of each mention, *values* the",
        "facet values of each story; precision, recall and F1 in per cent, groups apart.",
    ]
    for name, (stories, scores) in sets.items():
        lines += ["", f"## {name} ({stories} stories)", "", "| | P | R | F1 |", "|---|---|---|---|"]
        for kind, table in (("spans", scores.spans), ("values", scores.values)):
            lines += (
                f"| {kind}, {label} | {s.precision:.1f} | {s.recall:.1f} | {s.f1:.1f} |"
                for label, s in table.items()
            )
        lines += ["", "Errors: " + ("; ".join(_told(scores.kinds)) or "none") + "."]
    return "\n".join(lines) + "\n"


def _told(kinds: Counter[tuple[str, str]]) -> Iterator[str]:
    for kind in dict.fromkeys(kind for (_, kind), _ in kinds.most_common()):
        parts = (f"{label} {n}" for (label, k), n in kinds.most_common() if k == kind)
        yield f"{kind} {', '.join(parts)}"


def _count(counts: Counter[tuple[str, str]], gold: set[Any], found: set[Any]) -> None:
    for kind, keys in (("right", gold & found), ("wrong", found - gold), ("missed", gold - found)):
        counts.update((key[-1], kind) for key in keys)


def _scores(counts: Counter[tuple[str, str]]) -> dict[str, Score]:
    def of(labels: Iterable[str]) -> Score:
        chosen = list(labels)
        return Score(
            **{
                kind: sum(counts[label, kind] for label in chosen)
                for kind in ("right", "wrong", "missed")
            }
        )

    return {**{label: of([label]) for label in TOLD}, "all": of(SCORED)}


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    if text[start:end].lower().startswith("the "):
        start += 4
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    return start, end
