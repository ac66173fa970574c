"""A text that a node cannot read: the board, the page and the API show a sentence, and go on."""

import asyncio
import json

from meshnode.api.app import public_app
from meshnode.board.view import DAMAGED_TEXT, FUTURE_TEXT
from meshnode.protocol.object import Kind
from tests.neighbourhood import configured, found_community, running


async def got(app, path: str) -> tuple[int, str]:
    """Return status and body of a request, as any ASGI server would make it."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], body.decode()


def test_unreadable_texts_are_said_to_be_so_and_hide_nothing(tmp_path):
    async def play():
        (home,) = found_community(tmp_path, ["nord"])
        async with running(home, configured(home)) as node:
            await node.service.post_bulletin("Wasser gibt es bis 18 Uhr am Nordmarkt.")
            for codec, body in ((4, b"\x84future"), (2, b"\x84" + b"\0" * 40)):
                await node.service._submit(Kind.BULLETIN, codec, body, minutes=60)
            app = public_app(node.service)
            status, page = await got(app, "/")
            assert status == 200
            for words in ("bis 18 Uhr am Nordmarkt", "neuere Version", "Please ask for it"):
                assert words in page
            status, answer = await got(app, "/api/v1/bulletins")
            assert status == 200
            texts = [one["text"] for one in json.loads(answer)["bulletins"]]
            assert set(texts[:2]) == {FUTURE_TEXT, DAMAGED_TEXT}
            assert texts[2] == "Wasser gibt es bis 18 Uhr am Nordmarkt."
            assert (await node.service.status()).bulletins == 3

    asyncio.run(play())
