"""Builds the phone app into the package: `web/` becomes `meshnode/api/static/`.

Runs when a wheel is built, and as a program in a checkout (`make app`). It needs Node.js 20.19 or
newer; without it the package is whole but for the app, and a node says so. What npm installs is
what `web/package-lock.json` lists with hashes, and none of it may run a script of its own.
Source: docs/adr/0030.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_MIN = (20, 19)
BUILT = "meshnode/api/static"
MISSING = (
    "Node.js 20.19 or newer is not here: the phone app is not built. The node runs without it, "
    "and its plain pages do, too. Install Node.js, then: make app"
)


class PhoneApp(BuildHookInterface[Any]):
    """Puts the built app into wheels; leaves editable installs to `make app`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the app if that is possible, and have it packed."""
        if version == "editable":
            return
        if not build(Path(self.root)):
            self.app.display_warning(MISSING)
        build_data["artifacts"].append(BUILT)


def build(root: Path) -> bool:
    """Build the app; return False where there is no Node.js to do it with.

    Raises:
        subprocess.CalledProcessError: npm or the build failed; it has said why.
    """
    npm = shutil.which("npm")
    if npm is None or node_version() < NODE_MIN:
        return False
    web = root / "web"
    fetch = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    subprocess.run(fetch, cwd=web, check=True, stdout=subprocess.DEVNULL)
    build_it = [npm, "run", "--silent", "build", "--", "--logLevel", "warn"]
    subprocess.run(build_it, cwd=web, check=True)
    return True


def node_version() -> tuple[int, ...]:
    """Return Node.js's major and minor version, or nothing where there is none."""
    node = shutil.which("node")
    if node is None:
        return ()
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else ()


if __name__ == "__main__":
    if not build(Path(__file__).parent):
        print(MISSING)
        sys.exit(0 if "--optional" in sys.argv else 1)
