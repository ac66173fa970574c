"""`meshnode member certify`, `renew`: a steward vouches for a key, for another year."""

from pathlib import Path
from typing import Final

import click

from meshnode.commands.records import Document, members
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, speaking, speaks
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.trust import people
from meshnode.commands.trust.admission import CLASSES, certificate, outcome, show_outcome

RENEW_WITHIN_MINUTES: Final = 60 * 1440
"""A certificate that ends sooner is renewed by `renew --all`."""
_AT_A_TIME: Final = 32
"""Objects in one request; the node takes twice as many."""


@click.command(
    epilog=examples(
        "meshnode member certify --key 4c6bbf6c… --name 'Kiosk Nordmarkt' --class organisation",
    )
)
@click.option("--key", required=True, metavar="KEY", help="The public key: 64 digits.")
@click.option("--name", required=True, help="Under which name.")
@click.option("--class", "class_word", type=click.Choice(CLASSES), required=True, help="Who it is.")
@speaks
def certify(
    session: Session,
    *,
    key: str,
    name: str,
    class_word: str,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Certify a key that you were given, as a steward.

    For organisations and nodes whose key came in a way that you trust (`identity show --json`
    prints it). People say six digits: `member admit`.
    """
    from meshnode.board.names import clean_name  # noqa: PLC0415
    from meshnode.protocol.keys import PublicKey, fingerprint, is_acceptable  # noqa: PLC0415

    try:
        public = PublicKey(bytes.fromhex(key))
    except ValueError:
        public = PublicKey(b"")
    if not is_acceptable(public):
        raise click.UsageError("A public key is 64 digits 0-9 and a-f. Copy the whole of it.")
    with speaking(session, passphrase_file) as speaker:
        speaker.require_steward()
        called = clean_name(name)
        speaker.publish(certificate(speaker, key, called, class_word))
        document = outcome(speaker, fingerprint(public).hex(), called, [])
    show_outcome(session, document, is_json=is_json)


@click.command(epilog=examples("meshnode member renew Bert", "meshnode member renew --all"))
@click.argument("name", required=False)
@click.option("--all", "is_all", is_flag=True, help="All whose certificates end within 60 days.")
@speaks
def renew(
    session: Session,
    *,
    name: str | None,
    is_all: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Certify members anew for a year, as a steward.

    --all leaves out those for whom only other members spoke: you would make them full members.
    """
    if (name is None) != is_all:
        raise click.UsageError("Say a NAME, or --all.")
    with speaking(session, passphrase_file) as speaker:
        speaker.require_steward()
        some = _ending(speaker) if name is None else [_renewable(speaker.member(name))]
        certificates = [
            certificate(speaker, one["key"], one["certified_name"], one["class"]) for one in some
        ]
        # In parts, because one request takes so many; what is there is there.
        for start in range(0, len(certificates), _AT_A_TIME):
            speaker.publish(*certificates[start : start + _AT_A_TIME])
    if is_json:
        emit_json([{"name": one["name"], "fingerprint": one["fingerprint"]} for one in some])
        return
    if not some:
        talk("Nobody's certificate ends within 60 days.")
    for one in some:
        emit(f"{one['fingerprint'][:8]}  {one_line(one['name'])}")


def _ending(speaker: Speaker) -> list[Document]:
    soon_min = speaker.minute + RENEW_WITHIN_MINUTES
    return [
        one
        for one in members(speaker.client)
        if one["is_full"]
        and one["expires"] is not None
        and people.minute_of(one["expires"]) <= soon_min
    ]


def _renewable(member: Document) -> Document:
    if member["is_revoked"]:
        raise Failure(
            f"{one_line(member['name'])} was revoked; a certificate does not change that.",
            code="not_allowed",
        )
    return member
