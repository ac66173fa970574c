"""What authority says stays: nobody makes nodes take it in and throw it out for ever."""

from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import Kind
from meshnode.protocol.ports import Accepted
from tests.community import (
    CHARTER,
    COMMUNITY,
    INVITED,
    MINUTE,
    ROOT,
    YEAR_MINUTES,
    certificate,
    invitation,
    made,
    rules,
    withdrawal,
)


def test_an_invitations_key_that_certified_and_then_revoked_itself_stays_revoked() -> None:
    invites = invitation()
    admits = certificate(INVITED, certifier=INVITED, invitation=invites.short_id)
    fields = RevocationFields(RevocationReason.LEFT, fingerprint(INVITED.public))
    takes_back = made(
        INVITED,
        Kind.REVOCATION,
        encode_revocation(fields),
        sequence=2,
        minute=MINUTE,
        minutes=YEAR_MINUTES,
    )
    policy = rules()
    held = [invites, admits, takes_back]
    for thing in held:
        assert policy.judge(thing) == Accepted()
        policy.learn(thing)
    assert policy.shift(held).lost == ()
    assert not policy.is_member(INVITED.public)
    assert policy.standing.identities[fingerprint(INVITED.public)].is_revoked


def test_a_steward_who_withdraws_the_charter_does_not_end_the_community() -> None:
    policy = rules_without_a_pin()
    held = [CHARTER, withdrawal(ROOT, CHARTER, minutes=YEAR_MINUTES)]
    for thing in (*held, certificate(ROOT, sequence=2)):
        assert policy.judge(thing) == Accepted()
        policy.learn(thing)
        assert policy.shift(held).lost == ()
    assert policy.is_member(ROOT.public)


def rules_without_a_pin() -> NeighbourhoodRules:
    return NeighbourhoodRules(COMMUNITY)
