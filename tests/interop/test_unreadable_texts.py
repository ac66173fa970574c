"""A text that a node cannot read: the board, the page and the API show a sentence, and go on."""

import asyncio
import json

from meshnode.api.app import public_app
from meshnode.board.bulletins.wording import TOO_OLD
from meshnode.board.tail import DAMAGED_TEXT, FUTURE_TEXT
from meshnode.node.languages import load_languages
from meshnode.protocol.object import Kind
from tests.asking import got
from tests.neighbourhood import configured, found_community, running

UNREADABLE = (
    (4, b"\x84future"),
    (2, b"\x84" + b"\0" * 40),
    (4, b"\x85\x01\x01\x30\x00future"),
    (0, b"\x85\x01\x00\x30\x00no start"),
    (0, b"\x85\xfaa template of the future"),
)
"""Codecs and bodies of texts and templates, all severe."""


def test_unreadable_texts_are_said_to_be_so_and_hide_nothing(tmp_path):
    async def play():
        (home,) = found_community(tmp_path, ["nord"])
        async with running(home, configured(home)) as node:
            await node.service.bulletins.post("Wasser gibt es bis 18 Uhr am Nordmarkt.")
            created_min = node.service.minute
            for codec, body in UNREADABLE:
                await node.service.voice.say(
                    Kind.BULLETIN, codec, body, minutes=60, created_min=created_min
                )
            app = public_app(node.service, load_languages())
            status, page = await got(app, "/")
            assert status == 200
            for words in ("bis 18 Uhr am Nordmarkt", "neuere Version", "Please ask for it"):
                assert words in page
            status, answer = await got(app, "/api/v1/bulletins")
            assert status == 200
            texts = [one["text"] for one in json.loads(answer)["bulletins"]]
            assert sorted(texts[:-1]) == sorted([FUTURE_TEXT] * 2 + [DAMAGED_TEXT] * 2 + [TOO_OLD])
            assert texts[-1] == "Wasser gibt es bis 18 Uhr am Nordmarkt."
            assert (await node.service.status()).bulletins == 1 + len(UNREADABLE)

    asyncio.run(play())
