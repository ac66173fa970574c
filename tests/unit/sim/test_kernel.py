from functools import partial

import pytest

from meshnode.protocol.errors import CallerError
from meshnode.sim.kernel import Kernel
from meshnode.sim.streams import stream


def test_events_run_in_the_order_of_their_time_and_then_as_asked() -> None:
    kernel, log = Kernel(), []
    for name, at_ms in (("c", 20), ("a", 10), ("d", 20), ("b", 10)):
        kernel.call_at(at_ms, partial(log.append, name))
    kernel.run_until(20)
    assert log == ["a", "b", "c", "d"]
    assert kernel.now_ms == 20


def test_a_callback_sees_its_own_time_and_may_ask_for_more() -> None:
    kernel, times = Kernel(), []

    def again() -> None:
        times.append(kernel.now_ms)
        if len(times) < 3:
            kernel.call_in(5, again)

    kernel.call_at(1.5, again)
    kernel.run_until(100)
    assert times == [1.5, 6.5, 11.5]


def test_a_cancelled_event_does_not_happen_and_is_not_next() -> None:
    kernel, log = Kernel(), []
    timer = kernel.call_at(5, partial(log.append, "cancelled"))
    kernel.call_at(7, partial(log.append, "kept"))
    timer.cancel()
    assert kernel.next_at == 7
    kernel.run_until(10)
    assert log == ["kept"]
    assert kernel.next_at is None


def test_time_that_has_passed_means_now_and_time_never_goes_back() -> None:
    kernel, log = Kernel(), []
    kernel.run_until(50)
    kernel.call_at(10, lambda: log.append(kernel.now_ms))
    kernel.run_until(50)
    assert log == [50]
    with pytest.raises(CallerError, match="has passed"):
        kernel.run_until(49)


def test_a_sleeping_pump_is_told_only_of_an_earlier_event() -> None:
    kernel, woken = Kernel(), []
    kernel.on_earlier_event = lambda: woken.append(kernel.next_at)
    kernel.call_at(10, lambda: None)
    kernel.call_at(20, lambda: None)
    kernel.call_at(5, lambda: None)
    assert woken == [10, 5]


def test_streams_depend_on_every_name_and_on_nothing_else() -> None:
    one, same = stream(7, "loss", "a", "b"), stream(7, "loss", "a", "b")
    assert [one.random() for _ in range(3)] == [same.random() for _ in range(3)]
    draws = {stream(7, *names).random() for names in (("a", "b"), ("ab",), ("b", "a"), ("a", 1))}
    assert len(draws) == 4
    assert stream(7, "a").random() != stream(8, "a").random()


def test_a_stream_is_the_same_on_every_machine() -> None:
    assert stream(1, "loss", "a", "b").randrange(10**9) == 869_729_291
