"""The shelf: what desks of a running node need to find things on the board and to name people.

Not for: what the things say (each family's desk). Invariant: everything it returns is derived from
the held objects when it is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from meshnode.board.items import Author, Item, Names, author_of, item_of, items
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.versions import current, root_of
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import SHORT_ID_BYTES, Kind, ShortId, SignedObject

ID_PREFIX_MIN: Final = 4
"""Shortest shortened id, in hex digits; shorter ones would become ambiguous within a day."""
_ROOT_DIGITS: Final = 2 * SHORT_ID_BYTES


@dataclass(frozen=True, slots=True)
class Shelf:
    """The board of one node.

    `minute` gives the community's minute, `names` under which name the board shows everybody.
    """

    rules: NeighbourhoodRules
    minute: Callable[[], int]
    names: Callable[[], Names]

    def items(self, kind: Kind, *, with_hidden: bool = False) -> list[Item]:
        """Return the things of an updatable kind that are not over, newest first."""
        return items(self.rules, kind, self.names(), minute=self.minute(), with_hidden=with_hidden)

    def item(self, prefix: str, *kinds: Kind, noun: str) -> Item:
        """Return the one thing of these kinds whose id or root begins with `prefix`, in hex.

        Hidden and ended things are found as well: whoever has the id may look at them.

        Raises:
            LimitError: It is no beginning of an id.
            NotFoundError: There is none here.
            AmbiguousError: There are several.
        """
        wanted = id_prefix(prefix)
        found: dict[tuple[ShortId, KeyId], list[SignedObject]] = {}
        for kind in kinds:
            for thing in self.rules.register.of_kind(kind):
                root = root_of(thing)
                is_root = len(wanted) <= _ROOT_DIGITS and root.hex().startswith(wanted)
                if is_root or thing.id.hex().startswith(wanted):
                    # What somebody else calls a version of it is another thing.
                    by = self.rules.author_of(thing)
                    who = thing.author if by is None else KeyId(bytes(by.fingerprint))
                    found.setdefault((root, who), []).append(thing)
        firsts = [same for same in found.values() if any(one.parent is None for one in same)]
        meant = firsts or list(found.values())
        if not meant:
            raise NotFoundError(f"No {noun} here has an id that begins with {wanted}.")
        if len(meant) > 1:
            raise AmbiguousError(f"{len(meant)} {noun}s begin with {wanted}; give more digits.")
        return item_of(current(meant[0]), self.rules, self.names())

    def author(self, thing: SignedObject) -> Author | None:
        """Return who signed a held object, as the board shows it."""
        return author_of(self.rules.author_of(thing), self.rules, self.names())


def id_prefix(prefix: str) -> str:
    """Return the digits of a shortened id.

    Raises:
        LimitError: They are too few, or no hex digits.
    """
    wanted = prefix.strip().lower().removeprefix("#")
    if len(wanted) < ID_PREFIX_MIN or not set(wanted) <= set("0123456789abcdef"):
        raise LimitError(
            f"An id is at least {ID_PREFIX_MIN} of the digits 0-9 and a-f, "
            f"as lists show it; not {prefix!r}."
        )
    return wanted
