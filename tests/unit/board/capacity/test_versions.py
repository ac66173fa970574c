"""Terms never change: an update that changes them takes nothing's place, in any order."""

from itertools import permutations

import pytest

from meshnode.board.items import items
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.versions import current
from meshnode.protocol.object import Kind, SignedObject
from meshnode.protocol.ports import Accepted, Refused
from tests.community import ANNA, BERT, MINUTE
from tests.selling import KEYS, Seller, opened

FIRST = opened(capacity=2)
LATER = opened(capacity=2, sequence=2, parent=FIRST.short_id)
OTHER_CAPACITY = opened(capacity=3, sequence=3, parent=FIRST.short_id)
OTHER_NODE = opened(capacity=2, authority=KEYS[1], sequence=4, parent=FIRST.short_id)
IMPOSTOR = opened(capacity=2, sequence=5, parent=FIRST.short_id, author=BERT)


def taken(*things: SignedObject) -> NeighbourhoodRules:
    node = Seller(KEYS[0])
    node.hear(things, MINUTE)
    return node.rules


@pytest.mark.parametrize("order", list(permutations((FIRST, OTHER_CAPACITY, OTHER_NODE, IMPOSTOR))))
def test_what_has_other_terms_does_not_count(order: tuple[SignedObject, ...]) -> None:
    rules = taken(*order)
    assert set(rules.register.of_kind(Kind.SLOTS)) == set(order)
    shown = {
        one.author.identity.public_key: one.thing
        for one in items(rules, Kind.SLOTS, minute=MINUTE)
        if one.author
    }
    assert shown == {ANNA.public: FIRST, BERT.public: IMPOSTOR}


def test_the_same_terms_take_the_place_of_the_older_version() -> None:
    rules = taken(FIRST, LATER)
    assert list(rules.register.of_kind(Kind.SLOTS)) == [LATER]
    assert isinstance(rules.judge(FIRST), Refused)
    assert isinstance(rules.judge(OTHER_CAPACITY), Accepted)


def test_without_the_first_version_the_terms_that_were_said_first_count() -> None:
    assert current([OTHER_CAPACITY, LATER]) == current([LATER, OTHER_CAPACITY]) == LATER
