"""What the engine does with objects: each way in is the same way, and every refusal is counted."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.trust import accounts as accounts_module
from meshnode.protocol import ingress as ingress_module
from meshnode.protocol.audience import UNSENT_MAX
from meshnode.protocol.batch import compose
from meshnode.protocol.clock import PLAUSIBLE_FROM_MIN, Quality
from meshnode.protocol.effects import Drop, ForgetRemoved, RemoveObject, StoreObject, Transmit
from meshnode.protocol.errors import PeerError
from meshnode.protocol.events import FrameReceived, LinkDown, LinkUp, WallClock
from meshnode.protocol.frames import Objects, Symbol, symbol_room_bytes
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.limits import (
    FUTURE_MINUTES_MAX,
    GONE_MINUTES,
    OBJECT_BYTES_MAX,
    WAITING_MS_MAX,
    WAITING_OBJECTS_MAX,
)
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.protocol.radio import RadioLink
from tests.community import (
    ANNA,
    BERT,
    CEM,
    DORA,
    HERE,
    INVITED,
    MINUTE,
    RADIO,
    RADIO_MEDIUM,
    ROOT,
    Script,
    bulletin,
    certificate,
    drops,
    invitation,
    made,
    memberships,
    objects_of,
    profile,
    removed,
    role,
    signing_key,
    sized,
    stored,
    symbols,
    withdrawal,
)

STRANGER = signing_key("nobody knows me")
GOOD = bulletin(ANNA)
NAMED = profile(ANNA, name="Trinkhalle", sequence=2)


def damaged(thing: SignedObject, position: int) -> bytes:
    encoded = bytearray(thing.encoded)
    encoded[position] ^= 1
    return bytes(encoded)


def bare(key: SigningKey, kind: Kind, body: bytes) -> bytes:
    return made(key, kind, body, sequence=3, minute=MINUTE, minutes=60).encoded


def carries_on(script: Script) -> None:
    """The engine still takes a good object and says so."""
    fresh = bulletin(BERT, "Noch da.", sequence=77)
    assert stored(script.hear(Objects((fresh.encoded,)))) == [fresh.id]


REFUSED: list[tuple[str, Callable[[], bytes]]] = [
    ("bad_signature", lambda: damaged(GOOD, -1)),
    ("bad_signature", lambda: damaged(GOOD, 12)),
    (
        "unknown_version",
        lambda: bytes([0x20 | GOOD.encoded[0]]) + GOOD.encoded[1:],
    ),
    ("truncated", lambda: GOOD.encoded[:40]),
    ("oversize", lambda: GOOD.encoded + bytes(OBJECT_BYTES_MAX)),
    ("bad_signature", lambda: damaged(certificate(ANNA, sequence=2), -1)),
    ("expired", lambda: bulletin(ANNA, minute=MINUTE - 61, minutes=60).encoded),
    ("future", lambda: bulletin(ANNA, minute=MINUTE + FUTURE_MINUTES_MAX + 1).encoded),
    ("lifetime", lambda: bulletin(ANNA, minutes=21 * 1440).encoded),
    ("outlives_certificate", lambda: profile(ANNA, minute=MINUTE + 1).encoded),
    (
        "bad_length",
        lambda: bare(ANNA, Kind.PROFILE, b"\0"),
    ),
    ("superseded", lambda: profile(ANNA, sequence=1).encoded),
    (
        "bad_role",
        lambda: bare(ROOT, Kind.ROLE, bytes(17)),
    ),
]
"""What cannot join the set of a node that holds `NAMED`, whatever arrives later."""

WITHOUT_GROUND: list[tuple[str, Callable[[], bytes]]] = [
    ("stranger", lambda: bulletin(STRANGER).encoded),
    ("stranger", lambda: certificate(STRANGER, certifier=STRANGER).encoded),
    ("role", lambda: certificate(STRANGER, certifier=ANNA).encoded),
    ("role", lambda: invitation(author=ANNA).encoded),
    ("role", lambda: role(STRANGER, author=ANNA).encoded),
    ("role", lambda: bulletin(DORA, severity=Severity.SEVERE).encoded),
    (
        "role",
        lambda: bare(DORA, Kind.DRILL, GOOD.body),
    ),
]
"""What somebody signed who may not say so, as far as the node knows."""


@pytest.mark.parametrize(("reason", "made"), REFUSED)
def test_what_is_refused_is_counted_and_the_engine_goes_on(
    reason: str, made: Callable[[], bytes]
) -> None:
    encoded = made()
    script = Script(held=[NAMED])
    before = script.held
    if len(encoded) <= OBJECT_BYTES_MAX:
        effects = script.hear(Objects((encoded,)))
        assert drops(effects) == [reason]
        assert script.engine.common.drops == {reason: 1}
    else:
        effects = script.hear(Objects((encoded,)))
        assert drops(effects) == ["oversize"]
    assert stored(effects) == []
    assert script.held == before
    carries_on(script)


@pytest.mark.parametrize(("reason", "made"), WITHOUT_GROUND)
def test_what_has_no_ground_waits_for_it_and_is_dropped_with_the_reason(
    reason: str, made: Callable[[], bytes]
) -> None:
    script = Script(members=(HERE, ANNA, BERT, CEM), held=[certificate(DORA)])
    before = script.held
    assert script.hear(Objects((made(),))) == []
    assert drops(script.wait(WAITING_MS_MAX + 61_000)) == [reason]
    assert script.held == before
    carries_on(script)


def test_the_same_refusals_meet_a_person_on_this_node() -> None:
    script = Script()
    assert drops(script.submit(bulletin(ANNA, minute=MINUTE - 61, minutes=60))) == ["expired"]
    assert drops(script.submit(bulletin(STRANGER))) == ["stranger"]
    assert drops(script.submit(invitation(author=HERE))) == ["role"]
    assert drops(script.submit(bulletin(HERE, minutes=21 * 1440))) == ["lifetime"]


def test_every_flipped_bit_of_an_object_is_refused() -> None:
    script = Script()
    for bit in range(8 * len(GOOD.encoded)):
        encoded = bytearray(GOOD.encoded)
        encoded[bit // 8] ^= 1 << bit % 8
        effects = script.hear(Objects((bytes(encoded),)))
        assert stored(effects) == []
    script.wait(WAITING_MS_MAX + 60_000)
    # Flipped author ids wait for a certificate that never comes; all others are refused at once.
    assert sum(script.engine.common.drops.values()) == 8 * len(GOOD.encoded)
    carries_on(script)


def test_damaged_and_foreign_frames_are_counted_too() -> None:
    script = Script()
    frames = {b"": "foreign_frame", b"\xb1abc": "truncated", b"\xb1" * 30: "wrong_mac"}
    for frame, reason in frames.items():
        assert drops(script(FrameReceived(RADIO, frame))) == [reason]
    assert drops(script(FrameReceived("elsewhere", b"\xb1"))) == ["link_unknown"]
    carries_on(script)


def test_one_bad_object_in_a_frame_does_not_stop_its_neighbours() -> None:
    script = Script()
    other = bulletin(BERT)
    effects = script.hear(Objects((GOOD.encoded, damaged(GOOD, -1), b"", other.encoded)))
    assert stored(effects) == [GOOD.id, other.id]
    assert drops(effects) == ["bad_signature", "truncated"]


def test_what_is_held_is_not_stored_twice() -> None:
    script = Script()
    assert stored(script.hear(Objects((GOOD.encoded, GOOD.encoded)))) == [GOOD.id]
    assert script.hear(Objects((GOOD.encoded,))) == []


def test_an_object_is_stored_before_it_is_sent() -> None:
    script = Script()
    script.wait(600_000)
    kinds = [type(effect) for effect in script.submit(bulletin(HERE))]
    assert kinds.index(StoreObject) < kinds.index(Transmit)


@pytest.mark.parametrize(
    ("minute", "is_held"),
    [(MINUTE + FUTURE_MINUTES_MAX, True), (MINUTE + FUTURE_MINUTES_MAX + 1, False)],
)
def test_a_day_ahead_is_taken_and_a_minute_more_is_not(minute: int, is_held: bool) -> None:
    script = Script()
    thing = bulletin(ANNA, minute=minute)
    script.hear(Objects((thing.encoded,)))
    assert (thing.id in script.held) == is_held


def test_an_object_is_taken_until_the_end_of_its_last_hour() -> None:
    # MINUTE is a whole hour: what ends then was covered until the minute before.
    for minute, is_held in ((MINUTE - 60, False), (MINUTE - 59, True)):
        script = Script()
        thing = bulletin(ANNA, minute=minute, minutes=60)
        script.hear(Objects((thing.encoded,)))
        assert (thing.id in script.held) == is_held


def test_what_expires_leaves_and_does_not_come_back() -> None:
    script = Script()
    thing = bulletin(ANNA, minutes=60)
    script.hear(Objects((thing.encoded,)))
    assert removed(script.wait(60 * 60_000 - 1_000)) == []
    effects = script.wait(62_000)
    assert [effect for effect in effects if isinstance(effect, RemoveObject)] == [
        RemoveObject(thing.id, "expired", thing.expires_min + GONE_MINUTES)
    ]
    assert drops(script.hear(Objects((thing.encoded,)))) == ["expired"]
    effects = script.wait((GONE_MINUTES + 61) * 60_000)
    assert any(isinstance(effect, ForgetRemoved) for effect in effects)
    assert drops(script.hear(Objects((thing.encoded,)))) == ["expired"]


def test_a_withdrawal_takes_the_bulletin_out_for_good() -> None:
    script = Script()
    script.hear(Objects((GOOD.encoded,)))
    taken_back = withdrawal(ANNA, GOOD)
    effects = script.hear(Objects((taken_back.encoded,)))
    assert effects[:2] == [
        StoreObject(taken_back, RADIO),
        RemoveObject(GOOD.id, "replaced", GOOD.expires_min + GONE_MINUTES),
    ]
    assert drops(script.hear(Objects((GOOD.encoded,)))) == ["replaced"]
    assert GOOD.id not in script.held


def test_a_withdrawal_that_comes_first_keeps_the_bulletin_out() -> None:
    script = Script()
    script.hear(Objects((withdrawal(ANNA, GOOD).encoded,)))
    assert drops(script.hear(Objects((GOOD.encoded,)))) == ["withdrawn"]


def test_somebody_elses_withdrawal_changes_nothing() -> None:
    script = Script()
    script.hear(Objects((GOOD.encoded,)))
    script.hear(Objects((withdrawal(BERT, GOOD).encoded,)))
    assert GOOD.id in script.held


def test_a_newer_profile_replaces_the_older_one() -> None:
    script = Script()
    older, newer = profile(ANNA, name="Imbiss"), profile(ANNA, sequence=2, name="Trinkhalle")
    for thing, replaced in ((older, []), (newer, [older.id])):
        effects = script.hear(Objects((thing.encoded,)))
        assert stored(effects) == [thing.id]
        assert removed(effects) == replaced
    anna = script.rules.author_of(newer)
    assert anna is not None
    assert script.rules.name_of(anna) == "Trinkhalle"


def test_objects_wait_for_the_certificate_of_their_author() -> None:
    script = Script(members=(HERE,))
    assert script.hear(Objects((GOOD.encoded,))) == []
    assert GOOD.id not in script.held
    assert set(stored(script.hear(Objects((certificate(ANNA).encoded,))))) == {
        GOOD.id,
        certificate(ANNA).id,
    }


def test_a_whole_chain_may_arrive_in_the_wrong_order() -> None:
    script = Script(members=(HERE,))
    vouching = invitation()
    invited = certificate(ANNA, certifier=INVITED, invitation=vouching.short_id)
    script.hear(Objects((GOOD.encoded,)))
    script.hear(Objects((invited.encoded,)))
    assert script.held == {thing.id for thing in memberships([HERE])}
    script.hear(Objects((vouching.encoded,)))
    assert {GOOD.id, invited.id, vouching.id} <= script.held


def test_who_stays_unknown_counts_as_a_stranger_after_two_minutes() -> None:
    script = Script(members=(HERE,))
    script.hear(Objects((GOOD.encoded,)))
    assert drops(script.wait(WAITING_MS_MAX - 61_000)) == []
    assert drops(script.wait(122_000)) == ["stranger"]
    script.hear(Objects((certificate(ANNA).encoded,)))
    assert GOOD.id not in script.held
    assert stored(script.hear(Objects((GOOD.encoded,)))) == [GOOD.id]


def test_the_waiting_room_is_bounded_and_the_oldest_leaves() -> None:
    script = Script(members=(HERE,))
    things = [bulletin(ANNA, sequence=number) for number in range(WAITING_OBJECTS_MAX + 1)]
    for thing in things[:-1]:
        assert script.hear(Objects((thing.encoded,))) == []
    assert drops(script.hear(Objects((things[-1].encoded,)))) == ["stranger"]
    script.hear(Objects((certificate(ANNA).encoded,)))
    assert {thing.id for thing in things[1:]} <= script.held
    assert things[0].id not in script.held


def test_what_waits_is_taken_once_however_often_it_is_heard() -> None:
    script = Script(members=(HERE,))
    for _ in range(3):
        script.hear(Objects((GOOD.encoded,)))
    assert stored(script.hear(Objects((certificate(ANNA).encoded,)))).count(GOOD.id) == 1


def test_kinds_that_nobody_knows_are_carried_for_a_month_at_most() -> None:
    script = Script()
    thing = sized(ANNA, 120)
    assert stored(script.hear(Objects((thing.encoded,)))) == [thing.id]


def test_a_full_node_takes_no_ordinary_objects_but_alerts_until_its_reserve_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ingress_module, "HELD_OBJECTS_MAX", 12)
    monkeypatch.setattr(ingress_module, "HELD_RESERVE", 2)
    script = Script()
    assert len(script.held) == 10
    for sequence in (1, 2):
        script.hear(Objects((bulletin(ANNA, sequence=sequence).encoded,)))
    refused = bulletin(ANNA, sequence=3)
    assert drops(script.hear(Objects((refused.encoded,)))) == ["full"]
    alerts = [bulletin(ANNA, sequence=n, severity=Severity.EXTREME) for n in (4, 5, 6)]
    assert stored(script.hear(Objects(tuple(one.encoded for one in alerts[:2])))) == [
        one.id for one in alerts[:2]
    ]
    assert drops(script.hear(Objects((alerts[2].encoded,)))) == ["full"]
    # What takes something out may always come in.
    taken_back = withdrawal(ANNA, bulletin(ANNA, sequence=1))
    assert stored(script.hear(Objects((taken_back.encoded,)))) == [taken_back.id]


def cut(*things: SignedObject) -> list[Symbol]:
    """Return the data symbols of a batch of these."""
    batch = compose([thing.encoded for thing in things], symbol_room_bytes(200))
    count = batch.shape.data_count
    return [
        Symbol(batch.shape, index, count - index - 1, batch.symbol(index)) for index in range(count)
    ]


def test_an_object_in_symbols_is_judged_when_it_is_whole() -> None:
    script = Script()
    thing = sized(ANNA, 600)
    parts = cut(thing)
    for part in parts[:-1]:
        assert stored(script.hear(part)) == []
    assert stored(script.hear(parts[-1])) == [thing.id]


def test_a_small_object_of_a_batch_is_taken_before_the_batch_is_whole() -> None:
    script = Script()
    things = [sized(ANNA, 120, sequence=number) for number in range(5)]
    first, *rest = cut(*things)
    assert stored(script.hear(first)) == [things[0].id]
    assert [one for part in rest for one in stored(script.hear(part))] == [
        thing.id for thing in things[1:]
    ]


def test_what_comes_in_a_batch_passes_the_same_rules_as_what_comes_alone() -> None:
    script = Script()
    stranger, long = bulletin(STRANGER), bulletin(ANNA, minutes=21 * 1440)
    parts = cut(GOOD, stranger, long, sized(ANNA, 200))
    effects = [effect for part in parts for effect in script.hear(part)]
    assert stored(effects) == [GOOD.id, sized(ANNA, 200).id]
    assert set(drops(effects)) == {"lifetime"}
    assert stranger.id not in script.held


def test_symbols_that_do_not_make_the_batch_they_name_are_counted() -> None:
    script = Script()
    first, second = cut(sized(ANNA, 300))
    script.hear(first)
    wrong = replace(second, data=bytes(len(second.data)))
    assert drops(script.hear(wrong)) == ["bad_batch"]
    carries_on(script)


def test_without_a_clock_nothing_timeless_is_published() -> None:
    script = Script(minute=0, is_synchronised=False)
    thing = bulletin(HERE, minute=script.engine.creation_minute(script.now_ms))
    assert drops(script.submit(thing)) == ["clock_unknown"]
    dated = bulletin(HERE, minute=PLAUSIBLE_FROM_MIN)
    assert stored(script.submit(dated)) == [dated.id]


def test_a_node_with_an_unset_clock_takes_the_median_of_three_authors() -> None:
    script = Script(minute=0, is_synchronised=False)
    clock = script.engine.common.clock
    for author, minute in ((ANNA, MINUTE), (BERT, MINUTE + 4)):
        script.hear(Objects((bulletin(author, minute=minute).encoded,)))
        assert clock.quality(script.now_ms) is Quality.UNKNOWN
    script.hear(Objects((bulletin(CEM, minute=MINUTE + 900).encoded,)))
    assert clock.quality(script.now_ms) is Quality.WITNESSED
    assert script.minute == MINUTE + 4


def test_strangers_and_damaged_objects_are_no_witnesses() -> None:
    script = Script(minute=0, is_synchronised=False, members=(HERE, ANNA, BERT))
    for author in (ANNA, BERT, CEM, DORA):
        script.hear(Objects((bulletin(author, minute=MINUTE).encoded,)))
    script.hear(Objects((damaged(bulletin(CEM, minute=MINUTE), -1),)))
    assert script.engine.common.clock.quality(script.now_ms) is Quality.UNKNOWN


def test_a_clock_three_days_behind_is_corrected_by_what_seems_to_come_from_the_future() -> None:
    script = Script(minute=MINUTE - 3 * 1440, is_synchronised=False)
    things = [bulletin(author, minute=MINUTE) for author in (ANNA, BERT, CEM)]
    assert drops(script.hear(Objects((things[0].encoded,)))) == ["future"]
    assert drops(script.hear(Objects((things[1].encoded,)))) == ["future"]
    assert stored(script.hear(Objects((things[2].encoded,)))) == [things[2].id]
    assert script.minute == MINUTE
    # It asks again for what it refused by mistake.
    assert script.engine.common.refused == {}
    script.hear(Objects((things[0].encoded,)))
    assert things[0].id in script.held


def test_a_clock_ten_years_ahead_lets_nothing_expire_that_was_stored() -> None:
    script = Script(
        minute=MINUTE + 3650 * 1440, is_synchronised=False, held=[bulletin(ANNA), bulletin(BERT)]
    )
    assert removed(script.wait(600_000)) == []
    assert script.engine.common.clock.quality(script.now_ms) is Quality.UNKNOWN


def test_what_expired_by_a_wrong_clock_may_come_back_when_the_clock_is_right() -> None:
    script = Script(minute=MINUTE + 10 * 1440, is_synchronised=False, held=[GOOD])
    script.wait(61_000)
    assert GOOD.id not in script.held
    script(WallClock(MINUTE, is_synchronised=True))
    script.wait(61_000)
    assert stored(script.hear(Objects((GOOD.encoded,)))) == [GOOD.id]


def test_posts_made_while_the_radio_is_away_go_out_when_it_is_back() -> None:
    script = Script(has_radio=False)
    thing = bulletin(HERE)
    assert script.bodies(script.submit(thing)) == []
    script(LinkUp(RADIO, RADIO_MEDIUM))
    script.wait(10_000)
    assert said(script) == [thing.encoded]
    script(LinkDown(RADIO))
    script(LinkUp(RADIO, RADIO_MEDIUM))
    script.wait(10_000)
    assert said(script) == [thing.encoded]


def said(script: Script) -> list[bytes]:
    return objects_of(script.bodies(script.sent))


def test_posts_that_were_waiting_when_the_radio_went_away_go_out_when_it_is_back() -> None:
    script = Script()
    script.wait(600_000)
    things = [bulletin(HERE, "Strom " * 30, sequence=number) for number in range(6)]
    script.sent.clear()
    for thing in things:
        script.submit(thing)
    script.wait(3_000)
    script(LinkDown(RADIO))
    assert 0 < len(said(script)) < 6
    script.sent = script.sent[:1]
    script(LinkUp(RADIO, RADIO_MEDIUM))
    script.wait(120_000)
    # Nobody else is here: nothing is said twice, and the rest goes as one batch without spare.
    assert set(said(script)) == {thing.encoded for thing in things}
    (shape,) = {one.shape for one in symbols(script.bodies(script.sent))}
    rest = sorted(things[1:], key=lambda thing: thing.id)
    assert shape == compose([thing.encoded for thing in rest], symbol_room_bytes(200)).shape
    assert len(symbols(script.bodies(script.sent))) == shape.data_count


def test_a_batch_that_was_cut_short_by_the_radio_is_said_from_its_beginning() -> None:
    script = Script()
    script.wait(600_000)
    large = sized(HERE, 1_000)
    script.submit(large)
    script.wait(5_000)
    begun = len(symbols(script.bodies(script.sent)))
    assert 0 < begun < 6
    script(LinkDown(RADIO))
    script.sent.clear()
    script(LinkUp(RADIO, RADIO_MEDIUM))
    script.wait(120_000)
    indices = [one.index for one in symbols(script.bodies(script.sent))]
    assert indices == list(range(6))


def test_what_was_withdrawn_meanwhile_is_not_sent_when_the_radio_is_back() -> None:
    script = Script(has_radio=False)
    thing = bulletin(HERE)
    script.submit(thing)
    taken_back = withdrawal(HERE, thing)
    script.submit(taken_back)
    script(LinkUp(RADIO, RADIO_MEDIUM))
    script.wait(10_000)
    assert said(script) == [taken_back.encoded]


def test_at_most_so_many_posts_are_kept_for_a_radio_that_is_away() -> None:
    script = Script(has_radio=False)
    for number in range(UNSENT_MAX + 1):
        script.submit(bulletin(HERE, sequence=number))
    script(LinkUp(RADIO, RADIO_MEDIUM))
    radio = script.engine.links[RADIO]
    assert isinstance(radio, RadioLink)
    assert radio.pending_count == UNSENT_MAX


def test_what_was_removed_before_a_restart_stays_out_after_it() -> None:
    until_min = GOOD.expires_min + GONE_MINUTES
    script = Script(removed=[(GOOD.id, "replaced", until_min)])
    assert drops(script.hear(Objects((GOOD.encoded,)))) == ["replaced"]
    late = Script(minute=GOOD.expires_min + 60, removed=[(GOOD.id, "expired", until_min)])
    assert drops(late.hear(Objects((GOOD.encoded,)))) == ["expired"]


def test_a_damaged_account_is_refused_at_the_start() -> None:
    with pytest.raises(PeerError, match="truncated"):
        Script(settings={"airtime": b"\0"})


def test_what_an_author_posts_beyond_its_day_stays_out_whatever_came_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accounts_module, "SPEAKER_DAY_MAX", 3)
    monkeypatch.setattr(accounts_module, "URGENT_DAY_MAX", 1)
    things = [bulletin(ANNA, sequence=number) for number in range(5)]
    forwards, backwards = Script(), Script()
    refused = [one for thing in things for one in drops(forwards.hear(Objects((thing.encoded,))))]
    assert refused == ["quota", "quota"]
    effects = [
        effect for thing in things[::-1] for effect in backwards.hear(Objects((thing.encoded,)))
    ]
    assert list(dict.fromkeys(removed(effects))) == [things[4].id, things[3].id]
    assert drops(backwards.hear(Objects((things[4].encoded,)))) == ["quota"]
    assert forwards.held == backwards.held
    # Urgent ones go to an account of their own, and those of somebody else to another one.
    alerts = [bulletin(ANNA, sequence=n, severity=Severity.EXTREME) for n in (9, 10)]
    assert stored(forwards.hear(Objects((alerts[0].encoded,)))) == [alerts[0].id]
    assert drops(forwards.hear(Objects((alerts[1].encoded,)))) == ["quota"]
    assert stored(forwards.hear(Objects((bulletin(BERT).encoded,)))) == [bulletin(BERT).id]


def test_an_alert_can_be_taken_back_however_many_its_author_has_posted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accounts_module, "URGENT_DAY_MAX", 2)
    alerts = [bulletin(ANNA, sequence=n, severity=Severity.EXTREME) for n in (1, 2)]
    taken_back = withdrawal(ANNA, alerts[0])
    for things in ([*alerts, taken_back], [taken_back, *alerts]):
        script = Script()
        for thing in things:
            script.hear(Objects((thing.encoded,)))
        assert script.held >= {alerts[1].id, taken_back.id}
        assert alerts[0].id not in script.held


def test_who_expires_or_is_withdrawn_makes_room_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts_module, "SPEAKER_DAY_MAX", 2)
    script = Script(held=[bulletin(ANNA, sequence=1), bulletin(ANNA, sequence=2)])
    third = bulletin(ANNA, sequence=3)
    assert drops(script.hear(Objects((third.encoded,)))) == ["quota"]
    script.hear(Objects((withdrawal(ANNA, bulletin(ANNA, sequence=1)).encoded,)))
    fourth = bulletin(ANNA, sequence=4)
    effects = script.hear(Objects((fourth.encoded,)))
    assert (stored(effects) or drops(effects)) == ([fourth.id])


def test_drops_are_counted_by_reason() -> None:
    script = Script()
    for _ in range(3):
        script(FrameReceived(RADIO, b"?"))
    effects = script(FrameReceived(RADIO, b"?"))
    assert effects == [Drop("foreign_frame", RADIO, "another program's packet")]
    assert script.engine.common.drops == {"foreign_frame": 4}


def test_refused_ids_are_bounded() -> None:
    script = Script()
    for number in range(1_100):
        script.engine.common.refuse(ObjectId(number.to_bytes(16, "big")), 0)
    assert len(script.engine.common.refused) == 1_024
