"""The address that reads a draft."""

from typing import Final

from meshnode.api.operation import Access, Operation

CODEC_MAX: Final = 7
KINDS: Final = ("bulletin", "drill", "offer", "meetup")
"""What can be read before it is signed."""

PREVIEW_OPERATIONS: Final = (
    Operation(
        "preview",
        "GET",
        "/preview",
        "preview",
        "How a body would read that nobody has signed yet; nothing of it is kept",
        "Preview",
        access=Access.PUBLIC,
        has_language=True,
        parameters=(
            {
                "name": "kind",
                "in": "query",
                "required": True,
                "schema": {"type": "string", "enum": list(KINDS)},
            },
            {
                "name": "codec",
                "in": "query",
                "description": "How its words are coded.",
                "schema": {"type": "integer", "minimum": 0, "maximum": CODEC_MAX, "default": 0},
            },
            {
                "name": "body",
                "in": "query",
                "required": True,
                "description": "base64url without padding.",
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
            },
        ),
    ),
)
