"""`meshnode bulletin`: list, show, withdraw. Asks the running node. Not for: `post`."""

import click
from click.shell_completion import CompletionItem

from meshnode.commands import board, whereabouts
from meshnode.commands.client import escaped
from meshnode.commands.failures import Failure
from meshnode.commands.language import language_option, preferred_language
from meshnode.commands.output import emit, emit_json, talk
from meshnode.commands.post import post
from meshnode.commands.session import HOME_DEFAULT, Session, examples, json_option, pass_session
from meshnode.commands.templates import templates


@click.group()
def bulletin() -> None:
    """News and warnings on the neighbourhood's board."""


def complete_id(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids on the board that begin with what was typed; none if the node is off."""
    session = context.find_object(Session)
    if session is None:
        home = context.find_root().params.get("home") or HOME_DEFAULT
        session = Session.of(home)
    try:
        views = session.client.bulletins(preferred_language())
    except Failure:
        return []
    return [
        CompletionItem(view["id"], help=board.headline(view))
        for view in views
        if view["id"].startswith(incomplete)
    ]


_id_argument = click.argument("bulletin_id", metavar="ID", shell_complete=complete_id)


bulletin.add_command(post)
bulletin.add_command(templates)


@bulletin.command(
    "list",
    epilog=examples("meshnode bulletin list", "meshnode bulletin list --json | jq '.[].text'"),
)
@click.option("--hidden", "with_hidden", is_flag=True, help="Show what moderators hid, too.")
@language_option
@json_option
@pass_session
def list_(session: Session, *, with_hidden: bool, language: str, is_json: bool) -> None:
    """Show the board: the worst first, then the newest."""
    views = session.client.bulletins(language, with_hidden=with_hidden)
    if is_json:
        emit_json(views)
    elif views:
        emit("\n".join(board.lines(views)))
    else:
        talk(f"The board is empty. Post something: {session.command('bulletin post TEXT')}")


@bulletin.command(
    epilog=examples("meshnode bulletin show 1a2b3c4d", "meshnode bulletin show 1a2b --json")
)
@_id_argument
@language_option
@json_option
@pass_session
def show(session: Session, *, bulletin_id: str, language: str, is_json: bool) -> None:
    """Show one bulletin whole, and which nodes have it; its ID may be shortened."""
    view = session.client.get(f"/bulletins/{escaped(bulletin_id)}?language={language}")
    where = session.client.get(f"/objects/{view['id']}/whereabouts")
    if is_json:
        emit_json({**view, "whereabouts": where["nodes"]})
    else:
        emit("\n".join([*board.whole(view), "", *whereabouts.sentences(where)]))


@bulletin.command(
    epilog=examples("meshnode bulletin withdraw 1a2b3c4d", "meshnode bulletin withdraw 1a2b --json")
)
@_id_argument
@json_option
@pass_session
def withdraw(session: Session, *, bulletin_id: str, is_json: bool) -> None:
    """Take back a bulletin of this node's, on every node that hears of it."""
    client = session.client
    view = client.post(f"/bulletins/{escaped(bulletin_id)}/withdraw")
    if is_json:
        emit_json(view)
        return
    emit(view["id"])
    talk("Withdrawn here. Other nodes take it down as soon as they hear of it.")
