"""What is read later says days as dates: "tomorrow" on a wall is wrong the next morning."""

import asyncio
from datetime import date
from pathlib import Path

from meshnode.commands.client import Client
from tests.oneday import on_one_day
from tests.unit.api.apinode import api_node


def test_who_prefers_dates_gets_them_and_everybody_else_todays_words(tmp_path: Path) -> None:
    async def play(day: date) -> None:
        async with api_node(tmp_path, (f"on {day}",)) as here:
            view = await here.node.service.bulletins.post_template(
                "water", {"place": "Nordmarkt", "from": "tomorrow 14:00", "to": "tomorrow 18:00"}
            )
            client = Client(here.home.socket.parent)
            (now,) = await asyncio.to_thread(client.bulletins, "de")
            (later,) = await asyncio.to_thread(client.with_dates().bulletins, "de")
            assert now["id"] == later["id"] == view.id.hex()
            assert "morgen" in now["text"]
            assert "morgen" not in later["text"]
            assert "14 Uhr" in later["text"]

    on_one_day(lambda day: asyncio.run(play(day)))
