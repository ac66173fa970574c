"""Who is who, acts, sealed messages, circles and joins, as JSON documents.

Invariants: as in `documents`; keys, ids and fingerprints are lower-case hex, signed bytes base64url
without padding.
"""

from collections.abc import Mapping
from typing import Any

from meshnode.api.fields import encode_base64
from meshnode.board.mail.prekey import decode_prekey
from meshnode.board.trust.likeness import is_wordless
from meshnode.board.trust.members import Candidate, Member, MemberKey
from meshnode.board.trust.proposals import Proposal
from meshnode.board.trust.record import RecordedAct
from meshnode.board.trust.standing import Grant
from meshnode.node.clock import moment_text
from meshnode.node.desks.exchange import CircleView
from meshnode.node.desks.grounds import Grounds
from meshnode.node.desks.joindesk import Join, Newcomer
from meshnode.node.desks.people import Community, People
from meshnode.protocol.keys import CommunityId, Fingerprint, KeyId, PublicKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject

Document = dict[str, Any]


def community_document(
    community: Community,
    people: People,
    *,
    minute: int,
    is_clock_known: bool,
    node_name: str,
    node_key: PublicKey,
) -> Document:
    """Return who this community is, for a client that is about to sign something."""
    names = people.shown_names()
    charter = community.thing
    return {
        "id": community.id.hex(),
        "name": community.charter.name,
        "charter": {
            "number": community.charter.number,
            "id": charter.id.hex(),
            "threshold": community.charter.threshold,
            "stewards": [
                _steward(key, names, stands=community.stewards.get(fingerprint(key), False))
                for key in community.charter.stewards
            ],
            "created": moment_text(charter.created_min),
            "expires": moment_text(charter.expires_min),
            "final": community.is_final,
        },
        "pending": [_proposal(one, names) for one in community.proposals],
        "minute": minute,
        "clock_known": is_clock_known,
        "node": {"key": node_key.hex(), "name": node_name},
        "encoded": {
            "charter": encode_base64(charter.encoded),
            "endorsements": [encode_base64(one.encoded) for one in community.endorsements],
        },
    }


def grounds_document(
    community: CommunityId, grounds: Grounds, known: bytes | None, *, minute: int | None
) -> Document:
    """Return every object from which it follows who is who, unless `known` names just these."""
    is_known = known == grounds.digest
    return {
        "community": community.hex(),
        "minute": minute,
        "digest": grounds.digest.hex(),
        "pinned": encode_base64(grounds.pinned.encoded),
        "charter": encode_base64(grounds.charter.encoded),
        "objects": None if is_known else [encode_base64(one.encoded) for one in grounds.objects],
    }


def member_document(member: Member, sequences: Mapping[KeyId, int]) -> Document:
    """Return somebody who belongs, or belonged until a revocation."""
    identity = member.identity
    return {
        "fingerprint": identity.fingerprint.hex(),
        "key": identity.public_key.hex(),
        "class": identity.identity_class.word,
        "name": member.name,
        "shown_name": member.shown_name,
        "certified_name": identity.name,
        "languages": list(member.languages),
        "is_steward": identity.is_steward,
        "is_full": identity.is_full,
        "is_revoked": identity.is_revoked,
        "expires": None if identity.is_steward else moment_text(identity.expires_min),
        "roles": [_role(one) for one in member.roles],
        "vouched_by": [one.hex() for one in member.vouched_by],
        "keys": [_key(one, sequences) for one in member.keys],
        "prekeys": [_prekey(one) for one in member.prekeys],
        "looks_like": [one.hex() for one in member.looks_like],
        "is_wordless": is_wordless(member.name),
    }


def candidate_document(candidate: Candidate) -> Document:
    """Return somebody for whom not enough members speak yet."""
    return {
        "fingerprint": fingerprint(candidate.public_key).hex(),
        "key": candidate.public_key.hex(),
        "name": candidate.name,
        "vouched_by": [one.hex() for one in candidate.vouched_by],
    }


def act_document(act: RecordedAct) -> Document:
    """Return one act of governance or of moderation."""
    thing = act.thing
    return {
        "id": thing.id.hex(),
        "kind": Kind(thing.kind).name.lower(),
        "author": thing.author.hex(),
        "author_name": act.author_name,
        "created": moment_text(thing.created_min),
        "expires": moment_text(thing.expires_min),
        "sequence": thing.sequence,
        "subject": None if act.subject is None else act.subject.hex(),
        "target": None if act.target is None else act.target.hex(),
        "act": act.act,
        "role": act.role,
        "reason": act.reason,
        "text": act.text,
        "in_force": act.in_force,
        "encoded": encode_base64(thing.encoded),
    }


def sealed_document(thing: SignedObject) -> Document:
    """Return a sealed message, which only its recipients can open."""
    return {
        "id": thing.id.hex(),
        "encoded": encode_base64(thing.encoded),
        "created": moment_text(thing.created_min),
        "expires": moment_text(thing.expires_min),
    }


def circle_document(view: CircleView) -> Document:
    """Return a circle's public listing."""
    return {
        "id": view.id.hex(),
        "circle": view.fields.circle.hex(),
        "name": view.fields.name,
        "policy": "open" if view.fields.policy.is_open else "closed",
        "history": view.fields.policy.has_history,
        "founder": None if view.founder is None else view.founder.hex(),
        "founder_name": view.founder_name,
        "expires": moment_text(view.expires_min),
    }


def join_document(join: Join, *, age_s: int) -> Document:
    """Return who is joining, without the code."""
    newcomer = join.newcomer
    return {
        "id": join.id,
        "name": None if newcomer is None else newcomer.name,
        "key": None if newcomer is None else newcomer.public_key.hex(),
        "code_known": join.code is not None,
        "age_s": age_s,
    }


def newcomer_document(join: Join, newcomer: Newcomer) -> Document:
    """Return who had the code that was claimed."""
    return {
        "id": join.id,
        "name": newcomer.name,
        "key": newcomer.public_key.hex(),
        "fingerprint": newcomer.fingerprint.hex(),
        "devices": [encode_base64(one.encoded) for one in newcomer.devices],
    }


def _steward(key: PublicKey, names: Mapping[Fingerprint, str], *, stands: bool) -> Document:
    return {
        "fingerprint": fingerprint(key).hex(),
        "key": key.hex(),
        "name": names.get(fingerprint(key)),
        "stands": stands,
    }


def _proposal(proposal: Proposal, names: Mapping[Fingerprint, str]) -> Document:
    return {
        "id": proposal.thing.id.hex(),
        "number": proposal.fields.number,
        "name": proposal.fields.name,
        "threshold": proposal.fields.threshold,
        "stewards": [
            {
                "fingerprint": fingerprint(key).hex(),
                "key": key.hex(),
                "name": names.get(fingerprint(key)),
            }
            for key in proposal.fields.stewards
        ],
        "endorsed_by": [names.get(one, one.hex()) for one in proposal.endorsed_by],
        "needed": proposal.needed,
        "encoded": encode_base64(proposal.thing.encoded),
    }


def _role(grant: Grant) -> Document:
    return {
        "role": grant.role.word,
        "until": moment_text(grant.expires_min),
        "place": None if grant.place is None else grant.place.hex(),
    }


def _key(key: MemberKey, sequences: Mapping[KeyId, int]) -> Document:
    return {
        "key": key.public_key.hex(),
        "key_id": key.id.hex(),
        "is_device": key.is_device,
        "last": key.last,
        "last_sequence": sequences.get(key.id, 0),
    }


def _prekey(thing: SignedObject) -> Document:
    fields = decode_prekey(thing.codec, thing.body)
    return {
        "id": thing.id.hex(),
        "key_id": thing.author.hex(),
        "number": fields.number,
        "key": fields.public_key.hex(),
        "created": moment_text(thing.created_min),
        "expires": moment_text(thing.expires_min),
        "encoded": encode_base64(thing.encoded),
    }
