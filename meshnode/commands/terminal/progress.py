"""A progress bar on standard error, where it is a terminal; nothing at all where it is not."""

import sys
from types import TracebackType
from typing import Final, Self

import click

from meshnode.commands.terminal.output import one_line

STEPS: Final = 1000


class Bar:
    """Shows how much of something long is over, while the block lasts."""

    def __init__(self, label: str) -> None:
        self._done = 0
        self._bar = click.progressbar(
            length=STEPS, label=one_line(label), file=sys.stderr, hidden=not sys.stderr.isatty()
        )

    def show(self, share: float) -> None:
        """Show this share, 0 to 1."""
        steps = int(share * STEPS) - self._done
        if steps > 0:
            self._done += steps
            self._bar.update(steps)

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.__exit__(kind, error, trace)
