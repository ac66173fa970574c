"""What a person reads whose post the node's own rules refuse.

Not for: what arrives from others; that is counted by its reason. Invariants: a sentence says what
was met, its bound and the next step; the word for programs goes beside it, not in it.
"""

from collections.abc import Sequence
from typing import Final

from meshnode.board.trust.accounts import (
    CALLS_DAY_MAX,
    PERSON_DAY_MAX,
    SPEAKER_DAY_MAX,
    VOUCHED_DAY_MAX,
)
from meshnode.protocol.limits import FUTURE_MINUTES_MAX, HELD_OBJECTS_MAX

_SENTENCES: Final = {
    "quota": (
        "So much was posted under this name today that the neighbourhood takes no more: "
        f"{SPEAKER_DAY_MAX} ordinary objects from a node or an organisation, {PERSON_DAY_MAX} from "
        f"a person, {VOUCHED_DAY_MAX} from somebody for whom only neighbours speak, so that the "
        f"radio has room for all; of calls for help {CALLS_DAY_MAX}. Withdraw one that is over, or "
        "post this after midnight UTC. "
        "Severe and extreme bulletins and calls for help are counted apart: if people are in "
        "danger, say so as one of those now."
    ),
    "full": (
        f"This node is full: it holds {HELD_OBJECTS_MAX} objects and takes only severe and extreme "
        "bulletins. Room comes back as bulletins end; withdraw some of yours that are over, or "
        "post this later."
    ),
    "future": (
        "This was dated more than "
        f"{FUTURE_MINUTES_MAX // 60} hours ahead of the community's clock, so this node's clock "
        "was wrong. It may be right by now: post it again, and run `meshnode doctor` if it is "
        "refused again."
    ),
    "expired": (
        "By the community's clock this is over already, so this node's clock was wrong. It may be "
        "right by now: post it again, and run `meshnode doctor` if it is refused again."
    ),
    "clock_unknown": (
        "This node does not know what time it is: others would take what it says for long over. "
        "Set its clock (sudo timedatectl set-time 'YYYY-MM-DD HH:MM'), or wait until it has heard "
        "its neighbours; then post it again."
    ),
    "role": (
        "Severe and extreme bulletins, drills, alerts, notices, modes and coordinating calls for "
        "help need a role that this key does not have, or not for so long. Ask a steward: meshnode "
        "role grant NAME coordinator. What matters now can go out as --severity minor."
    ),
    "revoked": (
        "This key was revoked: nobody takes what it signs. Restore your identity from paper, or "
        "ask a steward to let you join again."
    ),
    "outlives_certificate": (
        "This would last longer than what vouches for you. Choose a shorter --expires, or have "
        "your membership renewed first: meshnode member renew NAME, by a steward."
    ),
    "lifetime": (
        "This would last longer than such a thing may: two weeks for what is posted or sealed, "
        "three months for a role, a year for the rest. Choose a shorter --expires."
    ),
    "superseded": (
        "There is a newer one of these by you already, which counts: a profile or a prekey is "
        "replaced only by one made later. Look at what the node has, and make it anew if it is "
        "not right: meshnode member show NAME."
    ),
    "replaced": (
        "You withdrew or replaced this, and what was taken back does not return. Post it anew."
    ),
    "withdrawn": "You withdrew this, and what was taken back does not return. Post it anew.",
    "erased": (
        "A moderator erased this, so no node takes it again. Read why: meshnode moderate list. If "
        "it was wrong, ask a steward to let you post it anew."
    ),
    "bad_signature": (
        "The signature does not fit: it was made for another community, or damaged. Sign it "
        "again; if that is refused too, compare the communities: meshnode status."
    ),
    "stranger": (
        "Nobody of the community vouches for this key as far as this node knows. Let the node "
        "hear the others for a while, or join again with a fresh invite; then post it again."
    ),
}
_MISSHAPEN: Final = (
    "This is not made as such an object has to be, so no node would take it. Make it again with "
    "the same version of meshnode as this node's."
)
"""What is said for every reason why a body or an object has not its form."""


def damage_sentence(number: int) -> str:
    """Return what a client reads whose bytes are no object; `number` counts from 1."""
    return (
        f"Object {number} is damaged or made by another version of meshnode; nothing of it was "
        "taken. Sign it again with the same version as this node's."
    )


def refusal_sentence(reasons: Sequence[str]) -> str:
    """Return why an object made here was refused, and what to do."""
    for reason in reasons:
        if reason in _SENTENCES:
            return _SENTENCES[reason]
    return _MISSHAPEN
