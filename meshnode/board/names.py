"""Names that people, organisations, nodes and communities carry: one line that can be shown.

Not for: whether a name may be used by somebody (`rules`). Invariant: what `decode_name` returns
has 1..40 bytes of UTF-8, no line break, no invisible character, no space at its ends.
Source: docs/spec/kinds.md section 1.
"""

import unicodedata
from typing import Final

from meshnode.protocol import text as texts
from meshnode.protocol.errors import LimitError, PeerError

NAME_BYTES_MAX: Final = 40
"""A name and its place, as in `Begegnungszentrum Nordmarkt`; it rides in every certificate."""


def clean_name(name: str) -> str:
    """Return what a person typed as a name in the form that objects carry.

    Composed characters (NFC), every blank one space, nothing invisible that could mislead.
    """
    # Split before and after: a line end becomes a space, and what is taken out leaves only one.
    words = texts.without_unshowable(" ".join(name.split())).split()
    return unicodedata.normalize("NFC", " ".join(words))


def encode_name(name: str) -> bytes:
    """Return the name as UTF-8.

    Raises:
        LimitError: It is outside its bounds; the message is for the person who chose it.
    """
    if not name:
        raise LimitError("The name is empty. Choose one.")
    if "\n" in name or "\t" in name or texts.first_unshowable(name) is not None:
        raise LimitError("The name has a line break or an invisible character. Remove it.")
    if name != name.strip(" "):
        raise LimitError("The name begins or ends with a space. Remove it.")
    data = name.encode()
    if len(data) > NAME_BYTES_MAX:
        raise LimitError(
            f"The name takes {len(data)} bytes; at most {NAME_BYTES_MAX} fit (letters "
            f"such as ä take two). Choose a shorter one."
        )
    return data


def decode_name(data: bytes) -> str:
    """Return the name that `data` holds.

    Raises:
        PeerError: It is empty, too long, cannot be shown or is not canonical.
    """
    name = texts.decode(0, data, text_bytes_max=NAME_BYTES_MAX)
    if not name:
        raise PeerError("bad_length", "the name is empty")
    if "\n" in name or "\t" in name:
        raise PeerError("bad_character", "a name is one line without tabs")
    if name != name.strip(" "):
        raise PeerError("not_canonical", "a name begins or ends with a space")
    return name
