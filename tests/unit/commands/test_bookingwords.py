"""What is said of a time that is full, and of what other nodes sell."""

from typing import Any

from meshnode.board.capacity.words import STATES
from meshnode.commands.bookings.bookingwords import another_time, what_and_when, whole
from meshnode.commands.bookings.bookingwords import claim as claim_lines

NODE = {"fingerprint": "ab" * 16, "name": "Schule", "heard_s": 0}


def time(slot: int, free: int | None, *, here: int = 0, lent: int = 0) -> dict[str, Any]:
    day = f"2026-11-0{slot}"
    return {
        "slot": slot,
        "starts": f"{day}T12:00:00Z",
        "ends": f"{day}T13:00:00Z",
        "free": free,
        "free_here": here,
        "free_elsewhere": lent,
    }


def claim(slot: int = 1, *, state: str = "asked", units: int = 1, slots: int = 1) -> dict[str, Any]:
    return {"state": state, "first_slot": slot, "units": units, "slots": slots}


def test_who_waits_is_told_of_the_next_time_with_room_for_all_of_them() -> None:
    thing = {"slots": [time(1, 0), time(2, 1), time(3, 2)]}
    assert another_time(thing, claim()) == thing["slots"][1]
    assert another_time(thing, claim(units=2)) == thing["slots"][2]
    assert another_time(thing, claim(units=3)) is None
    assert another_time(thing, claim(3)) is None


def test_who_is_booked_or_only_has_to_be_patient_is_told_of_none() -> None:
    full, free = {"slots": [time(1, 0), time(2, 1)]}, {"slots": [time(1, 1), time(2, 1)]}
    assert another_time(full, claim(state="booked")) is None
    assert another_time(full, claim(slots=2)) is None
    assert another_time(free, claim()) is None
    assert another_time({"slots": [time(1, None), time(2, None)]}, claim()) is None


def test_a_claim_says_for_when_it_is() -> None:
    view = {
        "title": "Mittagstisch",
        "root": "1a2b3c4d",
        "starts": "2026-11-24T12:00:00Z",
        "ends": "2026-11-24T13:30:00Z",
        "units": 2,
    }
    said = what_and_when(view)
    assert said.startswith("Mittagstisch, Tue 24 Nov ")
    assert said.endswith(", 2 places")


def bookable(*slots: dict[str, Any], lease_s: int = 0) -> dict[str, Any]:
    return {
        "title": "Wasser",
        "root": "1a2b3c4d",
        "sort_words": "time slots",
        "where": None,
        "place": None,
        "text": None,
        "is_rightful": True,
        "capacity": 3,
        "authority": NODE,
        "is_automatic": True,
        "claim_max": 1,
        "lease_s": lease_s,
        "slots": list(slots),
        "owners": [],
        "proofs": [],
        "author": "00000000",
        "author_name": "Anna",
    }


def free_of(*slots: dict[str, Any]) -> list[str]:
    """Return what is said to be free at each time."""
    return [line.split("  ")[-1] for line in whole(bookable(*slots)) if " free" in line]


def test_what_this_node_sells_is_not_called_elsewhere() -> None:
    said = free_of(time(1, 3, here=3, lent=3), time(2, 3, here=1), time(3, 3), time(4, 0))
    assert said == [
        *("3 free", "3 free, 2 of them at other nodes"),
        *("3 free, 3 of them at other nodes", "0 free"),
    ]


def test_where_one_other_node_sells_all_that_is_not_said_of_every_time() -> None:
    assert free_of(time(1, 3), time(2, 2, lent=1)) == [
        *("3 free", "2 free, 2 of them at other nodes"),
    ]


def test_what_is_kept_for_an_hour_and_a_half_is_not_kept_for_two() -> None:
    assert "Kept for 90 min if nobody comes." in whole(bookable(lease_s=90 * 60))


def test_those_who_read_another_language_read_the_state_in_it_first() -> None:
    view = {
        **claim(),
        "id": "5e6f7a8b" * 4,
        "title": "Wasser",
        "starts": None,
        "by_name": "Bert",
        "on_behalf": None,
        "sort": "slots",
        "ahead": 0,
        "needs_word": False,
        "authority": NODE,
        "sellers": [],
        "text": None,
    }
    german = claim_lines({**view, "state_words": "angefragt, noch nicht gebucht"})
    english = claim_lines({**view, "state_words": STATES.english["asked"]})
    assert german[1].startswith("Bert: angefragt, noch nicht gebucht. Asked for.")
    assert english[1].startswith("Bert: Asked for.")
