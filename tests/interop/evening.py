"""The evening of docs/guide/coordinator.md, played on the nodes of a real `meshnode demo`.

`python -m tests.interop.evening` plays it and writes into the page what the commands print now.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner

from meshnode.commands import main
from tests.patience import AIR_S, READY_S, STOP_S

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/guide/coordinator.md"
SPEED = "20"
SETTLES_S = 5.0
POLL_S = 0.5
COLUMNS = "110"

WHOSE = {"anna": "nordmarkt", "eva": "hafen", "bert": "borsigplatz"}
"""At which of the demo's nodes somebody types."""
NAMES = ("Frau Schmidt", "Herr Kaya", "Familie Demir")
"""Who lives in the street of which the roll is called."""
GAP = "..."
READING = {"list", "show", "status", "search", "roll", "export", "matches"}
"""Words of commands that may be said again until what they wait for has arrived."""
NOT_FOUND = 3

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMPT = re.compile(r"^(anna|eva|bert)\$ meshnode (.*)$")
_ID = re.compile(r"\b(?=[0-9a-f]*[0-9])[0-9a-f]{8}(?:[0-9a-f]{24})?\b")
_HOME = re.compile(r" --home \S+")
_DATE = r"\w\w\w \d\d \w\w\w "
_SPAN = rf"{_DATE}\d\d:\d\d-(?:{_DATE})?\d\d:\d\d"
_DAY = r"(?:today |tomorrow |(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day )?"
_LOOSE = (
    (_SPAN, _SPAN),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d|\d\d:\d\d", r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d"),
    (r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d \w\w\w", r"\w\w\w \d\d \w\w\w"),
    (r"\bnow\b|\b\d+ (?:s|min|h) ago\b", r"(?:now|\d+ (?:s|min|h) ago)"),
    (r"\bin \d+ (?:min|h|days)\b", r"in \d+ (?:min|h|days)"),
    (_DAY + r"(?:at )?\d{1,2}(?::\d\d)? [ap]m", r"[\w: ]*?\d{1,2}(?::\d\d)? [ap]m"),
    (r"\d+(?:\.\d+)? (?:s|dB|%)", r"\d+(?:\.\d+)? (?:s|dB|%)"),
)
"""What differs from evening to evening, and what stands for it."""


@dataclass(slots=True)
class Step:
    """One command of the page, and what the page says that it prints."""

    person: str
    line: str
    printed: list[str]


def steps(page: str) -> list[Step]:
    """Return the commands of a page in their order."""
    found: list[Step] = []
    for block in _BLOCK.findall(page):
        for line in block.splitlines():
            prompt = _PROMPT.match(line)
            if prompt:
                found.append(Step(prompt[1], prompt[2], []))
            else:
                found[-1].printed.append(line)
    return found


@contextmanager
def demo(directory: Path) -> Iterator[dict[str, Path]]:
    """Run the demo while the block lasts; give the homes of its nodes by name."""
    log = directory / "demo.log"
    environment = {**os.environ, "TMPDIR": str(directory), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "meshnode", "demo", "--speed", SPEED]
    with log.open("w") as file, subprocess.Popen(command, stdout=file, env=environment) as process:
        try:
            until_s = time.monotonic() + READY_S
            while "now a first post" not in log.read_text():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until_s, log.read_text()
                time.sleep(POLL_S)
            (top,) = directory.glob("meshnode-demo-*")
            yield {one.name: one for one in top.iterdir()}
        finally:
            process.terminate()
            process.wait(STOP_S)


class Evening:
    """An evening that is being played; knows which id of the page is which of tonight.

    Files are read from and written into `directory`.
    """

    def __init__(self, homes: Mapping[str, Path], directory: Path) -> None:
        self._homes = homes
        self._directory = directory
        (directory / "alert.xml").write_text(_alert(), encoding="utf-8")
        (directory / "names.txt").write_text("\n".join(NAMES) + "\n", encoding="utf-8")
        self._ids: dict[str, str] = {}

    def say(self, step: Step, *, within_s: float = AIR_S) -> list[str]:
        """Say a command until it prints what the page says; return what it printed.

        Raises:
            AssertionError: It does not.
        """
        words = shlex.split(_ID.sub(self._tonight, step.line))
        until_s = time.monotonic() + within_s
        while True:
            code, printed = self._run(step.person, words)
            is_early = code == NOT_FOUND or (code == 0 and READING & set(words))
            if self._matches(step.printed, printed):
                return printed
            if not is_early or time.monotonic() > until_s:
                page, now = "\n".join(step.printed), "\n".join(printed)
                message = f"{step.person}$ meshnode {step.line}\n{now}\n-- the page says:\n{page}"
                raise AssertionError(message)
            time.sleep(POLL_S)

    def tell(self, step: Step) -> list[str]:
        """Say a command; return what the page is to say of it from now on."""
        words = shlex.split(_ID.sub(self._tonight, step.line))
        until_s = time.monotonic() + SETTLES_S
        while True:
            code, printed = self._run(step.person, words)
            is_early = code == NOT_FOUND or (code == 0 and READING & set(words))
            if self._matches(step.printed, printed) or not is_early or time.monotonic() > until_s:
                break
            time.sleep(POLL_S)
        self._ids |= dict(zip(_alone(step.printed), _alone(printed), strict=False))
        prompt = f"{step.person}$ meshnode {_ID.sub(self._tonight, step.line)}"
        if GAP not in step.printed:
            return [prompt, *printed]
        return [prompt, *(self._kept(line, printed) for line in step.printed)]

    def _kept(self, line: str, printed: Sequence[str]) -> str:
        found = next((now for now in printed if self._same(line, now) is not None), None)
        if found is None and line not in ("", GAP):
            raise AssertionError(f"nothing like this is printed any more: {line}")
        return found or line

    def _run(self, person: str, words: Sequence[str]) -> tuple[int, list[str]]:
        home = str(self._homes[WHOSE[person]])
        env = {"COLUMNS": COLUMNS, "LANG": "en_GB.UTF-8", "NO_COLOR": "1"}
        with chdir(self._directory):
            done = CliRunner().invoke(main, ["--home", home, *words], env=env, prog_name="meshnode")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        lines = [_HOME.sub("", line).rstrip() for line in done.output.splitlines()]
        return done.exit_code, lines

    def _tonight(self, found: re.Match[str]) -> str:
        return self._ids.get(found[0], found[0])

    def _matches(self, page: Sequence[str], printed: Sequence[str]) -> bool:
        learnt: dict[str, str] = {}
        position, may_skip = 0, False
        printed = list(printed)
        for line in page:
            if line.strip() == GAP:
                may_skip = True
                continue
            if not may_skip:
                self._pull(line, printed, position)
            while True:
                if position == len(printed):
                    return False
                ids = self._same(line, printed[position])
                position += 1
                if ids is not None:
                    break
                if not may_skip:
                    return False
            learnt |= ids
            may_skip = False
        if position < len(printed) and not may_skip:
            return False
        self._ids |= learnt
        return True

    def _pull(self, line: str, printed: list[str], position: int) -> None:
        """Move the row that a line of the page means up to its position: of what was said in the
        same minute a list may show either first.
        """
        for at in range(position, len(printed)):
            if not (_ID.match(line) and _ID.match(printed[at])):
                return
            if self._same(line, printed[at]) is not None:
                printed.insert(position, printed.pop(at))
                return

    def _same(self, page: str, printed: str) -> dict[str, str] | None:
        """Return the ids that stand for the page's, if the line says the same; None if not."""
        ids = _ID.findall(page)
        found = re.fullmatch(_pattern(page), printed)
        if found is None:
            return None
        pairs = dict(zip(ids, found.groups(), strict=True))
        return pairs if all(self._ids.get(one, new) == new for one, new in pairs.items()) else None


def _alone(lines: Sequence[str]) -> list[str]:
    """Return the ids that stand in a line of their own."""
    return [line for line in lines if _ID.fullmatch(line)]


def _pattern(line: str) -> str:
    """Return what matches a line of the page on any evening; ids are its groups."""
    parts: list[str] = []
    rest = line
    kinds = [(_ID, r"([0-9a-f]{8,32})"), *((re.compile(old), new) for old, new in _LOOSE)]
    while rest:
        hits = [(hit, new) for old, new in kinds if (hit := old.search(rest))]
        if not hits:
            break
        hit, new = min(hits, key=lambda one: (one[0].start(), -one[0].end()))
        parts += [_plain(rest[: hit.start()]), new]
        rest = rest[hit.end() :]
    return "".join([*parts, _plain(rest)])


def _plain(text: str) -> str:
    """Columns are as wide as what stands in them."""
    return re.sub(r"(?:\\ ){2,}", r"\\s+", re.escape(text))


def _alert() -> str:
    """Return an official alert as CAP, issued now."""
    now = datetime.now(UTC)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>city.example.2026.1</identifier>
  <sender>control@city.example</sender>
  <sent>{now:%Y-%m-%dT%H:%M:%S}+00:00</sent>
  <status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
  <info>
    <language>en</language>
    <category>Infra</category><event>Power cut</event>
    <urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>
    <expires>{now + timedelta(hours=12):%Y-%m-%dT%H:%M:%S}+00:00</expires>
    <senderName>Fire service</senderName>
    <headline>Power cut in the north of the city</headline>
    <description>Stay at home. Look after your neighbours.</description>
    <area><areaDesc>Nordstadt</areaDesc></area>
  </info>
</alert>
"""


def _write() -> None:
    """Play the page and write what was printed into it; lines after a gap stay as they are."""
    page = GUIDE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as directory, demo(Path(directory)) as homes:
        evening = Evening(homes, Path(directory))
        blocks: list[str] = []
        for block in _BLOCK.findall(page):
            lines: list[str] = []
            for step in steps(f"```console\n{block}```"):
                told = evening.tell(step)
                lines += told
                print("\n".join(told), flush=True)
            blocks.append("\n".join(lines) + "\n")
    new = iter(blocks)
    GUIDE.write_text(_BLOCK.sub(lambda _: f"```console\n{next(new)}```", page), encoding="utf-8")


if __name__ == "__main__":
    _write()
