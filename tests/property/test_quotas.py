"""One account's flood, whatever it is made of, takes nothing from the others.

Not for: the arithmetic of one account (`test_quota`) or a flooded channel over hours
(`tests/sim/small/flooder.toml`).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act
from meshnode.board.trust.accounts import (
    GOVERNANCE_DAY_MAX,
    PERSON_DAY_MAX,
    SPEAKER_DAY_MAX,
    URGENT_DAY_MAX,
    VOUCHED_DAY_MAX,
)
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.role import Role
from meshnode.protocol.common import REFUSED_MAX
from meshnode.protocol.frames import Objects
from meshnode.protocol.limits import WAITING_OBJECTS_MAX
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.protocol.priority import Priority
from meshnode.protocol.quota import FAIR_OBJECTS_HOUR, FAIR_URGENT_HOUR, TOTAL_DAYS
from tests.community import (
    ANNA,
    HERE,
    MINUTE,
    RADIO_MEDIUM,
    ROOT,
    Script,
    bulletin,
    certificate,
    made,
    notice,
    role,
    signing_key,
    withdrawal,
)
from tests.unit.protocol.radio_script import quiet, said, until

BAD = signing_key("the one that floods")
FULL, VOUCHER = signing_key("a full member"), signing_key("another full member")


@dataclass(frozen=True)
class Flood:
    """One way of flooding: what admits the flooder, the bound, and the n-th object of a day.

    Shapes: `days` is over how many past days its objects may be dated and still live.
    """

    day_max: int
    admission: Sequence[SignedObject]
    make: Callable[[int, int], SignedObject]
    days: int = 13


def person(*, is_full: bool) -> list[SignedObject]:
    both = [
        certificate(one, sequence=300 + n, identity_class=IdentityClass.PERSON)
        for n, one in enumerate((FULL, VOUCHER))
    ]
    certifiers = (ROOT,) if is_full else (FULL, VOUCHER)
    return both + [
        certificate(
            BAD, sequence=310 + n, certifier=one, identity_class=IdentityClass.PERSON, minute=MINUTE
        )
        for n, one in enumerate(certifiers)
    ]


def node() -> list[SignedObject]:
    return [certificate(BAD, sequence=320)]


def said_by(severity: Severity) -> Callable[[int, int], SignedObject]:
    return lambda sequence, minute: bulletin(
        BAD, f"{sequence}", sequence=sequence, minute=minute, minutes=14 * 1440, severity=severity
    )


def opaque(sequence: int, minute: int) -> SignedObject:
    body = sequence.to_bytes(4, "big")
    return made(BAD, 30, body, sequence=sequence, minute=minute, minutes=14 * 1440)


TARGET = bulletin(ANNA, "worum es geht", minutes=14 * 1440, sequence=900)


def about(sequence: int, minute: int) -> SignedObject:
    return notice(BAD, TARGET, Act.LABEL, sequence=sequence, minute=minute, minutes=14 * 1440)


def taken_back(sequence: int, minute: int) -> SignedObject:
    return withdrawal(BAD, TARGET, sequence=sequence, minute=minute, minutes=365 * 1440)


EARLIER = MINUTE - 30 * 1440
FLOODS = {
    "a person": Flood(PERSON_DAY_MAX, person(is_full=True), said_by(Severity.INFO)),
    "somebody vouched for": Flood(VOUCHED_DAY_MAX, person(is_full=False), said_by(Severity.INFO)),
    "a node": Flood(SPEAKER_DAY_MAX, node(), opaque),
    "a stolen coordinator's key": Flood(
        URGENT_DAY_MAX, [*node(), role(BAD, sequence=321, minute=EARLIER)], said_by(Severity.SEVERE)
    ),
    "a stolen moderator's key": Flood(
        SPEAKER_DAY_MAX,
        [*node(), role(BAD, Role.MODERATOR, sequence=321, minute=EARLIER)],
        about,
    ),
    "acts that are dated back": Flood(SPEAKER_DAY_MAX, node(), taken_back, days=350),
}


def honest() -> list[SignedObject]:
    """What the others say meanwhile: news, a warning, and taking something back."""
    news = bulletin(HERE, "Suppe um sechs", sequence=501)
    return [
        TARGET,
        news,
        bulletin(ANNA, "Gasgeruch", sequence=502, severity=Severity.SEVERE),
        *(bulletin(HERE, f"{n}", sequence=510 + n) for n in range(5)),
        notice(HERE, TARGET, sequence=530),
    ]


@cache
def flood_of(name: str, count: int, days: int) -> tuple[SignedObject, ...]:
    """So many objects a day, on as many days; made once, because signing takes its time."""
    flood = FLOODS[name]
    return tuple(
        flood.make(1 + day * count + number, MINUTE - 1440 * day + number % 60)
        for day in range(days)
        for number in range(count)
    )


def flooded(name: str, arriving: Sequence[SignedObject]) -> Script:
    script = Script(has_radio=False, held=FLOODS[name].admission)
    for thing in arriving:
        script.submit(thing)
    return script


def days_of(script: Script) -> Counter[int]:
    """How many of the flooder's objects are held, by day of creation."""
    kinds = (Kind.CERTIFICATE, Kind.ROLE)
    return Counter(
        one.object.created_min // 1440
        for one in script.engine.held.values()
        if one.object.author == BAD.id and one.object.kind not in kinds
    )


def ids(things: Sequence[SignedObject]) -> set[ObjectId]:
    return {one.id for one in things}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_a_day_is_cut_to_its_account_and_evicts_nobody(name: str) -> None:
    flood, dice = FLOODS[name], Random(name)
    arriving = [*flood_of(name, flood.day_max + 25, 1), *honest()]
    dice.shuffle(arriving)
    script = flooded(name, arriving)
    assert max(days_of(script).values()) == flood.day_max
    assert ids(honest()) <= script.held
    assert len(script.engine.common.refused) <= REFUSED_MAX


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(("a person", "somebody vouched for", "a stolen coordinator's key")),
    st.integers(0, 2**32),
)
def test_which_of_a_flood_stay_does_not_depend_on_the_order_and_not_on_others(
    name: str, seed: int
) -> None:
    arriving = list(flood_of(name, FLOODS[name].day_max + 6, 2))
    left = flooded(name, arriving).held
    shuffled = [*arriving, *honest()]
    Random(seed).shuffle(shuffled)
    assert flooded(name, shuffled).held - ids(honest()) == left


@pytest.mark.parametrize("name", ["somebody vouched for", "a stolen coordinator's key"])
def test_dating_back_gains_no_more_than_the_days_that_things_live(name: str) -> None:
    flood = FLOODS[name]
    script = flooded(name, flood_of(name, flood.day_max + 1, flood.days))
    days = days_of(script)
    assert set(days.values()) == {flood.day_max}
    assert len(days) <= flood.days + 1 <= TOTAL_DAYS


def test_what_lives_for_a_year_and_is_dated_back_does_not_fill_the_set() -> None:
    """Withdrawals need no role and live a year: 350 days of them are 70,000 objects."""
    name, each = "acts that are dated back", SPEAKER_DAY_MAX
    days = TOTAL_DAYS + 2
    assert FLOODS[name].days > days
    script = flooded(name, [*flood_of(name, each, days), *honest()])
    assert sum(days_of(script).values()) == TOTAL_DAYS * each
    assert ids(honest()) <= script.held


def test_a_steward_s_flood_of_certificates_leaves_others_their_place() -> None:
    count = GOVERNANCE_DAY_MAX + 5
    things = [certificate(signing_key(f"p{n}"), sequence=1_000 + n) for n in range(count)]
    script = Script(has_radio=False)
    for thing in (*things, *honest()):
        script.submit(thing)
    held = [one for one in things if one.id in script.held]
    # Those by which the script's own members belong are of the same account and day.
    assert GOVERNANCE_DAY_MAX - 10 <= len(held) <= GOVERNANCE_DAY_MAX
    assert ids(honest()) <= script.held


def test_whoever_waits_without_a_ground_drives_nobody_out() -> None:
    """A member without the role says what needs one, without end; a newcomer's word waits too."""
    script = Script(members=(HERE, ANNA), held=node())
    late = signing_key("comes late")
    word = bulletin(late, "Ich bin neu hier", sequence=1)
    script.hear(Objects((word.encoded,)))
    for number in range(3 * WAITING_OBJECTS_MAX):
        bad = bulletin(BAD, "!", sequence=number + 1, severity=Severity.EXTREME)
        script.hear(Objects((bad.encoded,)))
    assert script.engine._ingress.waiting_count <= WAITING_OBJECTS_MAX
    script.hear(Objects((certificate(late, sequence=700).encoded,)))
    assert word.id in script.held


def test_nothing_is_kept_of_what_has_left() -> None:
    name = "a person"
    script = flooded(name, flood_of(name, PERSON_DAY_MAX + 6, 2))
    quota = script.engine._ingress._quota
    assert len(quota._places) == sum(map(len, quota._days.values())) == len(script.held)
    assert sum(quota._counts.values()) == len(script.held)
    assert {day for day, _ in quota._names} == set(quota._days) == set(quota._max)


# Delay.


def ranks(script: Script, things: Sequence[SignedObject]) -> Counter[Priority]:
    held = script.engine.held
    return Counter(held[one.id].rank for one in things if one.id in held)


def test_of_a_stolen_key_s_warnings_few_are_urgent() -> None:
    name = "a stolen coordinator's key"
    things = flood_of(name, URGENT_DAY_MAX, 1)
    found = ranks(flooded(name, things), things)
    assert found[Priority.URGENT] == FAIR_URGENT_HOUR
    assert found[Priority.ORDINARY] == FAIR_OBJECTS_HOUR - FAIR_URGENT_HOUR
    assert found[Priority.BULK] == URGENT_DAY_MAX - FAIR_OBJECTS_HOUR


def test_another_s_warning_waits_for_few_of_a_stolen_key_s() -> None:
    """The flood lies ready when the radio comes up; then somebody else warns."""
    name = "a stolen coordinator's key"
    script = quiet(held=FLOODS[name].admission)
    alone_ms = time_to_say(script, 801)
    script = quiet(held=FLOODS[name].admission)
    for thing in now(script, name, URGENT_DAY_MAX):
        script.submit(thing)
    flooded_ms = time_to_say(script, 802)
    frame_ms = RADIO_MEDIUM.airtime_ms(RADIO_MEDIUM.frame_bytes_max)
    assert flooded_ms - alone_ms <= 2 * FAIR_URGENT_HOUR * frame_ms


def test_another_s_news_waits_for_a_share_of_the_hour_and_not_for_the_flood() -> None:
    """What exceeds the fair number comes last: others' news does not wait for all of it."""
    name = "a node"
    script = quiet(held=FLOODS[name].admission)
    things = now(script, name, SPEAKER_DAY_MAX)
    for thing in things:
        script.submit(thing)
    time_to_say(script, 803, severity=Severity.INFO)
    known = set(said(script))
    before = sum(one.encoded in known for one in things)
    # What is in the middle of being said ends first.
    assert before <= 2 * FAIR_OBJECTS_HOUR < SPEAKER_DAY_MAX


def now(script: Script, name: str, count: int) -> list[SignedObject]:
    return [FLOODS[name].make(number + 1, script.minute) for number in range(count)]


def time_to_say(script: Script, sequence: int, *, severity: Severity = Severity.EXTREME) -> int:
    """Let somebody else post; return how many milliseconds it takes until that is on the air."""
    word = bulletin(
        HERE, "Raus aus dem Haus", sequence=sequence, minute=script.minute, severity=severity
    )
    script.submit(word)
    return until(script, lambda: word.encoded in said(script), within_ms=3_600_000)
