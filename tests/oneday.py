"""For tests in whose sentences a day is called today: that it becomes yesterday is no finding."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from meshnode.node.zone import ZONE_DEFAULT


def on_one_day(play: Callable[[date], None]) -> None:
    """Play a test, and once more where it failed while midnight passed; it is told the day."""
    while True:
        day = _today()
        try:
            play(day)
        except AssertionError:
            if _today() == day:
                raise
        else:
            return


def _today() -> date:
    return datetime.now(ZoneInfo(ZONE_DEFAULT)).date()
