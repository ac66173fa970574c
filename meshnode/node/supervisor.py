"""Keeps links alive: a link that crashes is started again, and never takes the node with it.

This is the one place of the program that catches everything.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from meshnode.links import Link, LinkState
from meshnode.node.runner import Runner
from meshnode.protocol.errors import LinkRefused

RESTART_S_MIN: Final = 1.0
RESTART_S_MAX: Final = 60.0
REFUSED_RETRY_S: Final = 60.0
"""How often a link that wants the operator is tried again: the operator may have come."""

log = logging.getLogger(__name__)


async def keep_running(link: Link, runner: Runner) -> None:
    """Run a link until cancelled, whatever it does."""
    pause_s = RESTART_S_MIN
    while True:
        begun_s = asyncio.get_running_loop().time()
        try:
            await link.run(runner)
        except LinkRefused as error:
            runner.report(link.name, LinkState("refused", str(error)))
            await asyncio.sleep(REFUSED_RETRY_S)
            continue
        except Exception:
            log.exception("link crashed", extra={"fields": {"link": link.name}})
            sentence = f"This link failed inside; it is started again in {pause_s:.0f} s."
            runner.report(link.name, LinkState("waiting", sentence))
        if asyncio.get_running_loop().time() - begun_s > RESTART_S_MAX:
            pause_s = RESTART_S_MIN
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, RESTART_S_MAX)


async def hang_up(links: Sequence[Link], runner: Runner) -> None:
    """Close the peers that the engine will not have, until cancelled."""
    while True:
        await runner.close_requested.wait()
        for name, reason in runner.closed_links():
            for link in links:
                link.close_peer(name, reason)
