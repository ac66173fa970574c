"""Runs the tests that drive a browser, each half in a network of its own.

`make test-browser` calls it; `python -m tests.browser -k WORDS` runs some, one after the other. Why
a network: pages at `localhost` may what pages at a bare address may not, and nothing here may reach
anything else. Why halves: stories wait for radios most of the time, the others compute.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from tests.browser.street import IN_STREET

ALL = "tests/browser"
NEEDED = {"unshare": "util-linux", "nsenter": "util-linux", "ip": "iproute2"}


def main() -> int:
    """Return 0 if all tests pass that are asked for."""
    missing = {package for name, package in NEEDED.items() if shutil.which(name) is None}
    if missing:
        sys.exit(f"Missing here; install with apt: {' '.join(sorted(missing))}")
    given = sys.argv[1:]
    if not given:
        return halves()
    is_named = any(one.startswith(ALL) for one in given)
    return subprocess.run(
        apart(given if is_named else [ALL, *given]), env=environment(), check=False
    ).returncode


def halves() -> int:
    """Run the stories beside everything else; print what they said afterwards."""
    stories, others = apart([ALL, "-k", "stories"]), apart([ALL, "-k", "not stories"])
    with tempfile.TemporaryFile() as printed:
        with subprocess.Popen(
            stories, env=environment(), stdout=printed, stderr=subprocess.STDOUT
        ) as telling:
            looked = subprocess.run(others, env=environment(), check=False).returncode
        printed.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(printed.read())
        sys.stdout.flush()
    return looked or telling.returncode


def apart(words: Sequence[str]) -> list[str]:
    """Return the command that runs pytest in a network namespace of its own."""
    alone = ["unshare", "--net"] if os.getuid() == 0 else ["unshare", "--user", "-r", "--net"]
    return [*alone, sys.executable, "-m", "pytest", "--browser", *words]


def environment() -> dict[str, str]:
    """Return the environment of tests that are in a network of their own."""
    return {**os.environ, IN_STREET: "1"}


if __name__ == "__main__":
    sys.exit(main())
