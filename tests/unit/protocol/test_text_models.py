"""The shipped models and codecs 2 and 3, as people and strangers meet them."""

import json
import runpy
import subprocess
import sys
import zipfile
from contextlib import suppress
from hashlib import sha256
from importlib import resources
from pathlib import Path
from random import Random
from typing import Any

import pytest

from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.text import MODELS, decode, encode
from meshnode.protocol.textmodel.alphabet import small_letter
from meshnode.protocol.textmodel.codec import CHARACTERS_MAX, decode_text, encode_best
from meshnode.protocol.textmodel.model import MAGIC, read_model, shipped_model
from tests.unit.protocol.text_twin import read

ROOT = Path(__file__).parents[3]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make_text.py"))
VECTORS: dict[str, Any] = json.loads(MAKE["TARGET"].read_text(encoding="utf-8"))
BOUND = 6_724
GERMAN = "Kein Trinkwasser in der Schillerstraße. Ausgabe am Schulhof von 9 bis 17 Uhr."
ENGLISH = "The pharmacy at the station is open until 8 pm; bring your card, please."
FROZEN = {
    "de-1": "b78b5c55bfc80bc1a64d73e48e3cad4bf643277216636812b551d178e4d42acf",
    "en-1": "a48f6a878eec56c9ca3b83b95af0ed2ecb3bd6d39a62beabe80d18745a31231c",
}


def model_bytes(name: str) -> bytes:
    return (resources.files("meshnode.protocol") / "models" / f"{name}.bin").read_bytes()


def written(codec: int, text: str) -> bytes:
    found = encode_best([shipped_model(MODELS[codec])], text)
    assert found is not None
    return found[1]


def reason_of(codec: int, data: bytes, bound: int = BOUND) -> str:
    with pytest.raises(PeerError) as refused:
        decode(codec, data, text_bytes_max=bound)
    return refused.value.reason


@pytest.mark.parametrize("name", FROZEN)
def test_a_released_model_never_changes(name: str) -> None:
    assert sha256(model_bytes(name)).hexdigest() == FROZEN[name], "make a new codec instead"


def test_the_specification_names_the_models_that_are_shipped() -> None:
    page = (ROOT / "docs/spec/text.md").read_text(encoding="utf-8")
    for codec, name in MODELS.items():
        assert f"| {codec} | {name} | {len(model_bytes(name))} | `{FROZEN[name]}` |" in page


def test_the_vectors_are_what_the_script_makes() -> None:
    assert MAKE["TARGET"].read_text(encoding="utf-8") == MAKE["serialise"](MAKE["build"]())


@pytest.mark.parametrize(
    "row", VECTORS["texts"], ids=lambda row: f"{row['codec']} {row['text'][:9]}"
)
def test_a_text_reads_as_the_vector_says(row: dict[str, Any]) -> None:
    assert written(row["codec"], row["text"]).hex() == row["bytes"]
    model = shipped_model(MODELS[row["codec"]])
    data = bytes.fromhex(row["bytes"])
    assert decode_text(model, data, text_bytes_max=2 * BOUND) == row["text"]


@pytest.mark.parametrize("codec", MODELS)
def test_a_second_reader_written_from_the_specification_reads_the_same(codec: int) -> None:
    rows = [row for row in VECTORS["texts"] if row["codec"] == codec and len(row["text"]) < 200]
    assert read(model_bytes(MODELS[codec]), rows) == [row["text"] for row in rows]


@pytest.mark.parametrize("row", VECTORS["strange"], ids=lambda row: row["bytes"][:12])
def test_strange_bytes_are_what_the_vector_says(row: dict[str, Any]) -> None:
    data = bytes.fromhex(row["bytes"])
    if "text" in row:
        assert decode(row["codec"], data, text_bytes_max=BOUND) == row["text"]
    else:
        assert reason_of(row["codec"], data) == row["reason"]


def test_german_and_english_get_their_own_model_and_a_third_of_the_bytes() -> None:
    for codec, text in ((2, GERMAN), (3, ENGLISH)):
        chosen, data = encode(text)
        assert chosen == codec
        assert len(data) * 3 < len(text)
        assert decode(codec, data, text_bytes_max=len(text.encode())) == text


def test_the_language_that_loses_early_would_not_have_won() -> None:
    for text in (GERMAN, ENGLISH, "Ok 👍", "U42 18:30", "", "Hallo Anna!", "Hi Anna!"):
        alone = min(len(written(codec, text)) for codec in MODELS)
        found = encode_best([shipped_model(name) for name in MODELS.values()], text)
        assert found is not None
        assert len(found[1]) == alone


@pytest.mark.parametrize("codec", MODELS)
def test_a_text_cut_short_or_with_bytes_added_is_refused_or_another_text(codec: int) -> None:
    data = written(codec, GERMAN)
    spoilt = [data[:length] for length in range(len(data))]
    spoilt += [data + more for more in (b"\0", b"\xff", b"\0\0", b"\0\0\0\0\0")]
    refused = 0
    for bytes_ in spoilt:
        try:
            text = decode(codec, bytes_, text_bytes_max=BOUND)
        except PeerError:
            refused += 1
        else:
            assert written(codec, text) == bytes_ != data
    assert refused > len(spoilt) / 2


@pytest.mark.parametrize("codec", MODELS)
def test_random_bytes_are_refused_or_are_the_one_form_of_their_text(codec: int) -> None:
    dice = Random(7)
    read = 0
    for _ in range(600):
        data = dice.randbytes(dice.randrange(6))
        try:
            text = decode(codec, data, text_bytes_max=BOUND)
        except PeerError:
            continue
        read += 1
        assert written(codec, text) == data
    assert read > 0, "no random bytes were a text: this test sees nothing"


@pytest.mark.parametrize("codec", MODELS)
def test_the_bound_in_bytes_holds_from_both_sides(codec: int) -> None:
    text = "Straße 水 🚰"
    size = len(text.encode())
    data = written(codec, text)
    assert decode(codec, data, text_bytes_max=size) == text
    assert reason_of(codec, data, size - 1) == "oversize"
    assert reason_of(codec, data, 1) == "oversize"


@pytest.mark.parametrize("codec", MODELS)
def test_the_bound_in_characters_holds_from_both_sides(codec: int) -> None:
    model = shipped_model(MODELS[codec])
    longest = "a" * CHARACTERS_MAX
    assert decode_text(model, written(codec, longest), text_bytes_max=10**6) == longest
    assert encode_best([model], longest + "a") is None
    assert encode(longest + "a")[0] == 1


@pytest.mark.parametrize("filler", [b"\0", b"\xff", b"\x7f", b"\xaa"])
@pytest.mark.parametrize("codec", MODELS)
def test_a_string_that_says_the_likeliest_thing_for_ever_is_stopped(
    codec: int, filler: bytes
) -> None:
    data = filler * 1965
    assert reason_of(codec, data, 300) == "oversize"
    with suppress(PeerError):
        assert len(decode(codec, data, text_bytes_max=10**6)) <= CHARACTERS_MAX


@pytest.mark.parametrize("codec", MODELS)
@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x7f", "\x9f", "\u2028", "\u202e", "\u2066"]
)
def test_a_character_that_must_not_be_shown_is_refused(codec: int, character: str) -> None:
    assert reason_of(codec, written(codec, f"a{character}b")) == "bad_character"


def test_a_file_that_is_no_model_is_our_own_mistake() -> None:
    assert model_bytes("de-1").startswith(MAGIC)
    with pytest.raises(CallerError):
        read_model(b"meshnode text 2\n" + model_bytes("de-1")[16:])


@pytest.mark.parametrize("name", FROZEN)
def test_a_model_has_no_capitals_and_is_loaded_once(name: str) -> None:
    model = shipped_model(name)
    assert model is shipped_model(name)
    assert [point for point in model.alphabet.code_points if small_letter(point) >= 0] == []
    assert len(model_bytes(name)) <= 350_000


def test_importing_reads_no_model() -> None:
    code = (
        "import meshnode.protocol.text, meshnode.board.view\n"
        "from meshnode.protocol.textmodel.model import shipped_model\n"
        "assert shipped_model.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_wheel_has_the_models(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], check=True, cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in FROZEN:
            assert archive.read(f"meshnode/protocol/models/{name}.bin") == model_bytes(name)
