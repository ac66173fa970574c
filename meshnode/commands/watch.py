"""`meshnode watch`: what happens on the node, as it happens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import click

from meshnode.commands.failures import Failure
from meshnode.commands.output import emit, emit_json, one_line, paint, talk
from meshnode.commands.session import Session, examples, pass_session

_QUIET: Final = ("hello", "keepalive")
"""News that only programs need."""


@click.command(epilog=examples("meshnode watch", "meshnode watch --json | jq -c .kind"))
@click.option(
    "--json", "is_json", is_flag=True, help="Print one JSON document a line and nothing else."
)
@pass_session
def watch(session: Session, *, is_json: bool) -> None:
    """Show what happens until interrupted (Ctrl-C)."""
    for news in session.client.watch():
        if is_json:
            emit_json(news, is_line=True)
        elif news["kind"] == "hello":
            talk(f"Watching {news['name']}. Stop with Ctrl-C.")
        elif news["kind"] not in _QUIET:
            emit(_line(news))
    raise Failure("The node stopped.", code="not_running")


def _line(news: Mapping[str, Any]) -> str:
    fields = {name: value for name, value in news.items() if name != "kind"}
    said = "  ".join(f"{name}={_word(value)}" for name, value in fields.items())
    kind = paint(one_line(news["kind"]).ljust(9), None, is_bold=True)
    return f"{datetime.now().astimezone():%H:%M:%S}  {kind}  {said}"


def _word(value: object) -> str:
    text = one_line(str(value))
    return f'"{text}"' if " " in text or not text else text
