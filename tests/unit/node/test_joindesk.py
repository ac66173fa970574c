"""Joining by a spoken code: one guess in a million each, nothing to grind, nothing that stays."""

import re
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from meshnode.board.trust.device import encode_device
from meshnode.node.denials import NotFoundError, TooOftenError
from meshnode.node.desks.joindesk import (
    HOUSEHOLD_MAX,
    PENDING_MAX,
    PENDING_MS_MAX,
    WRONG_MAX,
    JoinDesk,
    Newcomer,
    Origin,
    code_of,
    commitment_of,
    read_devices,
)
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import PublicKey, SigningKey
from meshnode.protocol.object import Kind, SignedObject
from tests.community import ANNA, BERT, CEM, COMMUNITY, HERE, MINUTE, made, signing_key

RANDOM = bytes(range(16))
SPEC = Path(__file__).parents[3] / "docs/spec/api.md"


class Table:
    """A desk with a clock and a source of entropy that the test turns."""

    def __init__(self) -> None:
        self.now_ms = 1_000
        self._numbers = count()
        self.desk = JoinDesk(
            community=COMMUNITY,
            node_key=HERE.public,
            now_ms=lambda: self.now_ms,
            entropy=lambda length: sha256(bytes([next(self._numbers) % 256])).digest()[:length],
        )

    def join(self, key: SigningKey = ANNA, name: str = "Anna") -> str:
        join = self.desk.begin(commitment_of(key.public, RANDOM, name))
        revealed = self.desk.reveal(join.id, RANDOM, Newcomer(key.public, name, ()))
        assert revealed.code is not None
        return revealed.code


def device(key: SigningKey, phone: SigningKey, kind: int = Kind.DEVICE) -> SignedObject:
    body = encode_device(phone, key.public, COMMUNITY)
    return made(key, kind, body, sequence=1, minute=MINUTE, minutes=1440)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_code_and_commitment_are_as_written_down() -> None:
    key, nonce = ANNA.public, bytes(16)
    assert (
        commitment_of(key, RANDOM, "Ännä")
        == sha256(b"meshnode join 1\0" + key + RANDOM + "Ännä".encode()).digest()
    )
    digest = sha256(b"meshnode join code 1\0" + key + RANDOM + nonce + HERE.public).digest()
    code = code_of(key, RANDOM, nonce, HERE.public)
    assert (int(code), len(code)) == (int.from_bytes(digest[:8], "big") % 1_000_000, 6)


def test_the_example_of_the_specification_is_what_comes_out() -> None:
    rows = re.findall(r"^\| ([\w' ]+) \| `?([^`|]+?)`? \|$", SPEC.read_text(), re.MULTILINE)
    example = dict(rows)
    key = PublicKey(bytes.fromhex(example["key"]))
    node_key = PublicKey(bytes.fromhex(example["node's key"]))
    random, nonce = bytes.fromhex(example["random"]), bytes.fromhex(example["nonce"])
    assert commitment_of(key, random, example["name"]).hex() == example["commitment"]
    assert code_of(key, random, nonce, node_key) == example["code"]


def test_who_hears_the_code_gets_key_name_and_devices_once() -> None:
    table = Table()
    phone = device(ANNA, BERT)
    join = table.desk.begin(commitment_of(ANNA.public, RANDOM, "Anna"))
    assert (join.newcomer, join.code) == (None, None)
    newcomer = Newcomer(ANNA.public, "Anna", (phone,))
    revealed = table.desk.reveal(join.id, RANDOM, newcomer)
    assert revealed.code == code_of(ANNA.public, RANDOM, join.nonce, HERE.public)
    assert table.desk.claim(revealed.code) == (revealed, newcomer)
    with pytest.raises(NotFoundError):
        table.desk.claim(revealed.code)


@pytest.mark.parametrize(
    ("random", "newcomer"),
    [
        (bytes(16), Newcomer(ANNA.public, "Anna", ())),
        (RANDOM, Newcomer(BERT.public, "Anna", ())),
        (RANDOM, Newcomer(ANNA.public, "Anne", ())),
        (RANDOM, Newcomer(ANNA.public, "Anna", (device(BERT, CEM),))),
        (RANDOM, Newcomer(ANNA.public, "Anna", (device(ANNA, CEM, Kind.PREKEY),))),
        (RANDOM, Newcomer(ANNA.public, "Anna", (device(ANNA, CEM),) * 9)),
    ],
)
def test_what_was_not_committed_to_closes_the_join(random: bytes, newcomer: Newcomer) -> None:
    table = Table()
    join = table.desk.begin(commitment_of(ANNA.public, RANDOM, "Anna"))
    with pytest.raises(LimitError):
        table.desk.reveal(join.id, random, newcomer)
    with pytest.raises(NotFoundError):
        table.desk.reveal(join.id, RANDOM, Newcomer(ANNA.public, "Anna", ()))


@pytest.mark.parametrize("name", ["", " Anna", "An\u202ena", "An\nna", "x" * 41])
def test_a_name_that_no_certificate_could_carry_is_refused(name: str) -> None:
    table = Table()
    join = table.desk.begin(commitment_of(ANNA.public, RANDOM, name))
    with pytest.raises(LimitError):
        table.desk.reveal(join.id, RANDOM, Newcomer(ANNA.public, name, ()))


def test_a_key_of_small_order_is_refused() -> None:
    table = Table()
    key = PublicKey(bytes(32))
    join = table.desk.begin(commitment_of(key, RANDOM, "Anna"))
    with pytest.raises(LimitError):
        table.desk.reveal(join.id, RANDOM, Newcomer(key, "Anna", ()))


def test_nobody_reveals_twice() -> None:
    table = Table()
    join = table.desk.begin(commitment_of(ANNA.public, RANDOM, "Anna"))
    table.desk.reveal(join.id, RANDOM, Newcomer(ANNA.public, "Anna", ()))
    with pytest.raises(LimitError):
        table.desk.reveal(join.id, RANDOM, Newcomer(ANNA.public, "Anna", ()))
    assert table.desk.pending() == []


def test_the_table_has_so_many_places_and_they_come_back() -> None:
    table = Table()
    for _ in range(PENDING_MAX):
        table.desk.begin(bytes(32))
    with pytest.raises(LimitError):
        table.desk.begin(bytes(32))
    table.now_ms += PENDING_MS_MAX - 1
    with pytest.raises(LimitError):
        table.desk.begin(bytes(32))
    table.now_ms += 1
    table.desk.begin(bytes(32))
    assert len(table.desk.pending()) == 1


def test_who_begins_again_and_again_takes_one_place_and_has_the_last_code() -> None:
    table = Table()
    bert = table.join(BERT, "Bert")
    codes = [table.join() for _ in range(2 * PENDING_MAX)]
    assert len(table.desk.pending()) == 2
    with pytest.raises(NotFoundError):
        table.desk.claim(codes[-2])
    assert table.desk.claim(codes[-1])[1].public_key == ANNA.public
    assert table.desk.claim(bert)[1].public_key == BERT.public


def test_a_code_is_good_for_ten_minutes_and_not_longer() -> None:
    table = Table()
    code = table.join()
    table.now_ms += PENDING_MS_MAX - 1
    assert table.desk.claim(code)[1].name == "Anna"
    code = table.join()
    table.now_ms += PENDING_MS_MAX
    with pytest.raises(NotFoundError):
        table.desk.claim(code)


def test_who_was_wrong_three_times_waits_and_ends_nobodys_joining() -> None:
    table = Table()
    anna, bert = table.join(), table.join(BERT, "Bert")
    free = next(f"{number:06}" for number in range(3) if f"{number:06}" not in (anna, bert))
    guesser, other = Origin(signing_key("a phone").public), Origin(signing_key("another").public)
    for _ in range(WRONG_MAX - 1):
        with pytest.raises(NotFoundError):
            table.desk.claim(free, guesser)
    assert table.desk.claim(anna, guesser)[1].name == "Anna"
    with pytest.raises(NotFoundError):
        table.desk.claim(free, guesser)
    with pytest.raises(TooOftenError) as refused:
        table.desk.claim(bert, guesser)
    assert refused.value.wait_s == PENDING_MS_MAX // 1000
    assert len(table.desk.pending()) == 1
    assert table.desk.claim(bert, other)[1].name == "Bert"


def test_a_phone_waits_ten_minutes_and_no_longer() -> None:
    table = Table()
    phone = Origin(signing_key("a phone").public)
    for _ in range(WRONG_MAX):
        with pytest.raises(NotFoundError):
            table.desk.claim("000000", phone)
    table.now_ms += PENDING_MS_MAX - 1
    code = table.join()
    with pytest.raises(TooOftenError):
        table.desk.claim(code, phone)
    table.now_ms += 1
    assert table.desk.claim(code, phone)[1].name == "Anna"


def test_the_third_wrong_code_on_the_socket_closes_every_join() -> None:
    table = Table()
    anna, bert = table.join(), table.join(BERT, "Bert")
    free = next(f"{number:06}" for number in range(3) if f"{number:06}" not in (anna, bert))
    for _ in range(WRONG_MAX - 1):
        with pytest.raises(NotFoundError, match="Ask for it again"):
            table.desk.claim(free)
    assert table.desk.claim(anna)[1].name == "Anna"
    with pytest.raises(NotFoundError, match="begin again"):
        table.desk.claim(free)
    assert table.desk.pending() == []
    # Whoever looks after the node goes on at once.
    assert table.desk.claim(table.join())[1].name == "Anna"


def test_a_phone_has_one_place_and_an_address_so_many_and_others_find_room() -> None:
    table = Table()
    phone = Origin(signing_key("a phone").public, b"here")
    for _ in range(2 * PENDING_MAX):
        table.desk.begin(bytes(32), phone)
    assert len(table.desk.pending()) == 1
    for number in range(HOUSEHOLD_MAX - 1):
        table.desk.begin(bytes(32), Origin(signing_key(f"phone {number}").public, b"here"))
    with pytest.raises(LimitError, match="from this address"):
        table.desk.begin(bytes(32), Origin(signing_key("one more").public, b"here"))
    # Who has a place there may begin anew, and others find room.
    table.desk.begin(bytes(32), phone)
    table.desk.begin(bytes(32), Origin(signing_key("elsewhere").public, b"there"))
    table.desk.begin(bytes(32))
    assert len(table.desk.pending()) == HOUSEHOLD_MAX + 2


def test_damaged_devices_are_refused_before_anything_is_closed() -> None:
    with pytest.raises(LimitError):
        read_devices([b"\x00" * 90])
    with pytest.raises(LimitError):
        read_devices([made(ANNA, 7, b"x", sequence=1, minute=MINUTE, minutes=60).encoded])
    good = device(ANNA, signing_key("telephone"))
    assert read_devices([good.encoded]) == (good,)
