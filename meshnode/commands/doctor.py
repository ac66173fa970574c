"""`meshnode doctor`: what is wrong with this node, and what to do about it."""

import click

from meshnode.commands.exits import ExitCode
from meshnode.commands.output import emit, emit_json, one_line, paint
from meshnode.commands.session import Session, examples, json_option, pass_session


@click.command(epilog=examples("meshnode doctor", "meshnode doctor --json | jq -r .answer"))
@json_option
@pass_session
def doctor(session: Session, is_json: bool) -> int:  # noqa: FBT001
    """Check the node, running or not, and say how to mend what is broken.

    The last line answers: could this node help somebody reach somebody right now? Exits with 1
    if something is broken.
    """
    from meshnode.commands import checks  # noqa: PLC0415  Slow; only needed here.

    found = checks.run_all(session)
    if is_json:
        emit_json(checks.document(found))
    else:
        emit("\n".join(_lines(found)))
    return ExitCode.OK if found.is_healthy else ExitCode.FAILED
