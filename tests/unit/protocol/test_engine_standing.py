"""What a node lets go, takes and takes back when it learns something new about who is who."""

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.parts import Cut
from meshnode.board.trust import accounts as accounts_module
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role
from meshnode.protocol.effects import RemoveObject
from meshnode.protocol.frames import Objects
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject
from tests.community import (
    ANNA,
    BERT,
    CEM,
    COMMUNITY,
    DORA,
    HERE,
    MINUTE,
    ROOT,
    YEAR_MINUTES,
    Script,
    bulletin,
    certificate,
    drops,
    made,
    removed,
    role,
    signing_key,
    stored,
    withdrawal,
)

PHONE = signing_key("anna's phone")
PERSON = IdentityClass.PERSON


def revocation(
    subject: SigningKey,
    *,
    author: SigningKey = ROOT,
    minute: int = MINUTE,
    cuts: tuple[Cut, ...] = (),
    role: Role | None = None,
) -> SignedObject:
    fields = RevocationFields(RevocationReason.ABUSE, fingerprint(subject.public), cuts, role)
    return made(
        author,
        Kind.REVOCATION,
        encode_revocation(fields),
        sequence=50,
        minute=minute,
        minutes=YEAR_MINUTES,
    )


def device(owner: SigningKey, key: SigningKey) -> SignedObject:
    body = encode_device(key, owner.public, COMMUNITY)
    return made(owner, Kind.DEVICE, body, sequence=1, minute=MINUTE, minutes=YEAR_MINUTES)


def hear(script: Script, *things: SignedObject) -> list[SignedObject]:
    """Let these arrive one after the other; return those of them that are held then."""
    for thing in things:
        script.hear(Objects((thing.encoded,)))
    return [thing for thing in things if thing.id in script.held]


def test_what_waited_for_a_role_joins_when_the_role_comes() -> None:
    script = Script(members=(HERE,), held=[certificate(ANNA)])
    warning = bulletin(ANNA, severity=Severity.SEVERE)
    assert hear(script, warning) == []
    leave = role(ANNA)
    assert stored(script.hear(Objects((leave.encoded,)))) == [leave.id, warning.id]


def test_all_that_somebody_signed_leaves_with_a_revocation_up_to_what_it_keeps() -> None:
    things = [bulletin(ANNA, sequence=number) for number in (1, 2, 3)]
    others = bulletin(BERT)
    script = Script(held=[*things, others])
    word = revocation(ANNA, cuts=(Cut(ANNA.id, 1),))
    effects = script.hear(Objects((word.encoded,)))
    assert stored(effects) == [word.id]
    assert set(removed(effects)) == {things[1].id, things[2].id}
    assert {things[0].id, others.id} <= script.held
    assert drops(script.hear(Objects((things[1].encoded,)))) == ["revoked"]
    assert hear(script, bulletin(ANNA, sequence=4)) == []


def test_what_lost_its_ground_comes_back_with_it() -> None:
    warning = bulletin(ANNA, severity=Severity.SEVERE)
    script = Script(held=[warning])
    taken = revocation(ANNA, role=Role.COORDINATOR)
    effects = script.hear(Objects((taken.encoded,)))
    # Remembered as gone until minute 0: not at all, also after a restart.
    assert [one for one in effects if isinstance(one, RemoveObject)][-1] == RemoveObject(
        warning.id, "role", 0
    )
    assert warning.id not in script.held
    assert hear(script, role(ANNA, sequence=60, minute=MINUTE + 1)) != []
    assert hear(script, warning) == [warning]


def test_what_was_withdrawn_with_a_stolen_phone_may_return() -> None:
    news = bulletin(ANNA, sequence=2)
    stolen = withdrawal(PHONE, news)
    held = [certificate(ANNA, identity_class=PERSON), device(ANNA, PHONE), news]
    script = Script(members=(HERE,), held=held)
    assert hear(script, stolen) == [stolen]
    assert news.id not in script.held
    assert drops(script.hear(Objects((news.encoded,)))) == ["replaced"]
    word = revocation(PHONE, author=ANNA)
    assert hear(script, word) == [word]
    assert stolen.id not in script.held
    assert hear(script, news) == [news]


def test_who_was_let_in_by_two_members_leaves_with_one_of_them() -> None:
    # Two members vouch for Dora; with one of them gone she is nobody any more.
    held = [certificate(key, identity_class=PERSON) for key in (ANNA, BERT)]
    held += [certificate(DORA, certifier=key, identity_class=PERSON) for key in (ANNA, BERT)]
    news = bulletin(DORA)
    script = Script(members=(HERE,), held=[*held, news])
    word = revocation(BERT)
    effects = script.hear(Objects((word.encoded,)))
    assert set(removed(effects)) == {news.id, held[-1].id}
    assert held[-2].id in script.held


def test_what_was_too_much_for_somebody_may_return_when_it_may_say_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accounts_module, "VOUCHED_DAY_MAX", 1)
    held = [certificate(key, identity_class=PERSON) for key in (ANNA, BERT)]
    held += [certificate(DORA, certifier=key, identity_class=PERSON) for key in (ANNA, BERT)]
    script = Script(members=(HERE,), held=held)
    first, second, third = (bulletin(DORA, sequence=number) for number in (1, 2, 3))
    assert hear(script, second, first) == [first]
    assert drops(script.hear(Objects((third.encoded,)))) == ["quota"]
    assert len(hear(script, certificate(DORA, identity_class=PERSON))) == 1
    assert hear(script, second, third) == [second, third]


def test_a_node_that_starts_again_does_not_keep_out_what_may_return() -> None:
    news = bulletin(ANNA)
    script = Script(minute=0, is_synchronised=False, removed=[(news.id, "revoked", 0)])
    assert hear(script, news) == [news]


def test_whoever_loses_its_place_is_no_peer_any_more() -> None:
    script = Script()
    assert script.rules.is_member(CEM.public)
    hear(script, revocation(CEM))
    assert not script.rules.is_member(CEM.public)
