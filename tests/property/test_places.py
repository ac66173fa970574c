"""Places: what is written reads back, random bytes are refused, and order changes nothing."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.names import clean_name
from meshnode.board.places.crowding import Counted, Said, SaidAs, State, crowding, level_of
from meshnode.board.places.crowding_words import SHORT_DAYS
from meshnode.board.places.level import Level, LevelFields, Source, decode_level, encode_level
from meshnode.board.places.opening import SPANS_MAX, Span, Week, encode_week, read_week
from meshnode.board.places.opening_words import week_from_words, week_words
from meshnode.board.places.pattern import (
    PENDING_HOURS,
    WEEK_HOURS,
    Pattern,
    Sample,
    decode_pattern,
    encode_pattern,
    fold,
    learn,
)
from meshnode.board.places.place import (
    PEOPLE_MAX,
    PlaceFields,
    PlaceHead,
    PlaceWords,
    Position,
    Steps,
    decode_place,
    encode_place,
    read_place_head,
)
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import Fingerprint, KeyId
from meshnode.protocol.object import ObjectId, ShortId

ROOT = ShortId(b"root")
NOW = 1_500_000
CODECS = st.integers(min_value=0, max_value=7)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    def day() -> tuple[Span, ...]:
        ends = sorted(draw(st.lists(st.integers(0, 95), max_size=2 * SPANS_MAX, unique=True)))
        pairs = zip(ends[::2], ends[1::2], strict=False)
        return tuple(Span(start, end) for start, end in pairs)

    week = tuple(day() for _ in range(7))
    return week if any(week) else ((Span(72, 104),), *week[1:])


LINES = st.text(max_size=12).map(clean_name)
HEADS = st.builds(
    PlaceHead,
    category=st.integers(0, 255),
    capacity=st.integers(0, PEOPLE_MAX),
    week=st.none() | weeks(),
    position=st.none()
    | st.builds(Position, st.integers(-90_000, 90_000), st.integers(-180_000, 179_999)),
    steps=st.sampled_from(Steps),
)
WORDS = st.builds(
    PlaceWords,
    name=LINES.filter(bool),
    address=LINES,
    hours=LINES,
    contact=LINES,
    on_behalf_of=LINES,
    text=st.text(max_size=30).map(clean),
)
LEVELS = st.one_of(
    st.builds(LevelFields, st.sampled_from(Level), source=st.just(Source.PERSON)),
    st.builds(LevelFields, people=st.integers(0, PEOPLE_MAX), source=st.sampled_from(Source)),
)


@given(st.builds(PlaceFields, HEADS, WORDS))
def test_a_place_reads_back_the_same(fields: PlaceFields) -> None:
    codec, body = encode_place(fields)
    assert decode_place(codec, body) == fields
    assert read_place_head(body)[0] == fields.head


@given(CODECS, st.binary(max_size=80))
def test_random_bytes_as_a_place_read_to_something_writable_or_are_refused(
    codec: int, body: bytes
) -> None:
    with suppress(PeerError):
        fields = decode_place(codec, body)
        assert decode_place(*encode_place(fields)) == fields


@given(HEADS, st.binary(min_size=1, max_size=20), st.data())
def test_the_numbers_of_a_place_have_one_form(
    head: PlaceHead, tail: bytes, data: st.DataObject
) -> None:
    body = bytearray(encode_place(PlaceFields(head, PlaceWords("x")))[1][:-4] + tail)
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] = data.draw(st.integers(0, 255))
    with suppress(PeerError):
        read, rest = read_place_head(bytes(body))
        again = encode_place(PlaceFields(read, PlaceWords("x")))[1]
        assert again.startswith(bytes(body[: len(body) - len(rest)]))


@given(LEVELS)
def test_a_level_reads_back_the_same(fields: LevelFields) -> None:
    codec, body = encode_level(fields)
    assert decode_level(codec, body, ROOT) == fields


@given(CODECS, st.binary(max_size=6))
def test_random_bytes_as_a_level_have_one_form_or_are_refused(codec: int, body: bytes) -> None:
    with suppress(PeerError):
        assert encode_level(decode_level(codec, body, ROOT)) == (codec, body)


@given(weeks())
def test_hours_read_back_the_same_as_bytes_and_as_words(week: Week) -> None:
    form, data = encode_week(week)
    assert read_week(Reader(data), form) == week
    assert week_from_words(week_words(week, list(SHORT_DAYS.english.values()))) == week


@given(st.integers(0, 15), st.binary(max_size=40))
def test_random_bytes_as_hours_have_one_form_or_are_refused(form: int, data: bytes) -> None:
    reader = Reader(data)
    with suppress(PeerError):
        week = read_week(reader, form)
        assert encode_week(week) == (form, data[: len(data) - reader.remaining])


@given(st.text(max_size=40))
def test_whatever_is_typed_as_hours_is_read_or_refused(text: str) -> None:
    with suppress(LimitError):
        encode_week(week_from_words(text))


# Crowding.

AUTHORS = ("anna", "bert", "cem")


@st.composite
def statements(draw: st.DrawFn) -> Said:
    by = draw(st.sampled_from(AUTHORS))
    fields = draw(LEVELS)
    host = by == "anna"
    said_as = SaidAs.HOST if host else SaidAs.RESIDENT
    age = draw(st.integers(-5, 500))
    return Said(
        id=ObjectId(draw(st.binary(min_size=16, max_size=16))),
        key=KeyId(by.encode()[:4].ljust(4)),
        by=Fingerprint(by.encode().ljust(16)),
        name=by,
        said_as=SaidAs.COUNTER if fields.source is Source.COUNTER else said_as,
        source=fields.source,
        minute=NOW - age,
        expires_min=NOW - age + draw(st.sampled_from((60, 360, 1440))),
        level=fields.level,
        people=fields.people,
    )


MANY = st.lists(statements(), max_size=8, unique_by=lambda one: one.id)
COUNTED = st.lists(
    st.builds(Counted, st.integers(NOW // 60 - 30, NOW // 60), st.integers(0, 300)),
    max_size=5,
    unique_by=lambda one: one.hour,
)


@given(MANY, COUNTED, st.integers(0, 200), st.randoms(use_true_random=False))
def test_the_order_of_words_changes_nothing(words, counted, capacity, dice) -> None:
    shuffled, other = list(words), list(counted)
    dice.shuffle(shuffled)
    dice.shuffle(other)
    assert crowding(words, minute=NOW, capacity=capacity, counted=counted) == crowding(
        shuffled, minute=NOW, capacity=capacity, counted=other
    )


@given(MANY, st.integers(0, 200))
def test_nothing_is_shown_that_nobody_said(words: list[Said], capacity: int) -> None:
    found = crowding(words, minute=NOW, capacity=capacity)
    live = [one for one in words if one.expires_min > NOW and one.source is not Source.COUNTER]
    if found.said is None:
        assert found.level is None
        assert found.state is State.UNKNOWN
    else:
        assert found.said in live
        assert found.level is level_of(found.said, capacity)
    if found.other is not None:
        assert found.other in live
        assert found.other.by != found.said.by  # type: ignore[union-attr]
        assert found.other_level is not found.level
    assert 0 <= found.confidence <= 100


# Pattern.

HOUR = 25_000
SAMPLES = st.lists(
    st.builds(
        Sample,
        hour=st.integers(HOUR - PENDING_HOURS, HOUR),
        is_host=st.booleans(),
        minute=st.integers(0, 59),
        level=st.sampled_from((Level.EMPTY, Level.SOME, Level.FULL)),
    ),
    max_size=12,
)


@given(SAMPLES, st.randoms(use_true_random=False))
def test_a_day_is_learned_the_same_in_any_order_and_with_restarts(samples, dice) -> None:
    whole = learn(Pattern(ROOT), samples)
    shuffled = [*samples, *samples]
    dice.shuffle(shuffled)
    pattern = Pattern(ROOT)
    for one in shuffled:
        pattern = decode_pattern(encode_pattern(learn(pattern, [one])))
    assert pattern == whole
    later = fold(pattern, HOUR + PENDING_HOURS + 1, lambda hour: hour % WEEK_HOURS)
    assert sum(one.samples for one in later.cells) == len({one.hour for one in samples})
    assert learn(later, [one for one in samples if one.hour <= later.folded_hour]) == later


@given(st.binary(max_size=120))
def test_random_bytes_as_a_pattern_have_one_form_or_are_refused(data: bytes) -> None:
    for body in (data, b"\x01root" + data):
        with suppress(PeerError):
            assert encode_pattern(decode_pattern(body)) == body
