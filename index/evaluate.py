"""How well wire copy is read: the fields of stories against gold files.

A gold file is a list of `{id, file, expected}`, one file a story, or `{articles: [{file, start,
end, ...}]}`, stories strung together in files with the offsets of each. `expected` holds headline,
cities, agency, date, published and byline; a list for the agency means any of them. Names are
compared without case, accents and full stops.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from wiredesk.errors import ReadError
from wiredesk.index.article import Article
from wiredesk.index.countries import country_code
from wiredesk.index.pipeline import read_files

FIELDS = (
    "headline",
    "cities",
    "country",
    "agency",
    "date",
    "published",
    "names",
    "roles",
    "segments",
    "all",
)
"""`names` and `roles` (role, name and place) are scored by F1, the rest by the exact share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One field of one story that was read otherwise than the gold says."""

    id: str
    field: str
    expected: str
    found: str

    @property
    def kind(self) -> str:
        """`not found`, `found where there is none` or `otherwise`."""
        if self.found in _NOTHING:
            return "not found"
        return "found where there is none" if self.expected in _NOTHING else "otherwise"


_NOTHING = ("", "None", "[]")


@dataclass(slots=True)
class Score:
    """Counts of one field: right of total, and for sets hits, found and expected."""

    right: int = 0
    total: int = 0
    hits: int = 0
    found: int = 0
    expected: int = 0

    @property
    def exact(self) -> float:
        """The share of stories with exactly the right value, in per cent."""
        return 100 * self.right / self.total if self.total else 100.0

    @property
    def precision(self) -> float:
        """In per cent; 100 where nothing was found."""
        return 100 * self.hits / self.found if self.found else 100.0

    @property
    def recall(self) -> float:
        """In per cent; 100 where nothing was asked for."""
        return 100 * self.hits / self.expected if self.expected else 100.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Report:
    """The scores of one gold file or of several together."""

    name: str
    stories: int = 0
    scores: dict[str, Score] = field(default_factory=lambda: {f: Score() for f in FIELDS})
    misses: list[Miss] = field(default_factory=list)

    def wrong(self) -> str:
        """Every miss as a line of text."""
        return "\n".join(
            f"{m.id}  {m.field}: expected {m.expected}, found {m.found}" for m in self.misses
        )

    def as_dict(self, *, errors: bool = False) -> dict[str, Any]:
        """The figures, and with `errors` the misses, for JSON."""
        fields = {
            name: {
                "exact": round(score.exact, 2),
                "precision": round(score.precision, 2),
                "recall": round(score.recall, 2),
                "f1": round(score.f1, 2),
                "total": score.total,
            }
            for name, score in self.scores.items()
            if score.total
        }
        told: dict[str, Any] = {"name": self.name, "stories": self.stories, "fields": fields}
        if errors:
            told["misses"] = [asdict(miss) for miss in self.misses]
        return told

    def figure(self, name: str) -> float:
        """The figure a field is judged by: F1 for names and roles, else the exact share."""
        score = self.scores[name]
        return score.f1 if name in ("names", "roles") else score.exact

    def table(self) -> str:
        """The scores as lines of text."""
        rows = [
            f"{self.name}: {self.stories} stories",
            f"{'field':<10} {'exact':>7} {'prec.':>7} {'recall':>7} {'F1':>7} {'n':>6}",
        ]
        for name, score in self.scores.items():
            if not score.total:
                continue
            row = f"{name:<10} {score.exact:7.1f}"
            if score.found or score.expected:
                row += f" {score.precision:7.1f} {score.recall:7.1f} {score.f1:7.1f}"
            else:
                row += f" {'':>7} {'':>7} {'':>7}"
            rows.append(f"{row} {score.total:6}")
        return "\n".join(rows)


TITLES = {
    "headline": "headline",
    "cities": "cities",
    "country": "country of cities found",
    "agency": "agency",
    "date": "date",
    "published": "published, to the minute",
    "names": "names (F1)",
    "roles": "role, name and place (F1)",
    "segments": "both ends of a story within 3 characters",
    "all": "every field of a story right",
}


def put_part(path: Path, part: str) -> None:
    """Writes a part of a page, from its heading of the first level to the next, in place of the
    one that has the same heading, or at the end."""
    heading = part.partition("\n")[0]
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = [p for p in re.split(r"(?m)^(?=# )", old) if p.strip()]
    at = next((i for i, p in enumerate(parts) if p.partition("\n")[0] == heading), len(parts))
    parts[at : at + 1] = [part]
    path.write_text("\n".join(p.strip("\n") + "\n" for p in parts), encoding="utf-8")


def page(reports: Sequence[Report]) -> str:
    """The figures of several gold files as a page of the documentation, in Markdown."""
    rows = [
        "# How well wire copy is read",
        "",
        "This part is written by `wiredesk eval GOLD... --page docs/accuracy.md`; do not edit it.",
        "Figures are per cent of stories with exactly the right value, F1 for names. Precision and",
        "recall of every field, and every miss, are printed by `wiredesk eval GOLD... --errors`.",
        "",
        "The demo stories (`seeds`) and the sets that end in `_dev` were looked at while the rules",
        "were written, so expect less on copy that nobody has seen.",
        "",
        "| | " + " | ".join(f"{r.name} ({r.stories})" for r in reports) + " |",
        "|---" * (len(reports) + 1) + "|",
    ]
    for name, title in TITLES.items():
        cells = [f"{r.figure(name):.1f}" if r.scores[name].total else "–" for r in reports]
        rows.append(f"| {title} | " + " | ".join(cells) + " |")
    rows += ["", "## What is missed", ""]
    for report in reports:
        kinds: dict[str, int] = {}
        for miss in report.misses:
            kind = f"{TITLES[miss.field].partition(' (')[0]} {miss.kind}"
            kinds[kind] = kinds.get(kind, 0) + 1
        told = [f"{kind} {n}" for kind, n in sorted(kinds.items(), key=lambda k: (-k[1], k[0]))]
        rows.append(f"- {report.name}: {', '.join(told) or 'nothing'}")
    return "\n".join([*rows, ""])


def evaluate(paths: Iterable[str | Path]) -> list[Report]:
    """Score the reading of every story of the gold files; one report each.

    A folder stands for its `gold.json`. Errors: `ReadError` for a gold file that is none.
    """
    return [_evaluate(Path(path)) for path in paths]


def _evaluate(path: Path) -> Report:
    gold = path / "gold.json" if path.is_dir() else path
    try:
        whole = json.loads(gold.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReadError(str(gold), f"no gold file: {error}") from error
    report = Report(gold.parent.name)
    if isinstance(whole, Mapping):
        _strung(gold.parent, whole.get("articles", []), report)
        return report
    for row in whole:
        expected = row.get("expected", row)
        stories = _stories(gold.parent / row["file"])
        _compare(report, str(row["id"]), expected, stories[0] if stories else None)
        report.stories += 1
    return report


def _stories(path: Path) -> list[Article]:
    if not path.is_file():
        raise ReadError(str(path), "named by the gold file, but not there")
    return [found for found in read_files([path], entities=False) if isinstance(found, Article)]


def _strung(folder: Path, rows: Sequence[Mapping[str, Any]], report: Report) -> None:
    by_file: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_file.setdefault(row["file"], []).append(row)
    for name, wanted in by_file.items():
        stories = _stories(folder / name)
        for row in wanted:
            best, near = _find(stories, row)
            expected = {**row, "cities": row.get("dateline_cities", row.get("cities", []))}
            _compare(report, str(row["id"]), expected, best, near)
            report.stories += 1


def _find(stories: Sequence[Article], row: Mapping[str, Any]) -> tuple[Article | None, bool | None]:
    """The story that a row describes, by its offsets or else its headline; and whether both ends
    lie within three characters of the row's (None without offsets)."""
    if row["start"] is None:
        wanted = fold(row["headline"])
        return next((s for s in stories if fold(s.headline) == wanted), None), None
    best = max(stories, key=lambda s: _overlap(s, row), default=None)
    if best is None or _overlap(best, row) <= 0:
        return None, False
    ends = (best.source.start - row["start"], best.source.end - row["end"])
    return best, max(map(abs, ends)) <= 3


def _overlap(story: Article, row: Mapping[str, Any]) -> int:
    shared = min(story.source.end, row["end"]) - max(story.source.start, row["start"])
    return int(shared)


def fold(name: str | None) -> str:
    """A name for comparing: no accents, case or full stops; typographic marks made plain."""
    plain = unicodedata.normalize("NFKD", (name or "").translate(_PLAIN))
    kept = "".join(c for c in plain if not unicodedata.combining(c)).casefold().replace(".", "")
    return " ".join(kept.split())


_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "ı": "i"})


def _compare(
    report: Report,
    key: str,
    expected: Mapping[str, Any],
    story: Article | None,
    segment: bool | None = None,
) -> None:
    right = True

    def mark(name: str, wanted: object, found: object, ok: bool) -> None:
        nonlocal right
        score = report.scores[name]
        score.total += 1
        score.right += ok
        if not ok:
            right = False
            report.misses.append(Miss(id=key, field=name, expected=str(wanted), found=str(found)))

    headline = story.headline if story else ""
    if "headline" in expected and expected["headline"] is not None:
        mark(
            "headline", expected["headline"], headline, fold(expected["headline"]) == fold(headline)
        )
    wanted = [c["city"] for c in expected.get("cities", [])]
    cities = list(story.cities) if story else []
    same = [fold(c) for c in wanted] == [fold(c.city) for c in cities]
    mark("cities", wanted, [c.city for c in cities], same)
    if same:
        for gold, city in zip(expected.get("cities", []), cities, strict=True):
            if gold.get("country"):
                code = country_code(gold["country"])
                agrees = code is None or code == city.country_code
                mark("country", gold["country"], city.country, agrees)
    agency = story.agency if story else None
    allowed = expected.get("agency")
    options = allowed if isinstance(allowed, list) else [allowed]
    ok = any(fold(o) == fold(agency) for o in options)
    mark("agency", allowed, agency, ok)
    date = story.date if story else None
    mark("date", expected.get("date"), date, expected.get("date") == date)
    if expected.get("published"):
        moment = story.published if story else None
        mark("published", expected["published"], moment, _same_time(expected["published"], moment))
    _people(report, key, expected.get("byline", []), story, mark)
    if segment is not None:
        found = (story.source.start, story.source.end) if story else None
        mark("segments", (expected["start"], expected["end"]), found, segment)
    score = report.scores["all"]
    score.total += 1
    score.right += right


def _same_time(wanted: str, found: str | None) -> bool:
    if found is None or found[:16] != wanted[:16]:
        return False
    zones = [m[0] for m in (_ZONE.search(wanted), _ZONE.search(found)) if m]
    return len(zones) < 2 or zones[0].replace("Z", "+00:00") == zones[1].replace("Z", "+00:00")


_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")


def _people(
    report: Report,
    key: str,
    wanted: Sequence[Mapping[str, Any]],
    story: Article | None,
    mark: Any,
) -> None:
    optional = {fold(b.get("name")) for b in wanted if b.get("optional")}
    need = [b for b in wanted if not b.get("optional")]
    found = [
        b
        for b in (story.byline if story else ())
        if b.kind != "bureau" and fold(b.name) not in optional
    ]
    names, expected_names = {fold(b.name) for b in found}, {fold(b["name"]) for b in need}
    score = report.scores["names"]
    score.hits += len(names & expected_names)
    score.found += len(names)
    score.expected += len(expected_names)
    mark("names", sorted(expected_names), sorted(names), names == expected_names)
    loose = {(b["role"], fold(b["name"])) for b in need if b.get("place_optional")}
    rows = {
        (b.role, fold(b.name), "" if (b.role, fold(b.name)) in loose else fold(b.place))
        for b in found
    }
    rows_wanted = {
        (b["role"], fold(b["name"]), "" if b.get("place_optional") else fold(b.get("place")))
        for b in need
    }
    score = report.scores["roles"]
    score.hits += len(rows & rows_wanted)
    score.found += len(rows)
    score.expected += len(rows_wanted)
    mark("roles", sorted(rows_wanted), sorted(rows), rows == rows_wanted)
