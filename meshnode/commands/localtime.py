"""The local time that people read: in the zone in which the node's people live.

Not for: what people type (`composing.zone_of` with `node.moments`), which goes by the same zone.
"""

from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path

import click

from meshnode.commands.session import Session


def local(moment: datetime) -> datetime:
    """Return a moment in the zone of the node that is asked; without one, in the usual zone."""
    context = click.get_current_context(silent=True)
    session = None if context is None else context.find_object(Session)
    return moment.astimezone(_zone(None if session is None else session.directory))


def local_text(moment: str) -> datetime:
    """Return a moment in the API's form in the zone of the node that is asked."""
    return local(datetime.fromisoformat(moment))


@lru_cache(maxsize=4)
def _zone(directory: Path | None) -> tzinfo | None:
    """Return the zone; cached, because a long list has many moments."""
    from meshnode.node.home import Home  # noqa: PLC0415  Slow.
    from meshnode.node.zone import local_zone  # noqa: PLC0415
    from meshnode.protocol.errors import LimitError, StoreError  # noqa: PLC0415

    if directory is None:
        return local_zone("")
    try:
        return local_zone(Home(directory).read_config().node.time_zone)
    except (LimitError, StoreError):
        return local_zone("")
