"""Exit codes: a contract for scripts. Documented in docs/guide/commands.md and in `--help`."""

from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """What the shell gets to see; numbers never change."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NOT_ALLOWED = 4
    NOT_RUNNING = 5
    CONFLICT = 6
    PARTIAL = 7
    INTERRUPTED = 130


MEANINGS: Final = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "failed; the message says why",
    ExitCode.USAGE: "the command or a value in it is not possible",
    ExitCode.NOT_FOUND: "there is no such thing on this node",
    ExitCode.NOT_ALLOWED: "this key or this user may not do that",
    ExitCode.NOT_RUNNING: "the node is not running, or does not answer",
    ExitCode.CONFLICT: "ambiguous, or there is something already",
    ExitCode.PARTIAL: "done in part",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C)",
}

EXIT_OF_CODE: Final = {
    "bad_request": ExitCode.USAGE,
    "limit": ExitCode.USAGE,
    "refused": ExitCode.NOT_ALLOWED,
    "usage": ExitCode.USAGE,
    "too_large": ExitCode.USAGE,
    "not_found": ExitCode.NOT_FOUND,
    "not_allowed": ExitCode.NOT_ALLOWED,
    "not_running": ExitCode.NOT_RUNNING,
    "ambiguous": ExitCode.CONFLICT,
    "used": ExitCode.CONFLICT,
    "conflict": ExitCode.CONFLICT,
    "interrupted": ExitCode.INTERRUPTED,
}
"""The exit code for each error code of the API and of the command line; any other is FAILED."""
