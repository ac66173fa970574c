"""CAP 1.2, the Common Alerting Protocol: XML in, an `OfficialAlert` out.

Strict: what the standard demands must be there, and of `Public` scope. Extensions and signatures
are passed over. Of several languages the first German block is read, else the first of all.
Source: OASIS Common Alerting Protocol 1.2 (2010-07-01), section 3; docs/spec/alerts.md section 2.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, TypeVar

from meshnode.board.official.times import parse_time
from meshnode.board.official.warning import (
    Area,
    CapCategory,
    CapSeverity,
    MessageType,
    OfficialAlert,
    Status,
    cap_key,
)
from meshnode.board.official.xml import Element, parse_xml
from meshnode.protocol.errors import PeerError

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
LANGUAGE: Final = "de"
"""The language that is read where there are several."""
IDENTIFIER_CHARACTERS_MAX: Final = 200
AREAS_MAX: Final = 500
"""More areas than a state has districts say no more than their first ones."""
_REFERENCES_MAX: Final = 64
_FORBIDDEN: Final = frozenset(" ,<&\n\t\r")
"""In identifiers and senders, so that references can be told apart. Source: CAP 1.2, 3.2.1."""

_Choice = TypeVar("_Choice", bound=StrEnum)


def parse_cap(data: bytes) -> OfficialAlert:
    """Return the alert in a CAP document.

    Raises:
        PeerError: It is no CAP 1.2, lacks what it must have, or is out of bounds.
    """
    root = parse_xml(data)
    if root.name != f"{NAMESPACE} alert":
        raise PeerError("bad_cap", f"a document {root.name[:80]!r}")
    if _text(root, "scope", is_needed=True) != "Public":
        raise PeerError("not_public", "the scope is not Public")
    sender, identifier = _identifier(root, "sender"), _identifier(root, "identifier")
    message_type = choice(MessageType, _text(root, "msgType", is_needed=True), "msgType")
    blocks = [one for one in root.children if one.name == f"{NAMESPACE} info"]
    if not blocks and message_type is not MessageType.CANCEL:
        raise PeerError("bad_cap", "no info")
    info = _preferred(blocks)
    return OfficialAlert(
        key=cap_key(sender, identifier),
        sender=sender,
        identifier=identifier,
        source=_text(info, "senderName") or sender,
        sent_min=parse_time(_text(root, "sent", is_needed=True)),
        message_type=message_type,
        status=choice(Status, _text(root, "status", is_needed=True), "status"),
        severity=_severity(info),
        category=_category(info),
        urgency=_text(info, "urgency") or "Unknown",
        certainty=_text(info, "certainty") or "Unknown",
        event=_text(info, "event"),
        headline=_text(info, "headline"),
        description=_text(info, "description"),
        instruction=_text(info, "instruction"),
        references=cap_references(_text(root, "references")),
        onset_min=_time(info, "onset"),
        expires_min=_time(info, "expires"),
        responses=tuple(one.text for one in _all(info, "responseType")),
        areas=tuple(_areas(info)),
        language=_text(info, "language"),
        web=_text(info, "web"),
    )


def cap_references(text: str) -> tuple[str, ...]:
    """Return the keys of what a message names: `sender,identifier,sent`, apart by blanks.

    Raises:
        PeerError: They are too many, or not of this form.
    """
    triples = [one.split(",") for one in text.split()]
    if len(triples) > _REFERENCES_MAX or any(len(one) != 3 or not all(one) for one in triples):
        raise PeerError("bad_cap", "references that are none")
    return tuple(cap_key(sender, identifier) for sender, identifier, _ in triples)


def choice(choices: type[_Choice], text: str, what: str) -> _Choice:
    """Return the one of these choices that a text names.

    Raises:
        PeerError: It names none.
    """
    try:
        return choices(text)
    except ValueError:
        raise PeerError("bad_cap", f"{what} {text[:40]!r}") from None


def _preferred(blocks: list[Element]) -> Element:
    german = (one for one in blocks if _text(one, "language").lower().startswith(LANGUAGE))
    return next(german, blocks[0] if blocks else Element(""))


def _severity(info: Element) -> CapSeverity:
    text = _text(info, "severity", is_needed=bool(info.name))
    return choice(CapSeverity, text, "severity") if text else CapSeverity.UNKNOWN


def _category(info: Element) -> CapCategory:
    text = _text(info, "category", is_needed=bool(info.name))
    return choice(CapCategory, text, "category") if text else CapCategory.OTHER


def _time(info: Element, name: str) -> int | None:
    text = _text(info, name)
    return parse_time(text) if text else None


def _areas(info: Element) -> Iterator[Area]:
    for area in _all(info, "area")[:AREAS_MAX]:
        codes = (
            (_text(one, "valueName"), _text(one, "value"))
            for one in _all(area, "geocode")[:AREAS_MAX]
        )
        polygons = tuple(_polygon(one.text) for one in _all(area, "polygon")[:AREAS_MAX])
        yield Area(_text(area, "areaDesc"), tuple(codes), polygons)


def _polygon(text: str) -> tuple[tuple[float, float], ...]:
    """Return a ring; a point that is none ends it with an error."""
    points = []
    for pair in text.split():
        latitude, comma, longitude = pair.partition(",")
        try:
            point = float(latitude), float(longitude)
        except ValueError:
            raise PeerError("bad_cap", f"a point {pair[:40]!r}") from None
        if not comma or not (abs(point[0]) <= 90 and abs(point[1]) <= 180):
            raise PeerError("bad_cap", f"a point {pair[:40]!r}")
        points.append(point)
    return tuple(points)


def _identifier(root: Element, name: str) -> str:
    text = _text(root, name, is_needed=True)
    if len(text) > IDENTIFIER_CHARACTERS_MAX or _FORBIDDEN & set(text):
        raise PeerError("bad_cap", f"{name} {text[:40]!r}")
    return text


def _all(element: Element, name: str) -> list[Element]:
    return [one for one in element.children if one.name == f"{NAMESPACE} {name}"]


def _text(element: Element, name: str, *, is_needed: bool = False) -> str:
    """Return the text of the first child of this name; empty: there is none."""
    text = next((one.text for one in _all(element, name)), "")
    if is_needed and not text:
        raise PeerError("bad_cap", f"no {name}")
    return text
