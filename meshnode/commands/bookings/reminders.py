"""What somebody booked for the next day, said without being asked for.

A node does not know who reads what it shows, so it is people's own commands that remind them.
Invariants: what was only asked for is not announced; nothing is said where the node does not know
the time; a reminder that cannot be made stops no command.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from meshnode.commands.bookings.bookingwords import CLAIM_DIGITS
from meshnode.commands.session import Session
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import one_line, paint, talk

View = Mapping[str, Any]

AHEAD: Final = timedelta(hours=24)
"""So far ahead people are reminded."""
_DAYS: Final = ("Today", "Tomorrow")
_COMING: Final = ("booked", "called")


def remind(session: Session, claims: Sequence[View]) -> None:
    """Say beside the output what of somebody's claims takes place in the next day."""
    for line in _lines(session, claims):
        talk(line)


def remind_of(session: Session, fingerprint: str) -> None:
    """Do the same for whoever has this fingerprint."""
    for line in _lines(session, _claims_by(session, fingerprint)):
        talk(line)


def coming_up(session: Session) -> list[str]:
    """Return the lines for the status of a node: nothing for who is not here, or is locked."""
    fingerprint = _unlocked(session)
    if fingerprint is None:
        return []
    found = _lines(session, _claims_by(session, fingerprint))
    if not found:
        return []
    return ["", paint("Coming up", None, is_bold=True), *(f"  {one}" for one in found)]


def due(claims: Sequence[View], now: datetime) -> list[View]:
    """Return what begins in the next day: booked, or called off by its host; the next one first."""
    wanted = (*_COMING, "called-off")
    found = [
        one
        for one in claims
        if one["state"] in wanted
        and one["starts"] is not None
        and now <= datetime.fromisoformat(one["starts"]) <= now + AHEAD
    ]
    return sorted(found, key=lambda one: (one["starts"], one["id"]))


def sentence(
    view: View, now: datetime, zone: tzinfo | None, *, where: str | None, cancel: str
) -> str:
    """Return what is said about one; `cancel` is the command without the id."""
    starts = datetime.fromisoformat(view["starts"]).astimezone(zone)
    days = (starts.date() - now.astimezone(zone).date()).days
    # Where clocks go forward that night, 24 hours may reach the day after tomorrow.
    day = _DAYS[days] if days < len(_DAYS) else f"{starts:%A}"
    title = view["title"] or ("Meet-up" if view["kind"] == "meetup" else "Booking")
    what = one_line(", ".join(one for one in (title, where) if one))
    whom = f", for {one_line(view['on_behalf'])}" if view["on_behalf"] else ""
    if view["state"] == "called-off":
        return f"{day} {starts:%H:%M}: {what}{whom}: the host called it off."
    return (
        f"{day} {starts:%H:%M}: {what}{_units(view)}{whom}. "
        f"Cancel: {cancel} {view['id'][:CLAIM_DIGITS]}"
    )


def _units(view: View) -> str:
    if view["sort"] == "queue" and view["booked"]:
        return f" (ticket {min(one['first_unit'] for one in view['booked'])})"
    noun = "seats" if view["kind"] == "meetup" else "places"
    return f" ({view['units']} {noun})" if view["units"] > 1 else ""


def _lines(session: Session, claims: Sequence[View]) -> list[str]:
    if not claims:
        return []
    from meshnode.commands.bulletins.composing import zone_of  # noqa: PLC0415  Slow.
    from meshnode.node.clock import moment_of  # noqa: PLC0415  Slow.
    from meshnode.protocol.errors import LimitError  # noqa: PLC0415  Slow.

    try:
        community = session.client.get("/community")
        zone = zone_of(session)
    except (Failure, LimitError):
        return []
    if not community["clock_known"]:
        return []
    now = moment_of(community["minute"])
    cancel = session.command("booking cancel")
    return [
        sentence(one, now, zone, where=_where(session, one), cancel=cancel)
        for one in due(claims, now)
    ]


def _where(session: Session, view: View) -> str | None:
    """Return where it is: in the host's words, else by the name of the place."""
    if view["where"] or view["place"] is None:
        return view["where"] or None
    try:
        return str(session.client.get(f"/places/{view['place']}")["name"])
    except Failure:
        return None


def _claims_by(session: Session, fingerprint: str) -> list[View]:
    try:
        found: list[View] = session.client.get(f"/claims?by={fingerprint}")["claims"]
    except Failure:
        return []
    return found


def _unlocked(session: Session) -> str | None:
    """Return the fingerprint of whoever speaks here, if that asks for no passphrase."""
    if not session.identity.is_dir():
        return None
    from meshnode.person.identity import Identity  # noqa: PLC0415  Slow.
    from meshnode.person.vault import mode_of, open_vault  # noqa: PLC0415  Slow.
    from meshnode.person.vaultfile import Mode  # noqa: PLC0415  Slow.
    from meshnode.protocol.errors import MeshError  # noqa: PLC0415  Slow.

    try:
        if mode_of(session.identity) is not Mode.UNATTENDED:
            return None
        with open_vault(session.identity, None) as vault:
            return Identity(vault).fingerprint.hex()
    except MeshError:
        # Another user's, damaged, or in use: this is a node's status, not an identity's.
        return None
