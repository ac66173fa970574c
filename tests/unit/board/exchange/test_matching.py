"""Suggestions: what meets what, and in which order."""

from meshnode.board.exchange.claim import Step
from meshnode.board.exchange.market import Listing
from meshnode.board.exchange.matching import matches
from meshnode.board.exchange.things import Direction
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import SignedObject
from tests.community import ANNA, BERT, CEM, MINUTE
from tests.trading import ask, market_of, offer, step

NEED = offer(ANNA, direction=Direction.REQUEST, place_words="Nordmarkt")


def found(need: SignedObject, *offers: SignedObject) -> list[SignedObject]:
    listings = {one.item.thing.id: one for one in market_of([need, *offers])}
    mine = listings[need.id]
    return [other.item.thing for _, other in matches(mine, listings.values())]


def given(key: SigningKey = BERT, **choices: object) -> SignedObject:
    return offer(key, **choices)  # type: ignore[arg-type]


def test_the_same_thing_meets_and_the_same_place_comes_first() -> None:
    far, near = given(sequence=11), given(CEM, place_words="nordmarkt")
    assert found(NEED, far, near) == [near, far]


def test_another_thing_of_the_same_category_does_not_meet() -> None:
    assert found(NEED, given(item="canister", count=1)) == []


def test_a_common_word_makes_two_things_meet_after_the_same_thing() -> None:
    need = offer(ANNA, direction=Direction.REQUEST, title="Kanister Wasser")
    canister = given(item="canister", count=1, title="Kanister zu verleihen")
    water = given(CEM)
    assert found(need, canister, water) == [water, canister]


def test_nobody_is_suggested_to_themselves() -> None:
    assert found(NEED, given(ANNA, sequence=11)) == []


def test_two_offers_do_not_meet() -> None:
    assert found(offer(ANNA), given()) == []


def test_times_that_do_not_meet_are_not_suggested() -> None:
    need = offer(ANNA, direction=Direction.REQUEST, start_min=MINUTE + 100, end_min=MINUTE + 200)
    early, late, fits = (
        given(end_min=MINUTE + 100),
        given(start_min=MINUTE + 200, sequence=11),
        given(start_min=MINUTE + 199, sequence=12),
    )
    assert found(need, early, late, fits) == [fits]


def test_what_is_all_promised_is_not_suggested() -> None:
    water = given()
    asked = ask(CEM, water, quantity=10)
    yes = step(BERT, asked, Step.CONFIRM)
    listings = {one.item.thing.id: one for one in market_of([NEED, water, asked, yes])}
    assert matches(listings[NEED.id], listings.values()) == []


def test_to_a_need_that_is_met_nothing_is_suggested_any_more() -> None:
    answer = ask(CEM, NEED, quantity=10)
    yes, mine = step(ANNA, answer, Step.CONFIRM), step(ANNA, answer, Step.DONE, sequence=31)
    theirs = step(CEM, answer, Step.DONE, sequence=32)
    water = given()
    assert found_among([NEED, water, answer, yes, mine]) == [water], "it may still fall through"
    assert found_among([NEED, water, answer, yes, mine, theirs]) == []


def found_among(things: list[SignedObject]) -> list[SignedObject]:
    """Return what meets the need on a board with these."""
    listings = {one.item.thing.id: one for one in market_of(things)}
    return [other.item.thing for _, other in matches(listings[NEED.id], listings.values())]


def test_the_score_is_the_same_from_both_sides() -> None:
    one, other = market_of([NEED, given(text="Nur am Nordmarkt")])
    assert _score(one, other) == _score(other, one) > 0


def _score(one: Listing, other: Listing) -> int:
    ((points, _),) = matches(one, [other])
    return points
