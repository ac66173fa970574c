"""Codecs 2 and 3: every text reads back, every byte string is refused or is the one form."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.protocol import text as texts
from meshnode.protocol.errors import PeerError
from meshnode.protocol.textmodel.codec import CHARACTERS_MAX, decode_text, encode_best
from meshnode.protocol.textmodel.model import Model, shipped_model

MODELS = st.sampled_from(sorted(texts.MODELS.values())).map(shipped_model)
ANYTHING = st.text(max_size=60)
WORDS = st.sampled_from(
    ("Wasser", "Brot", "Uhr", "bis", "von", "9", "17:30", "heute", "Straße", "ÄRZTE", "LKW")
    + ("tomorrow", "water", "can't", "(bitte)", "„Nordmarkt“", "–", "€", "5,50", "50%", "U42")
    + ("🚰", "👩‍👧", "su", "şişe", "вода", "ماء", "水")
)
SPACES = st.sampled_from((" ", " ", " ", "\n", ", ", ". ", "-", "! ", "\t"))
LIKELY = st.lists(st.tuples(WORDS, SPACES), max_size=25).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
TEXT_BYTES_MAX = 4 * CHARACTERS_MAX


def written(model: Model, text: str) -> bytes:
    found = encode_best([model], text)
    assert found is not None
    return found[1]


@given(MODELS, ANYTHING | LIKELY)
def test_any_text_reads_back_the_same(model: Model, text: str) -> None:
    data = written(model, text)
    assert decode_text(model, data, text_bytes_max=TEXT_BYTES_MAX) == text


@given(LIKELY.filter(bool))
def test_the_chosen_codec_is_never_longer_than_raw_or_deflate(text: str) -> None:
    codec, data = texts.encode(text)
    assert texts.decode(codec, data, text_bytes_max=len(text.encode())) == text
    assert len(data) <= min(len(text.encode()), len(texts.deflate(text.encode())))


@settings(max_examples=300)
@given(MODELS, st.binary(max_size=60))
def test_any_bytes_are_refused_or_the_one_form_of_a_text(model: Model, data: bytes) -> None:
    with suppress(PeerError):
        text = decode_text(model, data, text_bytes_max=TEXT_BYTES_MAX)
        assert written(model, text) == data


@given(MODELS, LIKELY, st.data())
def test_a_text_with_one_flipped_bit_is_refused_or_the_one_form_of_another(
    model: Model, text: str, draw: st.DataObject
) -> None:
    data = bytearray(written(model, text))
    if not data:
        return
    bit = draw.draw(st.integers(min_value=0, max_value=8 * len(data) - 1))
    data[bit // 8] ^= 1 << bit % 8
    with suppress(PeerError):
        other = decode_text(model, bytes(data), text_bytes_max=TEXT_BYTES_MAX)
        assert other != text
        assert written(model, other) == bytes(data)
