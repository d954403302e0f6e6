"""Seven languages: complete catalogues, the reader's choice, and no sentence left in English."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from babel.support import NullTranslations
from flask.testing import FlaskClient
from markupsafe import Markup
from small_archive import build

from wiredesk.search import Archive, SearchRequest
from wiredesk.web import create_app, i18n, views
from wiredesk.web.catalogs import compiled, po_path, read, template
from wiredesk.web.presenters import chips_of, page_of
from wiredesk.web.urls import Links

TRANSLATED = [code for code in i18n.LANGUAGES if code != "en"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with build(tmp_path_factory.mktemp("languages") / "small.wdx") as opened:
        yield opened


@pytest.fixture(scope="module")
def client(archive: Archive) -> FlaskClient:
    return create_app(archive).test_client()


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_translated_and_the_mo_fits_its_po(code: str) -> None:
    catalog = read(code)
    wanted = {m.id for m in template() if m.id}
    assert {m.id for m in catalog if m.id} == wanted
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
    assert po_path(code).with_suffix(".mo").read_bytes() == compiled(catalog)


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_keep_their_places_for_values(code: str) -> None:
    for message in read(code):
        if isinstance(message.id, str) and message.id:
            found, wanted = (
                set(re.findall(r"%\(\w+\)s", text)) for text in (message.string, message.id)
            )
            assert found == wanted


@pytest.mark.parametrize(
    ("code", "count", "direction"),
    [
        ("en", "3 stories", "ltr"),
        ("de", "3 Meldungen", "ltr"),
        ("fr", "3 dépêches", "ltr"),
        ("es", "3 noticias", "ltr"),
        ("tr", "3 haber", "ltr"),
        ("ru", "3 сообщения", "ltr"),
        ("ar", "3 أخبار", "rtl"),
    ],
)
def test_a_page_speaks_the_readers_language(
    client: FlaskClient, code: str, count: str, direction: str
) -> None:
    for url, headers in ((f"/search?q=bridge&lang={code}", {}), ("/search?q=bridge", {
        "Accept-Language": f"{code};q=0.9, xx"
    })):  # fmt: skip
        response = client.get(url, headers=headers)
        text = response.get_data(as_text=True)
        assert f'<html lang="{code}" dir="{direction}">' in text
        assert count in text
        assert response.headers["Content-Language"] == code
        assert response.headers["Vary"] == "Accept-Language"


def test_regions_and_unknown_languages_fall_back(client: FlaskClient) -> None:
    assert client.get("/", headers={"Accept-Language": "fr-CA"}).headers["Content-Language"] == "fr"
    assert client.get("/", headers={"Accept-Language": "tlh"}).headers["Content-Language"] == "en"
    assert client.get("/?lang=" + "x" * 5000).headers["Content-Language"] == "en"
    assert client.get("/?lang=de-AT").headers["Content-Language"] == "de"


def test_countries_are_named_and_found_in_the_readers_language(client: FlaskClient) -> None:
    text = client.get("/search?country=Schweiz&lang=de").get_data(as_text=True)
    assert "Land der Meldung: Schweiz" in text
    assert "2 Meldungen" in text


def test_the_ends_of_an_axis_are_short() -> None:
    german = i18n.speech_for("de")
    assert german.date("1987-W10", short=True) == "02.03.1987"
    assert german.date("1987-W10") == "Woche vom 02.03.1987"


ARABIC = {
    0: "لا أخبار",
    1: "خبر واحد",
    2: "خبران",
    3: "3 أخبار",
    11: "11 خبرا",
    21: "21 خبرا",
    78: "78 خبرا",
    100: "100 خبر",
    102: "102 خبر",
    112: "112 خبرا",
    1234: "1,234 خبرا",
}


@pytest.mark.parametrize("count", ARABIC)
def test_plural_forms(count: int) -> None:
    assert i18n.speech_for("ar").stories(count) == ARABIC[count]
    russian = i18n.speech_for("ru").stories(count)
    ending = {1: "сообщение", 21: "сообщение", 2: "сообщения", 3: "сообщения"}
    ending |= dict.fromkeys((102, 1234), "сообщения")
    assert russian.endswith(ending.get(count, "сообщений"))


EXCLUDED = {
    "en": ("Filed from (city): not Oslo", "Agency: (any value)"),
    "de": ("Ort der Meldung: außer Oslo", "Agentur: (irgendein Wert)"),
    "fr": ("Lieu d’envoi (ville) : sauf Oslo", "Agence : (toute valeur)"),
    "es": ("Enviado desde (ciudad): excepto Oslo", "Agencia: (cualquier valor)"),
    "tr": ("Geçildiği şehir: Oslo hariç", "Ajans: (herhangi bir değer)"),
    "ru": ("Откуда передано (город): кроме Oslo", "Агентство: (любое значение)"),
    "ar": ("مكان الإرسال (المدينة): ما عدا Oslo", "الوكالة: (أي قيمة)"),
}


@pytest.mark.parametrize("code", i18n.LANGUAGES)
def test_a_chip_says_what_is_excluded_beside_the_name_of_its_field(code: str) -> None:
    request = SearchRequest(exclude={"city": ("Oslo",), "agency": ("-",)})
    chips = chips_of(request, Links(), i18n.speech_for(code))
    assert tuple(i18n.plain(chip.text) for chip in chips) == EXCLUDED[code]


@pytest.mark.parametrize("code", i18n.LANGUAGES)
def test_spoken_names_of_links_hold_the_words_one_sees(archive: Archive, code: str) -> None:
    request = SearchRequest().exclude_value("agency", "AFP").refine("agency", "AP")
    page = page_of(archive.search(request), links=Links(), speech=i18n.speech_for(code))
    choices = [choice for box in page.boxes for choice in box.choices]
    assert any(choice.state == "off" for choice in choices)
    speech = i18n.speech_for(code)
    for choice in choices:
        heard = re.sub('<i aria-hidden="true">.*?</i>', "", choice.name)
        assert Markup(heard).striptags() == i18n.plain(
            speech.gettext(
                "%(value)s, %(stories)s",
                value=choice.label,
                stories=speech.stories(int(choice.count)),
            )
        )
        for name in filter(None, (choice.only, choice.deny)):
            assert choice.label in name.striptags()
            assert re.fullmatch(r"[^<]*<i>[^<]+</i>[^<]*", name)
    for chip in page.chips:
        assert chip.text in chip.remove.striptags()


class Pseudo(NullTranslations):
    """Every message in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, num: int) -> str:
        return f"⟦{msgid1 if num == 1 else msgid2}⟧"


class _Untranslated(HTMLParser):
    """Collects words that stand in the page without brackets and are not from the stories."""

    SPOKEN = ("aria-label", "placeholder", "title", "alt")
    UNCLOSED = ("meta", "link", "input", "br", "path", "rect", "circle", "li")

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[bool] = []
        self.found: list[str] = []
        self.link: list[str] | None = None
        self.opened = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("a", "span") and self.link is None:
            self.link, self.opened = [], tag
        foreign = (
            tag in ("bdi", "mark", "q", "pre", "code", "script", "kbd", "i")
            or given.get("dir") == "auto"
            or "hreflang" in given
            or ("lang" in given and tag == "span")
            or given.get("class") in ("site", "snip")
        )
        self.found += [
            given[name] or ""
            for name in self.SPOKEN
            if name in given and "⟦" not in (given[name] or "") and tag != "link"
        ]
        if tag not in self.UNCLOSED:
            self.stack.append(foreign)

    def handle_endtag(self, tag: str) -> None:
        if tag == self.opened and self.link is not None:
            text, self.link = "".join(self.link), None
            self.look(text)
        if tag not in self.UNCLOSED and self.stack:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        if any(self.stack):
            data = ""
        if self.link is None:
            self.look(data)
        else:
            self.link.append(data)

    def look(self, data: str) -> None:
        text = re.sub(r"⟦[^⟦⟧]*(⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧", "", data)
        if re.search(r"[^\W\d_]{2,}", text):
            self.found.append(data.strip())


# What stands on pages untranslated on purpose: names of formats, rules of the reader.
NAMES = {"JSON", "CSV", "JSONL", "ATOM", "TXT", "BIB", "RIS", "wiredesk", "share"}


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/search?q=bridge&city=Geneva&-agency=AFP&from=2016&page=abc",
        "/search?q=bridge&city=Paris",
        "/search?q=bridge&city=Geneva&city=Beirut&city.all=1",
        "/facet/city",
        "/facet/agency?agency.prefix=zzz",
        "/map",
        "/help",
        "/nowhere",
        "/story/0000000000000006/x?q=markup",
        "/story/0000000000000007/x",
    ],
)
def test_no_sentence_is_left_in_english(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    english = i18n.speech_for("en")
    pseudo = i18n.Speech(english.locale, Pseudo())
    monkeypatch.setattr(views, "speech_for", lambda code: pseudo)
    text = create_app(archive).test_client().get(url).get_data(as_text=True)
    assert text.count("⟦") > 10
    parser = _Untranslated()
    parser.feed(re.sub(r"<title>[^<]*</title>", "", text))
    assert [t for t in parser.found if t not in NAMES and "2016" not in t] == []
