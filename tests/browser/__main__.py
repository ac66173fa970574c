"""Runs the tests that drive a browser, in a network of their own.

`make test-browser` calls it; `python -m tests.browser -k WORDS` runs some. Why a network: pages
at `localhost` may what pages at a bare address may not, and nothing here may reach anything else.
"""

import os
import shutil
import sys

from tests.browser.street import IN_STREET

NEEDED = {"unshare": "util-linux", "nsenter": "util-linux", "ip": "iproute2"}

ALL = "tests/browser"


def main() -> None:
    """Become pytest inside a new network namespace."""
    missing = {package for name, package in NEEDED.items() if shutil.which(name) is None}
    if missing:
        sys.exit(f"Missing here; install with apt: {' '.join(sorted(missing))}")
    apart = ["unshare", "--net"] if os.getuid() == 0 else ["unshare", "--user", "-r", "--net"]
    is_named = any(one.startswith(ALL) for one in sys.argv[1:])
    chosen = sys.argv[1:] if is_named else [ALL, *sys.argv[1:]]
    pytest = [sys.executable, "-m", "pytest", "--browser", *chosen]
    os.execvpe(apart[0], [*apart, *pytest], {**os.environ, IN_STREET: "1"})


main()
