"""What a node trusts whatever arrives: on disk first, then in the engine."""

from pathlib import Path

import pytest

from meshnode.board.trust.pinning import FINAL_MINUTES
from meshnode.node import keyring
from meshnode.node.keyring import Belonging
from meshnode.node.pinning import pin_final
from meshnode.protocol.errors import StoreError
from meshnode.protocol.object import Kind, SignedObject
from meshnode.store.checked import copies_of
from tests.acts import Node
from tests.community import MINUTE
from tests.town import ADA, ANNA, BEN, CYD, Town


@pytest.fixture
def node() -> tuple[Node, SignedObject, list[SignedObject]]:
    """A node of a town where a successor is complete, and what is to leave after the pin."""
    town = Town()
    successor = town.successor(ADA, (ADA, BEN), threshold=2, kept={CYD: 100})
    endorsement = town.endorse(BEN, successor)
    rival = town.successor(CYD, (CYD,))
    node = Node(town.community, town.founding)
    node.offer([town.founding, successor, endorsement, rival, town.vouch(CYD, ANNA)])
    assert len(node.held) == 5
    return node, successor, [town.founding, endorsement, rival]


def test_a_final_charter_is_pinned_on_disk_and_what_it_supersedes_leaves(
    tmp_path: Path, node: tuple[Node, SignedObject, list[SignedObject]]
) -> None:
    here, successor, superseded = node
    keyring.create(tmp_path, bytes(32), Belonging(here.community, bytes(32), here.pinned, ()))
    assert not pin_final(tmp_path, here.rules, MINUTE)
    assert not pin_final(tmp_path, here.rules, MINUTE + FINAL_MINUTES - 1)
    assert pin_final(tmp_path, here.rules, MINUTE + FINAL_MINUTES)
    assert not pin_final(tmp_path, here.rules, MINUTE + FINAL_MINUTES)
    assert keyring.load(tmp_path).belonging.charter == successor
    here.wait(60_000)
    assert here.held.isdisjoint(one.id for one in superseded)
    assert set(here.disk) == here.held
    assert {one.kind for one in here.disk.values()} == {Kind.CHARTER, Kind.CERTIFICATE}
    here.offer(superseded)
    assert len(here.held) == 2


def test_a_charter_dated_back_is_final_only_a_week_after_it_was_seen(
    tmp_path: Path, node: tuple[Node, SignedObject, list[SignedObject]]
) -> None:
    here, _, _ = node
    keyring.create(tmp_path, bytes(32), Belonging(here.community, bytes(32), here.pinned, ()))
    late = MINUTE + 5 * FINAL_MINUTES
    assert not pin_final(tmp_path, here.rules, late)
    assert not pin_final(tmp_path, here.rules, late + FINAL_MINUTES - 1)
    assert pin_final(tmp_path, here.rules, late + FINAL_MINUTES)


def test_a_disk_that_takes_nothing_leaves_the_old_pin(
    tmp_path: Path, node: tuple[Node, SignedObject, list[SignedObject]]
) -> None:
    here, _, _ = node
    with pytest.raises(StoreError):
        pin_final(tmp_path / "missing", here.rules, MINUTE + FINAL_MINUTES)
    assert here.rules.pinned == here.pinned


def test_a_node_that_starts_with_a_newer_pin_lets_go_what_it_held(
    node: tuple[Node, SignedObject, list[SignedObject]],
) -> None:
    here, successor, superseded = node
    here.pinned = successor
    here.start()
    assert here.held.isdisjoint(one.id for one in superseded)
    assert set(here.disk) == here.held


def test_a_note_that_a_bad_card_took_is_begun_anew(
    tmp_path: Path, node: tuple[Node, SignedObject, list[SignedObject]]
) -> None:
    here, _, _ = node
    keyring.create(tmp_path, bytes(32), Belonging(here.community, bytes(32), here.pinned, ()))
    assert not pin_final(tmp_path, here.rules, MINUTE)
    for copy in copies_of(tmp_path / "charter-seen.json"):
        copy.write_bytes(b"?")
    late = MINUTE + 2 * FINAL_MINUTES
    assert not pin_final(tmp_path, here.rules, late)
    assert pin_final(tmp_path, here.rules, late + FINAL_MINUTES)
