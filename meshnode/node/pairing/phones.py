"""Phones: who was let in, whether a request is theirs, and what the node says to them alone.

Not for: HTTP, or which address needs what (`meshnode.api.door.gate`). Invariants: a request is
admitted once, in one start of the node, for the phone that signed it; what lets phones in comes
from the socket or the kiosk's page; nothing here signs for a person.
Source: docs/spec/pairing.md.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from meshnode.board.pairing.answers import Answerer
from meshnode.board.pairing.openings import Opening as Address
from meshnode.board.pairing.openings import encode_opening, node_hash
from meshnode.board.pairing.proofs import node_proof, signed_by_node
from meshnode.board.pairing.signed import CHALLENGE_BYTES, Authorization, signed_bytes
from meshnode.board.pairing.window import CounterWindow
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.standing import Identity
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.keyring import Keyring
from meshnode.node.pairing.belongings import (
    Belonging,
    OpenInvitation,
    belongings_of,
    find_invitation,
    is_revoked,
    owner_of,
)
from meshnode.node.pairing.pairingdesk import KIOSK_FRESH_MS, OPEN_MS, Opening, PairingDesk
from meshnode.node.pairing.phonebook import PHONES_MAX, Phone, Phonebook
from meshnode.protocol.agreement import agreement_key_of
from meshnode.protocol.engine import Engine
from meshnode.protocol.errors import LimitError, StoreError
from meshnode.protocol.keys import PublicKey, is_acceptable, verify_once
from meshnode.store.port import Store

KEY_DIGITS_MIN: Final = 4
"""Shortest beginning of a key by which a phone can be named."""
WINDOWS_MAX: Final = 2 * PHONES_MAX
"""Phones whose numbers are remembered, those among them that were unpaired since the start."""
SAVE_S: Final = 3600.0
"""How often it is written down who was here: only the day counts."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Paired:
    """What the node answers to a phone that it let in."""

    proof: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class KioskToken:
    """What a kiosk shows: the fragment of an address, and for how long it should stand there."""

    fragment: str
    code: str
    shown_for_s: int


class Phones:
    """The phones of one node. `entropy(n)` returns n bytes that nobody can guess."""

    def __init__(
        self,
        *,
        keyring: Keyring,
        rules: NeighbourhoodRules,
        engine: Engine,
        store: Store,
        now_ms: Callable[[], int],
        minute: Callable[[], int],
        entropy: Callable[[int], bytes],
        has_kiosk: bool = False,
    ) -> None:
        self.node_key = keyring.key.public
        self.challenge = entropy(CHALLENGE_BYTES)
        """New at each start: what was signed for an earlier one counts no more."""
        self.book = Phonebook(store)
        self.desk = PairingDesk(now_ms=now_ms, minute=minute, entropy=entropy)
        self.address: str | None = None
        """Where a browser finds this node; None: nowhere."""
        self._keyring = keyring
        self._rules = rules
        self._engine = engine
        self._now_ms = now_ms
        self._minute = minute
        self._has_kiosk = has_kiosk
        self._windows: dict[PublicKey, CounterWindow] = {}
        self._answerer = Answerer(agreement_key_of(keyring.key), self.node_key, self.challenge)

    def restore(self, settings: Mapping[str, bytes]) -> None:
        """Take over what the store kept."""
        self.book.restore(settings)

    def fragment(self, opening: Opening, seed: bytes | None = None) -> str:
        """Return what stands behind the `#` of the address in a QR code."""
        return encode_opening(Address(opening.token, node_hash(self.node_key), seed))

    def open_(self, *, lasting_ms: int = OPEN_MS) -> Opening:
        """Let one phone in, for a while.

        Raises:
            LimitError: Enough are open.
        """
        return self.desk.open_(lasting_ms=lasting_ms)

    def kiosk_token(self) -> KioskToken | None:
        """Return what the page of a kiosk shows now.

        None where the configuration has no kiosk, or while nothing can be opened.
        """
        opening = self.desk.kiosk_opening() if self._has_kiosk else None
        if opening is None:
            return None
        shown_until_ms = opening.opened_ms + KIOSK_FRESH_MS
        shown_for_s = max(1, shown_until_ms - self._now_ms()) // 1000
        return KioskToken(self.fragment(opening), opening.code, shown_for_s)

    async def pair(self, key: PublicKey, proof: bytes, address: str) -> Paired:
        """Let a phone in by what it proves to have; it is on disk on return.

        Raises:
            UsedError: Another phone was first.
            NotAllowedError: The proof fits nothing, or what is over.
            TooOftenError: From this address too many fitted nothing.
            LimitError: The key has no valid form, or all places are taken.
            StoreError: The disk will not take it; the phone may come again by the same proof.
        """
        if not is_acceptable(key):
            raise LimitError("The key has no valid form. Begin again with another one.")
        secret = self.desk.take(key, proof, address)
        await self.book.add(
            key, minute=self._minute(), is_member=lambda one: self.owner(one) is not None
        )
        log.info("paired", extra={"fields": {"phone": key.hex()[:8]}})
        own = node_proof(secret, self.node_key, key)
        return Paired(own, self._keyring.key.sign(signed_by_node(key, own)))

    async def unpair(self, key: PublicKey) -> None:
        """Let a phone in no more.

        Raises:
            StoreError: The disk will not take it.
        """
        self.desk.forget(key)
        await self.book.drop(key)
        # Its window stays, or a request of before could be played again once it is paired anew.
        if len(self._windows) > WINDOWS_MAX:
            self._windows = {one: each for one, each in self._windows.items() if one in self.book}
        log.info("unpaired", extra={"fields": {"phone": key.hex()[:8]}})

    def named(self, beginning: str) -> Phone:
        """Return the phone whose key begins so, in hex.

        Raises:
            LimitError: It is no beginning of a key.
            NotFoundError: There is none.
            AmbiguousError: There are several.
        """
        digits = "".join(beginning.split()).lower()
        if len(digits) < KEY_DIGITS_MIN or set(digits) - set("0123456789abcdef"):
            raise LimitError(f"Give at least {KEY_DIGITS_MIN} digits of the phone's key.")
        found = [one for one in self.book if one.key.hex().startswith(digits)]
        if not found:
            raise NotFoundError(f"No phone here has a key that begins with {digits}.")
        if len(found) > 1:
            raise AmbiguousError(f"{len(found)} phones begin with {digits}; give more digits.")
        return found[0]

    def is_paired(self, key: PublicKey) -> bool:
        """Return whether a phone was let in, and still is."""
        return key in self.book

    def admit(self, given: Authorization, *, target: bytes, body: bytes) -> bool:
        """Return whether a request is that of the phone that it names, and use up its number."""
        key = given.device_key
        if key not in self.book:
            return False
        signed = signed_bytes(
            wants_seal=given.wants_seal,
            node_key=self.node_key,
            challenge=self.challenge,
            counter=given.counter,
            target=target,
            body=body,
        )
        if not verify_once(key, given.signature, signed):
            return False
        if not self._windows.setdefault(key, CounterWindow()).take(given.counter):
            return False
        self.book.touch(key, self._minute())
        return True

    def seal(self, given: Authorization, plaintext: bytes, *, status: int, target: bytes) -> bytes:
        """Return the sealed answer to a request that was just admitted."""
        return self._answerer.seal(
            plaintext,
            device=given.device_key,
            counter=given.counter,
            status=status,
            target=target,
        )

    def owner(self, key: PublicKey) -> Identity | None:
        """Return the member for whom a phone signs; None: none that belongs now."""
        return owner_of(self._rules, key)

    def is_revoked(self, key: PublicKey) -> bool:
        """Return whether a phone, or whoever it signed for, was revoked as far as we know."""
        return is_revoked(self._rules, key)

    def is_welcome(self, key: PublicKey) -> bool:
        """Return whether a phone is still let in here, and was not revoked."""
        return key in self.book and not self.is_revoked(key)

    def belongings(self, owner: Identity) -> list[Belonging]:
        """Return what is held here by a member and about them."""
        return belongings_of(self._rules, self._engine, owner)

    def invitation(self, public_key: PublicKey) -> OpenInvitation:
        """Return the invitation that names this key.

        Raises:
            NotFoundError: There is none that counts.
        """
        return find_invitation(self._rules, public_key)

    async def keep(self) -> None:
        """Write down now and then who was here, until cancelled; once more at the end."""
        try:
            while True:
                await asyncio.sleep(SAVE_S)
                await self._save()
        finally:
            await self._save()

    async def _save(self) -> None:
        try:
            await self.book.save()
        except StoreError:
            # The runner tells that the disk takes nothing; a day that is missing harms nobody.
            return
