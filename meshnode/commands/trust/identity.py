"""`meshnode identity`: who speaks: show, rename, compare. The rest in `identity_*`."""

from pathlib import Path
from typing import Any, Final

import click

from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, speaking, speaks
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.qr import show_qr
from meshnode.commands.trust import people
from meshnode.commands.trust.identity_devices import add_device, devices
from meshnode.commands.trust.identity_joining import join
from meshnode.commands.trust.identity_making import new, passphrase
from meshnode.commands.trust.identity_paper import paper
from meshnode.commands.trust.identity_restoring import restore

YEAR_MINUTES: Final = 365 * 1440
_QR_PREFIX: Final = "meshnode-fingerprint-1:"


@click.group()
def identity() -> None:
    """Who you are: keys, name, devices, recovery sheet."""


for _command in (new, join, paper, restore, devices, add_device, passphrase):
    identity.add_command(_command)


@identity.command(epilog=examples("meshnode identity show", "meshnode identity show --json"))
@speaks
def show(session: Session, *, passphrase_file: Path | None, is_json: bool) -> None:
    """Show who you are here: name, roles, devices, keys."""
    with speaking(session, passphrase_file) as speaker:
        member, trouble = _member(speaker)
        document = _document(speaker, member)
    if is_json:
        emit_json(document)
        return
    emit("\n".join(_lines(session, document, trouble)))


@identity.command(
    epilog=examples(
        'meshnode identity rename "Anna K."',
        'meshnode identity rename "Anna K." --languages de,tr',
    )
)
@click.argument("name")
@click.option("--languages", metavar="CODES", help="What you read, the best first, as in de,tr.")
@speaks
def rename(
    session: Session,
    *,
    name: str,
    languages: str | None,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Say under which name you go and which languages you read.

    An organisation goes under the name that a steward certified.
    """
    from meshnode.board.names import clean_name  # noqa: PLC0415
    from meshnode.person.acts import introduce  # noqa: PLC0415

    with speaking(session, passphrase_file) as speaker:
        me = speaker.require_member()
        cleaned = clean_name(name)
        if me["class"] == "organisation" and cleaned != me["certified_name"]:
            raise Failure(
                "An organisation goes under its certified name. Ask a steward: meshnode member "
                f"certify --key {me['key']} --name NAME --class organisation",
                code="not_allowed",
            )
        minute = speaker.minute
        end_min = people.minute_of(me["expires"]) if me["expires"] else minute + YEAR_MINUTES
        codes = me["languages"] if languages is None else _codes(languages)
        profile = introduce(
            speaker.identity, cleaned, codes, minute=minute, minutes=end_min - minute
        )
        (profile_id,) = speaker.publish(profile)
        speaker.identity.fields["name"] = cleaned
        speaker.identity.save()
        after = speaker.lookup(me["fingerprint"]) or me
    if is_json:
        emit_json({"id": profile_id, "name": cleaned, "languages": list(codes)})
        return
    emit(f"You go by {one_line(cleaned)} now.")
    if after["looks_like"]:
        talk("Careful: somebody else has a name that looks the same. Others see it marked.")


@identity.command(
    epilog=examples("meshnode identity verify Bert", "meshnode identity verify Bert --confirm")
)
@click.argument("name")
@click.option("--confirm", "is_confirmed", is_flag=True, help="You have compared: they are alike.")
@speaks
def verify(
    session: Session,
    *,
    name: str,
    is_confirmed: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Compare fingerprints with somebody, in person.

    Read yours aloud; then let them read theirs. If both are what the other one sees, confirm.
    """
    from meshnode.person.contacts import verified_minute, verify  # noqa: PLC0415
    from meshnode.protocol.keys import Fingerprint  # noqa: PLC0415

    with speaking(session, passphrase_file) as speaker:
        member = speaker.member(name)
        subject = Fingerprint(bytes.fromhex(member["fingerprint"]))
        if is_confirmed:
            verify(speaker.identity, subject, member["name"], minute=speaker.minute)
        document = {
            "name": member["name"],
            "fingerprint": member["fingerprint"],
            "own_fingerprint": speaker.identity.fingerprint.hex(),
            "is_verified": verified_minute(speaker.identity, subject) is not None,
        }
    if is_json:
        emit_json(document)
        return
    emit(f"You           {people.grouped(document['own_fingerprint'])}")
    emit(f"{one_line(document['name'])}\n              {people.grouped(document['fingerprint'])}")
    if document["is_verified"]:
        talk("Compared in person.")
    else:
        again = session.command(f"identity verify {document['fingerprint'][:8]} --confirm")
        talk(f"\nOn their device, the same two must show. Are they alike? {again}")


@identity.command(epilog=examples("meshnode identity qr", "meshnode identity qr --json"))
@speaks
def qr(session: Session, *, passphrase_file: Path | None, is_json: bool) -> None:
    """Show your fingerprint as a QR code, for somebody to compare."""
    with speaking(session, passphrase_file) as speaker:
        fingerprint = speaker.identity.fingerprint.hex()
        name = speaker.identity.name
    line = _QR_PREFIX + fingerprint
    if is_json:
        emit_json({"line": line, "fingerprint": fingerprint, "name": name})
        return
    if not show_qr(line, is_json=is_json):
        emit(line)
    talk(f"{one_line(name)}  {people.grouped(fingerprint)}")


def _member(speaker: Speaker) -> tuple[dict[str, Any] | None, str]:
    """Return how the community sees whoever speaks, and why that is not known."""
    try:
        return speaker.me, ""
    except Failure as failure:
        if failure.code != "not_running":
            raise
        return None, failure.message


def _document(speaker: Speaker, member: dict[str, Any] | None) -> dict[str, Any]:
    who = speaker.identity
    device = who.device.public.hex()
    keys = member["keys"] if member else []
    return {
        "name": member["name"] if member else who.name,
        "class": who.identity_class.word,
        "fingerprint": who.fingerprint.hex(),
        "key": who.public_key.hex(),
        "community": who.fields["community"],
        "device": who.device.id.hex(),
        "device_counts": any(one["key"] == device and one["last"] is None for one in keys),
        "devices": sum(one["is_device"] and one["last"] is None for one in keys),
        "has_identity_key": who.fields["paper"] is not None,
        "member": member,
    }


def _lines(session: Session, document: dict[str, Any], trouble: str) -> list[str]:
    member = document["member"]
    if member:
        shown = people.whole(member)
    else:
        why = trouble or f"not a member yet: {session.command('identity join')}"
        shown = [
            f"{one_line(document['name'])}, {document['class']}",
            f"Fingerprint   {people.grouped(document['fingerprint'])}",
            f"Standing      {'not known' if trouble else why}",
        ]
    shown.append(f"This device   {document['device']}{_device_words(session, document)}")
    shown.append(
        "Identity key  on this device; write it down, then take it off: "
        + session.command("identity paper")
        if document["has_identity_key"]
        else "Identity key  on paper only"
    )
    if trouble:
        shown += ["", trouble]
    return shown


def _device_words(session: Session, document: dict[str, Any]) -> str:
    if not document["member"] or document["device_counts"]:
        return ""
    return f", does not sign for you yet: {session.command('identity join')}"


def _codes(languages: str) -> tuple[str, ...]:
    return tuple(one.strip().lower() for one in languages.split(",") if one.strip())
