"""Versions of a thing: updates, withdrawals, erasures and time, in any order, on any node.

An author with two devices, a moderator, and somebody else who claims the same root. Whatever comes
first: nodes that told each other everything show the same, and nothing old ever comes back.
"""

from dataclasses import dataclass
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.role import Role
from meshnode.board.versions import root_of, thing_id, version_order
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from tests.acts import Node, gossip
from tests.community import (
    ANNA,
    BERT,
    CHARTER,
    COMMUNITY,
    MINUTE,
    bulletin_body,
    certificate,
    made,
    role,
    signing_key,
    withdrawal,
)
from tests.everykind import device

PHONE, TABLET, MODERATOR = map(signing_key, ("a phone", "a tablet", "a moderator"))
SIGNERS = (PHONE, TABLET, BERT)
"""Two devices of Anna's, and Bert, who writes her root on what is his."""
LIFETIMES = (60, 180, 360, 1440)
HOUR_MS = 3_600_000
PERSON = IdentityClass.PERSON


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is signed, or an hour that passes."""

    verb: str
    signer: int
    target: int
    minute: int
    lifetime: int


STEPS = st.builds(
    Step,
    verb=st.sampled_from(("update", "update", "withdraw", "erase", "erase all")),
    signer=st.integers(0, 2),
    target=st.integers(0, 5),
    minute=st.integers(0, 3),
    lifetime=st.integers(0, 3),
)


@cache
def ground() -> tuple[SignedObject, ...]:
    return (
        *(certificate(key, sequence=key.id[0], identity_class=PERSON) for key in (ANNA, BERT)),
        certificate(MODERATOR, sequence=300, identity_class=PERSON),
        role(MODERATOR, Role.MODERATOR, sequence=301),
        device(ANNA, PHONE, sequence=1),
        device(ANNA, TABLET, sequence=2),
    )


@cache
def said(signer: int, sequence: int, minute: int, minutes: int, root: ShortId | None):
    codec, body = bulletin_body("Wasser gibt es am Nordmarkt.", Severity.INFO)
    return made(
        SIGNERS[signer],
        Kind.BULLETIN,
        body,
        codec=codec,
        sequence=sequence,
        minute=MINUTE + minute,
        minutes=minutes,
        parent=root,
    )


def first() -> SignedObject:
    return said(0, 1, 0, 180, None)


def things_of(steps: list[Step]) -> list[SignedObject]:
    """Return the first version and whatever the steps sign, in the order in which it was signed."""
    things = [first()]
    for number, step in enumerate(steps, start=2):
        versions = [one for one in things if one.kind == Kind.BULLETIN]
        target, minutes = versions[step.target % len(versions)], LIFETIMES[step.lifetime]
        when = {"sequence": number, "minute": MINUTE + step.minute, "minutes": minutes}
        match step.verb:
            case "update":
                thing = said(step.signer, number, step.minute, minutes, first().short_id)
            case "withdraw":
                thing = withdrawal(SIGNERS[step.signer], target, **when)
            case "erase":
                thing = erasure(target.id, **when)
            case _:
                owner = (ANNA, BERT)[step.signer % 2]
                whole = thing_id(first().short_id, fingerprint(owner.public))
                thing = erasure(whole, **when)
        things.append(thing)
    return things


def erasure(target: ObjectId, **when: int) -> SignedObject:
    codec, body = encode_notice(NoticeFields(Act.ERASE, Reason.PRIVATE, target))
    parent = ShortId(target[:4])
    return made(MODERATOR, Kind.NOTICE, body, codec=codec, parent=parent, **when)


def started() -> Node:
    node = Node(COMMUNITY, CHARTER)
    node.offer(ground())
    assert len(node.held) == len(ground())
    return node


def newest(node: Node, signers: tuple[int, ...]) -> SignedObject | None:
    """Return the one version that a node holds of an author; never are there two."""
    keys = {SIGNERS[one].id for one in signers}
    held = [
        one.object
        for one in node.engine.held.values()
        if one.object.kind == Kind.BULLETIN and one.object.author in keys
    ]
    assert len(held) <= 1
    assert all(root_of(one) == first().short_id for one in held)
    return held[0] if held else None


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=7), st.data())
def test_nodes_that_heard_it_in_any_order_come_to_hold_the_same(steps, data):
    things = things_of(steps)
    nodes = [started(), started(), started()]
    nodes[0].offer(things)
    nodes[1].offer(data.draw(st.permutations(things)))
    # The third was away, and heard a part of it only.
    nodes[2].offer(data.draw(st.permutations(things))[: data.draw(st.integers(0, len(things)))])
    gossip(nodes)
    assert nodes[0].held == nodes[1].held == nodes[2].held


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=7), st.data())
def test_nothing_old_comes_back_however_often_it_is_offered(steps, data):
    things = things_of(steps)
    node = started()
    seen = {(0, 1): [], (2,): []}
    for round_number in range(3):
        for thing in data.draw(st.permutations(things)):
            node.offer([thing])
            for author, orders in seen.items():
                shown = newest(node, author)
                if shown is not None:
                    order = version_order(shown)
                    assert not orders or order >= orders[-1], "an older version came back"
                    orders.append(order)
                elif orders:
                    # It was taken back or is over: only something newer may stand in its place.
                    orders[-1] = max(orders)
        if round_number:
            node.start()
        node.wait(data.draw(st.integers(0, 4)) * HOUR_MS)


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=5), st.data())
def test_whoever_withdraws_the_thing_takes_back_what_ends_no_later(steps, data):
    things = things_of(steps)
    withdrawn = withdrawal(TABLET, first(), sequence=99, minutes=360)
    node = started()
    node.offer(data.draw(st.permutations([*things, withdrawn])))
    node.offer(things)
    left = newest(node, (0, 1))
    assert left is None or left.expires_min > withdrawn.expires_min


def test_what_an_erased_first_version_had_outlived_comes_to_all_or_to_none() -> None:
    early = said(0, 2, 0, 60, first().short_id)
    erased = erasure(first().id, sequence=9, minute=MINUTE, minutes=180)
    nodes = [started(), started()]
    nodes[0].offer([erased, first(), early])
    nodes[1].offer([early, first(), erased])
    gossip(nodes)
    assert nodes[0].held == nodes[1].held
