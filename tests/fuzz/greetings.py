"""What another node's TLS says before frames come: its certificate and its greeting."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.serialization import Encoding

from meshnode.links.internet.certificate import Authority, peer_key
from meshnode.links.internet.greeting import Greeting, greet
from meshnode.protocol.errors import LinkLost, LinkRefused
from meshnode.protocol.keys import SigningKey, is_acceptable
from tests.fuzz.harness import require

_GREETING = 1
_LAST_WORD = 0x80


class _Stream:
    """A stream with one byte in it."""

    def __init__(self, answer: int) -> None:
        self._answer = answer
        self.said = b""

    async def read(self, bytes_max: int, /) -> bytes:
        return bytes([self._answer])[:bytes_max]

    async def write(self, data: bytes, /) -> None:
        self.said += data


def run(data: bytes) -> bool:
    """The first byte says whether the rest is a greeting or a certificate."""
    try:
        if data[:1] == bytes([_GREETING]):
            return _greet(*data[1:3].ljust(2, b"\0"))
        key = peer_key(data[1:])
    except (LinkLost, LinkRefused):
        return False
    require(is_acceptable(key), "a key that anybody could sign for")
    return True


def seeds() -> Iterator[bytes]:
    authority = Authority(bytes(range(32)))
    certificates = [authority.certificate]
    certificates += [authority.certify(SigningKey(bytes([one]) * 32)) for one in (1, 2)]
    for certificate in certificates:
        yield b"\x00" + certificate.public_bytes(Encoding.DER)
    for verdict in (*Greeting, *(one | _LAST_WORD for one in Greeting)):
        for answer in (*Greeting, 0):
            yield bytes([_GREETING, verdict, answer])


def _greet(first: int, answer: int) -> bool:
    verdict = Greeting(1 + (first & ~_LAST_WORD) % len(Greeting))
    stream = _Stream(answer)
    greeting = greet(stream, has_last_word=bool(first & _LAST_WORD), verdict=lambda: verdict)
    try:
        greeting.send(None)
    except StopIteration:
        is_wanted = verdict is Greeting.YES and answer == Greeting.YES
        require(is_wanted and stream.said == b"\x01", "a connection that one side does not want")
        return True
    finally:
        greeting.close()
    raise AssertionError("a greeting that waits for nothing")
