"""Write paperline.json: objects with the lines that carry them on paper, and lines to refuse.

Run: `python -m tests.vectors.make_paperline`. Lines hang on walls: what they mean never changes.
"""

import json
from pathlib import Path
from typing import Any

from meshnode.board.paperline import encode_paper
from meshnode.protocol.object import decode

PATH = Path(__file__).with_name("paperline.json")
OBJECTS = Path(__file__).with_name("objects.json")
NAMES = ("bulletin-raw", "bulletin-deflate", "device")
PART_BYTES = 60

_REFUSED = {
    "another version": ("MN2:000", "bad_prefix"),
    "nothing in it": ("MN1:", "bad_length"),
    "a name and no content": ("MN1:00000000", "bad_length"),
    "a letter too many": ("MN1:000000000000A", "truncated"),
    "three letters that are no two bytes": ("MN1:///", "bad_value"),
    "two letters that are no byte": ("MN1:000000000//", "bad_value"),
    "a letter that is none": ("MN1:00000000000$", "bad_character"),
    "part 2 of 1": ("MN1:000000YK2", "bad_value"),
}


def build() -> dict[str, Any]:
    """Return the content of paperline.json."""
    objects = {one["name"]: one for one in json.loads(OBJECTS.read_text())["objects"]}
    rows = []
    for name in NAMES:
        encoded = objects[name]["encoded"]
        thing = decode(bytes.fromhex(encoded))
        rows.append(
            {
                "name": name,
                "object": encoded,
                "line": encode_paper(thing),
                "parts": encode_paper(thing, part_bytes_max=PART_BYTES),
            }
        )
    return {
        "about": "Made by tests/vectors/make_paperline.py. Byte strings are hex. "
        "See docs/spec/paper.md.",
        "objects": rows,
        "refused": [
            {"name": name, "line": line, "reason": reason}
            for name, (line, reason) in _REFUSED.items()
        ],
    }


def serialise(content: dict[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
