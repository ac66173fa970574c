"""The board as plain pages: no script, no cookie, nothing fetched; for any phone and for w3m.

Not for: looks (`style`) or words (`catalogue`). Invariants: what people wrote is escaped and
isolated from the direction of the text around it; stale is said; what is hidden is not there.
"""

from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from meshnode.api.app_files import AppFiles
from meshnode.api.cards import PageReader, card, knows_time, user_text
from meshnode.api.catalogue import Catalogue, chosen
from meshnode.api.html import Child, Markup, document, element, style_element, together
from meshnode.api.reading import read_text, read_texts
from meshnode.api.recent import Recent
from meshnode.api.refusals import on_http_error
from meshnode.api.style import STYLE
from meshnode.node.clock import moment_of
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.languages import LANGUAGES, Languages
from meshnode.node.page_phrases import BULLETINS, HEARD, Page
from meshnode.node.service import Service
from meshnode.node.status import Status
from meshnode.protocol.errors import LimitError

BOARD: Final = "/board"
REFRESH_S: Final = 60
STALE_S: Final = 3600
"""Beacons come several times an hour; a silent hour means that nobody is in reach."""
BULLETINS_PER_PAGE: Final = 50
"""About 30 kB; loads in a second on a bad Wi-Fi."""
_PAGE_DIGITS_MAX: Final = 4


class Pages:
    """The pages of one node, in `otherwise` for those who want no language that it speaks."""

    def __init__(
        self,
        service: Service,
        recent: Recent,
        languages: Languages,
        *,
        otherwise: str,
        app_files: AppFiles,
    ) -> None:
        self._service = service
        self._recent = recent
        self._catalogues = {tag: Catalogue(one) for tag, one in languages.items()}
        self._otherwise = otherwise
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
        reader = self._reader(request)
        noticeboard = self._service.noticeboard
        page_count = max(1, -(-noticeboard.count() // BULLETINS_PER_PAGE))
        number = min(_page_number(request), page_count)
        offset = (number - 1) * BULLETINS_PER_PAGE
        listing = noticeboard.page(offset=offset, limit=BULLETINS_PER_PAGE)
        shown = await read_texts(self._service, listing.views)
        status = await self._recent.status()
        cards = [card(view, status, reader) for view in shown]
        body = together(
            _notice(status, reader.words),
            self._without_app(reader),
            element("main", *(cards or [element("p", reader.words.say(Page.EMPTY))])),
            _turning(number, page_count, reader),
        )
        return self._answer(reader, status, body)

    async def get_bulletin(self, request: Request) -> Response:
        """Answer with one bulletin."""
        reader = self._reader(request)
        status = await self._recent.status()
        try:
            view = self._service.bulletin(request.path_params["id"])
        except (NotFoundError, AmbiguousError, LimitError):
            return self._answer(reader, status, _missing(reader), status_code=404)
        if view.is_hidden:
            return self._answer(reader, status, _missing(reader), status_code=404)
        view = await read_text(self._service, view)
        body = together(
            element("main", card(view, status, reader, is_whole=True)), _way_back(reader)
        )
        return self._answer(reader, status, body)

    async def on_http_error(self, request: Request, error: Exception) -> Response:
        """Answer with a page where there is no route, unless a program asked."""
        is_page = not request.url.path.startswith("/api/")
        if not (is_page and isinstance(error, HTTPException) and error.status_code == 404):
            return await on_http_error(request, error)
        reader = self._reader(request)
        status = await self._recent.status()
        return self._answer(reader, status, _missing(reader), status_code=404)

    def _without_app(self, reader: PageReader) -> Markup | None:
        return element("p", reader.words.say(Page.NO_APP)) if self._app is None else None

    def _reader(self, request: Request) -> PageReader:
        wish = request.query_params.get("lang")
        accepted = request.headers.get("accept-language", "")
        words = self._catalogues[chosen(wish, accepted, otherwise=self._otherwise)]
        local = self._service.reader(words.language)
        return PageReader(words, local, self._service.zone, has_chosen=wish in LANGUAGES)

    def _answer(
        self,
        reader: PageReader,
        status: Status,
        body: Markup,
        *,
        status_code: int = 200,
    ) -> Response:
        words = reader.words
        others = [one for one in self._catalogues.values() if one is not words]
        links = element("nav", *(_language_link(one) for one in others))
        page = document(
            words.tag,
            words.direction,
            _head(status, words),
            element("body", _header(status, reader), body, _footer(status, reader, links)),
        )
        headers = {"Content-Language": words.tag, "Vary": "Accept-Language"}
        return HTMLResponse(page, status_code=status_code, headers=headers)


def _head(status: Status, words: Catalogue) -> Markup:
    return element(
        "head",
        element("meta", attributes={"charset": "utf-8"}),
        element("title", f"{words.say(Page.BOARD)}: {status.name}"),
        element(
            "meta",
            attributes={"name": "viewport", "content": "width=device-width, initial-scale=1"},
        ),
        element("meta", attributes={"http-equiv": "refresh", "content": str(REFRESH_S)}),
        style_element(STYLE),
    )


def _header(status: Status, reader: PageReader) -> Markup:
    words = reader.words
    count = words.counted(BULLETINS, status.bulletins)
    return element(
        "header",
        element("h1", user_text("bdi", status.name)),
        element("p", words.say(Page.BOARD), f" · {count}" if status.bulletins != 1 else None),
    )


def _footer(status: Status, reader: PageReader, links: Markup) -> Markup:
    words = reader.words
    made = moment_of(status.minute).astimezone(reader.zone)
    moment = element("bdi", f"{made:%d.%m.%Y, %H:%M %Z}", attributes={"dir": "ltr"})
    stand: list[Child] = [words.marked(Page.MADE, moment=moment), " "] if knows_time(status) else []
    return element(
        "footer",
        element("p", _reach(status, words)),
        element("p", *stand, words.say(Page.REFRESHES)),
        links,
    )


def _reach(status: Status, words: Catalogue) -> str:
    if not status.neighbours:
        return words.say(Page.HEARD_NOBODY)
    count = len({one.sender for one in status.neighbours})
    age = words.age(_last_contact_s(status))
    return words.say(Page.HEARD_LAST, heard=words.counted(HEARD, count), age=age).replace("..", ".")


def _notice(status: Status, words: Catalogue) -> Markup | None:
    if not knows_time(status):
        return element("p", words.say(Page.NO_CLOCK), attributes={"class": "notice"})
    if status.neighbours and _last_contact_s(status) > STALE_S:
        sentence = words.stale(_last_contact_s(status))
        return element("p", sentence, attributes={"class": "notice"})
    return None


def _turning(number: int, page_count: int, reader: PageReader) -> Markup | None:
    if page_count == 1:
        return None
    words = reader.words
    newer = _link(words.say(Page.NEWER), reader.url(BOARD, page=str(number - 1)))
    older = _link(words.say(Page.OLDER), reader.url(BOARD, page=str(number + 1)))
    return element(
        "nav",
        newer if number > 1 else None,
        older if number < page_count else None,
        words.say(Page.PAGE, number=number, count=page_count),
    )


def _missing(reader: PageReader) -> Markup:
    words = reader.words
    title = element("h2", words.say(Page.MISSING_TITLE))
    content = element("main", title, element("p", words.say(Page.MISSING)))
    return together(content, _way_back(reader))


def _way_back(reader: PageReader) -> Markup:
    return element("nav", _link(reader.words.say(Page.BACK), reader.url(BOARD)))


def _language_link(words: Catalogue) -> Markup:
    address = f"?{urlencode({'lang': words.tag})}"
    attributes = {"href": address, "lang": words.tag, "hreflang": words.tag, "dir": words.direction}
    return element("a", words.say(Page.OWN_NAME), attributes=attributes)


def _link(text: str, address: str) -> Markup:
    return element("a", text, attributes={"href": address})


def _last_contact_s(status: Status) -> int:
    return min(one.last_contact_s for one in status.neighbours)


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    is_number = text.isascii() and text.isdigit() and len(text) <= _PAGE_DIGITS_MAX
    return max(1, int(text)) if is_number else 1
