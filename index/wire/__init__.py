"""Raw wire copy in, stories out: the form of newswire read by rules.

    for story in read_stories(text, path="wires/0226.txt"):
        print(story.headline, [c.name for c in story.cities])

`split` finds where stories begin and end, `parse_dateline` and `parse_credit` read the two small
languages of wire copy, and `read_stories` puts them together. All are pure functions.
"""

from wiredesk.index.wire.byline import parse_byline
from wiredesk.index.wire.credit import parse_credit
from wiredesk.index.wire.dateline import parse_dateline
from wiredesk.index.wire.story import read_stories, split

__all__ = ["parse_byline", "parse_credit", "parse_dateline", "read_stories", "split"]
