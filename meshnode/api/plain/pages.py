"""The board as plain pages: no script, no cookie, nothing fetched; for any phone and for w3m.

Not for: the frame (`frame`), looks (`style`) or words (`catalogue`). Invariants: what people wrote
is escaped and isolated from the direction of the text around it; stale is said; what is hidden is
not there.
"""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.door.app_files import AppFiles
from meshnode.api.plain.cards import PageReader, card
from meshnode.api.plain.frame import BOARD, Frame, page_number, turning
from meshnode.api.plain.html import Markup, element, link, ways
from meshnode.api.plain.mode_line import mode_line
from meshnode.api.reading import read_text, read_texts
from meshnode.api.refusals import on_http_error
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.page_phrases import BULLETINS, Page
from meshnode.protocol.errors import LimitError

BULLETINS_PER_PAGE: Final = 20
"""About 20 kB; loads at once on a bad Wi-Fi."""


class Pages:
    """The bulletins of one node, and the page before all others."""

    def __init__(self, frame: Frame, app_files: AppFiles) -> None:
        self._frame = frame
        self._service = frame.service
        self._app = app_files.index

    def routes(self) -> list[BaseRoute]:
        """Return where the pages are."""
        return [
            Route("/", self.get_first, methods=["GET"]),
            Route(BOARD, self.get_board, methods=["GET"]),
            Route("/bulletins/{id}", self.get_bulletin, methods=["GET"]),
        ]

    async def get_first(self, request: Request) -> Response:
        """Answer with the phone app; where it is not built, with the board."""
        if self._app is not None:
            return self._app.answer(request)
        return await self.get_board(request)

    async def get_board(self, request: Request) -> Response:
        """Answer with the board."""
        reader = self._frame.reader(request)
        words = reader.words
        status = await self._frame.recent.status()
        page_count = max(1, -(-self._service.noticeboard.count() // BULLETINS_PER_PAGE))
        number = page_number(request, page_count)
        offset = (number - 1) * BULLETINS_PER_PAGE
        listing = self._service.noticeboard.page(offset=offset, limit=BULLETINS_PER_PAGE)
        shown = await read_texts(self._service, listing.views)
        cards = [card(view, status, reader) for view in shown]
        count = words.counted(BULLETINS, status.bulletins)
        return await self._frame.page(
            request,
            self._without_app(reader),
            mode_line(status.mode, reader),
            element("p", count, attributes={"class": "quiet"}) if status.bulletins > 1 else None,
            element("main", *(cards or [element("p", words.say(Page.EMPTY))])),
            turning(number, page_count, reader, BOARD),
            title=words.say(Page.BOARD),
        )

    async def get_bulletin(self, request: Request) -> Response:
        """Answer with one bulletin."""
        reader = self._frame.reader(request)
        status = await self._frame.recent.status()
        try:
            view = self._service.bulletins.one(request.path_params["id"])
        except (NotFoundError, AmbiguousError, LimitError):
            return await self._frame.missing(request)
        if view.is_hidden:
            return await self._frame.missing(request)
        view = await read_text(self._service, view)
        return await self._frame.page(
            request,
            element("main", card(view, status, reader, is_whole=True)),
            ways(link(reader.words.say(Page.BACK), reader.url(BOARD))),
            title=reader.words.say(Page.BOARD),
        )

    async def on_http_error(self, request: Request, error: Exception) -> Response:
        """Answer with a page where there is no route, unless a program asked."""
        is_page = not request.url.path.startswith("/api/")
        if not (is_page and isinstance(error, HTTPException) and error.status_code == 404):
            return await on_http_error(request, error)
        return await self._frame.missing(request)

    def _without_app(self, reader: PageReader) -> Markup | None:
        if self._app is not None:
            return None
        return element("p", reader.words.say(Page.NO_APP), attributes={"class": "quiet"})
