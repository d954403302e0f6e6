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


def people(*names: str) -> list[str]:
    text = " met ".join(names)
    mentions, at = [], 0
    for name in names:
        at = text.index(name, at)
        mentions.append(Mention(at, at + len(name), "PERSON"))
        at += len(name)
    return facet_names(text, mentions)


def test_people_who_differ_in_their_initials_stay_apart() -> None:
    for names in (
        ("Ann H.W. Moss", "Ann W. Moss", "Moss", "Ann Moss"),
        ("Carl A. Roe", "Carl B. Roe", "Roe"),
        ("J. P. Roe", "A. B. Roe", "Roe"),
        ("Carl F. Roe", "Carl Roe Jr.", "Roe"),
    ):
        assert people(*names) == list(names)


def test_initials_that_fit_are_one_person() -> None:
    assert people("Ann W. Moss", "Ann Moss", "Moss") == ["Ann W. Moss"] * 3
    assert people("Ann W. Moss", "Ann Wilma Moss", "Moss") == ["Ann Wilma Moss"] * 3
    assert people("J. P. Roe", "J.P. Roe", "Roe") == ["J. P. Roe"] * 3
