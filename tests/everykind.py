"""A small community in which everybody does what they may: objects of every kind, all valid."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from meshnode.board.bulletins.alert import Provenance, encode_alert
from meshnode.board.bulletins.bulletin import BulletinFields, Severity
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.calls.checkin import (
    CheckInFields,
    CheckInHead,
    Need,
    State,
    encode_checkin,
)
from meshnode.board.calls.triage import Act as TriageAct
from meshnode.board.calls.triage import TriageFields, TriageHead, encode_triage
from meshnode.board.capacity.allotment import AllotmentFields, encode_allotment
from meshnode.board.capacity.booking import BookingFields, encode_booking
from meshnode.board.capacity.lots import Lot
from meshnode.board.capacity.meetup import MeetupFields, encode_meetup
from meshnode.board.capacity.slots import SlotsFields, encode_slots
from meshnode.board.capacity.timetable import Terms, Timetable
from meshnode.board.exchange.claim import ClaimFields, Step, encode_claim, mark_of
from meshnode.board.exchange.offer import OfferFields, Quantity, encode_offer
from meshnode.board.exchange.things import BY_IDENTIFIER, Direction
from meshnode.board.mail.circle import CircleFields, CircleId, CirclePolicy, encode_circle
from meshnode.board.mail.prekey import PrekeyFields, encode_prekey
from meshnode.board.mail.sealed import seal
from meshnode.board.modes.mode import Mode, ModeFields, ModeHead, encode_mode
from meshnode.board.official.warning import reference_of
from meshnode.board.parts import Cut
from meshnode.board.places.level import Level, LevelFields, encode_level
from meshnode.board.places.place import PlaceFields, PlaceHead, PlaceWords, encode_place
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.charter import CharterFields, charter_hash, encode_charter
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.endorsement import rest_of
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role
from meshnode.protocol.agreement import AgreementKey, agreement_key_of
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, ShortId, SignedObject
from tests.community import (
    ANNA,
    BERT,
    CEM,
    CHARTER,
    COMMUNITY,
    DORA,
    HERE,
    INVITED,
    MINUTE,
    ROOT,
    YEAR_MINUTES,
    bulletin,
    certificate,
    invitation,
    made,
    profile,
    role,
    signing_key,
    withdrawal,
)

PERSON: Final = IdentityClass.PERSON
KIOSK: Final = signing_key("the node of the kiosk")
PHONE: Final = signing_key("anna's phone")
EVA: Final = signing_key("eva, coordinator")
MODERATOR: Final = signing_key("mo, moderator")
SIREN: Final = signing_key("the bridge to the official alerts")
GUEST: Final = signing_key("a node that was invited")
THIEF: Final = signing_key("whose key was stolen")
"""Revoked; what it signed up to `THIEF_LAST` stays."""
THIEF_LAST: Final = 3
SOON_OVER: Final = signing_key("whose certificate lasts two days")
NODES: Final = (HERE, KIOSK, GUEST)
FULL: Final = (ANNA, BERT, EVA, MODERATOR, SIREN, THIEF)
VOUCHED: Final = (CEM,)
"""Anna and Bert speak for Cem; nobody for Dora."""
NOBODY: Final = DORA


@dataclass(frozen=True, slots=True)
class Village:
    """`ground`: who is who, so that all else has its ground. `things`: everything that is held.

    `gone` was held once, and was withdrawn, erased or replaced by what is.
    """

    ground: tuple[SignedObject, ...]
    things: tuple[SignedObject, ...]
    gone: tuple[SignedObject, ...]

    def of(self, kind: int) -> list[SignedObject]:
        """Return its objects of one kind; there is at least one of each."""
        return [one for one in self.things if one.kind == kind]


@cache
def village() -> Village:
    """Return the community, made once."""
    ground = tuple(_ground())
    gone = (
        said(ANNA, sequence=6),
        said(CEM, sequence=8),
        profile(KIOSK, name="Alter Name", sequence=0),
        prekey(PHONE, sequence=1),
    )
    return Village(ground, (*ground, *_said(gone)), gone)


@cache
def text_body(severity: Severity) -> tuple[int, bytes]:
    """Return a text as bytes; compressing one anew each time would take most of the time."""
    example = bulletin(ANNA, severity=severity)
    return example.codec, example.body


def said(
    author: SigningKey,
    *,
    sequence: int,
    severity: Severity = Severity.INFO,
    minute: int = MINUTE,
    minutes: int = 1440,
) -> SignedObject:
    """Somebody posts."""
    codec, body = text_body(severity)
    return made(
        author,
        Kind.BULLETIN,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=minutes,
    )


def device(owner: SigningKey, key: SigningKey, *, sequence: int = 1) -> SignedObject:
    """Somebody names a device that agrees."""
    body = encode_device(key, owner.public, COMMUNITY)
    return made(owner, Kind.DEVICE, body, sequence=sequence, minute=MINUTE, minutes=YEAR_MINUTES)


def revocation(
    author: SigningKey,
    subject: SigningKey,
    *cuts: Cut,
    sequence: int = 90,
    role: Role | None = None,
    minute: int = MINUTE,
) -> SignedObject:
    """Somebody says that a key, or a role, counts no more."""
    fields = RevocationFields(RevocationReason.COMPROMISED, fingerprint(subject.public), cuts, role)
    return made(
        author,
        Kind.REVOCATION,
        encode_revocation(fields),
        sequence=sequence,
        minute=minute,
        minutes=YEAR_MINUTES,
    )


def charter(
    author: SigningKey, *stewards: SigningKey, before: SignedObject = CHARTER, sequence: int = 91
) -> SignedObject:
    """Somebody proposes other stewards."""
    keys = tuple(one.public for one in stewards)
    fields = CharterFields(1, charter_hash(before.body), 1, keys, (), "Nordstadt")
    return made(
        author,
        Kind.CHARTER,
        encode_charter(fields),
        sequence=sequence,
        minute=MINUTE,
        minutes=YEAR_MINUTES,
    )


def endorsement(author: SigningKey, target: SignedObject, *, sequence: int = 92) -> SignedObject:
    """Somebody agrees with a charter."""
    return made(
        author,
        Kind.ENDORSEMENT,
        rest_of(target.id),
        sequence=sequence,
        minute=MINUTE,
        minutes=YEAR_MINUTES,
        parent=target.short_id,
    )


def notice(
    author: SigningKey,
    target: SignedObject,
    act: Act = Act.LABEL,
    text: str = "",
    *,
    sequence: int = 40,
    minutes: int = 2 * 1440,
) -> SignedObject:
    """Somebody moderates."""
    codec, body = encode_notice(NoticeFields(act, Reason.RUMOUR, target.id, text))
    return made(
        author,
        Kind.NOTICE,
        body,
        codec=codec,
        sequence=sequence,
        minute=MINUTE,
        minutes=minutes,
        parent=ShortId(target.short_id),
    )


def drill(author: SigningKey, *, sequence: int = 50) -> SignedObject:
    """Somebody practises."""
    codec, body = text_body(Severity.SEVERE)
    return made(
        author, Kind.DRILL, body, codec=codec, sequence=sequence, minute=MINUTE, minutes=1440
    )


def alert(
    author: SigningKey, *, sequence: int = 51, severity: Severity = Severity.EXTREME
) -> SignedObject:
    """Somebody passes on what an authority says."""
    codec, body = _alert_body(severity)
    return made(
        author, Kind.ALERT, body, codec=codec, sequence=sequence, minute=MINUTE, minutes=1440
    )


@cache
def _alert_body(severity: Severity) -> tuple[int, bytes]:
    fields = BulletinFields("Fenster zu.", "Rauch", "water", severity)
    provenance = Provenance(
        "Leitstelle",
        MINUTE,
        reference=reference_of("leitstelle@example.org,2"),
        replaces=(reference_of("leitstelle@example.org,1"),),
        ends_min=MINUTE + 1000,
    )
    return encode_alert(provenance, fields)


def sealed(author: SigningKey, *, sequence: int = 52) -> SignedObject:
    """Somebody carries a message of Anna's for Bert."""
    body = seal(
        b"payload of sixteen",
        sender=agreement_key_of(ANNA),
        recipients=[agreement_key_of(BERT).public],
        ephemeral_secret=bytes([sequence % 256]) * 32,
        community=COMMUNITY,
    )
    return made(author, Kind.SEALED, body, sequence=sequence, minute=MINUTE, minutes=1440)


def prekey(author: SigningKey, *, sequence: int = 53) -> SignedObject:
    """Somebody announces a key for messages."""
    body = encode_prekey(PrekeyFields(sequence % 256, AgreementKey(b"\x11" * 32).public))
    return made(author, Kind.PREKEY, body, sequence=sequence, minute=MINUTE, minutes=14 * 1440)


def circle(author: SigningKey, *, sequence: int = 54) -> SignedObject:
    """Somebody lists a circle."""
    policy = CirclePolicy(is_open=True, has_history=False)
    body = encode_circle(CircleFields(CircleId(b"chor"), policy, "Chor"))
    return made(author, Kind.CIRCLE, body, sequence=sequence, minute=MINUTE, minutes=1440)


def offer(author: SigningKey, *, sequence: int = 70) -> SignedObject:
    """Somebody gives water away."""
    water = BY_IDENTIFIER["water"]
    codec, body = encode_offer(
        OfferFields(Direction.OFFER, water.sort, water.category, water.number, Quantity(20, 1))
    )
    return made(
        author, Kind.OFFER, body, codec=codec, sequence=sequence, minute=MINUTE, minutes=7 * 1440
    )


def claim(
    author: SigningKey, about: SignedObject, step: Step = Step.ASK, *, sequence: int = 71
) -> SignedObject:
    """Somebody asks for something, or takes a later step."""
    mark = None if step is Step.ASK else mark_of(about.id)
    codec, body = encode_claim(ClaimFields(step, mark))
    return made(
        author,
        Kind.CLAIM,
        body,
        codec=codec,
        sequence=sequence,
        minute=MINUTE,
        minutes=61 * 1440,
        parent=about.short_id,
    )


def slots(author: SigningKey, *, sequence: int = 80) -> SignedObject:
    """Somebody opens three times for two people each, which our node books."""
    terms = Terms(2, fingerprint(HERE.public))
    timetable = Timetable(MINUTE + 60, 15, 15, 3, terms=terms)
    codec, body = encode_slots(SlotsFields(timetable, "Termine"))
    return made(
        author, Kind.SLOTS, body, codec=codec, sequence=sequence, minute=MINUTE, minutes=2 * 1440
    )


def meetup(author: SigningKey, *, sequence: int = 81) -> SignedObject:
    """Somebody invites everybody."""
    timetable = Timetable(MINUTE + 60, 90, 10_080, 8)
    codec, body = encode_meetup(MeetupFields(timetable, "Mittagstisch", "Gemeindehaus"))
    return made(
        author, Kind.MEETUP, body, codec=codec, sequence=sequence, minute=MINUTE, minutes=61 * 1440
    )


def booking(
    node: SigningKey, ask: SignedObject, on: SignedObject, *, sequence: int = 82, unit: int = 0
) -> SignedObject:
    """A node sells the first time to somebody."""
    fields = BookingFields(on.short_id, on.author, mark_of(ask.id), (Lot(0, unit),))
    return made(
        node,
        Kind.BOOKING,
        encode_booking(fields),
        sequence=sequence,
        minute=MINUTE,
        minutes=2 * 1440,
        parent=ask.short_id,
    )


def allotment(
    node: SigningKey, on: SignedObject, to: SigningKey, *, sequence: int = 83
) -> SignedObject:
    """A node passes one place of the second time on."""
    fields = AllotmentFields(on.author, fingerprint(to.public), (Lot(1, 1),))
    return made(
        node,
        Kind.ALLOTMENT,
        encode_allotment(fields),
        sequence=sequence,
        minute=MINUTE,
        minutes=2 * 1440,
        parent=on.short_id,
    )


def place(author: SigningKey, name: str = "Bücherei", *, sequence: int = 60) -> SignedObject:
    """Somebody enters a place."""
    fields = PlaceFields(PlaceHead(category=12, capacity=40), PlaceWords(name))
    codec, body = encode_place(fields)
    return made(
        author,
        Kind.PLACE,
        body,
        codec=codec,
        sequence=sequence,
        minute=MINUTE,
        minutes=91 * 1440,
    )


def level(
    author: SigningKey,
    about: SignedObject,
    level: Level = Level.SOME,
    *,
    sequence: int = 61,
    minute: int = MINUTE,
    minutes: int = 1440,
) -> SignedObject:
    """Somebody says how full it is there."""
    codec, body = encode_level(LevelFields(level))
    return made(
        author,
        Kind.LEVEL,
        body,
        codec=codec,
        sequence=sequence,
        minute=minute,
        minutes=minutes,
        parent=about.short_id,
    )


def check_in(author: SigningKey, state: State = State.HELP, *, sequence: int = 75) -> SignedObject:
    """Somebody says how they are."""
    needs = Need.WATER if state is not State.OK else Need(0)
    fields = CheckInFields(CheckInHead(state, 2, needs), where="Hafenstr. 3", text="Kein Licht.")
    codec, body = encode_checkin(fields)
    return made(
        author, Kind.CHECKIN, body, codec=codec, sequence=sequence, minute=MINUTE, minutes=1440
    )


def triage(author: SigningKey, call: SignedObject, *, sequence: int = 76) -> SignedObject:
    """Somebody takes a call for help."""
    codec, body = encode_triage(TriageFields(TriageHead(TriageAct.TAKEN), "Komme."))
    return made(
        author,
        Kind.TRIAGE,
        body,
        codec=codec,
        sequence=sequence,
        minute=MINUTE,
        minutes=30 * 1440,
        parent=call.short_id,
    )


def mode(author: SigningKey, of: SignedObject | None = None, *, sequence: int = 77) -> SignedObject:
    """Somebody proposes an outage, or confirms one."""
    head = ModeHead(Mode.OUTAGE, proposal=None if of is None else of.id)
    codec, body = encode_mode(ModeFields(head, "" if of else "Kein Strom."))
    parent = None if of is None else of.short_id
    return made(
        author,
        Kind.MODE,
        body,
        codec=codec,
        sequence=sequence,
        minute=MINUTE,
        minutes=720,
        parent=parent,
    )


def _ground() -> list[SignedObject]:
    renewed = charter(ROOT, ROOT)
    door = invitation(sequence=80)
    return [
        CHARTER,
        renewed,
        endorsement(ROOT, renewed),
        *(certificate(key, sequence=10 + at) for at, key in enumerate(NODES[:2])),
        *(
            certificate(key, name=f"Mensch {at}", sequence=20 + at, identity_class=PERSON)
            for at, key in enumerate(FULL)
        ),
        *(
            certificate(key, name="Cem", certifier=by, sequence=30, identity_class=PERSON)
            for key in VOUCHED
            for by in (ANNA, BERT)
        ),
        certificate(SOON_OVER, sequence=19, identity_class=PERSON, minutes=2 * 1440),
        door,
        certificate(GUEST, name="Gast", certifier=INVITED, invitation=door.short_id),
        device(ANNA, PHONE),
        role(EVA, Role.COORDINATOR, sequence=40),
        role(MODERATOR, Role.MODERATOR, sequence=41),
        role(SIREN, Role.IMPORTER, sequence=42),
        revocation(ROOT, THIEF, Cut(THIEF.id, THIEF_LAST)),
        revocation(ROOT, MODERATOR, role=Role.HOST, sequence=93),
    ]


def _said(gone: tuple[SignedObject, ...]) -> list[SignedObject]:
    call, outage = check_in(BERT), mode(EVA)
    rumour = bulletin(CEM, "Es soll kein Wasser geben.", sequence=5)
    water = offer(ANNA)
    asked = claim(BERT, water)
    times = slots(ANNA)
    wanted = claim(BERT, times, sequence=72)
    library = place(BERT)
    return [
        water,
        asked,
        times,
        wanted,
        meetup(BERT),
        booking(HERE, wanted, times),
        allotment(HERE, times, KIOSK),
        claim(PHONE, asked, Step.CONFIRM, sequence=72),
        library,
        level(BERT, library),
        level(CEM, library, Level.FULL),
        *(profile(key, name=f"Name {at}") for at, key in enumerate((*NODES, PHONE, CEM))),
        *(bulletin(key, f"Nachricht {at}") for at, key in enumerate((KIOSK, PHONE, BERT, EVA))),
        bulletin(EVA, "Sturm.", sequence=2, severity=Severity.SEVERE),
        bulletin(THIEF, "Vorher.", sequence=THIEF_LAST),
        rumour,
        withdrawal(ANNA, gone[0], sequence=7),
        notice(MODERATOR, gone[1], Act.ERASE, sequence=42),
        notice(MODERATOR, rumour, Act.LABEL),
        notice(MODERATOR, rumour, Act.CORRECT, "Es gibt Wasser.", sequence=41),
        prekey(PHONE),
        sealed(KIOSK),
        circle(PHONE),
        drill(EVA),
        alert(SIREN),
        call,
        check_in(KIOSK, State.OK),
        triage(EVA, call),
        outage,
        mode(ROOT, outage, sequence=94),
    ]
