"""Whom a device can write to: the members of its community, their devices and prekeys.

Not for: who may say what (the node's rules), or asking the node (`carrier`). Invariants: only
devices whose word counts now are listed; a name that several have is never guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from meshnode.board.mail.circle import MemberId, member_id
from meshnode.protocol.agreement import AgreementPublicKey, is_agreeable
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import Fingerprint, PublicKey, key_id

_EPOCH: Final = datetime(2024, 1, 1, tzinfo=UTC)
_PREFIX_CHARACTERS_MIN: Final = 4
_SHOWN_MAX: Final = 5


class NobodyError(LimitError):
    """There is no member with this name."""


class AmbiguousError(LimitError):
    """Several members have this name."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A prekey that a device announced: `public` is what others seal to."""

    public: AgreementPublicKey
    created_min: int
    expires_min: int


@dataclass(frozen=True, slots=True)
class Device:
    """A device whose word counts, and its newest prekey."""

    key: PublicKey
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A member of the community who can be written to."""

    fingerprint: Fingerprint
    name: str
    devices: tuple[Device, ...]


@dataclass(frozen=True)
class Roster:
    """All members with devices at one minute of the community's time."""

    minute: int
    contacts: tuple[Contact, ...]

    @cached_property
    def owners(self) -> dict[PublicKey, Contact]:
        """Whose each device is."""
        return {device.key: one for one in self.contacts for device in one.devices}

    @cached_property
    def devices(self) -> dict[MemberId, PublicKey]:
        """Devices by the name that circles have for them."""
        return {member_id(key): key for key in self.owners}

    def contact(self, fingerprint: Fingerprint) -> Contact | None:
        """Return the member with this fingerprint."""
        return next((one for one in self.contacts if one.fingerprint == fingerprint), None)

    def named(self, name: str) -> Contact:
        """Return the member with this name, or whose fingerprint begins so.

        Raises:
            NobodyError: There is none.
            AmbiguousError: There are several.
        """
        wanted = name.strip().casefold()
        found = [one for one in self.contacts if one.name.casefold() == wanted]
        if not found and len(wanted) >= _PREFIX_CHARACTERS_MIN:
            found = [one for one in self.contacts if one.fingerprint.hex().startswith(wanted)]
        if not found:
            raise NobodyError(f"Nobody here is called {name!r}. All members: meshnode member list")
        if len(found) > 1:
            shown = ", ".join(f"{one.name} ({one.fingerprint.hex()[:8]})" for one in found)
            raise AmbiguousError(
                f"{len(found)} members are meant by {name!r}: {shown}. Give the beginning of the "
                f"fingerprint instead."
            )
        return found[0]


def roster_of(members: Iterable[Mapping[str, Any]], minute: int) -> Roster:
    """Return the roster that the node's list of members makes; nodes are left out.

    Raises:
        PeerError: The list is not as the API describes it.
    """
    try:
        people = [one for one in members if one["class"] != "node" and not one["is_revoked"]]
        return Roster(minute, tuple(_contact(one) for one in people))
    except (KeyError, TypeError, ValueError) as error:
        raise PeerError("bad_answer", "the node's list of members makes no sense") from error


def minute_of(moment: str) -> int:
    """Return the community's minute of a time as the API writes it.

    Raises:
        ValueError: It is no time.
    """
    return int((datetime.fromisoformat(moment) - _EPOCH).total_seconds()) // 60


def _contact(member: Mapping[str, Any]) -> Contact:
    offers = _offers(member["prekeys"])
    keys = [
        PublicKey(bytes.fromhex(one["key"]))
        for one in member["keys"]
        if one["is_device"] and one["last"] is None
    ]
    return Contact(
        Fingerprint(bytes.fromhex(member["fingerprint"])),
        str(member["name"]),
        tuple(Device(key, offers.get(key_id(key).hex())) for key in keys),
    )


def _offers(prekeys: Iterable[Mapping[str, Any]]) -> dict[str, Offer]:
    """Return the newest prekey by the id of its device."""
    found: dict[str, Offer] = {}
    for one in prekeys:
        public = bytes.fromhex(one["key"])
        offer = Offer(
            AgreementPublicKey(public), minute_of(one["created"]), minute_of(one["expires"])
        )
        before = found.get(one["key_id"])
        if is_agreeable(public) and (before is None or before.created_min < offer.created_min):
            found[one["key_id"]] = offer
    return found
