"""What commands print: data on stdout, talk on stderr, colour on a terminal only.

Invariants: nothing that came from outside reaches a terminal with its control characters.
"""

import io
import json
import os
import re
import sys
from typing import Any, Final

import click

_CONTROLS: Final = "\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"
"""Control characters but the line end, and those that turn the direction of text."""
_UNSHOWN: Final = re.compile(f"(\u2068[^\n{_CONTROLS}]*\u2069)|[{_CONTROLS}]")
"""Any of them, or what a node isolated in one line: that only keeps directions apart."""
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def prepare_streams() -> None:
    """Let a terminal that cannot show a character show another one instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def emit_json(document: Any, *, is_line: bool = False) -> None:
    """Print one JSON document on stdout; `is_line` keeps it on one line, for streams."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    text = json.dumps(
        document, ensure_ascii=encoding != "utf8", indent=None if is_line else 2, default=str
    )
    click.echo(text)


def emit(text: str) -> None:
    """Print text for people on stdout."""
    click.echo(text)


def talk(text: str) -> None:
    """Say something about what happens on stderr, where it is in no script's way."""
    click.echo(printable(text), err=True)


def is_coloured() -> bool:
    """Return whether stdout is a terminal that wants colour."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def paint(text: str, colour: str | None, *, is_bold: bool = False) -> str:
    """Return the text in a colour, or as it is where colour is not wanted."""
    if not is_coloured():
        return text
    return click.style(text, fg=colour, bold=is_bold)


def printable(text: str) -> str:
    """Return the text without characters that steer a terminal."""
    return _UNSHOWN.sub(lambda found: found[1] or _REPLACEMENT, text)


def one_line(text: str) -> str:
    """Return the text in one line, without characters that steer a terminal."""
    return printable(" ".join(text.split()))
