"""A packet on the air, as Meshtastic's 16-byte header describes it.

Not for: its content; `body` is ciphertext to everybody but `firmware`.
"""

from dataclasses import dataclass
from typing import Final

HEADER_BYTES: Final = 16
PHY_BYTES_MAX: Final = 255
"""The radio chip's packet, header included."""

BROADCAST: Final = 0xFFFF_FFFF
BROADCAST_NO_LORA: Final = 1
"""For all clients but not for the air."""

HOPS_MAX: Final = 7
"""Three bits in the header."""


@dataclass(frozen=True, slots=True)
class AirPacket:
    """What everybody in range receives.

    Shapes: `sender`, `to` and `id` are u32; `channel_hash` and `relay` are u8, `relay` being the
    last byte of the number of the node that sent this copy. `framing_bytes` are bytes on the air
    that `body` does not contain: worlds of engines send bare payloads.
    """

    sender: int
    id: int
    body: bytes
    to: int = BROADCAST
    hop_limit: int = 0
    hop_start: int = 0
    want_ack: bool = False
    channel_hash: int = 0
    relay: int = 0
    framing_bytes: int = 0

    @property
    def phy_bytes(self) -> int:
        """Bytes the radio chip sends."""
        return HEADER_BYTES + self.framing_bytes + len(self.body)

    @property
    def key(self) -> tuple[int, int]:
        """What tells a packet from all others, whoever relayed it."""
        return self.sender, self.id


def framing_bytes(payload_bytes: int) -> int:
    """Return what the encoded Data message adds to a payload on a private port.

    Port 3, bitfield 2, the payload's tag and length 2 or 3.
    Source: docs/spec/virtual_radio.md; meshtastic/protobufs, `mesh.proto`, `Data`.
    """
    return 3 + 2 + (2 if payload_bytes < 128 else 3)


def is_broadcast(to: int) -> bool:
    """Return whether a packet is for everybody."""
    return to in (BROADCAST, BROADCAST_NO_LORA)
