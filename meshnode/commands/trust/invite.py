"""`meshnode invite`: what is open, and taking it back. Making one is in `inviting`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meshnode.commands.records import Document, acts, members
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, decoded_object, speaking, speaks
from meshnode.commands.terminal.asking import confirm
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.tables import table, terminal_columns
from meshnode.commands.trust import people
from meshnode.commands.trust.inviting import inviting

if TYPE_CHECKING:
    pass


@click.group()
def invite() -> None:
    """Lines that let nodes, people and organisations join."""


invite.add_command(inviting("node", "Print a line with which other nodes join."))
invite.add_command(
    inviting(
        "person",
        "Print a line with which a person joins. Unless you are a steward, another one must vouch.",
    )
)
invite.add_command(inviting("organisation", "Print a line with which an organisation joins."))


@invite.command(
    "list", epilog=examples("meshnode invite list", "meshnode invite list --json | jq '.[].id'")
)
@json_option
@pass_session
def list_(session: Session, *, is_json: bool) -> None:
    """List the invitations, the newest first."""
    held = acts(session.client, "invitation")
    if is_json:
        emit_json(held)
        return
    if not held:
        talk(f"There are none. Make one: {session.command('invite node')}")
        return
    rows = [_row(act) for act in held]
    head = ("ID", "FOR", "STATE", "UNTIL", "USES", "BY")
    emit("\n".join(table(head, rows, columns=terminal_columns())))


@invite.command(
    epilog=examples("meshnode invite cancel 1a2b3c4d", "meshnode invite cancel 1a2b3c4d --yes")
)
@click.argument("invitation_id", metavar="ID")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@speaks
def cancel(
    session: Session,
    *,
    invitation_id: str,
    is_sure: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Take an invite back.

    Who joined with it stays, certified anew by you. Only a steward can do that: whoever has the
    line could still date a certificate back.
    """
    with speaking(session, passphrase_file) as speaker:
        speaker.require_steward()
        act = _invitation(speaker, invitation_id)
        joined = _joined(speaker, act)
        names = ", ".join(one_line(one["name"]) for one in joined) or "nobody"
        confirm(f"Joined with it and stay: {names}. Cancel it?", is_sure=is_sure)
        things = [*_certified_anew(speaker, joined), _revocation(speaker, act["subject"])]
        ids = speaker.publish(*things)
    if is_json:
        emit_json({"id": ids[-1], "kept": [one["fingerprint"] for one in joined]})
        return
    emit(ids[-1])
    talk("Cancelled. Nodes refuse the line as soon as they hear of it.")


def _row(act: Document) -> tuple[str, ...]:
    from meshnode.board.trust.invitation import decode_invitation  # noqa: PLC0415
    from meshnode.node.clock import moment_text  # noqa: PLC0415

    thing = decoded_object(act["encoded"])
    terms = decode_invitation(thing.codec, thing.body)
    return (
        act["id"][: people.FINGERPRINT_DIGITS],
        terms.identity_class.word,
        "open" if act["in_force"] else "over",
        people.day(moment_text(terms.valid_until_min)),
        str(terms.uses),
        one_line(act["author_name"] or act["author"]),
    )


def _invitation(speaker: Speaker, beginning: str) -> Document:
    held = acts(speaker.client, "invitation")
    found = [one for one in held if one["id"].startswith(beginning.lower())]
    if not found:
        raise Failure(
            f"There is no invitation {beginning!r}. See: meshnode invite list", code="not_found"
        )
    if len(found) > 1:
        raise Failure(
            f"{len(found)} invitations begin with {beginning!r}. Write more of it.",
            code="ambiguous",
        )
    return found[0]


def _joined(speaker: Speaker, invitation: Document) -> list[Document]:
    """Return the members who joined with an invitation."""
    held = acts(speaker.client, "certificate")
    subjects = {
        act["subject"]
        for act in held
        if act["in_force"] and _parent(act) == invitation["id"][: people.FINGERPRINT_DIGITS]
    }
    return [one for one in members(speaker.client) if one["fingerprint"] in subjects]


def _parent(act: Document) -> str:
    return (decoded_object(act["encoded"]).parent or b"").hex()


def _certified_anew(speaker: Speaker, joined: list[Document]) -> list[Any]:
    from meshnode.board.trust.certificate import IdentityClass  # noqa: PLC0415
    from meshnode.person.acts import certify  # noqa: PLC0415
    from meshnode.protocol.keys import PublicKey  # noqa: PLC0415

    return [
        certify(
            speaker.identity,
            PublicKey(bytes.fromhex(one["key"])),
            one["certified_name"],
            identity_class=IdentityClass[one["class"].upper()],
            minute=speaker.minute,
        )
        for one in joined
    ]


def _revocation(speaker: Speaker, subject: str) -> Any:
    from meshnode.board.trust.revocation import RevocationReason  # noqa: PLC0415
    from meshnode.person.acts import revoke  # noqa: PLC0415
    from meshnode.protocol.keys import Fingerprint  # noqa: PLC0415

    return revoke(
        speaker.identity,
        Fingerprint(bytes.fromhex(subject)),
        reason=RevocationReason.REPLACED,
        minute=speaker.minute,
    )
