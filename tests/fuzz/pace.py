"""Times inputs without instrumentation: none may take longer than a tenth of a second.

Processor time counts, the best of a few runs: a busy machine is no finding.
"""

import time
from collections.abc import Callable, Iterable

INPUT_MS_MAX = 100
_RUNS = 3


def slowest_ms(run: Callable[[bytes], object], inputs: Iterable[bytes]) -> tuple[float, bytes]:
    """Return the longest that any of the inputs takes, in milliseconds, and which; 0 for none."""
    timed = [(_best_ms(run, data), data) for data in inputs]
    return max(timed, key=lambda one: one[0], default=(0.0, b""))


def _best_ms(run: Callable[[bytes], object], data: bytes) -> float:
    return min(_ms(run, data) for _ in range(_RUNS))


def _ms(run: Callable[[bytes], object], data: bytes) -> float:
    began_ns = time.process_time_ns()
    run(data)
    return (time.process_time_ns() - began_ns) / 1e6
