"""What a user may lack or has no time for stands behind a flag of its own."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
settings.register_profile("any machine", deadline=None)
# How long one example takes says more about the machine, and what else runs on it, than about us.
settings.load_profile("any machine")

FLAGS = {
    "sweep": "run the long counts: `make sweep`",
    "fonts": "run what needs the DejaVu fonts: `make test-fonts`",
    "bench": "run what needs the libraries of the benchmarks: `make test-bench`",
    "app": "run what needs Node.js: `make test-app`",
    "browser": "run what needs Chromium: `make test-browser`",
}
"""Tests with a marker of this name run only with the flag of the same name."""


def pytest_addoption(parser: pytest.Parser) -> None:
    for name, what in FLAGS.items():
        parser.addoption(f"--{name}", action="store_true", help=what)
    parser.addoption("--images", action="store_true", help="take the README's pictures anew")


def pytest_configure() -> None:
    """Let tests, and the programs that they start, speak English and live in Germany: that is what
    a node does on a machine that was told neither, and what tests expect on any other one.
    """
    for name in ("LANGUAGE", *(one for one in os.environ if one.startswith("LC_"))):
        os.environ.pop(name, None)
    os.environ |= {"LANG": "C.UTF-8", "TZ": "UTC"}
    time.tzset()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What drives a browser imports libraries that are only there where it is run."""
    is_browser = collection_path.name == "browser" and collection_path.parent == TESTS
    return True if is_browser and not config.getoption("--browser") else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Fail what is skipped of that which somebody asked for by its flag."""
    report = yield
    if report.skipped and any(map(item.config.getoption, FLAGS)):
        report.outcome = "failed"
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    closed = [name for name in FLAGS if not config.getoption(f"--{name}")]
    left_out = [item for item in items if any(map(item.get_closest_marker, closed))]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
