"""`meshnode status`: how the node is, on half a screen."""

import click

from meshnode.commands.bookings.reminders import coming_up
from meshnode.commands.node import report
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json


@click.command(
    epilog=examples("meshnode status", "meshnode status --json | jq .airtime_ms"),
)
@language_option
@json_option
@pass_session
def status(session: Session, *, language: str, is_json: bool) -> None:
    """Show links, neighbours, airtime, what is wrong, and what you booked for the next day."""
    document = session.client.get(f"/status?language={language}")
    if is_json:
        emit_json(document)
    else:
        emit("\n".join([*report.lines(document), *coming_up(session)]))
