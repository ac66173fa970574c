"""`meshnode identity restore`: an identity comes back from its recovery sheet."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, has_identity, speaking
from meshnode.commands.terminal.asking import confirm
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.paper_option import paper_option, read_paper_option
from meshnode.commands.terminal.passphrase import passphrase_option
from meshnode.commands.trust.identity_making import CLASSES, create, document_of, unattended_option

if TYPE_CHECKING:
    from meshnode.person.paper import PaperSecret
    from meshnode.protocol.object import SignedObject


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
    """Get an identity back from its recovery sheet.

    This becomes a new device of it. Needs a running node of the community. Old devices go on
    signing unless --revoke-old. Somebody may be able to open a lost one? Then say afterwards, for
    each of them: identity devices revoke KEYID --everything --paper -

    On a device that has the identity already, this announces it anew: once a year is needed.
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
        create(session, fields, passphrase_file, is_unattended=is_unattended)
        passphrase_file = None if is_unattended else passphrase_file
    with speaking(session, passphrase_file) as speaker:
        document = _settle(speaker, secret, member, is_revoking=is_revoking)
    if is_json:
        emit_json({**document_of(session, document["fields"]), "revoked": document["revoked"]})
        return
    emit(f"{one_line(document['fields']['name'])} is back on this device.")
    emit(f"Fingerprint  {readable_fingerprint(key)}")
    talk(_restored_talk(session, document, is_member=bool(found)))


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
    from meshnode.board.trust.revocation import RevocationReason  # noqa: PLC0415
    from meshnode.commands.trust.cuts import cuts_up_to  # noqa: PLC0415
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
