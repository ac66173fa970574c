"""The texts that TypeScript is tested with are what Python writes and reads today."""

import json
from pathlib import Path

from meshnode.protocol import text as texts
from meshnode.protocol.errors import PeerError
from tests.vectors.make_many_texts import TARGET, unbase64

CONTENT = json.loads(Path(TARGET).read_text(encoding="utf-8"))
EACH = 10
"""Reading all of them takes ten seconds, and says the same."""


def outcome(codec: int, encoded: str) -> tuple[str | None, str | None]:
    try:
        data = unbase64(encoded)
        return texts.decode(codec, data, text_bytes_max=CONTENT["text_bytes_max"]), None
    except PeerError as error:
        return None, error.reason


def test_what_was_written_is_read():
    for codec, encoded, text in CONTENT["texts"][::EACH]:
        assert outcome(codec, encoded) == (text, None)


def test_what_is_no_text_is_refused_for_the_reason_that_is_noted():
    for codec, encoded, text, reason in CONTENT["spoilt"][::EACH]:
        assert outcome(codec, encoded) == (text, reason)


def test_senders_take_what_is_noted_for_them():
    for codec, encoded, text in CONTENT["texts"][:: 3 * EACH]:
        chosen, data = texts.encode(text)
        assert chosen == codec
        # Other versions of zlib may write other bytes.
        assert data == unbase64(encoded) or codec == texts.DEFLATE
