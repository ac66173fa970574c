"""What the commands about circles do with mailbox and node. Slow to import."""

from pathlib import Path
from typing import Any

from meshnode.commands.mail.mailing import Desk, mailing
from meshnode.commands.mail.mailwords import unread_count
from meshnode.commands.session import Session
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit_json, one_line, talk
from meshnode.person import circles, founding
from meshnode.person.carrier import Listing
from meshnode.person.circlerecords import Circle, Founded, Wanted
from meshnode.person.circles import policy_words
from meshnode.person.mailbox import Mailbox
from meshnode.person.roster import AmbiguousError, NobodyError, Roster


def circle_document(box: Mailbox, circle: Circle, roster: Roster | None) -> dict[str, Any]:
    """Return a circle of ours as JSON."""
    devices = roster.devices if roster is not None else {}
    owners = roster.owners if roster is not None else {}
    founder = owners.get(circle.founder)
    members = [
        {
            "device": member.hex(),
            "name": owners[devices[member]].name if member in devices else member.hex(),
        }
        for member in circle.members
    ]
    return {
        "id": circle.id.hex(),
        "name": circle.name,
        "policy": policy_words(circle.policy),
        "is_open": circle.policy.is_open,
        "has_history": circle.policy.has_history,
        "founder": circle.founder.hex(),
        "founder_name": founder.name if founder else circle.founder.hex()[:8],
        "is_ours": circle.founder == box.device,
        "is_member": True,
        "epoch": circle.epochs[0].number if circle.epochs else None,
        "members": members,
        "unread": unread_count(box, circle.key),
    }


def listing_document(listing: Listing) -> dict[str, Any]:
    """Return somebody's listed circle as JSON."""
    door = "open to everybody" if listing.is_open else "by invitation"
    return {
        "id": listing.circle.hex(),
        "name": listing.name,
        "policy": door,
        "is_open": listing.is_open,
        "has_history": listing.has_history,
        "founder": listing.founder.hex(),
        "founder_name": listing.founder_name,
        "is_ours": False,
        "is_member": False,
    }


def change_members(
    session: Session,
    passphrase_file: Path | None,
    person: str,
    name: str,
    *,
    is_adding: bool,
    is_json: bool,
) -> None:
    """Let somebody into a circle of ours, or out of it."""
    with mailing(session, passphrase_file) as desk:
        circle = circles.named(desk.box, name)
        founded = _founded(desk, circle)
        contact = desk.require_roster().named(person)
        if is_adding:
            founding.add(desk.box, founded, contact)
        else:
            founding.remove(desk.box, founded, contact.fingerprint)
        desk.deliver()
        if is_json:
            emit_json(circle_document(desk.box, circles.named(desk.box, name), desk.roster))
            return
        verb = "is in" if is_adding else "is out"
        talk(f"{one_line(contact.name)} {verb}; the members' devices get new keys.")


def ask_to_join(
    session: Session, passphrase_file: Path | None, name: str, *, is_json: bool
) -> None:
    """Ask the founder of a listed circle to let us in."""
    with mailing(session, passphrase_file) as desk:
        roster = desk.require_roster()
        listing = _listed(desk, name)
        founder = roster.contact(listing.founder)
        if founder is None:
            raise NobodyError(f"The founder of {listing.name} is no member any more.")
        wanted = Wanted(
            listing.founder, listing.founder_name, listing.circle, listing.name, roster.minute
        )
        circles.ask(desk.box, founder, wanted, minute=roster.minute)
        desk.deliver()
        if is_json:
            emit_json(listing_document(listing))
            return
        who = one_line(listing.founder_name)
        wait = "lets you in" if listing.is_open else "is asked, and may say yes,"
        talk(f"Sent. {who} {wait} as soon as the message arrives there; then: circle list.")


def leave_circle(
    session: Session, passphrase_file: Path | None, name: str, *, is_json: bool
) -> None:
    """Leave a circle that somebody else founded."""
    with mailing(session, passphrase_file) as desk:
        circle = circles.named(desk.box, name)
        if circle.founder == desk.box.device:
            raise Failure(
                "This circle is yours, and without you it has no new keys. Take its members out "
                "instead: meshnode circle remove NAME CIRCLE.",
                code="not_allowed",
            )
        circles.leave(desk.box, circle, desk.require_roster())
        desk.deliver()
        if is_json:
            emit_json({"id": circle.id.hex(), "name": circle.name})
        else:
            talk(f"You left {one_line(circle.name)}. Its keys are deleted on this device.")


def _founded(desk: Desk, circle: Circle) -> Founded:
    founded = desk.box.mail.founded.get(circle.id.hex())
    if founded is None or circle.founder != desk.box.device:
        raise Failure(
            f"Only the device that founded {circle.name} lets others in and out.",
            code="not_allowed",
        )
    return founded


def _listed(desk: Desk, name: str) -> Listing:
    wanted = name.strip().casefold()
    listings = desk.carrier.listings()
    found = [one for one in listings if one.name.casefold() == wanted]
    found = found or [one for one in listings if one.circle.hex().startswith(wanted)]
    if not found:
        raise NobodyError(f"No circle {name!r} is listed. All: meshnode circle list --all")
    if len(found) > 1:
        ids = ", ".join(f"{one.circle.hex()} of {one.founder_name}" for one in found)
        raise AmbiguousError(f"{len(found)} circles are called {name!r}: {ids}. Give the id.")
    return found[0]
