"""XML from outside as a small tree: bounded, without entities, document types or other files.

Not for: any XML but that of feeds. Invariants: whatever bytes come, the tree is bounded, or a
`PeerError` comes. A document type is refused where it begins, so there are no entities to expand
and nothing to fetch; see ADR 0024 for why expat is used as it is.
"""

import re
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from meshnode.protocol.errors import PeerError

XML_BYTES_MAX: Final = 512 * 1024
"""The largest warnings, with polygons of a whole coast, take about 100 kB."""
DEPTH_MAX: Final = 8
"""CAP needs five; deeper ones are only made to exhaust whoever reads them."""
ELEMENTS_MAX: Final = 20_000
"""A warning for all 11,000 municipalities, each with a name and a code, is split by its source."""

_DECLARED: Final = re.compile(rb"^<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,20})[\"']")
_CHARSETS: Final = {"utf-8": "utf-8", "us-ascii": "utf-8", "iso-8859-1": "latin-1"}
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Element:
    """One element: its name as `namespace name`, its own text, and what stands in it."""

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)


def parse_xml(data: bytes) -> Element:
    """Return the root of a document.

    Raises:
        PeerError: It is not well-formed, too large, in an unknown encoding, or has a document type.
    """
    if len(data) > XML_BYTES_MAX:
        raise PeerError("oversize", f"{len(data)} bytes of XML, at most {XML_BYTES_MAX}")
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.EntityDeclHandler = _refuse_document_type
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        # A text is read as it is, whatever encoding it declares: that was seen to before.
        parser.Parse(_decoded(data), True)  # noqa: FBT003  expat takes no names.
    except expat.ExpatError as error:
        raise PeerError("bad_xml", str(error)) from error
    return builder.finished()


class _Builder:
    """Takes expat's calls; one document."""

    def __init__(self) -> None:
        self._root = Element("")
        self._open = [self._root]
        self._texts: list[list[str]] = [[]]
        self._count = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > DEPTH_MAX or self._count > ELEMENTS_MAX:
            raise PeerError("oversize", f"{self._count} elements, {len(self._open)} deep")
        element = Element(name)
        self._open[-1].children.append(element)
        self._open.append(element)
        self._texts.append([])

    def end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._texts.pop()).strip()

    def characters(self, text: str) -> None:
        self._texts[-1].append(text)

    def finished(self) -> Element:
        if len(self._open) != 1 or len(self._root.children) != 1:
            raise PeerError("bad_xml", "no root")
        return self._root.children[0]


def _decoded(data: bytes) -> str:
    plain = data.removeprefix(_BOM)
    declared = _DECLARED.match(plain)
    name = declared[1].decode().lower() if declared else "utf-8"
    if name not in _CHARSETS:
        raise PeerError("bad_charset", f"the encoding {name}")
    try:
        return plain.decode(_CHARSETS[name])
    except UnicodeDecodeError as error:
        raise PeerError("bad_charset", f"these bytes are not {name}") from error


def _refuse_document_type(*_declared: object) -> NoReturn:
    raise PeerError("bad_xml", "a document type or an entity")
