"""`meshnode community`: the charter, who stands for it, and changing it together."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from meshnode.commands.records import Document, acts
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, decoded_object, speaking, speaks
from meshnode.commands.terminal.asking import confirm
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, paint, talk
from meshnode.commands.terminal.tables import table, terminal_columns
from meshnode.commands.trust import people

if TYPE_CHECKING:
    from meshnode.board.trust.charter import CharterFields, KeptKey

_ID_DIGITS = 8
_PAIR = 2
"""Of two stewards both, or one alone: only a third one makes it better."""


@click.group()
def community() -> None:
    """The charter: who the stewards are, how many must agree."""


@community.command(epilog=examples("meshnode community show", "meshnode community show --json"))
@json_option
@pass_session
def show(session: Session, *, is_json: bool) -> None:
    """Show the charter, its stewards, and what waits for agreement."""
    document = session.client.get("/community")
    if is_json:
        emit_json(document)
    else:
        emit("\n".join(_lines(session, document)))


@community.command(
    "list", epilog=examples("meshnode community list", "meshnode community list --json")
)
@json_option
@pass_session
def list_(session: Session, *, is_json: bool) -> None:
    """List the charters: in force, waiting, and earlier ones."""
    found = acts(session.client, "charter")
    pending = {one["id"]: one for one in session.client.get("/community")["pending"]}
    if is_json:
        emit_json([{**one, "pending": pending.get(one["id"])} for one in found])
        return
    rows = [
        (
            one["id"][:_ID_DIGITS],
            people.day(one["created"]),
            _state(one, pending),
            one_line(one["author_name"] or one["author"]),
            one_line(one["text"] or ""),
        )
        for one in found
    ]
    head = ("ID", "MADE", "STATE", "BY", "NAME")
    emit("\n".join(table(head, rows, columns=terminal_columns())))


@community.command(
    epilog=examples(
        "meshnode community propose --steward Anna --steward Bert --steward Cem --threshold 2",
        "meshnode community propose --steward Bert --steward Cem",
        'meshnode community propose --name "Nordstadt und Hafen"',
    )
)
@click.option(
    "--steward",
    "names",
    multiple=True,
    metavar="NAME",
    help="Who shall be steward, all of them, the first rank first.  [default: as it is]",
)
@click.option(
    "--threshold", type=click.IntRange(1, 7), help="How many must agree.  [default: as it is]"
)
@click.option("--name", help="What the community is called.  [default: as it is]")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@speaks
def propose(
    session: Session,
    *,
    names: tuple[str, ...],
    threshold: int | None,
    name: str | None,
    is_sure: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Propose the next charter.

    It counts once enough stewards agreed. What leaving stewards signed so far stays valid.
    """
    from meshnode.person.acts import propose as sign  # noqa: PLC0415

    if not names and threshold is None and name is None:
        raise click.UsageError("Say what shall change: --steward, --threshold or --name.")
    with speaking(session, passphrase_file) as speaker:
        speaker.require_steward()
        stewards = [_steward(speaker, one) for one in names] or _standing_stewards(speaker)
        fields = _next_charter(speaker, stewards, threshold, name)
        if fields.threshold == len(stewards) > 1:
            talk(
                f"All {len(stewards)} must agree then: one lost key is enough that this can never "
                "change again. "
                + (
                    "Name a third steward soon."
                    if len(stewards) == _PAIR
                    else f"--threshold {len(stewards) - 1} is safer."
                )
            )
        confirm(
            f"Stewards: {_names(stewards)}; {fields.threshold} must agree. Propose it?",
            is_sure=is_sure,
        )
        (charter_id,) = speaker.publish(sign(speaker.identity, fields, minute=speaker.minute))
        document = _after(speaker, charter_id)
    _show_outcome(session, document, is_json=is_json)


@community.command(
    epilog=examples(
        "meshnode community endorse 1a2b3c4d", "meshnode community endorse 1a2b3c4d --yes"
    )
)
@click.argument("charter_id", metavar="ID")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@speaks
def endorse(
    session: Session,
    *,
    charter_id: str,
    is_sure: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Agree with a charter that another steward proposed.

    See what it says first: `meshnode community show`. ID may be shortened.
    """
    from meshnode.person.acts import endorse as sign  # noqa: PLC0415
    from meshnode.protocol.object import ObjectId  # noqa: PLC0415

    with speaking(session, passphrase_file) as speaker:
        speaker.require_steward()
        pending = _pending(session, speaker, charter_id)
        confirm(
            f"{one_line(pending['name'])}. Stewards: {_names(pending['stewards'])}; "
            f"{pending['threshold']} must agree. Agree?",
            is_sure=is_sure,
        )
        target = ObjectId(bytes.fromhex(pending["id"]))
        speaker.publish(sign(speaker.identity, target, minute=speaker.minute))
        document = _after(speaker, pending["id"])
    _show_outcome(session, document, is_json=is_json)


def _lines(session: Session, document: Document) -> list[str]:
    charter = document["charter"]
    standing = [one for one in charter["stewards"] if one["stands"]]
    shown = [
        paint(one_line(document["name"]), None, is_bold=True),
        f"Charter {charter['number']} ({charter['id'][:_ID_DIGITS]}) since "
        f"{people.day(charter['created'])}; {charter['threshold']} of "
        f"{len(charter['stewards'])} stewards must agree",
    ]
    shown += [
        f"  {one['fingerprint'][:_ID_DIGITS]}  {people.called(one)}"
        + ("" if one["stands"] else "  (revoked)")
        for one in charter["stewards"]
    ]
    for one in document["pending"]:
        agreed = ", ".join(map(one_line, one["endorsed_by"]))
        shown += [
            "",
            f"Proposed: {one_line(one['name'])}, stewards {_names(one['stewards'])}; "
            f"{one['threshold']} must agree",
            f"  {agreed} agreed; {one['needed']} more needed: "
            + session.command(f"community endorse {one['id'][:_ID_DIGITS]}"),
        ]
    if len(standing) < charter["threshold"]:
        shown += [
            "",
            f"Nobody can change this any more: {charter['threshold']} must agree, and "
            f"{len(standing)} of the stewards {'is' if len(standing) == 1 else 'are'} left.",
        ]
        if not standing:
            shown.append("Nobody can take people in or give roles. Found a new community.")
    elif len(standing) == 1:
        shown += [
            "",
            "With one steward the community ends when that key is lost. Name another: "
            + session.command("community propose --steward …"),
        ]
    return shown


def _state(charter: Document, pending: dict[str, Document]) -> str:
    if charter["in_force"]:
        return "in force"
    if charter["id"] in pending:
        return f"needs {pending[charter['id']]['needed']} more"
    return "over"


def _steward(speaker: Speaker, name: str) -> Document:
    member = speaker.member(name)
    if member["is_revoked"] or member["class"] != "person":
        raise Failure(
            f"{one_line(member['name'])} cannot be a steward: stewards are people who belong.",
            code="not_allowed",
        )
    return member


def _standing_stewards(speaker: Speaker) -> list[Document]:
    return [one for one in speaker.community["charter"]["stewards"] if one["stands"]]


def _names(stewards: list[Document]) -> str:
    return ", ".join(map(people.called, stewards))


def _next_charter(
    speaker: Speaker, stewards: list[Document], threshold: int | None, name: str | None
) -> "CharterFields":
    from meshnode.board.names import clean_name  # noqa: PLC0415
    from meshnode.board.trust.charter import (  # noqa: PLC0415
        CharterFields,
        charter_hash,
        decode_charter,
    )
    from meshnode.protocol.keys import PublicKey  # noqa: PLC0415

    thing = decoded_object(speaker.community["encoded"]["charter"])
    current = decode_charter(thing.codec, thing.body)
    keys = tuple(PublicKey(bytes.fromhex(one["key"])) for one in stewards)
    return CharterFields(
        number=current.number + 1,
        previous=charter_hash(thing.body),
        threshold=threshold or min(current.threshold, len(keys)),
        stewards=keys,
        kept=_kept(speaker, current, {one["fingerprint"] for one in stewards}),
        name=current.name if name is None else clean_name(name),
    )


def _kept(speaker: Speaker, current: "CharterFields", staying: set[str]) -> tuple["KeptKey", ...]:
    """Return up to where what former stewards signed stays valid: all that the node holds."""
    from meshnode.board.trust.charter import KeptKey  # noqa: PLC0415
    from meshnode.protocol.keys import PublicKey  # noqa: PLC0415

    kept = {one.public_key: one.sequence for one in current.kept}
    for steward in speaker.community["charter"]["stewards"]:
        if steward["fingerprint"] in staying:
            continue
        leaving = speaker.lookup(steward["fingerprint"])
        for key in leaving["keys"] if leaving else ():
            last = key["last_sequence"] or 0
            valid = last if key["last"] is None else min(last, key["last"])
            if valid > 0:
                kept[PublicKey(bytes.fromhex(key["key"]))] = valid
    return tuple(KeptKey(key, kept[key]) for key in sorted(kept))


def _pending(session: Session, speaker: Speaker, beginning: str) -> Document:
    found: list[Document] = [
        one for one in speaker.community["pending"] if one["id"].startswith(beginning.lower())
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise Failure(
            f"{len(found)} proposals begin with {beginning!r}. Write more of it.", code="ambiguous"
        )
    raise Failure(
        f"There is no proposal {beginning!r}. See: {session.command('community show')}",
        code="not_found",
    )


def _after(speaker: Speaker, charter_id: str) -> Document:
    """Return what became of a proposal."""
    document = speaker.client.get("/community")
    pending = next((one for one in document["pending"] if one["id"] == charter_id), None)
    return {
        "id": charter_id,
        "in_force": document["charter"]["id"] == charter_id,
        "needed": pending["needed"] if pending else 0,
        "stewards": document["charter"]["stewards"],
    }


def _show_outcome(session: Session, document: Document, *, is_json: bool) -> None:
    if is_json:
        emit_json(document)
        return
    emit(document["id"])
    if document["in_force"]:
        talk(f"In force here. The stewards are {_names(document['stewards'])}.")
    elif document["needed"]:
        talk(
            f"{document['needed']} more of the stewards must agree. Each of them says: meshnode "
            f"community endorse {document['id'][:_ID_DIGITS]}"
        )
    else:
        talk(f"Another charter came before it. See: {session.command('community show')}")
