"""What is offered and needed, as plain pages.

Invariants: as in `pages`; what moderation hides is not there.
"""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.market.documents import offer_document
from meshnode.api.market.endpoints import read_listings
from meshnode.api.market.intake import DIRECTIONS, SORTS
from meshnode.api.plain.cards import PageReader
from meshnode.api.plain.entry_cards import offer_card
from meshnode.api.plain.frame import JOIN, OFFERS, Frame, page_number, turning
from meshnode.api.plain.html import Markup, element, link, together, ways
from meshnode.board.exchange.things import Direction
from meshnode.board.exchange.wording import SORTS as SORT_WORDS
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.market import Wanted
from meshnode.node.page_phrases import Page
from meshnode.node.press_phrases import SLIPS
from meshnode.protocol.errors import LimitError

OFFERS_PER_PAGE: Final = 20
_SIDES: Final = {Direction.OFFER: Page.OFFERS_ONLY, Direction.REQUEST: Page.REQUESTS_ONLY}


class OfferPages:
    """Offers and requests of one node."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._service = frame.service

    def routes(self) -> list[BaseRoute]:
        """Return where the pages are."""
        return [
            Route(OFFERS, self.get_offers, methods=["GET"]),
            Route(f"{OFFERS}/{{id}}", self.get_offer, methods=["GET"]),
        ]

    async def get_offers(self, request: Request) -> Response:
        """Answer with what is offered and needed, or with one kind of it."""
        reader = self._frame.reader(request)
        kind = request.query_params.get("kind", "")
        sort = request.query_params.get("sort", "")
        wanted = Wanted(direction=DIRECTIONS.get(kind), sort=sort if sort in SORTS else None)
        found = self._service.market.listings(wanted)
        page_count = max(1, -(-len(found) // OFFERS_PER_PAGE))
        number = page_number(request, page_count)
        shown = found[(number - 1) * OFFERS_PER_PAGE : number * OFFERS_PER_PAGE]
        await run_in_threadpool(read_listings, shown)
        minute = self._service.minute
        cards = [
            offer_card(offer_document(one, reader.local, minute=minute), reader, minute=minute)
            for one in shown
        ]
        nothing = element("p", reader.words.say(Page.NO_OFFERS))
        return await self._frame.page(
            request,
            _sieve(wanted, reader),
            element("main", *(cards or [nothing])),
            turning(number, page_count, reader, OFFERS, **_query(wanted)),
            how_to_act(reader),
            title=reader.words.say(Page.OFFERS),
        )

    async def get_offer(self, request: Request) -> Response:
        """Answer with one offer or request."""
        reader = self._frame.reader(request)
        try:
            listing = self._service.market.listing(request.path_params["id"])
        except (NotFoundError, AmbiguousError, LimitError):
            return await self._frame.missing(request, Page.GONE)
        if listing.item.is_hidden:
            return await self._frame.missing(request, Page.GONE)
        await run_in_threadpool(read_listings, [listing])
        minute = self._service.minute
        document = offer_document(listing, reader.local, minute=minute)
        return await self._frame.page(
            request,
            element("main", offer_card(document, reader, minute=minute)),
            how_to_act(reader),
            title=reader.words.say(Page.OFFERS),
        )


def how_to_act(reader: PageReader) -> Markup:
    """Return how to do more than reading, which these pages cannot."""
    words = reader.words
    way = link(words.say(Page.JOIN), reader.url(JOIN))
    return element("p", words.say(Page.HOW_TO_ACT), " ", way)


def _sieve(wanted: Wanted, reader: PageReader) -> Markup:
    """Return ways to one kind alone: offers or requests, and of which sort."""
    words, query = reader.words, _query(wanted)
    sort = {"sort": query["sort"]} if "sort" in query else {}
    kind = {"kind": query["kind"]} if "kind" in query else {}
    sides = [
        (words.say(phrase), {**sort, "kind": side.word}, wanted.direction is side)
        for side, phrase in _SIDES.items()
    ]
    sorts = [
        (reader.local.word(SORT_WORDS[one]), {**kind, "sort": word}, wanted.sort == word)
        for word, one in SORTS.items()
    ]
    everything = words.say(Page.ALL)
    chosen = next((name for name, _, is_here in sorts if is_here), everything)
    return together(
        _choices([(everything, sort, wanted.direction is None), *sides], reader),
        element(
            "details",
            element("summary", f"{reader.local.named(SLIPS, 'sort')}: {chosen}"),
            _choices([(everything, kind, wanted.sort is None), *sorts], reader),
        ),
    )


def _choices(choices: list[tuple[str, dict[str, str], bool]], reader: PageReader) -> Markup:
    links = (link(name, reader.url(OFFERS, **query), is_here=here) for name, query, here in choices)
    return ways(*links, kind="choices")


def _query(wanted: Wanted) -> dict[str, str]:
    said = {
        "kind": None if wanted.direction is None else wanted.direction.word,
        "sort": wanted.sort,
    }
    return {name: value for name, value in said.items() if value is not None}
