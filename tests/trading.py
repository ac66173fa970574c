"""Offers and claims as neighbours sign them, and a board that takes them in any order."""

from collections.abc import Iterable
from typing import Final

from meshnode.board.exchange.claim import ClaimFields, SlotRange, Span, Step, encode_claim, mark_of
from meshnode.board.exchange.market import Listing, listings
from meshnode.board.exchange.offer import OfferFields, Quantity, encode_offer
from meshnode.board.exchange.things import BY_IDENTIFIER, UNITS, Direction
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.protocol.ports import Accepted
from tests.community import ANNA, BERT, CEM, MINUTE, certificate, made, rules
from tests.everykind import PHONE, device

DAY: Final = 1440
CLAIM_MINUTES: Final = 61 * DAY


def offer(
    author: SigningKey,
    *,
    item: str = "water",
    count: int | None = 10,
    direction: Direction = Direction.OFFER,
    sequence: int = 10,
    minute: int = MINUTE,
    minutes: int = 7 * DAY,
    parent: SignedObject | None = None,
    start_min: int | None = None,
    end_min: int | None = None,
    last_min: int | None = None,
    title: str = "",
    text: str = "",
    place_words: str = "",
) -> SignedObject:
    """Somebody offers, lends or asks for something."""
    thing = BY_IDENTIFIER[item]
    quantity = None if count is None else Quantity(count, UNITS.index(thing.unit))
    fields = OfferFields(
        direction,
        thing.sort,
        thing.category,
        thing.number,
        quantity,
        start_min,
        end_min,
        last_min=last_min,
        title=title,
        text=text,
        place_words=place_words,
    )
    codec, body = encode_offer(fields)
    return made(
        author,
        Kind.OFFER,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=minutes,
        parent=None if parent is None else parent.short_id,
    )


def ask(
    author: SigningKey,
    about: SignedObject,
    *,
    quantity: int = 0,
    span: Span | None = None,
    slots: SlotRange | None = None,
    sequence: int = 20,
    minute: int = MINUTE + 1,
    minutes: int = CLAIM_MINUTES,
    on_behalf: str = "",
    text: str = "",
) -> SignedObject:
    """Somebody asks for what is offered."""
    fields = ClaimFields(
        Step.ASK, quantity=quantity, span=span, slots=slots, on_behalf=on_behalf, text=text
    )
    codec, body = encode_claim(fields)
    return made(
        author,
        Kind.CLAIM,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=minutes,
        parent=about.short_id,
    )


def step(
    author: SigningKey,
    asked: SignedObject,
    what: Step,
    *,
    quantity: int = 0,
    until_min: int | None = None,
    sequence: int = 30,
    minute: int = MINUTE + 2,
    minutes: int = 91 * DAY,
    text: str = "",
) -> SignedObject:
    """Somebody takes a later step."""
    fields = ClaimFields(what, mark_of(asked.id), quantity, until_min=until_min, text=text)
    codec, body = encode_claim(fields)
    return made(
        author,
        Kind.CLAIM,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=minutes,
        parent=asked.short_id,
    )


def folk() -> NeighbourhoodRules:
    """A board on which Anna, Bert and Cem may speak."""
    policy = rules()
    people = ((ANNA, "Anna"), (BERT, "Bert"), (CEM, "Cem"))
    for at, (key, name) in enumerate(people):
        take(
            policy,
            certificate(key, name=name, identity_class=IdentityClass.PERSON, sequence=1 + at),
        )
    take(policy, device(ANNA, PHONE))
    return policy


def take(policy: NeighbourhoodRules, *things: SignedObject) -> None:
    """Do as the ingress does; what is refused stays out."""
    for thing in things:
        verdict = policy.judge(thing)
        if isinstance(verdict, Accepted):
            for one in verdict.replaces:
                policy.forget(_held(policy, one))
            policy.learn(thing)


def market_of(things: Iterable[SignedObject], *, minute: int = MINUTE + 10) -> list[Listing]:
    """What people see of a board that took these in this order."""
    policy = folk()
    take(policy, *things)
    return listings(policy, {}, minute=minute)


def only(things: Iterable[SignedObject], *, minute: int = MINUTE + 10) -> Listing:
    """The one offer that people see."""
    (found,) = market_of(things, minute=minute)
    return found


def _held(policy: NeighbourhoodRules, wanted: ObjectId) -> SignedObject:
    return next(one for kind in Kind for one in policy.register.of_kind(kind) if one.id == wanted)
