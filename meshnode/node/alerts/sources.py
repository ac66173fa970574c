"""Where official alerts come from: the feeds that can be configured, by name.

Not for: fetching (`fetching`) or reading them (`board.official`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from meshnode.node.alerts.fetching import check_url
from meshnode.protocol.errors import LimitError

_NINA: Final = "https://warnung.bund.de/api31"
_DWD: Final = "https://www.dwd.de/DWD/warnungen/warnapp/json/warnings.json"


class Format(StrEnum):
    """What a feed's documents are."""

    DASHBOARD = "dashboard"
    MAP_DATA = "map data"
    DWD = "dwd"
    CAP = "cap"


_FORMATS: Final = {
    "nina": Format.DASHBOARD,
    "mowas": Format.MAP_DATA,
    "katwarn": Format.MAP_DATA,
    "biwapp": Format.MAP_DATA,
    "lhp": Format.MAP_DATA,
    "police": Format.MAP_DATA,
    "dwd": Format.DWD,
    "cap": Format.CAP,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A feed: its name, its documents' format, and under which addresses they are."""

    name: str
    format: Format
    urls: tuple[str, ...]
    base: str

    def detail_url(self, identifier: str) -> str:
        """Return where the detail of a listed warning is."""
        return f"{self.base}/warnings/{quote(identifier, safe='')}.json"


def parse_feed(text: str, regions: Sequence[str]) -> Source:
    """Return the feed that somebody configured, as `name` or `name=URL`.

    Raises:
        LimitError: There is none of this name, it needs an address or a district, or the address
            is none.
    """
    name, _, url = text.partition("=")
    if name not in _FORMATS:
        raise LimitError(f"There is no feed {name!r}. Known are: {', '.join(_FORMATS)}.")
    kind = _FORMATS[name]
    if kind is Format.CAP:
        if not url:
            raise LimitError('The feed cap needs an address: "cap=https://HOST/PATH".')
        return Source(name, kind, (check_url(url),), "")
    if not regions:
        raise LimitError(f"The feed {name} needs alerts.regions: which districts it is for.")
    base = check_url(url.rstrip("/") or (_DWD if kind is Format.DWD else _NINA))
    match kind:
        case Format.DASHBOARD:
            urls = tuple(f"{base}/dashboard/{region}.json" for region in regions)
        case Format.MAP_DATA:
            urls = (f"{base}/{name}/mapData.json",)
        case _:
            urls = (base,)
    return Source(name, kind, urls, base)
