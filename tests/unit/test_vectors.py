"""The vectors are what the code makes and reads, and the specification quotes their bytes."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from meshnode.board.bulletin import decode_bulletin
from meshnode.board.invitation import decode_invitation
from meshnode.board.profile import certifies, decode_profile
from meshnode.board.template import FilledTemplate, UnknownTemplate
from meshnode.board.withdrawal import decode_withdrawal
from meshnode.protocol import object as objects
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import (
    CommunityId,
    PublicKey,
    SigningKey,
    community_id,
    is_acceptable,
    verify,
)
from meshnode.protocol.object import Kind, ShortId

ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(ROOT / "tests/vectors/make.py"))
VECTORS: dict[str, Any] = json.loads(MAKE["PATH"].read_text(encoding="utf-8"))
FRAMES: dict[str, str] = json.loads((ROOT / "tests/vectors/frames.json").read_text("utf-8"))
OBJECTS: dict[str, Any] = {row["name"]: row for row in VECTORS["objects"]}
COMMUNITY = CommunityId(bytes.fromhex(VECTORS["community"]))
PAGES = sorted((ROOT / "docs/spec").glob("*.md"))


def key_of(name: str) -> PublicKey:
    return PublicKey(bytes.fromhex(VECTORS["keys"][name]["public_key"]))


def read_body(kind: int, codec: int, body: bytes, parent: ShortId | None) -> object:
    match Kind(kind):
        case Kind.PROFILE:
            return decode_profile(codec, body)
        case Kind.INVITATION:
            return decode_invitation(codec, body)
        case Kind.BULLETIN:
            return decode_bulletin(codec, body)
        case Kind.WITHDRAWAL:
            return decode_withdrawal(codec, body, parent)


def as_json(value: object) -> object:
    match value:
        case bytes():
            return value.hex()
        case FilledTemplate():
            return {"number": value.template.number, "values": value.named()}
        case UnknownTemplate():
            return {"number": value.number, "data": value.data.hex()}
        case _:
            return value


def test_the_file_is_what_the_script_makes() -> None:
    assert MAKE["PATH"].read_text(encoding="utf-8") == MAKE["serialise"](MAKE["build"]())


def test_keys_and_community_follow_from_the_seeds() -> None:
    for row in VECTORS["keys"].values():
        key = SigningKey(bytes.fromhex(row["seed"]))
        assert (key.public.hex(), key.id.hex()) == (row["public_key"], row["key_id"])
    assert community_id(key_of("root")) == COMMUNITY


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
    fields = read_body(read.kind, read.codec, read.body, read.parent)
    if isinstance(fields, bytes):
        assert row["fields"] == {"withdrawn": fields.hex()}
        return
    for field, value in row["fields"].items():
        if field != "certifier":
            assert as_json(getattr(fields, field)) == value


def test_the_certificates_are_by_the_root_and_by_the_invitation_that_the_parent_names() -> None:
    by_root = objects.decode(bytes.fromhex(OBJECTS["profile-by-root"]["encoded"]))
    by_guest = objects.decode(bytes.fromhex(OBJECTS["profile-by-invitation"]["encoded"]))
    invitation = objects.decode(bytes.fromhex(OBJECTS["invitation"]["encoded"]))
    invited = decode_invitation(invitation.codec, invitation.body)
    fields = decode_profile(by_guest.codec, by_guest.body)
    assert certifies(key_of("root"), COMMUNITY, decode_profile(0, by_root.body))
    assert by_guest.parent == invitation.short_id
    assert certifies(invited.public_key, COMMUNITY, fields)
    assert not certifies(key_of("root"), COMMUNITY, fields)
    assert invited.covers(fields.granted_min)


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
    kinds = {OBJECTS[name]["kind"] for name, _ in quoted_blocks()}
    assert kinds == {kind.value for kind in Kind}


@pytest.mark.parametrize(("name", "quoted"), quoted_blocks())
def test_bytes_quoted_in_the_specification_are_those_of_the_vector(name: str, quoted: str) -> None:
    assert quoted == OBJECTS[name]["encoded"]


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
