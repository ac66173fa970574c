"""Which inputs reach lines of ours that others do not: those are worth keeping.

Lines after lines, not only lines: a loop that goes round and one that does not are two things.
"""

import sys
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

from tests.fuzz import registry

KEPT_BYTES_MAX = 12_000
"""Of one harness: all of them together stay below 200 kB."""
_OURS = str(registry.SOURCES)

Edges = set[tuple[str, int, int]]


def keep(name: str, found: Iterable[bytes]) -> tuple[int, int]:
    """Add to the corpus of a harness what reaches something new; return how many, and all bytes."""
    run = registry.load(name).run
    known: Edges = set()
    for data in registry.inputs(name).values():
        known |= edges(run, data)
    taken = sum(path.stat().st_size for path in registry.corpus_files(name))
    count = 0
    for data in sorted(set(found), key=len):
        if taken + len(data) > KEPT_BYTES_MAX:
            break
        new = edges(run, data) - known
        if new:
            known |= new
            taken += len(data)
            count += 1
            _write(registry.CORPUS / name, data)
    return count, taken


def edges(run: Callable[[bytes], object], data: bytes) -> Edges:
    """Return which lines of ours follow which while this input runs."""
    seen: Edges = set()
    last: dict[FrameType, int] = {}

    def on_line(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            name = frame.f_code.co_filename
            seen.add((name, last.get(frame, 0), frame.f_lineno))
            last[frame] = frame.f_lineno
        return on_line

    def on_call(frame: FrameType, _event: str, _argument: Any) -> Any:
        return on_line if frame.f_code.co_filename.startswith(_OURS) else None

    sys.settrace(on_call)
    try:
        run(data)
    finally:
        sys.settrace(None)
    return seen


def _write(directory: Path, data: bytes) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / sha256(data).hexdigest()[:12]).write_bytes(data)
