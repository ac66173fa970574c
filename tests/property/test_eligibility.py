"""What is told without finding out who is who anew never contradicts what that would find."""

from hypothesis import given, settings

from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.membership import evaluate
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.object import SignedObject
from meshnode.protocol.ports import Accepted, Refused, Waiting
from tests.acts import Act, Pool
from tests.property.test_standing import GOVERNING_DOINGS, ORDERS, THRESHOLDS

WITHOUT_GROUND = (Waiting("role"), Refused("revoked"))


@settings(max_examples=200, deadline=None)
@given(GOVERNING_DOINGS, THRESHOLDS, ORDERS)
def test_what_would_count_is_never_dismissed_beforehand(
    doings: list[Act], threshold: int, order: list[int]
) -> None:
    pool = Pool(threshold)
    pool.settle()
    for act in doings:
        pool.do(act)
    things = [one for one in pool.things if one.kind in GOVERNANCE]
    for at in order:
        things.insert(0, things.pop(at % len(things)))
    founding = pool.things[0]
    policy = NeighbourhoodRules(pool.community, (founding,))
    held = [founding]
    policy.learn(founding)

    def is_signed_by(thing: SignedObject, key: PublicKey) -> bool:
        return thing.is_signed_by(key, pool.community)

    for candidate in things * 2:
        if candidate in held:
            continue
        after = evaluate(pool.community, (founding,), (*held, candidate), is_signed_by)
        verdict = policy.judge(candidate)
        if verdict in WITHOUT_GROUND:
            assert candidate.id not in after.recognised
        if isinstance(verdict, Accepted):
            policy.learn(candidate)
            held.append(candidate)
            while lost := policy.shift(held).lost:
                for one, _ in lost:
                    policy.forget(one)
                    held.remove(one)
