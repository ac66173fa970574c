"""The rules: whatever the order of arrival, the same objects make the same set."""

from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.invitation import InvitationFields, encode_invitation
from meshnode.board.profile import ProfileFields, encode_profile, sign_certificate
from meshnode.board.rules import NeighbourhoodRules
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import Kind
from meshnode.protocol.ports import Accepted, Refused, Waiting
from tests.unit.protocol.engines import (
    COMMUNITY,
    FRIEND,
    MINUTE,
    OWN,
    ROOT,
    STRANGER,
    bulletin,
    made,
    profile,
    withdrawal,
)

GUEST = SigningKey(b"\x04" * 32)
INVITED = SigningKey(b"\x05" * 32)
LATE = SigningKey(b"\x06" * 32)
YEAR = 365 * 1440


def invited(key, *, granted_min, sequence=1):
    certificate = sign_certificate(GUEST, COMMUNITY, key.public, granted_min)
    fields = ProfileFields(key.public, granted_min, certificate, "guest")
    return made(
        key,
        Kind.PROFILE,
        encode_profile(fields),
        minutes=YEAR,
        sequence=sequence,
        parent=INVITATION.short_id,
    )


INVITATION = made(
    ROOT,
    Kind.INVITATION,
    encode_invitation(InvitationFields(GUEST.public, MINUTE + 100)),
    minutes=YEAR,
)
FORGED_INVITATION = made(
    STRANGER,
    Kind.INVITATION,
    encode_invitation(InvitationFields(STRANGER.public, MINUTE + 100)),
    minutes=YEAR,
)
NEWS = bulletin(OWN, "news")
RUMOUR = bulletin(FRIEND, "rumour")
SELF_MADE = ProfileFields(
    STRANGER.public,
    MINUTE,
    sign_certificate(STRANGER, COMMUNITY, STRANGER.public, MINUTE),
    "root",
)
GOOD = (
    profile(OWN),
    profile(OWN, name="renamed", sequence=5),
    profile(FRIEND),
    INVITATION,
    invited(INVITED, granted_min=MINUTE + 100),
    bulletin(INVITED, "from the guest"),
    NEWS,
    RUMOUR,
    withdrawal(RUMOUR, FRIEND),
)
BAD = (
    invited(LATE, granted_min=MINUTE + 101),
    bulletin(LATE, "too late to join"),
    FORGED_INVITATION,
    made(STRANGER, Kind.PROFILE, encode_profile(SELF_MADE), minutes=YEAR),
    bulletin(STRANGER, "spam"),
    withdrawal(NEWS, FRIEND),
    made(ROOT, Kind.BULLETIN, b"\0hi", minutes=60),
)
LEFT = {GOOD[1], GOOD[2], GOOD[3], GOOD[4], GOOD[5], NEWS, GOOD[8], BAD[5]}


def arrive(objects):
    """Return the set after objects arrived in this order, and again whatever had to wait."""
    rules, held = NeighbourhoodRules(ROOT.public), {}
    waiting = list(objects)
    while True:
        still = []
        for thing in waiting:
            match rules.judge(thing):
                case Accepted(replaces):
                    for one in replaces:
                        rules.forget(held.pop(one))
                    held[thing.id] = thing
                    rules.learn(thing)
                case Waiting():
                    still.append(thing)
                case Refused():
                    pass
        if len(still) == len(waiting):
            return rules, set(held.values())
        waiting = still


@settings(max_examples=200, deadline=None)
@given(st.permutations(GOOD + BAD))
def test_any_order_of_arrival_leaves_the_same_set(objects):
    rules, held = arrive(objects)
    assert held == LEFT
    names = sorted(one.name for one in rules.members())
    assert names == ["guest", "n", "renamed"]


def test_a_member_is_known_by_name_and_a_stranger_is_not():
    rules, _ = arrive(GOOD + BAD)
    assert rules.is_member(INVITED.public)
    assert rules.name_of(OWN.public) == "renamed"
    assert not rules.is_member(STRANGER.public)
    assert not rules.is_member(LATE.public)
    assert rules.name_of(STRANGER.public) is None
