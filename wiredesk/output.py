"""What the command line prints: stories, receipts and results as values for JSON and as lines."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from wiredesk.index.article import Article
    from wiredesk.index.report import Receipt, Report
    from wiredesk.search.model import SearchResult

MANY = 40
"""With more files than this, those without a problem are summed up by folder."""


def story_dict(article: "Article", *, why: bool = False) -> dict[str, Any]:
    """A story as `wiredesk extract` prints it."""
    line = article.dateline
    source: dict[str, Any] = {
        "path": article.source.path,
        "start": article.source.start,
        "end": article.source.end,
    }
    if article.source.member is not None:
        source["member"] = article.source.member
    story: dict[str, Any] = {
        "id": article.id,
        "source": source,
        "headline": article.headline,
        "dateline": None
        if line is None
        else {
            "raw": line.raw,
            "cities": [
                {
                    "city": c.city,
                    "region": c.region,
                    "country": c.country,
                    "country_code": c.country_code,
                    "country_source": c.country_source,
                }
                for c in line.cities
            ],
            "agency": line.agency,
            "date": line.date,
        },
        "byline": [
            {"role": b.role, "name": b.name, "place": b.place, "kind": b.kind, "raw": b.raw}
            for b in article.byline
        ],
        "published": article.published,
        "agency": article.agency,
        "body": article.body,
        "dropped": [{"line": d.line, "reason": d.reason} for d in article.dropped],
        "entities": [
            {
                "label": e.label,
                "text": e.text,
                "name": e.name,
                "start": e.start,
                "end": e.end,
                "found_by": e.found_by,
            }
            for e in article.entities
        ],
        "date": article.date,
        "date_basis": article.date_basis,
        "form": article.form,
        "language": article.language,
        "notes": [{"kind": n.kind, "text": n.text} for n in article.notes],
    }
    if why:
        from wiredesk.index.document import LABEL_FIELDS

        story["evidence"] = [asdict(e) for e in article.evidence] + [
            {
                "field": LABEL_FIELDS[e.label],
                "value": e.name,
                "rule": e.found_by,
                "start": e.start,
                "end": e.end,
            }
            for e in article.entities
        ]
        story |= {
            name: getattr(article, name)
            for name in (
                "updated",
                "date_ambiguous",
                "version",
                "slug",
                "desk",
                "subheadline",
            )
        }
    return story


def report_dict(report: "Report", archive: str) -> dict[str, Any]:
    """What a run of `wiredesk index` did."""
    return {
        "archive": archive,
        "added": report.added,
        "updated": report.updated,
        "skipped": report.skipped,
        "repeated": report.repeated,
        "removed": report.removed,
        "failed": report.failed,
        "entities": report.entities,
        "corrections": report.corrections,
        "corrections_unused": report.corrections_unused,
        "seconds": round(report.seconds, 3),
        "files": [
            {
                "path": r.path,
                "member": r.member,
                "status": r.status,
                "stories": r.stories,
                "problems": [asdict(p) for p in r.problems],
                "more_problems": r.more,
                "notes": list(r.notes),
            }
            for r in report.receipts
        ],
    }


def receipt_lines(receipts: "list[Receipt]", *, everything: bool) -> Iterable[str]:
    """A line for each file; with many files one for each folder and each file with something to
    say."""
    if everything or len(receipts) <= MANY:
        yield from map(str, receipts)
        return
    files: Counter[str] = Counter()
    stories: Counter[str] = Counter()
    for receipt in receipts:
        if receipt.problems or receipt.notes or receipt.status == "removed":
            yield str(receipt)
        inner = PurePath(receipt.member).parent if receipt.member else None
        folder = f"{receipt.path}!{inner}" if inner else str(PurePath(receipt.path).parent)
        files[folder] += 1
        stories[folder] += receipt.stories
    for folder in files:
        yield f"{folder}: {stories[folder]:,} stories in {files[folder]:,} files"


def result_lines(result: "SearchResult") -> Iterable[str]:
    """A result for people at a terminal."""
    from wiredesk.search.explain import english, read_request

    first = (result.request.page - 1) * result.request.per_page + 1
    shown = f", {first}-{first + len(result.hits) - 1}" if result.hits else ""
    at_least = "at least " if result.partial else ""
    yield english(read_request(result.request, notes=result.notes))
    yield f"{at_least}{result.total:,} {'story' if result.total == 1 else 'stories'}{shown}"
    for note in result.notes:
        yield f"note: {note.hint or note.code}"
    for other in result.suggestions:
        yield f"did you mean: {other.query}  ({other.total:,})"
    if not result.total:
        for (name, chosen), total in result.without.items():
            yield f"without {name}={chosen}: {total:,}"
        for word, total in result.word_totals.items():
            yield f"{word} alone: {total:,}"
    for hit in result.hits:
        article = hit.article
        line = " / ".join(c.name for c in article.cities)
        people = ", ".join(b.name for b in article.byline if b.kind == "person")
        yield ""
        yield f"{article.headline}  [{hit.id}]"
        yield "  " + "  ".join(filter(None, (line, article.agency, article.date, people)))
        for snippet in hit.snippets:
            yield f"  {_marked(snippet.text, snippet.spans)}"
    for facet in result.facets.values():
        yield ""
        yield f"{facet.field}:"
        for value in facet.values:
            yield f"  {value.count:>7,}  {value.value}"
        if facet.missing:
            yield f"  {facet.missing:>7,}  not stated"
        if not facet.complete:
            yield "  (counting was cut short)"


def _marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text on one line with its matches in bold, which click leaves out in a pipe."""
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        pieces += (text[at:start], click.style(text[start:end], bold=True))
        at = end
    return " ".join("".join((*pieces, text[at:])).split())


def duration(seconds: float) -> str:
    """A time for people: `4 s`, `2 min 04 s`, `1.5 h`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60:02} s" if whole < 3600 else f"{whole / 3600:.1f} h"
