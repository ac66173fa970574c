import asyncio

from meshnode.board.capacity.books import read_act
from meshnode.node.capacity.saleslog import KEPT_MINUTES, SalesLog
from meshnode.store.memory import MemoryStore
from tests.community import BERT, CEM, MINUTE
from tests.selling import Street, asked, opened


def sold(sequence: int = 1) -> tuple[Street, list]:
    """Return a street in which the first node sold one place, and what it signed."""
    street = Street(1, opened(sequence=sequence))
    street.publish(0, asked(BERT, street.thing, sequence=40))
    return street, street.nodes[0].sell(MINUTE)


def never(_name: object) -> bool:
    return False


async def restored(store: MemoryStore) -> SalesLog:
    log = SalesLog(store)
    log.restore((await store.load()).settings)
    return log


def test_an_act_leaves_a_month_after_it_ended_and_not_before():
    async def play() -> None:
        store = MemoryStore()
        log = SalesLog(store)
        _, (act,) = sold()
        await log.write(act)
        ends_min = act.expires_min + KEPT_MINUTES
        assert await log.prune(minute=ends_min, is_needed=never) == 0
        assert (list(log), log.forgotten_min) == ([act], 0)
        assert await log.prune(minute=ends_min + 1, is_needed=never) == 1
        for one in (log, await restored(store)):
            assert (list(one), one.of(read_act(act)[0])) == ([], [])
            assert one.forgotten_min == act.expires_min
        assert [key for key in (await store.load()).settings if key.startswith("sale/")] == []

    asyncio.run(play())


def test_what_is_still_held_or_has_a_later_act_keeps_all_its_acts():
    async def play() -> None:
        log = SalesLog(MemoryStore())
        street, acts = sold()
        late_min = MINUTE + 5 * 1440
        street.minute = late_min
        street.publish(0, asked(CEM, street.thing, sequence=41, minute=late_min))
        acts += street.nodes[0].sell(late_min)
        await log.write(*acts)
        first, last = sorted(one.expires_min for one in acts)
        assert first < last
        over_min = last + KEPT_MINUTES + 1
        assert await log.prune(minute=over_min - 1, is_needed=never) == 0
        assert await log.prune(minute=over_min, is_needed=lambda _: True) == 0
        assert await log.prune(minute=over_min, is_needed=never) == 2

    asyncio.run(play())


def test_a_struck_act_leaves_no_row():
    async def play() -> None:
        store = MemoryStore()
        log = SalesLog(store)
        _, (act,) = sold()
        await log.write(act)
        await log.strike(act)
        assert (await store.load()).settings == {}

    asyncio.run(play())


def test_somebodys_word_that_nothing_is_missing_ends_all_doubt():
    async def play() -> None:
        store = MemoryStore()
        log = SalesLog(store)
        _, (act,) = sold()
        await log.write(act)
        await log.doubt(is_in_doubt=True)
        await log.prune(minute=act.expires_min + KEPT_MINUTES + 1, is_needed=never)
        await log.trust()
        for one in (log, await restored(store)):
            assert (one.is_in_doubt, one.forgotten_min) == (False, 0)

    asyncio.run(play())
