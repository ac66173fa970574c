"""What a phone proves by itself, on real nodes: one that is honest, and one that is taken over."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

import pytest

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.trust.charter import CharterFields, KeptKey, charter_hash, encode_charter
from meshnode.commands.client import Client
from meshnode.node import keyring
from meshnode.node.home import Home
from meshnode.protocol.keys import CommunityId, PublicKey
from meshnode.protocol.limits import SEQUENCE_MAX
from meshnode.protocol.object import Kind, SignedObject, compose, lifetime_code_for
from tests.browser.acting import come_in
from tests.browser.neighbourhood import Neighbourhood, neighbourhood
from tests.browser.phone import Kind as PhoneKind
from tests.browser.street import Street
from tests.community import signing_key

pytestmark = pytest.mark.browser

ENGLISH = PhoneKind(language="en-GB")
THIEF = signing_key("whoever took the node")
PATIENT_S = 30.0
DAY_MINUTES = 1440
YEAR_MINUTES = 365 * DAY_MINUTES
WARNING = "Leave your homes at once."


@dataclass(frozen=True)
class TakenOver:
    """A node whose operator calls himself its community's steward, without anybody's word."""

    client: Client
    community: CommunityId
    minute: int

    def sign(self, kind: Kind, content: tuple[int, bytes], *, minutes: int) -> SignedObject:
        codec, body = content
        return compose(
            key=THIEF,
            community=self.community,
            kind=kind,
            codec=codec,
            body=body,
            sequence=int(kind) + 1,
            created_min=self.minute,
            lifetime_code=lifetime_code_for(minutes),
        )

    def say(self, thing: SignedObject) -> None:
        encoded = urlsafe_b64encode(thing.encoded).decode().rstrip("=")
        self.client.post("/objects", {"objects": [encoded]})


async def take_over(here: Neighbourhood) -> TakenOver:
    """Pin a charter that nobody agreed to, which keeps what the true steward signed."""
    place = here.town.places[here.first]
    client = Client(place.home)
    found = await asyncio.to_thread(client.get, "/community")
    node = TakenOver(client, CommunityId(bytes.fromhex(found["id"])), found["minute"])
    encoded = found["encoded"]["charter"]
    charter = keyring.load(Home(place.home).keys).belonging.charter
    assert charter.encoded == urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    (steward,) = found["charter"]["stewards"]
    kept = KeptKey(PublicKey(bytes.fromhex(steward["key"])), SEQUENCE_MAX)
    fields = CharterFields(
        1, charter_hash(charter.body), 1, (THIEF.public,), (kept,), found["name"]
    )
    forged = node.sign(Kind.CHARTER, (0, encode_charter(fields)), minutes=YEAR_MINUTES)
    await place.stop()
    keyring.pin(Home(place.home).keys, forged)
    await place.start()
    return node


def warning() -> tuple[int, bytes]:
    return encode_bulletin(BulletinFields(WARNING, "Evacuation", "safety", Severity.EXTREME))


def test_a_node_that_is_taken_over_is_noticed_and_its_warnings_are_not_confirmed(
    street: Street, tmp_path: Path
) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora, omar = await here.phone("dora", ENGLISH), await here.phone("omar", ENGLISH)
            await come_in(here, dora, "Dora")
            await here.anna.type("bulletin", "post", "Boil your water.", "--severity", "severe")
            await dora.open(here.origin())
            await dora.sees("Boil your water.", within_s=PATIENT_S)
            await dora.sees("Warning")
            await dora.sees_no("This node names other stewards")

            dora.forgive_silence()
            node = await take_over(here)
            await asyncio.to_thread(
                node.say, node.sign(Kind.BULLETIN, warning(), minutes=DAY_MINUTES)
            )
            await dora.open(here.origin())
            await dora.sees("This node names other stewards", within_s=PATIENT_S)
            await dora.sees(WARNING)
            await dora.sees("Not confirmed", within_s=PATIENT_S)
            await dora.sees_no("Immediate danger")
            await dora.asks("() => { location.hash = '#/me/stewards'; }")
            await dora.sees("Those whom this node names")

            # A phone that has joined nobody has nothing to check by, and is told so nowhere else.
            await omar.open(here.origin())
            await omar.sees("Immediate danger", within_s=PATIENT_S)

    asyncio.run(play())


def test_a_revoked_phone_is_shut_out_at_once_and_says_why(street: Street, tmp_path: Path) -> None:
    async def play() -> None:
        async with neighbourhood(street, tmp_path) as here:
            dora = await here.phone("dora", ENGLISH)
            await come_in(here, dora, "Dora")
            await here.anna.type("bulletin", "post", "Boil your water.", "--severity", "severe")
            await dora.go("now")
            (member,) = [
                one for one in await here.anna.type("member", "list") if one["name"] == "Dora"
            ]
            await here.anna.type("revoke", member["fingerprint"], "--reason", "abuse", "--yes")
            await dora.sees("was cut off", within_s=PATIENT_S)
            await dora.go("messages")
            await dora.sees("was cut off", within_s=PATIENT_S)
            # It reads on what everybody may, and nothing speaks against that.
            await dora.go("board")
            await dora.sees("Boil your water.", within_s=PATIENT_S)
            await dora.sees_no("Not confirmed")

    asyncio.run(play())
