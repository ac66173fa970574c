from dataclasses import replace
from hashlib import sha256

import pytest

from meshnode.board.bulletins.blanks import STEPS_MAX, ParameterKind
from meshnode.board.bulletins.bulletin import (
    CATEGORIES,
    BulletinFields,
    Severity,
    decode_bulletin,
    encode_bulletin,
)
from meshnode.board.bulletins.parameters import Value
from meshnode.board.bulletins.template import (
    TEMPLATE_BYTES_MAX,
    FilledTemplate,
    UnknownTemplate,
    decode_template,
    encode_template,
    filled,
)
from meshnode.board.bulletins.templates import BY_IDENTIFIER, TEMPLATES
from meshnode.protocol import text
from meshnode.protocol.errors import LimitError, PeerError

WATER: dict[str, Value] = {"place": "Nordmarkt", "from": 360, "to": 600, "litres": 20}
PHARMACY: dict[str, Value] = {"place": "Adler", "phone": "112"}


def body_of(name: str, values: dict[str, Value]) -> bytes:
    """Return the bytes of a template whose texts stand as plain UTF-8."""
    codec, data = encode_template(filled(BY_IDENTIFIER[name], values))
    assert codec == 0
    return data


def reason_of(codec: int, data: bytes) -> str:
    with pytest.raises(PeerError) as refused:
        decode_template(codec, data)
    return refused.value.reason


def words_of(name: str, values: dict[str, Value]) -> str:
    with pytest.raises(LimitError) as refused:
        filled(BY_IDENTIFIER[name], values)
    return str(refused.value)


def test_what_signed_objects_carry_is_frozen() -> None:
    """Whoever breaks this has changed what old bulletins say: make a new template instead."""
    lines = [
        f"{one.number} {one.identifier} "
        + " ".join(
            f"{parameter.name}:{parameter.kind.value}:{parameter.is_optional}:"
            f"{parameter.largest}:{','.join(parameter.choices)}"
            for parameter in one.parameters
        )
        for one in TEMPLATES
    ]
    assert [one.number for one in TEMPLATES] == list(range(1, len(TEMPLATES) + 1))
    for released, digest in (
        (lines[:20], "08c1f9ef7d95695b"),
        (lines[20:44], "c18ca6861ed03c6b"),
    ):
        assert sha256("\n".join(released).encode()).hexdigest()[:16] == digest


def test_every_template_has_a_known_category_and_severity_and_names_of_its_own() -> None:
    for template in TEMPLATES:
        assert template.category in CATEGORIES
        assert Severity(template.severity)
        names = [one.name for one in template.parameters]
        assert len(names) == len(set(names))
        assert any(one.kind is ParameterKind.TEXT for one in template.parameters)


def test_a_water_point_takes_six_bytes_and_the_place() -> None:
    codec, body = encode_bulletin(
        BulletinFields(
            "",
            None,
            "water",
            Severity.MINOR,
            filled(BY_IDENTIFIER["water"], {**WATER, "place": "§"}),
        )
    )
    # Head, number, from (two bytes: six hours ahead), to, litres, and the two bytes of §.
    assert (codec, body.hex()) == (0, "4501" + "9101" + "30" + "14" + "c2a7")


def test_a_filled_template_reads_back_the_same() -> None:
    fields = filled(BY_IDENTIFIER["water"], WATER)
    assert decode_template(*encode_template(fields)) == fields
    assert fields.named() == WATER


def test_what_may_be_left_out_reads_back_as_left_out() -> None:
    fields = filled(BY_IDENTIFIER["first-aid"], {"place": "Markt"})
    read = decode_template(*encode_template(fields))
    assert isinstance(read, FilledTemplate)
    assert read.named() == {"place": "Markt"}
    everything_out = filled(BY_IDENTIFIER["check-neighbours"], {})
    assert encode_template(everything_out) == (0, b"\x0f\x00")
    assert decode_template(0, b"\x0f\x00") == everything_out


@pytest.mark.parametrize("minutes", [-5 * STEPS_MAX, -5, 0, 5, 315, 5 * STEPS_MAX])
def test_times_reach_four_weeks_to_both_sides(minutes: int) -> None:
    fields = filled(BY_IDENTIFIER["power-out"], {"area": "x", "back": minutes})
    codec, data = encode_template(fields)
    assert decode_template(codec, data) == fields
    assert len(data) <= 4


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("water", {}, "place is missing: where"),
        ("water", {**WATER, "beer": 3}, "beer: the template water has no such value"),
        ("water", {**WATER, "litres": 0}, "litres: 0 is not possible; it is a whole number from 1"),
        ("water", {**WATER, "litres": 1000}, "from 1 to 999"),
        ("water", {**WATER, "from": 361}, "steps of 5, within 28 days"),
        ("water", {**WATER, "from": 5 * STEPS_MAX + 5}, "within 28 days"),
        ("water", {**WATER, "to": 360}, "after the beginning"),
        ("water", {**WATER, "to": 360 + 5 * STEPS_MAX + 5}, "28 days after the beginning"),
        ("water", {**WATER, "place": ""}, "1 to 40 fit"),
        ("water", {**WATER, "place": "x" * 41}, "has 41 characters"),
        ("water", {**WATER, "place": "a\nb"}, "line break"),
        ("water", {**WATER, "place": "a\tb"}, "line break"),
        ("water", {**WATER, "place": "\x1b[2J"}, "invisible character"),
        ("water", {**WATER, "place": "a\u202eb"}, "invisible character"),
        ("water", {**WATER, "place": " a"}, "begins or ends with a space"),
        ("water", {**WATER, "litres": "20"}, "another type"),
        ("food", {**WATER, "kind": "caviar"}, "no such value"),
        ("all-clear", {"what": "war"}, "it is one of tap-water, power"),
        ("pharmacy", {"place": "x", "phone": "12"}, "3 to 15 digits"),
        ("pharmacy", {"place": "x", "phone": "1" * 16}, "3 to 15 digits"),
        ("pharmacy", {"place": "x", "phone": "0231/1"}, "3 to 15 digits"),
        ("pharmacy", {"place": "x", "phone": "٣٣٣"}, "3 to 15 digits"),
        ("charging", {"place": "x", "from": 0, "to": 5, "each": 10_085}, "5 minutes to 7 days"),
    ],
)
def test_a_value_outside_its_bounds_is_refused_with_its_name(
    name: str, values: dict[str, Value], words: str
) -> None:
    assert words in words_of(name, values)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: data[:1], "truncated"),
        (lambda data: data[:4], "truncated"),
        (lambda data: data[:1] + b"\x00" + data[3:], "missing_value"),
        (lambda data: data[:3] + b"\x00" + data[4:], "missing_value"),
        (lambda data: data[:5], "missing_value"),
        (lambda data: data[:1] + b"\xff\x00" + data[3:], "not_canonical"),
        (lambda data: data[:1] + b"\x91\x81\x01" + data[3:], "bad_value"),
        (lambda data: data[:1] + b"\x91\x80\x00" + data[3:], "not_canonical"),
        (lambda data: data[:1] + b"\xff\xff\xff\xff\xff\x01" + data[3:], "not_canonical"),
        (lambda data: data[:3] + b"\xff\xff\xff\xff\x7f" + data[4:], "bad_value"),
        (lambda data: data[:4] + b"\xe8\x07" + data[5:], "bad_value"),
        (lambda data: data + b"\nb", "bad_length"),
        (lambda data: data + b"\x1b", "bad_character"),
        (lambda data: data + "\u2067".encode(), "bad_character"),
        (lambda data: data + b"\t", "bad_value"),
        (lambda data: data + b" ", "bad_value"),
        (lambda data: data + b"\xff", "bad_utf8"),
        (lambda data: data + b"x" * 32, "bad_value"),
        (lambda data: data + b"x" * 160, "oversize"),
    ],
)
def test_bytes_that_nobody_writes_are_refused(change, reason: str) -> None:
    data = body_of("water", {**WATER, "place": "Qxyzqvwkj"})
    assert data[:5] == b"\x01\x91\x01\x30\x14"
    assert decode_template(0, data)
    assert reason_of(0, change(data)) == reason


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (b"\x02\x11", "bad_value"),
        (b"\x20\x11", "bad_value"),
        (b"\x83\x00\x11\x2f", "not_canonical"),
        (b"\x03\x11\x2a", "not_canonical"),
        (b"\x03\x1a\x2f", "bad_value"),
        (b"\x03\x11", "truncated"),
        (b"\x04\x11", "truncated"),
    ],
)
def test_a_phone_number_has_one_form(number: bytes, reason: str) -> None:
    data = body_of("pharmacy", {"place": "Qxyzqvwkj", "phone": "112"})
    assert data == b"\x09\x00\x00\x03\x11\x2fQxyzqvwkj"
    if reason == "truncated":
        assert reason_of(0, b"\x09\x00\x00" + number) == reason
    else:
        assert reason_of(0, b"\x09\x00\x00" + number + b"Qxyzqvwkj") == reason


@pytest.mark.parametrize("phone", ["112", "1234", "+49231123456", "1" * 15, "+" + "1" * 15])
def test_a_phone_number_reads_back_the_same(phone: str) -> None:
    fields = filled(BY_IDENTIFIER["pharmacy"], {**PHARMACY, "phone": phone})
    assert decode_template(*encode_template(fields)) == fields


def test_a_choice_beyond_the_list_is_refused() -> None:
    assert decode_template(0, b"\x10\x0a")
    assert reason_of(0, b"\x10\x0b") == "bad_value"
    assert reason_of(0, b"\x10\xff\xff\xff\xff\x7f") == "bad_value"


def test_no_text_has_one_codec() -> None:
    without = {0: b"", 1: b"\x03\x00", 2: b"", 3: b""}
    for codec, data in without.items():
        assert text.decode(codec, data, text_bytes_max=1) == ""
    assert decode_template(0, b"\x0f\x00")
    for codec in (1, 2, 3):
        assert reason_of(codec, b"\x0f\x00" + without[codec]) == "not_canonical"
    assert reason_of(4, b"\x0f\x00") == "unknown_codec"


def test_a_template_of_a_later_version_is_kept_as_it_is() -> None:
    body = b"\x45\xfa" + b"\x00\xff" * 20
    for codec in (0, 1, 7):
        fields = decode_bulletin(codec, body)
        assert fields.template == UnknownTemplate(0xFA, codec, body[2:])
        assert (fields.category, fields.severity) == ("water", Severity.MINOR)
        assert encode_bulletin(fields) == (codec, body)


def test_a_template_of_a_later_version_is_no_place_to_store_things() -> None:
    longest = b"\x45\xfa" + bytes(TEMPLATE_BYTES_MAX)
    assert decode_bulletin(0, longest)
    with pytest.raises(PeerError) as refused:
        decode_bulletin(0, longest + b"\0")
    assert refused.value.reason == "oversize"


def test_our_own_longest_template_would_fit_a_node_that_does_not_know_it() -> None:
    longest: dict[ParameterKind, Value] = {
        ParameterKind.TEXT: "🚰" * 40,
        ParameterKind.START: 5 * STEPS_MAX,
        ParameterKind.END: 5 * STEPS_MAX,
        ParameterKind.MOMENT: 5 * STEPS_MAX,
        ParameterKind.DURATION: 10_080,
        ParameterKind.PHONE: "+" + "1" * 15,
    }
    for template in TEMPLATES:
        values: dict[str, Value] = {}
        for one in template.parameters:
            choice = one.choices[-1] if one.choices else one.largest
            values[one.name] = longest.get(one.kind, choice)
        if "from" in values:
            values["to"] = 10 * STEPS_MAX
        data = encode_template(filled(template, values))[1]
        texts = sum(one.kind is ParameterKind.TEXT for one in template.parameters)
        assert len(data) < 60, "the texts compress well"
        assert 60 + texts * (4 * 40 + 1) <= TEMPLATE_BYTES_MAX


def test_a_template_has_no_title_and_no_text_of_its_own() -> None:
    fields = BulletinFields(
        "", None, "water", Severity.MINOR, filled(BY_IDENTIFIER["water"], WATER)
    )
    for own in (replace(fields, text="x"), replace(fields, title="x")):
        with pytest.raises(LimitError, match="no text and no title"):
            encode_bulletin(own)
    codec, body = encode_bulletin(fields)
    with pytest.raises(PeerError) as refused:
        decode_bulletin(codec, bytes([body[0] | 2]) + body[1:])
    assert refused.value.reason == "not_canonical"


def test_a_template_may_have_a_category_of_its_authors_own() -> None:
    fields = BulletinFields(
        "",
        None,
        "library-bus",
        Severity.INFO,
        filled(BY_IDENTIFIER["meeting"], {"place": "x", "at": 0}),
    )
    assert decode_bulletin(*encode_bulletin(fields)) == fields
