"""Charters: who the stewards are, which successor counts, and when nobody asks any more."""

import pytest

from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.membership import evaluate
from meshnode.board.trust.pinning import FINAL_MINUTES, final_charter
from meshnode.board.trust.standing import Standing
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.ports import Refused, Waiting
from tests.community import MINUTE
from tests.town import (
    ADA,
    ANNA,
    BEN,
    BERT,
    CEM,
    CYD,
    DORA,
    PHONE,
    TABLET,
    THIEF,
    Town,
    members,
    prints,
)


@pytest.fixture
def town() -> Town:
    return Town()


# Founding and charters.


def test_the_first_charter_makes_stewards_and_nobody_else(town: Town) -> None:
    standing = town.standing()
    assert standing.stewards == dict.fromkeys(prints(ADA, BEN, CYD), True)
    assert set(standing.identities) == prints(ADA, BEN, CYD)
    assert all(one.is_full for one in standing.identities.values())


def test_a_charter_of_another_community_founds_nothing_here(town: Town) -> None:
    other = Town(stewards=(THIEF,), threshold=1)
    nobody = evaluate(town.community, (), (other.founding,), lambda thing, key: True)
    assert nobody == Standing()
    there = evaluate(
        town.community,
        (),
        (other.founding, town.founding),
        lambda thing, key: thing.is_signed_by(key, town.community),
    )
    assert set(there.stewards) == prints(ADA, BEN, CYD)


@pytest.mark.parametrize(("threshold", "needed"), [(1, 0), (2, 1), (3, 2)])
def test_a_successor_needs_as_many_stewards_as_the_threshold_says(
    threshold: int, needed: int
) -> None:
    town = Town(threshold=threshold)
    next_one = town.successor(ADA, (DORA,))
    endorsements = [town.endorse(key, next_one) for key in (BEN, CYD)]
    assert set(town.standing(next_one, *endorsements[:needed]).stewards) == prints(DORA)
    if needed:
        short = town.standing(next_one, *endorsements[: needed - 1])
        assert set(short.stewards) == prints(ADA, BEN, CYD)


def test_nobody_endorses_twice_or_from_outside(town: Town) -> None:
    next_one = town.successor(ADA, (DORA,))
    again = town.endorse(ADA, next_one)
    outside = town.endorse(THIEF, next_one)
    kept = (town.vouch(ADA, BERT), town.endorse(BERT, next_one))
    assert set(town.standing(next_one, again, outside, *kept).stewards) == prints(ADA, BEN, CYD)


def test_a_device_of_a_steward_proposes_and_endorses_for_it(town: Town) -> None:
    devices = (town.device(ADA, PHONE), town.device(BEN, TABLET))
    next_one = town.successor(PHONE, (DORA,))
    standing = town.standing(*devices, next_one, town.endorse(TABLET, next_one))
    assert set(standing.stewards) == prints(DORA)
    # Two keys of one steward are one steward.
    both = (town.device(ADA, PHONE), town.device(ADA, TABLET))
    assert set(town.standing(*both, next_one, town.endorse(TABLET, next_one)).stewards) == prints(
        ADA, BEN, CYD
    )


def test_a_successor_of_something_else_does_not_follow(town: Town) -> None:
    first = town.successor(ADA, (ADA, BEN, CYD), threshold=2, name="One")
    second = town.successor(ADA, (DORA,), after=first, name="Two")
    signed = (first, second, town.endorse(BEN, second))
    assert set(town.standing(*signed).stewards) == prints(ADA, BEN, CYD)
    assert set(town.standing(*signed, town.endorse(CYD, first)).stewards) == prints(DORA)


def test_of_competing_successors_the_one_with_the_highest_ranks_counts(town: Town) -> None:
    by_ada = town.successor(ADA, (ANNA,))
    by_cyd = town.successor(CYD, (BERT,))
    high = (by_ada, town.endorse(CYD, by_ada))
    low = (by_cyd, town.endorse(BEN, by_cyd))
    assert set(town.standing(*high, *low).stewards) == prints(ANNA)
    # Who signs both helps both; one more name never speaks against a charter.
    assert set(town.standing(*high, *low, town.endorse(BEN, by_ada)).stewards) == prints(ANNA)
    both = (*high, *low, town.endorse(ADA, by_cyd), town.endorse(BEN, by_ada))
    chosen = min((by_ada, by_cyd), key=lambda one: one.id)
    assert town.standing(*both).charters[-1] == chosen


def test_of_successors_with_the_same_signers_the_lowest_id_counts(town: Town) -> None:
    rivals = [town.successor(ADA, (key,)) for key in (ANNA, BERT, CEM)]
    endorsed = [town.endorse(BEN, one) for one in rivals]
    standing = town.standing(*rivals, *endorsed)
    assert standing.charters[-1] == min(rivals, key=lambda one: one.id)


def test_the_acts_of_a_steward_who_leaves_end_unless_its_key_is_kept(town: Town) -> None:
    early = town.vouch(CYD, ANNA, sequence=5)
    late = town.vouch(CYD, BERT, sequence=6)
    leave = town.successor(ADA, (ADA, BEN))
    keep = town.successor(ADA, (ADA, BEN), kept={CYD: 5})
    for charter, stay in ((leave, prints()), (keep, prints(ANNA))):
        standing = town.standing(early, late, charter, town.endorse(BEN, charter))
        assert members(standing) == stay
        assert fingerprint(CYD.public) not in standing.identities


def test_a_kept_key_proposes_nothing_and_brings_nobody_down(town: Town) -> None:
    keep = town.successor(ADA, (ADA, BEN), kept={CYD: 100})
    signed = (keep, town.endorse(BEN, keep))
    takeover = town.successor(CYD, (CYD,), after=keep, sequence=7)
    revolt = town.revoke(CYD, ADA, sequence=8)
    standing = town.standing(*signed, takeover, revolt, pinned=[keep])
    assert standing.charters[-1] == keep
    assert all(standing.stewards.values())
    # Until the pin a steward who leaves is still one of those who decide who follows.
    assert town.standing(*signed, revolt).charters == (town.founding,)


# Pinning.


def test_a_charter_is_final_a_week_after_enough_stewards_signed(town: Town) -> None:
    next_one = town.successor(ADA, (ADA, BEN), threshold=2)
    endorsement = town.endorse(BEN, next_one, minute=MINUTE + 100)
    more = town.endorse(CYD, next_one, minute=MINUTE + 900)
    standing = town.standing(next_one, endorsement, more)
    end = MINUTE + 100 + FINAL_MINUTES
    assert final_charter(standing, end) == next_one
    assert final_charter(standing, end - 1) == town.founding
    assert final_charter(standing, MINUTE + FINAL_MINUTES - 1) is None
    assert final_charter(Standing(), end) is None


def test_after_the_pin_what_came_before_leaves_and_is_refused(town: Town) -> None:
    next_one = town.successor(ADA, (ADA, BEN), threshold=2, kept={CYD: 100})
    endorsement = town.endorse(BEN, next_one)
    rival = town.successor(CYD, (CYD,))
    policy = town.rules(next_one, endorsement, rival, town.vouch(CYD, ANNA))
    before = policy.standing
    policy.pin(next_one)
    shift = policy.shift([town.founding, next_one, endorsement, rival])
    assert dict(shift.lost) == dict.fromkeys((town.founding, endorsement, rival), "superseded")
    for thing in (town.founding, endorsement, rival):
        policy.forget(thing)
        assert policy.judge(thing) == Refused("superseded")
    assert policy.standing.stewards == before.stewards
    assert policy.standing.identities == before.identities


def test_keys_of_former_stewards_rewrite_no_history_after_the_pin(town: Town) -> None:
    next_one = town.successor(CYD, (CYD, DORA), threshold=2)
    signed = (next_one, town.endorse(BEN, next_one))
    # All of the old stewards' keys are stolen, and sign what ranks higher.
    takeover = town.successor(ADA, (THIEF,), sequence=1)
    thefts = (takeover, town.endorse(BEN, takeover), town.revoke(ADA, CYD), town.revoke(BEN, CYD))
    assert set(town.standing(*signed, *thefts).stewards) == prints(THIEF)
    pinned = town.standing(*signed, *thefts, pinned=[next_one])
    assert pinned.stewards == dict.fromkeys(prints(CYD, DORA), True)
    policy = NeighbourhoodRules(town.community, (next_one,))
    verdicts = [policy.judge(thing) for thing in thefts]
    assert verdicts[0] == Refused("superseded")
    assert set(verdicts[1:]) == {Waiting("stranger")} | (
        {verdicts[2]} if verdicts[2] == Waiting("role") else set()
    )
    # The next charter is theirs who stand now.
    third = town.successor(CYD, (DORA,), after=next_one)
    policy.learn(third)
    assert set(policy.standing.stewards) == prints(CYD, DORA)
    policy.learn(town.endorse(DORA, third))
    assert set(policy.standing.stewards) == prints(DORA)
