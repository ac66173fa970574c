"""Logging: one line an event, for people or as JSON. Never a text, a name, a key or a position.

Whoever logs gives an event's name and `extra={"fields": {...}}`; ids are shortened to 8 digits.
"""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Final

_JOURNAL_PRIORITY: Final = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}


class TextFormatter(logging.Formatter):
    """`12:04:05 info link up link=radio`; under systemd with the journal's priority instead."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        fields = " ".join(f"{key}={value}" for key, value in _fields(record).items())
        line = f"{record.levelname.lower()} {record.getMessage()} {fields}".rstrip()
        line = line.replace("\n", " ")
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        if "JOURNAL_STREAM" in os.environ:
            return f"<{_JOURNAL_PRIORITY.get(record.levelno, 6)}>{line}"
        return f"{datetime.now().astimezone():%H:%M:%S} {line}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        document: dict[str, object] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            document["exception"] = self.formatException(record.exc_info)
        return json.dumps(document, default=str)


def set_up(*, level: str, style: str) -> None:
    """Log to standard error from now on; `style` is `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("asyncio", "aiosqlite", "uvicorn", "uvicorn.error", "bleak"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields = getattr(record, "fields", {})
    return fields if isinstance(fields, dict) else {}
