"""The invite: what a line brings has the form of its kind before anybody trusts it."""

from dataclasses import replace

import pytest

from meshnode.board.trust.invite import Invite, decode_invite, encode_invite
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import Kind, SignedObject
from tests.community import (
    CHARTER,
    COMMUNITY,
    INVITED,
    MINUTE,
    NETWORK_KEY,
    ROOT,
    YEAR_MINUTES,
    certificate,
    invitation,
    made,
)

INVITE = Invite(
    COMMUNITY,
    NETWORK_KEY,
    INVITED.private.private_bytes_raw(),
    CHARTER,
    (certificate(ROOT),),
    invitation(),
)


def damaged(kind: Kind) -> SignedObject:
    return made(ROOT, kind, b"\xff", sequence=1, minute=MINUTE, minutes=YEAR_MINUTES)


def test_an_invite_comes_back_as_it_was() -> None:
    assert decode_invite(encode_invite(INVITE)) == INVITE


@pytest.mark.parametrize(
    "invite",
    [
        replace(INVITE, charter=damaged(Kind.CHARTER)),
        replace(INVITE, invitation=damaged(Kind.INVITATION)),
        replace(INVITE, vouchers=(damaged(Kind.DEVICE),)),
    ],
    ids=["charter", "invitation", "voucher"],
)
def test_an_invite_with_an_object_that_nobody_can_read_is_damaged(invite: Invite) -> None:
    with pytest.raises(LimitError, match="damaged"):
        decode_invite(encode_invite(invite))
