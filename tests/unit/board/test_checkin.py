"""Check-ins and acts of triage as bytes: sizes, bounds from both sides, one form only."""

from random import Random

import pytest

from meshnode.board.calls.checkin import (
    CheckInFields,
    CheckInHead,
    Need,
    State,
    decode_checkin,
    encode_checkin,
    is_call,
    need_words,
    read_checkin_head,
)
from meshnode.board.calls.triage import (
    Act,
    TriageFields,
    TriageHead,
    decode_triage,
    encode_triage,
)
from meshnode.board.modes.mode import Mode, ModeFields, ModeHead, decode_mode, encode_mode
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ObjectId, ShortId
from tests.calling import checkin
from tests.community import ANNA, MINUTE, made

PARENT = ShortId(b"root")
SHORT_FRAME_BYTES = 90
CALL_FRAME_BYTES = 150
ONE_FRAME_BYTES = 200
LATE = 2**28
"""A sequence number that takes all five bytes."""


def frame_bytes(fields: CheckInFields, parent: ShortId | None = None) -> int:
    codec, body = encode_checkin(fields)
    thing = made(
        ANNA,
        Kind.CHECKIN,
        body,
        codec=codec,
        sequence=LATE,
        minute=MINUTE,
        minutes=1440,
        parent=parent,
    )
    return len(thing.encoded)


def test_an_ok_without_words_is_one_byte_and_its_object_a_short_frame() -> None:
    fields = CheckInFields(CheckInHead(State.OK))
    assert encode_checkin(fields) == (0, b"\x00")
    assert frame_bytes(fields, PARENT) <= SHORT_FRAME_BYTES


def test_a_call_with_sixty_characters_fits_a_hundred_and_fifty_bytes() -> None:
    dice = Random(5)
    text = "".join(dice.choice("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789") for _ in range(60))
    head = CheckInHead(State.URGENT, 3, Need.WATER | Need.MEDICINE)
    assert frame_bytes(CheckInFields(head, text=text)) <= CALL_FRAME_BYTES


def test_a_call_with_everything_usual_fits_one_frame() -> None:
    head = CheckInHead(State.URGENT, 3, Need.WATER, ShortId(b"hall"), 5)
    fields = CheckInFields(
        head,
        where="Schillerstraße 112, Hinterhaus, dritter Stock links",
        on_behalf_of="Frau Anneliese Schulz-Oberhaus",
        text="Sie ist gestürzt und kann nicht aufstehen. Der Schlüssel liegt nebenan.",
    )
    assert frame_bytes(fields, PARENT) <= ONE_FRAME_BYTES


@pytest.mark.parametrize(
    ("persons", "is_possible"), [(0, False), (1, True), (255, True), (256, False)]
)
def test_persons_have_bounds(persons: int, is_possible: bool) -> None:
    fields = CheckInFields(CheckInHead(State.HELP, persons))
    if not is_possible:
        with pytest.raises(LimitError, match="persons"):
            encode_checkin(fields)
        return
    assert decode_checkin(*encode_checkin(fields), None) == fields


@pytest.mark.parametrize(("characters", "is_possible"), [(200, True), (201, False)])
def test_a_text_has_at_most_two_hundred_characters(characters: int, is_possible: bool) -> None:
    fields = CheckInFields(CheckInHead(State.HELP), text="x" * characters)
    if is_possible:
        assert decode_checkin(*encode_checkin(fields), None) == fields
        return
    with pytest.raises(LimitError, match="201"):
        encode_checkin(fields)


@pytest.mark.parametrize(("characters", "is_possible"), [(120, True), (121, False)])
def test_a_note_has_at_most_a_hundred_and_twenty_characters(
    characters: int, is_possible: bool
) -> None:
    fields = TriageFields(TriageHead(Act.DONE), "x" * characters)
    if is_possible:
        assert decode_triage(*encode_triage(fields), PARENT) == fields
        return
    with pytest.raises(LimitError, match="121"):
        encode_triage(fields)


@pytest.mark.parametrize(("characters", "is_possible"), [(200, True), (201, False)])
def test_a_reason_has_at_most_two_hundred_characters(characters: int, is_possible: bool) -> None:
    fields = ModeFields(ModeHead(Mode.OUTAGE), "x" * characters)
    if is_possible:
        assert decode_mode(*encode_mode(fields), None) == fields
        return
    with pytest.raises(LimitError, match="201"):
        encode_mode(fields)


def test_whoever_needs_something_is_not_ok() -> None:
    with pytest.raises(LimitError, match="asks for help"):
        encode_checkin(CheckInFields(CheckInHead(State.OK, needs=Need.WATER)))


def test_needs_of_a_later_version_are_carried_and_shown_as_such() -> None:
    fields = CheckInFields(CheckInHead(State.HELP, needs=Need(0x8001)))
    codec, body = encode_checkin(fields)
    assert decode_checkin(codec, body, None) == fields
    assert need_words(fields.head.needs) == ("water", "something-newer")


def test_only_who_asks_for_help_calls() -> None:
    assert not is_call(checkin(ANNA, State.OK))
    assert is_call(checkin(ANNA, State.HELP))
    assert is_call(checkin(ANNA, State.URGENT))


def test_words_that_nobody_can_read_do_not_keep_a_call_out() -> None:
    assert read_checkin_head(b"\x80" + b"\xff" * 20, None) == CheckInHead(State.URGENT)
    with pytest.raises(PeerError):
        decode_checkin(0, b"\x80" + b"\xff" * 20, None)


@pytest.mark.parametrize(
    "head",
    [
        TriageHead(Act.DONE, person=Fingerprint(bytes(16))),
        TriageHead(Act.HANDED_OVER),
        TriageHead(Act.DUPLICATE),
        TriageHead(Act.TAKEN, duplicate_of=PARENT),
    ],
)
def test_an_act_with_a_field_too_many_or_too_few_is_not_signed(head: TriageHead) -> None:
    with pytest.raises(CallerError):
        encode_triage(TriageFields(head))


def test_a_confirmation_has_no_reason_of_its_own() -> None:
    with pytest.raises(CallerError):
        encode_mode(ModeFields(ModeHead(Mode.OUTAGE, proposal=ObjectId(bytes(16))), "Weil."))
