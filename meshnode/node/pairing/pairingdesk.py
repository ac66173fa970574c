"""The pairing desk: which openings a node has for phones, and who tried them.

Not for: the phones that came in (`phonebook`). Nothing here is written to disk. Invariants: at most
`OPENINGS_MAX` openings, each for one phone; who has guessed wrong `WRONG_MAX` times within ten
minutes comes in by a scanned token only, which nobody guesses, so that no stranger shuts others
out; one refusal for what is wrong, whatever is wrong with it.
Source: docs/spec/pairing.md sections 1 and 2.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from meshnode.board.pairing.openings import (
    CODE_BYTES,
    TOKEN_BYTES,
    Secret,
    code_secret,
    spell_code,
)
from meshnode.board.pairing.proofs import is_proof
from meshnode.node.denials import NotAllowedError, NotFoundError, TooOftenError, UsedError
from meshnode.node.pairing.guesses import Guesses
from meshnode.node.pairing.households import household_of
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import PublicKey

OPENINGS_MAX: Final = 8
"""At a time: a stall with eight helpers, and so many secrets that a guess may hit."""
OPEN_MS: Final = 600_000
"""Ten minutes: time to find the camera, not to guess."""
WRONG_MAX: Final = 5
"""Wrong proofs of one household in that time: enough for somebody who misreads a code."""
WRONG_IN_ALL_MAX: Final = 1024
"""The same of all together: with eight codes open one in 100 million hits. Beyond it codes that are
typed count no more; scanned ones do.
"""
WRONG_WITHIN_MS: Final = 600_000
ENDED_MAX: Final = 32
"""Ended openings that are remembered, so that a second phone is told that it came second."""
ATTEMPTS_MAX: Final = 64
"""Attempts that are shown to whoever runs the node."""
KIOSK_FRESH_MS: Final = 300_000
"""So long one code stays on a kiosk's screen; it works for five minutes after it has gone."""
_ID_BYTES: Final = 8


class OpeningState(StrEnum):
    """What has become of an opening."""

    OPEN = "open"
    USED = "used"
    OVER = "over"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What has become of an attempt."""

    PAIRED = "paired"
    USED = "used"
    OVER = "over"
    WRONG = "wrong"


@dataclass(slots=True)
class Opening:
    """One phone may come in by this; `used_by` says which one did."""

    id: str
    token: bytes
    code: str
    opened_ms: int
    ends_ms: int
    is_kiosk: bool = False
    is_closed: bool = False
    is_scanned_only: bool = False
    used_by: PublicKey | None = None

    def secrets(self, *, is_scanned: bool) -> tuple[Secret, ...]:
        """Return what a phone may prove to have; `is_scanned`: only what nobody guesses."""
        token = Secret(self.token)
        return (token,) if is_scanned or self.is_scanned_only else (token, code_secret(self.code))

    def state(self, now_ms: int) -> OpeningState:
        """Return what has become of it."""
        if self.used_by is not None:
            return OpeningState.USED
        if self.is_closed:
            return OpeningState.CLOSED
        return OpeningState.OPEN if now_ms < self.ends_ms else OpeningState.OVER


@dataclass(frozen=True, slots=True)
class Attempt:
    """A phone that tried to come in, and from which address."""

    at_min: int
    outcome: Outcome
    key: PublicKey
    address: str


class PairingDesk:
    """Openings of one node. `entropy(n)` returns n bytes that nobody can guess."""

    def __init__(
        self,
        *,
        now_ms: Callable[[], int],
        minute: Callable[[], int],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._now_ms = now_ms
        self._minute = minute
        self._entropy = entropy
        self._openings: deque[Opening] = deque()
        self._attempts: deque[Attempt] = deque(maxlen=ATTEMPTS_MAX)
        self._guesses = Guesses(wrong_max=WRONG_MAX, within_ms=WRONG_WITHIN_MS, now_ms=now_ms)
        self._wrong_ms: deque[int] = deque(maxlen=WRONG_IN_ALL_MAX)

    def open_(self, *, lasting_ms: int = OPEN_MS, is_kiosk: bool = False) -> Opening:
        """Return a new opening.

        Raises:
            LimitError: There are enough.
        """
        self._tidy()
        if sum(1 for _ in self._open()) >= OPENINGS_MAX:
            raise LimitError(
                f"{OPENINGS_MAX} codes for phones are open already. Wait until one was used or "
                "is over, in ten minutes at most."
            )
        now_ms = self._now_ms()
        opening = Opening(
            id=self._entropy(_ID_BYTES).hex(),
            token=self._entropy(TOKEN_BYTES),
            code=spell_code(self._entropy(CODE_BYTES)),
            opened_ms=now_ms,
            ends_ms=now_ms + lasting_ms,
            is_kiosk=is_kiosk,
        )
        self._openings.append(opening)
        return opening

    def close(self, opening_id: str) -> Opening:
        """Let nobody in by an opening any more; return it.

        Raises:
            NotFoundError: There is none of this id.
        """
        for one in self._openings:
            if one.id == opening_id:
                one.is_closed = True
                return one
        raise NotFoundError("There is no such code any more.")

    def kiosk_opening(self) -> Opening | None:
        """Return what a kiosk shows now; None: for the moment nothing.

        A fresh one when the last one was used or stood there for five minutes. One that was closed
        is replaced by the clock alone.
        """
        now_ms = self._now_ms()
        last = next((one for one in reversed(self._openings) if one.is_kiosk), None)
        if last is not None and now_ms < last.opened_ms + KIOSK_FRESH_MS:
            state = last.state(now_ms)
            if state is not OpeningState.USED:
                return last if state is OpeningState.OPEN else None
        try:
            return self.open_(is_kiosk=True)
        except LimitError:
            return None

    def take(self, device_key: PublicKey, proof: bytes, address: str) -> Secret:
        """Let a phone in by what it proves to have; return that secret.

        A phone that got no answer may come again by the same opening while that lasts.

        Raises:
            UsedError: Another phone was first.
            NotAllowedError: The proof fits nothing, or an opening that is over.
            TooOftenError: From this address too many fitted nothing.
        """
        self._tidy()
        now_ms = self._now_ms()
        household = household_of(address)
        wait_s = self._guesses.wait_s(household)
        for opening in self._openings:
            for secret in opening.secrets(is_scanned=wait_s > 0):
                if is_proof(proof, secret, device_key):
                    self._use(opening, device_key, address, now_ms)
                    return secret
        self._note(Outcome.WRONG, device_key, address)
        if wait_s:
            # Nothing that could be guessed was looked at, so it is no further guess.
            raise _too_often(wait_s)
        self._guesses.note(household)
        self._count_wrong(now_ms)
        raise _refused()

    def forget(self, device_key: PublicKey) -> None:
        """Let a phone that was unpaired not come back by the opening that it had used."""
        for one in self._openings:
            if one.used_by == device_key:
                one.ends_ms = min(one.ends_ms, self._now_ms())

    def openings(self) -> list[Opening]:
        """Return the openings that are remembered, the oldest first."""
        self._tidy()
        return list(self._openings)

    def state(self, opening: Opening) -> OpeningState:
        """Return what has become of an opening by now."""
        return opening.state(self._now_ms())

    def expires_in_s(self, opening: Opening) -> int:
        """Return for how long one may still come in by it."""
        return max(0, opening.ends_ms - self._now_ms()) // 1000

    def attempts(self) -> list[Attempt]:
        """Return the last attempts, the oldest first."""
        return list(self._attempts)

    def _use(self, opening: Opening, device_key: PublicKey, address: str, now_ms: int) -> None:
        is_again = opening.used_by == device_key and now_ms < opening.ends_ms
        match opening.state(now_ms):
            case OpeningState.USED if not is_again:
                self._note(Outcome.USED, device_key, address)
                raise UsedError(
                    "Another phone has used this code. Ask for a new one, and say so: somebody "
                    "may have photographed yours."
                )
            case OpeningState.OVER | OpeningState.CLOSED:
                self._note(Outcome.OVER, device_key, address)
                raise _refused()
            case _:
                opening.used_by = device_key
                self._note(Outcome.PAIRED, device_key, address)

    def _count_wrong(self, now_ms: int) -> None:
        """Let typed codes count no more when all together guess too much."""
        self._wrong_ms.append(now_ms)
        is_full = len(self._wrong_ms) == WRONG_IN_ALL_MAX
        if is_full and self._wrong_ms[0] > now_ms - WRONG_WITHIN_MS:
            self._wrong_ms.clear()
            for one in self._open():
                one.is_scanned_only = True

    def _open(self) -> Iterator[Opening]:
        now_ms = self._now_ms()
        return (one for one in self._openings if one.state(now_ms) is OpeningState.OPEN)

    def _note(self, outcome: Outcome, key: PublicKey, address: str) -> None:
        self._attempts.append(Attempt(self._minute(), outcome, key, address))

    def _tidy(self) -> None:
        """Forget the oldest of those that ended, when they are too many."""
        now_ms = self._now_ms()
        ended = [one for one in self._openings if one.state(now_ms) is not OpeningState.OPEN]
        for one in ended[: max(0, len(ended) - ENDED_MAX)]:
            self._openings.remove(one)


def _too_often(wait_s: int) -> TooOftenError:
    return TooOftenError(
        "Too many wrong codes came from this address. Scan the QR code, or wait ten minutes and "
        "type a new code.",
        wait_s=wait_s,
    )


def _refused() -> NotAllowedError:
    return NotAllowedError(
        "This code is not right, or it is over. Ask for a new one and scan or type it again."
    )
