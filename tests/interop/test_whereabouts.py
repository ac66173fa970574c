"""Where an object is, asked of whole nodes: service, API and its two faces."""

import asyncio
import json

from meshnode.api.app import admin_app, public_app
from meshnode.node.languages import load_languages
from meshnode.protocol.holdings import State
from meshnode.protocol.object import Kind
from tests.asking import got
from tests.neighbourhood import configured, eventually, found_community, listening_url, running
from tests.patience import WIRE_S


def test_a_node_learns_over_a_stream_that_another_has_what_it_posted(tmp_path):
    async def play():
        nord, school = found_community(tmp_path, ["Nordmarkt", "Schule"])
        async with running(nord, configured(nord, listen="127.0.0.1:0")) as host:
            url = await listening_url(host)
            view = await host.service.bulletins.post("Wasser bis 18 Uhr")
            assert host.service.objects.whereabouts(view.id.hex()).places == ()
            async with running(school, configured(school, peers=[url])) as guest:

                def state(node):
                    places = node.service.objects.whereabouts(view.id.hex()[:8]).places
                    return [(one.name, one.state) for one in places]

                await eventually(
                    lambda: bool(guest.service.noticeboard.page().views), within_s=WIRE_S
                )
                assert state(guest) == [("Nordmarkt", State.HOLDS)]
                await eventually(lambda: state(host) == [("Schule", State.HOLDS)], within_s=WIRE_S)
            admin = admin_app(host.service, load_languages())
            path = f"/api/v1/objects/{view.id.hex()[:8]}/whereabouts"
            status, answer = await got(admin, path)
            document = json.loads(answer)
            (place,) = document["nodes"]
            assert (status, document["id"]) == (200, view.id.hex())
            assert (place["name"], place["state"]) == ("Schule", "holds")
            assert place["node"] == guest.service._keyring.key.id.hex()
            assert 0 <= place["last_contact_s"] <= place["known_s"] <= 2 * WIRE_S

    asyncio.run(play())


def test_any_object_may_be_asked_for_but_not_by_strangers(tmp_path):
    async def play():
        (home,) = found_community(tmp_path, ["Nordmarkt"])
        async with running(home, configured(home)) as node:
            held = node.service._runner.engine.held
            (certificate,) = [one for one in held.values() if one.object.kind == Kind.CERTIFICATE]
            path = f"/api/v1/objects/{certificate.object.id.hex()}/whereabouts"
            admin = admin_app(node.service, load_languages())
            status, answer = await got(admin, path)
            assert (status, json.loads(answer)["nodes"]) == (200, [])
            assert (await got(admin, "/api/v1/objects/00000000/whereabouts"))[0] == 404
            assert (await got(admin, "/api/v1/objects/zz/whereabouts"))[0] == 422
            assert (await got(public_app(node.service, load_languages()), path))[0] == 401

    asyncio.run(play())
