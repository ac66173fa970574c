"""`meshnode level`: say how full a place is, see what was said, and what is usual."""

from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from meshnode.commands.client import escaped
from meshnode.commands.places import placewords
from meshnode.commands.places.place import found, place_argument
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.speaker import Speaker, as_node_option, signs_as_node, speaking, speaks
from meshnode.commands.terminal.durations import Duration, ago
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk

LEVEL_WORDS: Final = {
    "empty": "empty",
    "leer": "empty",
    "some": "some",
    "mittel": "some",
    "full": "full",
    "voll": "full",
    "closed": "closed",
    "zu": "closed",
    "geschlossen": "closed",
}
"""What people type, and the word of `meshnode.board.places.level.Level`."""
_LEVELS: Final = ("empty", "some", "full", "closed")
_PEOPLE_MAX: Final = 50_000
_MINUTES_DEFAULT: Final = 360
_MINUTES_MAX: Final = 1440


class _Word(click.ParamType[str]):
    """A level, in the word of programs, or a number of people."""

    name = "level"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return one of the levels, or the digits."""
        word = str(value).strip().lower()
        if word.isascii() and word.isdigit() and len(word) <= len(str(_PEOPLE_MAX)):
            return word
        if word not in LEVEL_WORDS:
            self.fail(
                f"{value!r} does not say how full it is. Say {', '.join(_LEVELS)}, or how many "
                "people are there, as in 37.",
                param,
                ctx,
            )
        return LEVEL_WORDS[word]


def _complete_level(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return [CompletionItem(one) for one in _LEVELS if one.startswith(incomplete.lower())]


@click.group()
def level() -> None:
    """How full places are, and when they usually are.

    A PLACE is named as for `meshnode place`.
    """


@level.command(
    "set",
    epilog=examples(
        "meshnode level set Nordmarkt full",
        "meshnode level set Nordmarkt 37",
        "meshnode level set Nordmarkt closed --expires 12h",
        "meshnode level set 1a2b3c4d 37 --source counter --as-node",
    ),
)
@place_argument
@click.argument("word", metavar="LEVEL", type=_Word(), shell_complete=_complete_level)
@click.option(
    "--source",
    type=click.Choice(("person", "counter", "estimate")),
    default="person",
    show_default=True,
    help="How you know: you see it, a device counts, or you only think so. A counter's numbers "
    "are off by two or three times: they show a trend and never a level.",
)
@click.option(
    "--expires",
    "minutes",
    type=Duration(),
    default=_MINUTES_DEFAULT,
    metavar="DURATION",
    help="When it is forgotten, 1h to 24h; it counts for less long before.  [default: 6h]",
)
@as_node_option
@language_option
@speaks
def set_(
    session: Session,
    *,
    place: str,
    word: str,
    source: str,
    minutes: int,
    is_as_node: bool,
    language: str,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Say how full a place is: empty, some, full, closed, or how many people are there.

    It is signed by you if you have an identity here, else by this node. Say it again when it
    changes: your new word takes the place of your old one.
    """
    if minutes > _MINUTES_MAX:
        raise click.UsageError("A level lasts a day at most; --expires 24h.")
    if source == "counter" and not word.isdigit():
        raise click.UsageError("A counter says a number of people, as in 37.")
    if signs_as_node(session, is_as_node=is_as_node):
        document: dict[str, Any] = {"source": source, "expires_in_s": minutes * 60}
        document |= {"people": int(word)} if word.isdigit() else {"level": word}
        path = f"/places/{escaped(place)}/levels?language={language}"
        shown = session.client.post(path, document)
    else:
        with speaking(session, passphrase_file) as speaker:
            from meshnode.commands.places.levelling import signed_level  # noqa: PLC0415  Slow.

            speaker.require_member()
            before = found(speaker.client, place)
            if source == "counter":
                _require_no_word(speaker, before)
            speaker.publish(signed_level(speaker, before, word, source, minutes=minutes))
            shown = found(speaker.client, before["root"], language)
    if is_json:
        emit_json(shown)
        return
    emit(f"{placewords.name(shown)}: {placewords.level_phrase(shown['crowding'])}")
    _tell_counter(shown, source)


@level.command(
    epilog=examples("meshnode level show Nordmarkt", "meshnode level show Nordmarkt --json")
)
@place_argument
@language_option
@json_option
@pass_session
def show(session: Session, *, place: str, language: str, is_json: bool) -> None:
    """Show how full a place is, and every word about it that is still held."""
    shown = found(session.client, place, language)
    if is_json:
        emit_json(_part(shown, "crowding", "levels"))
        return
    emit(f"{placewords.name(shown)}: {one_line(shown['crowding']['words'])}")
    if shown["levels"]:
        emit("\n".join(["", *placewords.statements(shown)]))
    else:
        say = session.command(f"level set {shown['root']} some")
        talk(f"Say how full it is: {say}")


@level.command(
    epilog=examples("meshnode level history Nordmarkt", "meshnode level history Nordmarkt --json")
)
@place_argument
@language_option
@json_option
@pass_session
def history(session: Session, *, place: str, language: str, is_json: bool) -> None:
    """Show how full a place usually is, hour by hour of the week, as this node has seen it."""
    shown = found(session.client, place, language)
    if is_json:
        emit_json(_part(shown, "pattern", "best_time"))
        return
    emit(f"{placewords.name(shown)}: {one_line(shown['best_time']['words'])}")
    if shown["pattern"]["known_hours"]:
        emit("\n".join(["", *placewords.week(shown), "", placewords.LEGEND]))
    else:
        talk(
            "This node learns it from what people say, hour by hour. It takes two weeks for an "
            "hour of the week, or three working days for an hour of these."
        )


def _require_no_word(speaker: Speaker, before: dict[str, Any]) -> None:
    """Refuse a counter whose number would take the place of a person's word.

    Raises:
        Failure: This device said itself how full it is.
    """
    own = speaker.identity.device.id.hex()
    words = [one for one in before["levels"] if one["key"] == own and one["source"] != "counter"]
    if words:
        raise Failure(
            f"You said {placewords.said_phrase(words[0])} yourself ({ago(words[0]['age_s'])}). Of "
            "one key only the newest word stays: the counter's would push yours out. Let the node "
            "sign for the counter (--as-node), or give it an identity of its own.",
            code="not_allowed",
        )


def _part(shown: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: shown[name] for name in ("root", "name", "capacity", *names)}


def _tell_counter(shown: dict[str, Any], source: str) -> None:
    if source == "counter":
        talk(
            "Counters are off by two or three times, so this is shown as a trend only, once there "
            "are numbers of the hours before."
        )
    elif shown["crowding"]["level"] is None and shown["capacity"] is None:
        talk(
            "This place does not say for how many it has room, so the number stands alone. Its "
            f"host can add that: meshnode place update {shown['root']} --capacity PEOPLE"
        )
