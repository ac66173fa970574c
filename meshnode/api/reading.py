"""Texts read before they are shown, beside the event loop.

Why: decoding one takes milliseconds, tens of them on a small Pi, and a page shows fifty. Radios
must not wait for that. What the search has read already is not decoded again.
"""

from collections.abc import Sequence

from meshnode.board.view import BulletinView
from meshnode.node.service import Service


async def read_texts(service: Service, views: Sequence[BulletinView]) -> list[BulletinView]:
    """Return the views with what they say."""
    return await service.search.read(views)


async def read_text(service: Service, view: BulletinView) -> BulletinView:
    """Return one view with what it says."""
    [read] = await service.search.read([view])
    return read
