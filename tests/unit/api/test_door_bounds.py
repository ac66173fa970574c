"""Hostile requests over a real socket: too large, too slow, too many, of another type; guesses."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from meshnode.api.door import connections
from meshnode.api.door.limits import ATTEMPTS_A_MINUTE, WRITES_AT_ONCE
from meshnode.board.pairing.openings import Secret, code_secret
from meshnode.board.pairing.proofs import phone_proof
from meshnode.node.denials import TooOftenError
from meshnode.node.pairing.pairingdesk import OPENINGS_MAX, WRONG_MAX
from tests.pairedphone import PairedPhone
from tests.patience import ANSWER_S
from tests.unit.api.servednode import ServedNode, served_node

ME, OBJECTS, PAIR = "/api/v1/me", "/api/v1/objects", "/api/v1/pairings"
JSON = ("Content-Type", "application/json")
CUT_S = connections.LIFETIME_S * 2 / 3
"""By then a connection is cut that may live for 0.3 s, however busy the machine is."""


@pytest.fixture
def door(tmp_path: Path) -> Iterator[ServedNode]:
    """A node of this test's own: what it counts is nobody else's."""
    with served_node(tmp_path) as node:
        yield node


def wrong(phone: PairedPhone, number: int) -> dict[str, str]:
    proof = phone_proof(Secret(bytes([number]) * 16), phone.key.public)
    return {"key": phone.key.public.hex(), "proof": proof.hex()}


def test_a_header_that_is_too_long_is_not_read(door: ServedNode) -> None:
    said = door.ask("GET", ME, ("Authorization", "Meshnode " + "A" * 20_000))
    assert said.status in (400, 413)
    said = door.ask("GET", ME, *((f"X-{at}", "y" * 100) for at in range(200)))
    assert said.status in (400, 413)
    for target in ("/api/v1/members/" + "a" * 20_000, "/api/v1/challenge?" + "a" * 20_000):
        assert door.ask("GET", target).status in (400, 413)


def test_a_body_that_is_too_long_is_refused_before_anything_is_done_with_it(
    door: ServedNode,
) -> None:
    said = door.ask("POST", PAIR, JSON, body=b" " * 17_000)
    assert (said.status, said.code) == (413, "too_large")
    phone, body = door.phone(), b" " * 200_000
    said = door.show(phone.authorization("POST", OBJECTS, body), "POST", OBJECTS, JSON, body=body)
    assert (said.status, said.code) == (413, "too_large")
    said = door.show(phone.authorization("GET", ME, body), "GET", ME, body=b" " * 17_000)
    assert (said.status, said.code) == (413, "too_large")


def test_a_long_body_is_not_read_for_whom_the_node_does_not_know(door: ServedNode) -> None:
    """The answer comes while most of what was announced has not been sent."""
    known = door.phone()
    stranger = PairedPhone(door.here.port, node_key=known.node_key, challenge=known.challenge)
    given = stranger.authorization("POST", OBJECTS)
    from_stranger = door.show(
        given, "POST", OBJECTS, JSON, ("Transfer-Encoding", "chunked"), ("Expect", "x")
    )
    assert from_stranger.status == 401


def test_a_body_of_pieces_without_end_is_cut_off(door: ServedNode) -> None:
    head = (
        b"POST /api/v1/pairings HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        b"Connection: close\r\n\r\n"
    )
    said = door.tell(head, then=b"400\r\n" + b" " * 1024 + b"\r\n" + (b"1\r\n \r\n" * 20_000))
    assert said.status == 413


def test_a_body_that_never_comes_ends_with_its_connection(
    door: ServedNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LIFETIME_S", 0.3)
    begun_s = time.monotonic()
    said = door.tell(
        b"POST /api/v1/pairings HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"
    )
    assert said.status in (0, 400)
    assert time.monotonic() - begun_s < CUT_S


def test_a_request_that_comes_byte_by_byte_ends_with_its_connection(
    door: ServedNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LIFETIME_S", 0.3)
    with closing(socket.create_connection(("127.0.0.1", door.here.port), ANSWER_S)) as wire:
        wire.sendall(b"GET /api/v1/me HT")
        begun_s = time.monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while time.monotonic() - begun_s < CUT_S:
                wire.sendall(b"T")
                time.sleep(0.02)
    monkeypatch.undo()
    assert door.ask("GET", "/api/v1/challenge").status == 200


def test_one_address_holds_only_so_many_connections(door: ServedNode) -> None:
    held = [
        socket.create_connection(("127.0.0.1", door.here.port), ANSWER_S)
        for _ in range(connections.PER_ADDRESS_MAX + 8)
    ]
    try:
        for one in held[connections.PER_ADDRESS_MAX :]:
            try:
                assert one.recv(1) == b""
            except ConnectionResetError:
                continue
    finally:
        for one in held:
            one.close()


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/plain; charset=application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json-seq",
        "",
        "*/*",
    ],
)
def test_what_a_form_of_any_page_can_send_is_not_taken(door: ServedNode, content_type: str) -> None:
    phone = door.phone()
    body = json.dumps(wrong(phone, 1)).encode()
    headers = [("Content-Type", content_type)] if content_type else []
    said = door.ask("POST", PAIR, *headers, body=body)
    assert (said.status, said.code) == (415, "wrong_type")
    given = phone.authorization("POST", OBJECTS, b'{"objects":[]}', wants_seal=False)
    said = door.show(given, "POST", OBJECTS, *headers, body=b'{"objects":[]}')
    assert (said.status, said.code) == (415, "wrong_type")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'{"key": 1, "proof": 2}',
        b'{"key": "%s", "key": "%s", "proof": "%s"}' % (b"aa" * 32, b"aa" * 32, b"bb" * 32),
        b'{"key": "%s", "proof": "%s", "x": 1}' % (b"aa" * 32, b"bb" * 32),
        b'{"key": "%s", "proof": "%s"}' % (b"AA" * 32, b"bb" * 32),
        b'{"key": "%s", "proof": "%s"}' % (b"aa" * 32, b"bb" * 31),
        b'{"key": "%s", "proof": "%s"}' % ("\u0661".encode() * 64, b"bb" * 32),
        b'{"key": "%s"}' % (b"aa" * 32),
        b'\xff\xfe{"key": 1}',
    ],
)
def test_a_pairing_of_another_form_is_no_attempt(door: ServedNode, body: bytes) -> None:
    door.here.node.service.phones.open_()
    assert door.ask("POST", PAIR, JSON, body=body).code == "bad_request"
    assert door.here.node.service.phones.desk.attempts() == []


def test_a_key_that_everybody_can_sign_for_uses_up_no_code(door: ServedNode) -> None:
    opening = door.here.node.service.phones.open_()
    phone = PairedPhone(door.here.port)
    small = bytes([1]) + bytes(31)
    proof = phone_proof(Secret(opening.token), small)  # type: ignore[arg-type]
    answer = phone.plain("POST", "/pairings", {"key": small.hex(), "proof": proof.hex()})
    assert (answer.status, answer.code) == (422, "limit")
    assert phone.pair(opening.token).status == 201


def test_a_proof_for_another_key_lets_nobody_in(door: ServedNode) -> None:
    """Who heard a phone's proof on the Wi-Fi cannot be let in by it."""
    opening = door.here.node.service.phones.open_()
    phone, thief = PairedPhone(door.here.port), PairedPhone(door.here.port)
    proof = phone_proof(Secret(opening.token), phone.key.public)
    heard = {"key": thief.key.public.hex(), "proof": proof.hex()}
    assert thief.plain("POST", "/pairings", heard).status == 403
    assert phone.pair(opening.token).status == 201


def test_five_wrong_proofs_shut_typed_codes_to_one_address_and_to_no_other(
    door: ServedNode,
) -> None:
    phones = door.here.node.service.phones
    scanned, typed = phones.open_(), phones.open_()
    for number in range(WRONG_MAX):
        guesser = PairedPhone(door.here.port)
        answer = guesser.plain("POST", "/pairings", wrong(guesser, number))
        assert (answer.status, answer.code) == (403, "not_allowed")
    assert {phones.desk.state(one) for one in (scanned, typed)} == {"open"}
    with pytest.raises(TooOftenError):
        phones.desk.take(PairedPhone(0).key.public, bytes(32), "127.0.0.1")
    # Another address, here the node's own socket, types and scans as before.
    late = PairedPhone(door.here.port)
    by_code = {"key": late.key.public.hex(), "proof": proof_by_code(late, typed.code)}
    assert door.run(door.here.ask("POST", "/pairings", by_code))[0] == 201
    # A scanned one cannot be guessed, so it lets in from there as well.
    other = PairedPhone(door.here.port).key.public
    assert phones.desk.take(other, phone_proof(Secret(scanned.token), other), "127.0.0.1")


def proof_by_code(phone: PairedPhone, code: str) -> str:
    return phone_proof(code_secret(code), phone.key.public).hex()


def test_the_sixth_wrong_proof_says_the_same_whether_or_not_something_is_open(
    door: ServedNode,
) -> None:
    said = []
    for is_open in (False, True):
        if is_open:
            door.here.node.service.phones.open_()
        phone = PairedPhone(door.here.port)
        for number in range(WRONG_MAX + 1):
            status, answer = door.run(door.here.ask("POST", "/pairings", wrong(phone, number)))
        said.append((status, json.dumps(answer)))
    assert said[0] == said[1]
    assert said[0][0] == 429


def test_an_address_may_attempt_only_so_often_and_is_told_when_again(door: ServedNode) -> None:
    phone = PairedPhone(door.here.port)
    for number in range(ATTEMPTS_A_MINUTE):
        assert phone.plain("POST", "/pairings", wrong(phone, number)).status == 403
    answer = phone.plain("POST", "/pairings", wrong(phone, 9))
    assert (answer.status, answer.code) == (429, "busy")
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert len(door.here.node.service.phones.desk.attempts()) == ATTEMPTS_A_MINUTE
    # Reading goes on, and so does who is paired.
    assert phone.plain("GET", "/challenge").status == 200
    assert door.phone().ask("GET", "/me").status == 200


def test_a_ninth_code_is_not_opened(door: ServedNode) -> None:
    for _ in range(OPENINGS_MAX):
        assert door.run(door.here.ask("POST", "/pairings/open"))[0] == 201
    status, answer = door.run(door.here.ask("POST", "/pairings/open"))
    assert (status, answer["error"]["code"]) == (422, "limit")
    one = door.here.node.service.phones.desk.openings()[0]
    door.run(door.here.ask("POST", f"/pairings/openings/{one.id}/close"))
    assert door.run(door.here.ask("POST", "/pairings/open"))[0] == 201


def test_a_phone_that_writes_too_much_is_told_so_under_seal_and_no_other(door: ServedNode) -> None:
    phone, other = door.phone(), door.phone()
    for _ in range(WRITES_AT_ONCE):
        assert phone.ask("POST", "/objects", {"objects": []}).status == 400
    answer = phone.ask("POST", "/objects", {"objects": []})
    assert (answer.status, answer.code, answer.was_sealed) == (429, "busy", True)
    assert 0 < int(answer.headers["retry-after"]) <= 6
    assert phone.ask("GET", "/me").status == 200
    assert other.ask("POST", "/objects", {"objects": []}).status == 400


def test_what_was_not_signed_counts_against_no_phone(door: ServedNode) -> None:
    phone = door.phone()
    for _ in range(WRITES_AT_ONCE + 5):
        given = phone.authorization("POST", OBJECTS, b"{}", challenge=bytes(16))
        assert door.show(given, "POST", OBJECTS, JSON, body=b"{}").status == 401
    assert phone.ask("POST", "/objects", {"objects": []}).status == 400


def proven(phone: PairedPhone, token: bytes) -> dict[str, str]:
    proof = phone_proof(Secret(token), phone.key.public)
    return {"key": phone.key.public.hex(), "proof": proof.hex()}
