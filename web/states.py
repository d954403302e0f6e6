"""What a page says in place of stories: no archive yet, being built, empty, damaged."""

from typing import NamedTuple

from wiredesk.errors import (
    ArchiveError,
    ArchiveLocked,
    ArchiveNotFound,
    BackendUnavailable,
    IndexFormatError,
    WiredeskError,
)
from wiredesk.web.i18n import N_


class EmptyArchive(ArchiveError):
    """An archive without stories."""


class Trouble(NamedTuple):
    """What to say of an error, untranslated, and the command that helps; empty if none does."""

    heading: str
    text: str
    command: str


TROUBLES: dict[type[WiredeskError], Trouble] = {
    ArchiveNotFound: Trouble(
        N_("There is no archive yet"),
        N_("Index a folder of stories with this command, then reload this page:"),
        "wiredesk index FOLDER",
    ),
    IndexFormatError: Trouble(
        N_("The archive must be rebuilt"),
        N_("It was made by another version of wiredesk, or is damaged. Build it again:"),
        "wiredesk index FOLDER --rebuild",
    ),
    ArchiveLocked: Trouble(
        N_("The archive is being built"),
        N_("Its stories are being read. They will be here when all of them are."),
        "",
    ),
    EmptyArchive: Trouble(
        N_("This archive is empty"),
        N_("Index a folder of stories with this command, then reload this page:"),
        "wiredesk index FOLDER",
    ),
    ArchiveError: Trouble(
        N_("The archive cannot be read"),
        N_("This command says what is wrong with it:"),
        "wiredesk check",
    ),
    BackendUnavailable: Trouble(
        N_("The search engine does not answer"),
        N_("Try again in a moment."),
        "",
    ),
    WiredeskError: Trouble(
        N_("This search cannot be answered"),
        N_("Change the address or start a new search."),
        "",
    ),
}
"""Error -> what to say; the first kind that fits counts."""


def trouble_of(error: WiredeskError, *, being_built: bool = False) -> Trouble:
    """What to say of an error."""
    if being_built:
        return TROUBLES[ArchiveLocked]
    return next(said for kind, said in TROUBLES.items() if isinstance(error, kind))
