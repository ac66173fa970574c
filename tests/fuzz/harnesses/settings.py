"""What is read from this machine's own files: configuration, addresses, scenarios, numbers."""

from collections.abc import Callable, Iterator

from meshnode.api.door.sockets import parse_address
from meshnode.links.internet.addresses import parse_listen, parse_peer_url
from meshnode.links.meshtastic.address import parse_radio_url
from meshnode.node.config import parse_config, parse_text, render_config
from meshnode.protocol.errors import LimitError, LinkRefused
from meshnode.sim import scenariofile
from meshnode.sim.table import ScenarioError
from meshnode.store.counters import decode_numbers, encode_numbers
from meshnode.store.failures import Damaged
from tests.fuzz.harness import Harness, require

_SCENARIO = b'title = "x"\nnodes = 3\nhours = 2\n'
_SAMPLES: tuple[tuple[str, ...], ...] = (
    ("tls://node.example.org:4480", "tls://[::1]:1#sha256=ab", "ws://x"),
    ("0.0.0.0:4480", "[::]:0", "localhost"),
    ("serial:/dev/ttyUSB0", "tcp://192.168.1.20:4403", "ble:Nordmarkt", "tcp://[::1]"),
    ("0.0.0.0:8080", "[::1]:80", ":80"),
)


def _numbers(text: str) -> None:
    data = text.encode()
    require(encode_numbers(decode_numbers(data)) == data, "reserved numbers with two forms")


_READERS: tuple[Callable[[str], object], ...] = (
    lambda text: parse_text(text.encode(), "config.toml"),
    scenariofile.read,
    _numbers,
    parse_peer_url,
    parse_listen,
    parse_radio_url,
    parse_address,
)


def run(data: bytes) -> bool:
    """The first byte says who reads the rest."""
    text = data[1:].decode("utf-8", "replace")
    try:
        _READERS[data[0] % len(_READERS) if data else 0](text)
    except (LimitError, LinkRefused, ScenarioError, Damaged):
        return False
    return True


def seeds() -> Iterator[bytes]:
    yield b"\x00" + render_config('Kiosk "am Markt"').encode()
    yield b"\x00[radio]\nurls = ['serial:/dev/ttyUSB0']\n[airtime]\nshare = 0.05\n"
    yield b"\x01" + _SCENARIO
    for number in (b"9" * 5_000, b"0x" + b"f" * 5_000, b"[" * 5_000):
        yield b"\x00[airtime]\nshare = " + number
        yield b"\x01" + _SCENARIO.replace(b"3", number)
    for name in scenariofile.packaged_names():
        path = f"{scenariofile.__file__.rpartition('/')[0]}/scenarios/{name}.toml"
        with open(path, "rb") as file:
            yield b"\x01" + file.read()
    yield b"\x02" + encode_numbers({"objects": 12, "frames": 2**35})
    for number, samples in enumerate(_SAMPLES, start=3):
        for sample in samples:
            yield bytes([number]) + sample.encode()


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(
        parse_text,
        parse_config,
        decode_numbers,
        parse_peer_url,
        parse_listen,
        parse_radio_url,
        parse_address,
    ),
    bytes_max=6_000,
    mutations=2_000,
)
