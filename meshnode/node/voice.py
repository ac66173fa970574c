"""The node's own voice: what it signs with its key.

Not for: what people sign, which comes in finished (`exchange`). Invariants: what `say` returned is
on disk; no sequence number is used twice.
"""

from meshnode.node.clock import Clock
from meshnode.node.keyring import Keyring
from meshnode.node.runner import Runner
from meshnode.protocol.object import Kind, ShortId, SignedObject, compose, lifetime_code_for
from meshnode.store.port import Store


class Voice:
    """Signs, stores and gossips objects of this node."""

    def __init__(self, *, keyring: Keyring, runner: Runner, store: Store, clock: Clock) -> None:
        self.key_id = keyring.key.id
        self.public_key = keyring.key.public
        self._keyring = keyring
        self._runner = runner
        self._store = store
        self._clock = clock

    def creation_minute(self) -> int:
        """Return the minute to write on an object that is made now."""
        return self._runner.engine.creation_minute(self._clock.now_ms())

    async def say(
        self,
        kind: Kind,
        codec: int,
        body: bytes,
        *,
        minutes: int,
        created_min: int,
        parent: ShortId | None = None,
    ) -> SignedObject:
        """Return a new object of this node's, once it is on disk; it lives at least `minutes`.

        Raises:
            RefusedError: Our own rules refuse it.
            LimitError: The body or the lifetime is outside its bounds.
            StoreError: It could not be saved; nothing was promised.
        """
        thing = await self.sign(
            kind, codec, body, minutes=minutes, created_min=created_min, parent=parent
        )
        await self._runner.submit(thing)
        return thing

    async def sign(
        self,
        kind: Kind,
        codec: int,
        body: bytes,
        *,
        minutes: int,
        created_min: int,
        parent: ShortId | None = None,
    ) -> SignedObject:
        """Return a new object of this node's that nobody has yet, nor the disk; as `say`.

        Raises:
            LimitError, StoreError: As `say`.
        """
        sequence = await self._store.next_sequence(
            self.key_id, above=self._runner.own_sequence_max()
        )
        return compose(
            key=self._keyring.key,
            community=self._keyring.community,
            kind=kind,
            codec=codec,
            body=body,
            sequence=sequence,
            created_min=created_min,
            lifetime_code=lifetime_code_for(minutes),
            parent=parent,
        )
