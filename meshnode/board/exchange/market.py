"""The market: every offer and request with its claims, from all that a node holds.

Not for: what becomes of one (`life`). Invariants: derived from the held objects alone; what is
hidden by moderation says nothing, but a step that it says still counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from meshnode.board.exchange.claim import ClaimFields, Step, read_claim_head, shown_claim
from meshnode.board.exchange.course import Said
from meshnode.board.exchange.life import OfferLife, life_of
from meshnode.board.exchange.offer import OfferFields, read_offer_head, shown_offer
from meshnode.board.items import Item, Names, items
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.standing import Identity
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ShortId, SignedObject

READ_MAX: Final = 512
"""Offers and claims whose words stay decoded: the pages that people look at, several times."""
REVISED_BY: Final = (Kind.OFFER, Kind.CLAIM, Kind.NOTICE, Kind.WITHDRAWAL)
"""What changes the market when it comes or goes."""


@dataclass(frozen=True, slots=True)
class Listing:
    """An offer in its newest version, and what became of it."""

    item: Item
    head: OfferFields
    life: OfferLife

    @property
    def fields(self) -> OfferFields:
        """All that it says; its words are decoded now."""
        return read_offer(self.item.thing.codec, self.item.thing.body)

    @property
    def author(self) -> Fingerprint | None:
        """Who offers or asks, where that is known."""
        return None if self.item.author is None else self.item.author.identity.fingerprint


def listings(
    rules: NeighbourhoodRules, names: Names, *, minute: int, with_hidden: bool = False
) -> list[Listing]:
    """Return all offers and requests that are not over, newest first."""
    found = items(rules, Kind.OFFER, names, minute=minute, with_hidden=with_hidden)
    return [listing_of(one, rules, minute=minute) for one in found]


def listing_of(item: Item, rules: NeighbourhoodRules, *, minute: int) -> Listing:
    """Return an offer with what became of it."""
    head, _ = read_offer_head(item.thing.body)
    author = None if item.author is None else item.author.identity
    if author is None:
        asks, steps = [], []
    else:
        asks = [one for one in _said(rules, item.root) if one.head.step is Step.ASK]
        steps = [step for ask in asks for step in _said(rules, ask.thing.short_id)]
    life = life_of(item.thing, head, _fingerprint(author), asks, steps, minute=minute)
    return Listing(item, head, life)


@lru_cache(maxsize=READ_MAX)
def read_offer(codec: int, body: bytes) -> OfferFields:
    """Return what an accepted offer says."""
    return shown_offer(codec, body)


@lru_cache(maxsize=READ_MAX)
def read_claim(codec: int, body: bytes, parent: ShortId | None) -> ClaimFields:
    """Return what an accepted claim says."""
    return shown_claim(codec, body, parent)


def words_of(thing: SignedObject) -> ClaimFields:
    """Return what an accepted claim says, words and all."""
    return read_claim(thing.codec, thing.body, thing.parent)


def _said(rules: NeighbourhoodRules, about: ShortId) -> Iterator[Said]:
    """Yield the claims about something by those who may speak."""
    for thing in rules.register.children(about, Kind.CLAIM):
        by = rules.author_of(thing)
        if by is not None and rules.may_say(thing):
            yield Said(thing, by.fingerprint, read_claim_head(thing.body, thing.parent)[0])


def _fingerprint(identity: Identity | None) -> Fingerprint:
    return Fingerprint(b"") if identity is None else identity.fingerprint
