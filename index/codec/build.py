"""Documents in memory -> one segment: one sort of 64-bit keys, arrays out."""

from array import array
from pathlib import Path
from typing import Any

import numpy as np

from wiredesk.index.analysis import (
    BREAKS,
    ENDS,
    PARAGRAPH,
    SENTENCE,
    STARTS,
    STOP_WORDS,
    raw_tokens,
    read_raw,
    stem,
)
from wiredesk.index.codec.files import Array
from wiredesk.index.codec.packing import owners, ranges
from wiredesk.index.codec.segment import FOLDED, GAP, LEAD_WORDS, MISSING_DAY, hash_id
from wiredesk.index.codec.stored import BLOCK, StoredWriter, dump_article, pack_block
from wiredesk.index.codec.tables import SegmentWriter
from wiredesk.index.document import Document

_HEADLINE, _LEAD, _BODY = 0, 1, 2
_KEY_BYTES = 16
_WEIGHTS = np.array([FOLDED["headline"], FOLDED["lead"] + FOLDED["body"], FOLDED["body"]], np.uint8)


class _Numbering(dict[Any, int]):
    """Gives each new key the next number."""

    def __missing__(self, key: Any) -> int:
        number = self[key] = len(self)
        return number


class _Facet:
    """The values of one facet so far."""

    def __init__(self) -> None:
        self.numbers = _Numbering()
        self.values = array("I")
        self._docs = array("I")
        self._counts = array("I")

    def add(self, doc: int, values: tuple[str, ...]) -> None:
        self._docs.append(doc)
        self._counts.append(len(values))
        if len(values) == 1:
            self.values.append(self.numbers[values[0]])
        else:
            self.values.extend(map(self.numbers.__getitem__, values))

    def offsets(self, doc_count: int) -> Array:
        """Where the values of each story begin and end."""
        counts = np.zeros(doc_count + 1, np.int64)
        counts[np.frombuffer(self._docs, np.uint32) + np.int64(1)] = np.frombuffer(
            self._counts, np.uint32
        )
        return np.cumsum(counts)


class SegmentBuilder:
    """Collects documents. `add` takes a document whole or, if it raises, not at all."""

    def __init__(self) -> None:
        self.doc_count = 0
        self._numbers = _Numbering()
        self._tokens = array("I")
        self._sizes = array("I")
        self._facets: dict[str, _Facet] = {}
        self._days = array("i")
        self.ids: list[bytes] = []
        self._hashes = array("Q")
        self._block: list[bytes] = []
        self._packed: list[tuple[bytes, Array]] = []
        self.token_count = 0
        self.stored_bytes = 0

    def add(self, document: Document) -> int:
        """Take a document; gives its number."""
        id_bytes = document.id.encode("utf-8", "surrogatepass")
        tokens, in_headline = raw_tokens(
            document.text.get("headline", ""), document.text.get("body", "")
        )
        stored = dump_article(document.stored)
        facets: list[tuple[str, tuple[str, ...]]] = []
        for name, values in document.facets.items():
            if len(values) == 1:
                facets.append((name, values))
            elif values:
                facets.append((name, tuple(dict.fromkeys(values))))
            try:
                "".join(values)
            except TypeError as error:
                raise TypeError(f"story {document.id!r}: {name}: {error}") from None
        day = MISSING_DAY if document.day is None else int(document.day)
        # From here on nothing can fail.
        doc = self.doc_count
        self.doc_count += 1
        self._tokens.extend(map(self._numbers.__getitem__, tokens))
        self._sizes.extend((in_headline, len(tokens) - in_headline))
        self.token_count += len(tokens)
        for name, values in facets:
            facet = self._facets.get(name)
            if facet is None:
                facet = self._facets[name] = _Facet()
            facet.add(doc, values)
        self._days.append(day)
        self.ids.append(id_bytes)
        self._hashes.append(hash_id(id_bytes))
        self._store(stored)
        return doc

    def _store(self, data: bytes) -> None:
        self._block.append(data)
        if len(self._block) == BLOCK:
            block = pack_block(self._block)
            self.stored_bytes += len(block[0])
            self._packed.append(block)
            self._block = []

    def write(self, folder: Path, name: str) -> None:
        """Write the segment (without its derived files) and forget the documents."""
        out = SegmentWriter(folder, name, self.doc_count)
        try:
            stored = StoredWriter(folder)
            for packed, ends in self._packed:
                stored.add_block(packed, ends)
            for data in self._block:
                stored.add(data)
            stored.finish(out.files["stored"])
            self._packed, self._block = [], []
            lengths, keys = self._write_text(out)
            self._write_facets(out)
            offsets = np.zeros(self.doc_count + 1, np.int64)
            np.cumsum(np.fromiter(map(len, self.ids), np.int64, self.doc_count), out=offsets[1:])
            out.stories(
                np.array(self._days, np.int32),
                keys,
                lengths,
                b"".join(self.ids),
                offsets,
                np.array(self._hashes, np.uint64),
            )
            out.close()
        except BaseException:
            out.abandon()
            raise

    def _write_facets(self, out: SegmentWriter) -> None:
        for name in sorted(self._facets):
            facet = self._facets.pop(name)
            values = [v.encode("utf-8", "surrogatepass") for v in facet.numbers]
            order = sorted(range(len(values)), key=values.__getitem__)
            rank = np.empty(len(values), np.uint32)
            rank[order] = np.arange(len(values), dtype=np.uint32)
            ordinals = rank[np.frombuffer(facet.values, np.uint32)]
            out.facet(name, [values[i] for i in order], facet.offsets(self.doc_count), ordinals)

    def _write_text(self, out: SegmentWriter) -> tuple[dict[str, Array], Array]:
        """Write `text` and `words`; gives the lengths and the sort keys of the headlines."""
        n = self.doc_count
        vocabulary = _Vocabulary(self._numbers)
        self._numbers = _Numbering()
        raw = np.frombuffer(self._tokens, np.uint32)
        sizes = np.frombuffer(self._sizes, np.uint32)
        per_raw = vocabulary.sizes[raw]
        before = np.zeros(len(raw) + 1, np.int64)
        np.cumsum(per_raw, out=before[1:])
        bounds = np.zeros(len(sizes) + 1, np.int64)
        np.cumsum(sizes, out=bounds[1:])
        word_bounds = before[bounds]
        lengths = np.diff(word_bounds)
        headline, body = lengths[::2], lengths[1::2]

        word = vocabulary.expand(raw, per_raw, before)
        keys = vocabulary.sort_keys(word, word_bounds[:-1:2], headline)
        # A part is a headline (even number) or a body (odd).
        part = owners(lengths)
        in_part = ranges(np.zeros(2 * n, np.int64), lengths).astype(np.uint32)
        starts = self._starts_of_sentences(vocabulary, raw, before, word_bounds)
        body_at = np.zeros(2 * n, np.uint32)
        body_at[1::2] = headline + GAP
        position = in_part + body_at[part]
        kind = np.where(in_part < LEAD_WORDS, np.uint8(_LEAD), np.uint8(_BODY))
        kind[(part & 1) == 0] = _HEADLINE
        doc = part >> 1
        del part, in_part
        ranked = np.where(vocabulary.stopped[word], np.uint8(0), _WEIGHTS[kind])
        so_far = np.zeros(len(word) + 1, np.uint32)
        np.cumsum(ranked, dtype=np.uint32, out=so_far[1:])
        folded = np.diff(so_far[word_bounds[::2]])

        doc_bits = max(1, int(n - 1).bit_length())
        stems, stem_of = vocabulary.stems()
        df = self._write_stems(out, stems, stem_of[word], doc, position, kind, starts, doc_bits)
        self._write_words(out, vocabulary, word, doc, doc_bits, stem_of, df)
        self._tokens, self._sizes = array("I"), array("I")
        return {"headline": headline, "body": body, "text": folded}, keys

    def _starts_of_sentences(
        self, vocabulary: "_Vocabulary", raw: Array, before: Array, word_bounds: Array
    ) -> tuple[Array, Array]:
        """Indices (into all words) of the words that start a sentence and a paragraph.

        `before` has the number of words before each raw token, `word_bounds` the ends of the parts.
        """
        flags = vocabulary.flags[raw]
        events = np.flatnonzero(flags & (ENDS | BREAKS))
        after = before[events + 1]
        # The word after the event must lie in the same part, and the part must be a body.
        part = word_bounds.searchsorted(before[events], "right") - 1
        part = np.minimum(part, len(word_bounds) - 2)
        inside = (after < word_bounds[-1]) & (after > word_bounds[part])
        inside &= (after < word_bounds[part + 1]) & ((part & 1) == 1)
        events, after = events[inside], after[inside]
        owner = before.searchsorted(after, "right") - 1
        is_break = (flags[events] & BREAKS) != 0
        first = word_bounds[1:-1:2][word_bounds[1:-1:2] < word_bounds[2::2]]
        paragraphs = _distinct(first, after[is_break])
        capital = (flags[owner] & STARTS) != 0
        return _distinct(paragraphs, after[capital]), paragraphs

    def _write_stems(
        self,
        out: SegmentWriter,
        stems: list[bytes],
        stem: Array,
        doc: Array,
        position: Array,
        kind: Array,
        starts: tuple[Array, Array],
        doc_bits: int,
    ) -> Array:
        """Write `text`; gives the number of stories of each term there."""
        table = out.table("text", text=True)
        dfs = []
        for mark, at in zip((SENTENCE, PARAGRAPH), starts, strict=True):
            if len(at):
                owners, where = doc[at], position[at]
                change = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
                counts = np.diff(np.append(change, len(at)))
                df = np.array([len(change)], np.uint32)
                table.add([mark.encode()], df, owners[change], counts * 2, counts, where)
                dfs.append(df)
        if len(stem):
            kind_bits = 2
            position_bits = max(1, int(position.max()).bit_length())
            low = position_bits + kind_bits
            if max(1, len(stems).bit_length()) + doc_bits + low > 64:
                raise OverflowError("a story has too many words for one segment")
            key = stem.astype(np.uint64)
            key <<= np.uint64(doc_bits)
            key |= doc
            key <<= np.uint64(position_bits)
            key |= position
            key <<= np.uint64(kind_bits)
            key |= kind
            key.sort()
            pair = key >> np.uint64(low)
            change = np.flatnonzero(np.append(True, pair[1:] != pair[:-1]))
            pair = pair[change]
            counts = np.diff(np.append(change, len(key)))
            weights = _WEIGHTS[(key & np.uint64(3)).astype(np.uint8)]
            freqs = np.add.reduceat(weights, change, dtype=np.uint32)
            key >>= np.uint64(kind_bits)
            key &= np.uint64((1 << position_bits) - 1)
            df = np.bincount(
                (pair >> np.uint64(doc_bits)).astype(np.int64), minlength=len(stems)
            ).astype(np.uint32)
            docs = (pair & np.uint64((1 << doc_bits) - 1)).astype(np.uint32)
            table.add(stems, df, docs, freqs, counts, key.astype(np.uint32))
            dfs.append(df)
        out.finish_table(table)
        return np.concatenate([np.zeros(0, np.uint32), *dfs])

    def _write_words(
        self,
        out: SegmentWriter,
        vocabulary: "_Vocabulary",
        word: Array,
        doc: Array,
        doc_bits: int,
        stem_of: Array,
        stem_df: Array,
    ) -> None:
        """Write `words`; `stem_of` gives the stem of each word (marks not counted)."""
        table = out.table("words")
        if len(word):
            terms, order, rank = vocabulary.words()
            stem = stem_of[order].astype(np.int64)
            stem += len(stem_df) - (int(stem_of.max()) + 1)
            forms = np.bincount(stem)
            df = stem_df[stem]
            # A word that is the only form of its stem has the stem's stories.
            several = forms[stem] > 1
            chosen = np.flatnonzero(several[rank][word])
            key = rank[word[chosen]].astype(np.uint64)
            key <<= np.uint64(doc_bits)
            key |= doc[chosen]
            key.sort()
            key = key[np.append(True, key[1:] != key[:-1])[: len(key)]]
            owner = (key >> np.uint64(doc_bits)).astype(np.int64)
            df[several] = np.bincount(owner, minlength=len(terms))[several]
            own = df < stem_df[stem]
            docs = (key & np.uint64((1 << doc_bits) - 1)).astype(np.uint32)[own[owner]]
            table.add(terms, df, docs, stems=stem.astype(np.uint32), own=own)
        out.finish_table(table)


def _distinct(a: Array, b: Array) -> Array:
    both: Array = np.concatenate((a, b))
    both.sort()
    first: Array = np.append(True, both[1:] != both[:-1])[: len(both)]
    return both.compress(first)


class _Vocabulary:
    """The distinct raw tokens of a batch, read once each."""

    def __init__(self, numbers: _Numbering) -> None:
        word_numbers = _Numbering()
        words = array("I")
        sizes = bytearray()
        flags = bytearray()
        number = word_numbers.__getitem__
        many: dict[int, int] = {}
        for i, raw in enumerate(numbers):
            read, flag = read_raw(raw)
            flags.append(flag)
            if len(read) > 254:
                many[i] = len(read)
            sizes.append(min(len(read), 255))
            words.extend(map(number, read))
        self._list: list[str] = list(word_numbers)
        self._flat = np.array(words, np.uint32)
        self.sizes = np.frombuffer(sizes, np.uint8).astype(np.uint32)
        for i, size in many.items():
            self.sizes[i] = size
        self._offsets = np.cumsum(self.sizes, dtype=np.int64) - self.sizes
        self.flags = np.frombuffer(flags, np.uint8)
        self.stopped = np.fromiter((w in STOP_WORDS for w in self._list), bool, len(self._list))

    def expand(self, raw: Array, sizes: Array, before: Array) -> Array:
        """The words (numbers, u32) that raw tokens stand for, in order."""
        single = np.zeros(len(self.sizes), np.uint32)
        has = self.sizes > 0
        single[has] = self._flat[self._offsets[has]]
        word = np.repeat(single[raw], sizes)
        for i in np.flatnonzero(sizes > 1).tolist():
            start, count = int(self._offsets[raw[i]]), int(sizes[i])
            word[before[i] : before[i] + count] = self._flat[start : start + count]
        return word

    def sort_keys(self, word: Array, starts: Array, lengths: Array) -> Array:
        """`SegmentReader.headline_keys` of the texts that begin at `starts` in `word`."""
        spelt = self._list
        most = _KEY_BYTES // 2 + 1
        keys = bytearray()
        ends = starts + np.minimum(lengths, most)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            text = " ".join([spelt[w] for w in word[start:end].tolist()])
            keys += text.encode()[:_KEY_BYTES].ljust(_KEY_BYTES, b"\0")
        return np.frombuffer(bytes(keys), ">u8").astype(np.uint64).reshape(-1, 2)

    def stems(self) -> tuple[list[bytes], Array]:
        """(distinct stems in byte order, the stem number of each word)."""
        numbers = _Numbering()
        mine = [numbers[stem(w)] for w in self._list]
        encoded = [s.encode() for s in numbers]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        rank = np.empty(len(order), np.uint32)
        rank[order] = np.arange(len(order), dtype=np.uint32)
        return [encoded[i] for i in order], rank[np.array(mine, np.int64)]

    def words(self) -> tuple[list[bytes], Array, Array]:
        """(distinct words in byte order, which word each is, where each word is among them)."""
        encoded = [w.encode() for w in self._list]
        order = np.array(sorted(range(len(encoded)), key=encoded.__getitem__), np.int64)
        rank = np.empty(len(order), np.uint32)
        rank[order] = np.arange(len(order), dtype=np.uint32)
        return [encoded[i] for i in order.tolist()], order, rank
