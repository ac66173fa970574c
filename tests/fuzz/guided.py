"""One harness under atheris, in a process of its own that libFuzzer ends.

Not for: choosing what runs (`__main__`). Whatever it finds lies in the directory it was given:
`found/` (inputs that reached something new), `crash-*`, `timeout-*` or `oom-*` (the input that
broke something), `slow/` (the slowest inputs, for `pace` to time without instrumentation).
"""

import resource
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from tests.fuzz import registry
from tests.fuzz.harness import Broken

BLIND = [
    "meshnode.protocol.gf32",
    "meshnode.protocol.textmodel.coder",
    "meshnode.protocol.textmodel.tables",
    "meshnode.protocol.textmodel.walk",
]
"""Innermost loops that compute and refuse nothing; to count their branches makes them crawl."""
MEMORY_KB_MAX = 64 * 1024
"""How much more memory than at the start any input, or all together, may take."""
HANG_S = 20
"""Wall time after which libFuzzer ends an input; what is merely slow is judged by `pace`."""
SLOW_NS_MIN = 30_000_000
"""Processor time from which an input is worth timing again: instrumentation alone triples it."""
SLOW_MAX = 5
MEMORY_LINE = "memory at the start:"
_SETTLED_RUNS = 500
"""By then caches are filled and libFuzzer has its tables."""


class Watch:
    """Runs the harness and looks at what an input costs."""

    def __init__(self, run: Callable[[bytes], bool], slow: Path) -> None:
        self._run = run
        self._slow = slow
        self._slowest: list[tuple[int, Path]] = []
        self._runs = 0
        self._memory_kb_max = 0

    def __call__(self, data: bytes) -> None:
        began_ns = time.process_time_ns()
        self._run(data)
        taken_ns = time.process_time_ns() - began_ns
        if taken_ns > SLOW_NS_MIN:
            self._keep(taken_ns, data)
        self._look_at_memory()

    def _keep(self, taken_ns: int, data: bytes) -> None:
        if len(self._slowest) == SLOW_MAX and taken_ns <= self._slowest[0][0]:
            return
        path = self._slow / sha256(data).hexdigest()[:16]
        path.write_bytes(data)
        self._slowest = sorted([*self._slowest, (taken_ns, path)])
        for _, least in self._slowest[:-SLOW_MAX]:
            if all(least != other for _, other in self._slowest[-SLOW_MAX:]):
                least.unlink(missing_ok=True)
        self._slowest = self._slowest[-SLOW_MAX:]

    def _look_at_memory(self) -> None:
        self._runs += 1
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if self._runs <= _SETTLED_RUNS:
            self._memory_kb_max = peak_kb + MEMORY_KB_MAX
            if self._runs in (1, _SETTLED_RUNS):
                print(f"{MEMORY_LINE} {peak_kb} kB", flush=True)
        elif peak_kb > self._memory_kb_max:
            raise Broken(f"{peak_kb} kB of memory, over {self._memory_kb_max} kB")


def fuzz(name: str, seconds: int, place: Path) -> None:
    """Fuzz a harness for so long; does not return."""
    import atheris  # noqa: PLC0415  Only here: nothing else needs what few machines can install.

    with atheris.instrument_imports(include=["meshnode"], exclude=BLIND):
        harness = registry.load(name)
    found, slow = place / "found", place / "slow"
    for directory in (found, slow):
        directory.mkdir(parents=True, exist_ok=True)
    inputs = registry.inputs(name)
    for at, data in enumerate(inputs.values()):
        (found / f"begin-{at:04}").write_bytes(data)
    arguments = [
        sys.argv[0],
        str(found),
        f"-max_total_time={seconds}",
        f"-max_len={harness.bytes_max}",
        f"-timeout={HANG_S}",
        f"-artifact_prefix={place}/",
        "-print_final_stats=1",
    ]
    atheris.Setup(arguments, Watch(harness.run, slow))
    atheris.Fuzz()
