"""Texts read before they are shown, beside the event loop.

Why: decoding one takes milliseconds, tens of them on a small Pi, and a page shows fifty. Radios
must not wait for that. What the search has read already is not decoded again.
"""

from collections.abc import Sequence

from meshnode.board.capacity.meetup import shown_meetup
from meshnode.board.capacity.slots import shown_slots
from meshnode.board.places.place import readable_place
from meshnode.board.view import BulletinView
from meshnode.node.service import Service
from meshnode.protocol.object import Kind


async def read_texts(service: Service, views: Sequence[BulletinView]) -> list[BulletinView]:
    """Return the views with what they say."""
    return await service.search.read(views)


async def read_text(service: Service, view: BulletinView) -> BulletinView:
    """Return one view with what it says."""
    [read] = await service.search.read([view])
    return read


def read_places(service: Service) -> None:
    """Decode the words of all places; each takes milliseconds, so call it in a thread."""
    for one in service.shelf.rules.register.of_kind(Kind.PLACE):
        readable_place(one.codec, one.body)


def read_bookables(service: Service, kind: Kind) -> None:
    """Decode the words of all meet-ups or slots; as `read_places`."""
    shown = shown_meetup if kind == Kind.MEETUP else shown_slots
    for one in service.shelf.rules.register.of_kind(kind):
        shown(one.codec, one.body)
