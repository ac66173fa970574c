"""Several harnesses under atheris, two at a time, and what came of each in one line.

Invariants: a harness fails if its process does, if an input took more memory than it may, or if
one takes too long without instrumentation; the input that shows it lies in `findings/` then.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz import reach, registry
from tests.fuzz.guided import HANG_S, MEMORY_LINE
from tests.fuzz.pace import INPUT_MS_MAX

AT_ONCE = 2
"""The gate's machine has two cores."""
FINDINGS = Path(__file__).parent.parent.parent / "fuzz-findings"
_START_S = 60
_DONE = re.compile(r"#(\d+)\s+DONE\s+cov: (\d+) ft: \d+ corp: (\d+)/")
_PEAK_MB = re.compile(r"stat::peak_rss_mb:\s+(\d+)")
_START_KB = re.compile(rf"{MEMORY_LINE} (\d+) kB")
_SHOWN_LINES = 30
_ARTIFACTS = ("crash-*", "timeout-*", "oom-*", "leak-*")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one harness; `problem` is empty if nothing did."""

    name: str
    line: str
    problem: str


def run_all(names: Sequence[str], seconds: int, *, keeps: bool) -> Iterator[Outcome]:
    """Yield the outcome of each harness as soon as it is known, in the order of the names."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda name: _run(name, seconds, keeps=keeps), names)


def child(*arguments: str) -> list[str]:
    """Return the command that runs this package with these arguments in another process."""
    return [sys.executable, "-m", "tests.fuzz", *arguments]


def _run(name: str, seconds: int, *, keeps: bool) -> Outcome:
    with TemporaryDirectory(prefix=f"fuzz-{name}-") as directory:
        place = Path(directory)
        command = child("--only", name, "--seconds", str(seconds), "--alone", directory)
        code, said = _call(command, seconds + HANG_S + _START_S)
        line = _line(name, said)
        artifacts = [path for pattern in _ARTIFACTS for path in place.glob(pattern)]
        if code or not line or artifacts:
            return Outcome(name, line or f"{name:10} FAILED", _problem(name, said, artifacts))
        _, pace = _call(child("--only", name, "--pace", str(place / "slow")), _START_S)
        ms = float(pace.split()[0]) if pace[:1].isdigit() else float("inf")
        if ms > INPUT_MS_MAX:
            slow = sorted((place / "slow").iterdir())
            return Outcome(name, line, _problem(name, f"{pace}: {ms} ms for one input", slow))
        if keeps:
            found = [path.read_bytes() for path in (place / "found").iterdir()]
            count, taken = reach.keep(name, found)
            line += f", {count} new ones kept, {taken} bytes"
        pace_said = f"slowest {ms:.0f} ms" if ms else "none slow"
        return Outcome(name, f"{line}, {pace_said}", "")


def _call(command: list[str], timeout_s: int) -> tuple[int, str]:
    try:
        ended = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode("utf-8", "replace")
        return 1, f"{said}\nIt did not end within {timeout_s} s."
    return ended.returncode, ended.stdout.decode("utf-8", "replace")


def _line(name: str, said: str) -> str:
    done, peak, starts = _DONE.search(said), _PEAK_MB.search(said), _START_KB.findall(said)
    if not done or not peak or not starts:
        return ""
    more = max(0, int(peak[1]) - int(starts[-1]) // 1024)
    begun = len(registry.inputs(name))
    runs, edges, corpus = done.groups()
    return (
        f"{name:10} {runs:>9} runs, {edges:>5} edges, {corpus:>4} inputs of interest "
        f"({begun} at the start), +{more} MB"
    )


def _problem(name: str, said: str, artifacts: Sequence[Path]) -> str:
    """Save the inputs and return what there is to say: the end of the log, and how to repeat it."""
    FINDINGS.mkdir(exist_ok=True)
    lines = said.splitlines()[-_SHOWN_LINES:]
    for path in artifacts:
        saved = FINDINGS / f"{name}-{path.name}"
        shutil.copyfile(path, saved)
        lines.append(f"Saved as {saved.relative_to(FINDINGS.parent)}; once more:")
        lines.append(f"  python -m tests.fuzz --only {name} --repeat {saved.name}")
    return "\n".join(lines)
