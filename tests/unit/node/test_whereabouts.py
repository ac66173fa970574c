"""Whose neighbours' words are whose, and by which name."""

from meshnode.node.desks.whereabouts import Place, places_of
from meshnode.protocol.holdings import State
from meshnode.protocol.whereabouts import Holder
from tests.community import ANNA, BERT, CEM, signing_key

NOW_MS = 1_000_000


NAMES = {ANNA.public: "Nordmarkt", BERT.public: "Schule"}


def radio(key, state, known_ms, last_ms=900_000):
    return Holder(key.id[:2], "radio:a", state, known_ms, last_ms)


def stream(key, state, known_ms, last_ms=900_000):
    return Holder(key.public, "tls:b", state, known_ms, last_ms)


def places(*holders):
    return places_of(holders, NAMES, now_ms=NOW_MS)


def test_a_node_met_on_radio_and_stream_is_one_and_its_newest_word_counts():
    heard = radio(ANNA, State.LACKS, 500_000), stream(ANNA, State.HOLDS, 600_000, 700_000)
    expected = Place(
        ANNA.id.hex(), "Nordmarkt", ("radio:a", "tls:b"), State.HOLDS, 400, last_contact_s=100
    )
    assert places(*heard) == (expected,)
    assert places(*reversed(heard)) == (expected,)


def test_what_is_not_known_over_one_link_may_be_over_the_other():
    (place,) = places(stream(BERT, State.UNKNOWN, None), radio(BERT, State.LACKS, 0))
    assert (place.state, place.known_s) == (State.LACKS, 1_000)


def test_those_that_have_it_come_first_then_those_that_lack_it():
    found = places(
        radio(CEM, State.UNKNOWN, None), radio(BERT, State.LACKS, 1), radio(ANNA, State.HOLDS, 1)
    )
    assert [(one.name, one.node) for one in found] == [
        ("Nordmarkt", ANNA.id.hex()),
        ("Schule", BERT.id.hex()),
        (None, CEM.id[:2].hex()),
    ]


def test_a_sender_id_that_two_members_share_is_nobody_s_name():
    one, other = signing_key("node 208"), signing_key("node 440")
    assert one.id[:2] == other.id[:2]
    twice = {one.public: "Nordmarkt", other.public: "Nordmarkt II"}
    (place,) = places_of([radio(one, State.HOLDS, 1)], twice, now_ms=NOW_MS)
    assert (place.node, place.name) == (one.id[:2].hex(), None)
