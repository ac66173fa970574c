"""Modes on a running node: which one is in force, and the engine that keeps to it.

Not for: which one it is (`meshnode.board.modes`). Invariant: nothing is kept but what was said to
the engine last; after a start it follows again from the held objects.
"""

import asyncio
import logging
from typing import Final

from meshnode.board.modes.effects import EFFECTS, Effects, pace_in
from meshnode.board.modes.force import InForce, Proposal, in_force, proposals
from meshnode.node.clock import Clock
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.shelf import Shelf, id_prefix
from meshnode.node.runner import Runner
from meshnode.protocol.clock import Quality
from meshnode.protocol.object import Kind

LOOK_S: Final = 5.0
"""How often a node looks whether another mode is in force. People wait for that, with the radio's
minutes behind them; a look costs nothing while no mode object came or went."""

log = logging.getLogger(__name__)


class ModeDesk:
    """The modes that one node knows of."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._found: list[Proposal] = []
        self._found_at: tuple[int, int, int] | None = None

    def proposals(self) -> list[Proposal]:
        """Return what is proposed and not over, the newest first."""
        rules, minute = self._shelf.rules, self._shelf.minute()
        state = rules.register.revision(Kind.MODE), rules.people_revision, minute
        if state != self._found_at:
            self._found = proposals(rules, self._shelf.names(), minute=minute)
            self._found_at = state
        return self._found

    def in_force(self) -> InForce:
        """Return how the neighbourhood fares."""
        return in_force(self.proposals())

    def effects(self) -> Effects:
        """Return what holds now."""
        return EFFECTS[self.in_force().mode]

    def proposal(self, prefix: str) -> Proposal:
        """Return the proposal whose id begins with `prefix`, in hex.

        Raises:
            LimitError: It is no beginning of an id.
            NotFoundError: There is none here.
            AmbiguousError: There are several.
        """
        wanted = id_prefix(prefix)
        found = [one for one in self.proposals() if one.id.hex().startswith(wanted)]
        if not found:
            raise NotFoundError(
                f"No proposed mode here has an id that begins with {wanted}. It may be over, or "
                "not have arrived yet. All of them: meshnode mode list"
            )
        if len(found) > 1:
            raise AmbiguousError(f"{len(found)} proposals begin with {wanted}; give more digits.")
        return found[0]


async def keep_pace(desk: ModeDesk, runner: Runner, clock: Clock, ordinary_share: float) -> None:
    """Let the engine keep to the mode in force until cancelled.

    While the time is unknown nothing is in force: what is over cannot be told from what is not.
    """
    while True:
        await look(desk, runner, clock, ordinary_share)
        await asyncio.sleep(LOOK_S)


async def look(desk: ModeDesk, runner: Runner, clock: Clock, ordinary_share: float) -> None:
    """Tell the engine if another pace follows from the mode in force."""
    known = runner.engine.common.clock
    if known.quality(clock.now_ms()) is Quality.UNKNOWN:
        return
    mode = desk.in_force().mode
    pace = pace_in(mode, ordinary_share)
    if pace != runner.engine.pace:
        log.info("mode", extra={"fields": {"mode": mode.word}})
        await runner.keep_to(pace)
        runner.hub.publish("mode", mode=mode.word)
