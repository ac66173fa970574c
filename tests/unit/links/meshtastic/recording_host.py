"""A host that writes down what a link tells it, and lets a test wait for it."""

import asyncio
from collections.abc import Callable

from meshnode.links import LinkState, Send
from meshnode.protocol.medium import Medium, Outcome
from tests.patience import ANSWER_S


class RecordingHost:
    def __init__(self) -> None:
        self.events: list[str] = []
        self.frames: list[tuple[bytes, float | None]] = []
        self.done: dict[int, tuple[Outcome, int]] = {}
        self.states: list[LinkState] = []
        self.utilisation: list[float] = []
        self.medium: Medium | None = None
        self.send: Send | None = None
        self._news = asyncio.Event()

    @property
    def is_up(self) -> bool:
        return self.send is not None

    @property
    def state(self) -> LinkState:
        return self.states[-1]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds, looking whenever something happened."""
        async with asyncio.timeout(ANSWER_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def link_up(self, link: str, medium: Medium, send: Send) -> None:
        assert self.send is None, "two link_up without a link_down"
        self.medium, self.send = medium, send
        self._note(f"up {link}")

    async def link_down(self, link: str, reason: str) -> None:
        assert self.send is not None, "link_down without a link_up"
        self.send = None
        self._note(f"down {reason}")

    async def frame_received(self, link: str, frame: bytes, snr_db: float | None) -> None:
        self.frames.append((frame, snr_db))
        self._note("frame")

    async def transmit_done(
        self, link: str, token: int, outcome: Outcome, retry_after_ms: int
    ) -> None:
        assert token not in self.done, f"token {token} was answered twice"
        self.done[token] = (outcome, retry_after_ms)
        self._note(f"done {token} {outcome.value}")

    async def channel_utilisation(self, link: str, percent: float) -> None:
        self.utilisation.append(percent)
        self._note("utilisation")

    def report(self, link: str, state: LinkState) -> None:
        self.states.append(state)
        self._note(state.state)

    def _note(self, event: str) -> None:
        self.events.append(event)
        self._news.set()
