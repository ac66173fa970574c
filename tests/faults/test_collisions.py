"""Short ids can be made to collide: who does it gains neither another's name nor another's words.

The collisions are real: two keys whose four-byte ids are the same, and two bulletins whose short
ids are, were found by trying some ten thousand. To meet a given id takes four thousand million
tries, which is an afternoon for a gamer's computer.
"""

from hashlib import blake2s
from typing import Final

from meshnode.board.bulletins.notice import Act
from meshnode.board.mail.prekey import PrekeyFields, encode_prekey
from meshnode.board.trust.certificate import IdentityClass
from meshnode.protocol.agreement import AgreementKey
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject
from tests.community import (
    ANNA,
    BERT,
    CEM,
    DORA,
    HERE,
    MINUTE,
    ROOT,
    Script,
    certificate,
    drops,
    made,
    profile,
    role,
    withdrawal,
)
from tests.everykind import PERSON, device, notice, revocation, said


def _key(number: int) -> SigningKey:
    return SigningKey(blake2s(f"collision {number}".encode()).digest())


VICTIM: Final = _key(29360)
ROBBER: Final = _key(52285)
VICTIMS_SEQUENCE: Final = 1395
ROBBERS_SEQUENCE: Final = 12453


def prekey(author: SigningKey, secret: bytes, *, sequence: int) -> SignedObject:
    body = encode_prekey(PrekeyFields(sequence, AgreementKey(secret).public))
    return made(author, Kind.PREKEY, body, sequence=sequence, minute=MINUTE, minutes=14 * 1440)


def person(key: SigningKey, name: str, *, sequence: int) -> SignedObject:
    return certificate(key, name=name, sequence=sequence, identity_class=PERSON)


def town(*things: SignedObject) -> Script:
    """Both belong; the robber has the device whose key id is that of Anna's device."""
    return Script(
        members=(HERE,),
        held=[
            person(ANNA, "Anna", sequence=20),
            person(BERT, "Bert", sequence=21),
            device(ANNA, VICTIM),
            device(BERT, ROBBER),
            *things,
        ],
    )


def author(script: Script, thing: SignedObject) -> str:
    found = script.rules.author_of(thing)
    return "" if found is None else found.name


def test_the_ids_do_collide() -> None:
    assert VICTIM.id == ROBBER.id
    assert VICTIM.public != ROBBER.public
    first, second = short_twins()
    assert first.short_id == second.short_id
    assert first.id != second.id


def test_each_of_two_keys_with_one_id_speaks_for_its_own_owner() -> None:
    script = town()
    mine, his = said(VICTIM, sequence=1), said(ROBBER, sequence=2)
    for thing in (mine, his):
        script.submit(thing)
    assert {mine.id, his.id} <= script.held
    assert (author(script, mine), author(script, his)) == ("Anna", "Bert")
    restarted = town(mine, his)
    assert (author(restarted, mine), author(restarted, his)) == ("Anna", "Bert")


def test_the_words_of_who_lost_its_place_do_not_become_those_of_its_twin() -> None:
    script = town()
    his = said(ROBBER, sequence=2)
    script.submit(his)
    script.submit(revocation(BERT, ROBBER))
    assert his.id not in script.held
    assert drops(script.submit(his)) == ["revoked"]


def test_a_twin_neither_names_its_victim_nor_gets_its_mail() -> None:
    script = town()
    anna = script.rules.standing.identities[fingerprint(ANNA.public)]
    bert = script.rules.standing.identities[fingerprint(BERT.public)]
    hers, his = prekey(VICTIM, b"\x01" * 32, sequence=1), prekey(ROBBER, b"\x02" * 32, sequence=2)
    for thing in (
        profile(VICTIM, name="Anna von nebenan", minutes=1440),
        profile(ROBBER, name="Niemand", sequence=9, minutes=2 * 1440),
        hers,
        his,
    ):
        script.submit(thing)
        assert thing.id in script.held
    assert script.rules.name_of(anna) == "Anna von nebenan"
    assert script.rules.name_of(bert) == "Niemand"
    assert script.rules.prekeys_of(anna) == [hers]
    assert script.rules.prekeys_of(bert) == [his]


def test_a_twin_takes_nothing_back_and_revokes_nobody() -> None:
    hers = said(VICTIM, sequence=1)
    script = town(hers)
    before = script.rules.standing.identities[fingerprint(ANNA.public)]
    script.submit(withdrawal(ROBBER, hers))
    script.submit(revocation(ROBBER, ANNA, sequence=91))
    script.submit(revocation(BERT, ROBBER, sequence=92))
    assert hers.id in script.held
    assert script.rules.standing.identities[fingerprint(ANNA.public)] == before
    again = said(VICTIM, sequence=2)
    script.submit(again)
    assert again.id in script.held


def test_two_objects_with_one_short_id_are_withdrawn_and_moderated_one_by_one() -> None:
    hers, his = short_twins()
    held = [
        person(ANNA, "Anna", sequence=20),
        person(BERT, "Bert", sequence=21),
        person(CEM, "Mo", sequence=22),
        certificate(DORA, identity_class=IdentityClass.NODE, sequence=23),
        role(CEM),
        hers,
        his,
    ]
    script = Script(members=(HERE,), held=held)
    taken_back = withdrawal(BERT, his, sequence=20_000, minutes=2 * 1440)
    script.submit(taken_back)
    assert hers.id in script.held
    assert his.id not in script.held
    script.submit(notice(ROOT, his, Act.ERASE, sequence=30))
    assert hers.id in script.held
    script.submit(notice(ROOT, hers, Act.ERASE, sequence=31))
    assert hers.id not in script.held
    assert drops(script.submit(hers)) in (["replaced"], ["erased"])


def short_twins() -> tuple[SignedObject, SignedObject]:
    """A bulletin of Anna's, and one of Bert's that he ground until the short ids were the same."""
    return said(ANNA, sequence=VICTIMS_SEQUENCE), said(BERT, sequence=ROBBERS_SEQUENCE)
