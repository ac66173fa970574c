"""The weather service's own list: `warnWetter.loadWarnings({...});`, by warning cells.

Its warnings have no identifiers. One is made of the cell, the sort of weather and the beginning:
what two nodes make of the same warning is the same, and a warning that is prolonged keeps it.
Source: docs/spec/alerts.md section 2.
"""

import re
from typing import Any, Final

from meshnode.board.official.jsontext import number, parse_json, record, rows, word
from meshnode.board.official.nina import LISTED_MAX, Listed
from meshnode.board.official.times import minute_of_unix_ms
from meshnode.board.official.warning import (
    Area,
    CapCategory,
    CapSeverity,
    MessageType,
    OfficialAlert,
    Status,
)
from meshnode.protocol.errors import PeerError

LEVELS: Final = {
    2: CapSeverity.MINOR,
    3: CapSeverity.MODERATE,
    4: CapSeverity.SEVERE,
    5: CapSeverity.EXTREME,
}
"""The colours of the weather service's map, yellow to violet, as CAP's severities."""
CELL: Final = "WARNCELLID"
_SOURCE: Final = "DWD"
_FRAME: Final = re.compile(rb"^\s*warnWetter\.loadWarnings\(\s*(\{.*\})\s*\)\s*;?\s*$", re.DOTALL)
_CELL_SHAPE: Final = re.compile(r"\d{1,9}", re.ASCII)


def parse_dwd_list(data: bytes) -> Listed:
    """Return the warnings of all cells, each cell's by itself.

    Raises:
        PeerError: It is not this list.
    """
    found = _FRAME.match(data.removeprefix(b"\xef\xbb\xbf"))
    document = record(parse_json(found[1] if found else data))
    cells = document.get("warnings")
    if not isinstance(cells, dict):
        raise PeerError("bad_feed", "no warnings in the weather service's list")
    sent_min = _minute(document.get("time"))
    alerts: dict[str, OfficialAlert] = {}
    unreadable = 0
    for cell, values in cells.items():
        for value in rows(values):
            try:
                alert = _warning(cell, record(value), sent_min)
            except PeerError:
                unreadable += 1
                continue
            if len(alerts) >= LISTED_MAX and alert.key not in alerts:
                unreadable += 1
                continue
            before = alerts.get(alert.key)
            if before is None or _weight(alert) > _weight(before):
                alerts[alert.key] = alert
    return Listed(tuple(alerts.values()), unreadable)


def _warning(cell: str, item: dict[str, Any], sent_min: int) -> OfficialAlert:
    headline, sort = word(item.get("headline")), number(item.get("type"))
    if not _CELL_SHAPE.fullmatch(cell) or sort is None or not headline.strip():
        raise PeerError("bad_feed", "a warning without cell, type or headline")
    start_min = _minute(item.get("start"))
    ends = item.get("end")
    identifier = f"dwd.{cell}.{sort}.{start_min}"
    return OfficialAlert(
        key=identifier,
        identifier=identifier,
        source=_SOURCE,
        sent_min=sent_min,
        message_type=MessageType.ALERT,
        status=Status.ACTUAL,
        severity=LEVELS.get(number(item.get("level")) or 0, CapSeverity.MINOR),
        category=CapCategory.MET,
        event=word(item.get("event")),
        headline=headline,
        description=word(item.get("description")),
        instruction=word(item.get("instruction")),
        onset_min=start_min,
        expires_min=None if ends is None else _minute(ends),
        areas=(Area(word(item.get("regionName")), ((CELL, cell),)),),
        language="de",
    )


def _weight(alert: OfficialAlert) -> int:
    return list(CapSeverity)[::-1].index(alert.severity)


def _minute(value: object) -> int:
    milliseconds = number(value)
    if milliseconds is None:
        raise PeerError("bad_time", repr(value)[:40])
    return minute_of_unix_ms(milliseconds)
