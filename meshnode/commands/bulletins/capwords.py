"""A bulletin as CAP 1.2, from the API's document of it."""

from collections.abc import Mapping
from typing import Any, Final

from meshnode.commands.trust.people import minute_of

View = Mapping[str, Any]

_EVENT_CHARACTERS_MAX: Final = 80


def cap_text(view: View, community: View) -> str:
    """Return a CAP document: the community and the author are its sender, a drill an exercise."""
    # Slow, and only needed by whoever exports.
    from meshnode.board.bulletins.bulletin import Severity  # noqa: PLC0415
    from meshnode.board.official.cap_writing import (  # noqa: PLC0415
        encode_cap,
        reference_text,
        word_of,
    )
    from meshnode.board.official.mapping import CAP_CATEGORIES, CAP_SEVERITIES  # noqa: PLC0415
    from meshnode.board.official.warning import (  # noqa: PLC0415
        Area,
        CapCategory,
        MessageType,
        OfficialAlert,
        Status,
        cap_key,
    )

    name = community["name"]
    author = view["author_name"] or view["author"]
    sender = word_of(f"{author}@{name}.meshnode")
    said = view["provenance"] or {}
    is_clear = said.get("state") == "all-clear"
    message_type = MessageType.UPDATE if view["is_update"] else MessageType.ALERT
    references = ""
    if view["is_update"]:
        message_type = MessageType.CANCEL if is_clear else MessageType.UPDATE
        references = reference_text(sender, view["root"], minute_of(view["created"]))
    ends = said.get("ends") or view["expires"]
    alert = OfficialAlert(
        key=cap_key(sender, view["id"]),
        sender=sender,
        identifier=view["id"],
        source=f"{said['source']}, passed on by {author}" if said else f"{author}, {name}",
        sent_min=minute_of(view["created"]),
        message_type=message_type,
        status=Status.EXERCISE if view["is_drill"] else Status.ACTUAL,
        severity=CAP_SEVERITIES[Severity(view["severity"])],
        category=CAP_CATEGORIES.get(view["category"], CapCategory.OTHER),
        event=view["category"],
        headline=view["title"] or view["text"].split("\n")[0][:_EVENT_CHARACTERS_MAX],
        description=view["text"],
        onset_min=minute_of(said["onset"]) if said.get("onset") else None,
        expires_min=minute_of(ends),
        responses=("AllClear",) if is_clear else (),
        areas=(Area(_area(view, name)),),
    )
    return encode_cap(alert, references=references)


def _area(view: View, community: str) -> str:
    """Return where it applies: what a template says, else the whole neighbourhood."""
    said = ((view["template"] or {}).get("parameters") or {}).get("area")
    return f"{said}, {community}" if said else community
