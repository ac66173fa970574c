"""The rules: whatever the order of arrival, the same objects make the same set."""

from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.parts import Cut
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.protocol.ports import Accepted, Refused, Waiting
from tests.community import (
    ANNA,
    BERT,
    CEM,
    COMMUNITY,
    DORA,
    INVITED,
    MINUTE,
    ROOT,
    YEAR_MINUTES,
    bulletin,
    certificate,
    invitation,
    made,
    profile,
    role,
    rules,
    signing_key,
    withdrawal,
)

GUEST = signing_key("guest")
LATE = signing_key("late")
STRANGER = signing_key("stranger")
PHONE = signing_key("dora's phone")
ROBBER = signing_key("robber")
PERSON = IdentityClass.PERSON


def year(key: SigningKey, kind: Kind, body: bytes, *, sequence: int) -> SignedObject:
    return made(key, kind, body, sequence=sequence, minute=MINUTE, minutes=YEAR_MINUTES)


def revocation(author: SigningKey, subject: SigningKey, *cuts: Cut) -> SignedObject:
    fields = RevocationFields(RevocationReason.LOST, fingerprint(subject.public), cuts)
    return year(author, Kind.REVOCATION, encode_revocation(fields), sequence=70)


INVITATION = invitation(valid_until_min=MINUTE + 100, uses=1)
FORGED_INVITATION = invitation(author=STRANGER)
NEWS = bulletin(ANNA, "news")
RUMOUR = bulletin(BERT, "rumour")
WARNING = bulletin(BERT, "warning", sequence=2, severity=Severity.SEVERE)
OLD_NAME = profile(ANNA, name="Kiosk", minutes=1440)
NEW_NAME = profile(ANNA, name="Trinkhalle", sequence=5, minutes=1440)
BEFORE, AFTER = (bulletin(PHONE, text, sequence=n) for n, text in ((1, "mine"), (9, "stolen")))
STAYING = (
    certificate(ANNA, sequence=2),
    certificate(BERT, sequence=3),
    role(BERT, sequence=4),
    NEW_NAME,
    INVITATION,
    certificate(
        GUEST,
        name="guest",
        certifier=INVITED,
        minute=MINUTE + 100,
        minutes=1440,
        invitation=INVITATION.short_id,
    ),
    bulletin(GUEST, "from the guest"),
    NEWS,
    WARNING,
    withdrawal(BERT, RUMOUR),
    withdrawal(BERT, NEWS),
    # Two members, of which one is a node and does not count; then a steward.
    certificate(CEM, sequence=5, identity_class=PERSON),
    certificate(DORA, sequence=6, identity_class=PERSON),
    certificate(DORA, certifier=CEM, identity_class=PERSON),
    year(DORA, Kind.DEVICE, encode_device(PHONE, DORA.public, COMMUNITY), sequence=2),
    BEFORE,
    revocation(DORA, PHONE, Cut(PHONE.id, 1)),
)
GOING = (
    OLD_NAME,
    RUMOUR,
    AFTER,
    # An invitation that lets one in is used up; and it was over.
    certificate(
        LATE,
        certifier=INVITED,
        sequence=2,
        minute=MINUTE + 101,
        invitation=INVITATION.short_id,
    ),
    bulletin(LATE, "too late to join"),
    FORGED_INVITATION,
    certificate(STRANGER, certifier=STRANGER),
    certificate(STRANGER, certifier=BERT),
    year(STRANGER, Kind.PROFILE, encode_profile(ProfileFields("root")), sequence=1),
    bulletin(STRANGER, "spam"),
    bulletin(ANNA, "no leave to warn", sequence=3, severity=Severity.EXTREME),
    role(STRANGER, author=ANNA),
    revocation(ANNA, BERT),
    year(STRANGER, Kind.DEVICE, encode_device(ROBBER, STRANGER.public, COMMUNITY), sequence=1),
    bulletin(ROBBER, "hello"),
    made(ROOT, Kind.BULLETIN, b"\x3c", sequence=9, minute=MINUTE, minutes=60),
)


def arrive(objects: tuple[SignedObject, ...]) -> tuple[NeighbourhoodRules, set[SignedObject]]:
    """Return the set after objects arrived in this order, and again whatever had to wait.

    Whatever lost its ground is heard again, too: its ground may come back.
    """
    policy, held = rules(), dict[ObjectId, SignedObject]()
    waiting = list(objects)
    while True:
        still = []
        before = set(held)
        for thing in waiting:
            match policy.judge(thing):
                case Accepted(replaces):
                    for one in replaces:
                        policy.forget(held.pop(one))
                    held[thing.id] = thing
                    policy.learn(thing)
                    while lost := policy.shift(held.values()).lost:
                        for one, _ in lost:
                            policy.forget(held.pop(one.id))
                            still.append(one)
                case Waiting():
                    still.append(thing)
                case Refused():
                    pass
        if set(held) == before:
            return policy, set(held.values())
        waiting = still


@settings(max_examples=200, deadline=None)
@given(st.permutations(STAYING + GOING))
def test_any_order_of_arrival_leaves_the_same_set(objects: tuple[SignedObject, ...]) -> None:
    policy, held = arrive(objects)
    assert held == set(STAYING)
    names = sorted(map(policy.name_of, policy.members()))
    assert names == ["Kiosk", "Kiosk", "Kiosk", "Nordstadt", "Trinkhalle", "guest"]


def test_a_member_is_known_by_name_and_a_stranger_is_not() -> None:
    policy, _ = arrive(STAYING + GOING)
    assert policy.is_member(GUEST.public)
    author = policy.author_of(NEWS)
    assert author is not None
    assert policy.name_of(author) == "Trinkhalle"
    assert policy.author_of(BEFORE) == policy.standing.identities[fingerprint(DORA.public)]
    for key in (STRANGER, LATE, ROBBER, PHONE):
        assert not policy.is_member(key.public)
    assert policy.author_of(bulletin(STRANGER, "spam")) is None
