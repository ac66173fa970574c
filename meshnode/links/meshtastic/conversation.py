"""One connection to a radio: carries out what its session wants, until it ends.

Not for: the protocol (`session`), reconnecting (`link`). Invariants: one task owns the session;
all outputs are carried out in order, also when the radio is lost in between; before it ends, every
token that came through `send` is answered.
"""

import asyncio
from typing import assert_never

from meshnode.links import Host
from meshnode.links.meshtastic.inbox import FrameToSend, Inbox, Item, Lost
from meshnode.links.meshtastic.outbox import Done
from meshnode.links.meshtastic.packets import HeardFrame, Ignored, Utilisation
from meshnode.links.meshtastic.session import (
    Down,
    Gone,
    Output,
    RadioSession,
    Refused,
    Up,
    Wake,
    Write,
)
from meshnode.links.meshtastic.status import Status
from meshnode.links.meshtastic.transport import Transport
from meshnode.protocol.errors import LinkLost
from meshnode.protocol.priority import Priority


def now_ms() -> int:
    """Return the running loop's monotonic time in milliseconds."""
    return int(asyncio.get_running_loop().time() * 1000)


class Conversation:
    """Brings a session, its transport and the host together."""

    def __init__(
        self, link: str, *, session: RadioSession, transport: Transport, host: Host, status: Status
    ) -> None:
        self._link = link
        self._session = session
        self._transport = transport
        self._host = host
        self._status = status
        self._inbox = Inbox()
        self._lost: LinkLost | None = None
        self.was_up = False

    async def hold(self) -> LinkLost:
        """Speak with the radio until it is lost; return how."""
        async with asyncio.TaskGroup() as group:
            reader = group.create_task(self._read())
            lost = await self._speak()
            reader.cancel()
        return lost

    async def _read(self) -> None:
        try:
            while True:
                for message in await self._transport.receive():
                    await self._inbox.put(message)
        except LinkLost as error:
            await self._inbox.put(Lost(error))

    async def _speak(self) -> LinkLost:
        await self._carry_out(self._session.start())
        while self._lost is None:
            await self._handle(await self._inbox.take(self._wait_s()))
        await self._carry_out(self._session.close(str(self._lost)))
        for frame in self._inbox.take_frames():
            await self._carry_out(self._submit(frame))
        return self._lost

    def _send(self, frame: bytes, priority: Priority, token: int) -> None:
        # After `link_down` nobody takes from the inbox: the token counts as lost by then.
        self._inbox.put_frame(FrameToSend(frame, priority, token))

    def _submit(self, item: FrameToSend) -> list[Output]:
        return self._session.send(item.frame, item.priority, item.token, now_ms())

    def _wait_s(self) -> float | None:
        deadline_ms = self._session.deadline_ms()
        return None if deadline_ms is None else max(deadline_ms - now_ms(), 0) / 1000

    async def _handle(self, item: Item | None) -> None:
        match item:
            case Lost():
                self._lost = item.error
            case FrameToSend():
                await self._carry_out(self._submit(item))
            case bytes():
                await self._carry_out(self._session.receive(item, now_ms()))
            case None:
                pass
            case _:
                assert_never(item)
        # Time is looked at after every item, so that a chatty radio cannot hold it up, and only
        # after it, so that an answer that is here already counts.
        if self._wait_s() == 0:
            await self._carry_out(self._session.tick(now_ms()))

    async def _carry_out(self, outputs: list[Output]) -> None:
        for output in outputs:
            try:
                await self._carry_out_one(output)
            except LinkLost as error:
                self._lost = self._lost or error
        self._status.plan = self._session.plan or self._status.plan
        self._status.junk_bytes = self._transport.junk_bytes
        self._status.queue_free = self._session.queue_free
        self._status.refusal = self._session.refusal
        state = self._status.changed(now_ms())
        if state is not None:
            self._host.report(self._link, state)

    async def _carry_out_one(self, output: Output) -> None:
        match output:
            case Write() | Wake():
                await self._to_radio(output)
            case Gone():
                raise LinkLost(output.reason)
            case Up() | Down() | Refused():
                await self._announce(output)
            case _:
                await self._to_host(output)

    async def _to_radio(self, output: Write | Wake) -> None:
        if self._lost is not None:
            return
        if isinstance(output, Write):
            await self._transport.send(output.message)
        else:
            await self._transport.wake(is_thorough=output.is_thorough)

    async def _announce(self, output: Up | Down | Refused) -> None:
        match output:
            case Up():
                self.was_up = True
                self._status.up(output.plan)
                await self._host.link_up(self._link, output.plan.medium, self._send)
            case Down():
                self._status.down(output.reason)
                await self._host.link_down(self._link, output.reason)
            case Refused():
                self._status.refused(output.plan.refusal or "", output.plan)

    async def _to_host(self, output: HeardFrame | Utilisation | Ignored | Done) -> None:
        match output:
            case HeardFrame():
                self._status.heard()
                await self._host.frame_received(self._link, output.frame, output.snr_db)
            case Utilisation():
                self._status.utilisation_percent = output.percent
                await self._host.channel_utilisation(self._link, output.percent)
            case Ignored():
                self._status.ignored(output.reason)
            case Done():
                self._status.done(output.outcome)
                await self._host.transmit_done(
                    self._link, output.token, output.outcome, output.retry_after_ms
                )
            case _:
                assert_never(output)
