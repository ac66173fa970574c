"""What whoever speaks may say, and for how long: asked before anything is signed.

Not for: deciding it (the rules of every node do). Invariants: a refusal names the role, until when
it lasts, and the command that helps.
"""

from typing import Any, Final

from meshnode.board.trust.permissions import PERMISSIONS, Action, Office
from meshnode.commands.speaker import Speaker
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import one_line
from meshnode.commands.trust import people

_ROLES: Final = (Office.MODERATOR, Office.COORDINATOR, Office.IMPORTER)
"""Which role to ask for, the smallest first."""


def require_office(
    speaker: Speaker, action: Action, what: str, *, expires_min: int, instead: str = ""
) -> None:
    """Return if somebody may do that until then; `what` begins the sentence that says no.

    Raises:
        Failure: The role is missing, or it or what vouches for them ends too early.
    """
    me = speaker.require_member()
    latest_min = latest_end_min(me, action)
    if latest_min is None or latest_min <= speaker.minute:
        raise Failure(_missing(speaker, action, what, instead), code="not_allowed")
    if expires_min > latest_min:
        raise Failure(_too_early(speaker, action, what, latest_min), code="not_allowed")


def latest_end_min(me: dict[str, Any], action: Action) -> int | None:
    """Return until when at most what somebody says so may last; None: they may not say it."""
    allowed = PERMISSIONS[action]
    ends = [people.minute_of(one["until"]) for one in me["roles"] if one["role"] in allowed]
    if Office.MEMBER in allowed or (me["is_steward"] and Office.STEWARD in allowed):
        ends.append(_FOREVER_MIN)
    membership_min = _FOREVER_MIN if me["expires"] is None else people.minute_of(me["expires"])
    return min(max(ends), membership_min) if ends else None


_FOREVER_MIN: Final = 1 << 24


def _role(action: Action) -> str:
    return next(str(one) for one in _ROLES if one in PERMISSIONS[action])


def _missing(speaker: Speaker, action: Action, what: str, instead: str) -> str:
    name = one_line(speaker.require_member()["name"])
    role = _role(action)
    sentence = (
        f"{what} needs the role {role}, which you do not have. Ask a steward "
        f"({speaker.stewards()}): meshnode role grant '{name}' {role}."
    )
    return f"{sentence} {instead}" if instead else sentence


def _too_early(speaker: Speaker, action: Action, what: str, latest_min: int) -> str:
    from meshnode.node.clock import moment_text  # noqa: PLC0415  Slow.

    me = speaker.require_member()
    until = people.day(moment_text(latest_min))
    left = _longest(latest_min - speaker.minute)
    shorter = f"Choose --expires {left} or less" if left else "It is nearly over"
    if me["expires"] is not None and latest_min >= people.minute_of(me["expires"]):
        grounds, command = "what vouches for you", f"member renew '{one_line(me['name'])}'"
    else:
        role = _role(action)
        grounds, command = f"your role {role}", f"role grant '{one_line(me['name'])}' {role}"
    return (
        f"{what} must not last longer than {grounds}, which ends on {until}. {shorter}, or ask a "
        f"steward ({speaker.stewards()}) first: meshnode {command}."
    )


def _longest(minutes: int) -> str:
    """Return the longest lifetime that fits, as one types it; empty: none does."""
    from meshnode.protocol.object import LIFETIME_MINUTES  # noqa: PLC0415  Slow.

    fitting = [one for one in LIFETIME_MINUTES if one <= minutes]
    if not fitting:
        return ""
    hours = max(fitting) // 60
    return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"
