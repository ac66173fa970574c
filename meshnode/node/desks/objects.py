"""The desk for objects of any kind by their ids: where they are, what goes on paper with them.

Not for: what they mean to people, which is for the desk of each kind. Invariant: nothing is changed
here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from meshnode.board.bulletins.moderation import Notice, moderate
from meshnode.board.items import Names, notices_among
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.versions import is_update, root_of
from meshnode.node.clock import Clock
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.papers import Papers, papers_of
from meshnode.node.desks.shelf import id_prefix
from meshnode.node.desks.whereabouts import Whereabouts, places_of
from meshnode.node.status import node_names
from meshnode.protocol.engine import Engine
from meshnode.protocol.object import Kind, ObjectId, SignedObject


@dataclass(frozen=True, slots=True)
class ObjectDesk:
    """What one node holds; `names` gives under which name the board shows everybody."""

    rules: NeighbourhoodRules
    engine: Engine
    clock: Clock
    names: Callable[[], Names]

    def held(self, thing_id: str) -> SignedObject:
        """Return the held object with this id, in hex.

        Raises:
            NotFoundError: It is not here.
        """
        held = self.engine.held.get(ObjectId(bytes.fromhex(thing_id)))
        if held is None:
            raise NotFoundError(f"No object here has the id {thing_id}.")
        return held.object

    def find(
        self, prefix: str, *, kinds: frozenset[Kind] | None = None, noun: str = "object"
    ) -> SignedObject:
        """Return the held object of these kinds, None: of any, whose id begins so, in hex.

        The id of a version that is held comes first; then that of the first version, which stays
        good however often its author updates it.

        Raises:
            LimitError: It is no beginning of an id.
            NotFoundError: There is none here.
            AmbiguousError: There are several.
        """
        wanted = id_prefix(prefix)
        held = [
            one.object
            for one in self.engine.held.values()
            if kinds is None or one.object.kind in kinds
        ]
        found = [one for one in held if one.id.hex().startswith(wanted)]
        if not found:
            found = [one for one in held if is_update(one) and _is_named(one, wanted)]
        if not found:
            raise NotFoundError(f"No {noun} here has an id that begins with {wanted}.")
        if len(found) > 1:
            raise AmbiguousError(f"{len(found)} {noun}s begin with {wanted}; give more digits.")
        return found[0]

    def notice(self, thing_id: str) -> Notice:
        """Return the notice of moderation with this id, in hex, by somebody who may.

        Raises:
            NotFoundError: There is none here.
        """
        for notice in notices_among([self.held(thing_id)], self.rules, self.names()):
            return notice
        raise NotFoundError(f"No notice here has the id {thing_id}.")

    def whereabouts(self, prefix: str) -> Whereabouts:
        """Return where the object is whose id begins with `prefix`, in hex.

        Raises:
            LimitError, NotFoundError, AmbiguousError: As `find`.
        """
        thing = self.find(prefix)
        holders = self.engine.holders(thing.id)
        places = places_of(holders, node_names(self.rules), now_ms=self.clock.now_ms())
        return Whereabouts(thing.id, places)

    def papers(self, prefix: str) -> Papers:
        """Return the object whose id begins with `prefix`, in hex, as it goes on paper.

        Raises:
            LimitError, NotFoundError, AmbiguousError: As `find`.
        """
        thing = self.find(prefix)
        notices = notices_among(self.rules.notices_on(thing.id), self.rules, self.names())
        moderation = moderate(notices)
        papers = papers_of(thing, [one.thing for one in moderation.in_force], self.rules)
        return replace(papers, is_hidden=moderation.hidden is not None)


def _is_named(update: SignedObject, wanted: str) -> bool:
    """Return whether these digits are the first version's, of which its root has the first 8."""
    root = root_of(update).hex()
    return root.startswith(wanted[: len(root)])
