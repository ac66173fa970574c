"""What each address of the API does. Which addresses there are stands in `operations`."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.documents import (
    bulletin_document,
    public_status_document,
    status_document,
)
from meshnode.api.intake import (
    parse_new_bulletin,
    parse_window,
    read_document,
    read_nothing,
    refuse_parameters,
)
from meshnode.api.openapi import openapi_document
from meshnode.api.reading import read_texts
from meshnode.api.recent import Recent
from meshnode.api.stream import WatchResponse
from meshnode.board.view import BulletinView
from meshnode.node.hub import News
from meshnode.node.service import NotFoundError, Service
from meshnode.protocol.object import Kind

_ASK_THE_KEEPER: Final = "Something is wrong; whoever looks after the node runs: meshnode doctor"


class Endpoints:
    """The API of one node.

    `source` is where board and status come from; `is_public` leaves out what strangers need not
    know.
    """

    def __init__(
        self,
        service: Service,
        *,
        source: Service | Recent,
        is_public: bool,
    ) -> None:
        self._service = service
        self._source = source
        self._description = openapi_document()
        self._is_public = is_public

    async def get_status(self, request: Request) -> Response:
        """Answer how the node is."""
        refuse_parameters(request.query_params)
        status = await self._source.status()
        document = public_status_document if self._is_public else status_document
        return JSONResponse(document(status))

    async def get_health(self, request: Request) -> Response:
        """Answer 200 if all is well, else 503 and what is wrong."""
        refuse_parameters(request.query_params)
        problems = (await self._source.status()).problems
        shown = [_ASK_THE_KEEPER] if problems and self._is_public else list(problems)
        return JSONResponse(
            {"ok": not problems, "problems": shown}, status_code=503 if problems else 200
        )

    async def list_bulletins(self, request: Request) -> Response:
        """Answer with the board, or the part of it that is asked for."""
        window = parse_window(request.query_params)
        views, minute = self._source.bulletins(), self._service.minute
        shown = views[window.offset : window.offset + window.limit]
        await read_texts(shown)
        return JSONResponse(
            {
                "total": len(views),
                "bulletins": [bulletin_document(view, minute=minute) for view in shown],
            }
        )

    async def get_bulletin(self, request: Request) -> Response:
        """Answer with one bulletin."""
        refuse_parameters(request.query_params)
        return self._answer(self._service.bulletin(request.path_params["id"]))

    async def post_bulletin(self, request: Request) -> Response:
        """Post a bulletin; the answer means that it is on disk."""
        refuse_parameters(request.query_params)
        wanted = parse_new_bulletin(await read_document(request))
        view = await self._service.post_bulletin(
            wanted.text,
            title=wanted.title,
            category=wanted.category,
            severity=wanted.severity,
            expires_minutes=wanted.expires_minutes,
        )
        return self._answer(view, status=201)

    async def withdraw_bulletin(self, request: Request) -> Response:
        """Withdraw a bulletin; answer with what it was."""
        refuse_parameters(request.query_params)
        await read_nothing(request)
        return self._answer(await self._service.withdraw_bulletin(request.path_params["id"]))

    async def get_openapi(self, request: Request) -> Response:
        """Answer with the description of this API."""
        return JSONResponse(self._description)

    async def watch(self, request: Request) -> Response:
        """Answer with a stream of news."""
        refuse_parameters(request.query_params)
        stop = request.app.state.stop
        return WatchResponse(self._service, self.describe, stop=stop)

    def describe(self, news: News) -> dict[str, Any]:
        """Return news as a document; a bulletin's brings the bulletin."""
        match news:
            case News("object", {"id": str(thing), "number": int(number), "link": link}):
                return {**self._describe_object(thing, number), "link": link}
            case _:
                return {"kind": news.kind, **news.fields}

    def _describe_object(self, thing: str, number: int) -> dict[str, Any]:
        try:
            if number == Kind.BULLETIN:
                view = self._service.bulletin(thing)
                shown = bulletin_document(view, minute=self._service.minute)
                return {"kind": "bulletin", "id": thing, "bulletin": shown}
            word = Kind(number).name.lower()
        except (NotFoundError, ValueError):
            word = "unknown"
        return {"kind": "object", "id": thing, "object": word}

    def _answer(self, view: BulletinView, *, status: int = 200) -> Response:
        document = bulletin_document(view, minute=self._service.minute)
        return JSONResponse(document, status_code=status)
