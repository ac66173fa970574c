"""What the status report says about airtime."""

from meshnode.commands.node.report import _board, airtime_words

AIRTIME = {
    "spent_ms": 12_340,
    "budget_ms": 144_000,
    "urgent_budget_ms": 288_000,
    "by_purpose_ms": {"push": 9_000, "repair": 3_000, "beacon": 0},
    "urgent_by_purpose_ms": {"push": 4_500, "repair": 0, "beacon": 0},
    "frames_by_purpose": {"push": 5, "repair": 2, "beacon": 0},
}


def test_airtime_says_what_it_went_for_and_how_much_of_that_was_urgent() -> None:
    assert airtime_words(AIRTIME) == (
        "12.3 s of 144 s this hour "
        "(since the start, in s: push 9.0 of which urgent 4.5, repair 3.0)"
    )


def test_before_anything_was_said_there_is_nothing_to_explain() -> None:
    nothing = dict.fromkeys(("push", "repair", "beacon"), 0)
    airtime = {**AIRTIME, "spent_ms": 0, "by_purpose_ms": nothing, "urgent_by_purpose_ms": nothing}
    assert airtime_words(airtime) == "0.0 s of 144 s this hour"


def test_without_a_radio_there_is_no_budget() -> None:
    words = airtime_words({**AIRTIME, "budget_ms": 0})
    assert words == "12.3 s this hour; no radio is up, so there is no budget"


def test_the_board_is_counted_by_kind_and_what_is_not_there_is_not_said() -> None:
    board = {"bulletin": 12, "drill": 0, "offer": 1, "meetup": 2}
    assert list(_board(board)) == ["12 bulletins, 1 offer, 2 meet-ups"]
    assert list(_board({"bulletin": 0})) == []
