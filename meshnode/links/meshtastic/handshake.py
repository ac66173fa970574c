"""One exchange of "tell me your settings" with a radio, until everything has come.

Not for: what the settings mean. Invariants: answers to an older question are ignored; the question
is repeated after silence and after an incomplete answer, a bounded number of times.
Source: docs/spec/radio.md section 3; firmware 2.7 src/mesh/PhoneAPI.cpp.
"""

from typing import Any, Final

from meshnode.links.meshtastic.facts import FactsCollector, RadioFacts
from meshnode.links.meshtastic.timing import Timing
from meshnode.protocol.ports import Dice

INCOMPLETE_MAX: Final = 3
"""After so many answers with gaps the radio is taken as it is: it has no more to say."""
ONLY_SETTINGS: Final = 69420
"""The nonce by which the radio leaves out the list of nodes it knows."""
_NONCE_FIRST: Final = 100_000
"""Above the nonces to which firmware gives a meaning: 0, 69420, 69421."""


class Handshake:
    """Asks with a nonce, gathers the answer, and knows when to ask again."""

    def __init__(self, dice: Dice, timing: Timing, now_ms: int, *, is_brief: bool = False) -> None:
        self._dice = dice
        self._timing = timing
        self._is_brief = is_brief
        self._started_ms = now_ms
        self._incomplete = 0
        self.is_complete = False
        self._ask(now_ms)

    def _ask(self, now_ms: int) -> None:
        self._collector = FactsCollector()
        self._heard_ms = now_ms
        self.nonce = ONLY_SETTINGS
        if not self._is_brief:
            self.nonce = _NONCE_FIRST + self._dice.randrange(2**32 - _NONCE_FIRST)

    @property
    def facts(self) -> RadioFacts:
        """What the radio told until now."""
        return self._collector.facts()

    def take(self, variant: str, message: Any, now_ms: int) -> bool:
        """Take note of a message; return whether the question must be put again."""
        self._heard_ms = now_ms
        if variant != "config_complete_id":
            self._collector.take(variant, message)
            return False
        if message.config_complete_id != self.nonce:
            return False
        if self._collector.missing() and self._incomplete + 1 < INCOMPLETE_MAX:
            self._incomplete += 1
            self._ask(now_ms)
            return True
        self.is_complete = True
        return False

    def tick(self, now_ms: int) -> bool:
        """Return whether the question must be put again, after silence."""
        if now_ms < self._heard_ms + self._timing.handshake_repeat_ms:
            return False
        self._ask(now_ms)
        return True

    def is_too_late(self, now_ms: int) -> bool:
        """Return whether the radio has had all the time that it gets."""
        return now_ms >= self._started_ms + self._timing.handshake_ms

    def deadline_ms(self) -> int:
        """Return when `tick` or `is_too_late` may change by themselves."""
        repeat_ms = self._heard_ms + self._timing.handshake_repeat_ms
        return min(repeat_ms, self._started_ms + self._timing.handshake_ms)
