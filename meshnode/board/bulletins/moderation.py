"""What notices of moderation make of an object: hidden, labelled, corrected.

Not for: who may (`permissions`), or erasing, which takes the object's bytes away (`rules`).
Invariants: a pure function of the notices, in whatever order they come; the later act wins, by
creation minute, then sequence number, then id; what a notice says is decoded when it is looked at.
Source: docs/spec/api.md section 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from meshnode.board.bulletins.notice import Act, Reason, decode_notice, read_notice_head
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import ObjectId, ShortId, SignedObject

READ_NOTICES_MAX: Final = 500
"""Texts of notices kept as read."""
FUTURE_NOTICE: Final = (
    "(Dieser Hinweis ist für eine neuere Version geschrieben.) "
    "(This notice is written for a newer version.)"
)
DAMAGED_NOTICE: Final = "(Dieser Hinweis ist unlesbar angekommen.) (This notice cannot be read.)"


@dataclass(frozen=True, slots=True)
class Notice:
    """One act of moderation, by somebody who may; `by_name` is as the board shows it."""

    thing: SignedObject
    act: Act
    reason: Reason
    target: ObjectId
    by: Fingerprint
    by_name: str

    @property
    def text(self) -> str:
        """What it says, or a sentence that says why that cannot be shown; may be empty."""
        return _readable(self.thing.codec, self.thing.body, self.thing.parent)

    @property
    def order(self) -> tuple[int, int, ObjectId]:
        """Which of two acts is the later one."""
        return self.thing.created_min, self.thing.sequence, self.thing.id


@dataclass(frozen=True, slots=True)
class Moderation:
    """What counts of all the notices on one object.

    Shapes: `hidden` is the act that hides it; one label a reason and one correction an author,
    oldest first.
    """

    hidden: Notice | None = None
    labels: tuple[Notice, ...] = ()
    corrections: tuple[Notice, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Whether people see it only if they ask for it."""
        return self.hidden is not None

    @property
    def in_force(self) -> tuple[Notice, ...]:
        """Every notice that counts, oldest first."""
        hidden = () if self.hidden is None else (self.hidden,)
        return tuple(sorted((*hidden, *self.labels, *self.corrections), key=lambda one: one.order))


def moderate(notices: Iterable[Notice]) -> Moderation:
    """Return what the notices on one object, by those who may, come to.

    Hiding and labels last until somebody restores the object; a correction until its author
    corrects it again. An erasure that did not take the object away hides it.
    """
    hidden: Notice | None = None
    labels: dict[Reason, Notice] = {}
    corrections: dict[Fingerprint, Notice] = {}
    for one in sorted(notices, key=lambda each: each.order):
        match one.act:
            case Act.HIDE | Act.ERASE:
                hidden = one
            case Act.LABEL:
                labels[one.reason] = one
            case Act.CORRECT:
                corrections[one.by] = one
            case Act.RESTORE:
                hidden = None
                labels.clear()
    return Moderation(
        hidden=hidden,
        labels=tuple(sorted(labels.values(), key=lambda each: each.order)),
        corrections=tuple(sorted(corrections.values(), key=lambda each: each.order)),
    )


def notice_of(thing: SignedObject, by: Fingerprint, by_name: str) -> Notice:
    """Return an accepted notice with who made it."""
    head = read_notice_head(thing.body, thing.parent)
    return Notice(thing, head.act, head.reason, head.target, by, by_name)


@lru_cache(maxsize=READ_NOTICES_MAX)
def _readable(codec: int, body: bytes, parent: ShortId | None) -> str:
    try:
        return decode_notice(codec, body, parent).text
    except PeerError as error:
        return FUTURE_NOTICE if error.reason == "unknown_codec" else DAMAGED_NOTICE
