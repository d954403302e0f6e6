"""People, organisations, places and groups in a story, as values one can trust.

A statistical model alone calls one man "Carter", "Ash Carter" and "Defense Secretary Carter",
takes Aleppo for a person once in a while, and reads "GENEVA (Reuters)" as part of the story. So
each story passes through four steps:

1. `finder` gives the model only what it can read: paragraphs of the body and a headline in
   sentence case; no dateline, credit or page furniture;
2. `overlay` adds what word lists know and what the words beside a name say (`context`), corrects
   cities, binds `Long Name (LN)`, carries a surname and the label of the majority through the
   story (`consistency`);
3. `names` merges the mentions of one thing into one facet value: titles, possessives, capitals,
   aliases, countries as ISO codes;
4. every mention keeps its exact characters in the source, and what found it.

    finder = load_finder("default")
    for article in finder.annotate(articles):
        print([(e.text, e.label, e.name) for e in article.entities])

The model is any spaCy pipeline, by name or by path; `none` is the finder that finds nothing.
"""

from wiredesk.index.entities.cache import CACHE_FILE
from wiredesk.index.entities.finder import Finder, load_finder
from wiredesk.index.entities.labels import LABELS

__all__ = ["CACHE_FILE", "LABELS", "Finder", "load_finder"]
