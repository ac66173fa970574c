"""Where a daemon listens that was told port 0: one chosen beforehand may be another's by then."""

import re
import time
from pathlib import Path
from typing import Final

from tests.patience import READY_S

BOARD: Final = "doors=http://"
STREAM: Final = "sentence=listening on "
_POLL_S: Final = 0.05


def told_port(log: Path, what: str, *, since_bytes: int = 0) -> int:
    """Return the port of the board or of the stream, as the log says it behind so many bytes."""
    pattern = re.compile(rf"{what}127\.0\.0\.1:(\d+)(?=[/\s])".encode())
    until_s = time.monotonic() + READY_S
    while (found := pattern.search(log.read_bytes(), since_bytes)) is None:
        assert time.monotonic() < until_s, log.read_text()
        time.sleep(_POLL_S)
    return int(found[1])
