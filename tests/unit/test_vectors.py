"""The vectors are what the code makes and reads, and the specification quotes their bytes."""

import json
import re
import runpy
from collections.abc import Callable
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from meshnode.board.bulletins.alert import decode_alert
from meshnode.board.bulletins.bulletin import decode_bulletin
from meshnode.board.bulletins.notice import decode_notice
from meshnode.board.bulletins.template import FilledTemplate, UnknownTemplate
from meshnode.board.parts import Cut
from meshnode.board.trust.certificate import decode_certificate
from meshnode.board.trust.charter import KeptKey, decode_charter
from meshnode.board.trust.device import decode_device
from meshnode.board.trust.endorsement import decode_endorsement
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.invitation import decode_invitation
from meshnode.board.trust.membership import evaluate
from meshnode.board.trust.profile import decode_profile
from meshnode.board.trust.revocation import decode_revocation
from meshnode.board.trust.role import Role, decode_role
from meshnode.board.trust.standing import UNLIMITED
from meshnode.board.withdrawal import decode_withdrawal
from meshnode.protocol import object as objects
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import (
    CommunityId,
    PublicKey,
    SigningKey,
    fingerprint,
    is_acceptable,
    verify,
)
from meshnode.protocol.object import Kind, ShortId

ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make.py"))
VECTORS: dict[str, Any] = json.loads(MAKE["PATH"].read_text(encoding="utf-8"))
FRAMES: dict[str, str] = json.loads((ROOT / "tests/vectors/frames.json").read_text("utf-8"))
OBJECTS: dict[str, Any] = {row["name"]: row for row in VECTORS["objects"]}
FAMILIES = ("calls", "capacity", "exchange", "places")
"""Kinds whose vectors lie in files of their own; each has tests of its own, too."""
QUOTABLE: dict[str, Any] = OBJECTS | {
    row["name"]: row
    for family in FAMILIES
    for row in json.loads((ROOT / f"tests/vectors/{family}.json").read_text("utf-8"))["objects"]
}
COMMUNITY = CommunityId(bytes.fromhex(VECTORS["community"]))
PAGES = sorted((ROOT / "docs/spec").glob("*.md"))


def key_of(name: str) -> PublicKey:
    return PublicKey(bytes.fromhex(VECTORS["keys"][name]["public_key"]))


READERS: dict[int, Callable[[int, bytes], Any]] = {
    Kind.PROFILE: decode_profile,
    Kind.INVITATION: decode_invitation,
    Kind.BULLETIN: decode_bulletin,
    Kind.CHARTER: decode_charter,
    Kind.CERTIFICATE: decode_certificate,
    Kind.DEVICE: decode_device,
    Kind.ROLE: decode_role,
    Kind.REVOCATION: decode_revocation,
    Kind.DRILL: decode_bulletin,
    Kind.ALERT: decode_alert,
}
NAMING: dict[int, Callable[[int, bytes, ShortId | None], Any]] = {
    Kind.WITHDRAWAL: decode_withdrawal,
    Kind.ENDORSEMENT: decode_endorsement,
    Kind.NOTICE: decode_notice,
}
"""Kinds whose parent is part of what they say."""
NOT_SPECIFIED_YET = {Kind.PREKEY, Kind.SEALED, Kind.CIRCLE}


def read_body(kind: int, codec: int, body: bytes, parent: ShortId | None) -> Any:
    if kind in NAMING:
        return NAMING[kind](codec, body, parent)
    return READERS[kind](codec, body)


def as_json(value: object) -> object:
    match value:
        case bytes():
            return value.hex()
        case FilledTemplate():
            return {"number": value.template.number, "values": value.named()}
        case UnknownTemplate():
            return {"number": value.number, "data": value.data.hex()}
        case tuple():
            return [as_json(one) for one in value]
        case KeptKey() | Cut():
            return {part.name: as_json(getattr(value, part.name)) for part in fields(value)}
        case _:
            return value


def test_the_file_is_what_the_script_makes() -> None:
    assert MAKE["PATH"].read_text(encoding="utf-8") == MAKE["serialise"](MAKE["build"]())


def test_keys_and_community_follow_from_the_seeds() -> None:
    for row in VECTORS["keys"].values():
        key = SigningKey(bytes.fromhex(row["seed"]))
        assert (key.public.hex(), key.id.hex()) == (row["public_key"], row["key_id"])
        assert fingerprint(key.public).hex() == row["fingerprint"]
    charter = bytes.fromhex(OBJECTS["charter"]["body"])
    assert sha256(b"meshnode community 1\0" + charter).digest()[:16] == COMMUNITY
    following = OBJECTS["charter-next"]["fields"]["previous"]
    assert sha256(b"meshnode charter 1\0" + charter).digest()[:16].hex() == following


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_reads_as_the_vector_says(name: str) -> None:
    row = OBJECTS[name]
    read = objects.decode(bytes.fromhex(row["encoded"]))
    for field in ("kind", "codec", "lifetime_code", "sequence", "created_min", "expires_min"):
        assert getattr(read, field) == row[field]
    for field in ("author", "parent", "body", "id"):
        assert as_json(getattr(read, field)) == row[field]
    assert read.is_signed_by(key_of(row["signer"]), COMMUNITY)


@pytest.mark.parametrize("name", OBJECTS)
def test_the_signature_covers_the_message_that_the_vector_spells_out(name: str) -> None:
    row = OBJECTS[name]
    signature = bytes.fromhex(row["encoded"])[-64:]
    assert verify(key_of(row["signer"]), signature, bytes.fromhex(row["signed_message"]))


@pytest.mark.parametrize("name", OBJECTS)
def test_a_body_reads_as_the_vector_says(name: str) -> None:
    row = OBJECTS[name]
    read = objects.decode(bytes.fromhex(row["encoded"]))
    said = read_body(read.kind, read.codec, read.body, read.parent)
    if isinstance(said, bytes):
        assert list(row["fields"].values()) == [said.hex()]
        return
    parts = said if isinstance(said, tuple) else (said,)
    for field, value in row["fields"].items():
        (part,) = (one for one in parts if hasattr(one, field))
        assert as_json(getattr(part, field)) == value


def test_the_vectors_say_who_is_who() -> None:
    things = [objects.decode(bytes.fromhex(row["encoded"])) for row in OBJECTS.values()]
    authority = [thing for thing in things if thing.kind in GOVERNANCE]
    standing = evaluate(
        COMMUNITY, (), authority, lambda thing, key: thing.is_signed_by(key, COMMUNITY)
    )
    assert standing.recognised == {thing.id for thing in authority}
    assert [thing.id.hex() for thing in standing.charters] == [
        OBJECTS[name]["id"] for name in ("charter", "charter-next")
    ]
    known = {key_of(name): name for name in VECTORS["keys"]}
    who = {known[one.public_key]: one for one in standing.identities.values()}
    assert {name: one.name for name, one in who.items()} == {
        "node": "Nordmarkt",
        "guest": "Küche St. Josef",
        "person": "Ayşe",
        "second": "Nordstadt",
    }
    assert {name for name, one in who.items() if one.is_steward} == {"person", "second"}
    assert {name for name, one in who.items() if one.is_revoked} == {"guest"}
    lasts = {
        known[signer.public_key]: signer.last
        for signers in standing.signers.values()
        for signer in signers
        if signer.last != UNLIMITED
    }
    assert lasts == {"guest": 300, "device": 1}
    grants = {
        name: [(grant.role, grant.cuts) for grant in standing.grants.get(one.fingerprint, ())]
        for name, one in who.items()
    }
    assert grants["node"] == [(Role.COORDINATOR, None)]
    assert grants["person"] == [(Role.HOST, {})]


@pytest.mark.parametrize("row", VECTORS["refused_objects"], ids=lambda row: row["name"])
def test_a_refused_object_is_refused_for_its_reason(row: dict[str, str]) -> None:
    try:
        read = objects.decode(bytes.fromhex(row["encoded"]))
    except PeerError as error:
        assert error.reason == row["reason"]  # noqa: PT017
    else:
        assert row["reason"] == "bad_signature"
        assert not read.is_signed_by(key_of(row["signer"]), COMMUNITY)


@pytest.mark.parametrize("row", VECTORS["refused_bodies"], ids=lambda row: row["name"])
def test_a_refused_body_is_refused_for_its_reason(row: dict[str, Any]) -> None:
    with pytest.raises(PeerError) as refused:
        read_body(row["kind"], row["codec"], bytes.fromhex(row["body"]), None)
    assert refused.value.reason == row["reason"]


@pytest.mark.parametrize("key", VECTORS["refused_keys"])
def test_a_refused_key_is_refused(key: str) -> None:
    assert not is_acceptable(bytes.fromhex(key))


def quoted_blocks() -> list[tuple[str, str]]:
    """Return (name of the vector, its bytes in hex) of every block that quotes one."""
    blocks = []
    for page in PAGES:
        fenced = re.findall(r"```vector (\S+)\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
        for name, lines in fenced:
            columns = [line.split("  ")[0] for line in lines.splitlines()]
            blocks.append((name, "".join(columns)))
    return blocks


def test_the_specification_quotes_a_vector_of_each_kind() -> None:
    kinds = {QUOTABLE[name]["kind"] for name, _ in quoted_blocks()}
    assert kinds == set(Kind) - NOT_SPECIFIED_YET


@pytest.mark.parametrize(("name", "quoted"), quoted_blocks())
def test_bytes_quoted_in_the_specification_are_those_of_the_vector(name: str, quoted: str) -> None:
    assert quoted == QUOTABLE[name]["encoded"]


@pytest.mark.parametrize("page", ["object.md", "kinds.md"])
def test_hex_quoted_in_a_sentence_stands_in_the_vectors(page: str) -> None:
    prose = re.sub(r"```.*?```", "", (ROOT / "docs/spec" / page).read_text("utf-8"), flags=re.S)
    everything = json.dumps(VECTORS)
    quoted = re.findall(r"`([0-9a-f]{8,})`", prose)
    assert quoted
    for word in quoted:
        assert word in everything


def test_the_frames_are_what_the_script_makes() -> None:
    make_frames = runpy.run_path(str(ROOT / "tests/vectors/make_frames.py"))
    assert make_frames["frames"]() == FRAMES


def test_the_specification_quotes_every_frame_as_it_is() -> None:
    page = (ROOT / "docs/spec/frames.md").read_text(encoding="utf-8")
    quoted = dict(re.findall(r"^    vector (\S+) +([0-9a-f]+)$", page, re.MULTILINE))
    assert quoted == FRAMES
