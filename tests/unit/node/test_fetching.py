"""Fetching from a server that is well, slow, wrong or hostile."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from meshnode.node.alerts.fetching import (
    BODY_BYTES_MAX,
    Fetched,
    Fetcher,
    FetchError,
    Validators,
    check_url,
)
from meshnode.protocol.errors import LimitError
from tests.unit.node.feedserver import (
    Served,
    bomb,
    cut,
    dripping,
    make_certificate,
    moved,
    serving,
    with_etag,
    zipped,
)

BODY = b'[{"id": "mow.1"}]'


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


def fetch(url: str, validators: Validators | None = None, **settings: float) -> Fetched:
    async def play() -> Fetched:
        fetcher = Fetcher(**settings)
        try:
            return await fetcher.fetch(url, validators)
        finally:
            fetcher.close()

    return asyncio.run(play())


def failure(url: str, **settings: float) -> str:
    with pytest.raises(FetchError) as failed:
        fetch(url, **settings)
    assert str(failed.value).endswith(".")
    return failed.value.reason


def test_a_document_comes_whole_also_if_it_was_packed(server: Served) -> None:
    server.pages |= {"/plain?x=1": BODY, "/zipped": zipped(BODY * 10_000)}
    assert fetch(f"{server.url}/plain?x=1").body == BODY
    assert fetch(f"{server.url}/zipped").body == BODY * 10_000


def test_what_has_not_changed_is_not_sent_again(server: Served) -> None:
    server.pages["/list"] = with_etag(BODY)
    first = fetch(f"{server.url}/list")
    second = fetch(f"{server.url}/list", first.validators)
    assert (first.body, second.body) == (BODY, None)
    assert second.validators == first.validators
    assert server.asked[1][1]["If-Modified-Since"] == first.validators.modified


@pytest.mark.parametrize(("status", "reason"), [(404, "http_404"), (503, "http_503")])
def test_a_page_about_an_error_is_no_document(server: Served, status: int, reason: str) -> None:
    server.pages["/x"] = status
    assert failure(f"{server.url}/x") == reason


def test_what_stops_in_the_middle_is_no_document(server: Served) -> None:
    server.pages["/x"] = cut(BODY * 1000)
    assert failure(f"{server.url}/x") == "truncated"


def test_a_body_that_is_too_large_ends_there_packed_or_not(server: Served) -> None:
    server.pages |= {"/x": bytes(BODY_BYTES_MAX + 1), "/bomb": bomb(64)}
    assert failure(f"{server.url}/x") == "oversize"
    assert failure(f"{server.url}/bomb") == "oversize"
    server.pages["/y"] = bytes(BODY_BYTES_MAX)
    assert len(fetch(f"{server.url}/y").body or b"") == BODY_BYTES_MAX


def test_what_cannot_be_unpacked_is_no_document(server: Served) -> None:
    server.pages |= {
        "/x": lambda handler: handler.answer(200, BODY, Content_Encoding="gzip"),
        "/y": lambda handler: handler.answer(200, BODY, Content_Encoding="br"),
    }
    assert failure(f"{server.url}/x") == "encoding"
    assert failure(f"{server.url}/y") == "encoding"


def test_a_server_that_drips_is_left_at_the_deadline(server: Served) -> None:
    server.pages["/x"] = dripping
    assert failure(f"{server.url}/x", deadline_s=0.3, step_s=5.0) == "timeout"


def test_a_server_that_is_silent_is_left(server: Served) -> None:
    server.pages["/x"] = lambda handler: handler.served.release.wait(10)
    assert failure(f"{server.url}/x", deadline_s=5.0, step_s=0.2) == "timeout"


def test_who_is_not_there_cannot_be_reached(server: Served) -> None:
    with serving() as other:
        pass
    assert failure(f"{other.url}/x") == "network"


def test_a_redirect_stays_with_its_host(server: Served) -> None:
    with serving() as other:
        server.pages |= {
            "/here": moved("/there"),
            "/there": BODY,
            "/away": moved(f"{other.url}/x"),
            "/file": moved("file:///etc/passwd"),
            "/round": moved("/round"),
            "/nowhere": moved(""),
        }
        assert fetch(f"{server.url}/here").body == BODY
        for path in ("away", "file", "round", "nowhere"):
            assert failure(f"{server.url}/{path}") == "redirects"
        assert other.asked == []


def test_over_tls_only_a_certificate_that_is_trusted_is_believed(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "feeds.pem")
    with serving(certificate) as served:
        served.pages["/x"] = BODY
        assert failure(f"{served.url}/x") == "network"

        async def play() -> Fetched:
            fetcher = Fetcher(ssl.create_default_context(cafile=certificate))
            return await fetcher.fetch(f"{served.url}/x")

        assert asyncio.run(play()).body == BODY


@pytest.mark.parametrize(
    "url",
    [
        "http://warnung.bund.de/x",
        "https://",
        "https://me:secret@example.org/",
        "file:///etc/passwd",
        "https://[::1/",
        "https://example.org:http/",
        "ftp://127.0.0.1/",
    ],
)
def test_feeds_come_over_tls_or_from_this_machine(url: str) -> None:
    with pytest.raises(LimitError):
        check_url(url)
    for right in ("https://warnung.bund.de/api31", "http://127.0.0.1:8000/x"):
        assert check_url(right) == right
