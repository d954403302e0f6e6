"""Raw wire files in, an archive on disk out.

    from wiredesk.index import index_files

    report = index_files(["wires/1987/"], into="wire.wdx")
    print(report.added, report.failed)

Importing this package loads nothing: `index_files` comes with its first use.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wiredesk.index.pipeline import Report, index_files

__all__ = ["Report", "index_files"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from wiredesk.index import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
