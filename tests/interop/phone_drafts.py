"""Fields of every kind that a phone writes or reads, drawn by chance and possible all of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, Final

from meshnode.board.bulletins import notice
from meshnode.board.bulletins.blanks import Parameter, ParameterKind
from meshnode.board.bulletins.bulletin import (
    CATEGORIES,
    BulletinFields,
    Severity,
    clean,
    encode_bulletin,
)
from meshnode.board.bulletins.parameters import Value
from meshnode.board.bulletins.template import filled
from meshnode.board.bulletins.templates import TEMPLATES
from meshnode.board.calls import checkin, triage
from meshnode.board.capacity import booking, meetup, slots, timetable
from meshnode.board.capacity.lots import Lot
from meshnode.board.exchange import claim, offer, things
from meshnode.board.mail.prekey import PrekeyFields, encode_prekey
from meshnode.board.modes import mode
from meshnode.board.parts import Cut
from meshnode.board.places import level, opening, place
from meshnode.board.trust.certificate import CertificateFields, IdentityClass, encode_certificate
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role, RoleFields, encode_role
from meshnode.protocol.agreement import AgreementKey
from meshnode.protocol.dictionary import DICTIONARY_1
from meshnode.protocol.keys import Fingerprint, KeyId, SigningKey
from meshnode.protocol.object import Kind, ObjectId, ShortId

PHRASES: Final = DICTIONARY_1.decode()
STRANGE: Final = "ÄÖßéşğІЇщمرحبا水🚰👩\u200d👧…–“„€'°^~"
MINUTES: Final = 2**24 - 200_000
"""So far apart from the last minute that no span ends after it."""


class Draft:
    """What is drawn for one object: its kind, its fields, its body in Python, and its parent."""

    def __init__(
        self, kind: Kind, fields: Any, body: tuple[int, bytes], parent: ShortId | None = None
    ) -> None:
        self.kind = kind
        self.fields = fields
        self.codec, self.body = body
        self.parent = parent


def draw(dice: Random) -> Draft:
    """Return fields of some kind."""
    return dice.choice(DRAWN)(dice)


def text(dice: Random, most: int, least: int = 0) -> str:
    """Return a piece of a phrase, sometimes with letters that no model knows."""
    begin = dice.randrange(len(PHRASES) - most)
    drawn = PHRASES[begin : begin + dice.randint(least, most)]
    if drawn and not dice.randrange(4):
        at = dice.randrange(len(drawn))
        drawn = (drawn[:at] + "".join(dice.choices(STRANGE, k=3)) + drawn[at:])[:most]
    return clean(drawn) or "x" * least


def line(dice: Random, most: int = 60) -> str:
    """Return a line, or nothing."""
    return text(dice, most).replace("\n", " ") if dice.randrange(2) else ""


def name(dice: Random) -> str:
    """Return a name of at most forty bytes."""
    return text(dice, 10, 1).strip() or "Ilse"


def key(dice: Random) -> SigningKey:
    """Return somebody's key."""
    return SigningKey(dice.randbytes(32))


def maybe(dice: Random, value: Callable[[], Any]) -> Any:
    """Return a value, or nothing."""
    return value() if dice.randrange(2) else None


def fingerprint(dice: Random) -> Fingerprint:
    """Return a fingerprint."""
    return Fingerprint(dice.randbytes(16))


def root(dice: Random) -> ShortId:
    """Return the root of something."""
    return ShortId(dice.randbytes(4))


def _bulletin(dice: Random) -> Draft:
    own = "".join(dice.choices("abcz09-", k=dice.randint(1, 24)))
    category = dice.choice((*CATEGORIES, own))
    severity = dice.choice(tuple(Severity))
    title = maybe(dice, lambda: text(dice, 80, 1))
    fields = BulletinFields(text(dice, dice.choice((20, 120, 900)), 1), title, category, severity)
    if not dice.randrange(3):
        fields = replace(fields, text="", title=None, template=_template(dice))
    kind = dice.choice((Kind.BULLETIN, Kind.DRILL))
    return Draft(kind, fields, encode_bulletin(fields))


def _template(dice: Random) -> Any:
    template = dice.choice(TEMPLATES)
    values: dict[str, Value] = {}
    start = 0
    for parameter in template.parameters:
        if parameter.is_optional and dice.randrange(2):
            continue
        value = _value(dice, parameter, start)
        values[parameter.name] = value
        if parameter.kind is ParameterKind.START and isinstance(value, int):
            start = value
    return filled(template, values)


def _value(dice: Random, parameter: Parameter, start: int) -> Value:  # noqa: PLR0911  (one a kind)
    match parameter.kind:
        case ParameterKind.TEXT:
            return text(dice, 40, 1).strip() or "Nordmarkt"
        case ParameterKind.CHOICE:
            return dice.choice(parameter.choices)
        case ParameterKind.PHONE:
            digits = "".join(dice.choices("0123456789", k=dice.randint(3, 15)))
            return dice.choice(("", "+")) + digits
        case ParameterKind.COUNT:
            return dice.randint(1, parameter.largest)
        case ParameterKind.DURATION:
            return 5 * dice.randint(1, 2016)
        case ParameterKind.END:
            return start + 5 * dice.randint(1, 8191)
        case _:
            return 5 * dice.randint(-8191, 8191)


def _authority(dice: Random) -> Draft:
    public, drawn = key(dice).public, dice.randrange(6)
    if drawn == 0:
        languages = tuple(dice.sample(("de", "en", "tr", "uk", "ar"), dice.randint(0, 4)))
        profile = ProfileFields(name(dice), languages)
        return Draft(Kind.PROFILE, profile, (0, encode_profile(profile)))
    if drawn == 1:
        certificate = CertificateFields(dice.choice(tuple(IdentityClass)), public, name(dice))
        return Draft(Kind.CERTIFICATE, certificate, (0, encode_certificate(certificate)))
    if drawn == 2:
        prekey = PrekeyFields(dice.randrange(256), AgreementKey(dice.randbytes(32)).public)
        return Draft(Kind.PREKEY, prekey, (0, encode_prekey(prekey)))
    if drawn == 3:
        invitation = InvitationFields(
            public, dice.randrange(MINUTES), dice.choice(tuple(IdentityClass)), dice.randint(1, 255)
        )
        return Draft(Kind.INVITATION, invitation, (0, encode_invitation(invitation)))
    if drawn == 4:
        role = dice.choice(tuple(Role))
        place_id = maybe(dice, lambda: ObjectId(dice.randbytes(16))) if role is Role.HOST else None
        grant = RoleFields(role, fingerprint(dice), place_id)
        return Draft(Kind.ROLE, grant, (0, encode_role(grant)))
    cuts = {KeyId(dice.randbytes(4)): dice.randint(1, 2**35 - 1) for _ in range(dice.randint(0, 8))}
    revocation = RevocationFields(
        dice.choice(tuple(RevocationReason)),
        fingerprint(dice),
        tuple(sorted(Cut(*one) for one in cuts.items())),
        maybe(dice, lambda: dice.choice(tuple(Role))),
    )
    return Draft(Kind.REVOCATION, revocation, (0, encode_revocation(revocation)))


def _notice(dice: Random) -> Draft:
    act = dice.choice(tuple(notice.Act))
    fields = notice.NoticeFields(
        act, dice.choice(tuple(notice.Reason)), ObjectId(dice.randbytes(16)),
        text(dice, 200, 1) if act is notice.Act.CORRECT else line(dice, 120),
    )  # fmt: skip
    parent = ShortId(fields.target[:4])
    return Draft(Kind.NOTICE, fields, notice.encode_notice(fields), parent)


def _offer(dice: Random) -> Draft:
    sort = dice.choice(tuple(things.Sort))
    start = maybe(dice, lambda: dice.randrange(MINUTES))
    fields = offer.OfferFields(
        dice.choice(tuple(things.Direction)),
        sort,
        dice.choice(CATEGORIES),
        dice.randint(1, 255),
        maybe(dice, lambda: offer.Quantity(dice.randint(1, 9999), dice.randint(0, 63))),
        start,
        maybe(dice, lambda: (start or 0) + dice.randint(1, 131_040)),
        maybe(dice, lambda: root(dice)),
        maybe(dice, lambda: dice.randrange(MINUTES)),
        title=line(dice),
        place_words=line(dice),
        on_behalf=line(dice),
        deposit=line(dice) if sort is things.Sort.LENDING else "",
        text=text(dice, 150),
    )
    parent = maybe(dice, lambda: root(dice))
    return Draft(Kind.OFFER, fields, offer.encode_offer(fields), parent)


def _claim(dice: Random) -> Draft:
    step = dice.choice(tuple(claim.Step))
    start = dice.randrange(MINUTES)
    fields = claim.ClaimFields(step, None if step is claim.Step.ASK else dice.randbytes(4))
    quantity = dice.choice((0, dice.randint(1, 9999)))
    if step is claim.Step.ASK:
        fields = replace(
            fields,
            quantity=quantity,
            slots=maybe(dice, lambda: claim.SlotRange(dice.randint(0, 4095), dice.randint(1, 64))),
            span=maybe(dice, lambda: claim.Span(start, start + dice.randint(1, 131_040))),
            on_behalf=line(dice, 20),
        )
    elif step in (claim.Step.HOLD, claim.Step.CONFIRM):
        fields = replace(fields, quantity=quantity)
    if step is claim.Step.HOLD or (step is claim.Step.CALL and quantity):
        fields = replace(fields, until_min=start)
    fields = replace(fields, text=line(dice, 40))
    return Draft(Kind.CLAIM, fields, claim.encode_claim(fields), root(dice))


def _place(dice: Random) -> Draft:
    head = place.PlaceHead(
        dice.randrange(256),
        dice.choice((0, dice.randint(1, 50_000))),
        dice.choice((None, opening.ALWAYS, _week(dice))),
        maybe(
            dice,
            lambda: place.Position(dice.randint(-90_000, 90_000), dice.randint(-180_000, 179_999)),
        ),
        dice.choice(tuple(place.Steps)),
    )
    words = place.PlaceWords(
        text(dice, 30, 1), line(dice), line(dice), line(dice), line(dice), text(dice, 100)
    )
    fields = place.PlaceFields(head, words)
    return Draft(Kind.PLACE, fields, place.encode_place(fields), maybe(dice, lambda: root(dice)))


def _week(dice: Random) -> opening.Week:
    days: Sequence[opening.Day] = [_day(dice) for _ in range(3)]
    week = tuple(dice.choice((*days, ())) for _ in range(7))
    return week if any(week) else ((opening.Span(36, 72),), *week[1:])


def _day(dice: Random) -> opening.Day:
    first, second, third, fourth = sorted(dice.sample(range(128), 4))
    if third >= 96 or dice.randrange(2):
        return (opening.Span(min(first, 95), max(second, min(first, 95) + 1)),)
    return (opening.Span(first, second), opening.Span(third, fourth))


def _level(dice: Random) -> Draft:
    people = maybe(dice, lambda: dice.randint(0, 50_000))
    source = dice.choice(tuple(level.Source))
    if people is None and source is level.Source.COUNTER:
        source = level.Source.ESTIMATE
    fields = level.LevelFields(
        dice.choice(tuple(level.Level)) if people is None else None, people, source
    )
    return Draft(Kind.LEVEL, fields, level.encode_level(fields), root(dice))


def _timetable(dice: Random, sorts: Sequence[timetable.Sort], *, is_sold: bool) -> Any:
    sort = dice.choice(sorts)
    count = 1 if sort is timetable.Sort.SINGLE else dice.choice((1, dice.randint(2, 366)))
    capacity = dice.randint(1, 10_000)
    terms = timetable.Terms(
        capacity, fingerprint(dice), dice.randint(1, capacity), dice.randint(0, 10_080),
        is_automatic=bool(dice.randrange(2)),
    )  # fmt: skip
    return timetable.Timetable(
        dice.randrange(MINUTES),
        dice.randint(1, 44_640),
        0 if count == 1 else dice.randint(1, 400),
        count,
        sort,
        terms if is_sold else None,
    )


def _slots(dice: Random) -> Draft:
    table = _timetable(dice, tuple(timetable.Sort), is_sold=True)
    fields = slots.SlotsFields(table, line(dice), text(dice, 80), maybe(dice, lambda: root(dice)))
    return Draft(Kind.SLOTS, fields, slots.encode_slots(fields), maybe(dice, lambda: root(dice)))


def _meetup(dice: Random) -> Draft:
    sorts = (timetable.Sort.SLOTS, timetable.Sort.SINGLE)
    table = _timetable(dice, sorts, is_sold=bool(dice.randrange(2)))
    fields = meetup.MeetupFields(
        table, line(dice), line(dice), text(dice, 80), maybe(dice, lambda: root(dice))
    )
    return Draft(Kind.MEETUP, fields, meetup.encode_meetup(fields))


def _booking(dice: Random) -> Draft:
    first = Lot(dice.randrange(100), dice.randrange(100), dice.randint(1, 9), dice.randint(1, 9))
    second = replace(first, first_slot=first.end_slot, generation=dice.randrange(300))
    fields = booking.BookingFields(
        root(dice),
        KeyId(dice.randbytes(4)),
        dice.randbytes(4),
        dice.choice(((first,), (first, second))),
        maybe(dice, lambda: dice.randrange(MINUTES)),
    )
    return Draft(Kind.BOOKING, fields, (0, booking.encode_booking(fields)), root(dice))


def _checkin(dice: Random) -> Draft:
    state = dice.choice(tuple(checkin.State))
    parent = maybe(dice, lambda: root(dice))
    head = checkin.CheckInHead(
        state,
        dice.choice((1, dice.randint(2, 255))),
        checkin.Need(0 if state is checkin.State.OK else dice.randrange(2**16)),
        maybe(dice, lambda: root(dice)),
        None if parent is None else maybe(dice, lambda: dice.randrange(MINUTES)),
    )
    fields = checkin.CheckInFields(head, line(dice), line(dice), text(dice, 100))
    return Draft(Kind.CHECKIN, fields, checkin.encode_checkin(fields), parent)


def _triage(dice: Random) -> Draft:
    act = dice.choice(tuple(triage.Act))
    person = fingerprint(dice) if act is triage.Act.HANDED_OVER else None
    if act in (triage.Act.TAKEN, triage.Act.ON_THE_WAY):
        person = maybe(dice, lambda: fingerprint(dice))
    head = triage.TriageHead(act, person, root(dice) if act is triage.Act.DUPLICATE else None)
    fields = triage.TriageFields(head, line(dice, 100))
    return Draft(Kind.TRIAGE, fields, triage.encode_triage(fields), root(dice))


def _mode(dice: Random) -> Draft:
    proposal = maybe(dice, lambda: ObjectId(dice.randbytes(16)))
    head = mode.ModeHead(dice.choice(tuple(mode.Mode)), bool(dice.randrange(2)), proposal)
    fields = mode.ModeFields(head, "" if proposal else line(dice, 150))
    parent = None if proposal is None else ShortId(proposal[:4])
    return Draft(Kind.MODE, fields, mode.encode_mode(fields), parent)


DRAWN: Final = (
    _bulletin, _bulletin, _authority, _authority, _notice, _offer, _claim, _claim, _place, _level,
    _slots, _meetup, _booking, _checkin, _triage, _mode,
)  # fmt: skip
