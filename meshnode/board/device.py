"""Devices: an identity names a key that signs for it every day.

Source: docs/spec/kinds.md section 5.
"""

from meshnode.board.parts import encode_key, read_key, require_plain
from meshnode.protocol.cursor import Reader
from meshnode.protocol.keys import PublicKey


def encode_device(public_key: PublicKey) -> bytes:
    """Return the body; its codec is 0.

    Raises:
        CallerError: The key has no valid form.
    """
    return encode_key(public_key)


def decode_device(codec: int, body: bytes) -> PublicKey:
    """Return the device's key.

    Raises:
        PeerError: The body is damaged or not canonical.
    """
    require_plain(codec, "a device")
    reader = Reader(body)
    public_key = read_key(reader)
    reader.finish()
    return public_key
