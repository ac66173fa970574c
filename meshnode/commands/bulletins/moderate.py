"""`meshnode moderate`: saying that something is not right, hiding it, and taking it away.

Not for: whether that counts (every node's rules say so), or one's own list of muted people, which
is no act at all (`mute`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from meshnode.board.trust.permissions import Action
from meshnode.commands.bulletins.board import author
from meshnode.commands.bulletins.bulletin_ids import complete_id
from meshnode.commands.bulletins.mute import mute, muted_, unmute
from meshnode.commands.bulletins.targets import is_own, target_id, targeted, withdraw_own
from meshnode.commands.records import Document, acts
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, speaking, speaks
from meshnode.commands.terminal.asking import confirm
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.terminal.paper_option import paper_option
from meshnode.commands.terminal.tables import table, terminal_columns
from meshnode.commands.trust import people
from meshnode.commands.trust.offices import latest_end_min, require_office
from meshnode.commands.trust.revoke import revoke

REASONS: Final = (
    "rumour", "unconfirmed", "outdated", "duplicate", "wrong", "offensive", "spam", "private",
    "request", "other",
)  # fmt: skip
"""As `meshnode.board.bulletins.notice.Reason`, which would bring the keys' library to every
start."""
ERASE_REASONS: Final = ("request", "private")
"""Erasing leaves nothing to appeal against: it is for what must not be there at all."""
_ID_DIGITS: Final = 8
_WHAT: Final = {
    "hide": "Hiding a post",
    "label": "Labelling a post",
    "correct": "Correcting a post",
    "restore": "Restoring a post",
    "erase": "Erasing what others posted",
}
_AFTERWARDS: Final = {
    "hide": "Hidden here, and on every node as soon as it hears of it. It stays in the record: "
    "bulletin list --hidden shows it, and moderate restore brings it back.",
    "label": "Everybody reads the label with it.",
    "correct": "Everybody reads the correction in front of it.",
    "restore": "It is shown again. Corrections stay.",
    "erase": "The text is gone here, and on every node as soon as it hears of it. The id stays, so "
    "that the text does not come back from anywhere.",
}


@click.group()
def moderate() -> None:
    """Correct, label, hide or erase posts; see who did."""


_id_argument = click.argument("bulletin_id", metavar="ID", shell_complete=complete_id)
_text_argument = click.argument("text", default="")
_yes_option = click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")


def _reason_option(
    default: str | None, reasons: tuple[str, ...] = REASONS
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    given = {"required": True} if default is None else {"default": default, "show_default": True}
    return click.option(
        "--reason", type=click.Choice(reasons), help="Why; everybody reads it.", **given
    )


@moderate.command(
    epilog=examples(
        "meshnode moderate hide 1a2b3c4d --reason rumour",
        'meshnode moderate hide 1a2b3c4d --reason spam "Third time today"',
    )
)
@_id_argument
@_text_argument
@_reason_option(None)
@speaks
def hide(session: Session, **given: Any) -> None:
    """Take a post off the board.

    It stays in the record, for whoever asks.
    """
    _act(session, "hide", **given)


@moderate.command(epilog=examples("meshnode moderate label 1a2b3c4d --reason unconfirmed"))
@_id_argument
@_text_argument
@_reason_option(None)
@speaks
def label(session: Session, **given: Any) -> None:
    """Put a word in front of a post, as in `unconfirmed`.

    The post stays on the board.
    """
    _act(session, "label", **given)


@moderate.command(
    epilog=examples('meshnode moderate correct 1a2b3c4d "The tap water is safe, says the works"')
)
@_id_argument
@click.argument("text")
@_reason_option("wrong")
@speaks
def correct(session: Session, **given: Any) -> None:
    """Say what is right; nobody reads the one without the other."""
    _act(session, "correct", **given)


@moderate.command(epilog=examples("meshnode moderate restore 1a2b3c4d"))
@_id_argument
@_text_argument
@_reason_option("other")
@speaks
def restore(session: Session, **given: Any) -> None:
    """Show again what was hidden, without its labels."""
    _act(session, "restore", **given)


@moderate.command(
    epilog=examples(
        "meshnode moderate erase 1a2b3c4d --reason private",
        "meshnode moderate erase 1a2b3c4d --reason request --yes",
    )
)
@_id_argument
@_text_argument
@_reason_option(None, ERASE_REASONS)
@_yes_option
@speaks
def erase(session: Session, **given: Any) -> None:
    """Take a text away from every node, for good.

    Your own; with the role of a moderator anybody's.
    """
    _act(session, "erase", **given)


@moderate.command(
    "erase-person",
    epilog=examples(
        "meshnode moderate erase-person Bert",
        "meshnode moderate erase-person Bert --paper sheet.txt --yes",
    ),
)
@click.argument("name")
@paper_option
@_yes_option
@speaks
@click.pass_context
def erase_person(
    context: click.Context,
    session: Session,
    *,
    name: str,
    paper: str | None,
    is_sure: bool,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Erase everything that somebody ever signed, on every node.

    They do not belong any more after that. A steward can do it, or whoever it is, with the recovery
    sheet. It cannot be taken back. To erase one post: moderate erase ID
    """
    if not is_json:
        talk(
            f"{one_line(name)} does not belong any more after this, and everything that they ever "
            "signed leaves every node that hears of it: "
            "posts, acts, keys, and the word for others. What others signed about them stays until "
            "it is over: the certificate with the name, and notices on their posts. Messages that "
            "others have read stay with them."
        )
    context.invoke(
        revoke,
        who=name,
        reason="erased",
        is_keeping=False,
        from_sequence=None,
        is_everything=True,
        paper=paper,
        is_sure=is_sure,
        passphrase_file=passphrase_file,
        is_json=is_json,
    )


@moderate.command(
    "list", epilog=examples("meshnode moderate list", "meshnode moderate list --json | jq '.[].id'")
)
@json_option
@pass_session
def list_(session: Session, *, is_json: bool) -> None:
    """Show every act of moderation, the newest first."""
    found = _record(session)
    if is_json:
        emit_json(found)
        return
    if not found:
        talk("Nobody has moderated anything here.")
        return
    rows = [
        (
            (one["target"] or one["subject"])[:_ID_DIGITS],
            one["act"] or "erase-person",
            one["reason"],
            "in force" if one["in_force"] else "over",
            people.day(one["created"]),
            one_line(one["author_name"] or one["author"]),
            one_line(one["text"] or ""),
        )
        for one in found
    ]
    head = ("ABOUT", "ACT", "REASON", "STATE", "WHEN", "BY", "TEXT")
    emit("\n".join(table(head, rows, columns=terminal_columns())))


for _command in (mute, unmute, muted_):
    moderate.add_command(_command)


def _record(session: Session) -> list[Document]:
    client = session.client
    erased = [one for one in acts(client, "revocation") if one["reason"] == "erased"]
    return sorted(
        (*acts(client, "notice"), *erased),
        key=lambda one: (one["created"], one["sequence"]),
        reverse=True,
    )


def _act(
    session: Session,
    act: str,
    *,
    bulletin_id: str,
    text: str,
    reason: str,
    passphrase_file: Path | None,
    is_json: bool,
    is_sure: bool = True,
) -> None:
    with speaking(session, passphrase_file) as speaker:
        speaker.require_member()
        view = targeted(speaker, bulletin_id)
        is_withdrawal = act == "erase" and is_own(speaker, view)
        if not is_withdrawal:
            _require_right(speaker, act, view)
        if act == "erase":
            confirm(f"Erase what {author(view)} posted, for good?", is_sure=is_sure)
        if is_withdrawal:
            act_id, note = withdraw_own(speaker, view), None
        else:
            act_id, note = _noticed(speaker, act, view, text, reason)
    if is_json:
        emit_json({"id": act_id, "target": view["id"], "act": act, "reason": reason})
        return
    emit(act_id)
    talk(_AFTERWARDS[act])
    if note:
        talk(note)


def _require_right(speaker: Speaker, act: str, view: Document) -> None:
    """Refuse what no node would take.

    Raises:
        Failure: The role is missing, or an erasure would end before what it erases.
    """
    from meshnode.protocol.object import LIFETIME_MINUTES, lifetime_code_for  # noqa: PLC0415

    action = Action.ERASE if act == "erase" else Action.MODERATE
    left_min = max(1, people.minute_of(view["expires"]) - speaker.minute)
    # An erasure counts only if it outlives its target; the rest does some good while it lasts.
    needed_min = LIFETIME_MINUTES[lifetime_code_for(left_min)] if act == "erase" else 60
    is_mine = is_own(speaker, view)
    instead = (
        f"It is your own: withdraw it and post it anew: meshnode bulletin withdraw {view['id'][:8]}"
        if is_mine
        else ""
    )
    me = speaker.require_member()
    latest_min = latest_end_min(me, action)
    if act == "erase" and latest_min is not None and speaker.minute + needed_min > latest_min:
        raise Failure(
            "Your role ends before this post does, so that the erasure would end too early and the "
            "text could come back. Ask a steward to renew it "
            f"({speaker.stewards()}): meshnode role grant '{one_line(me['name'])}' moderator. "
            f"Until then: meshnode moderate hide {view['id'][:8]} --reason private",
            code="not_allowed",
        )
    require_office(
        speaker, action, _WHAT[act], expires_min=speaker.minute + needed_min, instead=instead
    )


def _noticed(
    speaker: Speaker, act: str, view: Document, text: str, reason: str
) -> tuple[str, str | None]:
    """Sign and hand in a notice; return its id, and what to know about how long it lasts."""
    from meshnode.board.bulletins.bulletin import clean  # noqa: PLC0415  Slow.
    from meshnode.board.bulletins.notice import Act, NoticeFields, Reason  # noqa: PLC0415
    from meshnode.node.clock import moment_text  # noqa: PLC0415
    from meshnode.person import acts as signed  # noqa: PLC0415
    from meshnode.person.identity import Lifetime  # noqa: PLC0415
    from meshnode.protocol.object import LIFETIME_MINUTES, lifetime_code_for  # noqa: PLC0415

    minute, expires_min = speaker.minute, people.minute_of(view["expires"])
    lifetime = Lifetime(max(1, expires_min - minute))
    latest_min = latest_end_min(
        speaker.require_member(), Action.ERASE if act == "erase" else Action.MODERATE
    )
    note = None
    whole_min = minute + LIFETIME_MINUTES[lifetime_code_for(lifetime.minutes)]
    if latest_min is not None and whole_min > latest_min:
        lifetime = Lifetime(latest_min - minute, is_ceiling=True)
        ends_min = minute + LIFETIME_MINUTES[lifetime.code]
        if ends_min < expires_min:
            note = (
                f"It holds until {people.day(moment_text(ends_min))} only, because your role ends "
                "soon; do it again once that was renewed."
            )
    fields = NoticeFields(Act[act.upper()], Reason[reason.upper()], target_id(view), clean(text))
    notice = signed.moderate(speaker.identity, fields, minute=minute, lifetime=lifetime)
    return speaker.publish(notice)[0], note
