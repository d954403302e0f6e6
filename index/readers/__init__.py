"""Files of every shape in, `RawItem` values out.

    for item in read_path("wires/1987/feb.txt"):
        print(item.path, item.format, len(item.text))

A format is one function and one line of the table in `wiredesk.index.readers.registry`. A reader
takes text out of its format and says which fields the format itself states; what the text says is
the business of `wiredesk.index.wire`.
"""

from wiredesk.index.readers.item import RawItem, Stated

__all__ = ["RawItem", "Stated"]
