"""`meshnode lending`: what is lent, when it is free, and asking for it for a time.

Not for: posting (`offer post --item cargo-bike`) and later steps (`offer confirm`, `returned`).
What is slow is imported inside the commands.
"""

from pathlib import Path

import click

from meshnode.commands.client import escaped
from meshnode.commands.market import tradewords
from meshnode.commands.market.trade import list_command
from meshnode.commands.market.tradecompletion import id_argument
from meshnode.commands.market.tradesteps import (
    asking,
    contact_option,
    for_option,
    quantity_option,
    tell,
    text_option,
)
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import speaking, speaks
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, talk


@click.group()
def lending() -> None:
    """Tools, bikes, rooms that come back: when they are free."""


lending.add_command(
    list_command(
        "lending", query="direction=offer&sort=lending", hint="offer post --sort lending --help"
    )
)


@lending.command(epilog=examples("meshnode lending calendar 1a2b3c4d"))
@id_argument("lending")
@language_option
@json_option
@pass_session
def calendar(session: Session, *, thing_id: str, language: str, is_json: bool) -> None:
    """Show when something is taken and when it is free, for the next 91 days."""
    view = session.client.get(f"/offers/{escaped(thing_id)}?language={language}")
    if is_json:
        emit_json(view["calendar"])
    elif view["calendar"] is None:
        talk("This is not lent; it has no calendar.")
    else:
        emit(tradewords.headline(view))
        emit("\n".join(tradewords.calendar_lines(view)).rstrip())


@lending.command(
    epilog=examples(
        "meshnode lending ask 1a2b3c4d --from 'saturday 10:00' --to 'saturday 18:00'",
        "meshnode lending ask 1a2b --from '2026-11-24 09:00' --to +3d --contact '0171 2345678'",
    )
)
@id_argument("lending")
@click.option("--from", "start", metavar="TIME", required=True, help="When you fetch it.")
@click.option("--to", "end", metavar="TIME", required=True, help="When it is back.")
@quantity_option
@for_option
@contact_option
@text_option
@speaks
def ask(
    session: Session,
    *,
    thing_id: str,
    start: str,
    end: str,
    quantity: int | None,
    on_behalf: str | None,
    contact: str | None,
    text: str,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Ask for it for a time. Nothing is promised until its owner confirms."""
    from meshnode.board.exchange.claim import Span  # noqa: PLC0415
    from meshnode.commands.market.claiming import asked  # noqa: PLC0415
    from meshnode.commands.market.trading import minute_typed, offered  # noqa: PLC0415

    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        view = offered(speaker, thing_id)
        start_min = minute_typed(speaker, session, start, "--from")
        end_min = minute_typed(speaker, session, end, "--to")
        thing = asked(
            speaker,
            view,
            quantity=quantity or 0,
            span=Span(start_min, end_min),
            on_behalf=on_behalf or "",
            text=text,
        )
        (claim_id,) = speaker.publish(thing)
        tell(session, speaker, claim_id, asking(view), contact=contact, is_json=is_json)
