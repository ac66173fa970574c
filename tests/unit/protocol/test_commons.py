"""Those who hold no office share the urgent air: a crowd of them does not hold up a warning."""

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.calls.checkin import State
from meshnode.board.parts import Cut
from meshnode.protocol.commons import FAIR_COMMON_HOUR, CommonShare
from meshnode.protocol.events import FrameReceived, LinkUp
from meshnode.protocol.frames import Hello, Objects, encode_stream
from meshnode.protocol.object import ObjectId, SignedObject
from meshnode.protocol.priority import Priority
from tests.community import (
    BERT,
    HERE,
    RADIO,
    ROOT,
    Script,
    bulletin,
    certificate,
    made,
    objects_of,
    signing_key,
)
from tests.entrances import WIRE, stream
from tests.everykind import PERSON, check_in, revocation

CROWD = tuple(signing_key(f"newcomer {number}") for number in range(50))
CALLS = 12
"""As many as a person may make a day, and all urgent by themselves."""
HOUR_MS = 3_600_000
SAID_WITHIN_MS = 60_000


def crowded() -> Script:
    """A node of fifty newcomers, connected to a member's."""
    joined = [
        certificate(key, name=f"N{at}", sequence=500 + at, identity_class=PERSON)
        for at, key in enumerate(CROWD)
    ]
    script = Script(held=joined)
    script(LinkUp(WIRE, stream(BERT)))
    script(FrameReceived(WIRE, encode_stream(Hello(script.minute // 60, ()))))
    return script


def bring(script: Script, *things: SignedObject) -> None:
    for thing in things:
        script(FrameReceived(WIRE, encode_stream(Objects((thing.encoded,)))))
        assert thing.id in script.held


def dated_back(thing: SignedObject, author_at: int, minutes: int) -> SignedObject:
    return made(
        CROWD[author_at],
        thing.kind,
        thing.body,
        codec=thing.codec,
        sequence=thing.sequence,
        minute=thing.created_min - minutes,
        minutes=1440,
    )


def urgent(script: Script) -> int:
    return sum(one.rank is Priority.URGENT for one in script.engine.held.values())


@pytest.mark.parametrize("are_dated_back", [False, True])
def test_fifty_newcomers_do_not_hold_up_a_warning_with_calls_for_help(
    are_dated_back: bool,
) -> None:
    script = crowded()
    for number in range(CALLS):
        for at, key in enumerate(CROWD):
            call = check_in(key, State.HELP, sequence=100 + number)
            # Each new one earlier than all before, and in other hours: whoever counts by what is
            # signed would call each of them one of the first.
            back = 40 * number + at % 40 if are_dated_back else 0
            bring(script, dated_back(call, at, back))
    assert urgent(script) == FAIR_COMMON_HOUR
    script.wait(HOUR_MS // 2)
    script.sent.clear()
    warning = bulletin(HERE, "Gas!", sequence=900, severity=Severity.SEVERE, minute=script.minute)
    script.submit(warning)
    script.wait(SAID_WITHIN_MS)
    on_air = script.bodies([one for one in script.sent if one.link == RADIO])
    assert warning.encoded in objects_of(on_air)


def test_what_newcomers_revoke_of_their_own_shares_with_it_and_stewards_do_not() -> None:
    script = crowded()
    acts = [
        revocation(key, key, Cut(key.id, 900), sequence=200 + number)
        for number in range(2)
        for key in CROWD
    ]
    bring(script, *acts)
    assert urgent(script) == FAIR_COMMON_HOUR
    ranks = {script.engine.held[one.id].rank for one in acts}
    assert ranks == {Priority.URGENT, Priority.AUTHORITY}
    stewards = revocation(ROOT, CROWD[0], sequence=990)
    bring(script, stewards)
    assert script.engine.held[stewards.id].rank is Priority.URGENT


def test_after_a_start_no_more_of_them_are_urgent_than_before() -> None:
    calls = [
        check_in(key, State.HELP, sequence=100 + number) for number in range(2) for key in CROWD
    ]
    joined = [
        certificate(key, name=f"N{at}", sequence=500 + at, identity_class=PERSON)
        for at, key in enumerate(CROWD)
    ]
    script = Script(held=[*joined, *calls])
    assert urgent(script) == FAIR_COMMON_HOUR
    # What was there before the start uses up nothing of the hour.
    call = check_in(BERT, State.HELP)
    script.submit(call)
    assert script.engine.held[call.id].rank is Priority.URGENT


def test_an_hour_later_there_is_a_new_share() -> None:
    share = CommonShare()
    names = [ObjectId(number.to_bytes(16)) for number in range(3 * FAIR_COMMON_HOUR)]
    assert sum(share.grants(one, 0) for one in names) == FAIR_COMMON_HOUR
    assert not share.grants(names[-1], HOUR_MS - 1)
    assert share.grants(names[-1], HOUR_MS)
    # What was let through stays so, and coming again uses up nothing.
    assert all(share.grants(names[0], HOUR_MS) for _ in range(2 * FAIR_COMMON_HOUR))
    assert sum(share.grants(one, HOUR_MS) for one in names[60:120]) == FAIR_COMMON_HOUR - 1


def test_what_left_the_set_does_not_get_its_place_back_for_nothing() -> None:
    share = CommonShare()
    names = [ObjectId(number.to_bytes(16)) for number in range(FAIR_COMMON_HOUR)]
    for one in names:
        share.grants(one, 0)
    share.forget(names[0])
    assert not share.grants(names[0], 1)
