"""Calls for help and modes in a small community: who calls, who coordinates, and what they sign."""

from collections.abc import Iterable
from typing import Final

from meshnode.board.calls.board import Call, calls
from meshnode.board.calls.checkin import (
    CheckInFields,
    CheckInHead,
    Need,
    State,
    encode_checkin,
)
from meshnode.board.calls.triage import Act, TriageFields, TriageHead, encode_triage
from meshnode.board.modes.mode import Mode, ModeFields, ModeHead, encode_mode
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.role import Role
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from meshnode.protocol.ports import Accepted
from tests.community import (
    ANNA,
    BERT,
    CEM,
    HERE,
    MINUTE,
    certificate,
    made,
    role,
    rules,
    signing_key,
)

DAY: Final = 1440
EVA: Final = signing_key("eva, coordinator")
MO: Final = signing_key("mo, coordinator")
PERSON: Final = IdentityClass.PERSON
NAMES: Final = {ANNA: "Anna", BERT: "Bert", CEM: "Cem", EVA: "Eva", MO: "Mo"}
COORDINATORS: Final = (EVA, MO)


def ground() -> list[SignedObject]:
    """Anna, Bert and Cem live here; Eva and Mo coordinate, and so does the node."""
    return [
        *(
            certificate(key, name=name, identity_class=PERSON, sequence=at)
            for at, (key, name) in enumerate(NAMES.items(), start=1)
        ),
        certificate(HERE, sequence=20),
        *(role(key, Role.COORDINATOR, sequence=30 + at) for at, key in enumerate(COORDINATORS)),
        role(HERE, Role.COORDINATOR, sequence=40),
    ]


def folk(*more: SignedObject) -> NeighbourhoodRules:
    """The rules of a node that knows them, and took what else there is."""
    policy = rules()
    hold(policy, (*ground(), *more))
    return policy


def hold(
    policy: NeighbourhoodRules, things: Iterable[SignedObject]
) -> dict[ObjectId, SignedObject]:
    """Do as the ingress does; return what of these is held in the end."""
    held: dict[ObjectId, SignedObject] = {}
    for thing in things:
        verdict = policy.judge(thing)
        if isinstance(verdict, Accepted):
            for one in verdict.replaces:
                policy.forget(held.pop(one))
            held[thing.id] = thing
            policy.learn(thing)
    return held


def checkin(
    key: SigningKey,
    state: State = State.HELP,
    *,
    of: SignedObject | None = None,
    since_min: int | None = None,
    where: str = "",
    on_behalf_of: str = "",
    text: str = "",
    sequence: int = 100,
    minute: int = MINUTE,
    minutes: int = 2 * DAY,
) -> SignedObject:
    head = CheckInHead(state, since_min=since_min)
    codec, body = encode_checkin(CheckInFields(head, where, on_behalf_of, text))
    parent = None if of is None else of.short_id
    return made(
        key,
        Kind.CHECKIN,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=minutes,
        parent=parent,
    )


def act(
    key: SigningKey,
    call: SignedObject,
    what: Act,
    *,
    person: SigningKey | None = None,
    of: SignedObject | None = None,
    sequence: int = 200,
    minute: int = MINUTE + 1,
    minutes: int = 30 * DAY,
    note: str = "",
) -> SignedObject:
    head = TriageHead(
        what,
        None if person is None else fingerprint(person.public),
        None if of is None else of.short_id,
    )
    codec, body = encode_triage(TriageFields(head, note))
    parent = call.parent or call.short_id
    return made(
        key,
        Kind.TRIAGE,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=minutes,
        parent=parent,
    )


def proposal(
    key: SigningKey,
    mode: Mode = Mode.OUTAGE,
    *,
    is_drill: bool = False,
    reason: str = "",
    sequence: int = 300,
    minute: int = MINUTE,
    minutes: int = 720,
) -> SignedObject:
    codec, body = encode_mode(ModeFields(ModeHead(mode, is_drill), reason))
    return made(
        key, Kind.MODE, body, codec=codec, sequence=sequence, minute=minute, minutes=minutes
    )


def confirmation(
    key: SigningKey,
    of: SignedObject,
    mode: Mode = Mode.OUTAGE,
    *,
    is_drill: bool = False,
    sequence: int = 400,
    minute: int = MINUTE + 1,
    minutes: int = 720,
) -> SignedObject:
    codec, body = encode_mode(ModeFields(ModeHead(mode, is_drill, of.id)))
    return made(
        key,
        Kind.MODE,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=minutes,
        parent=ShortId(of.short_id),
    )


def triage_board(policy: NeighbourhoodRules, minute: int = MINUTE + 60) -> list[Call]:
    return calls(policy, minute=minute)


def needs(*some: Need) -> Need:
    found = Need(0)
    for one in some:
        found |= one
    return found
