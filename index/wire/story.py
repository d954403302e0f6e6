"""Lines -> stories: where each begins and ends, and what each part of it is."""

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from wiredesk.index.article import Article, Byline, Dropped, Evidence, Source
from wiredesk.index.wire.credit import parse_byline, parse_credit
from wiredesk.index.wire.dateline import parse_dateline

_LINE = re.compile(r"[^\r\n\f]*(?:\r\n|[\r\n\f]|$)")
_FURNITURE = re.compile(
    r"(?:share|close|tweet|advertisement|story continues below|fun stuff|read more:.*"
    r"|join the conversation|the next read|posted in:.*|blog comments powered by.*)$",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(r"\s*(?:Reuter|REUTER|Reuters)\s*$")


def split(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each story, in order; one span over the whole text if there is one."""
    lines = [(m.start(), m.group()) for m in _LINE.finditer(text) if m.group()]
    starts: list[int] = []
    seen_end = True
    for i, (start, line) in enumerate(lines):
        if not line.strip() or not seen_end:
            if parse_credit(line) and "by" in line:
                seen_end = True
            continue
        ahead = [entry for _, entry in lines[i + 1 : i + 5] if entry.strip()]
        if any(parse_dateline(entry) for entry in ahead[:2]) or not starts:
            starts.append(start)
            seen_end = False
    if len(starts) < 2:
        return [(0, len(text))]
    ends = [*starts[1:], len(text)]
    return [
        (start, start + len(text[start:end].rstrip()))
        for start, end in zip(starts, ends, strict=True)
    ]


def read_stories(
    text: str, *, path: str, member: str | None = None, stated: Any = None, whole: bool = False
) -> list[Article]:
    """The stories of a text."""
    spans: Sequence[tuple[int, int]] = [(0, len(text))] if whole else split(text)
    return [
        _read(text, start, end, path, member) for start, end in spans if text[start:end].strip()
    ]


def _read(text: str, start: int, end: int, path: str, member: str | None) -> Article:
    headline, headline_span, dateline = "", (-1, -1), None
    people: list[Byline] = []
    dropped: list[Dropped] = []
    body: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    agency = None
    size = 0
    for match in _LINE.finditer(text, start, end):
        raw = match.group().rstrip("\r\n\f")
        line = raw.strip().lstrip("\ufeff")
        at = match.start() + len(raw) - len(raw.lstrip())
        if not line:
            continue
        if _FURNITURE.match(line):
            dropped.append(Dropped(line=line, reason="furniture", start=at, end=at + len(line)))
        elif not headline:
            headline, headline_span = line, (at, at + len(line))
        elif not body and parse_byline(line):
            people += [replace(b, start=at, end=at + len(line)) for b in parse_byline(line)]
        elif parse_credit(line):
            people += [replace(b, start=at, end=at + len(line)) for b in parse_credit(line)]
            agency = agency or "Reuters"
        elif _SIGN_OFF.match(line):
            agency = "Reuters"
        else:
            if dateline is None and (found := parse_dateline(line)):
                dateline = replace(
                    found,
                    start=at,
                    end=at + found.end,
                    cities=tuple(
                        replace(c, start=at + c.start, end=at + c.end) for c in found.cities
                    ),
                )
                at += len(line) - len(line[found.end :].lstrip(" -–—_"))
                line = line[found.end :].lstrip(" -–—_")
            if body:
                size += 1
            pieces.append((size, at, len(line)))
            body.append(line)
            size += len(line)
    agency = (dateline.agency if dateline else None) or agency
    whole_body = "\n".join(body)
    key = "\0".join([headline, dateline.raw if dateline else "", " ".join(whole_body.split())])
    evidence = [
        Evidence(field="city", value=c.name, rule="dateline", start=c.start, end=c.end)
        for c in (dateline.cities if dateline else ())
    ]
    date = dateline.date if dateline else None
    return Article(
        id=blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest(),
        source=Source(path=path, member=member, start=start, end=end),
        headline=headline,
        headline_span=headline_span,
        body=whole_body,
        body_map=tuple(pieces),
        dateline=dateline,
        byline=tuple(people),
        agency=agency,
        date=date,
        date_basis="none"
        if not date
        else "dateline without year"
        if date[0] == "-"
        else "dateline",
        dropped=tuple(dropped),
        evidence=tuple(evidence),
    )
