"""A newsroom's corrections to names, cities and dates, as one text file beside the archive.

No reader of names is right every time. What it got wrong is put right in `corrections.toml`, which
people can read, compare and share; nothing in the archive is lost by it, and without the file all
is as before:

    [[merge]]                       # several values are one
    field = "person"
    values = ["Obama", "B. Obama"]
    into = "Barack Obama"
    note = "the paper's style book"

    [[split]]                       # one value is two: in these stories it is another
    field = "person"
    value = "John Smith"
    into = "John Smith (minister)"
    stories = ["3f2a9c0d11e4b7a6"]  # or: where = {field = "city", value = "Oslo"}

    [[rename]]
    field = "organisation"
    value = "Observatory"
    into = "Syrian Observatory for Human Rights"

    [[hide]]
    field = "place"
    values = ["West"]

    [[retype]]
    field = "person"
    value = "Deir al-Zor"
    to = "place"

    [[city]]                        # where a story was filed from
    value = "Oncupinar"
    country = "TR"                  # and, or: into = "Öncüpınar", stories = [...]

    [[date]]
    stories = ["3f2a9c0d11e4b7a6"]
    date = "2016-02-11"

This module reads and checks such files and corrects a story by them; `wiredesk.index.corrected`
applies them to an archive.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date as calendar
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from wiredesk.errors import ReadError
from wiredesk.index.article import Article, Byline, City, Dateline, Entity
from wiredesk.index.countries import country_code, country_name, demonym_code, place_country
from wiredesk.index.document import to_document

Target = tuple[str, str] | None
"""What a value becomes: (field, value), or None if it is hidden."""

Kind = Literal["merge", "rename", "split", "hide", "retype", "city", "date"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LABEL_OF: dict[str, Literal["PERSON", "ORG", "LOC", "NORP", "EVENT"]] = {
    "person": "PERSON",
    "organisation": "ORG",
    "place": "LOC",
    "nation": "NORP",
    "event": "EVENT",
}
"""Facet fields whose values come from entities, with their label."""

FIELDS = (*LABEL_OF, "byline", "agency", "city")
"""Facet fields that corrections can name."""

_KEYS: dict[Kind, tuple[frozenset[str], frozenset[str]]] = {
    "merge": (frozenset({"field", "values", "into"}), frozenset()),
    "rename": (frozenset({"field", "value", "into"}), frozenset()),
    "split": (frozenset({"field", "value", "into"}), frozenset({"stories", "where"})),
    "hide": (frozenset({"field"}), frozenset({"value", "values"})),
    "retype": (frozenset({"field", "to"}), frozenset({"value", "values"})),
    "city": (frozenset({"value"}), frozenset({"into", "country", "stories"})),
    "date": (frozenset({"stories", "date"}), frozenset()),
}
"""Kind -> (keys it must have, keys it may have); any may have a note."""

_HEADER = re.compile(r"^\s*\[\[\s*([^\]\s]+)\s*\]\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One correction. It stands in `file`; `line` is that of its header, counted from 1, and 0 for
    one made by wiredesk.

    `field` and `values` say what it changes, `into` the new value and `to` the new field; `stories`
    restricts it to some ids, `where` (field, value) to stories that have that value.
    """

    kind: Kind
    field: str = ""
    values: tuple[str, ...] = ()
    into: str | None = None
    to: str | None = None
    country: str | None = None
    date: str | None = None
    stories: tuple[str, ...] = ()
    where: tuple[str, str] | None = None
    note: str = ""
    file: str = "corrections"
    line: int = 0

    @property
    def place(self) -> str:
        """Where it stands, as messages say it."""
        return f"{self.file}, line {self.line}"


_USUAL = tuple((field.name, field.default) for field in fields(Rule))


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """All rules of some files, checked. `moves` are those that hold for a value in every story:
    (field, value) -> (field, value), followed to the end; None hides the value."""

    rules: tuple[Rule, ...]
    moves: Mapping[tuple[str, str], Target]

    def __bool__(self) -> bool:
        return bool(self.rules)

    @cached_property
    def dumped(self) -> str:
        """As one line of JSON, without what goes without saying; `load` is the inverse."""
        plain = [
            {name: said for name, usual in _USUAL if (said := getattr(rule, name)) != usual}
            for rule in self.rules
        ]
        return json.dumps(plain, ensure_ascii=False)

    @cached_property
    def spellings(self) -> frozenset[tuple[str, str]]:
        """The values that nobody corrected: wiredesk shows them in a better spelling."""
        made = (rule for rule in self.rules if not rule.line)
        return frozenset((rule.field, value) for rule in made for value in rule.values)

    @cached_property
    def splits(self) -> tuple[Rule, ...]:
        """The rules that make one value two."""
        return tuple(rule for rule in self.rules if rule.kind == "split")

    @cached_property
    def cities(self) -> Mapping[str, tuple[Rule, ...]]:
        """City as indexed -> the rules about it, those for some stories last."""
        found: dict[str, list[Rule]] = {}
        for rule in sorted(self.rules, key=lambda rule: bool(rule.stories)):
            if rule.kind == "city":
                for value in rule.values:
                    found.setdefault(value, []).append(rule)
        return {city: tuple(rules) for city, rules in found.items()}

    @cached_property
    def dates(self) -> Mapping[str, str]:
        """Story -> its date."""
        return {story: rule.date for rule in self.rules if rule.date for story in rule.stories}

    def end(self, field: str, value: str) -> Target:
        """What becomes of a value in every story."""
        return self.moves.get((field, value), (field, value))


def load(dumped: str) -> Corrections:
    """The inverse of `Corrections.dumped`."""
    rules = []
    for plain in json.loads(dumped):
        for name in ("values", "stories", "where"):
            if plain.get(name):
                plain[name] = tuple(plain[name])
        rules.append(Rule(**plain))
    return _followed(rules)


def read_corrections(*paths: str | Path) -> Corrections:
    """The corrections of some files, put together in their order.

    Raises ReadError with the file and line of the first mistake. Two files may say the same, but
    not contradict each other.
    """
    rules = [rule for name in dict.fromkeys(map(str, paths)) for rule in _read(name)]
    _check_together(rules)
    return _followed(rules)


def _read(name: str) -> list[Rule]:
    """The rules of a file, each checked for itself."""
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except OSError as error:
        raise ReadError(name, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ReadError(name, "not UTF-8 text", line=line) from error
    except tomllib.TOMLDecodeError as error:
        where = re.search(r" \(at (?:line (\d+)|end)[^)]*\)", str(error))
        line = int(where[1]) if where and where[1] else text.count("\n") + 1
        raise ReadError(name, str(error).split(" (at ")[0], line=line) from error
    headers: dict[str, list[int]] = {}
    for number, content in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(content):
            headers.setdefault(header[1].strip("\"'"), []).append(number)
    rules = []
    for kind, tables in raw.items():
        lines = headers.get(kind, [])
        if kind not in KINDS:
            line = lines[0] if lines else _line_of(text, kind)
            known = ", ".join(KINDS)
            raise ReadError(name, f"no correction is called {kind!r}; known: {known}", line=line)
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            reason = f"write [[{kind}]], with two brackets"
            raise ReadError(name, reason, line=_line_of(text, kind))
        for i, table in enumerate(tables):
            rules.append(_rule(kind, table, name, lines[i] if i < len(lines) else 1))
    return sorted(rules, key=lambda rule: rule.line)


def _line_of(text: str, key: str) -> int:
    for number, content in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[?\s*{re.escape(key)}\b", content):
            return number
    return 1


def _rule(kind: Any, table: dict[str, Any], name: str, line: int) -> Rule:
    def fail(reason: str) -> ReadError:
        return ReadError(name, f"[[{kind}]]: {reason}", line=line)

    needed, allowed = _KEYS[kind]
    if unknown := sorted(set(table) - needed - allowed - {"note"}):
        raise fail(f"unknown key {unknown[0]!r}")
    if missing := sorted(needed - set(table)):
        raise fail(f"{missing[0]!r} is missing")
    for key in ("field", "value", "into", "to", "country", "date", "note"):
        if key == "date" and isinstance(table.get(key), calendar):
            table[key] = table[key].isoformat()[:10]
        if key in table and (not isinstance(table[key], str) or not table[key].strip()):
            if key == "note":
                continue
            raise fail(f"{key!r} must be a text, not {table[key]!r}")
    for key in ("values", "stories"):
        listed = table.get(key, ["x"])
        if not isinstance(listed, list) or not listed or not all(_is_text(v) for v in listed):
            raise fail(f"{key!r} must be a list of texts")
    values = [*table.get("values", []), *([table["value"]] if "value" in table else [])]
    into = table.get("into")
    field = table.get("field", "city" if kind == "city" else "")
    if kind in ("hide", "retype") and not values:
        raise fail("'value' or 'values' is missing")
    if field and field not in FIELDS:
        raise fail(f"no field {field!r} to correct; known: {', '.join(FIELDS)}")
    if kind == "retype" and (table["to"] not in LABEL_OF or field not in LABEL_OF):
        raise fail(f"only between {', '.join(LABEL_OF)}")
    if kind == "split" and ("stories" in table) == ("where" in table):
        raise fail("needs either 'stories' or 'where'")
    if kind == "city" and not {"into", "country"} & set(table):
        raise fail("needs 'into', 'country' or both")
    where = table.get("where")
    if where is not None:
        if not isinstance(where, dict) or set(where) != {"field", "value"}:
            raise fail("'where' must be {field = ..., value = ...}")
        if where["field"] not in FIELDS:
            raise fail(f"no field {where['field']!r}; known: {', '.join(FIELDS)}")
        where = (where["field"], str(where["value"]))
    try:
        values = [indexed_value(field, value) for value in values]
        into = into and indexed_value(field, into)
        where = where and (where[0], indexed_value(*where))
        if kind == "retype":
            for value in values:
                _retyped(field, value, table["to"])
    except ValueError as error:
        raise fail(str(error)) from None
    country = table.get("country")
    if country is not None and (code := country_code(country)) is None:
        raise fail(f"no country {country!r}")
    if "date" in table:
        try:
            calendar.fromisoformat(table["date"])
        except ValueError:
            raise fail(f"no date {table['date']!r}; write YYYY-MM-DD") from None
    return Rule(
        kind=kind,
        field=field,
        values=tuple(dict.fromkeys(values)),
        into=into,
        to=table.get("to"),
        country=None if country is None else code,
        date=table.get("date"),
        stories=tuple(dict.fromkeys(table.get("stories", ()))),
        where=where,
        note=table.get("note", ""),
        file=name,
        line=line,
    )


def indexed_value(field: str, name: str) -> str:
    """A value as its facet has it: of countries the ISO code, however people write them. Raises
    ValueError for one that the facet cannot have."""
    if field == "nation":
        code = country_code(name) or demonym_code(name)
        if code is None:
            raise ValueError(f"nation takes countries and their people only, not {name!r}")
        return code
    return (place_country(name) or name) if field == "place" else name


def _retyped(field: str, value: str, to: str) -> Target:
    """A value in another facet."""
    return to, indexed_value(to, country_name(value) if field in ("place", "nation") else value)


def shown_value(field: str, value: str) -> str:
    """A value as messages show it: `'Syria' (SY)`."""
    name = country_name(value) if field in ("place", "nation") else value
    return repr(value) if name == value else f"{name!r} ({value})"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _check_together(rules: list[Rule]) -> None:
    """Raises ReadError for contradictions, and for what a file says twice."""
    decided: dict[tuple[str, ...], tuple[Rule, object]] = {}
    for rule in rules:
        for claim, outcome in _claims(rule):
            other, before = decided.get(claim, (rule, outcome))
            if other is not rule and (other.file == rule.file or before != outcome):
                how = "already" if other.file == rule.file else "otherwise"
                reason = f"{claim[0]} is corrected {how} in {_seen(other, rule)}"
                raise ReadError(rule.file, reason, line=rule.line)
            decided[claim] = rule, outcome


def _followed(rules: list[Rule]) -> Corrections:
    """The rules, with their moves followed to the end. Raises ReadError for a circle."""
    steps: dict[tuple[str, str], Target] = {}
    origin: dict[tuple[str, str], Rule] = {}
    for rule in rules:
        for value in rule.values:
            target = _target(rule, value)
            if target != (rule.field, value):
                steps[rule.field, value] = target
                origin[rule.field, value] = rule
    moves: dict[tuple[str, str], Target] = {}
    for key in steps:
        at: Target = key
        seen: list[tuple[str, str]] = []
        while at is not None and at in steps:
            if at in seen:
                first = origin[key]
                circle = " -> ".join(value for _, value in [*seen, at])
                rest = dict.fromkeys(_seen(origin[k], first) for k in seen if origin[k] != first)
                reason = ", with ".join([f"goes in a circle: {circle}", *rest])
                raise ReadError(first.file, reason, line=first.line)
            seen.append(at)
            at = steps[at]
        moves[key] = at
    return Corrections(rules=tuple(rules), moves=moves)


def _seen(other: Rule, rule: Rule) -> str:
    """Where another rule stands, seen from one."""
    return f"line {other.line}" if other.file == rule.file else other.place


def _target(rule: Rule, value: str) -> Target:
    """What a rule makes of a value in every story; the value itself if it says nothing of all."""
    if rule.kind in ("merge", "rename") or (rule.kind == "city" and not rule.stories):
        return rule.field, rule.into or value
    if rule.kind == "hide":
        return None
    return _retyped(rule.field, value, rule.to) if rule.to else (rule.field, value)


def _claims(rule: Rule) -> Iterator[tuple[tuple[str, ...], object]]:
    """What a rule decides, in words and as a key, and how: no two rules may decide the same
    otherwise."""
    if rule.kind == "date":
        yield from (((f"the date of story {story}", story), rule.date) for story in rule.stories)
    becomes = (rule.kind == "hide", rule.into, rule.to)
    for value in rule.values:
        what: list[tuple[str, object]] = []
        if rule.kind != "city" or rule.into:
            what.append((shown_value(rule.field, value), becomes))
        if rule.country:
            what.append((f"the country of {value!r}", rule.country))
        if rule.kind in ("merge", "rename") and rule.into == value:
            continue
        for part, outcome in what:
            if rule.stories:
                for story in rule.stories:
                    yield (f"{part} in story {story}", rule.field, value, story), outcome
            else:
                yield (part, rule.field, value, *(rule.where or ())), outcome


def correct(article: Article, corrections: Corrections) -> Article:
    """The story as the corrections would have it; the same object if they leave it alone."""
    moves = corrections.moves
    if splits := _splits(article, corrections):
        moves = {**moves, **splits}
    changes: dict[str, Any] = {}
    entities = tuple(
        [e for old in article.entities if (e := _entity(old, moves, corrections)) is not None]
    )
    if entities != article.entities:
        changes["entities"] = entities
    byline = tuple(b for b in (_byline(b, moves) for b in article.byline) if b is not None)
    if byline != article.byline:
        changes["byline"] = byline
    dateline = article.dateline
    if dateline is not None:
        cities = _cities(article, dateline.cities, corrections, moves)
        if cities != dateline.cities:
            changes["dateline"] = dateline = replace(dateline, cities=cities)
    if article.agency and ("agency", article.agency) in moves:
        target = moves["agency", article.agency]
        changes["agency"] = target[1] if target else None
        if isinstance(dateline, Dateline):
            changes["dateline"] = replace(dateline, agency=changes["agency"])
    if date := corrections.dates.get(article.id):
        changes |= {"date": date, "date_basis": "stated", "date_ambiguous": False}
    return replace(article, **changes) if changes else article


def _splits(article: Article, corrections: Corrections) -> dict[tuple[str, str], Target]:
    result: dict[tuple[str, str], Target] = {}
    facets: dict[str, tuple[str, ...]] | None = None
    for rule in corrections.splits:
        if rule.where is None:
            here = article.id in rule.stories
        else:
            if facets is None:
                facets = to_document(article).facets
            here = rule.where[1] in facets.get(rule.where[0], ())
        if here:
            target = corrections.end(rule.field, rule.into or "")
            result |= {(rule.field, value): target for value in rule.values}
    return result


_FIELD_OF: dict[str, str] = {label: field for field, label in LABEL_OF.items()}

Moves = Mapping[tuple[str, str], Target]


def _entity(entity: Entity, moves: Moves, corrections: Corrections) -> Entity | None:
    key = (_FIELD_OF.get(entity.label, ""), entity.name)
    if key not in moves:
        return entity
    target = moves[key]
    if target is None:
        return None
    field, name = target
    return Entity(
        label=LABEL_OF[field],
        text=entity.text,
        name=name,
        start=entity.start,
        end=entity.end,
        found_by=entity.found_by if key in corrections.spellings else "correction",
    )


def _byline(byline: Byline, moves: Moves) -> Byline | None:
    key = ("byline", byline.name)
    if key not in moves:
        return byline
    target = moves[key]
    return None if target is None else replace(byline, name=target[1])


def _cities(
    article: Article, cities: tuple[City, ...], corrections: Corrections, moves: Moves
) -> tuple[City, ...]:
    result = []
    for city in cities:
        rules = [
            rule
            for rule in corrections.cities.get(city.name, ())
            if not rule.stories or article.id in rule.stories
        ]
        target = moves.get(("city", city.name), ("city", city.name))
        for rule in rules:
            if rule.into and rule.stories:
                target = corrections.end("city", rule.into)
            if rule.country:
                city = replace(
                    city,
                    country=country_name(rule.country),
                    country_code=rule.country,
                    country_source="override",
                    candidates=(),
                )
        if target is not None:
            result.append(city if target[1] == city.name else replace(city, name=target[1]))
    return tuple(result)
