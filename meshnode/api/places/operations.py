"""The addresses of places."""

from typing import Final

from meshnode.api.codes import ErrorCode
from meshnode.api.operation import SUBMITTING, Access, Operation
from meshnode.api.places.intake import NEAR_CHARACTERS_MAX
from meshnode.api.schema_parts import Schema
from meshnode.api.trust.people_intake import WANTED_CHARACTERS_MAX
from meshnode.board.places.place import CATEGORIES

_PLACE: Final[Schema] = {
    "name": "place",
    "in": "path",
    "required": True,
    "description": "A name, or what begins a name, a word of it, or an id: at least four digits.",
    "schema": {"type": "string", "minLength": 1, "maxLength": WANTED_CHARACTERS_MAX},
}
_WANTED: Final[tuple[Schema, ...]] = (
    {
        "name": "category",
        "in": "query",
        "schema": {"type": "string", "enum": list(CATEGORIES)},
    },
    {
        "name": "near",
        "in": "query",
        "description": "Words in the name, the address or the text.",
        "schema": {"type": "string", "maxLength": NEAR_CHARACTERS_MAX},
    },
    {
        "name": "open",
        "in": "query",
        "description": "Whether only those are listed whose hours say that they are open now.",
        "schema": {"type": "boolean", "default": False},
    },
    {
        "name": "hidden",
        "in": "query",
        "description": "Whether what moderation hides is listed, too; not over TCP.",
        "schema": {"type": "boolean", "default": False},
    },
)
_BY_NAME: Final = (ErrorCode.NOT_FOUND, ErrorCode.AMBIGUOUS)

PLACES_OPERATIONS: Final = (
    Operation(
        "places",
        "GET",
        "/places",
        "list_places",
        "Places with how full they are, by name",
        "LocalPlaces",
        refusals=(ErrorCode.NOT_ALLOWED,),
        access=Access.PUBLIC,
        has_language=True,
        parameters=_WANTED,
    ),
    Operation(
        "places",
        "GET",
        "/places/{place}",
        "get_place",
        "One place with all levels that are held and what is usual there",
        "WholeLocalPlace",
        refusals=_BY_NAME,
        access=Access.PUBLIC,
        has_language=True,
        parameters=(_PLACE,),
    ),
    Operation(
        "places",
        "POST",
        "/places/{place}/levels",
        "post_level",
        "Sign how full a place is by this node, as a counter beside it does",
        "WholeLocalPlace",
        status=201,
        body="NewLevel",
        refusals=(*_BY_NAME, *SUBMITTING),
        has_language=True,
        parameters=(_PLACE,),
    ),
)
