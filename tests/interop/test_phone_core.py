"""The phone and the node make the same objects out of the same fields, and read each other's.

What Python draws, TypeScript reads, writes again and signs itself; bytes that were spoilt on the
way both refuse for the same reason.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from meshnode.board.bulletins.template import FilledTemplate, UnknownTemplate
from meshnode.protocol import text as texts
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import SIGNATURE_BYTES, CommunityId, SigningKey
from meshnode.protocol.object import Kind, SignedObject, compose, decode
from tests.interop.phone_bending import ENCODERS, bent, written
from tests.interop.phone_drafts import Draft, draw, text
from tests.interop.phone_readers import read
from tests.phone import Answer, Request, phone
from tests.vectors.writers import plain

pytestmark = pytest.mark.app

SEED = 6
DRAWN = 2500
SPOILT = 4000
BENT = 3000
TEXTS = 1000
COMMUNITY = CommunityId(bytes(range(16)))
DEFLATE = 1
"""Compressors differ: of this codec only the text has to be the same."""


Ask = Callable[[list[Request]], list[Answer]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """The phone's core: questions in, answers out."""
    with phone("core", tmp_path_factory.mktemp("core")) as core:
        yield lambda questions: list(core.answers(questions))


def as_json(fields: Any) -> Any:
    """Return fields as both sides say them."""
    template = getattr(fields, "template", None)
    match template:
        case FilledTemplate():
            said = {"number": template.template.number, "values": template.named()}
        case UnknownTemplate():
            said = {"number": template.number, "data": template.data.hex()}
        case _:
            return {"device": fields.hex()} if isinstance(fields, bytes) else plain(fields)
    return plain(replace(fields, template=None)) | {"template": said}


@pytest.fixture(scope="module")
def dice() -> Random:
    return Random(SEED)


@pytest.fixture(scope="module")
def drafts(dice: Random) -> list[tuple[Draft, SigningKey, SignedObject]]:
    made = []
    for _ in range(DRAWN):
        draft, key = draw(dice), SigningKey(dice.randbytes(32))
        thing = compose(
            key=key,
            community=COMMUNITY,
            kind=draft.kind,
            body=draft.body,
            sequence=dice.choice((dice.randrange(200), dice.randrange(2**35))),
            created_min=dice.randrange(2**24),
            lifetime_code=dice.randrange(16),
            codec=draft.codec,
            parent=draft.parent,
        )
        made.append((draft, key, thing))
    return made


def test_what_the_node_composes_the_phone_reads(drafts, ask):
    questions = [
        {
            "op": "object",
            "encoded": thing.encoded.hex(),
            "signer": key.public.hex(),
            "community": COMMUNITY.hex(),
        }
        for _, key, thing in drafts
    ]
    for (draft, _, thing), said in zip(drafts, ask(questions), strict=True):
        assert said == {"id": thing.id.hex(), "is_signed": True, "fields": as_json(draft.fields)}


def test_what_the_phone_composes_is_the_same_to_the_byte(drafts, ask):
    questions = [
        {
            "op": "compose",
            "seed": key.private.private_bytes_raw().hex(),
            "community": COMMUNITY.hex(),
            "kind": draft.kind,
            "sequence": thing.sequence,
            "created_min": thing.created_min,
            "lifetime_code": thing.lifetime_code,
            "parent": None if thing.parent is None else thing.parent.hex(),
            "fields": as_json(draft.fields),
        }
        for draft, key, thing in drafts
    ]
    written = 0
    for (draft, key, thing), said in zip(drafts, ask(questions), strict=True):
        if said["encoded"] is None:
            assert draft.kind in (Kind.BOOKING, Kind.INVITATION, Kind.ROLE)
            continue
        written += 1
        made = decode(bytes.fromhex(said["encoded"]))
        if DEFLATE in (made.codec, thing.codec):
            assert read(made.kind, made.codec, made.body, made.parent) == draft.fields
            assert made.is_signed_by(key.public, COMMUNITY)
        else:
            assert made == thing
    assert written > DRAWN * 3 / 4


def test_both_refuse_the_same_bytes_for_the_same_reason(dice, drafts, ask):
    spoilt = [_spoilt(dice, dice.choice(drafts)[2]) for _ in range(SPOILT)]
    questions = [
        {
            "op": "body",
            "kind": one.kind,
            "codec": one.codec,
            "body": one.body.hex(),
            "parent": None if one.parent is None else one.parent.hex(),
        }
        for one in spoilt
    ]
    refused = 0
    for one, said in zip(spoilt, ask(questions), strict=True):
        reason, fields = _outcome(one)
        if reason is not None:
            refused += 1
            assert said == {"refused": reason}, one
        else:
            assert said["fields"] == as_json(fields), one
            _assert_one_form(one, said["written"])
    assert SPOILT / 4 < refused < SPOILT * 3 / 4


def _outcome(one: SignedObject) -> tuple[str | None, Any]:
    """Return why the node refuses a body, or what it says."""
    try:
        return None, read(one.kind, one.codec, one.body, one.parent)
    except PeerError as error:
        return error.reason, None


def _assert_one_form(one: SignedObject, written: dict[str, Any] | None) -> None:
    """What was read is written with the same bytes; a text may be in a codec that is not best."""
    if written is not None and one.codec == written["codec"] != DEFLATE:
        assert written["body"] == one.body.hex()


def _spoilt(dice: Random, thing: SignedObject) -> SignedObject:
    """Return an object with another body, codec or parent; nobody signed that."""
    body = bytearray(thing.body)
    match dice.randrange(6):
        case 0 if body:
            body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
        case 1 if body:
            body[dice.randrange(min(4, len(body)))] = dice.randrange(256)
        case 2:
            del body[dice.randrange(len(body) + 1) :]
        case 3:
            body += dice.randbytes(dice.randint(1, 3))
        case 4:
            return replace(thing, codec=dice.randrange(8))
        case _:
            return replace(thing, parent=None if thing.parent else thing.id[:4])
    head, signature = thing.encoded[: thing.body_at], thing.encoded[-SIGNATURE_BYTES:]
    return replace(thing, encoded=head + bytes(body) + signature)


def test_both_refuse_to_write_the_same_fields(dice, drafts, ask):
    makers = [draft for draft, _, _ in drafts if draft.kind in ENCODERS]
    chosen = [dice.choice(makers) for _ in range(BENT)]
    wrong = [(one.kind, bent(dice, one.fields)) for one in chosen]
    questions = [{"op": "fields", "kind": kind, "fields": as_json(said)} for kind, said in wrong]
    refused = 0
    for (kind, said), answer in zip(wrong, ask(questions), strict=True):
        made = written(kind, said)
        assert ("refused" in answer) == (made is None), (said, answer)
        if made is None:
            refused += 1
        elif DEFLATE not in (made[0], answer["codec"]):
            assert answer == {"codec": made[0], "body": made[1].hex()}, said
    assert BENT / 8 < refused < BENT * 7 / 8


def test_texts_are_written_with_the_same_bytes(dice, ask):
    said = [text(dice, 140) for _ in range(TEXTS)]
    answers = ask([{"op": "write", "text": one} for one in said])
    for one, answer in zip(said, answers, strict=True):
        codec, data = texts.encode(one)
        if DEFLATE in (codec, answer["codec"]):
            encoded = bytes.fromhex(answer["bytes"])
            assert texts.decode(answer["codec"], encoded, text_bytes_max=1000) == one
        else:
            assert (answer["codec"], answer["bytes"]) == (codec, data.hex())
