"""Places and levels: their bounds from both sides, and opening hours as people type them."""

from dataclasses import replace

import pytest

from meshnode.board.places.level import Level, LevelFields, Source, decode_level, encode_level
from meshnode.board.places.opening import ALWAYS, Span, encode_week, is_open, read_week
from meshnode.board.places.opening_words import week_from_words, week_words
from meshnode.board.places.place import (
    CATEGORIES,
    PEOPLE_MAX,
    TEXT_CHARACTERS_MAX,
    PlaceFields,
    PlaceHead,
    PlaceWords,
    Position,
    Steps,
    coarse_position,
    decode_place,
    encode_place,
    readable_place,
)
from meshnode.board.tail import LINE_CHARACTERS_MAX
from meshnode.protocol.cursor import Reader
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.object import ShortId

ROOT = ShortId(b"root")
HEAD = PlaceHead(category=0)
PLAIN = PlaceFields(HEAD, PlaceWords("Brunnen"))
GERMAN = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6


def fits(fields: PlaceFields) -> bool:
    try:
        codec, body = encode_place(fields)
    except LimitError:
        return False
    assert decode_place(codec, body) == fields
    return True


def test_a_place_with_everything_and_sixty_characters_is_one_frame() -> None:
    words = PlaceWords(
        "Begegnungszentrum Nordmarkt", "Nordmarkt 1", contact="Klingel am Seiteneingang"
    )
    assert sum(map(len, (words.name, words.address, words.contact))) >= 60
    head = PlaceHead(
        category=0,
        capacity=PEOPLE_MAX,
        week=week_from_words("Mo-Do 9-12, 14-18; Fr 9-12, 14-17; Sa 9:30-13; So 11-12"),
        position=coarse_position(51.5234, 7.4671),
        steps=Steps.STEP_FREE,
    )
    _, body = encode_place(PlaceFields(head, words))
    # 75 bytes beside the body, docs/spec/object.md; the update has a parent, too.
    assert len(body) + 75 + 4 <= 200


def test_letters_that_do_not_compress_fit_one_frame_as_well() -> None:
    words = PlaceWords(
        "مركز اللقاء في نوردماركت", "Нордмаркт 1", text="кімната для обігріву, 2 поверх"
    )
    assert sum(map(len, (words.name, words.address, words.text))) >= 60
    head = replace(HEAD, capacity=60, position=Position(51_523, 7_467), week=ALWAYS)
    _, body = encode_place(PlaceFields(head, words))
    assert len(body) + 75 + 4 <= 200


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        (replace(HEAD, capacity=PEOPLE_MAX), replace(HEAD, capacity=PEOPLE_MAX + 1)),
        (replace(HEAD, capacity=0), replace(HEAD, capacity=-1)),
        (PlaceHead(255), PlaceHead(256)),
        (PlaceHead(0), PlaceHead(-1)),
        (replace(HEAD, position=Position(90_000, 0)), replace(HEAD, position=Position(90_001, 0))),
        (
            replace(HEAD, position=Position(-90_000, 0)),
            replace(HEAD, position=Position(-90_001, 0)),
        ),
        (
            replace(HEAD, position=Position(0, 179_999)),
            replace(HEAD, position=Position(0, 180_000)),
        ),
        (
            replace(HEAD, position=Position(0, -180_000)),
            replace(HEAD, position=Position(0, -180_001)),
        ),
    ],
)
def test_every_number_of_a_place_has_its_bounds(inside: PlaceHead, outside: PlaceHead) -> None:
    assert fits(PlaceFields(inside, PLAIN.words))
    assert not fits(PlaceFields(outside, PLAIN.words))


@pytest.mark.parametrize("field", ["name", "address", "hours", "contact", "on_behalf_of"])
def test_every_line_has_sixty_characters(field: str) -> None:
    full = "x" * LINE_CHARACTERS_MAX
    assert fits(PlaceFields(HEAD, replace(PLAIN.words, **{field: full})))
    assert not fits(PlaceFields(HEAD, replace(PLAIN.words, **{field: full + "x"})))
    assert not fits(PlaceFields(HEAD, replace(PLAIN.words, **{field: "two\nlines"})))


def test_the_text_has_four_hundred_characters_and_the_name_one() -> None:
    assert fits(PlaceFields(HEAD, PlaceWords("B", text="y" * TEXT_CHARACTERS_MAX)))
    assert not fits(PlaceFields(HEAD, PlaceWords("B", text="y" * (TEXT_CHARACTERS_MAX + 1))))
    assert not fits(PlaceFields(HEAD, PlaceWords("", text="y")))


def test_a_position_is_never_finer_than_a_thousandth_of_a_degree() -> None:
    assert coarse_position(51.52349, 7.46651) == Position(51_523, 7_467)
    assert coarse_position(-33.8568, 180.0) == Position(-33_857, -180_000)
    for latitude, longitude in ((90.1, 0), (0, -180.1), (float("nan"), 0), (0, float("inf"))):
        with pytest.raises(LimitError):
            coarse_position(latitude, longitude)


def test_a_category_of_a_newer_version_is_shown_as_other() -> None:
    codec, body = encode_place(PLAIN)
    newer = bytes([len(CATEGORIES)]) + body[1:]
    assert decode_place(codec, newer).head.category_word == "other"
    assert decode_place(codec, newer).head.category == len(CATEGORIES)


def test_words_that_cannot_be_read_are_a_sentence_and_the_numbers_stay() -> None:
    fields = readable_place(7, bytes([3, 0x10, 60]) + b"whatever")
    assert fields.head.category_word == "warm-room"
    assert fields.head.capacity == 60
    assert "newer version" in fields.words.text


# Opening hours.


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Mo-Fr 9-12, 14-18; Sa 9:30-13", "Mo-Fr 9:00-12:00, 14:00-18:00; Sa 9:30-13:00"),
        ("mon to fri 9 to 18 Uhr", "Mo-Fr 9:00-18:00"),
        ("Mo, Mi, Fr 10-12", "Mo 10:00-12:00; Mi 10:00-12:00; Fr 10:00-12:00"),
        ("täglich 8–20", "Mo-So 8:00-20:00"),
        ("Sa-Mo 10-11", "Mo 10:00-11:00; Sa-So 10:00-11:00"),
        ("Freitag 18-2", "Fr 18:00-2:00"),
        ("Do 22-24", "Do 22:00-24:00"),
        ("always", "Mo-So 0:00-24:00"),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, read: str) -> None:
    week = week_from_words(typed)
    assert week_words(week, GERMAN) == read
    assert week_from_words(read) == week
    form, data = encode_week(week)
    assert read_week(Reader(data), form) == week


@pytest.mark.parametrize(
    "typed",
    ["", "Mo-Fr", "9-12", "Mo 9:10-12", "Mo 9-25", "Mo 9-12, 13-14, 15-16", "Mo 9-12, 12-14",
     "Mx 9-12", "Mo 9-12, 11-14", "M 9-12", "Mo 18-8:00", "Mo 9-12, Di", "x" * 301],
)  # fmt: skip
def test_hours_that_cannot_be_meant_are_refused(typed: str) -> None:
    with pytest.raises(LimitError):
        week_from_words(typed)


def test_a_night_ends_before_eight() -> None:
    assert week_from_words("Mo 18-7:45")[MONDAY] == (Span(72, 127),)


def test_it_is_open_from_the_first_minute_to_the_last_and_past_midnight() -> None:
    week = week_from_words("Fr 18-2; Sa 10-12")
    assert not is_open(week, FRIDAY, 18 * 60 - 1)
    assert is_open(week, FRIDAY, 18 * 60)
    assert is_open(week, SATURDAY, 2 * 60 - 1)
    assert not is_open(week, SATURDAY, 2 * 60)
    assert is_open(week, SATURDAY, 12 * 60 - 1)
    assert not is_open(week, SATURDAY, 12 * 60)
    assert is_open(week_from_words("So 22-1"), MONDAY, 59)
    assert not is_open(week, SUNDAY, 60)


# Levels.


def test_the_longest_level_is_four_bytes() -> None:
    longest = max(
        len(encode_level(fields)[1])
        for fields in (
            *(LevelFields(level) for level in Level),
            LevelFields(people=PEOPLE_MAX, source=Source.COUNTER),
        )
    )
    # 75 bytes beside the body, 4 for the parent, 4 more for a sequence number of five bytes.
    assert longest == 4
    assert longest + 75 + 4 + 4 <= 90


@pytest.mark.parametrize(
    "fields",
    [
        LevelFields(),
        LevelFields(Level.FULL, people=3),
        LevelFields(people=-1),
        LevelFields(people=PEOPLE_MAX + 1),
        LevelFields(Level.FULL, source=Source.COUNTER),
    ],
)
def test_a_level_that_says_nothing_or_two_things_is_refused(fields: LevelFields) -> None:
    with pytest.raises(LimitError):
        encode_level(fields)


@pytest.mark.parametrize("people", [0, 1, 127, 128, PEOPLE_MAX])
def test_a_number_of_people_reads_back(people: int) -> None:
    for source in Source:
        fields = LevelFields(people=people, source=source)
        codec, body = encode_level(fields)
        assert decode_level(codec, body, ROOT) == fields


def test_a_level_with_words_is_refused() -> None:
    with pytest.raises(PeerError):
        decode_level(0, encode_level(LevelFields(Level.FULL))[1] + b"x", ROOT)
