"""Datelines, credit lines, bylines and dates in every form that newsrooms print."""

import pytest

from wiredesk.index.article import Article
from wiredesk.index.wire import parse_byline, parse_credit, parse_dateline, read_stories
from wiredesk.index.wire.credit import parse_end_matter
from wiredesk.index.wire.dates import find_stamp
from wiredesk.index.wire.forms import headline_form, is_note, line_form

LEAD = "The council of the port said on Monday that it would build a new mole next year."

DATELINES = [
    ("BRUSSELS (Reuters) – ", ["Brussels BE"], "Reuters", None),
    ("LONDON, May 2 (Reuters) - ", ["London GB"], "Reuters", "--05-02"),
    ("May 2 (Reuters) - ", [], "Reuters", "--05-02"),
    ("(Reuters) - ", [], "Reuters", None),
    (
        "GENEVA/DAMASCUS/ONCUPINAR, Turkey (Reuters) - ",
        ["Geneva CH", "Damascus SY", "Oncupinar TR"],
        "Reuters",
        None,
    ),
    (
        "WEST PALM BEACH, Fla./WASHINGTON (Reuters) - ",
        ["West Palm Beach US", "Washington US"],
        "Reuters",
        None,
    ),
    ("PORTLAND, Ore., Feb 26 - ", ["Portland US"], None, "--02-26"),
    ("New York, march 3 - ", ["New York US"], None, "--03-03"),
    ("WASHINGTON, March 4, - ", ["Washington US"], None, "--03-04"),
    (
        "ROME, May 2 (Thomson Reuters Foundation) - ",
        ["Rome IT"],
        "Thomson Reuters Foundation",
        "--05-02",
    ),
    ("READING, Pa. (AP) — ", ["Reading US"], "AP", None),
    ("ATLANTA (AP) _ ", ["Atlanta US"], "AP", None),
    ("READING, Pa. — ", ["Reading US"], None, None),
    ("ROME, May 2 (AFP) - ", ["Rome IT"], "AFP", "--05-02"),
    ("Paris (AFP) – ", ["Paris FR"], "AFP", None),
    ("Lyon, 3 mars 2018 (AFP) - ", ["Lyon FR"], "AFP", "2018-03-03"),
    ("Lyon (France) (AFP) – ", ["Lyon FR"], "AFP", None),
    ("HARARE, Aug. 8 (Xinhua) -- ", ["Harare ZW"], "Xinhua", "--08-08"),
    ("BOGOTA, 4 feb (Xinhua) -- ", ["Bogotá CO"], "Xinhua", "--02-04"),
    ("MINSK, March 5. /TASS/. ", ["Minsk BY"], "TASS", "--03-05"),
    ("MOSCOW, March 5 (Itar-Tass) - ", ["Moscow RU"], "TASS", "--03-05"),
    ("Dushanbe. (Interfax) - ", ["Dushanbe TJ"], "Interfax", None),
    ("MOSCOW. March 3 (Interfax) - ", ["Moscow RU"], "Interfax", "--03-03"),
    ("BAKU (Sputnik) — ", ["Baku AZ"], "Sputnik", None),
    ("MOSCOW, June 1 (RIA Novosti) - ", ["Moscow RU"], "RIA Novosti", "--06-01"),
    ("Vienna (dpa) - ", ["Vienna AT"], "dpa", None),
    ("Chicago (tca/dpa) - ", ["Chicago US"], "dpa", None),
    ("(ANSA) - ROMA, 1 LUG - ", ["Rome IT"], "ANSA", "--07-01"),
    ("Den Haag (ANP) - ", ["The Hague NL"], "ANP", None),
    ("København /ritzau/: ", ["Copenhagen DK"], "Ritzau", None),
    ("Berne (ats afp) ", ["Bern CH"], "ATS", None),
    ("Bruselas, 2 may (EFE).- ", ["Brussels BE"], "EFE", "--05-02"),
    ("Quito, May 2 (EFE).- ", ["Quito EC"], "EFE", "--05-02"),
    ("TOKYO (Kyodo) -- ", ["Tokyo JP"], "Kyodo", None),
    ("OSAKA, Japan, May 2 Kyodo - ", ["Osaka JP"], "Kyodo", "--05-02"),
    ("BUSAN, May 2 (Yonhap) -- ", ["Busan KR"], "Yonhap", "--05-02"),
    ("KUCHING, May 2 (Bernama) -- ", ["Kuching MY"], "Bernama", "--05-02"),
    ("IPOH, 2 Mei (Bernama) --", ["Ipoh MY"], "Bernama", "--05-02"),
    ("Jakarta (ANTARA) - ", ["Jakarta ID"], "ANTARA", None),
    ("Hue (VNA) – ", ["Huế VN"], "VNA", None),
    ("QUETTA, May 2 (APP):", ["Quetta PK"], "APP", "--05-02"),
    ("AJMAN, 2nd May, 2025 (WAM) -- ", ["Ajman AE"], "WAM", "2025-05-02"),
    ("Tehran, SANA- ", ["Tehran IR"], "SANA", None),
    ("Jaipur, May 2 (PTI) ", ["Jaipur IN"], "PTI", "--05-02"),
    ("Pune/Mumbai, May 2 (PTI) ", ["Pune IN", "Mumbai IN"], "PTI", "--05-02"),
    ("Kochi, May 2 (IANS) ", ["Kochi IN"], "IANS", "--05-02"),
    ("Kabul [Afghanistan], May 2 (ANI): ", ["Kabul AF"], "ANI", "--05-02"),
    ("TUNIS, Tunisia, May 2 (UPI) -- ", ["Tunis TN"], "UPI", "--05-02"),
    ("March 3 (UPI) --   ", [], "UPI", "--03-03"),
    ("ANKARA (AA) - ", ["Ankara TR"], "Anadolu", None),
    ("(Bloomberg) -- ", [], "Bloomberg", None),
    ("May 2 (Bloomberg) -- ", [], "Bloomberg", "--05-02"),
    ("LAGOS, Nigeria (CNN) - ", ["Lagos NG"], "CNN", None),
    ("(CNN) ", [], "CNN", None),
    ("PERTH, May 9 AAP - ", ["Perth AU"], "AAP", "--05-09"),
    ("LEEDS, England (PA) - ", ["Leeds GB"], "PA", None),
    (
        "LONDON, NEW YORK and TOKYO, May 4, 2018 /PRNewswire/ -- ",
        ["London GB", "New York US", "Tokyo JP"],
        "PRNewswire",
        "2018-05-04",
    ),
    ("Lagos, May 3, 2021 (NAN) ", ["Lagos NG"], "NAN", "2021-05-03"),
    ("PLYMOUTH CO. — ", ["Plymouth Co -"], None, None),
    ("OTTAWA – ", ["Ottawa CA"], None, None),
    ("TROY, Ky. (WXYZ) -- ", ["Troy US"], "WXYZ", None),
    ("PITT COUNTY, NC (WXYZ) - ", ["Pitt County US"], "WXYZ", None),
    ("RESTON, Va. (ABC7) — ", ["Reston US"], "ABC7", None),
    ("ATHENS — ", ["Athens GR"], None, None),
    ("LAHORE: ", ["Lahore PK"], None, None),
    ("IPOH, May 2 — ", ["Ipoh MY"], None, "--05-02"),
    ("CAIRO -- ", ["Cairo EG"], None, None),
    ("OSLO, Norway, May 4, 2018 /PRNewswire/ -- ", ["Oslo NO"], "PRNewswire", "2018-05-04"),
    (
        "PARIS, TOKYO and DUBAI, May 4, 2018 /PRNewswire-AsiaNet/ --",
        ["Paris FR", "Tokyo JP", "Dubai AE"],
        "PRNewswire-AsiaNet",
        "2018-05-04",
    ),
    ("MEMPHIS, TN--(Marketwire - March 2, 2011) - ", ["Memphis US"], "Marketwire", "2011-03-02"),
    ("DENVER, Jan.  07, 2020  (GLOBE NEWSWIRE) -- ", ["Denver US"], "GlobeNewswire", "2020-01-07"),
    ("UNITED NATIONS (Reuters) - ", ["United Nations -"], "Reuters", None),
    ("FORT HOOD, Texas (AP) — ", ["Fort Hood US"], "AP", None),
    ("RAMALLAH, West Bank (AP) — ", ["Ramallah -"], "AP", None),
    (
        "ON THE TURKISH-SYRIAN BORDER (Reuters) - ",
        ["On the Turkish-Syrian Border -"],
        "Reuters",
        None,
    ),
    ("YOKOTA AIR BASE, Japan (AP) — ", ["Yokota Air Base JP"], "AP", None),
    ("AUSTIN, Texas ", ["Austin US"], None, None),
    ("TBILISI, Georgia (AP) — ", ["Tbilisi GE"], "AP", None),
    ("ATLANTA, Ga. (AP) — ", ["Atlanta US"], "AP", None),
    ("LONDON, Ohio (AP) — ", ["London US"], "AP", None),
    ("PARIS, Texas, May 2 - ", ["Paris US"], None, "--05-02"),
    ("MOSCOW, Idaho (AP) — ", ["Moscow US"], "AP", None),
    ("GEORGETOWN (AP) — ", ["Georgetown -"], "AP", None),
    ("PEKING, April 8 - ", ["Beijing CN"], None, "--04-08"),
    ("****LONDON, March 5 - ", ["London GB"], None, "--03-05"),
    ("LEVITTOWN, N.Y., April 1, ", ["Levittown US"], None, "--04-01"),
    ("OTTAWA, ON, May 2, 2016 /CNW/", ["Ottawa CA"], "CNW", "2016-05-02"),
    ("MADRID, 2 (EFE).- ", ["Madrid ES"], "EFE", None),
    ("Cairo – (MENA) ", ["Cairo EG"], "MENA", None),
    ("MOSCOW, May 2 — RIA Novosti. ", ["Moscow RU"], "RIA Novosti", "--05-02"),
    ("YEREVAN, MAY 2, ARMENPRESS. ", ["Yerevan AM"], "Armenpress", "--05-02"),
    ("LONDON | ", ["London GB"], None, None),
    ("LONDON--(BUSINESS WIRE)--May 2, 2016--", ["London GB"], "Business Wire", "2016-05-02"),
    ("NEW YORK, NY / ACCESSWIRE / May 2, 2016 / ", ["New York US"], "ACCESSWIRE", "2016-05-02"),
    (
        "SEATTLE, WA (EIN Presswire) May 2, 2016 -- ",
        ["Seattle US"],
        "EIN Presswire",
        "2016-05-02",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("line", "cities", "agency", "date"), DATELINES)
def test_a_dateline_is_read_in_every_agency_s_form(
    line: str, cities: list[str], agency: str | None, date: str | None
) -> None:
    text = line + LEAD
    found = parse_dateline(text)
    assert found is not None
    assert [f"{c.name} {c.country_code or '-'}" for c in found.cities] == cities
    assert (found.agency, found.date) == (agency, date)
    assert text[found.end :] == LEAD
    assert all(text[c.start : c.end] == c.city for c in found.cities)


@pytest.mark.parametrize(
    "text",
    [
        "HARBOUR, STRATEGIC PRIZE",
        "PARIS TO HOST the games of the deaf in four years, the mayor said",
        "Oxford: Man fined for parking",
        "PRIDE: Ada Muster is the face of the week",
        "READ MORE: The ferry that would not sail",
        "WATCH: Divers find the bell",
        "FACT CHECK: No, the bridge is not for sale",
        "VIDEO: The storm from above",
        "The company said - after a while - that it was late",
        "TOKYO STOCKS - Shares rose on Monday on hopes of a long and quiet summer ahead",
        "American Football/NFL/",
        "Democratic People's Republic of Korea (DPRK) officials met the guests of the fair",
        "GEORGIA — the peach state, or the land of wine, depending on whom you ask at the bar",
        "“We will rebuild,” the mayor said.",
        "LONDON, 2 (of 12): the second part of our series on the ports of the north and the west",
        "EUROPE FIRST | Leaders meet in the harbour to talk about ships, fish and winter nights",
    ],
)
def test_what_only_looks_like_a_dateline_is_none(text: str) -> None:
    assert parse_dateline(text) is None


def test_a_date_that_begins_the_text_is_not_the_dateline_s() -> None:
    found = parse_dateline("BERLIN (AP) - May 2 was a day of rain, and the ferry did not sail")
    assert found is not None
    assert (found.raw, found.date) == ("BERLIN (AP) -", None)


CREDITS = [
    (
        "(Reporting by Ada Muster in Geneva and Ole Roe; Editing by Mia Doe)",
        ["reporting Ada Muster Geneva", "reporting Ole Roe", "editing Mia Doe"],
    ),
    (
        "(Additional reporting by Ayla Deniz and Erol Gül in Ankara, Ann Bell, Bo Cell, Cy Dell and"
        " Di Fell in Geneva; writing by Eva Shirley, editing by Max Hein)",
        [
            "additional_reporting Ayla Deniz Ankara",
            "additional_reporting Erol Gül Ankara",
            "additional_reporting Ann Bell Geneva",
            "additional_reporting Bo Cell Geneva",
            "additional_reporting Cy Dell Geneva",
            "additional_reporting Di Fell Geneva",
            "writing Eva Shirley",
            "editing Max Hein",
        ],
    ),
    (
        "(Reporting by Ada Muster, writing by Ole Roe)",
        ["reporting Ada Muster", "writing Ole Roe"],
    ),
    (
        "Reporting by Ada Muster in Washington, D.C., Karen Pole in Charlotte, N.C., and Jo Doe",
        [
            "reporting Ada Muster Washington, D.C.",
            "reporting Karen Pole Charlotte, N.C.",
            "reporting Jo Doe",
        ],
    ),
    (
        "Reporting from Rome by Ada Muster, Cy Dell; Writing by Di Fell Editing by Ed Hill",
        [
            "reporting Ada Muster Rome",
            "reporting Cy Dell Rome",
            "writing Di Fell",
            "editing Ed Hill",
        ],
    ),
    (
        "(Reporting by Ada Muster, Bo Cell in Paris and the Beijing newsroom; Editing by Jo Doe"
        "Our Standards: The trust principles.",
        ["reporting Ada Muster Paris", "reporting Bo Cell Paris", "editing Jo Doe"],
    ),
    ("(Reporting by Paris, London and New York bureaux; editing by)", []),
    (
        "Reporting by Salim al-Harbi in Amman; Editing by Ana de la Torre",
        ["reporting Salim al-Harbi Amman", "editing Ana de la Torre"],
    ),
    ("(Reporting By Ada Muster CAIRO; Edtitng By Bo Cell)",
     ["reporting Ada Muster CAIRO", "editing Bo Cell"]),
    ("(Ada Muster; editing Ole Roe)", ["reporting Ada Muster", "editing Ole Roe"]),
    ("Editor: Ole Roe | Reporters: Ada Muster and Bo Cell",
     ["editing Ole Roe", "reporting Ada Muster", "reporting Bo Cell"]),
    ("To contact the reporter on this story: Ada Muster in Rome at ada@port.example",
     ["reporting Ada Muster Rome"]),
    ("(Reporting by A Roe/Lima, Bo Cell/NEW YORK; Editing by Mia Doe)",
     ["reporting A Roe Lima", "reporting Bo Cell NEW YORK", "editing Mia Doe"]),
    ("(Reporting by Ada Muster, Lima; Bo Cell, New York)",
     ["reporting Ada Muster Lima", "reporting Bo Cell New York"]),
    ("(Reporting by Ada Muster, Paris bureau, and Bo Cell)",
     ["reporting Ada Muster", "reporting Bo Cell"]),
    ("(Reporting by Kim Min-so; Editing by Lee Wei Tan)",
     ["reporting Kim Min-so", "editing Lee Wei Tan"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "people"), CREDITS)
def test_a_credit_line_is_read_role_by_role(line: str, people: list[str]) -> None:
    found = [" ".join(filter(None, (b.role, b.name, b.place))) for b in parse_credit(line)]
    assert found == people


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Muster", ["Ada Muster"]),
        ("BY TED D'ALBERTO, Reuters", ["TED D'ALBERTO"]),
        ("By ADA MUSTER and OLE ROE=", ["ADA MUSTER", "OLE ROE"]),
        ("By Nora Cole and Gert Linde, Reuters", ["Nora Cole", "Gert Linde"]),
        ("By Anna Muster, dpa  =", ["Anna Muster"]),
        ("By Ada Muster, Press Association Health Correspondent", ["Ada Muster"]),
        ("By Ada Muster - 16 Feb '16 12:41PM", ["Ada Muster"]),
        ("By Ada Muster | Fjord News", ["Ada Muster"]),
        ("By Ada Muster - Associated Press - Monday, May 2, 2022", ["Ada Muster"]),
        ("By Ada Muster, Ole Roe and Mia Doe", ["Ada Muster", "Ole Roe", "Mia Doe"]),
        ("By Ada Muster MAY 2, 2016", ["Ada Muster"]),
        ("By ADA MUSTER and OLE ROE Monday, May 2, 2016 at 5 p.m.", ["ADA MUSTER", "OLE ROE"]),
        ("By Ada Muster with AFP", ["Ada Muster"]),
        ("Von Ada Muster und Ole Roe, mit dpa", ["Ada Muster", "Ole Roe"]),
        ("Por José Muster y Roe", ["José Muster y Roe"]),
        ("Por Ada Muster y Ole Roe", ["Ada Muster", "Ole Roe"]),
        ("From Ada Muster in Quito, Ecuador", ["Ada Muster"]),
        ("From ADA MUSTER in Quito", ["ADA MUSTER"]),
        ("From New York in Spring", []),
        ("From Old Trafford", []),
        ("By Trend", []),
        ("By Staff Reporter", []),
        ("By The Associated Press", []),
        ("By Reuters Staff", []),
        ("By signing up you agree to our terms", []),
        ("By 2040, the planners of the port", []),
        ("by Harbour Capital, a Danish fund", []),
    ],
)
def test_a_byline_names_people_and_nobody_else(line: str, names: list[str]) -> None:
    assert [b.name for b in parse_byline(line)] == names


def headed(line: str) -> Article:
    """The story with this line between its headline and its text."""
    text = f"Port to build new mole\n\n{line}\n\n{LEAD}\n\n{LEAD}\n"
    (story,) = read_stories(text, path="a.txt")
    assert (story.headline, story.body) == ("Port to build new mole", f"{LEAD}\n\n{LEAD}")
    return story


@pytest.mark.parametrize(
    ("line", "people", "agency"),
    [
        ("From Ada Muster in Quito", ["Ada Muster Quito"], None),
        ("From Ada Muster in Quito, Ecuador", ["Ada Muster Quito, Ecuador"], None),
        ("BY ADA MUSTER IN QUITO", ["ADA MUSTER QUITO"], None),
        ("From our correspondent in Quito", [], None),
        ("Ada Muster et Ole Roe", ["Ada Muster", "Ole Roe"], None),
        ("Ada Muster y Ole Roe", ["Ada Muster", "Ole Roe"], None),
        ("Ada Muster en Ole Roe", ["Ada Muster", "Ole Roe"], None),
        ("Ada Muster with AFP", ["Ada Muster"], "AFP"),
        ("Ada Muster, avec AFP", ["Ada Muster"], "AFP"),
        ("Ada Muster mit dpa", ["Ada Muster"], "dpa"),
        ("Ada Muster and AP", ["Ada Muster"], "AP"),
        ("Ada Muster, Reuters", ["Ada Muster"], "Reuters"),
        ("Ada Muster May 2, 2016", ["Ada Muster"], None),
        ("May 2, 2016 by Ada Muster", ["Ada Muster"], None),
        ("Published May 2, 2016 | By Ada Muster", ["Ada Muster"], None),
        ("Ada Muster/Reuters", ["Ada Muster"], "Reuters"),
        ("Ada Muster / Ole Roe", ["Ada Muster", "Ole Roe"], None),
        ("Ada Muster (AFP)", ["Ada Muster"], "AFP"),
        ("Ada Muster for Reuters", ["Ada Muster"], "Reuters"),
        ("Ada Muster, Berlin", ["Ada Muster Berlin"], None),
        ("Ada Muster reports from Quito", ["Ada Muster Quito"], None),
        ("Ada Muster @muster", ["Ada Muster"], None),
        ("Author: Ada Muster", ["Ada Muster"], None),
        ("a cura di Ada Muster", ["Ada Muster"], None),
        ("door Ada Muster", ["Ada Muster"], None),
        ("Written by Ada Muster", ["Ada Muster"], None),
        ("By Ada Muster, Berlin", ["Ada Muster Berlin"], None),
        ("By Ada Muster and Ole Roe in Rome", ["Ada Muster Rome", "Ole Roe Rome"], None),
        ("By Ada Muster ada@port.example", ["Ada Muster"], None),
        ("By ADA MUSTER The Associated Press", ["ADA MUSTER"], "AP"),
        ("By Ada Muster of The Associated Press", ["Ada Muster"], "AP"),
        ("By Ada Muster\nReuters correspondent", ["Ada Muster"], "Reuters"),
        ("Von unserer Korrespondentin Ada Muster", ["Ada Muster"], None),
        ("Open for Business (again)", [], None),
        ("Best of Northern Winter", [], None),
        ("Old Harbour with New Cranes", [], None),
        ("Fresh Fish and chips", [], None),
    ],
)
def test_a_line_of_names_under_the_headline_is_a_byline(
    line: str, people: list[str], agency: str | None
) -> None:
    story = headed(line)
    assert [f"{b.name} {b.place or ''}".strip() for b in story.byline] == people
    assert story.agency == agency


@pytest.mark.parametrize(
    ("line", "names", "agency"),
    [
        ("- Ada Muster, The Canadian Press", ["Ada Muster"], "CP"),
        ("— Ada Muster and Ole Roe, Reuters", ["Ada Muster", "Ole Roe"], "Reuters"),
        ("-- Ada Muster", ["Ada Muster"], None),
        ("By Ada Muster", ["Ada Muster"], None),
    ],
)
def test_who_signs_below_the_text_has_written_it(
    line: str, names: list[str], agency: str | None
) -> None:
    text = f"Port to build new mole\n\n{LEAD}\n\n{LEAD}\n\n{line}\n"
    (story,) = read_stories(text, path="a.txt")
    assert ([b.name for b in story.byline], story.agency) == (names, agency)
    assert story.body == f"{LEAD}\n\n{LEAD}"


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("(AFP)", "AFP"),
        ("(dpa/ab)", "dpa"),
        ("-- Reuters", "Reuters"),
        ("— AP", "AP"),
        ("EFE ab/cd", "EFE"),
        ("PTI AB\nCD", "PTI"),
        ("Source: Xinhua", "Xinhua"),
        ("© 2016 AFP", "AFP"),
        ("(C) Reuters 2016. All rights reserved.", "Reuters"),
        ("Copyright 2016 dpa", "dpa"),
        ("(ab/cd)", None),
        ("SOURCE Harbour Corp.", None),
    ],
)
def test_a_mark_or_initials_below_the_text_close_it(line: str, agency: str | None) -> None:
    text = f"Port to build new mole\n\n{LEAD}\n\n{LEAD}\n\n{line}\n"
    (story,) = read_stories(text, path="a.txt")
    assert (story.agency, story.body) == (agency, f"{LEAD}\n\n{LEAD}")


@pytest.mark.parametrize(
    "line",
    [
        "Reporting on the debts of the port, the auditors said there was no",
        "reporting an initial six month loss, said it agreed to sell",
        "In addition, High Harbour contributed 814 shares to the",
        "Ada Muster contributed 14 points and six rebounds.",
        "trend.",
        "Source of the leak was a valve.",
        "A new book (a report by engineers) says otherwise.",
    ],
)
def test_text_with_the_words_of_a_credit_stays_text(line: str) -> None:
    text = (
        f"Port to build new mole\n\n{LEAD} It is a long and\n{line}\nand so it went on.\nReuter\n"
    )
    (story,) = read_stories(text, path="a.txt")
    assert (story.byline, story.agency) == ((), "Reuters")
    assert line in story.body


def test_a_list_at_the_end_is_no_signature() -> None:
    text = f"Port to build new mole\n\n{LEAD}\n\nElected were:\n\n- Ada Muster\n\n- Ole Roe\n"
    (story,) = read_stories(text, path="a.txt")
    assert story.byline == ()


def test_closing_sentences_say_who_contributed_and_from_where() -> None:
    found = parse_end_matter(
        "Roe reported from Des Moines, Iowa. Associated Press writers Ada Muster in Rome and"
        " Bo Cell in Oslo contributed to this report.",
        (),
    )
    assert found is not None
    contributors, places = found
    assert [(b.name, b.place) for b in contributors] == [
        ("Ada Muster", "Rome"),
        ("Bo Cell", "Oslo"),
    ]
    assert places == {"Roe": "Des Moines, Iowa"}
    later = parse_end_matter("Ada Muster contributed reporting from Rome.", ())
    assert later is not None and [(b.name, b.place) for b in later[0]] == [("Ada Muster", "Rome")]
    assert parse_end_matter("The council met in Rome and voted for the plan.", ()) is None


@pytest.mark.parametrize(
    ("line", "date", "moment"),
    [
        ("26-FEB-1987 15:01:01.79", "1987-02-26", "1987-02-26T15:01:01"),
        ("Published: 2015-10-9 0:33:01", "2015-10-09", "2015-10-09T00:33:01"),
        ("16 Feb '16 12:41PM", "2016-02-16", "2016-02-16T12:41"),
        ("17/05/2023 - 08:20", "2023-05-17", "2023-05-17T08:20"),
        ("Updated 0912 GMT (1712 HKT) May 2, 2019", "2019-05-02", "2019-05-02T09:12+00:00"),
        ("MAY 2, 2016, 2:41 A.M. E.D.T.", "2016-05-02", "2016-05-02T02:41-04:00"),
        ("2 May 2024 14:01 (UTC+04:00)", "2024-05-02", "2024-05-02T14:01+04:00"),
        ("150944 GMT Mar 17", "2017-03-15", "2017-03-15T09:44+00:00"),
        ("040915 GMT Dez 17", "2017-12-04", "2017-12-04T09:15+00:00"),
        ("AP-WF-02-07-14 1312GMT", "2014-02-07", "2014-02-07T13:12+00:00"),
        ("09:40 03.05.2017", "2017-05-03", "2017-05-03T09:40"),
        ("9. Mai 2017", "2017-05-09", None),
        ("2nd May, 2025", "2025-05-02", None),
        ("2 juil 2023", "2023-07-02", None),
        ("May 2, 2016 at 2 p.m. EDT", "2016-05-02", "2016-05-02T14:00-04:00"),
        ("1420 GMT, 2 May 2016", "2016-05-02", "2016-05-02T14:20+00:00"),
        ("the 2nd of May 2016", "2016-05-02", None),
        ("May 2, 2012 / 5:00 PM / 6 years ago", "2012-05-02", "2012-05-02T17:00"),
    ],
)
def test_a_stamp_is_read_in_every_form(line: str, date: str, moment: str | None) -> None:
    stamp = find_stamp(line)
    assert stamp is not None
    assert (stamp.date, stamp.moment) == (date, moment)


def test_a_day_that_could_be_a_month_is_marked_ambiguous() -> None:
    both, clear = find_stamp("06/08/2018 09:15 PM"), find_stamp("26/08/2018")
    assert both is not None and both.ambiguous
    assert clear is not None and not clear.ambiguous and clear.date == "2018-08-26"
    told = find_stamp("06/08/2018", day_first=True)
    assert told is not None and (told.date, told.ambiguous) == ("2018-08-06", False)


def test_another_date_of_the_same_source_settles_which_number_is_the_day() -> None:
    text = "Harbour closed\n\n06/08/2018 09:15 PM\n\nThe fair, first held on 26/07/2018, is over.\n"
    (story,) = read_stories(text, path="a.txt")
    assert (story.date, story.published, story.date_ambiguous) == (
        "2018-08-06",
        "2018-08-06T21:15",
        False,
    )
    (open_one,) = read_stories(text.replace("26/07", "01/07"), path="a.txt")
    assert open_one.date_ambiguous


@pytest.mark.parametrize("line", ["3 seconds ago", "31 February 2016", "Copyright", "99/99/2016"])
def test_what_states_no_day_gives_no_stamp(line: str) -> None:
    assert find_stamp(line) is None


@pytest.mark.parametrize(
    ("headline", "key", "version"),
    [
        ("UPDATE 2-Harbour closed", "update", 2),
        ("WRAPUP 3-Harbour closed", "wrapup", 3),
        ("CORRECTED-Harbour closed", "correction", None),
        ("REFILE-Harbour closed", "refile", None),
        ("RPT-Harbour closed", "repeat", None),
        ("EXCLUSIVE-Harbour closed", "exclusive", None),
        ("Exclusive: Harbour closed", "exclusive", None),
        ("ANALYSIS-Harbour closed", "analysis", None),
        ("Factbox - Harbours of the north", "factbox", None),
        ("BRIEF-Harbour closed", "brief", None),
        ("PRESS DIGEST-Harbour closed", "digest", None),
        ("(LEAD) Harbour closed", "lead", None),
        ("(UPDATE) Harbour closed", "update", None),
        ("2nd UPDATE: Harbour closed", "update", 2),
        ("ACTUALIZACIÓN 2-Harbour closed", "update", 2),
        ("ATUALIZA 1-Harbour closed", "update", 1),
        ("CORRECTED-UPDATE 2-Harbour closed", "correction", 2),
        ("RPT-UPDATE 3-Harbour closed", "repeat", 3),
        ("REFILE-WRAPUP 1-Harbour closed", "refile", 1),
        ("ROUNDUP 2: Harbour closed", "wrapup", 2),
        ("LEAD 1-Harbour closed", "lead", 1),
        ("EILMELDUNG: Harbour closed", "alert", None),
        ("ENTREVISTA-Harbour closed", "interview", None),
        ("SPECIAL REPORT-Harbour closed", "feature", None),
    ],
)
def test_a_headline_states_its_form_and_version(
    headline: str, key: str, version: int | None
) -> None:
    form = headline_form(headline)
    assert form is not None
    assert (form.key, form.version) == (key, version)


def test_forms_and_notes_stand_on_lines_of_their_own() -> None:
    assert [f and f.key for f in map(line_form, ("REFILE", "1ST LEAD", "Harbour"))] == [
        "refile",
        "lead",
        None,
    ]
    assert is_note("(Adds quotes, background)")
    assert is_note("((This December 4 story has been corrected (again) in paragraph 2))")
    assert is_note("[Editor's note: this story was changed.]")
    assert is_note("(Drops reference to mayor in para 4)")
    assert is_note("(Agrega citas, contexto)")
    assert is_note("(neu: Reaktionen)")
    assert is_note("Note to readers: the mayor swears")
    assert not is_note("(The harbour was closed.)")
    assert not is_note("(UPDATE) Harbour closed")
    assert headline_form("Harbour closed") is None


@pytest.mark.parametrize("between", ["\n\n", "\n", "\n\nBy Ada Muster\n\n"])
def test_text_broken_at_a_width_is_the_body_though_no_dateline_opens_it(between: str) -> None:
    body = (
        "A storm killed nine people in the north of the country on\n"
        "Friday, police said, and more rain is on the way. The army sent\n"
        "trucks to Halden for the mayor of the valley."
    )
    (story,) = read_stories(f"Storm kills nine{between}{body}\n", path="a.txt")
    assert (story.headline, story.body) == ("Storm kills nine", body)
