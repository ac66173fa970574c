"""The board for programs that ask again and again: a feed of all of it.

Not for: what a feed looks like (`atom`, `calendar`). Invariants: the same names, headers and
languages as the pages; nothing hidden, nothing that is over; a hundred readers cost one.
"""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.capacity.documents import thing_document
from meshnode.api.documents import bulletin_document
from meshnode.api.feed import atom, calendar
from meshnode.api.feed.capacity_entries import bookable_entry
from meshnode.api.feed.entries import Document, bulletin_entry
from meshnode.api.plain.catalogue import chosen
from meshnode.api.reading import read_texts
from meshnode.api.recent import Recent
from meshnode.node.capacity.counter import ThingView
from meshnode.node.languages import Language, Languages
from meshnode.node.service import Service
from meshnode.protocol.object import Kind

EVENTS_MAX: Final = 200
"""Meet-ups in one calendar; the next ones."""


class Feeds:
    """The feeds of one node, in `otherwise` for those who want no language that it speaks."""

    def __init__(
        self, service: Service, recent: Recent, languages: Languages, *, otherwise: str
    ) -> None:
        self._service = service
        self._recent = recent
        self._languages = languages
        self._otherwise = otherwise

    def routes(self) -> list[BaseRoute]:
        """Return where the feeds are."""
        return [
            Route("/feed.atom", self.get_feed, methods=["GET"]),
            Route("/meetups.ics", self.get_meetups, methods=["GET"]),
        ]

    async def get_feed(self, request: Request) -> Response:
        """Answer with the board as Atom."""
        tag = self._tag(request)
        language = self._languages[tag]
        # The newest, not the worst: what is older than those a reader has seen already.
        newest = self._service.noticeboard.newest(atom.ENTRIES_MAX)
        shown = await read_texts(self._service, newest)
        reader, minute = self._service.reader(language), self._service.minute
        feed = atom.atom_feed(
            [
                bulletin_entry(bulletin_document(one, reader, minute=minute), language)
                for one in shown
            ],
            title=self._service.name,
            feed_id=(await self._recent.status()).community,
            language=tag,
            address=_address(request),
        )
        headers = {"Content-Language": tag, "Vary": "Accept-Language"}
        return Response(feed, media_type=atom.MEDIA_TYPE, headers=headers)

    async def get_meetups(self, request: Request) -> Response:
        """Answer with the meet-ups as a calendar to subscribe to."""
        tag = self._tag(request)
        language = self._languages[tag]
        meetups = self._recent.things(Kind.MEETUP)[:EVENTS_MAX]
        documents = await run_in_threadpool(_documents, meetups, language)
        made = calendar.calendar(
            [bookable_entry(one, language) for one in documents], name=self._service.name
        )
        headers = {"Content-Language": tag, "Vary": "Accept-Language"}
        return Response(made, media_type=calendar.MEDIA_TYPE, headers=headers)

    def _tag(self, request: Request) -> str:
        accepted = request.headers.get("accept-language", "")
        return chosen(request.query_params.get("lang"), accepted, otherwise=self._otherwise)


def _address(request: Request) -> str:
    """Return where this node's pages are, by the name that the guard has let in."""
    return f"http://{request.headers['host']}"


def _documents(views: list[ThingView], language: Language) -> list[Document]:
    """Decode the words of what is shown, beside the event loop."""
    return [thing_document(one, language) for one in views]
