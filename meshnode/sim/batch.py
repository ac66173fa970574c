"""Plays a scenario under many seeds, in this process or in several.

Invariants: reports come in the order of the seeds, and are the same (but for `wall_s`) however
many processes play them; a run that is asked to stop stops within a minute of its own time.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import Final

from meshnode.sim.play import Play, Progress
from meshnode.sim.report import Report, report_on
from meshnode.sim.scenario import Scenario

POLL_S: Final = 0.2
"""How often we look whether somebody wants to stop while workers play."""
HASH_SEED: Final = "PYTHONHASHSEED"

_Run = Future[Report | None]
Stopped = Callable[[], bool]
"""Say whether the person has had enough."""


def play_seed(
    scenario: Scenario,
    seed: int,
    *,
    progress: Progress = lambda share: None,
    is_stopped: Stopped = lambda: False,
    prepare: Callable[[Play], None] = lambda play: None,
) -> Report:
    """Play one seed; `prepare` gets the play before its first minute."""
    play = Play(scenario, seed)
    prepare(play)

    def step(share: float) -> None:
        if is_stopped():
            play.stop()
        progress(share)

    play.run(step)
    return report_on(play)


def play_seeds(
    scenario: Scenario,
    seeds: Sequence[int],
    *,
    jobs: int,
    is_stopped: Stopped = lambda: False,
) -> Iterator[Report]:
    """Play seeds in `jobs` processes; yield their reports in the order of the seeds.

    Once `is_stopped` says so, seeds that have not begun are left out.
    """
    context = get_context("spawn")
    enough = context.Event()
    with ProcessPoolExecutor(
        min(jobs, len(seeds)), mp_context=context, initializer=_begin, initargs=(enough,)
    ) as pool:
        runs = [pool.submit(_play, scenario, seed) for seed in seeds]
        try:
            for run in runs:
                _await(run, runs, enough, is_stopped)
                report = None if run.cancelled() else run.result()
                if report is None:
                    return
                yield report
        finally:
            enough.set()
            pool.shutdown(cancel_futures=True)


def trace_elsewhere(scenario: Scenario, seed: int, *, is_stopped: Stopped = lambda: False) -> str:
    """Return the trace of a seed in a process of its own, where Python salts hashes otherwise.

    Empty when it was stopped.
    """
    with _other_salt():
        for report in play_seeds(scenario, [seed], jobs=1, is_stopped=is_stopped):
            return "" if report.is_stopped else report.trace
    return ""


def _await(run: _Run, runs: list[_Run], enough: Event, is_stopped: Stopped) -> None:
    while not run.done():
        wait([run], timeout=POLL_S)
        if is_stopped() and not enough.is_set():
            enough.set()
            for one in runs:
                one.cancel()


@contextmanager
def _other_salt() -> Iterator[None]:
    """Let processes that are begun here salt their hashes differently from this one."""
    before = os.environ.get(HASH_SEED)
    os.environ[HASH_SEED] = "1" if before != "1" else "2"
    try:
        yield
    finally:
        if before is None:
            del os.environ[HASH_SEED]
        else:
            os.environ[HASH_SEED] = before


_enough: list[Event] = []
"""In a worker: the event that ends its runs."""


def _begin(enough: Event) -> None:
    # Ctrl-C reaches every process of a terminal; the parent decides and tells by the event.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _enough.append(enough)


def _play(scenario: Scenario, seed: int) -> Report | None:
    """Play in a worker; None for a run that was not to begin any more."""
    if _enough[0].is_set():
        return None
    return play_seed(scenario, seed, is_stopped=_enough[0].is_set)
