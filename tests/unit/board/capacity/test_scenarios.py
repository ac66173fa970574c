"""What must not happen, one story each: nodes that are cut off, forget, or have wrong clocks."""

from dataclasses import replace

from meshnode.board.capacity.chain import Act, fates
from meshnode.board.capacity.ledger import State
from meshnode.board.capacity.lots import Lot
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ObjectId
from tests.community import BERT, CEM, MINUTE, made
from tests.selling import DAY, KEYS, Seller, Street, asked, opened

A = Fingerprint(b"a" * 16)


def sale(number: int, *, sequence: int, created_min: int) -> Act:
    lots = (Lot(0, 0),)
    return Act(ObjectId(bytes([number]) * 16), A, sequence, created_min, lots, bytes(8))


def test_what_was_signed_first_counts_whatever_clock_and_id_say() -> None:
    first = sale(9, sequence=1, created_min=900)
    second = sale(1, sequence=2, created_min=100)
    for acts in ([first, second], [second, first]):
        found = fates(acts, slots=1, capacity=1, authority=A, is_revoked=lambda _: False)
        (run,) = found.runs
        assert run.sold == first
        (proof,) = found.proofs.values()
        assert (proof.first, proof.other) == (first.id, second.id)


def test_a_node_whose_clock_was_wrong_does_not_sell_again_what_it_forgot() -> None:
    thing = opened(capacity=1)
    node = Seller(KEYS[0])
    node.hear([thing, asked(BERT, thing, sequence=1)], MINUTE)
    assert len(node.sell(MINUTE)) == 1
    node.offset = 40 * DAY
    node.expire(MINUTE)
    assert node.sold() is None
    node.offset = 0
    node.hear([thing, asked(CEM, thing, sequence=1)], MINUTE)
    assert node.sell(MINUTE) == []


def test_an_act_that_ends_before_its_thing_closes_does_not_count() -> None:
    thing = opened(capacity=1)
    node = Seller(KEYS[0])
    ask = asked(BERT, thing, sequence=1)
    node.hear([thing, ask], MINUTE)
    (act,) = node.sell(MINUTE)
    short = made(
        KEYS[0], Kind.BOOKING, act.body, sequence=9, minute=MINUTE, minutes=DAY, parent=act.parent
    )
    other = Seller(KEYS[1])
    other.hear([thing, ask, short], MINUTE)
    ledger = other.view()
    assert ledger is not None
    assert [one.state for one in ledger.standings(MINUTE)] == [State.ASKED]
    other.hear([act], MINUTE)
    ledger = other.view()
    assert ledger is not None
    assert [one.state for one in ledger.standings(MINUTE)] == [State.BOOKED]


def test_a_booking_of_an_ask_that_is_not_here_takes_its_unit_all_the_same() -> None:
    thing = opened(capacity=1)
    node = Seller(KEYS[0])
    node.hear([thing, asked(BERT, thing, sequence=1)], MINUTE)
    sold = node.sell(MINUTE)
    other = Seller(KEYS[1])
    other.hear([thing, *sold], MINUTE)
    ledger = other.view()
    assert ledger is not None
    assert [(one.sold, one.free) for one in ledger.fills()] == [(1, 0)]


def test_both_sides_of_a_split_sell_only_what_they_own() -> None:
    street = Street(2, opened(capacity=4))
    here, there = street.nodes
    here.allot(there.own, MINUTE, units=2, slots=[0], until=None)
    street.meet(0, 1, loss=0.0, seed=1)
    for at, node in enumerate(street.nodes):
        asks = [
            asked(BERT, street.thing, sequence=10 * at + n, minute=MINUTE + n) for n in range(3)
        ]
        node.hear(asks, MINUTE)
        assert len(node.sell(MINUTE)) == 2
    street.meet(0, 1, loss=0.0, seed=1)
    ledgers = [node.view() for node in street.nodes]
    assert ledgers[0] == ledgers[1]
    assert ledgers[0] is not None
    (fill,) = ledgers[0].fills()
    assert (fill.sold, fill.free, fill.held) == (4, 0, 0)


def test_units_of_another_node_are_not_taken_because_time_went_by() -> None:
    street = Street(2, opened(capacity=2))
    here, there = street.nodes
    here.allot(there.own, MINUTE, units=2, slots=[0], until=MINUTE + 10)
    here.hear([asked(BERT, street.thing, sequence=1)], MINUTE)
    assert here.sell(MINUTE + 1_000) == []
    street.meet(0, 1, loss=0.0, seed=1)
    there.hear([], MINUTE)
    returned = there.sell(MINUTE + 1_000)
    assert [one.kind for one in returned] == [Kind.ALLOTMENT]
    street.meet(0, 1, loss=0.0, seed=1)
    assert [one.kind for one in here.sell(MINUTE + 1_000)] == [Kind.BOOKING]


def test_a_change_of_an_act_is_another_act() -> None:
    """Acts are compared by id: two that say the same are a proof, too."""
    one = sale(1, sequence=1, created_min=0)
    again = replace(one, id=ObjectId(b"x" * 16), sequence=2)
    found = fates([one, again], slots=1, capacity=1, authority=A, is_revoked=lambda _: False)
    assert len(found.proofs) == 1
