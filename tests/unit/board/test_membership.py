"""Who belongs to a community, and whose word counts for how much."""

import pytest

from meshnode.board import rules
from meshnode.board.trust import charters, evidence, membership
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.community import SIGNERS_MAX
from meshnode.board.trust.evidence import DEVICES_MAX
from meshnode.board.trust.role import Role
from meshnode.board.trust.standing import UNLIMITED
from meshnode.protocol.keys import PublicKey, SigningKey, fingerprint, key_id
from meshnode.protocol.object import (
    Kind,
    ShortId,
)
from meshnode.protocol.ports import Accepted, Refused
from tests.community import MINUTE, signing_key
from tests.town import (
    ADA,
    ANNA,
    BEN,
    BERT,
    CEM,
    CYD,
    DORA,
    EVA,
    NODE,
    ORGANISATION,
    PHONE,
    SHEET,
    THIEF,
    YEAR,
    Town,
    identity,
    last_of,
    members,
    prints,
)


@pytest.fixture
def town() -> Town:
    return Town()


# Certificates.


def test_a_steward_alone_certifies_persons_organisations_and_nodes(town: Town) -> None:
    standing = town.standing(
        town.vouch(ADA, ANNA),
        town.vouch(BEN, BERT, class_=ORGANISATION),
        town.vouch(CYD, CEM, class_=NODE),
    )
    assert members(standing) == prints(ANNA, BERT, CEM)
    assert identity(standing, BERT).identity_class is ORGANISATION
    assert all(identity(standing, key).is_full for key in (ANNA, BERT, CEM))


def test_a_stranger_certifies_nobody(town: Town) -> None:
    assert members(town.standing(town.vouch(THIEF, ANNA), town.vouch(ANNA, ANNA))) == set()


def test_the_newest_certificate_by_a_steward_names_and_the_longest_lasts(town: Town) -> None:
    old = town.vouch(ADA, ANNA, name="Alt")
    new = town.vouch(BEN, ANNA, name="Neu", minute=MINUTE + 1, minutes=30 * 1440)
    found = identity(town.standing(new, old), ANNA)
    assert found.name == "Neu"
    assert found.expires_min == MINUTE + YEAR


def test_two_full_members_stand_in_for_a_steward_one_does_not(town: Town) -> None:
    full = (town.vouch(ADA, ANNA), town.vouch(ADA, BERT))
    one = town.vouch(ANNA, CEM)
    two = town.vouch(BERT, CEM, minutes=30 * 1440)
    assert members(town.standing(*full, one, town.vouch(ANNA, CEM))) == prints(ANNA, BERT)
    standing = town.standing(*full, one, two)
    assert members(standing) == prints(ANNA, BERT, CEM)
    found = identity(standing, CEM)
    assert not found.is_full
    assert found.expires_min == two.expires_min
    assert standing.vouched[found.fingerprint] == prints(ANNA, BERT)


def test_who_was_vouched_for_vouches_for_nobody(town: Town) -> None:
    full = (town.vouch(ADA, ANNA), town.vouch(ADA, BERT))
    second = [town.vouch(key, subject) for key in (ANNA, BERT) for subject in (CEM, DORA)]
    third = (town.vouch(CEM, EVA), town.vouch(DORA, EVA))
    assert members(town.standing(*full, *second, *third)) == prints(ANNA, BERT, CEM, DORA)
    mixed = town.standing(*full, *second, town.vouch(ANNA, EVA), town.vouch(CEM, EVA))
    assert fingerprint(EVA.public) not in mixed.identities


@pytest.mark.parametrize("class_", [ORGANISATION, NODE])
def test_members_vouch_for_persons_only(town: Town, class_: IdentityClass) -> None:
    full = (town.vouch(ADA, ANNA), town.vouch(ADA, BERT))
    words = [town.vouch(key, CEM, class_=class_) for key in (ANNA, BERT)]
    assert members(town.standing(*full, *words)) == prints(ANNA, BERT)


def test_nodes_vouch_for_nobody_and_organisations_do(town: Town) -> None:
    nodes = [town.vouch(ADA, key, class_=NODE) for key in (ANNA, BERT)]
    shops = [town.vouch(ADA, key, class_=ORGANISATION) for key in (ANNA, BERT)]
    words = [town.vouch(key, CEM) for key in (ANNA, BERT)]
    assert fingerprint(CEM.public) not in town.standing(*nodes, *words).identities
    assert fingerprint(CEM.public) in town.standing(*shops, *words).identities


def test_one_member_speaks_for_eight_people_and_the_ninth_waits(town: Town) -> None:
    full = (town.vouch(ADA, ANNA), town.vouch(ADA, BERT))
    people = [signing_key(f"person {number}") for number in range(9)]
    words = [
        town.vouch(key, person, minute=MINUTE + number)
        for number, person in enumerate(people)
        for key in (ANNA, BERT)
    ]
    standing = town.standing(*full, *words)
    assert members(standing) == prints(ANNA, BERT, *people[:8])
    # Renewing counts once.
    again = town.vouch(ANNA, people[0], minute=MINUTE + 1)
    assert members(town.standing(*full, *words, again)) == members(standing)
    # The steward's own word is not limited.
    assert prints(people[-1]) <= members(town.standing(*full, *words, town.vouch(ADA, people[-1])))


# Invitations.


def test_an_invitation_admits_so_many_of_its_class_in_its_time(town: Town) -> None:
    sheet = town.invite(ADA, uses=2, until=MINUTE + 60)
    guests = [
        town.vouch(SHEET, key, by=sheet, minute=MINUTE + number)
        for number, key in enumerate((ANNA, BERT, CEM))
    ]
    assert members(town.standing(sheet, *guests)) == prints(ANNA, BERT)
    wrong = town.vouch(SHEET, DORA, by=sheet, class_=NODE)
    late = town.vouch(SHEET, DORA, by=sheet, minute=MINUTE + 61)
    early = town.vouch(SHEET, DORA, by=sheet, minute=MINUTE - 1)
    last = town.vouch(SHEET, DORA, by=sheet, minute=MINUTE + 60)
    assert members(town.standing(sheet, wrong, late, early)) == set()
    assert members(town.standing(sheet, last)) == prints(DORA)
    assert identity(town.standing(sheet, last), DORA).is_full


def test_without_the_secret_or_the_invitation_nobody_comes_in(town: Town) -> None:
    sheet = town.invite(ADA)
    guest = town.vouch(SHEET, ANNA, by=sheet)
    assert members(town.standing(guest)) == set()
    assert members(town.standing(sheet, town.vouch(THIEF, THIEF, by=sheet))) == set()
    assert members(town.standing(town.invite(THIEF), guest)) == set()


def test_what_comes_by_an_invitation_renames_nobody_and_changes_no_class(town: Town) -> None:
    node = town.vouch(ADA, ANNA, class_=NODE, name="Knoten")
    person = town.vouch(ADA, BERT, name="Bert", minutes=30 * 1440)
    sheet = town.invite(ADA, uses=9)
    thefts = [
        town.vouch(SHEET, key, by=sheet, name="Dieb", minute=MINUTE + 9)
        for key in (ANNA, BERT, ADA)
    ]
    standing = town.standing(node, person, sheet, *thefts)
    assert identity(standing, ANNA).identity_class is NODE
    assert [identity(standing, key).name for key in (ANNA, BERT)] == ["Knoten", "Bert"]
    assert identity(standing, ADA).name == "Nordstadt"
    # It may lengthen what somebody is already.
    assert identity(standing, BERT).expires_min == thefts[1].expires_min


def test_a_revoked_invitation_takes_along_all_who_came_by_it(town: Town) -> None:
    sheet = town.invite(ADA, uses=9)
    guests = [town.vouch(SHEET, key, by=sheet) for key in (ANNA, BERT)]
    renewed = town.vouch(BEN, BERT)
    void = town.revoke(BEN, SHEET)
    assert members(town.standing(sheet, *guests, renewed, void)) == prints(BERT)


def test_an_invitation_by_a_member_is_that_members_word_for_persons(town: Town) -> None:
    full = (town.vouch(ADA, ANNA), town.vouch(ADA, BERT))
    sheet = town.invite(ANNA, uses=9)
    guest = town.vouch(SHEET, CEM, by=sheet)
    assert members(town.standing(*full, sheet, guest)) == prints(ANNA, BERT)
    assert members(town.standing(*full, sheet, guest, town.vouch(ANNA, CEM))) == prints(ANNA, BERT)
    standing = town.standing(*full, sheet, guest, town.vouch(BERT, CEM))
    assert members(standing) == prints(ANNA, BERT, CEM)
    assert not identity(standing, CEM).is_full
    node = town.invite(ANNA, class_=NODE)
    joined = town.vouch(SHEET, CEM, by=node, class_=NODE)
    assert members(
        town.standing(*full, node, joined, town.vouch(BERT, CEM, class_=NODE))
    ) == prints(ANNA, BERT)


# Devices.


def test_what_a_device_signs_counts_as_its_identitys(town: Town) -> None:
    standing = town.standing(town.vouch(ADA, ANNA), town.device(ANNA, PHONE))
    (signer,) = standing.signers[PHONE.id]
    assert signer.identity == identity(standing, ANNA)
    assert signer.is_device
    full = (town.vouch(ADA, ANNA), town.vouch(ADA, BERT), town.device(ANNA, PHONE))
    assert prints(CEM) <= members(
        town.standing(*full, town.vouch(PHONE, CEM), town.vouch(BERT, CEM))
    )


def test_nobody_calls_a_device_its_own_that_does_not_agree(town: Town) -> None:
    anna, bert = town.vouch(ADA, ANNA), town.vouch(ADA, BERT)
    stolen = town.device(BERT, PHONE, agreed_to=ANNA)
    assert last_of(town.standing(anna, bert, stolen), PHONE) is None
    standing = town.standing(anna, bert, stolen, town.device(ANNA, PHONE))
    assert [one.identity.fingerprint for one in standing.signers[PHONE.id]] == [*prints(ANNA)]


def test_eight_devices_sign_and_the_ninth_does_not(town: Town) -> None:
    phones = [signing_key(f"phone {number}") for number in range(DEVICES_MAX + 1)]
    announced = [town.device(ANNA, phone) for phone in phones]
    standing = town.standing(town.vouch(ADA, ANNA), *announced)
    lasts = [last_of(standing, phone) for phone in phones]
    assert lasts == [UNLIMITED] * DEVICES_MAX + [None]


@pytest.mark.parametrize("author", [ANNA, ADA])
def test_its_owner_and_a_steward_revoke_a_device(town: Town, author: SigningKey) -> None:
    device, anna = town.device(ANNA, PHONE), town.vouch(ADA, ANNA)
    void = town.revoke(author, PHONE, kept={PHONE: 7})
    standing = town.standing(anna, device, void)
    assert last_of(standing, PHONE) == 7
    assert last_of(standing, ANNA) == UNLIMITED


def test_other_members_and_the_device_itself_revoke_no_device(town: Town) -> None:
    base = (town.vouch(ADA, ANNA), town.vouch(ADA, BERT), town.device(ANNA, PHONE))
    for author in (BERT, PHONE, THIEF):
        assert last_of(town.standing(*base, town.revoke(author, PHONE)), PHONE) == UNLIMITED


def test_a_stewards_device_is_revoked_by_the_steward_alone(town: Town) -> None:
    device = town.device(ADA, PHONE)
    assert last_of(town.standing(device, town.revoke(BEN, PHONE)), PHONE) == UNLIMITED
    assert last_of(town.standing(device, town.revoke(ADA, PHONE)), PHONE) == 0
    guest = town.vouch(PHONE, ANNA, sequence=5)
    kept = town.revoke(ADA, PHONE, kept={PHONE: 5})
    gone = town.revoke(ADA, PHONE, kept={PHONE: 4})
    assert members(town.standing(device, guest, kept)) == prints(ANNA)
    assert members(town.standing(device, guest, gone)) == set()


# Roles.


def test_a_role_is_granted_by_a_steward_with_its_time_and_place(town: Town) -> None:
    anna = town.vouch(ADA, ANNA)
    given = town.role(BEN, ANNA, Role.HOST)
    (found,) = town.standing(anna, given).grants[fingerprint(ANNA.public)]
    assert (found.role, found.created_min, found.expires_min) == (
        Role.HOST,
        MINUTE,
        given.expires_min,
    )
    assert found.cuts is None
    assert town.standing(anna, town.role(ANNA, ANNA, Role.HOST)).grants == {}
    assert town.standing(given).grants == {}


def test_a_role_that_was_taken_back_is_void_and_one_granted_later_counts(town: Town) -> None:
    anna = town.vouch(ADA, ANNA)
    first = town.role(ADA, ANNA, Role.MODERATOR)
    other = town.role(ADA, ANNA, Role.COORDINATOR)
    taken = town.revoke(BEN, ANNA, role=Role.MODERATOR, kept={ANNA: 3}, minute=MINUTE + 5)
    again = town.role(ADA, ANNA, Role.MODERATOR, minute=MINUTE + 6)
    standing = town.standing(anna, first, other, taken, again)
    cuts = {
        (one.role, one.created_min): one.cuts for one in standing.grants[fingerprint(ANNA.public)]
    }
    assert cuts == {
        (Role.MODERATOR, MINUTE): {ANNA.id: 3},
        (Role.COORDINATOR, MINUTE): None,
        (Role.MODERATOR, MINUTE + 6): None,
    }
    assert members(standing) == prints(ANNA)


# Keys whose ids collide.


def test_keys_with_the_same_id_are_told_apart_by_their_signatures(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = key_id(PublicKey(bytes(32)))
    twins = [signing_key(f"twin {number}") for number in range(5)]
    for twin in twins:
        twin.id = same

    def collide(key: PublicKey) -> bytes:
        return same if any(twin.public == key for twin in twins) else key_id(key)

    for module in (evidence, membership, charters, rules):
        monkeypatch.setattr(module, "key_id", collide)
    certified = [
        town.vouch(ADA, twin, name=f"T{n}", minute=MINUTE + n) for n, twin in enumerate(twins)
    ]
    policy = town.rules(*certified)
    things = [town.sign(twin, Kind.WITHDRAWAL, b"", parent=ShortId(b"abcd")) for twin in twins]
    for number, thing in enumerate(things[:SIGNERS_MAX]):
        assert policy.judge(thing) == Accepted()
        policy.learn(thing)
        author = policy.author_of(thing)
        assert author is not None
        assert author.name == f"T{number}"
    assert policy.judge(things[4]) == Refused("bad_signature")
    # Whoever signed it: when that one leaves, it does not become another's.
    policy.forget(certified[0])
    assert policy.author_of(things[0]) is None
    assert (things[0], "stranger") in policy.shift(things[:4]).lost
    assert policy.author_of(things[1]) is not None
