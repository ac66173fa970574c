"""Runs the tests that drive a browser, each part in a network of its own.

`make test-browser` calls it; `python -m tests.browser -k WORDS` runs some, one after the other. Why
a network: pages at `localhost` may what pages at a bare address may not, and nothing here may reach
anything else. Why parts: stories wait for radios and pages most of the time, and do so at once.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from tests.browser.neighbourhood import PICTURES
from tests.browser.street import IN_STREET
from tests.side_by_side import run

ALL: Final = "tests/browser"
NEEDED: Final = {"unshare": "util-linux", "nsenter": "util-linux", "ip": "iproute2"}
PARTS: Final = {
    "stories of the board": "stories and (host or market or moderation or news or volunteer)",
    "other stories": "stories and not (host or market or moderation or news or volunteer)",
    "screens": "screens",
}
"""Words that choose tests; those that nothing here chooses are the last part."""


def main() -> int:
    """Return 0 if all tests pass that are asked for."""
    missing = {package for name, package in NEEDED.items() if shutil.which(name) is None}
    if missing:
        sys.exit(f"Missing here; install with apt: {' '.join(sorted(missing))}")
    given = sys.argv[1:]
    if not given:
        return all_parts()
    is_named = any(one.startswith(ALL) for one in given)
    return subprocess.run(
        apart(given if is_named else [ALL, *given]), env=environment(), check=False
    ).returncode


def all_parts() -> int:
    """Run everything at once; without being asked for pictures, take them of what fails only."""
    left = " and ".join(f"not ({words})" for words in PARTS.values())
    return run(
        apart([ALL, "-k", left]),
        {name: apart([ALL, "-k", words]) for name, words in PARTS.items()},
        {PICTURES: "", **environment()},
    )


def apart(words: Sequence[str]) -> list[str]:
    """Return the command that runs pytest in a network namespace of its own."""
    alone = ["unshare", "--net"] if os.getuid() == 0 else ["unshare", "--user", "-r", "--net"]
    return [*alone, sys.executable, "-m", "pytest", "--browser", *words]


def environment() -> dict[str, str]:
    """Return the environment of tests that are in a network of their own."""
    return {**os.environ, IN_STREET: "1"}


if __name__ == "__main__":
    sys.exit(main())
