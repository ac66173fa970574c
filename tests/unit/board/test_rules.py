"""Who may say what, judged object by object."""

from collections.abc import Callable

import pytest

from meshnode.board.bulletins.alert import Provenance, encode_alert
from meshnode.board.bulletins.bulletin import BulletinFields, Severity
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.calls.triage import Act as Taken
from meshnode.board.calls.triage import TriageFields, TriageHead, encode_triage
from meshnode.board.mail.circle import CircleFields, CircleId, CirclePolicy, encode_circle
from meshnode.board.modes.mode import Mode, ModeFields, ModeHead, encode_mode
from meshnode.board.rules import GRANT_SLACK_MINUTES, NeighbourhoodRules
from meshnode.board.trust.accounts import (
    GOVERNANCE_DAY_MAX,
    PERSON_DAY_MAX,
    SPEAKER_DAY_MAX,
    URGENT_DAY_MAX,
    VOUCHED_DAY_MAX,
)
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.permissions import PERMISSIONS, Action, Office
from meshnode.board.trust.role import Role
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import Kind, SignedObject, compose, lifetime_code_for
from meshnode.protocol.ports import Accepted, Refused, Verdict, Waiting
from meshnode.protocol.priority import Priority
from tests.community import MINUTE, bulletin_body
from tests.town import (
    ADA,
    ANNA,
    BEN,
    BERT,
    CEM,
    CYD,
    DORA,
    NODE,
    ORGANISATION,
    PHONE,
    SHEET,
    TABLET,
    THIEF,
    Town,
)

DAY = 1440
YEAR = 365 * DAY
URGENT = (Severity.SEVERE, Severity.EXTREME)
ROLES = {Role[office.name]: office for office in Office if office.name in Role.__members__}


class Place(Town):
    """A town in which things are said."""

    def say(
        self,
        key: SigningKey,
        kind: int,
        body: bytes = b"?",
        *,
        minutes: int = DAY,
        minute: int = MINUTE,
        codec: int = 0,
        on: SignedObject | None = None,
        sequence: int | None = None,
    ) -> SignedObject:
        return compose(
            key=key,
            community=self.community,
            kind=kind,
            body=body,
            sequence=self.number(key, sequence),
            created_min=minute,
            lifetime_code=lifetime_code_for(minutes),
            codec=codec,
            parent=on and on.short_id,
        )

    def post(
        self,
        key: SigningKey,
        severity: Severity = Severity.INFO,
        *,
        kind: Kind = Kind.BULLETIN,
        minutes: int = DAY,
        minute: int = MINUTE,
        sequence: int | None = None,
    ) -> SignedObject:
        codec, body = bulletin_body("Wasser", severity)
        return self.say(
            key, kind, body, codec=codec, minutes=minutes, minute=minute, sequence=sequence
        )

    def alert(self, key: SigningKey) -> SignedObject:
        fields = BulletinFields("Sturm", None, "weather", Severity.SEVERE)
        codec, body = encode_alert(Provenance("DWD", MINUTE), fields)
        return self.say(key, Kind.ALERT, body, codec=codec)

    def withdraw(
        self,
        key: SigningKey,
        target: SignedObject,
        *,
        minutes: int = DAY,
        sequence: int | None = None,
    ) -> SignedObject:
        return self.say(key, Kind.WITHDRAWAL, b"", on=target, minutes=minutes, sequence=sequence)

    def notice(
        self, key: SigningKey, act: Act, target: SignedObject, *, minutes: int = DAY
    ) -> SignedObject:
        codec, body = encode_notice(NoticeFields(act, Reason.WRONG, target.id, "nein"))
        return self.say(key, Kind.NOTICE, body, codec=codec, on=target, minutes=minutes)

    def profile(
        self, key: SigningKey, name: str = "Kiosk", *, minutes: int = 61 * DAY
    ) -> SignedObject:
        body = b"\0" + name.encode()
        return self.say(key, Kind.PROFILE, body, minutes=minutes)

    def folk(self) -> NeighbourhoodRules:
        """Anna and Dora are persons, Bert an organisation, Cem a node."""
        return self.rules(
            self.vouch(ADA, ANNA, name="Anna"),
            self.vouch(ADA, DORA, name="Dora"),
            self.vouch(ADA, BERT, class_=ORGANISATION, name="Amt"),
            self.vouch(ADA, CEM, class_=NODE, name="Knoten"),
        )


@pytest.fixture
def place() -> Place:
    return Place()


def learn(policy: NeighbourhoodRules, *things: SignedObject) -> None:
    for thing in things:
        assert isinstance(policy.judge(thing), Accepted), thing
        policy.learn(thing)


# The table of permissions, row by row.


ACTS: dict[Action, Callable[[Place, SigningKey, SignedObject], SignedObject]] = {
    Action.POST: lambda place, key, target: place.post(key),
    Action.WARN: lambda place, key, target: place.post(key, Severity.SEVERE),
    Action.DRILL: lambda place, key, target: place.post(key, kind=Kind.DRILL),
    Action.ALERT: lambda place, key, target: place.alert(key),
    Action.WITHDRAW: lambda place, key, target: place.withdraw(key, target),
    Action.MODERATE: lambda place, key, target: place.notice(key, Act.HIDE, target),
    Action.ERASE: lambda place, key, target: place.notice(key, Act.ERASE, target),
    Action.LIST_CIRCLE: lambda place, key, target: place.say(key, Kind.CIRCLE, CIRCLE),
    Action.CALL: lambda place, key, target: place.say(key, Kind.CHECKIN, CALL),
    Action.TRIAGE: lambda place, key, target: place.say(key, Kind.TRIAGE, TAKEN, on=target),
    Action.SELL: lambda place, key, target: place.say(key, Kind.BOOKING, SALE, on=target),
    Action.CHANGE_MODE: lambda place, key, target: place.say(key, Kind.MODE, OUTAGE),
    Action.CARRY: lambda place, key, target: place.say(key, Kind.SEALED, SEALED),
    Action.RECEIVE: lambda place, key, target: place.say(key, Kind.PREKEY, PREKEY),
    Action.VOUCH: lambda place, key, target: place.vouch(key, THIEF),
    Action.GOVERN: lambda place, key, target: place.role(key, THIEF, Role.HOST),
}
"""An object that is such an action, by somebody, about something."""
CALL = b"\x40"
TAKEN = encode_triage(TriageFields(TriageHead(Taken.TAKEN)))[1]
OUTAGE = encode_mode(ModeFields(ModeHead(Mode.OUTAGE)))[1]
SALE = bytes(18)
PREKEY = b"\0\x09" + bytes(31)
SEALED = b"\x01" + bytes(32) + bytes(2) + bytes(40)
CIRCLE = encode_circle(
    CircleFields(CircleId(bytes(4)), CirclePolicy(is_open=True, has_history=False), "Garten")
)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("office", [*Office])
def test_the_table_says_who_may_do_what(place: Place, action: Action, office: Office) -> None:
    policy = place.folk()
    target = place.post(DORA)
    learn(policy, target)
    role = next((role for role, name in ROLES.items() if name is office), None)
    if role is not None:
        learn(policy, place.role(ADA, ANNA, role))
    actor = {Office.STEWARD: BEN, Office.NODE: CEM, Office.AUTHOR: DORA}.get(office, ANNA)
    verdict = policy.judge(ACTS[action](place, actor, target))
    if action is Action.WITHDRAW:
        # Anybody may say it; it takes back only one's own.
        assert verdict == Accepted((target.id,) if office is Office.AUTHOR else ())
        return
    # Whoever holds a role, or made the target, is a member as well.
    offices = {office} | ({Office.MEMBER} if actor in (ANNA, DORA) else set())
    is_allowed = bool(offices & PERMISSIONS[action])
    if action is Action.VOUCH and actor in (BERT, CEM):
        is_allowed = actor is BERT
    assert isinstance(verdict, Accepted if is_allowed else Waiting)


@pytest.mark.parametrize("severity", Severity)
def test_severe_and_extreme_need_a_coordinator_or_a_steward(
    place: Place, severity: Severity
) -> None:
    policy = place.folk()
    expected = Waiting("role") if severity in URGENT else Accepted()
    assert policy.judge(place.post(ANNA, severity)) == expected
    assert policy.judge(place.post(BEN, severity)) == Accepted()


def test_strangers_wait_and_damaged_signatures_are_refused(place: Place) -> None:
    policy = place.folk()
    assert policy.judge(place.post(THIEF)) == Waiting("stranger")
    good = place.post(ANNA)
    broken = SignedObject(
        kind=good.kind,
        codec=good.codec,
        lifetime_code=good.lifetime_code,
        author=good.author,
        sequence=good.sequence,
        created_min=good.created_min,
        parent=None,
        body_at=good.body_at,
        encoded=good.encoded[:-1] + bytes([good.encoded[-1] ^ 1]),
        id=good.id,
    )
    assert policy.judge(broken) == Refused("bad_signature")
    assert policy.judge(good) == Accepted()


def test_a_device_speaks_with_its_identitys_roles(place: Place) -> None:
    policy = place.folk()
    warning = place.post(PHONE, Severity.SEVERE)
    assert policy.judge(warning) == Waiting("stranger")
    learn(policy, place.device(ANNA, PHONE))
    assert policy.judge(warning) == Waiting("role")
    learn(policy, place.role(ADA, ANNA, Role.COORDINATOR))
    assert policy.judge(warning) == Accepted()


# The time of a role, a certificate, a revocation.


def test_an_act_lies_within_the_time_of_its_role(place: Place) -> None:
    policy = place.folk()
    role = place.role(ADA, ANNA, Role.COORDINATOR)
    learn(policy, role)
    first, last = MINUTE - GRANT_SLACK_MINUTES, role.expires_min - DAY
    for minute, verdict in (
        (first - 1, Waiting("role")),
        (first, Accepted()),
        (last, Accepted()),
        (last + 1, Waiting("role")),
    ):
        assert policy.judge(place.post(ANNA, Severity.SEVERE, minute=minute)) == verdict


def test_a_role_taken_back_leaves_what_it_says_and_counts_again_when_granted_anew(
    place: Place,
) -> None:
    policy = place.folk()
    early = place.post(ANNA, Severity.SEVERE, sequence=5)
    late = place.post(ANNA, Severity.SEVERE, sequence=6)
    learn(policy, place.role(ADA, ANNA, Role.COORDINATOR), early, late)
    assert policy.shift([early, late]).lost == ()
    taken = place.revoke(BEN, ANNA, role=Role.COORDINATOR, kept={ANNA: 5}, minute=MINUTE + 5)
    learn(policy, taken)
    assert policy.shift([early, late]).lost == ((late, "role"),)
    assert policy.offices(policy.members()[0]) is not None
    learn(policy, place.role(ADA, ANNA, Role.COORDINATOR, minute=MINUTE + 6))
    assert policy.judge(late) == Accepted()


def test_nothing_but_withdrawals_outlives_the_certificate_of_its_author(place: Place) -> None:
    policy = place.rules(place.vouch(ADA, ANNA, minutes=2 * DAY))
    target = place.post(ANNA, minutes=2 * DAY)
    assert policy.judge(target) == Accepted()
    assert policy.judge(place.post(ANNA, minutes=3 * DAY)) == Refused("outlives_certificate")
    assert policy.judge(place.withdraw(ANNA, target, minutes=3 * DAY)) == Accepted()
    learn(policy, place.vouch(BEN, ANNA, minutes=3 * DAY))
    assert policy.judge(place.post(ANNA, minutes=3 * DAY)) == Accepted()


def test_what_a_revoked_key_signed_after_its_cut_leaves_and_stays_out(place: Place) -> None:
    policy = place.folk()
    early, late = place.post(ANNA, sequence=5), place.post(ANNA, sequence=6)
    named = place.profile(ANNA)
    learn(policy, early, late, named)
    policy.shift(())
    learn(policy, place.revoke(BEN, ANNA, kept={ANNA: 5}))
    shift = policy.shift([early, late, named])
    assert shift.lost == ((late, "revoked"), (named, "revoked"))
    assert shift.moved == {ANNA.id}
    assert policy.judge(late) == Refused("revoked")
    assert policy.judge(early) == Accepted()
    assert not policy.is_member(ANNA.public)
    assert ANNA.public not in [one.public_key for one in policy.members()]


def test_a_cut_does_not_stop_who_signs_with_old_numbers(place: Place) -> None:
    # Known, and said in docs/security.md: a key in wrong hands must keep nothing.
    for kept, verdict in (({ANNA: 5}, Accepted()), ({}, Refused("revoked"))):
        policy = place.folk()
        learn(policy, place.revoke(BEN, ANNA, kept=kept))
        assert policy.judge(place.post(ANNA, sequence=3)) == verdict


def test_what_lost_its_ground_may_come_back_with_it(place: Place) -> None:
    policy = place.folk()
    post, theft = place.post(ANNA), place.revoke(BEN, ANNA, sequence=9)
    learn(policy, post, theft)
    assert policy.judge(post) == Refused("revoked")
    learn(policy, place.revoke(CYD, BEN, kept={BEN: 8}))
    assert (theft, "revoked") in policy.shift([theft, post]).lost
    policy.forget(theft)
    assert policy.judge(post) == Accepted()


def test_what_nobody_is_heard_about_says_nothing(place: Place) -> None:
    policy = place.folk()
    assert policy.judge(place.role(THIEF, ANNA, Role.HOST)) == Waiting("stranger")
    assert policy.judge(place.role(ANNA, ANNA, Role.HOST)) == Waiting("role")
    assert policy.judge(place.revoke(ANNA, BERT)) == Waiting("role")
    sheet = place.invite(ADA)
    guest = place.vouch(SHEET, THIEF, by=sheet)
    assert policy.judge(guest) == Waiting("stranger")
    learn(policy, sheet, guest)
    assert policy.is_member(THIEF.public)


# Replacing, withdrawing, erasing.


def test_a_withdrawal_takes_back_what_it_outlives_also_by_another_device(place: Place) -> None:
    policy = place.folk()
    learn(policy, place.device(ANNA, PHONE), place.device(ANNA, TABLET))
    target, longer = place.post(PHONE), place.post(PHONE, minutes=2 * DAY)
    learn(policy, target, longer)
    assert policy.judge(place.withdraw(TABLET, target)) == Accepted((target.id,))
    assert policy.judge(place.withdraw(ANNA, target)) == Accepted((target.id,))
    assert policy.judge(place.withdraw(ANNA, longer)) == Accepted()
    assert policy.judge(place.withdraw(BERT, target)) == Accepted()


def test_a_withdrawn_post_stays_out_as_long_as_the_withdrawal_counts(place: Place) -> None:
    policy = place.folk()
    target = place.post(ANNA)
    withdrawal = place.withdraw(ANNA, target)
    learn(policy, withdrawal)
    assert policy.judge(target) == Refused("withdrawn")
    policy.forget(withdrawal)
    assert policy.judge(target) == Accepted()


def test_a_moderator_erases_and_a_coordinator_only_hides(place: Place) -> None:
    policy = place.folk()
    target, longer = place.post(DORA), place.post(DORA, minutes=2 * DAY)
    roles = (place.role(ADA, ANNA, Role.MODERATOR), place.role(ADA, BERT, Role.COORDINATOR))
    learn(policy, target, longer, *roles)
    assert policy.judge(place.notice(BERT, Act.ERASE, target)) == Waiting("role")
    assert policy.judge(place.notice(BERT, Act.HIDE, target)) == Accepted()
    erasure = place.notice(ANNA, Act.ERASE, target)
    assert policy.judge(erasure) == Accepted((target.id,), lets_return=True)
    assert policy.judge(place.notice(ANNA, Act.ERASE, longer)) == Accepted()
    policy.forget(target)
    learn(policy, erasure)
    assert policy.judge(target) == Refused("erased")
    hidden = place.notice(ANNA, Act.HIDE, longer)
    learn(policy, hidden)
    assert policy.judge(longer) == Accepted()
    assert policy.notices_on(longer.id) == [hidden]


def test_the_profile_that_lives_longest_wins_and_then_the_higher_sequence(place: Place) -> None:
    policy = place.folk()
    old = place.profile(ANNA, "Alt")
    learn(policy, old)
    assert policy.judge(place.profile(ANNA, "Neu")) == Accepted((old.id,))
    # One that ends earlier would be gone while others still pass on the one it replaced.
    assert policy.judge(place.profile(ANNA, "Kurz", minutes=30 * DAY)) == Refused("superseded")


def test_people_and_nodes_rename_themselves_and_organisations_do_not(place: Place) -> None:
    policy = place.folk()
    learn(policy, *(place.profile(key, "Neu") for key in (ANNA, BERT, CEM)))
    names = {policy.name_of(one) for one in policy.members() if not one.is_steward}
    assert names == {"Neu", "Amt", "Dora"}
    assert len([one for one in policy.members() if policy.name_of(one) == "Neu"]) == 2


# Bodies and lifetimes.


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "truncated"),
        (b"\x04", "bad_length"),
        (b"\x05", "truncated"),
        (b"\x07\x01text", "not_canonical"),
        (b"\x05\xfa" + bytes(401), "oversize"),
        (b"\x05\x01" + bytes(401), "oversize"),
        (b"\x3c\x05Watertext", "bad_category"),
        (b"\x3c\x05watertext", "not_canonical"),
        (b"\x3c\x01a", "bad_length"),
    ],
)
def test_a_bulletin_with_a_bad_head_is_refused_in_every_codec(
    place: Place, body: bytes, reason: str
) -> None:
    policy = place.folk()
    for codec in range(8):
        bad = place.say(ANNA, Kind.BULLETIN, body, codec=codec)
        assert policy.judge(bad) == Refused(reason)


@pytest.mark.parametrize("codec", range(8))
def test_a_text_that_nobody_here_can_read_is_accepted_and_ranked(place: Place, codec: int) -> None:
    policy = place.folk()
    urgent = place.say(BEN, Kind.BULLETIN, b"\xc4\xff", codec=codec)
    learn(policy, urgent)
    assert policy.rank(urgent) == Priority.URGENT


@pytest.mark.parametrize(
    ("first", "priority"), [(0x05, Priority.ORDINARY), (0x85, Priority.URGENT)]
)
def test_a_template_that_nobody_here_knows_is_accepted_and_ranked_by_its_severity(
    place: Place, first: int, priority: Priority
) -> None:
    policy = place.folk()
    later = place.say(BEN, Kind.BULLETIN, bytes([first, 250, 1, 2]))
    assert policy.judge(later) == Accepted()
    assert policy.rank(later) == priority
    stored = place.say(BEN, Kind.BULLETIN, bytes([first, 250]) + bytes(401))
    assert policy.judge(stored) == Refused("oversize")


@pytest.mark.parametrize(
    ("kind", "days", "verdict"),
    [
        (Kind.BULLETIN, 14, Accepted()),
        (Kind.BULLETIN, 21, Refused("lifetime")),
        (Kind.WITHDRAWAL, 365, Accepted()),
        (30, 30, Accepted()),
        (30, 61, Refused("lifetime")),
        (286, 1, Accepted()),
    ],
)
def test_every_kind_has_its_longest_life(
    place: Place, kind: int, days: int, verdict: Verdict
) -> None:
    policy = place.folk()
    _, posted = bulletin_body("Wasser", Severity.INFO)
    body = {Kind.BULLETIN: posted, Kind.WITHDRAWAL: b""}.get(kind, b"?")  # type: ignore[call-overload]
    on = place.post(ANNA) if kind == Kind.WITHDRAWAL else None
    assert policy.judge(place.say(ANNA, kind, body, minutes=days * DAY, on=on)) == verdict


def test_a_role_of_more_than_a_quarter_of_a_year_is_refused(place: Place) -> None:
    policy = place.folk()
    body = place.role(ADA, ANNA, Role.HOST).body
    assert policy.judge(place.say(ADA, Kind.ROLE, body, minutes=91 * DAY)) == Accepted()
    assert policy.judge(place.say(ADA, Kind.ROLE, body, minutes=92 * DAY)) == Refused("lifetime")


def test_a_withdrawal_without_a_target_or_with_a_body_is_refused(place: Place) -> None:
    policy = place.folk()
    assert policy.judge(place.say(ANNA, Kind.WITHDRAWAL, b"")) == Refused("missing_parent")
    wordy = place.say(ANNA, Kind.WITHDRAWAL, b"sorry", on=place.post(ANNA))
    assert policy.judge(wordy) == Refused("trailing_bytes")


# Priorities and quotas.


def test_ranks_follow_severity_and_kind(place: Place) -> None:
    policy = place.folk()
    warning, news = place.post(BEN, Severity.SEVERE), place.post(ANNA, Severity.MINOR)
    learn(policy, warning, news)
    expected = {
        warning: Priority.URGENT,
        place.post(BEN, Severity.EXTREME): Priority.URGENT,
        place.alert(ANNA): Priority.URGENT,
        place.revoke(ADA, ANNA): Priority.URGENT,
        place.withdraw(BEN, warning): Priority.URGENT,
        place.notice(BEN, Act.CORRECT, warning): Priority.URGENT,
        place.withdraw(ANNA, news): Priority.AUTHORITY,
        place.profile(ANNA): Priority.AUTHORITY,
        place.invite(ADA): Priority.AUTHORITY,
        place.vouch(ADA, ANNA): Priority.AUTHORITY,
        place.role(ADA, ANNA, Role.HOST): Priority.AUTHORITY,
        news: Priority.ORDINARY,
        place.post(BEN, Severity.EXTREME, kind=Kind.DRILL): Priority.ORDINARY,
        place.say(ANNA, 30): Priority.ORDINARY,
    }
    assert {thing: policy.rank(thing) for thing in expected} == expected


def test_a_day_of_each_sort_has_its_own_account(place: Place) -> None:
    policy = place.folk()
    learn(policy, place.vouch(ANNA, THIEF), place.vouch(BERT, THIEF))
    learn(policy, place.device(ANNA, PHONE))
    expected = {
        place.post(ANNA): PERSON_DAY_MAX,
        place.post(THIEF): VOUCHED_DAY_MAX,
        place.post(BERT): SPEAKER_DAY_MAX,
        place.post(CEM): SPEAKER_DAY_MAX,
        place.post(BEN, Severity.SEVERE): URGENT_DAY_MAX,
        place.withdraw(ANNA, place.post(ANNA)): SPEAKER_DAY_MAX,
        place.role(ADA, ANNA, Role.HOST): GOVERNANCE_DAY_MAX,
    }
    assert {thing: policy.allowance(thing).day_max for thing in expected} == expected
    accounts = [policy.allowance(thing).account for thing in expected]
    assert len(set(accounts)) == len(accounts)
    # All devices of one identity share; the account does not depend on what else is held.
    assert policy.allowance(place.post(PHONE)) == policy.allowance(place.post(ANNA))
    target = place.post(BEN, Severity.SEVERE)
    withdrawal = place.withdraw(BEN, target)
    before = policy.allowance(withdrawal)
    learn(policy, target)
    assert policy.allowance(withdrawal) == before


def test_a_thief_of_a_device_does_not_use_up_what_revokes_it(place: Place) -> None:
    policy = place.rules(place.device(ADA, PHONE))
    accounts = [
        policy.allowance(thing).account
        for thing in (
            place.role(PHONE, ANNA, Role.HOST),
            place.role(ADA, ANNA, Role.HOST),
            place.revoke(PHONE, ANNA),
            place.revoke(ADA, PHONE),
            place.revoke(ADA, ADA),
            place.successor(ADA, (ADA,)),
        )
    ]
    assert len(set(accounts)) == len(accounts)


def test_members_are_listed_by_fingerprint(place: Place) -> None:
    names = [one.fingerprint for one in place.folk().members()]
    assert names == sorted(names)
    assert len(names) == 7


def test_what_vouches_for_a_node_is_enough_for_a_stranger(place: Place) -> None:
    sheet = place.invite(PHONE, class_=IdentityClass.NODE)
    joined = place.vouch(SHEET, THIEF, by=sheet, class_=NODE)
    device = place.device(ADA, PHONE)
    policy = place.rules(device, sheet, joined, place.vouch(ADA, ANNA))
    credentials = policy.credentials(THIEF.public)
    assert set(credentials) == {device, sheet, joined}
    stranger = NeighbourhoodRules(place.community, (place.founding,))
    learn(stranger, *credentials)
    assert stranger.is_member(THIEF.public)
