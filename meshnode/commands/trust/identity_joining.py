"""`meshnode identity join`: become a member, by a spoken code or by an invite."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.commands.client import escaped
from meshnode.commands.records import acts, candidates
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, decoded_object, encoded_text, speaking, speaks
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.given import given_invite
from meshnode.commands.terminal.interruption import interruptible
from meshnode.commands.terminal.output import emit, emit_json, one_line, paint, talk
from meshnode.commands.trust import people

if TYPE_CHECKING:
    from meshnode.board.trust.invite import Invite
    from meshnode.protocol.object import SignedObject

_POLL_S: Final = 2.0
"""How often --wait looks; somebody is typing six digits meanwhile."""
_RANDOM_BYTES: Final = 16
_USED_UP: Final = "This invite was used up or taken back. Ask for another one: meshnode invite."


@click.command(
    epilog=examples(
        "meshnode identity join",
        "meshnode identity join --wait",
        "meshnode identity join --invite 'meshnode-invite-2:…'",
        "meshnode identity join --invite @invite.txt",
    )
)
@click.option("--name", help="Under which name you join.  [default: the identity's]")
@click.option(
    "--invite",
    metavar="INVITE",
    help="Join by this invite: the line, @FILE, or - for stdin. Without it a code is shown that "
    "you tell a member.",
)
@click.option("--wait", "is_waiting", is_flag=True, help="Wait until somebody has taken you in.")
@speaks
def join(
    session: Session,
    *,
    name: str | None,
    invite: str | None,
    is_waiting: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Become a member of the community whose node this is.

    Without an invite it shows six digits. Say them to a member who knows you: face to face or by
    telephone, not in writing. They type them within ten minutes.
    """
    from meshnode.board.names import clean_name, encode_name  # noqa: PLC0415

    line = None if invite is None else given_invite(invite)
    with speaking(session, passphrase_file) as speaker:
        _bind(speaker)
        shown = clean_name(name or speaker.identity.name)
        encode_name(shown)
        told: dict[str, Any] = {"code": None}
        if speaker.me is None and line is not None:
            _join_by_invite(speaker, line, shown)
        elif speaker.me is None:
            told = _join_by_code(speaker, shown, is_quiet=is_json and not is_waiting)
            if is_waiting:
                with interruptible() as interruption:
                    _wait(speaker, told["expires_in_s"], interruption.asked)
                told = {"code": None}
        # Somebody may have taken them in at any moment, and only who may sign has joined.
        me = _announced(speaker)
        document = {**_document(speaker, me), **told}
    if is_json:
        emit_json(document)
    else:
        _tell(session, document)


def _bind(speaker: Speaker) -> None:
    from meshnode.protocol.keys import CommunityId  # noqa: PLC0415

    speaker.identity.belong_to(CommunityId(bytes.fromhex(speaker.community["id"])))


def _announcement(speaker: Speaker) -> "SignedObject":
    """Return what makes this device sign: the one that is known, or a new one."""
    identity = speaker.identity
    known = identity.announcement
    if known is not None and known.expires_min > speaker.minute:
        return known
    return identity.announce_device(minute=speaker.minute)


def _announced(speaker: Speaker) -> dict[str, Any] | None:
    """Return how the community sees whoever speaks, whose device may sign then; None: not yet."""
    me = speaker.lookup(speaker.identity.fingerprint.hex())
    device = speaker.identity.device.public.hex()
    if me is not None and all(one["key"] != device for one in me["keys"]):
        speaker.publish(_announcement(speaker))
    return me


def _join_by_invite(speaker: Speaker, line: "Invite", name: str) -> None:
    identity = speaker.identity
    if line.community != identity.community:
        raise Failure(
            "This invite is for another community than this node's. Join beside a node of that "
            "community.",
            code="not_allowed",
        )
    line.require(identity.identity_class)
    *before, certificate = line.admit(identity.public_key, name, minute=speaker.minute)
    for one in before:
        # Mostly the node has them; what matters that it refuses is missed by the next one.
        try:
            speaker.publish(one)
        except Failure as failure:
            if one == line.invitation or failure.code == "not_running":
                raise
    if _uses(speaker, line) >= line.terms.uses:
        raise Failure(_USED_UP, code="not_allowed")
    speaker.publish(certificate)


def _uses(speaker: Speaker, line: "Invite") -> int:
    """Return how many others have joined with an invite, as far as the node knows.

    Of two who join in the same minute the rules may choose the later one; whoever comes too late
    must not push somebody out.
    """
    return sum(
        act["in_force"] and decoded_object(act["encoded"]).parent == line.invitation.short_id
        for act in acts(speaker.client, "certificate")
    )


def _join_by_code(speaker: Speaker, name: str, *, is_quiet: bool) -> dict[str, Any]:
    from meshnode.node.desks.joindesk import code_of, commitment_of  # noqa: PLC0415
    from meshnode.protocol.keys import PublicKey  # noqa: PLC0415

    key, random = speaker.identity.public_key, os.urandom(_RANDOM_BYTES)
    commitment = commitment_of(key, random, name)
    begun = speaker.client.post("/joins", {"commitment": commitment.hex()})
    revealed = {
        "key": key.hex(),
        "random": random.hex(),
        "name": name,
        "devices": [encoded_text(_announcement(speaker))],
    }
    answer = speaker.client.post(f"/joins/{escaped(begun['id'])}/reveal", revealed)
    node_key = PublicKey(bytes.fromhex(speaker.community["node"]["key"]))
    code = code_of(key, random, bytes.fromhex(begun["nonce"]), node_key)
    if answer["code"] != code:
        raise Failure(
            "The node shows another code than this device: do not join here, and tell whoever "
            "runs the node.",
            code="failed",
        )
    if not is_quiet:
        talk(_spoken(code, begun["expires_in_s"], speaker.identity.fingerprint.hex()))
    return {"code": code, "expires_in_s": begun["expires_in_s"]}


def _spoken(code: str, expires_in_s: int, fingerprint: str) -> str:
    digits = f"{' '.join(code[:3])}     {' '.join(code[3:])}"
    return (
        f"\n      {paint(digits, None, is_bold=True)}\n\n"
        "Say these digits to a member who knows you, face to face or by telephone. They type:\n"
        f"  meshnode member admit {code}\n"
        f"The code ends in {expires_in_s // 60} minutes. Your fingerprint: "
        f"{people.grouped(fingerprint)}"
    )


def _wait(speaker: Speaker, expires_in_s: int, asked: Any) -> None:
    """Return once the community knows whoever speaks.

    Raises:
        Failure: Nobody took them in, in time.
    """
    deadline_s = time.monotonic() + expires_in_s
    fingerprint = speaker.identity.fingerprint.hex()
    is_spoken_for = False
    while speaker.lookup(fingerprint) is None:
        words = _words(speaker)
        if words and not is_spoken_for:
            is_spoken_for = True
            talk("One member has spoken for you; one more, or a steward, is needed.")
        if time.monotonic() >= deadline_s or asked():
            raise Failure(
                "Nobody has taken you in yet. Begin again when somebody is there: meshnode "
                "identity join",
                code="interrupted" if asked() else "failed",
            )
        time.sleep(_POLL_S)


def _words(speaker: Speaker) -> list[str]:
    fingerprint = speaker.identity.fingerprint.hex()
    return next(
        (
            one["vouched_by"]
            for one in candidates(speaker.client)
            if one["fingerprint"] == fingerprint
        ),
        [],
    )


def _document(speaker: Speaker, me: dict[str, Any] | None) -> dict[str, Any]:
    identity = speaker.identity
    words = [] if me else _words(speaker)
    return {
        "name": me["name"] if me else identity.name,
        "fingerprint": identity.fingerprint.hex(),
        "is_member": me is not None and not me["is_revoked"],
        "is_revoked": me is not None and me["is_revoked"],
        "words_needed": max(0, people.VOUCHERS_MIN - len(words)) if me is None else 0,
        "has_word": bool(words),
    }


def _tell(session: Session, document: dict[str, Any]) -> None:
    if document["is_revoked"]:
        raise Failure(
            "This identity was revoked: nobody takes what it signs. Make a new one: meshnode "
            "identity new",
            code="not_allowed",
        )
    if document["is_member"]:
        emit(f"{one_line(document['name'])} is a member.")
        talk(f"See who else is: {session.command('member list')}")
    elif document["code"]:
        emit(document["code"])
        talk(f"Afterwards, to see that it worked: {session.command('identity join')}")
    elif document["has_word"]:
        emit("One member speaks for you.")
        talk(
            "One more, or a steward, is needed: meshnode member vouch NAME. Then say this again: "
            f"{session.command('identity join')}"
        )
    else:
        raise Failure(_USED_UP, code="not_allowed")
