"""What the addresses of places do: lists, one whole, and levels that the node signs."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.codes import ErrorCode
from meshnode.api.face import Face
from meshnode.api.intake import read_document, refuse_parameters
from meshnode.api.places.documents import place_document, whole_place_document
from meshnode.api.places.intake import WantedPlaces, parse_new_level, parse_wanted_places
from meshnode.api.reading import read_places
from meshnode.api.refusals import RequestError
from meshnode.api.trust.people_intake import short_text
from meshnode.node.denials import NotFoundError
from meshnode.node.desks.places import PlaceView, is_near

_HIDDEN: Final = "What moderation hides is shown on the node itself only, not over the network."


class PlacesEndpoints:
    """The places of one node's board."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._places = face.service.places

    async def list_places(self, request: Request) -> Response:
        """Answer with the places that are asked for, by name."""
        wanted = parse_wanted_places(request.query_params)
        reader = self._face.reader(request)
        if wanted.with_hidden and self._face.is_public:
            raise RequestError(ErrorCode.NOT_ALLOWED, _HIDDEN)
        await run_in_threadpool(read_places, self._face.service)
        minute = self._face.service.minute
        views = self._places.views(with_hidden=wanted.with_hidden)
        return JSONResponse(
            {
                "places": [
                    place_document(view, reader, minute=minute)
                    for view in views
                    if _is_wanted(view, wanted)
                ]
            }
        )

    async def get_place(self, request: Request) -> Response:
        """Answer with one place, by name or id; what is hidden is none for strangers."""
        reader = self._face.only_reader(request)
        await run_in_threadpool(read_places, self._face.service)
        view = self._places.view(short_text(request.path_params["place"], "the name"))
        if view.item.is_hidden and self._face.is_public:
            raise NotFoundError(_HIDDEN)
        return JSONResponse(whole_place_document(view, reader, minute=self._face.service.minute))

    async def post_level(self, request: Request) -> Response:
        """Sign how full a place is by this node; the answer means that it is on disk."""
        refuse_parameters(request.query_params, besides=("language",))
        reader = self._face.reader(request)
        wanted = parse_new_level(await read_document(request))
        await run_in_threadpool(read_places, self._face.service)
        view = await self._places.say_level(
            short_text(request.path_params["place"], "the name"),
            wanted.fields,
            minutes=wanted.minutes,
        )
        document = whole_place_document(view, reader, minute=self._face.service.minute)
        return JSONResponse(document, status_code=201)


def _is_wanted(view: PlaceView, wanted: WantedPlaces) -> bool:
    return (
        wanted.category in ("", view.fields.head.category_word)
        and (not wanted.near or is_near(view, wanted.near))
        and (not wanted.is_open_only or view.is_open is True)
    )
