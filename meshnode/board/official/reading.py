"""Any document of official alerts, whatever its format: what a stick or a person brings.

Not for: feeds, whose format is known.
"""

from typing import Final

from meshnode.board.official.cap import parse_cap
from meshnode.board.official.dwd import parse_dwd_list
from meshnode.board.official.nina import (
    LISTED_MAX,
    Listed,
    parse_nina_detail,
    parse_nina_list,
)
from meshnode.board.official.warning import OfficialAlert
from meshnode.protocol.errors import PeerError

_DECLARATION: Final = b"<?xml"


def parse_official(data: bytes) -> Listed:
    """Return the alerts in one or several CAP documents, a list or detail of NINA, or the weather
    service's list.

    Raises:
        PeerError: It is none of these, or damaged.
    """
    begin = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
    if begin.startswith(b"<"):
        return _parse_caps(data)
    if begin.startswith(b"["):
        return parse_nina_list(data)
    if begin.startswith(b"warnWetter"):
        return parse_dwd_list(data)
    try:
        return Listed((parse_nina_detail(data),), 0)
    except PeerError:
        # The two are told apart by what stands in them, and this one's error says more of a file.
        return parse_dwd_list(data)


def _parse_caps(data: bytes) -> Listed:
    """Return the alerts of CAP documents one after the other, as `alert export` writes them.

    Raises:
        PeerError: There is one that cannot be read, or several of which none can.
    """
    try:
        return Listed((parse_cap(data),), 0)
    except PeerError:
        if data.count(_DECLARATION) < 2:
            raise
    _, *parts = data.split(_DECLARATION, LISTED_MAX + 1)
    alerts: list[OfficialAlert] = []
    refused: PeerError | None = None
    for part in parts[:LISTED_MAX]:
        try:
            alerts.append(parse_cap(_DECLARATION + part.rstrip()))
        except PeerError as error:
            refused = error
    if refused is not None and not alerts:
        raise refused
    return Listed(tuple(alerts), len(parts) - len(alerts))
