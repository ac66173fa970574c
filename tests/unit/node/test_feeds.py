"""Feeds of official alerts from a real server to the board of a real node."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from meshnode.board.trust.role import Role
from meshnode.node.alerts.feeds import UNLISTED_POLLS, Poller, keep_polling
from meshnode.node.alerts.fetching import Fetcher
from meshnode.node.alerts.official import SIGNED_HOUR_MAX
from meshnode.node.alerts.sources import parse_feed
from meshnode.node.config import AlertsSection
from meshnode.protocol.object import Kind
from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.board.official.samples import (
    IDENTIFIER,
    REGION,
    cap,
    dashed,
    detail,
    dwd,
    encoded,
    mapped,
    moment,
    unix_ms,
    windy,
)
from tests.unit.node.feedserver import Served, cut, serving

LIST = f"/dashboard/{REGION}.json"
DETAIL = f"/warnings/{IDENTIFIER}.json"


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass
class Here:
    """A node with the role, and one feed that it looks at when told to."""

    node: ApiNode
    poller: Poller
    fetcher: Fetcher

    async def poll(self, times: int = 1) -> None:
        for _ in range(times):
            await self.poller.poll(self.fetcher)

    async def board(self) -> list[dict[str, Any]]:
        """What stands on it, by title."""
        return (await self.node.get("/bulletins?language=de"))["bulletins"]

    async def titles(self) -> list[str]:
        return [one["title"] for one in await self.board()]

    def signed(self) -> int:
        """How many objects the node has signed in all, replaced ones counted."""
        service = self.node.node.service
        return max((one.thing.sequence for one in service.official.held()), default=0)


@asynccontextmanager
async def looking(directory: Path, feed: str, *, has_role: bool = True) -> AsyncIterator[Here]:
    async with api_node(directory) as node:
        if has_role:
            await node.take(node.role(node.home.load_keyring().key, Role.IMPORTER))
        source = parse_feed(feed, (REGION,))
        poller = Poller(source, (REGION,), node.node.service.official)
        node.node.service.official.feeds = lambda: [poller.state]
        fetcher = Fetcher(deadline_s=ANSWER_S, step_s=ANSWER_S)
        try:
            yield Here(node, poller, fetcher)
        finally:
            fetcher.close()


def played(play: Any) -> None:
    asyncio.run(play())


def listed(*items: Any) -> bytes:
    return encoded([{**one, "sent": now()} for one in items])


def test_a_warning_of_the_dashboard_stands_on_the_board_once(
    tmp_path: Path, server: Served
) -> None:
    server.pages |= {LIST: listed(dashed()), DETAIL: encoded(detail(sent=now()))}

    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            await here.poll(3)
            (view,) = await here.board()
            assert (view["title"], view["severity"]) == ("Gefahr durch Rauch", "severe")
            assert view["provenance"]["source"] == "Leitstelle Musterstadt"
            assert view["passed_on_by"] == ["nord"]
            assert here.poller.state.signed == 1
            assert here.poller.state.passed_over == {"known": 1}
            assert server.paths().count(DETAIL) == 1, "a detail is asked for once"
            again = Poller(parse_feed(f"nina={server.url}", (REGION,)), (REGION,),
                           here.node.node.service.official)  # fmt: skip
            await again.poll(here.fetcher)
            assert again.state.signed == 0, "a restart signs nothing twice"

    played(play)


def test_where_there_is_no_detail_the_list_says_it_and_the_detail_mends_it(
    tmp_path: Path, server: Served
) -> None:
    sent = now()
    server.pages[LIST] = encoded([{**dashed(), "sent": sent}])

    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            await here.poll()
            (view,) = await here.board()
            assert view["text"] == "Ganzer Text: warnung.bund.de"
            assert here.poller.state.failures["detail_http_404"] == 1
            server.pages[DETAIL] = encoded(detail(sent=sent))
            await here.poll(8)
            (view,) = await here.board()
            assert "Im Hafen brennt eine Halle." in view["text"]
            assert view["is_update"]

    played(play)


def test_a_server_in_trouble_is_no_reason_to_say_less(tmp_path: Path, server: Served) -> None:
    server.pages |= {LIST: listed(dashed()), DETAIL: 503}

    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            await here.poll(2)
            assert await here.board() == []
            await here.poll()
            assert await here.titles() == ["Gefahr durch Rauch"]

    played(play)


def test_what_vanishes_is_marked_and_never_called_over(tmp_path: Path, server: Served) -> None:
    server.pages |= {LIST: listed(dashed()), DETAIL: encoded(detail(sent=now()))}

    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            await here.poll()
            server.pages[LIST] = b"[]"
            await here.poll(UNLISTED_POLLS - 1)
            assert (await here.board())[0]["provenance"]["state"] == "in-force"
            server.pages[LIST] = b"[" * 9
            await here.poll()
            assert (await here.board())[0]["provenance"]["state"] == "in-force"
            server.pages[LIST] = b"[]"
            await here.poll()
            (view,) = await here.board()
            assert view["provenance"]["state"] == "unlisted"
            assert view["title"] == "Gefahr durch Rauch"
            signed = here.signed()
            await here.poll(5)
            assert here.signed() == signed, "it is marked once"

    played(play)


def test_a_new_id_that_names_the_old_one_takes_its_place_and_an_all_clear_ends_it(
    tmp_path: Path, server: Served
) -> None:
    new, clear = f"{IDENTIFIER[:-1]}2", f"{IDENTIFIER[:-1]}3"
    server.pages |= {LIST: listed(dashed()), DETAIL: encoded(detail(sent=now()))}

    def refers(identifier: str) -> str:
        return f"DE-NW-DO-SE001,{identifier},{now()}"

    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            await here.poll()
            (first,) = await here.board()
            change = detail(new, sent=now(), msgType="Update", references=refers(IDENTIFIER),
                            info={"headline": "Rauch zieht ab"})  # fmt: skip
            server.pages |= {
                LIST: listed(dashed(new, message="Update")),
                f"/warnings/{new}.json": encoded(change),
            }
            await here.poll()
            (second,) = await here.board()
            assert (second["title"], second["root"]) == ("Rauch zieht ab", first["root"])
            over = detail(clear, sent=now(), msgType="Cancel", references=refers(new),
                          info={"headline": "Entwarnung: Rauch"})  # fmt: skip
            server.pages |= {
                LIST: listed(dashed(clear, message="Cancel")),
                f"/warnings/{clear}.json": encoded(over),
            }
            await here.poll()
            (third,) = await here.board()
            assert third["title"] == "Entwarnung: Rauch"
            assert third["provenance"]["state"] == "all-clear"
            assert third["expires"] >= second["expires"]
            server.pages[LIST] = listed(dashed())
            await here.poll(2)
            assert await here.titles() == ["Entwarnung: Rauch"], "the old one does not come back"

    played(play)


def test_map_data_of_the_whole_country_is_filtered_by_district(
    tmp_path: Path, server: Served
) -> None:
    far = detail("mow.far", sent=now())
    far["info"][0]["area"][0]["geocode"][0]["value"] = "091620000000"
    items = [{**mapped(), "startDate": now()}, {**mapped("mow.far"), "startDate": now()}]
    server.pages |= {
        "/mowas/mapData.json": encoded(items),
        DETAIL: encoded(detail(sent=now())),
        "/warnings/mow.far.json": encoded(far),
    }

    async def play() -> None:
        async with looking(tmp_path, f"mowas={server.url}") as here:
            await here.poll()
            assert len(await here.board()) == 1
            assert here.poller.state.passed_over["region"] == 1

    played(play)


def test_the_weather_services_list_and_cap_are_feeds_too(tmp_path: Path, server: Served) -> None:
    async def play() -> None:
        async with looking(tmp_path, f"dwd={server.url}/w.json") as here:
            start = unix_ms(here.node.minute + 30)
            ours = windy(start=start, end=unix_ms(here.node.minute + 90))
            page = dwd(ours).replace(
                str(unix_ms(1_527_060)).encode(), str(unix_ms(here.node.minute)).encode()
            )
            server.pages["/w.json"] = page
            await here.poll(2)
            (view,) = await here.board()
            assert view["provenance"]["source"] == "DWD"
            assert view["provenance"]["ends"] is not None
            server.pages["/c.xml"] = cap("1", sent=here.node.minute, expires=None)
            other = Poller(parse_feed(f"cap={server.url}/c.xml", (REGION,)), (REGION,),
                           here.node.node.service.official)  # fmt: skip
            await other.poll(here.fetcher)
            assert other.state.signed == 1

    played(play)


def test_drills_are_counted_and_only_posted_as_drills_if_the_node_is_told_so(
    tmp_path: Path, server: Served
) -> None:
    server.pages |= {LIST: listed(dashed()), DETAIL: encoded(detail(sent=now(), status="Exercise"))}

    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            await here.poll()
            assert await here.board() == []
            assert here.poller.state.passed_over == {"exercise": 1}
            here.node.node.service.official.are_exercises_drills = True
            # The founder's first node is coordinator.
            await here.poll(2)
            (view,) = await here.board()
            assert view["is_drill"]

    played(play)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"<!DOCTYPE html><h1>Wartung</h1>", "bad_json"),
        (b'[{"id": "mow.', "bad_json"),
        (b'["\xe4"]', "bad_charset"),
        (cut(b"[" + b" " * 1000), "truncated"),
        (b"{}", "bad_feed"),
        (503, "http_503"),
    ],
)
def test_what_is_broken_is_counted_and_shown_and_tried_again_later(
    tmp_path: Path, server: Served, page: Any, reason: str
) -> None:
    server.pages[LIST] = page

    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            await here.poll(4)
            state = here.poller.state
            assert state.failures == {reason: 3}, "the third look was left out"
            status = await here.node.get("/status")
            assert any("Feed nina: " in one for one in status["problems"])
            (feed,) = (await here.node.get("/alerts/feeds"))["feeds"]
            assert feed["failures"] == {reason: 3}
            server.pages[LIST] = listed(dashed())
            await here.poll(5)
            assert state.problem == ""

    played(play)


def test_what_is_dated_far_ahead_is_not_signed(tmp_path: Path, server: Served) -> None:
    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            later = moment(here.node.minute + 3 * 1440)
            server.pages |= {
                LIST: encoded([{**dashed(), "sent": later}]),
                DETAIL: encoded(detail(sent=later)),
            }
            await here.poll()
            assert await here.board() == []
            assert here.poller.state.passed_over == {"future": 1}

    played(play)


def test_an_hour_has_room_for_so_many_and_the_worst_go_first(
    tmp_path: Path, server: Served
) -> None:
    names = [f"mow.{number:02}" for number in range(SIGNED_HOUR_MAX + 3)]
    items = [dashed(one, i18nTitle={"de": f"Warnung {one}"}) for one in names]
    items[-1]["payload"]["data"]["severity"] = "Extreme"
    server.pages[LIST] = listed(*items)

    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            await here.poll()
            titles = await here.titles()
            assert len(titles) == SIGNED_HOUR_MAX
            assert f"Warnung {names[-1]}" in titles
            assert here.poller.state.passed_over["limit"] == 3

    played(play)


def test_without_the_role_the_node_asks_nobody_and_says_what_helps(
    tmp_path: Path, server: Served
) -> None:
    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}", has_role=False) as here:
            desk = here.node.node.service.official
            section = AlertsSection(feeds=(f"nina={server.url}",), regions=(REGION,))
            polling = asyncio.create_task(
                keep_polling(desk, section, Random(1), here.fetcher, first_s=0.0)
            )
            for _ in range(5):
                await asyncio.sleep(0)
            assert any("role grant 'nord' importer" in one for one in desk.problems())
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            assert server.asked == []
            status, answer = await here.node.ask("POST", "/alerts/import", {"content": "[]"})
            assert (status, answer["error"]["code"]) == (403, "not_allowed")

    played(play)


def test_what_is_no_document_of_alerts_is_refused_by_the_node(
    tmp_path: Path, server: Served
) -> None:
    async def play() -> None:
        async with looking(tmp_path, f"nina={server.url}") as here:
            status, answer = await here.node.ask("POST", "/alerts/import", {"content": "<x/>"})
            assert (status, answer["error"]["code"]) == (422, "limit")
            content = cap("1", sent=here.node.minute, expires=None).decode()
            status, answer = await here.node.ask("POST", "/alerts/import", {"content": content})
            assert status == 201, answer
            assert len(answer["ids"]) == 1
            _, answer = await here.node.ask("POST", "/alerts/import", {"content": content})
            assert answer == {"ids": [], "passed_over": {"known": 1}}
            held = here.node.node.service.official.held()
            assert [one.thing.kind for one in held] == [Kind.ALERT]
            assert replace(held[0].provenance, source="x") != held[0].provenance

    played(play)
