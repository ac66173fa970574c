"""`meshnode identity new`, `passphrase`: an identity comes to be on this device, and its lock."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import has_identity, passphrase_for
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.passphrase import choose_passphrase, passphrase_option
from meshnode.commands.trust import people

if TYPE_CHECKING:
    pass

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
    from meshnode.board.names import clean_name  # noqa: PLC0415
    from meshnode.board.trust.certificate import IdentityClass  # noqa: PLC0415
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
    create(session, fields, passphrase_file, is_unattended=is_unattended)
    document = document_of(session, fields)
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
    """Set, change or remove the passphrase on this device."""
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


def create(
    session: Session,
    fields: dict[str, Any],
    passphrase_file: Path | None,
    *,
    is_unattended: bool,
) -> None:
    """Make the vault of an identity, with a passphrase that is asked for, or unattended.

    Raises:
        LimitError, StoreError, Failure: It cannot be made; nothing was.
    """
    from meshnode.person.keyfile import UNATTENDED_WARNING  # noqa: PLC0415
    from meshnode.person.vault import create_vault  # noqa: PLC0415

    chosen = None if is_unattended else choose_passphrase(passphrase_file)
    create_vault(session.identity, chosen, fields)
    if is_unattended:
        talk(UNATTENDED_WARNING)


def document_of(session: Session, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what --json shows of a new identity: nothing secret."""
    from meshnode.protocol.keys import PublicKey, fingerprint  # noqa: PLC0415

    return {
        "name": fields["name"],
        "class": fields["class"],
        "fingerprint": fingerprint(PublicKey(bytes.fromhex(fields["identity"]))).hex(),
        "community": fields["community"],
        "directory": str(session.identity),
    }
