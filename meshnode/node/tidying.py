"""Tidying: once an hour a node looks for files that have been kept for long enough.

Not for: the set, which the engine tidies. Invariant: what is deleted was set aside, never in use.
Source: docs/spec/store.md section 2.
"""

import asyncio
import logging
from pathlib import Path
from typing import Final

from meshnode.node.clock import Clock, moment_of
from meshnode.protocol.errors import StoreError
from meshnode.store.files import forget_set_aside

LOOK_S: Final = 3600.0
"""They are kept for weeks: an hour later is soon enough."""

log = logging.getLogger(__name__)


async def keep_tidy(database: Path, clock: Clock) -> None:
    """Look once an hour until cancelled."""
    while True:
        try:
            now_s = moment_of(clock.wall_minute()).timestamp()
            for name in await asyncio.to_thread(forget_set_aside, database, now_s=now_s):
                log.info("deleted", extra={"fields": {"file": name}})
        except StoreError as error:
            log.warning("not tidied up", extra={"fields": {"error": str(error)}})
        await asyncio.sleep(LOOK_S)
