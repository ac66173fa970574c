"""In which zone the people of the node that is meant tell the time."""

from datetime import tzinfo

from meshnode.commands.session import Session
from meshnode.node.home import Home
from meshnode.node.zone import local_zone
from meshnode.protocol.errors import LimitError, StoreError


def session_zone(session: Session) -> tzinfo | None:
    """Return the zone that the node's configuration names, else the system's."""
    try:
        configured = Home(session.directory).read_config().node.time_zone
    except (LimitError, StoreError):
        configured = ""
    return local_zone(configured)
