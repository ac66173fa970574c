"""Claims: every step's bytes, their bounds from both sides, and that one is one radio frame."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.exchange.claim import (
    CLAIM_BODY_BYTES_MAX,
    CLAIM_CHARACTERS_MAX,
    QUANTITY_MAX,
    SLOT_COUNT_MAX,
    SLOT_INDEX_MAX,
    SPAN_MINUTES_MAX,
    TAKERS,
    ClaimFields,
    SlotRange,
    Span,
    Step,
    decode_claim,
    encode_claim,
    mark_of,
    read_claim_head,
    shown_claim,
)
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.frames import Objects, RadioCodec
from meshnode.protocol.limits import FRAME_BYTES_MAX_DEFAULT, SEQUENCE_MAX
from meshnode.protocol.object import Kind, ObjectId, ShortId, compose
from tests.community import ANNA, COMMUNITY, MINUTE

ROOT = ShortId(b"root")
MARK = b"mark"
NUMBERS = st.integers(min_value=1, max_value=QUANTITY_MAX)
MINUTES = st.integers(min_value=0, max_value=2**24 - 1)
SHORT = st.text(alphabet="äbc 1\n", max_size=60).map(clean)
LINES = st.text(alphabet="äbc 1", max_size=20).map(clean)
SLOTS = st.builds(
    SlotRange,
    st.integers(min_value=0, max_value=SLOT_INDEX_MAX),
    st.integers(min_value=1, max_value=SLOT_COUNT_MAX),
)
SPANS = st.builds(
    lambda start, length: Span(start, start + length),
    st.integers(min_value=0, max_value=2**24 - 1 - SPAN_MINUTES_MAX),
    st.integers(min_value=1, max_value=SPAN_MINUTES_MAX),
)
QUANTITIES = st.just(0) | NUMBERS
ASKS = st.builds(
    ClaimFields,
    st.just(Step.ASK),
    quantity=QUANTITIES,
    slots=st.none() | SLOTS,
    span=st.none() | SPANS,
    on_behalf=LINES,
    text=SHORT,
)
MARKS = st.binary(min_size=4, max_size=4)
STEPS = st.one_of(
    ASKS,
    st.builds(ClaimFields, st.just(Step.HOLD), MARKS, QUANTITIES, until_min=MINUTES, text=SHORT),
    st.builds(ClaimFields, st.just(Step.CONFIRM), MARKS, QUANTITIES, text=SHORT),
    st.builds(ClaimFields, st.just(Step.CALL), MARKS, until_min=st.none() | MINUTES, text=SHORT),
    st.builds(
        ClaimFields,
        st.sampled_from(
            [Step.DECLINE, Step.CANCEL, Step.DONE, Step.RETURNED, Step.NO_SHOW, Step.THANK]
        ),
        MARKS,
        text=SHORT,
    ),
)
FULL = ClaimFields(
    Step.ASK,
    quantity=QUANTITY_MAX,
    slots=SlotRange(SLOT_INDEX_MAX, SLOT_COUNT_MAX),
    span=Span(MINUTE, MINUTE + SPAN_MINUTES_MAX),
    on_behalf="Frau Schönwald, Schillerstraße 12, dritter Stock, Hinterhaus",
    text="Ich komme um 14:00 mit dem Handwagen vorbei und bringe zwei leere Kanister mit. "
    "Bitte klingeln lassen und nicht abschließen. Tut die Klingel nicht? Rufen Sie!!",
)


@given(fields=STEPS)
def test_what_is_written_reads_back_the_same(fields: ClaimFields) -> None:
    codec, body = encode_claim(fields)
    assert decode_claim(codec, body, ROOT) == fields
    assert shown_claim(codec, body, ROOT) == fields


@settings(max_examples=300)
@given(
    codec=st.integers(min_value=0, max_value=7),
    body=st.binary(max_size=CLAIM_BODY_BYTES_MAX + 2),
    parent=st.none() | st.just(ROOT),
)
def test_no_bytes_do_more_than_be_refused(codec: int, body: bytes, parent: ShortId | None) -> None:
    try:
        head, _ = read_claim_head(body, parent)
    except PeerError:
        return
    assert shown_claim(codec, body, parent).step is head.step
    try:
        fields = decode_claim(codec, body, parent)
    except PeerError:
        return
    again = encode_claim(fields)
    assert decode_claim(*again, parent) == fields


def test_the_fullest_claim_is_one_radio_frame() -> None:
    assert len(FULL.text) > 150
    assert len(FULL.on_behalf) == 60
    codec, body = encode_claim(FULL)
    assert _frame_bytes(codec, body) <= FRAME_BYTES_MAX_DEFAULT
    assert _frame_bytes(0, bytes(CLAIM_BODY_BYTES_MAX)) == FRAME_BYTES_MAX_DEFAULT


def test_words_that_do_not_fit_a_frame_are_refused_with_what_to_do() -> None:
    strange = "".join(chr(0x4E00 + 137 * at) for at in range(CLAIM_CHARACTERS_MAX))
    with pytest.raises(LimitError, match="one radio frame. Say it shorter"):
        encode_claim(replace(FULL, text=strange))


@pytest.mark.parametrize(
    "fields",
    [
        replace(FULL, quantity=QUANTITY_MAX + 1),
        replace(FULL, quantity=-1),
        replace(FULL, slots=SlotRange(SLOT_INDEX_MAX + 1)),
        replace(FULL, slots=SlotRange(0, SLOT_COUNT_MAX + 1)),
        replace(FULL, slots=SlotRange(0, 0)),
        replace(FULL, span=Span(5, 5)),
        replace(FULL, span=Span(5, 6 + SPAN_MINUTES_MAX)),
        replace(FULL, span=Span(2**24 - 1, 2**24)),
        replace(FULL, text="a" * (CLAIM_CHARACTERS_MAX + 1)),
        replace(FULL, mark=MARK),
        ClaimFields(Step.DONE),
        ClaimFields(Step.DONE, b"toolong"),
        ClaimFields(Step.DONE, MARK, quantity=1),
        ClaimFields(Step.DONE, MARK, on_behalf="Oma"),
        ClaimFields(Step.HOLD, MARK),
        ClaimFields(Step.CONFIRM, MARK, until_min=5),
    ],
)
def test_what_is_out_of_bounds_is_refused_before_it_is_signed(fields: ClaimFields) -> None:
    with pytest.raises(LimitError):
        encode_claim(fields)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "truncated"),
        (b"\xa0", "bad_step"),
        (b"\x08", "not_canonical"),  # An ask with an until.
        (b"\x10mark", "missing_value"),
        (b"\x50mar", "truncated"),
        (b"\x51mark\x01", "not_canonical"),
        (b"\x01\x00", "bad_value"),
        (b"\x01\x90\x4e", "bad_value"),  # 10000.
        (b"\x02\x00\x00", "bad_value"),
        (b"\x02\x00\x41", "bad_value"),
        (b"\x02\x80\x20\x01", "bad_value"),
        (b"\x04\x00\x00\x01\x00", "bad_value"),
        (b"\x04\xff\xff\xff\x01", "bad_value"),
        (bytes(CLAIM_BODY_BYTES_MAX + 1), "oversize"),
    ],
)
def test_a_damaged_head_is_refused_by_every_node(body: bytes, reason: str) -> None:
    with pytest.raises(PeerError) as caught:
        read_claim_head(body, ROOT)
    assert caught.value.reason == reason


def test_a_claim_about_nothing_is_refused() -> None:
    with pytest.raises(PeerError) as caught:
        read_claim_head(b"\x00", None)
    assert caught.value.reason == "no_parent"


def test_words_that_cannot_be_read_are_a_sentence_and_the_step_still_counts() -> None:
    shown = shown_claim(7, b"\x20markwords", ROOT)
    assert shown.step is Step.CONFIRM
    assert "newer version" in shown.text


def test_a_step_names_its_ask_by_the_bytes_behind_the_short_id() -> None:
    assert mark_of(ObjectId(bytes(range(16)))) == b"\x04\x05\x06\x07"


def test_every_step_has_somebody_who_may_take_it() -> None:
    assert set(TAKERS) == set(Step)
    assert all(TAKERS.values())


def _frame_bytes(codec: int, body: bytes) -> int:
    thing = compose(
        key=ANNA,
        community=COMMUNITY,
        kind=Kind.CLAIM,
        body=body,
        codec=codec,
        parent=ROOT,
        sequence=SEQUENCE_MAX,
        created_min=MINUTE,
        lifetime_code=13,
    )
    return len(RadioCodec(bytes(32), b"ab").seal(0, Objects((thing.encoded,))))
