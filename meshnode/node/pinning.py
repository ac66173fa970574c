"""Pinning on disk: once an hour a node looks whether a charter has become final.

Not for: when that is (`meshnode.board.pinning`). Invariant: what is pinned in memory is on disk.
Source: docs/spec/trust.md section 2.
"""

import asyncio
import logging
from pathlib import Path
from typing import Final

from meshnode.board.pinning import final_charter
from meshnode.board.rules import NeighbourhoodRules
from meshnode.node import keyring
from meshnode.node.clock import Clock
from meshnode.protocol.clock import Quality
from meshnode.protocol.engine import Engine
from meshnode.protocol.errors import StoreError

LOOK_S: Final = 3600.0
"""A charter becomes final once in months: an hour later is soon enough."""

log = logging.getLogger(__name__)


def pin_final(directory: Path, rules: NeighbourhoodRules, minute: int) -> bool:
    """Pin the charter that is final at this minute; return whether it is another one.

    The engine lets go what is superseded with its next housekeeping.

    Raises:
        StoreError: The keys cannot be read or written; nothing was pinned.
    """
    charter = final_charter(rules.standing, minute)
    if charter is None or charter == rules.pinned:
        return False
    keyring.pin(directory, charter)
    rules.pin(charter)
    return True


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
