"""What goes on paper with an object: lines, and the contents of QR codes.

Imports what is slow; import it in a command.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from meshnode.board.paperline import codes, encode_paper
from meshnode.commands.client import Client, escaped
from meshnode.commands.speaker import decoded_object

if TYPE_CHECKING:
    from meshnode.protocol.object import SignedObject

QR_CHARACTERS_MAX: Final = 938
"""What one printed code takes: version 17 at the lowest error correction. Its 85 modules with the
quiet margin are half a millimetre each on 46 mm of paper, which old cameras still tell apart."""


@dataclass(frozen=True, slots=True)
class PaperItem:
    """An object, the notices on it, and what vouches for those who signed them."""

    id: str
    thing: "SignedObject"
    notices: "tuple[SignedObject, ...]"
    vouchers: "tuple[SignedObject, ...]"

    def lines(self, *, alone: bool) -> list[str]:
        """Return all lines; `alone`: without those that vouch."""
        things = (self.thing, *self.notices, *(() if alone else self.vouchers))
        return [line for one in things for line in encode_paper(one)]

    @property
    def is_one_code(self) -> bool:
        """Whether item and vouchers go into one QR code."""
        return len(self._contents()) == 1

    def contents(self) -> list[str]:
        """Return what the codes beside the item say; vouchers are among it only if all of it goes
        into one code, else they stand in codes of their own (`voucher_codes`).
        """
        whole = self._contents()
        if len(whole) == 1:
            return whole
        return codes((self.thing, *self.notices), characters_max=QR_CHARACTERS_MAX)

    def _contents(self) -> list[str]:
        things = (self.thing, *self.notices, *self.vouchers)
        return codes(things, characters_max=QR_CHARACTERS_MAX)


def fetch_papers(client: Client, object_id: str) -> PaperItem:
    """Return what goes on paper with the object of this id, which may be shortened.

    Raises:
        Failure: There is none, or several.
    """
    document = client.get(f"/objects/{escaped(object_id)}/papers")
    return PaperItem(
        document["id"],
        decoded_object(document["encoded"]),
        tuple(map(decoded_object, document["notices"])),
        tuple(map(decoded_object, document["vouchers"])),
    )


def voucher_codes(items: Iterable[PaperItem]) -> list[str]:
    """Return the codes with what vouches for those authors who did not go beside their items."""
    things = {one.id: one for item in items if not item.is_one_code for one in item.vouchers}
    return codes(list(things.values()), characters_max=QR_CHARACTERS_MAX)
