"""The street that all tests with a browser share."""

from collections.abc import Iterator

import pytest

from tests.browser.street import Street
from tests.browser.street import street as new_street


@pytest.fixture(scope="session")
def street() -> Iterator[Street]:
    """The Wi-Fi, in a network of its own."""
    with new_street() as made:
        yield made
