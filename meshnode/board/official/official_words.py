"""What stands around an authority's own words, in the language of its message.

Invariant: it is part of what an importer signs, unlike every other word of the catalogues. A better
translation makes the next message read better; it is never a reason to sign an old one again unless
its text gets longer (`planning`).
"""

from typing import Final

from meshnode.board.words import Words

FRAMES: Final = Words(
    "official alert",
    {
        "areas": "Area: {areas}.",
        "areas-more": "Area: {areas} and {count} more.",
        "whole": "Whole text: {address}",
        "all-clear": "All clear: {headline}",
        "taken-back": "Cancelled: {headline}",
        "nothing-said": "Its source has taken this warning back.",
    },
    "Around an authority's own words. It goes over the radio: keep it as short as it can be.",
)
