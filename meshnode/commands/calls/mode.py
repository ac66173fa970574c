"""`meshnode mode`: how the neighbourhood fares, said by several who may."""

from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from meshnode.board.trust.permissions import Action
from meshnode.commands.calls import modewords
from meshnode.commands.calls.callwords import clock
from meshnode.commands.calls.dating import later_than
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, speaking, speaks
from meshnode.commands.terminal.completing import ids, told
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.trust import people
from meshnode.commands.trust.offices import latest_end_min, require_office

MODES: Final = ("normal", "disrupted", "outage", "recovery")
_HALF_DAY_MINUTES: Final = 12 * 60
_MINUTES_MIN: Final = 60
_MINUTES_MAX: Final = 7 * 1440
_WHAT: Final = "Changing the mode"
Document = dict[str, Any]


def _complete_id(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    found = told(context, lambda client: client.get("/mode")["proposals"])
    return ids(found, incomplete, lambda one: f"{one['mode']}, {modewords.said_by(one)}", key="id")


@click.group()
def mode() -> None:
    """How the neighbourhood fares: normal, disrupted, outage, recovery."""


@mode.command(epilog=examples("meshnode mode show", "meshnode mode show --json | jq .mode"))
@language_option
@json_option
@pass_session
def show(session: Session, *, language: str, is_json: bool) -> None:
    """Show the mode in force, who says so, and what it changes."""
    state = session.client.get(f"/mode?language={language}")
    if is_json:
        emit_json(state)
    else:
        emit("\n".join(modewords.whole(state)))


@mode.command("list", epilog=examples("meshnode mode list"))
@language_option
@json_option
@pass_session
def list_(session: Session, *, language: str, is_json: bool) -> None:
    """Show all modes that are proposed and not over, the newest first."""
    found = session.client.get(f"/mode?language={language}")["proposals"]
    if is_json:
        emit_json(found)
    elif found:
        emit("\n".join(modewords.listed(found)))
    else:
        talk("Nobody has proposed a mode: all is normal.")


@mode.command(
    epilog=examples(
        'meshnode mode propose outage --expires 12h --reason "No power north of the park"',
        'meshnode mode propose normal --reason "Power is back"',
        'meshnode mode propose outage --drill --expires 3h --reason "Exercise in the school"',
    )
)
@click.argument("name", metavar="MODE", type=click.Choice(MODES))
@click.option(
    "--expires",
    "minutes",
    type=Duration(),
    metavar="DURATION",
    default=_HALF_DAY_MINUTES,
    show_default="12h",
    help="When it ends by itself: after 1h to 7d. Then everything is as before.",
)
@click.option("--for", "minutes_before", type=Duration(), hidden=True)
@click.option("--reason", default="", metavar="TEXT", help="Why; everybody reads it.")
@click.option(
    "--drill", "is_drill", is_flag=True, help="Only practised: changes words and nothing else."
)
@speaks
def propose(
    session: Session,
    *,
    name: str,
    minutes: int,
    minutes_before: int | None,
    reason: str,
    is_drill: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Propose a mode. It changes nothing until another coordinator or steward confirms it."""
    minutes = minutes_before or minutes
    if not _MINUTES_MIN <= minutes <= _MINUTES_MAX:
        raise click.BadParameter("a mode lasts from 1h to 7d; propose it again when it is over.")
    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        state = speaker.client.get("/mode")
        needed = _outlasting(state["proposals"], speaker.minute, is_drill=is_drill)
        lasts = max(minutes, needed)
        minute = later_than((one["created"] for one in state["proposals"]), speaker.minute)
        thing_id = _proposed(speaker, name, (minute, lasts), reason, is_drill=is_drill)
        after = speaker.client.get("/mode")
    found = _named(after, thing_id)
    if is_json:
        emit_json(found)
        return
    emit(found["id"])
    if needed > minutes:
        talk(
            f"It is proposed until {clock(found['until'])}: it has to end no earlier "
            "than what was proposed before, or that would come back."
        )
    talk(_next(after, found))


@mode.command(epilog=examples("meshnode mode confirm 1a2b3c4d"))
@click.argument("proposal_id", metavar="ID", shell_complete=_complete_id)
@speaks
def confirm(
    session: Session, *, proposal_id: str, passphrase_file: Path | None, is_json: bool
) -> None:
    """Confirm a mode that somebody else proposed."""
    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        state = speaker.client.get("/mode")
        found = _meant(state, proposal_id)
        if speaker.identity.fingerprint.hex() in _supporters(found):
            raise Failure(
                f"You stand behind this already; it needs {modewords.needs_words(found)}."
                if not found["is_confirmed"]
                else "You stand behind this already, and it is confirmed.",
                code="conflict",
            )
        _confirmed(speaker, found)
        after = speaker.client.get("/mode")
    found = _named(after, found["id"])
    if is_json:
        emit_json(found)
        return
    emit(found["id"])
    talk(_next(after, found))


def _next(state: Document, found: Document) -> str:
    """Return what holds now, and what is still needed."""
    if not found["is_confirmed"]:
        return (
            f"It changes nothing until {modewords.needs_words(found)} confirms it: meshnode mode "
            f"confirm {found['id'][: modewords.ID_DIGITS]}"
        )
    if not found["is_in_force"]:
        return f"Confirmed, but something that ends later is in force. {modewords.sentence(state)}"
    drill = modewords.drill_sentence(state) if found["is_drill"] else None
    return drill or f"In force. {modewords.sentence(state)}"


def _outlasting(proposals: list[Document], minute: int, *, is_drill: bool) -> int:
    """Return how long a proposal has to last so that no earlier one of its sort comes back."""
    ends = [people.minute_of(one["until"]) for one in proposals if one["is_drill"] == is_drill]
    return max((end - minute for end in ends), default=0)


def _proposed(
    speaker: Speaker, name: str, when: tuple[int, int], reason: str, *, is_drill: bool
) -> str:
    from meshnode.board.bulletins.bulletin import clean  # noqa: PLC0415  Slow.
    from meshnode.board.modes.mode import (  # noqa: PLC0415
        Mode,
        ModeFields,
        ModeHead,
        encode_mode,
    )
    from meshnode.person import acts  # noqa: PLC0415
    from meshnode.protocol.object import (  # noqa: PLC0415
        LIFETIME_MINUTES,
        Kind,
        lifetime_code_for,
    )

    minute, minutes = when
    whole = LIFETIME_MINUTES[lifetime_code_for(minutes)]
    expires_min = minute + whole
    require_office(speaker, Action.CHANGE_MODE, _WHAT, expires_min=expires_min)
    fields = ModeFields(ModeHead(Mode[name.upper()], is_drill), clean(reason))
    thing = acts.say(speaker.identity, Kind.MODE, encode_mode(fields), minute=minute, minutes=whole)
    return speaker.publish(thing)[0]


def _confirmed(speaker: Speaker, found: Document) -> None:
    """Sign a confirmation, which has to end no earlier than the proposal.

    Raises:
        Failure: The office is missing, or ends before.
    """
    from meshnode.board.modes.mode import (  # noqa: PLC0415  Slow.
        Mode,
        ModeFields,
        ModeHead,
        encode_mode,
    )
    from meshnode.person import acts  # noqa: PLC0415
    from meshnode.protocol.object import (  # noqa: PLC0415
        LIFETIME_MINUTES,
        Kind,
        ObjectId,
        ShortId,
        lifetime_code_for,
    )

    me, minute = speaker.require_member(), later_than((found["created"],), speaker.minute)
    left = max(1, people.minute_of(found["until"]) - minute)
    minutes = LIFETIME_MINUTES[lifetime_code_for(left)]
    latest_min = latest_end_min(me, Action.CHANGE_MODE)
    require_office(speaker, Action.CHANGE_MODE, _WHAT, expires_min=minute)
    if latest_min is not None and minute + minutes > latest_min:
        raise Failure(
            "Your role ends too soon: a confirmation has to last as long as what it confirms. Ask "
            f"a steward ({speaker.stewards()}) to renew it: meshnode role grant "
            f"'{one_line(me['name'])}' coordinator.",
            code="not_allowed",
        )
    proposal = ObjectId(bytes.fromhex(found["id"]))
    head = ModeHead(Mode[found["mode"].upper()], found["is_drill"], proposal)
    speaker.publish(
        acts.say(
            speaker.identity,
            Kind.MODE,
            encode_mode(ModeFields(head)),
            minute=minute,
            minutes=minutes,
            parent=ShortId(proposal[:4]),
        )
    )


def _meant(state: Document, beginning: str) -> Document:
    wanted = beginning.strip().lower().removeprefix("#")
    found = [one for one in state["proposals"] if wanted and one["id"].startswith(wanted)]
    if not found:
        raise Failure(
            f"No proposed mode here has an id that begins with {beginning!r}. It may be over, or "
            "not have arrived yet. All of them: meshnode mode list",
            code="not_found",
        )
    if len(found) > 1:
        raise Failure(
            f"{len(found)} proposals begin with {beginning!r}; give more digits.", code="ambiguous"
        )
    document: Document = found[0]
    return document


def _named(state: Document, thing_id: str) -> Document:
    found = next((one for one in state["proposals"] if one["id"] == thing_id), None)
    if found is None:
        raise Failure(
            "The node took it, yet does not count it. Look whether your role still stands: "
            "meshnode identity show",
            code="failed",
        )
    document: Document = found
    return document


def _supporters(proposal: Document) -> set[str]:
    return {one["fingerprint"] for one in proposal["supporters"]}
