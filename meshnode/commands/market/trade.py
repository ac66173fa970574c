"""`meshnode offer` and `meshnode request`: the same commands for those who give and who need.

Not for: the steps of claims (`tradesteps`). What is slow is imported inside the commands.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import click

from meshnode.commands.bulletins.post import CATEGORIES, stdin_text
from meshnode.commands.client import escaped
from meshnode.commands.market import tradewords
from meshnode.commands.market.tradecompletion import complete_item, id_argument
from meshnode.commands.market.tradesteps import ask_command, for_option, steps_of
from meshnode.commands.places.locating import HELP as WHERE
from meshnode.commands.places.locating import complete_where
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import speaking, speaks
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, talk

SORTS: Final = ("goods", "service", "ride", "room", "lending", "other")
UNITS: Final = (
    "piece", "litre", "kg", "portion", "person", "hour", "seat", "box", "bed", "charge",
)  # fmt: skip
STATES: Final = ("open", "held", "promised", "done", "over")
"""As in `meshnode.board.exchange`, which would bring the keys' library to every start."""
Decorated = Callable[..., Any]

_ABOUT: Final = {
    "offer": "What neighbours give, do, lend or share.",
    "request": "What neighbours need.",
}
_POST: Final = {
    "offer": "Offer something. TEXT is for what the options do not say; - reads it from stdin.",
    "request": "Ask for something you need. TEXT is for what the options do not say; - reads it "
    "from stdin.",
}
_POSTED: Final = {
    "offer": "Offered. You decide about everybody who asks.",
    "request": "Posted. You decide whose help you take.",
}


def trade_group(noun: str) -> click.Group:
    """Return the commands of `offer` or `request`."""

    @click.group(noun, help=_ABOUT[noun])
    def group() -> None:
        pass

    for command in (
        post_command(noun),
        list_command(noun),
        show_command(noun),
        matches_command(noun),
        update_command(noun),
        withdraw_command(noun),
        ask_command(noun),
        *steps_of(noun),
    ):
        group.add_command(command)
    return group


def saying_options(function: Decorated) -> Decorated:
    """Give a command the options that say what an offer is."""
    options = (
        click.option("--title", help="A few words, for lists."),
        click.option("--quantity", type=click.IntRange(1, 9999), help="How many there are."),
        click.option("--unit", type=click.Choice(UNITS), help="Of what.  [default: the item's]"),
        click.option("--from", "start", metavar="TIME", help="From when on, as in 14:00."),
        click.option("--to", "end", metavar="TIME", help="Until when."),
        click.option("--place", metavar="PLACE", shell_complete=complete_where, help=WHERE),
        click.option("--at", "place_words", hidden=True),
        for_option,
        click.option("--deposit", metavar="TEXT", help="What is left as a pledge for a loan."),
        click.option(
            "--expires",
            "expires_minutes",
            type=Duration(),
            metavar="DURATION",
            help="When it disappears: 24h, 7d, 2w; 61 days at most.  [default: a day after --to, "
            "else 7d, 30d for what is lent]",
        ),
        click.option(
            "--category", type=click.Choice(CATEGORIES), help="[default: the item's, else general]"
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def post_command(noun: str) -> click.Command:
    """Return the command that posts an offer or a request."""

    @click.command(
        "post",
        help=_POST[noun],
        epilog=examples(
            f"meshnode {noun} post --item water --quantity 20 --from 14:00 --to 18:00 "
            "--place Nordmarkt",
            f'meshnode {noun} post "Two hours a week" --item translation --title "Turkish, Arabic"',
            f"meshnode {noun} post --item cargo-bike --deposit '20 EUR' --expires 30d",
            f"meshnode {noun} post --item medicine --for 'Frau Schmidt, third floor'",
        ),
    )
    @click.argument("text", required=False)
    @click.option(
        "--item",
        metavar="NAME",
        shell_complete=complete_item,
        help="What it is about, from the list that everybody reads in their own language: "
        "water, food, charging, cargo-bike and others; a wrong one names them all.",
    )
    @click.option("--sort", type=click.Choice(SORTS), help="[default: the item's, else other]")
    @saying_options
    @speaks
    def post(
        session: Session, *, passphrase_file: Path | None, is_json: bool, **given: Any
    ) -> None:
        from meshnode.board.exchange.things import Direction  # noqa: PLC0415
        from meshnode.commands.market.trading import Draft, offered, posted  # noqa: PLC0415

        with speaking(session, passphrase_file) as speaker:
            speaker.require_member()
            draft = Draft(**_given(given))
            thing = posted(speaker, session, draft, Direction[noun.upper()])
            (posted_id,) = speaker.publish(thing)
            view = offered(speaker, posted_id)
            _tell_posted(session, view, _POSTED[noun], is_json=is_json)

    return post


def update_command(noun: str) -> click.Command:
    """Return the command that says anew what an offer is."""

    @click.command(
        "update",
        epilog=examples(
            f"meshnode {noun} update 1a2b3c4d --quantity 12",
            f'meshnode {noun} update 1a2b3c4d --text "Now at the back door"',
        ),
    )
    @id_argument(noun)
    @click.option("--text", help="Another text.")
    @saying_options
    @speaks
    def update(
        session: Session,
        *,
        thing_id: str,
        passphrase_file: Path | None,
        is_json: bool,
        **given: Any,
    ) -> None:
        """Change something of your own. Whoever has asked for it stays with it."""
        from meshnode.commands.market.trading import Draft, offered, updated  # noqa: PLC0415

        with speaking(session, passphrase_file) as speaker:
            speaker.require_member()
            view = offered(speaker, thing_id)
            (posted_id,) = speaker.publish(updated(speaker, session, view, Draft(**_given(given))))
            _tell_posted(session, offered(speaker, posted_id), "Changed.", is_json=is_json)

    return update


def withdraw_command(noun: str) -> click.Command:
    """Return the command that takes an offer back."""

    @click.command("withdraw", epilog=examples(f"meshnode {noun} withdraw 1a2b3c4d"))
    @id_argument(noun)
    @speaks
    def withdraw(
        session: Session, *, thing_id: str, passphrase_file: Path | None, is_json: bool
    ) -> None:
        """Take something of your own back, with all that was asked for of it."""
        from meshnode.commands.market.trading import offered, withdrawn  # noqa: PLC0415

        with speaking(session, passphrase_file) as speaker:
            speaker.require_member()
            view = offered(speaker, thing_id)
            speaker.publish(withdrawn(speaker, view))
        if is_json:
            emit_json(view)
            return
        emit(view["root"])
        talk("Taken back here. Other nodes take it down as soon as they hear of it.")
        promised = [one for one in view["claims"] if one["state"] == "confirmed"]
        if promised:
            names = ", ".join(one["by_name"] for one in promised)
            talk(f"You had promised it to {names}, who may not see this soon. Tell them.")

    return withdraw


def list_command(noun: str, *, query: str = "", hint: str = "") -> click.Command:
    """Return the command that lists offers or requests; `hint` posts the first one."""
    hint = hint or f"{noun} post --help"

    @click.command(
        "list",
        epilog=examples(
            f"meshnode {noun} list",
            f"meshnode {noun} list --item water --state open",
            f"meshnode {noun} list --mine --json",
        ),
    )
    @click.option("--item", metavar="NAME", shell_complete=complete_item, help="Only this item.")
    @click.option("--sort", type=click.Choice(SORTS), help="Only this sort.")
    @click.option("--category", type=click.Choice(CATEGORIES), help="Only this category.")
    @click.option("--place", metavar="PLACE", help="Only at this place: words, or an id.")
    @click.option("--at", "place_before", hidden=True)
    @click.option("--state", type=click.Choice(STATES), help="Only what is in this state.")
    @click.option("--mine", "is_mine", is_flag=True, help="Only what you posted or asked for.")
    @language_option
    @speaks
    def list_(
        session: Session,
        *,
        is_mine: bool,
        place_before: str | None,
        language: str,
        passphrase_file: Path | None,
        is_json: bool,
        **filters: str | None,
    ) -> None:
        """List what there is, newest first."""
        filters["place"] = filters["place"] or place_before
        wanted = {name: value for name, value in filters.items() if value is not None}
        if is_mine:
            with speaking(session, passphrase_file) as speaker:
                wanted["with"] = speaker.identity.fingerprint.hex()
        asked = urlencode({**wanted, "language": language})
        views = all_of(session, f"{query or f'direction={noun}'}&{asked}")
        if is_json:
            emit_json(views)
        elif views:
            emit("\n".join(tradewords.lines(views)))
        else:
            talk(f"Nothing here. Post something: {session.command(hint)}")

    return list_


def all_of(session: Session, query: str) -> list[dict[str, Any]]:
    """Return all offers that a query asks for, however many answers it takes."""
    client, views = session.client, list[dict[str, Any]]()
    while True:
        page = client.get(f"/offers?{query}&offset={len(views)}")
        views += page["offers"]
        if not page["offers"] or len(views) >= page["total"]:
            return views


def show_command(noun: str) -> click.Command:
    """Return the command that shows one offer whole."""

    @click.command("show", epilog=examples(f"meshnode {noun} show 1a2b3c4d"))
    @id_argument(noun)
    @language_option
    @json_option
    @pass_session
    def show(session: Session, *, thing_id: str, language: str, is_json: bool) -> None:
        """Show one with its claims, what each means, and what may fit. ID may be a claim's."""
        path = f"/offers/{escaped(thing_id)}"
        view = session.client.get(f"{path}?language={language}")
        found = session.client.get(f"/offers/{view['id']}/matches?language={language}")["matches"]
        if is_json:
            emit_json({**view, "matches": found})
        else:
            emit("\n".join(tradewords.whole(view, found)))

    return show


def matches_command(noun: str) -> click.Command:
    """Return the command that lists what fits."""

    @click.command("matches", epilog=examples(f"meshnode {noun} matches 1a2b3c4d"))
    @id_argument(noun)
    @language_option
    @json_option
    @pass_session
    def matches(session: Session, *, thing_id: str, language: str, is_json: bool) -> None:
        """List what may fit, the best first."""
        path = f"/offers/{escaped(thing_id)}/matches?language={language}"
        found = session.client.get(path)["matches"]
        if is_json:
            emit_json(found)
        elif found:
            emit("\n".join(tradewords.match_lines(found)).rstrip())
        else:
            talk("Nothing fits now. It may come; look again.")

    return matches


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed, by the draft's names."""
    given = {("count" if name == "quantity" else name): one for name, one in options.items()}
    if given.get("text") == "-":
        given["text"] = stdin_text()
    return given


def _tell_posted(session: Session, view: dict[str, Any], said: str, *, is_json: bool) -> None:
    if is_json:
        emit_json(view)
        return
    emit(view["root"])
    talk(f"It reads: {view['sentence']}")
    talk(said)
    show = session.command(f"{view['direction']} show {view['root']}")
    talk(f"Who asks, and what may fit: {show}")


offer = trade_group("offer")
request = trade_group("request")
