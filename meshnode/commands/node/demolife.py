"""What Anna and Bert of the demo have on the board, so that no list is empty.

A room with how full it is, a lunch table with seats, something offered and something needed. Signed
by them and not by nodes. Imports what is slow; import it inside a command.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from meshnode.board.capacity.meetup import MeetupFields, encode_meetup
from meshnode.board.capacity.timetable import Sort as TableSort
from meshnode.board.capacity.timetable import Terms, Timetable
from meshnode.board.exchange.offer import OfferFields, Quantity, encode_offer
from meshnode.board.exchange.things import BY_IDENTIFIER, UNITS, Direction
from meshnode.board.places.level import Level, LevelFields, encode_level
from meshnode.board.places.place import CATEGORIES, PlaceFields, PlaceHead, PlaceWords, encode_place
from meshnode.commands.session import IDENTITY_NAME
from meshnode.node.clock import minute_of, moment_of
from meshnode.node.home import Home
from meshnode.node.zone import local_zone
from meshnode.person import acts
from meshnode.person.identity import Identity
from meshnode.person.vault import open_vault
from meshnode.protocol.keys import Fingerprint, fingerprint
from meshnode.protocol.object import Kind, SignedObject

PLACE_NAME: Final = "Begegnungszentrum"
_DAY_MINUTES: Final = 1440
_WEEK_MINUTES: Final = 7 * _DAY_MINUTES
_LEVEL_MINUTES: Final = 360
_LUNCH_HOUR: Final = 12
_LUNCH_MINUTES: Final = 90


def furnish(homes: Sequence[Home], minute: int) -> list[SignedObject]:
    """Return what is said at the first node, which knows both from the beginning.

    Raises:
        LimitError, StoreError: A vault cannot be opened.
    """
    node = fingerprint(homes[0].load_keyring().key.public)
    with open_vault(homes[0].directory / IDENTITY_NAME) as vault:
        by_anna = list(_by_anna(Identity(vault), minute, node))
    with open_vault(homes[-1].directory / IDENTITY_NAME) as vault:
        by_bert = list(_by_bert(Identity(vault), minute))
    return [*by_anna, *by_bert]


def _by_anna(anna: Identity, minute: int, node: Fingerprint) -> Iterator[SignedObject]:
    head = PlaceHead(CATEGORIES.index("hall"), capacity=60)
    words = PlaceWords(PLACE_NAME, address="Nordmarkt 1", text="Warm, with sockets and tea.")
    place = acts.say(
        anna,
        Kind.PLACE,
        encode_place(PlaceFields(head, words)),
        minute=minute,
        minutes=_WEEK_MINUTES,
    )
    yield place
    yield acts.say(
        anna,
        Kind.LEVEL,
        encode_level(LevelFields(Level.SOME)),
        minute=minute,
        minutes=_LEVEL_MINUTES,
        parent=place.short_id,
    )
    terms = Terms(12, node, claim_max=4)
    lunch = Timetable(_noon(minute), _LUNCH_MINUTES, sort=TableSort.SLOTS, terms=terms)
    yield acts.say(
        anna,
        Kind.MEETUP,
        encode_meetup(MeetupFields(lunch, "Lunch table", PLACE_NAME, place=place.short_id)),
        minute=minute,
        minutes=_WEEK_MINUTES,
    )


def _by_bert(bert: Identity, minute: int) -> Iterator[SignedObject]:
    charging, translation = BY_IDENTIFIER["charging"], BY_IDENTIFIER["translation"]
    said = (
        OfferFields(
            Direction.OFFER,
            charging.sort,
            charging.category,
            charging.number,
            Quantity(10, UNITS.index(charging.unit)),
            place_words="Borsigstr. 5",
        ),
        OfferFields(
            Direction.REQUEST,
            translation.sort,
            translation.category,
            translation.number,
            title="Turkish, for a letter",
        ),
    )
    for fields in said:
        yield acts.say(bert, Kind.OFFER, encode_offer(fields), minute=minute, minutes=_WEEK_MINUTES)


def _noon(minute: int) -> int:
    """Return the minute at which tomorrow's lunch begins, where the nodes' people live."""
    tomorrow = moment_of(minute).astimezone(local_zone("")) + timedelta(days=1)
    return minute_of(tomorrow.replace(hour=_LUNCH_HOUR, minute=0, second=0, microsecond=0))
