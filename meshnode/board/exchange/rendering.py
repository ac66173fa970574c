"""Offers and claims as their readers see them: sentences in the reader's language.

Not for: languages and time zones, which a `Reader` brings. Invariants: whatever could be decoded
can be rendered; what people wrote stands there as it is, and where directions
of writing meet it is isolated.
"""

from collections.abc import Callable

from meshnode.board.bulletins.rendering import Reader
from meshnode.board.directions import isolated, joined
from meshnode.board.exchange.claim import Side
from meshnode.board.exchange.life import Claim, OfferLife, State, Stock
from meshnode.board.exchange.offer import OfferFields, Quantity
from meshnode.board.exchange.things import BY_NUMBER, UNITS, Direction
from meshnode.board.exchange.wording import (
    ANSWERS,
    CONFLICT,
    HELP_NOTED,
    HOLD_OVER,
    ITEMS,
    LEFT,
    LENT,
    ON_BEHALF,
    OUT,
    OVERDUE,
    SAYS_BACK,
    SAYS_DONE,
    SORTS,
    STATES,
    STOCKS,
    TO_LEND,
    UNKNOWN_ITEM,
    UNKNOWN_UNIT,
    WHAT,
)
from meshnode.board.exchange.wording import UNITS as UNIT_WORDS

NameOf = Callable[[Side], str]
"""Who is on which side of a claim."""


def item_word(number: int, reader: Reader) -> str | None:
    """Return what an item is called; None where there is none."""
    if not number:
        return None
    thing = BY_NUMBER.get(number)
    return reader.word(UNKNOWN_ITEM if thing is None else ITEMS[thing.identifier])


def sort_word(fields: OfferFields, reader: Reader) -> str:
    """Return what a sort is called."""
    return reader.word(SORTS[fields.sort])


def quantity_text(quantity: Quantity, reader: Reader) -> str:
    """Return a quantity with its unit, as in `20 litres`."""
    known = quantity.unit < len(UNITS)
    forms = UNIT_WORDS[UNITS[quantity.unit]] if known else UNKNOWN_UNIT
    return reader.counted(*forms, quantity.count).format(count=quantity.count)


def offer_title(fields: OfferFields, reader: Reader) -> str:
    """Return what an offer is about in a few words: its title, else its item, else its sort."""
    return fields.title or item_word(fields.item, reader) or sort_word(fields, reader)


def offer_sentence(fields: OfferFields, reader: Reader) -> str:
    """Return all that an offer says by its numbers, in one sentence."""
    parts = [item_word(fields.item, reader) or _apart(offer_title(fields, reader), reader)]
    if fields.quantity is not None:
        parts.append(quantity_text(fields.quantity, reader))
    if fields.start_min is not None or fields.end_min is not None:
        parts.append(reader.span(fields.start_min, fields.end_min))
    if fields.place_words:
        parts.append(_apart(fields.place_words, reader))
    pattern = (TO_LEND if fields.is_lending else WHAT)[fields.direction]
    what = joined(parts, is_right_to_left=reader.is_right_to_left)
    said = [reader.text(pattern).format(what=what)]
    if fields.on_behalf:
        said.append(reader.text(ON_BEHALF).format(name=_apart(fields.on_behalf, reader)))
    return " ".join(said)


def stock_sentence(fields: OfferFields, life: OfferLife, reader: Reader) -> str:
    """Return how much is left, and what that means."""
    is_counted = fields.quantity is not None and life.remaining is not None
    if life.stock is Stock.OPEN and is_counted and fields.quantity is not None:
        total = quantity_text(fields.quantity, reader)
        return reader.text(LEFT[fields.direction]).format(left=life.remaining, total=total)
    if life.stock is Stock.HELD and fields.direction is Direction.REQUEST:
        return reader.text(HELP_NOTED)
    return reader.text(STOCKS[life.stock])


def claim_sentences(
    claim: Claim, fields: OfferFields, name_of: NameOf, reader: Reader
) -> list[str]:
    """Return what a claim's state means, and what one side says of it alone."""
    said = [_state_sentence(claim, fields, reader)]
    if claim.state is State.CONFIRMED:
        said += [_says(SAYS_DONE, name_of(one), reader) for one in sorted(claim.done_by)]
    if claim.state in (State.CONFIRMED, State.DONE):
        said += [_says(SAYS_BACK, name_of(one), reader) for one in sorted(claim.returned_by)]
    if claim.is_conflict:
        said.append(reader.text(CONFLICT))
    return said


def _says(pattern: str, name: str, reader: Reader) -> str:
    return reader.text(pattern).format(name=_apart(name, reader))


def _apart(text: str, reader: Reader) -> str:
    """Return what people wrote as it can stand in the reader's sentence."""
    return isolated(text, is_right_to_left=reader.is_right_to_left)


def _state_sentence(claim: Claim, fields: OfferFields, reader: Reader) -> str:
    span, until_min = claim.span, claim.held_until_min
    if span is not None and fields.is_lending:
        if claim.is_overdue:
            return reader.text(OVERDUE).format(due=reader.moment(span.end_min))
        if claim.state is State.DONE:
            return reader.text(OUT).format(due=reader.moment(span.end_min))
        if claim.state is State.CONFIRMED:
            return reader.text(LENT).format(when=reader.span(span.start_min, span.end_min))
    states = {**STATES, **ANSWERS} if fields.direction is Direction.REQUEST else STATES
    if claim.state is State.HELD and until_min is not None:
        return reader.text(states[State.HELD]).format(until=reader.moment(until_min))
    if claim.state is State.ASKED and until_min is not None:
        return reader.text(HOLD_OVER).format(until=reader.moment(until_min))
    return reader.text(states[claim.state])
