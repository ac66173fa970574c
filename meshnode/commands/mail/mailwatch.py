"""`meshnode message sync`: once, or whenever a sealed message comes to the node.

Not for: what a sync does (`meshnode.person.sync`). Invariants: between two looks the vault is
closed, so that other commands can open it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from meshnode.commands.bookings.reminders import remind_of
from meshnode.commands.mail import mailwords
from meshnode.commands.mail.mailing import mailing
from meshnode.commands.session import Session
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import preferred_language
from meshnode.commands.terminal.output import emit, emit_json, talk
from meshnode.person.vault import mode_of
from meshnode.person.vaultfile import Mode

_KEEPALIVES_MAX: Final = 40
"""After so many quiet lines, ten minutes, one more look: receipts and retries fall due."""


def watch_mail(
    session: Session, passphrase_file: Path | None, *, is_watching: bool, is_json: bool
) -> None:
    """Sync, and print what came; go on if it is watched."""
    if is_watching and passphrase_file is None and mode_of(session.identity) is Mode.PASSPHRASE:
        raise Failure(
            "Watching opens the identity again and again; put its passphrase in a file that only "
            "you can read, and give --passphrase-file FILE.",
            code="usage",
        )
    by = _once(session, passphrase_file, is_line=is_watching, is_json=is_json)
    if not is_json:
        remind_of(session, by)
    if not is_watching:
        return
    talk("Watching for messages. Stop with Ctrl-C.")
    for _ in _occasions(session):
        _once(session, passphrase_file, is_line=True, is_json=is_json)
    raise Failure("The node stopped.", code="not_running")


def _once(session: Session, passphrase_file: Path | None, *, is_line: bool, is_json: bool) -> str:
    """Sync, print what came, and return the fingerprint of whose mailbox it is."""
    with mailing(session, passphrase_file) as desk:
        desk.deliver()
        new = desk.new
        documents = [mailwords.document(desk.box, one) for one in new]
        if is_json and is_line:
            for one in documents:
                emit_json(one, is_line=True)
        elif is_json:
            emit_json({"new": documents, "waiting": len(desk.box.mail.parcels)})
        elif new:
            emit("\n".join(mailwords.lines(desk.box, new, now=desk.minute, roster=desk.roster)))
        elif not is_line:
            talk("Nothing new.")
        return str(desk.box.identity.fingerprint.hex())


def _occasions(session: Session) -> Iterator[None]:
    quiet = 0
    for news in session.client.watch(preferred_language()):
        is_sealed = news["kind"] == "object" and news.get("object") == "sealed"
        quiet = quiet + 1 if news["kind"] == "keepalive" else quiet
        if is_sealed or quiet >= _KEEPALIVES_MAX:
            quiet = 0
            yield
