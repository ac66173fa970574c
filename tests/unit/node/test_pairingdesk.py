"""The pairing desk: openings that end, who guesses and has to wait, and what a kiosk shows."""

from collections.abc import Iterator
from itertools import count

import pytest

from meshnode.board.pairing.openings import Secret, code_secret
from meshnode.board.pairing.proofs import phone_proof
from meshnode.node.denials import NotAllowedError, NotFoundError, TooOftenError, UsedError
from meshnode.node.pairing.guesses import PLACES_MAX, Guesses
from meshnode.node.pairing.pairingdesk import (
    ATTEMPTS_MAX,
    ENDED_MAX,
    KIOSK_FRESH_MS,
    OPEN_MS,
    OPENINGS_MAX,
    WRONG_IN_ALL_MAX,
    WRONG_MAX,
    WRONG_WITHIN_MS,
    Opening,
    OpeningState,
    PairingDesk,
)
from meshnode.protocol.errors import LimitError
from tests.community import signing_key

PHONE, OTHER = signing_key("a telephone").public, signing_key("another telephone").public


class Room:
    """A desk, and a clock that goes when a test says so."""

    def __init__(self) -> None:
        self.now_ms = 1_000_000
        self._numbers: Iterator[int] = count(1)
        self.desk = PairingDesk(
            now_ms=lambda: self.now_ms, minute=lambda: self.now_ms // 60_000, entropy=self._entropy
        )

    def _entropy(self, length: int) -> bytes:
        return next(self._numbers).to_bytes(length, "big")

    def come(
        self, opening: Opening, key: object = PHONE, *, by_code: bool = False, address: str = ""
    ) -> bytes:
        secret = code_secret(opening.code) if by_code else Secret(opening.token)
        return self.desk.take(key, phone_proof(secret, key), address)  # type: ignore[arg-type]

    def guess(self, address: str = "192.0.2.7") -> None:
        with pytest.raises((NotAllowedError, TooOftenError)):
            self.desk.take(PHONE, bytes(32), address)

    def state(self, opening: Opening) -> OpeningState:
        return self.desk.state(opening)


@pytest.mark.parametrize("by_code", [False, True])
def test_one_phone_comes_in_and_by_neither_way_a_second(by_code: bool) -> None:
    room = Room()
    opening = room.desk.open_()
    secret = room.come(opening, by_code=by_code)
    assert secret == (code_secret(opening.code) if by_code else opening.token)
    assert room.state(opening) is OpeningState.USED
    for other_way in (False, True):
        with pytest.raises(UsedError):
            room.come(opening, OTHER, by_code=other_way)


def test_after_ten_minutes_nobody_comes_in_any_more() -> None:
    room = Room()
    opening = room.desk.open_()
    room.now_ms += OPEN_MS - 1
    assert room.state(opening) is OpeningState.OPEN
    assert room.desk.expires_in_s(opening) == 0
    room.now_ms += 1
    assert room.state(opening) is OpeningState.OVER
    with pytest.raises(NotAllowedError):
        room.come(opening)


def test_who_got_no_answer_comes_again_while_the_opening_lasts_and_not_later() -> None:
    room = Room()
    opening = room.desk.open_()
    room.come(opening)
    room.now_ms += OPEN_MS - 1
    room.come(opening)
    room.now_ms += 1
    with pytest.raises(UsedError):
        room.come(opening)


def test_who_was_unpaired_does_not_come_again_by_the_same_opening() -> None:
    room = Room()
    opening = room.desk.open_()
    room.come(opening)
    room.desk.forget(PHONE)
    with pytest.raises(UsedError):
        room.come(opening)


def test_who_guessed_wrong_five_times_waits_and_nobody_else_does() -> None:
    room = Room()
    opening, other = room.desk.open_(), room.desk.open_()
    for _ in range(WRONG_MAX):
        room.guess()
    with pytest.raises(TooOftenError) as refused:
        room.come(opening, by_code=True, address="192.0.2.7")
    assert refused.value.wait_s == WRONG_WITHIN_MS // 1000
    room.come(opening, by_code=True, address="192.0.2.8")
    assert room.state(other) is OpeningState.OPEN
    # What is scanned cannot be guessed: so who shares an address with a stranger comes in by it.
    room.come(other, OTHER, address="192.0.2.7")


def test_the_fifth_wrong_proof_is_the_last_and_only_within_ten_minutes() -> None:
    room = Room()
    for _ in range(WRONG_MAX - 1):
        room.guess()
    room.come(room.desk.open_(), by_code=True, address="192.0.2.7")
    room.guess()
    room.now_ms += WRONG_WITHIN_MS - 1
    opening = room.desk.open_()
    with pytest.raises(TooOftenError):
        room.come(opening, by_code=True, address="192.0.2.7")
    room.now_ms += 1
    room.come(opening, by_code=True, address="192.0.2.7")


def test_no_more_is_remembered_of_guessers_than_the_table_has_places() -> None:
    now_ms = 0
    guesses = Guesses(wrong_max=1, within_ms=1000, now_ms=lambda: now_ms)
    for number in range(PLACES_MAX):
        guesses.note(number.to_bytes(4, "big"))
    assert len(guesses) == PLACES_MAX
    assert guesses.wait_s(bytes(4)) == 1
    guesses.note(b"one more")
    assert len(guesses) == PLACES_MAX
    assert guesses.wait_s(bytes(4)) == 0
    assert guesses.wait_s(b"one more") == 1


def test_many_who_guess_together_leave_what_is_scanned() -> None:
    room = Room()
    early, opening = room.desk.open_(), room.desk.open_()
    for number in range(WRONG_IN_ALL_MAX - 1):
        room.guess(f"10.{number // 1024}.{number // 4 % 256}.1")
    room.come(early, by_code=True)
    room.guess("10.9.9.9")
    with pytest.raises(NotAllowedError):
        room.come(opening, by_code=True)
    room.come(opening)
    # What is opened afterwards can be typed again.
    room.come(room.desk.open_(), OTHER, by_code=True)


def test_a_used_or_ended_code_is_no_guess() -> None:
    room = Room()
    used, over, opening = room.desk.open_(), room.desk.open_(lasting_ms=1), room.desk.open_()
    room.come(used)
    room.now_ms += 1
    for _ in range(2 * WRONG_MAX):
        with pytest.raises(UsedError):
            room.come(used, OTHER)
        with pytest.raises(NotAllowedError):
            room.come(over)
    assert room.state(opening) is OpeningState.OPEN


def test_eight_are_open_at_a_time_and_a_ninth_once_one_has_ended() -> None:
    room = Room()
    openings = [room.desk.open_() for _ in range(OPENINGS_MAX)]
    with pytest.raises(LimitError):
        room.desk.open_()
    room.come(openings[3])
    room.desk.open_()
    room.desk.close(openings[0].id)
    room.desk.open_()
    with pytest.raises(NotFoundError):
        room.desk.close("nothing")


def test_what_ended_is_forgotten_when_it_is_too_much_and_never_what_is_open() -> None:
    room = Room()
    first = room.desk.open_(lasting_ms=10 * OPEN_MS)
    for _ in range(3 * ENDED_MAX):
        room.come(room.desk.open_())
    assert len(room.desk.openings()) == ENDED_MAX + 1
    assert first in room.desk.openings()
    for _ in range(2 * ATTEMPTS_MAX):
        room.guess()
    assert len(room.desk.attempts()) == ATTEMPTS_MAX
    assert {one.address for one in room.desk.attempts()} == {"192.0.2.7"}


def test_a_kiosk_shows_one_code_for_five_minutes_and_it_works_for_ten() -> None:
    room = Room()
    first = room.desk.kiosk_opening()
    assert first is not None
    room.now_ms += KIOSK_FRESH_MS - 1
    assert room.desk.kiosk_opening() is first
    room.now_ms += 1
    second = room.desk.kiosk_opening()
    assert second is not None
    assert second is not first
    # Who has the old one in the camera still comes in.
    room.come(first)
    assert room.desk.kiosk_opening() is second
    room.come(second, OTHER)
    assert room.desk.kiosk_opening() not in (first, second)


def test_a_kiosk_whose_code_was_closed_has_none_until_its_time_comes() -> None:
    room = Room()
    shown = room.desk.kiosk_opening()
    assert shown is not None
    for _ in range(WRONG_MAX):
        room.guess()
    assert room.desk.kiosk_opening() is shown
    room.desk.close(shown.id)
    assert room.desk.kiosk_opening() is None
    room.now_ms += KIOSK_FRESH_MS
    assert room.desk.kiosk_opening() is not None


def test_a_kiosk_never_takes_more_than_its_places() -> None:
    room = Room()
    for _ in range(OPENINGS_MAX):
        room.desk.open_()
    assert room.desk.kiosk_opening() is None
    room.now_ms += OPEN_MS
    assert room.desk.kiosk_opening() is not None
