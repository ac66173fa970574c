"""Who may say what, judged object by object."""

from hashlib import sha256

import pytest

from meshnode.board.bulletin import Severity
from meshnode.board.rules import KEY_CANDIDATES_MAX, NeighbourhoodRules
from meshnode.protocol.keys import PublicKey, SigningKey, key_id
from meshnode.protocol.object import Kind, SignedObject
from meshnode.protocol.ports import Accepted, Refused, Verdict, Waiting
from meshnode.protocol.priority import Priority
from tests.community import (
    ANNA,
    BERT,
    INVITED,
    MINUTE,
    ROOT,
    YEAR_MINUTES,
    bulletin,
    invitation,
    made,
    profile,
    signing_key,
    sized,
    withdrawal,
)

STRANGER = signing_key("nobody knows me")
DAY = 1440


def rules(*accepted: SignedObject) -> NeighbourhoodRules:
    policy = NeighbourhoodRules(ROOT.public)
    for thing in accepted:
        assert isinstance(policy.judge(thing), Accepted), thing
        policy.learn(thing)
    return policy


def test_the_root_key_certifies_members() -> None:
    policy = rules()
    assert not policy.is_member(ANNA.public)
    assert policy.judge(profile(ANNA)) == Accepted()
    policy.learn(profile(ANNA))
    assert policy.is_member(ANNA.public)
    assert policy.name_of(ANNA.public) == "Kiosk"
    assert policy.name_of(BERT.public) is None


def test_the_holder_of_an_invitation_certifies_members_too() -> None:
    vouching = invitation()
    invited = profile(ANNA, certifier=INVITED, parent=vouching.short_id)
    assert rules().judge(invited) == Waiting()
    assert rules(vouching).judge(invited) == Accepted()


@pytest.mark.parametrize(("late", "verdict"), [(0, Accepted()), (1, Refused("stranger"))])
def test_an_invitation_counts_until_its_last_minute(late: int, verdict: Verdict) -> None:
    vouching = invitation(valid_until_min=MINUTE + 60)
    invited = profile(
        ANNA, certifier=INVITED, parent=vouching.short_id, granted_min=MINUTE + 60 + late
    )
    assert rules(vouching).judge(invited) == verdict


def test_a_certificate_by_anybody_else_is_a_strangers() -> None:
    vouching = invitation()
    assert rules().judge(profile(ANNA, certifier=BERT)) == Refused("stranger")
    assert rules(profile(BERT)).judge(profile(ANNA, certifier=BERT)) == Refused("stranger")
    by_another = profile(ANNA, certifier=BERT, parent=vouching.short_id)
    assert rules(vouching).judge(by_another) == Refused("stranger")
    # The root itself is no invitation's key.
    assert rules(vouching).judge(profile(ANNA, parent=vouching.short_id)) == Refused("stranger")


def test_only_the_root_invites() -> None:
    assert rules(profile(ANNA)).judge(invitation(author=ANNA)) == Refused("stranger")


def test_a_profile_that_names_another_key_than_its_author_is_refused() -> None:
    stolen = profile(ANNA)
    forged = made(BERT, Kind.PROFILE, stolen.body, sequence=1, minute=MINUTE, minutes=YEAR_MINUTES)
    assert rules().judge(forged) == Refused("wrong_author")


def test_an_invitation_signed_by_another_key_in_the_roots_name_is_refused() -> None:
    good = invitation()
    forged = SignedObject(
        kind=good.kind,
        codec=0,
        lifetime_code=good.lifetime_code,
        author=good.author,
        sequence=good.sequence,
        created_min=good.created_min,
        parent=None,
        body=good.body,
        encoded=good.encoded[:-1] + bytes([good.encoded[-1] ^ 1]),
        id=good.id,
    )
    assert rules().judge(forged) == Refused("bad_signature")


def test_whose_profile_is_not_here_has_to_wait() -> None:
    assert rules().judge(bulletin(ANNA)) == Waiting()
    assert rules().judge(sized(ANNA, 100)) == Waiting()


def test_a_member_posts_and_a_damaged_signature_does_not_count() -> None:
    policy = rules(profile(ANNA))
    assert policy.judge(bulletin(ANNA)) == Accepted()
    good = bulletin(ANNA)
    bad = made(ANNA, Kind.BULLETIN, b"", sequence=1, minute=MINUTE, minutes=DAY, codec=good.codec)
    assert policy.judge(bad) == Refused("truncated")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "truncated"),
        (b"\x04", "bad_length"),
        (b"\x05", "truncated"),
        (b"\x07\x01text", "not_canonical"),
        (b"\x05\xfa" + bytes(401), "oversize"),
        (b"\x05\x01" + bytes(401), "oversize"),
        (b"\x3c\x05Watertext", "bad_category"),
        (b"\x3c\x05watertext", "not_canonical"),
        (b"\x3c\x01a", "bad_length"),
    ],
)
def test_a_bulletin_with_a_bad_head_is_refused_in_every_codec(body: bytes, reason: str) -> None:
    policy = rules(profile(ANNA))
    for codec in range(8):
        bad = made(ANNA, Kind.BULLETIN, body, sequence=1, minute=MINUTE, minutes=DAY, codec=codec)
        assert policy.judge(bad) == Refused(reason)


@pytest.mark.parametrize("codec", range(8))
def test_a_text_that_nobody_here_can_read_is_accepted_and_ranked(codec: int) -> None:
    policy = rules(profile(ANNA))
    urgent = made(
        ANNA, Kind.BULLETIN, b"\xc4\xff", sequence=1, minute=MINUTE, minutes=DAY, codec=codec
    )
    assert policy.judge(urgent) == Accepted()
    policy.learn(urgent)
    assert policy.rank(urgent) == Priority.URGENT


@pytest.mark.parametrize(
    ("thing", "verdict"),
    [
        (bulletin(ANNA, minutes=14 * DAY), Accepted()),
        (bulletin(ANNA, minutes=21 * DAY), Refused("lifetime")),
        (withdrawal(ANNA, bulletin(ANNA), minutes=14 * DAY), Accepted()),
        (withdrawal(ANNA, bulletin(ANNA), minutes=21 * DAY), Refused("lifetime")),
        (made(ANNA, 9, b"?", sequence=1, minute=MINUTE, minutes=30 * DAY), Accepted()),
        (made(ANNA, 9, b"?", sequence=1, minute=MINUTE, minutes=61 * DAY), Refused("lifetime")),
        (made(ANNA, 286, b"?", sequence=1, minute=MINUTE, minutes=DAY), Accepted()),
        (profile(ANNA, sequence=2, minutes=365 * DAY), Accepted((profile(ANNA).id,))),
        (withdrawal(ANNA, bulletin(ANNA)), Accepted()),
    ],
)
def test_every_kind_has_its_longest_life(thing: SignedObject, verdict: Verdict) -> None:
    assert rules(profile(ANNA)).judge(thing) == verdict


def test_a_withdrawal_without_a_target_or_with_a_body_is_refused() -> None:
    policy = rules(profile(ANNA))
    bare = made(ANNA, Kind.WITHDRAWAL, b"", sequence=1, minute=MINUTE, minutes=DAY)
    assert policy.judge(bare) == Refused("missing_parent")
    wordy = made(
        ANNA,
        Kind.WITHDRAWAL,
        b"sorry",
        sequence=1,
        minute=MINUTE,
        minutes=DAY,
        parent=bulletin(ANNA).short_id,
    )
    assert policy.judge(wordy) == Refused("trailing_bytes")


def test_a_withdrawal_takes_back_what_it_outlives_and_nothing_else() -> None:
    target, longer = bulletin(ANNA, sequence=1), bulletin(ANNA, sequence=2, minutes=2 * DAY)
    policy = rules(profile(ANNA), profile(BERT), target, longer)
    assert policy.judge(withdrawal(ANNA, target)) == Accepted((target.id,))
    assert policy.judge(withdrawal(ANNA, longer)) == Accepted()
    assert policy.judge(withdrawal(BERT, target)) == Accepted()


def test_a_withdrawn_bulletin_stays_out_as_long_as_the_withdrawal_lives() -> None:
    target, longer = bulletin(ANNA, sequence=1), bulletin(ANNA, sequence=2, minutes=2 * DAY)
    policy = rules(profile(ANNA), withdrawal(ANNA, target), withdrawal(ANNA, longer, sequence=101))
    assert policy.judge(target) == Refused("withdrawn")
    assert policy.judge(longer) == Accepted()
    policy.forget(withdrawal(ANNA, target))
    assert policy.judge(target) == Accepted()


def test_the_profile_that_lives_longest_wins_and_then_the_higher_sequence() -> None:
    policy = rules(profile(ANNA, sequence=5, name="Alt"))
    renamed = profile(ANNA, sequence=6, name="Neu")
    assert policy.judge(renamed) == Accepted((profile(ANNA, sequence=5, name="Alt").id,))
    assert policy.judge(profile(ANNA, sequence=4)) == Refused("superseded")
    # One that ends earlier would be gone while others still pass on the one it replaced.
    short = profile(ANNA, sequence=9, minutes=30 * DAY)
    assert policy.judge(short) == Refused("superseded")


def test_a_profile_that_left_the_set_takes_its_member_along() -> None:
    policy = rules(profile(ANNA))
    policy.forget(profile(ANNA))
    assert not policy.is_member(ANNA.public)
    assert policy.judge(bulletin(ANNA)) == Waiting()


def test_forgetting_a_replaced_profile_leaves_the_newer_one_in_place() -> None:
    older, newer = profile(ANNA), profile(ANNA, sequence=2, name="Neu")
    policy = rules(older, newer)
    policy.forget(older)
    assert policy.name_of(ANNA.public) == "Neu"


def test_ranks_follow_severity_and_kind() -> None:
    alert = bulletin(ANNA, severity=Severity.SEVERE, sequence=7)
    news = bulletin(ANNA, severity=Severity.MINOR, sequence=8)
    policy = rules(profile(ANNA), alert, news)
    expected = {
        profile(ANNA): Priority.AUTHORITY,
        invitation(): Priority.AUTHORITY,
        alert: Priority.URGENT,
        bulletin(ANNA, severity=Severity.EXTREME): Priority.URGENT,
        news: Priority.ORDINARY,
        bulletin(ANNA, severity=Severity.INFO): Priority.ORDINARY,
        withdrawal(ANNA, alert): Priority.URGENT,
        withdrawal(ANNA, news): Priority.AUTHORITY,
        sized(ANNA, 90): Priority.ORDINARY,
    }
    assert {thing: policy.rank(thing) for thing in expected} == expected


def colliding_keys(count: int) -> list[SigningKey]:
    """Keys whose ids are made equal by hand in what follows; none collide for real."""
    return [SigningKey(sha256(b"%d" % number).digest()) for number in range(count)]


def test_at_most_four_keys_with_one_id_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = colliding_keys(KEY_CANDIDATES_MAX + 1)
    same = key_id(PublicKey(bytes(32)))
    monkeypatch.setattr("meshnode.board.rules.key_id", lambda _: same)
    for key in keys:
        key.id = same
    policy = NeighbourhoodRules(ROOT.public)
    for key in keys[:-1]:
        assert policy.judge(profile(key)) == Accepted()
        policy.learn(profile(key))
    assert policy.judge(profile(keys[-1])) == Refused("key_collision")
    # Each of the four is told apart by its signature.
    for key in keys[:-1]:
        thing = bulletin(key)
        assert policy.judge(thing) == Accepted()
        author = policy.author_of(thing)
        assert author is not None
        assert author.public_key == key.public
    assert policy.judge(bulletin(keys[-1])) == Refused("bad_signature")


def test_members_are_listed_by_key() -> None:
    policy = rules(profile(BERT), profile(ANNA))
    assert [one.public_key for one in policy.members()] == sorted([ANNA.public, BERT.public])


def test_a_stranger_never_gets_in_whatever_it_signs() -> None:
    policy = rules(profile(ANNA))
    assert policy.judge(bulletin(STRANGER)) == Waiting()
    assert policy.judge(profile(STRANGER, certifier=STRANGER)) == Refused("stranger")


@pytest.mark.parametrize(
    ("first", "priority"), [(0x05, Priority.ORDINARY), (0x85, Priority.URGENT)]
)
def test_a_template_that_nobody_here_knows_is_accepted_and_ranked_by_its_severity(
    first: int, priority: Priority
) -> None:
    later = made(
        ANNA, Kind.BULLETIN, bytes([first, 250, 1, 2]), sequence=1, minute=MINUTE, minutes=DAY
    )
    policy = rules(profile(ANNA))
    assert policy.judge(later) == Accepted()
    assert policy.rank(later) == priority
    stored = made(
        ANNA,
        Kind.BULLETIN,
        bytes([first, 250]) + bytes(401),
        sequence=2,
        minute=MINUTE,
        minutes=DAY,
    )
    assert policy.judge(stored) == Refused("oversize")
