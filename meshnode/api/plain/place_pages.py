"""Places and how full they are, and what can be booked or joined, as plain pages.

Invariants: as in `pages`; a level never stands without its age and who says so.
"""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.capacity.documents import thing_document
from meshnode.api.places.documents import place_document
from meshnode.api.plain.cards import PageReader
from meshnode.api.plain.entry_cards import bookable_card, place_card
from meshnode.api.plain.frame import MEETUPS, PLACES, Frame, heading, page_number, turning
from meshnode.api.plain.html import Markup, element, link, ways
from meshnode.api.plain.offer_pages import how_to_act
from meshnode.api.reading import read_bookables, read_places
from meshnode.node.capacity.counter import ThingView
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.places import PlaceView
from meshnode.node.page_phrases import Page
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import Kind, ShortId

PLACES_PER_PAGE: Final = 20
MEETUPS_PER_PAGE: Final = 20


class PlacePages:
    """Places and meet-ups of one node."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._service = frame.service

    def routes(self) -> list[BaseRoute]:
        """Return where the pages are."""
        return [
            Route(PLACES, self.get_places, methods=["GET"]),
            Route(f"{PLACES}/{{id}}", self.get_place, methods=["GET"]),
            Route(MEETUPS, self.get_meetups, methods=["GET"]),
            Route(f"{MEETUPS}/{{id}}", self.get_bookable, methods=["GET"]),
        ]

    async def get_places(self, request: Request) -> Response:
        """Answer with all places, by name."""
        reader = self._frame.reader(request)
        await run_in_threadpool(read_places, self._service)
        found = self._service.places.views()
        page_count = max(1, -(-len(found) // PLACES_PER_PAGE))
        number = page_number(request, page_count)
        shown = found[(number - 1) * PLACES_PER_PAGE : number * PLACES_PER_PAGE]
        nothing = element("p", reader.words.say(Page.NO_PLACES))
        return await self._frame.page(
            request,
            element("main", *([self._card(one, reader) for one in shown] or [nothing])),
            turning(number, page_count, reader, PLACES),
            title=heading(reader.words, "places"),
        )

    async def get_place(self, request: Request) -> Response:
        """Answer with one place and what is on there."""
        reader = self._frame.reader(request)
        await run_in_threadpool(read_places, self._service)
        try:
            view = self._service.places.view(request.path_params["id"])
        except (NotFoundError, AmbiguousError):
            return await self._frame.missing(request, Page.GONE)
        if view.item.is_hidden:
            return await self._frame.missing(request, Page.GONE)
        there = await self._there(view.item.root)
        minute = self._service.minute
        documents = [thing_document(one, reader.local) for one in there]
        title = element("h2", reader.words.say(Page.THERE)) if there else None
        return await self._frame.page(
            request,
            element(
                "main",
                self._card(view, reader),
                title,
                *(bookable_card(one, reader, minute=minute) for one in documents),
            ),
            how_to_act(reader) if there else None,
            ways(link(heading(reader.words, "places"), reader.url(PLACES))),
            title=heading(reader.words, "places"),
        )

    async def get_meetups(self, request: Request) -> Response:
        """Answer with the meet-ups, the next one first."""
        reader = self._frame.reader(request)
        await run_in_threadpool(read_bookables, self._service, Kind.MEETUP)
        minute = self._service.minute
        found = [
            one
            for one in self._frame.recent.things(Kind.MEETUP)
            if one.sold.timetable.closes_min > minute or not minute
        ]
        page_count = max(1, -(-len(found) // MEETUPS_PER_PAGE))
        number = page_number(request, page_count)
        shown = found[(number - 1) * MEETUPS_PER_PAGE : number * MEETUPS_PER_PAGE]
        documents = [thing_document(one, reader.local) for one in shown]
        cards = [bookable_card(one, reader, minute=minute) for one in documents]
        nothing = element("p", reader.words.say(Page.NO_MEETUPS))
        return await self._frame.page(
            request,
            element("main", *(cards or [nothing])),
            turning(number, page_count, reader, MEETUPS),
            how_to_act(reader),
            title=heading(reader.words, "meetups"),
        )

    async def get_bookable(self, request: Request) -> Response:
        """Answer with one meet-up, or one thing with slots."""
        reader = self._frame.reader(request)
        try:
            view = self._service.counter.thing(request.path_params["id"])
        except (NotFoundError, AmbiguousError, LimitError):
            return await self._frame.missing(request, Page.GONE)
        if view.item.is_hidden:
            return await self._frame.missing(request, Page.GONE)
        document = thing_document(view, reader.local)
        minute = self._service.minute
        kind = "meetups" if view.item.thing.kind == Kind.MEETUP else "slots"
        return await self._frame.page(
            request,
            element("main", bookable_card(document, reader, minute=minute, is_whole=True)),
            how_to_act(reader),
            title=heading(reader.words, kind),
        )

    def _card(self, view: PlaceView, reader: PageReader) -> Markup:
        minute = self._service.minute
        return place_card(place_document(view, reader.local, minute=minute), reader, minute=minute)

    async def _there(self, root: ShortId) -> list[ThingView]:
        """Return what can be booked or joined at a place, the next one first."""
        found: list[ThingView] = []
        for kind in (Kind.SLOTS, Kind.MEETUP):
            await run_in_threadpool(read_bookables, self._service, kind)
            found += [one for one in self._frame.recent.things(kind) if one.sold.place == root]
        return found
