"""Requests to the API as any ASGI server would make them, without a server."""

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.types import Message


@dataclass(frozen=True)
class Answer:
    """A whole answer; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


async def got(app: Starlette, path: str, query: str = "") -> tuple[int, str]:
    """Return status and body of a GET."""
    answer = await answered(app, path, query)
    return answer.status, answer.text


async def headers_of(app: Starlette, path: str) -> dict[str, list[str]]:
    """Return all values of each header of the answer to a GET; none may stand twice."""
    answer = await answered(app, path)
    return {name: [value] for name, value in answer.headers.items()}


async def answered(app: Starlette, path: str, query: str = "", **headers: str) -> Answer:
    """Return the answer to a GET with these headers."""
    sent_headers = {"host": "localhost", **headers}
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
        "headers": [(name.encode(), value.encode()) for name, value in sent_headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    received = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert len(received) == len(sent[0]["headers"]), "a header that stands twice"
    return Answer(sent[0]["status"], received, body)
