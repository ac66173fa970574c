"""A mailbox that hears what a certified neighbour, a stranger and the air say to it.

Invariant: whatever comes, the device goes on, and what it remembers reads back from its vault.
"""

import json
from copy import deepcopy
from functools import cache
from typing import Any

from meshnode.board.mail.circle import (
    CircleId,
    CirclePolicy,
    EpochFields,
    Member,
    MemberId,
    member_id,
)
from meshnode.board.mail.epoch import EpochKeys, epoch_keys, seal_circle
from meshnode.board.mail.message import Text, decode_payload, encode_payload
from meshnode.board.mail.sealed import seal
from meshnode.person import founding
from meshnode.person.records import Mail
from meshnode.person.stored import from_document, to_document
from meshnode.protocol import text as texts
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.limits import BODY_BYTES_MAX
from tests.community import COMMUNITY
from tests.fuzz.harness import Cuts, require
from tests.post import Person, Town

LETTER, IN_CIRCLE, BY_STRANGER, RAW, LATER, WRITE, TO_BOTH = range(7)
_STEPS_MAX = 6
_DAY_MINUTES = 1440
_MODELLED_BYTES_MAX = 64
OPEN = CirclePolicy(is_open=True, has_history=True)


@cache
def _town() -> Town:
    """Return two who know each other, of whom Bert has a circle, and one whom nobody knows."""
    town = Town()
    anna, bert, _ = (town.person(name) for name in ("anna", "bert", "stranger"))
    town.uncertified.add("stranger")
    founding.found(bert.box, "Runde", OPEN, is_listed=True)
    for one in (anna, bert):
        one.sync()
    return town


def circle_id() -> CircleId:
    """Return the id of Bert's circle, which a request has to name."""
    return next(iter(_town().people["bert"][0].box.mail.founded.values())).id


def epoch(number: int, *, with_bert: bool = True) -> EpochFields:
    """Return an epoch of a circle of Anna's."""
    town = _town()
    ids = [member_id(town.people[name][0].device) for name in ("anna", "bert")]
    members = [Member(0, ids[0]), Member(1, ids[1] if with_bert else MemberId(bytes(8)))]
    earlier = tuple(bytes([one]) * 16 for one in range(min(number, 3)))
    return EpochFields(
        CircleId(b"anna"), number, OPEN, "Garten", tuple(members), b"s" * 16, earlier
    )


def mail_document() -> Any:
    """Return what Bert's vault holds of messages after Anna wrote and he answered."""
    hearing = _Hearing()
    hearing.say(encode_payload(Text("Hallo"), number=1), hearing.anna)
    hearing.say(encode_payload(epoch(2), number=2), hearing.anna)
    hearing.bert.sync()
    hearing.bert.send(hearing.anna, "Ja")
    hearing.bert.sync()
    return to_document(hearing.bert.box.mail)


class _Hearing:
    """Anna, who says anything, and Bert, who listens."""

    def __init__(self) -> None:
        self.town = deepcopy(_town())
        self.anna, self.bert, self.stranger = (
            self.town.people[name][0] for name in ("anna", "bert", "stranger")
        )
        self.keys: EpochKeys | None = None

    def say(self, payload: bytes, sender: Person, *, to_both: bool = False) -> None:
        keys = [self.bert.box.own_keys[-1].public]
        if to_both:
            keys.append(sender.box.agreement.public)
        body = seal(
            payload[:1000] or b"\0",
            sender=sender.box.agreement,
            recipients=keys,
            ephemeral_secret=self.town.dice.randbytes(32),
            community=COMMUNITY,
        )
        self.bert.carry(body, 7 * _DAY_MINUTES)
        if sender is self.anna:
            self._learn(payload)

    def say_in_circle(self, payload: bytes) -> None:
        place = next(
            (
                one.place
                for one in (self.keys.chains if self.keys else ())
                if one.member == member_id(self.anna.device)
            ),
            None,
        )
        if self.keys is not None and place is not None:
            body, self.keys = seal_circle(
                payload[:1000] or b"\0", keys=self.keys, place=place, signer=self.anna.box.signer
            )
            self.bert.carry(body, 7 * _DAY_MINUTES)

    def _learn(self, payload: bytes) -> None:
        try:
            _, content = decode_payload(payload)
        except PeerError:
            return
        if isinstance(content, EpochFields):
            self.keys = epoch_keys(content, founder=self.anna.device, community=COMMUNITY)


def hear(cuts: Cuts) -> bool:
    """Each step: a byte for what happens, then what is said; Bert looks after each."""
    hearing = _Hearing()
    before = len(hearing.bert.box.mail.received)
    for _ in range(_STEPS_MAX):
        if not cuts.remaining:
            break
        _step(hearing, cuts.byte() % 7, cuts)
        hearing.bert.sync()
        mail = hearing.bert.box.mail
        stored = json.loads(json.dumps(to_document(mail)))
        require(from_document(Mail, stored) == mail, "what a device remembers reads back other")
    return len(hearing.bert.box.mail.received) > before


def _step(hearing: _Hearing, what: int, cuts: Cuts) -> None:
    match what:
        case 4:
            hearing.town.wait(1 + cuts.byte() * 200)
        case 5:
            try:
                hearing.bert.send(hearing.anna, "Hallo")
            except LimitError:
                return
        case 3:
            hearing.bert.carry(cuts.block() or b"\1", _DAY_MINUTES)
        case _:
            payload = padded(cuts.block())
            codec = payload[0] >> 1 & 0x07
            if codec in texts.MODELS and len(payload) > _MODELLED_BYTES_MAX:
                return
            if what == IN_CIRCLE:
                hearing.say_in_circle(payload)
            else:
                sender = hearing.stranger if what == BY_STRANGER else hearing.anna
                hearing.say(payload, sender, to_both=what == TO_BOTH)


def padded(content: bytes) -> bytes:
    """Return a payload with the padding that it has to have."""
    marked = content[: BODY_BYTES_MAX // 4] + b"\x80"
    return marked + bytes((5 - len(marked)) % 16)
