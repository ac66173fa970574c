"""`meshnode role`: stewards let somebody do more than every member may, for a while."""

from pathlib import Path
from typing import Final

import click

from meshnode.commands.records import Document, acts, members
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, speaking, speaks
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.tables import table, terminal_columns
from meshnode.commands.trust import people

ROLES: Final = ("coordinator", "moderator", "importer", "host")
ROLE_MINUTES_MAX: Final = 91 * 1440
"""As `meshnode.board.trust.founding.ROLE_MINUTES`, which would bring the keys' library."""
_DEFAULT_MINUTES: Final = 90 * 1440
_PLACE_DIGITS: Final = 32


@click.group()
def role() -> None:
    """Who may warn, moderate and pass on official alerts.

    Hosts look after a place. Stewards may do what coordinators and moderators may; they stand in
    the charter.
    """


@role.command(
    epilog=examples(
        "meshnode role grant Bert coordinator",
        "meshnode role grant Feuerwache coordinator --expires 2w",
        "meshnode role grant Bert host --place 15da9db1347b642bf8b6b8c9e1084e34",
    )
)
@click.argument("name")
@click.argument("role_word", metavar="ROLE", type=click.Choice(ROLES))
@click.option(
    "--expires",
    "minutes",
    type=Duration(),
    default=_DEFAULT_MINUTES,
    metavar="DURATION",
    help="When it ends by itself: after 91 days at most.  [default: 90d]",
)
@click.option("--for", "minutes_before", type=Duration(), hidden=True)
@click.option("--place", metavar="ID", help="The place that a host looks after: 32 digits.")
@speaks
def grant(
    session: Session,
    *,
    name: str,
    role_word: str,
    minutes: int,
    minutes_before: int | None,
    place: str | None,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Give somebody a role, as a steward.

    \b
    coordinator  warns and drills, hides and corrects posts, takes calls for help
    moderator    hides, corrects and erases posts
    importer     passes on official alerts
    host         looks after a place: --place

    It ends by itself, also on nodes that hear of nothing. Take it back with: role take
    """
    from meshnode.board.trust.role import Role  # noqa: PLC0415
    from meshnode.person.acts import grant as sign  # noqa: PLC0415
    from meshnode.protocol.keys import Fingerprint  # noqa: PLC0415
    from meshnode.protocol.object import ObjectId  # noqa: PLC0415

    minutes = minutes_before or minutes
    if minutes > ROLE_MINUTES_MAX:
        raise click.UsageError("A role lasts 91 days at most; grant it again then.")
    if place is not None and role_word != "host":
        raise click.UsageError("Only a host has a --place.")
    place_id = None if place is None else ObjectId(_place_bytes(place))
    with speaking(session, passphrase_file) as speaker:
        speaker.require_steward()
        subject = _present(speaker.member(name))
        granted = sign(
            speaker.identity,
            Role[role_word.upper()],
            Fingerprint(bytes.fromhex(subject["fingerprint"])),
            minute=_after_takes(speaker, subject, role_word),
            minutes=minutes,
            place=place_id,
        )
        (role_id,) = speaker.publish(granted)
        after = speaker.lookup(subject["fingerprint"]) or subject
    until = next((one["until"] for one in after["roles"] if one["role"] == role_word), None)
    if is_json:
        emit_json({"id": role_id, "name": subject["name"], "role": role_word, "until": until})
        return
    emit(f"{one_line(subject['name'])} is {role_word} until {people.day(until or '')}.")
    talk("It ends by itself then; grant it again in time.")


@role.command(
    epilog=examples(
        "meshnode role take Bert coordinator", "meshnode role take Bert moderator --reason abuse"
    )
)
@click.argument("name")
@click.argument("role_word", metavar="ROLE", type=click.Choice(ROLES))
@click.option(
    "--reason",
    type=click.Choice(("left", "lost", "compromised", "abuse", "replaced")),
    default="left",
    show_default=True,
    help="Why.",
)
@click.option(
    "--everything", "is_everything", is_flag=True, help="Also void what they did in this role."
)
@speaks
def take(
    session: Session,
    *,
    name: str,
    role_word: str,
    reason: str,
    is_everything: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Take a role back; what was done in it so far stays."""
    from meshnode.board.trust.revocation import RevocationReason  # noqa: PLC0415
    from meshnode.board.trust.role import Role  # noqa: PLC0415
    from meshnode.commands.trust.cuts import cuts_up_to  # noqa: PLC0415
    from meshnode.person.acts import revoke  # noqa: PLC0415
    from meshnode.protocol.keys import Fingerprint  # noqa: PLC0415

    with speaking(session, passphrase_file) as speaker:
        speaker.require_steward()
        subject = speaker.member(name)
        if all(one["role"] != role_word for one in subject["roles"]):
            raise Failure(
                f"{one_line(subject['name'])} is no {role_word}. See: "
                f"{session.command('role list')}",
                code="not_found",
            )
        taken = revoke(
            speaker.identity,
            Fingerprint(bytes.fromhex(subject["fingerprint"])),
            reason=RevocationReason[reason.upper()],
            cuts=() if is_everything else cuts_up_to(people.keys_of(subject)),
            role=Role[role_word.upper()],
            minute=_not_before_grants(speaker, subject, role_word),
        )
        (taken_id,) = speaker.publish(taken)
    if is_json:
        emit_json({"id": taken_id, "name": subject["name"], "role": role_word})
        return
    emit(f"{one_line(subject['name'])} is {role_word} no more.")
    talk("Every node knows it as soon as it hears of it.")


@role.command("list", epilog=examples("meshnode role list", "meshnode role list --json"))
@json_option
@pass_session
def list_(session: Session, *, is_json: bool) -> None:
    """List who holds which role, and until when."""
    held = [
        {
            "name": one["name"],
            "fingerprint": one["fingerprint"],
            "role": each["role"],
            "until": each["until"],
            "place": each["place"],
        }
        for one in members(session.client)
        for each in one["roles"]
    ]
    if is_json:
        emit_json(held)
        return
    if not held:
        talk(f"Nobody has a role. Grant one: {session.command('role grant NAME coordinator')}")
        return
    rows = [
        (one["role"], people.day(one["until"]), one["fingerprint"][:8], one_line(one["name"]))
        for one in sorted(held, key=lambda each: (each["role"], each["name"], each["until"]))
    ]
    emit("\n".join(table(("ROLE", "UNTIL", "KEY", "NAME"), rows, columns=terminal_columns())))


def _place_bytes(place: str) -> bytes:
    try:
        data = bytes.fromhex(place)
    except ValueError:
        data = b""
    if 2 * len(data) != _PLACE_DIGITS:
        raise click.UsageError("A place is named by the 32 digits of its id.")
    return data


def _present(member: Document) -> Document:
    if member["is_revoked"]:
        raise Failure(f"{one_line(member['name'])} was revoked.", code="not_allowed")
    return member


def _after_takes(speaker: Speaker, subject: Document, role_word: str) -> int:
    """Return the minute of a grant: now, or the one after the role was taken back last."""
    minutes = _minutes_of(speaker, "revocation", subject, role_word)
    return max(speaker.minute, *(minute + 1 for minute in minutes), 0)


def _not_before_grants(speaker: Speaker, subject: Document, role_word: str) -> int:
    """Return the minute of a taking back: now, or that of the grant which it is about."""
    return max(speaker.minute, *_minutes_of(speaker, "role", subject, role_word), 0)


def _minutes_of(speaker: Speaker, kind: str, subject: Document, role_word: str) -> list[int]:
    return [
        people.minute_of(act["created"])
        for act in acts(speaker.client, kind)
        if act["subject"] == subject["fingerprint"] and act["role"] == role_word
    ]
