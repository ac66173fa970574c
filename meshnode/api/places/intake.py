"""Questions about places, and levels that the node is asked to sign, as they come in.

Invariants: as in `intake`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from meshnode.api.codes import ErrorCode
from meshnode.api.fields import flag, minutes_field, refuse_unknown, text_field
from meshnode.api.refusals import RequestError
from meshnode.board.places.level import Level, LevelFields, Source
from meshnode.board.places.place import CATEGORIES

LEVELS: Final = {one.word: one for one in Level}
SOURCES: Final = {one.word: one for one in Source}
NEAR_CHARACTERS_MAX: Final = 60
"""A street and a number."""
LEVEL_MINUTES_DEFAULT: Final = 360
"""As long as it can be of use (`board.places.crowding.GONE_MINUTES`)."""


@dataclass(frozen=True, slots=True)
class WantedPlaces:
    """Which places are asked for; an empty word here asks for all."""

    category: str
    near: str
    is_open_only: bool
    with_hidden: bool


@dataclass(frozen=True, slots=True)
class NewLevel:
    """A level that the node is to sign, and how long it lasts."""

    fields: LevelFields
    minutes: int


def parse_wanted_places(query: Mapping[str, str]) -> WantedPlaces:
    """Return which places a query asks for.

    Raises:
        RequestError: A parameter is unknown or of the wrong form.
    """
    refuse_unknown(query, ("category", "near", "open", "hidden", "language"), "parameter")
    category, near = query.get("category", ""), query.get("near", "")
    if "category" in query and category not in CATEGORIES:
        _refuse(f"category must be one of {', '.join(CATEGORIES)}.")
    if len(near) > NEAR_CHARACTERS_MAX:
        _refuse(f"near takes {NEAR_CHARACTERS_MAX} characters at most.")
    return WantedPlaces(category, near, flag(query, "open"), flag(query, "hidden"))


def parse_new_level(document: Mapping[str, Any]) -> NewLevel:
    """Return the level that a document asks the node to sign.

    Raises:
        RequestError: A field is unknown, missing or of the wrong form.
    """
    refuse_unknown(document, ("level", "people", "source", "expires_in_s"), "field")
    if ("level" in document) == ("people" in document):
        _refuse('Give one of "level" and "people".')
    source = text_field(document, "source", Source.PERSON.word)
    if source not in SOURCES:
        _refuse(f"source must be one of {', '.join(SOURCES)}.")
    minutes = LEVEL_MINUTES_DEFAULT
    if "expires_in_s" in document:
        minutes = minutes_field(document, "expires_in_s")
    if "people" in document:
        people = document["people"]
        if not isinstance(people, int) or isinstance(people, bool):
            _refuse("people must be a whole number.")
        return NewLevel(LevelFields(people=people, source=SOURCES[source]), minutes)
    word = text_field(document, "level", "")
    if word not in LEVELS:
        _refuse(f"level must be one of {', '.join(LEVELS)}.")
    return NewLevel(LevelFields(LEVELS[word], source=SOURCES[source]), minutes)


def _refuse(message: str) -> NoReturn:
    raise RequestError(ErrorCode.BAD_REQUEST, message)
