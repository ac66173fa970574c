"""Who may do what: hosts of a place, authors, stewards."""

import pytest

from meshnode.board.capacity.books import Books, is_rightful
from meshnode.board.capacity.ledger import State
from meshnode.board.exchange.claim import Step
from meshnode.board.trust.role import Role
from meshnode.protocol.keys import SigningKey
from tests.community import ANNA, BERT, CEM, MINUTE, ROOT
from tests.community import role as granted
from tests.selling import KEYS, Seller, asked, opened, stepped

MAY_CANCEL = {ANNA: True, BERT: True, CEM: False, ROOT: True}


@pytest.mark.parametrize("who", [ANNA, BERT, CEM, ROOT])
def test_only_who_asked_and_hosts_may_cancel(who: SigningKey) -> None:
    thing = opened()
    ask = asked(BERT, thing, sequence=10)
    node = Seller(KEYS[0])
    node.hear([thing, ask, stepped(who, ask, Step.CANCEL, sequence=900)], MINUTE)
    ledger = node.view()
    assert ledger is not None
    (one,) = ledger.standings(MINUTE)
    assert (one.state is State.CANCELLED) == MAY_CANCEL[who]


@pytest.mark.parametrize(("who", "may"), [(ANNA, True), (BERT, False), (CEM, False), (ROOT, True)])
def test_only_hosts_decline(who: SigningKey, may: bool) -> None:
    thing = opened()
    ask = asked(BERT, thing, sequence=10)
    node = Seller(KEYS[0])
    node.hear([thing, ask, stepped(who, ask, Step.DECLINE, sequence=900)], MINUTE)
    ledger = node.view()
    assert ledger is not None
    (one,) = ledger.standings(MINUTE)
    assert (one.state is State.DECLINED) == may


def test_a_host_without_a_place_has_no_word_about_what_has_none() -> None:
    thing = opened()
    ask = asked(BERT, thing, sequence=10)
    node = Seller(KEYS[0])
    node.hear([granted(CEM, Role.HOST, sequence=200)], MINUTE)
    node.hear([thing, ask, stepped(CEM, ask, Step.DECLINE, sequence=900)], MINUTE)
    ledger = node.view()
    assert ledger is not None
    assert [one.state for one in ledger.standings(MINUTE)] == [State.ASKED]
    (sold,) = Books(node.rules).things()
    assert is_rightful(node.rules, sold)
