"""Objects in and sealed messages out, for clients that hold their own keys.

Not for: what people may sign (the rules say so) or opening anything, for which the node has no
key. Invariants: every object goes through the one ingress; what was accepted is on disk.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.board.mail.circle import CircleFields, decode_circle
from meshnode.board.mail.sealed import check_sealed
from meshnode.board.rules import NeighbourhoodRules
from meshnode.node.denials import RefusedError
from meshnode.node.desks.refused import damage_sentence, refusal_sentence
from meshnode.node.runner import Runner
from meshnode.node.voice import Voice
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import Kind, ObjectId, SignedObject, decode

SUBMITTED_MAX: Final = 64
"""Objects handed in together: a steward who renews a street. Each is one commit to disk."""
SEALED_MAX: Final = 500
"""Sealed messages in one answer: at most 1.4 MB in base64."""


@dataclass(frozen=True, slots=True)
class SealedPage:
    """Sealed messages in the order in which they came here; `is_complete`: there are no more."""

    things: tuple[SignedObject, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class CircleView:
    """A circle as its founder lists it; the founder is unknown where its certificate is gone."""

    id: ObjectId
    fields: CircleFields
    founder: Fingerprint | None
    founder_name: str | None
    expires_min: int


class Exchange:
    """What signed bytes come in and go out."""

    def __init__(
        self,
        *,
        rules: NeighbourhoodRules,
        runner: Runner,
        voice: Voice,
        minute: Callable[[], int],
    ) -> None:
        self._rules = rules
        self._runner = runner
        self._voice = voice
        self._minute = minute

    async def submit(self, encoded: Sequence[bytes]) -> list[ObjectId]:
        """Take signed objects in order; return their ids once they are on disk.

        What is held already counts as taken. The first that is refused ends it.

        Raises:
            RefusedError: One is refused; the error says why, and what was taken before.
            LimitError: There are too many.
            StoreError: One could not be saved; those before it are.
        """
        if len(encoded) > SUBMITTED_MAX:
            raise LimitError(f"At most {SUBMITTED_MAX} objects go in together; send fewer at once.")
        accepted: list[ObjectId] = []
        for one in encoded:
            try:
                thing = decode(one)
            except PeerError as error:
                raise RefusedError(
                    damage_sentence(len(accepted) + 1),
                    reason=error.reason,
                    accepted=tuple(accepted),
                ) from error
            try:
                await self._runner.submit(thing)
            except RefusedError as error:
                raise RefusedError(
                    refusal_sentence([error.reason]),
                    reason=error.reason,
                    accepted=tuple(accepted),
                ) from error
            accepted.append(thing.id)
        return accepted

    def sealed(self, after: ObjectId | None) -> SealedPage:
        """Return the sealed messages that came after the one with this id.

        All of them if `after` is None or not here any more.
        """
        minute = self._minute()
        held = self._runner.engine.held
        is_wanted = after is None or after not in held
        wanted: list[SignedObject] = []
        # The engine holds objects in the order in which they came, also after a restart.
        for thing_id, one in held.items():
            is_shown = one.object.kind == Kind.SEALED and one.object.expires_min > minute
            if is_wanted and is_shown:
                if len(wanted) == SEALED_MAX:
                    return SealedPage(tuple(wanted), is_complete=False)
                wanted.append(one.object)
            is_wanted = is_wanted or thing_id == after
        return SealedPage(tuple(wanted), is_complete=True)

    async def carry(self, body: bytes, *, minutes: int) -> SignedObject:
        """Sign a sealed body with the node's key, so that nobody sees who wrote it.

        Raises:
            LimitError: The body is not a sealed one, or lives too long.
            StoreError: It could not be saved; nothing was promised.
        """
        if not 0 < minutes <= BULLETIN_MINUTES_MAX:
            raise LimitError(
                f"A sealed message lives from 1 minute to {BULLETIN_MINUTES_MAX // 1440} days."
            )
        try:
            check_sealed(0, body)
        except PeerError as error:
            raise RefusedError(
                "This is not a sealed message; nothing was sent. Seal it with the same version "
                "of meshnode as this node's.",
                reason=error.reason,
            ) from error
        created_min = self._voice.creation_minute()
        return await self._voice.say(Kind.SEALED, 0, body, minutes=minutes, created_min=created_min)

    def circles(self) -> list[CircleView]:
        """Return the circles that are listed, by name."""
        minute = self._minute()
        newest: dict[tuple[bytes, bytes], SignedObject] = {}
        for one in self._runner.engine.held.values():
            thing = one.object
            if thing.kind == Kind.CIRCLE and thing.expires_min > minute:
                # A founder lists a circle again to rename it: the newest listing counts.
                place = (bytes(thing.author), bytes(thing.body[:4]))
                known = newest.get(place)
                if known is None or (thing.sequence, thing.id) > (known.sequence, known.id):
                    newest[place] = thing
        views = map(self._circle, newest.values())
        return sorted(views, key=lambda view: (view.fields.name.casefold(), view.id))

    def _circle(self, thing: SignedObject) -> CircleView:
        founder = self._rules.author_of(thing)
        return CircleView(
            id=thing.id,
            fields=decode_circle(thing.codec, thing.body),
            founder=None if founder is None else founder.fingerprint,
            founder_name=None if founder is None else self._rules.name_of(founder),
            expires_min=thing.expires_min,
        )
