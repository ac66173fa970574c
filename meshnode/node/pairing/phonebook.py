"""The phones that were let in: their keys, since when, and on which day each was last seen.

Not for: who their owners are, which the community's objects say. Invariants: a phone that `add`
returned from is on disk; at most `PHONES_MAX`; when all places are taken a phone that signs for a
member is never pushed out by one that does not.
Source: docs/spec/pairing.md section 5.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.cursor import Reader
from meshnode.protocol.effects import SaveSetting
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import PUBLIC_KEY_BYTES, PublicKey
from meshnode.store.port import DropSetting, Store

PHONES_MAX: Final = 4096
"""A quarter of a town for one node; with a hundred bytes each still less than half a megabyte."""
DAY_MINUTES: Final = 1440

_PREFIX: Final = "phone/"
_VERSION: Final = 1
_MINUTE_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that was let in.

    `seen_day` counts days since 2024-01-01: no finer, because a node need not know when people are
    at home.
    """

    key: PublicKey
    paired_min: int
    seen_day: int


def encode_phone(phone: Phone) -> bytes:
    """Return what the store keeps of a phone, beside its key."""
    return (
        bytes([_VERSION])
        + phone.paired_min.to_bytes(_MINUTE_BYTES, "big")
        + phone.seen_day.to_bytes(_MINUTE_BYTES, "big")
    )


def decode_phone(key: PublicKey, data: bytes) -> Phone:
    """Return the phone that the store kept.

    Raises:
        PeerError: It is damaged, or by another version.
    """
    reader = Reader(data)
    if reader.uint(1) != _VERSION:
        raise PeerError("bad_value", "a phone kept by another version")
    phone = Phone(key, reader.uint(_MINUTE_BYTES), reader.uint(_MINUTE_BYTES))
    reader.finish()
    return phone


class Phonebook:
    """The phones of one node."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._phones: dict[PublicKey, Phone] = {}
        self._unsaved: set[PublicKey] = set()
        self._writing = asyncio.Lock()
        """Else a phone that is dropped could be written down again by a `save` that has begun."""

    def restore(self, settings: Mapping[str, bytes]) -> None:
        """Take over what the store kept."""
        for name, data in settings.items():
            if not name.startswith(_PREFIX):
                continue
            try:
                key = PublicKey(bytes.fromhex(name.removeprefix(_PREFIX)))
                if len(key) == PUBLIC_KEY_BYTES:
                    self._phones[key] = decode_phone(key, data)
            except (ValueError, PeerError):
                # The store compares checksums: a row that is no phone is another version's.
                continue

    def __contains__(self, key: PublicKey) -> bool:
        return key in self._phones

    def __iter__(self) -> Iterator[Phone]:
        return iter(sorted(self._phones.values(), key=lambda one: (one.paired_min, one.key)))

    def __len__(self) -> int:
        return len(self._phones)

    def get(self, key: PublicKey) -> Phone | None:
        """Return a phone; None: it was never let in, or is no more."""
        return self._phones.get(key)

    async def add(
        self, key: PublicKey, *, minute: int, is_member: Callable[[PublicKey], bool]
    ) -> Phone:
        """Let a phone in; it is on disk on return.

        Raises:
            LimitError: All places are taken by members' phones.
            StoreError: The disk will not take it.
        """
        phone = Phone(key, minute, minute // DAY_MINUTES)
        async with self._writing:
            leaves = self._leaving(is_member) if key not in self._phones else None
            effects = [] if leaves is None else [DropSetting(_setting(leaves))]
            await self._store.apply([*effects, SaveSetting(_setting(key), encode_phone(phone))])
            if leaves is not None:
                self._phones.pop(leaves, None)
            self._phones[key] = phone
            self._unsaved.discard(key)
        return phone

    async def drop(self, key: PublicKey) -> None:
        """Let a phone in no more; on disk on return.

        Raises:
            StoreError: The disk will not take it; the phone is still let in.
        """
        async with self._writing:
            await self._store.apply([DropSetting(_setting(key))])
            self._phones.pop(key, None)
            self._unsaved.discard(key)

    def touch(self, key: PublicKey, minute: int) -> None:
        """Note that a phone was here today; `save` writes it down."""
        phone, day = self._phones.get(key), minute // DAY_MINUTES
        if phone is not None and phone.seen_day != day:
            self._phones[key] = Phone(key, phone.paired_min, day)
            self._unsaved.add(key)

    async def save(self) -> None:
        """Write down who was here.

        Raises:
            StoreError: The disk will not take it; the next call tries again.
        """
        async with self._writing:
            saved = {key: self._phones[key] for key in sorted(self._unsaved & self._phones.keys())}
            if saved:
                await self._store.apply(
                    [SaveSetting(_setting(key), encode_phone(one)) for key, one in saved.items()]
                )
            self._unsaved -= {key for key, one in saved.items() if self._phones.get(key) == one}

    def _leaving(self, is_member: Callable[[PublicKey], bool]) -> PublicKey | None:
        """Return who has to leave so that another one fits.

        Raises:
            LimitError: Nobody does.
        """
        if len(self._phones) < PHONES_MAX:
            return None
        strangers = [one for one in self._phones.values() if not is_member(one.key)]
        if not strangers:
            raise LimitError(
                f"This node knows {PHONES_MAX} phones already, as many as it can. Unpair some "
                "that are gone: meshnode phone list"
            )
        return min(strangers, key=lambda one: (one.seen_day, one.paired_min, one.key)).key


def _setting(key: PublicKey) -> str:
    return f"{_PREFIX}{key.hex()}"
