"""Write pairing.json: pairing, signed requests and sealed answers with all that goes into them.

Run: `python -m tests.vectors.make_pairing`. Phone and node compare themselves with it.
"""

import json
from pathlib import Path
from typing import Any

from meshnode.board.pairing.answers import Answerer, answer_key
from meshnode.board.pairing.openings import (
    Opening,
    Secret,
    code_secret,
    encode_opening,
    node_hash,
    spell_code,
)
from meshnode.board.pairing.proofs import node_proof, phone_proof, signed_by_node
from meshnode.board.pairing.signed import (
    Authorization,
    encode_authorization,
    signed_bytes,
    target_hash,
)
from meshnode.board.pairing.window import CounterWindow
from meshnode.protocol.agreement import agreement_key_of, agreement_public
from meshnode.protocol.keys import SigningKey

PATH = Path(__file__).with_name("pairing.json")

NODE = SigningKey(bytes(range(32)))
DEVICE = SigningKey(bytes(range(32, 64)))
TOKEN = bytes(range(0x80, 0x90))
SEED = bytes(range(0xA0, 0xC0))
CHALLENGE = bytes(range(0xC0, 0xD0))
CODE_RANDOM = bytes.fromhex("99ee2a27ad")
FIRST_COUNTER = 1_790_000_000_123

_TYPED = ("k7q2-m9xd", "K7Q2 M9XD", "k7q2m9xd", "O1iL-lI0o")
_BAD_CODES = ("", "K7Q2-M9X", "K7Q2-M9XDD", "K7Q2-M9XU", "K7Q2_M9XD", "\u0663" * 8)
_REQUESTS: tuple[tuple[str, str, str, str, bytes, bool], ...] = (
    ("reading", "GET", "/api/v1/me", "", b"", True),
    ("reading with a query", "GET", "/api/v1/members", "name=J%C3%BCrgen&revoked=true", b"", True),
    ("a path in two letters for one", "GET", "/api/v1/members/%41nna", "", b"", True),
    ("writing", "POST", "/api/v1/objects", "", b'{"objects":["AAAA"]}', True),
    ("writing, unsealed answer", "POST", "/api/v1/pairings/end", "", b"{}", False),
)
_ANSWERS: tuple[tuple[str, int, str], ...] = (
    ("reading", 200, '{"member":null}'),
    ("writing", 201, '{"objects":[{"id":"00112233445566778899aabbccddeeff"}]}'),
    ("reading with a query", 403, '{"error":{"code":"not_allowed","message":"…"}}'),
)
_COUNTERS = (0, 5, 5, 3, 4, 3, 68, 4, 5, 6, 6, 67, 1000, 936, 937, 937, 999, 2**64 - 1, 1000, 1001)


def build() -> dict[str, Any]:
    """Return the content of pairing.json."""
    requests = {name: _request(at, *one) for at, (name, *one) in enumerate(_REQUESTS)}
    return {
        "about": "Made by tests/vectors/make_pairing.py. Byte strings are hex. "
        "See docs/spec/pairing.md.",
        "node": {"seed": bytes(range(32)).hex(), "key": NODE.public.hex()},
        "device": {"seed": bytes(range(32, 64)).hex(), "key": DEVICE.public.hex()},
        "openings": [_opening(None), _opening(SEED)],
        "refused_openings": _refused_openings(),
        "codes": _codes(),
        "proofs": [
            _proofs("token", Secret(TOKEN)),
            _proofs("code", code_secret(spell_code(CODE_RANDOM))),
        ],
        "challenge": CHALLENGE.hex(),
        "requests": list(requests.values()),
        "refused_authorizations": _refused_headers(requests["reading"]["authorization"]),
        "counters": _counters(),
        "answers": [_answer(requests[name], status, text) for name, status, text in _ANSWERS],
    }


def serialise(content: dict[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _opening(seed: bytes | None) -> dict[str, Any]:
    opening = Opening(TOKEN, node_hash(NODE.public), seed)
    return {
        "name": "without an invitation" if seed is None else "with an invitation",
        "token": TOKEN.hex(),
        "node_hash": opening.node_hash.hex(),
        "seed": None if seed is None else seed.hex(),
        "address": f"http://192.168.1.20:8080/#{encode_opening(opening)}",
    }


def _refused_openings() -> list[str]:
    good = encode_opening(Opening(TOKEN, node_hash(NODE.public)))
    one, token, node = good.split(".")
    return [
        "",
        "1",
        f"2.{token}.{node}",
        f"{one}.{token}",
        f"{one}.{token}.{node}.",
        f"{one}.{token}.{node}.{token}",
        f"{one}.{token}=.{node}",
        f"{one}.{token}.{node[:-1]}h",
        f"{one}.{token[:-2]}.{node}",
        f"#{good}",
        f"{good}.{'A' * 43}.A",
    ]


def _codes() -> dict[str, Any]:
    shown = spell_code(CODE_RANDOM)
    return {
        "random": CODE_RANDOM.hex(),
        "shown": shown,
        "typed": [{"typed": one, "secret": code_secret(one).hex()} for one in (shown, *_TYPED)],
        "refused": list(_BAD_CODES),
    }


def _proofs(name: str, secret: Secret) -> dict[str, str]:
    proof = node_proof(secret, NODE.public, DEVICE.public)
    return {
        "name": name,
        "secret": secret.hex(),
        "phone": phone_proof(secret, DEVICE.public).hex(),
        "node": proof.hex(),
        "node_signs": signed_by_node(DEVICE.public, proof).hex(),
        "signature": NODE.sign(signed_by_node(DEVICE.public, proof)).hex(),
    }


def _request(at: int, *one: Any) -> dict[str, Any]:
    method, path, query, body, wants_seal = one
    counter = FIRST_COUNTER + at
    target = target_hash(method, path, query)
    signed = signed_bytes(
        wants_seal=wants_seal,
        node_key=NODE.public,
        challenge=CHALLENGE,
        counter=counter,
        target=target,
        body=body,
    )
    given = Authorization(wants_seal, DEVICE.public, counter, DEVICE.sign(signed))
    return {
        "name": _REQUESTS[at][0],
        "method": method,
        "path": path,
        "query": query,
        "body": body.decode(),
        "sealed": wants_seal,
        "counter": counter,
        "target": target.hex(),
        "signed": signed.hex(),
        "signature": given.signature.hex(),
        "authorization": encode_authorization(given),
    }


def _refused_headers(good: str) -> list[str]:
    scheme, _, rest = good.partition(" ")
    version, flags, key, counter, signature = rest.split(".")

    def other(*parts: str) -> str:
        return f"{scheme} {'.'.join(parts)}"

    return [
        "",
        scheme,
        f"Bearer {rest}",
        f"{scheme.lower()} {rest}",
        f"{scheme}  {rest}",
        f"{good} ",
        other("2", flags, key, counter, signature),
        other(version, "", key, counter, signature),
        other(version, "ss", key, counter, signature),
        other(version, "x", key, counter, signature),
        other(version, flags, key[:-1], counter, signature),
        other(version, flags, key + "=", counter, signature),
        other(version, flags, key, "0", signature),
        other(version, flags, key, f"0{counter}", signature),
        other(version, flags, key, f"+{counter}", signature),
        other(version, flags, key, str(2**64), signature),
        other(version, flags, key, "\u0661", signature),
        other(version, flags, key, counter, signature[:-2]),
        other(version, flags, key, counter, signature[:-1] + "B"),
        other(version, flags, key, counter),
        other(version, flags, key, counter, signature, ""),
    ]


def _counters() -> list[dict[str, Any]]:
    window = CounterWindow()
    # As text: the largest one is above what a number of JavaScript holds.
    return [{"counter": str(one), "taken": window.take(one)} for one in _COUNTERS]


def _answer(request: dict[str, Any], status: int, text: str) -> dict[str, Any]:
    agreement = agreement_key_of(NODE)
    agreed = agreement.agree(agreement_public(DEVICE.public))
    sealed = Answerer(agreement, NODE.public, CHALLENGE).seal(
        text.encode(),
        device=DEVICE.public,
        counter=request["counter"],
        status=status,
        target=bytes.fromhex(request["target"]),
    )
    key = answer_key(agreed, CHALLENGE, node=NODE.public, device=DEVICE.public)
    return {
        "request": request["name"],
        "status": status,
        "text": text,
        "agreed": agreed.hex(),
        "key": key.hex(),
        "nonce": (bytes(4) + int(request["counter"]).to_bytes(8, "big")).hex(),
        "aad": (status.to_bytes(2, "big") + bytes.fromhex(request["target"])).hex(),
        "sealed": sealed.hex(),
    }


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
