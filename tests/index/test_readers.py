import gzip
import os
import re
import tarfile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from wiredesk.errors import ConfigError, ReadError
from wiredesk.index.article import Byline, City
from wiredesk.index.readers import content as content_module
from wiredesk.index.readers import registry
from wiredesk.index.readers.item import LeftOut, RawItem, Stated
from wiredesk.index.readers.plain import decoded
from wiredesk.index.readers.records import parse_mapping
from wiredesk.index.readers.registry import FORMATS, read_sources

FORMS = Path(__file__).parent.parent / "formats"


def read(path: Path, mapping: dict[str, str] | None = None) -> list[RawItem]:
    return [o for o in read_sources([path], mapping=mapping) if isinstance(o, RawItem)]


def errors(path: Path, mapping: dict[str, str] | None = None) -> list[str]:
    return [
        f"line {o.line}: {o.reason}" if o.line else o.reason
        for o in read_sources([path], mapping=mapping)
        if isinstance(o, ReadError)
    ]


def test_a_text_file_is_one_item_of_any_number_of_stories() -> None:
    (item,) = read(FORMS / "two-stories.txt")
    assert item.format == "text" and not item.whole and item.stated is None
    assert item.text == (FORMS / "two-stories.txt").read_text(encoding="utf-8")


def test_nitf_states_headline_people_places_and_times() -> None:
    (item,) = read(FORMS / "ferry.nitf")
    stated = item.stated
    assert stated is not None
    assert (stated.headline, stated.subheadline) == (
        "Ferry line reopens after winter repairs",
        "Boats to run every hour",
    )
    assert [(b.name, b.role) for b in stated.byline] == [("Marta Lindqvist", "reporting")]
    assert stated.cities == (
        City(
            city="BERGEN",
            name="BERGEN",
            country="Norway",
            country_code="NO",
            country_source="stated",
        ),
    )
    assert (stated.agency, stated.date, stated.published) == (
        "AFP",
        "2019-03-12",
        "2019-03-12T14:15Z",
    )
    assert (stated.language, stated.desk, stated.slug) == ("en", "Transport", "Ferry-Line")
    assert [(e.label, e.name) for e in stated.entities] == [
        ("PERSON", "Jonas Eide"),
        ("ORG", "Harbour Board"),
    ]


def test_nitf_reads_as_wire_copy_without_its_pictures() -> None:
    (item,) = read(FORMS / "ferry.nitf")
    assert item.text == (
        "Ferry line reopens after winter repairs\n\n"
        "By Marta Lindqvist\n\n"
        "BERGEN, Norway, March 12 - The ferry between the old harbour and the islands ran again on "
        "Tuesday, Jonas Eide said.\n\n"
        "Café owners on the pier welcomed the news.\n\n(Editing by Olga Brandt)\n"
    )


def test_newsml_reads_xhtml_and_nitf_inside_and_leaves_out_what_was_cancelled() -> None:
    outcomes = list(read_sources([FORMS / "message.newsml.xml"]))
    orchard, cancelled, bridge = outcomes
    assert isinstance(orchard, RawItem) and orchard.stated is not None
    assert orchard.stated.updated == "2020-05-04T09:30+02:00"
    assert orchard.stated.cities[0].country_code == "DE"
    assert orchard.stated.byline == (Byline(role="reporting", name="Ida Vogel", raw="Ida Vogel"),)
    assert orchard.text.splitlines()[2] == "Growers counted the first open blossoms on Monday."
    assert isinstance(cancelled, LeftOut) and cancelled.reason == "cancelled by its publisher"
    assert isinstance(bridge, RawItem) and bridge.stated is not None
    assert bridge.stated == Stated(
        format="newsml-g2",
        headline="Bridge painters finish a year ahead of plan",
        date="2020-05-03",
        published="2020-05-03T10:00Z",
    )


@pytest.mark.parametrize(
    ("name", "headline", "people", "first"),
    [
        (
            "library.ninjs1.json",
            "Village library lends its ten-thousandth book",
            ["Noor Haddad", "Piet de Wit"],
            "The library marked the loan with cake.",
        ),
        (
            "library.ninjs2.json",
            "Village library lends its twenty-thousandth book",
            ["Noor Haddad"],
            "The library marked the loan again.",
        ),
    ],
)
def test_ninjs_of_both_versions(name: str, headline: str, people: list[str], first: str) -> None:
    (item,) = read(FORMS / name)
    assert item.stated is not None and item.format == "ninjs"
    assert item.stated.headline == headline
    assert [b.name for b in item.stated.byline] == people
    assert item.text.splitlines()[4] == first
    assert item.stated.agency == "ANP"


def test_json_lines_find_the_usual_names() -> None:
    tram, museum = read(FORMS / "stories.jsonl")
    assert tram.stated is not None and museum.stated is not None
    assert (tram.member, tram.line, museum.line) == ("a1", 1, 2)
    assert [b.name for b in tram.stated.byline] == ["Rita Moura", "Tom Archer"]
    assert tram.stated.published == "2022-05-03T10:20Z"
    assert (museum.stated.date, museum.stated.published) == ("2022-05-04", None)


def test_a_mapping_leads_into_objects_and_an_unread_date_stays_in_the_text() -> None:
    mapping = parse_mapping("headline=meta.head, body=copy,published=day")
    bakers, canal = read(FORMS / "stories.json", mapping)
    assert bakers.stated is not None and bakers.stated.date == "2016-02-09"
    assert canal.text == (
        "Canal locks closed for cleaning\n\n9 February 2016\n\nBoats must wait until Thursday.\n"
    )


def test_wrong_names_in_a_mapping_say_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"unknown field 'titel'.*known: headline, body"):
        parse_mapping("titel=x")
    with pytest.raises(ConfigError, match="not OUR_FIELD=THEIR_FIELD"):
        parse_mapping("headline")
    assert errors(FORMS / "stories.csv", {"body": "text"}) == [
        "line 1: no column 'text'; columns here: headline, body, author, date"
    ]
    assert errors(FORMS / "stories.jsonl", {"headline": "titel"})[0] == (
        "line 1: no field 'titel'; did you mean 'title'? "
        "fields here: id, title, text, authors, published_at"
    )


def test_csv_rows_may_span_lines() -> None:
    snow, stamps = read(FORMS / "stories.csv")
    assert snow.text.endswith("closed on Monday.\n\nIt should open by noon on Tuesday.\n")
    assert stamps.stated is not None and stamps.line == 5
    assert stamps.stated.headline == 'Stamp fair draws "record" crowd'


def test_rss_prefers_the_full_content_and_reads_its_encoding() -> None:
    market, fountain = read(FORMS / "feed.rss")
    assert market.stated is not None and fountain.stated is not None
    assert market.encoding == "iso8859-1"
    assert market.text.splitlines()[2] == "LYON (AFP) - Le marché couvert a rouvert vendredi."
    assert (market.stated.published, market.stated.language) == ("2017-03-03T08:30+01:00", "fr")
    assert fountain.text == "Une fontaine restaurée\n\nLa fontaine coule de nouveau.\n"


def test_atom_titles_may_hold_markup() -> None:
    (bus,) = read(FORMS / "feed.atom")
    assert bus.stated is not None
    assert bus.stated.headline == "Night bus returns"
    assert [b.name for b in bus.stated.byline] == ["Sam Okoro"]


def test_reuters_sgml_keeps_the_lines_of_the_wire() -> None:
    plums, mills = read(FORMS / "collection.sgm")
    assert plums.text.startswith(
        "PLUM GROWERS EXPECT <FAIR> HARVEST\n\nBy Alma Reyes, Reuters\n    PORTO ALEGRE, Feb 26 - "
    )
    assert plums.stated is not None and plums.stated.published == "1987-02-26T15:01:01"
    assert mills.text == "MILLER AND SONS TO CLOSE ONE OF FIVE MILLS\n"
    assert (plums.member, mills.member, mills.line) == ("90001", "90002", 18)


def test_a_web_page_gives_its_story_and_soft_metadata() -> None:
    pytest.importorskip("trafilatura", reason="the extra wiredesk[html] is not installed")
    (page,) = read(FORMS / "page.html")
    assert page.stated is not None and page.stated.soft
    assert page.stated.published == "2015-06-09T09:15+01:00"
    assert page.stated.headline == "School garden wins county prize"
    assert "LEEDS, England (PA) - A school garden" in page.text
    assert "(Reporting by Hannah Cole; Editing by Raj Patel)" in page.text
    assert "Copyright" not in page.text and "Sport" not in page.text


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "trafilatura", None)
    assert errors(FORMS / "page.html") == [
        'reading web pages needs an extra: pip install "wiredesk[html]"'
    ]


@pytest.mark.parametrize(
    ("name", "stories", "reasons"),
    [
        ("cut-short.nitf", 0, ["line 21: damaged or cut short: unclosed token"]),
        ("cut-short.newsml.xml", 1, ["line 27: damaged or cut short: unclosed token"]),
        ("cut-short.ninjs.json", 0, ["line 13: damaged or cut short: unterminated string"]),
        ("cut-short.json", 0, None),
        ("cut-short.rss", 1, ["line 14: damaged or cut short: no element found"]),
        ("cut-short.sgm", 1, ["line 18: damaged or cut short: REUTERS is not closed"]),
        (
            "broken.jsonl",
            2,
            [
                "line 2: damaged or cut short: unterminated string",
                "line 3: a list, not an object, where a story was",
            ],
        ),
        (
            "ragged.csv",
            2,
            [
                "line 3: no field for the body of a story (fields: headline); "
                "name it: --map body=FIELD"
            ],
        ),
        ("laughs.nitf", 0, ["line 3: declares entities; refused"]),
        ("outside.nitf", 0, ["line 2: declares entities; refused"]),
    ],
)
def test_damage_is_told_with_its_place_and_the_rest_is_read(
    name: str, stories: int, reasons: list[str] | None
) -> None:
    mapping = {"headline": "meta.head", "body": "copy"} if name == "cut-short.json" else None
    assert len(read(FORMS / name, mapping)) == (1 if name == "cut-short.json" else stories)
    found = errors(FORMS / name, mapping)
    assert found == reasons or (reasons is None and "cut short" in found[0])


def test_a_page_without_a_story_is_an_error() -> None:
    pytest.importorskip("trafilatura", reason="the extra wiredesk[html] is not installed")
    assert errors(FORMS / "nothing.html") == ["no story text found in the page"]


def packed(path: Path, members: dict[str, bytes]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name, data in members.items():
                out.writestr(name, data)
    else:
        with tarfile.open(path, "w:gz") as out:
            for name, data in members.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                out.addfile(entry, BytesIO(data))
    return path


@pytest.mark.parametrize("name", ["pack.zip", "pack.tar.gz", "pack.tgz"])
def test_packed_files_give_their_members_whatever_their_format(tmp_path: Path, name: str) -> None:
    members = {
        "a/two.txt": (FORMS / "two-stories.txt").read_bytes(),
        "ferry.xml": (FORMS / "ferry.nitf").read_bytes(),
        "../evil.txt": b"Out of the folder\n",
        "/etc/evil.txt": b"Out of the folder\n",
        "inner.zip": b"PK\x03\x04",
        ".hidden": b"x",
        "empty.txt": b"",
    }
    path = packed(tmp_path / name, members)
    items = read(path)
    assert [(i.member, i.format) for i in items] == [("a/two.txt", "text"), ("ferry.xml", "nitf")]
    assert [i.path for i in items] == [str(path)] * 2
    assert errors(path) == [
        "its path leads out of the packed file; refused",
        "its path leads out of the packed file; refused",
        "a packed file inside a packed file; unpack it first",
        "empty file",
    ]


def test_a_single_packed_file_is_read_by_its_inner_name(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl.gz"
    path.write_bytes(gzip.compress((FORMS / "stories.jsonl").read_bytes()))
    assert [i.member for i in read(path)] == ["a1", "a2"]


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tar.gz", "bomb.txt.gz"])
def test_a_bomb_is_stopped_before_it_is_unpacked(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_module, "RATIO_FREE", 1 << 20)
    path = tmp_path / name
    if name == "bomb.txt.gz":
        path.write_bytes(gzip.compress(bytes(20 << 20)))
    else:
        packed(path, {"good.txt": b"A good story\n", "bomb.txt": bytes(20 << 20)})
    (reason,) = errors(path)
    assert "a zip bomb?" in reason
    assert len(read(path)) == (0 if name == "bomb.txt.gz" else 1)


@pytest.mark.parametrize("name", ["pack.zip", "pack.tar.gz", "pack.txt.gz"])
def test_a_packed_file_that_is_cut_short_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    noise = Random(1).randbytes(20_000).hex().encode()
    if name == "pack.txt.gz":
        path.write_bytes(gzip.compress(noise))
    else:
        packed(path, {"good.txt": b"A good story\n", "noise.txt": noise})
    path.write_bytes(path.read_bytes()[:-300])
    assert any("damaged or cut short" in reason for reason in errors(path))


def test_bad_files_are_lines_and_the_good_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "blank.txt").write_bytes(b" \r\n\xc2\xa0\x0c\n")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (tmp_path / "noise.dat").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "good.txt").write_text("A good story\n")
    (tmp_path / "unknown.xml").write_text("<?xml version='1.0'?><recipe/>")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    lines = {}
    for outcome in read_sources([tmp_path, tmp_path / "missing"]):
        if isinstance(outcome, ReadError):
            lines[Path(outcome.source).name] = outcome.reason
        elif isinstance(outcome, LeftOut):
            lines[Path(outcome.place).name] = outcome.reason
        else:
            lines[Path(outcome.path).name] = outcome.text
    assert lines == {
        "empty.txt": "empty file",
        "blank.txt": "no text in it, only blanks",
        "picture.txt": "not text: it looks like a PNG picture",
        "noise.dat": "not text: binary data",
        "good.txt": "A good story\n",
        "unknown.xml": "XML of an unknown kind, it begins '<recipe/>'; known: NITF, NewsML-G2, "
        "RSS, Atom",
        "pipe.txt": "not a plain file",
        "dangling.txt": "no such file or folder",
        "loop": f"leads back to a folder already read: {tmp_path}",
        "missing": "no such file or folder",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_an_unreadable_file_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("x")
    path.chmod(0)
    assert errors(path) == ["not readable: permission denied"]


def test_a_line_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"A headline\n" + b"word " * 400_000 + b"\nmore\n")
    assert errors(path) == [
        "line 2: a line of 2,000,000 characters, at most 1,000,000: not wire copy"
    ]


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_huge_csv_field_is_left_out_and_the_next_rows_are_read(
    tmp_path: Path, quote: bytes
) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as out:
        out.write(b"headline,body\nFirst,one\nHuge," + quote)
        for _ in range(200):
            out.write(b"x" * 100_000 + (b"\n" if quote else b""))
        out.write(quote + b"\nLast,three\n")
    assert [i.stated.headline for i in read(path) if i.stated] == ["First", "Last"]
    (reason,) = errors(path)
    assert "left out" in reason and reason.startswith("line 3")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"n": ' + "9" * 5000 + "}"])
def test_hostile_json_is_a_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deep.json"
    path.write_text(text)
    assert len(errors(path)) == 1


def test_hostile_nesting_of_xml_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "deep.nitf"
    path.write_text("<nitf>" + "<p>" * 100_000)
    assert errors(path) == ["line 1: elements nested too deeply"]


def test_every_format_is_in_the_docs() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "formats.md").read_text()
    assert [f.name for f in FORMATS if f"`{f.name}`" not in page] == []


def test_half_a_surrogate_pair_is_shown_as_a_replacement_character(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"headline": "A\\ud800b", "body": "Fine \\ud83d\\ude00 here"}\n')
    (item,) = read(path)
    assert item.text == "A\N{REPLACEMENT CHARACTER}b\n\nFine \N{GRINNING FACE} here\n"


def test_the_format_of_the_docs_can_be_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "formats.md").read_text()
    function, line = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {
        "Iterator": Iterator,
        "Content": content_module.Content,
        "RawItem": RawItem,
        "Stated": Stated,
        "Format": registry.Format,
        "decoded": decoded,
    }
    exec(function, names)
    (added,) = eval(line, names)
    monkeypatch.setattr(registry, "FORMATS", (added, *FORMATS))
    path = tmp_path / "a.memo"
    path.write_text("Well dug by hand\n\nWater came.\n")
    (item,) = read(path)
    assert item.stated is not None
    assert (item.format, item.stated.headline) == ("memo", "Well dug by hand")
