"""Versions of a thing: the newest counts, in whatever order they come."""

from itertools import permutations

from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.items import items
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.role import Role
from meshnode.board.versions import thing_id
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.protocol.ports import Accepted, Refused
from tests.community import (
    ANNA,
    BERT,
    CEM,
    MINUTE,
    certificate,
    made,
    notice,
    role,
    rules,
    withdrawal,
)
from tests.everykind import PHONE, device

DAY = 1440
PERSON = IdentityClass.PERSON
BODY = b"\x00?"


def folk() -> NeighbourhoodRules:
    policy = rules()
    for thing in (
        certificate(ANNA, name="Anna", identity_class=PERSON),
        certificate(BERT, name="Bert", identity_class=PERSON, sequence=2),
        device(ANNA, PHONE),
    ):
        take(policy, {}, thing)
    return policy


def take(
    policy: NeighbourhoodRules, held: dict[ObjectId, SignedObject], thing: SignedObject
) -> None:
    """Do as the ingress does."""
    verdict = policy.judge(thing)
    if isinstance(verdict, Accepted):
        for one in verdict.replaces:
            policy.forget(held.pop(one))
        held[thing.id] = thing
        policy.learn(thing)


def version(
    key: SigningKey,
    of: SignedObject | None = None,
    *,
    minute: int = MINUTE,
    minutes: int = DAY,
    sequence: int = 10,
) -> SignedObject:
    parent = None if of is None else of.short_id
    return made(
        key, Kind.BULLETIN, BODY, sequence=sequence, minute=minute, minutes=minutes, parent=parent
    )


def test_the_newest_version_stays_whatever_order_they_come_in() -> None:
    first = version(ANNA)
    second = version(PHONE, first, minute=MINUTE + 5, sequence=3)
    third = version(ANNA, first, minute=MINUTE + 9, sequence=11)
    for arriving in permutations((first, second, third)):
        policy, held = folk(), dict[ObjectId, SignedObject]()
        for thing in arriving:
            take(policy, held, thing)
        assert list(held.values()) == [third], "a device's word is its owner's"
        assert policy.judge(first) == Refused("superseded")


def test_a_version_that_ends_earlier_does_not_replace_what_outlives_it() -> None:
    first = version(ANNA, minutes=2 * DAY)
    hasty = version(ANNA, first, minute=MINUTE + 5, sequence=11)
    for arriving in permutations((first, hasty)):
        policy, held = folk(), dict[ObjectId, SignedObject]()
        for thing in arriving:
            take(policy, held, thing)
        assert list(held.values()) == [first]


def test_nobody_makes_a_new_version_of_what_another_said() -> None:
    first = version(ANNA)
    others = version(BERT, first, minute=MINUTE + 5)
    policy, held = folk(), dict[ObjectId, SignedObject]()
    take(policy, held, first)
    take(policy, held, others)
    assert len(held) == 2


def test_a_withdrawal_of_the_root_takes_every_version_back_in_any_order() -> None:
    first = version(ANNA)
    second = version(ANNA, first, minute=MINUTE + 5, sequence=11)
    gone = withdrawal(PHONE, first, minute=MINUTE + 6, minutes=2 * DAY)
    for arriving in permutations((first, second, gone)):
        policy, held = folk(), dict[ObjectId, SignedObject]()
        for thing in arriving:
            take(policy, held, thing)
        assert list(held.values()) == [gone]
        assert policy.judge(second) == Refused("withdrawn")


def test_an_item_is_shown_once_for_each_author() -> None:
    policy, held = folk(), dict[ObjectId, SignedObject]()
    first = version(ANNA)
    for thing in (first, version(BERT, first)):
        take(policy, held, thing)
    shown = items(policy, Kind.BULLETIN, minute=MINUTE)
    assert {one.root for one in shown} == {first.short_id}
    assert {one.author.name for one in shown if one.author} == {"Anna", "Bert"}
    assert items(policy, Kind.BULLETIN, minute=MINUTE + DAY) == []


def test_what_is_hidden_stays_hidden_when_its_author_updates_it() -> None:
    policy, held = folk(), dict[ObjectId, SignedObject]()
    for thing in (certificate(CEM, sequence=8, identity_class=PERSON), role(CEM, Role.MODERATOR)):
        take(policy, held, thing)
    first = version(ANNA)
    second = version(PHONE, first, minute=MINUTE + 5, sequence=3)
    others = version(BERT, first, minute=MINUTE + 5)
    for thing in (first, notice(CEM, first, Act.HIDE), second, others):
        take(policy, held, thing)
    assert first.id not in held
    assert [one.kind for one in policy.notices_about(second)] == [Kind.NOTICE]
    # Nobody can tell any more whose the first version was: who claims another's root shares it.
    assert [one.kind for one in policy.notices_about(others)] == [Kind.NOTICE]


def test_a_notice_on_somebody_who_claims_anothers_root_is_not_about_that_other() -> None:
    policy, held = folk(), dict[ObjectId, SignedObject]()
    for thing in (certificate(CEM, sequence=8, identity_class=PERSON), role(CEM, Role.MODERATOR)):
        take(policy, held, thing)
    first, others = version(ANNA), version(BERT, None, sequence=5)
    second = version(PHONE, first, minute=MINUTE + 5, sequence=3)
    claims = version(BERT, first, minute=MINUTE + 5)
    whole = thing_id(first.short_id, fingerprint(BERT.public))
    codec, body = encode_notice(NoticeFields(Act.ERASE, Reason.SPAM, whole))
    erasure = made(CEM, Kind.NOTICE, body, codec=codec, sequence=9, minute=MINUTE, minutes=2 * DAY,
                   parent=first.short_id)  # fmt: skip
    for thing in (first, others, second, claims, erasure):
        take(policy, held, thing)
    assert claims.id not in held
    assert second.id in held
    assert policy.notices_about(second) == []
    assert policy.judge(claims) == Refused("erased")
