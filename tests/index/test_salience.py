"""Which values a story is about."""

from wiredesk.index.article import Article, Entity, Source
from wiredesk.index.document import to_document

HEADLINE = "Keller opens dam"
BODY = " ".join(["word"] * 40) + " Weller Weller Weller Moss"


def story(*entities: Entity) -> Article:
    body_at = len(HEADLINE) + 2
    return Article(
        id="1",
        source=Source(path="a.txt", start=0, end=body_at + len(BODY)),
        headline=HEADLINE,
        body=BODY,
        headline_span=(0, len(HEADLINE)),
        body_map=((0, body_at, len(BODY)),),
        entities=entities,
    )


def person(name: str, start: int) -> Entity:
    return Entity(label="PERSON", text=name, name=name, start=start, end=start + len(name))


def test_headline_lead_and_number_of_mentions_make_a_value_salient() -> None:
    at = 18 + BODY.index("Weller")
    document = to_document(
        story(
            person("Moss", at + 21),
            *(person("Weller", at + 7 * i) for i in range(3)),
            person("Lead", 18),
            person("Keller", 0),
        )
    )
    assert document.facets["main_person"] == ("Keller", "Lead", "Weller")
    assert document.facets["person"] == ("Moss", "Weller", "Lead", "Keller")


def test_only_countries_of_peoples_are_nations() -> None:
    def group(name: str, start: int) -> Entity:
        return Entity(label="NORP", text=name, name=name, start=start, end=start + 2)

    document = to_document(story(group("Muslim", 20), group("SY", 30), group("SY", 40)))
    assert document.facets["nation"] == ("SY",)
    assert "place" not in document.facets
