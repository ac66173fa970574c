"""The phone app's TypeScript as a program that a test can ask: a line of JSON in, a line out.

Its harnesses are in web/test/harness; each is bundled once and needs Node.js and `npm ci`.
"""

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

WEB: Final = Path(__file__).parents[1] / "web"
_AHEAD: Final = 64
"""Requests that are on the way while answers are read: both programs work at once."""

Request = Mapping[str, Any]
Answer = dict[str, Any]


class Phone:
    """A running harness."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        assert program.stdin is not None
        assert program.stdout is not None
        self._in: IO[str] = program.stdin
        self._out: IO[str] = program.stdout

    def ask(self, request: Request) -> Answer:
        """Return the answer to one request."""
        self._tell(request)
        return self._hear()

    def answers(self, requests: Iterable[Request]) -> Iterator[Answer]:
        """Yield the answers, in the order of the requests."""
        waiting = 0
        for request in requests:
            self._tell(request)
            waiting += 1
            if waiting > _AHEAD:
                yield self._hear()
                waiting -= 1
        for _ in range(waiting):
            yield self._hear()

    def _tell(self, request: Request) -> None:
        self._in.write(json.dumps(request) + "\n")
        self._in.flush()

    def _hear(self) -> Answer:
        line = self._out.readline()
        assert line, "the harness ended; what it said is on stderr"
        answer: Answer = json.loads(line)
        return answer


@contextmanager
def phone(name: str, directory: Path) -> Iterator[Phone]:
    """Bundle a harness into `directory` and run it for the length of the block."""
    build = ["node", "test/harness/build.mjs", name, str(directory)]
    subprocess.run(build, cwd=WEB, check=True)
    with subprocess.Popen(
        ["node", str(directory / f"{name}.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as program:
        yield Phone(program)
        assert program.stdin is not None
        program.stdin.close()
        assert program.wait() == 0
