"""What is kept of what happened, and what somebody hears who was away."""

import asyncio

import pytest

from meshnode.node.happenings import KEPT_MAX, Happenings
from meshnode.node.hub import Hub
from meshnode.protocol.object import Kind
from tests.patience import ANSWER_S

ID = "ab" * 16
READ_BY_STRANGERS = {
    *("bulletin", "drill", "alert", "offer", "place", "level", "slots", "meetup", "mode"),
}


def told(happenings: Happenings, number: int = 0) -> list[tuple[str, str | None]]:
    missed = happenings.since(number)
    assert missed is not None
    return [(one.kind, one.id) for one in missed]


@pytest.mark.parametrize("kind", Kind)
def test_only_what_strangers_may_read_is_told_with_its_id(kind: Kind) -> None:
    hub = Hub()
    hub.publish("object", id=ID, number=int(kind), link="radio")
    word = kind.name.lower()
    assert told(hub.happenings) == [(word, ID if word in READ_BY_STRANGERS else None)]


def test_a_kind_of_a_newer_version_is_told_without_its_id() -> None:
    hub = Hub()
    hub.publish("object", id=ID, number=200, link=None)
    assert told(hub.happenings) == [("unknown", None)]


def test_what_went_and_a_new_mode_are_told_and_links_and_drops_are_not() -> None:
    hub = Hub()
    hub.publish("removed", id=ID, reason="withdrawn")
    hub.publish("mode", mode="outage")
    hub.publish("link", link="radio", state="up", sentence="")
    hub.publish("drop", reason="quota", link="radio")
    assert told(hub.happenings) == [("removed", None), ("mode", None)]


def test_who_was_away_hears_what_came_after() -> None:
    hub = Hub()
    for number in range(5):
        hub.publish("object", id=f"{number:032x}", number=int(Kind.OFFER), link=None)
    assert [thing for _, thing in told(hub.happenings, 3)] == [f"{3:032x}", f"{4:032x}"]
    assert told(hub.happenings, 5) == []


@pytest.mark.parametrize(("away", "is_known"), [(KEPT_MAX, True), (KEPT_MAX + 1, False)])
def test_who_was_away_too_long_is_told_so(away: int, *, is_known: bool) -> None:
    happenings = Happenings()
    for _ in range(away):
        happenings.take("mode", {})
    assert (happenings.since(0) is not None) is is_known


@pytest.mark.parametrize("number", [-1, 1, 10**15])
def test_a_number_that_nothing_had_is_not_known(number: int) -> None:
    assert Happenings().since(number) is None


def test_each_run_of_a_node_has_a_name_of_its_own() -> None:
    assert Happenings().boot != Happenings().boot


def test_who_waits_is_woken_by_the_next_change_and_not_by_one_before() -> None:
    async def play() -> None:
        happenings = Happenings()
        happenings.take("mode", {})
        waiting = [asyncio.create_task(happenings.more(1)) for _ in range(3)]
        await asyncio.wait_for(happenings.more(0), timeout=ANSWER_S)
        await asyncio.sleep(0)
        assert not any(one.done() for one in waiting)
        happenings.take("mode", {})
        await asyncio.wait_for(asyncio.gather(*waiting), timeout=ANSWER_S)

    asyncio.run(play())
