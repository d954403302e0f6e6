import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from wiredesk.index import analysis
from wiredesk.index.analysis import (
    BREAKS,
    ENDS,
    STARTS,
    fold,
    raw_tokens,
    read_raw,
    stem,
    stems,
    tokens,
    words,
)

TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from(" .'\u2019,-_\n\"!?\x02\x03\x04\u00a0"),
        st.characters(codec="utf-8"),
        st.sampled_from("aAbZ09éßıŁﬁ½\u0301\udc80"),
    ),
    max_size=60,
)


def test_words_keep_inner_stops_and_lose_the_possessive() -> None:
    assert words("The U.S. bank's 3.5 pct, don't -- x_y 1,000 dogs'") == [
        "the", "u.s", "bank", "3.5", "pct", "don't", "x", "y", "1", "000", "dogs",
    ]  # fmt: skip


def test_folding() -> None:
    assert fold("Łódź ÅRHUS Straße \u0130zmir Ærø") == "lodz arhus strasse izmir aero"
    assert words("caf\u00e9 cafe\u0301 don\u2019t ﬁsh") == ["cafe", "cafe", "don't", "fish"]


def test_stems_of_the_published_list() -> None:
    pairs = """consign consign consigned consign consigning consign consignment consign
    consist consist consisted consist consistency consist consistent consist consistently consist
    consisting consist consists consist consolation consol consolations consol console consol
    consoled consol consolidate consolid consolidated consolid consolidating consolid
    consoling consol consonant conson consort consort consorted consort consorting consort
    conspicuous conspicu conspicuously conspicu conspiracy conspiraci conspirator conspir
    conspire conspir conspired conspir constable constabl constables constabl constancy constanc
    constant constant knack knack knackeries knackeri knacks knack knag knag knave knave
    knaves knave knavish knavish kneaded knead kneading knead knee knee kneel kneel kneeled kneel
    kneeling kneel kneels kneel knees knee knell knell knelt knelt knew knew knick knick
    knif knif knife knife knight knight knightly knight knights knight knit knit knits knit
    knitted knit knitting knit knives knive knob knob knobs knob knock knock knocked knock
    knocker knocker knockers knocker knocking knock knocks knock knopp knopp knot knot knots knot
    skis ski skies sky dying die lying lie tying tie idly idl gently gentl ugly ugli early earli
    only onli singly singl sky sky news news howe howe atlas atlas cosmos cosmos bias bias
    andes andes inning inning innings inning outing outing canning canning herring herring
    earring earring proceed proceed exceed exceed succeed succeed generate generat general general
    generic generic happy happi cry cri by by say say hopping hop hoping hope""".split()
    for word, expected in zip(pairs[::2], pairs[1::2], strict=True):
        assert stem(word) == expected, word


def test_numbers_and_abbreviations_are_their_own_stems() -> None:
    assert [stem(w) for w in ("1980s", "u.s", "3.5", "b2b", "a", "as")] == [
        "1980s", "u.s", "3.5", "b2b", "a", "as",
    ]  # fmt: skip
    assert stems("Strikes in the U.S.") == ["strike", "in", "the", "u.s"]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(TEXT)
def test_offsets_point_at_the_words(text: str) -> None:
    found = tokens(text)
    assert [t.word for t in found] == words(text)
    for token in found:
        assert analysis.fold_word(text[token.start : token.end]) == token.word
    assert all(a.end <= b.start for a, b in pairwise(found))


@settings(derandomize=True, deadline=None, max_examples=400)
@given(TEXT, TEXT)
def test_the_writer_sees_the_same_words(headline: str, body: str) -> None:
    pieces, in_headline = raw_tokens(headline, body)
    for text, part in ((headline, pieces[:in_headline]), (body, pieces[in_headline:])):
        assert [w for p in part for w in read_raw(p)[0]] == words(text)


def marks(body: str) -> list[list[str]]:
    """The first words of sentences and paragraphs, by the flags of raw tokens."""
    sentences, paragraphs = [], []
    new_sentence = new_paragraph = True
    for piece in raw_tokens("", body)[0]:
        read, flags = read_raw(piece)
        if flags & BREAKS:
            new_paragraph = True
        if read and new_paragraph:
            paragraphs.append(read[0])
            sentences.append(read[0])
        elif read and new_sentence and flags & STARTS:
            sentences.append(read[0])
        if read:
            new_paragraph = new_sentence = False
        new_sentence = new_sentence or bool(flags & ENDS)
    return [sentences, paragraphs]


def test_sentences_and_paragraphs() -> None:
    assert marks('Dr. Roe left. "He ran," said Poe. 3.5 pct rose. end') == [
        ["dr", "he", "3.5"],
        ["dr"],
    ]
    assert marks("One fell.\n\nTwo rose in the U.S. Navy.\n\nThree stayed? Yes!") == [
        ["one", "two", "three", "yes"],
        ["one", "two", "three"],
    ]
    assert marks("One fell\nin Oslo.\nTwo rose.")[1] == ["one", "two"]
    assert marks("  One fell\nin Oslo.\n  Two rose\nagain.")[1] == ["one", "two"]


def test_sentence_spans_agree_with_the_marks() -> None:
    body = 'Dr. Roe left. "He ran," said Poe. 3.5 pct rose.\n\nAll went home. Nobody spoke.'
    spans = list(analysis.sentences(body))
    first = [words(body[a:b])[0] for a, b in spans]
    assert first == marks(body)[0]
    assert re.sub(r"\s+", " ", " ".join(body[a:b] for a, b in spans)) == re.sub(r"\s+", " ", body)
