"""What stories look at once they are told: what nodes hold, what it costs, and what leaked."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from meshnode.commands.client import Client
from meshnode.protocol.batch import data_count
from meshnode.protocol.cursor import block
from meshnode.protocol.frames import object_room_bytes, symbol_room_bytes
from meshnode.protocol.limits import FRAME_BYTES_MAX_DEFAULT

_AGES = ("age_s", "expires_in_s")


def frame_count(encoded: bytes) -> int:
    """Return how many radio frames an object takes that is said alone, where none is lost."""
    content = len(block(encoded))
    if content <= object_room_bytes(FRAME_BYTES_MAX_DEFAULT):
        return 1
    return data_count(content, symbol_room_bytes(FRAME_BYTES_MAX_DEFAULT))


def trade_at(home: Path) -> list[bytes]:
    """Return the offers and requests that a node holds, and each step of their claims, signed."""
    client = Client(home)
    ids = list[str]()
    for one in client.get("/offers")["offers"]:
        ids.append(one["id"])
        for claim in client.get(f"/offers/{one['root']}")["claims"]:
            ids += [claim["id"], *(step["id"] for step in claim["steps"])]
    return [_bytes(client.get(f"/objects/{one}/papers")["encoded"]) for one in ids]


def sealed_at(home: Path) -> list[bytes]:
    """Return the sealed objects that a node holds."""
    return [_bytes(one["encoded"]) for one in Client(home).get("/sealed")["sealed"]]


def assert_nodes_never_had(
    secrets: Mapping[str, str], directory: Path, *, held: list[bytes]
) -> None:
    """Search everything but what people keep; that `held` is found shows that it was searched."""
    files = [one for one in directory.rglob("*") if one.is_file() and "people" not in one.parts]
    assert any(one.suffix == ".log" for one in files)
    read = {path: path.read_bytes() for path in files}
    everything = b"".join(read.values())
    assert held, "nothing was sealed"
    assert all(one in everything for one in held), "not all was searched"
    for path, data in read.items():
        for what, secret in secrets.items():
            assert secret.encode() not in data, f"{what} is in {path.name}"


def timeless(view: Any, *, without: tuple[str, ...] = ()) -> Any:
    """Return a document without ages, on all levels."""
    if isinstance(view, list):
        return [timeless(one, without=without) for one in view]
    if isinstance(view, dict):
        left_out = (*_AGES, *without)
        kept = {name: one for name, one in view.items() if name not in left_out}
        return {name: timeless(one, without=without) for name, one in kept.items()}
    return view


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
