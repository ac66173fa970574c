"""Books: the ledgers of all things that the held objects are about.

Not for: evaluating (`ledger`). Invariants: derived from the held objects alone, in whatever order
they came; what was decoded is kept until its object leaves.
Source: docs/spec/capacity.md section 6.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from meshnode.board.capacity.allotment import decode_allotment
from meshnode.board.capacity.booking import decode_booking
from meshnode.board.capacity.chain import Act
from meshnode.board.capacity.ledger import Ask, Ledger, Saying, evaluate
from meshnode.board.capacity.meetup import MeetupFields, read_meetup_head
from meshnode.board.capacity.offices import STEPS, may_open, stands
from meshnode.board.capacity.slots import SlotsFields, read_slots_head
from meshnode.board.capacity.timetable import Timetable
from meshnode.board.exchange.claim import SlotRange, Step, mark_of, read_claim_head
from meshnode.board.items import named
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.standing import Identity
from meshnode.board.versions import current, root_of
from meshnode.protocol.keys import KEY_ID_BYTES, Fingerprint, KeyId
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject

SOLD_KINDS = (Kind.SLOTS, Kind.MEETUP)
ACT_KINDS = (Kind.BOOKING, Kind.ALLOTMENT)

Name = tuple[ShortId, KeyId]
"""By what bookings and allotments name a thing: its root, and what begins its author."""


@dataclass(frozen=True, slots=True)
class Sold:
    """A thing that is sold, or to which people come, in its newest version."""

    thing: SignedObject
    root: ShortId
    author: Identity
    timetable: Timetable
    place: ShortId | None

    @property
    def name(self) -> Name:
        """By what acts name it."""
        return self.root, name_of_author(self.author.fingerprint)


def name_of_author(author: Fingerprint) -> KeyId:
    """Return by what acts name the author of a thing."""
    return KeyId(author[:KEY_ID_BYTES])


def sold_of(rules: NeighbourhoodRules, thing: SignedObject) -> Sold | None:
    """Return what a held object sells; None where what vouches for its author is not here."""
    author = rules.author_of(thing)
    if author is None:
        return None
    head: SlotsFields | MeetupFields
    read = read_slots_head if thing.kind == Kind.SLOTS else read_meetup_head
    head, _ = read(thing.body)
    return Sold(thing, root_of(thing), author, head.timetable, head.place)


def is_rightful(rules: NeighbourhoodRules, sold: Sold) -> bool:
    """Return whether its author may open it where it is; a place that is not here has no author."""
    places = [] if sold.place is None else list(named(rules, Kind.PLACE, sold.place))
    authors = {None if who is None else who.fingerprint for who in map(rules.author_of, places)}
    # A place's author is whoever made its first version; an impostor's version is another place.
    return any(may_open(rules, sold.author, sold.place, one) for one in authors or {None})


class Books:
    """All ledgers, each made when it is asked for."""

    def __init__(self, rules: NeighbourhoodRules) -> None:
        self._rules = rules
        self._revision = -1
        self._acts: dict[ObjectId, tuple[Name, SignedObject, Act]] = {}
        """What acts say, but for who signed them."""
        self._by_name: dict[Name, list[tuple[SignedObject, Act]]] = {}

    def things(self, root: ShortId | None = None) -> Iterator[Sold]:
        """Yield what is sold, each author's newest version; of one root, or everything."""
        versions: dict[tuple[int, ShortId, Fingerprint], list[SignedObject]] = {}
        for thing in self._candidates(root):
            author = self._rules.author_of(thing)
            if author is not None:
                key = thing.kind, root_of(thing), author.fingerprint
                versions.setdefault(key, []).append(thing)
        for same in versions.values():
            sold = sold_of(self._rules, current(same))
            if sold is not None:
                yield sold

    def ledger(self, sold: Sold, more: Iterable[SignedObject] = ()) -> Ledger:
        """Return the ledger of a thing; `more` are acts that are known and perhaps not held."""
        acts = {one.id: one for one in self._acts_of(sold)}
        for thing in more:
            if thing.id not in acts:
                acts |= {one.id: one for one in self._counting(sold, [self._read(thing)])}
        return evaluate(
            sold.timetable, acts.values(), self._asks_of(sold), is_revoked=self.is_revoked
        )

    def is_revoked(self, node: Fingerprint) -> bool:
        """Return whether a node has been revoked."""
        identity = self._rules.standing.identities.get(node)
        return identity is not None and identity.is_revoked

    def asked_about(self, claim: SignedObject) -> ShortId | None:
        """Return the root that a claim is about, whichever step it is; None: not known here."""
        head, _ = read_claim_head(claim.body, claim.parent)
        if head.step is Step.ASK:
            return claim.parent
        ask = self._ask_meant(claim.parent, head.mark)
        return None if ask is None else ask.parent

    def named_by(self, thing: SignedObject) -> Name:
        """Return the thing that an act is about."""
        return self._read(thing)[0]

    def _ask_meant(self, short_id: ShortId | None, mark: bytes | None) -> SignedObject | None:
        for one in self._rules.register.targets(short_id).values():
            if one.kind == Kind.CLAIM and mark_of(one.id) == mark:
                return one
        return None

    def _candidates(self, root: ShortId | None) -> Iterator[SignedObject]:
        for kind in SOLD_KINDS:
            if root is None:
                yield from self._rules.register.of_kind(kind)
            else:
                yield from named(self._rules, kind, root)

    def _acts_of(self, sold: Sold) -> Iterator[Act]:
        self._look()
        return self._counting(
            sold, [(sold.name, *each) for each in self._by_name.get(sold.name, ())]
        )

    def _counting(
        self, sold: Sold, acts: Iterable[tuple[Name, SignedObject, Act]]
    ) -> Iterator[Act]:
        """Yield those that last as long as it does, by the nodes that signed them with their key.

        Ownership must not evaporate while somebody can still sell.
        """
        for name, thing, act in acts:
            by = self._rules.author_of(thing)
            is_own_key = by is not None and thing.author == by.fingerprint[:KEY_ID_BYTES]
            if by is None or not is_own_key or name != sold.name:
                continue
            if thing.expires_min >= sold.timetable.closes_min:
                yield Act(
                    id=act.id,
                    by=by.fingerprint,
                    sequence=act.sequence,
                    created_min=act.created_min,
                    lots=act.lots,
                    claim=act.claim,
                    to=act.to,
                    ends_min=act.ends_min,
                )

    def _look(self) -> None:
        """Learn of acts that joined, and forget those that left."""
        revision = self._rules.register.revision(*ACT_KINDS)
        if revision == self._revision:
            return
        self._revision = revision
        held = [one for kind in ACT_KINDS for one in self._rules.register.of_kind(kind)]
        self._acts = {one.id: self._acts.get(one.id) or self._read(one) for one in held}
        self._by_name = {}
        for name, thing, act in self._acts.values():
            self._by_name.setdefault(name, []).append((thing, act))

    def _read(self, thing: SignedObject) -> tuple[Name, SignedObject, Act]:
        return self._acts.get(thing.id) or read_act(thing)

    def _asks_of(self, sold: Sold) -> Iterator[Ask]:
        for claim in self._rules.register.children(sold.root, Kind.CLAIM):
            head, _ = read_claim_head(claim.body, claim.parent)
            by = self._rules.author_of(claim)
            if head.step is Step.ASK and by is not None:
                yield Ask(
                    id=claim.id,
                    by=by.fingerprint,
                    created_min=claim.created_min,
                    slots=head.slots or SlotRange(0),
                    units=head.quantity or 1,
                    said=tuple(sorted(self._said(sold, claim, by), key=lambda one: one.order)),
                )

    def _said(self, sold: Sold, ask: SignedObject, claimant: Identity) -> Iterator[Saying]:
        """Yield the later steps about an ask, by those who may take them."""
        mark = mark_of(ask.id)
        for one in self._rules.register.children(ask.short_id, Kind.CLAIM):
            head, _ = read_claim_head(one.body, one.parent)
            by = self._rules.author_of(one)
            if head.step is Step.ASK or head.mark != mark or by is None:
                continue
            as_what = stands(
                self._rules,
                by,
                author=sold.author.fingerprint,
                place=sold.place,
                claimant=claimant.fingerprint,
            )
            if as_what & STEPS.get(head.step, frozenset()):
                order = one.created_min, one.sequence, one.id
                yield Saying(head.step, one.created_min, order)


def read_act(thing: SignedObject) -> tuple[Name, SignedObject, Act]:
    """Return what an accepted booking or allotment says, as if nobody had signed it."""
    nobody = Fingerprint(b"")
    if thing.kind == Kind.BOOKING:
        booking = decode_booking(thing.codec, thing.body, thing.parent)
        claim = (thing.parent or b"") + booking.mark
        act = Act(
            id=thing.id,
            by=nobody,
            sequence=thing.sequence,
            created_min=thing.created_min,
            lots=booking.lots,
            claim=claim,
            ends_min=booking.lease_min,
        )
        return (booking.root, booking.author), thing, act
    allotment = decode_allotment(thing.codec, thing.body, thing.parent)
    act = Act(
        id=thing.id,
        by=nobody,
        sequence=thing.sequence,
        created_min=thing.created_min,
        lots=allotment.lots,
        to=allotment.to,
        ends_min=allotment.until_min,
    )
    return (thing.parent or ShortId(b""), allotment.author), thing, act
