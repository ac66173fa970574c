"""Print what private messages cost: microseconds on this machine, bytes of whole objects.

    python bench/sealing.py           tables
    python bench/sealing.py --json    the same figures for programs

A device looks at every sealed object that comes, with its five keys; only what is for it is tried
with all 200 devices it knows as senders, of which the last one is right. Sizes are those of a text
of 120 German characters in objects of a node that has made some hundred before.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from statistics import median
from time import perf_counter_ns
from typing import Final

from bars import Bar, document, print_bars, print_json

from meshnode.board.mail.circle import CircleId, CirclePolicy, EpochFields, Member, member_id
from meshnode.board.mail.epoch import AHEAD_MAX, EpochKeys, epoch_keys, open_circle, seal_circle
from meshnode.board.mail.message import Text, encode_circle_payload, encode_payload
from meshnode.board.mail.prekey import PrekeyFields, encode_prekey
from meshnode.board.mail.sealed import open_, recognise, seal
from meshnode.protocol.agreement import AgreementKey, agreement_key_of, agreement_public
from meshnode.protocol.keys import CommunityId, SigningKey, verify
from meshnode.protocol.object import compose

CONTACTS: Final = 200
OWN_KEYS: Final = 5
MEMBERS: Final = 30
TEXT: Final = (
    "Kannst du bitte heute Abend nach meiner Mutter sehen? Sie wohnt im dritten Stock und hat "
    "seit gestern kein Wasser. Danke"
)
_COMMUNITY: Final = CommunityId(bytes(16))
_REPEATS: Final = 21


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a device does, and its median time."""

    what: str
    microseconds: float


def key_of(purpose: str, number: int) -> bytes:
    """Return 32 bytes that are the same in every run."""
    return sha256(f"{purpose} {number}".encode()).digest()


DEVICES: Final = [SigningKey(key_of("device", number)) for number in range(CONTACTS)]
OWN: Final = [AgreementKey(key_of("own", number)) for number in range(OWN_KEYS)]
PREKEYS: Final = [AgreementKey(key_of("prekey", number)) for number in range(MEMBERS)]


def rows() -> list[Row]:
    """Return the times."""
    sender, payload = agreement_key_of(DEVICES[-1]), encode_payload(Text(TEXT), number=1)
    to_one, to_many = sealed_to(OWN[-1:]), sealed_to([*PREKEYS[:-1], OWN[-1]])
    known = [device.public for device in DEVICES]
    found = recognise(to_one, OWN)
    keys = circle()
    first, _ = written(keys)
    ahead, far = keys, first
    for _ in range(AHEAD_MAX + 1):
        far, ahead = written(ahead)

    def convert_and_open() -> None:
        agreement_public.cache_clear()
        open_(to_one, found, senders=known, community=_COMMUNITY)

    return [
        Row("seal to one device", timed(lambda: sealed_to(OWN[-1:], payload, sender))),
        Row(f"seal to {MEMBERS} devices", timed(lambda: sealed_to(PREKEYS, payload, sender))),
        Row(f"look at a message for one, {OWN_KEYS} keys", timed(lambda: recognise(to_one, OWN))),
        Row(
            f"look at a message for {MEMBERS}, {OWN_KEYS} keys",
            timed(lambda: recognise(to_many, OWN)),
        ),
        Row(
            f"open one, {CONTACTS} devices known",
            timed(lambda: open_(to_one, found, senders=known, community=_COMMUNITY)),
        ),
        Row(f"open the first one, {CONTACTS} devices known", timed(convert_and_open)),
        Row("write in a circle", timed(lambda: written(keys))),
        Row("read in a circle", timed(lambda: read(first, keys))),
        Row(f"read in a circle, {AHEAD_MAX} before it lost", timed(lambda: read(far, keys))),
    ]


def bars() -> list[Bar]:
    """Return whole objects' bytes beside what they may take."""
    body, _ = written(circle())
    prekey = encode_prekey(PrekeyFields(0, OWN[0].public))
    return [
        Bar("a text of 120 characters to one device", whole_bytes(12, sealed_to(OWN[:1])), 180),
        Bar("the same in a circle", whole_bytes(12, body), 200),
        Bar("a prekey", whole_bytes(11, prekey), 110),
    ]


def sealed_to(
    recipients: list[AgreementKey],
    payload: bytes | None = None,
    sender: AgreementKey | None = None,
) -> bytes:
    """Return a body sealed to these keys."""
    return seal(
        payload or encode_payload(Text(TEXT), number=1),
        sender=sender or agreement_key_of(DEVICES[-1]),
        recipients=[key.public for key in recipients],
        ephemeral_secret=key_of("ephemeral", len(recipients)),
        community=_COMMUNITY,
    )


def circle() -> EpochKeys:
    """Return the keys of a full circle."""
    members = (Member(n, member_id(device.public)) for n, device in enumerate(DEVICES[:MEMBERS]))
    fields = EpochFields(
        circle=CircleId(bytes(4)),
        number=0,
        policy=CirclePolicy(is_open=False, has_history=False),
        name="Hof",
        members=tuple(members),
        secret=bytes(16),
    )
    return epoch_keys(fields, founder=DEVICES[0].public, community=_COMMUNITY)


_CIRCLE_PAYLOAD: Final = encode_circle_payload(Text(TEXT))


def written(keys: EpochKeys) -> tuple[bytes, EpochKeys]:
    """Return a message of the second member."""
    return seal_circle(_CIRCLE_PAYLOAD, keys=keys, place=1, signer=DEVICES[1])


def read(body: bytes, keys: EpochKeys) -> None:
    """Open a message of the second member, whose signature was not seen before."""
    verify.cache_clear()
    open_circle(body, keys=keys, sender=DEVICES[1].public)


def whole_bytes(kind: int, body: bytes) -> int:
    """Return how long an object with this body is."""
    made = compose(
        key=DEVICES[0],
        community=_COMMUNITY,
        kind=kind,
        body=body,
        sequence=500,
        created_min=1_052_700,
        lifetime_code=8,
    )
    return len(made.encoded)


def timed(do: Callable[[], object]) -> float:
    """Return the median of some runs in microseconds."""
    times_ns = []
    for _ in range(_REPEATS):
        began_ns = perf_counter_ns()
        do()
        times_ns.append(perf_counter_ns() - began_ns)
    return median(times_ns) / 1000


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    measured, limits = rows(), bars()
    if parser.parse_args().json:
        print_json(document(measured, limits))
        return
    for row in measured:
        print(f"{row.what:48} {row.microseconds:9.0f} µs")
    print()
    print_bars(limits)


if __name__ == "__main__":
    main()
