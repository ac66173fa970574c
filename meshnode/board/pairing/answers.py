"""Sealed answers: what the node says to one phone, so that others on the Wi-Fi see its size only.

Not for: messages between people (`meshnode.board.mail.sealed`). Invariants: a key is of one phone
and one start of the node, a nonce of one number, so that no two answers share a key stream; an
answer fits one request only.
Source: docs/spec/pairing.md section 4.
"""

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from meshnode.protocol.agreement import AgreementKey, agreement_public
from meshnode.protocol.hpke import KEY_BYTES, expand, extract, open_once
from meshnode.protocol.keys import PublicKey

SEALED_TYPE: Final = "application/meshnode-sealed"
"""The content type of a sealed answer."""
_INFO: Final = b"meshnode answer 1\0"
_KEYS_MAX: Final = 256
"""Keys remembered: phones that ask at the same time. One costs an agreement to find again."""


def answer_key(agreed: bytes, challenge: bytes, *, node: PublicKey, device: PublicKey) -> bytes:
    """Return the key of all answers to a phone until the node's next start.

    Shapes: `agreed` is what the agreement keys of both give: 32 bytes.
    """
    return expand(extract(challenge, agreed), _INFO + node + device, KEY_BYTES)


class Answerer:
    """The node's side: seals answers. `challenge` is that of this start of the node."""

    def __init__(self, agreement: AgreementKey, node: PublicKey, challenge: bytes) -> None:
        self._agreement = agreement
        self._node = node
        self._challenge = challenge
        self._key = lru_cache(maxsize=_KEYS_MAX)(self._derive)

    def seal(
        self, plaintext: bytes, *, device: PublicKey, counter: int, status: int, target: bytes
    ) -> bytes:
        """Return a sealed answer, 16 bytes longer; once for a number that was just used up.

        Raises:
            PeerError: The phone's key is none with which one can agree.
        """
        key = self._key(device)
        return ChaCha20Poly1305(key).encrypt(_nonce(counter), plaintext, _aad(status, target))

    def _derive(self, device: PublicKey) -> bytes:
        agreed = self._agreement.agree(agreement_public(device))
        return answer_key(agreed, self._challenge, node=self._node, device=device)


def open_answer(key: bytes, sealed: bytes, *, counter: int, status: int, target: bytes) -> bytes:
    """Return what an answer says; `key` is from `answer_key`.

    Raises:
        PeerError: It is not the node's answer to this request with this status.
    """
    return open_once(key, _nonce(counter), _aad(status, target), sealed)


def _nonce(counter: int) -> bytes:
    return bytes(4) + counter.to_bytes(8, "big")


def _aad(status: int, target: bytes) -> bytes:
    return status.to_bytes(2, "big") + target
