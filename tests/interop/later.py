"""`meshnode`, as it will be so many minutes from now: only the wall clock is another one.

A story of several days runs its daemons by this, with a larger number each time; what timers
measure stays as it is. Usage: python -m tests.interop.later MINUTES [arguments of meshnode]
"""

import sys

from meshnode.commands import main
from meshnode.node.clock import Clock


def run() -> None:
    """Run the program under a clock that is ahead."""
    ahead_min = int(sys.argv.pop(1))
    now = Clock.wall_minute

    def later(clock: Clock) -> int:
        return now(clock) + ahead_min

    Clock.wall_minute = later  # type: ignore[method-assign]
    main()


if __name__ == "__main__":
    run()
