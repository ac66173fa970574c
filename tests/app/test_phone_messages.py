"""What Python seals the phone opens, and the other way round: the same bytes from the same inputs.

Ten thousand messages, of which more than a thousand each way have several recipients or are not
texts, and circles beside. All text codecs are loaded.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from meshnode.board.mail.circle import EpochFields, Member, encode_epoch, member_id
from meshnode.board.mail.epoch import epoch_keys, open_circle, seal_circle
from meshnode.board.mail.message import (
    Content,
    Receipt,
    Text,
    decode_circle_payload,
    decode_payload,
    encode_circle_payload,
    encode_payload,
)
from meshnode.board.mail.sealed import open_, recognise, seal
from meshnode.protocol.agreement import AgreementKey, agreement_key_of
from meshnode.protocol.keys import CommunityId, SigningKey
from tests.app.letters import any_content, any_epoch, any_receipt, any_words, described
from tests.phone import Phone, phone

pytestmark = pytest.mark.app

MESSAGES: Final = 5_000
"""Each way, so 10,000 in all."""
SEVERAL_EVERY: Final = 8
SEVERAL: Final = (2, 2, 2, 3, 3, 4, 5, 32)
COMPARED_EVERY: Final = 8
"""Every eighth body is made by Python too, and compared; texts take it long."""
CIRCLES: Final = 60
CIRCLE_MESSAGES: Final = 10
COMMUNITY: Final = CommunityId(bytes(range(16)))
DEVICES: Final = tuple(SigningKey(bytes([number]) * 32) for number in range(1, 9))
PREKEYS: Final = tuple(AgreementKey(bytes([number]) * 32) for number in range(101, 141))
BY_PUBLIC: Final = {key.public: key for key in PREKEYS}
UTF8_OR_MODEL: Final = (0, 2, 3)
"""Text codecs that have one form; deflate may be compressed otherwise."""

Letter = dict[str, Any]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    with phone("private", Path(tmp_path_factory.mktemp("phone"))) as running:
        yield running


def letters(seed: int) -> list[Letter]:
    """Return what is sent by whom to whom, with which secrets."""
    dice = Random(seed)
    made = []
    for place in range(MESSAGES):
        count = dice.choice(SEVERAL) if place % SEVERAL_EVERY == 0 else 1
        content = any_content(dice)
        while count > 8 and len(encode_payload(content, number=0)) > 600:
            content = any_content(dice)
        made.append(
            {
                "content": content,
                "number": dice.randrange(65_536),
                "sender": dice.choice(DEVICES),
                "recipients": dice.sample(PREKEYS, count),
                "ephemeral": dice.randbytes(32),
            }
        )
    return made


def sealed(letter: Letter) -> tuple[bytes, bytes]:
    """Return payload and body as Python makes them."""
    payload = encode_payload(letter["content"], number=letter["number"])
    body = seal(
        payload,
        sender=agreement_key_of(letter["sender"]),
        recipients=[key.public for key in letter["recipients"]],
        ephemeral_secret=letter["ephemeral"],
        community=COMMUNITY,
    )
    return payload, body


def secret_of(key: AgreementKey) -> str:
    return (bytes([101 + PREKEYS.index(key)]) * 32).hex()


def has_one_form(payload: bytes) -> bool:
    return payload[0] >> 4 != 0 or (payload[0] >> 1 & 7) in UTF8_OR_MODEL


def open_request(letter: Letter, dice: Random) -> dict[str, Any]:
    return {
        "op": "open",
        "body": sealed(letter)[1].hex(),
        "own_secrets": [secret_of(dice.choice(letter["recipients"]))],
        "senders": [key.public.hex() for key in (*dice.sample(DEVICES, 2), letter["sender"])],
        "community": COMMUNITY.hex(),
    }


def seal_request(letter: Letter) -> dict[str, Any]:
    return {
        "op": "seal",
        "content": described(letter["content"]),
        "number": letter["number"],
        "sender_seed": letter["sender"].private.private_bytes_raw().hex(),
        "recipients": [key.public.hex() for key in letter["recipients"]],
        "ephemeral_secret": letter["ephemeral"].hex(),
        "community": COMMUNITY.hex(),
    }


def test_the_phone_opens_what_python_sealed(asked: Phone) -> None:
    dice = Random(1)
    some = letters(seed=1)
    answers = asked.answers(open_request(letter, dice) for letter in some)
    for letter, answer in zip(some, answers, strict=True):
        assert answer == {
            "sender": letter["sender"].public.hex(),
            "number": letter["number"],
            "content": described(letter["content"]),
        }
    several = [one for one in some if len(one["recipients"]) > 1]
    others = [one for one in some if not isinstance(one["content"], Text)]
    assert len(several) + len(others) > 1000


def test_python_opens_what_the_phone_sealed_and_would_have_sealed_the_same(asked: Phone) -> None:
    dice = Random(2)
    some = letters(seed=2)
    codecs: Counter[int] = Counter()
    answers = asked.answers(map(seal_request, some))
    for place, (letter, answer) in enumerate(zip(some, answers, strict=True)):
        body = bytes.fromhex(answer["body"])
        senders = [*dice.sample(DEVICES, 2), letter["sender"]]
        opened = open_(
            body,
            recognise(body, [dice.choice(letter["recipients"])]),
            senders=[key.public for key in senders],
            community=COMMUNITY,
        )
        assert opened.sender == letter["sender"].public
        assert decode_payload(opened.payload) == (letter["number"], letter["content"])
        if isinstance(letter["content"], Text):
            codecs[opened.payload[0] >> 1 & 7] += 1
        if place % COMPARED_EVERY == 0 and has_one_form(opened.payload):
            ours = sealed(letter)
            assert not has_one_form(ours[0]) or ours == (opened.payload, body)
    assert set(codecs) == {0, 1, 2, 3}


def circles(seed: int) -> Iterator[tuple[Random, EpochFields, SigningKey, int, Sequence[Content]]]:
    """Yield circles: an epoch, who writes at which place, and what."""
    dice = Random(seed)
    for _ in range(CIRCLES):
        places = sorted(dice.sample(range(255), len(DEVICES)))
        members = tuple(
            Member(place, member_id(key.public)) for place, key in zip(places, DEVICES, strict=True)
        )
        place = dice.randrange(len(DEVICES))
        said = [
            dice.choice((any_words, any_words, any_receipt))(dice) for _ in range(CIRCLE_MESSAGES)
        ]
        yield dice, any_epoch(dice, members), DEVICES[place], places[place], said


def circle_request(operation: str, fields: EpochFields) -> dict[str, Any]:
    return {
        "op": operation,
        "epoch": encode_epoch(fields).hex(),
        "founder": DEVICES[0].public.hex(),
        "community": COMMUNITY.hex(),
    }


def test_the_phone_reads_circles_in_any_order(asked: Phone) -> None:
    for dice, fields, writer, place, said in circles(seed=3):
        keys = epoch_keys(fields, founder=DEVICES[0].public, community=COMMUNITY)
        bodies = []
        for content in said:
            assert isinstance(content, Text | Receipt)
            payload = encode_circle_payload(content)
            body, keys = seal_circle(payload, keys=keys, place=place, signer=writer)
            bodies.append(body.hex())
        order = dice.sample(range(len(said)), len(said))
        request = circle_request("open_circle", fields) | {
            "sender": writer.public.hex(),
            "bodies": [bodies[index] for index in order],
        }
        assert asked.ask(request) == {"contents": [described(said[index]) for index in order]}


def test_python_reads_circles_of_the_phone(asked: Phone) -> None:
    for dice, fields, writer, place, said in circles(seed=4):
        request = circle_request("seal_circle", fields) | {
            "seed": writer.private.private_bytes_raw().hex(),
            "place": place,
            "contents": [described(content) for content in said],
        }
        answer = asked.ask(request)
        keys = epoch_keys(fields, founder=DEVICES[0].public, community=COMMUNITY)
        for index in dice.sample(range(len(said)), len(said)):
            body = bytes.fromhex(answer["bodies"][index])
            opened = open_circle(body, keys=keys, sender=writer.public)
            keys = opened.keys
            assert opened.heading.place == place
            assert opened.heading.counter == index
            assert decode_circle_payload(opened.payload) == said[index]
