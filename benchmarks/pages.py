"""What the pages of an archive cost the server: CPU time, and bytes of HTML.

    python benchmarks/pages.py                      # of 100,000 invented stories
    python benchmarks/pages.py --archive wire.wdx   # of an archive of yours

Each address is asked for in one process, without a socket; the median of seven answers counts, the
first one is thrown away. Search, facets, snippets and template are all in it.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.corpus import Story, stories
from wiredesk.index.article import Article, Byline, City, Dateline, Entity, Source
from wiredesk.index.countries import codes
from wiredesk.index.document import to_document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import open_archive
from wiredesk.web import create_app

LABELS = (("person", "PERSON"), ("organisation", "ORG"), ("place", "LOC"))
ADDRESSES = (
    "/search",
    "/search?q=oil",
    "/search?q=grain+export",
    "/search?q=%22bank+rate%22",
    "/search?q=oil&date=1987-03",
    "/search?q=oil&country=US",
    "/search?q=bank+rate&-country=GB&country=US&country=DE",
    "/search?q=oil&lang=de",
    "/search?q=oil&lang=ar",
    "/map?q=oil",
    "/facet/organisation?q=oil",
)


def article_of(story: Story) -> Article:
    """An invented story with a day, a dateline, an author and names."""
    facets = story.facets
    known = codes()
    cities = tuple(
        City(city=name, name=name, country_code=known[hash_of(name) % len(known)])
        for name in facets.get("city", ())
    )
    return Article(
        id=f"{story.number:016x}",
        source=Source(path=f"wires/{story.number % 40}.txt", start=0, end=1),
        headline=story.headline,
        body=story.body,
        date=(date(1987, 1, 1) + timedelta(days=story.number % 900)).isoformat(),
        agency=next(iter(facets.get("agency", ())), None),
        byline=tuple(Byline(role="reporting", name=name) for name in facets.get("byline", ())),
        dateline=Dateline(raw="", cities=cities) if cities else None,
        entities=tuple(
            Entity(label=label, text=name, name=name, start=0, end=1)  # type: ignore[arg-type]
            for field, label in LABELS
            for name in facets.get(field, ())
        ),
    )


def hash_of(name: str) -> int:
    """A number for a name, the same on every machine."""
    return sum(ord(letter) * (i + 1) for i, letter in enumerate(name))


def costs(archive: Path) -> Iterator[tuple[str, float, int]]:
    """Each address with its CPU time in milliseconds and its bytes."""
    with open_archive(str(archive)) as opened:
        client = create_app(opened).test_client()
        for address in ADDRESSES:
            spent = []
            for _ in range(8):
                begun = time.process_time()
                answer = client.get(address)
                spent.append(1000 * (time.process_time() - begun))
            yield address, median(spent[1:]), len(answer.data)


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--stories", type=int, default=100_000)
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        path = options.archive or Path(scratch) / "pages.wdx"
        if options.archive is None:
            with ArchiveWriter(path) as writer:
                for story in stories(options.stories):
                    writer.add(to_document(article_of(story)))
        for address, spent, size in costs(path):
            print(f"{spent:7.1f} ms {size / 1000:7.1f} KB  {address}")


if __name__ == "__main__":
    main()
