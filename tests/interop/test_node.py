"""Whole nodes: over virtual radios, over TLS, and over both."""

import asyncio
from contextlib import AsyncExitStack

from meshnode.board.bulletins.bulletin import Severity
from meshnode.sim.ether import Ether
from meshnode.sim.server import TcpServer
from tests.neighbourhood import (
    configured,
    eventually,
    found_community,
    link_state,
    listening_url,
    running,
    texts,
)
from tests.patience import AIR_S

SPEED = 20.0


def test_a_bulletin_posted_on_one_node_is_read_on_the_others_over_radio(tmp_path):
    async def play():
        names = ["nord", "hafen", "borsig"]
        homes = found_community(tmp_path, names)
        async with AsyncExitStack() as stack:
            ether = await stack.enter_async_context(Ether(names, speed=SPEED, loss=0.2))
            nodes = [
                await stack.enter_async_context(
                    running(home, configured(home, radios=[ether.urls[name]]), speed=SPEED)
                )
                for home, name in zip(homes, names, strict=True)
            ]
            await nodes[0].service.bulletins.post("Wasser bis 18 Uhr", severity=Severity.SEVERE)
            await eventually(
                lambda: all(texts(node) == {"Wasser bis 18 Uhr"} for node in nodes), within_s=AIR_S
            )
            view = nodes[2].service.noticeboard.page().views[0]
            assert view.author_name == "nord"
            assert view.fields.severity is Severity.SEVERE
            status = await nodes[0].service.status()
            assert 0 < status.airtime.spent_ms <= status.airtime.budget_ms == 144_000
            urgent_ms = status.airtime.urgent_by_purpose_ms
            assert 0 < urgent_ms["push"] <= status.airtime.by_purpose_ms["push"]
            assert urgent_ms["beacon"] == 0

    asyncio.run(play())


def test_two_nodes_without_radio_sync_over_tls_and_again_after_a_restart(tmp_path):
    async def play():
        one, other = found_community(tmp_path, ["one", "other"])
        async with running(one, configured(one, listen="127.0.0.1:0")) as host:
            url = await listening_url(host)
            async with running(other, configured(other, peers=[url])) as guest:
                await host.service.bulletins.post("from one")
                await guest.service.bulletins.post("from other")
                await eventually(
                    lambda: texts(host) == texts(guest) == {"from one", "from other"},
                    within_s=AIR_S,
                )
            await host.service.bulletins.post("while the other was off")
            async with running(other, configured(other, peers=[url])) as guest:
                assert "from one" in texts(guest)
                await eventually(lambda: "while the other was off" in texts(guest), within_s=AIR_S)

    asyncio.run(play())


def test_a_node_with_radio_and_internet_joins_two_islands(tmp_path):
    async def play():
        names = ["island", "bridge", "far"]
        homes = found_community(tmp_path, names)
        async with AsyncExitStack() as stack:
            ether = await stack.enter_async_context(Ether(names[:2], speed=SPEED))
            bridge = await stack.enter_async_context(
                running(
                    homes[1],
                    configured(homes[1], radios=[ether.urls["bridge"]], listen="127.0.0.1:0"),
                    speed=SPEED,
                )
            )
            url = await listening_url(bridge)
            far = await stack.enter_async_context(
                running(homes[2], configured(homes[2], peers=[url]))
            )
            island = await stack.enter_async_context(
                running(homes[0], configured(homes[0], radios=[ether.urls["island"]]), speed=SPEED)
            )
            await island.service.bulletins.post("over radio and wire")
            await eventually(lambda: texts(far) == {"over radio and wire"}, within_s=AIR_S)
            await far.service.bulletins.post("back over wire and radio")
            await eventually(lambda: "back over wire and radio" in texts(island), within_s=AIR_S)

    asyncio.run(play())


def test_a_stranger_s_node_neither_syncs_nor_learns_anything(tmp_path):
    async def play():
        (ours,) = found_community(tmp_path / "ours", ["ours"])
        (theirs,) = found_community(tmp_path / "theirs", ["theirs"])
        async with running(ours, configured(ours, listen="127.0.0.1:0")) as host:
            await host.service.bulletins.post("for members only")
            url = await listening_url(host)
            async with running(theirs, configured(theirs, peers=[url])) as stranger:
                await eventually(
                    lambda: any(
                        "not of our community" in state.sentence
                        for state in stranger.service.link_states().values()
                    ),
                    within_s=AIR_S,
                )
                assert texts(stranger) == set()
                # A steward, who runs no node, and the node itself.
                assert stranger.service.member_count == host.service.member_count == 2

    asyncio.run(play())


def test_a_radio_that_vanishes_in_any_way_is_used_again(tmp_path):
    async def play():
        names = ["nord", "hafen"]
        homes = found_community(tmp_path, names)
        async with AsyncExitStack() as stack:
            ether = await stack.enter_async_context(Ether(names, speed=SPEED))
            nord, hafen = [
                await stack.enter_async_context(
                    running(home, configured(home, radios=[ether.urls[name]]), speed=SPEED)
                )
                for home, name in zip(homes, names, strict=True)
            ]
            await eventually(lambda: nord.service.member_count == 2, within_s=AIR_S)
            server = ether.servers["nord"]
            assert isinstance(server, TcpServer)

            server.unplug()
            await eventually(lambda: link_state(nord, "radio") != "up", within_s=AIR_S)
            await nord.service.bulletins.post("written while unplugged")
            server.plug()
            await eventually(lambda: link_state(nord, "radio") == "up", within_s=AIR_S)
            await eventually(lambda: "written while unplugged" in texts(hafen), within_s=AIR_S)

            server.drop_connection()
            await nord.service.bulletins.post("after a dropped connection")
            await eventually(lambda: "after a dropped connection" in texts(hafen), within_s=AIR_S)

            server.send_garbage(bytes(range(256)) * 40)
            await nord.service.bulletins.post("after garbage")
            await eventually(lambda: "after garbage" in texts(hafen), within_s=AIR_S)

            server.go_silent()
            await eventually(lambda: link_state(nord, "radio") != "up", within_s=AIR_S)
            await nord.service.bulletins.post("while the radio was silent")
            server.speak()
            await eventually(lambda: link_state(nord, "radio") == "up", within_s=AIR_S)
            await eventually(lambda: "while the radio was silent" in texts(hafen), within_s=AIR_S)

            server.reboot()
            await nord.service.bulletins.post("after a reboot")
            await eventually(lambda: "after a reboot" in texts(hafen), within_s=AIR_S)

    asyncio.run(play())
