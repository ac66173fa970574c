"""Nodes that sell, cut off from each other as a test wants it: real rules, real ledgers.

`Seller` is a node with a set, a clock and a log of its own acts; `Street` are all of them, and
`everything`, one that has seen every object that was ever signed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Final

from meshnode.board.capacity.books import Books, Sold, read_act
from meshnode.board.capacity.chain import Act
from meshnode.board.capacity.ledger import Ledger, State
from meshnode.board.capacity.selling import (
    Draft,
    allotting,
    duties,
    giving_back,
    lent,
    sales,
    taken_from,
)
from meshnode.board.capacity.slots import SlotsFields, encode_slots
from meshnode.board.capacity.timetable import Sort, Terms, Timetable
from meshnode.board.exchange.claim import ClaimFields, SlotRange, Step, encode_claim, mark_of
from meshnode.board.parts import Cut
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import Fingerprint, SigningKey, fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from meshnode.protocol.ports import Accepted
from tests.community import (
    ANNA,
    BERT,
    CEM,
    CHARTER,
    MINUTE,
    ROOT,
    YEAR_MINUTES,
    certificate,
    made,
    rules,
    signing_key,
)

DAY: Final = 1440
KEYS: Final = tuple(signing_key(f"seller {number}") for number in range(6))
PEOPLE: Final = (ANNA, BERT, CEM)
"""Anna opens; all three ask."""
SOLD_STATES: Final = (State.BOOKED, State.CALLED, State.USED)


@cache
def ground() -> tuple[SignedObject, ...]:
    """Who is who."""
    return (
        CHARTER,
        *(certificate(key, name=f"Knoten {at}", sequence=10 + at) for at, key in enumerate(KEYS)),
        *(
            certificate(
                key,
                name=f"Mensch {at}",
                sequence=30 + at,
                identity_class=IdentityClass.PERSON,
            )
            for at, key in enumerate(PEOPLE)
        ),
    )


def opened(
    *,
    capacity: int = 2,
    count: int = 1,
    claim_max: int = 1,
    lease_minutes: int = 0,
    sort: Sort = Sort.SLOTS,
    is_automatic: bool = True,
    sequence: int = 1,
    parent: ShortId | None = None,
    author: SigningKey = ANNA,
    authority: SigningKey = KEYS[0],
) -> SignedObject:
    """Anna opens slots, an hour from now, ten days long, which the first node sells."""
    terms = Terms(
        capacity,
        fingerprint(authority.public),
        min(claim_max, capacity),
        lease_minutes,
        is_automatic,
    )
    interval = 60 if count > 1 else 0
    timetable = Timetable(MINUTE + 60, 10 * DAY, interval, count, sort, terms)
    codec, body = encode_slots(SlotsFields(timetable))
    return made(
        author,
        Kind.SLOTS,
        body,
        codec=codec,
        sequence=sequence,
        minute=MINUTE,
        minutes=30 * DAY,
        parent=parent,
    )


def asked(
    person: SigningKey,
    thing: SignedObject,
    *,
    sequence: int,
    slot: int = 0,
    slots: int = 1,
    units: int = 1,
    minute: int = MINUTE,
) -> SignedObject:
    """Somebody asks."""
    codec, body = encode_claim(ClaimFields(Step.ASK, quantity=units, slots=SlotRange(slot, slots)))
    return made(
        person,
        Kind.CLAIM,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=30 * DAY,
        parent=thing.parent or thing.short_id,
    )


def stepped(
    person: SigningKey, ask: SignedObject, step: Step, *, sequence: int, minute: int = MINUTE
) -> SignedObject:
    """Somebody takes a later step."""
    codec, body = encode_claim(ClaimFields(step, mark=mark_of(ask.id)))
    return made(
        person,
        Kind.CLAIM,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=30 * DAY,
        parent=ask.short_id,
    )


def revoked(node: SigningKey, last: int, *, sequence: int) -> SignedObject:
    """The steward revokes a node; what it signed up to `last` stays."""
    cuts = (Cut(node.id, last),) if last else ()
    fields = RevocationFields(RevocationReason.LOST, fingerprint(node.public), cuts)
    return made(
        ROOT,
        Kind.REVOCATION,
        encode_revocation(fields),
        sequence=sequence,
        minute=MINUTE,
        minutes=YEAR_MINUTES,
    )


@dataclass(slots=True)
class Seller:
    """One node: `held` is its set, `log` what it signed, `unsaved` what a power cut takes."""

    key: SigningKey
    offset: int = 0
    fastest: int = 0
    """How far its clock was ever ahead."""
    is_forgetful: bool = True
    """Whether what is over by its clock leaves."""
    held: dict[ObjectId, SignedObject] = field(default_factory=dict)
    log: dict[ObjectId, SignedObject] = field(default_factory=dict)
    unsaved: set[ObjectId] = field(default_factory=set)
    sequence: int = 0
    rules: NeighbourhoodRules = field(init=False)
    books: Books = field(init=False)

    def __post_init__(self) -> None:
        self._begin(ground())

    @property
    def own(self) -> Fingerprint:
        return fingerprint(self.key.public)

    def _begin(self, things: Iterable[SignedObject]) -> None:
        self.rules = rules()
        self.books = Books(self.rules)
        self.held = {}
        for thing in things:
            self.held[thing.id] = thing
            self.rules.learn(thing)
        self._shift()

    def hear(self, things: Iterable[SignedObject], minute: int) -> None:
        """Take what joins the set, in this order, and again what found no ground at first."""
        left = [one for one in things if one.id not in self.held]
        for _ in range(2):
            left = [one for one in left if not self._take(one, minute)]

    def _take(self, thing: SignedObject, minute: int) -> bool:
        if self.is_forgetful and thing.expires_min <= minute + self.offset:
            return False
        verdict = self.rules.judge(thing)
        if not isinstance(verdict, Accepted):
            return False
        for one in verdict.replaces:
            self._lose(one)
        self.rules.learn(thing)
        self.held[thing.id] = thing
        self.unsaved.add(thing.id)
        if thing.kind in GOVERNANCE:
            self._shift()
        return True

    def _shift(self) -> None:
        for thing, _ in self.rules.shift(list(self.held.values())).lost:
            self._lose(thing.id)

    def _lose(self, thing_id: ObjectId) -> None:
        thing = self.held.pop(thing_id, None)
        if thing is not None:
            self.rules.forget(thing)

    def expire(self, minute: int) -> None:
        """Forget what is over by this node's clock."""
        over = [one for one in self.held.values() if one.expires_min <= minute + self.offset]
        for thing in over:
            self._lose(thing.id)

    def save(self) -> None:
        """All that is held is on disk."""
        self.unsaved.clear()

    def crash(self, minute: int) -> None:
        """The power fails: what was not on disk is lost, the log is not."""
        kept = [one for one in self.held.values() if one.id not in self.unsaved]
        self.unsaved.clear()
        self._begin(kept)
        self.hear(self.log.values(), minute)

    def sold(self) -> Sold | None:
        """The thing, if it is held."""
        return next(iter(self.books.things()), None)

    def ledger(self, sold: Sold) -> Ledger:
        return self.books.ledger(sold, self.log.values())

    def view(self) -> Ledger | None:
        """What this node shows."""
        sold = self.sold()
        return None if sold is None else self.ledger(sold)

    def sell(self, minute: int, *, power: int = 1_000) -> list[SignedObject]:
        """Sign what is due, until nothing is; the power lasts for so many acts."""
        signed: list[SignedObject] = []
        for _ in range(20):
            sold = self.sold()
            if sold is None:
                return signed
            ledger, here = self.ledger(sold), minute + self.offset
            drafts = duties(
                sold, ledger, self.own, minute=here, is_revoked=self.books.is_revoked
            ) or sales(sold, ledger, self.own, minute=here, may_answer=lambda _: True)
            made_now = self.sign(sold, drafts, minute, power=power - len(signed))
            signed += made_now
            if not made_now:
                return signed
        return signed

    def allot(
        self, to: Fingerprint, minute: int, *, units: int, slots: Sequence[int], until: int | None
    ) -> list[SignedObject]:
        """Pass units on, as many as are there."""
        sold = self.sold()
        if sold is None:
            return []
        ledger = self.ledger(sold)
        lots = [
            lot
            for slot in slots
            if slot < sold.timetable.count
            for lot in taken_from(ledger.free(self.own, slot), units, is_last=True)
        ]
        return self.sign(sold, allotting(sold, lots, to, until) if lots else [], minute)

    def give_back(self, minute: int) -> list[SignedObject]:
        sold = self.sold()
        if sold is None:
            return []
        runs = lent(self.ledger(sold), self.own)
        return self.sign(sold, giving_back(sold, runs, self.books.is_revoked), minute)

    def sign(
        self, sold: Sold, drafts: Sequence[Draft], minute: int, *, power: int = 1_000
    ) -> list[SignedObject]:
        """Sign, log and tell; the last one is not told any more if the power fails."""
        signed: list[SignedObject] = []
        for draft in drafts[: max(0, power)]:
            highest = max(
                (one.sequence for one in self.held.values() if one.author == self.key.id), default=0
            )
            self.sequence = max(self.sequence, highest) + 1
            created = max(0, minute + self.offset)
            try:
                thing = made(
                    self.key,
                    draft.kind,
                    draft.body,
                    sequence=self.sequence,
                    minute=created,
                    minutes=max(1, draft.lasts_min - created),
                    parent=draft.parent,
                )
            except LimitError:
                return signed
            self.log[thing.id] = thing
            signed.append(thing)
            if len(signed) < power:
                self.hear([thing], minute)
                self.unsaved.discard(thing.id)
                if thing.id not in self.held:
                    # Refused by its own rules: nobody will ever hear of it.
                    del self.log[thing.id]
                    return signed[:-1]
        return signed


@dataclass(slots=True)
class Street:
    """Some nodes, one thing, and everybody who asks."""

    size: int
    thing: SignedObject
    minute: int = MINUTE
    nodes: list[Seller] = field(init=False)
    everything: Seller = field(init=False)
    asks: list[SignedObject] = field(default_factory=list)
    steps: int = 100
    revoked: set[Fingerprint] = field(default_factory=set)
    published: list[SignedObject] = field(default_factory=list)
    confirmed: list[tuple[Seller, Act]] = field(default_factory=list)
    """Every booking that any node ever signed, by whom; nothing ever leaves this."""
    passed_on: list[tuple[Seller, Act]] = field(default_factory=list)
    """Every act that gave units to another node, or back, by whom."""

    def __post_init__(self) -> None:
        self.nodes = [Seller(key) for key in KEYS[: self.size]]
        self.published.append(self.thing)
        self.everything = Seller(signing_key("nobody"), is_forgetful=False)
        for node in (*self.nodes, self.everything):
            node.hear([self.thing], self.minute)
            node.save()

    def publish(self, at: int, *things: SignedObject) -> bool:
        """Hand things in at one node; return whether it took them all, and has them on disk."""
        node = self.nodes[at]
        node.hear(things, self.minute)
        taken = [one for one in things if one.id in node.held]
        node.unsaved -= {one.id for one in taken}
        self.everything.hear(taken, self.minute)
        self.published += taken
        return len(taken) == len(things)

    def told(self, things: Iterable[SignedObject]) -> None:
        """A node signed something."""
        things = list(things)
        for thing in things:
            seller = next(one for one in self.nodes if one.key.id == thing.author)
            act = read_act(thing)[2]
            if act.claim is not None:
                self.confirmed.append((seller, act))
            elif act.to != seller.own:
                self.passed_on.append((seller, act))
        self.everything.hear(things, self.minute)

    def meet(self, one: int, other: int, *, loss: float, seed: int) -> None:
        """Two nodes tell each other what they hold, in any order, some of it lost."""
        dice = Random(seed)
        for giver, taker in ((one, other), (other, one)):
            things = [thing for thing in self.nodes[giver].held.values() if dice.random() >= loss]
            dice.shuffle(things)
            self.nodes[taker].hear(things, self.minute)

    def heal(self) -> None:
        """All clocks are right, everybody hears everything, and sells until nothing is due."""
        for node in self.nodes:
            node.offset = 0
            node.expire(self.minute)
            # Whoever handed something in has kept a copy.
            node.hear([*ground(), *self.published], self.minute)
            node.hear(node.log.values(), self.minute)
        for _ in range(40):
            self._gossip()
            signed = [thing for node in self.nodes for thing in node.sell(self.minute)]
            self.told(signed)
            if not signed:
                return
        raise AssertionError("they sign for ever")

    def _gossip(self) -> None:
        for _ in range(2):
            for giver in self.nodes:
                for taker in self.nodes:
                    taker.hear(list(giver.held.values()), self.minute)
