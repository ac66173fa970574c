"""`meshnode phone`: the phones that were let in. Letting them in is in `phonepairing`."""

import click

from meshnode.commands.client import escaped
from meshnode.commands.records import Document
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.terminal.asking import confirm
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.tables import table, terminal_columns
from meshnode.commands.trust import people
from meshnode.commands.trust.phonepairing import KEY_DIGITS, pair

_REFUSED = {
    "used": "with a code that another phone had used",
    "wrong": "with something that is no code here",
    "over": "with a code that was over",
}


@click.group()
def phone() -> None:
    """Phones of residents: letting them in, and out."""


phone.add_command(pair)


@phone.command(
    "list", epilog=examples("meshnode phone list", "meshnode phone list --json | jq .phones")
)
@json_option
@pass_session
def list_(session: Session, *, is_json: bool) -> None:
    """List the phones that were let in, open codes, and who tried in vain.

    Of each phone the node knows on which day it was here last, and nothing finer.
    """
    found = session.client.get("/pairings")
    if is_json:
        emit_json(found)
        return
    if found["phones"]:
        head = ("KEY", "WHOSE", "PAIRED", "LAST SEEN")
        rows = [_row(one) for one in found["phones"]]
        emit("\n".join(table(head, rows, columns=terminal_columns())))
    else:
        talk(f"There are none. Let one in: {session.command('phone pair')}")
    for line in _open_codes(found["openings"]):
        talk(line)
    for line in _refused(found["attempts"]):
        talk(line)


@phone.command(
    epilog=examples("meshnode phone unpair 1a2b3c4d", "meshnode phone unpair 1a2b3c4d --yes")
)
@click.argument("key")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@json_option
@pass_session
def unpair(session: Session, *, key: str, is_sure: bool, is_json: bool) -> None:
    """Let a phone in no more, because it is lost or its owner is gone.

    KEY is what begins its key: see phone list. What its owner signed stays. A phone in wrong hands
    must also be revoked (meshnode revoke), or it still signs at another node.
    """
    confirm(f"Let {_meant(session, key)} in no more?", is_sure=is_sure)
    gone = session.client.post(f"/pairings/{escaped(key)}/unpair")
    if is_json:
        emit_json(gone)
        return
    emit(f"{_called(gone)} is let in no more.")
    if gone["name"]:
        lost = session.command(f"revoke {gone['key_id']} --reason lost")
        talk(f"If it is lost, revoke it as well, or it signs at another node: {lost}")


def _meant(session: Session, key: str) -> str:
    digits = "".join(key.split()).lower()
    phones: list[Document] = session.client.get("/pairings")["phones"]
    found = [one for one in phones if one["key"].startswith(digits)]
    if not found:
        raise Failure(
            f"No phone here has a key that begins with {digits}. See: meshnode phone list",
            code="not_found",
        )
    if len(found) > 1:
        raise Failure(
            f"{len(found)} phones begin with {digits}. Write more of it.", code="ambiguous"
        )
    return _called(found[0])


def _called(one: Document) -> str:
    digits = one["key"][:KEY_DIGITS]
    return f"{one_line(one['name'])} (phone {digits})" if one["name"] else f"Phone {digits}"


def _row(one: Document) -> tuple[str, ...]:
    whose = one_line(one["name"]) if one["name"] else "nobody's yet"
    return one["key"][:KEY_DIGITS], whose, people.day(one["paired"]), one["seen"]


def _open_codes(openings: list[Document]) -> list[str]:
    count = sum(one["state"] == "open" for one in openings)
    return [f"{count} {'code is' if count == 1 else 'codes are'} open now."] if count else []


def _refused(attempts: list[Document]) -> list[str]:
    return [
        f"{people.day(one['at'])}: refused, from {one['address'] or 'this machine'}, "
        f"{_REFUSED[one['outcome']]}."
        for one in attempts
        if one["outcome"] in _REFUSED
    ]
