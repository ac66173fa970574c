"""What an importer signs, and what not."""

from dataclasses import replace

import pytest

from meshnode.board.bulletins.alert import AlertState, encode_alert
from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.official.cap import parse_cap
from meshnode.board.official.nina import parse_nina_detail, parse_nina_list
from meshnode.board.official.planning import (
    DEFAULT_MINUTES,
    FUTURE_MINUTES_MAX,
    UNLISTED_LEFT_MINUTES,
    Known,
    Reason,
    Say,
    outdated,
    plan,
    unlisted,
)
from meshnode.board.official.standing import Passed, in_force
from meshnode.board.official.warning import MessageType, OfficialAlert, Status
from meshnode.node.languages import load_language
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import Kind
from tests.community import ANNA, BERT, made
from tests.unit.board.official.samples import MINUTE, cap, detail, encoded, mapped, moment

GERMAN = load_language("de")
FOREVER = MINUTE + 90 * 1440


def cap_of(identifier: str = "1", **changes: object) -> OfficialAlert:
    return parse_cap(cap(identifier, **changes))


def refers(identifier: str = "1") -> str:
    return f"wetter@example.org,{identifier},{moment(MINUTE)}"


def decide(alert: OfficialAlert, *known: Known, minute: int = MINUTE) -> Say | Reason:
    return plan(alert, known, language=GERMAN, minute=minute, until_min=FOREVER)


def say(alert: OfficialAlert, *known: Known, minute: int = MINUTE) -> Say:
    said = decide(alert, *known, minute=minute)
    assert isinstance(said, Say), said
    return said


def held(said: Say, *, by: SigningKey = ANNA, sequence: int = 1) -> Known:
    """What was said, signed by the importer itself or by another one."""
    codec, body = encode_alert(said.provenance, said.fields)
    thing = made(
        by,
        Kind.ALERT,
        body,
        codec=codec,
        sequence=sequence,
        minute=said.created_min,
        minutes=said.minutes,
        parent=said.root,
    )
    return Known(Passed(thing, said.provenance), said.fields, is_own=by is ANNA)


def test_what_is_new_is_signed_until_its_end() -> None:
    said = say(cap_of())
    assert (said.root, said.minutes) == (None, 360)
    assert said.provenance.ends_min == MINUTE + 300


@pytest.mark.parametrize("severity", Severity)
def test_without_an_end_it_gets_ours(severity: Severity) -> None:
    word = {"info": "Minor", "minor": "Minor", "severe": "Severe", "extreme": "Extreme"}[severity]
    said = say(cap_of(expires=None, severity=word))
    assert said.minutes == DEFAULT_MINUTES[said.fields.severity]
    assert said.provenance.ends_min is None


def test_what_is_held_is_not_signed_again_whoever_signed_it() -> None:
    for by in (ANNA, BERT):
        known = held(say(cap_of()), by=by)
        assert decide(cap_of(), known) is Reason.KNOWN
        longer = cap_of(sent=MINUTE + 2, expires=MINUTE + 500)
        assert isinstance(decide(longer, known, minute=MINUTE + 3), Say)
    same = replace(cap_of(), sent_min=MINUTE + 2)
    assert decide(same, held(say(cap_of()))) is Reason.KNOWN


def test_what_left_the_board_as_cap_is_not_signed_again_when_it_comes_back() -> None:
    known = held(say(cap_of()))
    identifier = known.passed.thing.id.hex()
    again = cap_of(identifier, headline="Anders")
    assert decide(again, known) is Reason.KNOWN
    assert isinstance(decide(again), Say)


def test_the_same_words_under_another_id_are_not_signed_again() -> None:
    assert decide(cap_of("2"), held(say(cap_of()))) is Reason.DUPLICATE
    assert isinstance(decide(cap_of("2", headline="Anders"), held(say(cap_of()))), Say)


def test_an_update_of_ones_own_takes_its_place_and_ends_no_earlier() -> None:
    first = held(say(cap_of()))
    change = cap_of("2", references=refers(), msg_type="Update", headline="Orkan", sent=MINUTE + 5)
    said = say(change, first, minute=MINUTE + 5)
    assert said.root == first.passed.thing.short_id
    assert said.created_min + said.minutes >= first.passed.thing.expires_min
    short = cap_of("2", references=refers(), msg_type="Update", headline="Orkan", sent=MINUTE + 5,
                   expires=MINUTE + 30)  # fmt: skip
    shorter = say(short, first, minute=MINUTE + 5)
    assert shorter.created_min + shorter.minutes >= first.passed.thing.expires_min
    assert shorter.provenance.ends_min == MINUTE + 30


def test_an_update_of_anothers_replaces_it_and_outlives_it() -> None:
    first = held(say(cap_of()), by=BERT)
    change = cap_of("2", references=refers(), msg_type="Update", headline="Orkan", sent=MINUTE + 5,
                    expires=MINUTE + 30)  # fmt: skip
    said = say(change, first, minute=MINUTE + 5)
    assert said.root is None
    second = held(said, sequence=2)
    assert second.passed.thing.expires_min >= first.passed.thing.expires_min
    shown = in_force([first.passed, second.passed], MINUTE + 6)
    assert [one.passed for one in shown] == [second.passed]
    assert decide(cap_of(), first, second) is Reason.SUPERSEDED


def test_a_detail_that_was_missing_mends_ones_own_and_not_anothers() -> None:
    (poor,) = parse_nina_list(encoded([mapped()])).alerts
    rich = parse_nina_detail(encoded(detail()), poor)
    mine, others = held(say(poor)), held(say(poor), by=BERT)
    assert say(rich, mine).root == mine.passed.thing.short_id
    assert decide(rich, others) is Reason.KNOWN
    assert decide(poor, held(say(rich))) is Reason.KNOWN


def test_an_all_clear_takes_back_what_is_held_and_lasts_as_long() -> None:
    for by in (ANNA, BERT):
        first = held(say(cap_of(expires=MINUTE + 5000)), by=by)
        clear = cap_of("2", references=refers(), msg_type="Cancel", sent=MINUTE + 5)
        said = say(clear, first, minute=MINUTE + 5)
        assert said.provenance.state is AlertState.ALL_CLEAR
        assert said.created_min + said.minutes >= first.passed.thing.expires_min
        assert decide(clear, first, held(said, sequence=2)) is Reason.KNOWN
        assert decide(cap_of(), first, held(said, sequence=2)) is Reason.SUPERSEDED


def test_an_all_clear_for_what_is_not_here_is_not_signed() -> None:
    clear = cap_of("2", references=refers(), msg_type="Cancel")
    assert decide(clear) is Reason.NOTHING_TO_CLEAR
    assert decide(clear, held(say(cap_of("7", headline="Anders")))) is Reason.NOTHING_TO_CLEAR


def test_an_all_clear_that_names_nothing_takes_nothing_back() -> None:
    first = held(say(cap_of()))
    clear = cap_of("2", headline="Entwarnung: Sturm", sent=MINUTE + 5)
    second = held(say(clear, first, minute=MINUTE + 5), sequence=2)
    shown = in_force([first.passed, second.passed], MINUTE + 6)
    assert {one.passed for one in shown} == {first.passed, second.passed}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": Status.EXERCISE}, Reason.EXERCISE),
        ({"status": Status.TEST}, Reason.EXERCISE),
        ({"sent_min": MINUTE + FUTURE_MINUTES_MAX + 1}, Reason.FUTURE),
        ({"expires_min": MINUTE}, Reason.OVER),
    ],
)
def test_what_is_not_meant_or_not_now_is_not_signed(
    changes: dict[str, object], reason: Reason
) -> None:
    assert decide(replace(cap_of(), **changes)) is reason


def test_a_little_ahead_counts_as_now() -> None:
    said = say(replace(cap_of(), sent_min=MINUTE + FUTURE_MINUTES_MAX))
    assert said.provenance.issued_min == MINUTE


def test_no_alert_outlives_the_role() -> None:
    alert = cap_of(expires=MINUTE + 5000)
    said = plan(alert, (), language=GERMAN, minute=MINUTE, until_min=MINUTE + 800)
    assert isinstance(said, Say)
    assert said.minutes == 720
    assert (
        plan(alert, (), language=GERMAN, minute=MINUTE, until_min=MINUTE + 30) is Reason.ROLE_ENDS
    )
    first = held(say(alert))
    clear = cap_of("2", references=refers(), msg_type="Cancel", sent=MINUTE + 5)
    assert (
        plan(clear, [first], language=GERMAN, minute=MINUTE + 5, until_min=MINUTE + 800)
        is Reason.ROLE_ENDS
    ), "an all-clear that ends first would let the warning come back"


def test_what_is_gone_from_the_list_is_marked_once_and_never_called_over() -> None:
    first = held(say(cap_of()))
    said = unlisted(first, minute=MINUTE + 30, until_min=FOREVER)
    assert said is not None
    assert said.provenance.state is AlertState.UNLISTED
    assert said.fields == first.fields
    assert said.root == first.passed.thing.short_id
    marked = held(said, sequence=2)
    assert unlisted(marked, minute=MINUTE + 40, until_min=FOREVER) is None
    again = say(cap_of(), marked, minute=MINUTE + 60)
    assert again.provenance.state is AlertState.IN_FORCE
    late = MINUTE + 300 - UNLISTED_LEFT_MINUTES
    assert unlisted(first, minute=late, until_min=FOREVER) is not None
    assert unlisted(first, minute=late + 1, until_min=FOREVER) is None


def test_ones_own_that_would_outlive_what_replaced_it_is_withdrawn() -> None:
    first = held(say(cap_of(expires=MINUTE + 5000)))
    change = cap_of("2", references=refers(), msg_type="Update", headline="Orkan", sent=MINUTE + 5)
    other = held(say(change, minute=MINUTE + 5), by=BERT)
    assert outdated([first, other], minute=MINUTE + 9) == [first.passed.thing]
    assert outdated([first], minute=MINUTE + 9) == []
    outliving = held(say(change, first, minute=MINUTE + 5), by=BERT, sequence=3)
    assert outdated([first, outliving], minute=MINUTE + 9) == []


def test_a_cancel_under_the_same_id_is_an_all_clear() -> None:
    first = held(say(cap_of()))
    clear = replace(cap_of(), message_type=MessageType.CANCEL, sent_min=MINUTE + 3)
    said = say(clear, first, minute=MINUTE + 3)
    assert said.provenance.state is AlertState.ALL_CLEAR
    assert said.root == first.passed.thing.short_id
