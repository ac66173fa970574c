"""Check-ins as a person signs them: a new one, or a new version of what they said before.

Imports what is slow; import it in a command. Invariant: whoever says how they are changes what they
said before about the same person, so that nobody has two calls, and an OK ends the call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.calls.checkin import (
    CheckInFields,
    CheckInHead,
    Need,
    State,
    encode_checkin,
    need_word,
)
from meshnode.board.calls.roll import folded
from meshnode.board.lifetimes import DAY_MINUTES
from meshnode.commands.calls.dating import later_than
from meshnode.commands.places.locating import located
from meshnode.commands.speaker import Speaker
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.trust import people
from meshnode.person import acts
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import SHORT_ID_BYTES, Kind, ShortId, SignedObject

MINUTES_MAX = 14 * DAY_MINUTES
Document = dict[str, Any]
_NEEDS = {need_word(one): one for one in Need}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed; None: nothing about that."""

    state: State
    text: str | None = None
    persons: int | None = None
    needs: tuple[str, ...] | None = None
    where: str | None = None
    place: str | None = None
    on_behalf_of: str | None = None
    minutes: int | None = None


def said_before(speaker: Speaker, on_behalf_of: str | None) -> list[Document]:
    """Return one's own check-ins about the same person, the newest first."""
    me = speaker.identity.fingerprint.hex()
    about = folded(clean(on_behalf_of or ""))
    found: list[Document] = speaker.client.get("/checkins")["checkins"]
    return [
        one
        for one in found
        if one["author_fingerprint"] == me and folded(one["on_behalf_of"] or "") == about
    ]


def check_in(speaker: Speaker, said: Said) -> tuple[Document, bool]:
    """Sign how somebody is, and hand it in; return how the node shows it, and whether that ended a
    call.

    An OK ends every call about the same person that one made oneself.
    """
    before = said_before(speaker, said.on_behalf_of)
    waiting = [one for one in before if one["state"] != "ok"]
    targets: Sequence[Document | None] = before[:1] or [None]
    if said.state is State.OK and waiting:
        targets = waiting
    things = [signed(speaker, said, one) for one in targets]
    ids = speaker.publish(*things)
    shown: Document = speaker.client.get(f"/checkins/{ids[0]}")
    return shown, bool(waiting) and said.state is State.OK


def update(speaker: Speaker, said: Said, before: Document) -> Document:
    """Sign a new version of a check-in of one's own; return how the node shows it.

    Raises:
        Failure: Somebody else wrote it.
    """
    if before["author_fingerprint"] != speaker.identity.fingerprint.hex():
        raise Failure(
            f"Only {before['author_name'] or 'who said it'} can change this. If you know better, "
            "say it yourself: meshnode checkin ok --for NAME, or meshnode checkin help --for NAME. "
            "Coordinators: meshnode call done ID.",
            code="not_allowed",
        )
    (thing_id,) = speaker.publish(signed(speaker, said, before))
    shown: Document = speaker.client.get(f"/checkins/{thing_id}")
    return shown


def signed(speaker: Speaker, said: Said, before: Document | None) -> SignedObject:
    """Return what somebody says, signed; what they leave out stays as it was.

    Raises:
        LimitError: A field is outside its bounds; the message is for who typed it.
    """
    is_call = said.state is not State.OK
    where, place = _kept(said.where, before, "where") or "", _kept(said.place, before, "place")
    if said.where is not None and said.place is None:
        place, where = located(speaker.client, said.where)
    fields = CheckInFields(
        CheckInHead(
            state=said.state,
            persons=_kept(said.persons, before, "persons") or 1,
            needs=_needs(_kept(said.needs, before, "needs") or ()) if is_call else Need(0),
            place=_place(place),
            since_min=_since_min(before) if is_call else None,
        ),
        where=clean(where),
        on_behalf_of=clean(_kept(said.on_behalf_of, before, "on_behalf_of") or ""),
        # "Broken leg" does not stay when somebody is well again.
        text=clean((_kept(said.text, before, "text") if is_call else said.text) or ""),
    )
    return acts.say(
        speaker.identity,
        Kind.CHECKIN,
        encode_checkin(fields),
        minute=_minute(speaker, before),
        minutes=_minutes(speaker, said, before),
        parent=None if before is None else ShortId(bytes.fromhex(before["root"])),
    )


def _minutes(speaker: Speaker, said: Said, before: Document | None) -> int:
    """Return how long it lives; never shorter than what it replaces, which would come back."""
    effects = speaker.client.get("/mode")["effects"]
    usual = effects["ok_s" if said.state is State.OK else "call_s"] // 60
    minutes = said.minutes or usual
    if not 0 < minutes <= MINUTES_MAX:
        raise LimitError(
            f"A check-in lives from 1 minute to {MINUTES_MAX // DAY_MINUTES} days; say it again "
            "when it is over."
        )
    if before is None:
        return minutes
    return max(minutes, people.minute_of(before["expires"]) - speaker.minute)


def _minute(speaker: Speaker, before: Document | None) -> int:
    """Return the minute to sign with: after what it replaces, and what was done about that."""
    if before is None:
        return speaker.minute
    known = (before["created"], *(one["created"] for one in before["acts"]))
    return later_than(known, speaker.minute)


def _since_min(before: Document | None) -> int | None:
    """Return since when they wait, if they waited before."""
    if before is None or before["state"] == "ok":
        return None
    return people.minute_of(before["since"])


def _kept(given: Any, before: Document | None, name: str) -> Any:
    return given if given is not None or before is None else before[name]


def _needs(words: Sequence[str]) -> Need:
    """Return needs by their words; those of a later version cannot be said again."""
    found = Need(0)
    for word in words:
        found |= _NEEDS.get(word, Need(0))
    return found


def _place(digits: str | None) -> ShortId | None:
    if digits is None:
        return None
    try:
        place = bytes.fromhex(digits.strip().lower().removeprefix("#"))
    except ValueError:
        place = b""
    if len(place) < SHORT_ID_BYTES:
        raise LimitError(
            f"{digits!r} is no id of a place; give its first eight digits, or say it in words: "
            "--place TEXT."
        )
    return ShortId(place[:SHORT_ID_BYTES])
