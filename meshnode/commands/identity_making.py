"""`meshnode identity new`, `restore`, `passphrase`: an identity comes to be on this device."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.commands import people
from meshnode.commands.asking import confirm
from meshnode.commands.failures import Failure
from meshnode.commands.output import emit, emit_json, one_line, talk
from meshnode.commands.paper_option import paper_option, read_paper_option
from meshnode.commands.passphrase import choose_passphrase, passphrase_option
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, has_identity, passphrase_for, speaking

if TYPE_CHECKING:
    from meshnode.person.paper import PaperSecret
    from meshnode.protocol.object import SignedObject

CLASSES: Final = ("person", "organisation")
unattended_option = click.option(
    "--unattended",
    "is_unattended",
    is_flag=True,
    help="Without a passphrase: for computers that speak by themselves.",
)


@click.command(
    epilog=examples(
        'meshnode identity new --name "Anna Kowalski"',
        'meshnode identity new --name "Kiosk Nordmarkt" --class organisation --unattended',
        "meshnode --identity ~/anna identity new --name Anna --passphrase-file ~/phrase",
    )
)
@click.option("--name", required=True, help="What neighbours call you.")
@click.option(
    "--class",
    "class_word",
    type=click.Choice(CLASSES),
    default=CLASSES[0],
    show_default=True,
    help="Who this is.",
)
@unattended_option
@passphrase_option
@json_option
@pass_session
def new(
    session: Session,
    *,
    name: str,
    class_word: str,
    is_unattended: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Make an identity: keys by which others know you.

    Needs no running node; with one it takes note of the community at once.
    """
    from meshnode.board.certificate import IdentityClass  # noqa: PLC0415
    from meshnode.board.names import clean_name  # noqa: PLC0415
    from meshnode.person.identity import DeviceSeed, new_fields  # noqa: PLC0415
    from meshnode.person.paper import SECRET_BYTES, PaperSecret  # noqa: PLC0415

    _require_none(session)
    fields = new_fields(
        clean_name(name),
        IdentityClass[class_word.upper()],
        PaperSecret(os.urandom(SECRET_BYTES)),
        DeviceSeed(os.urandom(32)),
    )
    fields["community"] = _community_here(session)
    _create(session, fields, passphrase_file, is_unattended=is_unattended)
    document = _document(session, fields)
    if is_json:
        emit_json(document)
        return
    emit(f"{one_line(fields['name'])}, {class_word}")
    emit(f"Fingerprint  {people.grouped(document['fingerprint'])}")
    talk(
        "\nNext: write your key down and keep the sheet. Without it a lost device is a lost name.\n"
        f"  {session.command('identity paper')}\n"
        "Then let somebody of the neighbourhood take you in:\n"
        f"  {session.command('identity join')}"
    )


@click.command(
    epilog=examples(
        "meshnode identity restore --paper -",
        "meshnode identity restore --paper - --revoke-old",
        "meshnode --identity ~/anna identity restore --paper sheet.txt --unattended",
    )
)
@paper_option
@click.option(
    "--revoke-old",
    "is_revoking",
    is_flag=True,
    help="Take the trust from all other devices: they were lost. What they signed so far stays.",
)
@click.option("--name", help="Who this is, if the node does not know it.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@unattended_option
@passphrase_option
@json_option
@pass_session
def restore(
    session: Session,
    *,
    paper: str | None,
    is_revoking: bool,
    name: str | None,
    is_sure: bool,
    is_unattended: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Get an identity back from its recovery sheet, as a new device of it.

    Needs a running node of the community. Old devices go on signing unless --revoke-old. On a
    device that has the identity already, this announces it anew: once a year is needed.
    """
    from meshnode.board.names import clean_name  # noqa: PLC0415
    from meshnode.person.identity import device_fields  # noqa: PLC0415
    from meshnode.person.paper import readable_fingerprint  # noqa: PLC0415

    if paper is None:
        raise click.UsageError("Take the recovery sheet and say --paper FILE, or --paper - .")
    secret = read_paper_option(paper)
    community = session.client.get("/community")
    key = secret.identity_key().public
    found = session.client.get(f"/members?revoked=true&name={_fingerprint(secret)}")["members"]
    if found and found[0]["is_revoked"]:
        raise Failure(
            "This identity was revoked: nobody takes what it signs. Make a new one: meshnode "
            "identity new",
            code="not_allowed",
        )
    if not found:
        talk(f"Nobody here knows the key with the fingerprint {readable_fingerprint(key)}.")
        confirm("Is it the fingerprint on the sheet?", is_sure=is_sure)
        if name is None:
            raise click.UsageError("Then say who this is: --name NAME")
    unknown = {"name": clean_name(name or ""), "class": CLASSES[0], "keys": []}
    member = found[0] if found else unknown
    if not has_identity(session):
        fields, _ = device_fields({**member, "key": key.hex()}, community["id"], os.urandom(32))
        _create(session, fields, passphrase_file, is_unattended=is_unattended)
        passphrase_file = None if is_unattended else passphrase_file
    with speaking(session, passphrase_file) as speaker:
        document = _settle(speaker, secret, member, is_revoking=is_revoking)
    if is_json:
        emit_json({**_document(session, document["fields"]), "revoked": document["revoked"]})
        return
    emit(f"{one_line(document['fields']['name'])} is back on this device.")
    emit(f"Fingerprint  {readable_fingerprint(key)}")
    talk(_restored_talk(session, document, is_member=bool(found)))


@click.command(
    epilog=examples(
        "meshnode identity passphrase",
        "meshnode identity passphrase --remove",
        "meshnode identity passphrase --passphrase-file old --new-passphrase-file new",
    )
)
@click.option(
    "--new-passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the new one from the first line of this file instead of asking.",
)
@click.option("--remove", "is_removing", is_flag=True, help="Open without a passphrase from now.")
@passphrase_option
@json_option
@pass_session
def passphrase(
    session: Session,
    *,
    new_passphrase_file: Path | None,
    is_removing: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Set, change or remove the passphrase of the identity on this device."""
    from meshnode.person.keyfile import UNATTENDED_WARNING  # noqa: PLC0415
    from meshnode.person.vault import open_vault  # noqa: PLC0415

    opener = passphrase_for(session, passphrase_file)
    with open_vault(session.identity, opener):
        """The old one is right; only then is it worth typing a new one."""
    chosen = None if is_removing else choose_passphrase(new_passphrase_file)
    with open_vault(session.identity, opener) as vault:
        vault.change_passphrase(chosen)
    if is_json:
        emit_json({"unattended": is_removing})
        return
    if is_removing:
        talk(UNATTENDED_WARNING)
    else:
        talk("Done. Backups of the vault still open with what opened them before.")


def _require_none(session: Session) -> None:
    if has_identity(session):
        raise Failure(
            f"{session.identity} holds an identity already; nothing was changed. Choose another "
            "directory for another one: meshnode --identity DIR identity new.",
            code="conflict",
        )


def _community_here(session: Session) -> str | None:
    try:
        return str(session.client.get("/community")["id"])
    except Failure as failure:
        if failure.code != "not_running":
            raise
        return None


def _create(
    session: Session,
    fields: dict[str, Any],
    passphrase_file: Path | None,
    *,
    is_unattended: bool,
) -> None:
    from meshnode.person.keyfile import UNATTENDED_WARNING  # noqa: PLC0415
    from meshnode.person.vault import create_vault  # noqa: PLC0415

    chosen = None if is_unattended else choose_passphrase(passphrase_file)
    create_vault(session.identity, chosen, fields)
    if is_unattended:
        talk(UNATTENDED_WARNING)


def _document(session: Session, fields: dict[str, Any]) -> dict[str, Any]:
    from meshnode.protocol.keys import PublicKey, fingerprint  # noqa: PLC0415

    return {
        "name": fields["name"],
        "class": fields["class"],
        "fingerprint": fingerprint(PublicKey(bytes.fromhex(fields["identity"]))).hex(),
        "community": fields["community"],
        "directory": str(session.identity),
    }


def _fingerprint(secret: "PaperSecret") -> str:
    from meshnode.protocol.keys import fingerprint  # noqa: PLC0415

    return fingerprint(secret.identity_key().public).hex()


def _settle(
    speaker: Speaker, secret: "PaperSecret", member: dict[str, Any], *, is_revoking: bool
) -> dict[str, Any]:
    """Announce this device and revoke the others; return the fields and the revoked key ids."""
    identity = speaker.identity
    if secret.identity_key().public != identity.public_key:
        raise Failure(
            "Another identity is in this directory. Choose another one for this: meshnode "
            "--identity DIR identity restore.",
            code="conflict",
        )
    own = identity.public_key.hex()
    highest = max(
        (one["last_sequence"] or 0 for one in member["keys"] if one["key"] == own), default=0
    )
    identity.fields["paper_sequence"] = max(int(identity.fields["paper_sequence"]), highest)
    things: list[SignedObject] = [identity.announce_device(minute=speaker.minute, paper=secret)]
    here = identity.device.public.hex()
    others = [
        one
        for one in member["keys"]
        if one["is_device"] and one["key"] != here and one["last"] is None
    ]
    if is_revoking:
        things += [_lost(speaker, one, secret) for one in others]
    if member["keys"]:
        speaker.publish(*things)
    return {
        "fields": dict(identity.fields),
        "revoked": [one["key_id"] for one in others] if is_revoking else [],
        "others": [] if is_revoking else [one["key_id"] for one in others],
    }


def _lost(speaker: Speaker, key: dict[str, Any], secret: "PaperSecret") -> "SignedObject":
    from meshnode.board.revocation import RevocationReason  # noqa: PLC0415
    from meshnode.commands.cuts import cuts_up_to  # noqa: PLC0415
    from meshnode.person.acts import revoke_device  # noqa: PLC0415
    from meshnode.protocol.keys import PublicKey, fingerprint  # noqa: PLC0415

    return revoke_device(
        speaker.identity,
        fingerprint(PublicKey(bytes.fromhex(key["key"]))),
        reason=RevocationReason.LOST,
        cuts=cuts_up_to({key["key_id"]: key["last_sequence"] or 0}),
        minute=speaker.minute,
        paper=secret,
    )


def _restored_talk(session: Session, document: dict[str, Any], *, is_member: bool) -> str:
    lines = ["The identity key stays on paper; put the sheet back where it is safe."]
    if document["revoked"]:
        lines.append(f"Revoked: {', '.join(document['revoked'])}. What they signed so far stays.")
    elif document["others"]:
        lines.append(
            f"Other devices go on signing: {', '.join(document['others'])}. Is one lost? "
            f"{session.command('identity devices revoke KEYID --paper -')}"
        )
    if not is_member:
        lines.append(f"Next, let somebody take you in: {session.command('identity join')}")
    return "\n".join(lines)
