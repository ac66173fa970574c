"""Moments as the people of the node tell the time, which is how they type them.

Not for: what is signed or sent, which counts in UTC. Invariants: the zone is the one in which the
node reads what is typed (`meshnode.node.zone`): who says 12:00 is shown 12:00, also on a machine
that was never told where it stands.
"""

import tomllib
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path

import click

from meshnode.commands.session import Session
from meshnode.protocol.errors import LimitError


def local(moment: str | datetime) -> datetime:
    """Return a moment, or its text in the API's form, in the zone of the node that is meant."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    context = click.get_current_context(silent=True)
    session = None if context is None else context.find_object(Session)
    return at.astimezone(_zone_of(None if session is None else session.directory))


def today() -> datetime:
    """Return now, in that zone."""
    return local(datetime.now(UTC))


@lru_cache(maxsize=8)
def _zone_of(home: Path | None) -> tzinfo | None:
    """Return the zone of a node's people; without a node, what a node here would have."""
    from meshnode.node.zone import local_zone  # noqa: PLC0415  Slow, and not always needed.

    try:
        return local_zone("" if home is None else _configured(home))
    except LimitError:
        return local_zone("")


def _configured(home: Path) -> str:
    """Return the zone that a node's configuration names, "" for none.

    Only one line of it is read: importing the rest would slow down every list; and what is wrong
    with a configuration is said by the commands that need all of it.
    """
    try:
        document = tomllib.loads((home / "config.toml").read_text(encoding="utf-8"))
        return str(document["node"]["time_zone"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""
