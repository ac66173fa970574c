"""Three nodes that lose sight of each other, restart and fall back, while people and thieves act.

After they meet again all hold the same, nothing is held without ground, and what a revoked key
signed after its last valid number is nowhere.
"""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.membership import evaluate
from meshnode.protocol.object import SignedObject
from meshnode.protocol.ports import Accepted
from tests.acts import Node, Pool, acts, gossip

NODES = st.integers(0, 2)
MINUTE_MS = 60_000


class Partitions(RuleBasedStateMachine):
    """Acts arrive at one node each; nodes tell each other only when a rule says so."""

    @initialize(threshold=st.integers(1, 3))
    def found(self, threshold: int) -> None:
        self.pool = Pool(threshold)
        self.pool.settle()
        self.nodes = [Node(self.pool.community, self.pool.things[0]) for _ in range(3)]
        for node in self.nodes:
            node.offer(self.pool.things)
        self.copies = [dict(node.disk) for node in self.nodes]

    @rule(act=acts(), place=NODES)
    def somebody_acts(self, act, place) -> None:  # type: ignore[no-untyped-def]
        self.nodes[place].offer([self.pool.do(act)])

    @rule(doings=st.lists(acts(), min_size=2, max_size=5), place=NODES)
    def somebody_acts_a_lot(self, doings, place) -> None:  # type: ignore[no-untyped-def]
        for act in doings:
            self.nodes[place].offer([self.pool.do(act)])

    @rule(one=NODES, other=NODES)
    def two_meet(self, one: int, other: int) -> None:
        if one != other:
            self._meet([self.nodes[one], self.nodes[other]])
            assert self.nodes[one].held == self.nodes[other].held

    @rule(place=NODES)
    def power_fails(self, place: int) -> None:
        before = self.nodes[place].held
        self.nodes[place].start()
        assert self.nodes[place].held == before

    @rule(place=NODES)
    def a_copy_of_the_disk_is_made(self, place: int) -> None:
        self.copies[place] = dict(self.nodes[place].disk)

    @rule(place=NODES)
    def the_disk_falls_back_to_the_copy(self, place: int) -> None:
        node = self.nodes[place]
        node.disk, node.gone = dict(self.copies[place]), {}
        node.start()

    def _meet(self, nodes: list[Node]) -> None:
        """Let nodes agree on the time, as their clocks do, and then on the rest."""
        now_ms = max(node.now_ms for node in nodes)
        for node in nodes:
            node.wait(now_ms - node.now_ms + MINUTE_MS)
        gossip(nodes)

    @rule(place=NODES, minutes=st.sampled_from((1, 3, 70, 1_500, 30 * 1_440)))
    def time_passes(self, place: int, minutes: int) -> None:
        self.nodes[place].wait(minutes * MINUTE_MS)

    @rule()
    def all_meet(self) -> None:
        self._meet(self.nodes)
        for node in self.nodes[1:]:
            assert node.missing_from(self.nodes[0]) == []
            assert self.nodes[0].missing_from(node) == []
            assert node.rules.standing == self.nodes[0].rules.standing

    @precondition(lambda self: hasattr(self, "nodes"))
    @invariant()
    def nothing_is_held_without_ground(self) -> None:
        for node in self.nodes:
            things = [held.object for held in node.engine.held.values()]
            assert {one.id for one in things} == set(node.disk)
            standing = evaluate(node.community, (node.pinned,), things, self._is_signed_by)
            assert standing == node.rules.standing
            for thing in things:
                if thing.kind in GOVERNANCE:
                    assert thing.id in standing.recognised
                else:
                    assert isinstance(node.rules._ground(thing, is_held=False), Accepted)
                self._check_not_cut(node, thing)

    def _check_not_cut(self, node: Node, thing: SignedObject) -> None:
        if thing.kind in GOVERNANCE:
            # Accusations and what made an earlier charter stay: docs/spec/trust.md section 4.
            return
        signers = node.rules.standing.signers[thing.author]
        assert any(
            thing.sequence <= signer.last and self._is_signed_by(thing, signer.public_key)
            for signer in signers
        )

    def _is_signed_by(self, thing, key) -> bool:  # type: ignore[no-untyped-def]
        return thing.is_signed_by(key, self.pool.community)

    def teardown(self) -> None:
        if hasattr(self, "nodes"):
            self.all_meet()


def test_nodes_agree_again_after_partitions_restarts_and_thefts() -> None:
    run_state_machine_as_test(
        Partitions, settings=settings(max_examples=60, stateful_step_count=25, deadline=None)
    )


@pytest.mark.sweep
def test_nodes_agree_again_five_thousand_times() -> None:
    run_state_machine_as_test(
        Partitions, settings=settings(max_examples=5_000, stateful_step_count=40, deadline=None)
    )
