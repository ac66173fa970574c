"""Pinning on disk: once an hour a node looks whether a charter has become final.

Not for: what signed minutes say about it (`meshnode.board.trust.pinning`). Invariants: what is
pinned in memory is on disk; nothing is pinned that this node itself has not seen standing for a
week, since whoever has enough keys can date a charter back.
Source: docs/spec/trust.md section 2.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.pinning import FINAL_MINUTES, final_charter
from meshnode.node import keyring
from meshnode.node.clock import Clock
from meshnode.protocol.clock import Quality
from meshnode.protocol.engine import Engine
from meshnode.protocol.errors import StoreError
from meshnode.protocol.object import ObjectId
from meshnode.store.checked import exists_checked, read_checked, write_checked

_SEEN_FILE: Final = "charter-seen.json"
LOOK_S: Final = 3600.0
"""A charter becomes final once in months: an hour later is soon enough."""

log = logging.getLogger(__name__)


def pin_final(directory: Path, rules: NeighbourhoodRules, minute: int) -> bool:
    """Pin the charter in force if it is final at this minute; return whether it is another one.

    The engine lets go what is superseded with its next housekeeping.

    Raises:
        StoreError: The keys cannot be read or written; nothing was pinned.
    """
    standing = rules.standing
    charter = standing.charters[-1] if standing.charters else None
    if charter is None or charter == rules.pinned:
        return False
    seen_min = _first_seen(directory, charter.id, minute)
    if minute - seen_min < FINAL_MINUTES or final_charter(standing, minute) != charter:
        return False
    keyring.pin(directory, charter)
    rules.pin(charter)
    return True


def _first_seen(directory: Path, charter: ObjectId, minute: int) -> int:
    """Return since when this node has seen this charter in force; now, if it is new."""
    path = directory / _SEEN_FILE
    if exists_checked(path):
        seen = _seen(path)
        if seen.get("charter") == charter.hex() and isinstance(seen.get("since_min"), int):
            return int(seen["since_min"])
    write_checked(path, {"charter": charter.hex(), "since_min": minute})
    return minute


def _seen(path: Path) -> Mapping[str, Any]:
    """Return what was noted, or nothing where a bad card took both copies: it is no key, and to
    begin the week anew only makes the node wait longer. Without it nothing would be pinned again.
    """
    try:
        return read_checked(path)
    except StoreError as error:
        log.warning("a note is begun anew", extra={"fields": {"error": str(error)}})
        return {}


async def keep_pinning(
    directory: Path, rules: NeighbourhoodRules, engine: Engine, clock: Clock
) -> None:
    """Look once an hour until cancelled; while the time is unknown nothing is final."""
    while True:
        now_ms = clock.now_ms()
        known = engine.common.clock
        if known.quality(now_ms) is not Quality.UNKNOWN:
            try:
                if pin_final(directory, rules, known.minute(now_ms)):
                    log.info("the charter is final")
            except StoreError as error:
                fields = {"error": str(error)}
                log.warning("the charter could not be pinned", extra={"fields": fields})
        await asyncio.sleep(LOOK_S)
