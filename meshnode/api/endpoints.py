"""What each address of the API does. Which addresses there are stands in `operations`."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.documents import (
    bulletin_document,
    public_status_document,
    status_document,
    whereabouts_document,
)
from meshnode.api.intake import (
    NewBulletin,
    parse_language,
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
from meshnode.api.template_documents import templates_document
from meshnode.board.rendering import Reader
from meshnode.board.view import BulletinView
from meshnode.node.hub import News
from meshnode.node.languages import Languages
from meshnode.node.reader import LocalReader
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
        languages: Languages,
        is_public: bool,
    ) -> None:
        self._service = service
        self._languages = languages
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
        reader = self._reader(request)
        views, minute = self._source.bulletins(), self._service.minute
        shown = views[window.offset : window.offset + window.limit]
        await read_texts(shown)
        return JSONResponse(
            {
                "total": len(views),
                "bulletins": [bulletin_document(view, reader, minute=minute) for view in shown],
            }
        )

    async def get_bulletin(self, request: Request) -> Response:
        """Answer with one bulletin."""
        reader = self._only_reader(request)
        return await self._answer(self._service.bulletin(request.path_params["id"]), reader)

    async def get_whereabouts(self, request: Request) -> Response:
        """Answer where an object is."""
        refuse_parameters(request.query_params)
        found = self._service.whereabouts(request.path_params["id"])
        return JSONResponse(whereabouts_document(found))

    async def post_bulletin(self, request: Request) -> Response:
        """Post a bulletin; the answer means that it is on disk."""
        reader = self._only_reader(request)
        wanted = parse_new_bulletin(await read_document(request))
        if isinstance(wanted, NewBulletin):
            view = await self._service.post_bulletin(
                wanted.text,
                title=wanted.title,
                category=wanted.category,
                severity=wanted.severity,
                expires_minutes=wanted.expires_minutes,
            )
        else:
            view = await self._service.post_template(
                wanted.identifier,
                wanted.parameters,
                category=wanted.category,
                severity=wanted.severity,
                expires_minutes=wanted.expires_minutes,
            )
        return await self._answer(view, reader, status=201)

    async def withdraw_bulletin(self, request: Request) -> Response:
        """Withdraw a bulletin; answer with what it was."""
        reader = self._only_reader(request)
        await read_nothing(request)
        view = await self._service.withdraw_bulletin(request.path_params["id"])
        return await self._answer(view, reader)

    async def list_templates(self, request: Request) -> Response:
        """Answer with the templates that this node knows."""
        reader = self._only_reader(request)
        return JSONResponse(templates_document(reader, minute=self._service.minute))

    async def get_openapi(self, request: Request) -> Response:
        """Answer with the description of this API."""
        return JSONResponse(self._description)

    async def watch(self, request: Request) -> Response:
        """Answer with a stream of news."""
        language = self._only_reader(request).language

        async def describe(news: News) -> dict[str, Any]:
            return await self.describe(news, self._service.reader(language))

        return WatchResponse(self._service, describe, stop=request.app.state.stop)

    async def describe(self, news: News, reader: Reader) -> dict[str, Any]:
        """Return news as a document; a bulletin's brings the bulletin."""
        match news:
            case News("object", {"id": str(thing), "number": int(number), "link": link}):
                return {**await self._describe_object(thing, number, reader), "link": link}
            case _:
                return {"kind": news.kind, **news.fields}

    async def _describe_object(self, thing: str, number: int, reader: Reader) -> dict[str, Any]:
        try:
            if number == Kind.BULLETIN:
                view = self._service.bulletin(thing)
                await read_texts([view])
                shown = bulletin_document(view, reader, minute=self._service.minute)
                return {"kind": "bulletin", "id": thing, "bulletin": shown}
            word = Kind(number).name.lower()
        except (NotFoundError, ValueError):
            word = "unknown"
        return {"kind": "object", "id": thing, "object": word}

    def _reader(self, request: Request) -> LocalReader:
        language = parse_language(request.query_params)
        return self._service.reader(self._languages[language])

    def _only_reader(self, request: Request) -> LocalReader:
        refuse_parameters(request.query_params, besides=("language",))
        return self._reader(request)

    async def _answer(self, view: BulletinView, reader: Reader, *, status: int = 200) -> Response:
        await read_texts([view])
        document = bulletin_document(view, reader, minute=self._service.minute)
        return JSONResponse(document, status_code=status)
