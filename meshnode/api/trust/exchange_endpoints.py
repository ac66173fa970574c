"""What the addresses for signed bytes do: objects in, sealed messages in and out, circles."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.documents import papers_document, whereabouts_document
from meshnode.api.door.callers import is_member
from meshnode.api.face import Face
from meshnode.api.intake import read_document, refuse_parameters
from meshnode.api.trust.people_documents import circle_document, sealed_document
from meshnode.api.trust.people_intake import (
    SUBMISSION_BYTES_MAX,
    parse_after,
    parse_objects,
    parse_sealed,
)
from meshnode.node.denials import NotFoundError
from meshnode.protocol.object import Kind

_FOR_MEMBERS: Final = (Kind.CHECKIN, Kind.TRIAGE)
"""What only members may read over TCP, as the addresses of check-ins say."""


class ExchangeEndpoints:
    """Objects of clients that hold their own keys."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._service = face.service
        self._exchange = face.service.exchange

    async def post_objects(self, request: Request) -> Response:
        """Take signed objects in order; the answer means that all are on disk."""
        refuse_parameters(request.query_params)
        document = await read_document(request, bytes_max=SUBMISSION_BYTES_MAX)
        accepted = await self._exchange.submit(parse_objects(document))
        return JSONResponse({"objects": [{"id": one.hex()} for one in accepted]}, status_code=201)

    async def get_whereabouts(self, request: Request) -> Response:
        """Answer where an object is."""
        refuse_parameters(request.query_params)
        found = self._service.objects.whereabouts(request.path_params["id"])
        return JSONResponse(whereabouts_document(found))

    async def get_papers(self, request: Request) -> Response:
        """Answer with an object's bytes and what vouches for it."""
        refuse_parameters(request.query_params)
        found = self._service.objects.papers(request.path_params["id"])
        is_readable = found.thing.kind not in _FOR_MEMBERS or is_member(request)
        if self._face.is_public and (found.is_hidden or not is_readable):
            raise NotFoundError("There is nothing with this id that may be read here.")
        return JSONResponse(papers_document(found))

    async def list_sealed(self, request: Request) -> Response:
        """Answer with sealed messages in the order in which they came."""
        page = self._exchange.sealed(parse_after(request.query_params))
        return JSONResponse(
            {
                "sealed": [sealed_document(one) for one in page.things],
                "complete": page.is_complete,
            }
        )

    async def post_sealed(self, request: Request) -> Response:
        """Sign and send a sealed body by this node; answered once it is on disk."""
        refuse_parameters(request.query_params)
        wanted = parse_sealed(await read_document(request))
        thing = await self._exchange.carry(wanted.body, minutes=wanted.minutes)
        return JSONResponse(sealed_document(thing), status_code=201)

    async def list_circles(self, request: Request) -> Response:
        """Answer with the circles that are listed."""
        refuse_parameters(request.query_params)
        circles = self._exchange.circles()
        return JSONResponse({"circles": [circle_document(one) for one in circles]})
