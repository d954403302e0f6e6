"""Every backend that has to keep the contract."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "search"))

from contract_stories import ARTICLES
from toy import ToyBackend

from wiredesk.index.document import Document, to_document
from wiredesk.index.writer import ArchiveWriter
from wiredesk.search.backend import Backend
from wiredesk.search.whoosh_backend import WhooshBackend


@pytest.fixture(scope="session", params=["archive", "toy"])
def backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Backend]:
    documents = [to_document(a) for a in ARTICLES]
    makers: dict[str, Callable[[list[Document], Path], Backend]] = {
        "archive": _archive,
        "toy": lambda made, _: ToyBackend(made),
    }
    made = makers[request.param](documents, tmp_path_factory.mktemp("contract"))
    yield made
    made.close()


def _archive(documents: list[Document], folder: Path) -> Backend:
    with ArchiveWriter(folder / "wire.wdx") as writer:
        for document in documents:
            writer.add(document)
    return WhooshBackend(folder / "wire.wdx")
