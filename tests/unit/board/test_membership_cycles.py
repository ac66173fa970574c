"""Nobody can make nodes take something in and throw it out again for ever."""

from meshnode.board.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import Kind
from meshnode.protocol.ports import Accepted
from tests.community import INVITED, MINUTE, YEAR_MINUTES, certificate, invitation, made, rules


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
