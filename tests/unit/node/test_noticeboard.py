"""The noticeboard is the board of what is held, and does not do again what it has done."""

from random import Random

import pytest

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act
from meshnode.board.items import items
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.versions import UPDATABLE
from meshnode.board.view import board
from meshnode.node.desks import noticeboard as noticeboards
from meshnode.node.desks.noticeboard import FEW_MAX, SIEVES_MAX, Noticeboard, Sieve
from meshnode.protocol import text as texts
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import Kind, SignedObject
from tests.community import ANNA, BERT, CHARTER, COMMUNITY, MINUTE, certificate, role
from tests.everykind import MODERATOR, alert, drill, notice, said, village

ON_THE_BOARD = FEW_MAX + 50
PAGE = 50


def rules_of(things: list[SignedObject]) -> NeighbourhoodRules:
    rules = NeighbourhoodRules(COMMUNITY, (CHARTER,))
    for thing in things:
        rules.learn(thing)
    return rules


def noticeboard_of(rules: NeighbourhoodRules, minute: int = MINUTE) -> Noticeboard:
    return Noticeboard(rules, lambda: minute, dict)


@pytest.mark.parametrize("seed", range(8))
def test_it_is_the_board_of_what_is_held_whatever_was_asked_before(seed: int) -> None:
    dice = Random(seed)
    everything = list(village().things)
    ground, rest = list(village().ground), [one for one in everything if one.kind > 3]
    dice.shuffle(rest)
    rules = rules_of(ground)
    minute = MINUTE
    board_here = Noticeboard(rules, lambda: minute, dict)
    held = {one.id: one for one in ground}
    for _ in range(60):
        minute += dice.choice((0, 0, 1, 400))
        thing = dice.choice(everything)
        if thing.id in held and thing not in ground:
            rules.forget(held.pop(thing.id))
        elif thing.id not in held:
            held[thing.id] = thing
            rules.learn(thing)
        for with_hidden in (False, True):
            shown = board(held.values(), rules, {}, minute=minute, with_hidden=with_hidden)
            assert list(board_here.page(with_hidden=with_hidden).views) == shown
        offset, limit = dice.randrange(9), dice.randrange(1, 9)
        listing = board_here.page(offset=offset, limit=limit)
        shown = board(held.values(), rules, {}, minute=minute)
        assert list(listing.views) == shown[offset : offset + limit]
        assert listing.total == board_here.count() == len(shown)
        counts = {
            kind.name.lower(): len(items(rules, kind, minute=minute)) for kind in sorted(UPDATABLE)
        }
        assert board_here.counts() == counts


def test_a_sieve_leaves_what_is_wanted_in_its_order() -> None:
    things = [
        *village().ground,
        *(said(ANNA, sequence=300 + at, minute=MINUTE - at) for at in range(5)),
        said(BERT, sequence=300, severity=Severity.MINOR, minute=MINUTE - 3),
        drill(ANNA),
        alert(ANNA),
    ]
    here = noticeboard_of(rules_of(things))
    whole = here.page().views
    anna = fingerprint(ANNA.public)
    for sieve, is_wanted in (
        (Sieve(author=anna), lambda one: one.key == ANNA.id),
        (Sieve(kind=Kind.DRILL), lambda one: one.kind is Kind.DRILL),
        (Sieve(category="water"), lambda one: one.head.category == "water"),
        (Sieve(category="heat"), lambda _: False),
        (Sieve(severity=Severity.MINOR), lambda one: one.head.severity is not Severity.INFO),
        (Sieve(last_minutes=2), lambda one: one.created_min >= MINUTE - 2),
        (Sieve(ids={whole[1].id}), lambda one: one.id == whole[1].id),
    ):
        listing = here.page(sieve)
        assert list(listing.views) == [one for one in whole if is_wanted(one)]
        assert listing.total == len(listing.views)
        assert here.page(sieve, offset=1, limit=1).views == listing.views[1:2]


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often a text was decoded, a signature verified, an object put in order, a view made."""
    done = dict.fromkeys(("decoded", "verified", "ordered", "viewed"), 0)

    def counting(name: str, owner: object, attribute: str) -> None:
        original = getattr(owner, attribute)

        def counted(*arguments: object, **named: object) -> object:
            done[name] += 1
            return original(*arguments, **named)

        monkeypatch.setattr(owner, attribute, counted)

    counting("decoded", texts, "decode")
    counting("verified", SignedObject, "is_signed_by")
    counting("ordered", noticeboards, "order_of")
    counting("viewed", noticeboards, "bulletin_view")
    return done


def test_a_list_costs_its_page_and_a_change_one_order(counts: dict[str, int]) -> None:
    bulletins = [said(ANNA, sequence=1000 + at, minute=MINUTE - at) for at in range(ON_THE_BOARD)]
    things = [certificate(ANNA), role(ANNA), certificate(MODERATOR, sequence=2), *bulletins]
    rules = rules_of(things)
    here = noticeboard_of(rules)
    assert rules.author_of(bulletins[0]) is not None
    counts.update(dict.fromkeys(counts, 0))
    assert here.page(limit=PAGE).total == ON_THE_BOARD
    first = {"decoded": 0, "verified": 0, "ordered": ON_THE_BOARD, "viewed": PAGE}
    assert counts == first
    for at in range(10):
        here.page(offset=at, limit=PAGE)
        here.page(Sieve(category="water", last_minutes=10_000 + at % 2), limit=PAGE)
        here.count()
        here.counts()
    assert counts == {**first, "viewed": 21 * PAGE}, "nothing is put in order again"
    rules.learn(said(ANNA, sequence=5, minute=MINUTE))
    assert here.page(limit=PAGE).total == ON_THE_BOARD + 1
    few = 2 * ON_THE_BOARD.bit_length()
    assert counts["ordered"] <= ON_THE_BOARD + few
    rules.learn(notice(MODERATOR, bulletins[0], Act.LABEL))
    here.page(limit=PAGE)
    assert counts["ordered"] <= ON_THE_BOARD + few, "a notice changes no order"
    assert (counts["decoded"], counts["verified"]) == (0, 0)


def test_few_filtered_lists_are_kept_and_none_that_is_old() -> None:
    rules = rules_of([certificate(ANNA), said(ANNA, sequence=5)])
    here = noticeboard_of(rules)
    for minutes in range(1, SIEVES_MAX + 3):
        assert here.page(Sieve(last_minutes=minutes)).total == 1
        assert len(here._sieves) <= SIEVES_MAX
    rules.learn(said(ANNA, sequence=9))
    assert here.page(Sieve(last_minutes=SIEVES_MAX)).total == 2


def test_searches_leave_out_the_alerts_that_the_board_leaves_out() -> None:
    first, second = alert(ANNA), alert(BERT)
    here = noticeboard_of(rules_of([*village().ground, first, second]))
    shown = {one.id for one in here.page().views}
    assert len(shown) == 1, "two pass the same warning on"
    assert here.left_out() == {first.id, second.id} - shown
