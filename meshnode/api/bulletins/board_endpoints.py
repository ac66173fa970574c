"""What the addresses of the board do: bulletins and templates."""

from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.bulletins.sieves import SIEVE_NAMES, parse_sieve
from meshnode.api.bulletins.template_documents import templates_document
from meshnode.api.codes import ErrorCode
from meshnode.api.documents import bulletin_document
from meshnode.api.face import Face
from meshnode.api.intake import (
    NewBulletin,
    parse_new_bulletin,
    parse_update,
    parse_window,
    read_document,
    read_nothing,
)
from meshnode.api.reading import read_text, read_texts
from meshnode.api.refusals import RequestError
from meshnode.board.bulletins.rendering import Reader
from meshnode.board.view import SHOWN, BulletinView
from meshnode.node.denials import NotFoundError

_HIDDEN: Final = "What moderation hides is shown on the node itself only, not over the network."


class BoardEndpoints:
    """The board of one node."""

    def __init__(self, face: Face) -> None:
        self._face = face

    async def list_bulletins(self, request: Request) -> Response:
        """Answer with the board, or the part of it that is asked for."""
        window = parse_window(request.query_params, besides=SIEVE_NAMES)
        reader = self._face.reader(request)
        if window.with_hidden and self._face.is_public:
            raise RequestError(ErrorCode.NOT_ALLOWED, _HIDDEN)
        service = self._face.service
        wanted = parse_sieve(request.query_params)
        ids = None if wanted.text is None else await service.search.matching(wanted.text, SHOWN)
        listing = service.noticeboard.page(
            replace(wanted.sieve, ids=ids),
            offset=window.offset,
            limit=window.limit,
            with_hidden=window.with_hidden,
        )
        shown = await read_texts(service, listing.views)
        minute = service.minute
        return JSONResponse(
            {
                "total": listing.total,
                "bulletins": [bulletin_document(view, reader, minute=minute) for view in shown],
            }
        )

    async def get_bulletin(self, request: Request) -> Response:
        """Answer with one bulletin; what is hidden is none for strangers."""
        reader = self._face.only_reader(request)
        view = self._face.service.bulletins.one(request.path_params["id"])
        if view.is_hidden and self._face.is_public:
            raise NotFoundError(_HIDDEN)
        return await self._answer(view, reader)

    async def post_bulletin(self, request: Request) -> Response:
        """Post a bulletin; the answer means that it is on disk."""
        reader = self._face.only_reader(request)
        wanted = parse_new_bulletin(await read_document(request))
        if isinstance(wanted, NewBulletin):
            view = await self._face.service.bulletins.post(
                wanted.text,
                title=wanted.title,
                category=wanted.category,
                severity=wanted.severity,
                expires_minutes=wanted.expires_minutes,
            )
        else:
            view = await self._face.service.bulletins.post_template(
                wanted.identifier,
                wanted.parameters,
                category=wanted.category,
                severity=wanted.severity,
                expires_minutes=wanted.expires_minutes,
            )
        return await self._answer(view, reader, status=201)

    async def withdraw_bulletin(self, request: Request) -> Response:
        """Withdraw a bulletin; answer with what it was."""
        reader = self._face.only_reader(request)
        await read_nothing(request)
        view = await self._face.service.bulletins.withdraw(request.path_params["id"])
        return await self._answer(view, reader)

    async def update_bulletin(self, request: Request) -> Response:
        """Say a bulletin anew; answer with its new version."""
        reader = self._face.only_reader(request)
        change = parse_update(await read_document(request))
        view = await self._face.service.bulletins.update(request.path_params["id"], change)
        return await self._answer(view, reader, status=201)

    async def list_templates(self, request: Request) -> Response:
        """Answer with the templates that this node knows."""
        reader = self._face.only_reader(request)
        return JSONResponse(templates_document(reader, minute=self._face.service.minute))

    async def _answer(self, view: BulletinView, reader: Reader, *, status: int = 200) -> Response:
        view = await read_text(self._face.service, view)
        document = bulletin_document(view, reader, minute=self._face.service.minute)
        return JSONResponse(document, status_code=status)
