"""Every bound of the protocol: value, unit, reason.

Bounds of one algorithm stand beside it; here are those that two modules share.
"""

from typing import Final

OBJECT_BYTES_MAX: Final = 2048
"""Largest encoded object. Eleven frames of 200 bytes: 22 s of LongFast, what one post may cost."""

OBJECT_OVERHEAD_BYTES_MAX: Final = 83
"""Everything beside the body, with a parent and the longest sequence number."""

BODY_BYTES_MAX: Final = OBJECT_BYTES_MAX - OBJECT_OVERHEAD_BYTES_MAX
"""Largest body; leaves room for the longest header and the signature."""

SEQUENCE_MAX: Final = 2**35 - 1
"""Largest sequence number: five varint bytes."""

CREATED_MIN_MAX: Final = 2**24 - 1
"""Largest creation minute: 24 bits since 2024-01-01, until November 2055."""

FUTURE_MINUTES_MAX: Final = 24 * 60
"""An object made further ahead of our clock than this is refused: a lie or a broken clock."""

CLOCK_ABSORB_MINUTES_MAX: Final = 10
"""A creation time this far ahead of our clock still moves our logical clock forward."""

FRAME_BYTES_MAX_DEFAULT: Final = 200
"""Frame size on Meshtastic. 231 is the radio's limit; shorter frames are lost less."""

STREAM_FRAME_BYTES_MAX: Final = 65_536
"""Largest frame on a stream (LAN, internet)."""

HELD_OBJECTS_MAX: Final = 50_000
"""Objects one node holds; about 30 MB of memory. Above it new ordinary objects are refused."""

HELD_RESERVE: Final = 5_000
"""Objects above that bound for alerts, withdrawals and who belongs to the community."""

WAITING_OBJECTS_MAX: Final = 64
"""Objects kept while their author's profile has not arrived yet."""

WAITING_MS_MAX: Final = 120_000
"""How long such an object waits before it counts as a stranger's."""

GONE_MINUTES: Final = 48 * 60
"""How long the id of an expired object is remembered, to answer a node whose clock is behind."""
