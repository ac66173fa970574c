"""A stream peer: greeting, comparison in order, and no work for nothing."""

from meshnode.board.bulletins.bulletin import Severity
from meshnode.protocol.effects import CloseLink, Effect
from meshnode.protocol.events import FrameReceived, LinkDown, LinkUp, TransmitDone
from meshnode.protocol.frames import Hello, Objects, Ranges, encode_stream
from meshnode.protocol.idset import IdSet
from meshnode.protocol.inventory import HOUR_MINUTES
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.limits import STREAM_FRAME_BYTES_MAX
from meshnode.protocol.medium import Medium, Outcome
from meshnode.protocol.ranges import open_session, respond
from meshnode.protocol.stream import (
    CONTROL_MAX,
    GREETING_MS,
    IN_FLIGHT_MAX,
    OBJECTS_FRAME_BYTES,
    RESYNC_MS,
    RESYNC_SOON_MS,
    StreamLink,
)
from tests.community import (
    ANNA,
    BERT,
    HERE,
    INVITED,
    MEMBERS,
    MINUTE,
    Script,
    bulletin,
    certificate,
    drops,
    invitation,
    memberships,
    role,
    signing_key,
    sized,
    stored,
    stream_frames,
)

WIRE = "wire"
HOUR = MINUTE // HOUR_MINUTES
STRANGER = signing_key("nobody knows me")
MEMBERSHIP_IDS = [thing.id for thing in memberships(MEMBERS)]


def peer_after() -> SigningKey:
    """A member whose key is above ours, so that we open the comparison."""
    return next(key for key in MEMBERS if key.public > HERE.public)


def peer_before() -> SigningKey:
    return next(key for key in MEMBERS if key.public < HERE.public)


def medium(peer: SigningKey) -> Medium:
    return Medium(frame_bytes_max=STREAM_FRAME_BYTES_MAX, peer=peer.public)


def connect(script: Script, peer: SigningKey) -> list[Effect]:
    return script(LinkUp(WIRE, medium(peer)))


def hear(script: Script, frame: Hello | Ranges | Objects) -> list[Effect]:
    return script(FrameReceived(WIRE, encode_stream(frame)))


def greet(script: Script, peer: SigningKey) -> list[Effect]:
    connect(script, peer)
    return hear(script, Hello(HOUR, (certificate(peer).encoded,)))


def link(script: Script) -> StreamLink:
    wire = script.engine.links[WIRE]
    assert isinstance(wire, StreamLink)
    return wire


def test_we_greet_with_what_shows_that_we_belong() -> None:
    script = Script(has_radio=False)
    assert stream_frames(connect(script, ANNA), WIRE) == [Hello(HOUR, (certificate(HERE).encoded,))]


def test_an_invited_node_shows_its_invitation_before_its_certificate() -> None:
    vouching = invitation()
    own = certificate(HERE, certifier=INVITED, invitation=vouching.short_id)
    script = Script(members=(ANNA,), held=[vouching, own], has_radio=False)
    (hello,) = stream_frames(connect(script, ANNA), WIRE)
    assert hello == Hello(HOUR, (vouching.encoded, own.encoded))


def test_nothing_but_the_greeting_leaves_before_the_peer_has_greeted() -> None:
    script = Script(has_radio=False)
    connect(script, ANNA)
    script.submit(bulletin(HERE))
    assert len(script.sent) == 1


def test_one_of_the_two_opens_the_comparison() -> None:
    opener, other = Script(has_radio=False), Script(has_radio=False)
    opened = stream_frames(greet(opener, peer_after()), WIRE)
    assert opened == [Ranges(HOUR, open_session(IdSet(MEMBERSHIP_IDS)))]
    assert stream_frames(greet(other, peer_before()), WIRE) == []


def test_a_peer_we_did_not_know_is_let_in_by_the_certificate_in_its_greeting() -> None:
    script = Script(members=(HERE,), has_radio=False)
    assert stored(greet(script, ANNA)) == [certificate(ANNA).id]
    assert link(script).is_ready


def test_a_stranger_is_hung_up_on_once_and_gets_nothing() -> None:
    script = Script(has_radio=False, held=[bulletin(ANNA)])
    connect(script, STRANGER)
    own_word = Hello(HOUR, (certificate(STRANGER, certifier=STRANGER).encoded,))
    effects = hear(script, own_word)
    # Its own word for itself waits for somebody who vouches for it; the stream does not.
    assert drops(effects) == ["stranger"]
    assert [type(one) for one in effects].count(CloseLink) == 1
    later = hear(script, own_word) + script.wait(2 * GREETING_MS)
    assert not any(isinstance(one, CloseLink) for one in later)
    assert len(script.sent) == 1


def test_who_does_not_greet_in_time_is_hung_up_on_once() -> None:
    script = Script(has_radio=False)
    connect(script, ANNA)
    assert not any(isinstance(one, CloseLink) for one in script.wait(GREETING_MS - 1))
    effects = script.wait(10 * GREETING_MS)
    assert [type(one) for one in effects].count(CloseLink) == 1
    assert drops(effects) == ["no_greeting"]


def test_a_second_greeting_or_objects_before_the_first_are_refused() -> None:
    script = Script(has_radio=False)
    connect(script, ANNA)
    assert drops(hear(script, Objects((bulletin(ANNA).encoded,)))) == ["not_greeted"]
    assert drops(hear(script, Ranges(HOUR, b""))) == ["not_greeted"]
    hear(script, Hello(HOUR, ()))
    assert drops(hear(script, Hello(HOUR, ()))) == ["greeted_twice"]


def test_nonsense_from_a_peer_is_counted_and_the_stream_goes_on() -> None:
    script = Script(has_radio=False)
    greet(script, peer_before())
    assert drops(script(FrameReceived(WIRE, b"\xff"))) == ["unknown_frame"]
    assert len(drops(hear(script, Ranges(HOUR, b"\xff\xff\xff")))) == 1
    thing = bulletin(BERT)
    assert stored(hear(script, Objects((thing.encoded,)))) == [thing.id]


def test_what_the_peer_lacks_leaves_before_the_answer_that_counts_on_it() -> None:
    script = Script(has_radio=False, held=[bulletin(ANNA, sequence=n) for n in range(30)])
    greet(script, peer_before())
    theirs = [*MEMBERSHIP_IDS, bulletin(BERT).id]
    effects = hear(script, Ranges(HOUR, open_session(IdSet(theirs))))
    frames = stream_frames(effects, WIRE)
    # They know 11 ids, we 40: they are told to list theirs.
    assert [type(one) for one in frames] == [Ranges]
    script.wait(1_000)
    assert isinstance(frames[0], Ranges)
    answer = respond(IdSet(theirs), frames[0].message)
    assert answer.message is not None
    frames = stream_frames(hear(script, Ranges(HOUR, answer.message)), WIRE)
    assert [type(one) for one in frames] == [Objects, Ranges]


def test_equal_sets_say_nothing_more() -> None:
    script = Script(has_radio=False)
    greet(script, peer_before())
    ranges = Ranges(HOUR, open_session(IdSet(MEMBERSHIP_IDS)))
    assert stream_frames(hear(script, ranges), WIRE) == []


def test_what_is_new_goes_to_every_peer_but_the_one_it_came_from() -> None:
    script = Script(has_radio=False)
    greet(script, peer_before())
    script(LinkUp("other", medium(BERT)))
    script(FrameReceived("other", encode_stream(Hello(HOUR, ()))))
    thing = bulletin(ANNA)
    effects = hear(script, Objects((thing.encoded,)))
    assert stream_frames(effects, WIRE) == []
    assert Objects((thing.encoded,)) in stream_frames(effects, "other")


def test_alerts_overtake_what_waits() -> None:
    script = Script(has_radio=False)
    greet(script, peer_before())
    script.busy_ms = 10**9
    for sequence in range(IN_FLIGHT_MAX + 3):
        script.submit(bulletin(HERE, sequence=sequence))
    assert len(stream_frames(script.sent, WIRE)) == IN_FLIGHT_MAX  # The greeting is one of them.
    alert = bulletin(HERE, severity=Severity.EXTREME, sequence=50)
    script.submit(alert)
    effects = script(TransmitDone(WIRE, script.sent[0].token, Outcome.SENT))
    (frame,) = stream_frames(effects, WIRE)
    assert isinstance(frame, Objects)
    assert frame.encoded[0] == alert.encoded


def test_many_objects_leave_in_frames_of_bounded_size() -> None:
    things = [sized(ANNA, 1_900, sequence=n) for n in range(60)]
    script = Script(has_radio=False, held=things)
    greet(script, peer_before())
    script.engine.links[WIRE]._queue([thing.id for thing in things])  # type: ignore[union-attr]
    script.wait(5_000)
    sizes = [len(one.frame) for one in script.sent]
    assert max(sizes) <= OBJECTS_FRAME_BYTES + 2_100 <= STREAM_FRAME_BYTES_MAX
    frames = [one for one in stream_frames(script.sent, WIRE) if isinstance(one, Objects)]
    assert sum(len(one.encoded) for one in frames) == 60


def test_what_a_full_link_did_not_take_is_compared_again_soon() -> None:
    for peer in (peer_before(), peer_after()):
        script = Script(has_radio=False)
        greet(script, peer)
        script.wait(1_000)
        script.outcome = Outcome.BUSY
        script.submit(bulletin(HERE))
        script.wait(200)
        script.outcome = Outcome.SENT
        script.sent.clear()
        script.wait(RESYNC_SOON_MS + 100)
        assert [type(one) for one in stream_frames(script.sent, WIRE)] == [Ranges]


def test_the_opener_compares_again_every_ten_minutes() -> None:
    script = Script(has_radio=False)
    greet(script, peer_after())
    script.sent.clear()
    script.wait(6 * RESYNC_MS)
    assert 4 <= len(script.sent) <= 6


def test_a_slow_peer_does_not_make_the_engine_busy() -> None:
    script = Script(has_radio=False)
    greet(script, peer_after())
    script.busy_ms = 10**9
    for sequence in range(20):
        script.submit(bulletin(HERE, sequence=sequence))
    ticks = 0
    end_ms = script.now_ms + 2 * RESYNC_MS
    while script.now_ms < end_ms:
        assert script.engine.next_deadline_ms() > script.now_ms
        script.wait(script.engine.next_deadline_ms() - script.now_ms)
        ticks += 1
    assert ticks < 200


def test_a_peer_that_provokes_answers_without_reading_them_is_hung_up_on() -> None:
    script = Script(has_radio=False)
    greet(script, peer_before())
    script.busy_ms = 10**9
    message = Ranges(HOUR, open_session(IdSet([bulletin(BERT).id])))
    closed = [
        one
        for _ in range(CONTROL_MAX + IN_FLIGHT_MAX + 5)
        for one in hear(script, message)
        if isinstance(one, CloseLink)
    ]
    assert len(closed) == 1


def test_old_objects_from_a_stream_are_not_said_on_the_radio_but_news_is() -> None:
    script = Script(held=[role(ANNA, sequence=2, minute=MINUTE - 1440)])
    greet(script, peer_before())
    script.wait(600_000)
    old = bulletin(ANNA, minute=script.minute - 31, sequence=1)
    news = bulletin(ANNA, "Neu", minute=script.minute - 1, sequence=2)
    alert = bulletin(ANNA, minute=script.minute - 600, sequence=3, severity=Severity.SEVERE)
    script.sent.clear()
    hear(script, Objects((old.encoded, news.encoded, alert.encoded)))
    script.wait(60_000)
    bodies = script.bodies(script.sent)
    said = {one for body in bodies if isinstance(body, Objects) for one in body.encoded}
    assert said == {news.encoded, alert.encoded}


def test_after_a_cut_everything_begins_again() -> None:
    script = Script(has_radio=False)
    greet(script, peer_after())
    script(LinkDown(WIRE))
    assert [type(one) for one in stream_frames(connect(script, peer_after()), WIRE)] == [Hello]
    assert [type(one) for one in stream_frames(hear(script, Hello(HOUR, ())), WIRE)] == [Ranges]


def test_answers_to_frames_of_an_earlier_session_change_nothing() -> None:
    script = Script(has_radio=False)
    greet(script, peer_after())
    token = script.sent[-1].token
    script(LinkDown(WIRE))
    connect(script, peer_after())
    assert script(TransmitDone(WIRE, token, Outcome.LOST)) == []
    assert link(script).deadline_ms == script.now_ms + GREETING_MS


def test_transmissions_carry_tokens_of_their_own() -> None:
    script = Script()
    greet(script, peer_after())
    script.submit(bulletin(HERE))
    script.wait(60_000)
    tokens = [one.token for one in script.sent]
    assert len(tokens) == len(set(tokens)) > 2
