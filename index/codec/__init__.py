"""How an archive lies on disk: flat arrays, mapped.

A search over a hundred thousand stories with eight facets touches millions of numbers; Python can
do that in a millisecond only if they lie in arrays ready to use. So a segment is a handful of
files of named arrays (`files`): terms and postings (`segment`), packed small (`packing`), facet
columns, and the stories themselves (`stored`). `build` makes a segment from documents in memory,
`merge` makes one from several, `archive` keeps the list of those that count.

    from wiredesk.index.codec.archive import ArchiveReader

    with ArchiveReader("wire.wdx") as archive:
        for segment in archive.segments:
            table = segment.text()
            print(table.docs(table.find(b"grain")))

History of the format:

1   the first.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """`WireCodec` under its stable name; Whoosh is imported only for whoever asks."""
    if name == "WireCodec":
        from wiredesk.index.codec.stock import WireCodec

        return WireCodec
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
