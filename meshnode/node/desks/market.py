"""The desk for offers and requests: what a running node shows of them.

Not for: deciding any of it (`board.exchange`). Invariant: what is derived from all objects is
derived once for each change and minute, however often it is asked for.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.board.exchange.life import Claim
from meshnode.board.exchange.market import REVISED_BY, Listing, listing_of, listings
from meshnode.board.exchange.matching import matches
from meshnode.board.exchange.things import Direction
from meshnode.board.items import Author, item_of
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.shelf import Shelf, id_prefix
from meshnode.protocol.object import Kind, SignedObject

MATCHES_MAX: Final = 10
"""Suggestions that are shown: who finds nothing among ten looks through the list."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which offers are asked for; None is any."""

    direction: Direction | None = None
    sort: str | None = None
    category: str | None = None
    item: int | None = None
    place: str | None = None
    stock: str | None = None
    involved: str | None = None


class Market:
    """Offers, requests and their claims, as one running node knows them."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._seen: list[Listing] = []
        self._seen_at: tuple[int, int, int] | None = None

    def listings(self, wanted: Wanted | None = None) -> list[Listing]:
        """Return what is not over and not hidden, newest first."""
        rules = self._shelf.rules
        now = rules.register.revision(*REVISED_BY), rules.people_revision, self._shelf.minute()
        if now != self._seen_at:
            self._seen = listings(rules, self._shelf.names(), minute=now[2])
            self._seen_at = now
        wanted = wanted or Wanted()
        return [one for one in self._seen if _is_wanted(one, wanted)]

    def listing(self, prefix: str, direction: Direction | None = None) -> Listing:
        """Return the offer or request whose id, root or claim's id begins so.

        Raises:
            LimitError: It is no beginning of an id.
            NotFoundError: There is none here.
            AmbiguousError: There are several.
        """
        noun = "offer" if direction is None else direction.word
        try:
            item = self._shelf.item(prefix, Kind.OFFER, noun=noun)
        except NotFoundError:
            found = self._of_claim(prefix)
            if found is None:
                raise NotFoundError(
                    f"No {noun} here has an id that begins with {id_prefix(prefix)}. It may be "
                    "over, or taken back, or not have come here yet."
                ) from None
            return found
        return listing_of(item, self._shelf.rules, minute=self._shelf.minute())

    def matches(self, listing: Listing) -> list[tuple[int, Listing]]:
        """Return what meets an offer or a request, the best first, with scores."""
        return matches(listing, self.listings())[:MATCHES_MAX]

    def author(self, thing: SignedObject) -> Author | None:
        """Return who signed a held object, as the board shows it."""
        return self._shelf.author(thing)

    def is_hidden(self, thing: SignedObject) -> bool:
        """Return whether moderation hides what a claim says."""
        return item_of(thing, self._shelf.rules).is_hidden

    def _of_claim(self, prefix: str) -> Listing | None:
        """Return the offer with a claim whose id begins so.

        Raises:
            AmbiguousError: There are several.
        """
        wanted = id_prefix(prefix)
        rules = self._shelf.rules
        asks = [
            one
            for one in rules.register.of_kind(Kind.CLAIM)
            if one.id.hex().startswith(wanted) and one.parent is not None
        ]
        found = {
            listing.item.root: listing
            for ask in asks
            for listing in self.listings()
            if listing.item.root == ask.parent
        }
        if len(found) > 1:
            raise AmbiguousError(f"{len(found)} claims begin with {wanted}; give more digits.")
        return next(iter(found.values()), None)


def claim_named(listing: Listing, prefix: str) -> Claim | None:
    """Return the claim whose id begins so."""
    wanted = id_prefix(prefix)
    found = [one for one in listing.life.claims if one.ask.thing.id.hex().startswith(wanted)]
    return found[0] if len(found) == 1 else None


def _is_wanted(listing: Listing, wanted: Wanted) -> bool:
    head = listing.head
    return (
        wanted.direction in (None, head.direction)
        and wanted.sort in (None, head.sort.word)
        and wanted.category in (None, head.category)
        and wanted.item in (None, head.item)
        and wanted.stock in (None, listing.life.stock.value)
        and (wanted.place is None or _is_at(listing, wanted.place))
        and (wanted.involved is None or _is_involved(listing, wanted.involved))
    )


def _is_at(listing: Listing, place: str) -> bool:
    head = listing.head
    if head.place is not None and head.place.hex().startswith(place.lower()):
        return True
    return place.casefold() in listing.fields.place_words.casefold()


def _is_involved(listing: Listing, fingerprint: str) -> bool:
    people = {listing.author, *(one.ask.by for one in listing.life.claims)}
    return any(one is not None and one.hex() == fingerprint for one in people)
