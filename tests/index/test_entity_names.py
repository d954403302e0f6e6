from wiredesk.index.entities.mention import Mention
from wiredesk.index.entities.names import facet_names


def test_names_of_initials_alone_are_different_people() -> None:
    text = "J. P. met A. B. Jones and T. K. on Monday."
    mentions = [
        Mention(text.index(n), text.index(n) + len(n), "PERSON") for n in ("J. P.", "T. K.")
    ]
    assert facet_names(text, mentions) == ["J. P.", "T. K."]
    surname = Mention(text.index("A. B."), text.index(" and"), "PERSON")
    assert facet_names(text, [*mentions, surname])[2] == "A. B. Jones"
