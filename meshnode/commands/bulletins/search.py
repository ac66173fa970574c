"""`meshnode search`: finds what is on the board, of every kind."""

from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import click

from meshnode.commands.bulletins import finding
from meshnode.commands.bulletins.mute import Muted, read_muted
from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import speaks
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, talk

LIMIT_DEFAULT: Final = 20
LIMIT_MAX: Final = 100
SEVERITIES: Final = ("info", "minor", "severe", "extreme")


@click.command(
    epilog=examples(
        "meshnode search wasser feuerwache",
        "meshnode search '\"warme suppe\"' --kind bulletin",
        "meshnode search --category water --place nordmarkt",
        "meshnode search strom --json | jq '.finds[].id'",
    )
)
@click.argument("words", nargs=-1)
@click.option("--kind", metavar="KIND", help="Only this sort: bulletin, alert, drill, offer, ...")
@click.option("--category", metavar="WORD", help="Only what is about this: water, power, ...")
@click.option("--place", metavar="WORDS", help="Only what is at a place of this name.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only what is so bad or worse.")
@click.option("--text-language", metavar="TAG", help="Only what is written in it: de, en, ...")
@click.option(
    "--limit",
    type=click.IntRange(1, LIMIT_MAX),
    default=LIMIT_DEFAULT,
    show_default=True,
    help="How many are shown.",
)
@click.option("--offset", type=click.IntRange(0), default=0, help="How many are left out before.")
@click.option("--all", "is_all", is_flag=True, help="Show what people say whom you muted, too.")
@language_option
@speaks
def search(
    session: Session,
    *,
    words: tuple[str, ...],
    kind: str | None,
    category: str | None,
    place: str | None,
    severity: str | None,
    text_language: str | None,
    limit: int,
    offset: int,
    is_all: bool,
    language: str,
    passphrase_file: Path | None,
    is_json: bool,
) -> None:
    """Find what has all WORDS: the urgent first, then what is called so, then the newest.

    Umlauts and accents do not matter, and a word may be its beginning. "Words in quotes" stand
    together as they are; in a shell they need other quotes around them.
    """
    asked = {
        "q": " ".join(words),
        "kind": kind,
        "category": category,
        "place": place,
        "severity": severity,
        "language": text_language,
        "reader": language,
        "limit": limit,
        "offset": offset,
    }
    query = urlencode({name: value for name, value in asked.items() if value not in (None, "")})
    answer = session.client.get(f"/search?{query}")
    if is_json:
        emit_json(answer)
        return
    muted = Muted(frozenset()) if is_all else read_muted(session, passphrase_file)
    shown = [one for one in answer["finds"] if one["author_fingerprint"] not in muted.fingerprints]
    if shown:
        emit("\n".join(finding.lines(shown)))
    if len(shown) < len(answer["finds"]):
        left_out = len(answer["finds"]) - len(shown)
        talk(f"{left_out} by people you muted are left out; --all shows them.")
    _tell(answer, offset)


def _tell(answer: dict[str, object], offset: int) -> None:
    """Say what the list does not: that there is nothing, or more, or not all is read yet."""
    total, missing = int(str(answer["total"])), answer["missing"]
    finds = answer["finds"]
    shown = offset + (len(finds) if isinstance(finds, list) else 0)
    if not total:
        talk(
            "Nothing on the board has all of this. Fewer words, or only their beginning, find more."
        )
    elif shown < total:
        talk(f"{shown} of {total}. The next ones: --offset {shown}")
    if missing is None or missing:
        talk("The node is still reading what it holds; ask again in a while for the rest.")
