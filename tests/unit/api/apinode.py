"""A real node, asked over its UNIX socket, and a steward who holds the key of its community."""

import asyncio
import http.client
import json
import socket
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from meshnode.api.door.doors import open_doors
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.founding import certify, grant
from meshnode.board.trust.role import Role, RoleFields
from meshnode.node.clock import Clock
from meshnode.node.config import HttpSection
from meshnode.node.daemon import RunningNode, running_node
from meshnode.node.home import Home
from meshnode.node.settling import settle
from meshnode.protocol.keys import CommunityId, SigningKey, fingerprint
from meshnode.protocol.object import Kind, ShortId, SignedObject, compose, lifetime_code_for
from tests.neighbourhood import configured
from tests.pairedphone import PairedPhone
from tests.patience import ANSWER_S


def base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class ApiNode:
    """A running node and its community's steward."""

    node: RunningNode
    home: Home
    steward: SigningKey
    community: CommunityId
    minute: int
    sequences: dict[bytes, int] = field(default_factory=dict)

    async def ask(
        self, method: str, path: str, document: object = None, *, raw: bytes | None = None
    ) -> tuple[int, Any]:
        """Return status and document of an answer."""
        return await asyncio.to_thread(self._ask, method, path, document, raw)

    async def get(self, path: str) -> Any:
        status, document = await self.ask("GET", path)
        assert status == 200, document
        return document

    @property
    def port(self) -> int:
        """Where it listens over TCP."""
        address = next(one for one in self.node.addresses if one.startswith("http"))
        return int(address.rstrip("/").rpartition(":")[2])

    async def paired(self, key: SigningKey | None = None) -> PairedPhone:
        """Return a phone that was let in, with a key of its own or this one."""
        phone = PairedPhone(self.port) if key is None else PairedPhone(self.port, key)
        opening = self.node.service.phones.open_()
        answer = await asyncio.to_thread(phone.pair, opening.token)
        assert answer.status == 201, answer.document
        return phone

    async def submit(self, *things: SignedObject) -> tuple[int, Any]:
        return await self.ask(
            "POST", "/objects", {"objects": [base64(one.encoded) for one in things]}
        )

    async def take(self, *things: SignedObject) -> None:
        """Hand in objects that must be taken."""
        status, answer = await self.submit(*things)
        assert status == 201, answer
        assert [one["id"] for one in answer["objects"]] == [one.id.hex() for one in things]

    def certificate(
        self,
        key: SigningKey,
        name: str,
        *,
        by: SigningKey | None = None,
        identity_class: IdentityClass = IdentityClass.PERSON,
    ) -> SignedObject:
        author = by or self.steward
        return certify(
            author,
            self.community,
            key.public,
            name,
            identity_class=identity_class,
            minute=self.minute,
            sequence=self._next(author),
        )

    def role(self, key: SigningKey, role: Role) -> SignedObject:
        fields = RoleFields(role, fingerprint(key.public))
        return grant(
            self.steward,
            self.community,
            fields,
            minute=self.minute,
            sequence=self._next(self.steward),
        )

    def sign(
        self,
        key: SigningKey,
        kind: int,
        body: bytes,
        *,
        codec: int = 0,
        minutes: int = 1440,
        parent: ShortId | None = None,
        age: int = 0,
    ) -> SignedObject:
        return compose(
            key=key,
            community=self.community,
            kind=kind,
            codec=codec,
            body=body,
            sequence=self._next(key),
            created_min=self.minute - age,
            lifetime_code=lifetime_code_for(minutes),
            parent=parent,
        )

    def notice(
        self, key: SigningKey, target: SignedObject, fields: tuple[int, bytes], *, age: int = 0
    ) -> SignedObject:
        codec, body = fields
        return self.sign(
            key, Kind.NOTICE, body, codec=codec, minutes=1440, parent=target.short_id, age=age
        )

    def _next(self, key: SigningKey) -> int:
        self.sequences[key.id] = self.sequences.get(key.id, 100) + 1
        return self.sequences[key.id]

    def _ask(self, method: str, path: str, document: object, raw: bytes | None) -> tuple[int, Any]:
        body = raw if raw is not None or document is None else json.dumps(document).encode()
        with closing(_Connection(self.home.socket)) as connection:
            headers = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, f"/api/v1{path}", body=body, headers=headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(str(self._path))


@asynccontextmanager
async def api_node(
    directory: Path,
    names: Sequence[str] = ("nord",),
    *,
    http: HttpSection | None = None,
    steward: SigningKey | None = None,
) -> AsyncIterator[ApiNode]:
    """Run the first node of a community with its doors open; it is new without a `steward`."""
    homes = [Home(directory / name) for name in names]
    if steward is None:
        steward = settle(homes, names, minute=Clock().wall_minute())
    home = homes[0]
    config = replace(configured(home), http=http or HttpSection())
    async with running_node(home, config, doors=open_doors) as node:
        yield ApiNode(
            node=node,
            home=home,
            steward=steward,
            community=home.load_keyring().community,
            minute=node.service.voice.creation_minute(),
        )
