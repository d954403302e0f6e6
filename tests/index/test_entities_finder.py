"""Stories in, stories with entities out: the shipped model, other models, and none."""

import json
import logging
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from wiredesk.errors import ConfigError
from wiredesk.index.article import Article
from wiredesk.index.document import to_document
from wiredesk.index.entities import Finder, load_finder
from wiredesk.index.entities.finder import BATCH_LETTERS, LONGEST, _batches
from wiredesk.index.entities.labels import Label
from wiredesk.index.entities.language import guess_language
from wiredesk.index.entities.mention import Mention
from wiredesk.index.entities.names import facet_names
from wiredesk.index.entities.overlay import overlay
from wiredesk.index.pipeline import read_files
from wiredesk.index.wire import read_stories

STORY = """Ministers meet in Geneva over flood relief

GENEVA (Reuters) - Swiss President Marta Keller said on Monday that the United Nations would send
aid to Syria and Turkey after the floods.

Keller met Ahmed al-Rashid, who heads the Coastal Relief Network (CRN), in Geneva. The CRN has 40
boats, al-Rashid said. "We need the U.N. and the UN needs us," he added.

(Reporting by Tom Weller in Bern; Editing by Ann Moss)
"""


@pytest.fixture(scope="module")
def finder() -> Finder:
    return load_finder()


def read(text: str) -> Article:
    (article,) = read_stories(text, path="a.txt", whole=True)
    return article


def values(article: Article, label: str) -> list[str]:
    return list(dict.fromkeys(e.name for e in article.entities if e.label == label))


def found(finder: Finder, text: str) -> Article:
    (article,) = finder.annotate([read(text)])
    return article


def test_a_story_gets_people_organisations_places_and_peoples(finder: Finder) -> None:
    article = found(finder, STORY)
    assert values(article, "PERSON") == ["Marta Keller", "Ahmed al-Rashid"]
    assert values(article, "ORG") == ["United Nations", "Coastal Relief Network"]
    assert set(values(article, "LOC")) == {"SY", "TR", "Geneva"}
    assert values(article, "NORP") == ["CH"]


def test_every_entity_stands_where_it_says(finder: Finder) -> None:
    for text in (STORY, STORY.replace("\n", "\r\n")):
        article = found(finder, text)
        assert article.entities
        assert [e for e in article.entities if text[e.start : e.end] != e.text] == []


def test_datelines_and_credits_are_no_mentions(finder: Finder) -> None:
    article = found(finder, STORY)
    assert "Reuters" not in values(article, "ORG")
    assert not {"Tom Weller", "Ann Moss"} & set(values(article, "PERSON"))
    assert "Bern" not in values(article, "LOC")


def test_a_finder_called_none_finds_nothing() -> None:
    article = read(STORY)
    finder = load_finder("none")
    assert list(finder.annotate([article])) == [article]
    assert finder.version == "none"


def test_a_missing_model_is_an_error_that_names_the_installed_ones() -> None:
    with pytest.raises(ConfigError, match=r"'en_core_web_xx'; installed: default.*none"):
        load_finder("en_core_web_xx")


def test_the_answer_does_not_depend_on_the_stories_beside(finder: Finder) -> None:
    articles = [read(STORY), read("Quiet day\n\nNothing of note happened."), read(STORY + "\nEnd.")]
    together = list(finder.annotate(articles))
    assert together == [a for one in articles for a in finder.annotate([one])]


@pytest.fixture
def other_model(tmp_path: Path) -> Iterator[Path]:
    import spacy

    model = spacy.blank("en")
    ruler = model.add_pipe("entity_ruler")
    patterns = [
        {"label": "GPE", "pattern": "Lakemouth"},
        {"label": "PER", "pattern": "Odette Brill"},
        {"label": "CORPORATION", "pattern": "Gannet Works"},
        {"label": "MONEY", "pattern": "$5"},
        {"label": "SPACESHIP", "pattern": "Starling"},
    ]
    ruler.add_patterns(patterns)  # type: ignore[attr-defined]
    model.to_disk(tmp_path / "model")
    yield tmp_path / "model"


def test_any_pipeline_plugs_in_by_path(other_model: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        finder = load_finder(str(other_model))
    assert [r.getMessage() for r in caplog.records] == [
        "entity model labels without a facet are left out: SPACESHIP"
    ]
    text = "Ships sail\n\nOdette Brill of Gannet Works paid $5 for the Starling in Lakemouth."
    article = found(finder, text)
    assert [(e.label, e.name) for e in article.entities] == [
        ("PERSON", "Odette Brill"),
        ("ORG", "Gannet Works"),
        ("LOC", "Lakemouth"),
    ]


def test_a_retrained_model_has_another_version(other_model: Path, tmp_path: Path) -> None:
    first = load_finder(str(other_model)).version
    patterns = other_model / "entity_ruler" / "patterns.jsonl"
    patterns.write_text(patterns.read_text("utf-8").replace("Lakemouth", "Lakehead"), "utf-8")
    assert load_finder(str(other_model)).version != first
    moved = other_model.rename(tmp_path / "moved")
    patterns = moved / "entity_ruler" / "patterns.jsonl"
    patterns.write_text(patterns.read_text("utf-8").replace("Lakehead", "Lakemouth"), "utf-8")
    assert load_finder(str(moved)).version == first


RULE = [{"label": "GPE", "pattern": "Lakemouth"}]


def saved(folder: Path, *pipes: tuple[str, dict[str, object], list[dict[str, str]]]) -> str:
    """A pipeline of (factory, config, patterns), each component named a little oddly."""
    import spacy

    model = spacy.blank("en")
    for factory, config, patterns in pipes:
        pipe = model.add_pipe(factory, name=f"my_{factory}", config=config)
        if patterns:
            pipe.add_patterns(patterns)  # type: ignore[attr-defined]
    model.to_disk(folder / "model")
    return str(folder / "model")


@pytest.mark.parametrize(
    ("factory", "config"),
    [("entity_ruler", {}), ("future_entity_ruler", {}), ("span_ruler", {"annotate_ents": True})],
)
def test_a_pipeline_is_known_by_what_it_does_not_by_the_names_of_its_components(
    tmp_path: Path, factory: str, config: dict[str, object]
) -> None:
    model = saved(tmp_path, (factory, config, RULE))
    article = found(load_finder(model), "Ships sail\n\nThe ships left Lakemouth on Monday.")
    assert values(article, "LOC") == ["Lakemouth"]


@pytest.mark.parametrize(
    ("pipes", "lack"),
    [
        ([("sentencizer", {}, [])], "my_sentencizer does something else"),
        ([("span_ruler", {}, RULE)], "my_span_ruler sets doc.spans only (annotate_ents is off)"),
        ([("entity_ruler", {}, [])], "my_entity_ruler has no labels or patterns"),
        ([("ner", {}, [])], "my_ner has no labels or patterns"),
        ([("merge_entities", {}, [])], "my_merge_entities does something else"),
        ([], "it has no component"),
    ],
)
def test_a_pipeline_that_finds_no_entities_is_refused_with_what_it_lacks(
    tmp_path: Path, pipes: list[tuple[str, dict[str, object], list[dict[str, str]]]], lack: str
) -> None:
    model = saved(tmp_path, *pipes)
    with pytest.raises(ConfigError, match=re.escape(f"finds no entities: {lack}")):
        load_finder(model)


def test_a_component_of_other_makers_is_taken_at_its_word(tmp_path: Path) -> None:
    import spacy
    from spacy.language import Language
    from spacy.tokens import Doc, Span

    @Language.component("ships")
    def ships(doc: Doc) -> Doc:
        doc.ents = [Span(doc, t.i, t.i + 1, "per") for t in doc if t.text == "Odette"]
        return doc

    model = spacy.blank("en")
    model.add_pipe("ships")
    model.to_disk(tmp_path / "model")
    article = found(load_finder(str(tmp_path / "model")), "Ships sail\n\nA ship, Odette, left.")
    assert values(article, "PERSON") == ["Odette"]


def test_events_of_a_model_are_a_facet(tmp_path: Path) -> None:
    patterns = [{"label": "EVENT", "pattern": p} for p in ("Lakemouth Games", "Lakemouth Fair")]
    model = saved(tmp_path, ("entity_ruler", {}, patterns))
    text = "Rafts sail\n\nThe Lakemouth Games and the Lakemouth Fair opened in Lakemouth."
    article = found(load_finder(model), text)
    assert to_document(article).facets["event"] == ("Lakemouth Games", "Lakemouth Fair")


OTHERS = {
    "tr": "Deniz kuruyor\n\nBakan Deniz Aksoy, kuraklık için yeni bir plan açıkladı ve bu yıl "
    "Türkiye daha çok su olacak dedi. Ancak köylüler plan için geç kaldı, çünkü göl küçüldü.",
    "de": "Neuer Deich\n\nDie Ministerin Friederike Ohlsen hat am Montag in Hamburg einen Deich "
    "für die Stadt angekündigt. Das Geld soll von dem Bund und den Vereinten Nationen kommen.",
}


@pytest.mark.parametrize("language", OTHERS)
def test_a_story_in_another_language_is_left_to_another_model(
    finder: Finder, other_model: Path, language: str
) -> None:
    article = found(finder, OTHERS[language])
    assert article.language == language
    assert article.entities == ()
    told = json.loads((other_model / "meta.json").read_text("utf-8")) | {"lang": language}
    (other_model / "meta.json").write_text(json.dumps(told), encoding="utf-8")
    config = (other_model / "config.cfg").read_text("utf-8")
    (other_model / "config.cfg").write_text(config.replace('lang = "en"', f'lang = "{language}"'))
    text = OTHERS[language].replace("Deich", "Lakemouth").replace("plan", "Lakemouth")
    assert "Lakemouth" in values(found(load_finder(str(other_model)), text), "LOC")


def test_what_a_source_says_of_its_language_is_believed(finder: Finder, tmp_path: Path) -> None:
    headline, body = OTHERS["tr"].split("\n\n")
    source = tmp_path / "a.jsonl"
    stories = [{"headline": headline, "body": body, **said} for said in ({"language": "en"}, {})]
    source.write_text("".join(json.dumps(story) + "\n" for story in stories), "utf-8")
    said, guessed = (a for a in read_files([source]) if isinstance(a, Article))
    assert (said.language, guessed.language) == ("en", "tr")
    assert said.entities and not guessed.entities


def test_a_model_can_be_told_to_read_every_language(other_model: Path) -> None:
    finder = load_finder(f"{other_model}:any")
    article = found(finder, OTHERS["de"].replace("Deich", "Lakemouth"))
    assert (article.language, values(article, "LOC")) == ("de", ["Lakemouth"])
    assert finder.version != load_finder(str(other_model)).version
    assert finder.name == f"{other_model}:any"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister said that it was a good day for the people of the valley.", "en"),
        ("Der Minister sagte, es sei ein guter Tag für die Menschen in dem Tal.", "de"),
        ("Le ministre a dit que c'est une bonne journée pour les gens de la vallée.", "fr"),
        ("El ministro dijo que fue un buen día para la gente del valle y de la costa.", "es"),
        ("Il ministro ha detto che la strada per il mare è chiusa da una settimana.", "it"),
        ("O ministro disse que a ponte não foi aberta e que os barcos do rio esperam.", "pt"),
        ("De minister zei dat het water van de rivier niet meer hoger wordt en dat de dijk", "nl"),
        ("Ministern sade att det inte är en fråga om pengar och att bron ska vara klar.", "sv"),
        ("Ministeren sagde at broen ikke er åben og at de venter på den efter ferien.", "da"),
        ("Minister powiedział, że most nie jest jeszcze otwarty i że się go nie otworzy.", "pl"),
        ("Ministr řekl, že most se zatím neotevře a že je to podle něj jen otázka roku.", "cs"),
        ("Ministeri sanoi, että silta ei ole auki ja että se avataan kun jäät sulavat.", "fi"),
        ("A miniszter szerint a híd még nincs kész, és az építés csak nyáron lesz kész.", "hu"),
        ("Menteri itu mengatakan bahwa jembatan tidak akan dibuka pada tahun ini oleh kota.", "id"),
        ("Menteri itu berkata jambatan tidak akan dibuka kerana hujan, kata beliau semalam.", "ms"),
        ("Bộ trưởng nói rằng cây cầu không được mở trong năm nay và các tàu đã phải chờ.", "vi"),
        ("Bakan, köprünün bu yıl açılmayacağını ve gemiler için bir yol olacağını dedi.", "tr"),
        ("BAKAN, KÖPRÜNÜN İKİ YIL İÇİN KAPALI OLACAĞINI VE BİR GEMİ İLE GEÇİLECEĞİNİ DEDİ.", "tr"),
        ("Міністр сказав, що міст цього року не буде відкрито для всіх.", "uk"),
        ("Министр сказал, что мост в этом году для всех не откроют и что это решено.", "ru"),
        ("وزیر گفت که این پل برای مردم شهر تا پایان سال باز نمی شود", "fa"),
        ("قال الوزير إن هذا يوم جيد لأهل الوادي والقرية", "ar"),
        ("Rain.", "en"),
        ("Şener Özgün and José Núñez de la Peña met Nguyễn Thị Hà in São Tomé, Zoë said", "en"),
        ("U.S.-led forces, UK-based monitors, China's navy, Syria's war, Russia-backed men", "en"),
        ("BRIEF-Banco de Lima Q4 up; Caja de Ahorros de Quito sells; Mar del Plata buys", "en"),
        ("", "en"),
    ],
)  # fmt: skip
def test_the_language_of_a_text_is_guessed(text: str, language: str) -> None:
    assert guess_language(text) == language
    assert guess_language(text.upper()) == language
    for form in ("NFC", "NFD"):
        assert guess_language(unicodedata.normalize(form, text)) == language


@pytest.mark.parametrize(
    "body",
    [
        "STORMS HIT THE COAST OF SYRIA ON MONDAY AND MINISTERS MET IN DAMASCUS TO TALK ABOUT IT",
        "no capitals and no stops here at all just words about syria and more words",
        "😀 Storms 😀 in Syria 🇸🇾 and Türkiye, Москва, 東京, مدينة 😀",
        "\u200b\u00a0\u2028",
        "x" * 20_000,
    ],
)
def test_odd_text_is_read_without_harm(finder: Finder, body: str) -> None:
    text = f"Storm warning\n\n{body}\n"
    article = found(finder, text)
    assert all(text[e.start : e.end] == e.text for e in article.entities)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "STORM HITS THE COAST\n\nOSLO, MARCH 3 - MINISTERS OF SYRIA AND TURKEY SAID ON MONDAY"
            " THAT THE UNITED NATIONS CAME TOO LATE FOR US. IT IS A SHAME, AND WHO WILL PAY?",
            {"SY", "TR", "United Nations"},
        ),
        (
            "Storm hits the coast\n\nand then ministers of Syria said the United Nations came too"
            " late for us and it is a shame and who will pay and Turkey is angry too",
            {"SY", "TR", "United Nations"},
        ),
        (
            "😀 Storm 🌊 hits\n\n👩\u200d👧 Ministers 👍🏽 of Syria🇸🇾 and 🚢Turkey met"
            " the United Nations🇺🇳. 🍚",
            {"SY", "TR", "United Nations"},
        ),
        (
            "Storm hits the coast\n\nЮлия of Syria met 田中 of the United Nations in Turkey, مرحبا,"
            " and went to λιμένας.",
            {"SY", "TR", "United Nations"},
        ),
    ],
)
def test_names_are_found_in_odd_text_and_small_words_are_none(
    finder: Finder, text: str, values: set[str]
) -> None:
    article = found(finder, text)
    assert values <= {e.name for e in article.entities}
    assert not {"US", "Islamic State", "World Health Organization"} & {
        e.name for e in article.entities
    }
    assert all(text[e.start : e.end] == e.text for e in article.entities)


@pytest.mark.parametrize(
    "sentence",
    [
        "On Monday Marta Keller flew from Geneva to Damascus with rice. ",
        "and then Marta Keller flew from Geneva to Damascus with rice ",
    ],
)
def test_a_huge_paragraph_is_read_in_windows_that_share_their_ends(
    finder: Finder, sentence: str
) -> None:
    text = "Long trip\n\n" + sentence * 700
    assert len(text) > 5 * LONGEST
    article = found(finder, text)
    assert all(text[e.start : e.end] == e.text for e in article.entities)
    for name in ("Marta Keller", "Geneva", "Damascus"):
        assert sum(e.text == name for e in article.entities) == 700


@pytest.mark.parametrize("shift", range(0, 60, 7))
def test_no_mention_is_lost_or_doubled_where_windows_meet(
    other_model: Path, monkeypatch: pytest.MonkeyPatch, shift: int
) -> None:
    monkeypatch.setattr("wiredesk.index.entities.finder.LONGEST", 400)
    monkeypatch.setattr("wiredesk.index.entities.finder.OVERLAP", 80)
    text = "Long trip\n\n" + "x" * shift + " and Odette Brill of Gannet Works saw Lakemouth" * 60
    article = found(load_finder(str(other_model)), text)
    names = ("Odette Brill", "Gannet Works", "Lakemouth")
    assert [(e.text, e.found_by) for e in article.entities] == [(n, "model") for n in names] * 60
    assert all(text[e.start : e.end] == e.text for e in article.entities)


def test_the_model_reads_a_bounded_number_of_characters_at_once() -> None:
    texts = ["a" * n for n in (10, BATCH_LETTERS, 5, BATCH_LETTERS + 1, 7, 8)]
    batches = list(_batches(texts))
    assert [text for batch in batches for text in batch] == texts
    assert [[len(text) for text in batch] for batch in batches] == [
        [10],
        [BATCH_LETTERS],
        [5],
        [BATCH_LETTERS + 1],
        [7, 8],
    ]
    assert list(_batches([])) == []


def test_spacy_is_loaded_only_with_a_model() -> None:
    code = (
        "import sys; from wiredesk.index.entities import load_finder; load_finder('none');"
        "print('spacy' in sys.modules); load_finder('default'); print('spacy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]


def test_time_grows_with_the_length_of_a_paragraph_and_not_with_its_square() -> None:
    def seconds(count: int) -> float:
        text = "Brill of the Coastal Relief Network (CRN) left GENEVA with CRN rice. " * count
        names = ("Brill", "Coastal Relief Network", "GENEVA")
        labels: tuple[Label, ...] = ("PERSON", "ORG", "LOC")
        mentions = [
            Mention(m.start(), m.end(), label)
            for name, label in zip(names, labels, strict=True)
            for m in re.finditer(name, text)
        ]
        start = time.process_time()
        better = overlay(text, sorted(mentions), body_at=0)
        assert len(facet_names(text, better)) == len(better) >= 5 * count
        return time.process_time() - start

    seconds(10)
    assert seconds(4000) < 40 * max(seconds(400), 0.01)


def test_decomposed_letters_and_unseen_characters_part_no_name(finder: Finder) -> None:
    body = (
        "The singer Çağla Yılmazoğlu met Angela Brandt in São Paulo on Monday. Yılmazoğlu said "
        "that Brandt, the mayor of Hamburg, would come to Istanbul."
    )
    odd = unicodedata.normalize("NFD", body).replace("Angela", "Ang\u00adela")
    plain, other = (found(finder, f"Rain falls\n\n{text}\n") for text in (body, odd))
    assert [(e.label, e.name) for e in other.entities] == [
        (e.label, e.name) for e in plain.entities
    ]
    assert "Çağla Yılmazoğlu" in values(other, "PERSON")
    for entity in other.entities:
        assert f"Rain falls\n\n{odd}"[entity.start : entity.end] == entity.text
