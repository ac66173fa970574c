"""Signed objects: the header, and that one form only is read."""

from collections.abc import Iterator

from meshnode.protocol import object as objects
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import KEY_ID_BYTES, CommunityId, SigningKey
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from tests.fuzz.harness import Harness, require, vectors

KEY = SigningKey(b"\x02" * 32)
COMMUNITY = CommunityId(bytes(16))
_FORM_BYTES = 2
_EXTENDED = 31


def run(data: bytes) -> bool:
    try:
        read = objects.decode(data)
    except PeerError:
        return False
    require(read.encoded == data and len(read.id) == 16, "an object is not the bytes it came as")
    require(not read.is_signed_by(KEY.public, COMMUNITY), "nobody signed this")
    again = objects.compose(
        key=KEY,
        community=COMMUNITY,
        kind=read.kind,
        body=read.body,
        sequence=read.sequence,
        created_min=read.created_min,
        lifetime_code=read.lifetime_code,
        codec=read.codec,
        parent=read.parent,
    )
    author = _FORM_BYTES + (read.kind >= _EXTENDED)
    behind = author + KEY_ID_BYTES
    require(again.encoded[:author] == data[:author], "the header has two forms")
    require(again.encoded[behind:-64] == data[behind:-64], "the content has two forms")
    require(again.is_signed_by(KEY.public, COMMUNITY), "our own signature does not count")
    return True


def seeds() -> Iterator[bytes]:
    rows = vectors("objects")
    for row in rows["objects"] + rows["refused_objects"]:
        yield bytes.fromhex(row["encoded"])


HARNESS = Harness(
    run=run, seeds=seeds, reads=(objects.decode,), bytes_max=OBJECT_BYTES_MAX + 8, mutations=2_000
)
