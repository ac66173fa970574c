"""Codecs 2 and 3: every text reads back, every byte string is refused or is the one form."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.protocol import text as texts
from meshnode.protocol.errors import PeerError
from meshnode.protocol.textmodel.codec import CHARACTERS_MAX, decode_text, encode_best
from meshnode.protocol.textmodel.model import shipped_model

NAMES = st.sampled_from(sorted(texts.MODELS.values()))
ANYTHING = st.text(max_size=60)
GERMAN = ("Wasser", "Brot", "Uhr", "bis", "von", "9", "17:30", "heute", "Straße", "ÄRZTE", "LKW")
ENGLISH = ("tomorrow", "water", "can't", "(bread)", "„Nordmarkt“", "–", "€", "5,50", "50%", "U42")
OTHERS = ("🚰", "👩‍👧", "su", "şişe", "вода", "ماء", "水")
WORDS = st.sampled_from((*GERMAN, *ENGLISH, *OTHERS))
SPACES = st.sampled_from((" ", " ", " ", "\n", ", ", ". ", "-", "! ", "\t"))
LIKELY = st.lists(st.tuples(WORDS, SPACES), max_size=25).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
TEXT_BYTES_MAX = 4 * CHARACTERS_MAX


# A text takes milliseconds, and a busy machine many times that: no deadline.
unhurried = settings(deadline=None)


def read(name: str, data: bytes) -> str:
    return decode_text(shipped_model(name), data, text_bytes_max=TEXT_BYTES_MAX)


def written(name: str, text: str) -> bytes:
    found = encode_best([shipped_model(name)], text)
    assert found is not None
    return found[1]


@unhurried
@given(NAMES, ANYTHING | LIKELY)
def test_any_text_reads_back_the_same(name: str, text: str) -> None:
    data = written(name, text)
    assert read(name, data) == text


@unhurried
@given(LIKELY.filter(bool))
def test_the_chosen_codec_is_never_longer_than_raw_or_deflate(text: str) -> None:
    codec, data = texts.encode(text)
    assert texts.decode(codec, data, text_bytes_max=len(text.encode())) == text
    assert len(data) <= min(len(text.encode()), len(texts.deflate(text.encode())))


@settings(max_examples=300, deadline=None)
@given(NAMES, st.binary(max_size=60))
def test_any_bytes_are_refused_or_the_one_form_of_a_text(name: str, data: bytes) -> None:
    with suppress(PeerError):
        text = read(name, data)
        assert written(name, text) == data


@unhurried
@given(NAMES, LIKELY, st.data())
def test_a_text_with_one_flipped_bit_is_refused_or_the_one_form_of_another(
    name: str, text: str, draw: st.DataObject
) -> None:
    data = bytearray(written(name, text))
    if not data:
        return
    bit = draw.draw(st.integers(min_value=0, max_value=8 * len(data) - 1))
    data[bit // 8] ^= 1 << bit % 8
    with suppress(PeerError):
        other = read(name, bytes(data))
        assert other != text
        assert written(name, other) == bytes(data)
