"""Hostile requests over a real socket: signatures that do not fit, come again, or are another's."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from meshnode.board.pairing.answers import SEALED_TYPE
from meshnode.board.pairing.signed import Authorization, encode_authorization, target_hash
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import PublicKey, SigningKey
from tests.community import signing_key
from tests.pairedphone import PairedPhone
from tests.unit.api.servednode import Said, ServedNode, served_node

ME, OBJECTS, END = "/api/v1/me", "/api/v1/objects", "/api/v1/pairings/end"
JSON = ("Content-Type", "application/json")
NOTHING = b'{"objects":["AAAA"]}'


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    with served_node(tmp_path_factory.mktemp("door")) as node:
        yield node


def assert_unpaired(door: ServedNode, said: Said) -> None:
    """The one answer to whatever is wrong with a signature, never sealed."""
    challenge = door.here.node.service.phones.challenge.hex()
    assert (said.status, said.code) == (401, "not_paired")
    assert said.all_of("content-type") == ["application/json"]
    assert said.all_of("www-authenticate") == [f'Meshnode challenge="{challenge}"']
    assert said.body == door.ask("GET", ME).body


def test_without_a_signature_nothing_is_read_that_is_not_for_everybody(door: ServedNode) -> None:
    for path in ("me", "members", "members/nord", "community", "checkins", "calls", "acts"):
        assert_unpaired(door, door.ask("GET", f"/api/v1/{path}"))
    for path in ("objects", "sealed", "joins", "joins/claim", "pairings/end"):
        assert_unpaired(door, door.ask("POST", f"/api/v1/{path}", JSON, body=b"{}"))


def test_a_request_that_was_heard_is_not_taken_again(door: ServedNode) -> None:
    phone = door.phone()
    given = phone.authorization("GET", ME)
    assert door.show(given, "GET", ME).status == 200
    for _ in range(3):
        assert_unpaired(door, door.show(given, "GET", ME))
    assert phone.ask("GET", "/me").status == 200


def test_a_number_that_was_used_is_not_taken_for_another_request(door: ServedNode) -> None:
    phone = door.phone()
    assert door.show(phone.authorization("GET", ME, counter=5000), "GET", ME).status == 200
    again = phone.authorization("POST", OBJECTS, NOTHING, counter=5000)
    assert_unpaired(door, door.show(again, "POST", OBJECTS, JSON, body=NOTHING))


def test_a_number_far_behind_is_not_taken_and_one_a_little_behind_once(door: ServedNode) -> None:
    phone = door.phone()
    for counter, is_taken in (
        (5000, True),
        (4936, False),
        (1, False),
        (4937, True),
        (4937, False),
        (4999, True),
    ):
        said = door.show(phone.authorization("GET", ME, counter=counter), "GET", ME)
        if is_taken:
            assert said.status == 200, counter
        else:
            assert_unpaired(door, said)


def test_a_refused_signature_uses_up_no_number(door: ServedNode) -> None:
    phone, thief = door.phone(), signing_key("thief")
    forged = phone.authorization("GET", ME, counter=2**64 - 1, key=thief)
    assert_unpaired(door, door.show(forged, "GET", ME))
    assert phone.ask("GET", "/me").status == 200


def test_the_largest_number_shuts_out_whoever_uses_it_and_nobody_else(door: ServedNode) -> None:
    phone, other = door.phone(), door.phone()
    last = phone.authorization("GET", ME, counter=2**64 - 1)
    assert door.show(last, "GET", ME).status == 200
    assert phone.ask("GET", "/me").status == 401
    assert other.ask("GET", "/me").status == 200


def test_what_was_signed_before_the_last_start_counts_no_more(door: ServedNode) -> None:
    phone = door.phone()
    before = phone.authorization("GET", ME, challenge=bytes(16))
    assert_unpaired(door, door.show(before, "GET", ME))


def test_a_phone_that_was_never_let_in_is_not_known(door: ServedNode) -> None:
    known = door.phone()
    stranger = PairedPhone(door.here.port, node_key=known.node_key, challenge=known.challenge)
    assert_unpaired(door, door.show(stranger.authorization("GET", ME), "GET", ME))


def test_another_phones_signature_is_not_this_ones(door: ServedNode) -> None:
    one, other = door.phone(), door.phone()
    assert_unpaired(door, door.show(one.authorization("GET", ME, key=other.key), "GET", ME))
    given = replace(other.authorization("GET", ME), device_key=one.key.public)
    assert_unpaired(door, door.show(given, "GET", ME))


def test_what_was_signed_for_another_node_counts_nothing_here(door: ServedNode) -> None:
    phone = door.phone()
    elsewhere = replace_node(phone, signing_key("another node"))
    assert_unpaired(door, door.show(elsewhere.authorization("GET", ME), "GET", ME))


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/api/v1/members", NOTHING),
        ("GET", "/api/v1/acts", b""),
        ("POST", "/api/v1/objects?", NOTHING + b" "),
        ("POST", "/api/v1/objects", b'{"objects":["AAAB"]}'),
        ("POST", "/api/v1/objects", NOTHING + b"\n"),
        ("POST", "/api/v1/sealed", NOTHING),
        ("POST", "/api/v1/objects?language=de", NOTHING),
        ("POST", "/api/v1/%6fbjects", NOTHING),
        ("HEAD", "/api/v1/me", b""),
        ("GET", "/api/v1/objects", NOTHING),
    ],
)
def test_a_signature_is_good_for_nothing_but_what_was_signed(
    door: ServedNode, method: str, target: str, body: bytes
) -> None:
    given = door.phone().authorization("POST", OBJECTS, NOTHING)
    said = door.show(given, method, target, JSON, body=body)
    assert said.status in (401, 405)
    if said.status == 401 and method != "HEAD":
        assert_unpaired(door, said)


def test_nobody_between_asks_for_an_answer_that_is_not_sealed(door: ServedNode) -> None:
    phone = door.phone()
    for wants_seal in (True, False):
        given = phone.authorization("GET", ME, wants_seal=wants_seal)
        other = replace(given, wants_seal=not wants_seal)
        assert_unpaired(door, door.show(other, "GET", ME))
        assert door.show(given, "GET", ME).status == 200


def test_a_query_in_another_order_or_spelling_is_another_request(door: ServedNode) -> None:
    phone = door.phone()
    signed = "/api/v1/members?name=nord&revoked=true"
    for target in (
        "/api/v1/members?revoked=true&name=nord",
        "/api/v1/members?name=n%6frd&revoked=true",
        "/api/v1/members?name=nord&revoked=true&",
        "/api/v1/members",
    ):
        assert_unpaired(door, door.show(phone.authorization("GET", signed), "GET", target))
    assert door.show(phone.authorization("GET", signed), "GET", signed).status == 200


def test_two_signatures_are_none_even_if_both_are_right(door: ServedNode) -> None:
    phone = door.phone()
    for values in (
        [encode_authorization(phone.authorization("GET", ME)) for _ in range(2)],
        [encode_authorization(phone.authorization("GET", ME))] * 2,
        [encode_authorization(phone.authorization("GET", ME)), "Basic eDp5"],
        ["Basic eDp5", encode_authorization(phone.authorization("GET", ME))],
    ):
        headers = [("Authorization", value) for value in values]
        assert_unpaired(door, door.ask("GET", ME, *headers))
    joined = ", ".join(encode_authorization(phone.authorization("GET", ME)) for _ in range(2))
    assert_unpaired(door, door.ask("GET", ME, ("Authorization", joined)))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Meshnode",
        "Meshnode ",
        "Basic eDp5",
        "Bearer 1.s.x.1.y",
        "Meshnode 1.s...",
        "Meshnode 1.s.{key}.1.",
        "Meshnode 1.s.{key}.-1.{signature}",
        "Meshnode 1.s.{key}.1e3.{signature}",
        "Meshnode 1.s.{key}.18446744073709551616.{signature}",
        "Meshnode 1.s.{key}." + "9" * 4000 + ".{signature}",
        "Meshnode 1.s.{key}.0.{signature}",
        "Meshnode 1.s.{key}.\u00b9.{signature}",
        "Meshnode 1.s.{key}\u00e9.1.{signature}",
        "Meshnode 1.S.{key}.1.{signature}",
        "Meshnode 1.s-.{key}.1.{signature}",
        "Meshnode 2.s.{key}.1.{signature}",
        "meshnode 1.s.{key}.1.{signature}",
        "Meshnode\t1.s.{key}.1.{signature}",
        "Meshnode 1.s.{key}.1.{signature}.",
        "Meshnode 1.s.{key}=.1.{signature}",
        'Meshnode challenge="x"',
        "\u00ff" * 100,
    ],
)
def test_a_header_of_another_form_is_no_signature(door: ServedNode, value: str) -> None:
    given = encode_authorization(door.phone().authorization("GET", ME)).split(".")
    spelt = value.replace("{key}", given[2]).replace("{signature}", given[4])
    assert_unpaired(door, door.ask("GET", ME, ("Authorization", spelt)))
    # Also where nobody needs one: a phone must hear that its challenge is old.
    assert_unpaired(door, door.ask("GET", "/api/v1/challenge", ("Authorization", spelt)))


def test_a_wrong_signature_is_refused_where_none_is_needed(door: ServedNode) -> None:
    phone = door.phone()
    target = "/api/v1/bulletins"
    given = phone.authorization("GET", target)
    said = door.show(given, "GET", target)
    assert (said.status, said.all_of("content-type")) == (200, [SEALED_TYPE])
    assert_unpaired(door, door.show(given, "GET", target))


def test_a_key_that_everybody_can_sign_for_is_not_let_in(door: ServedNode) -> None:
    small = PublicKey(bytes([1]) + bytes(31))
    given = Authorization(True, small, 1, bytes(64))
    assert_unpaired(door, door.show(given, "GET", ME))
    assert not door.here.node.service.phones.is_paired(small)


def test_a_sealed_answer_opens_for_its_phone_and_its_request_alone(door: ServedNode) -> None:
    phone, other = door.phone(), door.phone()
    given = phone.authorization("GET", ME)
    said = door.show(given, "GET", ME)
    target = target_hash("GET", ME)
    assert phone.key.public.hex().encode() not in said.body
    assert json.loads(phone.opened(given, said.body, 200, target))["member"] is None
    for who, asked, status, what in (
        (other, given, 200, target),
        (phone, replace(given, counter=given.counter + 1), 200, target),
        (phone, given, 403, target),
        (phone, given, 200, target_hash("GET", "/api/v1/acts")),
    ):
        with pytest.raises(PeerError):
            who.opened(asked, said.body, status, what)


def test_refusals_to_a_phone_are_sealed_as_well(door: ServedNode) -> None:
    phone = door.phone()
    for method, path, status, code in (
        ("GET", "/acts", 403, "not_allowed"),
        ("GET", "/members/nobody", 404, "not_found"),
        ("GET", "/members?x=1", 400, "bad_request"),
        ("POST", "/objects", 400, "bad_request"),
    ):
        answer = phone.ask(method, path, {} if method == "POST" else None)
        assert (answer.status, answer.code, answer.was_sealed) == (status, code, True)


def test_an_unpaired_phone_is_a_stranger_with_its_next_request(door: ServedNode) -> None:
    phone = door.phone()
    kept = phone.authorization("GET", ME)
    door.run(door.here.node.service.phones.unpair(phone.key.public))
    assert_unpaired(door, door.show(kept, "GET", ME))
    assert_unpaired(door, door.show(phone.authorization("GET", ME), "GET", ME))
    # Paired anew, what it had sent before still counts only once.
    again = door.phone(phone.key)
    assert door.show(kept, "GET", ME).status == 200
    assert_unpaired(door, door.show(kept, "GET", ME))
    again.counter = phone.counter
    assert again.ask("GET", "/me").status == 200


def test_nobody_ends_anothers_pairing(door: ServedNode) -> None:
    one, other = door.phone(), door.phone()
    for body in (b'{"key":"%s"}' % one.key.public.hex().encode(), b"[]", b"x"):
        given = other.authorization("POST", END, body)
        assert door.show(given, "POST", END, JSON, body=body).status == 400
    assert one.ask("GET", "/me").status == 200
    assert other.ask("GET", "/me").status == 200


def replace_node(phone: PairedPhone, node: SigningKey) -> PairedPhone:
    return PairedPhone(phone.port, phone.key, node.public, phone.challenge, phone.counter)
