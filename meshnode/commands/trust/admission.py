"""`meshnode member admit`, `vouch`: somebody speaks for somebody else."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.commands.client import escaped
from meshnode.commands.records import Document, candidates
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, decoded_object, speaking, speaks
from meshnode.commands.terminal.asking import confirm, require_answer
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.trust import people

if TYPE_CHECKING:
    from meshnode.protocol.object import SignedObject

CLASSES: Final = ("person", "organisation", "node")
_FINGERPRINT_DIGITS_MIN: Final = 4
_sure_option = click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")


@click.command(
    epilog=examples(
        "meshnode member admit 482913",
        'meshnode member admit 482913 --name "Bert Yilmaz" --yes',
        "meshnode member admit 482913 --class organisation",
    )
)
@click.argument("code")
@click.option("--name", help="Under which name.  [default: what they chose]")
@click.option(
    "--class",
    "class_word",
    type=click.Choice(CLASSES[:2]),
    default=CLASSES[0],
    show_default=True,
    help="Who it is.",
)
@_sure_option
@speaks
def admit(
    session: Session,
    *,
    code: str,
    name: str | None,
    class_word: str,
    is_sure: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Take in somebody who says six digits to you.

    Their device shows them: `meshnode identity join`. Only for people you know, who say the
    digits themselves. A steward's word is enough; of other members two must speak.
    """
    from meshnode.board.names import clean_name  # noqa: PLC0415

    require_answer(is_sure=is_sure)
    with speaking(session, passphrase_file) as speaker:
        _require_word(speaker, class_word)
        digits = "".join(code.split())
        joining = speaker.client.post("/joins/claim", {"code": digits})
        called = clean_name(name or joining["name"])
        confirm(
            f"{one_line(called)}, {people.grouped(joining['fingerprint'])}. Do you know this "
            f"{class_word}, and did they tell you the digits themselves?",
            is_sure=is_sure,
        )
        speaker.publish(certificate(speaker, joining["key"], called, class_word))
        devices = [decoded_object(one) for one in joining["devices"]]
        document = outcome(speaker, joining["fingerprint"], called, devices)
    show_outcome(session, document, is_json=is_json)


@click.command(
    epilog=examples("meshnode member vouch Bert", "meshnode member vouch 9f86d081 --yes")
)
@click.argument("name")
@_sure_option
@speaks
def vouch(
    session: Session, *, name: str, is_sure: bool, passphrase_file: Path | None, is_json: bool
) -> None:
    """Speak for somebody for whom another member has spoken already.

    Compare the fingerprint with the one on their device first: `meshnode identity show`.
    """
    with speaking(session, passphrase_file) as speaker:
        _require_word(speaker, CLASSES[0])
        subject = _candidate(speaker, name)
        confirm(
            f"{one_line(subject['name'])}, {people.grouped(subject['fingerprint'])}. Do you know "
            "this person, and is that the fingerprint on their device?",
            is_sure=is_sure,
        )
        speaker.publish(certificate(speaker, subject["key"], subject["name"], CLASSES[0]))
        document = outcome(speaker, subject["fingerprint"], subject["name"], [])
    show_outcome(session, document, is_json=is_json)


def _require_word(speaker: Speaker, class_word: str) -> None:
    me = speaker.require_full()
    if class_word != CLASSES[0] and not me["is_steward"]:
        raise Failure(
            f"Only a steward can certify a {class_word}; members speak for people.",
            code="not_allowed",
        )


def certificate(speaker: Speaker, key: str, name: str, class_word: str) -> "SignedObject":
    """Return what vouches for a key, signed by whoever speaks; `key` is in hex."""
    from meshnode.board.trust.certificate import IdentityClass  # noqa: PLC0415
    from meshnode.person.acts import certify as sign  # noqa: PLC0415
    from meshnode.protocol.keys import PublicKey  # noqa: PLC0415

    return sign(
        speaker.identity,
        PublicKey(bytes.fromhex(key)),
        name,
        identity_class=IdentityClass[class_word.upper()],
        minute=speaker.minute,
    )


def outcome(
    speaker: Speaker, fingerprint: str, name: str, devices: "list[SignedObject]"
) -> Document:
    """Return what the certificate led to; let the devices sign if it was enough."""
    found = speaker.lookup(fingerprint)
    if found is not None and not found["is_revoked"]:
        if devices:
            speaker.publish(*devices)
        return {
            "name": found["name"],
            "fingerprint": fingerprint,
            "is_member": True,
            "words_needed": 0,
            "looks_like": found["looks_like"],
        }
    if found is not None:
        raise Failure(
            f"{one_line(name)} was revoked; that outweighs every certificate. They need a new "
            "identity: meshnode identity new",
            code="not_allowed",
        )
    words: list[str] = next(
        (
            one["vouched_by"]
            for one in candidates(speaker.client)
            if one["fingerprint"] == fingerprint
        ),
        [],
    )
    if speaker.identity.fingerprint.hex() not in words:
        raise Failure(
            "Your word did not count: a member speaks for 8 people at most. Ask a steward.",
            code="not_allowed",
        )
    return {
        "name": name,
        "fingerprint": fingerprint,
        "is_member": False,
        "words_needed": max(0, people.VOUCHERS_MIN - len(words)),
        "looks_like": [],
    }


def show_outcome(session: Session, document: Document, *, is_json: bool) -> None:
    """Print what a certificate led to, and what comes next."""
    if is_json:
        emit_json(document)
        return
    name = one_line(document["name"])
    if not document["is_member"]:
        emit(f"You spoke for {name}.")
        short = document["fingerprint"][:8]
        talk(
            f"{document['words_needed']} more full member, or a steward, must speak for them: "
            f"meshnode member vouch {short}"
        )
        return
    emit(f"{name} is a member.")
    if document["looks_like"]:
        talk(
            "Careful: somebody else has a name that looks the same. If it was not meant, certify "
            f"them anew under a clearer one: {session.command('member certify --help')}"
        )
    talk("Every node knows it as soon as it hears of it.")


def _candidate(speaker: Speaker, name: str) -> Document:
    """Return whom a member means: somebody who has a word already, or who is vouched for."""
    wanted = name.strip().casefold()
    digits = "".join(wanted.split())
    waiting = candidates(speaker.client)
    found = [
        one
        for one in waiting
        if one["name"].casefold() == wanted
        or (len(digits) >= _FINGERPRINT_DIGITS_MIN and one["fingerprint"].startswith(digits))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(f"{one['name']} ({one['fingerprint'][:8]})" for one in found)
        raise Failure(
            f"{len(found)} could be meant: {one_line(several)}. Give the digits in brackets.",
            code="ambiguous",
        )
    try:
        known: dict[str, Any] = speaker.client.get(f"/members/{escaped(name)}")
    except Failure as failure:
        if failure.code != "not_found":
            raise
        raise Failure(
            f"Nobody here waits for a word under the name {name!r}. Somebody new shows six "
            "digits (meshnode identity join); take them in with: meshnode member admit CODE",
            code="not_found",
        ) from failure
    if known["is_full"]:
        raise Failure(f"{one_line(known['name'])} is a full member already.", code="conflict")
    return {**known, "name": known["certified_name"]}
