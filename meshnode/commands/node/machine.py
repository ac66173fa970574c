"""What commands ask of this machine when no node runs: the time."""

from datetime import UTC, datetime

from meshnode.commands.terminal.failures import Failure


def current_minute() -> int:
    """Return the minute by this machine's clock, counted from 2024-01-01 00:00 UTC.

    Raises:
        Failure: The clock has plainly not been set; what is signed now would be wrong for ever.
    """
    from meshnode.node.clock import minute_of  # noqa: PLC0415  Slow; few commands need it.
    from meshnode.protocol.clock import PLAUSIBLE_FROM_MIN  # noqa: PLC0415

    now = datetime.now(UTC)
    minute = minute_of(now)
    if minute < PLAUSIBLE_FROM_MIN:
        raise Failure(
            f"This computer's clock says {now:%Y-%m-%d %H:%M} UTC, which cannot be. Set it first: "
            "sudo timedatectl set-time '2026-12-31 23:59'",
            code="failed",
        )
    return minute
