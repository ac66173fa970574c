import zlib
from hashlib import sha256

import pytest

from meshnode.protocol.dictionary import DICTIONARY_1
from meshnode.protocol.errors import CallerError, LimitError, PeerError
from meshnode.protocol.text import decode, encode, first_unshowable, without_unshowable

UNSHOWABLE = [
    "\x00",
    "\x08",
    "\x0b",
    "\r",
    "\x1b",
    "\x1f",
    "\x7f",
    "\x80",
    "\x9f",
    "\u2028",
    "\u2029",
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
]
SHOWABLE = ["\t", "\n", " ", "~", "\xa0", "ß", "\u2027", "\u202f", "\u2065", "\u206a", "ع", "🚰"]


def deflate(plain: bytes) -> bytes:
    stream = zlib.compressobj(level=9, wbits=-15, zdict=DICTIONARY_1)
    return stream.compress(plain) + stream.flush()


def reason_of(codec: int, data: bytes, text_bytes_max: int = 100) -> str:
    with pytest.raises(PeerError) as refused:
        decode(codec, data, text_bytes_max=text_bytes_max)
    return refused.value.reason


def test_the_dictionary_is_frozen() -> None:
    digest = "2d05a6a9357fc2b0f3770cb82d2c47e51e2e1707fa0db72c3452fdf376531797"
    assert sha256(DICTIONARY_1).hexdigest() == digest, "never change it: add a codec instead"


def test_zlib_can_reach_all_of_the_dictionary() -> None:
    assert len(DICTIONARY_1) <= 32_768 - 262


def test_the_dictionary_itself_could_be_shown() -> None:
    assert first_unshowable(DICTIONARY_1.decode()) is None


@pytest.mark.parametrize(
    "text",
    [
        "Stromausfall im gesamten Quartier, voraussichtlich noch mehrere Stunden.",
        "Tap water is safe to drink again; let it run for five minutes.",
        "Bitte bringen Sie eigene Flaschen mit.",
    ],
)
def test_the_dictionary_alone_halves_a_neighbourhood_text(text: str) -> None:
    data = deflate(text.encode())
    assert len(data) * 2 < len(text.encode())
    assert decode(1, data, text_bytes_max=len(text.encode())) == text


@pytest.mark.parametrize("text", ["", "x", "?!", "Ψ", "q7#Kz"])
def test_a_text_that_does_not_compress_stays_as_it_is(text: str) -> None:
    assert encode(text) == (0, text.encode())


def test_the_shortest_codec_wins() -> None:
    for text in ("Wasser", "Hallo", "a" * 500, "zq" * 3, "Bitte sagen Sie es weiter."):
        assert len(encode(text)[1]) <= min(len(text.encode()), len(deflate(text.encode())))


@pytest.mark.parametrize("codec", [-1, 4, 5, 6, 7, 8])
def test_a_codec_that_we_do_not_know_is_refused(codec: int) -> None:
    assert reason_of(codec, b"text") == "unknown_codec"


@pytest.mark.parametrize("codec", [0, 1])
def test_the_bound_holds_from_both_sides(codec: int) -> None:
    plain = b"abc" * 100
    data = plain if codec == 0 else deflate(plain)
    assert decode(codec, data, text_bytes_max=300) == plain.decode()
    assert decode(codec, data, text_bytes_max=301) == plain.decode()
    assert reason_of(codec, data, 299) == "oversize"
    assert reason_of(codec, data, 1) == "oversize"


def test_a_bomb_is_not_inflated_beyond_the_bound() -> None:
    bomb = deflate(b"a" * 10_000_000)
    assert reason_of(1, bomb, 6_000) == "oversize"


def test_a_bound_that_zlib_would_take_for_none_is_our_own_mistake() -> None:
    with pytest.raises(CallerError):
        decode(1, deflate(b"abc"), text_bytes_max=0)


def test_a_compressed_text_cut_anywhere_is_refused() -> None:
    data = deflate("Der Strom ist in den Straßen nördlich der Bahnlinie wieder da.".encode())
    for length in range(len(data)):
        assert reason_of(1, data[:length]) == "truncated"


def test_bytes_after_the_compressed_text_are_refused() -> None:
    assert reason_of(1, deflate(b"abc") + b"\0") == "trailing_bytes"


def test_data_that_is_not_deflate_is_refused() -> None:
    assert reason_of(1, b"\x07") == "bad_compression"


def test_a_distance_beyond_the_dictionary_is_refused() -> None:
    longer = zlib.compressobj(level=9, wbits=-15, zdict=b"#=*+" * 4 + DICTIONARY_1)
    data = longer.compress(b"#=*+#=*+#=*+") + longer.flush()
    assert reason_of(1, data) == "bad_compression"


@pytest.mark.parametrize(
    "data", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"ab\xc3"]
)
def test_bytes_that_are_not_utf8_are_refused_in_each_codec(data: bytes) -> None:
    assert reason_of(0, data) == "bad_utf8"
    assert reason_of(1, deflate(data)) == "bad_utf8"


@pytest.mark.parametrize("character", UNSHOWABLE)
def test_a_character_that_must_not_be_shown_is_refused_both_ways(character: str) -> None:
    text = f"a{character}b"
    assert reason_of(0, text.encode()) == "bad_character"
    assert reason_of(1, deflate(text.encode())) == "bad_character"
    assert without_unshowable(text) == "ab"
    with pytest.raises(LimitError, match=f"U\\+{ord(character):04X} at position 2"):
        encode(text)


def test_half_a_character_is_refused_with_words() -> None:
    with pytest.raises(LimitError, match=r"U\+D83D"):
        encode("\ud83d")


@pytest.mark.parametrize("character", SHOWABLE)
def test_other_characters_pass(character: str) -> None:
    text = f"a{character}b"
    codec, data = encode(text)
    assert decode(codec, data, text_bytes_max=10) == text
