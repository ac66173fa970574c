"""`meshnode bulletin`: list, show, withdraw. Asks the running node. Not for: `post`."""

from pathlib import Path
from typing import Final

import click

from meshnode.commands.bulletins import board, whereabouts
from meshnode.commands.bulletins.bulletin_ids import bulletin_id_argument
from meshnode.commands.bulletins.capwords import cap_text
from meshnode.commands.bulletins.mute import Muted, read_muted
from meshnode.commands.bulletins.post import post
from meshnode.commands.bulletins.search import SEVERITIES
from meshnode.commands.bulletins.targets import targeted, withdraw_own
from meshnode.commands.bulletins.templates import templates
from meshnode.commands.bulletins.updating import update
from meshnode.commands.client import escaped
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import as_node_option, signs_as_node, speaking, speaks
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, talk

KINDS: Final = ("bulletin", "drill", "alert")


@click.group()
def bulletin() -> None:
    """News and warnings on the neighbourhood's board."""


_id_argument = bulletin_id_argument


bulletin.add_command(post)
bulletin.add_command(templates)
bulletin.add_command(update)


@bulletin.command(
    "list",
    epilog=examples(
        "meshnode bulletin list",
        "meshnode bulletin list --hidden",
        "meshnode bulletin list --category water --severity severe --since 24h",
        "meshnode bulletin list --author Anna --text 'trinkwasser'",
        "meshnode bulletin list --json | jq '.[].text'",
    ),
)
@click.option("--hidden", "with_hidden", is_flag=True, help="Show what moderators hid, too.")
@click.option("--all", "is_all", is_flag=True, help="Show what people say whom you muted, too.")
@click.option("--kind", type=click.Choice(KINDS), help="Only this sort.")
@click.option("--category", metavar="WORD", help="Only what is about this: water, power, ...")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only what is so bad or worse.")
@click.option("--author", metavar="NAME", help="Only by this member; the name may be shortened.")
@click.option("--since", type=Duration(), help="Only what was posted in the last: 90m, 24h, 3d.")
@click.option("--text", metavar="WORDS", help="Only what has all these words; see: search --help")
@language_option
@speaks
def list_(
    session: Session,
    *,
    with_hidden: bool,
    is_all: bool,
    kind: str | None,
    category: str | None,
    severity: str | None,
    author: str | None,
    since: int | None,
    text: str | None,
    language: str,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Show the board, or what is wanted of it: the worst first, then the newest."""
    wanted: dict[str, str | int | None] = {
        "kind": kind,
        "category": category,
        "severity": severity,
        "author": None if author is None else _fingerprint(session, author),
        "since_s": None if since is None else 60 * since,
        "text": text,
    }
    views = session.client.bulletins(language, with_hidden=with_hidden, **wanted)
    muted = Muted(frozenset()) if is_all else read_muted(session, passphrase_file)
    shown = [view for view in views if view["author_fingerprint"] not in muted.fingerprints]
    if is_json:
        emit_json(shown)
        return
    if shown:
        emit("\n".join(board.lines(shown)))
    elif not views and any(one is not None for one in wanted.values()):
        talk("Nothing on the board is like this. Fewer options show more.")
    elif not views:
        talk(f"The board is empty. Post something: {session.command('bulletin post TEXT')}")
    if len(shown) < len(views):
        talk(f"{len(views) - len(shown)} by people you muted are left out; --all shows them.")
    elif muted.is_locked and views:
        talk("Whom you muted is locked with your passphrase; --passphrase-file FILE opens it.")


def _fingerprint(session: Session, name: str) -> str:
    """Return the fingerprint of a member."""
    return str(session.client.get(f"/members/{escaped(name)}")["fingerprint"])


@bulletin.command(
    epilog=examples(
        "meshnode bulletin show 1a2b3c4d",
        "meshnode bulletin show 1a2b --json",
        "meshnode alert show 1a2b --cap > alert.xml",
    )
)
@_id_argument
@click.option("--cap", "is_cap", is_flag=True, help="Print it as CAP 1.2, for other programs.")
@language_option
@json_option
@pass_session
def show(session: Session, *, bulletin_id: str, is_cap: bool, language: str, is_json: bool) -> None:
    """Show one bulletin whole, and which nodes have it. Its ID may be shortened."""
    view = session.client.get(f"/bulletins/{escaped(bulletin_id)}?language={language}")
    if is_cap:
        emit(cap_text(view, session.client.get("/community")).rstrip("\n"))
        return
    where = session.client.get(f"/objects/{view['id']}/whereabouts")
    if is_json:
        emit_json({**view, "whereabouts": where["nodes"]})
    else:
        emit("\n".join([*board.whole(view), "", *whereabouts.sentences(where)]))


@bulletin.command(
    epilog=examples("meshnode bulletin withdraw 1a2b3c4d", "meshnode bulletin withdraw 1a2b --json")
)
@_id_argument
@as_node_option
@speaks
def withdraw(
    session: Session,
    *,
    bulletin_id: str,
    is_as_node: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Take back a bulletin of your own, or of this node's.

    It disappears on every node that hears of it.
    """
    if signs_as_node(session, is_as_node=is_as_node):
        view = session.client.post(f"/bulletins/{escaped(bulletin_id)}/withdraw")
    else:
        with speaking(session, passphrase_file) as speaker:
            view = targeted(speaker, bulletin_id)
            withdraw_own(speaker, view)
    if is_json:
        emit_json(view)
        return
    emit(view["id"])
    talk("Withdrawn here. Other nodes take it down as soon as they hear of it.")
