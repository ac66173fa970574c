"""A neighbourhood to play stories in: real daemons on virtual radios, used by the command line.

Every daemon and every command is a process of its own. What a story knows, it read from --json.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from meshnode.commands.client import Client
from meshnode.commands.terminal.exits import ExitCode
from meshnode.commands.terminal.failures import Failure
from meshnode.sim.ether import Ether
from tests.interop.forking import Done, said
from tests.patience import READY_S, STOP_S

POLL_S = 0.3


class Place:
    """A node: its home, its radio, its process while it runs."""

    def __init__(self, name: str, directory: Path, radio: str) -> None:
        self.name = name
        self.home = directory / "nodes" / name
        self.log = directory / f"{name}.log"
        self._radio = radio
        self._process: asyncio.subprocess.Process | None = None
        self._ahead_min = 0

    async def start(self, *, ahead_min: int | None = None) -> None:
        """Run the daemon; return once it answers. Its clock stands so far ahead from now on."""
        self._ahead_min = self._ahead_min if ahead_min is None else ahead_min
        program = (
            ("tests.interop.later", str(self._ahead_min)) if self._ahead_min else ("meshnode",)
        )
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *program, "--home", str(self.home), "run"),
                *("--radio", self._radio, "--log-level", "debug"),
                stderr=log,
            )
        async with asyncio.timeout(READY_S):
            while not await asyncio.to_thread(self._answers):
                assert self._process.returncode is None, self.log.read_text()
                await asyncio.sleep(POLL_S)

    @property
    def is_running(self) -> bool:
        """Whether its daemon runs."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The number of its daemon's process."""
        assert self._process is not None
        return self._process.pid

    async def stop(self) -> None:
        """End the daemon."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        async with asyncio.timeout(STOP_S):
            await process.wait()

    def _answers(self) -> bool:
        try:
            Client(self.home).get("/status")
        except Failure:
            return False
        return True


class Person:
    """Somebody with an identity directory of their own, who comes to a place and types."""

    def __init__(self, name: str, directory: Path, place: Place) -> None:
        self.name = name
        self.directory = directory / "people" / name.replace(" ", "_")
        self.place = place

    async def type(self, *words: str, stdin: str = "", code: int = 0) -> Any:
        """Run a command with --json; return the document, if it ends with `code`."""
        done = await self._run(*words, stdin=stdin)
        assert done.code == code, f"{words}: {done.code}\n{done.out}\n{done.err}"
        return json.loads(done.out)

    async def says(self, *words: str) -> str:
        """Run a command without --json; return what people read, of both streams."""
        home, identity = str(self.place.home), str(self.directory)
        done = await run("--home", home, "--identity", identity, *words)
        assert done.code == 0, f"{words}: {done.code}\n{done.out}\n{done.err}"
        return done.out + done.err

    async def at_last(self, *words: str, stdin: str = "", within_s: float) -> Any:
        """Run a command until it succeeds: what it needs may still be on its way."""
        document: Any = None
        try:
            async with asyncio.timeout(within_s):
                while True:
                    done = await self._run(*words, stdin=stdin)
                    document = json.loads(done.out)
                    if done.code == 0:
                        return document
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise AssertionError(f"{self.name}: {words} keeps saying {document}") from None

    async def until(self, condition: Callable[[Any], bool], *words: str, within_s: float) -> Any:
        """Run a command again and again until its document is as wanted; return it.

        What is not found may be on its way.
        """
        document: Any = None
        try:
            async with asyncio.timeout(within_s):
                while True:
                    done = await self._run(*words, stdin="")
                    assert done.code in (0, ExitCode.NOT_FOUND), f"{words}: {done.out}\n{done.err}"
                    document = json.loads(done.out)
                    if done.code == 0 and condition(document):
                        return document
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise AssertionError(f"{self.name}: {words} stays {json.dumps(document)}") from None

    async def _run(self, *words: str, stdin: str) -> Done:
        home, identity = str(self.place.home), str(self.directory)
        return await run("--home", home, "--identity", identity, *words, "--json", stdin=stdin)


async def run(*words: str, stdin: str = "") -> Done:
    """Run `meshnode` with these words, in a process of its own."""
    return await asyncio.to_thread(said, words, stdin, {**os.environ, "NO_COLOR": "1"})


class Village:
    """Places on one modelled channel."""

    def __init__(self, ether: Ether, directory: Path, names: Sequence[str]) -> None:
        self.ether = ether
        self.directory = directory
        self.places = {name: Place(name, directory, ether.urls[name]) for name in names}
        self._ahead_min = 0

    async def pass_time(self, minutes: int) -> None:
        """Let so much time go by on all nodes that run, as if all had slept."""
        self._ahead_min += minutes
        running = [one for one in self.places.values() if one.is_running]
        await asyncio.gather(*(one.stop() for one in running))
        await asyncio.gather(*(one.start(ahead_min=self._ahead_min) for one in running))

    async def start(self) -> None:
        """Run all nodes."""
        await asyncio.gather(*(one.start() for one in self.places.values()))

    def person(self, name: str, place: str) -> Person:
        """Return somebody who uses the node at a place."""
        return Person(name, self.directory, self.places[place])

    def part(self, *names: str) -> None:
        """No radio of these is heard by the others, nor hears them."""
        self.ether.channel.partition(names, [one for one in self.places if one not in names])

    def heal(self) -> None:
        """All hear each other again."""
        self.ether.channel.heal()


@asynccontextmanager
async def village(directory: Path, names: Sequence[str], *, loss: float) -> AsyncIterator[Village]:
    """Play in a village while the block lasts; all daemons end with it."""
    await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True)
    async with Ether(names, preset="SHORT_FAST", loss=loss) as ether:
        playing = Village(ether, directory, names)
        try:
            yield playing
        finally:
            await asyncio.gather(*(place.stop() for place in playing.places.values()))
