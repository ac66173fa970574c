"""The steps of a claim, as commands: ask, hold, confirm, decline, cancel, done, returned, thank.

Shared by `offer`, `request` and `lending`. Not for: posting (`trade`). What is slow is imported
inside the commands.
"""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from meshnode.commands.market.tradecompletion import id_argument
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import speaking, speaks
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk

if TYPE_CHECKING:
    from meshnode.commands.speaker import Speaker
    from meshnode.person.records import Sent

Decorated = Callable[..., Any]

text_option: Callable[[Decorated], Decorated] = click.option(
    "--text", default="", help="A few words that everybody can read; 160 characters."
)
contact_option: Callable[[Decorated], Decorated] = click.option(
    "--contact",
    metavar="TEXT",
    help="Phone number, door, whatever only the other side may know: it goes sealed to them.",
)
quantity_option: Callable[[Decorated], Decorated] = click.option(
    "--quantity",
    type=click.IntRange(1, 9999),
    default=None,
    help="How many, in the offer's own unit.",
)
for_option: Callable[[Decorated], Decorated] = click.option(
    "--for", "on_behalf", metavar="NAME", help="For a neighbour who cannot enter it."
)

_SAID: Final = {
    "hold": "You said so.",
    "confirm": "You said yes. Once it is done or handed over, both of you say so (done); once "
    "something lent is back, its owner says so (returned).",
    "decline": "You said no. They see it when it has reached them.",
    "cancel": "You called it off.",
    "no-show": "You said that nobody came. It is free again.",
    "returned": "You said that it is back.",
    "thank": "You said thank you; everybody can read it.",
}


def ask_command(noun: str) -> click.Command:
    """Return the command that asks for what is offered, or answers a request."""

    @click.command(
        "ask",
        epilog=examples(
            f'meshnode {noun} ask 1a2b3c4d --quantity 4 --text "I come at six"',
            f"meshnode {noun} ask 1a2b --contact '0171 2345678'",
            f"meshnode {noun} ask 1a2b --for 'Frau Schmidt, third floor'",
        ),
    )
    @id_argument(noun)
    @quantity_option
    @for_option
    @contact_option
    @text_option
    @speaks
    def ask(
        session: Session,
        *,
        thing_id: str,
        quantity: int | None,
        on_behalf: str | None,
        contact: str | None,
        text: str,
        passphrase_file: Path | None,
        is_json: bool,
    ) -> None:
        from meshnode.commands.market.claiming import asked  # noqa: PLC0415
        from meshnode.commands.market.trading import offered  # noqa: PLC0415

        with speaking(session, passphrase_file) as speaker:
            speaker.require_member()
            view = offered(speaker, thing_id)
            thing = asked(
                speaker, view, quantity=quantity or 0, on_behalf=on_behalf or "", text=text
            )
            (claim_id,) = speaker.publish(thing)
            tell(session, speaker, claim_id, asking(view), contact=contact, is_json=is_json)

    ask.help = (
        "Ask for what is offered. Nothing is promised until its owner confirms."
        if noun == "offer"
        else "Answer a request: say that you can give it or do it. Nothing is agreed until they "
        "confirm."
    )
    return ask


def asking(view: dict[str, Any]) -> str:
    """Return what it means to have asked."""
    who = one_line(view["author_name"] or view["author"])
    if view["direction"] == "request":
        return f"You said that you can help; {who} decides."
    return f"You asked for it; {who} decides."


def hold_command(noun: str) -> click.Command:
    """Return the command that keeps something aside for a while."""

    @click.command("hold", epilog=examples(f"meshnode {noun} hold 5e6f7a8b --until 18:00"))
    @id_argument(noun)
    @click.option("--until", metavar="TIME", required=True, help="When it is free again by itself.")
    @quantity_option
    @text_option
    @speaks
    def hold(
        session: Session,
        *,
        thing_id: str,
        until: str,
        quantity: int | None,
        text: str,
        passphrase_file: Path | None,
        is_json: bool,
    ) -> None:
        """Keep it aside for somebody who asked, until a time. That is no promise yet."""
        from meshnode.commands.market.trading import minute_typed  # noqa: PLC0415

        with speaking(session, passphrase_file) as speaker:
            until_min = minute_typed(speaker, session, until, "--until")
            claim_id = take_step(
                speaker, thing_id, "hold", text=text, quantity=quantity or 0, until_min=until_min
            )
            tell(session, speaker, claim_id, _SAID["hold"], is_json=is_json)

    return hold


def confirm_command(noun: str) -> click.Command:
    """Return the command that promises something."""

    @click.command(
        "confirm",
        epilog=examples(
            f"meshnode {noun} confirm 5e6f7a8b --contact 'Schillerstr. 12, ring at Yilmaz'",
            f"meshnode {noun} confirm 5e6f --quantity 2 --no-code",
        ),
    )
    @id_argument(noun)
    @quantity_option
    @contact_option
    @click.option("--no-code", "is_codeless", is_flag=True, help="Send no code for the hand-over.")
    @text_option
    @speaks
    def confirm(
        session: Session,
        *,
        thing_id: str,
        quantity: int | None,
        contact: str | None,
        is_codeless: bool,
        text: str,
        passphrase_file: Path | None,
        is_json: bool,
    ) -> None:
        """Promise it to somebody who asked; they get a code to say when you meet."""
        with speaking(session, passphrase_file) as speaker:
            claim_id = take_step(speaker, thing_id, "confirm", text=text, quantity=quantity or 0)
            code = None if is_codeless else code_for(speaker, claim_id)
            tell(
                session,
                speaker,
                claim_id,
                _SAID["confirm"],
                contact=contact,
                code=code,
                is_json=is_json,
            )

    return confirm


def done_command(noun: str) -> click.Command:
    """Return the command that says that something is done."""

    @click.command(
        "done",
        epilog=examples(
            f"meshnode {noun} done 5e6f7a8b --code 4711", f"meshnode {noun} done 5e6f7a8b"
        ),
    )
    @id_argument(noun)
    @click.option(
        "--code",
        metavar="DIGITS",
        help="What the other side said to you, if you confirmed it: proves that it is them.",
    )
    @text_option
    @speaks
    def done(
        session: Session,
        *,
        thing_id: str,
        code: str | None,
        text: str,
        passphrase_file: Path | None,
        is_json: bool,
    ) -> None:
        """Say that it was handed over, or is done. It counts once both sides say so."""
        with speaking(session, passphrase_file) as speaker:
            claim_id = take_step(speaker, thing_id, "done", text=text, code=code)
            right = "The code was right. " if code is not None else ""
            sentence = f"{right}You said that it is done."
            tell(session, speaker, claim_id, sentence, is_json=is_json)

    return done


def plain_step_command(noun: str, step: str, help_: str) -> click.Command:
    """Return the command of a step that takes no more than a few words."""

    @click.command(step, epilog=examples(f"meshnode {noun} {step} 5e6f7a8b"), help=help_)
    @id_argument(noun)
    @text_option
    @speaks
    def take(
        session: Session,
        *,
        thing_id: str,
        text: str,
        passphrase_file: Path | None,
        is_json: bool,
    ) -> None:
        with speaking(session, passphrase_file) as speaker:
            claim_id = take_step(speaker, thing_id, step, text=text)
            tell(session, speaker, claim_id, _SAID[step], is_json=is_json)

    return take


def steps_of(noun: str) -> list[click.Command]:
    """Return the commands of all steps but `ask`."""
    return [
        hold_command(noun),
        confirm_command(noun),
        plain_step_command(noun, "decline", "Say no to somebody who asked."),
        plain_step_command(noun, "cancel", "Call it off, whichever side you are on."),
        done_command(noun),
        plain_step_command(noun, "returned", "Say that what was lent is back."),
        plain_step_command(noun, "no-show", "Say that nobody came for it; it is free again."),
        plain_step_command(noun, "thank", "Thank the other side."),
    ]


def take_step(
    speaker: "Speaker", prefix: str, word: str, *, code: str | None = None, **fields: Any
) -> str:
    """Sign a step and hand it to the node; return the id of the claim that it is about.

    Raises:
        Failure: There is no such claim, or it is not theirs to take.
        LimitError: A field is outside its bounds, or the code is wrong.
    """
    from meshnode.board.exchange.claim import Step  # noqa: PLC0415
    from meshnode.commands.market.claiming import claim_meant, stepped  # noqa: PLC0415
    from meshnode.commands.market.trading import offered  # noqa: PLC0415

    step = Step[word.upper().replace("-", "_")]
    speaker.require_member()
    view = offered(speaker, prefix)
    claim = claim_meant(speaker, view, prefix, step)
    if code is not None:
        from meshnode.commands.market.contacting import require_code  # noqa: PLC0415

        require_code(speaker, claim, code)
    speaker.publish(stepped(speaker, view, claim, step, **fields))
    return str(claim["id"])


def code_for(speaker: "Speaker", claim_id: str) -> str:
    """Return the code of a claim that this device confirmed."""
    from meshnode.person.handover import code_of  # noqa: PLC0415
    from meshnode.protocol.object import ObjectId  # noqa: PLC0415

    return code_of(speaker.identity, ObjectId(bytes.fromhex(claim_id)))


def tell(
    session: Session,
    speaker: "Speaker",
    claim_id: str,
    sentence: str,
    *,
    contact: str | None = None,
    code: str | None = None,
    is_json: bool,
) -> None:
    """Send what is private, then say what was done and what happens next."""
    from meshnode.commands.market.trading import offered  # noqa: PLC0415

    view = offered(speaker, claim_id)
    sent = None
    if contact or code:
        sent = _send(speaker, view, claim_id, contact, code)
    if is_json:
        emit_json({**view, "claim": claim_id, "message": None if sent is None else sent[0].id})
        return
    emit(claim_id)
    claim = next((one for one in view["claims"] if one["id"] == claim_id), None)
    talk(" ".join([sentence, *(claim["sentences"] if claim else ())]))
    if sent is not None:
        _, name = sent
        what = " and ".join(
            one for one in ("the code" if code else "", "your contact" if contact else "") if one
        )
        written = session.command(f"message list {shlex.quote(name)}")
        talk(f"Only {name} can read {what}; it is on its way. See: {written}")
    show = session.command(f"{view['direction']} show {view['root']}")
    talk(f"All about it: {show}")


def _send(
    speaker: "Speaker", view: dict[str, Any], claim_id: str, contact: str | None, code: str | None
) -> "tuple[Sent, str] | None":
    from meshnode.commands.market.contacting import (  # noqa: PLC0415
        other_side,
        private_text,
        send_private,
    )

    claim = next(one for one in view["claims"] if one["id"] == claim_id)
    to = other_side(speaker, view, claim)
    if to is None or to == speaker.identity.fingerprint.hex():
        return None
    return send_private(speaker, to, private_text(claim_id, contact=contact, code=code))
