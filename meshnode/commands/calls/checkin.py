"""`meshnode checkin`: how people are. What coordinators do about calls for help is in `call`."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem

from meshnode.commands.calls import callwords
from meshnode.commands.calls.rollcall import roll
from meshnode.commands.client import escaped
from meshnode.commands.places.locating import HELP as WHERE
from meshnode.commands.places.locating import complete_where
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, speaking, speaks
from meshnode.commands.terminal.asking import confirm
from meshnode.commands.terminal.completing import ids, told
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, talk

if TYPE_CHECKING:
    from meshnode.commands.calls.checking import Said

NEEDS: Final = (
    "water", "food", "medicine", "medical-care", "power", "warmth", "transport", "company",
    "shelter", "information", "child", "animal",
)  # fmt: skip
"""As `meshnode.board.calls.checkin.Need`, which would bring the keys' library to every start."""
STATES: Final = ("ok", "help", "urgent")


class Needs(click.ParamType[tuple[str, ...]]):
    """Needs, by their words with commas between them."""

    name = "needs"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the words."""
        words = tuple(one.strip().lower() for one in str(value).split(",") if one.strip())
        unknown = [one for one in words if one not in NEEDS]
        if unknown:
            self.fail(
                f"{unknown[0]!r} is not on the list: {', '.join(NEEDS)}. Say everything else in "
                "your own words.",
                param,
                ctx,
            )
        return words


def complete_check_in(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids of check-ins that begin with what was typed; none if the node is off."""
    found = told(context, lambda client: client.get("/checkins")["checkins"])
    return ids(found, incomplete, callwords.headline, key="root")


def _complete_needs(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> Sequence[str]:
    done, comma, last = incomplete.rpartition(",")
    return [f"{done}{comma}{one}" for one in NEEDS if one.startswith(last)]


id_argument = click.argument("checkin_id", metavar="ID", shell_complete=complete_check_in)


def _about(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what can be said beside the text."""
    for option in (
        click.option(
            "--expires",
            "minutes",
            type=Duration(),
            metavar="DURATION",
            help="How long it stays: 12h, 3d, 14d (the most).  [default: as the mode says]",
        ),
        click.option("--at", "place", hidden=True),
        click.option(
            "--place", "where", metavar="PLACE", shell_complete=complete_where, help=WHERE
        ),
        click.option(
            "--persons", type=int, metavar="N", help="How many people this is about.  [default: 1]"
        ),
    ):
        function = option(function)
    return function


_for_option = click.option(
    "--for",
    "on_behalf_of",
    metavar="NAME",
    help="On behalf of somebody else, who has no phone; everybody reads that you said it.",
)
_need_option = click.option(
    "--need",
    "needs",
    type=Needs(),
    metavar="WHAT[,WHAT]",
    shell_complete=_complete_needs,
    help=f"What is missing: {', '.join(NEEDS)}.",
)


@click.group()
def checkin() -> None:
    """Say that you are OK or need help, and see how others are."""


checkin.add_command(roll)


@checkin.command(
    epilog=examples(
        "meshnode checkin ok",
        'meshnode checkin ok "We are at my sister\'s" --persons 3',
        'meshnode checkin ok --for "Frau Schulz" --place "Schillerstr. 12"',
    )
)
@click.argument("text", required=False)
@_for_option
@_about
@speaks
def ok(
    session: Session,
    *,
    text: str | None,
    passphrase_file: Path | None,
    is_json: bool,
    **given: Any,
) -> None:
    """Tell everybody that you are OK.

    If you had called for help, this ends it.
    """
    _say(session, "ok", passphrase_file, is_json=is_json, text=text, **given)


@checkin.command(
    "help",
    epilog=examples(
        'meshnode checkin help "No insulin since this morning" --need medicine',
        'meshnode checkin help --urgent "Fell, cannot get up" --place "Schillerstr. 12, 3rd floor"',
        'meshnode checkin help --for "Frau Schulz" --need water,warmth --persons 2',
    ),
)
@click.argument("text", required=False)
@click.option("--urgent", "is_urgent", is_flag=True, help="It cannot wait; overtakes the others.")
@_need_option
@_for_option
@_about
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@speaks
def help_(
    session: Session,
    *,
    text: str | None,
    is_urgent: bool,
    is_sure: bool,
    passphrase_file: Path | None,
    is_json: bool,
    **given: Any,
) -> None:
    """Call for help. Coordinators see it; everybody can read it.

    Not a replacement for 112: it wakes nobody, and perhaps nobody is looking at it now.
    """
    if is_urgent and not is_json:
        talk(callwords.EMERGENCY)
    if is_urgent and sys.stdin.isatty():
        confirm("Send an urgent call for help to the whole neighbourhood?", is_sure=is_sure)
    state = "urgent" if is_urgent else "help"
    _say(session, state, passphrase_file, is_json=is_json, text=text, **given)


@checkin.command(
    "list",
    epilog=examples("meshnode checkin list", "meshnode checkin list --json | jq '.[].who'"),
)
@language_option
@json_option
@pass_session
def list_(session: Session, *, language: str, is_json: bool) -> None:
    """Show how everybody is who said so, the newest first."""
    found = session.client.get(f"/checkins?language={language}")["checkins"]
    if is_json:
        emit_json(found)
    elif found:
        emit("\n".join(callwords.listed(found)))
    else:
        talk("Nobody has checked in. Be the first: meshnode checkin ok")


@checkin.command(epilog=examples("meshnode checkin show 1a2b3c4d"))
@id_argument
@language_option
@json_option
@pass_session
def show(session: Session, *, checkin_id: str, language: str, is_json: bool) -> None:
    """Show one check-in whole, and what was done about it. Its ID may be shortened."""
    found = session.client.get(f"/checkins/{escaped(checkin_id)}?language={language}")
    if is_json:
        emit_json(found)
    else:
        emit("\n".join(callwords.whole(found)))


@checkin.command(
    epilog=examples(
        "meshnode checkin update 1a2b3c4d --state ok",
        'meshnode checkin update 1a2b3c4d "Now without light, too" --need water,power',
    )
)
@id_argument
@click.argument("text", required=False)
@click.option("--state", type=click.Choice(STATES), help="How they are now.  [default: as before]")
@_need_option
@_about
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@speaks
def update(
    session: Session,
    *,
    checkin_id: str,
    text: str | None,
    state: str | None,
    is_sure: bool,
    passphrase_file: Path | None,
    is_json: bool,
    **given: Any,
) -> None:
    """Change a check-in of your own; what you leave out stays.

    A call that somebody marked as done comes back by this.
    """
    from meshnode.commands.calls import checking  # noqa: PLC0415  Slow.

    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        before = speaker.client.get(f"/checkins/{escaped(checkin_id)}")
        wanted = state or before["state"]
        is_worse = wanted == "urgent" and before["state"] != "urgent"
        if is_worse and sys.stdin.isatty():
            talk(callwords.EMERGENCY)
            confirm("Make it urgent for the whole neighbourhood?", is_sure=is_sure)
        shown = checking.update(speaker, _said(wanted, text=text, **given), before)
        has_ended = before["state"] != "ok" and shown["state"] == "ok"
        _tell(speaker, shown, is_json=is_json, has_ended=has_ended)


def _say(
    session: Session, state: str, passphrase_file: Path | None, *, is_json: bool, **given: Any
) -> None:
    from meshnode.commands.calls import checking  # noqa: PLC0415  Slow.

    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        shown, has_ended = checking.check_in(speaker, _said(state, **given))
        _tell(speaker, shown, is_json=is_json, has_ended=has_ended)


def _said(state: str, **given: Any) -> "Said":
    from meshnode.board.calls.checkin import State  # noqa: PLC0415  Slow.
    from meshnode.commands.calls.checking import Said  # noqa: PLC0415

    return Said(State[state.upper()], **given)


def _tell(
    speaker: Speaker, shown: callwords.View, *, is_json: bool, has_ended: bool = False
) -> None:
    """Say what the node has now, and nothing that it does not know."""
    if is_json:
        emit_json(shown)
        return
    emit(shown["root"])
    talk(_confirmation(shown, has_ended=has_ended))
    if not any(one["state"] == "up" for one in speaker.client.get("/status")["links"]):
        talk(
            "No link is up: only this node has it so far. It goes out by itself as soon as a link "
            "is up." + (" If it cannot wait, send somebody." if shown["state"] != "ok" else "")
        )
    if shown["state"] != "ok":
        talk(f"Look whether somebody took it: meshnode checkin show {shown['root']}")
        talk("When all is well again: meshnode checkin ok" + _for(shown))
    if shown["state"] == "help":
        talk(callwords.EMERGENCY)


def _confirmation(shown: callwords.View, *, has_ended: bool) -> str:
    if shown["state"] != "ok":
        return callwords.sentence(shown)
    who = callwords.who(shown) if shown["on_behalf_of"] else "you"
    verb = "is" if shown["on_behalf_of"] else "are"
    ended = " The call for help is over." if has_ended else ""
    return f"Everybody can read that {who} {verb} OK.{ended}"


def _for(shown: callwords.View) -> str:
    return f' --for "{callwords.who(shown)}"' if shown["on_behalf_of"] else ""
