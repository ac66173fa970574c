"""`meshnode call`: calls for help, for those who coordinate: who has which, and what is done.

Not for: calling for help oneself (`checkin help`).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.board.trust.permissions import Action
from meshnode.commands.calls import callwords
from meshnode.commands.calls.checkin import complete_check_in
from meshnode.commands.calls.dating import later_than
from meshnode.commands.client import escaped
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, speaking, speaks
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option, preferred_language
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.trust import people
from meshnode.commands.trust.offices import latest_end_min, require_office

if TYPE_CHECKING:
    from meshnode.board.calls.triage import TriageHead

_MINUTES_MAX: Final = 30 * 1440
"""As long as an act may live: it has to outlast the call, also when that is said anew."""

_id_argument = click.argument("checkin_id", metavar="ID", shell_complete=complete_check_in)
_note_option = click.option(
    "--note", default="", metavar="TEXT", help="A line that everybody reads with it."
)


@click.group()
def call() -> None:
    """Calls for help: who has which, for coordinators."""


@call.command("list", epilog=examples("meshnode call list", "meshnode call list --json | jq .new"))
@click.option("--all", "is_all", is_flag=True, help="Also what is done.")
@language_option
@json_option
@pass_session
def list_(session: Session, *, is_all: bool, language: str, is_json: bool) -> None:
    """Show the triage board: first what nobody has taken, the urgent and oldest before."""
    document = session.client.get(f"/calls?language={language}")
    if is_json:
        emit_json(document)
        return
    found = document["calls"]
    shown = found if is_all else [one for one in found if one["stage"] in ("new", "taken")]
    if shown:
        emit("\n".join(callwords.board(shown)))
    else:
        talk("No call for help is open here.")
    if len(shown) < len(found):
        left_out = len(found) - len(shown)
        talk(f"{left_out} done {'is' if left_out == 1 else 'are'} left out; --all shows the rest.")
    if document["new"]:
        talk("Take one: meshnode call take ID")


@call.command(epilog=examples("meshnode call show 1a2b3c4d"))
@_id_argument
@language_option
@json_option
@pass_session
def show(session: Session, *, checkin_id: str, language: str, is_json: bool) -> None:
    """Show one call whole, and all that was done about it."""
    found = session.client.get(f"/checkins/{escaped(checkin_id)}?language={language}")
    if is_json:
        emit_json(found)
    else:
        emit("\n".join(callwords.whole(found)))


@call.command(
    epilog=examples(
        "meshnode call take 1a2b3c4d", 'meshnode call take 1a2b3c4d --on-the-way --note "20 min"'
    )
)
@_id_argument
@click.option(
    "--on-the-way", "is_going", is_flag=True, help="Say so only if you have really set off."
)
@_note_option
@speaks
def take(session: Session, *, is_going: bool, **given: Any) -> None:
    """Say that you have a call from now on. Who called reads your name."""
    _act(session, "on_the_way" if is_going else "taken", **given)


@call.command(epilog=examples('meshnode call give 1a2b3c4d Bert --note "Key is at the kiosk"'))
@_id_argument
@click.argument("name")
@_note_option
@speaks
def give(session: Session, *, name: str, **given: Any) -> None:
    """Say that somebody else has a call from now on.

    Ask them first: they are not told by this.
    """
    _act(session, "handed_over", name=name, **given)


@call.command(epilog=examples('meshnode call done 1a2b3c4d --note "Insulin brought"'))
@_id_argument
@_note_option
@speaks
def done(session: Session, **given: Any) -> None:
    """Mark a call as done."""
    _act(session, "done", **given)


@call.command(epilog=examples("meshnode call duplicate 1a2b3c4d 5e6f7a8b"))
@_id_argument
@click.argument("other_id", metavar="OF", shell_complete=complete_check_in)
@_note_option
@speaks
def duplicate(session: Session, *, other_id: str, **given: Any) -> None:
    """Mark a call as the same as another one, which stays."""
    _act(session, "duplicate", other_id=other_id, **given)


@call.command(epilog=examples("meshnode call reopen 1a2b3c4d"))
@_id_argument
@_note_option
@speaks
def reopen(session: Session, **given: Any) -> None:
    """Put a call back on the board: it is not done, or nobody has it after all."""
    _act(session, "reopened", **given)


@call.command(epilog=examples("meshnode call watch", "meshnode call watch --json | jq -c .checkin"))
@click.option(
    "--json", "is_json", is_flag=True, help="Print one JSON document a line and nothing else."
)
@pass_session
def watch(session: Session, *, is_json: bool) -> None:
    """Show the board, then every change of it until interrupted; a new call rings."""
    from meshnode.commands.node.watch import line_of, ring  # noqa: PLC0415

    if not is_json:
        found = session.client.get(f"/calls?language={preferred_language()}")["calls"]
        shown = [one for one in found if one["stage"] in ("new", "taken")]
        emit("\n".join(callwords.board(shown)) if shown else "No call for help is open here.")
    for news in session.client.watch(preferred_language()):
        if news["kind"] != "checkin":
            continue
        if is_json:
            emit_json(news, is_line=True)
        else:
            ring(news)
            emit(line_of(news))
    raise Failure("The node stopped.", code="not_running")


def _act(
    session: Session,
    act: str,
    *,
    checkin_id: str,
    note: str,
    passphrase_file: Path | None,
    is_json: bool,
    name: str | None = None,
    other_id: str | None = None,
) -> None:
    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        view = speaker.client.get(f"/checkins/{escaped(checkin_id)}")
        minutes = _minutes(speaker, view)
        head = _head(speaker, act, view, name=name, other_id=other_id)
        _sign(speaker, head, view, note=note, minutes=minutes)
        after = speaker.client.get(f"/checkins/{view['root']}")
    if is_json:
        emit_json(after)
        return
    emit(after["root"])
    talk(_afterwards(act, after))


def _sign(
    speaker: Speaker, head: "TriageHead", view: callwords.View, *, note: str, minutes: int
) -> None:
    from meshnode.board.bulletins.bulletin import clean  # noqa: PLC0415  Slow.
    from meshnode.board.calls.triage import TriageFields, encode_triage  # noqa: PLC0415
    from meshnode.person import acts  # noqa: PLC0415
    from meshnode.protocol.object import Kind, ShortId  # noqa: PLC0415

    content = encode_triage(TriageFields(head, clean(note)))
    known = (view["created"], *(one["created"] for one in view["acts"]))
    root = ShortId(bytes.fromhex(view["root"]))
    speaker.publish(
        acts.say(
            speaker.identity,
            Kind.TRIAGE,
            content,
            minute=later_than(known, speaker.minute),
            minutes=minutes,
            parent=root,
        )
    )


def _head(
    speaker: Speaker,
    act: str,
    view: callwords.View,
    *,
    name: str | None,
    other_id: str | None,
) -> "TriageHead":
    """Return what is to be signed.

    Raises:
        Failure: It would be about itself, about nothing open, or nobody has this name.
    """
    from meshnode.board.calls.triage import Act, TriageHead  # noqa: PLC0415  Slow.
    from meshnode.protocol.keys import Fingerprint  # noqa: PLC0415
    from meshnode.protocol.object import ShortId  # noqa: PLC0415

    stage = view["stage"]
    if stage == "ended" and act != "reopened":
        raise Failure(
            f"{callwords.who(view)} said that all is well. Nothing is left to do.", code="conflict"
        )
    if stage == "fine":
        raise Failure("This is no call for help: they are OK.", code="conflict")
    if stage in ("done", "duplicate") and act != "reopened":
        raise Failure(
            f"{callwords.state_words(view)} If that is wrong, put it back first: meshnode call "
            f"reopen {view['root']}",
            code="conflict",
        )
    if name is not None:
        person = speaker.member(name)["fingerprint"]
        return TriageHead(Act.HANDED_OVER, person=Fingerprint(bytes.fromhex(person)))
    if other_id is None:
        return TriageHead(Act[act.upper()])
    other = speaker.client.get(f"/checkins/{escaped(other_id)}")
    if other["root"] == view["root"]:
        raise Failure("A call cannot be a duplicate of itself; give the ids of two.", code="usage")
    if other["stage"] not in ("new", "taken") or other["state"] == "ok":
        raise Failure(
            f"{other['root']} is not open: {callwords.state_words(other)} Then both would be off "
            "the board. Mark this one as done, or give a call that is open.",
            code="conflict",
        )
    return TriageHead(Act.DUPLICATE, duplicate_of=ShortId(bytes.fromhex(other["root"])))


def _minutes(speaker: Speaker, view: callwords.View) -> int:
    """Return how long the act may live: as long as it can, and no less than the call.

    Raises:
        Failure: The office is missing, or ends before the call does.
    """
    from meshnode.protocol.object import LIFETIME_MINUTES, longest_lifetime_code  # noqa: PLC0415

    me = speaker.require_member()
    minute = speaker.minute
    require_office(speaker, Action.TRIAGE, "Coordinating calls for help", expires_min=minute)
    latest_min = latest_end_min(me, Action.TRIAGE) or minute
    wanted = min(_MINUTES_MAX, latest_min - minute)
    minutes = LIFETIME_MINUTES[longest_lifetime_code(wanted)]
    ends_min = minute + minutes
    if ends_min > latest_min or ends_min < people.minute_of(view["expires"]):
        raise Failure(
            "Your role ends too soon: what you say about this call would be over before the call "
            f"is, and would not count. Ask a steward ({speaker.stewards()}) to renew it: meshnode "
            f"role grant '{one_line(me['name'])}' coordinator. Until then let another coordinator "
            "do it.",
            code="not_allowed",
        )
    return minutes


def _afterwards(act: str, after: callwords.View) -> str:
    match act:
        case "taken" | "on_the_way" if len(after["holders"]) > 1:
            return (
                f"Several took it: {callwords.state_words(after)} One of you can hand it over: "
                f"meshnode call give {after['root']} NAME"
            )
        case "taken" | "on_the_way":
            return (
                f"Who called reads: {callwords.sentence(after)} When it is done: meshnode call "
                f"done {after['root']}"
            )
        case "handed_over":
            name = one_line(after["holders"][0]["name"])
            return f"{callwords.state_words(after)} {name} is not told by this: speak to them."
        case "reopened":
            return callwords.state_words(after)
        case _:
            return f"{callwords.state_words(after)} Back on the board: meshnode call reopen " + str(
                after["root"]
            )
