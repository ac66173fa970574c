from dataclasses import replace
from random import Random

import pytest

from meshnode.board.bulletins.bulletin import (
    CATEGORIES,
    PLAIN_BYTES_MAX,
    BulletinFields,
    Severity,
    clean,
    decode_bulletin,
    encode_bulletin,
)
from meshnode.protocol import text as texts
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.limits import BODY_BYTES_MAX, SEQUENCE_MAX
from meshnode.protocol.object import Kind, compose

BULLETIN = BulletinFields(
    text="Bitte eigene Flaschen mitbringen.", title=None, category="water", severity=Severity.MINOR
)
DICE = Random(1)
INCOMPRESSIBLE = "".join(chr(0x4E00 + DICE.randrange(20_000)) for _ in range(1600))


def reason_of(codec: int, body: bytes) -> str:
    with pytest.raises(PeerError) as refused:
        decode_bulletin(codec, body)
    return refused.value.reason


def round_trip(fields: BulletinFields) -> BulletinFields:
    return decode_bulletin(*encode_bulletin(fields))


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("category", [*CATEGORIES, "a", "z" * 24, "lending-library-2", "-"])
@pytest.mark.parametrize("title", [None, "Wasser", "t" * 80])
def test_what_is_encoded_decodes_to_the_same(
    severity: Severity, category: str, title: str | None
) -> None:
    fields = BulletinFields(text="Zwei\nZeilen", title=title, category=category, severity=severity)
    assert round_trip(fields) == fields


def test_the_numbers_on_the_wire_are_frozen() -> None:
    known = [encode_bulletin(replace(BULLETIN, category=word))[1][0] for word in CATEGORIES]
    assert known == [0x40 | number << 2 for number in range(15)]
    assert " ".join(CATEGORIES) == (
        "general water power heat food health shelter transport safety communication event "
        "lost-found help weather other"
    )
    severities = [encode_bulletin(replace(BULLETIN, severity=one))[1][0] for one in Severity]
    assert severities == [0x04, 0x44, 0x84, 0xC4]
    assert [one.value for one in Severity] == ["info", "minor", "severe", "extreme"]


def test_the_longest_text_passes_and_one_character_more_does_not() -> None:
    longest = replace(BULLETIN, text="ab " * 533 + "a")
    assert len(longest.text) == 1600
    assert round_trip(longest) == longest
    with pytest.raises(LimitError, match="has 1601 characters; at most 1600 fit"):
        encode_bulletin(replace(BULLETIN, text="ab " * 533 + "ab"))
    assert reason_of(0, b"\x00" + b"a" * 1601) == "bad_length"


def test_the_longest_title_and_text_of_wide_characters_decode_within_the_bound() -> None:
    fields = replace(BULLETIN, title="🚰" * 80, text="🚰" * 1600)
    assert len(f"{fields.title}\n{fields.text}".encode()) <= PLAIN_BYTES_MAX
    assert round_trip(fields) == fields


def test_an_empty_text_is_refused_both_ways() -> None:
    with pytest.raises(LimitError, match="text is empty"):
        encode_bulletin(replace(BULLETIN, text=""))
    assert reason_of(0, b"\x00") == "bad_length"
    assert reason_of(0, b"\x02title\n") == "bad_length"


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("", "title is empty"),
        ("t" * 81, "has 81 characters; at most 80 fit"),
        ("two\nlines", "more than one line"),
    ],
)
def test_a_title_outside_its_bounds_is_refused_with_words(title: str, words: str) -> None:
    with pytest.raises(LimitError, match=words):
        encode_bulletin(replace(BULLETIN, title=title))


@pytest.mark.parametrize("title", [b"", b"t" * 81])
def test_a_title_outside_its_bounds_is_refused_from_the_wire(title: bytes) -> None:
    assert reason_of(0, b"\x02" + title + b"\ntext") == "bad_length"


def test_a_title_flag_without_a_title_is_refused() -> None:
    assert reason_of(0, b"\x02just text") == "bad_length"


@pytest.mark.parametrize(
    "category", ["", "a" * 25, "Water", "trinkwasser!", "wässer", "a b", "a\n"]
)
def test_a_category_that_is_no_word_is_refused_with_words(category: str) -> None:
    with pytest.raises(LimitError, match="Use one of general, water"):
        encode_bulletin(replace(BULLETIN, category=category))


@pytest.mark.parametrize("word", [b"", b"Water", b"a b", b"a\n", b"w\xc3\xa4sser", b"\xff"])
def test_a_category_that_is_no_word_is_refused_from_the_wire(word: bytes) -> None:
    assert reason_of(0, b"\x3c" + bytes([len(word)]) + word + b"text") == "bad_category"


@pytest.mark.parametrize("word", CATEGORIES)
def test_a_known_category_has_only_its_number(word: str) -> None:
    assert reason_of(0, b"\x3c" + bytes([len(word)]) + word.encode() + b"x") == "not_canonical"


def test_a_category_length_in_a_longer_form_is_refused() -> None:
    assert reason_of(0, b"\x3c\x81\x00ax") == "not_canonical"


def test_the_lowest_bit_announces_a_template_which_has_no_title() -> None:
    for first in (0x01, 0x41, 0x81, 0xC1):
        assert decode_bulletin(0, bytes([first]) + b"text").template is not None
        assert reason_of(0, bytes([first | 2]) + b"text") == "not_canonical"
        assert reason_of(0, bytes([first])) == "truncated"


def test_an_empty_body_is_refused() -> None:
    assert reason_of(0, b"") == "truncated"


def test_a_text_that_does_not_fit_an_object_is_refused_with_words() -> None:
    with pytest.raises(LimitError, match=f"bytes compressed; at most {BODY_BYTES_MAX} fit"):
        encode_bulletin(replace(BULLETIN, text=INCOMPRESSIBLE))


def test_the_bound_of_the_body_holds_from_both_sides() -> None:
    body = b"\x00" + "水".encode() * 654
    assert len(body) == BODY_BYTES_MAX - 2
    assert decode_bulletin(0, body + b"ab").text.endswith("水ab")
    assert reason_of(0, body + b"abc") == "oversize"


def test_beside_the_compressed_text_a_bulletin_takes_at_most_80_bytes() -> None:
    codec, body = encode_bulletin(BULLETIN)
    data = texts.encode(BULLETIN.text)[1]
    beside = {}
    for sequence in (1, 127, 128, SEQUENCE_MAX):
        made = compose(
            key=SigningKey(b"\x02" * 32),
            community=CommunityId(b"\x01" * 16),
            kind=Kind.BULLETIN,
            body=body,
            sequence=sequence,
            created_min=1_052_700,
            lifetime_code=4,
            codec=codec,
        )
        beside[sequence] = len(made.encoded) - len(data)
    assert beside == {1: 75, 127: 75, 128: 76, SEQUENCE_MAX: 79}


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  \n Wasser\t\n ", "Wasser"),
        ("a\r\nb\rc\nd\u2028e\x85f", "a\nb\nc\nd\ne\nf"),
        ("Ku\u0308che", "Küche"),
        ("a\x00b\x1b[31mc\u202ed", "ab[31mcd"),
        ("\ud83d", ""),
        ("🚰 ماء", "🚰 ماء"),
    ],
)
def test_what_people_type_is_cleaned(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned
    assert clean(cleaned) == cleaned
