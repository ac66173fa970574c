"""The invite line: any text, and any payload behind a right checksum."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from hashlib import sha256

from meshnode.board.invite import PREFIX, Invite, decode_invite, encode_invite
from meshnode.protocol.errors import LimitError
from tests.community import (
    CHARTER,
    COMMUNITY,
    INVITED,
    NETWORK_KEY,
    ROOT,
    certificate,
    invitation,
    signing_key,
)
from tests.fuzz.harness import Harness, require

_LINE, _PAYLOAD = range(2)
_CHECK_BYTES = 4


def run(data: bytes) -> bool:
    """The first byte says whether the rest is a line or the bytes in one."""
    if data[:1] == bytes([_PAYLOAD]):
        line = line_of(data[1:])
    else:
        line = data[1:].decode("utf-8", "replace")
    try:
        invite = decode_invite(line)
    except LimitError:
        return False
    require(decode_invite(encode_invite(invite)) == invite, "an invite does not come back")
    return True


def line_of(payload: bytes) -> str:
    """Return the line that carries these bytes, with a right checksum."""
    check = sha256(payload).digest()[:_CHECK_BYTES]
    return PREFIX + urlsafe_b64encode(payload + check).decode().rstrip("=")


def seeds() -> Iterator[bytes]:
    assert signing_key("the key in an invitation").public == INVITED.public
    for sequence in (1, 2**35 - 1):
        line = encode_invite(_invite(sequence))
        yield bytes([_LINE]) + line.encode()
        yield bytes([_PAYLOAD]) + payload_of(line)


def payload_of(line: str) -> bytes:
    """Return the bytes in a line, without their checksum; nothing where it is none."""
    encoded = line.removeprefix(PREFIX)
    try:
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))[:-_CHECK_BYTES]
    except (Base64Error, ValueError):
        return b""


def _invite(sequence: int) -> Invite:
    seed = INVITED.private.private_bytes_raw()
    thing = invitation(sequence=sequence)
    return Invite(COMMUNITY, NETWORK_KEY, seed, CHARTER, (certificate(ROOT),), thing)


HARNESS = Harness(run=run, seeds=seeds, reads=(decode_invite,), bytes_max=1_100, mutations=3_000)
