"""Where a call for help stands: what coordinators signed about it, in whatever order it came."""

from itertools import permutations

import pytest

from meshnode.board.calls.board import Call, check_ins
from meshnode.board.calls.checkin import State
from meshnode.board.calls.course import Stage
from meshnode.board.calls.triage import Act
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import SignedObject
from meshnode.protocol.ports import Waiting
from tests.calling import DAY, EVA, MO, act, checkin, folk, triage_board
from tests.community import ANNA, BERT, MINUTE, ROOT, withdrawal
from tests.everykind import revocation

CALL = checkin(ANNA)


def stands(*things: SignedObject, minute: int = MINUTE + 60) -> Call:
    """Return the one call, which stands alike in whatever order its things come."""
    found = [triage_board(folk(*some), minute) for some in permutations(things)]
    assert all(one == found[0] for one in found)
    (only,) = found[0]
    return only


def holders(call: Call) -> list[bytes]:
    return [one.person for one in call.course.holders]


def name(key: SigningKey) -> bytes:
    return fingerprint(key.public)


def test_what_nobody_took_is_new() -> None:
    assert stands(CALL).stage is Stage.NEW


def test_who_takes_it_has_it_since_then() -> None:
    call = stands(CALL, act(EVA, CALL, Act.TAKEN, minute=MINUTE + 7))
    assert call.stage is Stage.TAKEN
    (holder,) = call.course.holders
    assert (holder.person, holder.since_min, holder.going_since_min) == (
        name(EVA),
        MINUTE + 7,
        None,
    )


def test_two_who_took_it_at_once_both_stand_there_the_earlier_first() -> None:
    eva = act(EVA, CALL, Act.TAKEN, minute=MINUTE + 7)
    mo = act(MO, CALL, Act.TAKEN, minute=MINUTE + 6)
    assert holders(stands(CALL, eva, mo)) == [name(MO), name(EVA)]


def test_a_hand_over_leaves_one_who_has_it() -> None:
    eva, mo = act(EVA, CALL, Act.TAKEN), act(MO, CALL, Act.TAKEN, minute=MINUTE + 2)
    given = act(MO, CALL, Act.HANDED_OVER, person=EVA, minute=MINUTE + 3, sequence=201)
    (holder,) = stands(CALL, eva, mo, given).course.holders
    assert (holder.person, holder.handed_by, holder.since_min) == (name(EVA), name(MO), MINUTE + 3)


def test_what_was_noted_with_a_hand_over_is_not_the_word_of_who_got_it() -> None:
    given = act(MO, CALL, Act.HANDED_OVER, person=EVA, note="She is nearer")
    going = act(EVA, CALL, Act.ON_THE_WAY, minute=MINUTE + 9)
    assert stands(CALL, given).course.holders[0].note == "She is nearer"
    assert stands(CALL, given, going).course.holders[0].note == ""
    noted = act(EVA, CALL, Act.ON_THE_WAY, minute=MINUTE + 9, note="By bike")
    assert stands(CALL, given, noted).course.holders[0].note == "By bike"


def test_on_the_way_is_said_of_nobody_who_did_not_say_so() -> None:
    taken = act(EVA, CALL, Act.TAKEN)
    assert stands(CALL, taken).course.holders[0].going_since_min is None
    going = act(EVA, CALL, Act.ON_THE_WAY, minute=MINUTE + 9, sequence=201)
    holder = stands(CALL, taken, going).course.holders[0]
    assert (holder.since_min, holder.going_since_min) == (MINUTE + 1, MINUTE + 9)


def test_done_stays_done_whoever_takes_it_afterwards() -> None:
    done = act(EVA, CALL, Act.DONE, minute=MINUTE + 5)
    late = act(MO, CALL, Act.TAKEN, minute=MINUTE + 6)
    call = stands(CALL, done, late)
    assert call.stage is Stage.DONE
    assert call.course.closed is not None
    assert call.course.closed.by == name(EVA)


def test_reopened_after_done_it_is_new_or_with_whom_took_it_since() -> None:
    taken = act(EVA, CALL, Act.TAKEN)
    done = act(EVA, CALL, Act.DONE, minute=MINUTE + 5, sequence=201)
    again = act(MO, CALL, Act.REOPENED, minute=MINUTE + 9, sequence=201)
    assert stands(CALL, taken, done, again).stage is Stage.NEW
    late = act(MO, CALL, Act.TAKEN, minute=MINUTE + 6)
    assert holders(stands(CALL, done, late, again)) == [name(MO)]


def test_put_back_while_it_is_open_nobody_has_it() -> None:
    taken = act(EVA, CALL, Act.TAKEN)
    back = act(EVA, CALL, Act.REOPENED, minute=MINUTE + 5, sequence=201)
    assert stands(CALL, taken, back).stage is Stage.NEW


def test_the_callers_ok_ends_it_and_a_later_take_does_not_bring_it_back() -> None:
    taken = act(EVA, CALL, Act.TAKEN)
    fine = checkin(ANNA, State.OK, of=CALL, minute=MINUTE + 20, sequence=101)
    late = act(MO, CALL, Act.TAKEN, minute=MINUTE + 30)
    assert stands(CALL, taken, fine, late).stage is Stage.ENDED


def test_an_ok_about_which_nobody_did_anything_is_on_no_triage_board() -> None:
    policy = folk(checkin(ANNA, State.OK))
    assert triage_board(policy) == []
    assert len(check_ins(policy, minute=MINUTE)) == 1


def test_who_asks_again_after_it_was_done_is_back_on_the_board() -> None:
    done = act(EVA, CALL, Act.DONE, minute=MINUTE + 5)
    again = checkin(ANNA, of=CALL, minute=MINUTE + 20, sequence=101)
    call = stands(CALL, done, again)
    assert (call.stage, call.course.asked_again_min) == (Stage.NEW, MINUTE + 20)
    done_again = act(EVA, CALL, Act.DONE, minute=MINUTE + 30, sequence=202)
    assert stands(CALL, done, again, done_again).stage is Stage.DONE


def test_a_detail_more_takes_the_call_from_nobody_who_has_it() -> None:
    taken = act(EVA, CALL, Act.TAKEN)
    more = checkin(ANNA, of=CALL, minute=MINUTE + 20, sequence=101, text="Und kein Wasser.")
    call = stands(CALL, taken, more)
    assert (call.stage, call.course.asked_again_min) == (Stage.TAKEN, None)


@pytest.mark.parametrize(("minutes", "stage"), [(2 * DAY, Stage.DONE), (DAY, Stage.NEW)])
def test_an_act_counts_only_if_it_ends_no_earlier_than_the_call(minutes: int, stage: Stage) -> None:
    done = act(EVA, CALL, Act.DONE, minute=MINUTE, minutes=minutes)
    for at in (MINUTE + 60, MINUTE + DAY - 1, MINUTE + 2 * DAY - 1):
        assert stands(CALL, done, minute=at).stage is stage, "nothing comes back with time"


def test_what_is_over_or_withdrawn_is_gone_with_all_that_was_done() -> None:
    taken = act(EVA, CALL, Act.TAKEN)
    assert triage_board(folk(CALL, taken), MINUTE + 2 * DAY) == []
    for some in permutations((CALL, taken, withdrawal(ANNA, CALL, minutes=2 * DAY))):
        assert triage_board(folk(*some)) == []


def test_only_who_coordinates_says_something_about_a_call() -> None:
    policy = folk(CALL)
    assert policy.judge(act(BERT, CALL, Act.DONE)) == Waiting("role")


def test_what_a_revoked_coordinator_signed_does_not_count() -> None:
    done = act(EVA, CALL, Act.DONE)
    policy = folk(CALL, done)
    policy.learn(revocation_of(EVA))
    assert triage_board(policy)[0].stage is Stage.NEW


def revocation_of(key: SigningKey) -> SignedObject:
    return revocation(ROOT, key, sequence=500)


def test_somebody_elses_update_changes_nothing_of_the_call() -> None:
    forged = checkin(BERT, State.OK, of=CALL, minute=MINUTE + 5)
    board = triage_board(folk(CALL, forged))
    assert [one.checkin.state for one in board] == [State.HELP]


def test_a_duplicate_leaves_the_board_and_names_the_other() -> None:
    other = checkin(BERT)
    same = act(EVA, CALL, Act.DUPLICATE, of=other)
    stages = {one.checkin.root: one for one in triage_board(folk(CALL, other, same))}
    assert stages[CALL.short_id].stage is Stage.DUPLICATE
    assert stages[CALL.short_id].course.duplicate_of == other.short_id
    assert stages[other.short_id].stage is Stage.NEW


def test_calls_that_are_each_the_others_duplicate_are_not_both_off_the_board() -> None:
    other, third = checkin(BERT), checkin(ANNA, sequence=110)
    rounds = [
        [act(EVA, CALL, Act.DUPLICATE, of=CALL)],
        [
            act(EVA, CALL, Act.DUPLICATE, of=other),
            act(MO, other, Act.DUPLICATE, of=CALL, minute=MINUTE + 2),
        ],
        [
            act(EVA, CALL, Act.DUPLICATE, of=other),
            act(MO, other, Act.DUPLICATE, of=third, minute=MINUTE + 2),
            act(EVA, third, Act.DUPLICATE, of=CALL, minute=MINUTE + 3, sequence=201),
        ],
    ]
    for acts in rounds:
        latest = acts[-1].parent
        for some in permutations(acts):
            board = triage_board(folk(CALL, other, third, *some))
            opened = {one.checkin.root for one in board if one.stage is Stage.NEW}
            assert latest in opened
            assert len(opened) == 4 - len(acts)


def test_the_urgent_stand_before_the_others_and_who_waits_longest_first() -> None:
    waiting = checkin(ANNA, minute=MINUTE, sequence=110)
    pressing = checkin(BERT, State.URGENT, minute=MINUTE + 9)
    renewed = checkin(
        ANNA, State.URGENT, of=CALL, since_min=MINUTE, minute=MINUTE + 20, sequence=120
    )
    taken = act(EVA, pressing, Act.TAKEN, minute=MINUTE + 30)
    policy = folk(CALL, waiting, pressing, renewed)
    roots = [one.checkin.root for one in triage_board(policy)]
    assert roots == [CALL.short_id, pressing.short_id, waiting.short_id]
    policy = folk(CALL, waiting, pressing, renewed, taken)
    roots = [one.checkin.root for one in triage_board(policy)]
    assert roots == [CALL.short_id, waiting.short_id, pressing.short_id]


def test_nobody_waits_since_after_they_said_so() -> None:
    lying = checkin(ANNA, of=CALL, since_min=MINUTE + 900, minute=MINUTE + 20, sequence=120)
    assert stands(CALL, lying).checkin.since_min == MINUTE + 20
