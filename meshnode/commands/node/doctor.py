"""`meshnode doctor`: what is wrong with this node, and what to do about it."""

from collections.abc import Iterator
from typing import Final

import click

from meshnode.commands.node.checks import Examination, Finding, Grade, conclusion, document
from meshnode.commands.session import Session, examples, json_option, pass_session
from meshnode.commands.terminal.exits import ExitCode
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, paint

_MARKS: Final = {
    Grade.GOOD: ("ok", "green"),
    Grade.UNSURE: ("?", None),
    Grade.WEAK: ("weak", "yellow"),
    Grade.BROKEN: ("BROKEN", "red"),
}
_MARK_COLUMNS: Final = 6


@click.command(epilog=examples("meshnode doctor", "meshnode doctor --json | jq -r .answer"))
@json_option
@pass_session
def doctor(session: Session, *, is_json: bool) -> int:
    """Check the node, and say how to mend what is broken.

    Running or not. The last line answers: could this node help somebody reach somebody right now?
    Exits with 1 if something is broken.
    """
    examination = Examination(tuple(_examine(session)))
    if is_json:
        emit_json(document(examination))
    else:
        lines = [line for finding in examination.findings for line in _lines(finding)]
        emit("\n".join([*lines, "", conclusion(examination)]))
    return ExitCode.OK if examination.is_healthy else ExitCode.FAILED


def _examine(session: Session) -> Iterator[Finding]:
    # Slow, and only this command needs them.
    from meshnode.commands.node.machinechecks import examine_machine  # noqa: PLC0415
    from meshnode.commands.node.nodechecks import examine_node  # noqa: PLC0415

    yield from examine_machine(session)
    try:
        status = session.client.get("/status")
    except Failure as failure:
        yield Finding("node", Grade.BROKEN, failure.message, hinders="the node cannot be reached")
    else:
        yield from examine_node(status)


def _lines(finding: Finding) -> Iterator[str]:
    mark, colour = _MARKS[finding.grade]
    yield f"{paint(mark.ljust(_MARK_COLUMNS), colour)}  {finding.subject}: " + one_line(
        finding.sentence
    )
    if finding.remedy:
        yield f"{' ' * _MARK_COLUMNS}  -> {one_line(finding.remedy)}"
