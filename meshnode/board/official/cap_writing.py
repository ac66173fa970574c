"""An `OfficialAlert` as CAP 1.2 XML: what stands on our board, for whoever reads CAP.

Invariant: what is written here, `cap.parse_cap` reads, with the same fields.
Source: OASIS Common Alerting Protocol 1.2, section 3; docs/spec/alerts.md section 7.
"""

from collections.abc import Iterator
from html import escape
from typing import Final

from meshnode.board.official.cap import NAMESPACE
from meshnode.board.official.times import time_text
from meshnode.board.official.warning import OfficialAlert

_FORBIDDEN: Final = str.maketrans(dict.fromkeys(" ,<&\n\t\r", "_"))


def encode_cap(alert: OfficialAlert, *, references: str = "") -> str:
    """Return a message as a document; `references` is CAP's own form of what it replaces."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<alert xmlns="{NAMESPACE}">']
    lines += _elements(
        1,
        ("identifier", alert.identifier),
        ("sender", alert.sender),
        ("sent", time_text(alert.sent_min)),
        ("status", alert.status.value),
        ("msgType", alert.message_type.value),
        ("scope", "Public"),
        ("references", references),
    )
    lines += [" <info>", *_elements(2, *_info(alert))]
    for area in alert.areas:
        lines += ["  <area>", *_elements(3, ("areaDesc", area.name)), "  </area>"]
    return "\n".join([*lines, " </info>", "</alert>", ""])


def word_of(text: str) -> str:
    """Return a text as senders and identifiers may be: without blanks, commas and `<&`."""
    return text.translate(_FORBIDDEN)


def reference_text(sender: str, identifier: str, sent_min: int) -> str:
    """Return how CAP names another message."""
    return f"{sender},{identifier},{time_text(sent_min)}"


def _info(alert: OfficialAlert) -> Iterator[tuple[str, str]]:
    yield "language", alert.language
    yield "category", alert.category.value
    yield "event", alert.event
    for response in alert.responses:
        yield "responseType", response
    yield "urgency", alert.urgency
    yield "severity", alert.severity.value
    yield "certainty", alert.certainty
    for name, minute in (("onset", alert.onset_min), ("expires", alert.expires_min)):
        yield name, "" if minute is None else time_text(minute)
    yield "senderName", alert.source
    yield "headline", alert.headline
    yield "description", alert.description
    yield "instruction", alert.instruction
    yield "web", alert.web


def _elements(depth: int, *pairs: tuple[str, str]) -> list[str]:
    """Return a line for each element that says something."""
    return [f"{' ' * depth}<{name}>{escape(text)}</{name}>" for name, text in pairs if text.strip()]
