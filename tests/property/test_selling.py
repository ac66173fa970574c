"""Several nodes sell the same units while they are cut off, crash, and have wrong clocks.

Nothing is sold twice, on no node and at no time; what somebody was told to have, they have.
"""

from collections import Counter
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from meshnode.board.capacity.chain import Act, AskName, Run
from meshnode.board.capacity.ledger import Ledger, State
from meshnode.board.capacity.timetable import Sort
from meshnode.board.exchange.claim import Step, read_claim_head
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId, SignedObject
from tests.selling import (
    DAY,
    KEYS,
    PEOPLE,
    SOLD_STATES,
    Seller,
    Street,
    asked,
    opened,
    revoked,
    stepped,
)

PLACE = st.sampled_from((0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 4, 5))
"""Where, more often at those who own units."""
WANTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from((1, 1, 1, 2, 3))),
    min_size=1,
    max_size=4,
)
"""Who asks, for which slot, and for how many units."""
POWER = st.sampled_from((None, None, None, None, 0, 1, 2, 3))
"""For how many acts the power lasts while a node sells; None: it does not fail."""
DEALS = st.lists(
    st.tuples(st.sampled_from((1, 1, 2)), st.integers(1, 2), st.none() | st.integers(0, 300)),
    min_size=1,
    max_size=3,
)
"""Units that other nodes are passed right at the beginning, and until when."""
Happening = tuple[str, dict[str, Any]]
"""What happens, and to whom."""
STEPS = (Step.CANCEL, Step.DECLINE, Step.NO_SHOW, Step.DONE, Step.CALL)
GIVING_UP = (Step.CANCEL, Step.DECLINE, Step.NO_SHOW)
YEARS = 10 * 365 * DAY
CLOCKS = st.sampled_from((0, 0, 1, -1, 700, -700, 40 * DAY, -40 * DAY, YEARS, -YEARS))


def _happening(name: str, **words: st.SearchStrategy[Any]) -> st.SearchStrategy[Happening]:
    return st.tuples(st.just(name), st.fixed_dictionaries(words))


HAPPENINGS = (
    (5, _happening("some_ask_and_the_node_sells", place=PLACE, wants=WANTS, power=POWER)),
    (
        2,
        _happening(
            "a_step_follows",
            place=PLACE,
            which=st.integers(0, 20),
            verb=st.sampled_from(STEPS),
            of_booked=st.booleans(),
        ),
    ),
    (
        2,
        _happening(
            "units_are_passed_on",
            place=PLACE,
            to=PLACE,
            units=st.integers(1, 4),
            slots=st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True),
            until=st.none() | st.integers(0, 300),
        ),
    ),
    (1, _happening("unsold_units_go_back", place=PLACE)),
    (
        4,
        _happening(
            "two_meet_and_one_sells",
            one=PLACE,
            other=PLACE,
            loss=st.sampled_from((0.0, 0.3, 0.8)),
            seed=st.integers(0, 999),
            power=POWER,
        ),
    ),
    (1, _happening("a_disk_is_written", place=PLACE)),
    (1, _happening("the_power_fails", place=PLACE)),
    (1, _happening("a_clock_goes_wrong", place=PLACE, offset=CLOCKS)),
    (2, _happening("time_passes", minutes=st.sampled_from((1, 20, 200)))),
    (1, _happening("a_node_is_revoked", place=PLACE, where=PLACE, lost=st.integers(0, 6))),
)
"""What may happen, and how often among all of it. One rule draws from them: of several rules
hypothesis leaves most out of a run, and then nobody asks, or nobody sells."""
WHATEVER = st.sampled_from([one for weight, one in HAPPENINGS for _ in range(weight)]).flatmap(
    lambda happening: happening
)


class Selling(RuleBasedStateMachine):
    """Honest nodes, bad luck."""

    tally: ClassVar[Counter[str]] = Counter()

    @initialize(
        size=st.integers(3, 6),
        capacity=st.sampled_from((1, 2, 3, 3, 4, 6)),
        count=st.sampled_from((1, 1, 2, 3)),
        claim_max=st.integers(1, 3),
        lease=st.sampled_from((0, 0, 30)),
        is_queue=st.booleans(),
        deals=DEALS,
    )
    def begin(  # type: ignore[no-untyped-def]
        self, *, size, capacity, count, claim_max, lease, is_queue, deals
    ) -> None:
        thing = opened(
            capacity=capacity,
            count=count,
            claim_max=claim_max,
            lease_minutes=lease,
            sort=Sort.QUEUE if is_queue else Sort.SLOTS,
        )
        self.capacity, self.count, self.claim_max = capacity, count, min(claim_max, capacity)
        self.street = Street(size, thing)
        for place, units, until in deals:
            self.units_are_passed_on(
                place=0, to=place, units=units, slots=list(range(count)), until=until
            )
            if place % size:
                self.street.meet(0, place % size, loss=0.0, seed=0)
        self.accepted: dict[ObjectId, tuple[Act, Run]] = {}
        """Every booking that counted at any node at any time."""
        self.given_up: set[AskName] = set()
        """Asks that were cancelled, declined or not come for, wherever somebody said so first."""
        self.shown: set[ObjectId] = set()
        """Asks that were shown as booked, by a node that nobody revoked, at any time."""

    def node(self, place: int) -> Seller:
        return self.street.nodes[place % self.street.size]

    def some_ask_and_the_node_sells(
        self, place: int, wants: list[tuple[int, int, int]], power: int | None
    ) -> None:
        for who, slot, units in wants:
            self.street.steps += 1
            ask = asked(
                PEOPLE[who],
                self.street.thing,
                sequence=self.street.steps,
                # Now and then for more slots or units than one may ask for.
                slot=slot if slot == 2 else slot % self.count,
                units=units if units == 3 else min(units, self.claim_max),
                minute=self.street.minute,
            )
            self.street.asks.append(ask)
            self.street.publish(place % self.street.size, ask)
        self._sell(place, power)

    def a_step_follows(  # type: ignore[no-untyped-def]
        self, *, place, which, verb, of_booked
    ) -> None:
        booked = {act.claim for _, act in self.street.confirmed} if of_booked else set()
        asks = [one for one in self.street.asks if one.id[:8] in booked] or self.street.asks
        if not asks:
            return
        self.street.steps += 1
        ask = asks[which % len(asks)]
        author = next(key for key in PEOPLE if key.id == ask.author)
        by = author if verb is Step.CANCEL else PEOPLE[0]
        step = stepped(by, ask, verb, sequence=self.street.steps, minute=self.street.minute)
        is_said = self.street.publish(place % self.street.size, ask, step)
        self._sell(place, None)
        if is_said and verb in GIVING_UP:
            self.given_up.add(AskName(ask.id[:8]))

    @rule(happening=WHATEVER)
    def what_happens(self, happening: Happening) -> None:
        name, words = happening
        getattr(self, name)(**words)

    def _sell(self, place: int, power: int | None) -> None:
        node = self.node(place)
        if power is None:
            self.street.told(node.sell(self.street.minute))
        else:
            self.street.told(node.sell(self.street.minute, power=power))
            node.crash(self.street.minute)

    def units_are_passed_on(  # type: ignore[no-untyped-def]
        self, place, to, units, slots, until
    ) -> None:
        node, other = self.node(place), self.node(to)
        if node is not other:
            end = None if until is None else self.street.minute + until
            minute = self.street.minute
            signed = node.allot(other.own, minute, units=units, slots=sorted(slots), until=end)
            self.street.told(signed)

    def unsold_units_go_back(self, place: int) -> None:
        self.street.told(self.node(place).give_back(self.street.minute))

    def two_meet_and_one_sells(
        self, one: int, other: int, loss: float, seed: int, power: int | None
    ) -> None:
        one, other = one % self.street.size, other % self.street.size
        if one != other:
            self.street.meet(one, other, loss=loss, seed=seed)
            self._sell(other, power)

    def a_disk_is_written(self, place: int) -> None:
        self.node(place).save()

    def the_power_fails(self, place: int) -> None:
        self.node(place).crash(self.street.minute)

    def a_clock_goes_wrong(self, place: int, offset: int) -> None:
        node = self.node(place)
        node.offset = offset
        node.fastest = max(node.fastest, offset)
        node.expire(self.street.minute)

    def time_passes(self, minutes: int) -> None:
        self.street.minute += minutes

    def a_node_is_revoked(self, place: int, where: int, lost: int) -> None:
        node = self.node(place)
        if len(self.street.revoked) < 2 and node.own not in self.street.revoked:
            self.street.steps += 1
            last = max(0, node.sequence - lost)
            word = revoked(node.key, last, sequence=self.street.steps)
            if self.street.publish(where % self.street.size, word):
                self.street.revoked.add(node.own)

    @invariant()
    def no_more_is_promised_than_there_is(self) -> None:
        """Of all confirmations that were ever signed, whoever holds them: no ledger takes part."""
        if not hasattr(self, "street"):
            return
        wanted = {AskName(one.id[:8]): _units_of(one) for one in self.street.asks}
        # Of two nodes that booked for one person one freed its unit; then the other was revoked.
        shaken = {act.claim for one, act in self.street.confirmed if one.own in self.street.revoked}
        promised: Counter[tuple[int, AskName]] = Counter()
        for seller, act in self.street.confirmed:
            if act.claim is not None and act.claim not in shaken and self._binds(seller, act):
                for lot in act.lots:
                    for slot in range(lot.first_slot, lot.end_slot):
                        promised[slot, act.claim] += lot.units
        filled: Counter[int] = Counter()
        for (slot, claim), units in promised.items():
            # Two nodes may answer one person, who still takes one seat.
            filled[slot] += min(units, wanted[claim])
        assert all(units <= self.capacity for units in filled.values()), promised

    def _binds(self, seller: Seller, act: Act) -> bool:
        """Whether somebody may still count on what a node confirmed."""
        is_over = act.ends_min is not None and act.ends_min <= self.street.minute + seller.fastest
        if act.claim in self.given_up or is_over:
            return False
        known = self.accepted.get(act.id)
        if known is None:
            return not self.street.revoked
        return not self._is_exempt(known[1])

    @invariant()
    def nothing_is_sold_twice(self) -> None:
        if not hasattr(self, "street"):
            return
        for node in self.street.nodes:
            ledger = node.view()
            if ledger is not None:
                require_sound(ledger, self.capacity)
                self._remember(node, ledger)
        truth = self.street.everything.view()
        assert truth is not None
        require_sound(truth, self.capacity)
        assert truth.proofs == ()
        known = {run.sold.id for run in truth.runs if run.sold is not None}
        for act, run in self.accepted.values():
            is_exempt = self._is_exempt(run)
            assert is_exempt or act.id in known or act.id in truth.ended, "sold, and then not"

    def _remember(self, node: Seller, ledger: Ledger) -> None:
        for run in ledger.runs:
            if run.sold is not None:
                self.accepted[run.sold.id] = run.sold, run
        for one in ledger.standings(self.street.minute):
            if one.state is State.BOOKED and not any(map(self._is_exempt, one.runs)):
                self.shown.add(one.ask.id)

    def _is_exempt(self, run: Run) -> bool:
        """Whether the node that sold, or one the units went through, has been revoked.

        Units that came back went through whoever gave them back: without that act they never came.
        """
        through = {giver.own for giver, act in self.street.passed_on if _touches(act, run)}
        return not self.street.revoked.isdisjoint({run.owner, *run.grantors, *through})

    def teardown(self) -> None:
        if not hasattr(self, "street"):
            return
        self._count()
        self.street.heal()
        self.street.minute += 301
        self.street.heal()
        self.nothing_is_sold_twice()
        self.no_more_is_promised_than_there_is()
        views = [node.view() for node in self.street.nodes if node.own not in self.street.revoked]
        first = views[0]
        assert first is not None
        assert all(view == first for view in views)
        truth = self.street.everything.view()
        assert truth is not None
        assert first.runs == truth.runs
        self._everybody_has_what_they_were_shown(first)
        self._late_units_are_back(first)

    def _count(self) -> None:
        """Count what happened before all was healed: a run in which nobody sells shows nothing."""
        sellers = {seller.own for seller, _ in self.street.confirmed}
        happened = {
            "sold": bool(sellers),
            "several sold": len(sellers) > 1,
            "sold out": len(self.street.confirmed) >= self.capacity,
        }
        self.tally["all"] += 1
        self.tally.update(what for what, is_so in happened.items() if is_so)

    def _everybody_has_what_they_were_shown(self, ledger: Ledger) -> None:
        for one in ledger.standings(self.street.minute):
            had = [act for act, _ in self.accepted.values() if act.claim == one.ask.name]
            runs = [run for act, run in self.accepted.values() if act.claim == one.ask.name]
            is_over = one.ask.is_given_up or any(act.ends_min is not None for act in had)
            if one.ask.id in self.shown and not is_over and not any(map(self._is_exempt, runs)):
                assert one.state in SOLD_STATES
                assert one.surplus == ()

    def _late_units_are_back(self, ledger: Ledger) -> None:
        for run in ledger.runs:
            is_late = run.granted is not None and run.granted.ends_min is not None
            if run.is_free and is_late and not self._is_exempt(run):
                assert run.granted.ends_min > self.street.minute  # type: ignore[union-attr, operator]


class Restored(RuleBasedStateMachine):
    """One node is set back to an old backup, log and all, and signs the same units again."""

    @initialize(capacity=st.integers(1, 3))
    def begin(self, capacity: int) -> None:
        self.capacity = capacity
        self.street = Street(3, opened(capacity=capacity))
        self.forged: list[SignedObject] = []

    @rule(place=st.integers(0, 2), who=st.integers(0, 2))
    def somebody_asks(self, place: int, who: int) -> None:
        self.street.steps += 1
        ask = asked(PEOPLE[who], self.street.thing, sequence=self.street.steps)
        self.street.publish(place, ask)

    @rule()
    def the_authority_sells(self) -> None:
        self.street.told(self.street.nodes[0].sell(self.street.minute))

    @rule(units=st.integers(1, 2), to=st.integers(1, 2))
    def the_authority_passes_on(self, units: int, to: int) -> None:
        node = self.street.nodes[0]
        other = self.street.nodes[to].own
        self.street.told(node.allot(other, self.street.minute, units=units, slots=[0], until=None))

    @rule(place=st.integers(1, 2))
    def another_sells(self, place: int) -> None:
        self.street.told(self.street.nodes[place].sell(self.street.minute))

    @rule(one=st.integers(0, 2), other=st.integers(0, 2), seed=st.integers(0, 99))
    def two_meet(self, one: int, other: int, seed: int) -> None:
        if one != other:
            self.street.meet(one, other, loss=0.3, seed=seed)

    @rule(is_repeated=st.booleans())
    def the_authority_is_restored_from_an_empty_backup(self, is_repeated: bool) -> None:
        node = Seller(KEYS[0])
        node.sequence = 0 if is_repeated else self.street.nodes[0].sequence
        node.hear([self.street.thing], self.street.minute)
        self.street.nodes[0] = node

    @invariant()
    def nothing_is_sold_twice_on_any_node(self) -> None:
        for node in self.street.nodes if hasattr(self, "street") else ():
            ledger = node.view()
            assert ledger is not None
            require_sound(ledger, self.capacity)

    def teardown(self) -> None:
        if not hasattr(self, "street"):
            return
        self.street.heal()
        views = [node.view() for node in self.street.nodes]
        assert all(view == views[0] for view in views)
        assert views[0] is not None
        doubles = double_acts(self.street.nodes[1])
        assert bool(views[0].proofs) >= bool(doubles), "it signed twice, and nobody sees it"


def _units_of(ask: SignedObject) -> int:
    return read_claim_head(ask.body, ask.parent)[0].quantity or 1


def _touches(act: Act, run: Run) -> bool:
    end_unit = run.first_unit + run.units
    return any(
        lot.first_slot <= run.slot < lot.end_slot
        and lot.first_unit < end_unit
        and run.first_unit < lot.end_unit
        for lot in act.lots
    )


def double_acts(node: Seller) -> set[tuple[Fingerprint, int, int]]:
    """Return units of which one node sold the same generation twice and owned it."""
    sold = node.sold()
    assert sold is not None
    ledger = node.ledger(sold)
    owned = {
        (run.owner, run.first_unit + at, run.generation)
        for run in ledger.runs
        for at in range(run.units)
    }
    seen: dict[tuple[Fingerprint, int, int], int] = {}
    for act in node.books._acts_of(sold):
        for lot in act.lots if act.claim is not None else ():
            for unit in range(lot.first_unit, lot.end_unit):
                key = act.by, unit, lot.generation
                seen[key] = seen.get(key, 0) + 1
    return {key for key, count in seen.items() if count > 1 and key in owned}


def require_sound(ledger: Ledger, capacity: int) -> None:
    """In each slot every unit has one run, and no more are sold than there are."""
    for slot, runs in enumerate(ledger.runs_by_slot):
        units = [run.first_unit + at for run in runs for at in range(run.units)]
        assert units == list(range(capacity)), (slot, runs)
    for fill in ledger.fills():
        assert fill.sold + fill.free + fill.held == capacity
    taken = [
        (slot, unit)
        for runs in ledger.sold_runs.values()
        for run in runs
        for slot, unit in ((run.slot, run.first_unit + at) for at in range(run.units))
    ]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize("machine", [Selling, Restored])
def test_nothing_is_sold_twice(machine: type[RuleBasedStateMachine]) -> None:
    Selling.tally.clear()
    run_state_machine_as_test(machine, settings=_counts(300))
    if machine is Selling:
        assert_enough_was_sold(Selling.tally)


def assert_enough_was_sold(tally: Counter[str]) -> None:
    """Far less than what is usual; once, one example in forty sold anything at all."""
    for what, least in (("sold", 1 / 3), ("several sold", 1 / 20), ("sold out", 1 / 10)):
        assert tally[what] >= least * tally["all"], tally


@pytest.mark.sweep
@pytest.mark.parametrize("machine", [Selling, Restored])
def test_nothing_is_sold_twice_in_many_more_streets(machine: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(machine, settings=_counts(20_000))


def _counts(examples: int) -> settings:
    return settings(max_examples=examples, stateful_step_count=30, deadline=None)
