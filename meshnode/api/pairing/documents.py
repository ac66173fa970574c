"""Phones, openings and attempts, and what is held of a phone's owner, as JSON documents.

Invariants: as in `documents`; a secret stands in `opened_document` only, and nowhere a seed.
"""

from collections.abc import Sequence
from typing import Any

from meshnode.api.fields import encode_base64
from meshnode.board.pairing.openings import node_hash
from meshnode.board.trust.standing import Grant
from meshnode.node.clock import moment_text
from meshnode.node.desks.people import People
from meshnode.node.pairing.belongings import Belonging, OpenInvitation
from meshnode.node.pairing.pairingdesk import Attempt, Opening
from meshnode.node.pairing.phonebook import DAY_MINUTES, Phone
from meshnode.node.pairing.phones import Phones
from meshnode.protocol.keys import PublicKey, key_id
from meshnode.protocol.object import Kind, SignedObject

Document = dict[str, Any]

_DATE_CHARACTERS = len("2024-01-01")


def node_document(key: PublicKey, name: str) -> Document:
    """Return which node this is."""
    return {"key": key.hex(), "name": name}


def phone_document(phone: Phone, phones: Phones, people: People) -> Document:
    """Return a phone, and whose it is, as far as this node knows."""
    owner = phones.owner(phone.key)
    return {
        "key": phone.key.hex(),
        "key_id": key_id(phone.key).hex(),
        "name": None if owner is None else people.shown_names().get(owner.fingerprint, owner.name),
        "fingerprint": None if owner is None else owner.fingerprint.hex(),
        "paired": moment_text(phone.paired_min),
        "seen": _day(phone.seen_day),
    }


def opening_document(opening: Opening, phones: Phones) -> Document:
    """Return an opening, without its secrets."""
    used_by = opening.used_by
    return {
        "id": opening.id,
        "state": phones.desk.state(opening).value,
        "is_kiosk": opening.is_kiosk,
        "expires_in_s": phones.desk.expires_in_s(opening),
        "used_by": None if used_by is None else used_by.hex(),
    }


def opened_document(opening: Opening, phones: Phones) -> Document:
    """Return a new opening with what lets a phone in."""
    return {
        "id": opening.id,
        "token": encode_base64(opening.token),
        "node": encode_base64(node_hash(phones.node_key)),
        "code": opening.code,
        "fragment": phones.fragment(opening),
        "address": phones.address,
        "expires_in_s": phones.desk.expires_in_s(opening),
    }


def attempt_document(attempt: Attempt) -> Document:
    """Return who tried to come in."""
    return {
        "at": moment_text(attempt.at_min),
        "outcome": attempt.outcome.value,
        "key": attempt.key.hex(),
        "address": attempt.address or None,
    }


def me_document(
    phone: Phone, phones: Phones, people: People, held: Sequence[Belonging], *, total: int
) -> Document:
    """Return what is held about the owner of a phone; `held` is a part of `total`."""
    owner = phones.owner(phone.key)
    member = None if owner is None else people.everybody().get(owner.fingerprint)
    return {
        "key": phone.key.hex(),
        "paired": moment_text(phone.paired_min),
        "seen": _day(phone.seen_day),
        "member": None
        if owner is None or member is None
        else {
            "fingerprint": owner.fingerprint.hex(),
            "key": owner.public_key.hex(),
            "name": member.name,
            "shown_name": member.shown_name,
            "is_steward": owner.is_steward,
            "is_full": owner.is_full,
            "expires": None if owner.is_steward else moment_text(owner.expires_min),
            "roles": [_role(one) for one in member.roles],
        },
        "total": total,
        "objects": [_belonging(one) for one in held],
    }


def invitation_document(found: OpenInvitation) -> Document:
    """Return an invitation with what vouches for it, in the order in which it is taken."""
    return {
        "id": found.thing.id.hex(),
        "encoded": encode_base64(found.thing.encoded),
        "vouchers": [encode_base64(one.encoded) for one in found.vouchers],
        "uses_left": found.uses_left,
    }


def _belonging(one: Belonging) -> Document:
    thing = one.thing
    return {
        "id": thing.id.hex(),
        "kind": _kind(thing),
        "is_own": one.is_own,
        "created": moment_text(thing.created_min),
        "expires": moment_text(thing.expires_min),
        "bytes": len(thing.encoded),
    }


def _kind(thing: SignedObject) -> str:
    try:
        return Kind(thing.kind).name.lower()
    except ValueError:
        return f"kind-{thing.kind}"


def _role(grant: Grant) -> Document:
    return {"role": grant.role.word, "until": moment_text(grant.expires_min)}


def _day(day: int) -> str:
    return moment_text(day * DAY_MINUTES)[:_DATE_CHARACTERS]
