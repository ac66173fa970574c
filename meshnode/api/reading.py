"""Texts decoded before they are shown, beside the event loop.

Why: a text takes milliseconds, tens of them on a small Pi, and a page shows fifty. Radios must
not wait for that. What was decoded once is kept by the view, so this is quick the next time.
"""

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool

from meshnode.board.view import BulletinView


async def read_texts(views: Sequence[BulletinView]) -> None:
    """Let the texts of `views` be decoded when this returns."""
    await run_in_threadpool(_read, views)


def _read(views: Sequence[BulletinView]) -> None:
    for view in views:
        _ = view.fields
        for notice in view.moderation.in_force:
            _ = notice.text
