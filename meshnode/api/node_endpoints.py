"""What the addresses of the node itself do: status, health, news, and the API's description."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.bulletins.search_documents import find_document
from meshnode.api.calls.documents import check_in_document
from meshnode.api.documents import (
    bulletin_document,
    notice_document,
    public_status_document,
    status_document,
)
from meshnode.api.face import Face
from meshnode.api.intake import refuse_parameters
from meshnode.api.live.stream import WatchResponse
from meshnode.api.reading import read_text
from meshnode.board.finding.searched import SEARCHED
from meshnode.board.view import SHOWN
from meshnode.node.denials import NotFoundError
from meshnode.node.hub import News
from meshnode.node.reader import LocalReader
from meshnode.protocol.object import Kind

_ASK_THE_KEEPER: Final = "Something is wrong; whoever looks after the node runs: meshnode doctor"


class NodeEndpoints:
    """How one node is, and what happens on it."""

    def __init__(self, face: Face) -> None:
        self._face = face

    async def get_status(self, request: Request) -> Response:
        """Answer how the node is."""
        reader = self._face.only_reader(request)
        status = await self._face.source.status()
        document = public_status_document if self._face.is_public else status_document
        return JSONResponse(document(status, reader))

    async def get_health(self, request: Request) -> Response:
        """Answer 200 if all is well, else 503 and what is wrong."""
        refuse_parameters(request.query_params)
        problems = (await self._face.source.status()).problems
        shown = [_ASK_THE_KEEPER] if problems and self._face.is_public else list(problems)
        return JSONResponse(
            {"ok": not problems, "problems": shown}, status_code=503 if problems else 200
        )

    async def get_openapi(self, request: Request) -> Response:
        """Answer with the description of this API."""
        # A thousand small dicts, for programs that hardly ever ask.
        from meshnode.api.openapi import openapi_bytes  # noqa: PLC0415

        return Response(openapi_bytes(), media_type=JSONResponse.media_type)

    async def watch(self, request: Request) -> Response:
        """Answer with a stream of news."""
        language = self._face.only_reader(request).language

        async def describe(news: News) -> dict[str, Any]:
            return await self.describe(news, self._face.service.reader(language))

        return WatchResponse(self._face.service, describe, stop=request.app.state.stop)

    async def describe(self, news: News, reader: LocalReader) -> dict[str, Any]:
        """Return news as a document; a bulletin's brings the bulletin, a notice's the notice."""
        match news:
            case News("object", {"id": str(thing), "number": int(number), "link": link}):
                return {**await self._describe_object(thing, number, reader), "link": link}
            case _:
                return {"kind": news.kind, **news.fields}

    async def _describe_object(
        self, thing: str, number: int, reader: LocalReader
    ) -> dict[str, Any]:
        service = self._face.service
        try:
            kind = Kind(number)
            if kind in SHOWN:
                view = await read_text(service, service.bulletins.one(thing))
                shown = bulletin_document(view, reader, minute=service.minute)
                return {"kind": "bulletin", "id": thing, "bulletin": shown}
            if kind is Kind.NOTICE:
                notice = service.objects.notice(thing)
                target = notice.target.hex()
                return {
                    "kind": "notice",
                    "id": thing,
                    "target": target,
                    "notice": notice_document(notice),
                }
            if kind in (Kind.CHECKIN, Kind.TRIAGE):
                return self._describe_check_in(thing, kind, reader)
            held = service.objects.held(thing)
            if kind in SEARCHED:
                hit = await service.search.show(held, reader)
                shown = find_document(hit, reader, minute=service.minute)
                return {"kind": "posted", "id": thing, "posted": shown}
            author = service.shelf.author(held)
            return {
                "kind": "object",
                "id": thing,
                "object": kind.name.lower(),
                "author_name": None if author is None else author.name,
                "parent": None if held.parent is None else held.parent.hex(),
            }
        except (NotFoundError, ValueError):
            return {"kind": "object", "id": thing, "object": "unknown"}

    def _describe_check_in(self, thing: str, kind: Kind, reader: LocalReader) -> dict[str, Any]:
        """Return a check-in, or the one that an act of triage is about, as it stands now.

        Raises:
            NotFoundError: It is not here.
        """
        desk, minute = self._face.service.calls, self._face.service.minute
        found = desk.check_in(thing) if kind is Kind.CHECKIN else desk.about(thing)
        document = check_in_document(found, desk.name_of, reader, minute=minute)
        return {"kind": "checkin", "id": thing, "object": kind.name.lower(), "checkin": document}
