"""Texts that decompress to more than fits: nobody reads them on entry, and reading is bounded."""

import time
import tracemalloc
import zlib
from random import Random
from typing import Final, Never

import pytest

from meshnode.board.bulletins.alert import read_provenance
from meshnode.board.bulletins.bulletin import TEXT_CHARACTERS_MAX
from meshnode.board.bulletins.moderation import DAMAGED_NOTICE, notice_of
from meshnode.board.bulletins.notice import NOTICE_CHARACTERS_MAX, Act
from meshnode.board.tail import DAMAGED_TEXT, FUTURE_TEXT
from meshnode.board.view import bulletin_view, readable
from meshnode.protocol import text as texts
from meshnode.protocol.dictionary import DICTIONARY_1
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.limits import BODY_BYTES_MAX
from meshnode.protocol.object import Kind, SignedObject
from meshnode.protocol.textmodel.model import shipped_model
from tests.community import MINUTE, Script, made
from tests.entrances import Door, Watch
from tests.everykind import EVA, KIOSK, MODERATOR, SIREN, alert, notice, said, village

ROOM_BYTES: Final = BODY_BYTES_MAX - 1
"""Of a bulletin's body beside its head."""
BOMB_BYTES: Final = 1_900_000
READ_SECONDS_MAX: Final = 1.0
"""Of processor time; a long text of the predicting codecs takes a third of it on this machine."""
READ_MEMORY_BYTES_MAX: Final = 2_000_000


def deflated(plain: bytes) -> bytes:
    stream = zlib.compressobj(level=9, wbits=-15, memLevel=9, zdict=DICTIONARY_1)
    return stream.compress(plain) + stream.flush()


def bombs() -> dict[str, tuple[int, bytes]]:
    dice = Random("bombs")
    bomb = deflated(b"a" * BOMB_BYTES)
    assert len(bomb) <= ROOM_BYTES
    all_sorts = {"zeros": bytes(ROOM_BYTES), "ones": b"\xff" * ROOM_BYTES}
    all_sorts |= {f"noise {number}": dice.randbytes(ROOM_BYTES) for number in range(3)}
    found = {
        "deflate, a million times as much": (1, bomb),
        "deflate, cut off": (1, bomb[:-1]),
        "deflate, with something behind": (1, deflated(b"a" * 99) + b"behind"),
        "deflate, no end": (1, bytes(ROOM_BYTES)),
        "plain, not UTF-8": (0, b"\xff" * ROOM_BYTES),
        "plain, drives terminals": (0, b"\x1b[2J" * 99),
        "plain, turns the reading direction": (0, "\u202e".encode() * 99),
        "of the future": (4, bytes(ROOM_BYTES)),
        "of a far future": (7, b"\xff"),
    }
    for codec in texts.MODELS:
        found |= {f"codec {codec}, {name}": (codec, data) for name, data in all_sorts.items()}
    return found


BOMBS: Final = bombs()


def posted(
    codec: int, data: bytes, *, key: SigningKey = KIOSK, sequence: int = 900
) -> SignedObject:
    """A bulletin without a title, info, of the first category."""
    body = bytes([said(KIOSK, sequence=1).body[0]]) + data
    return made(key, Kind.BULLETIN, body, codec=codec, sequence=sequence, minute=MINUTE, minutes=60)


def never(*_: object, **__: object) -> Never:
    raise AssertionError("a text was read on entry")


@pytest.mark.parametrize("door", Door)
def test_a_text_is_not_read_on_entry_whatever_it_is(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch.over(Script(members=(), held=village().things))
    target = village().of(Kind.BULLETIN)[0]
    official, correction = alert(SIREN), notice(MODERATOR, target, Act.CORRECT, "x")
    head = official.body[: len(official.body) - len(read_provenance(official.body)[1]) + 1]
    monkeypatch.setattr(texts, "decode_text", never)
    monkeypatch.setattr(zlib, "decompressobj", never)
    for number, (codec, data) in enumerate(BOMBS.values()):
        things = [
            posted(codec, data, sequence=900 + number),
            made(
                SIREN,
                Kind.ALERT,
                head + data[:1_900],
                codec=codec,
                sequence=900 + number,
                minute=MINUTE,
                minutes=60,
            ),
            made(
                MODERATOR,
                Kind.NOTICE,
                correction.body[:13] + data[:1_900],
                codec=codec,
                sequence=900 + number,
                minute=MINUTE,
                minutes=60,
                parent=correction.parent,
            ),
        ]
        for thing in things:
            assert watch.offer(door, thing.encoded), (door, number, thing.kind)


@pytest.mark.parametrize("name", BOMBS)
def test_whoever_looks_at_it_soon_reads_a_sentence(name: str) -> None:
    codec, data = BOMBS[name]
    if codec in texts.MODELS:
        # Read from disk once and kept.
        shipped_model(texts.MODELS[codec])
    thing = posted(codec, data)
    script = Script(members=(), held=[*village().things, thing])
    view = bulletin_view(thing, script.rules)
    readable.cache_clear()
    began = time.process_time()
    text = view.fields.text
    assert time.process_time() - began < READ_SECONDS_MAX
    # Bytes that mean nothing may be a text all the same to a codec that predicts.
    if codec in texts.MODELS:
        assert len(text) <= TEXT_CHARACTERS_MAX
    else:
        assert text == (DAMAGED_TEXT if codec <= texts.CODEC_MAX else FUTURE_TEXT)
    assert texts.first_unshowable(text) is None


@pytest.mark.parametrize("name", [one for one in BOMBS if "noise" not in one])
def test_reading_it_takes_little_memory(name: str) -> None:
    codec, data = BOMBS[name]
    if codec in texts.MODELS:
        # Read from disk once and kept.
        shipped_model(texts.MODELS[codec])
    readable.cache_clear()
    tracemalloc.start()
    try:
        readable(codec, posted(codec, data).body)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < READ_MEMORY_BYTES_MAX


@pytest.mark.parametrize("name", BOMBS)
def test_a_notice_with_such_a_text_reads_as_a_sentence(name: str) -> None:
    codec, data = BOMBS[name]
    example = notice(MODERATOR, village().of(Kind.BULLETIN)[0], Act.CORRECT, "x")
    thing = made(
        MODERATOR,
        Kind.NOTICE,
        example.body[:13] + data[:1_900],
        codec=codec,
        sequence=1,
        minute=MINUTE,
        minutes=60,
        parent=example.parent,
    )
    text = notice_of(thing, fingerprint(EVA.public), "Eva").text
    assert 0 < len(text) <= NOTICE_CHARACTERS_MAX
    assert texts.first_unshowable(text) is None
    if codec == 1:
        assert text == DAMAGED_NOTICE
