"""What notices make of an object, whatever order they come in."""

from itertools import permutations
from random import Random

import pytest

from meshnode.board.bulletins.moderation import (
    DAMAGED_NOTICE,
    FUTURE_NOTICE,
    Moderation,
    Notice,
    moderate,
    notice_of,
)
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.role import Role
from meshnode.board.view import board, bulletin_view
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import Kind, SignedObject
from meshnode.protocol.ports import Accepted
from tests.community import (
    ANNA,
    BERT,
    CEM,
    MINUTE,
    bulletin,
    certificate,
    made,
    role,
    rules,
)

TARGET = bulletin(ANNA)


def signed(
    act: Act,
    *,
    by=BERT,
    reason: Reason = Reason.OTHER,
    text: str = "",
    sequence: int = 1,
    minute: int = MINUTE,
    target: SignedObject = TARGET,
) -> SignedObject:
    codec, body = encode_notice(NoticeFields(act, reason, target.id, text))
    return made(
        by,
        Kind.NOTICE,
        body,
        sequence=sequence,
        minute=minute,
        minutes=1440,
        codec=codec,
        parent=target.short_id,
    )


def notice(act: Act, *, by=BERT, **fields) -> Notice:
    return notice_of(signed(act, by=by, **fields), fingerprint(by.public), "Bert")


def test_nothing_said_changes_nothing() -> None:
    assert moderate([]) == Moderation()
    assert moderate([]).in_force == ()


@pytest.mark.parametrize("act", [Act.HIDE, Act.ERASE])
def test_hidden_until_restored_and_hidden_again(act: Act) -> None:
    hide = notice(act, minute=MINUTE)
    restore = notice(Act.RESTORE, minute=MINUTE + 1, sequence=2)
    again = notice(Act.HIDE, minute=MINUTE + 2, sequence=3)
    assert moderate([hide]).is_hidden
    assert not moderate([hide, restore]).is_hidden
    assert moderate([hide, restore, again]).hidden == again


def test_restoring_takes_labels_back_and_leaves_corrections() -> None:
    label = notice(Act.LABEL, reason=Reason.RUMOUR)
    correction = notice(Act.CORRECT, text="Um 15 Uhr.", sequence=2)
    restore = notice(Act.RESTORE, minute=MINUTE + 1, sequence=3)
    result = moderate([label, correction, restore])
    assert (result.labels, result.corrections) == ((), (correction,))
    assert result.in_force == (correction,)


def test_one_label_a_reason_and_one_correction_an_author() -> None:
    labels = [
        notice(Act.LABEL, reason=Reason.RUMOUR, sequence=1),
        notice(Act.LABEL, reason=Reason.RUMOUR, sequence=2, text="Nachgefragt."),
        notice(Act.LABEL, reason=Reason.OUTDATED, sequence=3),
    ]
    corrections = [
        notice(Act.CORRECT, text="Um 14 Uhr.", sequence=4),
        notice(Act.CORRECT, text="Um 15 Uhr.", sequence=5),
        notice(Act.CORRECT, text="Am Nordmarkt.", sequence=6, by=CEM),
    ]
    result = moderate([*labels, *corrections])
    assert [one.text for one in result.labels] == ["Nachgefragt.", ""]
    assert [one.text for one in result.corrections] == ["Um 15 Uhr.", "Am Nordmarkt."]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"minute": MINUTE, "sequence": 9}, {"minute": MINUTE + 1, "sequence": 1}),
        ({"minute": MINUTE, "sequence": 1}, {"minute": MINUTE, "sequence": 2}),
    ],
)
def test_the_later_act_wins_by_minute_and_then_by_number(first, second) -> None:
    hide, restore = notice(Act.HIDE, **first), notice(Act.RESTORE, **second)
    assert not moderate([restore, hide]).is_hidden
    hide, restore = notice(Act.HIDE, **second), notice(Act.RESTORE, **first)
    assert moderate([hide, restore]).is_hidden


def test_of_two_acts_of_one_moment_the_higher_id_wins() -> None:
    hide, restore = notice(Act.HIDE), notice(Act.RESTORE)
    later = max(hide, restore, key=lambda one: one.thing.id)
    assert moderate([hide, restore]).is_hidden == (later is hide)


def test_the_order_of_arrival_plays_no_part() -> None:
    acts = [
        notice(Act.HIDE, sequence=1),
        notice(Act.LABEL, sequence=2, reason=Reason.SPAM),
        notice(Act.RESTORE, sequence=3),
        notice(Act.CORRECT, sequence=4, text="Nein.", by=CEM),
        notice(Act.LABEL, sequence=5, reason=Reason.WRONG),
        notice(Act.HIDE, sequence=6, by=CEM),
    ]
    results = {moderate(some) for some in permutations(acts)}
    assert len(results) == 1


def test_a_text_that_cannot_be_read_is_a_sentence() -> None:
    head = signed(Act.LABEL).body
    for codec, rest, sentence in ((0, b"\xff", DAMAGED_NOTICE), (6, b"x", FUTURE_NOTICE)):
        thing = made(
            BERT,
            Kind.NOTICE,
            head + rest,
            sequence=1,
            minute=MINUTE,
            minutes=60,
            codec=codec,
            parent=TARGET.short_id,
        )
        assert notice_of(thing, fingerprint(BERT.public), "Bert").text == sentence


def community(*more: SignedObject) -> NeighbourhoodRules:
    policy = rules()
    things = [
        *map(certificate, (ANNA, BERT, CEM)),
        role(BERT, Role.MODERATOR),
        TARGET,
        *more,
    ]
    for thing in things:
        assert policy.judge(thing) == Accepted(), thing
        policy.learn(thing)
    return policy


def test_the_board_leaves_out_what_is_hidden_unless_it_is_asked_for() -> None:
    other = bulletin(ANNA, "anderes", sequence=2)
    policy = community(other, signed(Act.HIDE, reason=Reason.RUMOUR))
    shown = board([TARGET, other], policy, minute=MINUTE)
    assert [view.id for view in shown] == [other.id]
    both = board([TARGET, other], policy, minute=MINUTE, with_hidden=True)
    assert {view.id: view.is_hidden for view in both} == {TARGET.id: True, other.id: False}


def test_a_notice_for_another_object_with_the_same_short_id_does_not_count() -> None:
    policy = community(signed(Act.HIDE))
    thing = signed(Act.HIDE, sequence=7)
    forged = made(
        BERT,
        Kind.NOTICE,
        thing.body[:1] + bytes(12),
        sequence=8,
        minute=MINUTE,
        minutes=60,
        parent=TARGET.short_id,
    )
    fresh = community(forged)
    assert bulletin_view(TARGET, policy).is_hidden
    assert not bulletin_view(TARGET, fresh).is_hidden


def test_a_notice_counts_only_while_its_author_may() -> None:
    policy = community(signed(Act.HIDE))
    assert bulletin_view(TARGET, policy).is_hidden
    policy.forget(role(BERT, Role.MODERATOR))
    assert not bulletin_view(TARGET, policy).is_hidden


def test_hostile_heads_never_get_as_far_as_the_board() -> None:
    policy = community()
    for seed in range(300):
        body = Random(seed).randbytes(Random(seed).randrange(20))
        thing = made(
            BERT,
            Kind.NOTICE,
            body,
            sequence=seed + 50,
            minute=MINUTE,
            minutes=60,
            parent=TARGET.short_id,
        )
        if policy.judge(thing) == Accepted():
            policy.learn(thing)
    bulletin_view(TARGET, policy).moderation.in_force  # noqa: B018  It must not raise.
