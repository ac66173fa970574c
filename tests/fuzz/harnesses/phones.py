"""What a stranger sends who says to be a phone: header, pairing, fragment, code; and what is kept.

A signature would stop every changed header, so the harness signs it anew.
"""

import json
from collections.abc import Iterator

from meshnode.api.intake import parse_object
from meshnode.api.pairing.intake import parse_pairing, parse_public_key
from meshnode.api.refusals import RequestError
from meshnode.board.pairing.openings import code_secret, decode_opening, encode_opening
from meshnode.board.pairing.signed import (
    CHALLENGE_BYTES,
    decode_authorization,
    encode_authorization,
    signed_bytes,
    target_hash,
)
from meshnode.board.pairing.window import WINDOW, CounterWindow
from meshnode.node.pairing.phonebook import decode_phone, encode_phone
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import verify_once
from tests.community import ANNA, HERE
from tests.fuzz.harness import Cuts, Harness, require, vectors

_HEADER, _PAIRING, _OPENING, _CODE, _KEPT, _COUNTERS, _KEY = range(7)


def run(data: bytes) -> bool:
    """The first byte says what the rest is."""
    mode, rest = (data[0] % 7 if data else _HEADER), data[1:]
    try:
        return _READERS[mode](rest)
    except (PeerError, RequestError):
        return False


def _header(data: bytes) -> bool:
    text = data.decode("latin-1")
    given = decode_authorization(text)
    require(encode_authorization(given) == text, "a header in two forms")
    require((len(given.device_key), len(given.signature)) == (32, 64), "parts of another size")
    signed = signed_bytes(
        wants_seal=given.wants_seal,
        node_key=HERE.public,
        challenge=bytes(CHALLENGE_BYTES),
        counter=given.counter,
        target=target_hash("GET", text),
        body=data,
    )
    require(not verify_once(given.device_key, given.signature, signed), "a forged signature")
    require(verify_once(ANNA.public, ANNA.sign(signed), signed), "a right signature refused")
    return True


def _pairing(data: bytes) -> bool:
    wanted = parse_pairing(parse_object(data))
    require((len(wanted.key), len(wanted.proof)) == (32, 32), "parts of another size")
    return True


def _opening(data: bytes) -> bool:
    text = data.decode("latin-1")
    require(encode_opening(decode_opening(text)) == text, "a fragment in two forms")
    return True


def _code(data: bytes) -> bool:
    secret = code_secret(data.decode("utf-8", "replace"))
    require(code_secret(secret.decode().lower()) == secret, "a code that is not its own")
    return True


def _kept(data: bytes) -> bool:
    require(encode_phone(decode_phone(ANNA.public, data)) == data, "a phone in two forms")
    return True


def _key(data: bytes) -> bool:
    return len(parse_public_key(data.decode("latin-1"))) == 32


def _counters(data: bytes) -> bool:
    """No number is taken twice, none far behind, and every new highest one is."""
    cuts, window, taken = Cuts(data), CounterWindow(), {0}
    while cuts.remaining:
        step = cuts.byte()
        counter = max(taken) + step - 2 * WINDOW if step < 250 else cuts.byte() << 56
        is_fresh = counter not in taken and counter > max(taken) - WINDOW and counter > 0
        require(window.take(counter) is is_fresh, f"the number {counter}")
        if is_fresh:
            taken.add(counter)
    return True


def seeds() -> Iterator[bytes]:
    known = vectors("pairing")
    for row in known["requests"]:
        yield bytes([_HEADER]) + row["authorization"].encode()
    for value in known["refused_authorizations"]:
        yield bytes([_HEADER]) + value.encode("latin-1", "replace")
    for row in known["proofs"]:
        document = {"key": known["device"]["key"], "proof": row["phone"]}
        yield bytes([_PAIRING]) + json.dumps(document).encode()
    for row in known["openings"]:
        yield bytes([_OPENING]) + row["address"].partition("#")[2].encode()
    for row in known["codes"]["typed"]:
        yield bytes([_CODE]) + row["typed"].encode()
    yield bytes([_KEPT, 1]) + bytes(range(8))
    yield bytes([_COUNTERS]) + bytes(range(255))
    yield bytes([_KEY]) + known["device"]["key"].encode()


_READERS = {
    _HEADER: _header,
    _PAIRING: _pairing,
    _OPENING: _opening,
    _CODE: _code,
    _KEPT: _kept,
    _COUNTERS: _counters,
    _KEY: _key,
}

HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(
        decode_authorization,
        decode_opening,
        decode_phone,
        parse_pairing,
        parse_public_key,
    ),
    bytes_max=400,
    mutations=3_000,
)
