"""Who is who and what is held follow from the objects alone, in whatever order they come."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.membership import evaluate
from meshnode.protocol.object import SignedObject
from tests.acts import VERBS, Act, Node, Pool, acts, gossip, offer_until_stable

GOVERNING = VERBS[:7]
SWEEP = settings(max_examples=5_000, deadline=None)


def pool_of(doings: Sequence[Act], threshold: int) -> Pool:
    pool = Pool(threshold)
    pool.settle()
    for act in doings:
        pool.do(act)
    return pool


def check_one_standing(doings: Sequence[Act], threshold: int, order: Sequence[int]) -> None:
    pool = pool_of(doings, threshold)
    some = [one for one in pool.things[1:] if one.kind in GOVERNANCE and order[one.id[0] % 64] % 8]
    shuffled = sorted(some, key=lambda one: order[one.id[1] % 64])
    verdicts = [
        evaluate(
            pool.community,
            (pool.things[0],),
            objects,
            lambda thing, key: thing.is_signed_by(key, pool.community),
        )
        for objects in (some, shuffled)
    ]
    assert verdicts[0] == verdicts[1]


def check_agreement(doings: Sequence[Act], threshold: int, orders: Sequence[Sequence[int]]) -> None:
    """Nodes that hear parts in different orders, then gossip, hold the same and believe the same;
    with everything offered again, also the same whatever came first.
    """
    pool = pool_of(doings, threshold)
    nodes = [Node(pool.community, pool.things[0]) for _ in orders]
    for node, order in zip(nodes, orders, strict=True):
        heard = [one for one in pool.things if order[one.id[0] % 64] % 4]
        node.offer(sorted(heard, key=lambda one: order[one.id[1] % 64]))
    gossip(nodes)
    assert_agree(nodes)
    for node in nodes:
        offer_until_stable(node, sorted(pool.things, key=lambda one: orders[0][one.id[2] % 64]))
    assert_agree(nodes)
    last = Node(pool.community, pool.things[0])
    offer_until_stable(last, pool.things)
    assert_agree([nodes[0], last])


def assert_agree(nodes: Sequence[Node]) -> None:
    first = nodes[0]
    for node in nodes[1:]:
        assert named(node, first) == named(first, node)
        assert node.rules.standing == first.rules.standing
    for node in nodes:
        assert set(node.disk) == node.held


def named(node: Node, other: Node) -> list[SignedObject]:
    """What one holds and the other does not, for a message that can be read."""
    return node.missing_from(other)


ORDERS = st.lists(st.integers(0, 255), min_size=64, max_size=64)
DOINGS = st.lists(acts(), max_size=24)
GOVERNING_DOINGS = st.lists(acts(GOVERNING), max_size=24)
THRESHOLDS = st.integers(1, 3)


@settings(max_examples=150, deadline=None)
@given(GOVERNING_DOINGS, THRESHOLDS, ORDERS)
def test_any_part_in_any_order_gives_one_standing(
    doings: list[Act], threshold: int, order: list[int]
) -> None:
    check_one_standing(doings, threshold, order)


@settings(max_examples=100, deadline=None)
@given(DOINGS, THRESHOLDS, st.lists(ORDERS, min_size=2, max_size=3))
def test_nodes_that_gossip_come_to_hold_the_same(
    doings: list[Act], threshold: int, orders: list[list[int]]
) -> None:
    check_agreement(doings, threshold, orders)


@pytest.mark.sweep
@SWEEP
@given(GOVERNING_DOINGS, THRESHOLDS, ORDERS)
def test_any_part_in_any_order_gives_one_standing_five_thousand_times(
    doings: list[Act], threshold: int, order: list[int]
) -> None:
    check_one_standing(doings, threshold, order)


@pytest.mark.sweep
@SWEEP
@given(DOINGS, THRESHOLDS, st.lists(ORDERS, min_size=2, max_size=3))
def test_nodes_that_gossip_come_to_hold_the_same_five_thousand_times(
    doings: list[Act], threshold: int, orders: list[list[int]]
) -> None:
    check_agreement(doings, threshold, orders)
