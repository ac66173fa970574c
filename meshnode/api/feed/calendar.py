"""Entries that take place as an iCalendar file, which every calendar program subscribes to.

Not for: HTTP (`feeds`). Invariants: an event's UID never changes, and each time of several has its
own; what people wrote cannot begin a line of its own; lines are folded at 75 bytes, never inside a
letter.
Source: RFC 5545; RFC 7986 for the calendar's name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from meshnode.api.feed.atom import content, headline
from meshnode.api.feed.entries import Entry

MEDIA_TYPE: Final = "text/calendar"
LINE_BYTES_MAX: Final = 75
_PRODUCT: Final = "-//meshnode//board//EN"


def calendar(entries: Sequence[Entry], *, name: str) -> str:
    """Return a calendar with those of the entries that say when they begin."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        *(line for one in entries for line in _events(one)),
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """Return a text as a value of iCalendar."""
    plain = "".join(each if each == "\n" or each.isprintable() else " " for each in text)
    for special in ("\\", ";", ","):
        plain = plain.replace(special, f"\\{special}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """Yield the lines of at most 75 bytes that stand for one."""
    part, size, limit = "", 0, LINE_BYTES_MAX
    for each in line:
        width = len(each.encode())
        if size + width > limit:
            yield part
            # What follows begins with a blank, which counts.
            part, size = " ", 1
        part += each
        size += width
    yield part


def _events(entry: Entry) -> Iterator[str]:
    for number, time in enumerate(entry.times, start=1):
        if time.begins is not None:
            at_that_time = replace(entry, facts=(*entry.facts, *time.facts))
            yield from _event(at_that_time, number, time.begins, time.ends)


def _event(entry: Entry, number: int, begins: datetime, ends: datetime | None) -> Iterator[str]:
    which = "" if number == 1 else f"-{number}"
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.family}-{entry.root}{which}@meshnode.invalid"
    yield f"DTSTAMP:{_moment(entry.created)}"
    yield f"LAST-MODIFIED:{_moment(entry.updated)}"
    yield f"SEQUENCE:{entry.version}"
    yield f"DTSTART:{_moment(begins)}"
    if ends is not None:
        yield f"DTEND:{_moment(ends)}"
    yield f"SUMMARY:{escaped(_summary(entry))}"
    yield f"DESCRIPTION:{escaped(content(entry))}"
    if entry.place:
        yield f"LOCATION:{escaped(entry.place)}"
    if entry.category:
        yield f"CATEGORIES:{escaped(entry.category)}"
    yield f"STATUS:{_status(entry)}"
    yield "END:VEVENT"


def _summary(entry: Entry) -> str:
    """Return what stands in a day's list; what is not real or not promised says so there."""
    if entry.is_drill or entry.is_tentative:
        return headline(entry)
    return entry.heading or entry.text


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_tentative else "CONFIRMED"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
