"""The next version of a bulletin, from the document of the one before. Imports what is slow.

Not for: asking or printing.
"""

from collections.abc import Mapping
from typing import Any

from meshnode.board.bulletins.alert import AlertState, Provenance, Reference
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, clean
from meshnode.board.bulletins.revising import Change, changed, encode_as
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.board.trust.permissions import Action
from meshnode.commands.speaker import Speaker
from meshnode.commands.trust import people
from meshnode.commands.trust.offices import require_office
from meshnode.protocol.errors import LimitError

View = Mapping[str, Any]


def content_of(before: View, wanted: Mapping[str, Any]) -> tuple[int, bytes]:
    """Return codec and body of the next version.

    Raises:
        LimitError: A field is outside its bounds.
    """
    # A template's document, and a drill's, have sentences in them that its author did not write.
    is_as_written = before["template"] is None and not before["is_drill"]
    if not is_as_written and "text" not in wanted:
        raise LimitError(
            "Of a template or a drill, say the whole TEXT anew; or withdraw it and post another."
        )
    fields = BulletinFields(
        text=before["text"],
        title=before["title"] if is_as_written else None,
        category=before["category"],
        severity=Severity(before["severity"]),
    )
    text, title, severity = wanted.get("text"), wanted.get("title"), wanted.get("severity")
    change = Change(
        text=None if text is None else clean(text),
        title=None if title is None else clean(title),
        category=wanted.get("category"),
        severity=None if severity is None else Severity(severity),
    )
    said = before["provenance"]
    return encode_as(None if said is None else provenance_of(said), changed(fields, change))


def provenance_of(said: View) -> Provenance:
    """Return an alert's provenance from its document."""
    reference = said["reference"]
    return Provenance(
        source=said["source"],
        issued_min=people.minute_of(said["issued"]),
        state=AlertState[said["state"].upper().replace("-", "_")],
        reference=None if reference is None else Reference(bytes.fromhex(reference)),
        replaces=tuple(Reference(bytes.fromhex(one)) for one in said["replaces"]),
        onset_min=None if said["onset"] is None else people.minute_of(said["onset"]),
        ends_min=None if said["ends"] is None else people.minute_of(said["ends"]),
    )


def require_right(
    speaker: Speaker, before: View, wanted: Mapping[str, Any], *, expires_min: int
) -> None:
    """Return if whoever speaks may say the next version until then.

    Raises:
        Failure: The role is missing, or ends too early.
        LimitError: A bulletin does not live so long.
    """
    if expires_min - speaker.minute > BULLETIN_MINUTES_MAX + 1:
        raise LimitError(f"A bulletin lives {BULLETIN_MINUTES_MAX // 1440} days at most.")
    severity = Severity(wanted.get("severity") or before["severity"])
    if before["kind"] == "alert":
        what, action = "Passing on an official alert", Action.ALERT
    elif before["kind"] == "drill":
        what, action = "A drill", Action.DRILL
    elif severity in (Severity.SEVERE, Severity.EXTREME):
        what, action = f"A bulletin of severity {severity}", Action.WARN
    else:
        what, action = "A bulletin", Action.POST
    require_office(speaker, action, what, expires_min=expires_min)
