"""What a hostile hand may send: one generator a class of attack, and what the node has to answer.

Each takes dice and returns the bytes of one object that must stay outside. `village` is the
community that is attacked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act
from meshnode.board.trust.certificate import CertificateFields, IdentityClass, encode_certificate
from meshnode.board.trust.device import decode_device
from meshnode.board.trust.endorsement import rest_of
from meshnode.board.trust.role import Role
from meshnode.protocol.cursor import varint
from meshnode.protocol.keys import SIGNATURE_BYTES, CommunityId, PublicKey, SigningKey, key_id
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import Kind, SignedObject
from tests.community import (
    ANNA,
    BERT,
    CEM,
    CHARTER,
    COMMUNITY,
    HERE,
    INVITED,
    MINUTE,
    ROOT,
    certificate,
    invitation,
    role,
    signing_key,
)
from tests.everykind import (
    EVA,
    GUEST,
    KIOSK,
    MODERATOR,
    PERSON,
    PHONE,
    SIREN,
    SOON_OVER,
    THIEF,
    THIEF_LAST,
    alert,
    charter,
    circle,
    drill,
    endorsement,
    notice,
    prekey,
    revocation,
    said,
    sealed,
    text_body,
    village,
)

DAY: Final = 1440
OUTSIDERS: Final = tuple(signing_key(f"outsider {number}") for number in range(8))
OTHER_COMMUNITY: Final = CommunityId(bytes(range(16)))
SMALL_ORDER: Final = tuple(
    y.to_bytes(32, "little")
    for y in (
        0,
        1,
        2**255 - 20,
        2**255 - 19,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
    )
)
"""Points of small order, and one that is not in its canonical form."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A class of attack. `reasons` are the answers that are right.

    `is_inside`: the attacker holds a key that the community certified; else its objects must not
    cost an evaluation of who is who.
    """

    name: str
    make: Callable[[Random], bytes]
    reasons: frozenset[str]
    is_inside: bool


def number(dice: Random) -> int:
    """Return a sequence number that nothing else has."""
    return dice.randrange(1_000, 2**35)


def content(
    kind: int,
    body: bytes,
    author: SigningKey,
    *,
    sequence: bytes,
    minute: int = MINUTE,
    lifetime_code: int = 4,
    codec: int = 0,
    parent: bytes = b"",
    version: int = 0,
) -> bytes:
    """Return an object up to its signature, also one that nobody in order would make."""
    second = codec << 5 | (0x10 if parent else 0) | lifetime_code
    head = bytes([version << 5 | kind, second])
    return head + author.id + sequence + minute.to_bytes(3, "big") + parent + body


def sign(unsigned: bytes, key: SigningKey, community: CommunityId = COMMUNITY) -> bytes:
    message = b"meshnode object 1\0" + community + key.public + unsigned
    return unsigned + key.sign(message)


def unsigned(thing: SignedObject) -> bytes:
    return thing.encoded[:-SIGNATURE_BYTES]


def some_valid(dice: Random) -> SignedObject:
    return dice.choice(village().things)


# By whoever has a radio or a wire, and no key of the community.


def without_signature(dice: Random) -> bytes:
    return _fresh(dice)[:-SIGNATURE_BYTES] + bytes(SIGNATURE_BYTES)


def random_signature(dice: Random) -> bytes:
    return _fresh(dice)[:-SIGNATURE_BYTES] + dice.randbytes(SIGNATURE_BYTES)


def signature_of_another(dice: Random) -> bytes:
    thing, other = dice.sample(village().things, 2)
    return unsigned(thing) + other.encoded[-SIGNATURE_BYTES:]


def cut_off(dice: Random) -> bytes:
    thing = some_valid(dice)
    return thing.encoded[: dice.randrange(1, len(thing.encoded))]


def two_in_one(dice: Random) -> bytes:
    return (some_valid(dice).encoded + some_valid(dice).encoded)[:OBJECT_BYTES_MAX]


def noise(dice: Random) -> bytes:
    return dice.randbytes(dice.randrange(1, 300))


def by_a_stranger(dice: Random) -> bytes:
    return _say(dice, dice.choice(OUTSIDERS), any_kind=True)


def in_anothers_name(dice: Random) -> bytes:
    """A stranger writes the author id of a member on what it signs itself."""
    victim = dice.choice((ANNA, ROOT, EVA, PHONE, KIOSK))
    thing = _content_like(dice, victim)
    return sign(thing, dice.choice(OUTSIDERS))


def of_another_community(dice: Random) -> bytes:
    """Everything is right but for the community it was signed for."""
    author = dice.choice((ANNA, ROOT, EVA, KIOSK))
    return sign(_content_like(dice, author), author, OTHER_COMMUNITY)


def self_certified(dice: Random) -> bytes:
    key = dice.choice(OUTSIDERS)
    return certificate(key, certifier=key, sequence=number(dice), identity_class=PERSON).encoded


def forged_first_charter(dice: Random) -> bytes:
    """The very charter that founded the community, signed by somebody else."""
    author = dice.choice((*OUTSIDERS, ROOT))
    thing = content(Kind.CHARTER, CHARTER.body, author, sequence=varint(number(dice)))
    return sign(thing, dice.choice(OUTSIDERS))


def uninvited(dice: Random) -> bytes:
    """A certificate that names an invitation, by another key than the invitation's."""
    [door] = village().of(Kind.INVITATION)
    key = dice.choice(OUTSIDERS)
    return certificate(key, certifier=key, sequence=number(dice), invitation=door.short_id).encoded


def small_order_author(dice: Random) -> bytes:
    """A key that makes some signature valid for every message; nobody certifies it."""
    body = text_body(Severity.INFO)[1]
    author = key_id(PublicKey(dice.choice(SMALL_ORDER)))
    head = bytes([Kind.BULLETIN, 4]) + author + varint(number(dice))
    neutral = (1).to_bytes(32, "little")
    return head + MINUTE.to_bytes(3, "big") + body + neutral + bytes(32)


# By whoever holds a certified key and oversteps.


def wrong_author_id(dice: Random) -> bytes:
    """A member writes another member's id on what it signs."""
    victim = dice.choice((ANNA, ROOT, EVA, KIOSK))
    return sign(_content_like(dice, victim), CEM)


def after_the_cut(dice: Random) -> bytes:
    sequence = THIEF_LAST + number(dice)
    return said(THIEF, sequence=sequence).encoded


def authority_after_the_cut(dice: Random) -> bytes:
    """A stolen key of a full member speaks for accomplices."""
    return certificate(
        dice.choice(OUTSIDERS),
        certifier=THIEF,
        sequence=number(dice),
        identity_class=PERSON,
    ).encoded


def replayed(dice: Random) -> bytes:
    """Valid once, and over."""
    minute = MINUTE - dice.randrange(2 * DAY, 300 * DAY)
    return said(ANNA, sequence=number(dice), minute=minute).encoded


def from_the_future(dice: Random) -> bytes:
    minute = MINUTE + dice.randrange(3 * DAY, 3_000 * DAY)
    author = dice.choice((KIOSK, BERT))
    return said(author, sequence=number(dice), minute=minute).encoded


def role_without_right(dice: Random) -> bytes:
    author = dice.choice((ANNA, BERT, EVA, MODERATOR, SIREN, CEM, KIOSK, GUEST, PHONE))
    subject = dice.choice((author, CEM, *OUTSIDERS))
    some_role = dice.choice(list(Role))
    return role(subject, some_role, sequence=number(dice), author=author).encoded


def charter_without_right(dice: Random) -> bytes:
    author = dice.choice((ANNA, EVA, CEM, KIOSK, SIREN, PHONE))
    [*_, last] = village().of(Kind.CHARTER)
    return charter(
        author, author, before=dice.choice((CHARTER, last)), sequence=number(dice)
    ).encoded


def endorsement_without_right(dice: Random) -> bytes:
    author = dice.choice((ANNA, EVA, CEM, KIOSK, SIREN, PHONE))
    target = dice.choice(village().of(Kind.CHARTER))
    return endorsement(author, target, sequence=number(dice)).encoded


def revocation_without_right(dice: Random) -> bytes:
    author = dice.choice((ANNA, EVA, MODERATOR, CEM, KIOSK, SIREN, PHONE))
    subject = dice.choice([one for one in (ROOT, BERT, GUEST, HERE, INVITED) if one is not author])
    some_role = dice.choice((None, Role.COORDINATOR))
    return revocation(author, subject, sequence=number(dice), role=some_role).encoded


def chain_of_vouching(dice: Random) -> bytes:
    """Who was let in by members speaks for others; or a node does."""
    author = dice.choice((CEM, KIOSK, GUEST, HERE))
    return certificate(
        dice.choice(OUTSIDERS),
        certifier=author,
        sequence=number(dice),
        identity_class=PERSON,
    ).encoded


def invitation_without_right(dice: Random) -> bytes:
    author = dice.choice((CEM, KIOSK, GUEST, HERE))
    return invitation(author=author, sequence=number(dice)).encoded


def invitation_overstretched(dice: Random) -> bytes:
    """The invitation's own key, but too late, too early, for another class, or for another one."""
    [door] = village().of(Kind.INVITATION)
    key, sequence = signing_key(f"friend {dice.random()}"), number(dice)
    match dice.randrange(3):
        case 0:
            late = MINUTE + DAY + dice.randrange(1, 60)
            return certificate(
                key, certifier=INVITED, sequence=sequence, minute=late, invitation=door.short_id
            ).encoded
        case 1:
            return certificate(
                key,
                certifier=INVITED,
                sequence=sequence,
                identity_class=dice.choice((PERSON, IdentityClass.ORGANISATION)),
                invitation=door.short_id,
            ).encoded
        case _:
            return certificate(
                key, certifier=INVITED, sequence=sequence, invitation=CHARTER.short_id
            ).encoded


def stolen_device(dice: Random) -> bytes:
    """A member calls the device of another one its own: what that signs would be the thief's."""
    proof = village().of(Kind.DEVICE)[0].body
    assert decode_device(0, proof) == PHONE.public
    thing = content(
        Kind.DEVICE,
        proof,
        dice.choice((CEM, BERT, EVA)),
        sequence=varint(number(dice)),
        lifetime_code=15,
    )
    return _signed_by_author(thing, (CEM, BERT, EVA))


def warning_without_role(dice: Random) -> bytes:
    author = dice.choice((ANNA, CEM, PHONE, KIOSK, SIREN, MODERATOR))
    severity = dice.choice((Severity.SEVERE, Severity.EXTREME))
    return said(author, sequence=number(dice), severity=severity).encoded


def drill_without_role(dice: Random) -> bytes:
    author = dice.choice((ANNA, CEM, KIOSK, SIREN, MODERATOR))
    return drill(author, sequence=number(dice)).encoded


def alert_without_role(dice: Random) -> bytes:
    author = dice.choice((ANNA, CEM, KIOSK, EVA, MODERATOR, ROOT))
    severity = dice.choice(list(Severity))
    return alert(author, sequence=number(dice), severity=severity).encoded


def notice_without_role(dice: Random) -> bytes:
    target = dice.choice(village().of(Kind.BULLETIN))
    author = dice.choice((ANNA, CEM, KIOSK, SIREN, PHONE))
    return notice(
        author,
        target,
        dice.choice((Act.HIDE, Act.LABEL, Act.ERASE, Act.RESTORE)),
        sequence=number(dice),
    ).encoded


def erasure_by_a_coordinator(dice: Random) -> bytes:
    target = dice.choice(village().of(Kind.BULLETIN))
    return notice(EVA, target, Act.ERASE, sequence=number(dice)).encoded


def sealed_by_a_person(dice: Random) -> bytes:
    return sealed(dice.choice((ANNA, CEM, PHONE, EVA)), sequence=number(dice)).encoded


def personal_by_a_node(dice: Random) -> bytes:
    author = dice.choice((KIOSK, GUEST))
    make = dice.choice((prekey, circle))
    return make(author, sequence=number(dice)).encoded


def outlives_its_ground(dice: Random) -> bytes:
    return said(SOON_OVER, sequence=number(dice), minutes=3 * DAY).encoded


def taken_back(dice: Random) -> bytes:
    """What its author withdrew, or replaced, comes again."""
    return dice.choice(village().gone).encoded


def oversize(dice: Random) -> bytes:
    size = OBJECT_BYTES_MAX - 80 + dice.randrange(1, 60)
    thing = content(25, dice.randbytes(size), ANNA, sequence=varint(number(dice)))
    return sign(thing, ANNA)


def other_version(dice: Random) -> bytes:
    thing = content(
        Kind.BULLETIN,
        text_body(Severity.INFO)[1],
        ANNA,
        sequence=varint(number(dice)),
        version=dice.randrange(1, 8),
    )
    return sign(thing, ANNA)


def long_varint(dice: Random) -> bytes:
    """A number that takes more bytes than it needs: the same object in a second form."""
    value = dice.randrange(0x80)
    sequence = bytes([value | 0x80]) + b"\x80" * dice.randrange(3) + b"\x00"
    if dice.random() < 0.3:
        sequence = b"\xff" * 5 + b"\x01"
    thing = content(Kind.BULLETIN, text_body(Severity.INFO)[1], ANNA, sequence=sequence)
    return sign(thing, ANNA)


def trailing_bytes(dice: Random) -> bytes:
    """Bodies that are whole, and go on."""
    kinds = (Kind.INVITATION, Kind.DEVICE, Kind.REVOCATION, Kind.PREKEY, Kind.WITHDRAWAL)
    thing = dice.choice([one for kind in kinds for one in village().of(kind)])
    return _again(dice, thing, thing.body + dice.randbytes(dice.randrange(1, 9)))


def broken_body(dice: Random) -> bytes:
    """Bodies of authority that end too early, by who may say such things."""
    kinds = (Kind.INVITATION, Kind.DEVICE, Kind.ROLE, Kind.REVOCATION, Kind.ENDORSEMENT)
    thing = dice.choice([one for kind in kinds for one in village().of(kind)])
    return _again(dice, thing, thing.body[: dice.randrange(12)])


def text_codec_without_text(dice: Random) -> bytes:
    """A decompressor where none is needed."""
    kinds = (Kind.ROLE, Kind.DEVICE, Kind.CHARTER, Kind.PREKEY, Kind.SEALED, Kind.CIRCLE)
    thing = dice.choice([one for kind in kinds for one in village().of(kind)])
    return _again(dice, thing, thing.body, codec=dice.randrange(1, 8))


def small_order_subject(dice: Random) -> bytes:
    """A steward, who may be deceived, certifies a key for which any signature holds."""
    bad = dice.choice(SMALL_ORDER)
    fields = encode_certificate(CertificateFields(PERSON, ROOT.public, "X"))
    body = fields.replace(ROOT.public, bad)
    return sign(content(Kind.CERTIFICATE, body, ROOT, sequence=varint(number(dice))), ROOT)


def too_long_a_life(dice: Random) -> bytes:
    thing, code = dice.choice(
        ((said(ANNA, sequence=1), 12), (prekey(PHONE), 10), (role(CEM), 14), (sealed(KIOSK), 15))
    )
    author = {Kind.BULLETIN: ANNA, Kind.PREKEY: PHONE, Kind.ROLE: ROOT, Kind.SEALED: KIOSK}
    key = author[Kind(thing.kind)]
    forged = content(thing.kind, thing.body, key, sequence=varint(number(dice)), lifetime_code=code)
    return sign(forged, key)


def without_target(dice: Random) -> bytes:
    kind, body, key = dice.choice(
        (
            (Kind.NOTICE, village().of(Kind.NOTICE)[0].body, MODERATOR),
            (Kind.ENDORSEMENT, rest_of(CHARTER.id), ROOT),
            (Kind.WITHDRAWAL, b"", ANNA),
        )
    )
    return sign(content(kind, body, key, sequence=varint(number(dice))), key)


def _attack(make: Callable[[Random], bytes], *reasons: str, is_inside: bool = False) -> Attack:
    return Attack(make.__name__, make, frozenset(reasons), is_inside)


_FORM = ("truncated", "oversize", "unknown_version", "not_canonical")
_BODY = (
    "bad_class", "bad_key", "bad_length", "bad_value", "bad_name", "bad_role", "bad_reason",
    "bad_act", "bad_category", "bad_language", "bad_utf8", "trailing_bytes", "missing_parent",
    "unexpected_codec", "lifetime", "expired", "truncated", "oversize", "not_canonical",
    "bad_charter", "bad_character",
)  # fmt: skip

ATTACKS: Final[Sequence[Attack]] = (
    _attack(without_signature, "bad_signature", "superseded"),
    _attack(random_signature, "bad_signature"),
    _attack(signature_of_another, "bad_signature"),
    _attack(cut_off, *_FORM, *_BODY, "bad_signature", "stranger"),
    _attack(two_in_one, *_FORM, *_BODY, "bad_signature"),
    _attack(noise, *_FORM, *_BODY, "stranger"),
    _attack(by_a_stranger, "stranger"),
    _attack(in_anothers_name, "bad_signature"),
    _attack(of_another_community, "bad_signature"),
    _attack(self_certified, "stranger"),
    _attack(forged_first_charter, "bad_signature", "stranger"),
    _attack(uninvited, "stranger"),
    _attack(small_order_author, "stranger"),
    _attack(wrong_author_id, "bad_signature"),
    _attack(after_the_cut, "revoked", is_inside=True),
    _attack(authority_after_the_cut, "revoked", is_inside=True),
    _attack(replayed, "expired", is_inside=True),
    _attack(from_the_future, "future", "outlives_certificate", is_inside=True),
    _attack(role_without_right, "role", is_inside=True),
    _attack(charter_without_right, "role", is_inside=True),
    _attack(endorsement_without_right, "role", is_inside=True),
    _attack(revocation_without_right, "role", is_inside=True),
    _attack(chain_of_vouching, "role", is_inside=True),
    _attack(invitation_without_right, "role", is_inside=True),
    _attack(invitation_overstretched, "role", "stranger", is_inside=True),
    _attack(stolen_device, "role", is_inside=True),
    _attack(warning_without_role, "role", is_inside=True),
    _attack(drill_without_role, "role", is_inside=True),
    _attack(alert_without_role, "role", is_inside=True),
    _attack(notice_without_role, "role", is_inside=True),
    _attack(erasure_by_a_coordinator, "role", is_inside=True),
    _attack(sealed_by_a_person, "role", is_inside=True),
    _attack(personal_by_a_node, "role", is_inside=True),
    _attack(outlives_its_ground, "outlives_certificate", is_inside=True),
    _attack(taken_back, "withdrawn", "replaced", "superseded", "erased", is_inside=True),
    _attack(oversize, "oversize", "bad_batch", is_inside=True),
    _attack(other_version, "unknown_version", is_inside=True),
    _attack(long_varint, "not_canonical", is_inside=True),
    _attack(trailing_bytes, *_BODY, is_inside=True),
    _attack(broken_body, *_BODY, is_inside=True),
    _attack(text_codec_without_text, "unexpected_codec", is_inside=True),
    _attack(small_order_subject, "bad_key", is_inside=True),
    _attack(too_long_a_life, "lifetime", is_inside=True),
    _attack(without_target, "missing_parent", is_inside=True),
)


# What the community's own may say all the time: each of these is to be taken.


def welcome(sequence: int) -> SignedObject:
    """Return the so-manieth valid object; of nobody so many a day that the quota stops it."""
    author = (KIOSK, GUEST, HERE)[sequence % 3]
    minute = MINUTE - DAY * (sequence // 3 // 150) - sequence % 600
    return said(author, sequence=1_000 + sequence, minute=minute, minutes=14 * DAY)


def _fresh(dice: Random) -> bytes:
    """Return an object that is new, and for its signature would be taken."""
    return _say(dice, dice.choice((ANNA, KIOSK, EVA)), any_kind=False)


def _say(dice: Random, key: SigningKey, *, any_kind: bool) -> bytes:
    thing = some_valid(dice) if any_kind else said(key, sequence=1)
    return sign(
        content(
            thing.kind,
            thing.body,
            key,
            sequence=varint(number(dice)),
            minute=thing.created_min,
            lifetime_code=thing.lifetime_code,
            codec=thing.codec,
            parent=thing.parent or b"",
        ),
        key,
    )


def _content_like(dice: Random, author: SigningKey) -> bytes:
    thing = some_valid(dice)
    return content(
        thing.kind,
        thing.body,
        author,
        sequence=varint(number(dice)),
        minute=thing.created_min,
        lifetime_code=thing.lifetime_code,
        codec=thing.codec,
        parent=thing.parent or b"",
    )


def _again(dice: Random, thing: SignedObject, body: bytes, codec: int | None = None) -> bytes:
    """Return an object by the same author, who holds the key, with another body."""
    by = {key.id: key for key in (ROOT, ANNA, PHONE, KIOSK, MODERATOR, BERT)}
    key = by[thing.author]
    forged = content(
        thing.kind,
        body,
        key,
        sequence=varint(number(dice)),
        minute=thing.created_min,
        lifetime_code=thing.lifetime_code,
        codec=thing.codec if codec is None else codec,
        parent=thing.parent or b"",
    )
    return sign(forged, key)


def _signed_by_author(thing: bytes, keys: Sequence[SigningKey]) -> bytes:
    [key] = [one for one in keys if one.id == thing[2:6]]
    return sign(thing, key)
