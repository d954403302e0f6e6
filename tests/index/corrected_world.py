"""Random stories with values that rules can touch, and random rules that touch them."""

import json
import random

from wiredesk.index.article import ROLES, Article, Byline, City, Dateline, Entity, Source
from wiredesk.index.corrections import LABEL_OF

PEOPLE = ("Ida Moss", "I. Moss", "Moss", "Tove Lind", "Lind")
BODIES = ("Calder Bank", "Calder", "Moss")
EVENTS = ("Lind Cup", "Moss Fair")
PLACES = ("NO", "SE", "Oslo", "Lind")
CITIES = ("Oslo", "Bergen", "Malmö", "Riga")


def any_story(rng: random.Random, number: int) -> Article:
    entities = [
        Entity(label=label, text=name, name=name, start=20 + 9 * i, end=21 + 9 * i)  # type: ignore[arg-type]
        for i in range(rng.randint(0, 9))
        for label, names in [
            rng.choice(
                (
                    ("PERSON", PEOPLE),
                    ("ORG", BODIES),
                    ("LOC", PLACES),
                    ("NORP", ("NO", "SE", "Sami")),
                    ("EVENT", EVENTS),
                )
            )
        ]
        for name in [rng.choice(names)]
    ]
    cities = rng.sample(CITIES, rng.choice((0, 1, 1, 1, 2)))
    return Article(
        id=f"{number:016}",
        source=Source(path=f"{number}.txt", start=0, end=10),
        headline="Quiet day",
        headline_span=(0, 9),
        body="word " * 60,
        body_map=((0, 11, 300),),
        date=rng.choice((None, "2016-02-01")),
        agency=rng.choice((None, "Wire A", "Wire B")),
        byline=tuple(
            Byline(role=rng.choice(ROLES), name=name, kind=rng.choice(("person", "bureau")))
            for name in rng.sample(("A. Moss", "B. Lind", "C. Holt"), rng.randint(0, 3))
        ),
        dateline=Dateline(
            raw="",
            cities=tuple(
                City(city=c, name=c, country_code=rng.choice((None, "NO", "SE"))) for c in cities
            ),
        ),
        entities=tuple(entities),
    )


def any_rules(rng: random.Random, stories: int) -> str:
    """Rules of all kinds that do not contradict one another."""
    values = {
        "person": PEOPLE,
        "organisation": BODIES,
        "place": PLACES,
        "nation": ("NO", "SE"),
        "event": EVENTS,
        "city": CITIES,
        "byline": ("A. Moss", "B. Lind"),
        "agency": ("Wire A",),
    }

    def ids() -> str:
        return json.dumps([f"{rng.randrange(stories):016}" for _ in range(rng.randint(1, 9))])

    rules = [f'[[date]]\nstories = {ids()}\ndate = "2020-01-02"\n']
    for field, known in values.items():
        into = rng.choice(("New One", "DK", known[-1])) if field != "nation" else "DK"
        for value in known[:-1] if len(known) > 1 else known:
            head = f"field = {json.dumps(field)}\nvalue = {json.dumps(value)}\n"
            apart = "Apart" if field != "nation" else "FI"
            kinds = ["rename", "hide", "split", "where", "none"]
            kinds += ["retype"] if field in LABEL_OF else []
            kinds += ["city", "country", "both"] if field == "city" else []
            match rng.choice(kinds):
                case "rename":
                    rules.append(f"[[rename]]\n{head}into = {json.dumps(into)}\n")
                case "hide":
                    rules.append(f"[[hide]]\n{head}")
                case "retype":
                    people = value in ("NO", "SE")
                    to = rng.choice(
                        [f for f in LABEL_OF if f != field and (f != "nation" or people)]
                    )
                    rules.append(f'[[retype]]\n{head}to = "{to}"\n')
                case "split":
                    rules.append(
                        f"[[split]]\n{head}into = {json.dumps(apart)}\nstories = {ids()}\n"
                    )
                case "where":
                    at = rng.choice(list(values))
                    where = f'{{field = "{at}", value = {json.dumps(rng.choice(values[at]))}}}'
                    rules.append(f'[[split]]\n{head}into = "{known[0]}"\nwhere = {where}\n')
                case "city":
                    rules.append(f'[[city]]\nvalue = "{value}"\ninto = "Riga"\nstories = {ids()}\n')
                case "country":
                    rules.append(f'[[city]]\nvalue = "{value}"\ncountry = "DK"\n')
                case "both":
                    rules.append(
                        f'[[city]]\nvalue = "{value}"\ninto = "Vik"\ncountry = "FI"\n'
                        f'[[city]]\nvalue = "{value}"\ncountry = "DK"\nstories = {ids()}\n'
                    )
    return "\n".join(rules)
