"""The time zone in which a node's people live.

Invariants: what is written in the configuration counts; else the system's zone; a system that
was never told one (UTC) stands in Germany, because that is where our nodes stand.
"""

from datetime import datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from meshnode.protocol.errors import LimitError

ZONE_DEFAULT: Final = "Europe/Berlin"
_SUMMER_AND_WINTER: Final = (datetime(2026, 7, 1), datetime(2026, 1, 1))  # noqa: DTZ001  Local.


def local_zone(configured: str) -> tzinfo | None:
    """Return the zone for a configured name; None is the system's own.

    Raises:
        LimitError: There is no zone of that name on this machine.
    """
    if configured:
        zone = _zone(configured)
        if zone is None:
            raise LimitError(
                f"node.time_zone: there is no zone {configured!r} here; write it like "
                f'"{ZONE_DEFAULT}", or leave it empty for the system\'s own.'
            )
        return zone
    return _zone(ZONE_DEFAULT) if _system_has_none() else None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None


def _system_has_none() -> bool:
    offsets = [moment.astimezone().utcoffset() for moment in _SUMMER_AND_WINTER]
    return offsets == [timedelta(0), timedelta(0)]
