"""Sellers: the nodes that may sell something, by name, and when each was heard.

Not for: what they own (`board.capacity.chain`). Invariant: a node is heard when anything came from
it, over whatever link.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.board.trust.certificate import IdentityClass
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.shelf import Shelf
from meshnode.node.runner import Runner
from meshnode.protocol.keys import Fingerprint, PublicKey, key_id

HEARD_LATELY_MS: Final = 24 * 3600 * 1000
_FINGERPRINT_DIGITS_MIN: Final = 4


@dataclass(frozen=True, slots=True)
class Owner:
    """A node that may sell some units: its name, how many, and when it was heard.

    `heard_s` is 0 for this node, None where it was not heard since the start.
    """

    fingerprint: Fingerprint
    name: str
    free: int
    heard_s: int | None


class Sellers:
    """The nodes of the community, as this one, `own`, knows them."""

    def __init__(self, *, shelf: Shelf, runner: Runner, own: Fingerprint) -> None:
        self._shelf = shelf
        self._runner = runner
        self._own = own

    def owner(self, node: Fingerprint, free: int) -> Owner:
        """Return a node that may sell so many units."""
        return Owner(node, self.name(node), free, self._heard_s(node))

    def name(self, who: Fingerprint) -> str:
        """Return under which name somebody is shown, a node or a person."""
        identity = self._shelf.rules.standing.identities.get(who)
        if identity is None:
            return who.hex()[:8]
        return self._shelf.names().get(who) or self._shelf.rules.name_of(identity)

    def named(self, name: str) -> Fingerprint:
        """Return the node that goes by a name, or whose fingerprint begins so.

        Raises:
            NotFoundError: There is none.
            AmbiguousError: There are several.
        """
        wanted = name.strip().casefold()
        is_long = len(wanted) >= _FINGERPRINT_DIGITS_MIN
        nodes = [
            one
            for one in self._shelf.rules.members()
            if one.identity_class is IdentityClass.NODE
            and (
                self._shelf.rules.name_of(one).casefold() == wanted
                or (is_long and one.fingerprint.hex().startswith(wanted))
            )
        ]
        if not nodes:
            raise NotFoundError(f"No node here is called {name!r}. See: meshnode member list")
        if len(nodes) > 1:
            raise AmbiguousError(f"{len(nodes)} nodes are called {name!r}; give a fingerprint.")
        return nodes[0].fingerprint

    def heard_lately(self) -> list[Fingerprint]:
        """Return the other nodes that were heard in the last day, the last one first."""
        found: list[tuple[int, Fingerprint]] = []
        now_ms = self._runner.now_ms()
        for one in self._shelf.rules.members():
            heard_ms = self._heard_ms(one.public_key)
            is_node = one.identity_class is IdentityClass.NODE
            is_other = is_node and one.fingerprint != self._own
            if is_other and heard_ms is not None and now_ms - heard_ms <= HEARD_LATELY_MS:
                found.append((-heard_ms, one.fingerprint))
        return [fingerprint for _, fingerprint in sorted(found)]

    def _heard_s(self, node: Fingerprint) -> int | None:
        if node == self._own:
            return 0
        identity = self._shelf.rules.standing.identities.get(node)
        heard_ms = None if identity is None else self._heard_ms(identity.public_key)
        return None if heard_ms is None else max(0, self._runner.now_ms() - heard_ms) // 1000

    def _heard_ms(self, key: PublicKey) -> int | None:
        """Return when a node was heard last, over whatever link."""
        engine = self._runner.engine
        heard = [engine.peers[key].last_heard_ms] if key in engine.peers else []
        heard += [
            one.last_heard_ms
            for contacts in engine.contacts.values()
            for one in contacts.neighbours.all()
            if one.sender == key_id(key)[:2]
        ]
        return max(heard, default=None)
