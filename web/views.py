"""The pages of an archive as a Flask blueprint, and the whole application around it.

A blueprint holds no state but the open archive it was given, registers no error handler, session
or template outside its own names, and sets its headers on its own answers only.
"""

import hashlib
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import Babel
from werkzeug.exceptions import MethodNotAllowed

from wiredesk.errors import (
    ArchiveError,
    ArchiveNotFound,
    ArticleNotFound,
    WiredeskError,
)
from wiredesk.index.article import Article
from wiredesk.index.codec.archive import being_written
from wiredesk.index.schema import FIELDS
from wiredesk.search.archive import Archive
from wiredesk.search.limits import HTTP
from wiredesk.search.model import FACET_LIMIT, SearchRequest, SearchResult
from wiredesk.web import exports, story
from wiredesk.web.charts import zoomed
from wiredesk.web.exports import TYPES, article_json, search_json
from wiredesk.web.guide import KEYS, examples_of
from wiredesk.web.i18n import (
    LANGUAGES,
    N_,
    Speech,
    choose_locale,
    language_names,
    match_language,
    negotiate,
    speech_for,
)
from wiredesk.web.places import map_page_of, map_searches
from wiredesk.web.presenters import (
    narrowed,
    page_of,
)
from wiredesk.web.reading import sentence
from wiredesk.web.states import EmptyArchive, trouble_of
from wiredesk.web.urls import (
    EXPORTS,
    MAX_EXPORT,
    Links,
    State,
    bad_value,
    encode,
    follow,
    read_pairs,
)
from wiredesk.web.values import facet_page_of, limit_of

EXPORT_BATCH = 100
SIMILAR = 5
MAX_IN_FLIGHT = 16
PATIENCE = 2.0
"""Searches that may run at once, and the seconds that another waits for its turn."""

FACET_SECONDS = 3.0
"""The time that the page of a single facet has: longer than the facets of a results page."""

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}

STATIC = Path(__file__).parent / "static"


ArchiveSource = Archive | Callable[[], Archive] | None
"""An open archive; or a function that gives it, called on every request, which may raise an
ArchiveError while there is none yet; or None for "no archive yet"."""


def create_blueprint(
    archive: ArchiveSource, *, name: str = "wiredesk", title: str = "wiredesk"
) -> Blueprint:
    """The pages of an archive, to be registered in any application, more than once if need be.

    `name` is the blueprint's and must differ between two archives of one application; `title` is
    what the pages call the archive.
    """
    pages = _Pages(archive, name, title)
    blueprint = Blueprint(
        name,
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/wiredesk-static",
    )
    blueprint.add_url_rule("/", "home", pages.search)
    blueprint.add_url_rule("/search", "search", pages.search)
    for form in EXPORTS:
        blueprint.add_url_rule(
            f"/search.{form}", f"search_{form}", pages.export, defaults={"form": form}
        )
    blueprint.add_url_rule("/facet/<name>", "facet", pages.facet)
    blueprint.add_url_rule("/map", "map", pages.map)
    blueprint.add_url_rule("/help", "help", pages.help)
    for path in ("/search", "/facet/<name>", "/map", "/help", "/story/<article_id>"):
        blueprint.add_url_rule(f"{path}/", f"{path.split('/')[1]}_slash", pages.without_slash)
    blueprint.add_url_rule("/step/<token>/", "step", pages.step)
    blueprint.add_url_rule("/step/<token>/<path:step>", "step_on", pages.step)
    blueprint.add_url_rule("/story/<article_id>", "story", pages.story)
    blueprint.add_url_rule("/story/<article_id>/<path:slug>", "story_slug", pages.story)
    blueprint.after_request(_secure)
    blueprint.register_error_handler(WiredeskError, pages.trouble)
    blueprint.register_error_handler(404, pages.not_found)
    return blueprint


def create_app(archive: ArchiveSource, *, title: str = "wiredesk") -> Flask:
    """A whole application for one archive, ready for any WSGI server."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    Babel(app, locale_selector=lambda: _asked_language() or negotiate(request))
    app.register_blueprint(create_blueprint(archive, title=title))
    pages = _Pages(archive, "wiredesk", title)
    app.register_error_handler(404, pages.not_found)
    app.register_error_handler(405, pages.not_allowed)
    app.after_request(_secure)
    return app


def _asked_language() -> str | None:
    return match_language([request.args.get("lang", "")[:20]])


def _secure(response: Response) -> Response:
    if (request.endpoint or "").endswith(".static") and "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    for key, value in HEADERS.items():
        response.headers.setdefault(key, value)
    return response


@cache
def asset_version() -> str:
    """Changes whenever the style sheet or the script does."""
    digest = hashlib.blake2b(digest_size=5)
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


HEAVY = 60_000
"""The most bytes a page of a search may have."""

LONG = 600
"""A state of more characters makes every page heavy whose links hold it whole."""


def labelled(request: SearchRequest, speech: Speech) -> SearchRequest:
    """The request with the names of coded values in a language, where its facets go by names."""
    if request.facet_order == "count" and not request.facet_prefix:
        return request
    coded = {name: labels for name in FIELDS if (labels := speech.labels(name))}
    return replace(request, facet_labels=coded)


def light(
    draw: Callable[[Links], Response], links: Links, request: SearchRequest, at: str
) -> Response:
    """The page that `draw` makes with links that stand alone; where that is too heavy, with links
    that say only what they change. Where the state is long, that is known beforehand."""
    near = links.near(request, at)
    if len(encode(near.here, letters=True)) > LONG:
        return draw(near)
    response = draw(links)
    return response if len(response.get_data()) <= HEAVY else draw(near)


class _Pages:
    """The views of one archive."""

    def __init__(self, archive: ArchiveSource, name: str, title: str) -> None:
        self._archive = archive
        self.name = name
        self.title = title
        self._closed: tuple[object, dict[str, tuple[str, ...]]] = None, {}
        self._slots = BoundedSemaphore(MAX_IN_FLIGHT)

    # --- what every view needs

    def archive(self) -> Archive:
        if self._archive is None:
            raise ArchiveNotFound("", "no archive yet")
        return self._archive() if callable(self._archive) else self._archive

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a free place among the running searches; 503 when there is none."""
        if not self._slots.acquire(timeout=PATIENCE):
            abort(self.busy())
        try:
            yield
        finally:
            self._slots.release()

    def state(self) -> tuple[State, Speech, Links]:
        """The address of this request, read; its language; the links for its page."""
        speech = speech_for(choose_locale(request))
        state = read_pairs(request.args.items(multi=True))
        asked = match_language([state.lang or ""])
        notes = state.notes
        if state.lang and asked is None:
            notes = (*notes, bad_value("lang", state.lang))
        wanted = state.request
        for name, values in wanted.filters.items():
            if FIELDS[name].labels in ("country", "place"):
                named = tuple(dict.fromkeys(speech.find_value(name, v) for v in values))
                wanted = replace(wanted, filters={**wanted.filters, name: named})
        g.wiredesk_state = wanted
        return (
            replace(state, request=wanted, notes=notes),
            speech,
            self.links(asked, state.rate),
        )

    def links(self, lang: str | None = None, rate: bool = False) -> Links:
        rule = request.url_rule
        prefix = ""
        if rule is not None and request.blueprint:
            prefix = url_for(f"{request.blueprint}.home").rstrip("/")
        else:
            prefix = request.script_root
        return Links(prefix, lang, rate, letters=True)

    def etag(self, archive: Archive | None, speech: Speech) -> str:
        """Changes with the archive, the language, the address and the look of the pages."""
        held: tuple[int, ...] = ()
        if archive is not None:
            stats = archive.stats()
            if not stats.stories:
                raise EmptyArchive(archive.address, "there are no stories in this archive")
            held = stats.generation, stats.stories, stats.size
        basis = (
            held,
            speech.code,
            self.title,
            asset_version(),
            request.full_path,
        )
        return hashlib.blake2b(repr(basis).encode("utf-8", "replace"), digest_size=12).hexdigest()

    def fresh(self, archive: Archive | None, speech: Speech) -> Response | None:
        """304 when the browser already has this page of this archive, or one that needs none."""
        g.wiredesk_etag = self.etag(archive, speech)
        if request.if_none_match.contains_weak(g.wiredesk_etag):
            return self.tagged(Response(status=304))
        return None

    def tagged(self, response: Response) -> Response:
        response.set_etag(g.wiredesk_etag, weak=True)
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Accept-Language"
        return response

    def render(
        self, template: str, speech: Speech, links: Links, *, status: int = 200, **values: Any
    ) -> Response:
        version = asset_version()
        text = render_template(
            f"wiredesk/{template}.html",
            site=self.title,
            speech=speech,
            _=speech.gettext,
            ngettext=speech.ngettext,
            links=links,
            css=links.static("wiredesk.css", version),
            js=links.static("wiredesk.js", version),
            icon=links.static("wiredesk.svg", version),
            languages=self.languages(speech, links),
            # Where links are relative to something else, a jump within the page is too.
            here=links.stay(SearchRequest()) if links.base else "",
            **values,
        )
        response = make_response(text, status)
        response.headers["Content-Language"] = speech.code
        return response

    def languages(self, speech: Speech, links: Links) -> list[dict[str, Any]]:
        wanted = g.get("wiredesk_state", SearchRequest())
        return [
            {
                "code": code,
                "name": name,
                "url": links.in_language(code).stay(wanted),
                "current": code == speech.code,
            }
            for code, name in language_names()
            if code in LANGUAGES
        ]

    # --- pages

    def search(self) -> Response:
        state, speech, links = self.state()
        if "" in (request.args.get("from"), request.args.get("to")):
            return make_response(redirect(links.search(state.request)))
        archive = self.archive()
        if (unchanged := self.fresh(archive, speech)) is not None:
            return unchanged
        with self.turn():
            asked = labelled(zoomed(state.request), speech)
            result = archive.search(asked, limits=HTTP)
            baseline = self.baseline(archive, result) if state.rate else None
        result = replace(result, request=state.request)
        read_as = ""
        if narrowed(state.request):
            read_as = sentence(state.request, speech, notes=result.notes)
        closed = self.closed(archive)
        unfiltered = None if result.total else self.unfiltered(archive, state.request)

        def draw(links: Links) -> Response:
            page = page_of(
                result,
                links=links,
                speech=speech,
                notes=state.notes,
                read_as=read_as,
                baseline=baseline,
                closed=closed,
                unfiltered=unfiltered,
            )
            return self.render("search", speech, links, page=page)

        return self.cached(light(draw, links, state.request, "/search"), result)

    def baseline(self, archive: Archive, result: SearchResult) -> dict[str, int]:
        """All stories of the archive by period, in the unit of the result's dates."""
        facet = result.facets.get("date")
        if facet is None or not facet.values:
            return {}
        window = facet.values[0].value, facet.values[-1].value
        whole = archive.search(
            facets=("date",), per_page=1, date_unit=facet.unit, date_window=window
        ).facets["date"]
        return {v.value: v.count for v in whole.values}

    def closed(self, archive: Archive) -> dict[str, tuple[str, ...]]:
        """All values of the facets that have few of them."""
        stats = archive.stats()
        state = stats.generation, stats.stories, stats.size
        known, held = self._closed
        if known != state:
            few = (n for n, f in FIELDS.items() if f.closed and stats.facets[n] <= FACET_LIMIT)
            whole = archive.search(SearchRequest(facets=tuple(few), per_page=1))
            held = {n: tuple(v.value for v in f.values) for n, f in whole.facets.items()}
            self._closed = state, held
        return held

    def unfiltered(self, archive: Archive, wanted: SearchRequest) -> SearchResult | None:
        """What a search finds without its filters, if it has some."""
        bare = SearchRequest(query=wanted.query, facets=(), per_page=1)
        if not narrowed(replace(wanted, query="")):
            return None
        return archive.search(bare, limits=HTTP)

    def facet(self, name: str) -> Response:
        if name not in FIELDS or FIELDS[name].kind == "text":
            abort(404)
        state, speech, links = self.state()
        if "" in (request.args.get("from"), request.args.get("to")):
            return make_response(redirect(links.facet(name, state.request)))
        archive = self.archive()
        if (unchanged := self.fresh(archive, speech)) is not None:
            return unchanged
        wanted = state.request
        limits = {name: limit_of(name, wanted)}
        asked = replace(
            wanted,
            facets=(name,),
            facet_limits=limits,
            page=1,
            per_page=1,
            timeout=FACET_SECONDS,
        )
        if name == "date":
            asked = zoomed(asked)
        with self.turn():
            result = archive.search(labelled(asked, speech), limits=HTTP)
            rated = state.rate and name == "date"
            baseline = self.baseline(archive, result) if rated else None
        result = replace(result, request=wanted)
        read_as = ""
        if narrowed(wanted):
            read_as = sentence(wanted, speech, notes=result.notes)

        def draw(links: Links) -> Response:
            page = facet_page_of(
                name,
                result,
                links=links,
                speech=speech,
                notes=state.notes,
                read_as=read_as,
                baseline=baseline,
            )
            return self.render("facet", speech, links, page=page)

        return self.cached(light(draw, links, wanted, f"/facet/{name}"), result)

    def map(self) -> Response:
        state, speech, links = self.state()
        archive = self.archive()
        if (unchanged := self.fresh(archive, speech)) is not None:
            return unchanged
        asked, unplaced = map_searches(state.request)
        with self.turn():
            result = archive.search(asked, limits=HTTP)
            elsewhere = archive.search(unplaced, limits=HTTP)
        result = replace(result, request=state.request)

        def draw(links: Links) -> Response:
            page = map_page_of(result, elsewhere, links=links, speech=speech, notes=state.notes)
            return self.render("map", speech, links, page=page)

        return self.cached(light(draw, links, state.request, "/map"), result)

    def cached(self, response: Response, result: SearchResult) -> Response:
        """Marks an answer for reuse, unless time ran out while it was made."""
        if result.partial or not all(f.complete for f in result.facets.values()):
            response.headers["Cache-Control"] = "no-store"
            return response
        return self.tagged(response)

    def export(self, form: str) -> Response:
        state, speech, links = self.state()
        archive = self.archive()
        if (unchanged := self.fresh(archive, speech)) is not None:
            return unchanged
        root = request.host_url.rstrip("/")
        links = replace(links, letters=False)
        if form in ("csv", "jsonl"):
            return self.whole(archive, state.request, form, links, root)
        with self.turn():
            result = archive.search(labelled(state.request, speech), limits=HTTP)
        result = replace(result, request=state.request, notes=(*state.notes, *result.notes))
        if form == "json":
            body = story.pretty_json(search_json(result, links, speech, limits=HTTP)).encode()
        else:
            read_as = sentence(state.request, speech, notes=result.notes)
            label = page_of(result, links=links, speech=speech, read_as=read_as).title
            title, written = f"{self.title}: {label}", archive.stats().written
            body = exports.atom(result, links=links, root=root, title=title, written=written)
        return self.cached(Response(body, content_type=TYPES[form]), result)

    def whole(
        self, archive: Archive, wanted: SearchRequest, form: str, links: Links, root: str
    ) -> Response:
        """All stories of a search, up to MAX_EXPORT, fetched batch by batch."""
        batch = replace(wanted, facets=(), page=1, per_page=EXPORT_BATCH, timeout=None)
        with self.turn():
            first = archive.search(batch, limits=HTTP)

        def articles() -> Iterator[Article]:
            result = first
            for number in range(1, min(first.pages, MAX_EXPORT // EXPORT_BATCH) + 1):
                if number > 1:
                    with self._slots:
                        result = archive.search(batch.on_page(number), limits=HTTP)
                for hit in result.hits:
                    yield hit.article

        lines: Iterable[str] = (
            exports.csv_rows(articles(), links, root)
            if form == "csv"
            else exports.json_lines(articles())
        )
        response = Response(lines, content_type=TYPES[form])
        response.headers["Content-Disposition"] = f'attachment; filename="wiredesk.{form}"'
        response.headers["X-Wiredesk-Total"] = str(first.total)
        if first.total > MAX_EXPORT:
            response.headers["X-Wiredesk-Cut"] = str(MAX_EXPORT)
        return self.tagged(response)

    def story(self, article_id: str, slug: str = "") -> Response:
        article_id, _, form = article_id.partition(".")
        if form and (form not in story_forms or slug):
            raise ArticleNotFound(f"{article_id}.{form}")
        state, speech, links = self.state()
        archive = self.archive()
        if (unchanged := self.fresh(archive, speech)) is not None:
            return unchanged
        query = state.request.query
        with self.turn():
            article = archive.get(article_id)
            marks = archive.marks(query, article) if query and not form else None
            similar = () if form else archive.similar(article_id, limit=SIMILAR)
            around = (None, None) if form else archive.neighbours(article)
            before, after = (archive.get(name) if name else None for name in around)
        address = request.host_url.rstrip("/") + Links(links.prefix).story(article)
        if form:
            body = story_forms[form](article, address)
            return self.tagged(Response(body, content_type=TYPES[form]))
        page = story.story_of(
            article,
            links=links,
            speech=speech,
            address=address,
            state=state.request,
            headline_marks=marks.headline if marks else (),
            body_marks=marks.body if marks else (),
            similar=similar,
            before=before,
            after=after,
        )
        return self.tagged(self.render("story", speech, links, page=page))

    def step(self, token: str, step: str = "") -> Response:
        """To the page that a link of `Links.near` means."""
        found = follow(token, step, request.args.items(multi=True))
        if found is None:
            abort(404)
        path, state = found
        links = self.links(match_language([state.lang or ""]), state.rate)
        response = redirect(links.page(path, state.request))
        response.headers["Cache-Control"] = "private, max-age=3600"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return make_response(response)

    def help(self) -> Response:
        _, speech, links = self.state()
        if (unchanged := self.fresh(None, speech)) is not None:
            return unchanged
        keys = [(key, speech.gettext(meaning)) for key, meaning in KEYS]
        page = self.render("help", speech, links, examples=examples_of(links, speech), keys=keys)
        return self.tagged(page)

    def without_slash(self, **_: str) -> Response:
        """To the address that does not end in a slash."""
        query = request.query_string.decode("latin-1")
        path = quote(request.script_root + request.path.rstrip("/"), safe="/")
        return make_response(redirect(path + (f"?{query}" if query else ""), 308))

    # --- states

    def busy(self) -> Response:
        return self.refusal(
            503,
            N_("Many searches are running"),
            N_("Please try again in a moment."),
            form=True,
            wait=2,
        )

    def not_found(self, error: Exception) -> Response:
        return self.refusal(
            404,
            N_("There is no such page"),
            N_("The address may be mistyped, or the story is no longer in this archive."),
            form=True,
            before_form=N_("Search for it:"),
        )

    def not_allowed(self, error: MethodNotAllowed) -> Response:
        """The page for a request that wants to change something."""
        response = self.refusal(
            405,
            N_("This address can only be read"),
            N_("Nothing can be sent to it."),
            form=True,
        )
        response.headers["Allow"] = ", ".join(error.valid_methods or ())
        return response

    def trouble(self, error: WiredeskError) -> Response:
        """The page for what the archive could not do."""
        if isinstance(error, ArticleNotFound):
            return self.not_found(error)
        archive = error.path if isinstance(error, ArchiveError) else ""
        being_built = isinstance(error, ArchiveError) and being_written(archive)
        heading, text, command = trouble_of(error, being_built=being_built)
        if command and archive and "://" not in archive:
            command += f" --into {shlex.quote(archive)}"
        return self.refusal(503, heading, text, command=command, wait=10, detail=str(error))

    def refusal(
        self,
        status: int,
        heading: str,
        text: str,
        *,
        command: str = "",
        form: bool = False,
        before_form: str = "",
        wait: int = 0,
        detail: str = "",
    ) -> Response:
        """What is said in place of a page or of another form of it, in that form where it can be.

        `wait` are the seconds after which to try again.
        """
        speech = speech_for(choose_locale(request))
        wanted = _form_asked()
        if wanted == "json":
            error = {"title": heading, "detail": detail or text}
            body = story.pretty_json({"error": error})
            response = Response(body, status, content_type=TYPES["json"])
        elif wanted:
            lines = (speech.gettext(heading), speech.gettext(text), *filter(None, [command]))
            response = Response("\n".join(lines) + "\n", status, content_type=TYPES["txt"])
        else:
            response = self.render(
                "state",
                speech,
                self.links(match_language([request.args.get("lang", "")[:20]])),
                status=status,
                heading=speech.gettext(heading),
                texts=tuple(map(speech.gettext, filter(None, (text, before_form)))),
                command=command,
                form=form,
                again=bool(wait) and not form,
            )
        if wait:
            response.headers["Retry-After"] = str(wait)
        response.headers["Cache-Control"] = "no-store"
        return response


def _form_asked() -> str:
    """The form other than a page that an address asks for, `csv` or `bib`; empty for a page."""
    named = request.view_args or {}
    form = str(named.get("form") or str(named.get("article_id", "")).partition(".")[2])
    return form if form in TYPES and "slug" not in named else ""


story_forms: dict[str, Callable[[Article, str], str]] = {
    "json": lambda article, address: story.pretty_json(article_json(article)),
    "txt": lambda article, address: story.plain_text(article),
    "bib": story.bibtex,
    "ris": story.ris,
}
