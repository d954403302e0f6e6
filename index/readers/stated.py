"""What a format states, put over what its text says."""

import unicodedata
from dataclasses import replace

from wiredesk.index.article import Article, Byline, City, Dateline, Evidence
from wiredesk.index.countries import country_code, country_name
from wiredesk.index.readers.item import Stated


def with_stated(article: Article, stated: Stated, text: str) -> Article:
    """The story with the stated fields in place and marked as evidence `stated:FORMAT`.

    Doing it twice changes nothing more. `text` is the text that the story was read from.
    """
    stated = _with_agency(stated)
    story = _headline(article, stated, text)
    byline = _byline(story.byline, stated)
    dateline = _dateline(story.dateline, stated)
    changes: dict[str, object] = {"byline": byline, "dateline": dateline}
    for name in ("agency", "updated", "desk", "slug", "form", "subheadline"):
        value = getattr(stated, name)
        if value and (not stated.soft or not getattr(story, name)):
            changes[name] = value
    if stated.language:
        changes["language"] = stated.language
    if stated.date and (not stated.soft or not story.date or story.date.startswith("--")):
        changes |= {"date": stated.date, "date_basis": "stated", "date_ambiguous": False}
    if stated.published and (not stated.soft or not story.published):
        changes["published"] = stated.published
    story = replace(story, **changes)  # type: ignore[arg-type]  # each name with a value of its type
    return replace(story, evidence=_evidence(article, story, stated))


def _with_agency(stated: Stated) -> Stated:
    """With the agency by the name it is known by: `The Associated Press` is `AP`."""
    from wiredesk.index.wire.fold import fold as fold_name
    from wiredesk.index.wire.tables import agency_names

    known = agency_names().get(fold_name(stated.agency)) if stated.agency else None
    return replace(stated, agency=known.name) if known is not None else stated


def _headline(article: Article, stated: Stated, text: str) -> Article:
    headline = stated.headline
    if not headline or article.headline == headline or (stated.soft and article.headline):
        return article
    story = replace(article, headline=headline)
    start = text.find(headline)
    if start >= 0:
        story = replace(story, headline_span=(start, start + len(headline)))
    if story.body.startswith(headline):
        story = _without_start(story, len(headline))
    return story


def _without_start(story: Article, length: int) -> Article:
    """The story without the first characters of its body and the blanks after them."""
    cut = length + len(story.body[length:]) - len(story.body[length:].lstrip())
    pieces = []
    for at, origin, size in story.body_map:
        skipped = min(max(0, cut - at), size)
        if size > skipped:
            pieces.append((at + skipped - cut, origin + skipped, size - skipped))
    return replace(story, body=story.body[cut:], body_map=tuple(pieces))


def fold(name: str) -> str:
    """A name for comparing: no accents, no case, no full stops."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(c for c in plain if c.isalnum() or c == " ").split())


def _byline(found: tuple[Byline, ...], stated: Stated) -> tuple[Byline, ...]:
    """The people of both; an entry of the text, with its role, place and offsets, is the better one
    of two for the same person."""
    if not stated.byline:
        return found
    by_name = {fold(b.name): b for b in reversed(found)}
    people = any(b.kind == "person" for b in found)
    listed = [
        by_name.get(fold(b.name), b)
        for b in stated.byline
        if not (stated.soft and people and b.kind != "person")
    ]
    both = (*found, *listed) if stated.soft else (*listed, *found)
    if any(b.kind == "person" for b in listed) and not stated.soft:
        both = tuple(b for b in both if b.kind == "person" or b in listed)
    return tuple(dict.fromkeys(both))


def _dateline(found: Dateline | None, stated: Stated) -> Dateline | None:
    if not stated.cities:
        if found is None and stated.dateline and not stated.soft:
            read = _read_dateline(stated.dateline)
            return read if read is not None and read.cities else None
        return found
    cities = tuple(_city(_with_country(city), found) for city in stated.cities)
    raw = stated.dateline or " / ".join(
        ", ".join(filter(None, (c.city, c.region, c.country))) for c in stated.cities
    )
    if found is None:
        return Dateline(raw=raw, cities=cities)
    return replace(found, cities=cities)


def _with_country(city: City) -> City:
    """With the country's code from its name, or its name from the code."""
    code = city.country_code or (country_code(city.country) if city.country else None)
    name = city.country or (country_name(code) if code else None)
    return replace(city, country=name, country_code=code)


def _city(stated: City, found: Dateline | None) -> City:
    """A stated place with what the grammar knows about it: spelling, code, coordinates."""
    known = (
        next((c for c in found.cities if fold(c.city) == fold(stated.city)), None)
        if found
        else None
    )
    if known is None:
        place = ", ".join(filter(None, (stated.city.upper(), stated.region, stated.country)))
        read = _read_dateline(f"{place} (Reuters) -")
        known = read.cities[0] if read is not None and len(read.cities) == 1 else None
        if known is not None and fold(known.city) != fold(stated.city):
            known = None
        known = replace(known, start=-1, end=-1, city=stated.city) if known else None
    if known is None:
        known = replace(stated, country_source="unknown")
    if not stated.country and not stated.country_code:
        return replace(known, region=known.region or stated.region)
    agrees = known.country_code == stated.country_code or stated.country_code is None
    return replace(
        known,
        region=stated.region or known.region,
        country=known.country if agrees and known.country else stated.country,
        country_code=stated.country_code or known.country_code,
        country_source="stated",
        candidates=(),
    )


def _read_dateline(text: str) -> Dateline | None:
    from wiredesk.index.wire import parse_dateline

    line = text if text.rstrip().endswith("-") else f"{text.rstrip()} -"
    return parse_dateline(f"{line} The rest of the sentence follows here and ends.")


def _evidence(before: Article, story: Article, stated: Stated) -> tuple[Evidence, ...]:
    """The evidence of the text for what stands, and that of the format for what it stated."""
    rule = f"stated:{stated.format}"
    values: dict[str, tuple[str, ...]] = {}
    if stated.headline and story.headline == stated.headline:
        values["headline"] = (stated.headline,)
    if story.agency and story.agency == stated.agency:
        values["agency"] = (story.agency,)
    if story.date and story.date == stated.date and story.date_basis == "stated":
        values["date"] = (story.date,)
    if story.desk and story.desk == stated.desk:
        values["desk"] = (story.desk,)
    if stated.language and story.language == stated.language:
        values["language"] = (story.language,)
    if stated.cities and story.dateline is not None:
        values["city"] = tuple(c.name for c in story.dateline.cities)
        codes = [c.country_code for c in story.dateline.cities if c.country_source == "stated"]
        values["country"] = tuple(code for code in codes if code)
    names = {fold(b.name) for b in stated.byline}
    values["byline"] = tuple(b.name for b in story.byline if fold(b.name) in names)
    kept = [
        e
        for e in before.evidence
        if e.rule != rule
        and not (
            e.field in ("headline", "agency", "date", "city", "country") and values.get(e.field)
        )
    ]
    added = [
        Evidence(field=name, value=value, rule=rule)
        for name, listed in values.items()
        for value in dict.fromkeys(listed)
    ]
    return (*kept, *added)
