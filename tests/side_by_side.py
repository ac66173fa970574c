"""Runs tests in several processes at once, of which some wait most of the time, the others compute.

`make test` calls it; `python -m pytest` alone runs the same tests one after the other. Invariant:
what is in none of the parts runs beside them and is shown as it goes; what they print comes after.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Final

PARTS: Final = {
    "whole nodes": ["tests/interop"],
    "units and properties": ["tests/unit", "tests/property"],
}
"""The first waits; the second and what is left compute about as long, and there are two cores."""


def main() -> int:
    """Return 0 if all tests pass."""
    program = [sys.executable, "-m", "pytest"]
    beside = {name: [*program, *paths] for name, paths in PARTS.items()}
    left = [f"--ignore={path}" for paths in PARTS.values() for path in paths]
    return run([*program, *left], beside)


def run(
    shown: Sequence[str], beside: Mapping[str, Sequence[str]], env: Mapping[str, str] | None = None
) -> int:
    """Run commands at once, one of them shown; return 0 if all of them do, else what one did."""
    began_s = time.monotonic()
    with ExitStack() as stack:
        parts = []
        for name, command in beside.items():
            output = stack.enter_context(tempfile.TemporaryFile())
            part = stack.enter_context(
                subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=env)
            )
            stack.callback(part.terminate)
            parts.append((name, part, output))
        codes = [subprocess.run(shown, env=env, check=False).returncode]
        for name, part, output in parts:
            print(f"Waiting for {name}", flush=True)
            codes.append(part.wait())
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout.buffer)
            print(f"{name}: {time.monotonic() - began_s:.0f} s after the start", flush=True)
    return next((code for code in codes if code), os.EX_OK)


if __name__ == "__main__":
    sys.exit(main())
