"""A neighbourhood with phones: real daemons on virtual radios, each at an address of its own."""

import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Playwright, async_playwright

from tests.browser.phone import Kind, Phone, phone_at
from tests.browser.street import Street
from tests.interop.settlers import settled
from tests.interop.village import Person, Village, village

PORT = 8080
PICTURES = "MESHNODE_TEST_PICTURES"
"""The environment says where pictures go."""
_PICTURES_DEFAULT = ".pictures"


class Neighbourhood:
    """Nodes, people with a command line, and phones."""

    def __init__(
        self,
        town: Village,
        people: Mapping[str, Person],
        street: Street,
        playwright: Playwright,
        stack: AsyncExitStack,
    ) -> None:
        self.town = town
        self.people = people
        self._street = street
        self._playwright = playwright
        self._stack = stack
        self._origins = {
            name: f"http://{street.node_address(number)}:{PORT}"
            for number, name in enumerate(town.places)
        }

    def origin(self, node: str) -> str:
        """Return where a node's page is."""
        return self._origins[node]

    async def phone(self, name: str, kind: Kind | None = None) -> Phone:
        """Return a phone that nobody has used yet, in the Wi-Fi."""
        seat = self._stack.enter_context(self._street.seat())
        return await self._stack.enter_async_context(
            phone_at(
                seat,
                self._playwright,
                self.town.directory / "phones" / name,
                name=name,
                kind=kind or Kind(),
                pictures=pictures(),
            )
        )

    def listen(self) -> None:
        """Let each node serve its page at its address, from its next start on."""
        for number, place in enumerate(self.town.places.values()):
            at = place.home / "config.toml"
            listen = f'[http]\\1listen = "{self._street.node_address(number)}:{PORT}"'
            text, count = re.subn(r'\[http\]((?:\n#[^\n]*)*\n)listen = ""', listen, at.read_text())
            assert count == 1
            at.write_text(text)


@asynccontextmanager
async def neighbourhood(
    street: Street,
    directory: Path,
    *,
    nodes: Sequence[str] = ("nord",),
    people: Mapping[str, str] | None = None,
) -> AsyncIterator[Neighbourhood]:
    """Live there while the block lasts; `people` use the node named behind them."""
    async with (
        village(directory, nodes, loss=0.0) as town,
        async_playwright() as playwright,
        AsyncExitStack() as stack,
    ):
        here = Neighbourhood(town, settled(town, people or {}), street, playwright, stack)
        here.listen()
        await town.start()
        yield here


def pictures() -> Path:
    """Return the directory for pictures."""
    at = Path(os.environ.get(PICTURES, _PICTURES_DEFAULT)).absolute()
    at.mkdir(parents=True, exist_ok=True)
    return at
