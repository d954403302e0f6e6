"""The command line: the only place that prints.

Results go to standard output, progress and problems to standard error. Exit codes: 0 all well,
1 some input failed or an error ended the run, 2 wrong usage.
"""

import json
import logging
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import click

from wiredesk import __version__
from wiredesk.config import Settings, load_settings
from wiredesk.errors import (
    ArchiveError,
    ArchiveNotFound,
    ConfigError,
    IndexFormatError,
    UnknownField,
    WiredeskError,
)
from wiredesk.output import duration, receipt_lines, report_dict, result_lines, story_dict

if TYPE_CHECKING:
    from wiredesk.index.report import Progress
    from wiredesk.search import Archive

SHOWN = 10
"""Rules that find nothing and are named one by one when the others are applied."""

FAILED = 1
USAGE = 2

P = ParamSpec("P")


def _command(function: Callable[P, None]) -> Callable[P, None]:
    """Turns errors into one line and an exit code, and a closed pipe into silence."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
            sys.stdout.flush()
        except (ConfigError, UnknownField) as error:
            _stop(str(error), USAGE)
        except WiredeskError as error:
            _stop(str(error), FAILED)
        except BrokenPipeError:
            # As in `wiredesk extract ... | head`: nobody reads on; Python would complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(FAILED)
        except KeyboardInterrupt:
            _stop("stopped", 130)

    return run


def _stop(message: str, code: int) -> NoReturn:
    click.echo(f"wiredesk: {message}", err=True)
    sys.exit(code)


def _settings(**given: Any) -> Settings:
    return load_settings(Path.cwd(), os.environ, **given)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="wiredesk")
@click.option("--debug", is_flag=True, help="Log what happens inside to standard error.")
def main(debug: bool) -> None:
    """Search and browse newswire copy.

    \b
    wiredesk index wires/          put a folder of stories into wire.wdx
    wiredesk serve                 search it in the browser
    wiredesk search 'grain AND city:chicago'
    wiredesk extract story.txt     see what is read out of a file

    Defaults can be set in wiredesk.toml or by WIREDESK_ARCHIVE, WIREDESK_PORT and the like.
    Exit codes: 0 all well, 1 some input failed, 2 wrong usage.
    """
    logging.basicConfig(
        level=logging.DEBUG if debug else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s" if debug else "wiredesk: %(message)s",
        stream=sys.stderr,
    )


_sources = click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
_archive = click.option(
    "-a", "--archive", "--into", metavar="FOLDER", help="The archive.  [default: wire.wdx]"
)
_entities = click.option(
    "--entities",
    metavar="NAME|none",
    help="The entity model: one that comes with wiredesk, an installed spaCy model, or a path."
    "  [default: that of the archive, or default]",
)
_mapping = click.option(
    "--map",
    "mapping",
    metavar="OURS=THEIRS,...",
    default="",
    help="Fields of JSON and CSV files, such as headline=title,body=text.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _parsed(mapping: str) -> dict[str, str]:
    from wiredesk.index.readers.records import parse_mapping

    return parse_mapping(mapping)


# ---- extract


@main.command()
@_sources
@_entities
@click.option("--no-entities", is_flag=True, help="Leave out people, organisations and places.")
@click.option("--why", is_flag=True, help="Add the evidence: rule and characters of every field.")
@_mapping
@_command
def extract(
    sources: tuple[str, ...], entities: str | None, no_entities: bool, why: bool, mapping: str
) -> None:
    """Print what is read out of files: one JSON object per story. Nothing is indexed.

    SOURCE is a file or a folder; see docs/formats.md for what is read. Every start and end counts
    characters of the file, end exclusive.
    """
    from wiredesk.index.pipeline import read_files
    from wiredesk.index.report import Receipt

    settings = _settings(entities="none" if no_entities else entities)
    failed = False
    model = settings.entities or "default"
    for item in read_files(sources, entities=model, mapping=_parsed(mapping)):
        if isinstance(item, Receipt):
            if item.problems or item.notes:
                click.echo(str(item), err=True)
            failed |= bool(item.problems) and item.status != "left out"
        else:
            click.echo(json.dumps(story_dict(item, why=why), ensure_ascii=False))
    if failed:
        sys.exit(FAILED)


# ---- eval


@main.command("eval")
@click.argument("gold", nargs=-1, required=True, metavar="GOLD...")
@click.option("--errors", is_flag=True, help="Print every miss.")
@click.option("--page", metavar="FILE", help="Write the figures to a part of a page in Markdown.")
@click.option("--entities", is_flag=True, help="GOLD tells people, organisations and places.")
@click.option("--model", default="default", show_default=True, help="The model to score them with.")
@_json
@_command
def evaluate_gold(
    gold: tuple[str, ...],
    errors: bool,
    page: str | None,
    entities: bool,
    model: str,
    as_json: bool,
) -> None:
    """Score what is read out of files against gold files, field by field.

    GOLD is a gold file, or a folder with a gold.json; see docs/formats.md. With --entities it is
    labelled text or JSON, see docs/entities.md.
    """
    from wiredesk.index.evaluate import put_part

    if entities:
        from wiredesk.index.entities import load_finder
        from wiredesk.index.entities.scores import page as names_page
        from wiredesk.index.entities.scores import read_gold, score_entities

        read = {name: read_gold(Path(name)) for name in gold}
        finder = load_finder(model)
        sets = {}
        for name, stories in read.items():
            scores = score_entities(finder, stories)
            sets[Path(name).stem] = len(stories), scores
            if as_json:
                click.echo(json.dumps({"gold": name, **scores.as_dict()}, ensure_ascii=False))
            else:
                click.echo("\n".join([name, *scores.lines(errors=100 if errors else 0)]))
        if page is not None:
            put_part(Path(page), names_page(sets))
        return
    from wiredesk.index.evaluate import evaluate
    from wiredesk.index.evaluate import page as written

    reports = evaluate(gold)
    if as_json:
        click.echo(json.dumps([r.as_dict(errors=errors) for r in reports], ensure_ascii=False))
    else:
        for report in reports:
            click.echo(report.table())
            if errors and report.misses:
                click.echo(report.wrong())
            click.echo()
    if page is not None:
        put_part(Path(page), written(reports))


# ---- index


@main.command()
@_sources
@_archive
@_entities
@_mapping
@click.option("--processes", type=click.IntRange(1, 64), help="Processes that read and parse.")
@click.option("--prune", is_flag=True, help="Drop the stories of files that are gone.")
@click.option("--rebuild", is_flag=True, help="Make the archive anew.")
@click.option("-v", "--verbose", is_flag=True, help="List every file, however many.")
@_json
@_command
def index(
    sources: tuple[str, ...],
    archive: str | None,
    entities: str | None,
    mapping: str,
    processes: int | None,
    prune: bool,
    rebuild: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Put the stories of files and folders into an archive.

    Unchanged files are skipped, the stories of a changed file replace those it held. Ends with a
    receipt: how many stories each file gave, or why none.
    """
    from wiredesk.index.pipeline import index_files

    settings = _settings(archive=archive, entities=entities, processes=processes)
    watcher = _ProgressLine()
    try:
        report = index_files(
            sources,
            into=settings.archive,
            entities=settings.entities,
            processes=settings.processes,
            prune=prune,
            mapping=_parsed(mapping),
            rebuild=rebuild,
            progress=watcher,
        )
    finally:
        watcher.end()
    if as_json:
        click.echo(json.dumps(report_dict(report, settings.archive), ensure_ascii=False))
    else:
        for text in receipt_lines(report.receipts, everything=verbose):
            click.echo(text)
        click.echo(f"{settings.archive}: {report}")
    if report.failed:
        sys.exit(FAILED)


class _ProgressLine:
    """Rates and time left on standard error: one line rewritten on a terminal, else a line now and
    then."""

    PAUSE_TERMINAL = 0.1
    PAUSE_PLAIN = 10.0

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._width = 0

    def __call__(self, progress: "Progress") -> None:
        now = time.monotonic()
        pause = self.PAUSE_TERMINAL if self._terminal else self.PAUSE_PLAIN
        if now - self._last < pause:
            return
        self._last = now
        share = progress.done / progress.total if progress.total else 0.0
        stories, words = (
            count / progress.seconds if progress.seconds else 0.0
            for count in (progress.stories, progress.words)
        )
        text = (
            f"{share:4.0%}  {progress.stories:,} stories  {stories:,.0f} stories/s  "
            f"{words:,.0f} words/s  {duration(progress.left)} left"
        )
        if self._terminal:
            click.echo(f"\r{text:<{self._width}}", nl=False, err=True)
            self._width = len(text)
        else:
            click.echo(text, err=True)

    def end(self) -> None:
        """Clears the line."""
        if self._terminal and self._width:
            click.echo("\r" + " " * self._width + "\r", nl=False, err=True)


# ---- search


@main.command()
@click.argument("query", default="")
@_archive
@click.option("--filter", "filters", multiple=True, metavar="FIELD=VALUE", help="Keep only these.")
@click.option("--exclude", multiple=True, metavar="FIELD=VALUE", help="Leave these out.")
@click.option("--facet", "facets", multiple=True, metavar="FIELD", help="Count the values of it.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "date", "-date", "headline"]),
    default="relevance",
    show_default=True,
    help="date is oldest first, -date newest first.",
)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), help="Stories a page.  [default: 10]")
@_json
@_command
def search(
    query: str,
    archive: str | None,
    filters: tuple[str, ...],
    exclude: tuple[str, ...],
    facets: tuple[str, ...],
    sort: Any,
    page: int,
    limit: int | None,
    as_json: bool,
) -> None:
    """Search an archive.

    \b
    wiredesk search 'nato -russia'
    wiredesk search strike --filter city=Geneva --filter city=Brussels --facet agency
    wiredesk search --filter agency=-        stories that state no agency

    Values of one field are alternatives, fields must all fit. docs/query-language.md tells what a
    query can say.
    """
    from wiredesk.search import SearchRequest, open_archive

    settings = _settings(archive=archive, limit=limit)
    request = SearchRequest(
        query=query,
        filters=_pairs("--filter", filters),
        exclude=_pairs("--exclude", exclude),
        facets=facets if facets or not as_json else None,
        sort=sort,
        page=page,
        per_page=settings.limit,
    )
    with open_archive(settings.archive) as opened:
        result = opened.search(request)
    if as_json:
        from wiredesk.web.exports import search_json
        from wiredesk.web.urls import Links

        click.echo(json.dumps(search_json(result, Links()), ensure_ascii=False))
    else:
        for text in result_lines(result):
            click.echo(text)


def _pairs(option: str, pairs: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """`FIELD=VALUE` pairs by field."""
    result: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name or not value:
            raise ConfigError(f"{option}: {pair!r} is not FIELD=VALUE")
        result[name] = (*result.get(name, ()), value)
    return result


@main.command()
@_archive
@_json
@_command
def stats(archive: str | None, as_json: bool) -> None:
    """Say what an archive holds."""
    from wiredesk.search import open_archive

    settings = _settings(archive=archive)
    with open_archive(settings.archive) as opened:
        found = opened.stats()
    if as_json:
        click.echo(json.dumps({**asdict(found), "facets": dict(found.facets)}, ensure_ascii=False))
        return
    dates = f"{found.first_date} to {found.last_date}" if found.first_date else "no dated story"
    click.echo(f"{settings.archive}: {found.stories:,} stories, {dates}")
    click.echo(
        f"size {found.size / 1e6:,.1f} MB in {found.segments} segments, {found.words:,} words"
    )
    click.echo(f"entities: {found.entities or 'none'}; generation {found.generation}")
    for name, count in found.facets.items():
        click.echo(f"  {count:>9,}  {name}")


@main.command()
@_archive
@_command
def check(archive: str | None) -> None:
    """Read every byte of an archive and say what is damaged."""
    from wiredesk.index.codec.archive import ArchiveReader

    settings = _settings(archive=archive)
    with ArchiveReader(settings.archive) as opened:
        problems = opened.verify()
        stories = opened.story_count
    for problem in problems:
        click.echo(f"damaged: {problem}")
    if problems:
        _stop(f"{settings.archive}: damaged; make it anew with wiredesk index --rebuild", FAILED)
    click.echo(f"{settings.archive}: {stories:,} stories, no damage")


@main.command()
@_archive
@_command
def compact(archive: str | None) -> None:
    """Merge the segments of an archive into one; deleted stories go for good."""
    from wiredesk.index.codec.archive import ArchiveReader, read_manifest
    from wiredesk.index.corrected import apply_corrections
    from wiredesk.index.writer import ArchiveWriter

    settings = _settings(archive=archive)
    path = Path(settings.archive)
    before = len(read_manifest(path).segments)
    with ArchiveWriter(path) as writer:
        writer.compact()
    apply_corrections(path, None)
    with ArchiveReader(path) as opened:
        click.echo(
            f"{settings.archive}: {opened.story_count:,} stories, {before} segments before,"
            f" {len(opened.segments)} now, {opened.size / 1e6:,.1f} MB"
        )


# ---- corrections


@main.group()
def corrections() -> None:
    """Put names, cities and dates right by a file that people can read.

    The file is corrections.toml beside the archive, unless others are named: one or several.
    docs/entities.md says what can be in them.
    """


_files = click.argument("files", nargs=-1, metavar="[FILE...]")


def _corrections_of(archive: str, files: tuple[str, ...]) -> tuple[str, ...]:
    return files or (str(Path(archive).absolute().parent / "corrections.toml"),)


@corrections.command("check")
@_files
@_archive
@_command
def check_corrections(files: tuple[str, ...], archive: str | None) -> None:
    """Say what is wrong in the files, and which rules find nothing; change nothing."""
    from wiredesk.index.codec.archive import open_archive_dir
    from wiredesk.index.corrected import check_against
    from wiredesk.index.corrections import read_corrections
    from wiredesk.index.report import counted

    settings = _settings(archive=archive)
    names = _corrections_of(settings.archive, files)
    rules = read_corrections(*names)
    with open_archive_dir(settings.archive) as opened:
        for line in check_against(opened, rules):
            click.echo(line)
    click.echo(f"{', '.join(names)}: {counted(len(rules.rules), 'correction')}, no mistake")


@corrections.command("apply")
@_files
@_archive
@click.option("--none", "clear", is_flag=True, help="Take all corrections back.")
@_command
def apply_corrections(files: tuple[str, ...], archive: str | None, clear: bool) -> None:
    """Show the archive with these corrections, and without those applied before.

    Several files, such as your own and lists of other names that are shared, are put together; they
    may say the same, but not contradict each other. Sources are not read again. Stories that are
    indexed later are corrected likewise.
    """
    from wiredesk.index.corrected import apply_corrections as apply
    from wiredesk.index.corrections import read_corrections
    from wiredesk.index.report import counted

    settings = _settings(archive=archive)
    started = time.monotonic()
    names = () if clear else _corrections_of(settings.archive, files)
    done = apply(settings.archive, read_corrections(*names))
    for line in done.unused[:SHOWN]:
        click.echo(line, err=True)
    if len(done.unused) > SHOWN:
        rest = len(done.unused) - SHOWN
        click.echo(f"{rest:,} more find nothing; wiredesk corrections check lists them", err=True)
    said = f"{counted(done.rules, 'correction')}, {counted(done.stories, 'story')} changed"
    if done.respelled:
        said += f"; a name in another spelling in {counted(done.respelled, 'story')} more"
    click.echo(f"{settings.archive}: {said}; {time.monotonic() - started:.1f} s")


@corrections.command("suggest")
@_archive
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@_command
def suggest_corrections(archive: str | None, limit: int) -> None:
    """Print merges that might be right, with the evidence, ready to be pasted into the file."""
    from wiredesk.index.codec.archive import open_archive_dir
    from wiredesk.index.proposals import as_toml, suggest

    with open_archive_dir(_settings(archive=archive).archive) as opened:
        click.echo(as_toml(suggest(opened, limit=limit)), nl=False)


# ---- serve


@main.command()
@_archive
@click.option("--host", metavar="ADDRESS", help="Address to serve on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port.  [default: 8000]")
@_command
def serve(archive: str | None, host: str | None, port: int | None) -> None:
    """Serve an archive to browsers. If the port is taken, another free one is used and said.

    While there is no archive, or one that must be made anew, the pages say so and what to do.
    """
    from wiredesk.search import open_archive

    settings = _settings(archive=archive, host=host, port=port)
    try:
        opened = open_archive(settings.archive)
    except (ArchiveNotFound, IndexFormatError) as error:
        if Path(settings.archive).is_file():
            raise
        click.echo(f"wiredesk: {error}", err=True)
        _serve(cache(lambda: open_archive(settings.archive)), settings)
        return
    with opened:
        _serve(opened, settings)


@main.command()
@click.option("--host", metavar="ADDRESS", help="Address to serve on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port.  [default: 8000]")
@_entities
@_command
def demo(host: str | None, port: int | None, entities: str | None) -> None:
    """Index the stories that come with wiredesk into demo.wdx here, and serve them."""
    from wiredesk.demo import STORIES
    from wiredesk.index.pipeline import index_files
    from wiredesk.search import open_archive

    settings = _settings(archive="demo.wdx", host=host, port=port, entities=entities)
    if not os.access(Path.cwd(), os.W_OK):
        raise ArchiveError("demo.wdx", "this folder cannot be written; go to another and try again")
    report = index_files([STORIES], into=settings.archive, entities=settings.entities)
    for receipt in report.receipts:
        if receipt.problems:
            click.echo(str(receipt), err=True)
    click.echo(f"{settings.archive}: {report}")
    with open_archive(settings.archive) as opened:
        _serve(opened, settings)


def _serve(archive: "Archive | Callable[[], Archive]", settings: Settings) -> None:
    """Answers requests until it is stopped."""
    from waitress.server import create_server

    from wiredesk.web import create_app

    listening = _listen(settings.host, settings.port)
    port = listening.getsockname()[1]
    if settings.port not in (0, port):
        click.echo(f"port {settings.port} is taken, using {port}", err=True)
    server = create_server(
        create_app(archive, title=settings.title),
        sockets=[listening],
        threads=settings.threads,
        ident=None,
        max_request_header_size=16_384,
        max_request_body_size=1_024,
        channel_timeout=30,
    )
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    try:
        click.echo(f"http://{shown}:{port}/  (stop with Ctrl-C)")
        sys.stdout.flush()
        server.run()
    except KeyboardInterrupt:
        pass  # waitress takes it for itself once it runs
    finally:
        server.close()
        click.echo("stopped", err=True)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket on the port, or on another free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in (port, 0):
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name == "posix":
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, candidate))
            listening.listen(1024)
        except OSError as error:
            listening.close()
            reason = error.strerror or str(error)
            if candidate == 0 or not _taken(error):
                raise ConfigError(f"cannot serve on {host}, port {port}: {reason}") from None
        else:
            return listening
    raise AssertionError("port 0 either binds or raises")


def _taken(error: OSError) -> bool:
    import errno

    return error.errno in (errno.EADDRINUSE, errno.EACCES)
