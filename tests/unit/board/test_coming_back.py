"""What lost its ground leaves every node, and what it had pushed out comes back."""

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.trust import accounts as accounts_module
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import Kind, SignedObject, compose, lifetime_code_for
from tests.acts import Node, gossip
from tests.community import ANNA as MEMBER
from tests.community import MINUTE, Script, bulletin, bulletin_body, signing_key
from tests.town import ADA, ANNA, BEN, CYD, PHONE, TABLET, Town

DAY = 1440
VERA, WILLI = signing_key("vera"), signing_key("willi")


class Street(Town):
    """A town with two nodes; Anna has two devices."""

    def __post_init__(self) -> None:
        Town.__post_init__(self)
        base = [
            self.founding,
            self.vouch(ADA, ANNA),
            self.device(ANNA, PHONE),
            self.device(ANNA, TABLET),
        ]
        self.nodes = [Node(self.community, self.founding) for _ in range(2)]
        for node in self.nodes:
            assert node.offer(base) == []

    def say(
        self,
        key: SigningKey,
        kind: Kind,
        body: bytes,
        *,
        sequence: int | None = None,
        minutes: int = DAY,
        codec: int = 0,
        on: SignedObject | None = None,
    ) -> SignedObject:
        number = self.number(key, sequence)
        return compose(
            key=key,
            community=self.community,
            kind=kind,
            body=body,
            sequence=number,
            created_min=MINUTE + number % 5,
            lifetime_code=lifetime_code_for(minutes),
            codec=codec,
            parent=on and on.short_id,
        )

    def post(self, key: SigningKey, *, sequence: int | None = None) -> SignedObject:
        codec, body = bulletin_body("Wasser", Severity.INFO)
        return self.say(key, Kind.BULLETIN, body, codec=codec, sequence=sequence)

    def held(self, *things: SignedObject) -> list[list[bool]]:
        """Of each node which of these it holds."""
        return [[thing.id in node.held for thing in things] for node in self.nodes]


@pytest.fixture
def street() -> Street:
    return Street()


def test_what_a_revoked_device_had_withdrawn_comes_back(street: Street) -> None:
    here, there = street.nodes
    post = street.post(PHONE)
    theft = street.say(TABLET, Kind.WITHDRAWAL, b"", on=post)
    for node in street.nodes:
        node.offer([post])
    here.offer([theft])
    assert street.held(post, theft) == [[False, True], [True, False]]
    there.offer([street.revoke(ANNA, TABLET)])
    gossip(street.nodes)
    assert street.held(post, theft) == [[True, False], [True, False]]


def test_a_profile_that_a_stolen_device_replaced_comes_back(street: Street) -> None:
    here, there = street.nodes
    true, false = (
        street.say(PHONE, Kind.PROFILE, encode_profile(ProfileFields(name)), minutes=61 * DAY)
        for name in ("Anna", "Dieb")
    )
    for node in street.nodes:
        node.offer([true])
    here.offer([false])
    assert street.held(true, false) == [[False, True], [True, False]]
    there.offer([street.revoke(ANNA, PHONE, kept={PHONE: true.sequence})])
    gossip(street.nodes)
    assert street.held(true, false) == [[True, False], [True, False]]


def test_what_a_thief_had_revoked_comes_back_when_the_thief_falls(street: Street) -> None:
    here, there = street.nodes
    post = street.post(PHONE)
    for node in street.nodes:
        node.offer([post])
    theft = street.revoke(BEN, ANNA, sequence=500)
    here.offer([theft])
    assert street.held(post, theft) == [[False, True], [True, False]]
    there.offer([street.revoke(CYD, BEN, kept={BEN: 499})])
    gossip(street.nodes)
    assert street.held(post, theft) == [[True, False], [True, False]]


def test_who_makes_room_in_a_full_day_lets_the_next_one_in(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts_module, "PERSON_DAY_MAX", 2)
    here, there = street.nodes
    first, second, third = (street.post(PHONE, sequence=number) for number in (10, 11, 12))
    here.offer([second, third, first])
    there.offer([first, second, third])
    assert street.held(first, second, third) == [[True, True, False]] * 2
    withdrawal = street.say(PHONE, Kind.WITHDRAWAL, b"", on=first)
    here.offer([withdrawal, third])
    gossip(street.nodes)
    assert street.held(first, second, third) == [[False, True, True]] * 2


def test_a_smaller_quota_for_whom_only_members_still_speak_holds_for_what_is_there(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts_module, "VOUCHED_DAY_MAX", 1)
    here, there = street.nodes
    first, second = street.post(PHONE, sequence=10), street.post(PHONE, sequence=11)
    here.offer([first, second])
    vouchers = [street.vouch(CYD, key) for key in (VERA, WILLI)]
    words = [street.vouch(key, ANNA) for key in (VERA, WILLI)]
    for node in street.nodes:
        node.offer([*vouchers, *words])
    there.offer([street.revoke(BEN, ADA)])
    there.offer([first, second])
    assert street.held(first, second) == [[True, True], [True, False]]
    gossip(street.nodes)
    assert street.held(first, second) == [[True, False]] * 2
    # A steward certifies her anew: what did not fit fits again.
    here.offer([street.vouch(CYD, ANNA), second])
    gossip(street.nodes)
    assert street.held(first, second) == [[True, True]] * 2


def test_what_may_come_back_may_also_after_a_restart() -> None:
    post = bulletin(MEMBER)
    script = Script(minute=0, is_synchronised=False, members=[], removed=[(post.id, "role", 0)])
    assert post.id not in script.engine.common.inventory.gone
