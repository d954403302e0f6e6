"""The engines side by side: build an index, answer a question. None keeps results."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from whoosh import fields, index, query, sorting
from whoosh.analysis import LowercaseFilter, RegexTokenizer

from benchmarks.corpus import FACETS, MULTIPLE, SINGLE, Story
from benchmarks.queries import Question
from wiredesk.index.article import Article, Source
from wiredesk.index.document import Document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search import query as tree
from wiredesk.search.model import SearchRequest
from wiredesk.search.whoosh_backend import WhooshBackend

Answer = tuple[int, list[int], dict[str, list[tuple[str, int]]]]
"""(stories found, the first ten, for each facet its ten most frequent values with counts)."""

TOP = 10


class Engine(Protocol):
    """What each engine does; `search` counts all eight facets if asked to."""

    name: str

    def build(self, stories: Iterable[Story], path: Path) -> None:
        """Index stories into a new folder."""

    def open(self, path: Path) -> None:
        """Open what `build` made."""

    def search(self, question: Question, *, facets: bool) -> Answer:
        """Answer a question."""

    def close(self) -> None:
        """Let go of what `open` opened."""


class Wiredesk:
    """This project."""

    name = "wiredesk"

    def build(self, stories: Iterable[Story], path: Path) -> None:
        """By the writer, without entities."""
        source = Source(path="benchmark", start=0, end=0)
        with ArchiveWriter(path) as writer:
            for story in stories:
                key = str(story.number)
                article = Article(id=key, source=source, headline=story.headline, body=story.body)
                writer.add(
                    Document(
                        id=key,
                        text={"headline": story.headline, "body": story.body},
                        facets=story.facets,
                        day=None,
                        stored=article,
                    )
                )

    def open(self, path: Path) -> None:
        """As a search does."""
        self._backend = WhooshBackend(path)

    def close(self) -> None:
        """Lets go."""
        self._backend.close()

    def search(self, question: Question, *, facets: bool) -> Answer:
        """Hits with scores and exact counts, up to the stories themselves."""
        terms = tuple(tree.Term(w) for w in question.words)
        wanted: tree.Query = {
            "term": lambda: terms[0],
            "or": lambda: tree.Or(terms),
            "and": lambda: tree.And(terms),
            "phrase": lambda: tree.Phrase(question.words),
            "prefix": lambda: tree.Prefix(question.words[0]),
            "all": tree.Everything,
        }[question.operator]()
        request = SearchRequest(
            filters={name: (value,) for name, value in question.filters},
            facets=FACETS if facets else (),
            facet_limit=TOP,
            per_page=TOP,
            timeout=None,
            sideways=False,
        )
        found = self._backend.find(wanted, request)
        counts = {
            name: [(v.value, v.count) for v in facet.values if v.count]
            for name, facet in found.facets.items()
        }
        return found.total, [int(p.id) for p in found.places], counts


class Whoosh3:
    """Whoosh with its own codec, as its documentation shows it."""

    name = "whoosh3"

    def build(self, stories: Iterable[Story], path: Path) -> None:
        """One writer, one commit."""
        path.mkdir(parents=True)
        analyzer = RegexTokenizer(r"\w+") | LowercaseFilter()
        schema = fields.Schema(
            number=fields.STORED, text=fields.TEXT(analyzer=analyzer, stored=True)
        )
        for name in MULTIPLE:
            schema.add(name, fields.KEYWORD(commas=True))
        for name in SINGLE:
            schema.add(name, fields.ID(sortable=True))
        writer = index.create_in(str(path), schema).writer(limitmb=256)
        for story in stories:
            values = {name: ",".join(v) for name, v in story.facets.items()}
            writer.add_document(number=story.number, text=story.text, **values)
        writer.commit()

    def open(self, path: Path) -> None:
        """One searcher for all questions."""
        self._searcher = index.open_dir(str(path)).searcher()

    def close(self) -> None:
        """Lets go."""
        self._searcher.close()

    def search(self, question: Question, *, facets: bool) -> Answer:
        """With `groupedby`."""
        terms = [query.Term("text", w) for w in question.words]
        wanted = {
            "term": lambda: terms[0],
            "or": lambda: query.Or(terms),
            "and": lambda: query.And(terms),
            "phrase": lambda: query.Phrase("text", list(question.words)),
            "prefix": lambda: query.Prefix("text", question.words[0]),
            "all": query.Every,
        }[question.operator]()
        filters = query.And([query.Term(n, v) for n, v in question.filters])
        groups = sorting.Facets()
        for name in FACETS:
            overlap = name in MULTIPLE
            groups.add_facet(
                name, sorting.FieldFacet(name, allow_overlap=overlap, maptype=sorting.Count)
            )
        found = self._searcher.search(
            wanted,
            limit=TOP,
            filter=filters if question.filters else None,
            groupedby=groups if facets else None,
        )
        counts = {}
        for name in FACETS if facets else ():
            values = {
                (v.decode() if isinstance(v, bytes) else v): n
                for v, n in found.groups(name).items()
                if v
            }
            counts[name] = _top(values.items())
        first = [found[i]["number"] for i in range(min(TOP, found.scored_length()))]
        return len(found), first, counts


class Fts5:
    """SQLite's full-text index, facets in tables of their own."""

    name = "sqlite fts5"

    def build(self, stories: Iterable[Story], path: Path) -> None:
        """One transaction, then `optimize`."""
        path.mkdir(parents=True)
        db = sqlite3.connect(path / "db")
        db.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE story (id INTEGER PRIMARY KEY, text TEXT);"
            "CREATE VIRTUAL TABLE words USING fts5(text, content='story', content_rowid='id');"
        )
        for name in FACETS:
            db.execute(f"CREATE TABLE {name} (value TEXT, id INTEGER)")
        for story in stories:
            row = (story.number, story.text)
            db.execute("INSERT INTO story VALUES (?, ?)", row)
            db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", row)
            for name, values in story.facets.items():
                pairs = [(v, story.number) for v in values]
                db.executemany(f"INSERT INTO {name} VALUES (?, ?)", pairs)
        for name in FACETS:
            db.execute(f"CREATE INDEX {name}_value ON {name} (value, id)")
            db.execute(f"CREATE INDEX {name}_id ON {name} (id, value)")
        db.execute("INSERT INTO words (words) VALUES ('optimize')")
        db.execute("ANALYZE")
        db.commit()
        db.close()

    def open(self, path: Path) -> None:
        """With a mapped file."""
        self._db = sqlite3.connect(path / "db")
        self._db.executescript(
            "PRAGMA mmap_size = 4000000000; PRAGMA temp_store = MEMORY;"
            "CREATE TEMP TABLE hit (id INTEGER PRIMARY KEY, score REAL)"
        )

    def close(self) -> None:
        """Lets go."""
        self._db.close()

    def search(self, question: Question, *, facets: bool) -> Answer:
        """Hits into a temporary table, facets by GROUP BY over it."""
        db = self._db
        db.execute("DELETE FROM hit")
        quoted = [f'"{w}"' for w in question.words]
        match = {
            "term": quoted[0] if quoted else "",
            "or": " OR ".join(quoted),
            "and": " AND ".join(quoted),
            "phrase": f'"{" ".join(question.words)}"',
            "prefix": f"{quoted[0]}*" if quoted else "",
            "all": "",
        }[question.operator]
        source, key, score = ("words", "rowid", "bm25(words)") if match else ("story", "id", "0")
        where = ["words MATCH ?"] if match else []
        values: list[str] = [match] if match else []
        for name, value in question.filters:
            where.append(f"+{source}.{key} IN (SELECT id FROM {name} WHERE value = ?)")
            values.append(value)
        condition = " WHERE " + " AND ".join(where) if where else ""
        db.execute(f"INSERT INTO hit SELECT {key}, {score} FROM {source}{condition}", values)
        total = db.execute("SELECT count(*) FROM hit").fetchone()[0]
        first = [r[0] for r in db.execute("SELECT id FROM hit ORDER BY score LIMIT ?", (TOP,))]
        counts = {}
        for name in FACETS if facets else ():
            rows = db.execute(
                f"SELECT value, count(*) AS n FROM hit CROSS JOIN {name} USING (id)"
                f" GROUP BY value ORDER BY n DESC, value LIMIT {TOP}"
            )
            counts[name] = [(v, n) for v, n in rows]
        return total, first, counts


class Tantivy:
    """The Rust engine, exact counts over fast fields."""

    name = "tantivy"

    def build(self, stories: Iterable[Story], path: Path) -> None:
        """One writer thread, one commit."""
        import tantivy

        path.mkdir(parents=True)
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("number", stored=True, fast=True)
        schema.add_text_field("text", stored=True)
        for name in FACETS:
            schema.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        writer = tantivy.Index(schema.build(), path=str(path)).writer(
            heap_size=400_000_000, num_threads=1
        )
        for story in stories:
            document = tantivy.Document(number=story.number, text=story.text)
            for name, values in story.facets.items():
                for value in values:
                    document.add_text(name, value)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, path: Path) -> None:
        """One searcher for all questions."""
        import tantivy

        self._tantivy: Any = tantivy
        self._index = tantivy.Index.open(str(path))
        self._searcher = self._index.searcher()
        self._counting = {
            name: {"terms": {"field": name, "size": TOP, "segment_size": 1_000_000}}
            for name in FACETS
        }

    def close(self) -> None:
        """Lets go."""
        del self._searcher, self._index

    def search(self, question: Question, *, facets: bool) -> Answer:
        """Search, then aggregate."""
        make, occur, schema = self._tantivy.Query, self._tantivy.Occur, self._index.schema
        terms = [make.term_query(schema, "text", w) for w in question.words]
        wanted = {
            "term": lambda: terms[0],
            "or": lambda: make.boolean_query([(occur.Should, t) for t in terms]),
            "and": lambda: make.boolean_query([(occur.Must, t) for t in terms]),
            "phrase": lambda: make.phrase_query(schema, "text", list(question.words)),
            "prefix": lambda: make.regex_query(schema, "text", question.words[0] + ".*"),
            "all": make.all_query,
        }[question.operator]()
        if question.filters:
            filters = [
                (occur.Must, make.const_score_query(make.term_query(schema, n, v), 0.0))
                for n, v in question.filters
            ]
            wanted = make.boolean_query([(occur.Must, wanted), *filters])
        found = self._searcher.search(wanted, limit=TOP, count=True)
        first = [self._searcher.doc(address)["number"][0] for _, address in found.hits]
        counts = {}
        if facets:
            answer = self._searcher.aggregate(wanted, self._counting)
            answer = json.loads(answer) if isinstance(answer, str) else answer
            for name in FACETS:
                buckets = answer[name]["buckets"]
                counts[name] = _top((b["key"], int(b["doc_count"])) for b in buckets)
        return found.count, first, counts


def _top(values: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(values, key=lambda pair: (-pair[1], pair[0]))[:TOP]


ENGINES: dict[str, type[Engine]] = {e.name: e for e in (Wiredesk, Whoosh3, Fts5, Tantivy)}


def installed() -> list[str]:
    """The engines that can run here."""
    from importlib.util import find_spec

    names = list(ENGINES)
    if find_spec("tantivy") is None:
        names.remove(Tantivy.name)
    try:
        with closing(sqlite3.connect(":memory:")) as db:
            db.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    except sqlite3.OperationalError:
        names.remove(Fts5.name)
    return names
