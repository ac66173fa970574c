"""Which channels a radio has, and the encryption that goes with them.

AES-CTR without any check: who has the key can read, and can write whatever it likes.
Not for: direct messages, which are encrypted for their receiver alone (`direct`).
Source: meshtastic/firmware 2.7.26, `src/mesh/Channels.cpp`, `src/mesh/CryptoEngine.cpp`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from meshtastic.protobuf import channel_pb2

PLACES: Final = 8
DEFAULT_KEY: Final = bytes.fromhex("d4f1bb3a20290759f0bcffabcf4e6901")
"""The key everybody knows; the app shows it as AQ==."""

PRESET_NAMES: Final = {
    "SHORT_TURBO": "ShortTurbo",
    "SHORT_FAST": "ShortFast",
    "SHORT_SLOW": "ShortSlow",
    "MEDIUM_FAST": "MediumFast",
    "MEDIUM_SLOW": "MediumSlow",
    "LONG_TURBO": "LongTurbo",
    "LONG_FAST": "LongFast",
    "LONG_MODERATE": "LongMod",
    "LONG_SLOW": "LongSlow",
}
"""What a channel without a name is called."""


@dataclass(frozen=True, slots=True)
class Key:
    """One usable channel: its place, its one-byte hash and its key (empty: in the clear)."""

    index: int
    hash: int
    key: bytes


class Channels:
    """The eight channel places of a radio."""

    def __init__(self, *, preset: str, secondaries: tuple[tuple[str, bytes], ...] = ()) -> None:
        self.preset = preset
        self.settings = [channel_pb2.Channel(index=index) for index in range(PLACES)]
        self.settings[0].role = channel_pb2.Channel.PRIMARY
        self.settings[0].settings.psk = b"\x01"
        for index, (name, key) in enumerate(secondaries[: PLACES - 1], start=1):
            self.settings[index].role = channel_pb2.Channel.SECONDARY
            self.settings[index].settings.name = name
            self.settings[index].settings.psk = key

    def key_at(self, index: int) -> Key | None:
        """Return how to encrypt on the channel at `index`; None when there is none."""
        if not 0 <= index < PLACES:
            return None
        channel = self.settings[index]
        if channel.role == channel_pb2.Channel.DISABLED:
            return None
        psk = channel.settings.psk
        if not psk and channel.role == channel_pb2.Channel.SECONDARY:
            psk = self.settings[0].settings.psk
        key = expanded(psk)
        name = channel.settings.name or PRESET_NAMES.get(self.preset, "Custom")
        return Key(index, _xor(name.encode()) ^ _xor(key), key)

    def write(self, channel: channel_pb2.Channel) -> bool:
        """Set one channel; False when there is no such place. A new primary ends the old."""
        if not 0 <= channel.index < PLACES:
            return False
        if channel.role == channel_pb2.Channel.PRIMARY:
            for other in self.settings:
                if other.role == channel_pb2.Channel.PRIMARY:
                    other.role = channel_pb2.Channel.SECONDARY
        self.settings[channel.index].CopyFrom(channel)
        return True

    def candidates(self, channel_hash: int) -> Iterator[Key]:
        """Yield the channels with this hash. One byte is short: the key may be a wrong one."""
        for index in range(PLACES):
            key = self.key_at(index)
            if key is not None and key.hash == channel_hash:
                yield key


def expanded(psk: bytes) -> bytes:
    """Return the key behind its short form: 0, 16 or 32 bytes."""
    if len(psk) == 1:
        if psk == b"\x00":
            return b""
        return DEFAULT_KEY[:-1] + bytes([(DEFAULT_KEY[-1] + psk[0] - 1) & 0xFF])
    if not psk:
        return b""
    return psk.ljust(16 if len(psk) <= 16 else 32, b"\x00")[:32]


def encrypted(key: bytes, sender: int, packet_id: int, data: bytes) -> bytes:
    """Encrypt or decrypt; the two are the same."""
    if not key:
        return data
    nonce = packet_id.to_bytes(8, "little") + sender.to_bytes(4, "little") + bytes(4)
    cipher = Cipher(algorithms.AES(key), modes.CTR(nonce)).encryptor()
    return cipher.update(data) + cipher.finalize()


def _xor(data: bytes) -> int:
    return reduce(xor, data, 0)
