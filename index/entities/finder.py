"""Stories in, stories with entities out. The only package that imports spaCy, and only on use.

The model sees one paragraph at a time. That is faster than whole stories (the parser steps
through all texts of a batch at once), an entity cannot run from a dateline into the next line,
and the answer for a paragraph does not depend on its neighbours, so that the same text always
gives the same entities, whatever the batch, the number of processes or the order of the files.
"""

import functools
import logging
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b, file_digest
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from wiredesk.errors import ConfigError
from wiredesk.index.article import Article, Entity, Evidence
from wiredesk.index.entities.cache import MentionCache, Named, text_key
from wiredesk.index.entities.labels import LABELS, NOT_NAMES
from wiredesk.index.entities.language import guess_language
from wiredesk.index.entities.mention import (
    GAP,
    Mention,
    body_start,
    plain,
    story_text,
    without_overlaps,
)
from wiredesk.index.entities.names import facet_names
from wiredesk.index.entities.overlay import overlay
from wiredesk.index.entities.unwrapping import unwrapped

if TYPE_CHECKING:
    from spacy.language import Language

log = logging.getLogger(__name__)

MODELS = Path(__file__).parent.parent / "models"
"""Where the models that come with wiredesk lie, one folder each."""

BATCH_STORIES = 64
"""Stories whose paragraphs go to the model together."""

BATCH_LETTERS = 30_000
"""Characters that the model reads together; each takes about 3 KB while it does."""

ANY = ":any"
"""After the name of a model: it is to read stories in every language."""

LONGEST = 8_000
"""Characters of one text for the model; a longer paragraph is read in overlapping windows."""

OVERLAP = 400
"""Characters two windows share; a mention in there comes from the window that sees it whole."""


class Finder(Protocol):
    """Finds the entities of stories. `name` is what to load it by again, from any folder; `version`
    says what model and rules give its answers."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def annotate(self, articles: Iterable[Article]) -> Iterator[Article]:
        """The same stories in the same order, with `entities`."""
        ...


def load_finder(name: str = "default", *, cache: Path | None = None) -> Finder:
    """The finder by the name of a packaged model, an installed spaCy package, a path, or `none`.

    `:any` after the name has the model read stories in every language, not only in its own.
    Raises ConfigError, naming what is installed, if there is no such model: an archive is never
    silently made with another model than the one asked for. `cache` is a file in which to keep what
    is found (`wiredesk.index.entities.cache`).
    """
    if name == "none":
        return NoFinder()
    return ModelFinder(name, cache=cache)


class NoFinder:
    """Leaves stories as they are."""

    name = "none"
    version = "none"

    def annotate(self, articles: Iterable[Article]) -> Iterator[Article]:
        """The stories, unchanged."""
        return iter(articles)


class ModelFinder:
    """A spaCy pipeline, the word lists and the merging of names.

    The pipeline is loaded here, once, and holds its own vocabulary; a finder is not shared
    between processes: each worker loads its own.
    """

    def __init__(self, name: str, *, cache: Path | None = None) -> None:
        any_language = name.endswith(ANY)
        name = name.removesuffix(ANY)
        self._model, files = _load_model(name)
        self._language = "xx" if any_language else self._model.lang or "xx"
        self.name = name if _is_named(name) else os.path.abspath(name)
        meta = self._model.meta
        self.version = "-".join(
            (meta["lang"], meta["name"], meta["version"], files, rules_version())
        )
        if any_language:
            self.name += ANY
            self.version += ANY
        self._cache = MentionCache(cache) if cache is not None else None

    def annotate(self, articles: Iterable[Article]) -> Iterator[Article]:
        """The stories with their entities; a story in another language than the model's has none.

        Reads `BATCH_STORIES` ahead. Entities come in the order of the text.
        """
        stream = iter(articles)
        while batch := list(islice(stream, BATCH_STORIES)):
            batch = [_with_language(article) for article in batch]
            keys = {
                i: text_key(self.version, story_text(article))
                for i, article in enumerate(batch)
                if self._reads(article)
            }
            known = self._cache.get(keys.values()) if self._cache is not None else {}
            fresh = {key: batch[i] for i, key in keys.items() if key not in known}
            found = {
                key: _named(article, mentions)
                for (key, article), mentions in zip(
                    fresh.items(), self._mentions([_plain(a) for a in fresh.values()]), strict=True
                )
            }
            if self._cache is not None:
                self._cache.put(found)
            for i, article in enumerate(batch):
                named = known.get(keys[i], found.get(keys[i], [])) if i in keys else None
                yield article if named is None else _with_entities(article, named)

    def _reads(self, article: Article) -> bool:
        return self._language in ("xx", article.language.split("-")[0])

    def _mentions(self, articles: list[Article]) -> Iterator[list[Mention]]:
        """What the model says about each story, in story text positions."""
        windows = [list(_windows(article)) for article in articles]
        texts = [w.text for ws in windows for w in ws]
        docs = chain.from_iterable(
            self._model.pipe(batch, batch_size=len(batch)) for batch in _batches(texts)
        )
        for ws in windows:
            mentions: list[Mention] = []
            for window in ws:
                doc = next(docs)
                for span in doc.ents:
                    label = LABELS.get(span.label_.upper())
                    if label and window.first <= span.start_char < window.last:
                        start, end = window.at + span.start_char, window.at + span.end_char
                        mentions.append(Mention(start, end, label))
            yield without_overlaps(mentions)


class _Window(NamedTuple):
    """One text for the model: it lies at `at` of the story text, mentions that start in
    `first:last` of it count."""

    text: str
    at: int
    first: int
    last: int


def _windows(article: Article) -> Iterator[_Window]:
    """The texts of a story that the model is to read."""
    if _in_sentence_case(article.headline):
        yield from _split(article.headline, 0)
    base = body_start(article)
    for paragraph in _PARAGRAPH.finditer(unwrapped(article)):
        yield from _split(paragraph.group(), base + paragraph.start())


_PARAGRAPH = re.compile(r"\S[^\n]*")


def _split(text: str, at: int) -> Iterator[_Window]:
    """A paragraph as windows of at most `LONGEST` characters, cut at blanks."""
    start = 0
    while len(text) - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        end = cut if cut > 0 else start + LONGEST
        half = OVERLAP // 2
        yield _Window(
            text=text[start:end], at=at + start, first=half if start else 0, last=end - start - half
        )
        start = end - OVERLAP
    yield _Window(
        text=text[start:], at=at + start, first=OVERLAP // 2 if start else 0, last=len(text)
    )


def _batches(texts: list[str]) -> Iterator[list[str]]:
    """Texts in batches of bounded size, but for one that is larger alone."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and size + len(text) > BATCH_LETTERS:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


def _in_sentence_case(headline: str) -> bool:
    """Whether the capitals of a headline mean something: at most half its long words have one."""
    words = re.findall(r"\b[^\W\d_]{4,}", headline)
    return bool(words) and sum(w[0].isupper() for w in words[1:]) <= len(words[1:]) / 2


def _with_language(article: Article) -> Article:
    if article.language != "en" or any(map(_states_language, article.evidence)):
        return article
    language = guess_language(article.body)
    return article if language == "en" else replace(article, language=language)


def _states_language(evidence: Evidence) -> bool:
    """Whether a source says what language it is in; the templates of web pages say `en` anyway."""
    return evidence.field == "language" and evidence.rule != "stated:html"


def _named(article: Article, mentions: list[Mention]) -> list[Named]:
    """Mentions of the model, corrected and completed, each with its facet value."""
    _, back = plain(story_text(article))
    article = _plain(article)
    text = article.headline + GAP + unwrapped(article)
    better = overlay(text, mentions, body_at=body_start(article))
    named = [Named(m, n) for m, n in zip(better, facet_names(text, better), strict=True) if n]
    if not back:
        return named
    return [Named(m._replace(start=back[m.start], end=back[m.end]), name) for m, name in named]


def _plain(article: Article) -> Article:
    """The story in the characters that a reader sees (`plain`), for the model."""
    if story_text(article).isascii():
        return article
    return replace(article, headline=plain(article.headline)[0], body=plain(article.body)[0])


def _with_entities(article: Article, named: list[Named]) -> Article:
    text = story_text(article)
    placed = (_placed(article, text, mention, name) for mention, name in named)
    return replace(article, entities=tuple(e for e in placed if e is not None))


def _placed(article: Article, text: str, mention: Mention, name: str) -> Entity | None:
    """The entity at its place in the source; None without a place."""
    base = body_start(article)
    if mention.start >= base:
        start = article.source_offset(mention.start - base)
        end = article.source_offset(mention.end - base - 1) + 1
    else:
        first, last = article.headline_span
        if last - first != len(article.headline) or first < 0:
            return None
        start, end = first + mention.start, first + mention.end
    if start < 0 or end <= start:
        return None
    return Entity(
        label=mention.label,
        text=text[mention.start : mention.end],
        name=name,
        start=start,
        end=end,
        found_by=mention.found_by,
    )


def _is_named(name: str) -> bool:
    """Whether a model goes by a name, not by a path."""
    from spacy.util import get_installed_models

    return name in packaged_models() or name in get_installed_models()


def packaged_models() -> list[str]:
    """The names of the models that come with wiredesk."""
    return sorted(p.parent.name for p in MODELS.glob("*/config.cfg"))


@functools.cache
def rules_version() -> str:
    """A short digest of the rules and tables of this package: another one, other answers."""
    here = Path(__file__).parent
    return _digest(
        here.parent, [*here.glob("*.py"), *here.glob("data/*"), here.parent / "countries.tsv"]
    )


def _digest(folder: Path, files: Iterable[Path]) -> str:
    """A digest of the names and contents of some files below a folder."""
    hashed = blake2b(digest_size=4)
    for path in sorted(files):
        hashed.update(os.fsencode(path.relative_to(folder)) + b"\0")
        with path.open("rb") as file:
            hashed.update(file_digest(file, "blake2b").digest())
    return hashed.hexdigest()


_UNREAD = frozenset("tagger parser attribute_ruler lemmatizer morphologizer senter".split())
"""Components that a component which learnt to find entities does without."""


def _load_model(name: str) -> tuple["Language", str]:
    """The spaCy pipeline of that name, without components that no entity needs, and a digest of its
    files: a model trained anew keeps its version. Warns once of labels that nobody knows."""
    import spacy
    from spacy.util import get_installed_models, get_package_path

    packaged = packaged_models()
    installed = sorted(get_installed_models())
    folder = MODELS / name if name in packaged else Path(name)
    if name not in [*packaged, *installed] and not (folder / "config.cfg").is_file():
        known = ", ".join([*packaged, *installed, "none"])
        raise ConfigError(f"no entity model {name!r}; installed: {known}; or give a path")
    try:
        model = spacy.load(name if name in installed else folder)
        if name in installed:
            folder = get_package_path(name)
        files = (p for p in folder.rglob("*") if p.is_file() and p.parent.name != "__pycache__")
        digest = _digest(folder, files)
    except (OSError, ValueError, ImportError) as error:
        raise ConfigError(f"entity model {name!r} cannot be loaded: {error}") from error
    lacks = {pipe: _lack(model, pipe) for pipe in model.pipe_names}
    finding = [pipe for pipe, lack in lacks.items() if lack is None]
    if not finding:
        told = "; ".join(f"{pipe} {lack}" for pipe, lack in lacks.items()) or "it has no component"
        raise ConfigError(
            f"entity model {name!r} finds no entities: {told}; it needs a component that sets"
            " doc.ents, such as ner or entity_ruler"
        )
    factories = {pipe: model.get_pipe_meta(pipe).factory for pipe in model.pipe_names}
    if all(factories[pipe] in ("ner", "beam_ner") for pipe in finding):
        for pipe in (pipe for pipe, factory in factories.items() if factory in _UNREAD):
            model.disable_pipe(pipe)
    labels = {str(label) for pipe in finding for label in _labels(model, pipe)}
    unknown = sorted(label for label in labels if label.upper() not in {*LABELS, *NOT_NAMES})
    if unknown:
        log.warning("entity model labels without a facet are left out: %s", ", ".join(unknown))
    return model, digest


def _labels(model: "Language", pipe: str) -> tuple[str, ...]:
    return tuple(getattr(model.get_pipe(pipe), "labels", ()))


def _lack(model: "Language", pipe: str) -> str | None:
    """What keeps a component from finding entities; None if it finds some. One of other makers
    that does not say what it sets is taken at its word."""
    component = model.get_pipe(pipe)
    sets = model.get_pipe_meta(pipe).assigns
    entities = "doc.ents" in sets or getattr(component, "annotate_ents", False)
    if not entities and "doc.spans" in sets:
        ruler = hasattr(component, "annotate_ents")
        return "sets doc.spans only" + (" (annotate_ents is off)" if ruler else "")
    made_by = getattr(component, "__module__", type(component).__module__)
    own = made_by.startswith("spacy.")
    if not entities and (sets or own):
        return "does something else"
    if own and not _labels(model, pipe):
        return "has no labels or patterns"
    return None
