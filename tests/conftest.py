"""Long counts of the same tests stand behind a flag: `make sweep`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sweep", action="store_true", help="run the long counts")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--sweep"):
        return
    sweeps = [item for item in items if item.get_closest_marker("sweep")]
    items[:] = [item for item in items if item not in sweeps]
    config.hook.pytest_deselected(items=sweeps)
