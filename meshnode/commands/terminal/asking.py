"""Asking before something that cannot be undone, where somebody is there to answer."""

import sys

import click

from meshnode.commands.terminal.failures import Failure


def confirm(question: str, *, is_sure: bool) -> None:
    """Return if somebody says yes, or said `--yes` before.

    Raises:
        Failure: They say no, or nobody is here to answer.
    """
    require_answer(is_sure=is_sure)
    if not is_sure and not click.confirm(question, err=True):
        raise Failure("Nothing was changed.", code="interrupted")


def require_answer(*, is_sure: bool) -> None:
    """Refuse at once what will ask, where nobody is here to answer.

    Raises:
        Failure: Nobody is.
    """
    if not is_sure and not sys.stdin.isatty():
        raise Failure(
            "This asks before it acts, and nobody is here to answer. If you are sure, say the "
            "same again with --yes.",
            code="usage",
        )
