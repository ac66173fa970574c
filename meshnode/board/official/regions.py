"""Whether a warning is about the districts that a node is interested in.

Districts are named by their regional key (ARS): twelve digits, the first five name the district.
What a warning says of itself may be such a key, a municipality's key (AGS), or a warning cell of
the weather service, in which one digit stands before it.
"""

import re
from collections.abc import Sequence
from typing import Final

from meshnode.board.official.warning import OfficialAlert
from meshnode.protocol.errors import LimitError

DISTRICT_DIGITS: Final = 5
_KEY: Final = re.compile(r"\d{12}", re.ASCII)
_CODES: Final = frozenset({"ARS", "AGS", "SHN"})
_CELLS: Final = frozenset({"WARNCELLID"})


def check_region(region: str) -> str:
    """Return the regional key of a district.

    Raises:
        LimitError: It is none; the message is for whoever configures the node.
    """
    if not _KEY.fullmatch(region) or set(region[DISTRICT_DIGITS:]) != {"0"}:
        raise LimitError(
            f"The region {region!r} is no district: it needs the twelve digits of its regional key "
            "(ARS), of which the last seven are 0, as in 059130000000."
        )
    return region


def districts_of(alert: OfficialAlert) -> frozenset[str]:
    """Return the districts that a warning names by number; none: it names none so."""
    found = set()
    for area in alert.areas:
        for system, code in area.geocodes:
            digits = code[1:] if system.upper() in _CELLS else code
            is_known = system.upper() in _CODES | _CELLS
            if is_known and digits.isdigit() and len(digits) >= DISTRICT_DIGITS:
                found.add(digits[:DISTRICT_DIGITS])
    return frozenset(found)


def is_about(alert: OfficialAlert, regions: Sequence[str]) -> bool:
    """Return whether a warning names one of these districts."""
    return bool(districts_of(alert) & {one[:DISTRICT_DIGITS] for one in regions})
