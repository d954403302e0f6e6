"""Datelines, dates and bylines as agencies of other languages print them."""

# ruff: noqa: RUF001

import tomllib
import unicodedata
from importlib.resources import files

import pytest

from wiredesk.index.wire import parse_dateline, read_stories
from wiredesk.index.wire.dates import find_stamp
from wiredesk.index.wire.places import locate

LEAD = "The council of the port said on Monday that it would build a new mole next year."


@pytest.mark.parametrize(
    ("line", "cities", "agency", "date"),
    [
        ("МОСКВА, 9 февраля. /ТАСС/. ", ["Moscow RU"], "TASS", "--02-09"),
        ("МИНСК, 31 мая (БЕЛТА) - ", ["Minsk BY"], "BelTA", "--05-31"),
        ("КИЇВ, 9 лютого (Укрінформ) - ", ["Kyiv UA"], "Ukrinform", "--02-09"),
        ("Нью-Йорк, 3 июня 2016 (Интерфакс) - ", ["New York US"], "Interfax", "2016-06-03"),
        ("WARSZAWA, 3.05.2017 (PAP) - ", ["Warsaw PL"], "PAP", "2017-05-03"),
        ("Berlin, 03. 05. 2017 (dpa) - ", ["Berlin DE"], "dpa", "2017-05-03"),
        ("LYON, 03/05/2017 (AFP) - ", ["Lyon FR"], "AFP", "2017-05-03"),
        ("ATLANTA, 25/12/2017 (AFP) - ", ["Atlanta US"], "AFP", "2017-12-25"),
        ("LIMA, 05/25/2017 (EFE) - ", ["Lima PE"], "EFE", "2017-05-25"),
        ("ATLANTA, 03/05/2017 (AFP) - ", ["Atlanta US"], "AFP", None),
        ("Rzym, 2 maja (PAP) - ", ["Rome IT"], "PAP", "--05-02"),
        ("Brüksel (AA) - ", ["Brussels BE"], "Anadolu", None),
        ("MONTRÉAL, le 2 mai 2016 /CNW Telbec/ - ", ["Montréal CA"], "CNW", "2016-05-02"),
        ("BUENOS AIRES, 2 de mayo de 2016 (Télam) - ", ["Buenos Aires AR"], "Télam", "2016-05-02"),
        ("BUDAPEST, 2016. május 2. (MTI) - ", ["Budapest HU"], "MTI", "2016-05-02"),
        ("Roma, 2 mag. (askanews) - ", ["Rome IT"], "askanews", "--05-02"),
        ("PRAHA 2. května (ČTK) - ", ["Prague CZ"], "CTK", "--05-02"),
    ],
)
def test_a_dateline_is_read_in_many_languages(
    line: str, cities: list[str], agency: str, date: str | None
) -> None:
    text = line + LEAD
    found = parse_dateline(text)
    assert found is not None
    assert [f"{c.name} {c.country_code or '-'}" for c in found.cities] == cities
    assert (found.agency, found.date) == (agency, date)
    assert text[found.end :] == LEAD


def test_every_name_of_a_city_leads_to_the_city_of_that_name_today() -> None:
    text = files("wiredesk.index.wire").joinpath("data", "places.toml").read_text("utf-8")
    table = tomllib.loads(text)
    pairs = [*table["names"].items()]
    pairs += [(n, today) for today, names in table["abroad"].items() for n in names.split("; ")]
    wrong = [
        (name, found.name, found.country_code)
        for name, today in pairs
        if (found := locate(name, [])).name != today
        or found.country_code is None
        or found.country_code != locate(today, []).country_code
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("city", "part", "name"),
    [
        ("CANTON", "Mass.", "Canton"),
        ("ROMA", "Texas", "Roma"),
        ("ST. PETERSBURG", "Fla.", "St. Petersburg"),
        ("PEKIN", "Ill.", "Pekin"),
        ("PEKING", "China", "Beijing"),
        ("Roma", "Italy", "Rome"),
    ],
)
def test_a_namesake_elsewhere_keeps_its_printed_name(city: str, part: str, name: str) -> None:
    assert locate(city, [part]).name == name


@pytest.mark.parametrize(
    ("line", "date", "moment", "updated"),
    [
        ("2 maggio 2019 ore 14:20", "2019-05-02", "2019-05-02T14:20", False),
        ("2 maggio 2019 alle ore 14.20", "2019-05-02", "2019-05-02T14:20", False),
        ("2 de mayo de 2019 a las 14:20 h", "2019-05-02", "2019-05-02T14:20", False),
        ("Mis à jour le 2 août 2019 à 14h20", "2019-08-02", "2019-08-02T14:20", True),
        ("2. Mai 2019, 14:20 Uhr", "2019-05-02", "2019-05-02T14:20", False),
        ("2 września 2019, godz. 14:20", "2019-09-02", "2019-09-02T14:20", False),
        ("2 mei 2019 om 14:20", "2019-05-02", "2019-05-02T14:20", False),
        ("2 maj 2019 kl. 14.20", "2019-05-02", "2019-05-02T14:20", False),
        ("2 de março de 2019 às 14h20", "2019-03-02", "2019-03-02T14:20", False),
        ("31 мая 2016 г. в 12:30 МСК", "2016-05-31", "2016-05-31T12:30+03:00", False),
        ("Обновлено 3 мая 2016", "2016-05-03", None, True),
        ("2. toukokuuta 2019 klo 14.20", "2019-05-02", "2019-05-02T14:20", False),
        ("2 Mei 2019 pukul 14.20 WIB", "2019-05-02", "2019-05-02T14:20+07:00", False),
        ("Son güncelleme: 2 Ağustos 2019 14:20", "2019-08-02", "2019-08-02T14:20", True),
        ("2016. május 2., 14:20", "2016-05-02", "2016-05-02T14:20", False),
        ("2016年5月2日 14:20", "2016-05-02", "2016-05-02T14:20", False),
        ("2016. 5. 2. 14:20", "2016-05-02", "2016-05-02T14:20", False),
        ("Pubblicato il 1 maggio 2019, aggiornato il 2 maggio 2019", "2019-05-01", None, False),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_stamp_is_read_in_many_languages_and_in_any_normal_form(
    line: str, date: str, moment: str | None, updated: bool, form: str
) -> None:
    printed = unicodedata.normalize(form, line)  # type: ignore[arg-type]  # one of the four forms
    stamp = find_stamp(printed)
    assert stamp is not None
    assert (stamp.date, stamp.moment, stamp.updated) == (date, moment, updated)
    assert "201" in printed[stamp.start : stamp.end]


@pytest.mark.parametrize(
    ("line", "people"),
    [
        (
            "(Reportage de Ada Muster, édité par Ole Roe)",
            ["reporting Ada Muster", "editing Ole Roe"],
        ),
        (
            "(Ada Muster, version française Bo Cell, édité par Ole Roe)",
            ["reporting Ada Muster", "editing Ole Roe"],
        ),
        (
            "(Reporte de Ada Muster en Lima. Editado en español por Ole Roe)",
            ["reporting Ada Muster Lima", "editing Ole Roe"],
        ),
        ("(Por Ada Muster; edição de Ole Roe)", ["reporting Ada Muster", "editing Ole Roe"]),
        (
            "(Bericht von Ada Muster und Bo Cell, redigiert von Ole Roe)",
            ["reporting Ada Muster", "reporting Bo Cell", "editing Ole Roe"],
        ),
        ("Pewarta: Ada Muster\nEditor: Ole Roe", ["reporting Ada Muster", "editing Ole Roe"]),
        ("Редактор: Ада Мустер", ["editing Ада Мустер"]),
        ("(Edición de 2016)", []),
        ("(Ada Muster, 47, ist Hafenmeisterin.)", []),
    ],
)
def test_a_credit_is_read_in_many_languages(line: str, people: list[str]) -> None:
    text = f"Port to build new mole\n\n{LEAD}\n\n{LEAD}\n\n{line}\n"
    (story,) = read_stories(text, path="a.txt")
    assert [" ".join(filter(None, (b.role, b.name, b.place))) for b in story.byline] == people
    assert (line in story.body) == (not people)


def test_the_agency_of_a_closing_line_has_the_name_of_its_facet() -> None:
    text = f"Port to build new mole\n\n{LEAD} Work begins in May.\n\n{LEAD}\n\n-- BERNAMA\n"
    (story,) = read_stories(text, path="a.txt")
    assert story.agency == "Bernama"
    assert ("agency", "Bernama") in [(e.field, e.value) for e in story.evidence]
