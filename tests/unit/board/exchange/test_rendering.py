"""Offers as people of different languages read them."""

from zoneinfo import ZoneInfo

import pytest

from meshnode.board.exchange.offer import OfferFields, Quantity
from meshnode.board.exchange.rendering import offer_sentence
from meshnode.board.exchange.things import BY_IDENTIFIER, UNITS, Direction, Unit
from meshnode.node.languages import load_languages
from meshnode.node.reader import LocalReader

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
