"""The message catalogues: what there is to translate, and the `.po` files made into `.mo`.

    python -m wiredesk.web.catalogs          update the .po files, write the .mo files
    python -m wiredesk.web.catalogs --new it begin a language

For whoever adds a language or a sentence; nothing of it runs while pages are served.
"""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from wiredesk.web.i18n import LANGUAGES, TRANSLATIONS

WEB = Path(__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "NN_": (1, 2)}


def template() -> Catalog:
    """Every message of the pages, untranslated, sorted by where it stands."""
    catalog = Catalog(project="wiredesk", charset="utf-8", fuzzy=False)
    found = extract_from_dir(str(WEB), METHODS, keywords=KEYWORDS, comment_tags=())
    for path, line, message, _, context in sorted(found, key=lambda m: (m[0], m[1])):
        catalog.add(message, locations=[(path, line)], context=context)
    return catalog


def po_path(language: str) -> Path:
    """The catalogue of a language."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """The catalogue of a language as it is on disk; a new one where there is none."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as `.mo`."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def update(languages: Iterator[str] | tuple[str, ...]) -> None:
    """Brings the `.po` files up to date with the sources and writes their `.mo`."""
    messages = template()
    for language in languages:
        catalog = read(language)
        catalog.update(messages, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        # Dates and names of people would change the file without a change in the messages.
        catalog.creation_date = catalog.revision_date = EPOCH
        catalog.project, catalog.version = "wiredesk", ""
        catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, omit_header=False, no_location=True, width=100)
        path.with_suffix(".mo").write_bytes(compiled(catalog))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--new", metavar="LANGUAGE", help="a language to begin")
    new = parser.parse_args().new
    update(tuple(language for language in LANGUAGES if language != "en") + ((new,) if new else ()))


if __name__ == "__main__":
    main()
