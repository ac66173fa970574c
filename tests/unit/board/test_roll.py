"""Roll call: nobody is counted as well who did not say so, or for whom nobody did."""

from itertools import permutations

import pytest

from meshnode.board.calls.roll import (
    Answer,
    Report,
    Row,
    Wanted,
    is_there,
    roll_of_names,
    roll_of_street,
)

ANNA = "a" * 32


def own(minute: int, *, call: bool = False, ended: bool = False) -> Report:
    """Anna says it herself."""
    return Report("Anna", ANNA, "Hof 12", minute, call, is_ended=ended, id=f"own {minute}")


def others(minute: int, *, call: bool = False, ended: bool = False) -> Report:
    """Bert says it on behalf of Anna."""
    return Report("Anna", "", "Hof 12", minute, call, is_ended=ended, id=f"other {minute}")


def answer(*reports: Report) -> tuple[Answer, str | None]:
    """Return what is known of Anna, the same in whatever order the reports come."""
    rows = {roll_of_names([Wanted("Anna", ANNA)], some)[0] for some in permutations(reports)}
    (row,) = rows
    return row.answer, None if row.report is None else row.report.id


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ((), (Answer.NOT_HEARD, None)),
        ((own(1),), (Answer.OK, "own 1")),
        ((others(1),), (Answer.OK, "other 1")),
        ((own(1, call=True),), (Answer.NEEDS_HELP, "own 1")),
        ((own(2), others(1, call=True)), (Answer.OK, "own 2")),
        ((own(1), others(2, call=True)), (Answer.NEEDS_HELP, "other 2")),
        ((own(1, call=True), others(2)), (Answer.NEEDS_HELP, "own 1")),
        ((others(1, call=True), others(2)), (Answer.NEEDS_HELP, "other 1")),
        ((own(1, call=True, ended=True),), (Answer.NOT_HEARD, "own 1")),
        ((own(1, call=True, ended=True), others(2)), (Answer.OK, "other 2")),
    ],
)
def test_what_is_known_of_somebody(
    reports: tuple[Report, ...], expected: tuple[Answer, str | None]
) -> None:
    assert answer(*reports) == expected


def test_the_urgent_call_is_the_one_that_is_shown() -> None:
    pressing = Report("Anna", "", "", 1, is_call=True, is_urgent=True, id="pressing")
    assert answer(pressing, own(2, call=True))[1] == "pressing"


def test_a_namesake_does_not_answer_for_whom_a_fingerprint_names() -> None:
    namesake = Report("Anna", "b" * 32, "", 1, is_call=False, id="namesake")
    assert answer(namesake) == (Answer.NOT_HEARD, None)
    (row,) = roll_of_names([Wanted("anna ")], [namesake])
    assert row.answer is Answer.OK, "by a bare name both are meant"


def test_those_who_need_help_stand_first_then_who_was_not_heard_of() -> None:
    reports = [own(1), Report("Bert", "b", "", 1, is_call=True, id="x")]
    rows = roll_of_names([Wanted("Anna"), Wanted("Cem"), Wanted("Bert")], reports)
    assert [row.name for row in rows] == ["Bert", "Cem", "Anna"]


@pytest.mark.parametrize(
    ("street", "where", "expected"),
    [
        ("Schillerstr", "Schillerstr. 12", True),
        ("schillerstraße", "Schillerstr. 12", True),
        ("Schillerstr.", "SCHILLERSTRASSE 12", True),
        ("Schiller", "Schillerstraße 12", True),
        ("Schillerstr 12", "Schillerstraße 12, 3. Stock", True),
        ("Schillerstr 1", "Schillerstraße 12", False),
        ("Schillerstr 12", "Schillerstraße 2", False),
        ("Goethestr", "Schillerstraße 12", False),
        ("Hof 12", "im Hof 12", True),
        ("", "Schillerstraße 12", False),
        ("Schillerstr", "", False),
    ],
)
def test_a_street_is_found_however_it_is_spelled(street: str, where: str, expected: bool) -> None:
    assert is_there(street, where) is expected


def test_of_a_street_everybody_who_named_it_has_one_row() -> None:
    reports = [
        own(1),
        own(2, call=True),
        Report("Frau Schulz", "", "Hof 12", 3, is_call=False, id="y"),
        Report("Dora", "d", "Hof 13", 3, is_call=False, id="z"),
    ]
    rows = roll_of_street("Hof 12", reports)
    assert [(row.name, row.answer) for row in rows] == [
        ("Anna", Answer.NEEDS_HELP),
        ("Frau Schulz", Answer.OK),
    ]
    assert isinstance(rows[0], Row)
