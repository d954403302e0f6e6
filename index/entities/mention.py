"""A stretch of a story's text that names something.

Positions count characters of the *story text*: headline, two line feeds, body (`story_text`).
Only `finder` knows how they lie in the source.
"""

from typing import NamedTuple

from wiredesk.index.article import Article
from wiredesk.index.entities.labels import Label

GAP = "\n\n"
"""Between headline and body in the story text."""


class Mention(NamedTuple):
    """`start:end` in the story text is a `label`; `found_by` says who says so."""

    start: int
    end: int
    label: Label
    found_by: str = "model"


def story_text(article: Article) -> str:
    """The text in which mentions are found; the body starts at `body_start`."""
    return article.headline + GAP + article.body


def body_start(article: Article) -> int:
    """Where the body begins in the story text."""
    return len(article.headline) + len(GAP)


def without_overlaps(mentions: list[Mention]) -> list[Mention]:
    """By position; where two overlap the longer one stays, of equals the first."""
    kept: list[Mention] = []
    for m in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if kept and m.start < kept[-1].end:
            if m.end - m.start > kept[-1].end - kept[-1].start:
                kept[-1] = m
            continue
        kept.append(m)
    return kept
