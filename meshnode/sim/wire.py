"""A modelled wire: a reliable, ordered stream between two nodes, as the internet link gives one."""

from typing import Final

from meshnode.protocol.events import FrameReceived, LinkDown, LinkUp, TransmitDone
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium, Outcome
from meshnode.sim.kernel import Kernel
from meshnode.sim.node import Node

WIRE_DELAY_MS: Final = 40.0


class Wire:
    """A reliable, ordered stream between two nodes, as the internet link gives one."""

    def __init__(self, kernel: Kernel, name: str, ends: tuple[Node, Node]) -> None:
        self.name = name
        self.ends = ends
        self.bytes_carried = 0
        self._kernel = kernel
        self._session = 0
        self._is_up = False

    def join(self) -> None:
        """Connect both ends."""
        if self._is_up or not all(end.engine for end in self.ends):
            return
        self._is_up = True
        self._session += 1
        for end, other in (self.ends, self.ends[::-1]):
            medium = Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=other.key.public)
            end.handle(LinkUp(self.name, medium))

    def cut(self) -> None:
        """Hang up; what is under way is lost."""
        if self._is_up:
            self._is_up = False
            self._session += 1
            for end in self.ends:
                end.handle(LinkDown(self.name))

    def carry(self, sender: Node, frame: bytes, token: int) -> None:
        """Take a frame from one end to the other."""
        session = self._session
        other = self.ends[1] if sender is self.ends[0] else self.ends[0]
        self.bytes_carried += len(frame)

        def arrive() -> None:
            if self._session == session:
                sender.handle(TransmitDone(self.name, token, Outcome.SENT))
                other.handle(FrameReceived(self.name, frame))

        self._kernel.call_in(WIRE_DELAY_MS, arrive)
