"""Moments as the node's people tell the time.

Not for: times that somebody types (`meshnode.node.moments`). Invariant: a computer that was never
told a zone tells the same time here as in the sentences that the node makes.
"""

from datetime import datetime

from meshnode.node.zone import local_zone


def local(moment: datetime) -> datetime:
    """Return a moment in the zone of this computer; UTC stands in Germany, as for the node."""
    return moment.astimezone(local_zone(""))
