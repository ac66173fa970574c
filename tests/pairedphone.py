"""A phone as the browser app is one, in Python: pairs over TCP, signs requests, opens answers."""

import http.client
import json
import os
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from meshnode.board.pairing.answers import SEALED_TYPE, answer_key, open_answer
from meshnode.board.pairing.openings import Secret
from meshnode.board.pairing.proofs import node_proof, phone_proof, signed_by_node
from meshnode.board.pairing.signed import (
    Authorization,
    encode_authorization,
    signed_bytes,
    target_hash,
)
from meshnode.protocol.agreement import agreement_key_of, agreement_public
from meshnode.protocol.keys import PublicKey, SigningKey, verify
from tests.patience import ANSWER_S

BASE = "/api/v1"
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What came back: status, document and headers; `was_sealed`: nobody between could read it."""

    status: int
    document: Any
    headers: dict[str, str]
    was_sealed: bool

    @property
    def code(self) -> str:
        """The error's code."""
        return str(self.document["error"]["code"])


@dataclass
class PairedPhone:
    """One phone at one node, which listens at `port` of this machine."""

    port: int
    key: SigningKey = field(default_factory=lambda: SigningKey(os.urandom(32)))
    node_key: PublicKey | None = None
    challenge: bytes = bytes(16)
    counter: int = 1_000

    def pair(self, secret: bytes) -> Answer:
        """Pair by a token or a code's secret, and check what the node says."""
        proof = phone_proof(Secret(secret), self.key.public)
        asked = {"key": self.key.public.hex(), "proof": proof.hex()}
        answer = self.plain("POST", "/pairings", asked)
        if answer.status != 201:
            return answer
        node = PublicKey(bytes.fromhex(answer.document["node"]["key"]))
        own = bytes.fromhex(answer.document["proof"])
        assert own == node_proof(Secret(secret), node, self.key.public)
        signature = bytes.fromhex(answer.document["signature"])
        assert verify(node, signature, signed_by_node(self.key.public, own))
        self.node_key, self.challenge = node, bytes.fromhex(answer.document["challenge"])
        return answer

    def plain(self, method: str, path: str, document: object = None, **headers: str) -> Answer:
        """Ask as somebody without a phone."""
        return self._ask(method, BASE + path, _body(document), headers)

    def ask(
        self,
        method: str,
        path: str,
        document: object = None,
        *,
        wants_seal: bool = True,
        **headers: str,
    ) -> Answer:
        """Ask as this phone; a sealed answer is opened."""
        body = _body(document)
        given = self.authorization(method, BASE + path, body, wants_seal=wants_seal)
        signed = {"Authorization": encode_authorization(given), **headers}
        answer = self._ask(method, BASE + path, body, signed, given=given)
        assert answer.status in (400, 401, 413, 421) or answer.was_sealed is wants_seal
        return answer

    def authorization(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        *,
        wants_seal: bool = True,
        counter: int | None = None,
        key: SigningKey | None = None,
        challenge: bytes | None = None,
    ) -> Authorization:
        """Sign a request; what is given is signed instead of the right thing."""
        self.counter += 1
        number = self.counter if counter is None else counter
        assert self.node_key is not None
        path, _, query = target.partition("?")
        signed = signed_bytes(
            wants_seal=wants_seal,
            node_key=self.node_key,
            challenge=self.challenge if challenge is None else challenge,
            counter=number,
            target=target_hash(method, path, query),
            body=body or b"",
        )
        signature = (key or self.key).sign(signed)
        return Authorization(wants_seal, self.key.public, number, signature)

    def opened(self, given: Authorization, sealed: bytes, status: int, target: bytes) -> bytes:
        """Open a sealed answer to a request of this phone's."""
        assert self.node_key is not None
        agreed = agreement_key_of(self.key).agree(agreement_public(self.node_key))
        key = answer_key(agreed, self.challenge, node=self.node_key, device=self.key.public)
        return open_answer(key, sealed, counter=given.counter, status=status, target=target)

    def _ask(
        self,
        method: str,
        target: str,
        body: bytes | None,
        headers: dict[str, str],
        *,
        given: Authorization | None = None,
    ) -> Answer:
        sent = {} if body is None else {"Content-Type": JSON}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        with closing(connection):
            connection.request(method, target, body=body, headers=sent | headers)
            response = connection.getresponse()
            content = response.read()
        received = {name.lower(): value for name, value in response.getheaders()}
        was_sealed = received.get("content-type") == SEALED_TYPE
        if was_sealed and given is not None:
            path, _, query = target.partition("?")
            hashed = target_hash(method, path, query)
            content = self.opened(given, content, response.status, hashed)
        document = json.loads(content) if content else None
        return Answer(response.status, document, received, was_sealed)


def _body(document: object) -> bytes | None:
    return None if document is None else json.dumps(document).encode()
