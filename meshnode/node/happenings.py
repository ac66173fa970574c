"""What changed on the node lately, for those who then look for themselves: no content, no names.

Not for: what the UNIX socket's watch tells (`hub`). Invariants: what strangers may not read has no
id here; whoever was away for longer than `KEPT_MAX` changes is told so, and never that nothing was.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.object import Kind

KEPT_MAX: Final = 512
"""An evening of a neighbourhood; 40 kB."""

_NAMED: Final = frozenset(
    {
        Kind.BULLETIN,
        Kind.DRILL,
        Kind.ALERT,
        Kind.OFFER,
        Kind.PLACE,
        Kind.LEVEL,
        Kind.SLOTS,
        Kind.MEETUP,
        Kind.MODE,
    }
)
"""What hangs in public. Of all other kinds it is only said that something came."""
_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Happening:
    """One change: `kind` is an object's kind, `removed` or `mode`; `id` only of what is public."""

    number: int
    kind: str
    id: str | None


class Happenings:
    """The last changes, numbered from 1 in each run of the node, which `boot` names."""

    def __init__(self) -> None:
        self.boot = secrets.token_hex(4)
        self._kept: deque[Happening] = deque(maxlen=KEPT_MAX)
        self._number = 0
        self._more = asyncio.Event()

    @property
    def number(self) -> int:
        """The number of the last change; 0 before the first."""
        return self._number

    def take(self, kind: str, fields: Mapping[str, object]) -> None:
        """Note news of the hub, if it is about what somebody may read."""
        match kind, fields:
            case "object", {"id": str(thing), "number": int(number)}:
                self._note(_word(number), thing if number in _NAMED else None)
            case "removed" | "mode", _:
                self._note(kind, None)
            case _:
                pass

    def since(self, number: int) -> tuple[Happening, ...] | None:
        """Return what happened after the change with this number; None: not all is known."""
        oldest = self._number - len(self._kept)
        if not oldest <= number <= self._number:
            return None
        return tuple(one for one in self._kept if one.number > number)

    async def more(self, number: int) -> None:
        """Wait until there is something after the change with this number."""
        while self._number <= number:
            await self._more.wait()

    def _note(self, kind: str, thing: str | None) -> None:
        self._number += 1
        self._kept.append(Happening(self._number, kind, thing))
        waking, self._more = self._more, asyncio.Event()
        waking.set()


def _word(number: int) -> str:
    try:
        return Kind(number).name.lower()
    except ValueError:
        return _UNKNOWN
