"""`meshnode print`: sheets of paper for the board, single items, blank slips and newcomers.

Not for: sending them to a printer; any program that takes PDF does that.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from meshnode.commands.bulletins.bulletin_ids import complete_id
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit_json, talk

SLIPS: Final = ("offer", "request", "ok", "help", "booking")
"""As `meshnode.press.slips.SLIPS`, which would bring fonts to every start."""
_FONTS: Final = (
    "The font DejaVu Sans is not installed, so letters beyond Western European ones are question "
    "marks. Install it: sudo apt install fonts-dejavu-core"
)


def _output(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "--output",
        type=click.Path(allow_dash=True, dir_okay=False, path_type=Path),
        default=Path(default),
        show_default=True,
        help="The PDF file; - writes to standard output, as for: | lp",
    )


@click.group("print")
def print_group() -> None:
    """Sheets for those who have no phone: PDF files in A4, for any printer."""


@print_group.command(
    epilog=examples(
        "meshnode print board",
        "meshnode print board --language de --output aushang.pdf",
        "meshnode print board --output - | lp",
    )
)
@_output("board.pdf")
@click.option("--no-codes", "is_plain", is_flag=True, help="Without QR codes: half the paper.")
@language_option
@json_option
@pass_session
def board(session: Session, *, output: Path, is_plain: bool, language: str, is_json: bool) -> None:
    """Print the whole board: the worst first, each item with a QR code that proves it."""
    from meshnode.commands.files.printing import board_pdf  # noqa: PLC0415  Slow.

    made = board_pdf(session, language, with_codes=not is_plain)
    _written(made.data, output, is_json=is_json, has_fonts=made.has_fonts, items=made.items)


@print_group.command(
    epilog=examples("meshnode print item 1a2b3c4d", "meshnode print item 1a2b --output - | lp")
)
@click.argument("item_id", metavar="ID", shell_complete=complete_id)
@_output("item.pdf")
@language_option
@json_option
@pass_session
def item(session: Session, *, item_id: str, output: Path, language: str, is_json: bool) -> None:
    """Print one item of the board on a sheet of its own."""
    from meshnode.commands.files.printing import item_pdf  # noqa: PLC0415  Slow.

    made = item_pdf(session, item_id, language)
    _written(made.data, output, is_json=is_json, has_fonts=made.has_fonts, items=made.items)


@print_group.command(
    epilog=examples("meshnode print slips", "meshnode print slips help ok --language ar")
)
@click.argument("which", nargs=-1, type=click.Choice(SLIPS))
@_output("slips.pdf")
@language_option
@json_option
@pass_session
def slips(
    session: Session, *, which: tuple[str, ...], output: Path, language: str, is_json: bool
) -> None:
    """Print blank slips: people fill them in by hand, and whoever helps enters them with --for."""
    from meshnode.commands.files.printing import slips_pdf  # noqa: PLC0415  Slow.

    made = slips_pdf(session, which or SLIPS, language)
    _written(made.data, output, is_json=is_json, has_fonts=made.has_fonts, items=made.items)


@print_group.command(
    epilog=examples(
        "meshnode print join --address http://192.168.4.1:8080/",
        "meshnode print join --wifi Nordmarkt --address http://nord.local:8080/ --language de",
    )
)
@click.option("--wifi", metavar="NAME", default="", help="The name of the node's Wi-Fi.")
@click.option(
    "--wifi-password", metavar="TEXT", default="", help="Its password, if it has one; printed."
)
@click.option(
    "--address", metavar="URL", default="", help="Where the board is, as a browser wants it."
)
@_output("join.pdf")
@language_option
@json_option
@pass_session
def join(
    session: Session,
    *,
    wifi: str,
    wifi_password: str,
    address: str,
    output: Path,
    language: str,
    is_json: bool,
) -> None:
    """Print a sheet for the door: how to read the board on one's own phone."""
    from meshnode.commands.files.printing import join_pdf  # noqa: PLC0415  Slow.
    from meshnode.press.join import Door  # noqa: PLC0415  Slow.

    if not (wifi or address):
        raise click.UsageError("Say what to print: --wifi NAME, --address URL, or both.")
    made = join_pdf(session, Door(wifi, wifi_password, address), language)
    _written(made.data, output, is_json=is_json, has_fonts=made.has_fonts, items=made.items)


@print_group.command(epilog=examples("meshnode print places --language de"))
@_output("places.pdf")
@language_option
@json_option
@pass_session
def places(session: Session, *, output: Path, language: str, is_json: bool) -> None:
    """Print the register of places, with codes."""
    _family(session, "places", output, language, is_json=is_json, with_codes=True)


@print_group.command(epilog=examples("meshnode print meetups --language de"))
@_output("meetups.pdf")
@language_option
@json_option
@pass_session
def meetups(session: Session, *, output: Path, language: str, is_json: bool) -> None:
    """Print the meet-ups, with what is free as this node knows it."""
    _family(session, "meetups", output, language, is_json=is_json, with_codes=True)


@print_group.command(epilog=examples("meshnode print calls --output - | lp"))
@_output("calls.pdf")
@language_option
@json_option
@pass_session
def calls(session: Session, *, output: Path, language: str, is_json: bool) -> None:
    """Print the open calls for help, for coordinators. Do not put it up: it names people."""
    _family(session, "calls", output, language, is_json=is_json, with_codes=False)


def _family(
    session: Session, word: str, output: Path, language: str, *, is_json: bool, with_codes: bool
) -> None:
    from meshnode.commands.files.printing import family_pdf  # noqa: PLC0415  Slow.

    made = family_pdf(session, word, language, with_codes=with_codes)
    _written(made.data, output, is_json=is_json, has_fonts=made.has_fonts, items=made.items)


def _written(data: bytes, output: Path, *, is_json: bool, has_fonts: bool, items: int) -> None:
    """Put a PDF where it is wanted and say so."""
    if not has_fonts:
        talk(_FONTS)
    if str(output) == "-":
        if sys.stdout.isatty():
            raise Failure(
                "A PDF is nothing for a terminal. Send it to a printer (| lp) or name a file: "
                "--output board.pdf",
                code="usage",
            )
        sys.stdout.buffer.write(data)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}.", code="store") from error
    if is_json:
        emit_json({"file": str(output), "bytes": len(data), "items": items})
    else:
        talk(f"Written: {output}. Print it: lp {output}")
