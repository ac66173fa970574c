"""What becomes of an offer: every state, who may say what, and no order of arrival that matters."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.exchange.calendar import free_spans
from meshnode.board.exchange.claim import ClaimFields, Side, Span, Step, encode_claim
from meshnode.board.exchange.life import PROMISED, State, Stock
from meshnode.board.exchange.market import Listing
from meshnode.board.exchange.things import Direction
from meshnode.protocol.object import Kind, SignedObject
from tests.community import ANNA, BERT, CEM, MINUTE, made, withdrawal
from tests.everykind import PHONE
from tests.trading import DAY, ask, market_of, offer, only, step

WATER = offer(ANNA)
ASK = ask(BERT, WATER, quantity=4)
DRILL = offer(ANNA, item="tool", count=1, minutes=30 * DAY)
SATURDAY = Span(MINUTE + 2 * DAY, MINUTE + 3 * DAY)
SUNDAY = Span(MINUTE + 3 * DAY, MINUTE + 4 * DAY)
WEEKEND = Span(MINUTE + 2 * DAY, MINUTE + 4 * DAY)


def states(listing: Listing) -> list[State]:
    return [one.state for one in listing.life.claims]


def test_an_offer_nobody_asked_for_is_open_with_all_of_it() -> None:
    found = only([WATER]).life
    assert (found.stock, found.remaining, found.claims) == (Stock.OPEN, 10, ())


def test_what_is_asked_for_is_not_promised() -> None:
    found = only([WATER, ASK]).life
    assert found.claims[0].state is State.ASKED
    assert found.remaining == 10, "asking takes nothing away from others"


def test_a_hold_runs_out_by_itself_and_then_it_is_asked_for_again() -> None:
    hold = step(ANNA, ASK, Step.HOLD, until_min=MINUTE + 60)
    before, after = (only([WATER, ASK, hold], minute=MINUTE + at) for at in (59, 60))
    assert (states(before), before.life.remaining) == ([State.HELD], 6)
    assert (states(after), after.life.remaining) == ([State.ASKED], 10)


def test_a_hold_of_all_that_is_left_is_not_a_promise() -> None:
    all_of_it = ask(BERT, WATER, quantity=10)
    hold = step(ANNA, all_of_it, Step.HOLD, until_min=MINUTE + 60)
    confirm = step(ANNA, all_of_it, Step.CONFIRM, sequence=31)
    assert only([WATER, all_of_it, hold]).life.stock is Stock.HELD
    assert only([WATER, all_of_it, hold, confirm]).life.stock is Stock.PROMISED


def test_only_the_giver_promises() -> None:
    for stranger in (BERT, CEM):
        pretended = step(stranger, ASK, Step.CONFIRM)
        assert states(only([WATER, ASK, pretended])) == [State.ASKED]
    confirmed = only([WATER, ASK, step(PHONE, ASK, Step.CONFIRM)])
    assert states(confirmed) == [State.CONFIRMED], "a device's word is its owner's"
    assert confirmed.life.remaining == 6


def test_the_giver_may_promise_less_than_was_asked_for_and_never_more() -> None:
    less = step(ANNA, ASK, Step.CONFIRM, quantity=3)
    more = step(ANNA, ASK, Step.CONFIRM, quantity=9)
    assert only([WATER, ASK, less]).life.remaining == 7
    assert only([WATER, ASK, more]).life.remaining == 6


def test_one_sides_word_is_not_yet_done() -> None:
    confirm = step(ANNA, ASK, Step.CONFIRM)
    hers = step(ANNA, ASK, Step.DONE, sequence=31)
    his = step(BERT, ASK, Step.DONE, sequence=21)
    one_word = only([WATER, ASK, confirm, hers]).life.claims[0]
    assert (one_word.state, one_word.done_by) == (State.CONFIRMED, {Side.AUTHOR})
    both = only([WATER, ASK, confirm, hers, his])
    assert states(both) == [State.DONE]
    assert both.life.claims[0].done_by == frozenset(Side)
    assert both.life.remaining == 6


def test_the_claimants_word_alone_promises_nothing() -> None:
    assert states(only([WATER, ASK, step(BERT, ASK, Step.DONE)])) == [State.ASKED]


@pytest.mark.parametrize(
    ("who", "what", "is_confirmed", "state"),
    [
        (ANNA, Step.DECLINE, False, State.DECLINED),
        (ANNA, Step.DECLINE, True, State.CANCELLED),
        (BERT, Step.CANCEL, False, State.CANCELLED),
        (BERT, Step.CANCEL, True, State.CANCELLED),
        (ANNA, Step.CANCEL, True, State.CANCELLED),
        (ANNA, Step.NO_SHOW, True, State.MISSED),
        (BERT, Step.DECLINE, True, State.CONFIRMED),
        (BERT, Step.NO_SHOW, True, State.CONFIRMED),
        (CEM, Step.CANCEL, True, State.CONFIRMED),
    ],
)
def test_an_end_frees_what_was_kept_if_whoever_says_it_may(
    who: object, what: Step, is_confirmed: bool, state: State
) -> None:
    things = [WATER, ASK, step(who, ASK, what, sequence=40)]  # type: ignore[arg-type]
    if is_confirmed:
        things.append(step(ANNA, ASK, Step.CONFIRM))
    found = only(things)
    assert states(found) == [state]
    assert found.life.remaining == (6 if state in PROMISED else 10)


def test_all_handed_over_is_done() -> None:
    all_of_it = ask(BERT, WATER, quantity=10)
    words = [step(key, all_of_it, Step.DONE, sequence=40) for key in (ANNA, BERT)]
    assert only([WATER, all_of_it, *words]).life.stock is Stock.DONE


def test_a_withdrawn_offer_is_gone_with_its_claims() -> None:
    gone = withdrawal(ANNA, WATER, sequence=40, minutes=14 * DAY)
    for things in ([WATER, ASK, gone], [gone, ASK, WATER]):
        assert market_of(things) == []


def test_when_the_window_is_over_what_was_only_asked_for_has_lapsed() -> None:
    soon = offer(ANNA, end_min=MINUTE + 60)
    asked, promised = ask(BERT, soon, quantity=1), ask(CEM, soon, quantity=2)
    confirm = step(ANNA, promised, Step.CONFIRM)
    late = only([soon, asked, promised, confirm], minute=MINUTE + 60)
    assert late.life.stock is Stock.OVER
    assert sorted(states(late)) == [State.CONFIRMED, State.LAPSED]


def test_an_ask_that_ends_before_the_offer_may_is_not_counted() -> None:
    short = ask(BERT, WATER, quantity=4, minutes=14 * DAY)
    assert only([WATER, short]).life.claims == ()
    assert len(only([WATER, ask(BERT, WATER, minutes=21 * DAY)]).life.claims) == 1


def test_a_step_that_ends_before_its_ask_is_not_counted() -> None:
    cancel = step(BERT, ASK, Step.CANCEL, minutes=30 * DAY)
    assert states(only([WATER, ASK, cancel])) == [State.ASKED]


def test_a_step_about_another_ask_with_the_same_short_id_is_not_heard() -> None:
    codec, body = encode_claim(ClaimFields(Step.CONFIRM, b"else"))
    wrong = made(
        ANNA,
        Kind.CLAIM,
        body,
        codec=codec,
        sequence=30,
        minute=MINUTE + 2,
        minutes=91 * DAY,
        parent=ASK.short_id,
    )
    assert states(only([WATER, ASK, wrong])) == [State.ASKED]


def test_promising_more_than_there_is_shows_as_a_conflict_and_the_first_counts() -> None:
    first, second = ask(BERT, WATER, quantity=7), ask(CEM, WATER, quantity=4)
    things = [
        WATER,
        first,
        second,
        step(ANNA, second, Step.CONFIRM, sequence=31, minute=MINUTE),
        step(ANNA, first, Step.CONFIRM, sequence=30, minute=MINUTE + 9),
    ]
    found = {one.ask.thing.id: one for one in only(things).life.claims}
    assert not found[first.id].is_conflict, "what she signed first, whatever her clock said"
    assert found[second.id].is_conflict
    assert only(things).life.remaining == 3


def test_two_devices_of_a_giver_are_ordered_by_their_minutes_not_by_their_numbers() -> None:
    first, second = ask(BERT, WATER, quantity=7), ask(CEM, WATER, quantity=4)
    things = [
        WATER,
        first,
        second,
        step(ANNA, first, Step.CONFIRM, sequence=900, minute=MINUTE + 2),
        step(PHONE, second, Step.CONFIRM, sequence=3, minute=MINUTE + 5),
    ]
    found = {one.ask.thing.id: one.is_conflict for one in only(things).life.claims}
    assert found == {first.id: False, second.id: True}


def test_a_request_may_be_answered_by_more_than_it_needs() -> None:
    need = offer(ANNA, direction=Direction.REQUEST)
    helpers = [ask(BERT, need, quantity=8), ask(CEM, need, quantity=8)]
    yes = [step(ANNA, one, Step.CONFIRM, sequence=30 + at) for at, one in enumerate(helpers)]
    found = only([need, *helpers, *yes]).life
    assert (found.remaining, found.stock) == (0, Stock.PROMISED)
    assert not any(one.is_conflict for one in found.claims)


# Lending.


def test_a_lent_thing_is_free_outside_the_promised_spans() -> None:
    asked = ask(BERT, DRILL, span=SATURDAY)
    found = only([DRILL, asked, step(ANNA, asked, Step.CONFIRM)])
    free = free_spans(found.head, found.life.claims, start_min=MINUTE, end_min=MINUTE + 10 * DAY)
    assert free == [
        Span(MINUTE, SATURDAY.start_min),
        Span(SATURDAY.end_min, MINUTE + 10 * DAY),
    ]
    open_ = only([DRILL, asked])
    assert free_spans(open_.head, open_.life.claims, start_min=0, end_min=9) == [Span(0, 9)]


def test_spans_that_touch_do_not_meet_and_those_that_overlap_are_a_conflict() -> None:
    asks = [ask(key, DRILL, span=span) for key, span in ((BERT, SATURDAY), (CEM, SUNDAY))]
    yes = [step(ANNA, one, Step.CONFIRM, sequence=30 + at) for at, one in enumerate(asks)]
    assert not any(one.is_conflict for one in only([DRILL, *asks, *yes]).life.claims)
    greedy = ask(CEM, DRILL, span=WEEKEND, sequence=21)
    over = step(ANNA, greedy, Step.CONFIRM, sequence=40)
    found = {
        one.ask.thing.id: one.is_conflict
        for one in only([DRILL, *asks, *yes, greedy, over]).life.claims
    }
    assert found == {asks[0].id: False, asks[1].id: False, greedy.id: True}


def test_two_of_a_thing_can_be_lent_at_once_and_not_three() -> None:
    pair = offer(ANNA, item="bike", count=2, minutes=30 * DAY)
    asks = [
        ask(key, pair, span=WEEKEND, sequence=at) for at, key in ((21, BERT), (22, CEM), (23, BERT))
    ]
    yes = [step(ANNA, one, Step.CONFIRM, sequence=30 + at) for at, one in enumerate(asks)]
    conflicts = {one.ask.thing.id: one.is_conflict for one in only([pair, *asks, *yes]).life.claims}
    assert conflicts == {asks[0].id: False, asks[1].id: False, asks[2].id: True}


def test_what_is_not_back_in_time_is_overdue_until_the_lender_says_it_is() -> None:
    asked = ask(BERT, DRILL, span=SATURDAY)
    yes = step(ANNA, asked, Step.CONFIRM)
    after = SATURDAY.end_min
    assert not only([DRILL, asked, yes], minute=after - 1).life.claims[0].is_overdue
    assert only([DRILL, asked, yes], minute=after).life.claims[0].is_overdue
    his = step(BERT, asked, Step.RETURNED, sequence=21)
    said = only([DRILL, asked, yes, his], minute=after).life.claims[0]
    assert (said.is_overdue, said.returned_by) == (True, {Side.CLAIMANT})
    hers = step(ANNA, asked, Step.RETURNED, sequence=31)
    back = only([DRILL, asked, yes, his, hers], minute=after).life.claims[0]
    assert (back.state, back.is_overdue) == (State.RETURNED, False)


def test_what_came_back_early_is_free_again() -> None:
    asked = ask(BERT, DRILL, span=WEEKEND)
    things = [DRILL, asked, step(ANNA, asked, Step.CONFIRM)]
    back = step(ANNA, asked, Step.RETURNED, sequence=31)
    found = only([*things, back])
    assert free_spans(
        found.head, found.life.claims, start_min=MINUTE, end_min=MINUTE + 9 * DAY
    ) == [Span(MINUTE, MINUTE + 9 * DAY)]


def test_nobody_promised_it_before_its_span_began_so_it_lapsed() -> None:
    asked = ask(BERT, DRILL, span=SATURDAY)
    before, after = (only([DRILL, asked], minute=SATURDAY.start_min - 1 + at) for at in (0, 1))
    assert (states(before), states(after)) == ([State.ASKED], [State.LAPSED])


# Properties.

_STEPS = st.tuples(
    st.sampled_from([ANNA, BERT, CEM, PHONE]),
    st.integers(min_value=0, max_value=2),
    st.sampled_from([one for one in Step if one is not Step.ASK]),
    st.integers(min_value=0, max_value=5),
    st.integers(min_value=2, max_value=3000),
    st.sampled_from([30 * DAY, 61 * DAY, 91 * DAY]),
)


@st.composite
def stories(draw: st.DrawFn) -> list[SignedObject]:
    is_lending = draw(st.booleans())
    thing = offer(
        ANNA,
        item="tool" if is_lending else "water",
        count=draw(st.sampled_from([None, 1, 5])),
        direction=draw(st.sampled_from(Direction)),
        end_min=draw(st.none() | st.just(MINUTE + 2 * DAY)),
    )
    spans = (SATURDAY, WEEKEND, SUNDAY) if is_lending else (None, None, None)
    asks = [
        ask(key, thing, quantity=at, span=span, sequence=20 + at)
        for at, (key, span) in enumerate(zip((BERT, CEM, ANNA), spans, strict=True))
    ]
    steps = [
        step(
            key,
            asks[at],
            what,
            quantity=quantity if what in (Step.HOLD, Step.CONFIRM) else 0,
            until_min=MINUTE + minute if what is Step.HOLD else None,
            sequence=40 + number,
            minute=MINUTE + minute % 7,
            minutes=minutes,
        )
        for number, (key, at, what, quantity, minute, minutes) in enumerate(
            draw(st.lists(_STEPS, max_size=8))
        )
    ]
    return [thing, *asks, *steps]


@settings(max_examples=60, deadline=None)
@given(story=stories(), order=st.randoms(use_true_random=False), minute=st.integers(10, 5000))
def test_no_order_of_arrival_matters(story: list[SignedObject], order: object, minute: int) -> None:
    shuffled = list(story)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    one = market_of(story, minute=MINUTE + minute)
    assert one == market_of(shuffled, minute=MINUTE + minute)


@settings(max_examples=60, deadline=None)
@given(story=stories(), minutes=st.lists(st.integers(10, 90 * DAY), min_size=2, max_size=5))
def test_what_ended_never_comes_back_whatever_expires(
    story: list[SignedObject], minutes: list[int]
) -> None:
    ends = {State.DONE, State.RETURNED, State.DECLINED, State.CANCELLED, State.MISSED}
    ended: dict[bytes, State] = {}
    promised: set[bytes] = set()
    for minute in sorted(minutes):
        live = [one for one in story if one.expires_min > MINUTE + minute]
        kept, dropped = (
            market_of(story, minute=MINUTE + minute),
            market_of(live, minute=MINUTE + minute),
        )
        assert kept == dropped, "a node that forgot what is over shows the same"
        for claim in (one for listing in kept for one in listing.life.claims):
            ask_id = claim.ask.thing.id
            assert ended.get(ask_id, claim.state) is claim.state
            assert ask_id not in promised or claim.state in PROMISED
            if claim.state in ends:
                ended[ask_id] = claim.state
            if claim.state in PROMISED:
                promised.add(ask_id)


@settings(max_examples=60, deadline=None)
@given(story=stories())
def test_nothing_is_promised_without_the_authors_word(story: Sequence[SignedObject]) -> None:
    without = [
        one
        for one in story[1:]
        if not (one.author in (ANNA.id, PHONE.id) and one.body[0] >> 4 in (Step.CONFIRM, Step.DONE))
    ]
    for listing in market_of([story[0], *without]):
        assert not PROMISED & {one.state for one in listing.life.claims}


@settings(max_examples=60, deadline=None)
@given(story=stories())
def test_promises_that_count_never_exceed_what_there_is(story: list[SignedObject]) -> None:
    for listing in market_of(story):
        head = listing.head
        if head.quantity is None or head.is_lending or head.direction is Direction.REQUEST:
            continue
        kept = [
            one
            for one in listing.life.claims
            if one.state in (State.CONFIRMED, State.DONE) and not one.is_conflict
        ]
        assert sum(one.amount for one in kept) <= head.quantity.count
