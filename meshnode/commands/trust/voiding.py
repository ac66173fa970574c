"""What a revocation takes with it, in sentences for whoever is about to say it.

Not for: saying it (`revoke`). Invariant: what is said follows from what the node holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from meshnode.commands.records import Document, acts, members
from meshnode.commands.speaker import Speaker, decoded_object
from meshnode.commands.terminal.output import one_line
from meshnode.commands.trust import people

_KEY_ID_DIGITS: Final = 8
_NAMED_MAX: Final = 8
"""So many are named of those who lose their ground; a street would fill the screen."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is meant: a member, or with `key` one device of theirs."""

    member: Document
    key: Document | None

    @property
    def fingerprint(self) -> str:
        """By which the revocation names it."""
        if self.key is None:
            return str(self.member["fingerprint"])
        from meshnode.protocol.keys import PublicKey, fingerprint  # noqa: PLC0415

        return fingerprint(PublicKey(bytes.fromhex(self.key["key"]))).hex()

    @property
    def keys(self) -> list[Document]:
        """The keys that lose trust."""
        return self.member["keys"] if self.key is None else [self.key]

    @property
    def words(self) -> str:
        """Who it is, in a sentence."""
        name = one_line(self.member["name"])
        return name if self.key is None else f"device {self.key['key_id']} of {name}"


def warning(speaker: Speaker, subject: Subject, kept: Mapping[str, int]) -> str:
    """Return what will vanish, in a sentence or two."""
    held = {key["key_id"]: key["last_sequence"] or 0 for key in subject.keys}
    if all(kept.get(name, 0) >= last for name, last in held.items()):
        stays = (
            "What was signed so far, as this node knows it, stays. What comes from now on, or did "
            "not arrive here yet, is void. If the key may be in wrong hands, say --everything "
            "instead: with it, old numbers can be used again."
        )
        return "\n".join([stays, *_without(speaker, subject, kept)])
    return "\n".join(_void(speaker, subject, held, kept) + _without(speaker, subject, kept))


def _void(
    speaker: Speaker, subject: Subject, held: Mapping[str, int], kept: Mapping[str, int]
) -> list[str]:
    """Return what does not count any more, and who is left without ground."""
    cut = {name: kept.get(name, 0) for name, last in held.items() if kept.get(name, 0) < last}
    gone = {name for name, last in cut.items() if not last}
    posts = sum(one["author"] in gone for one in speaker.client.bulletins("en"))
    lines = [
        f"Void: what {name} signed" + (f" after number {last}." if last else ", all of it.")
        for name, last in cut.items()
    ]
    if posts:
        lines.append(f"{posts} of their posts on the board here vanish.")
    if subject.key is None and not kept:
        relying = _relying(speaker, subject)
        if relying:
            shown = ", ".join(relying[:_NAMED_MAX])
            more = len(relying) - _NAMED_MAX
            lines.append(
                f"Their word goes too. Whoever relies on it leaves until a steward certifies them "
                f"anew: {shown}" + (f", and {more} more." if more > 0 else ".")
            )
    return lines


def _without(speaker: Speaker, subject: Subject, kept: Mapping[str, int]) -> list[str]:
    """Return what the community is without a steward who falls by this."""
    if not subject.member["is_steward"] or subject.key is not None:
        return []
    charter = speaker.client.get("/community")["charter"]
    if charter["number"] and not charter["final"] and _has_signed(speaker, subject, kept, charter):
        return [
            "The charter in force is younger than a week and stands on what "
            f"{subject.words} signed. It may fall with this; then the one before counts again, "
            "with its stewards. --keep-until-now leaves it."
        ]
    left = sum(
        one["stands"] and one["fingerprint"] != subject.fingerprint for one in charter["stewards"]
    )
    if not left:
        return [
            f"{subject.words} is the last steward. Afterwards nobody can take anybody in, give "
            "roles or revoke, ever again: a new community has to be founded."
        ]
    if left < charter["threshold"]:
        return [
            f"{left} of the stewards are left, and {charter['threshold']} must agree on a new "
            "charter: who the stewards are can then never change again."
        ]
    return []


def _has_signed(
    speaker: Speaker, subject: Subject, kept: Mapping[str, int], charter: Document
) -> bool:
    """Return whether a charter stands on a signature that will not count any more."""
    if not _could_sign_it(speaker, charter):
        return False
    own = {key["key_id"] for key in subject.keys}
    signatures = [
        *(one for one in acts(speaker.client, "charter") if one["id"] == charter["id"]),
        *(one for one in acts(speaker.client, "endorsement") if one["target"] == charter["id"]),
    ]
    return any(
        one["author"] in own and one["sequence"] > kept.get(one["author"], 0) for one in signatures
    )


def _could_sign_it(speaker: Speaker, charter: Document) -> bool:
    """Return whether whoever speaks was a steward before a charter: only their word and that of the
    others before it decides whose signature on it counts.
    """
    from meshnode.board.trust.charter import charter_hash, decode_charter  # noqa: PLC0415

    things = [decoded_object(one["encoded"]) for one in acts(speaker.client, "charter")]
    [fields] = [
        decode_charter(one.codec, one.body) for one in things if one.id.hex() == charter["id"]
    ]
    before = [
        decode_charter(one.codec, one.body)
        for one in things
        if charter_hash(one.body) == fields.previous
    ]
    own = speaker.identity.public_key
    return any(own in one.stewards for one in before)


def _relying(speaker: Speaker, subject: Subject) -> list[str]:
    """Return the members for whom the subject's word is needed, nodes among them."""
    own = {key["key_id"] for key in subject.keys}
    # What an invitation's key certified stands on whoever invited.
    invited = {
        one["subject"][:_KEY_ID_DIGITS]
        for one in acts(speaker.client, "invitation")
        if one["author"] in own
    }
    certified: dict[str, set[str]] = {}
    for act in acts(speaker.client, "certificate"):
        if act["in_force"]:
            certified.setdefault(act["subject"], set()).add(act["author"])

    def relies(one: Document) -> bool:
        if one["is_steward"] or one["fingerprint"] == subject.fingerprint:
            return False
        if one["is_full"]:
            return certified.get(one["fingerprint"], set()) <= own | invited
        vouchers = one["vouched_by"]
        return subject.fingerprint in vouchers and len(vouchers) <= people.VOUCHERS_MIN

    return [one_line(one["name"]) for one in members(speaker.client) if relies(one)]
