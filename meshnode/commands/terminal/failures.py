"""How commands fail: one sentence for people, one word for programs, one exit code.

Invariants: with `--json` a failure is one JSON document on stdout and one line on stderr; without
it, one line on stderr (usage errors also show the usage). Never a traceback for what a person did.
"""

import sys
from collections.abc import Sequence
from typing import Any

import click

from meshnode.commands.terminal.exits import EXIT_OF_CODE, ExitCode
from meshnode.commands.terminal.output import emit_json, prepare_streams, printable
from meshnode.protocol.errors import LimitError, LinkRefused, MeshError, StoreError


class Failure(click.ClickException):
    """A command cannot do what it was asked for; `code` is the word for programs.

    `reason` is the rule that was met, where the node's rules refused an object.
    """

    def __init__(self, message: str, *, code: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason

    @property
    def exit(self) -> ExitCode:
        """The exit code that goes with the word."""
        return EXIT_OF_CODE.get(self.code, ExitCode.FAILED)


class Program(click.Group):
    """The whole command line, which turns every error into a sentence and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002  click's signature.
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002  click's signature.
        **extra: Any,
    ) -> Any:
        """Run the command line; exit with the code that belongs to the outcome."""
        arguments = list(sys.argv[1:] if args is None else args)
        prepare_streams()
        try:
            result = super().main(
                arguments, prog_name, complete_var, standalone_mode=False, **extra
            )
        except (click.ClickException, click.Abort, MeshError) as error:
            if not standalone_mode:
                raise
            sys.exit(_report(error, is_json="--json" in arguments))
        if not standalone_mode:
            return result
        sys.exit(result if isinstance(result, int) else ExitCode.OK)


def _report(error: click.ClickException | click.Abort | MeshError, *, is_json: bool) -> int:
    failure = _failure(error)
    if is_json:
        emit_json({"error": {"code": failure.code, "message": failure.message}}, is_line=True)
    if isinstance(error, click.UsageError) and not is_json:
        error.show()
    elif failure.code != "interrupted":
        click.echo(f"Error: {printable(failure.message)}", err=True)
    return failure.exit


def _failure(error: click.ClickException | click.Abort | MeshError) -> Failure:
    match error:
        case Failure():
            return error
        case click.ClickException():
            code = "usage" if isinstance(error, click.UsageError) else "failed"
            return Failure(error.format_message(), code=code)
        case click.Abort():
            return Failure("Interrupted.", code="interrupted")
        case _:
            return Failure(str(error), code=_code_of(error))


def _code_of(error: MeshError) -> str:
    match error:
        case LimitError() | LinkRefused():
            return "limit"
        case StoreError():
            return "store"
        case _:
            return "failed"
