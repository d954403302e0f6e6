"""A little archive in memory for the tests of the pages, with stories of its own.

It follows the contract (drill-sideways counts and all) by the simplest means: Python sets.
"""

from collections import Counter
from dataclasses import replace

from wiredesk.errors import ArticleNotFound
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
from wiredesk.index.schema import FACETS, NOT_STATED, SHOWN
from wiredesk.search.model import (
    ArchiveStats,
    Facet,
    FacetValue,
    Hit,
    SearchRequest,
    SearchResult,
    Snippet,
)


def city(name: str, code: str | None = None) -> City:
    return City(city=name.upper(), name=name, country_code=code)


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
        for label, names in (("PERSON", people), ("LOC", places))
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


class SmallArchive:
    """The contract over a handful of stories."""

    def __init__(self, articles: tuple[Article, ...] | None = None, generation: int = 1) -> None:
        self.articles = stories() if articles is None else articles
        self.generation = generation
        self.searches = 0
        documents = [to_document(a) for a in self.articles]
        self.values = {name: [d.facets.get(name, ()) for d in documents] for name in FACETS}

    def get(self, article_id: str) -> Article:
        for article in self.articles:
            if article.id == article_id:
                return article
        raise ArticleNotFound(article_id)

    def stats(self) -> ArchiveStats:
        return ArchiveStats(
            stories=len(self.articles),
            segments=1,
            deleted=0,
            size=1,
            generation=self.generation,
            first_date="1987-01-01",
            last_date="2017-05-02",
            facets={},
        )

    def search(self, request: SearchRequest) -> SearchResult:
        self.searches += 1
        words = request.query.casefold().split()
        matching = {
            n
            for n, a in enumerate(self.articles)
            if all(w in f"{a.headline} {a.body}".casefold() for w in words)
        }
        hits = self._refined(matching, request, None)
        ordered = sorted(hits, key=lambda n: (self.articles[n].date or "~", n))
        if request.sort == "-date":
            ordered = sorted(hits, key=lambda n: (self.articles[n].date or "", -n), reverse=True)
        first = (request.page - 1) * request.per_page
        fields = SHOWN if request.facets is None else request.facets
        return SearchResult(
            request=request,
            total=len(hits),
            hits=tuple(self._hit(n, words) for n in ordered[first : first + request.per_page]),
            facets={
                name: self._facet(name, self._refined(matching, request, name), request)
                for name in fields
            },
            generation=self.generation,
            without={
                (name, value): len(self._refined(matching, request.without(name, value), None))
                for name, values in request.filters.items()
                for value in values
            }
            if not hits
            else {},
        )

    def _of(self, n: int, name: str, unit: str = "month") -> tuple[str, ...]:
        if name == "date":
            date = self.articles[n].date
            return (date[: {"year": 4, "month": 7}.get(unit, 10)],) if date else ()
        return self.values[name][n]

    def _has(self, n: int, name: str, value: str) -> bool:
        if name == "date" and value != NOT_STATED:
            return (self.articles[n].date or "").startswith(value)
        values = self._of(n, name)
        return not values if value == NOT_STATED else value in values

    def _refined(self, numbers: set[int], request: SearchRequest, skip: str | None) -> set[int]:
        left = set(numbers)
        for name, values in request.filters.items():
            if name != skip:
                combine = all if name in request.match_all else any
                left = {n for n in left if combine(self._has(n, name, v) for v in values)}
        for name, values in request.exclude.items():
            if name != skip:
                left = {n for n in left if not any(self._has(n, name, v) for v in values)}
        if skip != "date" and (request.date_from or request.date_to):
            low, high = request.date_from or "0", (request.date_to or "9999") + "~"
            left = {n for n in left if low <= (self.articles[n].date or "") <= high}
        return left

    def _facet(self, name: str, numbers: set[int], request: SearchRequest) -> Facet:
        unit = "month" if request.date_unit == "auto" else request.date_unit
        counts = Counter(v for n in numbers for v in self._of(n, name, unit))
        chosen, denied = request.filters.get(name, ()), request.exclude.get(name, ())
        order = sorted(counts, key=lambda v: (-counts[v], v))
        if request.facet_order == "name" or name == "date":
            order.sort()
        prefix = request.facet_prefix.get(name, "").casefold()
        order = [v for v in order if v.casefold().startswith(prefix)]
        total = len(order)
        if name != "date":
            order = order[: request.facet_limits.get(name, request.facet_limit)]
        order += [v for v in (*chosen, *denied) if v not in order and v != NOT_STATED]
        return Facet(
            field=name,
            values=tuple(
                FacetValue(value=v, count=counts[v], selected=v in chosen, excluded=v in denied)
                for v in order
            ),
            missing=sum(1 for n in numbers if not self._of(n, name)),
            total=total,
            unit=unit if name == "date" else None,
            missing_selected=NOT_STATED in chosen,
            missing_excluded=NOT_STATED in denied,
        )

    def _hit(self, n: int, words: list[str]) -> Hit:
        article = self.articles[n]
        lead = article.body.split("\n")[0]
        snippet = Snippet(text=lead)
        for word in words:
            at = lead.casefold().find(word)
            if at >= 0:
                snippet = replace(snippet, spans=((at, at + len(word)),))
        return Hit(
            id=article.id,
            score=1.0,
            article=article,
            headline=Snippet(text=article.headline),
            snippets=(snippet,),
            matches=len(snippet.spans),
        )
