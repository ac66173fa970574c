"""Lines of a table as drafts of each family, checked as the commands for single things do it.

Imports what is slow; import it in a command. Invariant: nothing is signed before all lines are
checked; what is signed then is what was checked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

import click

from meshnode.board.bulletins.bulletin import Severity, encode_bulletin
from meshnode.board.exchange.offer import encode_offer
from meshnode.board.exchange.things import Direction, Sort, Unit
from meshnode.board.places.place import CATEGORIES as PLACE_CATEGORIES
from meshnode.board.places.place import encode_place
from meshnode.commands.bulletins.composing import Draft, Ready, checked, sign, zone_of
from meshnode.commands.files.families import BULLETINS, OFFERS, PLACES, Family
from meshnode.commands.files.spreadsheet import Row
from meshnode.commands.market import trading
from meshnode.commands.places import placing
from meshnode.commands.session import Session
from meshnode.commands.speaker import Speaker
from meshnode.commands.terminal.durations import Duration
from meshnode.commands.terminal.output import one_line
from meshnode.node.clock import moment_of
from meshnode.node.moments import parse_moment
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import SignedObject

_SUMMARY_CHARACTERS: Final = 60
_DIGITS_MAX: Final = 9
_KINDS: Final = ("bulletin", "drill", "alert")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a line becomes: `key` is the same for what says the same, `sign` makes the object."""

    summary: str
    key: tuple[str, ...]
    sign: Callable[[], SignedObject]


@dataclass(frozen=True, slots=True)
class Importer:
    """How lines of one family become objects.

    `prepare` checks a line without signing anything; `key_of` returns the key of a document that
    is on the board already.
    """

    family: Family
    prepare: Callable[[Speaker, Session, Row], Prepared]
    key_of: Callable[[Mapping[str, Any]], tuple[str, ...]]


def minutes_until(text: str, *, now: datetime, zone: tzinfo | None) -> int | None:
    """Return for how many minutes something lasts that ends then; None: nothing was said.

    Raises:
        LimitError: It is neither a length of time nor a time to come.
    """
    if not text:
        return None
    try:
        return Duration().convert(text, None, None)
    except click.BadParameter:
        moment = parse_moment(text, now=now, earliest=now, zone=zone)
    if moment is None or moment <= now:
        raise LimitError(
            f"expires {text!r} is no time to come. Write a length like 24h or 3d, or a time like "
            "2026-11-28 18:00."
        )
    return -int((now - moment) // timedelta(minutes=1))


def _bulletin(speaker: Speaker, session: Session, row: Row) -> Prepared:
    kind = row.get("kind") or "bulletin"
    if kind not in _KINDS:
        raise LimitError(f"kind {kind!r} is none of {', '.join(_KINDS)}; leave it empty.")
    if row.get("severity") not in ("", *Severity):
        raise LimitError(
            f"severity {row.get('severity')!r} is none of {', '.join(Severity)}; leave it empty "
            "for info."
        )
    if kind == "alert" and not row.get("source"):
        raise LimitError("An alert needs a source, as in DWD. Fill in the column source.")
    draft = Draft(
        text=row.get("text"),
        title=row.get("title") or None,
        template=None,
        values={},
        category=row.get("category") or None,
        severity=row.get("severity") or None,
        expires_minutes=_expires(speaker, session, row),
        is_drill=kind == "drill",
        source=row.get("source") or None if kind == "alert" else None,
        issued=row.get("issued") or None if kind == "alert" else None,
    )
    ready = checked(speaker, session, draft)
    # What does not fit an object is found here, not when half of the table is posted.
    encode_bulletin(ready.fields)
    return Prepared(_summary(ready), _ready_key(ready, kind), lambda: sign(speaker, ready))


def _summary(ready: Ready) -> str:
    fields = ready.fields
    said = one_line(f"{fields.title}: {fields.text}" if fields.title else fields.text)
    return f"{fields.severity.value}, {fields.category}, for {ready.minutes // 60} h: {_cut(said)}"


def _ready_key(ready: Ready, kind: str) -> tuple[str, ...]:
    title = "" if kind == "drill" else ready.fields.title or ""
    return kind, title, ready.fields.text


def _bulletin_key(document: Mapping[str, Any]) -> tuple[str, ...]:
    if document["is_drill"]:
        # Shown with a title and a first line of its own, which nobody typed.
        return "drill", "", document["text"].partition("\n")[2]
    return document["kind"], document["title"] or "", document["text"]


def _offer(speaker: Speaker, session: Session, row: Row) -> Prepared:
    words = [one.word for one in Direction]
    direction = _one_of(row, "direction", words, needed=True)
    draft = trading.Draft(
        text=row.get("text") or None,
        title=row.get("title") or None,
        item=row.get("item") or None,
        sort=_one_of(row, "sort", [one.name.lower() for one in Sort]) or None,
        category=row.get("category") or None,
        count=_whole(row, "quantity"),
        unit=_one_of(row, "unit", [one.value for one in Unit]) or None,
        start=row.get("from") or None,
        end=row.get("to") or None,
        place_words=row.get("at") or None,
        on_behalf=row.get("for") or None,
        deposit=row.get("deposit") or None,
        expires_minutes=_expires(speaker, session, row),
    )
    meant = Direction(words.index(direction))
    fields, _ = trading.drafted(speaker, session, draft, meant)
    encode_offer(fields)
    said = fields.title or row.get("item") or fields.text
    key = (direction, fields.title, fields.text, row.get("item"), fields.place_words)
    return Prepared(
        _cut(f"{direction}: {one_line(said)}"),
        key,
        lambda: trading.posted(speaker, session, draft, meant),
    )


def _offer_key(document: Mapping[str, Any]) -> tuple[str, ...]:
    item = (document["item"] or {}).get("id") or ""
    said = (document[name] or "" for name in ("title", "text"))
    return document["direction"], *said, item, document["place_words"] or ""


def _place(speaker: Speaker, session: Session, row: Row) -> Prepared:
    if not row.get("name"):
        raise LimitError("A place needs a name. Fill in the column name.")
    is_step_free = {"": None, "yes": True, "no": False}
    draft = placing.Draft(
        name=row.get("name"),
        category=_one_of(row, "category", PLACE_CATEGORIES) or None,
        address=row.get("address") or None,
        hours=row.get("hours") or None,
        remark=row.get("remark") or None,
        capacity=_whole(row, "capacity"),
        contact=row.get("contact") or None,
        is_step_free=is_step_free[_one_of(row, "step_free", ["yes", "no"])],
        text=row.get("text") or None,
        on_behalf_of=row.get("for") or None,
        expires_minutes=_expires(speaker, session, row),
    )
    fields, _ = placing.drafted(speaker, draft)
    encode_place(fields)
    summary = _cut(f"{row.get('category') or 'other'}: {fields.words.name}")
    key = (fields.words.name, fields.words.address)
    return Prepared(summary, key, lambda: placing.signed_new(speaker, draft))


def _place_key(document: Mapping[str, Any]) -> tuple[str, ...]:
    return document["name"], document["address"] or ""


def _expires(speaker: Speaker, session: Session, row: Row) -> int | None:
    now = moment_of(speaker.minute)
    return minutes_until(row.get("expires"), now=now, zone=zone_of(session))


def _one_of(row: Row, column: str, words: Sequence[str], *, needed: bool = False) -> str:
    """Return the word in a column that takes some only; nothing if it is empty."""
    word = row.get(column).lower()
    if word not in words and (word or needed):
        raise LimitError(f"{column} {word!r} is none of {', '.join(words)}. Write one of them.")
    return word


def _whole(row: Row, column: str) -> int | None:
    text = row.get(column)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX):
        raise LimitError(f"{column} {text!r} is no whole number. Write digits only.")
    return int(text)


def _cut(said: str) -> str:
    return said if len(said) <= _SUMMARY_CHARACTERS else f"{said[: _SUMMARY_CHARACTERS - 1]}…"


IMPORTERS: Final = {
    "bulletins": Importer(BULLETINS, _bulletin, _bulletin_key),
    "offers": Importer(OFFERS, _offer, _offer_key),
    "places": Importer(PLACES, _place, _place_key),
}
"""By the family's word."""
