"""Who is who, for those who ask the node: community, members, candidates, and the record of acts.

Not for: deciding any of it (`board`). Invariant: what is derived from all objects is derived once
for each change, however often it is asked for.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from meshnode.board.items import notices_among
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.charter import CharterFields
from meshnode.board.trust.likeness import skeleton
from meshnode.board.trust.members import Candidate, Member, candidates, in_order, members
from meshnode.board.trust.proposals import Proposal, endorsements_of, proposals
from meshnode.board.trust.record import Record, RecordedAct, sequences_of
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.grounds import Grounds, grounds_of
from meshnode.protocol.engine import Engine
from meshnode.protocol.keys import CommunityId, Fingerprint, KeyId
from meshnode.protocol.object import SignedObject

FINGERPRINT_DIGITS_MIN: Final = 4
"""Shortest beginning of a fingerprint by which somebody can be named."""
_NAMED_MAX: Final = 5
"""So many are named where several are meant."""


@dataclass(frozen=True, slots=True)
class Community:
    """The charter in force. `is_final`: this node takes no other charter in its place."""

    id: CommunityId
    charter: CharterFields
    thing: SignedObject
    endorsements: tuple[SignedObject, ...]
    is_final: bool
    stewards: Mapping[Fingerprint, bool]
    proposals: tuple[Proposal, ...]


class People:
    """The community as one running node knows it."""

    def __init__(
        self, *, rules: NeighbourhoodRules, engine: Engine, minute: Callable[[], int]
    ) -> None:
        self._rules = rules
        self._engine = engine
        self._minute = minute
        self._members: dict[Fingerprint, Member] = {}
        self._names: dict[Fingerprint, str] = {}
        self._members_at: int | None = None
        self._sequences: dict[KeyId, int] = {}
        self._sequences_at: int | None = None

    def community(self) -> Community:
        """Return who this community is and who its stewards are.

        Raises:
            NotFoundError: The node has no charter.
        """
        standing = self._rules.standing
        if standing.charter is None:
            raise NotFoundError("This node holds no charter of its community.")
        charter = standing.charters[-1]
        return Community(
            id=self._rules.community,
            charter=standing.charter,
            thing=charter,
            endorsements=tuple(endorsements_of(self._rules, charter.id)),
            is_final=charter == self._rules.pinned,
            stewards=standing.stewards,
            proposals=tuple(proposals(self._rules)),
        )

    def grounds(self) -> Grounds:
        """Return every object from which it follows who is who.

        Raises:
            NotFoundError: The node has no charter.
            LimitError: They are too many.
        """
        return grounds_of(self._rules)

    def everybody(self) -> Mapping[Fingerprint, Member]:
        """Return all who belong, or belonged until a revocation, by fingerprint."""
        if self._rules.people_revision != self._members_at:
            self._members = members(self._rules)
            self._members_at = self._rules.people_revision
            self._names = {one: each.shown_name for one, each in self._members.items()}
        return self._members

    def sequences(self) -> Mapping[KeyId, int]:
        """Return the highest sequence number that is held of every author."""
        revision = self._engine.common.inventory.revision
        if revision != self._sequences_at:
            self._sequences = sequences_of(one.object for one in self._engine.held.values())
            self._sequences_at = revision
        return self._sequences

    def members(self, wanted: str = "", *, with_revoked: bool = False) -> list[Member]:
        """Return those who belong, by name; `wanted` is part of a name or begins a fingerprint."""
        folded = _folded(wanted)
        return [
            one
            for one in in_order(self.everybody())
            if (with_revoked or not one.identity.is_revoked)
            and (
                folded in _folded(one.name)
                or one.identity.fingerprint.hex().startswith(folded.replace(" ", ""))
            )
        ]

    def member(self, wanted: str) -> Member:
        """Return the one member of this name, or whose name or fingerprint begins so.

        Raises:
            NotFoundError: There is none.
            AmbiguousError: There are several, or others whose name looks the same.
        """
        found = self._named(wanted)
        if not found:
            raise NotFoundError(f"Nobody here goes by {wanted!r}. Look at the list of members.")
        if len(found) > 1:
            shown = ", ".join(
                f"{one.name} ({one.identity.fingerprint.hex()[:8]})" for one in found[:_NAMED_MAX]
            )
            more = " and others" if len(found) > _NAMED_MAX else ""
            raise AmbiguousError(
                f"{len(found)} could be meant by {wanted!r}: {shown}{more}. "
                "Give the digits in brackets instead of the name."
            )
        return found[0]

    def shown_names(self) -> Mapping[Fingerprint, str]:
        """Return under which name the board shows everybody, with digits where it misleads."""
        self.everybody()
        return self._names

    def candidates(self) -> list[Candidate]:
        """Return those for whom members speak, but not enough of them yet."""
        return candidates(self._rules)

    def acts(self) -> list[RecordedAct]:
        """Return every act of governance and of moderation that is held, newest first."""
        names = self.shown_names()
        record = Record(self._rules, names, minute=self._minute())
        notices = (one.object for one in self._engine.held.values())
        return record.acts(self._governance(), notices_among(notices, self._rules, names))

    def _governance(self) -> list[SignedObject]:
        """Return the objects of authority, the charter that this node trusts among them."""
        pinned = self._rules.pinned
        things = {} if pinned is None else {pinned.id: pinned}
        return list((things | dict(self._rules.governance)).values())

    def _named(self, wanted: str) -> list[Member]:
        everybody = list(in_order(self.everybody()))
        digits = "".join(wanted.split()).lower().removeprefix("#")
        is_fingerprint = len(digits) >= FINGERPRINT_DIGITS_MIN
        by_digits = [
            one
            for one in everybody
            if is_fingerprint and one.identity.fingerprint.hex().startswith(digits)
        ]
        present = [one for one in everybody if not one.identity.is_revoked]
        folded = _folded(wanted)
        by_name = [one for one in present if _folded(one.name) == folded]
        if by_name:
            # Whoever types a name may mean the one that looks the same.
            alike = skeleton(wanted)
            by_name = [one for one in present if skeleton(one.name) == alike]
        else:
            by_name = [one for one in present if folded and _folded(one.name).startswith(folded)]
        both = {one.identity.fingerprint: one for one in (*by_name, *by_digits)}
        return list(both.values())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()
