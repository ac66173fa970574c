"""`meshnode phone pair`: a code that lets one phone in, and waiting for it.

Not for: what the code says (`meshnode.board.pairing`). Invariants: the node never gets the secret
of an invitation; whoever stops waiting closes the code.
"""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from meshnode.commands.client import Client
from meshnode.commands.records import Document
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import speaking, speaks
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.interruption import interruptible
from meshnode.commands.terminal.output import emit, emit_json, one_line, paint, talk
from meshnode.commands.terminal.qr import show_qr

if TYPE_CHECKING:
    from meshnode.person.inviting import Handover

KEY_DIGITS: Final = 8
_POLL_S: Final = 1.0
_NAME_S: Final = 20.0
"""How long the app may take from being let in to being a member, with an invitation."""
_STORED_S: Final = 5.0
_INVITED_MINUTES: Final = 60
"""Whoever was let in within ten minutes joins within the hour."""
_SAID: Final = {
    "wrong": "A phone at {address} tried with something that is no code here.",
    "used": "A second phone, at {address}, tried with this code. It was refused.",
    "over": "A phone at {address} tried with a code that is over.",
}


@click.command(
    "pair",
    epilog=examples(
        "meshnode phone pair",
        "meshnode phone pair --invite",
        "meshnode phone pair --address http://192.168.1.20:8080",
        "meshnode phone pair --no-wait --json",
    ),
)
@click.option(
    "--invite",
    "is_inviting",
    is_flag=True,
    help="Whoever comes joins at once: you sign an invitation for one person.",
)
@click.option(
    "--address",
    metavar="URL",
    help="Where phones find this node, as in http://192.168.1.20:8080.  [default: what the node "
    "says]",
)
@click.option(
    "--no-wait", "is_leaving", is_flag=True, help="Show the code and leave; it stays open."
)
@speaks
def pair(
    session: Session,
    *,
    is_inviting: bool,
    address: str | None,
    is_leaving: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Let one phone in: show a QR code, and the same as an address and to be typed.

    It is good for one phone and ten minutes. Waits, and says who came. Whoever is let in reads who
    is who here and can hand in what they sign; a member they become by an invitation, or by a code
    that they tell a member.
    """
    client = session.client
    handover = _invitation(session, passphrase_file) if is_inviting else None
    opened = client.post("/pairings/open")
    base = checked_address(address or opened["address"])
    shown = f"{base}/#{opened['fragment']}{'' if handover is None else _seed(handover)}"
    document = {
        "id": opened["id"],
        "address": shown,
        "code": opened["code"],
        "expires_in_s": opened["expires_in_s"],
        "is_inviting": is_inviting,
    }
    if not is_leaving:
        # From before the code is seen: whoever stops at the first glance closes it, too.
        with interruptible() as interruption:
            talk_or_show(base, document, is_json=is_json)
            document |= _came(client, opened, interruption.asked, is_inviting=is_inviting)
    if is_json:
        emit_json(document)
    elif is_leaving:
        talk_or_show(base, document, is_json=False)
        talk("It stays open. See who came: " + session.command("phone list"))
    else:
        _tell(session, document)


def checked_address(address: str | None) -> str:
    """Return where phones find the node, without a slash at its end.

    Raises:
        Failure: The node is nowhere for browsers, or this is no address of a node.
    """
    if address is None:
        raise Failure(
            "No browser finds this node, so no phone can come in. Restart it with an address: "
            "meshnode run --http 0.0.0.0:8080",
            code="not_found",
        )
    try:
        parts = urlsplit(address)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right or parts.path.strip("/") or parts.query or parts.fragment:
        raise Failure(
            f"{address} is no address of a node. Write it like http://192.168.1.20:8080",
            code="usage",
        )
    return f"{parts.scheme}://{parts.netloc}"


def talk_or_show(base: str, document: Document, *, is_json: bool) -> None:
    """Show the code to people: drawn, as an address, and to be typed."""
    # On stdout, where an address can be copied, unless a program reads there.
    say: Callable[[str], None] = talk if is_json else emit
    try:
        show_qr(document["address"], is_json=is_json)
    except Failure as failure:
        # The address and the code do as well.
        talk(str(failure))
    minutes = document["expires_in_s"] // 60
    say(
        f"Scan this with the phone's camera, or open on it:\n  {document['address']}\n"
        f"Or open {base}/ and type:  {paint(document['code'], None, is_bold=True)}"
    )
    talk(f"One phone can come in by it, within {minutes} minutes. Show it to nobody else.")
    if urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1"):
        talk(
            "This address works on this machine only. For phones run the node with --http "
            "0.0.0.0:8080, or give --address."
        )


def _invitation(session: Session, passphrase_file: Path | None) -> "Handover":
    """Return an invitation for one person that the node has."""
    from meshnode.board.trust.certificate import IdentityClass  # noqa: PLC0415
    from meshnode.person.inviting import make_invitation  # noqa: PLC0415

    with speaking(session, passphrase_file) as speaker:
        me = speaker.require_full()
        made = make_invitation(
            speaker.identity,
            identity_class=IdentityClass.PERSON,
            valid_until_min=speaker.minute + _INVITED_MINUTES,
            uses=1,
            minute=speaker.minute,
        )
        speaker.publish(made.invitation)
    if not me["is_steward"]:
        talk(
            "Your word counts half: another full member, or a steward, must also speak for whoever "
            "joins by this (meshnode member vouch NAME)."
        )
    return made


def _seed(handover: "Handover") -> str:
    return f".{urlsafe_b64encode(handover.seed).decode().rstrip('=')}"


def _came(
    client: Client, opened: Document, asked: Callable[[], bool], *, is_inviting: bool
) -> dict[str, Any]:
    """Wait until a phone came in; return it.

    Raises:
        Failure: None did, in time, or the code was closed.
    """
    told = len(client.get("/pairings")["attempts"])
    while True:
        found = client.get("/pairings")
        told = _tell_attempts(found["attempts"], told)
        opening = next((one for one in found["openings"] if one["id"] == opened["id"]), None)
        if opening is not None and opening["state"] == "used":
            return {"phone": _named(client, opening["used_by"], asked, is_waiting=is_inviting)}
        if opening is None or opening["state"] != "open":
            _refuse(opening)
        if asked():
            client.post(f"/pairings/openings/{opened['id']}/close")
            raise Failure("The code is closed; nobody came in by it.", code="interrupted")
        time.sleep(_POLL_S)


def _refuse(opening: Document | None) -> None:
    if opening is not None and opening["state"] == "closed":
        raise Failure(
            "The code was closed: somebody tried five times with something that is no code here. "
            "Show a new one: meshnode phone pair",
            code="failed",
        )
    raise Failure("Nobody came. Show a new code: meshnode phone pair", code="failed")


def _tell_attempts(attempts: list[Document], told: int) -> int:
    """Say who tried since the last look; return how many attempts there are."""
    for one in attempts[told:]:
        if one["outcome"] in _SAID:
            talk(_SAID[one["outcome"]].format(address=one["address"] or "this machine"))
    return len(attempts)


def _named(
    client: Client, key: str, asked: Callable[[], bool], *, is_waiting: bool
) -> Document | None:
    """Return the phone that came in, once its name is known or need not be waited for."""
    # A code is used before the phone is on disk, which takes a moment on a slow card.
    wait_s = _NAME_S if is_waiting else _STORED_S
    deadline_s = time.monotonic() + wait_s
    while True:
        phones: list[Document] = client.get("/pairings")["phones"]
        phone = next((one for one in phones if one["key"] == key), None)
        is_there = phone is not None and bool(phone["name"] or not is_waiting)
        if is_there or time.monotonic() >= deadline_s or asked():
            return phone
        time.sleep(_POLL_S)


def _tell(session: Session, document: Document) -> None:
    phone = document["phone"]
    if phone is None:
        emit("A phone came in, and its pairing was ended at once.")
        return
    digits = phone["key"][:KEY_DIGITS]
    if phone["name"]:
        emit(f"{one_line(phone['name'])} came in, with phone {digits}.")
    else:
        emit(f"A phone came in: {digits}. It signs for no member yet.")
    talk(f"If it was somebody else: {session.command(f'phone unpair {digits}')}")
