"""Members on a terminal: the list, and one whole. Takes the API's JSON documents."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from meshnode.commands.terminal.localtime import local
from meshnode.commands.terminal.output import one_line, paint
from meshnode.commands.terminal.tables import cut, table, terminal_columns

Member = Mapping[str, Any]

FINGERPRINT_DIGITS: Final = 8
"""Enough to name somebody; all of them are for comparing."""
VOUCHERS_MIN: Final = 2
"""As `meshnode.board.trust.membership.VOUCHERS_MIN`, which would bring the keys' library."""
_NAME_COLUMNS_MAX: Final = 28
_GROUP_DIGITS: Final = 4
_EPOCH: Final = datetime(2024, 1, 1, tzinfo=UTC)


def grouped(fingerprint: str) -> str:
    """Return a fingerprint in groups of four digits, to be compared by people."""
    return " ".join(
        fingerprint[start : start + _GROUP_DIGITS]
        for start in range(0, len(fingerprint), _GROUP_DIGITS)
    )


def day(moment: str) -> str:
    """Return the local day of a moment in the API's form."""
    return f"{local(moment):%Y-%m-%d}"


def minute_of(moment: str) -> int:
    """Return the minute since 2024-01-01 of a moment in the API's form."""
    return int((datetime.fromisoformat(moment) - _EPOCH).total_seconds() // 60)


def standing(member: Member) -> str:
    """Return in a word in which quality somebody belongs."""
    if member["is_revoked"]:
        return "revoked"
    if member["is_steward"]:
        return "steward"
    return "full" if member["is_full"] else "vouched"


def roles(member: Member) -> str:
    """Return the roles somebody holds, in one line."""
    return ", ".join(sorted({one["role"] for one in member["roles"]})) or "-"


def name_of(member: Member) -> str:
    """Return the name, marked where another one looks like it."""
    name = one_line(member["name"])
    return f"{name} (!)" if member["looks_like"] else name


def called(someone: Member) -> str:
    """Return the name of somebody whom the node may know only by the fingerprint."""
    return one_line(someone["name"] or someone["fingerprint"][:FINGERPRINT_DIGITS])


def lines(members: Sequence[Member]) -> list[str]:
    """Return the lines that list members, as wide as the terminal."""
    rows = [
        (
            member["fingerprint"][:FINGERPRINT_DIGITS],
            member["class"],
            standing(member),
            day(member["expires"]) if member["expires"] else "-",
            cut(name_of(member), _NAME_COLUMNS_MAX),
            roles(member),
        )
        for member in sorted(members, key=_rank)
    ]
    head, *body = table(
        ("KEY", "CLASS", "STANDING", "UNTIL", "NAME", "ROLES"), rows, columns=terminal_columns()
    )
    mark = ["", "(!) looks like another name: compare fingerprints before you trust it."]
    is_marked = any(member["looks_like"] for member in members)
    return [paint(head, None, is_bold=True), *body, *(mark if is_marked else [])]


def whole(member: Member) -> list[str]:
    """Return the lines that show one member whole."""
    name = one_line(member["name"])
    certified = one_line(member["certified_name"])
    shown = [f"{paint(name, None, is_bold=True)}, {member['class']}"]
    if certified != name:
        shown.append(f"Certified as  {certified}")
    shown.append(f"Fingerprint   {grouped(member['fingerprint'])}")
    shown.append(f"Standing      {_whole_standing(member)}")
    shown += [
        f"Role          {one['role']} until {day(one['until'])}"
        + (f", for {one['place']}" if one["place"] else "")
        for one in member["roles"]
    ]
    if member["languages"]:
        shown.append(f"Reads         {', '.join(member['languages'])}")
    shown += [f"Key           {_key(key)}" for key in member["keys"]]
    if member["looks_like"]:
        others = ", ".join(one[:FINGERPRINT_DIGITS] for one in member["looks_like"])
        shown += ["", f"Careful: {others} has a name that looks the same. Compare fingerprints."]
    return shown


def keys_of(member: Member) -> dict[str, int]:
    """Return the highest sequence number that the node holds, by the id of the key."""
    return {key["key_id"]: key["last_sequence"] or 0 for key in member["keys"]}


def _whole_standing(member: Member) -> str:
    if member["is_revoked"]:
        return "revoked: only what was signed before counts"
    if member["is_steward"]:
        return "steward"
    until = day(member["expires"])
    if member["is_full"]:
        return f"full member until {until}"
    vouchers = ", ".join(one[:FINGERPRINT_DIGITS] for one in member["vouched_by"])
    return f"member until {until}; other members spoke for it: {vouchers}"


def _key(key: Mapping[str, Any]) -> str:
    what = "device" if key["is_device"] else "identity"
    end = "" if key["last"] is None else "  revoked"
    return f"{key['key_id']}  {what}{end}"


def _rank(member: Member) -> tuple[bool, bool, str, str]:
    name = str(member["name"]).casefold()
    return member["is_revoked"], not member["is_steward"], name, str(member["fingerprint"])
