"""What goes on paper with an object is enough for a node that knows nothing but the charter."""

import pytest

from meshnode.board.rules import NeighbourhoodRules
from meshnode.node.desks.papers import VOUCHERS_MAX, papers_of
from meshnode.protocol.object import Kind, SignedObject
from meshnode.protocol.ports import Accepted, Waiting
from tests.community import CHARTER, COMMUNITY
from tests.everykind import village

SAID = [
    one
    for one in village().things
    if one.kind in (Kind.BULLETIN, Kind.DRILL, Kind.ALERT, Kind.NOTICE, Kind.PROFILE)
]


def knowing_all() -> NeighbourhoodRules:
    rules = NeighbourhoodRules(COMMUNITY)
    for one in village().things:
        rules.judge(one)
        rules.learn(one)
    return rules


ALL = knowing_all()


@pytest.mark.parametrize("thing", SAID, ids=lambda one: f"{Kind(one.kind).name}-{one.id.hex()[:6]}")
def test_a_node_that_holds_only_the_charter_takes_it_with_what_vouches(thing: SignedObject) -> None:
    new = NeighbourhoodRules(COMMUNITY, (CHARTER,))
    assert not isinstance(new.judge(thing), Accepted)
    papers = papers_of(thing, ALL.notices_on(thing.id), ALL)
    assert 0 < len(papers.vouchers) <= VOUCHERS_MAX
    for one in (*papers.vouchers, thing, *papers.notices):
        assert isinstance(new.judge(one), Accepted), Kind(one.kind)
        new.learn(one)


def test_a_correction_goes_with_what_it_corrects() -> None:
    (notice, *_) = [one for one in village().of(Kind.NOTICE) if one.parent is not None]
    corrected = [one for one in SAID if ALL.notices_on(one.id)]
    assert corrected
    assert all(papers_of(one, ALL.notices_on(one.id), ALL).notices for one in corrected)
    assert notice.kind == Kind.NOTICE


def test_no_voucher_is_there_without_need() -> None:
    for thing in SAID:
        papers = papers_of(thing, (), ALL)
        for left_out in papers.vouchers:
            new = NeighbourhoodRules(COMMUNITY, (CHARTER,))
            for one in papers.vouchers:
                if one.id != left_out.id and isinstance(new.judge(one), Accepted):
                    new.learn(one)
            if left_out.kind == Kind.ROLE:
                continue
            assert isinstance(new.judge(thing), Waiting), Kind(left_out.kind)
