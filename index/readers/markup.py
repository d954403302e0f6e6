"""XML without its dangers, and text out of markup.

No DTD and no external entity is ever loaded; a document that declares entities of its own is
refused (news formats need none, a "billion laughs" does). A document that is cut short gives what
is complete in it, and the error beside it.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree.ElementTree import Element
from xml.parsers import expat

from wiredesk.errors import ReadError

MAX_DEPTH = 200
"""Elements inside each other; news formats need about 20."""

_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml\b[^>]*\?>")
_DECLARED = re.compile(rb"""^\W{0,4}\s*<\?xml\b[^>]*\bencoding\s*=\s*["']([\w.:-]+)["']""")


@dataclass(slots=True)
class Tree:
    """A parsed document. Tags and attributes are local names, without their namespaces.

    `error` says where the document broke off, None if it is whole; `broken` holds the ids of the
    elements that were open there; `lines` the 1-based first line of every element.
    """

    root: Element
    error: ReadError | None = None
    broken: set[int] = field(default_factory=set)
    lines: dict[int, int] = field(default_factory=dict)

    def whole(self, element: Element) -> bool:
        """Whether the element was read to its end."""
        return id(element) not in self.broken

    def line(self, element: Element) -> int:
        """Where the element begins."""
        return self.lines.get(id(element), 1)

    def find_all(self, *names: str) -> list[Element]:
        """All elements of these names, in order, complete or not."""
        return [e for e in self.root.iter() if e.tag in names]


def declared_encoding(head: bytes) -> str | None:
    """The encoding that an XML declaration names."""
    found = _DECLARED.match(head)
    return found[1].decode("ascii", "replace") if found else None


def parse_xml(text: str, *, place: str) -> Tree:
    """The tree of a document.

    Raises ReadError if it declares entities, nests too deeply, or nothing in it can be read.
    """
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator="}")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    open_elements: list[Element] = []
    roots: list[Element] = []
    lines: dict[int, int] = {}
    last: list[Element | None] = [None]

    def add(text: str) -> None:
        """Character data goes after the last closed child, or at the start of the element."""
        if not open_elements:
            return
        child = last[0]
        if child is None:
            open_elements[-1].text = (open_elements[-1].text or "") + text
        else:
            child.tail = (child.tail or "") + text

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(open_elements) >= MAX_DEPTH:
            raise ReadError(place, "elements nested too deeply", line=parser.CurrentLineNumber)
        element = Element(_local(tag), {_local(k): v for k, v in attributes.items()})
        lines[id(element)] = parser.CurrentLineNumber
        if open_elements:
            open_elements[-1].append(element)
        else:
            roots.append(element)
        open_elements.append(element)
        last[0] = None

    def end(tag: str) -> None:
        last[0] = open_elements.pop()

    def entity(*declaration: object) -> None:
        raise ReadError(place, "declares entities; refused", line=parser.CurrentLineNumber)

    def external(*reference: object) -> int:
        raise ReadError(place, "refers to an outside entity; refused")

    def skipped(name: str, is_parameter: bool) -> None:
        if not is_parameter:
            add(html.unescape(f"&{name};"))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = add
    parser.EntityDeclHandler = entity
    parser.ExternalEntityRefHandler = external
    parser.SkippedEntityHandler = skipped
    error = None
    try:
        parser.Parse(_DECLARATION.sub(_blank, text.removeprefix("\ufeff")).encode(), True)
    except expat.ExpatError as broken:
        reason = expat.ErrorString(broken.code) or "not well-formed"
        error = ReadError(place, f"damaged or cut short: {reason}", line=broken.lineno)
    except UnicodeEncodeError:
        raise ReadError(place, "half a surrogate pair in it; not valid text") from None
    if not roots:
        raise error or ReadError(place, "no element in it")
    return Tree(roots[0], error, {id(e) for e in open_elements}, lines)


def _blank(match: re.Match[str]) -> str:
    """Line ends only, so that line numbers stay."""
    return "\n" * match[0].count("\n")


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2] if "}" in name or ":" in name else name


def text_of(element: Element | None) -> str:
    """All text of an element on one line; empty for None."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def first(element: Element | None, *paths: str) -> Element | None:
    """The first element found by any of the paths, tried in order."""
    if element is None:
        return None
    for path in paths:
        found = element.find(path)
        if found is not None:
            return found
    return None


BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hedline",
        "hl1",
        "hl2",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "block",
        "body",
        "note",
        "td",
        "th",
        "bq",
        "credit",
        "fn",
        "dateline",
        "byline",
    ]
)
_SILENT = frozenset(
    ["script", "style", "head", "template", "noscript", "iframe", "svg", "media", "object"]
)


def paragraphs(element: Element, *, leave_out: Iterable[str] = ()) -> list[str]:
    """The text of an element, cut where its block elements begin and end; `br` breaks a line."""
    silent = _SILENT | set(leave_out)
    pieces: list[str] = []

    def visit(node: Element) -> None:
        name = str(node.tag).lower()
        if name not in silent:
            edge = "\0" if name in BLOCKS else "\n" if name == "br" else ""
            pieces.append(edge)
            pieces.append(_one_line(node.text))
            for child in node:
                visit(child)
            pieces.append(edge if name != "br" else "")
        pieces.append(_one_line(node.tail) if node is not element else "")

    visit(element)
    return _cut(pieces)


class _TextOf(HTMLParser):
    """Collects the text of HTML, with marks where block elements begin and end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in BLOCKS:
            self.pieces.append("\0")
        elif tag == "br":
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCKS:
            self.pieces.append("\0")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.pieces.append("\0")
        elif tag == "br":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(_one_line(data))


def html_paragraphs(markup: str) -> list[str]:
    """The paragraphs of a piece of HTML, such as the body of a feed entry."""
    parser = _TextOf()
    parser.feed(markup)
    parser.close()
    return _cut(parser.pieces)


def looks_like_html(text: str) -> bool:
    """Whether a string holds markup rather than plain text."""
    return re.search(r"</?(?:p|br|div|b|i|em|strong|a|ul|li|h[1-6]|span)\b[^>]*>", text) is not None


def plain_paragraphs(text: str) -> list[str]:
    """The paragraphs of plain text: cut at blank lines, or at line ends where there are none."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return [p.strip("\n") for p in re.split(r"\n[ \t\xa0]*\n+", unified) if p.strip()]


def any_paragraphs(text: str) -> list[str]:
    """The paragraphs of a string that may be HTML or plain."""
    return html_paragraphs(text) if looks_like_html(text) else plain_paragraphs(text)


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text.replace("\0", " ")) if text else ""


def _cut(pieces: Iterable[str]) -> list[str]:
    return list(_cut_pieces("".join(pieces)))


def _cut_pieces(text: str) -> Iterator[str]:
    for part in text.split("\0"):
        lines = [" ".join(line.split(" ")).strip(" \t") for line in part.split("\n")]
        kept = "\n".join(line for line in lines if line)
        if kept:
            yield re.sub(r" {2,}", " ", kept)
