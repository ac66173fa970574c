"""Offers, requests and claims as JSON documents.

Invariants: as in `documents`; sentences are in the reader's language, words for programs are not.
"""

from typing import Any

from meshnode.board.bulletins.rendering import Reader
from meshnode.board.exchange.calendar import blocks, free_spans
from meshnode.board.exchange.claim import Side, Span
from meshnode.board.exchange.course import Said
from meshnode.board.exchange.life import Claim
from meshnode.board.exchange.market import Listing, words_of
from meshnode.board.exchange.offer import OfferFields, chain_end
from meshnode.board.exchange.rendering import (
    claim_sentences,
    item_word,
    offer_sentence,
    offer_title,
    quantity_text,
    stock_sentence,
)
from meshnode.board.exchange.things import BY_NUMBER, UNITS
from meshnode.board.lifetimes import DAY_MINUTES
from meshnode.node.clock import moment_text
from meshnode.node.desks.market import Market

Document = dict[str, Any]

CALENDAR_MINUTES = 91 * DAY_MINUTES
"""How far ahead the free times of something that is lent are said: as far as anybody may ask."""
_MINUTE_S = 60


def offer_document(listing: Listing, reader: Reader, *, minute: int) -> Document:
    """Return an offer or a request as it stands, without its claims."""
    item, fields, life = listing.item, listing.fields, listing.life
    thing, author = item.thing, item.author
    return {
        "id": thing.id.hex(),
        "root": item.root.hex(),
        "direction": fields.direction.word,
        "sort": fields.sort.word,
        "category": fields.category,
        "item": _item(fields, reader),
        "headline": offer_title(fields, reader),
        "sentence": offer_sentence(fields, reader),
        "title": fields.title or None,
        "text": fields.text or None,
        "quantity": _quantity(fields, reader),
        "remaining": life.remaining,
        "from": _moment(fields.start_min),
        "to": _moment(fields.end_min),
        "place": None if fields.place is None else fields.place.hex(),
        "place_words": fields.place_words or None,
        "on_behalf": fields.on_behalf or None,
        "deposit": fields.deposit or None,
        "state": life.stock.value,
        "state_sentence": stock_sentence(fields, life, reader),
        "author": thing.author.hex(),
        "author_fingerprint": None if author is None else author.identity.fingerprint.hex(),
        "author_name": None if author is None else author.name,
        "claim_count": len(life.claims),
        "claims_last": moment_text(chain_end(thing, fields)),
        "is_hidden": item.is_hidden,
        "created": moment_text(thing.created_min),
        "age_s": max(0, minute - thing.created_min) * _MINUTE_S if minute else None,
        "expires": moment_text(thing.expires_min),
        "expires_in_s": max(0, thing.expires_min - minute) * _MINUTE_S,
    }


def whole_document(listing: Listing, market: Market, reader: Reader, *, minute: int) -> Document:
    """Return an offer or a request with its claims and, if it is lent, when it is free."""
    claims = [_claim(one, listing, market, reader) for one in listing.life.claims]
    return {
        **offer_document(listing, reader, minute=minute),
        "claims": claims,
        "calendar": _calendar(listing, reader, minute) if listing.head.is_lending else None,
    }


def _claim(claim: Claim, listing: Listing, market: Market, reader: Reader) -> Document:
    thing, fields = claim.ask.thing, listing.fields
    names = {Side.AUTHOR: _author_name(listing), Side.CLAIMANT: _name_of(claim.ask, market)}
    said = words_of(thing)
    is_hidden = market.is_hidden(thing)
    span = claim.span
    return {
        "id": thing.id.hex(),
        "by": claim.ask.by.hex(),
        "by_name": names[Side.CLAIMANT],
        "on_behalf": None if is_hidden else said.on_behalf or None,
        "text": None if is_hidden else said.text or None,
        "quantity": claim.amount,
        "from": None if span is None else moment_text(span.start_min),
        "to": None if span is None else moment_text(span.end_min),
        "when": None if span is None else reader.span(span.start_min, span.end_min),
        "state": claim.state.value,
        "sentences": claim_sentences(claim, fields, names.__getitem__, reader),
        "held_until": _moment(claim.held_until_min),
        "done_by": sorted(claim.done_by),
        "returned_by": sorted(claim.returned_by),
        "is_conflict": claim.is_conflict,
        "is_overdue": claim.is_overdue,
        "created": moment_text(thing.created_min),
        "expires": moment_text(thing.expires_min),
        "steps": [_step(one, market) for one in claim.steps],
    }


def _step(step: Said, market: Market) -> Document:
    said = words_of(step.thing)
    return {
        "id": step.thing.id.hex(),
        "step": said.step.word,
        "key": step.thing.author.hex(),
        "by": step.by.hex(),
        "by_name": _name_of(step, market),
        "text": None if market.is_hidden(step.thing) else said.text or None,
        "until": _moment(said.until_min),
        "created": moment_text(step.thing.created_min),
    }


def _calendar(listing: Listing, reader: Reader, minute: int) -> Document:
    end_min = minute + CALENDAR_MINUTES
    claims = listing.life.claims
    free = free_spans(listing.head, claims, start_min=minute, end_min=end_min)
    taken = [one for one in claims if blocks(one)]
    return {
        "taken": [
            {"claim": one.ask.thing.id.hex(), **_span(one.span, reader)}
            for one in taken
            if one.span is not None
        ],
        "free": [_span(one, reader) for one in free],
    }


def _span(span: Span, reader: Reader) -> Document:
    return {
        "from": moment_text(span.start_min),
        "to": moment_text(span.end_min),
        "when": reader.span(span.start_min, span.end_min),
    }


def _item(fields: OfferFields, reader: Reader) -> Document | None:
    if not fields.item:
        return None
    thing = BY_NUMBER.get(fields.item)
    return {
        "number": fields.item,
        "id": None if thing is None else thing.identifier,
        "word": item_word(fields.item, reader),
    }


def _quantity(fields: OfferFields, reader: Reader) -> Document | None:
    quantity = fields.quantity
    if quantity is None:
        return None
    return {
        "count": quantity.count,
        "unit": UNITS[quantity.unit].value if quantity.unit < len(UNITS) else None,
        "text": quantity_text(quantity, reader),
    }


def _author_name(listing: Listing) -> str:
    author = listing.item.author
    return listing.item.thing.author.hex() if author is None else author.name


def _name_of(said: Said, market: Market) -> str:
    author = market.author(said.thing)
    return said.by.hex() if author is None else author.name


def _moment(minute: int | None) -> str | None:
    return None if minute is None else moment_text(minute)
