"""Revising: what an update says of which its author changed only a part.

Not for: how long it lives or what it replaces (`versions`).
"""

from dataclasses import dataclass, replace

from meshnode.board.bulletins.alert import Provenance, encode_alert
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.protocol.errors import LimitError


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different; what is None stays as it is. Texts are as `bulletin.clean` makes
    them; an empty title takes the title away.
    """

    text: str | None = None
    title: str | None = None
    category: str | None = None
    severity: Severity | None = None
    minutes: int | None = None


def changed(before: BulletinFields, change: Change) -> BulletinFields:
    """Return what the next version says.

    Raises:
        LimitError: A template would need its times told anew.
    """
    if before.template is not None and change.text is None:
        # Its times count from its own creation, so carried over they would be wrong.
        raise LimitError(
            "This is a template. Say its TEXT in your own words, or withdraw it and fill the "
            "template in anew."
        )
    title = before.title if change.title is None else change.title or None
    return replace(
        before,
        text=before.text if change.text is None else change.text,
        title=title,
        category=change.category or before.category,
        severity=change.severity or before.severity,
        template=None,
    )


def encode_as(provenance: Provenance | None, fields: BulletinFields) -> tuple[int, bytes]:
    """Return codec and body of a bulletin or drill, or with a provenance of an alert.

    Raises:
        LimitError: A field is outside its bounds.
    """
    return encode_bulletin(fields) if provenance is None else encode_alert(provenance, fields)
