"""A little archive for the tests of the pages, with stories of its own."""

from pathlib import Path

from wiredesk.index.article import (
    Article,
    Byline,
    City,
    Dateline,
    Dropped,
    Entity,
    Evidence,
    Source,
)
from wiredesk.index.document import to_document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import Archive, open_archive


def city(name: str, code: str | None = None, region: str | None = None) -> City:
    return City(city=name.upper(), name=name, country_code=code, region=region)


def story(
    number: int,
    headline: str,
    body: str,
    *,
    cities: tuple[City, ...] = (),
    agency: str | None = None,
    date: str | None = None,
    by: tuple[str, ...] = (),
    people: tuple[str, ...] = (),
    places: tuple[str, ...] = (),
    organisations: tuple[str, ...] = (),
    events: tuple[str, ...] = (),
    form: str | None = None,
    path: str = "wires/a.txt",
    dropped: tuple[Dropped, ...] = (),
    language: str = "en",
) -> Article:
    """A story whose source is a headline line, then dateline and body."""
    raw = "/".join(c.city for c in cities)
    line = f"{raw} ({agency}) - " if raw else ""
    start = len(headline) + 1
    at = start + len(line)
    entities = [
        Entity(label=label, text=name, name=name, start=at + found, end=at + found + len(name))
        for label, names in (
            ("PERSON", people),
            ("LOC", places),
            ("ORG", organisations),
            ("EVENT", events),
        )
        for name in names
        if (found := body.find(name)) >= 0
    ]
    evidence = [
        Evidence(field="headline", value=headline, rule="first line", start=0, end=len(headline))
    ]
    for place in cities:
        found = start + line.index(place.city)
        evidence.append(
            Evidence(
                field="city",
                value=place.name,
                rule="dateline",
                start=found,
                end=found + len(place.city),
            )
        )
    return Article(
        id=f"{number:016x}",
        source=Source(path=path, start=0, end=at + len(body), last_line=3),
        headline=headline,
        body=body,
        dateline=Dateline(raw=line, cities=cities, agency=agency, start=start, end=at)
        if raw
        else None,
        byline=tuple(Byline(role="reporting", name=name, raw=name) for name in by),
        date=date,
        date_basis="dateline" if date else "none",
        agency=agency,
        form=form,
        language=language,
        entities=tuple(entities),
        evidence=tuple(evidence),
        dropped=dropped,
        headline_span=(0, len(headline)),
        body_map=((0, at, len(body)),),
    )


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def stories() -> tuple[Article, ...]:
    geneva, beirut = city("Geneva", "CH"), city("Beirut", "LB")
    many = tuple(
        story(
            100 + n,
            f"Harbour report number {n}",
            f"Ships waited off the harbour for day {n}.\nThe port office gave no reason.",
            cities=(city(name, "FR"),),
            agency=("Reuters", "AFP", "AP")[n % 3],
            date=f"19{87 + n % 3}-{1 + n % 12:02d}-{1 + n % 28:02d}",
            by=(f"Reporter {chr(65 + n % 15)}. Example",),
            path=f"wires/harbour-{n % 4}.txt",
        )
        for n, name in enumerate(f"{a} {b}" for a in ("Port", "Cap", "Bay") for b in "ABCDEFGHIJKL")
    )
    return (
        story(
            1,
            "Bridge talks resume in Geneva",
            "Engineers met again on Tuesday over the old bridge.\n"
            "Marta Kessler said the bridge would stay closed.\nLebanon sent an observer.",
            cities=(geneva, beirut),
            agency="Reuters",
            date="2016-02-09",
            by=("Jane Roe", "John Doe"),
            people=("Marta Kessler",),
            places=("Lebanon",),
        ),
        story(
            2,
            "UPDATE 1-Bridge talks stall",
            "Talks over the bridge stalled on Wednesday, Marta Kessler said.",
            cities=(geneva,),
            agency="Reuters",
            date="2016-02-10",
            by=("Jane Roe",),
            people=("Marta Kessler",),
            form="update",
        ),
        story(
            3,
            "Orchestra tours the coast",
            "An orchestra from İzmir began its tour. The bridge was not on its way.",
            cities=(city("İzmir", "TR"),),
            agency="AFP",
            date="2016-03-01",
            path="wires/b.txt",
        ),
        story(
            4,
            "انطلاق موسم القطاف في الجنوب",
            "بدأ المزارعون موسم القطاف هذا الأسبوع.",
            cities=(beirut,),
            date="2017-05-02",
            path="wires/b.txt",
            language="ar",
        ),
        story(5, "A note without a dateline", "Nothing is known about this note.", path="c.txt"),
        story(
            6,
            f"Markup {EVIL}",
            f"The body holds {EVIL} and goes on.",
            cities=(city(EVIL),),
            agency=EVIL,
            date="2016-02-11",
            by=(EVIL,),
            people=(EVIL,),
            path=f"{EVIL}.txt",
            dropped=(Dropped(line=EVIL, reason="share"),),
        ),
        story(
            7,
            "CORRECTED-Bakers vote in Paris",
            "Bakers voted on Monday to keep their old hours.",
            cities=(city("Paris", "FR"),),
            agency="AP",
            date="2016-02-15",
            form="correction",
        ),
        *many,
    )


def build(path: Path, articles: tuple[Article, ...] | None = None) -> Archive:
    """The stories as an archive in a folder, opened."""
    with ArchiveWriter(path) as writer:
        for article in stories() if articles is None else articles:
            writer.add(to_document(article))
        writer.commit()
    return open_archive(path)
