"""Which neighbours hold an object: what they said, and nothing else."""

from collections.abc import Sequence

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.protocol.effects import Decode
from meshnode.protocol.events import FrameReceived, LinkDown, LinkUp, Submitted, TransmitDone
from meshnode.protocol.frames import (
    Beacon,
    Hello,
    Objects,
    Ranges,
    Scope,
    StreamFrame,
    Total,
    encode_stream,
)
from meshnode.protocol.holdings import LACKING_MAX, SINGLES_MAX, Holding, Peer, State
from meshnode.protocol.idset import IdSet
from meshnode.protocol.inventory import HOUR_MINUTES, Held, Inventory
from meshnode.protocol.keys import PublicKey
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.neighbours import NEIGHBOURS_MAX, Neighbours
from meshnode.protocol.object import SignedObject
from meshnode.protocol.priority import Priority
from meshnode.protocol.ranges import open_session
from meshnode.protocol.rangewire import digest
from meshnode.protocol.stream import TOTAL_MS
from meshnode.protocol.whereabouts import PEERS_MAX, Holder, meet
from tests.unit.protocol.engines import (
    FRIEND,
    MINUTE,
    OWN,
    RADIO,
    Talk,
    bulletin,
    certificate,
    role,
    sent,
    withdrawal,
)

HOUR = MINUTE // HOUR_MINUTES
VOUCHING = [certificate(OWN), role(OWN), certificate(FRIEND)]
POSTS = [bulletin(OWN, f"Wasser {number}", sequence=10 + number) for number in range(6)]
ALERT = bulletin(OWN, "Rauch", severity=Severity.SEVERE, sequence=50)
WIRE = "wire"


def inventory(things: Sequence[SignedObject]) -> Inventory:
    made = Inventory()
    for thing in things:
        made.add(thing, Priority.URGENT if thing.id == ALERT.id else Priority.ORDINARY)
    return made


def beacon(
    things: Sequence[SignedObject],
    *,
    syndromes: int = 8,
    hour: int = HOUR,
    scope: Scope = Scope.ALL,
    depth: int = 0,
) -> Beacon:
    """Return what somebody says who holds these."""
    theirs = inventory(things)
    if scope is Scope.URGENT:
        said = theirs.urgent_digest(hour, syndromes)
    elif depth:
        said = theirs.bucket_digest(hour, depth=depth, bucket=0, syndrome_count=syndromes)
    else:
        said = theirs.digest(hour, syndromes)
    return Beacon(hour, depth, 0, said.count, said.check, (), said.syndromes, scope=scope)


def begun(*things: SignedObject) -> Talk:
    talk = Talk()
    talk.begin()
    for thing in things:
        assert talk.give(Submitted(thing))
    talk.now_ms += 1_000
    return talk


def holder(talk: Talk, thing: SignedObject) -> Holder:
    (one,) = talk.engine.holders(thing.id)
    return one


def states(talk: Talk, things: Sequence[SignedObject]) -> list[str]:
    return [holder(talk, thing).state.value for thing in things]


def test_of_what_nobody_said_nothing_is_known():
    talk = begun(POSTS[0])
    assert holder(talk, POSTS[0]) == Holder(FRIEND.id[:2], RADIO, State.UNKNOWN, None, 0)
    assert talk.engine.holders(POSTS[1].id) == []


def test_what_we_transmit_is_not_evidence_that_anybody_has_it():
    talk = begun(POSTS[0])
    effects = []
    for token in range(1, 20):
        effects += talk.give(TransmitDone(RADIO, token, Outcome.SENT)) + talk.wait(10_000)
    assert any(POSTS[0].encoded in one.frame for one in sent(effects))
    assert states(talk, POSTS[:1]) == ["unknown"]


def test_an_equal_beacon_says_that_its_sender_has_all_of_it():
    talk = begun(*POSTS[:3])
    talk.hear(beacon([*VOUCHING, *POSTS[:3]], syndromes=1))
    assert holder(talk, POSTS[0]) == Holder(FRIEND.id[:2], RADIO, State.HOLDS, 1_000, 1_000)
    talk.give(Submitted(POSTS[3]))
    assert states(talk, POSTS[:4]) == ["holds", "holds", "holds", "unknown"]


def test_a_decoded_difference_names_what_its_sender_lacks():
    talk = begun(*POSTS[:3])
    talk.hear(beacon([*VOUCHING, POSTS[0], POSTS[2], POSTS[5]]))
    assert states(talk, POSTS[:3]) == ["holds", "lacks", "holds"]


def test_a_short_beacon_of_who_lacks_only_what_is_new_is_understood():
    talk = begun(*POSTS[:5])
    talk.hear(beacon([*VOUCHING, *POSTS[:2]], syndromes=1))
    assert states(talk, POSTS[:5]) == ["holds", "holds", "lacks", "lacks", "lacks"]


def test_a_lone_syndrome_that_explains_itself_proves_nothing():
    # It lacks one of ours and has two others: one syndrome, and a count that fits one of theirs.
    talk = begun(*POSTS[:3])
    talk.hear(beacon([*VOUCHING, *POSTS[:3]]))
    talk.hear(beacon([*VOUCHING, *POSTS[:2], POSTS[4], POSTS[5]], syndromes=1))
    assert states(talk, POSTS[:3]) == ["unknown"] * 3


def test_what_is_heard_from_a_neighbour_it_has():
    talk = begun()
    post = bulletin(FRIEND, "Suppe")
    talk.hear(Objects((post.encoded,)))
    assert holder(talk, post).state is State.HOLDS
    talk.hear(beacon(VOUCHING))
    assert holder(talk, post).state is State.LACKS
    talk.hear(Objects((post.encoded,)))
    assert holder(talk, post).state is State.HOLDS


@pytest.mark.parametrize("syndromes", [1, 8, 40])
def test_who_came_back_empty_is_not_said_to_have_what_it_had(syndromes):
    talk = begun(*POSTS)
    talk.hear(beacon([*VOUCHING, *POSTS]))
    assert states(talk, POSTS) == ["holds"] * 6
    talk.hear(beacon([certificate(FRIEND, name="other")], syndromes=syndromes))
    assert "holds" not in states(talk, POSTS)
    talk.hear(beacon([], syndromes=1))
    assert states(talk, POSTS) == ["lacks"] * 6


def test_while_a_difference_is_being_decoded_nothing_is_claimed():
    talk = begun(*POSTS)
    talk.hear(beacon([*VOUCHING, *POSTS]))
    frame = talk.friend.seal(77, beacon([*VOUCHING, *POSTS[1:]], syndromes=20))
    effects = talk.engine.handle(FrameReceived(RADIO, frame, 5.0), talk.now_ms)
    assert [type(one) for one in effects if isinstance(one, Decode)] == [Decode]
    assert states(talk, POSTS) == ["unknown"] * 6


def test_a_beacon_of_a_clock_that_nobody_understands_ends_what_was_known():
    talk = begun(POSTS[0])
    talk.hear(beacon([*VOUCHING, POSTS[0]]))
    talk.hear(beacon(VOUCHING, hour=HOUR - 100))
    assert states(talk, POSTS[:1]) == ["unknown"]


def test_a_later_cutoff_says_nothing_of_what_is_over_before_it():
    short = bulletin(OWN, "bald vorbei", minutes=60, sequence=40)
    talk = begun(short, POSTS[0])
    talk.hear(beacon([*VOUCHING, POSTS[0]], hour=HOUR + 2))
    assert states(talk, [short, POSTS[0]]) == ["unknown", "holds"]


def test_a_beacon_about_the_urgent_speaks_of_nothing_else():
    talk = begun(POSTS[0], ALERT)
    talk.hear(beacon([ALERT], scope=Scope.URGENT))
    assert states(talk, [POSTS[0], ALERT]) == ["unknown", "holds"]
    talk.hear(beacon([], scope=Scope.URGENT))
    assert states(talk, [POSTS[0], ALERT]) == ["unknown", "lacks"]


def test_one_loss_puts_all_that_was_known_in_doubt():
    talk = begun(POSTS[0], ALERT)
    talk.hear(beacon([*VOUCHING, POSTS[0], ALERT]))
    assert states(talk, [POSTS[0], ALERT]) == ["holds", "holds"]
    talk.hear(beacon([], scope=Scope.URGENT))
    assert states(talk, [POSTS[0], ALERT]) == ["unknown", "lacks"]


def test_a_beacon_about_a_part_that_differs_leaves_nothing_claimed_but_what_it_names():
    talk = begun(*POSTS)
    talk.hear(beacon([*VOUCHING, *POSTS]))
    talk.hear(beacon([], depth=1))
    found = states(talk, POSTS)
    assert set(found) == {"unknown", "lacks"}


def test_of_what_left_the_set_nothing_is_claimed_and_nothing_when_it_returns():
    talk = begun(POSTS[0])
    talk.hear(beacon([*VOUCHING, POSTS[0]]))
    talk.give(Submitted(withdrawal(POSTS[0], OWN, sequence=60)))
    assert talk.engine.holders(POSTS[0].id) == []
    talk.hear(Objects((POSTS[0].encoded,)))
    talk.engine.common.inventory.add(POSTS[0], Priority.ORDINARY)
    talk.hear(beacon([*VOUCHING]))
    talk.engine.common.inventory.remove(POSTS[0], reason="ground", until_min=0)
    talk.engine.common.inventory.add(POSTS[0], Priority.ORDINARY)
    assert states(talk, POSTS[:1]) == ["unknown"]


def test_our_own_name_on_the_air_is_nobody_else():
    talk = begun(POSTS[0])
    echo = type(talk.friend)(b"n" * 32, OWN.id)
    talk.give(FrameReceived(RADIO, echo.seal(9, Objects((POSTS[0].encoded,)))))
    assert [one.neighbour for one in talk.engine.holders(POSTS[0].id)] == [FRIEND.id[:2]]


# Streams


def connected(talk: Talk) -> Talk:
    medium = Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=FRIEND.public)
    talk.give(LinkUp(WIRE, medium))
    hear(talk, Hello(HOUR, (VOUCHING[1].encoded,)))
    return talk


def hear(talk: Talk, frame: StreamFrame) -> None:
    talk.give(FrameReceived(WIRE, encode_stream(frame)))


def total(things: Sequence[SignedObject]) -> Total:
    ids = IdSet(thing.id for thing in things)
    return Total(HOUR, len(ids), digest(len(ids), ids.sum(0, len(ids))))


def by_stream(talk: Talk, things: Sequence[SignedObject]) -> list[str]:
    return [
        one.state.value
        for thing in things
        for one in talk.engine.holders(thing.id)
        if one.neighbour == FRIEND.public
    ]


def test_a_peer_has_what_it_sends_and_what_its_total_shows():
    talk = connected(begun(*POSTS[:4]))
    assert by_stream(talk, [VOUCHING[1], *POSTS[:4]]) == ["holds", *["unknown"] * 4]
    hear(talk, Objects((POSTS[1].encoded,)))
    assert by_stream(talk, POSTS[:2]) == ["unknown", "holds"]
    hear(talk, total([*VOUCHING, *POSTS[:3]]))
    assert by_stream(talk, POSTS[:4]) == ["holds", "holds", "holds", "lacks"]
    hear(talk, total([*VOUCHING, *POSTS[:4]]))
    assert by_stream(talk, POSTS[:4]) == ["holds"] * 4


def test_a_total_that_nothing_explains_leaves_only_what_the_peer_said():
    talk = connected(begun(*POSTS[:3]))
    hear(talk, total([*VOUCHING, *POSTS[:3]]))
    hear(talk, Objects((POSTS[1].encoded,)))
    hear(talk, total([*VOUCHING, *POSTS[1:3], POSTS[5]]))
    assert by_stream(talk, POSTS[:3]) == ["unknown", "holds", "unknown"]


def test_an_equal_comparison_needs_no_total():
    talk = connected(begun(*POSTS[:3]))
    ids = IdSet(thing.id for thing in [*VOUCHING, *POSTS[:3]])
    hear(talk, Ranges(HOUR, open_session(ids)))
    assert by_stream(talk, POSTS[:3]) == ["holds"] * 3


def test_what_a_comparison_finds_missing_the_peer_lacks_until_it_says_otherwise():
    talk = connected(begun(*POSTS[:3]))
    hear(talk, Ranges(HOUR, open_session(IdSet())))
    assert by_stream(talk, POSTS[:3]) == ["lacks"] * 3
    talk.wait(1_000)
    assert by_stream(talk, POSTS[:3]) == ["lacks"] * 3


def test_what_came_is_answered_by_a_total_once_a_burst():
    talk = connected(begun())
    talk.wait(10_000)
    talk.engine.links[WIRE]._in_flight.clear()
    for number in range(3):
        post = bulletin(FRIEND, f"Suppe {number}", sequence=30 + number)
        hear(talk, Objects((post.encoded,)))
    effects = [one for one in talk.wait(TOTAL_MS) if getattr(one, "link", None) == WIRE]
    held = [held.object for held in talk.engine.held.values()]
    assert [one.frame for one in effects] == [encode_stream(total(held))]
    assert not [one for one in talk.wait(TOTAL_MS) if getattr(one, "link", None) == WIRE]


def test_a_peer_that_went_keeps_its_word_and_one_that_comes_back_starts_anew():
    talk = connected(begun(*POSTS[:2]))
    hear(talk, total([*VOUCHING, *POSTS[:2]]))
    talk.give(LinkDown(WIRE))
    talk.wait(3_600_000)
    assert by_stream(talk, POSTS[:2]) == ["holds", "holds"]
    connected(talk)
    assert by_stream(talk, POSTS[:2]) == ["unknown", "unknown"]


# Bounds


def test_a_neighbour_costs_a_fixed_number_of_entries():
    holding = Holding()
    things = [
        Held(bulletin(FRIEND, "x", sequence=number), Priority.ORDINARY, arrival=number + 1)
        for number in range(SINGLES_MAX + 50)
    ]
    holding.has((one.object.id for one in things), 1)
    holding.lacks(things, 2)
    found = [holding.state(one).state for one in things]
    assert found.count(State.LACKS) == LACKING_MAX
    assert found.count(State.HOLDS) == SINGLES_MAX - LACKING_MAX
    assert found.count(State.UNKNOWN) == 50


def test_who_makes_room_for_other_neighbours_is_forgotten_whole():
    heard = Neighbours()
    heard.heard(b"aa", number=1, snr_db=None, now_ms=0)
    heard.holding(b"aa").has((POSTS[0].id,), 0)
    for number in range(NEIGHBOURS_MAX):
        heard.heard(number.to_bytes(2, "big"), number=1, snr_db=None, now_ms=0)
    heard.heard(b"aa", number=2, snr_db=None, now_ms=0)
    held = Held(POSTS[0], Priority.ORDINARY, arrival=1)
    assert heard.holding(b"aa").state(held).state is State.UNKNOWN


def test_peers_are_bounded_and_the_one_met_first_makes_room():
    peers: dict[PublicKey, Peer] = {}
    for number in range(PEERS_MAX + 2):
        meet(peers, PublicKey(number.to_bytes(32, "big")), Peer("wire", 0))
    assert len(peers) == PEERS_MAX
    assert next(iter(peers)) == (2).to_bytes(32, "big")


def test_strangers_are_no_peers():
    talk = connected(begun())
    assert list(talk.engine.peers) == [FRIEND.public]
    stranger = Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=b"\x05" * 32)
    talk.give(LinkUp("other", stranger))
    talk.give(FrameReceived("other", encode_stream(Hello(HOUR, ()))))
    assert list(talk.engine.peers) == [FRIEND.public]
