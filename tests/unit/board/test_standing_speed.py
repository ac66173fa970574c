"""What asking who is who costs. Run with `pytest -s` to see the numbers."""

from time import process_time

from meshnode.board.trust.certificate import IdentityClass
from meshnode.protocol.object import SignedObject
from tests.community import HERE, Script, certificate, rules, signing_key

ARRIVE_S_MAX = 2.0 * 5
"""Of processor time: two seconds here, and five times that for a slower machine."""


def people(count: int) -> list[SignedObject]:
    return [
        certificate(
            signing_key(f"member {number}"),
            sequence=1 + number,
            identity_class=IdentityClass.PERSON,
        )
        for number in range(count)
    ]


def test_what_an_evaluation_costs() -> None:
    for count in (200, 1000):
        policy = rules()
        for thing in people(count):
            policy.learn(thing)
        for what in ("the first time, with signatures", "again"):
            begin = process_time()
            policy._standing = None
            assert len(policy.standing.identities) == count + 1
            print(f"{count} members, {what}: {1000 * (process_time() - begin):.1f} ms")


def test_two_hundred_members_arrive_one_by_one() -> None:
    things, script = people(200), Script(members=[HERE])
    begin = process_time()
    for thing in things:
        script.submit(thing)
    took_s = process_time() - begin
    print(f"200 members one by one: {took_s:.2f} s")
    assert len(script.held) == 202
    assert took_s < ARRIVE_S_MAX
