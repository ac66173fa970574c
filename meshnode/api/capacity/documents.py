"""Slots, meet-ups and claims on them, as JSON documents.

Invariants: as in `documents`; what is coded is said in the reader's words, too; slots count from 1,
as people do.
"""

from typing import Any, Final

from meshnode.api.documents import notice_document
from meshnode.api.fields import encode_base64
from meshnode.board.capacity.chain import Run
from meshnode.board.capacity.timetable import Timetable
from meshnode.board.capacity.words import SORTS, STATES
from meshnode.board.words import Named
from meshnode.node.capacity.counter import ClaimView, ThingView
from meshnode.node.capacity.passing import Passed
from meshnode.node.capacity.sellers import Owner
from meshnode.node.clock import moment_text
from meshnode.protocol.object import Kind

Document = dict[str, Any]
_MINUTE_S: Final = 60


def thing_document(view: ThingView, reader: Named) -> Document:
    """Return something that can be booked or joined, with what is free as it is known here."""
    thing, author, timetable = view.item.thing, view.item.author, view.sold.timetable
    terms = timetable.terms
    return {
        "id": thing.id.hex(),
        "root": view.item.root.hex(),
        "kind": _kind(view),
        "sort": timetable.sort.word,
        "sort_words": reader.named(SORTS, timetable.sort.word),
        "title": view.title or None,
        "where": view.where or None,
        "text": view.text or None,
        "place": None if view.sold.place is None else view.sold.place.hex(),
        "is_rightful": view.is_rightful,
        "author": thing.author.hex(),
        "author_fingerprint": None if author is None else author.identity.fingerprint.hex(),
        "author_name": None if author is None else author.name,
        "is_hidden": view.item.is_hidden,
        "notices": [notice_document(one) for one in view.item.moderation.in_force],
        "created": moment_text(thing.created_min),
        "expires": moment_text(thing.expires_min),
        "starts": moment_text(timetable.start_min),
        "closes": moment_text(timetable.closes_min),
        "length_s": timetable.length_minutes * _MINUTE_S,
        "interval_s": timetable.interval_minutes * _MINUTE_S,
        "capacity": None if terms is None else terms.capacity,
        "claim_max": None if terms is None else terms.claim_max,
        "lease_s": None if terms is None else terms.lease_minutes * _MINUTE_S,
        "is_automatic": None if terms is None else terms.is_automatic,
        "authority": None if view.authority is None else _owner(view.authority),
        "signed_up": view.signed_up,
        "slots": [_slot(view, slot) for slot in range(timetable.count)],
    }


def whole_thing_document(view: ThingView, reader: Named) -> Document:
    """Return the same with who may sell how many, and proofs that a node sold twice."""
    return {
        **thing_document(view, reader),
        "owners": [{**_owner(one), "free": one.free} for one in view.owners],
        "proofs": [
            {"node": node, "first": first, "other": other} for node, first, other in view.proofs
        ],
        "encoded": encode_base64(view.item.thing.encoded),
    }


def claim_document(view: ClaimView, reader: Named) -> Document:
    """Return a claim and how it stands."""
    standing, thing, ask = view.standing, view.thing, view.standing.ask
    lease_min = next((one.ends_min for one in standing.bookings), None)
    return {
        "id": view.ask.id.hex(),
        "root": (view.ask.parent or b"").hex(),
        "kind": None if thing is None else _kind(thing),
        "sort": None if thing is None else thing.sold.timetable.sort.word,
        "sort_words": None
        if thing is None
        else reader.named(SORTS, thing.sold.timetable.sort.word),
        "title": (thing.title or None) if thing is not None else None,
        "where": (thing.where or None) if thing is not None else None,
        "place": None if thing is None or thing.sold.place is None else thing.sold.place.hex(),
        "by": ask.by.hex(),
        "by_name": view.by_name,
        "on_behalf": view.fields.on_behalf or None,
        "text": view.fields.text or None,
        "units": ask.units,
        "first_slot": ask.slots.first + 1,
        "slots": ask.slots.count,
        **_times(view),
        "created": moment_text(view.ask.created_min),
        "expires": moment_text(view.ask.expires_min),
        "state": standing.state.value,
        "state_words": reader.named(STATES, standing.state.value),
        "needs_word": thing is not None and _needs_word(thing.sold.timetable),
        "ahead": standing.ahead,
        "kept_until": None if lease_min is None else moment_text(lease_min),
        "booked": [_run(one) for one in standing.runs],
        "sellers": [_owner(one) for one in view.sellers],
        "bookings": [one.id.hex() for one in standing.bookings],
        "authority": None if thing is None or thing.authority is None else _owner(thing.authority),
    }


def passed_document(passed: Passed) -> Document:
    """Return what was passed on."""
    return {
        "to": passed.to.hex(),
        "units": passed.units,
        "acts": [one.hex() for one in passed.acts],
    }


def _kind(view: ThingView) -> str:
    return "meetup" if view.item.thing.kind == Kind.MEETUP else "slots"


def _times(view: ClaimView) -> Document:
    """Return from when to when; null where there are no such slots, or nobody here knows."""
    if view.thing is not None:
        timetable, slots = view.thing.sold.timetable, view.standing.ask.slots
        last = min(slots.first + slots.count, timetable.count) - 1
        if last >= slots.first:
            return {
                "starts": moment_text(timetable.starts_min(slots.first)),
                "ends": moment_text(timetable.ends_min(last)),
            }
    return {"starts": None, "ends": None}


def _needs_word(timetable: Timetable) -> bool:
    return timetable.terms is not None and not timetable.terms.is_automatic


def _owner(owner: Owner) -> Document:
    return {
        "fingerprint": owner.fingerprint.hex(),
        "name": owner.name,
        "heard_s": owner.heard_s,
    }


def _slot(view: ThingView, slot: int) -> Document:
    timetable = view.sold.timetable
    fill = view.fills[slot] if view.fills else None
    return {
        "slot": slot + 1,
        "starts": moment_text(timetable.starts_min(slot)),
        "ends": moment_text(timetable.ends_min(slot)),
        "sold": None if fill is None else fill.sold,
        "free": None if fill is None else fill.free + fill.held,
        "free_elsewhere": None if fill is None else fill.held,
        "free_here": view.here[slot] if view.here else None,
    }


def _run(run: Run) -> Document:
    return {
        "slot": run.slot + 1,
        "first_unit": run.first_unit + 1,
        "units": run.units,
        "generation": run.generation,
    }
