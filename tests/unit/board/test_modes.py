"""Which mode is in force, and what it changes: the rule from both sides, the table of the spec."""

import re
from itertools import permutations
from pathlib import Path

import pytest

from meshnode.board.modes.effects import EFFECTS, SHARE_MAX, pace_in
from meshnode.board.modes.force import InForce, in_force, office_holders, proposals
from meshnode.board.modes.mode import Mode
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.permissions import Office
from meshnode.board.trust.role import Role
from meshnode.node.config import SHARE_MAX as OPERATOR_SHARE_MAX
from meshnode.protocol.ledger import ORDINARY_SHARE, URGENT_SHARE
from meshnode.protocol.object import Kind, SignedObject
from meshnode.protocol.pace import BEACON_MS_MAX, usual_pace
from meshnode.protocol.ports import Accepted, Waiting
from tests.calling import DAY, EVA, MO, confirmation, folk, hold, proposal
from tests.community import ANNA, BERT, HERE, MINUTE, ROOT, certificate, made, role, rules
from tests.everykind import PERSON, revocation

SPEC = (Path(__file__).parents[3] / "docs/spec/modes.md").read_text(encoding="utf-8")


def force(policy: NeighbourhoodRules, minute: int = MINUTE + 60) -> InForce:
    return in_force(proposals(policy, minute=minute))


def mode_of(*things: SignedObject, minute: int = MINUTE + 60) -> Mode:
    """Return the mode in force, the same in whatever order its objects come."""
    found = {force(folk(*some), minute).mode for some in permutations(things)}
    (mode,) = found
    return mode


def test_without_a_word_all_is_normal() -> None:
    assert force(folk()) == InForce()


def test_one_alone_changes_nothing_and_two_do() -> None:
    outage = proposal(EVA)
    assert mode_of(outage) is Mode.NORMAL
    assert mode_of(outage, confirmation(MO, outage)) is Mode.OUTAGE


def test_whoever_says_it_twice_is_one() -> None:
    outage = proposal(EVA)
    assert mode_of(outage, confirmation(EVA, outage)) is Mode.NORMAL


def test_a_stewards_word_is_as_good() -> None:
    outage = proposal(ROOT)
    assert mode_of(outage, confirmation(EVA, outage)) is Mode.OUTAGE


def test_members_without_the_office_may_not() -> None:
    outage = proposal(EVA)
    assert folk(outage).judge(confirmation(ANNA, outage)) == Waiting("role")


def test_a_nodes_word_does_not_count_though_it_coordinates() -> None:
    outage = proposal(EVA)
    policy = folk(outage)
    word = confirmation(HERE, outage)
    assert policy.judge(word) == Accepted()
    assert mode_of(outage, word) is Mode.NORMAL
    assert mode_of(proposal(HERE), confirmation(EVA, proposal(HERE))) is Mode.NORMAL


def test_where_one_holds_the_office_that_one_is_enough() -> None:
    alone = rules()
    hold(alone, [certificate(ANNA, name="Anna", identity_class=PERSON), proposal(ROOT)])
    assert [one.name for one in office_holders(alone, minute=MINUTE)] == ["Nordstadt"]
    assert force(alone).mode is Mode.OUTAGE
    hold(alone, [role(ANNA, Role.COORDINATOR, sequence=50)])
    assert force(alone).mode is Mode.NORMAL, "now there are two, and one has not agreed"


def test_an_office_that_is_over_is_not_waited_for() -> None:
    alone = rules()
    things = [
        certificate(ANNA, name="Anna", identity_class=PERSON),
        role(ANNA, Role.COORDINATOR, sequence=50, minutes=DAY),
        proposal(ROOT, minutes=2 * DAY),
    ]
    hold(alone, things)
    assert force(alone, MINUTE + DAY - 1).mode is Mode.NORMAL
    assert force(alone, MINUTE + DAY).mode is Mode.OUTAGE


def test_it_ends_with_its_last_minute() -> None:
    outage = proposal(EVA)
    agreed = confirmation(MO, outage)
    assert mode_of(outage, agreed, minute=MINUTE + 719) is Mode.OUTAGE
    assert mode_of(outage, agreed, minute=MINUTE + 720) is Mode.NORMAL


@pytest.mark.parametrize(
    ("minutes", "mode"), [(720, Mode.OUTAGE), (360, Mode.NORMAL)], ids=["as long", "shorter"]
)
def test_a_confirmation_counts_that_ends_no_earlier(minutes: int, mode: Mode) -> None:
    outage = proposal(EVA)
    agreed = confirmation(MO, outage, minute=MINUTE, minutes=minutes)
    assert mode_of(outage, agreed) is mode


def test_a_confirmation_of_something_else_does_not_count() -> None:
    outage, other = proposal(EVA), proposal(EVA, sequence=301)
    assert mode_of(outage, confirmation(MO, outage, Mode.RECOVERY)) is Mode.NORMAL
    assert mode_of(outage, confirmation(MO, outage, is_drill=True)) is Mode.NORMAL
    assert mode_of(outage, confirmation(MO, other)) is Mode.NORMAL


def agreed(*modes: SignedObject) -> list[SignedObject]:
    """Return proposals of Eva's and Mo's word for each."""
    return [
        thing for at, one in enumerate(modes) for thing in (one, _confirmed(one, sequence=400 + at))
    ]


def _confirmed(one: SignedObject, *, sequence: int) -> SignedObject:
    mode, is_drill = Mode(one.body[0] >> 4), bool(one.body[0] & 1)
    minutes = one.expires_min - one.created_min
    return confirmation(
        MO,
        one,
        mode,
        is_drill=is_drill,
        sequence=sequence,
        minute=one.created_min,
        minutes=minutes,
    )


def test_back_to_normal_is_exact_and_nothing_older_comes_back() -> None:
    outage = proposal(EVA)
    normal = proposal(EVA, Mode.NORMAL, minute=MINUTE + 30, sequence=301)
    things = agreed(outage, normal)
    for minute in (MINUTE + 31, MINUTE + 720, MINUTE + 749, MINUTE + 750):
        assert mode_of(*things, minute=minute) is Mode.NORMAL
    assert mode_of(outage, things[1], normal) is Mode.OUTAGE, "one alone does not end it"


def test_what_would_be_over_before_an_older_one_does_not_take_its_place() -> None:
    outage = proposal(EVA)
    brief = proposal(EVA, Mode.NORMAL, minute=MINUTE + 30, sequence=301, minutes=60)
    for minute in (MINUTE + 31, MINUTE + 91):
        assert mode_of(*agreed(outage, brief), minute=minute) is Mode.OUTAGE


def test_of_those_that_end_together_the_later_one_counts() -> None:
    outage = proposal(EVA, minutes=720)
    other = proposal(EVA, Mode.RECOVERY, minute=MINUTE + 360, sequence=301, minutes=360)
    assert mode_of(*agreed(outage, other), minute=MINUTE + 400) is Mode.RECOVERY


def test_who_is_revoked_has_not_confirmed() -> None:
    outage = proposal(EVA)
    policy = folk(outage, confirmation(MO, outage))
    assert force(policy).mode is Mode.OUTAGE
    policy.learn(revocation(ROOT, MO, sequence=500))
    assert force(policy).mode is Mode.NORMAL
    policy = folk(outage, confirmation(MO, outage), confirmation(ROOT, outage, sequence=401))
    policy.learn(revocation(ROOT, MO, sequence=500))
    assert force(policy).mode is Mode.OUTAGE


def test_a_drill_is_shown_and_is_not_the_mode() -> None:
    drill = proposal(EVA, is_drill=True, minutes=DAY)
    state = force(folk(*agreed(drill)))
    assert (state.mode, state.by) == (Mode.NORMAL, None)
    assert state.drill is not None
    assert state.drill.thing == drill
    both = force(folk(*agreed(drill, proposal(EVA, Mode.DISRUPTED, sequence=301))))
    assert both.mode is Mode.DISRUPTED


def test_a_drill_of_normal_ends_the_drill() -> None:
    drill = proposal(EVA, is_drill=True)
    over = proposal(EVA, Mode.NORMAL, is_drill=True, minute=MINUTE + 5, sequence=301)
    assert force(folk(*agreed(drill, over))).drill is None


@pytest.mark.parametrize(
    ("minutes", "verdict"), [(7 * DAY, Accepted()), (14 * DAY, None)], ids=["a week", "two"]
)
def test_a_mode_lasts_a_week_at_most(minutes: int, verdict: Accepted | None) -> None:
    judged = folk().judge(proposal(EVA, minutes=minutes))
    assert (judged == Accepted()) is (verdict is not None)


def test_a_damaged_body_is_refused() -> None:
    thing = made(EVA, Kind.MODE, b"\x40", sequence=1, minute=MINUTE, minutes=60)
    assert not isinstance(folk().judge(thing), Accepted)


def test_who_may_is_who_the_table_of_permissions_says() -> None:
    policy = folk()
    names = {one.name for one in office_holders(policy, minute=MINUTE)}
    assert names == {"Nordstadt", "Eva", "Mo"}
    bert = next(one for one in policy.members() if one.name == "Bert")
    assert Office.COORDINATOR not in policy.offices(bert)
    assert BERT.public == bert.public_key


def test_the_specification_shows_the_table_of_effects() -> None:
    said = []
    for mode, one in EFFECTS.items():
        hours = [
            f"{minutes // 60} h"
            for minutes in (one.bulletin_minutes, one.ok_minutes, one.call_minutes)
        ]
        waiting = ", ".join(kind.name.lower() for kind in one.waiting) or "-"
        cells = (
            f"{mode.value} {mode.word}",
            f"{one.share_percent:g} %",
            f"{one.beacon_minutes_max} min",
            f"{one.level_minutes_min} min",
            *hours,
            waiting,
            ", ".join(one.sections),
        )
        said.append(f"| {' | '.join(cells)} |")
    assert re.findall(r"^\| \d [a-z].* \|$", SPEC, re.MULTILINE) == said
    assert set(EFFECTS) == set(Mode)


def test_normal_is_what_the_engine_does_without_a_mode() -> None:
    for share in (0.01, ORDINARY_SHARE, OPERATOR_SHARE_MAX):
        assert pace_in(Mode.NORMAL, share) == usual_pace(share)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("share", [0.001, 0.01, ORDINARY_SHARE, OPERATOR_SHARE_MAX])
def test_no_mode_passes_what_an_emergency_may_use(mode: Mode, share: float) -> None:
    pace, usual = pace_in(mode, share), usual_pace(share)
    assert share <= pace.ordinary_share <= SHARE_MAX
    assert pace.urgent_share == usual.urgent_share
    assert pace.ordinary_share <= pace.urgent_share
    assert 0 < pace.beacon_ms_max <= BEACON_MS_MAX
    if share <= ORDINARY_SHARE:
        assert pace.urgent_share <= URGENT_SHARE < 0.10
