"""What the addresses of phones do: letting them in, and telling each about itself."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.door.callers import require_caller
from meshnode.api.face import Face
from meshnode.api.intake import read_document, read_nothing, refuse_parameters
from meshnode.api.pairing.documents import (
    attempt_document,
    invitation_document,
    me_document,
    node_document,
    opened_document,
    opening_document,
    phone_document,
)
from meshnode.api.pairing.intake import parse_pairing, parse_public_key
from meshnode.node.denials import NotFoundError

OBJECTS_MAX: Final = 2000
"""Objects in the answer about oneself, the newest: 300 kB."""


class PhoneEndpoints:
    """The phones of one node."""

    def __init__(self, face: Face) -> None:
        self._service = face.service
        self._phones = face.service.phones

    async def get_challenge(self, request: Request) -> Response:
        """Answer for what phones sign, and which node this is."""
        refuse_parameters(request.query_params)
        return JSONResponse(self._node())

    async def post_pairing(self, request: Request) -> Response:
        """Let a phone in; the answer means that it is on disk."""
        refuse_parameters(request.query_params)
        wanted = parse_pairing(await read_document(request))
        address = request.client.host if request.client else ""
        paired = await self._phones.pair(wanted.key, wanted.proof, address)
        return JSONResponse(
            {
                **self._node(),
                "proof": paired.proof.hex(),
                "signature": paired.signature.hex(),
            },
            status_code=201,
        )

    async def end_pairing(self, request: Request) -> Response:
        """Let the phone that asks in no more."""
        refuse_parameters(request.query_params)
        await read_nothing(request)
        key = require_caller(request).key
        await self._phones.unpair(key)
        return JSONResponse({"key": key.hex()})

    async def get_me(self, request: Request) -> Response:
        """Answer what is held about whoever asks."""
        refuse_parameters(request.query_params)
        caller = require_caller(request)
        phone = self._phones.book.get(caller.key)
        if phone is None:
            raise NotFoundError("This phone was unpaired just now.")
        found = [] if caller.owner is None else self._phones.belongings(caller.owner)
        shown = found[-OBJECTS_MAX:]
        people = self._service.people
        return JSONResponse(me_document(phone, self._phones, people, shown, total=len(found)))

    async def get_invitation(self, request: Request) -> Response:
        """Answer with the invitation that names a key."""
        refuse_parameters(request.query_params)
        key = parse_public_key(request.path_params["key"])
        return JSONResponse(invitation_document(self._phones.invitation(key)))

    async def list_pairings(self, request: Request) -> Response:
        """Answer with all phones, openings and attempts."""
        refuse_parameters(request.query_params)
        phones, people = self._phones, self._service.people
        return JSONResponse(
            {
                "phones": [phone_document(one, phones, people) for one in phones.book],
                "openings": [opening_document(one, phones) for one in phones.desk.openings()],
                "attempts": [attempt_document(one) for one in phones.desk.attempts()],
            }
        )

    async def open_pairing(self, request: Request) -> Response:
        """Answer with a new code."""
        refuse_parameters(request.query_params)
        await read_nothing(request)
        opening = self._phones.open_()
        return JSONResponse(opened_document(opening, self._phones), status_code=201)

    async def close_opening(self, request: Request) -> Response:
        """Close a code; answer what has become of it."""
        refuse_parameters(request.query_params)
        await read_nothing(request)
        opening = self._phones.desk.close(request.path_params["opening"])
        return JSONResponse(opening_document(opening, self._phones))

    async def unpair(self, request: Request) -> Response:
        """Let a phone in no more; answer which one it was."""
        refuse_parameters(request.query_params)
        await read_nothing(request)
        phone = self._phones.named(request.path_params["phone"])
        document = phone_document(phone, self._phones, self._service.people)
        await self._phones.unpair(phone.key)
        return JSONResponse(document)

    def _node(self) -> dict[str, object]:
        return {
            "challenge": self._phones.challenge.hex(),
            "node": node_document(self._phones.node_key, self._service.name),
        }
