"""Signed objects, sealed bodies and joins as they come in with a request.

Invariants: as in `intake`; what is a signed object is decided by the core, not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshnode.api.codes import ErrorCode
from meshnode.api.fields import (
    base64_bytes,
    flag,
    hex_bytes,
    list_field,
    minutes_field,
    refuse_unknown,
    require,
    text_field,
)
from meshnode.api.refusals import RequestError
from meshnode.board.names import NAME_BYTES_MAX
from meshnode.board.trust.evidence import DEVICES_MAX
from meshnode.board.trust.record import RECORDED
from meshnode.node.desks.exchange import SUBMITTED_MAX
from meshnode.node.desks.grounds import DIGEST_BYTES
from meshnode.node.desks.joindesk import CODE_DIGITS, COMMITMENT_BYTES, RANDOM_BYTES
from meshnode.protocol.keys import PUBLIC_KEY_BYTES, PublicKey
from meshnode.protocol.limits import BODY_BYTES_MAX as OBJECT_BODY_BYTES_MAX
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import OBJECT_ID_BYTES, Kind, ObjectId

SUBMISSION_BYTES_MAX: Final = 192 * 1024
"""As many objects as go in together, each as long as can be, in base64 with quotes and commas."""
WANTED_CHARACTERS_MAX: Final = 64
"""A name has at most forty bytes, a fingerprint 32 digits and some spaces."""
KINDS: Final = {Kind(kind).name.lower(): Kind(kind) for kind in sorted(RECORDED)}
"""What `kind=` can be where the record is asked for."""


@dataclass(frozen=True, slots=True)
class Reveal:
    """What a newcomer committed itself to; `devices` are signed objects, not looked into yet."""

    public_key: PublicKey
    random: bytes
    name: str
    devices: list[bytes]


@dataclass(frozen=True, slots=True)
class SealedBody:
    """A sealed body that a node is to carry."""

    body: bytes
    minutes: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members are asked for."""

    name: str
    with_revoked: bool


def parse_objects(document: Mapping[str, Any]) -> list[bytes]:
    """Return the objects that a document hands in, in their order.

    Raises:
        RequestError: It is not a list of 1 to 64 objects in base64url.
    """
    require(document, ("objects",))
    objects = list_field(document, "objects", most=SUBMITTED_MAX)
    if not objects:
        raise RequestError(ErrorCode.BAD_REQUEST, "objects is empty; hand in at least one.")
    return [
        base64_bytes(one, f"objects[{number}]", bytes_max=OBJECT_BYTES_MAX)
        for number, one in enumerate(objects)
    ]


def parse_sealed(document: Mapping[str, Any]) -> SealedBody:
    """Return the sealed body in a document.

    Raises:
        RequestError: A field is unknown, missing or of the wrong form.
    """
    require(document, ("body", "expires_in_s"))
    return SealedBody(
        base64_bytes(document["body"], "body", bytes_max=OBJECT_BODY_BYTES_MAX),
        minutes_field(document, "expires_in_s"),
    )


def parse_after(query: Mapping[str, str]) -> ObjectId | None:
    """Return after which object a query asks for more; None: from the beginning.

    Raises:
        RequestError: A parameter is unknown, or not an id.
    """
    refuse_unknown(query, ("after",), "parameter")
    if "after" not in query:
        return None
    return ObjectId(hex_bytes(query["after"], "after", length=OBJECT_ID_BYTES))


def parse_wanted(query: Mapping[str, str]) -> Wanted:
    """Return which members a query asks for.

    Raises:
        RequestError: A parameter is unknown or too long.
    """
    refuse_unknown(query, ("name", "revoked"), "parameter")
    return Wanted(short_text(query.get("name", ""), "name"), flag(query, "revoked"))


def parse_known(query: Mapping[str, str]) -> bytes | None:
    """Return by which digest a client names the grounds that it has; None: by none.

    Raises:
        RequestError: It is no digest, or a parameter is unknown.
    """
    refuse_unknown(query, ("known",), "parameter")
    return hex_bytes(query["known"], "known", length=DIGEST_BYTES) if "known" in query else None


def parse_kind(query: Mapping[str, str]) -> Kind | None:
    """Return which kind of act a query asks for; None: all.

    Raises:
        RequestError: There is no such kind of act.
    """
    refuse_unknown(query, ("kind",), "parameter")
    if "kind" not in query:
        return None
    if query["kind"] not in KINDS:
        raise RequestError(ErrorCode.BAD_REQUEST, f"kind must be one of {', '.join(KINDS)}.")
    return KINDS[query["kind"]]


def short_text(text: str, name: str) -> str:
    """Return a name or what begins a fingerprint.

    Raises:
        RequestError: It is longer than either.
    """
    if len(text) > WANTED_CHARACTERS_MAX:
        raise RequestError(
            ErrorCode.BAD_REQUEST, f"{name} takes {WANTED_CHARACTERS_MAX} characters at most."
        )
    return text


def parse_commitment(document: Mapping[str, Any]) -> bytes:
    """Return a newcomer's commitment.

    Raises:
        RequestError: A field is unknown, missing or of the wrong form.
    """
    require(document, ("commitment",))
    return hex_bytes(document["commitment"], "commitment", length=COMMITMENT_BYTES)


def parse_reveal(document: Mapping[str, Any]) -> Reveal:
    """Return what a newcomer committed itself to.

    Raises:
        RequestError: A field is unknown, missing or of the wrong form.
    """
    require(document, ("key", "random", "name", "devices"))
    name = text_field(document, "name", "")
    if not 0 < len(name.encode()) <= NAME_BYTES_MAX:
        raise RequestError(
            ErrorCode.BAD_REQUEST, f"name must be 1 to {NAME_BYTES_MAX} bytes of UTF-8."
        )
    devices = list_field(document, "devices", most=DEVICES_MAX)
    return Reveal(
        public_key=PublicKey(hex_bytes(document["key"], "key", length=PUBLIC_KEY_BYTES)),
        random=hex_bytes(document["random"], "random", length=RANDOM_BYTES),
        name=name,
        devices=[
            base64_bytes(one, f"devices[{number}]", bytes_max=OBJECT_BYTES_MAX)
            for number, one in enumerate(devices)
        ],
    )


def parse_code(document: Mapping[str, Any]) -> str:
    """Return the six digits that a member heard.

    Raises:
        RequestError: A field is unknown, missing or of the wrong form.
    """
    require(document, ("code",))
    code = text_field(document, "code", "")
    if len(code) != CODE_DIGITS or not (code.isascii() and code.isdigit()):
        raise RequestError(ErrorCode.BAD_REQUEST, f"code must be {CODE_DIGITS} digits.")
    return code
