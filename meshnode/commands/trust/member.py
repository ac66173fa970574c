"""`meshnode member`: who belongs. Taking people in is in `admission` and `certifying`."""

import click

from meshnode.commands.client import escaped
from meshnode.commands.records import Document, candidates, members
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.trust import people
from meshnode.commands.trust.admission import admit, vouch
from meshnode.commands.trust.certifying import certify, renew


@click.group()
def member() -> None:
    """Who belongs to the community, and taking people in."""


for _command in (admit, vouch, certify, renew):
    member.add_command(_command)


@member.command(
    "list",
    epilog=examples("meshnode member list", "meshnode member list --json | jq '.[].name'"),
)
@click.option("--revoked", "with_revoked", is_flag=True, help="Also those who were revoked.")
@json_option
@pass_session
def list_(session: Session, *, with_revoked: bool, is_json: bool) -> None:
    """List the members: stewards first, then by name."""
    found = members(session.client, with_revoked=with_revoked)
    waiting = candidates(session.client)
    if is_json:
        emit_json(found)
        return
    emit("\n".join(people.lines(found)))
    for one in waiting:
        talk(
            f"{one_line(one['name'])} ({one['fingerprint'][:8]}) needs one more word: "
            f"{session.command('member vouch ' + one['fingerprint'][:8])}"
        )


@member.command(epilog=examples("meshnode member show Bert", "meshnode member show 9f86d081"))
@click.argument("name")
@json_option
@pass_session
def show(session: Session, *, name: str, is_json: bool) -> None:
    """Show one member whole.

    NAME may be the beginning of a name or of a fingerprint.
    """
    found = session.client.get(f"/members/{escaped(name)}")
    if is_json:
        emit_json(found)
    else:
        emit("\n".join(people.whole(found)))


@member.command(
    epilog=examples("meshnode member lookup 1a2b3c4d", "meshnode member lookup kowal --json")
)
@click.argument("text")
@json_option
@pass_session
def lookup(session: Session, *, text: str, is_json: bool) -> None:
    """Find who is behind a name, a fingerprint or a key.

    Parts of them are enough. Revoked ones are found, too.
    """
    wanted = "".join(text.split()).casefold()
    everybody = members(session.client, with_revoked=True)
    found = [one for one in everybody if wanted and _is_meant(one, wanted)]
    if not found:
        raise Failure(f"Nobody here has {text!r} in a name, key or fingerprint.", code="not_found")
    if is_json:
        emit_json(found)
    else:
        emit("\n".join(people.lines(found)))


def _is_meant(one: Document, wanted: str) -> bool:
    names = "".join(f"{one['name']}\n{one['certified_name']}".casefold().split(" "))
    keys = [key["key_id"] for key in one["keys"]]
    return wanted in names or any(
        digits.startswith(wanted) for digits in (one["fingerprint"], one["key"], *keys)
    )
