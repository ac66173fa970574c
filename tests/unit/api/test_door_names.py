"""Hostile requests over a real socket: names, origins, methods, paths, and what is no HTTP."""

import json
from collections.abc import Iterator

import pytest

from tests.unit.api.servednode import ServedNode, served_node

APP = "https://app.example.org"
ME, PAIR, CHALLENGE = "/api/v1/me", "/api/v1/pairings", "/api/v1/challenge"
JSON = ("Content-Type", "application/json")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    with served_node(tmp_path_factory.mktemp("door"), app_origin=APP) as node:
        yield node


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example#127.0.0.1",
        "127.0.0.1@evil.example",
        "127.0.0.1, evil.example",
        "127.0.0.1:80:80",
        "127.0.0.1:8o80",
        "[::1",
        "[::1]evil.example",
        "::1",
        "0x7f.1",
        "2130706433",
        "%31%32%37.0.0.1",
        "evil\u00e9.local.example",
        ".",
    ],
)
def test_a_name_that_is_not_the_nodes_gets_nothing(door: ServedNode, host: str) -> None:
    said = door.ask("GET", CHALLENGE, host=host)
    assert said.status in (400, 421)
    assert b'"challenge"' not in said.body


def test_a_foreign_name_that_points_here_changes_and_reads_nothing(door: ServedNode) -> None:
    """DNS rebinding: the page's own name, so that its browser takes all for one origin."""
    page = ("Origin", "http://evil.example:8080")
    body = json.dumps({"key": "00" * 32, "proof": "00" * 32}).encode()
    said = door.ask("POST", PAIR, page, JSON, body=body, host="evil.example:8080")
    assert (said.status, said.code) == (421, "wrong_host")
    for target in (CHALLENGE, ME, "/", "/api/v1/bulletins"):
        assert door.ask("GET", target, page, host="evil.example:8080").status == 421
    assert not door.here.node.service.phones.desk.attempts()


def test_a_phones_signature_does_not_help_a_foreign_name(door: ServedNode) -> None:
    phone = door.phone()
    assert phone.ask("GET", "/me", Host="evil.example").status == 421
    # Its number was not used up by that.
    assert phone.ask("GET", "/me").status == 200


def test_a_request_without_a_name_or_with_two_is_none(door: ServedNode) -> None:
    port = str(door.here.port).encode()
    without = b"GET /api/v1/challenge HTTP/1.1\r\n\r\n"
    twice = b"GET /api/v1/challenge HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n"
    old = b"GET /api/v1/challenge HTTP/1.0\r\n\r\n"
    assert door.tell(without).status == 400
    assert door.tell(twice).status == 400
    assert door.tell(old).status == 421
    assert door.tell(old[:-2] + b"Host: 127.0.0.1:" + port + b"\r\n\r\n").status == 200


def test_an_address_in_the_request_line_is_no_way_round_the_name(door: ServedNode) -> None:
    for target in ("http://evil.example/api/v1/me", "http://127.0.0.1/api/v1/me", "*", "evil:80"):
        assert door.ask("GET", target).status in (400, 404, 405)


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "file://",
        "https://{own}",
        "http://{host}",
        "http://{host}:1",
        "http://{own}/",
        "http://{own} http://{own}",
        "http://{own}.evil.example",
        "http://evil.example#{own}",
        "http://app.example.org",
        "https://app.example.org:443",
        "https://app.example.org.evil.example",
        "https://APP.example.org",
    ],
)
def test_no_other_page_changes_anything(door: ServedNode, origin: str) -> None:
    own = f"127.0.0.1:{door.here.port}"
    phone = door.phone()
    said = phone.plain("POST", "/pairings/end", {}, Origin=origin.format(own=own, host="127.0.0.1"))
    assert (said.status, said.code) == (403, "wrong_origin")
    assert phone.ask("GET", "/me").status == 200


def test_a_page_may_not_say_two_origins_of_which_one_is_ours(door: ServedNode) -> None:
    own = f"http://127.0.0.1:{door.here.port}"
    origins = [("Origin", own), ("Origin", "http://evil.example")]
    assert door.ask("POST", PAIR, *origins, JSON, body=b"{}").code == "wrong_origin"
    assert door.ask("POST", PAIR, *reversed(origins), JSON, body=b"{}").code == "wrong_origin"


def test_the_nodes_own_page_and_what_is_no_page_may_ask(door: ServedNode) -> None:
    own = ("Origin", f"http://127.0.0.1:{door.here.port}")
    assert door.ask("POST", PAIR, own, JSON, body=b"{}").code == "bad_request"
    assert door.ask("POST", PAIR, JSON, body=b"{}").code == "bad_request"


def test_another_page_may_read_nothing_though_it_may_ask(door: ServedNode) -> None:
    for method in ("GET", "OPTIONS"):
        wish = ("Access-Control-Request-Method", "POST")
        said = door.ask(method, CHALLENGE, ("Origin", "http://evil.example"), wish)
        assert not [name for name, _ in said.headers if name.startswith("access-control")]


def test_the_pinned_origin_and_no_other_gets_cors_without_credentials(door: ServedNode) -> None:
    wish = (
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization,content-type"),
        ("Access-Control-Request-Private-Network", "true"),
    )
    said = door.ask("OPTIONS", "/api/v1/objects", ("Origin", APP), *wish)
    assert said.status == 204
    assert said.all_of("access-control-allow-origin") == [APP]
    assert said.all_of("access-control-allow-private-network") == ["true"]
    assert said.all_of("access-control-allow-headers") == ["authorization, content-type"]
    assert said.all_of("access-control-allow-credentials") == []
    answer = door.ask("GET", CHALLENGE, ("Origin", APP))
    assert answer.all_of("access-control-allow-origin") == [APP]
    refused = door.ask("GET", ME, ("Origin", APP))
    assert refused.status == 401
    assert refused.all_of("access-control-expose-headers") == ["www-authenticate, retry-after"]
    assert "origin" in refused.all_of("vary")


def test_the_pinned_origin_is_not_spared_the_signature(door: ServedNode) -> None:
    phone = door.phone()
    assert phone.plain("POST", "/pairings/end", {}, Origin=APP).status == 401
    answer = phone.ask("POST", "/pairings/end", {}, Origin=APP)
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == APP


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "MOVE", "get"])
def test_a_method_that_no_address_takes_does_nothing(door: ServedNode, method: str) -> None:
    said = door.ask(method, ME)
    assert said.status in (400, 404, 405)
    assert b"Meshnode" not in said.body


def test_what_is_read_by_head_needs_the_same_as_by_get(door: ServedNode) -> None:
    phone = door.phone()
    said = door.ask("HEAD", ME)
    assert (said.status, said.body) == (401, b"")
    given = phone.authorization("GET", ME)
    assert door.show(given, "HEAD", ME).status == 401
    assert door.show(phone.authorization("HEAD", ME), "HEAD", ME).status == 200


@pytest.mark.parametrize(
    "header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"]
)
def test_no_header_makes_another_method_of_one(door: ServedNode, header: str) -> None:
    phone = door.phone()
    answer = phone.ask("GET", "/me", **{header: "POST"})
    assert (answer.status, answer.document["key"]) == (200, phone.key.public.hex())
    assert door.ask("GET", "/api/v1/pairings/open?_method=POST", (header, "POST")).status == 404


@pytest.mark.parametrize(
    "header",
    ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Host", "X-Forwarded-For", "Forwarded"],
)
def test_no_header_makes_another_address_of_one(door: ServedNode, header: str) -> None:
    said = door.ask("GET", CHALLENGE, (header, "/api/v1/me"))
    assert said.status == 200
    assert door.ask("GET", ME, (header, "/api/v1/challenge")).status == 401


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/../v1/me",
        "/api/v1/challenge/../me",
        "/api/v1/%2e%2e/v1/me",
        "/api/v1/challenge/%2e%2e/me",
        "//api/v1/me",
        "///api/v1/me",
        "/api//v1/me",
        "/api/v1//me",
        "/api/v1/./me",
        "/api/v1/me/",
        "/api/v1/me/.",
        "/api/v1/me%2f",
        "/api/v1%2fme",
        "/api/v1/me%00",
        "/api/v1/me%00.json",
        "/api/v1/me;a=b",
        "/api/v1/me%3fa",
        "/api/v1/me.json",
        "/api/v1/%5c..%5cme",
        "/API/V1/ME",
        "/api/v1/me%20",
        "/api/v1/me%0d%0aX:%20y",
        "/api/v1/%c0%ae%c0%ae/me",
        "/api/v1/%6de",
        "/%61pi/v1/me",
        "/api/v1/members/%2e%2e%2fme",
        "/api/v1/members/..",
        "/api/v1/invitations/%2e%2e",
        "/api/v1/pairings/../me",
    ],
)
def test_no_spelling_of_an_address_passes_the_gate(door: ServedNode, target: str) -> None:
    said = door.ask("GET", target)
    assert said.status in (400, 401, 404, 405)
    assert door.ask("POST", target, JSON, body=b"{}").status in (400, 401, 404, 405)
    assert not said.all_of("location")


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/pairings/open",
        "/api/v1/pairings/%6fpen",
        "/api/v1/pairings/openings/0011223344556677/close",
        "/api/v1/pairings/0011/unpair",
        "/api/v1/selling/resume",
        "/api/v1/alerts/import",
        "/api/v1/bulletins/0011/withdraw",
    ],
)
def test_what_is_for_the_socket_is_not_there_even_for_a_phone(
    door: ServedNode, target: str
) -> None:
    phone = door.phone()
    assert door.ask("POST", target, JSON, body=b"{}").status == 404
    given = phone.authorization("POST", target, b"{}")
    assert door.show(given, "POST", target, JSON, body=b"{}").status == 404


def test_a_part_of_an_answer_is_not_to_be_had(door: ServedNode) -> None:
    whole = door.ask("GET", CHALLENGE)
    for ranges in ("bytes=0-1", "bytes=-1", "bytes=" + ",".join(["0-"] * 500), "pages=1"):
        said = door.ask("GET", CHALLENGE, ("Range", ranges))
        assert (said.status, said.body) == (200, whole.body)


def test_an_upgrade_to_another_protocol_is_not_taken(door: ServedNode) -> None:
    for protocol in ("websocket", "h2c", "TLS/1.0"):
        said = door.ask(
            "GET",
            CHALLENGE,
            ("Upgrade", protocol),
            ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
            ("Sec-WebSocket-Version", "13"),
        )
        assert said.status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"\x00" * 300,
        b"GET /\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /api/v1/me\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX\x00: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n Host: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"POST /api/v1/pairings HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST /api/v1/pairings HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/json\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_request_is_refused_and_nothing_fails(door: ServedNode, data: bytes) -> None:
    assert door.tell(data).status in (0, 400, 405, 501)
    assert door.ask("GET", CHALLENGE).status == 200


def test_a_second_request_does_not_hide_in_the_body_of_the_first(door: ServedNode) -> None:
    hidden = b"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    both = (
        b"POST /api/v1/pairings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
        b"0\r\n\r\n" + hidden
    )
    said = door.tell(both)
    assert said.status == 400
    assert b"HTTP/1.1" not in said.body
