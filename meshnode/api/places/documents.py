"""Places, levels and patterns, as JSON documents.

Invariants: as in `documents`; sentences are in the reader's language.
"""

from typing import Any, Final

from meshnode.api.documents import notice_document
from meshnode.api.fields import encode_base64
from meshnode.board.places.crowding import Crowding, Said
from meshnode.board.places.crowding_words import (
    ALL_HOURS,
    NOT_KNOWN_YET,
    PLACE_CATEGORIES,
    SHORT_DAYS,
    PlaceReader,
    best_time_words,
    crowding_words,
)
from meshnode.board.places.opening import ALWAYS, Week
from meshnode.board.places.opening_words import clock, week_words
from meshnode.board.places.pattern import Pattern, expected
from meshnode.board.places.place import MILLIDEGREES, Position, Steps
from meshnode.node.clock import moment_text
from meshnode.node.desks.places import PlaceView, Usual

Document = dict[str, Any]

PRECISION_M: Final = 100
_MINUTE_S: Final = 60
_STEP_FREE: Final = {Steps.UNSAID: None, Steps.STEP_FREE: True, Steps.STEPS: False}


def place_document(view: PlaceView, reader: PlaceReader, *, minute: int) -> Document:
    """Return a place for its reader, as it is at `minute`, counted from 2024-01-01."""
    item, head, words = view.item, view.fields.head, view.fields.words
    thing, author = item.thing, item.author
    return {
        "id": thing.id.hex(),
        "root": item.root.hex(),
        "category": head.category_word,
        "category_words": reader.named(PLACE_CATEGORIES, head.category_word),
        "name": words.name,
        "address": words.address or None,
        "contact": words.contact or None,
        "on_behalf_of": words.on_behalf_of or None,
        "text": words.text or None,
        "opening": _opening(head.week, words.hours, reader),
        "is_open": view.is_open,
        "capacity": head.capacity or None,
        "position": None if head.position is None else _position(head.position),
        "is_step_free": _STEP_FREE[head.steps],
        "author": thing.author.hex(),
        "author_fingerprint": None if author is None else author.identity.fingerprint.hex(),
        "author_name": None if author is None else author.name,
        "hosts": list(view.hosts),
        "is_hidden": item.is_hidden,
        "notices": [notice_document(one) for one in item.moderation.in_force],
        "created": moment_text(thing.created_min),
        "expires": moment_text(thing.expires_min),
        "expires_in_s": max(0, thing.expires_min - minute) * _MINUTE_S,
        "crowding": _crowding(view.crowding, reader),
        "best_time": _best_time(view.usual, reader),
    }


def whole_place_document(view: PlaceView, reader: PlaceReader, *, minute: int) -> Document:
    """Return a place with all that is held about how full it is, and what is usual there."""
    return {
        **place_document(view, reader, minute=minute),
        "levels": [_level(one, minute=minute) for one in view.said],
        "pattern": _pattern(view.pattern),
        "encoded": encode_base64(view.item.thing.encoded),
    }


def _opening(week: Week | None, remark: str, reader: PlaceReader) -> Document | None:
    if week is None and not remark:
        return None
    return {
        "is_always": week == ALWAYS,
        "week": None
        if week is None
        else [[[clock(span.start), clock(span.end)] for span in day] for day in week],
        "words": _week_words(week, reader),
        "remark": remark or None,
    }


def _week_words(week: Week | None, reader: PlaceReader) -> str | None:
    if week is None:
        return None
    if week == ALWAYS:
        return reader.named(ALL_HOURS, "always")
    return week_words(week, [reader.named(SHORT_DAYS, day) for day in SHORT_DAYS.english])


def _position(position: Position) -> Document:
    return {
        "latitude": position.latitude_mdeg / MILLIDEGREES,
        "longitude": position.longitude_mdeg / MILLIDEGREES,
        "precision_m": PRECISION_M,
    }


def _crowding(found: Crowding, reader: PlaceReader) -> Document:
    said = found.said
    return {
        "state": found.state.value,
        "level": None if found.level is None else found.level.word,
        "people": None if said is None else said.people,
        "source": None if said is None else said.source.word,
        "said_by": None if said is None else said.name,
        "said_as": None if said is None else said.said_as.value,
        "said": None if said is None else moment_text(said.minute),
        "age_s": None if said is None else found.age_minutes * _MINUTE_S,
        "confidence": found.confidence,
        "contradiction": None
        if found.other is None
        else {
            "level": None if found.other_level is None else found.other_level.word,
            "people": found.other.people,
            "said_by": found.other.name,
            "said_as": found.other.said_as.value,
            "said": moment_text(found.other.minute),
        },
        "trend": None if found.trend is None else found.trend.value,
        "words": crowding_words(found, reader),
    }


def _best_time(usual: Usual | None, reader: PlaceReader) -> Document:
    if usual is None:
        return {
            "is_known": False,
            "from": None,
            "to": None,
            "percent": None,
            "is_quiet": None,
            "words": reader.text(NOT_KNOWN_YET.text),
        }
    return {
        "is_known": True,
        "from": moment_text(usual.start_min),
        "to": moment_text(usual.end_min),
        "percent": usual.percent,
        "is_quiet": usual.is_quiet,
        "words": best_time_words(
            start_min=usual.start_min,
            end_min=usual.end_min,
            is_quiet=usual.is_quiet,
            reader=reader,
        ),
    }


def _level(said: Said, *, minute: int) -> Document:
    return {
        "id": said.id.hex(),
        "key": said.key.hex(),
        "level": None if said.level is None else said.level.word,
        "people": said.people,
        "source": said.source.word,
        "said_by": said.name,
        "said_as": said.said_as.value,
        "said": moment_text(said.minute),
        "age_s": max(0, minute - said.minute) * _MINUTE_S,
        "expires": moment_text(said.expires_min),
    }


def _pattern(pattern: Pattern | None) -> Document:
    """Return what is usual in each hour of the week, Monday first; null is not known yet."""
    week = [
        [None if pattern is None else expected(pattern, day, hour) for hour in range(24)]
        for day in range(7)
    ]
    return {
        "known_hours": sum(one is not None for day in week for one in day),
        "week": week,
    }
