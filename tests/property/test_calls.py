"""Check-ins, triage and modes: whatever bytes come, and in whatever order."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.calls.board import Call
from meshnode.board.calls.checkin import (
    PERSONS_MAX,
    CheckInFields,
    CheckInHead,
    Need,
    State,
    decode_checkin,
    encode_checkin,
    read_checkin_head,
)
from meshnode.board.calls.course import Stage
from meshnode.board.calls.triage import (
    NAMING,
    Act,
    TriageFields,
    TriageHead,
    decode_triage,
    encode_triage,
    read_triage_head,
)
from meshnode.board.modes.force import in_force, proposals
from meshnode.board.modes.mode import (
    Mode,
    ModeFields,
    ModeHead,
    decode_mode,
    encode_mode,
    read_mode_head,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.limits import CREATED_MIN_MAX
from meshnode.protocol.object import ObjectId, ShortId, SignedObject
from tests.calling import (
    COORDINATORS,
    EVA,
    MO,
    act,
    checkin,
    confirmation,
    folk,
    proposal,
    triage_board,
)
from tests.community import ANNA, BERT, MINUTE, ROOT

LINES = some.text(max_size=60).map(lambda text: " ".join(clean(text).split())[:60].strip())
TEXTS = some.text(max_size=120).map(clean)
ROOTS = some.binary(min_size=4, max_size=4).map(ShortId)
PARENT = ShortId(b"root")


@some.composite
def checkins(draw: some.DrawFn) -> tuple[CheckInFields, ShortId | None]:
    state = draw(some.sampled_from(State))
    parent = draw(some.none() | ROOTS)
    head = CheckInHead(
        state,
        draw(some.integers(1, PERSONS_MAX)),
        Need(0) if state is State.OK else Need(draw(some.integers(0, 0xFFFF))),
        draw(some.none() | ROOTS),
        None if parent is None else draw(some.none() | some.integers(0, CREATED_MIN_MAX)),
    )
    return CheckInFields(head, draw(LINES), draw(LINES), draw(TEXTS)), parent


@given(checkins())
@settings(max_examples=60, deadline=None)
def test_a_check_in_reads_back(said: tuple[CheckInFields, ShortId | None]) -> None:
    fields, parent = said
    codec, body = encode_checkin(fields)
    assert decode_checkin(codec, body, parent) == fields
    assert read_checkin_head(body, parent) == fields.head


@some.composite
def acts(draw: some.DrawFn) -> TriageFields:
    what = draw(some.sampled_from(Act))
    people = some.binary(min_size=16, max_size=16).map(Fingerprint)
    person = draw(people if what is Act.HANDED_OVER else some.none() | people)
    other = draw(ROOTS) if what is Act.DUPLICATE else None
    return TriageFields(TriageHead(what, person if what in NAMING else None, other), draw(LINES))


@given(acts())
@settings(max_examples=60, deadline=None)
def test_an_act_of_triage_reads_back(fields: TriageFields) -> None:
    codec, body = encode_triage(fields)
    assert decode_triage(codec, body, PARENT) == fields
    assert read_triage_head(body, PARENT) == fields.head


@given(
    some.sampled_from(Mode),
    some.booleans(),
    TEXTS,
    some.none() | some.binary(min_size=16, max_size=16),
)
@settings(max_examples=60, deadline=None)
def test_a_mode_reads_back(mode: Mode, is_drill: bool, reason: str, of: bytes | None) -> None:
    head = ModeHead(mode, is_drill, None if of is None else ObjectId(of))
    fields = ModeFields(head, "" if of else reason)
    parent = None if of is None else ShortId(of[:4])
    codec, body = encode_mode(fields)
    assert decode_mode(codec, body, parent) == fields
    assert read_mode_head(body, parent) == head


@given(some.integers(0, 1), some.binary(max_size=60), some.none() | ROOTS)
@settings(max_examples=400, deadline=None)
def test_random_bytes_read_one_way_or_are_refused(
    codec: int, body: bytes, parent: ShortId | None
) -> None:
    for decode, encode, read in (
        (decode_checkin, encode_checkin, read_checkin_head),
        (decode_triage, encode_triage, read_triage_head),
        (decode_mode, encode_mode, read_mode_head),
    ):
        try:
            fields = decode(codec, body, parent)
        except PeerError:
            continue
        assert read(body, parent) == fields.head
        assert decode(*encode(fields), parent) == fields  # type: ignore[operator]


def _history(dice: Random) -> list[SignedObject]:
    """Return what a busy night says about three calls, from two nodes with two clocks."""
    calls = [checkin(ANNA, sequence=100), checkin(BERT, sequence=101), checkin(ANNA, sequence=102)]
    things: list[SignedObject] = list(calls)
    for number in range(dice.randrange(2, 9)):
        call = dice.choice(calls)
        what = dice.choice(list(Act))
        things.append(
            act(
                dice.choice(COORDINATORS),
                call,
                what,
                person=dice.choice((EVA, MO)) if what is Act.HANDED_OVER else None,
                of=dice.choice(calls) if what is Act.DUPLICATE else None,
                sequence=200 + number,
                minute=MINUTE + dice.randrange(30),
            )
        )
    for number, call in enumerate(calls):
        if dice.random() < 0.5:
            state = dice.choice(list(State))
            author = BERT if number == 1 else ANNA
            made_min = MINUTE + dice.randrange(1, 30)
            things.append(checkin(author, state, of=call, sequence=110 + number, minute=made_min))
    return things


def _board(things: list[SignedObject], minute: int) -> list[Call]:
    return triage_board(folk(*things), minute)


@pytest.mark.parametrize("seed", range(40))
def test_the_triage_board_does_not_depend_on_the_order_of_arrival(seed: int) -> None:
    dice = Random(seed)
    things = _history(dice)
    expected = _board(things, MINUTE + 60)
    for _ in range(4):
        dice.shuffle(things)
        assert _board(things, MINUTE + 60) == expected


@pytest.mark.parametrize("seed", range(40))
def test_time_alone_never_opens_a_call_that_was_ended(seed: int) -> None:
    things = _history(Random(1000 + seed))
    ended: set[bytes] = set()
    for minute in range(MINUTE + 30, MINUTE + 3 * 1440, 360):
        board = _board(things, minute)
        still = {one.checkin.root for one in board if one.stage.is_open}
        assert not still & ended
        ended |= {one.checkin.root for one in board} - still


@pytest.mark.parametrize("seed", range(40))
def test_duplicates_alone_never_take_all_calls_off_the_board(seed: int) -> None:
    dice = Random(2000 + seed)
    calls = [checkin(ANNA, sequence=100 + number) for number in range(4)]
    same = [
        act(
            dice.choice(COORDINATORS),
            dice.choice(calls),
            Act.DUPLICATE,
            of=dice.choice(calls),
            sequence=200 + number,
            minute=MINUTE + dice.randrange(30),
        )
        for number in range(12)
    ]
    board = _board([*calls, *same], MINUTE + 60)
    roots = {one.checkin.root: one for one in board}
    for call in board:
        one, seen = call, set()
        while one.stage is Stage.DUPLICATE:
            assert one.checkin.root not in seen, "a round of duplicates"
            seen.add(one.checkin.root)
            other = one.course.duplicate_of
            assert other is not None
            one = roots[other]
        assert one.stage is Stage.NEW


@pytest.mark.parametrize("seed", range(40))
def test_the_mode_does_not_depend_on_the_order_of_arrival_and_nothing_older_comes_back(
    seed: int,
) -> None:
    dice = Random(seed)
    things: list[SignedObject] = []
    for number in range(dice.randrange(1, 5)):
        mode, is_drill = dice.choice(list(Mode)), dice.random() < 0.2
        minute, minutes = MINUTE + dice.randrange(200), dice.choice((60, 180, 360, 720))
        one = proposal(
            EVA, mode, is_drill=is_drill, sequence=300 + number, minute=minute, minutes=minutes
        )
        things.append(one)
        for at, key in enumerate((MO, ROOT)):
            if dice.random() < 0.6:
                things.append(
                    confirmation(
                        key,
                        one,
                        mode,
                        is_drill=is_drill,
                        sequence=400 + 10 * number + at,
                        minute=minute + dice.randrange(60),
                        minutes=minutes,
                    )
                )
    minutes_of = range(MINUTE + 260, MINUTE + 1100, 60)
    expected = [in_force(proposals(folk(*things), minute=minute)) for minute in minutes_of]
    for _ in range(3):
        dice.shuffle(things)
        policy = folk(*things)
        assert [in_force(proposals(policy, minute=minute)) for minute in minutes_of] == expected
    modes = [one.by for one in expected]
    changes = [one for at, one in enumerate(modes) if at == 0 or one != modes[at - 1]]
    assert len(changes) <= 2, "in force, and then nothing more"
