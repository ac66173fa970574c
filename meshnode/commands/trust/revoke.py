"""`meshnode revoke`: take the trust from somebody, or from one of their devices."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from meshnode.commands.records import acts, members
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, speaking, speaks
from meshnode.commands.terminal.asking import confirm
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, talk
from meshnode.commands.terminal.paper_option import paper_option, read_paper_option
from meshnode.commands.trust.voiding import Subject, warning

if TYPE_CHECKING:
    from meshnode.person.paper import PaperSecret
    from meshnode.protocol.object import SignedObject

REASONS: Final = ("lost", "compromised", "left", "abuse", "erased")


@click.command(
    epilog=examples(
        "meshnode revoke Bert --reason left",
        "meshnode revoke 1a2b3c4d --reason lost",
        "meshnode revoke Bert --reason abuse",
        "meshnode revoke Bert --reason abuse --keep-until-now",
        "meshnode revoke 1a2b3c4d --reason compromised --from-sequence 118",
        "meshnode revoke 'my own name' --reason compromised --paper -",
    )
)
@click.argument("who", metavar="NAME|KEYID")
@click.option(
    "--reason", type=click.Choice(REASONS), default="left", show_default=True, help="Why."
)
@click.option(
    "--keep-until-now",
    "is_keeping",
    is_flag=True,
    help="What was signed so far, as this node knows it, stays.  [default for left and lost]",
)
@click.option(
    "--from-sequence",
    type=click.IntRange(min=1),
    metavar="N",
    help="Void what the device signed from this number on, also earlier than now.",
)
@click.option(
    "--everything",
    "is_everything",
    is_flag=True,
    help="Void all that was ever signed: for a key in wrong hands.  [default for compromised, "
    "abuse and erased]",
)
@paper_option
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@speaks
def revoke(
    session: Session,
    *,
    who: str,
    reason: str,
    is_keeping: bool,
    from_sequence: int | None,
    is_everything: bool,
    paper: str | None,
    is_sure: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Take the trust from somebody for good, everywhere.

    Stewards can; everybody can do it to themselves with the recovery sheet, also a steward whose
    key is in wrong hands. It cannot be taken back: whoever is to come again makes a new identity.
    """
    if is_keeping + is_everything + (from_sequence is not None) > 1:
        raise click.UsageError("Choose one of --keep-until-now, --from-sequence and --everything.")
    # Whoever has the key can sign old numbers anew: nothing may stay of it.
    is_in_wrong_hands = reason not in ("left", "lost") and from_sequence is None
    is_everything = is_everything or (is_in_wrong_hands and not is_keeping)
    secret = read_paper_option(paper) if paper else None
    with speaking(session, passphrase_file) as speaker:
        subject = _subject(speaker, who)
        _require_right(speaker, subject, reason)
        kept = {} if is_everything else _kept(subject, from_sequence)
        talk(warning(speaker, subject, kept))
        confirm(f"Revoke {subject.words}?", is_sure=is_sure)
        (revocation_id,) = speaker.publish(_signed(speaker, subject, kept, reason, secret))
        needed = _needed(speaker, subject)
    if is_json:
        emit_json(
            {
                "id": revocation_id,
                "subject": subject.fingerprint,
                "kept": kept,
                "more_needed": needed,
            }
        )
        return
    emit(revocation_id)
    if needed:
        talk(
            f"{subject.words} is a steward: {needed} more of the other stewards must say the same "
            f"before it counts. {session.command('revoke')} {subject.fingerprint[:8]}"
        )
        return
    talk("It counts here now, and on every node as soon as it hears of it.")
    if subject.member["is_steward"] and subject.key is None:
        talk(
            f"The stewards who are left should now propose a charter without {subject.words}: "
            "meshnode community propose"
        )


def _subject(speaker: Speaker, who: str) -> Subject:
    """Return who is meant: a device by its key id, else a member.

    Raises:
        Failure: Nobody, or several.
    """
    wanted = who.strip().lower()
    everybody = members(speaker.client, with_revoked=True)
    devices = [
        Subject(one, key)
        for one in everybody
        for key in one["keys"]
        if key["is_device"] and wanted in (key["key_id"], key["key"])
    ]
    if not devices:
        return Subject(speaker.member(who), None)
    if len(devices) > 1:
        raise Failure(
            f"{len(devices)} devices have the id {who}. Give the whole key: meshnode member show "
            "NAME --json",
            code="ambiguous",
        )
    return devices[0]


def _require_right(speaker: Speaker, subject: Subject, reason: str) -> None:
    """Refuse what would have no effect.

    Raises:
        Failure: It would have none; the message says who can do it, and how.
    """
    is_me = subject.member["fingerprint"] == speaker.identity.fingerprint.hex()
    if subject.member["is_steward"] and is_me and subject.key is None and reason == "left":
        raise Failure(
            "A steward leaves by a new charter, and what you signed stays: meshnode community "
            "propose --steward …, without yourself. If your key is lost or in wrong hands, say so: "
            "--reason lost, or --reason compromised.",
            code="not_allowed",
        )
    if is_me:
        speaker.require_member()
        return
    speaker.require_steward()
    if subject.member["is_steward"] and subject.key is not None:
        raise Failure(
            "A steward's device is revoked by that steward alone, with the recovery sheet: "
            "meshnode identity devices revoke. You can speak against the steward: meshnode "
            f"revoke {subject.member['fingerprint'][:8]}",
            code="not_allowed",
        )


def _kept(subject: Subject, from_sequence: int | None) -> dict[str, int]:
    """Return up to which number the signatures of each key stay valid."""
    held = {key["key_id"]: key["last_sequence"] or 0 for key in subject.keys}
    if from_sequence is not None:
        signing = [key for key in subject.keys if key["is_device"]] or subject.keys
        if len(signing) > 1:
            ids = ", ".join(key["key_id"] for key in signing)
            raise click.UsageError(
                f"{subject.words} has several devices, each with numbers of its own: {ids}. "
                "Revoke one device by its id."
            )
        name = signing[0]["key_id"]
        held[name] = min(held[name], from_sequence - 1)
    valid = {name: min(last, _valid(subject, name, last)) for name, last in held.items()}
    return {name: last for name, last in valid.items() if last > 0}


def _valid(subject: Subject, name: str, otherwise: int) -> int:
    """Return up to which number an earlier revocation of this key left its signatures valid."""
    earlier: list[int] = [
        key["last"] for key in subject.keys if key["key_id"] == name and key["last"] is not None
    ]
    return min(earlier, default=otherwise)


def _signed(
    speaker: Speaker,
    subject: Subject,
    kept: Mapping[str, int],
    reason: str,
    secret: "PaperSecret | None",
) -> "SignedObject":
    from meshnode.board.trust.revocation import RevocationReason  # noqa: PLC0415
    from meshnode.commands.trust.cuts import cuts_up_to  # noqa: PLC0415
    from meshnode.person import acts as signed  # noqa: PLC0415
    from meshnode.protocol.keys import Fingerprint  # noqa: PLC0415

    fingerprint = Fingerprint(bytes.fromhex(subject.fingerprint))
    why, cuts = RevocationReason[reason.upper()], cuts_up_to(kept)
    is_mine = subject.member["fingerprint"] == speaker.identity.fingerprint.hex()
    if is_mine:
        return signed.revoke_device(
            speaker.identity,
            fingerprint,
            reason=why,
            cuts=cuts,
            minute=speaker.minute,
            paper=secret,
        )
    return signed.revoke(
        speaker.identity, fingerprint, reason=why, cuts=cuts, minute=speaker.minute
    )


def _needed(speaker: Speaker, subject: Subject) -> int:
    """Return how many more stewards must say the same; 0: it counts."""
    if not subject.member["is_steward"]:
        return 0
    charter = speaker.client.get("/community")["charter"]
    if any(
        one["fingerprint"] == subject.fingerprint and not one["stands"]
        for one in charter["stewards"]
    ):
        return 0
    accusers = {
        act["author_name"]
        for act in acts(speaker.client, "revocation")
        if act["subject"] == subject.fingerprint and act["role"] is None and act["in_force"]
    }
    wanted = max(1, int(charter["threshold"]) - 1)
    return max(1, wanted - len(accusers))
