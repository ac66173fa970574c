"""Requests to the API as any ASGI server would make them, without a server."""

from starlette.applications import Starlette
from starlette.types import Message


async def got(app: Starlette, path: str, query: str = "") -> tuple[int, str]:
    """Return status and body of a GET."""
    sent = await _sent(app, path, query)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], body.decode()


async def headers_of(app: Starlette, path: str) -> dict[str, list[str]]:
    """Return all values of each header of the answer to a GET."""
    found: dict[str, list[str]] = {}
    for name, value in (await _sent(app, path, ""))[0]["headers"]:
        found.setdefault(name.decode(), []).append(value.decode())
    return found


async def _sent(app: Starlette, path: str, query: str) -> list[Message]:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent
