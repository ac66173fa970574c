"""Two nodes that got the same objects in different orders show the same to people, to the byte."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from meshnode.api.door.doors import open_doors
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.mail.circle import CircleFields, CircleId, CirclePolicy, encode_circle
from meshnode.board.mail.prekey import PrekeyFields, encode_prekey
from meshnode.board.parts import Cut
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.charter import CharterFields, charter_hash, encode_charter
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.endorsement import rest_of
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role
from meshnode.node.clock import Clock
from meshnode.node.daemon import running_node
from meshnode.node.home import Home
from meshnode.node.settling import settle
from meshnode.protocol.agreement import AgreementKey
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject
from tests.community import signing_key
from tests.neighbourhood import configured
from tests.unit.api.apinode import ApiNode

YEAR: Final = 365 * 1440
ORDERS: Final = 6
ORDERS_SWEEP: Final = 200
SHOWN: Final = (
    "/members?revoked=true",
    "/candidates",
    "/acts",
    "/circles",
    "/bulletins",
    "/bulletins?hidden=true",
)
OF_THE_MOMENT: Final = {"age_s", "expires_in_s"}
ANNA, BERT, CEM, DORA, EVA, MO, THIEF, GUEST, LATE = map(
    signing_key, ("anna", "bert", "cem", "dora", "eva", "mo", "thief", "guest", "late")
)
PHONE, LOST, DOOR = map(signing_key, ("anna's phone", "eva's lost phone", "a sheet on the door"))


class Town(ApiNode):
    """Whoever signs, asked for everything that people did; no node runs yet."""

    def everything(self) -> list[SignedObject]:
        """Return acts and posts of which some make others void, or give them their ground."""
        root = self.steward
        word = encode_invitation(
            InvitationFields(DOOR.public, self.minute + 60, IdentityClass.PERSON, 1)
        )
        door = self.sign(root, Kind.INVITATION, word, minutes=YEAR)
        sure = self.post(EVA, "Sturm kommt.", severity=Severity.SEVERE)
        rumour, wrong, spam = (self.post(BERT, text) for text in ("Geld!", "Um acht.", "Kauft!"))
        mistake = self.post(PHONE, "Irrtum.")
        before, after = self.post(LOST, "Vorher."), self.post(LOST, "Nachher.")
        stolen = self.post(THIEF, "Gestohlen.")
        return [
            *(self.certificate(key, name) for key, name in ((ANNA, "Anna"), (BERT, "Bert"))),
            *(self.certificate(key, name) for key, name in ((EVA, "Eva"), (MO, "Mo"))),
            self.certificate(THIEF, "Anna"),
            *(self.certificate(CEM, "Cem", by=by) for by in (ANNA, BERT)),
            self.certificate(DORA, "Dora", by=ANNA),
            door,
            *(self.joined(key, door) for key in (GUEST, LATE)),
            *(self.device(ANNA, PHONE), self.device(EVA, LOST)),
            *(
                self.role(key, role)
                for key, role in ((EVA, Role.COORDINATOR), (MO, Role.MODERATOR))
            ),
            self.role(LOST, Role.HOST),
            self.revocation(EVA, LOST, Cut(LOST.id, before.sequence)),
            self.revocation(root, THIEF),
            self.revocation(root, BERT, role=Role.COORDINATOR),
            self.role(BERT, Role.COORDINATOR),
            *(sure, rumour, wrong, spam, mistake, before, after, stolen),
            self.post(CEM, "Wer hilft?"),
            self.post(GUEST, "Neu hier."),
            self.post(LATE, "Auch neu hier."),
            self.withdrawal(PHONE, mistake),
            self.withdrawal(CEM, sure),
            self.notice(MO, rumour, encoded(Act.HIDE, rumour)),
            self.notice(MO, rumour, encoded(Act.RESTORE, rumour), age=1),
            self.notice(MO, wrong, encoded(Act.CORRECT, wrong, "Um neun.")),
            self.notice(EVA, wrong, encoded(Act.LABEL, wrong)),
            self.notice(MO, spam, encoded(Act.ERASE, spam)),
            self.notice(BERT, sure, encoded(Act.HIDE, sure)),
            self.profile(PHONE, "Anna B."),
            self.profile(PHONE, "Anna Berg"),
            *(self.prekey(PHONE, number) for number in (1, 2)),
            self.circle(PHONE),
            self.sign(EVA, Kind.DRILL, sure.body, codec=sure.codec),
            *self.next_charter(root),
        ]

    def post(
        self, key: SigningKey, text: str, *, severity: Severity = Severity.INFO
    ) -> SignedObject:
        codec, body = encode_bulletin(BulletinFields(text, None, "water", severity))
        return self.sign(key, Kind.BULLETIN, body, codec=codec)

    def joined(self, key: SigningKey, door: SignedObject) -> SignedObject:
        body = self.certificate(key, f"Gast {key.id.hex()}").body
        return self.sign(DOOR, Kind.CERTIFICATE, body, minutes=YEAR, parent=door.short_id)

    def device(self, owner: SigningKey, key: SigningKey) -> SignedObject:
        body = encode_device(key, owner.public, self.community)
        return self.sign(owner, Kind.DEVICE, body, minutes=YEAR)

    def revocation(
        self, by: SigningKey, subject: SigningKey, *cuts: Cut, role: Role | None = None
    ) -> SignedObject:
        fields = RevocationFields(RevocationReason.LOST, fingerprint(subject.public), cuts, role)
        return self.sign(by, Kind.REVOCATION, encode_revocation(fields), minutes=YEAR)

    def withdrawal(self, key: SigningKey, target: SignedObject) -> SignedObject:
        return self.sign(key, Kind.WITHDRAWAL, b"", minutes=2880, parent=target.short_id)

    def profile(self, key: SigningKey, name: str) -> SignedObject:
        return self.sign(key, Kind.PROFILE, encode_profile(ProfileFields(name)), minutes=86_400)

    def prekey(self, key: SigningKey, number: int) -> SignedObject:
        secret = AgreementKey(bytes([number]) * 32)
        body = encode_prekey(PrekeyFields(number, secret.public))
        return self.sign(key, Kind.PREKEY, body, minutes=20_160)

    def circle(self, key: SigningKey) -> SignedObject:
        policy = CirclePolicy(is_open=True, has_history=False)
        body = encode_circle(CircleFields(CircleId(b"chor"), policy, "Chor"))
        return self.sign(key, Kind.CIRCLE, body)

    def next_charter(self, root: SigningKey) -> list[SignedObject]:
        first = self.home.load_keyring().belonging.charter
        keys = (root.public, EVA.public)
        fields = CharterFields(1, charter_hash(first.body), 1, keys, (), "Nordstadt")
        proposed = self.sign(root, Kind.CHARTER, encode_charter(fields), minutes=YEAR)
        agreed = self.sign(
            root,
            Kind.ENDORSEMENT,
            rest_of(proposed.id),
            minutes=YEAR,
            parent=proposed.short_id,
        )
        return [proposed, agreed]


def encoded(act: Act, target: SignedObject, text: str = "") -> tuple[int, bytes]:
    return encode_notice(NoticeFields(act, Reason.WRONG, target.id, text))


async def shown(node: Town, things: Sequence[SignedObject]) -> dict[str, Any]:
    """Hand in objects until no more are taken, whatever comes too early; return what is shown."""
    waiting = list(things)
    while True:
        refused = []
        for thing in waiting:
            status, _ = await node.submit(thing)
            if status != 201:
                refused.append(thing)
        if len(refused) == len(waiting):
            break
        waiting = refused
    return {path: without_ages(await node.get(path)) for path in SHOWN}


def without_ages(document: Any) -> Any:
    match document:
        case dict():
            return {
                name: without_ages(value)
                for name, value in document.items()
                if name not in OF_THE_MOMENT
            }
        case list():
            return [without_ages(one) for one in document]
        case _:
            return document


async def play(directory: Path, seed: int) -> None:
    dice = Random(seed)
    names = ("nord", "sued")
    homes = [Home(directory / name) for name in names]
    minute = Clock().wall_minute()
    steward = settle(homes, names, minute=minute)
    own = [thing for home in homes for thing in home.load_keyring().belonging.introduction]
    documents = []
    things: list[SignedObject] = []
    for home in homes:
        async with running_node(home, configured(home), doors=open_doors) as running:
            community = home.load_keyring().community
            node = Town(running, home, steward, community, minute)
            things = things or [*own, *node.everything()]
            documents.append(await shown(node, dice.sample(things, len(things))))
    first, second = (json.dumps(one, ensure_ascii=False) for one in documents)
    assert first == second, differences(documents)
    assert len(documents[0]["/members?revoked=true"]["members"]) == 10
    assert len(documents[0]["/acts"]["acts"]) > 25
    assert len(documents[0]["/bulletins"]["bulletins"]) > 5


def differences(documents: Sequence[dict[str, Any]]) -> list[str]:
    return [path for path in SHOWN if documents[0][path] != documents[1][path]]


@pytest.mark.parametrize("seed", range(ORDERS))
def test_nodes_show_the_same_whatever_came_first(tmp_path: Path, seed: int) -> None:
    asyncio.run(play(tmp_path, seed))


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(ORDERS, ORDERS_SWEEP))
def test_nodes_show_the_same_in_many_orders(tmp_path: Path, seed: int) -> None:
    asyncio.run(play(tmp_path, seed))
