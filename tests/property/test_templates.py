"""Templates: what is written reads back and can be said; other bytes are refused."""

from contextlib import suppress
from datetime import date, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from meshnode.board.bulletins.blanks import (
    DURATION_STEPS_MAX,
    STEPS_MAX,
    TEXT_CHARACTERS_MAX,
    Parameter,
    ParameterKind,
)
from meshnode.board.bulletins.bulletin import (
    BulletinFields,
    Severity,
    decode_bulletin,
    encode_bulletin,
)
from meshnode.board.bulletins.parameters import Value, check_value
from meshnode.board.bulletins.rendering import bulletin_text, template_text
from meshnode.board.bulletins.template import (
    FilledTemplate,
    decode_template,
    encode_template,
    filled,
)
from meshnode.board.bulletins.templates import TEMPLATES, Template
from meshnode.board.names import clean_name
from meshnode.node.clock import moment_of
from meshnode.node.desks.template_form import fill_template
from meshnode.node.languages import load_languages
from meshnode.node.moments import parse_moment
from meshnode.node.reader import LocalReader
from meshnode.protocol.errors import LimitError, PeerError

LANGUAGES = load_languages()
TEXTS = st.text(max_size=TEXT_CHARACTERS_MAX).map(clean_name).filter(bool)
STEPS = st.integers(min_value=-STEPS_MAX, max_value=STEPS_MAX).map(lambda steps: 5 * steps)
LENGTHS = st.integers(min_value=1, max_value=STEPS_MAX).map(lambda steps: 5 * steps)
DURATIONS = st.integers(min_value=1, max_value=DURATION_STEPS_MAX).map(lambda steps: 5 * steps)
PHONES = st.from_regex(r"\A\+?[0-9]{3,15}\Z")
MINUTES = st.integers(min_value=0, max_value=2**24 - 1)
READERS = st.builds(
    LocalReader,
    st.sampled_from(list(LANGUAGES.values())),
    st.integers(min_value=-14, max_value=14).map(lambda hours: timezone(timedelta(hours=hours))),
    st.none() | st.dates(min_value=date(2023, 1, 1), max_value=date(2056, 1, 1)),
)


def values_of(parameter: Parameter) -> st.SearchStrategy[Value | None]:
    strategies: dict[ParameterKind, st.SearchStrategy[Value]] = {
        ParameterKind.TEXT: TEXTS,
        ParameterKind.START: STEPS,
        ParameterKind.END: LENGTHS,
        ParameterKind.MOMENT: STEPS,
        ParameterKind.DURATION: DURATIONS,
        ParameterKind.PHONE: PHONES,
        ParameterKind.COUNT: st.integers(min_value=1, max_value=max(1, parameter.largest)),
        ParameterKind.CHOICE: st.sampled_from(parameter.choices or ("",)),
    }
    here = strategies[parameter.kind]
    return st.none() | here if parameter.is_optional else here


@st.composite
def filled_templates(draw: st.DrawFn) -> FilledTemplate:
    template: Template = draw(st.sampled_from(TEMPLATES))
    values: dict[str, Value] = {}
    start = 0
    for one in template.parameters:
        value = draw(values_of(one))
        if value is None:
            continue
        if one.kind is ParameterKind.START:
            start = int(value)
        values[one.name] = start + int(value) if one.kind is ParameterKind.END else value
    return filled(template, values)


@given(filled_templates())
def test_a_template_reads_back_the_same(fields: FilledTemplate) -> None:
    codec, data = encode_template(fields)
    assert decode_template(codec, data) == fields


@given(filled_templates(), st.sampled_from(Severity))
def test_a_bulletin_with_a_template_reads_back_the_same(
    fields: FilledTemplate, severity: Severity
) -> None:
    bulletin = BulletinFields("", None, fields.template.category, severity, fields)
    assert decode_bulletin(*encode_bulletin(bulletin)) == bulletin


@given(filled_templates(), MINUTES, READERS)
def test_whatever_can_be_written_can_be_said_to_everybody(
    fields: FilledTemplate, created_min: int, reader: LocalReader
) -> None:
    text = template_text(fields, created_min, reader)
    assert "{" not in text or any("{" in str(value) for value in fields.values)
    for parameter, value in zip(fields.template.parameters, fields.values, strict=True):
        if parameter.kind in (ParameterKind.TEXT, ParameterKind.PHONE) and value is not None:
            assert str(value) in text


@given(
    st.integers(min_value=0, max_value=255),
    st.integers(min_value=0, max_value=7),
    st.binary(max_size=60),
    READERS,
)
def test_random_bytes_as_a_template_have_one_form_or_are_refused(
    number: int, codec: int, data: bytes, reader: LocalReader
) -> None:
    body = bytes([0x45, number % 24]) + data
    with suppress(PeerError):
        fields = decode_bulletin(codec, body)
        assert bulletin_text(fields, 0, reader)
        again = encode_bulletin(fields)
        assert decode_bulletin(*again) == fields
        if (codec, again[0]) == (0, 0):
            assert again[1] == body


@given(filled_templates(), st.data())
def test_a_template_with_one_flipped_bit_reads_to_something_writable_or_is_refused(
    fields: FilledTemplate, data: st.DataObject
) -> None:
    codec, body = encode_template(fields)
    flipped = bytearray(body)
    bit = data.draw(st.integers(min_value=0, max_value=8 * len(body) - 1))
    flipped[bit // 8] ^= 1 << bit % 8
    with suppress(PeerError):
        other = decode_template(codec, bytes(flipped))
        assert decode_template(*encode_template(other)) == other


TYPED = st.dictionaries(
    st.sampled_from(sorted({one.name for template in TEMPLATES for one in template.parameters})),
    st.text(max_size=50) | st.integers() | st.sampled_from(["14:00", "morgen 9 Uhr", "+2h", "now"]),
    max_size=5,
)


@given(st.sampled_from(TEMPLATES), TYPED, MINUTES)
def test_whatever_people_type_is_filled_in_or_refused(
    template: Template, typed: dict[str, str | int], created_min: int
) -> None:
    zone = timezone(timedelta(hours=1))
    with suppress(LimitError):
        fields = fill_template(template.identifier, typed, created_min=created_min, zone=zone)
        assert decode_template(*encode_template(fields)) == fields


@given(
    st.text(max_size=45)
    | st.from_regex(r"\A(heute|fri|\d{4}-\d\d-\d\d)? ?\d{1,2}[:.]?\d{0,2} ?(am|pm|Uhr)?\Z"),
    MINUTES,
)
def test_any_text_is_a_time_or_none(text: str, minute: int) -> None:
    now = moment_of(minute)
    moment = parse_moment(text, now=now, earliest=now, zone=timezone(timedelta(hours=-3)))
    assert moment is None or moment.tzinfo is not None


@given(st.text(max_size=60))
def test_a_text_that_passes_the_check_can_be_sent(text: str) -> None:
    parameter = TEMPLATES[0].parameters[0]
    if check_value(parameter, text) is None:
        fields = filled(TEMPLATES[0], {"place": text, "from": 0, "to": 5})
        assert decode_template(*encode_template(fields)) == fields
