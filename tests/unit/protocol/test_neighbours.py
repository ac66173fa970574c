"""Who is heard, and how much of what they say is not."""

import pytest

from meshnode.protocol.neighbours import NEIGHBOURS_MAX, PRESENT_MS, Neighbour, Neighbours


def heard(*numbers: int, snr_db: float | None = None) -> Neighbour:
    neighbours = Neighbours()
    for at_ms, number in enumerate(numbers):
        neighbours.heard(b"ab", number=number, snr_db=snr_db, now_ms=at_ms)
    (one,) = neighbours.all()
    return one


def test_frames_in_sequence_are_no_loss_also_over_the_wrap() -> None:
    assert heard(254, 255, 0, 1).loss == 0.0


def test_a_gap_raises_the_loss_and_sequence_lowers_it_again() -> None:
    one = heard(0, 2)
    assert one.loss == pytest.approx(0.5 / 8)
    assert 0 < heard(0, 2, 3).loss < one.loss


def test_a_repeated_number_or_a_restart_is_no_loss() -> None:
    assert heard(5, 5).loss == 0.0
    assert heard(200, 3).loss == 0.0


def test_the_signal_stays_known_when_a_frame_comes_without() -> None:
    neighbours = Neighbours()
    neighbours.heard(b"ab", number=0, snr_db=-7.5, now_ms=0)
    neighbours.heard(b"ab", number=1, snr_db=None, now_ms=5)
    (one,) = neighbours.all()
    assert (one.snr_db, one.last_heard_ms, one.frame_count) == (-7.5, 5, 2)


def test_who_was_silent_for_two_hours_is_not_present() -> None:
    neighbours = Neighbours()
    neighbours.heard(b"ab", number=0, snr_db=None, now_ms=0)
    assert neighbours.present(PRESENT_MS) == [b"ab"]
    assert neighbours.present(PRESENT_MS + 1) == []


def test_the_one_not_heard_for_longest_makes_room() -> None:
    neighbours = Neighbours()
    senders = [number.to_bytes(2, "big") for number in range(NEIGHBOURS_MAX + 1)]
    for sender in senders[:NEIGHBOURS_MAX]:
        neighbours.heard(sender, number=0, snr_db=None, now_ms=0)
    neighbours.heard(senders[0], number=1, snr_db=None, now_ms=1)
    neighbours.heard(senders[-1], number=0, snr_db=None, now_ms=2)
    present = neighbours.present(2)
    assert len(present) == NEIGHBOURS_MAX
    assert senders[0] in present
    assert senders[1] not in present
