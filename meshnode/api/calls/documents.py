"""Check-ins and calls for help as JSON documents, what they code also in the reader's words.

Invariants: as in `documents`.
"""

from collections.abc import Callable
from typing import Any

from meshnode.board.calls.board import Call
from meshnode.board.calls.checkin import need_words
from meshnode.board.calls.course import Holder, TriageAct
from meshnode.board.calls.words import ACTS, NEEDS, STAGES, STATES
from meshnode.board.words import Named
from meshnode.node.clock import moment_text
from meshnode.protocol.keys import Fingerprint

Document = dict[str, Any]
NameOf = Callable[[Fingerprint], str]


def check_in_document(call: Call, name_of: NameOf, reader: Named, *, minute: int) -> Document:
    """Return a check-in with where it stands, as it is at `minute`."""
    checkin, course = call.checkin, call.course
    thing, author, head = checkin.item.thing, checkin.item.author, checkin.fields.head
    return {
        "id": thing.id.hex(),
        "root": checkin.root.hex(),
        "author": thing.author.hex(),
        "author_fingerprint": None if author is None else author.identity.fingerprint.hex(),
        "author_name": None if author is None else author.name,
        "who": checkin.who,
        "on_behalf_of": checkin.fields.on_behalf_of or None,
        "state": head.state.word,
        "state_words": reader.named(STATES, head.state.word),
        "persons": head.persons,
        "needs": list(need_words(head.needs)),
        "needs_words": [reader.named(NEEDS, one) for one in need_words(head.needs)],
        "place": None if head.place is None else head.place.hex(),
        "where": checkin.fields.where or None,
        "text": checkin.fields.text or None,
        "is_hidden": checkin.item.is_hidden,
        "since": moment_text(checkin.since_min),
        "created": moment_text(thing.created_min),
        "age_s": max(0, minute - checkin.since_min) * 60 if minute else None,
        "expires": moment_text(thing.expires_min),
        "stage": course.stage.value,
        "stage_words": reader.named(STAGES, course.stage.value),
        "holders": [_holder(one, name_of) for one in course.holders],
        "closed": None if course.closed is None else act_document(course.closed, name_of, reader),
        "asked_again": None
        if course.asked_again_min is None
        else moment_text(course.asked_again_min),
        "acts": [act_document(one, name_of, reader) for one in course.acts],
    }


def act_document(act: TriageAct, name_of: NameOf, reader: Named) -> Document:
    """Return an act of triage that counts."""
    person, other = act.head.person, act.head.duplicate_of
    return {
        "id": act.order[-1].hex(),
        "act": act.head.act.word,
        "act_words": reader.named(ACTS, act.head.act.word),
        "by": act.by.hex(),
        "by_name": name_of(act.by),
        "person": None if person is None else person.hex(),
        "person_name": None if person is None else name_of(person),
        "duplicate_of": None if other is None else other.hex(),
        "note": act.note or None,
        "created": moment_text(act.minute),
    }


def _holder(holder: Holder, name_of: NameOf) -> Document:
    handed, going = holder.handed_by, holder.going_since_min
    return {
        "fingerprint": holder.person.hex(),
        "name": name_of(holder.person),
        "since": moment_text(holder.since_min),
        "handed_by_name": None if handed is None else name_of(handed),
        "on_the_way_since": None if going is None else moment_text(going),
        "note": holder.note or None,
    }
