"""Lines for paper: what was written reads back, and no other text does more than be refused."""

from contextlib import suppress

import pytest
import segno
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meshnode.board import paperline
from meshnode.board.paperline import (
    ALPHABET,
    LINE_CHARACTERS_MAX,
    PART_BYTES_MAX,
    PARTS_MAX,
    PREFIX,
    PaperPart,
    codes,
    decode_paper_part,
    encode_paper,
    encode_paper_part,
    scan,
)
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.limits import BODY_BYTES_MAX, OBJECT_BYTES_MAX
from meshnode.protocol.object import ShortId, SignedObject
from tests.community import ANNA, MINUTE, made
from tests.everykind import village

LONGEST = made(
    ANNA,
    30,
    bytes(range(256)) * 7 + bytes(BODY_BYTES_MAX - 7 * 256),
    sequence=2**35 - 1,
    minute=MINUTE,
    minutes=1440,
    parent=ShortId(b"root"),
)
SMALL = village().things[-1]

parts = st.builds(
    lambda thing, count, number, chunk: PaperPart(ShortId(thing), number % count, count, chunk),
    st.binary(min_size=4, max_size=4),
    st.integers(1, PARTS_MAX),
    st.integers(0, PARTS_MAX - 1),
    st.binary(min_size=1, max_size=OBJECT_BYTES_MAX),
)


@given(parts)
def test_a_part_reads_back_and_no_line_is_longer_than_allowed(part: PaperPart) -> None:
    line = encode_paper_part(part)
    assert decode_paper_part(line) == part
    assert decode_paper_part(line.lower()) == part
    assert len(line) <= LINE_CHARACTERS_MAX


@given(st.text(ALPHABET, max_size=40) | st.text(max_size=40))
@example("")
@example("///")
@example("0")
def test_a_line_is_read_in_one_form_only(letters: str) -> None:
    with suppress(PeerError):
        part = decode_paper_part(PREFIX + letters)
        assert encode_paper_part(part) == (PREFIX + letters).upper()


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_or_read_but_raise_nothing_else(data: bytes) -> None:
    scan(data.decode("latin-1"))
    scan(f"{PREFIX}{data.decode('latin-1')}{PREFIX}")


@settings(max_examples=40, deadline=None)
@given(st.permutations(village().things[::5]), st.randoms(use_true_random=False))
def test_lines_of_many_objects_may_come_in_any_order_and_twice(
    things: list[SignedObject], dice
) -> None:
    lines = [line for one in things for line in encode_paper(one, part_bytes_max=150)]
    shuffled = [*lines, *lines[::3]]
    dice.shuffle(shuffled)
    found = scan("\n".join(shuffled))
    assert {one.id for one in found.things} == {one.id for one in things}
    assert not found.missing
    assert not found.unreadable


@given(st.integers(0, 10_000), st.sampled_from(ALPHABET))
def test_a_changed_letter_never_gives_another_object(at: int, letter: str) -> None:
    (line,) = encode_paper(SMALL)
    place = len(PREFIX) + at % (len(line) - len(PREFIX))
    changed = line[:place] + letter + line[place + 1 :]
    found = scan(changed)
    assert all(one.encoded == SMALL.encoded for one in found.things)
    assert bool(found.things) is (changed == line)
    assert changed == line or found.unreadable or found.missing


@given(st.integers(0, 10_000))
def test_a_line_that_is_cut_off_gives_nothing_and_says_so(length: int) -> None:
    (line,) = encode_paper(SMALL)
    cut = line[: len(PREFIX) + length % (len(line) - len(PREFIX))]
    found = scan(cut)
    assert not found.things
    assert found.unreadable


def test_lines_stand_in_other_text_and_may_be_broken_by_a_mail_program() -> None:
    (line,) = encode_paper(SMALL)
    broken = "\n".join(line[at : at + 60] for at in range(0, len(line), 60))
    assert scan(f"Hallo Bert,\nhier:\n{broken}\n \nVIELE GRUESSE, Anna").things == (SMALL,)


def test_the_longest_object_takes_several_lines_and_what_is_missing_is_named() -> None:
    lines = encode_paper(LONGEST)
    assert len(lines) == -(-OBJECT_BYTES_MAX // PART_BYTES_MAX) > 1
    assert scan(" ".join(reversed(lines))).things == (LONGEST,)
    found = scan(" ".join(lines[:1] + lines[2:]))
    assert not found.things
    (missing,) = found.missing
    assert (missing.thing, missing.numbers, missing.count) == (LONGEST.short_id, (2,), len(lines))


def test_a_part_read_wrong_is_named_and_read_right_the_next_time() -> None:
    first, *others = encode_paper(LONGEST)
    wrong = first[:-1] + ("0" if first[-1] != "0" else "1")
    found = scan(" ".join([wrong, *others]))
    assert not found.things
    assert [one.reason for one in found.unreadable] == ["bad_checksum"]
    again = scan(" ".join([wrong, *others, first, *others]))
    assert again.things == (LONGEST,)


def test_two_versions_of_a_part_are_told_apart() -> None:
    first, *_ = encode_paper(LONGEST)
    wrong = first[:-1] + ("0" if first[-1] != "0" else "1")
    assert [one.reason for one in scan(f"{first} {wrong}").unreadable] == ["two_versions"]


def test_an_object_in_more_than_sixteen_parts_is_our_mistake() -> None:
    smallest = -(-OBJECT_BYTES_MAX // PARTS_MAX)
    assert len(encode_paper(LONGEST, part_bytes_max=smallest)) == PARTS_MAX
    with pytest.raises(CallerError):
        encode_paper(LONGEST, part_bytes_max=smallest - 1)


def test_a_part_beyond_its_count_a_line_without_content_and_one_too_long_are_refused() -> None:
    for line, reason in (
        (encode_paper_part(PaperPart(ShortId(bytes(4)), 2, 2, b"x")), "bad_value"),
        (PREFIX + paperline._letters(bytes(5)), "bad_length"),
        (PREFIX + "0" * LINE_CHARACTERS_MAX, "oversize"),
        ("MN2:000", "bad_prefix"),
        (PREFIX + "0000", "truncated"),
        (PREFIX + "///", "bad_value"),
    ):
        with pytest.raises(PeerError) as refused:
            decode_paper_part(line)
        assert refused.value.reason == reason


def test_a_code_is_packed_as_letters_and_holds_as_much_as_is_asked_for() -> None:
    some = village().things[:12]
    contents = codes(some, characters_max=900)
    assert scan("\n".join(contents)).things == some
    assert all(len(one) <= 900 for one in contents)
    assert len(contents) < len(some)
    for content in contents:
        assert segno.make(content, error="l", micro=False).mode == "alphanumeric"
