"""Revocations: of members, of what they signed, and of stewards by each other."""

import pytest

from meshnode.protocol.keys import fingerprint
from tests.town import (
    ADA,
    ANNA,
    BEN,
    BERT,
    CEM,
    CYD,
    PHONE,
    TABLET,
    THIEF,
    Town,
    identity,
    last_of,
    members,
    prints,
)


@pytest.fixture
def town() -> Town:
    return Town()


# Revocation.


def test_a_revoked_member_keeps_what_its_keys_signed_up_to_their_cuts(town: Town) -> None:
    base = (town.vouch(ADA, ANNA), town.device(ANNA, PHONE), town.device(ANNA, TABLET))
    standing = town.standing(*base, town.revoke(BEN, ANNA, kept={ANNA: 100, PHONE: 20}))
    assert identity(standing, ANNA).is_revoked
    assert [last_of(standing, key) for key in (ANNA, PHONE, TABLET)] == [100, 20, 0]


def test_several_revocations_leave_what_all_of_them_leave(town: Town) -> None:
    base = (town.vouch(ADA, ANNA), town.device(ANNA, PHONE))
    voids = (
        town.revoke(ADA, ANNA, kept={ANNA: 9, PHONE: 20}),
        town.revoke(BEN, ANNA, kept={PHONE: 30}),
    )
    standing = town.standing(*base, *voids)
    assert [last_of(standing, key) for key in (ANNA, PHONE)] == [0, 20]


def test_the_word_of_a_revoked_member_ends_at_its_cut_also_for_others(town: Town) -> None:
    full = (town.vouch(ADA, ANNA), town.vouch(ADA, BERT))
    words = (town.vouch(ANNA, CEM, sequence=5), town.vouch(BERT, CEM))
    keep = town.revoke(ADA, ANNA, kept={ANNA: 5})
    drop = town.revoke(ADA, ANNA, kept={ANNA: 4})
    assert members(town.standing(*full, *words, keep)) == prints(BERT, CEM)
    assert members(town.standing(*full, *words, drop)) == prints(BERT)


def test_a_member_revokes_itself_with_its_own_key_and_nobody_else(town: Town) -> None:
    base = (town.vouch(ADA, ANNA), town.vouch(ADA, BERT), town.device(ANNA, PHONE))
    assert members(town.standing(*base, town.revoke(ANNA, ANNA))) == prints(BERT)
    for author in (BERT, PHONE, THIEF):
        assert members(town.standing(*base, town.revoke(author, ANNA))) == prints(ANNA, BERT)


def test_what_revokes_a_member_is_void_after_its_stewards_cut(town: Town) -> None:
    base = (town.vouch(BEN, ANNA),)
    theft = town.revoke(ADA, ANNA, sequence=8)
    caught = [town.revoke(key, ADA, kept={ADA: 7}) for key in (BEN, CYD)]
    assert members(town.standing(*base, theft)) == set()
    assert members(town.standing(*base, theft, *caught)) == prints(ANNA)


# Stewards against each other.


def test_with_threshold_two_another_steward_revokes_one(town: Town) -> None:
    standing = town.standing(town.revoke(BEN, ADA, kept={ADA: 4}))
    assert standing.stewards[fingerprint(ADA.public)] is False
    assert last_of(standing, ADA) == 4


def test_with_threshold_three_it_takes_two() -> None:
    town = Town(threshold=3)
    one, two = town.revoke(BEN, ADA), town.revoke(CYD, ADA)
    assert all(town.standing(one).stewards.values())
    assert town.standing(one, two).stewards[fingerprint(ADA.public)] is False
    # Two keys of one steward are one.
    device = town.device(BEN, PHONE)
    assert all(town.standing(one, device, town.revoke(PHONE, ADA)).stewards.values())


def test_two_who_revoke_each_other_both_fall(town: Town) -> None:
    standing = town.standing(town.revoke(ADA, BEN), town.revoke(BEN, ADA))
    assert list(standing.stewards.values()) == [False, False, True]


def test_one_stolen_key_does_not_bring_down_two_who_agree(town: Town) -> None:
    thefts = (town.revoke(ADA, BEN), town.revoke(ADA, CYD))
    answers = (town.revoke(BEN, ADA), town.revoke(CYD, ADA))
    standing = town.standing(*thefts, *answers)
    assert list(standing.stewards.values()) == [False, True, True]
    # Had the thief's word been from before the cut, all three would be out.
    kept = [town.revoke(key, ADA, kept={ADA: 1000}) for key in (BEN, CYD)]
    assert list(town.standing(*thefts, *kept).stewards.values()) == [False, False, False]


def test_the_acts_of_a_fallen_steward_count_up_to_its_cut(town: Town) -> None:
    guests = [town.vouch(ADA, key, sequence=n) for n, key in ((5, ANNA), (6, BERT))]
    fall = town.revoke(BEN, ADA, kept={ADA: 5})
    assert members(town.standing(*guests, fall)) == prints(ANNA)
    assert set(town.standing(*guests, fall).recognised).isdisjoint({guests[1].id})


def test_a_successor_does_not_need_the_one_who_fell_nor_count_its_late_word(town: Town) -> None:
    fall = town.revoke(BEN, ADA, kept={ADA: 5})
    late = town.successor(ADA, (THIEF,), sequence=6)
    standing = town.standing(fall, late, town.endorse(CYD, late), town.endorse(BEN, late))
    assert set(standing.stewards) == prints(ADA, BEN, CYD)
    repair = town.successor(BEN, (BEN, CYD), threshold=2, kept={ADA: 5})
    standing = town.standing(fall, repair, town.endorse(CYD, repair))
    assert standing.stewards == dict.fromkeys(prints(BEN, CYD), True)


def test_a_steward_revokes_itself_before_a_thief_of_its_key_revokes_others(town: Town) -> None:
    thefts = (town.revoke(ADA, BEN, sequence=8), town.revoke(ADA, CYD, sequence=9))
    own = town.revoke(ADA, ADA, kept={ADA: 7})
    standing = town.standing(*thefts, own)
    assert list(standing.stewards.values()) == [False, True, True]
    assert last_of(standing, ADA) == 7
    # A device does not speak against its own identity.
    device = town.device(ADA, PHONE)
    assert all(town.standing(device, town.revoke(PHONE, ADA)).stewards.values())


def test_a_new_charter_with_kept_keys_heals_what_a_thief_revoked(town: Town) -> None:
    guest = town.vouch(ADA, ANNA, sequence=5)
    theft = town.revoke(ADA, ADA)
    assert members(town.standing(guest, theft)) == set()
    repair = town.successor(BEN, (BEN, CYD), kept={ADA: 5})
    assert members(town.standing(guest, theft, repair, town.endorse(CYD, repair))) == prints(ANNA)
