"""A person's or an organisation's identity on one device: its keys, and signing with them.

Not for: the file (`vault`), what is signed (`acts`), messages. Invariants: a sequence number is
saved before what carries it is returned; secrets are never printed; whoever lost the identity key
from this device signs with the device's key alone.
Source: docs/spec/trust.md section 1; docs/spec/identity_files.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NewType

from meshnode.board.names import encode_name
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.founding import YEAR_MINUTES
from meshnode.person.paper import PaperSecret
from meshnode.person.vault import Vault
from meshnode.protocol.errors import LimitError, StoreError
from meshnode.protocol.keys import (
    CommunityId,
    Fingerprint,
    PublicKey,
    SigningKey,
    fingerprint,
)
from meshnode.protocol.object import (
    Kind,
    ShortId,
    SignedObject,
    compose,
    decode,
    lifetime_code_for,
    longest_lifetime_code,
)

FORMAT: Final = 1
"""Version of the fields in the vault."""
CLASSES: Final = {one.word: one for one in (IdentityClass.PERSON, IdentityClass.ORGANISATION)}
DeviceSeed = NewType("DeviceSeed", bytes)
"""32 bytes: the secret of a device's key."""


class NoPaperError(LimitError):
    """The identity key is needed and is not on this device."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long an object lives: at least so many minutes, or at most (`is_ceiling`)."""

    minutes: int
    is_ceiling: bool = False

    @property
    def code(self) -> int:
        """The lifetime code."""
        if self.is_ceiling:
            return longest_lifetime_code(self.minutes)
        return lifetime_code_for(self.minutes)


def new_fields(
    name: str, identity_class: IdentityClass, paper: PaperSecret, device_seed: DeviceSeed
) -> dict[str, Any]:
    """Return what a vault of a new identity holds.

    Raises:
        LimitError: The name is outside its bounds.
    """
    encode_name(name)
    return {
        "format": FORMAT,
        "name": name,
        "class": identity_class.word,
        "community": None,
        "identity": paper.identity_key().public.hex(),
        "paper": paper.data.hex(),
        "paper_sequence": 0,
        "device": device_seed.hex(),
        "device_sequence": 0,
        "announcement": None,
    }


def device_fields(
    member: Mapping[str, Any], community: str, device_seed: bytes
) -> tuple[dict[str, Any], bytes]:
    """Return what a vault of a member's further device holds, and the body that announces it.

    `member` is the member in the API's form, `community` an id in hex. The identity key is not on
    such a device.

    Raises:
        LimitError: A node has no devices.
    """
    if member["class"] not in CLASSES:
        raise LimitError("Only people and organisations have devices.")
    seed = DeviceSeed(device_seed)
    fields = {
        "format": FORMAT,
        "name": member["name"],
        "class": member["class"],
        "community": community,
        "identity": member["key"],
        "paper": None,
        "paper_sequence": 0,
        "device": seed.hex(),
        "device_sequence": 0,
        "announcement": None,
    }
    owner = PublicKey(bytes.fromhex(member["key"]))
    proof = encode_device(SigningKey(seed), owner, CommunityId(bytes.fromhex(community)))
    return fields, proof


class Identity:
    """An identity whose vault is open."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        if vault.fields.get("format") != FORMAT:
            raise StoreError("The identity was made by another version of meshnode.")

    @property
    def fields(self) -> dict[str, Any]:
        """What the vault holds; change it and `save`."""
        return self._vault.fields

    def save(self) -> None:
        """Write the vault; durable on return.

        Raises:
            StoreError: The disk will not take it.
        """
        self._vault.save()

    @property
    def name(self) -> str:
        """Under which name its owner goes."""
        return str(self.fields["name"])

    @property
    def identity_class(self) -> IdentityClass:
        """Person or organisation."""
        return CLASSES[self.fields["class"]]

    @property
    def public_key(self) -> PublicKey:
        """The identity's key: what others certify, and what paper restores."""
        return PublicKey(bytes.fromhex(self.fields["identity"]))

    @property
    def fingerprint(self) -> Fingerprint:
        """By which grants name it and people compare it."""
        return fingerprint(self.public_key)

    @property
    def device(self) -> SigningKey:
        """The key that signs every day."""
        return SigningKey(self.device_seed)

    @property
    def device_seed(self) -> DeviceSeed:
        """The secret of the device's key."""
        return DeviceSeed(bytes.fromhex(self.fields["device"]))

    @property
    def paper(self) -> PaperSecret:
        """The identity key's secret.

        Raises:
            NoPaperError: It was removed from this device, or never was on it.
        """
        secret = self.fields["paper"]
        if secret is None:
            raise NoPaperError(
                "This needs the identity key, which is not on this device. Take the recovery "
                "sheet and give --paper FILE, or --paper - to type the words."
            )
        return PaperSecret(bytes.fromhex(secret))

    @property
    def community(self) -> CommunityId:
        """The community for which it signs.

        Raises:
            LimitError: It has joined none yet.
        """
        community = self.fields["community"]
        if community is None:
            raise LimitError("This identity belongs to no community yet: meshnode identity join.")
        return CommunityId(bytes.fromhex(community))

    def belong_to(self, community: CommunityId) -> None:
        """Sign for a community from now on; durable on return.

        Raises:
            LimitError: It signs for another one.
        """
        known = self.fields["community"]
        if known not in (None, community.hex()):
            raise LimitError(
                "This identity belongs to another community. Make one of its own for this: "
                "meshnode --identity DIR identity new."
            )
        self.fields["community"] = community.hex()
        self.save()

    def sign(
        self,
        kind: Kind,
        body: bytes,
        *,
        minute: int,
        lifetime: Lifetime,
        codec: int = 0,
        parent: ShortId | None = None,
        above: int = 0,
    ) -> SignedObject:
        """Return an object signed by this device; its sequence number is saved.

        `above` is the highest number that others hold of this device.

        Raises:
            LimitError: The body is too long, or there is no community yet.
            StoreError: The number could not be saved; nothing was signed.
        """
        sequence = max(int(self.fields["device_sequence"]), above) + 1
        self.fields["device_sequence"] = sequence
        self.save()
        return compose(
            key=self.device,
            community=self.community,
            kind=kind,
            codec=codec,
            body=body,
            sequence=sequence,
            created_min=minute,
            lifetime_code=lifetime.code,
            parent=parent,
        )

    def sign_by_paper(
        self,
        kind: Kind,
        body: bytes,
        *,
        minute: int,
        lifetime: Lifetime,
        paper: PaperSecret | None = None,
    ) -> SignedObject:
        """Return an object signed by the identity key itself.

        The number is at least the minute: whoever restores an identity from paper on another
        device knows no earlier one, and must not use it again.

        Raises:
            NoPaperError: The key is not on this device and was not given.
            LimitError: The sheet is another identity's.
            StoreError: The number could not be saved; nothing was signed.
        """
        key = (paper or self.paper).identity_key()
        if key.public != self.public_key:
            raise LimitError("This recovery sheet belongs to another identity.")
        sequence = max(int(self.fields["paper_sequence"]) + 1, minute)
        self.fields["paper_sequence"] = sequence
        self.save()
        return compose(
            key=key,
            community=self.community,
            kind=kind,
            body=body,
            sequence=sequence,
            created_min=minute,
            lifetime_code=lifetime.code,
        )

    def announce_device(self, *, minute: int, paper: PaperSecret | None = None) -> SignedObject:
        """Return what makes this device's key sign for the identity, for a year.

        Raises:
            As `sign_by_paper`.
        """
        body = encode_device(self.device, self.public_key, self.community)
        lifetime = Lifetime(YEAR_MINUTES)
        device = self.sign_by_paper(
            Kind.DEVICE, body, minute=minute, lifetime=lifetime, paper=paper
        )
        self.keep_announcement(device)
        return device

    def keep_announcement(self, device: SignedObject) -> None:
        """Keep what makes this device sign for the identity; invitations carry it.

        Raises:
            StoreError: The disk will not take it.
        """
        self.fields["announcement"] = device.encoded.hex()
        self.save()

    @property
    def announcement(self) -> SignedObject | None:
        """What was announced of this device last; None: nothing that it knows of."""
        encoded = self.fields.get("announcement")
        return None if encoded is None else decode(bytes.fromhex(encoded))

    def __repr__(self) -> str:
        return f"Identity({self.name!r})"
