"""What stands around every page: the node's name, ways to the other pages, how fresh it all is.

Not for: what a page is about (`pages` and its like). Invariants: a page runs no script and fetches
nothing; it names its language and direction; what a query brings is escaped and bounded.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from meshnode.api.plain.cards import PageReader, knows_time, user_text
from meshnode.api.plain.catalogue import Catalogue, chosen
from meshnode.api.plain.html import Child, Markup, document, element, link, style_element, ways
from meshnode.api.plain.style import STYLE
from meshnode.api.recent import Recent
from meshnode.node.clock import moment_of
from meshnode.node.languages import LANGUAGES, Languages
from meshnode.node.page_phrases import HEARD, Page
from meshnode.node.press_phrases import HEADINGS
from meshnode.node.service import Service
from meshnode.node.status import Status

REFRESH_S: Final = 60
STALE_S: Final = 3600
"""Beacons come several times an hour; a silent hour means that nobody is in reach."""

BOARD: Final = "/board"
OFFERS: Final = "/offers"
PLACES: Final = "/places"
MEETUPS: Final = "/meetups"
SEARCH: Final = "/search"
JOIN: Final = "/join"
ABOUT: Final = "/about"

_KEPT: Final = ("q", "kind", "sort")
"""What of a query stays when the reader changes the language."""
_KEPT_CHARACTERS_MAX: Final = 200
_PAGE_DIGITS_MAX: Final = 4


class Frame:
    """The frame of one node's pages, in `otherwise` for those who want no language it speaks."""

    def __init__(
        self,
        service: Service,
        recent: Recent,
        languages: Languages,
        *,
        otherwise: str,
        has_app: bool,
    ) -> None:
        self.service = service
        self.recent = recent
        self.has_app = has_app
        self.catalogues = {tag: Catalogue(one) for tag, one in languages.items()}
        self._otherwise = otherwise

    def reader(self, request: Request) -> PageReader:
        """Return who reads."""
        wish = request.query_params.get("lang")
        accepted = request.headers.get("accept-language", "")
        words = self.catalogues[chosen(wish, accepted, otherwise=self._otherwise)]
        local = self.service.reader(words.language)
        return PageReader(words, local, self.service.zone, has_chosen=wish in LANGUAGES)

    async def page(
        self,
        request: Request,
        *body: Child,
        title: str,
        refreshes: bool = True,
        status_code: int = 200,
    ) -> Response:
        """Answer with a page about `title`."""
        reader, status = self.reader(request), await self.recent.status()
        words = reader.words
        page = document(
            words.tag,
            words.direction,
            _head(f"{title}: {status.name}", refreshes=refreshes),
            element(
                "body",
                self._header(request, status, reader, title),
                freshness(status, words),
                *body,
                self._footer(request, status, reader, refreshes=refreshes),
            ),
        )
        return answer(page, words, status_code=status_code)

    async def missing(self, request: Request, phrase: Page = Page.MISSING) -> Response:
        """Answer that there is nothing here."""
        reader = self.reader(request)
        words = reader.words
        body = element("main", element("p", words.say(phrase)))
        back = ways(link(words.say(Page.BACK), reader.url(BOARD)))
        title = words.say(Page.MISSING_TITLE)
        return await self.page(request, body, back, title=title, status_code=404)

    def _header(self, request: Request, status: Status, reader: PageReader, title: str) -> Markup:
        words = reader.words
        targets = [
            (BOARD, words.say(Page.BOARD)),
            (OFFERS, words.say(Page.OFFERS)),
            (PLACES, heading(words, "places")),
            (MEETUPS, heading(words, "meetups")),
            (SEARCH, words.say(Page.SEARCH)),
            *([("/", words.say(Page.APP))] if self.has_app else []),
        ]
        return element(
            "header",
            element("p", user_text("bdi", status.name)),
            _ways(targets, request, reader),
            element("h1", title),
        )

    def _footer(
        self, request: Request, status: Status, reader: PageReader, *, refreshes: bool
    ) -> Markup:
        words = reader.words
        made = moment_of(status.minute).astimezone(reader.zone)
        moment = element("bdi", f"{made:%d.%m.%Y, %H:%M %Z}", attributes={"dir": "ltr"})
        stand: list[Child] = (
            [words.marked(Page.MADE, moment=moment), " "] if knows_time(status) else []
        )
        targets = [(JOIN, words.say(Page.JOIN)), (ABOUT, words.say(Page.ABOUT))]
        return element(
            "footer",
            element("p", _reach(status, words)),
            element("p", *stand, words.say(Page.REFRESHES) if refreshes else None),
            _ways(targets, request, reader),
            self.languages(request, words),
        )

    def languages(self, request: Request, words: Catalogue) -> Markup:
        """Return ways to the same page in the other languages."""
        kept = {
            name: value[:_KEPT_CHARACTERS_MAX]
            for name in _KEPT
            if (value := request.query_params.get(name))
        }
        others = [one for one in self.catalogues.values() if one is not words]
        return ways(*(_language_link(one, kept) for one in others))


def answer(page: str, words: Catalogue, *, status_code: int = 200) -> Response:
    """Answer with a document in a language."""
    headers = {"Content-Language": words.tag, "Vary": "Accept-Language"}
    return HTMLResponse(page, status_code=status_code, headers=headers)


def heading(words: Catalogue, section: str) -> str:
    """Return what a part of the board is called."""
    return words.language.named(HEADINGS, section)


def freshness(status: Status, words: Catalogue) -> Markup | None:
    """Return that times are missing, or that there may be newer news."""
    if not knows_time(status):
        return element("p", words.say(Page.NO_CLOCK), attributes={"class": "notice"})
    if status.neighbours and _last_contact_s(status) > STALE_S:
        sentence = words.stale(_last_contact_s(status))
        return element("p", sentence, attributes={"class": "notice"})
    return None


def page_number(request: Request, page_count: int) -> int:
    """Return which part of a list is asked for; the nearest there is."""
    text = request.query_params.get("page", "1")
    is_number = text.isascii() and text.isdigit() and len(text) <= _PAGE_DIGITS_MAX
    return min(max(1, int(text)), page_count) if is_number else 1


def turning(
    number: int, page_count: int, reader: PageReader, path: str, **query: str
) -> Markup | None:
    """Return ways to the parts of a list before and after this one."""
    if page_count == 1:
        return None
    words = reader.words
    newer = link(words.say(Page.NEWER), reader.url(path, **query, page=str(number - 1)))
    older = link(words.say(Page.OLDER), reader.url(path, **query, page=str(number + 1)))
    return ways(
        newer if number > 1 else None,
        older if number < page_count else None,
        words.say(Page.PAGE, number=number, count=page_count),
    )


def _ways(targets: Sequence[tuple[str, str]], request: Request, reader: PageReader) -> Markup:
    here = request.url.path
    links = (link(name, reader.url(path), is_here=path == here) for path, name in targets)
    return ways(*links, kind="ways")


def _head(title: str, *, refreshes: bool) -> Markup:
    refresh = {"http-equiv": "refresh", "content": str(REFRESH_S)}
    return head(title, element("meta", attributes=refresh) if refreshes else None)


def head(title: str, *more: Child, style: str = STYLE) -> Markup:
    """Return a page's head."""
    viewport = {"name": "viewport", "content": "width=device-width, initial-scale=1"}
    return element(
        "head",
        element("meta", attributes={"charset": "utf-8"}),
        element("title", title),
        element("meta", attributes=viewport),
        *more,
        style_element(style),
    )


def _language_link(words: Catalogue, kept: Mapping[str, str]) -> Markup:
    address = f"?{urlencode({**kept, 'lang': words.tag})}"
    attributes = {"href": address, "lang": words.tag, "hreflang": words.tag, "dir": words.direction}
    return element("a", words.say(Page.OWN_NAME), attributes=attributes)


def _reach(status: Status, words: Catalogue) -> str:
    if not status.neighbours:
        return words.say(Page.HEARD_NOBODY)
    count = len({one.sender for one in status.neighbours})
    age = words.age(_last_contact_s(status))
    return words.say(Page.HEARD_LAST, heard=words.counted(HEARD, count), age=age).replace("..", ".")


def _last_contact_s(status: Status) -> int:
    return min(one.last_contact_s for one in status.neighbours)
