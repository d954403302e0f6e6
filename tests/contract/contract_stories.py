"""The stories of the contract."""

from wiredesk.index.article import Article, Byline, City, Dateline, Entity, Source


def story(
    number: int,
    headline: str,
    body: str,
    *,
    cities: tuple[tuple[str, str], ...] = (),
    agency: str | None = None,
    date: str | None = None,
    people: tuple[str, ...] = (),
    editor: str | None = None,
    form: str | None = None,
) -> Article:
    """A story in a few words; people are mentioned at the start of the body."""
    return Article(
        id=f"{number:016x}",
        source=Source(path=f"file{number % 2}.txt", start=number * 1000, end=number * 1000 + 900),
        headline=headline,
        body=body,
        agency=agency,
        date=date,
        form=form,
        dateline=Dateline(
            raw="", cities=tuple(City(city=c, name=c, country_code=code) for c, code in cities)
        ),
        byline=(Byline(role="editing", name=editor),) if editor else (),
        entities=tuple(Entity(label="PERSON", text=p, name=p, start=0, end=1) for p in people),
    )


ARTICLES = (
    story(
        1,
        "Grain exports rise in Oslo",
        "Grain left the port on Monday. Exports rose, the central bank said.",
        cities=(("Oslo", "NO"),),
        agency="Reuters",
        date="2016-02-09",
        people=("Jane Roe", "Ana Ruíz"),
        editor="Li Wei",
    ),
    story(
        2,
        "Central bank raises rates",
        "The bank raised its rates again. Nobody at the central office struck a deal.",
        cities=(("Bern", "CH"), ("Oslo", "NO")),
        agency="AP",
        date="2016-02-28",
        people=("Jane Roe",),
        form="update",
    ),
    story(
        3,
        "Strike at the port",
        "Workers strike.\n\nStriking was fair, they said. The bank of the river froze.",
        cities=(("Bern", "CH"),),
        date="2016-03-01",
        people=("John Doe",),
    ),
    story(4, "Erdoğan visits", "President Erdogan said grain and oil mattered.", agency="Reuters"),
    story(5, "", "Oil strikes, oil grain: a bank and rates.", date="2015-12-31", agency="AP"),
)
