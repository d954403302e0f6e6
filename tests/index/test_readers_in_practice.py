"""Habits of publishers that the standards do not speak of, each in a few invented lines."""

from pathlib import Path
from typing import Any

from wiredesk.index.article import Article
from wiredesk.index.pipeline import read_files
from wiredesk.index.readers.values import compose, moment, people


def story(tmp_path: Path, name: str, text: str) -> Article:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (found,) = (a for a in read_files([path], entities=False) if isinstance(a, Article))
    return found


def nitf(head: str, body: str, attributes: str = "", docdata: str = "") -> str:
    return (
        f"<nitf {attributes}><head><docdata>{docdata}</docdata></head><body>"
        f"<body.head>{head}</body.head><body.content>{body}</body.content></body></nitf>"
    )


def test_a_dateline_that_is_stated_and_printed_is_read_once(tmp_path: Path) -> None:
    bridge = story(
        tmp_path,
        "a.nitf",
        nitf(
            "<hedline><hl1>Old bridge closes</hl1><hl2>Old bridge closes</hl2></hedline>"
            "<byline>By MARTHA GRANT<byttl>Staff Writer</byttl></byline>"
            "<distributor>The Associated Press</distributor>"
            "<dateline><location>NEW YORK</location></dateline>",
            "<block><p>NEW YORK (AP) \N{EM DASH} The old bridge closed for repairs on Monday.</p>"
            "<p>It is expected to open again in spring.</p></block>",
        ),
    )
    assert [c.name for c in bridge.cities] == ["New York"]
    assert (bridge.agency, bridge.subheadline) == ("AP", None)
    assert [(b.name, b.kind) for b in bridge.byline] == [("MARTHA GRANT", "person")]
    assert bridge.body.startswith("The old bridge closed")


def test_initials_sign_nobody_and_a_time_is_no_dateline(tmp_path: Path) -> None:
    well = story(
        tmp_path,
        "a.nitf",
        nitf(
            "<hedline><hl1>Village digs a well</hl1></hedline><byline>gr/bp</byline>"
            "<distributor>Agencia EFE</distributor><dateline>"
            '<story.date norm="20170102T222800+0000">20170102T222800+0000</story.date></dateline>',
            "<p>Tegucigalpa, Jan 2 (EFE).- The village dug a well on Monday.</p>",
            'baselang="en-US"',
        ),
    )
    assert well.byline == ()
    assert [c.name for c in well.cities] == ["Tegucigalpa"]
    assert (well.agency, well.published, well.language) == ("EFE", "2017-01-02T22:28Z", "en")


def test_names_in_the_text_lose_their_genitive_and_codes_are_no_names(tmp_path: Path) -> None:
    choir = story(
        tmp_path,
        "a.nitf",
        nitf(
            "<hedline><hl1>Choir tours</hl1></hedline>",
            "<p><person>Ada Muster's</person> choir sang in <location>Norway</location> for the "
            '<org value="XY/1">Choir Union</org>.</p>',
        ),
    )
    assert [(e.label, e.name) for e in choir.entities] == [
        ("PERSON", "Ada Muster"),
        ("ORG", "Choir Union"),
        ("LOC", "NO"),
    ]


def newsml(meta: str, content: str) -> str:
    return (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"><itemMeta><provider '
        'literal="www.ansa.it"/></itemMeta>'
        f"<contentMeta>{meta}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


def test_markup_may_hide_in_plain_inline_data(tmp_path: Path) -> None:
    bells = story(
        tmp_path,
        "a.xml",
        newsml(
            '<located type="cptype:city" literal="Rome"/><creator literal="VRG"><name>VRG</name>'
            '</creator><headline role="hld:subHeadline">Ringing from noon</headline>'
            "<headline>Bells return to their tower</headline>",
            '<inlineData contenttype="text/plain"><![CDATA[\n<p>\n (ANSA) - Rome, October 11 - The '
            "bells returned\non Wednesday.</p>]]></inlineData>",
        ),
    )
    assert (bells.headline, bells.subheadline) == (
        "Bells return to their tower",
        "Ringing from noon",
    )
    assert (bells.agency, bells.byline) == ("ANSA", ())
    assert [(c.name, c.country_code) for c in bells.cities] == [("Rome", "IT")]
    assert "<p>" not in bells.body and "bells returned on Wednesday" in bells.body


def test_a_place_may_be_no_more_than_a_code(tmp_path: Path) -> None:
    rail = story(
        tmp_path,
        "a.xml",
        newsml(
            '<located qcode="city:Moscow"><broader qcode="cntry:Russia"/></located>'
            "<headline>Railway museum opens</headline>"
            "<dateline>MOSCOW, Monday (Reuters)</dateline>",
            "<inlineData>The railway museum opened its doors on Monday.</inlineData>",
        ),
    )
    assert [(c.name, c.country_code, c.country_source) for c in rail.cities] == [
        ("Moscow", "RU", "stated")
    ]
    assert rail.body == "The railway museum opened its doors on Monday."


def test_ninjs_with_one_long_plain_paragraph_is_read_from_its_markup(tmp_path: Path) -> None:
    import json

    ninjs: dict[str, Any] = {
        "uri": "urn:x",
        "versioncreated": "2013-07-09T10:37:00Z",
        "headline": "Tower crane falls silent",
        "byline": "Von Ada Muster, dpa",
        "body_text": "The crane stands still. It may stay so.",
        "body_xhtml": "<p>The crane stands still.</p><p>It may stay so.</p>",
    }
    crane = story(tmp_path, "a.json", json.dumps(ninjs))
    assert crane.body.split() == "The crane stands still. It may stay so.".split()
    assert "\n" in crane.body
    assert [b.name for b in crane.byline] == ["Ada Muster"]


def test_bylines_as_publishers_state_them() -> None:
    said = {
        "By Jane Roe and John Doe": ["Jane Roe", "John Doe"],
        "JANE ROE, Associated Press": ["JANE ROE"],
        "Jane Roe; John Doe": ["Jane Roe", "John Doe"],
        "Par Ana de la Cruz": ["Ana de la Cruz"],
        "Von Braun": ["Von Braun"],
        "Martin Luther King, Jr.": ["Martin Luther King, Jr"],
        "hh/ph/ts": [],
        "abc": [],
        "Our Correspondent": ["Our Correspondent"],
        "": [],
    }
    assert {text: [b.name for b in people(text)] for text in said} == said
    assert people("Our Correspondent")[0].kind == "organisation"
    assert people("Jane Roe in Oslo")[0].place == "Oslo"
    assert [b.name for b in people([{"name": "Jane Roe"}, {"literal": "Xa Yo"}])] == [
        "Jane Roe",
        "Xa Yo",
    ]


def test_times_as_publishers_state_them() -> None:
    said = {
        "2016-02-09": "2016-02-09",
        "20160209": "2016-02-09",
        "20151014T043001+0100": "2015-10-14T04:30:01+01:00",
        "2016-02-09 10:15": "2016-02-09T10:15",
        "2016-02-09T10:15:00.123Z": "2016-02-09T10:15Z",
        "Fri, 03 Mar 2017 08:30:00 GMT": "2017-03-03T08:30Z",
        "1457000000": "2016-03-03T10:13:20Z",
        "2016-02-31": None,
        "last Tuesday": None,
        "": None,
    }
    assert {text: moment(text) for text in said} == said
    assert moment(1457000000000) == "2016-03-03T10:13:20Z"
    assert moment(None) is None and moment(True) is None


def test_a_composed_text_prints_each_part_once() -> None:
    assert compose(headline="H", paragraphs=["h", "", "P"], byline="By X Y", dateline="OSLO") == (
        "H\n\nBy X Y\n\nOSLO - P\n"
    )
    assert (
        compose(headline=None, paragraphs=["OSLO (AP) - P"], dateline="Oslo") == "OSLO (AP) - P\n"
    )
    assert compose(headline="H", paragraphs=["P"], dateline="2016-02-09") == "H\n\nP\n"
