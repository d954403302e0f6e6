# ruff: noqa: RUF001 - text of other alphabets is what is tested here
import pytest

from wiredesk.index.readers.decoding import NotText, decode

FRENCH = "Le ministre a déclaré à la presse que les négociations étaient terminées. « C'est bien »"
TURKISH = "İstanbul'da düzenlenen toplantıda Şahin, görüşmelerin sürdüğünü söyledi ve ayrıldı."
POLISH = "Minister oświadczył, że rozmowy zostały zakończone w mieście Łódź, a łączność działa."
RUSSIAN = "МОСКВА, 5 марта. Министр заявил журналистам, что переговоры завершены."
ARABIC = "قال الوزير للصحفيين إن المفاوضات انتهت وإن الاتفاق قد وقع"
JAPANESE = "東京で開かれた会議で大臣は交渉が終わったと述べた。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"),
        (
            "The minister said it was \u201cover\u201d \u2013 and that he didn\u2019t mind.",
            "cp1252",
        ),
        ("The café reopened on Monday after repairs to the roof, its owner said.", "latin-1"),
        ("El ministro dijo que la reunión terminó mañana en España", "latin-1"),
        ("Die Verhandlungen über das Abkommen waren schwierig, sagte er in Zürich.", "latin-1"),
        (TURKISH, "cp1254"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (ARABIC, "cp1256"),
        (JAPANESE, "shift_jis"),
    ],
)
def test_other_encodings_are_guessed_and_noted(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert found.text == text
    assert found.notes[0].startswith("not UTF-8; read as ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_mark_tells_the_encoding_and_stays(encoding: str) -> None:
    text = f"\ufeff{TURKISH}\r\n\x0c\xa0x"
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen_by_its_zeros(encoding: str) -> None:
    found = decode("The museum opened its doors.\n".encode(encoding))
    assert (found.text, found.encoding) == ("The museum opened its doors.\n", encoding)


def test_stray_bytes_of_another_encoding_are_read_and_their_line_is_told() -> None:
    data = f"{FRENCH}\nsecond\n".encode() + "déjà\n".encode("cp1252")
    found = decode(data)
    assert found.text == f"{FRENCH}\nsecond\ndéjà\n"
    assert found.notes == ("line 3: 2 bytes are not UTF-8; read as windows-1252",)


def test_the_declared_encoding_beats_a_guess() -> None:
    assert decode(RUSSIAN.encode("iso8859-5"), declared="ISO-8859-5").text == RUSSIAN
    assert decode(FRENCH.encode("cp1252"), declared="no-such-code").text == FRENCH


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.4 some", "a PDF document"),
        (b"\xff\xd8\xff\xe0 some", "a JPEG picture"),
        (bytes(range(256)) * 10, "binary data"),
        (bytes(1000), "binary data"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NotText, match=said):
        decode(data)
