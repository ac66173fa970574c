"""Joining by a spoken code: somebody new shows six digits, a member who hears them claims the key.

The newcomer's device binds itself to key, random and name before it sees the node's nonce, so that
nobody can try keys until the six digits of somebody else come out.
Not for: certifying, which the member's device does. Nothing here is written to disk. Invariants:
at most `PENDING_MAX` joins, none older than `PENDING_MS_MAX`, of them one for a phone and
`HOUSEHOLD_MAX` for an address; a phone that claims three wrong codes has to wait, so that it ends
nobody's joins. On the node's own socket nobody is told apart: three wrong ones end all joins there,
and whoever looks after the node goes on at once. The node itself is trusted.
Source: docs/spec/api.md section 4.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from meshnode.board.names import clean_name, encode_name
from meshnode.board.trust.device import decode_device
from meshnode.board.trust.evidence import DEVICES_MAX
from meshnode.node.denials import NotFoundError, TooOftenError
from meshnode.node.pairing.guesses import Guesses
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import (
    CommunityId,
    Fingerprint,
    PublicKey,
    fingerprint,
    is_acceptable,
    key_id,
)
from meshnode.protocol.object import Kind, SignedObject, decode

PENDING_MAX: Final = 16
"""Joins at a time: a stall at the street party, and a table that cannot be filled further."""
HOUSEHOLD_MAX: Final = 8
"""Of these from one address: helpers share one behind a router, and strangers find room."""
PENDING_MS_MAX: Final = 600_000
"""Ten minutes: time to call out six digits, not to guess them."""
WRONG_MAX: Final = 3
"""Wrong codes of one member in that time, who then has to wait: with all places taken one of 20,000
such members meets somebody by chance, and can do no more than take them in.
"""
COMMITMENT_BYTES: Final = 32
RANDOM_BYTES: Final = 16
NONCE_BYTES: Final = 16
CODE_DIGITS: Final = 6

_COMMITMENT: Final = b"meshnode join 1\0"
_CODE: Final = b"meshnode join code 1\0"
_ID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who wants to join: a key, a name, and the devices that the key names."""

    public_key: PublicKey
    name: str
    devices: tuple[SignedObject, ...]

    @property
    def fingerprint(self) -> Fingerprint:
        """The fingerprint, for comparing in person."""
        return fingerprint(self.public_key)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks: a paired phone's key, and its household; both None on the node's own socket."""

    phone: PublicKey | None = None
    household: bytes | None = None


HERE: Final = Origin()
"""Somebody who may use the node's own socket."""


@dataclass(frozen=True, slots=True)
class Join:
    """One who is joining; `newcomer` and `code` are None until they are revealed."""

    id: str
    nonce: bytes
    commitment: bytes
    begun_ms: int
    by: Origin
    newcomer: Newcomer | None = None
    code: str | None = None


def commitment_of(public_key: PublicKey, random: bytes, name: str) -> bytes:
    """Return by what a newcomer binds itself before it sees the nonce."""
    return sha256(_COMMITMENT + public_key + random + name.encode()).digest()


def code_of(public_key: PublicKey, random: bytes, nonce: bytes, node_key: PublicKey) -> str:
    """Return the six digits that newcomer and node both compute."""
    digest = sha256(_CODE + public_key + random + nonce + node_key).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


class JoinDesk:
    """Who is joining at this node now. `entropy(n)` returns n bytes that nobody can guess."""

    def __init__(
        self,
        *,
        community: CommunityId,
        node_key: PublicKey,
        now_ms: Callable[[], int],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._community = community
        self._node_key = node_key
        self._now_ms = now_ms
        self._entropy = entropy
        self._joins: dict[str, Join] = {}
        self._guesses = Guesses(wrong_max=WRONG_MAX, within_ms=PENDING_MS_MAX, now_ms=now_ms)

    def begin(self, commitment: bytes, by: Origin = HERE) -> Join:
        """Take a newcomer's commitment; the answer has the nonce.

        A phone that begins anew leaves its place to itself.

        Raises:
            LimitError: Too many are joining, here or from one address.
        """
        self._tidy()
        if by.phone is not None:
            for known in [one for one in self._joins.values() if one.by.phone == by.phone]:
                del self._joins[known.id]
        if by.household is not None and self._joining_from(by.household) >= HOUSEHOLD_MAX:
            raise LimitError(
                f"{HOUSEHOLD_MAX} people are joining from this address already. Try again in ten "
                "minutes."
            )
        if len(self._joins) >= PENDING_MAX:
            raise LimitError(
                f"{PENDING_MAX} people are joining here already. Try again in ten minutes."
            )
        join = Join(
            id=self._entropy(_ID_BYTES).hex(),
            nonce=self._entropy(NONCE_BYTES),
            commitment=commitment,
            begun_ms=self._now_ms(),
            by=by,
        )
        self._joins[join.id] = join
        return join

    def reveal(self, join_id: str, random: bytes, newcomer: Newcomer) -> Join:
        """Take what a newcomer committed itself to; the answer has the code.

        Raises:
            NotFoundError: There is no such join any more.
            LimitError: It does not fit the commitment, or somebody has the same code by chance;
                the join is closed, and a new one may begin.
        """
        self._tidy()
        join = self._joins.pop(join_id, None)
        if join is None:
            raise NotFoundError("This join is over. Begin again.")
        expected = commitment_of(newcomer.public_key, random, newcomer.name)
        is_fit = join.newcomer is None and compare_digest(expected, join.commitment)
        self._check(newcomer, is_fit=is_fit)
        code = code_of(newcomer.public_key, random, join.nonce, self._node_key)
        if any(other.code == code for other in self._joins.values()):
            raise LimitError("By chance somebody else has this code now. Begin again.")
        self._forget(newcomer, join.by)
        revealed = replace(join, newcomer=newcomer, code=code)
        self._joins[join_id] = revealed
        return revealed

    def pending(self) -> list[Join]:
        """Return who is joining, the oldest first."""
        self._tidy()
        return list(self._joins.values())

    def age_s(self, join: Join) -> int:
        """Return how long ago a join began."""
        return (self._now_ms() - join.begun_ms) // 1000

    def expires_in_s(self, join: Join) -> int:
        """Return for how long a join is still open."""
        return max(0, PENDING_MS_MAX - (self._now_ms() - join.begun_ms)) // 1000

    def claim(self, code: str, by: Origin = HERE) -> tuple[Join, Newcomer]:
        """Return who has this code; nobody else can claim it again.

        Raises:
            NotFoundError: Nobody has; after three such answers on the socket all joins are closed.
            TooOftenError: This phone was wrong three times, and has to wait.
        """
        self._tidy()
        who = by.phone or b""
        wait_s = self._guesses.wait_s(who)
        if wait_s:
            raise TooOftenError(
                "Three codes that you gave were wrong. Wait ten minutes, or let somebody else ask.",
                wait_s=wait_s,
            )
        for join in self._joins.values():
            if join.newcomer is not None and compare_digest(join.code or "", code):
                del self._joins[join.id]
                return join, join.newcomer
        self._guesses.note(who)
        if by.phone is None and self._guesses.wait_s(who):
            self._guesses.forget(who)
            self._joins.clear()
            raise NotFoundError(
                "Nobody who is joining here has this code. It was wrong three times, so whoever "
                "is joining has to begin again and gets a new code."
            )
        raise NotFoundError("Nobody who is joining here has this code. Ask for it again.")

    def _forget(self, newcomer: Newcomer, by: Origin) -> None:
        """Whoever begins anew, as with every `identity join`, gives up the place that they had."""
        for known in list(self._joins.values()):
            if (
                known.by == by
                and known.newcomer
                and known.newcomer.public_key == newcomer.public_key
            ):
                del self._joins[known.id]

    def _joining_from(self, household: bytes) -> int:
        return sum(one.by.household == household for one in self._joins.values())

    def _check(self, newcomer: Newcomer, *, is_fit: bool) -> None:
        if not is_fit:
            raise LimitError("This is not what this join began with. Begin again.")
        if not is_acceptable(newcomer.public_key):
            raise LimitError("The key has no valid form. Begin again with another one.")
        if newcomer.name != clean_name(newcomer.name):
            raise LimitError("The name has invisible characters or spaces at its ends.")
        encode_name(newcomer.name)
        if len(newcomer.devices) > DEVICES_MAX:
            raise LimitError(f"At most {DEVICES_MAX} devices belong to a person.")
        for device in newcomer.devices:
            is_signed = device.author == key_id(newcomer.public_key) and device.is_signed_by(
                newcomer.public_key, self._community
            )
            if device.kind != Kind.DEVICE or not is_signed:
                raise LimitError("A device is not signed by the key that joins. Begin again.")

    def _tidy(self) -> None:
        oldest_ms = self._now_ms() - PENDING_MS_MAX
        for join in list(self._joins.values()):
            if join.begun_ms <= oldest_ms:
                del self._joins[join.id]


def read_devices(encoded: list[bytes]) -> tuple[SignedObject, ...]:
    """Return the device objects that a newcomer brings.

    Raises:
        LimitError: One of them is none.
    """
    try:
        devices = tuple(decode(one) for one in encoded)
        for one in devices:
            decode_device(one.codec, one.body)
    except PeerError as error:
        raise LimitError("One of the devices is damaged. Begin again.") from error
    return devices
