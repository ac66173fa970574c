"""Which offers a query asks for.

Invariants: as in `intake`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from meshnode.api.codes import ErrorCode
from meshnode.api.fields import hex_bytes, refuse_unknown, whole
from meshnode.api.refusals import RequestError
from meshnode.board.bulletins.bulletin import CATEGORIES
from meshnode.board.exchange.life import Stock
from meshnode.board.exchange.things import BY_IDENTIFIER, Direction, Sort
from meshnode.node.desks.market import Wanted
from meshnode.protocol.keys import FINGERPRINT_BYTES

OFFERS_MAX: Final = 200
"""Offers in one answer: what a page shows at once; more are asked for by offset."""
OFFSET_MAX: Final = 100_000
WORD_CHARACTERS_MAX: Final = 60
"""As long as a place can be written."""
DIRECTIONS: Final = {one.word: one for one in Direction}
SORTS: Final = {one.word: one for one in Sort}
STATES: Final = {one.value: one for one in Stock}
_KNOWN: Final = (
    "direction",
    "sort",
    "category",
    "item",
    "place",
    "state",
    "with",
    "offset",
    "limit",
    "language",
)


@dataclass(frozen=True, slots=True)
class Page:
    """Which offers are wanted, and which part of them."""

    wanted: Wanted
    offset: int
    limit: int


def parse_page(query: Mapping[str, str]) -> Page:
    """Return which offers a query asks for.

    Raises:
        RequestError: A parameter is unknown, or not one of those that are possible.
    """
    refuse_unknown(query, _KNOWN, "parameter")
    direction = _one_of(query, "direction", DIRECTIONS)
    item = _one_of(query, "item", BY_IDENTIFIER)
    place, involved = query.get("place"), query.get("with")
    if place is not None and len(place) > WORD_CHARACTERS_MAX:
        raise RequestError(
            ErrorCode.BAD_REQUEST, f"place takes {WORD_CHARACTERS_MAX} characters at most."
        )
    if involved is not None:
        hex_bytes(involved, "with", length=FINGERPRINT_BYTES)
    wanted = Wanted(
        direction=None if direction is None else DIRECTIONS[direction],
        sort=_one_of(query, "sort", SORTS),
        category=_one_of(query, "category", dict.fromkeys(CATEGORIES)),
        item=None if item is None else BY_IDENTIFIER[item].number,
        place=place,
        stock=_one_of(query, "state", STATES),
        involved=involved,
    )
    return Page(
        wanted,
        whole(query, "offset", 0, smallest=0, largest=OFFSET_MAX),
        whole(query, "limit", OFFERS_MAX, smallest=1, largest=OFFERS_MAX),
    )


def _one_of(query: Mapping[str, str], name: str, possible: Mapping[str, object]) -> str | None:
    value = query.get(name)
    if value is not None and value not in possible:
        raise RequestError(ErrorCode.BAD_REQUEST, f"{name} must be one of {', '.join(possible)}.")
    return value
