"""One module a medium, behind one interface: a link moves frames and never looks inside.

A link is a coroutine that runs until it is cancelled and tells its `Host` what happens. One
link may carry several peers (the internet listener does): each is announced under its own name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.priority import Priority

Send = Callable[[bytes, Priority, int], None]
"""Take a frame, its priority and its token; never blocks. Answered by `Host.transmit_done`."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """How a link is, for people: one word, one sentence, and what is set up in a harmful way.

    `state` is one of `connecting`, `up`, `waiting` (will try again by itself), `refused`
    (needs the operator). `detail` names numbers worth seeing, by their unit (`preset`,
    `region`, `firmware`, `queue_free`, `peer`, `reconnects`, ...).
    """

    state: str
    sentence: str
    warnings: tuple[str, ...] = ()
    detail: dict[str, str | int | float] = field(default_factory=dict)


class Host(Protocol):
    """What a link talks to. Waiting in a coroutine here is backpressure: do not read on."""

    async def link_up(self, link: str, medium: Medium, send: Send) -> None:
        """`link` carries frames from now on; give them to `send`."""

    async def link_down(self, link: str, reason: str) -> None:
        """`link` carries no frames any more; tokens not answered yet are lost."""

    async def frame_received(self, link: str, frame: bytes, snr_db: float | None) -> None:
        """`link` heard a frame."""

    async def transmit_done(
        self, link: str, token: int, outcome: Outcome, retry_after_ms: int
    ) -> None:
        """`link` has finished with a frame."""

    async def channel_utilisation(self, link: str, percent: float) -> None:
        """The radio measured its channel."""

    def report(self, link: str, state: LinkState) -> None:
        """Remember how `link` is, for `status`."""


class Link(Protocol):
    """One configured medium."""

    name: str
    """Unique on this node and short: `radio:tcp://10.0.0.7:4403`, `internet`."""

    async def run(self, host: Host) -> None:
        """Serve until cancelled. Reconnects by itself; returns only when cancelled.

        Raises:
            LinkRefused: The configuration cannot work; the message says what to change.
        """

    def close_peer(self, link: str, reason: str) -> None:
        """Hang up on one peer of this link; unknown names are ignored."""
