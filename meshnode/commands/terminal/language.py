"""In which language templates and coded words are said on this terminal."""

import os
from collections.abc import Callable, Iterator
from typing import Any, Final

import click

from meshnode.node.languages import LANGUAGES, best_match

_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set counts. Source: gettext(3)."""


def preferred_language() -> str:
    """Return the language that the environment asks for, else English."""
    for wish in _wishes():
        language = best_match(wish)
        if language is not None:
            return language
    return LANGUAGES[0]


def _wishes() -> Iterator[str]:
    locale = next((value for name in _VARIABLES if (value := os.environ.get(name))), "")
    if locale.partition(".")[0] not in ("", "C", "POSIX"):
        yield from os.environ.get("LANGUAGE", "").split(":")
    yield locale


language_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=preferred_language,
    help="In which language templates and coded words are said.  [default: from LANG, else en]",
)
