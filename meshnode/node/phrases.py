"""How times are said, in English; every class is a context in the catalogues.

Not for: choosing among them (`reader`). Blanks: `hour` is 0..23, `hour12` 1..12, `minute` two
digits; a translation may use either hour. `day` comes from `Day` or `OnDay`, as written there.
"""

from enum import StrEnum
from typing import Final


class Clock(StrEnum):
    """A time of the day."""

    MORNING = "{hour12} am"
    MORNING_MINUTE = "{hour12}:{minute} am"
    EVENING = "{hour12} pm"
    EVENING_MINUTE = "{hour12}:{minute} pm"
    DAY_BEGINS = "0:00"
    NOON = "noon"
    DAY_ENDS = "midnight"


class Day(StrEnum):
    """A day, as it stands after `from` and `until`. The order of weekdays and months counts."""

    YESTERDAY = "yesterday"
    TODAY = "today"
    TOMORROW = "tomorrow"
    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday"
    JANUARY = "{number} January"
    FEBRUARY = "{number} February"
    MARCH = "{number} March"
    APRIL = "{number} April"
    MAY = "{number} May"
    JUNE = "{number} June"
    JULY = "{number} July"
    AUGUST = "{number} August"
    SEPTEMBER = "{number} September"
    OCTOBER = "{number} October"
    NOVEMBER = "{number} November"
    DECEMBER = "{number} December"


class OnDay(StrEnum):
    """A day on which something is."""

    YESTERDAY = "yesterday"
    TODAY = "today"
    TOMORROW = "tomorrow"
    MONDAY = "on Monday"
    TUESDAY = "on Tuesday"
    WEDNESDAY = "on Wednesday"
    THURSDAY = "on Thursday"
    FRIDAY = "on Friday"
    SATURDAY = "on Saturday"
    SUNDAY = "on Sunday"
    DATE = "on {date}"


class When(StrEnum):
    """A time and a day together; without a day where the reader's node does not know today."""

    AT = "{day} at {time}"
    AT_TIME = "at {time}"
    SPAN = "{day} from {start} to {end}"
    SPAN_TIME = "from {start} to {end}"
    SPAN_DAYS = "from {start_day}, {start}, to {end_day}, {end}"
    FROM = "from {day}, {start}"
    FROM_TIME = "from {start}"
    UNTIL = "until {day}, {end}"
    UNTIL_TIME = "until {end}"


class Amount(StrEnum):
    """A number or a price. Blanks are digits: `cents` two of them, `tenths` one."""

    DECIMAL = "{whole}.{tenths}"
    PRICE = "€{euros}.{cents}"
    PRICE_WHOLE = "€{euros}"


CONTEXTS: Final[dict[type[StrEnum], str]] = {
    Clock: "clock",
    Day: "day",
    OnDay: "on day",
    When: "when",
    Amount: "amount",
}

DAYS: Final = ("{count} day", "{count} days")
HOURS: Final = ("{count} hour", "{count} hours")
MINUTES: Final = ("{count} minute", "{count} minutes")

DAYS_AGO: Final = ("{count} day ago", "{count} days ago")
HOURS_AGO: Final = ("{count} hour ago", "{count} hours ago")
MINUTES_AGO: Final = ("{count} minute ago", "{count} minutes ago")
"""Sentences of their own: in many languages a length of time is inflected where it was `ago`."""
