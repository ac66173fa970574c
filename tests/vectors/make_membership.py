"""Write membership.json: sets of objects of small communities, and who is who in each.

Run: `python -m tests.vectors.make_membership`. Node and phone compare themselves with it.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.evidence import GOVERNANCE
from meshnode.board.trust.membership import VOUCHES_MAX, evaluate
from meshnode.board.trust.role import Role
from meshnode.board.trust.standing import FOREVER_MIN, UNLIMITED, Cuts, Standing
from meshnode.protocol.keys import CommunityId
from meshnode.protocol.object import Kind, SignedObject, compose, lifetime_code_for
from meshnode.protocol.ports import Accepted
from tests.acts import KEYS, VERBS, Act, Pool
from tests.community import MINUTE, bulletin_body, signing_key
from tests.town import ADA, ANNA, BEN, BERT, CEM, CYD, DORA, PHONE, SHEET, Town

PATH: Final = Path(__file__).with_name("membership.json")

POOLS: Final = 24
ACTS: Final = 22
_SAYING: Final = VERBS[:8]
"""What says who is who, and bulletins."""


def build() -> dict[str, Any]:
    """Return the content of membership.json."""
    cases = {f"people who do what they like, {seed}": _pool(seed) for seed in range(POOLS)}
    return {"cases": {**cases, **_told()}}


def case(
    community: CommunityId, pinned: Sequence[SignedObject], objects: Sequence[SignedObject]
) -> dict[str, Any]:
    """Return a set of objects with what follows from it."""
    standing = evaluate(
        community, pinned, objects, lambda thing, key: thing.is_signed_by(key, community)
    )
    rules = NeighbourhoodRules(community, tuple(pinned))
    for thing in objects:
        if thing.id in standing.recognised:
            rules.learn(thing)
    said = [one for one in objects if one.kind == Kind.BULLETIN]
    return {
        "community": community.hex(),
        "pinned": [_base64(one.encoded) for one in pinned],
        "objects": [_base64(one.encoded) for one in objects],
        "standing": _standing(standing),
        "may_say": {one.id.hex(): rules.judge(one) == Accepted() for one in said},
    }


def _pool(seed: int) -> dict[str, Any]:
    random = Random(seed)
    pool = Pool(1 + seed % 3)
    pool.settle()
    for _ in range(ACTS):
        pool.do(
            Act(
                verb=random.choice(_SAYING),
                actor=random.choice((random.randrange(5), random.randrange(len(KEYS)))),
                subject=random.randrange(len(KEYS)),
                sequence=random.randint(1, 6),
                minute=random.randrange(4),
                choice=random.randrange(24),
            )
        )
    pinned, things = pool.things[:1], pool.things[1:]
    random.shuffle(things)
    known = [one for one in things if one.kind in GOVERNANCE or one.kind == Kind.BULLETIN]
    return case(pool.community, pinned if seed % 4 else (), (*pinned, *known))


def _told() -> dict[str, Any]:
    town = Town()
    full = (town.vouch(ADA, ANNA), town.vouch(BEN, BERT))
    words = [
        town.vouch(key, signing_key(f"person {number}"), minute=MINUTE + number)
        for number in range(VOUCHES_MAX + 1)
        for key in (ANNA, BERT)
    ]
    sheet = town.invite(ADA)
    guests = [town.vouch(SHEET, key, by=sheet) for key in (ANNA, CEM, DORA)]
    after = town.successor(ADA, (ADA, CYD), kept={BEN: 40})
    agreed = (after, town.endorse(CYD, after))
    other = town.successor(BEN, (BEN, CYD))
    both = (other, town.endorse(ADA, other), town.endorse(CYD, other))
    phone = town.device(ANNA, PHONE)
    role = town.role(ADA, ANNA, Role.COORDINATOR)
    told: dict[str, tuple[SignedObject, ...]] = {
        "a member who speaks for nine": (*full, *words),
        "an invitation used too often": (sheet, *guests),
        "a successor, and a former steward whose certificates were kept": (*full, *agreed),
        "two successors that both have their signatures": (*full, *agreed, *both),
        "a successor that one of two signed": (*full, after),
        "a phone that was lost, cut at a number": (
            *full,
            phone,
            town.revoke(ADA, PHONE, kept={PHONE: 7}),
        ),
        "a role that was taken back and given again": (
            *full,
            role,
            town.revoke(BEN, ANNA, role=Role.COORDINATOR, minute=MINUTE + 1),
            town.role(ADA, ANNA, Role.COORDINATOR, minute=MINUTE + 2),
        ),
        "a role whose holder warned within the hour before it, and earlier": (
            *full,
            town.role(ADA, ANNA, Role.COORDINATOR),
            *(_warning(town, age=age) for age in (60, 61)),
        ),
        "a member with nine phones": (
            *full,
            *(town.device(ANNA, signing_key(f"phone {number}")) for number in range(9)),
        ),
        "a steward's phone that another steward revoked": (
            *full,
            town.device(ADA, PHONE),
            town.revoke(BEN, PHONE),
        ),
        "a steward who fell before its word against another one counts": (
            *full,
            town.revoke(ADA, CYD),
            town.revoke(BEN, CYD),
            town.revoke(CYD, ADA),
        ),
        "two stewards who revoke each other": (
            *full,
            town.revoke(ADA, BEN),
            town.revoke(BEN, ADA),
        ),
        "a member who revoked itself, and one whom a stranger revoked": (
            *full,
            town.revoke(ANNA, ANNA),
            town.revoke(CEM, BERT),
        ),
    }
    cases = {name: case(town.community, (town.founding,), one) for name, one in told.items()}
    pinned = case(town.community, (town.founding, after), (*full, *both))
    return {**cases, "a successor against what was pinned": pinned}


def _warning(town: Town, *, age: int) -> SignedObject:
    codec, body = bulletin_body("Wasser abkochen.", Severity.SEVERE)
    return compose(
        key=ANNA,
        community=town.community,
        kind=Kind.BULLETIN,
        codec=codec,
        body=body,
        sequence=town.number(ANNA, None),
        created_min=MINUTE - age,
        lifetime_code=lifetime_code_for(1440),
    )


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "charters": [one.id.hex() for one in standing.charters],
        "complete_min": list(standing.complete_min),
        "identities": {
            name.hex(): {
                "key": one.public_key.hex(),
                "class": one.identity_class.word,
                "name": one.name,
                "expires_min": None if one.expires_min == FOREVER_MIN else one.expires_min,
                "is_steward": one.is_steward,
                "is_full": one.is_full,
                "is_revoked": one.is_revoked,
            }
            for name, one in sorted(standing.identities.items())
        },
        "signers": {
            name.hex(): [
                {
                    "key": one.public_key.hex(),
                    "identity": one.identity.fingerprint.hex(),
                    "last": None if one.last == UNLIMITED else one.last,
                    "is_device": one.is_device,
                }
                for one in signers
            ]
            for name, signers in sorted(standing.signers.items())
        },
        "grants": {
            name.hex(): [
                {
                    "role": one.role.word,
                    "created_min": one.created_min,
                    "expires_min": one.expires_min,
                    "cuts": None if one.cuts is None else _cuts(one.cuts),
                }
                for one in grants
            ]
            for name, grants in sorted(standing.grants.items())
        },
        "recognised": sorted(one.hex()[:8] for one in standing.recognised),
    }


def _cuts(cuts: Cuts) -> dict[str, int]:
    return {key.hex(): last for key, last in sorted(cuts.items())}


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


if __name__ == "__main__":
    PATH.write_text(json.dumps(build(), indent=1) + "\n", encoding="utf-8")
