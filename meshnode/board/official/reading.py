"""Any document of official alerts, whatever its format: what a stick or a person brings.

Not for: feeds, whose format is known.
"""

from meshnode.board.official.cap import parse_cap
from meshnode.board.official.dwd import parse_dwd_list
from meshnode.board.official.nina import Listed, parse_nina_detail, parse_nina_list
from meshnode.protocol.errors import PeerError


def parse_official(data: bytes) -> Listed:
    """Return the alerts in a CAP document, a list or detail of NINA, or the weather service's list.

    Raises:
        PeerError: It is none of these, or damaged.
    """
    begin = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
    if begin.startswith(b"<"):
        return Listed((parse_cap(data),), 0)
    if begin.startswith(b"["):
        return parse_nina_list(data)
    if begin.startswith(b"warnWetter"):
        return parse_dwd_list(data)
    try:
        return Listed((parse_nina_detail(data),), 0)
    except PeerError:
        # The two are told apart by what stands in them, and this one's error says more of a file.
        return parse_dwd_list(data)
