"""How the coded words of slots, queues and meet-ups read.

Invariant: what was only asked for is never called booked.
"""

from typing import Final

from meshnode.board.words import Words

SORTS: Final = Words(
    "capacity",
    {"slots": "time slots", "queue": "queue with tickets", "single": "once"},
    "What can be booked.",
)

STATES: Final = Words(
    "booking",
    {
        "asked": "asked for, not booked yet",
        "booked": "booked",
        "called": "it is your turn",
        "used": "was there",
        "no-show": "did not come",
        "cancelled": "cancelled",
        "declined": "declined",
        "lease-over": "not confirmed in time, not booked",
        "released": "given back",
        "impossible": "not possible, there is nothing left",
        "called-off": "the host called it off",
        "gone": "what it was for is not known here",
    },
    "Where somebody's booking or ticket stands.",
)
