"""How many words a second the names of stories are found in: model, lists, rules and merging.

    python benchmarks/names.py FOLDER [--stories 1500] [--model default]

Words of the bodies and CPU seconds of one process; reading the files does not count.
"""

import argparse
import time
from pathlib import Path

from wiredesk.index.article import Article
from wiredesk.index.entities import load_finder
from wiredesk.index.wire import read_stories


def articles_of(folder: Path, most: int) -> list[Article]:
    """The stories of the text files of a folder, in the order of their names."""
    found: list[Article] = []
    for path in sorted(folder.rglob("*.txt")):
        found += read_stories(path.read_text(encoding="utf-8", errors="replace"), path=path.name)
        if len(found) >= most:
            break
    return found[:most]


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stories", type=int, default=1_500)
    parser.add_argument("--model", default="default")
    options = parser.parse_args()
    articles = articles_of(options.folder, options.stories)
    words = sum(len(article.body.split()) for article in articles)
    finder = load_finder(options.model)
    list(finder.annotate(articles[:50]))
    begun = time.process_time()
    names = sum(len(article.entities) for article in finder.annotate(articles))
    spent = time.process_time() - begun
    print(f"{len(articles):,} stories, {words:,} words, {names:,} mentions: {words / spent:,.0f}/s")


if __name__ == "__main__":
    main()
