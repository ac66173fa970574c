"""Claims whose thing is not here: withdrawn, over, or not come yet.

A pure function of what is held. Not for: things that a node remembers
(`meshnode.node.capacity.calledoff`). Invariant: a claim is called off only on the word of whoever
its booking names as the author.
"""

from collections.abc import Collection, Iterator

from meshnode.board.capacity.books import name_of_author, read_act
from meshnode.board.capacity.ledger import Ask, Standing, State
from meshnode.board.exchange.claim import Step, mark_of, read_claim_head
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.versions import UPDATABLE, root_of
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ShortId, SignedObject


def orphans(
    rules: NeighbourhoodRules, known: Collection[ShortId]
) -> Iterator[tuple[SignedObject, Fingerprint, Standing]]:
    """Yield each ask for slots of something that is neither held nor one of the known roots."""
    for ask in list(rules.register.of_kind(Kind.CLAIM)):
        head, _ = read_claim_head(ask.body, ask.parent)
        by = rules.author_of(ask)
        # Only what is booked has slots: whoever asks for an offer names none.
        if head.step is not Step.ASK or head.slots is None or by is None or ask.parent is None:
            continue
        if ask.parent in known or _is_held(rules, ask.parent):
            continue
        fields = Ask(ask.id, by.fingerprint, ask.created_min, head.slots, head.quantity or 1)
        yield ask, by.fingerprint, Standing(fields, _state(rules, ask, ask.parent, by.fingerprint))


def _is_held(rules: NeighbourhoodRules, root: ShortId) -> bool:
    things = rules.register.targets(root).values()
    return any(one.kind in UPDATABLE and root_of(one) == root for one in things)


def _state(rules: NeighbourhoodRules, ask: SignedObject, root: ShortId, by: Fingerprint) -> State:
    if _is_cancelled(rules, ask, by):
        return State.CANCELLED
    names = {
        name
        for one in rules.register.children(ask.short_id, Kind.BOOKING)
        for name, _, act in [read_act(one)]
        if act.claim == ask.id[:8] and name[0] == root
    }
    for one in rules.register.withdrawals_of(root):
        author = rules.author_of(one)
        if author is not None and (root, name_of_author(author.fingerprint)) in names:
            return State.CALLED_OFF
    return State.GONE


def _is_cancelled(rules: NeighbourhoodRules, ask: SignedObject, by: Fingerprint) -> bool:
    """Return whether whoever asked gave it up; who else may have is not known without the thing."""
    for one in rules.register.children(ask.short_id, Kind.CLAIM):
        head, _ = read_claim_head(one.body, one.parent)
        author = rules.author_of(one)
        is_own = author is not None and author.fingerprint == by
        if is_own and head.step is Step.CANCEL and head.mark == mark_of(ask.id):
            return True
    return False
