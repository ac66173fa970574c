"""A neighbourhood with phones: real daemons on virtual radios, each at an address of its own.

Anna Kowalski founded it, is its steward and coordinates, and uses the command line.
"""

import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Playwright, async_playwright

from tests.browser.phone import Kind, Phone, phone_at
from tests.browser.street import Street
from tests.interop.village import Person, Village, run, village
from tests.patience import AIR_S

PORT = 8080
ANNA = "Anna Kowalski"
PICTURES = "MESHNODE_TEST_PICTURES"
"""The environment says where pictures go; empty: only of what fails."""
_PICTURES_DEFAULT = ".pictures"
SOON_S = AIR_S
"""Until what one node knows is known to another one, by radio."""


class Neighbourhood:
    """Nodes, Anna at the first of them, and phones."""

    def __init__(
        self, town: Village, street: Street, playwright: Playwright, stack: AsyncExitStack
    ) -> None:
        self.town = town
        self.first = next(iter(town.places))
        self.anna = town.person(ANNA, self.first)
        self._street = street
        self._playwright = playwright
        self._stack = stack
        self._origins = {
            name: f"http://{street.node_address(number)}:{PORT}"
            for number, name in enumerate(town.places)
        }

    def origin(self, node: str | None = None) -> str:
        """Return where a node's page is; that of the first without a name."""
        return self._origins[node or self.first]

    def at(self, node: str) -> Person:
        """Return Anna at a node."""
        return self.town.person(ANNA, node)

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
                is_watched=bool(os.environ.get(PICTURES, _PICTURES_DEFAULT)),
            )
        )

    async def found(self) -> None:
        """Let Anna found the community at the first node, and the others join by invites."""
        await self.anna.type(*("init", "--name", self.first), *("--founder", ANNA))
        await self._start(self.first)
        for name, place in self.town.places.items():
            if name == self.first:
                continue
            invite = await self.anna.type("invite", "node")
            words = ("init", "--name", name, "--join", "-", "--json")
            done = await run("--home", str(place.home), *words, stdin=invite["invite"])
            assert done.code == 0, done.err
            assert json.loads(done.out)["name"] == name
            await self._start(name)
        for name in self.town.places:
            await self.at(name).until(self._knows_everybody, "member", "list", within_s=SOON_S)

    def _knows_everybody(self, members: list[dict[str, object]]) -> bool:
        return {one["name"] for one in members} >= {ANNA, *self.town.places}

    async def _start(self, name: str) -> None:
        place = self.town.places[name]
        address = self._origins[name].removeprefix("http://")
        at = place.home / "config.toml"
        text, count = re.subn(
            r'(\[http\](?:\n#[^\n]*)*\n)listen = ""', rf'\1listen = "{address}"', at.read_text()
        )
        assert count == 1
        at.write_text(text)
        await place.start()


@asynccontextmanager
async def neighbourhood(
    street: Street, directory: Path, *nodes: str
) -> AsyncIterator[Neighbourhood]:
    """Live there while the block lasts."""
    async with (
        village(directory, nodes or ("Nordmarkt",), loss=0.0) as town,
        async_playwright() as playwright,
        AsyncExitStack() as stack,
    ):
        here = Neighbourhood(town, street, playwright, stack)
        await here.found()
        yield here


def pictures() -> Path:
    """Return the directory for pictures."""
    at = Path(os.environ.get(PICTURES) or _PICTURES_DEFAULT).absolute()
    at.mkdir(parents=True, exist_ok=True)
    return at
