"""Which of the held alerts stand on the board, whoever passed them on and in whatever order."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from meshnode.board.bulletins.alert import AlertState, Provenance, Reference, encode_alert
from meshnode.board.bulletins.bulletin import BulletinFields, Severity
from meshnode.board.official.standing import (
    ALL_CLEAR_SHOWN_MINUTES,
    Passed,
    counting,
    in_force,
    over_from_min,
    passed,
)
from meshnode.protocol.keys import SigningKey
from meshnode.protocol.object import Kind, SignedObject
from tests.community import ANNA, BERT, MINUTE, made

ONE, TWO, THREE = (Reference(bytes([number]) * 8) for number in (1, 2, 3))
FIELDS = BulletinFields("x", None, "weather", Severity.SEVERE)
CODEC, BULLETIN = 0, b"\xb4x"


def alert(
    key: SigningKey = ANNA,
    reference: Reference | None = ONE,
    *replaces: Reference,
    issued: int = MINUTE,
    state: AlertState = AlertState.IN_FORCE,
    ends: int | None = None,
    sequence: int = 1,
    minute: int = MINUTE,
    minutes: int = 1440,
) -> SignedObject:
    provenance = Provenance("DWD", issued, state, reference, replaces, None, ends)
    codec, body = encode_alert(provenance, FIELDS)
    return made(
        key, Kind.ALERT, body, codec=codec, sequence=sequence, minute=minute, minutes=minutes
    )


def shown(*things: SignedObject, minute: int = MINUTE) -> list[SignedObject]:
    """Return what stands on the board, which is the same in any order."""
    results = {
        tuple(sorted(one.passed.thing.id for one in in_force(passed(some), minute)))
        for some in permutations(things)
    }
    (ids,) = results
    return [one for one in things if one.id in ids]


def test_two_importers_copies_are_shown_once_with_both() -> None:
    first, second = alert(ANNA), alert(BERT, minute=MINUTE + 3)
    assert shown(first, second, minute=MINUTE + 5) == [first]
    (one,) = in_force(passed([second, first]), MINUTE + 5)
    assert [copy.thing for copy in one.copies] == [first, second]


def test_what_somebody_typed_is_nobodys_copy() -> None:
    things = alert(ANNA, None), alert(BERT, None)
    assert shown(*things) == list(things)


def test_another_importers_update_replaces() -> None:
    old, new = alert(ANNA, ONE), alert(BERT, TWO, ONE, issued=MINUTE + 9)
    assert shown(old, new) == [new]
    later = alert(BERT, THREE, TWO, issued=MINUTE + 20, sequence=2)
    assert shown(old, new, later) == [later]


def test_a_message_replaces_none_that_was_issued_after_it() -> None:
    old, new = alert(ANNA, ONE, issued=MINUTE + 9), alert(BERT, TWO, ONE)
    assert shown(old, new) == [old, new]


def test_those_that_name_each_other_in_a_ring_leave_one() -> None:
    pair = alert(ANNA, ONE, TWO), alert(BERT, TWO, ONE)
    assert shown(*pair) == [pair[1]]
    ring = alert(ANNA, ONE, TWO), alert(BERT, TWO, THREE), alert(BERT, THREE, ONE)
    assert shown(*ring)


def test_the_same_message_issued_later_counts() -> None:
    old, new = alert(ANNA), alert(BERT, issued=MINUTE + 5)
    assert shown(old, new) == [new]


def test_an_all_clear_ends_it_and_is_news_for_a_day() -> None:
    old = alert(ANNA, minutes=3 * 1440)
    clear = alert(BERT, TWO, ONE, issued=MINUTE + 5, state=AlertState.ALL_CLEAR, minutes=3 * 1440)
    assert shown(old, clear) == [clear]
    assert shown(old, clear, minute=MINUTE + ALL_CLEAR_SHOWN_MINUTES - 1) == [clear]
    assert shown(old, clear, minute=MINUTE + ALL_CLEAR_SHOWN_MINUTES) == []


def test_it_is_unlisted_only_while_nobody_sees_it_listed() -> None:
    gone = alert(ANNA, state=AlertState.UNLISTED)
    assert shown(gone) == [gone]
    listed = alert(BERT, minute=MINUTE + 1)
    assert shown(gone, listed) == [listed]


def test_it_is_over_when_its_source_said() -> None:
    thing = alert(ends=MINUTE + 90)
    assert shown(thing, minute=MINUTE + 89) == [thing]
    assert shown(thing, minute=MINUTE + 90) == []


def test_what_is_told_of_its_end_is_when_it_leaves_the_board() -> None:
    things = [
        alert(ends=MINUTE + 90),
        alert(ends=MINUTE + 9_000),
        alert(),
        alert(state=AlertState.ALL_CLEAR, ends=MINUTE + 5, minutes=10 * 1440),
    ]
    for thing in things:
        (one,) = passed([thing])
        over_min = over_from_min(
            one.provenance, created_min=thing.created_min, expires_min=thing.expires_min
        )
        assert shown(thing, minute=over_min - 1) == [thing]
        assert shown(thing, minute=over_min) == []


THINGS = st.lists(
    st.builds(
        lambda key, own, others, issued, state, number: alert(
            key,
            own,
            *sorted(set(others) - {own}),
            issued=MINUTE + issued,
            state=state,
            sequence=number,
        ),
        st.sampled_from((ANNA, BERT)),
        st.sampled_from((ONE, TWO, THREE)),
        st.lists(st.sampled_from((ONE, TWO, THREE)), max_size=2),
        st.integers(0, 2),
        st.sampled_from(AlertState),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.id,
)


@settings(max_examples=100, deadline=None)
@given(THINGS, st.randoms(use_true_random=False))
def test_any_alerts_in_any_order_show_the_same_and_never_nothing(things, dice) -> None:
    def result(some: list[SignedObject]) -> list[tuple[Passed, ...]]:
        return sorted(
            (one.copies for one in counting(passed(some))), key=lambda copies: copies[0].thing.id
        )

    mixed = list(things)
    dice.shuffle(mixed)
    assert result(things) == result(mixed)
    references = [one.provenance.reference for copies in result(things) for one in copies]
    assert references
    newest = max(one.provenance.issued_min for one in passed(things))
    assert any(one.provenance.issued_min == newest for copies in result(things) for one in copies)
