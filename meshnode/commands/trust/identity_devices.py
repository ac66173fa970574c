"""`meshnode identity devices` and `add-device`: which keys sign for whoever speaks."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meshnode.commands.client import escaped
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, has_identity, speaking, speaks
from meshnode.commands.terminal.asking import confirm
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.paper_option import paper_option, read_paper_option
from meshnode.commands.terminal.passphrase import choose_passphrase
from meshnode.commands.terminal.tables import table, terminal_columns

if TYPE_CHECKING:
    from meshnode.person.paper import PaperSecret
    from meshnode.protocol.keys import Fingerprint

_LINE_DIGITS = 192
"""A device's key and its signature over whose device it is, in hexadecimal."""


@click.group()
def devices() -> None:
    """The devices that sign for you."""


@devices.command(
    "list",
    epilog=examples("meshnode identity devices list", "meshnode identity devices list --json"),
)
@speaks
def list_(session: Session, *, passphrase_file: Path | None, is_json: bool) -> None:
    """List your devices, and up to where the revoked ones count."""
    with speaking(session, passphrase_file) as speaker:
        here = speaker.identity.device.public.hex()
        keys = speaker.me["keys"] if speaker.me else []
    rows = [
        {
            "key_id": one["key_id"],
            "is_here": one["key"] == here,
            "is_revoked": one["last"] is not None,
            "last_sequence": one["last_sequence"],
        }
        for one in keys
        if one["is_device"]
    ]
    if is_json:
        emit_json(rows)
        return
    if not rows:
        talk(
            "The community knows no device of yours. Join it, or announce this one: "
            f"{session.command('identity join')}"
        )
        return
    shown = [(one["key_id"], _state(one), "this device" if one["is_here"] else "") for one in rows]
    emit("\n".join(table(("KEY", "STATE", ""), shown, columns=terminal_columns())))


@devices.command(
    epilog=examples(
        "meshnode identity devices revoke 1a2b3c4d",
        "meshnode identity devices revoke 1a2b3c4d --paper -",
        "meshnode identity devices revoke 1a2b3c4d --reason compromised --paper -",
    )
)
@click.argument("key", metavar="KEYID")
@paper_option
@click.option(
    "--reason",
    type=click.Choice(("lost", "compromised", "left", "replaced")),
    default="lost",
    show_default=True,
    help="Why.",
)
@click.option(
    "--everything",
    "is_everything",
    is_flag=True,
    help="Also void what it signed so far: for a device in wrong hands.  [default for compromised]",
)
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@speaks
def revoke(
    session: Session,
    *,
    key: str,
    paper: str | None,
    reason: str,
    is_everything: bool,
    is_sure: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Take the trust from one of your devices.

    What it signed so far stays, unless you say --everything. A device that somebody may be able
    to open needs --everything: old numbers could be used again; so --reason compromised means it,
    too. Revoking takes the identity key: from this device, or from the recovery sheet.
    """
    from meshnode.board.trust.revocation import RevocationReason  # noqa: PLC0415
    from meshnode.commands.trust.cuts import cuts_up_to  # noqa: PLC0415
    from meshnode.person.acts import revoke_device  # noqa: PLC0415

    # As `revoke` does: whoever has the key can sign old numbers anew.
    is_everything = is_everything or reason == "compromised"
    secret = read_paper_option(paper) if paper else None
    with speaking(session, passphrase_file) as speaker:
        found = _device(speaker, key)
        last = found["last_sequence"] or 0
        confirm(_question(speaker, found, is_everything=is_everything), is_sure=is_sure)
        speaker.catch_up()
        (revocation_id,) = speaker.publish(
            revoke_device(
                speaker.identity,
                _fingerprint_of(found["key"]),
                reason=RevocationReason[reason.upper()],
                cuts=() if is_everything else cuts_up_to({found["key_id"]: last}),
                minute=speaker.minute,
                paper=secret,
            )
        )
    if is_json:
        emit_json({"id": revocation_id, "key_id": found["key_id"]})
        return
    emit(revocation_id)
    talk(
        "Revoked. All that it ever signed leaves every node that hears of it."
        if is_everything
        else "Revoked. Nodes refuse what it signs from now on, as soon as they hear of it."
    )


@click.command(
    "add-device",
    epilog=examples(
        "meshnode --identity ~/anna identity add-device --of Anna",
        "meshnode identity add-device 4c6bbf6cf71f78037b752587b3980d90…",
    ),
)
@click.argument("line", required=False)
@click.option("--of", "owner", metavar="NAME", help="On the new device: whose it becomes.")
@click.option("--unattended", "is_unattended", is_flag=True, help="Without a passphrase.")
@paper_option
@speaks
def add_device(
    session: Session,
    *,
    line: str | None,
    owner: str | None,
    is_unattended: bool,
    paper: str | None,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Let a second device sign for you.

    On the new device: --of NAME makes its key and shows a line. On the device that has the
    identity key: add-device LINE. With the recovery sheet at hand, `identity restore --paper -`
    on the new device does both.
    """
    if (line is None) == (owner is None):
        raise click.UsageError(
            "On the new device say --of NAME; on your other one say the LINE that it shows."
        )
    if owner is not None:
        _make(session, owner, passphrase_file, is_unattended=is_unattended, is_json=is_json)
        return
    secret = read_paper_option(paper) if paper else None
    with speaking(session, passphrase_file) as speaker:
        device_id = _announce(speaker, line or "", secret)
    if is_json:
        emit_json({"id": device_id, "line": line})
        return
    emit(device_id)
    talk("The new device signs for you as soon as nodes hear of it.")


def _state(device: dict[str, Any]) -> str:
    return "revoked" if device["is_revoked"] else "signs"


def _device(speaker: Speaker, beginning: str) -> dict[str, Any]:
    keys = speaker.me["keys"] if speaker.me else []
    wanted = beginning.lower()
    found: list[dict[str, Any]] = [
        one
        for one in keys
        if one["is_device"] and (one["key_id"].startswith(wanted) or one["key"] == wanted)
    ]
    if len(found) == 1:
        return found[0]
    known = ", ".join(one["key_id"] for one in keys if one["is_device"]) or "none"
    code = "ambiguous" if found else "not_found"
    raise Failure(
        f"{len(found) or 'None'} of your devices begin with {beginning!r}: {known}.", code=code
    )


def _question(speaker: Speaker, device: dict[str, Any], *, is_everything: bool) -> str:
    is_here = device["key"] == speaker.identity.device.public.hex()
    what = "this device, which then signs no more," if is_here else f"device {device['key_id']}"
    rest = "all that it ever signed" if is_everything else "what it signs from now on"
    return f"Revoke {what} and void {rest}?"


def _make(
    session: Session,
    owner: str,
    passphrase_file: Path | None,
    *,
    is_unattended: bool,
    is_json: bool,
) -> None:
    """Make a vault whose device key waits to be announced by another device."""
    from meshnode.person.identity import device_fields  # noqa: PLC0415
    from meshnode.person.vault import create_vault  # noqa: PLC0415

    if has_identity(session):
        raise Failure(
            f"{session.identity} holds an identity already; nothing was changed.", code="conflict"
        )
    member = session.client.get(f"/members/{escaped(owner)}")
    community = session.client.get("/community")["id"]
    fields, line = device_fields(member, community, os.urandom(32))
    create_vault(
        session.identity, None if is_unattended else choose_passphrase(passphrase_file), fields
    )
    if is_json:
        emit_json({"line": line.hex(), "name": member["name"]})
        return
    emit(line.hex())
    talk(
        f"This line stands for a new device of {one_line(member['name'])}. On the other device, "
        "the one with the identity key:\n  meshnode identity add-device LINE"
    )


def _announce(speaker: Speaker, line: str, secret: "PaperSecret | None") -> str:
    from meshnode.person.acts import name_device  # noqa: PLC0415

    try:
        body = bytes.fromhex(line)
    except ValueError:
        body = b""
    if 2 * len(body) != _LINE_DIGITS:
        raise click.UsageError(
            f"A device's line has {_LINE_DIGITS} digits 0-9 and a-f. Copy what the new device "
            "shows."
        )
    speaker.require_member()
    (device_id,) = speaker.publish(
        name_device(speaker.identity, body, minute=speaker.minute, paper=secret)
    )
    return device_id


def _fingerprint_of(key: str) -> "Fingerprint":
    from meshnode.protocol.keys import PublicKey, fingerprint  # noqa: PLC0415

    return fingerprint(PublicKey(bytes.fromhex(key)))
