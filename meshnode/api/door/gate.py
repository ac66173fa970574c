"""The gate: who may use an address over TCP. One policy for all of them, and the only one.

Not for: by which name and from which page a browser came (`guard`, `origins`).
Invariants: an endpoint runs only for whom its operation is; whatever is wrong with a signature has
one answer; a sealed answer is sealed with a number that was just used up, refusals among them.
Source: docs/spec/pairing.md sections 3 to 6.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from meshnode.api.codes import ErrorCode
from meshnode.api.door.callers import Caller, note_caller
from meshnode.api.door.limits import Limits
from meshnode.api.intake import read_body
from meshnode.api.operation import Access, Operation
from meshnode.api.refusals import RequestError, on_mesh_error, on_request_error, refusal
from meshnode.board.pairing.answers import SEALED_TYPE
from meshnode.board.pairing.signed import (
    SCHEME,
    Authorization,
    decode_authorization,
    target_hash,
)
from meshnode.node.pairing.households import household_of
from meshnode.node.pairing.phones import Phones
from meshnode.protocol.errors import MeshError, PeerError

Endpoint = Callable[[Request], Awaitable[Response]]

READING: Final = ("GET", "HEAD")
_NOT_PAIRED: Final = (
    "This needs a phone that was let in at this node, and its signature. Scan the code that "
    "whoever runs the node shows you: meshnode phone pair"
)
_NOT_A_MEMBER: Final = (
    "This is for members. Join first: by an invitation, or by a code that you tell a member."
)
_REVOKED: Final = (
    "This phone, or whoever it signed for, was revoked. What it did as a member is over. Ask a "
    "steward of the neighbourhood, and be let in anew with a new key."
)
_BUSY: Final = "That was a lot in a short time. Wait a little, then try again."
_OF_THE_BODY: Final = ("content-length", "content-type")


class _Unpaired(Exception):
    """The request is not that of a paired phone."""


class Gate:
    """The gate of one node over TCP."""

    def __init__(self, phones: Phones, limits: Limits) -> None:
        self._phones = phones
        self._limits = limits

    def guarded(self, operation: Operation, handler: Endpoint) -> Endpoint:
        """Return an operation's endpoint with the gate before it."""

        async def endpoint(request: Request) -> Response:
            try:
                return await self._answer(operation, handler, request)
            except _Unpaired:
                return self._unpaired()

        return endpoint

    async def _answer(self, operation: Operation, handler: Endpoint, request: Request) -> Response:
        given = _authorization(request)
        if given is None:
            if operation.access is not Access.PUBLIC:
                raise _Unpaired
            return self._busy(operation, request, None) or await handler(request)
        # Else whoever has no phone here could make the node read and hash.
        if not self._phones.is_paired(given.device_key):
            raise _Unpaired
        body = await read_body(request, operation.body_bytes_max)
        target = _target(request)
        if not self._phones.admit(given, target=target, body=body):
            raise _Unpaired
        caller = self._caller(given)
        answer = await self._admitted(operation, handler, _again(request, body), caller)
        if not given.wants_seal or operation.is_stream:
            return answer
        return self._sealed(given, answer, target)

    async def _admitted(
        self, operation: Operation, handler: Endpoint, request: Request, caller: Caller
    ) -> Response:
        """Return the answer to a phone, be it a refusal."""
        is_barred = caller.is_revoked and operation.access > Access.PUBLIC
        if is_barred and not operation.is_for_revoked:
            return refusal(ErrorCode.REVOKED, _REVOKED)
        if operation.access > (Access.PAIRED if caller.owner is None else Access.MEMBER):
            return refusal(ErrorCode.NOT_ALLOWED, _NOT_A_MEMBER)
        note_caller(request, caller)
        try:
            return self._busy(operation, request, caller) or await handler(request)
        except RequestError as error:
            return await on_request_error(request, error)
        except MeshError as error:
            return await on_mesh_error(request, error)

    def _caller(self, given: Authorization) -> Caller:
        """Return who asks, as the community's objects have it at this moment."""
        key = given.device_key
        return Caller(key, self._phones.owner(key), is_revoked=self._phones.is_revoked(key))

    def _busy(
        self, operation: Operation, request: Request, caller: Caller | None
    ) -> Response | None:
        """Return a refusal if this is too much of it; reading is never."""
        if operation.method in READING:
            return None
        household = household_of(request.client.host if request.client else "")
        if operation.is_attempt:
            wait_s = self._limits.attempts.take(household)
        else:
            wait_s = self._limits.writes.take(household if caller is None else caller.key)
        if not wait_s:
            return None
        answer = refusal(ErrorCode.BUSY, _BUSY)
        answer.headers["Retry-After"] = str(wait_s)
        return answer

    def _sealed(self, given: Authorization, answer: Response, target: bytes) -> Response:
        sealed = self._phones.seal(
            given, bytes(answer.body), status=answer.status_code, target=target
        )
        kept = {name: value for name, value in answer.headers.items() if name not in _OF_THE_BODY}
        return Response(sealed, answer.status_code, kept, media_type=SEALED_TYPE)

    def _unpaired(self) -> Response:
        answer = refusal(ErrorCode.NOT_PAIRED, _NOT_PAIRED)
        challenge = self._phones.challenge.hex()
        answer.headers["WWW-Authenticate"] = f'{SCHEME} challenge="{challenge}"'
        return answer


def _authorization(request: Request) -> Authorization | None:
    """Return what the request claims to be signed with; None: nothing."""
    given = request.headers.getlist("authorization")
    if not given:
        return None
    try:
        [one] = given
        return decode_authorization(one)
    except (ValueError, PeerError) as error:
        raise _Unpaired from error


def _target(request: Request) -> bytes:
    path, query = request.scope["raw_path"], request.scope["query_string"]
    return target_hash(request.method, path.decode("latin-1"), query.decode("latin-1"))


def _again(request: Request, body: bytes) -> Request:
    """Return the request with its body to be read once more."""

    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return parts.pop() if parts else {"type": "http.disconnect"}

    return Request(request.scope, receive)
