"""`meshnode bulletin update`: say a bulletin of one's own anew.

Not for: correcting somebody else's (`moderate correct`).
"""

from pathlib import Path
from typing import Any

import click

from meshnode.commands.bulletins import board
from meshnode.commands.bulletins.bulletin_ids import bulletin_id_argument
from meshnode.commands.bulletins.post import CATEGORIES, SEVERITIES, stdin_text
from meshnode.commands.bulletins.targets import is_own, not_yours, targeted
from meshnode.commands.client import escaped
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, as_node_option, signs_as_node, speaking, speaks
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, talk
from meshnode.commands.trust import people


@click.command(
    epilog=examples(
        'meshnode bulletin update 1a2b3c4d "Water only until 16:00 today"',
        "meshnode bulletin update 1a2b3c4d --expires 2d",
        'meshnode bulletin update 1a2b3c4d "The smoke is over" --severity info',
    )
)
@bulletin_id_argument
@click.argument("text", required=False)
@click.option("--title", help='One line above the text; "" takes it away.')
@click.option(
    "--category",
    shell_complete=lambda context, parameter, incomplete: [
        one for one in CATEGORIES if one.startswith(incomplete)
    ],
    help="Another category.",
)
@click.option("--severity", type=click.Choice(SEVERITIES), help="How bad it is now.")
@click.option(
    "--expires",
    "expires_minutes",
    type=Duration(),
    metavar="DURATION",
    help="When it disappears everywhere, from now; not before it would have.  [default: as before]",
)
@as_node_option
@speaks
def update(
    session: Session,
    *,
    bulletin_id: str,
    text: str | None,
    title: str | None,
    category: str | None,
    severity: str | None,
    expires_minutes: int | None,
    is_as_node: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Say a bulletin of your own, or of this node's, anew.

    The new version takes the old one's place on every node that hears of it. TEXT may be - to read
    it from stdin. What you leave out stays as it is.
    """
    document: dict[str, Any] = {
        "text": stdin_text() if text == "-" else text,
        "title": title,
        "category": category,
        "severity": severity,
        "expires_in_s": None if expires_minutes is None else 60 * expires_minutes,
    }
    wanted = {name: value for name, value in document.items() if value is not None}
    if not wanted:
        raise click.UsageError("Say what is to change: a TEXT, --title, --severity, --expires ...")
    if signs_as_node(session, is_as_node=is_as_node):
        view = session.client.post(f"/bulletins/{escaped(bulletin_id)}/update", wanted)
    else:
        with speaking(session, passphrase_file) as speaker:
            view = _updated(speaker, bulletin_id, wanted)
    if is_json:
        emit_json(view)
        return
    emit(view["id"])
    talk(f"Updated by {board.author(view)}. It takes the place of the version before everywhere.")


def _updated(speaker: Speaker, bulletin_id: str, wanted: dict[str, Any]) -> board.View:
    from meshnode.board.versions import next_version  # noqa: PLC0415  Slow.
    from meshnode.commands.bulletins.revised import content_of, require_right  # noqa: PLC0415
    from meshnode.person import acts  # noqa: PLC0415
    from meshnode.protocol.object import Kind, ShortId  # noqa: PLC0415

    speaker.require_member()
    before = targeted(speaker, bulletin_id)
    if not is_own(speaker, before):
        raise Failure(not_yours(speaker, before, "update"), code="not_allowed")
    seconds = wanted.get("expires_in_s")
    minute, minutes = next_version(
        created_min=people.minute_of(before["created"]),
        expires_min=people.minute_of(before["expires"]),
        minute=speaker.minute,
        minutes=None if seconds is None else seconds // 60,
    )
    require_right(speaker, before, wanted, expires_min=minute + minutes)
    thing = acts.say(
        speaker.identity,
        Kind[before["kind"].upper()],
        content_of(before, wanted),
        minute=minute,
        minutes=minutes,
        parent=ShortId(bytes.fromhex(before["root"])),
    )
    (thing_id,) = speaker.publish(thing)
    view: board.View = speaker.client.get(f"/bulletins/{thing_id}")
    return view
