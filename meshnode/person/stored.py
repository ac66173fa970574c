"""Records as the vault keeps them: frozen dataclasses to JSON and back, by their type hints.

Not for: what the records mean. Shapes: a record is an object, a tuple a list, bytes are base64url
without padding, an enum its value. Invariants: what reads back is equal to what was written; a
document of another form is refused, a field that it lacks takes its default.
"""

import types
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import IntEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from meshnode.protocol.errors import StoreError

Record = TypeVar("Record")


def to_document(value: Any) -> Any:
    """Return a record, or a value in one, as JSON."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case bytes():
            return urlsafe_b64encode(value).decode().rstrip("=")
        case tuple():
            return [to_document(one) for one in value]
        case dict():
            return {key: to_document(one) for key, one in value.items()}
        case _:
            return {each.name: to_document(getattr(value, each.name)) for each in fields(value)}


def from_document(kind: type[Record], document: Any) -> Record:
    """Return the record that a JSON document holds.

    Raises:
        StoreError: It has another form.
    """
    try:
        record: Record = _read(kind, document)
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(
            f"What is kept here of messages was made by another version of meshnode "
            f"({kind.__name__}). Update meshnode; nothing was changed."
        ) from error
    return record


def _read(hint: Any, value: Any) -> Any:
    hint = _plain(hint)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _read(_present(hint), value)
    if origin is tuple:
        return _read_tuple(get_args(hint), value)
    if origin is dict:
        return {str(key): _read(get_args(hint)[1], one) for key, one in dict(value).items()}
    if is_dataclass(hint):
        return _read_record(hint, value)
    return _read_scalar(hint, value)


def _read_record(hint: Any, document: Mapping[str, Any]) -> Any:
    hints = _hints(hint)
    return hint(
        **{
            each.name: _read(hints[each.name], document[each.name])
            for each in fields(hint)
            if each.name in document or not _has_default(each)
        }
    )


def _read_tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError(type(value).__name__)
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], one) for one in value)
    return tuple(_read(kind, one) for kind, one in zip(kinds, value, strict=True))


def _read_scalar(hint: Any, value: Any) -> Any:
    if hint is bytes:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4))
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return hint(value)
    if type(value) is not hint:
        raise TypeError(f"{type(value).__name__} instead of {hint.__name__}")
    return value


def _plain(hint: Any) -> Any:
    """Return what a `NewType` stands for."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return hint


def _present(hint: Any) -> Any:
    """Return the type of a value that may be None."""
    return next(one for one in get_args(hint) if one is not type(None))


def _has_default(each: "Field[Any]") -> bool:
    return each.default is not MISSING or each.default_factory is not MISSING


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
