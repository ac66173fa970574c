"""A Meshtastic radio as a link: connects, speaks, comes back after any loss.

Not for: frames' contents, the radio's protocol (`session`), bytes (`transport`). Invariants:
`link_up` and `link_down` alternate; every token given to `send` is answered before `link_down`,
or the link was cancelled; whatever happens to the radio, `run` goes on trying.
Source: docs/spec/radio.md.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

from meshtastic.protobuf import mesh_pb2

from meshnode.links import Host
from meshnode.links.meshtastic.address import RadioAddress, parse_radio_url
from meshnode.links.meshtastic.connect import open_transport
from meshnode.links.meshtastic.conversation import Conversation, now_ms
from meshnode.links.meshtastic.radio_config import RadioSettings
from meshnode.links.meshtastic.session import RadioSession
from meshnode.links.meshtastic.status import Status
from meshnode.links.meshtastic.tcp import HungUp
from meshnode.links.meshtastic.timing import Timing
from meshnode.links.meshtastic.transport import Transport
from meshnode.protocol.errors import LinkLost, LinkRefused
from meshnode.protocol.ports import Dice

Open = Callable[[RadioAddress, Timing], Awaitable[Transport]]
_FAREWELL_S: Final = 0.3
"""Saying goodbye lets the radio turn Bluetooth on again; it is not worth a slow shutdown."""
_DOUBLINGS_MAX: Final = 16
"""Bounds the exponent: a radio may be away for months."""


class MeshtasticLink:
    """One radio, named by its URL.

    `dice` serves nonces, packet ids and the jitter of reconnecting; `open_way` is how to get to
    the radio.

    Raises:
        LinkRefused: The URL is none; the message shows right ones.
    """

    def __init__(
        self,
        url: str,
        *,
        dice: Dice,
        settings: RadioSettings | None = None,
        timing: Timing | None = None,
        open_way: Open = open_transport,
    ) -> None:
        self.name = f"radio:{url}"
        self._address = parse_radio_url(url)
        self._dice = dice
        self._settings = settings or RadioSettings()
        self._timing = timing or Timing()
        self._open = open_way
        self._status = Status(url, self._timing)
        self._failures = 0
        self._was_hung_up_on = False

    async def run(self, host: Host) -> None:
        """Serve until cancelled."""
        while True:
            started_ms = now_ms()
            await self._attempt(host)
            self._report(host)
            await asyncio.sleep(self._pause_ms(now_ms() - started_ms) / 1000)

    def close_peer(self, link: str, reason: str) -> None:
        """Do nothing: a radio has no peers to hang up on."""

    async def _attempt(self, host: Host) -> None:
        self._failures += 1
        was_hung_up_on, self._was_hung_up_on = self._was_hung_up_on, False
        self._status.connecting()
        self._report(host)
        try:
            transport = await self._open(self._address, self._timing)
        except LinkLost as error:
            self._status.lost(str(error))
            return
        except LinkRefused as error:
            self._status.refused(str(error))
            return
        if was_hung_up_on:
            # A radio that restarts does not answer at once; one that was taken over does.
            self._status.suspect_takeover(now_ms())
        try:
            await self._converse(host, transport)
        except asyncio.CancelledError:
            await _say_goodbye(transport)
            raise
        finally:
            await transport.close()

    async def _converse(self, host: Host, transport: Transport) -> None:
        self._status.connected()
        session = RadioSession(
            self._settings, dice=self._dice, timing=self._timing, now_ms=now_ms()
        )
        conversation = Conversation(
            self.name, session=session, transport=transport, host=host, status=self._status
        )
        lost = await conversation.hold()
        self._status.lost(str(lost))
        if conversation.was_up:
            self._failures = 0
            self._was_hung_up_on = isinstance(lost, HungUp)

    def _report(self, host: Host) -> None:
        state = self._status.changed(now_ms())
        if state is not None:
            host.report(self.name, state)

    def _pause_ms(self, attempt_ms: int) -> float:
        """Return how long to wait; an attempt that itself took long has waited already.

        After a takeover it is the longest pause, so that two programs do not snatch the radio
        from each other many times a second.
        """
        timing = self._timing
        doublings = _DOUBLINGS_MAX if self._was_hung_up_on else min(self._failures, _DOUBLINGS_MAX)
        longest_ms = min(timing.retry_ms_min * (1 << doublings), timing.retry_ms_max)
        jittered_ms = longest_ms * (1 + self._dice.random()) / 2
        waited_ms = 0 if self._was_hung_up_on else attempt_ms
        return max(jittered_ms - waited_ms, timing.retry_ms_min)


async def _say_goodbye(transport: Transport) -> None:
    farewell = mesh_pb2.ToRadio(disconnect=True).SerializeToString()
    with contextlib.suppress(LinkLost, TimeoutError):
        async with asyncio.timeout(_FAREWELL_S):
            await transport.send(farewell)
