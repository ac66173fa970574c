"""Asking before something that cannot be undone, where somebody is there to answer."""

import sys

import click

from meshnode.commands.failures import Failure


def confirm(question: str, *, is_sure: bool) -> None:
    """Return if somebody says yes, or said `--yes` before.

    Raises:
        Failure: They say no, or nobody is here to answer.
    """
    if is_sure:
        return
    if not sys.stdin.isatty():
        raise Failure(
            "This asks before it acts, and nobody is here to answer. If you are sure, say the "
            "same again with --yes.",
            code="usage",
        )
    if not click.confirm(question, err=True):
        raise Failure("Nothing was changed.", code="interrupted")
