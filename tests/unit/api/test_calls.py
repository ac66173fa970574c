"""Check-ins, calls for help and modes over the socket, and what strangers see of them."""

import asyncio
from pathlib import Path

from meshnode.api.app import public_app
from meshnode.api.operation import BASE
from meshnode.board.calls.checkin import (
    CheckInFields,
    CheckInHead,
    Need,
    State,
    encode_checkin,
)
from meshnode.board.calls.triage import Act, TriageFields, TriageHead, encode_triage
from meshnode.board.calls.words import NEEDS, STAGES, STATES
from meshnode.board.modes.mode import Mode, ModeFields, ModeHead, encode_mode
from meshnode.board.modes.words import MODES
from meshnode.board.trust.role import Role
from meshnode.node.languages import load_language, load_languages
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject
from tests.asking import got
from tests.community import signing_key
from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms

ANNA = signing_key("anna")
BERT = signing_key("bert")
MONTH = 30 * 1440


async def settled(here: ApiNode) -> None:
    """Anna coordinates; Bert lives here."""
    await here.take(here.certificate(ANNA, "Anna"), here.certificate(BERT, "Bert"))
    await here.take(here.role(ANNA, Role.COORDINATOR))


def call(here: ApiNode, key: SigningKey = BERT, *, of: SignedObject | None = None) -> SignedObject:
    head = CheckInHead(State.URGENT, 2, Need.WATER)
    codec, body = encode_checkin(CheckInFields(head, "Hafenstr. 3", "Frau Schulz", "Kein Wasser."))
    parent = None if of is None else of.short_id
    return here.sign(key, Kind.CHECKIN, body, codec=codec, minutes=2 * 1440, parent=parent)


def take(here: ApiNode, of: SignedObject, act: Act = Act.TAKEN) -> SignedObject:
    codec, body = encode_triage(TriageFields(TriageHead(act), "Komme."))
    return here.sign(ANNA, Kind.TRIAGE, body, codec=codec, minutes=MONTH, parent=of.short_id)


def test_a_call_stands_on_the_board_until_somebody_ends_it(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await settled(here)
            called = call(here)
            await here.take(called)
            board = await here.get("/calls")
            assert_conforms(board, "Calls")
            assert (board["new"], board["taken"]) == (1, 0)
            (shown,) = board["calls"]
            assert (shown["who"], shown["author_name"]) == ("Frau Schulz", "Bert")
            assert (shown["needs"], shown["persons"]) == (["water"], 2)
            assert (await here.get("/status"))["calls"] == {"new": 1, "taken": 0}
            (read,) = (await here.get("/calls?language=uk"))["calls"]
            ukrainian = load_language("uk")
            assert (read["state"], read["needs"]) == (shown["state"], shown["needs"])
            assert read["state_words"] == ukrainian.named(STATES, read["state"])
            assert read["needs_words"] == [ukrainian.named(NEEDS, "water")]
            assert read["stage_words"] == ukrainian.named(STAGES, "new")
            await here.take(take(here, called))
            one = await here.get(f"/checkins/{called.short_id.hex()}")
            assert_conforms(one, "CheckIn")
            assert one["stage"] == "taken"
            (holder,) = one["holders"]
            assert (holder["name"], holder["fingerprint"]) == (
                "Anna",
                fingerprint(ANNA.public).hex(),
            )
            await here.take(take(here, called, Act.DONE))
            assert (await here.get("/calls"))["calls"][0]["stage"] == "done"
            assert (await here.get("/status"))["calls"] == {"new": 0, "taken": 0}
            listed = await here.get("/checkins")
            assert_conforms(listed, "CheckIns")
            assert [entry["root"] for entry in listed["checkins"]] == [called.short_id.hex()]

    asyncio.run(play())


def test_what_is_asked_for_by_a_wrong_beginning_is_not_found(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            assert (await here.ask("GET", "/checkins/00000000"))[0] == 404
            assert (await here.ask("GET", "/checkins/xyz"))[0] == 422

    asyncio.run(play())


def test_strangers_see_the_mode_but_nobodys_needs(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await settled(here)
            await here.take(call(here))
            app = public_app(here.node.service, load_languages())
            for path in ("/checkins", "/calls"):
                assert (await got(app, BASE + path))[0] == 401
            assert (await got(app, f"{BASE}/mode"))[0] == 200
            status, body = await got(app, f"{BASE}/status")
            assert status == 200
            assert '"calls"' not in body
            assert '"mode"' in body

    asyncio.run(play())


def test_a_mode_is_in_force_once_two_people_say_so_and_the_engine_keeps_to_it(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await settled(here)
            engine = here.node.service._runner.engine
            before = engine.pace
            codec, body = encode_mode(ModeFields(ModeHead(Mode.OUTAGE), "Kein Strom."))
            outage = here.sign(ANNA, Kind.MODE, body, codec=codec, minutes=720)
            await here.take(outage)
            state = await here.get("/mode")
            assert_conforms(state, "ModeState")
            assert (state["mode"], state["by"]) == ("normal", None)
            (proposed,) = state["proposals"]
            assert (proposed["needed"], proposed["is_confirmed"]) == (2, False)
            head = ModeHead(Mode.OUTAGE, proposal=outage.id)
            _, body = encode_mode(ModeFields(head))
            parent = outage.short_id
            await here.take(here.sign(here.steward, Kind.MODE, body, minutes=720, parent=parent))
            state = await here.get("/mode")
            assert_conforms(state, "ModeState")
            assert state["mode"] == "outage"
            assert [one["name"] for one in state["by"]["supporters"]] == ["Anna", "Demo"]
            assert (await here.get("/status"))["mode"]["mode"] == "outage"
            turkish = load_language("tr")
            for path in ("/mode", "/status"):
                read = await here.get(f"{path}?language=tr")
                said = read["mode"] if path == "/status" else read
                assert said["mode_words"] == turkish.named(MODES, "outage")
            async with asyncio.timeout(ANSWER_S):
                while engine.pace == before:
                    await asyncio.sleep(0.2)
            assert engine.pace.ordinary_share > before.ordinary_share
            assert engine.pace.urgent_share == before.urgent_share

    asyncio.run(play())
