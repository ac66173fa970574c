"""A screen in the hall: one part of the board after the other, and how to join.

For people who stand three metres away and touch nothing: no script, the page names the next one.
Invariants: as in `pages`; the code to join is opened only where the configuration has a kiosk, and
is a new one when the page is.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.capacity.documents import thing_document
from meshnode.api.market.documents import offer_document
from meshnode.api.market.endpoints import read_listings
from meshnode.api.places.documents import place_document
from meshnode.api.plain.cards import PageReader, card, knows_time, user_text
from meshnode.api.plain.entry_cards import bookable_card, offer_card, place_card
from meshnode.api.plain.frame import Frame, answer, freshness, head, heading
from meshnode.api.plain.html import Markup, document, element, together
from meshnode.api.plain.kiosk_style import KIOSK_STYLE
from meshnode.api.plain.mode_line import mode_line
from meshnode.api.plain.qr import qr_code
from meshnode.api.reading import read_bookables, read_places, read_texts
from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.view import BulletinView
from meshnode.node.clock import moment_of
from meshnode.node.guide_phrases import Guide
from meshnode.node.page_phrases import Page
from meshnode.node.status import Status
from meshnode.protocol.object import Kind

KIOSK: Final = "/kiosk"
SHOWN_S: Final = 15
"""Long enough to read four entries, short enough to wait for one's own."""
BULLETINS_MAX: Final = 4
BESIDE_GRAVE_MAX: Final = 2
"""A warning has the whole width and is read to its end; below it stand so many others."""
PLACES_MAX: Final = 6
MEETUPS_MAX: Final = 4
OFFERS_MAX: Final = 4
"""What fits on a screen at once, in letters that are read from three metres."""
_GRAVE: Final = (Severity.EXTREME, Severity.SEVERE)

Cards = Callable[[PageReader, Status], Awaitable[Sequence[Markup]]]


class KioskPage:
    """The screen of one node."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._service = frame.service
        self._parts: Mapping[str, Cards] = {
            "board": self._board,
            "places": self._places,
            "meetups": self._meetups,
            "offers": self._offers,
        }

    def routes(self) -> list[BaseRoute]:
        """Return where the page is."""
        return [Route(KIOSK, self.get_kiosk, methods=["GET"])]

    async def get_kiosk(self, request: Request) -> Response:
        """Answer with a part of the board, which names the next one that is not empty."""
        reader = self._frame.reader(request)
        status = await self._frame.recent.status()
        part, cards = await self._from(request.query_params.get("part", ""), reader, status)
        names = list(self._parts)
        following = names[(names.index(part) + 1) % len(names)]
        next_url = reader.url(KIOSK, part=following)
        refresh = {"http-equiv": "refresh", "content": f"{SHOWN_S}; url={next_url}"}
        words = reader.words
        title = words.say(Page.BOARD) if part == "board" else heading(words, part)
        page = document(
            words.tag,
            words.direction,
            head(
                f"{title}: {status.name}",
                element("meta", attributes=refresh),
                style=KIOSK_STYLE,
            ),
            element(
                "body",
                _header(title, status, reader),
                element(
                    "main",
                    freshness(status, words),
                    mode_line(status.mode, reader) if part == "board" else None,
                    element("div", *cards, attributes={"class": f"cards {part}"}),
                ),
                self._join(reader),
            ),
        )
        return answer(page, words)

    async def _from(
        self, wanted: str, reader: PageReader, status: Status
    ) -> tuple[str, Sequence[Markup]]:
        """Return the part that is wanted, or the next one after it that is not empty."""
        names = list(self._parts)
        first = names.index(wanted) if wanted in names else 0
        for name in names[first:]:
            cards = await self._parts[name](reader, status)
            if cards:
                return name, cards
        return names[0], await self._board(reader, status)

    async def _board(self, reader: PageReader, status: Status) -> Sequence[Markup]:
        listing = self._service.noticeboard.page(limit=BULLETINS_MAX)
        shown = await read_texts(self._service, listing.views)
        grave = [at for at, one in enumerate(shown) if _is_grave(one)]
        cards = [card(one, status, reader) for one in shown]
        if not grave:
            said = reader.words.say(Guide.NO_WARNING)
            return [element("p", said, attributes={"class": "calm"}), *cards]
        lead = element("div", cards.pop(grave[0]), attributes={"class": "lead"})
        return [lead, *cards[:BESIDE_GRAVE_MAX]]

    async def _places(self, reader: PageReader, _: Status) -> Sequence[Markup]:
        await run_in_threadpool(read_places, self._service)
        minute = self._service.minute
        # Of more places than fit, those of which somebody knows how full they are.
        views = sorted(self._service.places.views(), key=lambda one: one.crowding.said is None)
        return [
            place_card(place_document(one, reader.local, minute=minute), reader, minute=minute)
            for one in views[:PLACES_MAX]
        ]

    async def _meetups(self, reader: PageReader, _: Status) -> Sequence[Markup]:
        await run_in_threadpool(read_bookables, self._service, Kind.MEETUP)
        minute = self._service.minute
        things = self._frame.recent.things(Kind.MEETUP)
        coming = [one for one in things if one.sold.timetable.closes_min > minute]
        return [
            bookable_card(thing_document(one, reader.local), reader, minute=minute)
            for one in coming[:MEETUPS_MAX]
        ]

    async def _offers(self, reader: PageReader, _: Status) -> Sequence[Markup]:
        shown = self._service.market.listings()[:OFFERS_MAX]
        await run_in_threadpool(read_listings, shown)
        minute = self._service.minute
        return [
            offer_card(offer_document(one, reader.local, minute=minute), reader, minute=minute)
            for one in shown
        ]

    def _join(self, reader: PageReader) -> Markup | None:
        """Return how to join: a code that lets a phone in, or the address alone."""
        address = self._service.phones.address
        if address is None:
            return None
        words = reader.words
        token = self._service.phones.kiosk_token()
        target = address if token is None else f"{address}#{token.fragment}"
        typed = element("bdi", address.rstrip("/"), attributes={"dir": "ltr"})
        return element(
            "aside",
            qr_code(target, address),
            element("p", words.say(Guide.SCAN)),
            element("p", words.marked(Guide.ADDRESS, address=typed)),
            None if token is None else element("p", _code(token.code, reader)),
        )


def _is_grave(view: BulletinView) -> bool:
    is_meant = not (view.is_drill or view.is_out_of_force)
    return is_meant and view.head.severity in _GRAVE


def _header(title: str, status: Status, reader: PageReader) -> Markup:
    made = moment_of(status.minute).astimezone(reader.zone)
    moment = element("bdi", f"{made:%d.%m., %H:%M}", attributes={"dir": "ltr"})
    return element(
        "header",
        element("h1", title),
        element(
            "p",
            user_text("bdi", status.name),
            together(" · ", moment) if knows_time(status) else None,
        ),
    )


def _code(code: str, reader: PageReader) -> Markup:
    digits = element("bdi", code, attributes={"dir": "ltr", "class": "digits"})
    return reader.words.marked(Guide.CODE, code=digits)
