"""`meshnode place`: add, list, show, update, remove. Asks the running node."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click
from click.shell_completion import CompletionItem

from meshnode.commands.client import Client, escaped
from meshnode.commands.places import placewords
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import speaking, speaks
from meshnode.commands.terminal.completing import told
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.language import language_option, preferred_language
from meshnode.commands.terminal.output import emit, emit_json, talk
from meshnode.commands.trust import people

CATEGORIES: Final = (
    "hall", "water", "power", "warm-room", "shelter", "food", "shop", "pharmacy", "first-aid",
    "park", "restaurant", "bus-stop", "library", "workshop", "playground", "other",
)  # fmt: skip
"""As `meshnode.board.places.place.CATEGORIES`, which would bring the text models to every start."""

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@click.group()
def place() -> None:
    """Places with an address and a host, and how full they are.

    A PLACE is named by its name, by what begins the name or a word of it, or by its id, as long as
    only one is meant.
    """


def complete_place(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return places by a word that means only this one, else by id; none if the node is off."""
    places = told(context, lambda client: listed(client, preferred_language()))
    items = [CompletionItem(_short_name(one, places), help=placewords.name(one)) for one in places]
    return [one for one in items if one.value.lower().startswith(incomplete.lower())]


def _short_name(one: placewords.Place, places: list[dict[str, Any]]) -> str:
    first = placewords.name(one).partition(" ")[0]
    words = [word for each in places for word in placewords.name(each).lower().split()]
    same = sum(word.startswith(first.lower()) for word in words)
    return first if same == 1 else str(one["root"])


place_argument: Decorator = click.argument("place", metavar="PLACE", shell_complete=complete_place)


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command everything that a place can say."""
    for option in reversed(
        (
            click.option(
                "--category", type=click.Choice(CATEGORIES), help="What it is.  [default: other]"
            ),
            click.option("--address", metavar="LINE", help="Street and number."),
            click.option(
                "--hours",
                metavar="HOURS",
                help="When it is open, as in 'Mo-Fr 9-12, 14-18; Sa 9:30-13', or 'always'.",
            ),
            click.option(
                "--remark", metavar="LINE", help="What to know about the hours: holidays, say."
            ),
            click.option(
                "--capacity",
                type=click.IntRange(0, 50_000),
                metavar="PEOPLE",
                help="For how many people there is room; 0: nobody knows.",
            ),
            click.option(
                "--at",
                "position",
                metavar="LAT,LON",
                help="Where it is, as in 51.523,7.467. It is rounded to about 100 m before it is "
                "signed; nobody gets to see anything finer.",
            ),
            click.option(
                "--contact", metavar="LINE", help="How to reach whoever looks after it. Public."
            ),
            click.option(
                "--step-free/--steps",
                "is_step_free",
                default=None,
                help="Whether one gets in without a step.",
            ),
            click.option("--text", metavar="TEXT", help="What else to know; 400 characters."),
            click.option(
                "--for",
                "on_behalf_of",
                metavar="NAME",
                help="For whom you enter it, if it is somebody else's.",
            ),
            click.option(
                "--expires",
                "expires_minutes",
                type=Duration(),
                metavar="DURATION",
                help="When it disappears everywhere; a year at most.  [default: half a year, or as "
                "long as you belong]",
            ),
        )
    ):
        function = option(function)
    return function


@place.command(
    epilog=examples(
        'meshnode place add "Begegnungszentrum Nordmarkt" --category hall --capacity 60',
        'meshnode place add Bücherei --category library --hours "Mo-Fr 10-18; Sa 10-13"',
        'meshnode place add Brunnen --category water --address "Hafenstr. 1" --hours always',
    )
)
@click.argument("name")
@_options
@speaks
def add(
    session: Session, *, name: str, passphrase_file: Path | None, is_json: bool, **given: Any
) -> None:
    """Enter a place; you are its host.

    All that you say here is public, on every node.
    """
    with speaking(session, passphrase_file) as speaker:
        from meshnode.commands.places.placing import Draft, signed_new  # noqa: PLC0415  Slow.

        speaker.require_member()
        thing = signed_new(speaker, Draft(name=name, **given))
        speaker.publish(thing)
        added = found(speaker.client, thing.short_id.hex())
    _report(added, is_json=is_json)
    if not is_json:
        talk(f"{placewords.name(added)} is on the board; you are its host.")
        _tell_position(added, given)
        say = session.command(f"level set {added['root']} some")
        talk(f"Say how full it is: {say}")


@place.command(
    "list",
    epilog=examples(
        "meshnode place list",
        "meshnode place list --category water --open",
        "meshnode place list --near Hafenstr --json | jq '.[].crowding.level'",
    ),
)
@click.option("--category", type=click.Choice(CATEGORIES), help="Only these.")
@click.option("--near", metavar="WORDS", help="Only those with these words in name or address.")
@click.option("--open", "is_open", is_flag=True, help="Only those that are open now.")
@click.option("--hidden", "with_hidden", is_flag=True, help="Show what moderators hid, too.")
@language_option
@json_option
@pass_session
def list_(
    session: Session,
    *,
    category: str | None,
    near: str | None,
    is_open: bool,
    with_hidden: bool,
    language: str,
    is_json: bool,
) -> None:
    """List places with how full they are.

    `some? 2 h ago` is what was said last, and may not be so any more.
    """
    shown = listed(
        session.client,
        language,
        category=category,
        near=near,
        open="true" if is_open else None,
        hidden="true" if with_hidden else None,
    )
    if is_json:
        emit_json(shown)
    elif shown:
        emit("\n".join(placewords.lines(shown)))
    elif category or near or is_open:
        talk(f"No place is like that. See all: {session.command('place list')}")
    else:
        talk(f"There are no places yet. Enter one: {session.command('place add NAME')}")


@place.command(
    epilog=examples("meshnode place show Nordmarkt", "meshnode place show 1a2b3c4d --json")
)
@place_argument
@language_option
@json_option
@pass_session
def show(session: Session, *, place: str, language: str, is_json: bool) -> None:
    """Show one place whole: hours, contact, how full it is, and when it is usually quiet."""
    shown = found(session.client, place, language)
    if is_json:
        emit_json(shown)
    else:
        emit("\n".join(placewords.whole(shown)))


@place.command(
    epilog=examples(
        "meshnode place update Nordmarkt --capacity 80",
        'meshnode place update Nordmarkt --hours "Mo-Fr 9-20" --remark "Heiligabend zu"',
        'meshnode place update Nordmarkt --contact ""',
    )
)
@place_argument
@click.option("--name", help="Another name.")
@_options
@speaks
def update(
    session: Session, *, place: str, passphrase_file: Path | None, is_json: bool, **given: Any
) -> None:
    """Change what a place of yours says; what you leave out stays, "" takes it away.

    Its id stays the same, and so do its levels. It also makes it last longer.
    """
    with speaking(session, passphrase_file) as speaker:
        from meshnode.commands.places.placing import Draft, require_own, signed_update  # noqa: PLC0415

        before = found(speaker.client, place)
        require_own(speaker, before)
        speaker.publish(signed_update(speaker, before, Draft(**given)))
        after = found(speaker.client, before["root"])
    _report(after, is_json=is_json)
    if not is_json:
        talk(f"{placewords.name(after)} is changed here, and on other nodes as they hear of it.")
        _tell_position(after, given)


@place.command(
    epilog=examples("meshnode place remove Nordmarkt", "meshnode place remove 1a2b3c4d --json")
)
@place_argument
@speaks
def remove(session: Session, *, place: str, passphrase_file: Path | None, is_json: bool) -> None:
    """Take back a place of yours. It disappears on every node that hears of it."""
    with speaking(session, passphrase_file) as speaker:
        from meshnode.commands.places.placing import require_own  # noqa: PLC0415  Slow.
        from meshnode.person import acts  # noqa: PLC0415  Slow.
        from meshnode.protocol.object import ObjectId  # noqa: PLC0415  Slow.

        before = found(speaker.client, place)
        require_own(speaker, before)
        withdrawal = acts.withdraw(
            speaker.identity,
            ObjectId(bytes.fromhex(before["root"])),
            minute=speaker.minute,
            expires_min=people.minute_of(before["expires"]),
        )
        speaker.publish(withdrawal)
    _report(before, is_json=is_json)
    if not is_json:
        talk(
            f"{placewords.name(before)} is taken back here; other nodes follow as they hear of it."
        )


def found(client: Client, place: str, language: str = "en") -> dict[str, Any]:
    """Return the one place that is meant, whole.

    Raises:
        Failure: There is none, or several.
    """
    document: dict[str, Any] = client.get(f"/places/{escaped(place)}?language={language}")
    return document


def listed(client: Client, language: str, **wanted: str | None) -> list[dict[str, Any]]:
    """Return the places that are wanted, by name."""
    query = "".join(f"&{name}={quote(value)}" for name, value in wanted.items() if value)
    places: list[dict[str, Any]] = client.get(f"/places?language={language}{query}")["places"]
    return places


def _report(shown: placewords.Place, *, is_json: bool) -> None:
    if is_json:
        emit_json(shown)
    else:
        emit(str(shown["root"]))


def _tell_position(shown: placewords.Place, given: dict[str, Any]) -> None:
    if given["position"] and shown["position"] is not None:
        at = shown["position"]
        talk(
            f"Its position is public as {at['latitude']:.3f},{at['longitude']:.3f}, rounded to "
            f"about {at['precision_m']} m."
        )
