"""The calendar of something that is lent: when it is free, by the claims that keep it.

Invariant: as `life`, of which it is a view.
"""

from collections.abc import Iterable
from itertools import pairwise

from meshnode.board.exchange.claim import Span
from meshnode.board.exchange.course import units_of
from meshnode.board.exchange.life import Claim, State
from meshnode.board.exchange.offer import OfferFields


def free_spans(
    head: OfferFields, claims: Iterable[Claim], *, start_min: int, end_min: int, amount: int = 1
) -> list[Span]:
    """Return when so many of a thing that is lent are free between two minutes."""
    taken = [one for one in claims if blocks(one) and one.span is not None]
    edges = {start_min, end_min}
    for one in taken:
        if one.span is not None:
            edges |= {one.span.start_min, one.span.end_min}
    cuts = sorted(edge for edge in edges if start_min <= edge <= end_min)
    free: list[Span] = []
    for start, end in pairwise(cuts):
        part = Span(start, end)
        if _taken(part, taken) + amount > units_of(head):
            continue
        if free and free[-1].end_min == start:
            part = Span(free.pop().start_min, end)
        free.append(part)
    return free


def blocks(claim: Claim) -> bool:
    """Return whether a claim on what is lent keeps others from its span."""
    is_kept = claim.state in (State.HELD, State.CONFIRMED, State.DONE)
    return is_kept and not claim.is_conflict


def _taken(part: Span, claims: Iterable[Claim]) -> int:
    """Return how many are taken in a part that no claim's span begins or ends in."""
    return sum(one.amount for one in claims if one.span is not None and one.span.meets(part))
