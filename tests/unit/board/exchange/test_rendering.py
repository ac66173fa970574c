"""Offers as people of different languages read them."""

from zoneinfo import ZoneInfo

import pytest

from meshnode.board.exchange.claim import Step
from meshnode.board.exchange.offer import OfferFields, Quantity
from meshnode.board.exchange.rendering import claim_sentences, offer_sentence, stock_sentence
from meshnode.board.exchange.things import BY_IDENTIFIER, UNITS, Direction, Unit
from meshnode.node.languages import load_languages
from meshnode.node.reader import LocalReader
from tests.community import ANNA, BERT, MINUTE
from tests.trading import ask, market_of, offer, step

LANGUAGES = load_languages()
COOLING = BY_IDENTIFIER["cooling-medicine"]
NEED = OfferFields(
    Direction.REQUEST,
    COOLING.sort,
    COOLING.category,
    COOLING.number,
    Quantity(3, UNITS.index(Unit.PIECE)),
)


@pytest.mark.parametrize(
    ("language", "comma", "other"), [("ar", "\N{ARABIC COMMA} ", ","), ("tr", ", ", "،")]
)
def test_parts_are_listed_with_the_comma_of_the_language(
    language: str, comma: str, other: str
) -> None:
    reader = LocalReader(LANGUAGES[language], ZoneInfo("Europe/Berlin"), None)
    sentence = offer_sentence(NEED, reader)
    assert sentence.count(comma) == 1
    assert other not in sentence


@pytest.mark.parametrize("direction", Direction)
def test_who_needs_something_keeps_nothing_aside(direction: Direction) -> None:
    thing = offer(ANNA, direction=direction)
    asked = ask(BERT, thing, quantity=10)
    held = step(ANNA, asked, Step.HOLD, until_min=MINUTE + 100)
    (listing,) = market_of([thing, asked, held])
    reader = LocalReader(LANGUAGES["en"], ZoneInfo("Europe/Berlin"), None)
    (claim,) = listing.life.claims
    said = [
        stock_sentence(listing.fields, listing.life, reader),
        *claim_sentences(claim, listing.fields, str, reader),
    ]
    is_kept = direction is Direction.OFFER
    assert [is_kept] * 2 == ["ept aside" in one for one in said]
    assert [not is_kept] * 2 == ["elp is noted" in one for one in said]
