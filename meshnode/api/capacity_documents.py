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
from meshnode.node.clock import moment_text
from meshnode.node.counter import ClaimView, Owner, ThingView
from meshnode.node.sales import Passed
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
        "kind": "meetup" if thing.kind == Kind.MEETUP else "slots",
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
    standing, timetable = view.standing, view.thing.sold.timetable
    ask = standing.ask
    thing = view.thing.item
    last = min(ask.slots.first + ask.slots.count, timetable.count) - 1
    is_there = last >= ask.slots.first
    lease_min = next((one.ends_min for one in standing.bookings), None)
    return {
        "id": view.ask.id.hex(),
        "root": thing.root.hex(),
        "kind": "meetup" if thing.thing.kind == Kind.MEETUP else "slots",
        "sort": timetable.sort.word,
        "sort_words": reader.named(SORTS, timetable.sort.word),
        "title": view.thing.title or None,
        "by": ask.by.hex(),
        "by_name": view.by_name,
        "on_behalf": view.fields.on_behalf or None,
        "text": view.fields.text or None,
        "units": ask.units,
        "first_slot": ask.slots.first + 1,
        "slots": ask.slots.count,
        "starts": moment_text(timetable.starts_min(ask.slots.first)) if is_there else None,
        "ends": moment_text(timetable.ends_min(last)) if is_there else None,
        "created": moment_text(view.ask.created_min),
        "expires": moment_text(view.ask.expires_min),
        "state": standing.state.value,
        "state_words": reader.named(STATES, standing.state.value),
        "needs_word": _needs_word(timetable),
        "ahead": standing.ahead,
        "kept_until": None if lease_min is None else moment_text(lease_min),
        "booked": [_run(one) for one in standing.runs],
        "sellers": [_owner(one) for one in view.sellers],
        "bookings": [one.id.hex() for one in standing.bookings],
        "authority": None if view.thing.authority is None else _owner(view.thing.authority),
    }


def passed_document(passed: Passed) -> Document:
    """Return what was passed on."""
    return {
        "to": passed.to.hex(),
        "units": passed.units,
        "acts": [one.hex() for one in passed.acts],
    }


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
    }


def _run(run: Run) -> Document:
    return {
        "slot": run.slot + 1,
        "first_unit": run.first_unit + 1,
        "units": run.units,
        "generation": run.generation,
    }
