"""The one owner of the engine: events in, effects out, in order.

Not for: deciding (the engine) or media (links). Invariants: one event at a time; what must be
durable is committed before a frame that depends on it leaves; the queue is bounded, and a full
one makes links wait, which is backpressure.
"""

import asyncio
import logging
import time
from collections import deque
from functools import partial
from typing import Final

from meshnode import __version__
from meshnode.links import LinkState, Send
from meshnode.node.clock import Clock
from meshnode.node.denials import RefusedError
from meshnode.node.desks.refused import refusal_sentence
from meshnode.node.hub import Hub
from meshnode.protocol.effects import (
    CloseLink,
    Decode,
    Drop,
    Effect,
    ForgetRemoved,
    RemoveObject,
    SaveSetting,
    StoreObject,
    Transmit,
)
from meshnode.protocol.engine import Engine
from meshnode.protocol.errors import StoreError
from meshnode.protocol.events import (
    ChannelUtilisation,
    Decoded,
    Event,
    FrameReceived,
    LinkDown,
    LinkUp,
    Paced,
    Submitted,
    Tick,
    TransmitDone,
    WallClock,
)
from meshnode.protocol.keys import KeyId
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.object import SignedObject
from meshnode.protocol.pace import Pace
from meshnode.protocol.sketch import decode
from meshnode.store.port import Store, StoreEffect

EVENTS_MAX: Final = 256
"""Events waiting; more make links wait: a burst of a radio's phone queue is 32."""
UNSAVED_MAX: Final = 1024
"""Changes kept in memory while the disk takes none; the oldest are given up beyond that."""
WALL_CLOCK_S: Final = 60.0
"""How often the engine learns what the wall clock says."""
LINK_STATES_MAX: Final = 256
"""Links whose state is remembered: far more than a node has at a time."""

log = logging.getLogger(__name__)

_Waiting = asyncio.Future[None]


class Runner:
    """Runs one engine over one store. Links talk to it as their `Host`."""

    def __init__(self, *, engine: Engine, store: Store, clock: Clock, own: KeyId) -> None:
        self.engine = engine
        self.hub = Hub()
        self.version = __version__
        self.link_states: dict[str, LinkState] = {}
        self.notices: list[str] = []
        """What the operator should know since the start, whole sentences."""
        self._store = store
        self._clock = clock
        self._own = own
        self._events: asyncio.Queue[tuple[Event, _Waiting | None]] = asyncio.Queue(EVENTS_MAX)
        self._senders: dict[str, Send] = {}
        self._closed: deque[tuple[str, str]] = deque(maxlen=EVENTS_MAX)
        self._unsaved: deque[StoreEffect] = deque(maxlen=UNSAVED_MAX)
        self._store_problem: str | None = None
        self._begun_s = time.monotonic()
        self.close_requested = asyncio.Event()
        self.is_running = asyncio.Event()
        """Set once the engine knows the time: before, nothing should be signed."""

    @property
    def uptime_s(self) -> int:
        """Seconds since the start."""
        return int(time.monotonic() - self._begun_s)

    def now_ms(self) -> int:
        """Return the milliseconds by which the engine counts."""
        return self._clock.now_ms()

    def own_sequence_max(self) -> int:
        """Return the highest sequence number among our own objects that are held."""
        return max(
            (
                held.object.sequence
                for held in self.engine.held.values()
                if held.object.author == self._own
            ),
            default=0,
        )

    def problems(self) -> list[str]:
        """Return what wants somebody's attention now, in whole sentences."""
        problems = list(self.notices)
        if self._store_problem:
            problems.append(self._store_problem)
        for name, state in sorted(self.link_states.items()):
            if state.state == "refused":
                problems.append(f"{name}: {state.sentence}")
            problems += [f"{name}: {warning}" for warning in state.warnings]
        return problems

    def closed_links(self) -> list[tuple[str, str]]:
        """Return the links that the engine wants hung up, each once, with the reason."""
        self.close_requested.clear()
        closed = list(self._closed)
        self._closed.clear()
        return closed

    async def run(self) -> None:
        """Handle events until cancelled."""
        clock_due_s = 0.0
        while True:
            if time.monotonic() >= clock_due_s:
                await self._tell_time()
                self.is_running.set()
                clock_due_s = time.monotonic() + WALL_CLOCK_S
            wait_s = min(
                self._clock.seconds_until(self.engine.next_deadline_ms()),
                max(0.0, clock_due_s - time.monotonic()),
            )
            event, waiting = await self._next_event(wait_s)
            await self._handle(event, waiting)

    async def submit(self, thing: SignedObject) -> None:
        """Hand over an object made here; return once it is on disk, also if it was before.

        Raises:
            StoreError: It could not be saved.
            RefusedError: Our own rules refuse it.
        """
        waiting: _Waiting = asyncio.get_running_loop().create_future()
        await self._events.put((Submitted(thing), waiting))
        await waiting

    async def keep_to(self, pace: Pace) -> None:
        """Let the engine keep to another pace; return once it does."""
        waiting: _Waiting = asyncio.get_running_loop().create_future()
        await self._events.put((Paced(pace), waiting))
        await waiting

    async def link_up(self, link: str, medium: Medium, send: Send) -> None:
        """A link carries frames from now on."""
        self._senders[link] = send
        await self._events.put((LinkUp(link, medium), None))

    async def link_down(self, link: str, reason: str) -> None:
        """A link carries no frames any more."""
        self._senders.pop(link, None)
        log.info("link down", extra={"fields": {"link": link, "reason": reason}})
        await self._events.put((LinkDown(link), None))

    async def frame_received(self, link: str, frame: bytes, snr_db: float | None) -> None:
        """A link heard a frame."""
        await self._events.put((FrameReceived(link, frame, snr_db), None))

    async def transmit_done(
        self, link: str, token: int, outcome: Outcome, retry_after_ms: int
    ) -> None:
        """A link has finished with a frame."""
        await self._events.put((TransmitDone(link, token, outcome, retry_after_ms), None))

    async def channel_utilisation(self, link: str, percent: float) -> None:
        """The radio measured its channel."""
        await self._events.put((ChannelUtilisation(link, percent), None))

    def report(self, link: str, state: LinkState) -> None:
        """Remember how a link is."""
        known = self.link_states.pop(link, None)
        self.link_states[link] = state
        if len(self.link_states) > LINK_STATES_MAX:
            del self.link_states[next(iter(self.link_states))]
        if known is None or (known.state, known.sentence) != (state.state, state.sentence):
            fields = {"link": link, "state": state.state, "sentence": state.sentence}
            log.info("link state", extra={"fields": fields})
            self.hub.publish("link", **fields)

    async def _tell_time(self) -> None:
        minute = self._clock.wall_minute()
        is_synchronised = await self._clock.is_synchronised()
        await self._handle(WallClock(minute, is_synchronised), None)

    async def _next_event(self, wait_s: float) -> tuple[Event, _Waiting | None]:
        try:
            async with asyncio.timeout(wait_s):
                return await self._events.get()
        except TimeoutError:
            return Tick(), None

    async def _handle(self, event: Event, waiting: _Waiting | None) -> None:
        effects = self.engine.handle(event, self._clock.now_ms())
        problem = await self._save(effects, is_awaited=waiting is not None)
        for effect in effects:
            self._carry_out(effect, is_saved=problem is None)
        if waiting is not None and not waiting.done():
            self._answer(waiting, event, effects, problem)

    def _answer(
        self,
        waiting: _Waiting,
        event: Event,
        effects: list[Effect],
        problem: StoreError | None,
    ) -> None:
        if problem is not None and not isinstance(event, Paced):
            waiting.set_exception(problem)
            return
        is_done = isinstance(event, Submitted) and event.object.id in self.engine.held
        if is_done or isinstance(event, Paced):
            waiting.set_result(None)
            return
        reasons = [effect.reason for effect in effects if isinstance(effect, Drop)]
        if not reasons:
            # It was taken and lost its ground at once, or waits for its ground since it was heard.
            removed = [one.reason for one in effects if isinstance(one, RemoveObject)]
            reasons = removed[:1] or ["stranger"]
        waiting.set_exception(RefusedError(refusal_sentence(reasons), reason=reasons[0]))

    async def _save(self, effects: list[Effect], *, is_awaited: bool) -> StoreError | None:
        """Commit what must be durable; keep it for the next time if the disk takes nothing.

        What somebody waits for may have been held before, and not be on disk yet.
        """
        durable: list[StoreEffect] = [
            effect
            for effect in effects
            if isinstance(effect, StoreObject | RemoveObject | ForgetRemoved | SaveSetting)
        ]
        if not durable and not (is_awaited and self._unsaved):
            return None
        try:
            await self._store.apply([*self._unsaved, *durable])
        except StoreError as error:
            self._unsaved.extend(durable)
            if self._store_problem is None:
                log.error("store refuses", extra={"fields": {"problem": str(error)}})
            self._store_problem = str(error)
            return error
        self._unsaved.clear()
        self._store_problem = None
        return None

    def _carry_out(self, effect: Effect, *, is_saved: bool) -> None:
        match effect:
            case Transmit(link, frame, priority, token):
                send = self._senders.get(link)
                if send is not None and is_saved:
                    send(frame, priority, token)
                else:
                    self._lose(link, token)
            case StoreObject(thing, link):
                fields = {"id": thing.id.hex()[:8], "kind": int(thing.kind), "link": link or "here"}
                log.info("object", extra={"fields": fields})
                self.hub.publish("object", id=thing.id.hex(), number=int(thing.kind), link=link)
            case RemoveObject(thing_id, reason, until_min):
                # Without a minute it only lets come back what left before.
                if until_min:
                    self.hub.publish("removed", id=thing_id.hex(), reason=reason)
            case Drop(reason, link, detail):
                fields = {"reason": reason, "link": link or "here", "detail": detail}
                log.info("drop", extra={"fields": fields})
                self.hub.publish("drop", reason=reason, link=link)
            case Decode():
                self._decode(effect)
            case CloseLink(link, reason):
                self._closed.append((link, reason))
                self.close_requested.set()
            case _:
                pass

    def _decode(self, wanted: Decode) -> None:
        """Decode a sketch in a thread; a result for which the queue has no room is given up."""
        loop = asyncio.get_running_loop()
        work = partial(decode, wanted.difference, effort=wanted.effort)
        decoding = loop.run_in_executor(None, work)

        def hand_over(done: asyncio.Future[list[int] | None]) -> None:
            if not done.cancelled() and not self._events.full():
                self._events.put_nowait((Decoded(wanted.link, wanted.token, done.result()), None))

        decoding.add_done_callback(hand_over)

    def _lose(self, link: str, token: int) -> None:
        """Tell the engine that a frame did not leave; never wait, we are who empties the queue."""
        event = TransmitDone(link, token, Outcome.BUSY)
        if self._events.full():
            self.engine.handle(event, self._clock.now_ms())
        else:
            self._events.put_nowait((event, None))
