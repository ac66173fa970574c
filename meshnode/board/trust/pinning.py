"""When a node stops asking whether a charter could be another one.

Until then two stewards who disagree, or a thief and the stewards, can still be told apart; after
that nobody rewrites what the community has lived by, not even with keys of former stewards.
Source: docs/spec/trust.md section 2.
"""

from typing import Final

from meshnode.board.trust.standing import Standing
from meshnode.protocol.object import SignedObject

FINAL_MINUTES: Final = 7 * 1440
"""A week: long enough for stewards to notice what was signed in their name and to object."""


def final_charter(standing: Standing, minute: int) -> SignedObject | None:
    """Return the last charter of the chain that has had its signatures for a week; None: none."""
    final: SignedObject | None = None
    for charter, complete_min in zip(standing.charters, standing.complete_min, strict=True):
        if complete_min + FINAL_MINUTES <= minute:
            final = charter
    return final
