"""Runs all tests in two processes: those of whole nodes wait most of the time, the others compute.

`make test` calls it; `python -m pytest` alone runs the same tests one after the other. What the
process of the waiting ones prints comes after the other's output.
"""

import subprocess
import sys
import tempfile

WAITING = "tests/interop"


def run() -> int:
    """Return 0 if all tests pass."""
    program = [sys.executable, "-m", "pytest"]
    with tempfile.TemporaryFile() as printed:
        with subprocess.Popen(
            [*program, WAITING], stdout=printed, stderr=subprocess.STDOUT
        ) as waiting:
            computing = subprocess.run([*program, f"--ignore={WAITING}"], check=False).returncode
        waited = waiting.returncode
        printed.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(printed.read())
        sys.stdout.flush()
    return computing or waited


if __name__ == "__main__":
    sys.exit(run())
