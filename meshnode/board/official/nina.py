"""NINA: the lists and details of `warnung.bund.de`, by which MoWaS, KATWARN, BIWAPP, the flood
portal and the weather service are read.

A list says little of each warning, its detail all; details are CAP in JSON. Some of a list have
none: then what the list says is what there is. Feeds change without notice, so what is unknown is
passed over and what is missing has a default; an item without an id or a headline is counted.
Source: docs/spec/alerts.md section 2.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from meshnode.board.official.cap import AREAS_MAX, IDENTIFIER_CHARACTERS_MAX, LANGUAGE, choice
from meshnode.board.official.jsontext import parse_json, record, rows, word
from meshnode.board.official.times import parse_time
from meshnode.board.official.warning import (
    Area,
    CapCategory,
    CapSeverity,
    MessageType,
    OfficialAlert,
    Status,
)
from meshnode.protocol.errors import PeerError

LISTED_MAX: Final = 2_000
"""More than Germany ever had at a time; the rest of a longer list is counted, not read."""
PROVIDERS: Final = {
    "mow": "MoWaS",
    "kat": "KATWARN",
    "biw": "BIWAPP",
    "lhp": "Hochwasserportal",
    "dwd": "DWD",
    "pol": "Polizei",
}
"""Who stands behind an id, by what it begins with."""

_IDENTIFIER: Final = re.compile(rf"[A-Za-z0-9._:-]{{1,{IDENTIFIER_CHARACTERS_MAX}}}", re.ASCII)
_DRILL: Final = re.compile(r"\b(?:probe|übung|test)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: what it says of each warning, and how many of its items could not be read."""

    alerts: tuple[OfficialAlert, ...]
    unreadable: int


def parse_nina_list(data: bytes) -> Listed:
    """Return what a list says: a dashboard of a district, or the map data of one provider.

    Raises:
        PeerError: It is no list.
    """
    document = parse_json(data)
    if not isinstance(document, list):
        raise PeerError("bad_feed", "the list is none")
    alerts: dict[str, OfficialAlert] = {}
    unreadable = max(0, len(document) - LISTED_MAX)
    for item in document[:LISTED_MAX]:
        try:
            alert = _listed(record(item))
        except PeerError:
            unreadable += 1
        else:
            alerts[alert.key] = alert
    return Listed(tuple(alerts.values()), unreadable)


def parse_nina_detail(data: bytes, listed: OfficialAlert | None = None) -> OfficialAlert:
    """Return a warning's detail; what it does not say is as the list said.

    Raises:
        PeerError: It is no warning, or another one than was asked for.
    """
    document = record(parse_json(data))
    identifier = _identifier(document.get("identifier"))
    if listed is not None and identifier != listed.identifier:
        raise PeerError("bad_feed", f"the detail of {identifier[:40]}")
    info = _preferred([record(one) for one in rows(document.get("info"))])
    before = listed or _plain(identifier)
    sent = word(document.get("sent"))
    message = word(document.get("msgType"))
    return replace(
        before,
        sender=word(document.get("sender")),
        source=_source(info, identifier),
        sent_min=parse_time(sent) if sent or listed is None else before.sent_min,
        message_type=choice(MessageType, message, "msgType") if message else before.message_type,
        status=choice(Status, word(document.get("status")), "status"),
        severity=_severity(info.get("severity"), before.severity),
        category=_category(rows(info.get("category")), before.category),
        urgency=word(info.get("urgency")) or before.urgency,
        certainty=word(info.get("certainty")) or before.certainty,
        event=word(info.get("event")),
        headline=word(info.get("headline")) or before.headline,
        description=word(info.get("description")),
        instruction=word(info.get("instruction")),
        references=_references(word(document.get("references")), identifier),
        onset_min=_time(info, "onset", before.onset_min),
        expires_min=_time(info, "expires", before.expires_min),
        responses=tuple(word(one) for one in rows(info.get("responseType"))[:8]),
        areas=tuple(_areas(rows(info.get("area")))) or before.areas,
        language=word(info.get("language")),
        web=word(info.get("web")),
    )


def _listed(item: dict[str, Any]) -> OfficialAlert:
    payload = record(item.get("payload"))
    said = record(payload.get("data")) or item
    titles = record(item.get("i18nTitle"))
    headline = word(titles.get("de") or titles.get("DE")) or word(said.get("headline"))
    if not headline.strip():
        raise PeerError("bad_feed", "an item without a headline")
    sent = word(item.get("sent")) or word(item.get("startDate"))
    message = word(said.get("msgType")) or word(item.get("type"))
    alert = _plain(_identifier(item.get("id")))
    return replace(
        alert,
        sent_min=parse_time(sent),
        headline=headline,
        message_type=_message_type(message),
        # A list does not say whether it is meant; what calls itself a trial is none.
        status=Status.EXERCISE if _DRILL.search(headline) else Status.ACTUAL,
        severity=_severity(said.get("severity"), CapSeverity.UNKNOWN),
        urgency=word(said.get("urgency")) or "Unknown",
        onset_min=_time(item, "onset", None),
        expires_min=_time(item, "expires", _time(item, "expiresDate", None)),
    )


def _plain(identifier: str) -> OfficialAlert:
    prefix = identifier[:3]
    return OfficialAlert(
        key=identifier,
        identifier=identifier,
        source=PROVIDERS.get(prefix, "NINA"),
        sent_min=0,
        message_type=MessageType.ALERT,
        status=Status.ACTUAL,
        severity=CapSeverity.UNKNOWN,
        category=CapCategory.MET if prefix in ("dwd", "lhp") else CapCategory.OTHER,
        headline="",
    )


def _identifier(value: object) -> str:
    text = word(value)
    if not _IDENTIFIER.fullmatch(text):
        raise PeerError("bad_feed", f"an id {text[:40]!r}")
    return text


def _source(info: dict[str, Any], identifier: str) -> str:
    parameters = (record(one) for one in rows(info.get("parameter"))[:AREAS_MAX])
    named = (word(one.get("value")) for one in parameters if _names_sender(one))
    provider = PROVIDERS.get(identifier[:3], "NINA")
    return word(info.get("senderName")) or next((one for one in named if one), provider)


def _names_sender(parameter: dict[str, Any]) -> bool:
    return word(parameter.get("valueName")) == "sender_langname"


def _preferred(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    german = (one for one in blocks if word(one.get("language")).lower().startswith(LANGUAGE))
    return next(german, blocks[0] if blocks else {})


def _message_type(text: str) -> MessageType:
    known = {one.value: one for one in MessageType}
    return known.get(text.capitalize(), MessageType.ALERT)


def _severity(value: object, default: CapSeverity) -> CapSeverity:
    known = {one.value: one for one in CapSeverity}
    return known.get(word(value), default)


def _category(values: list[Any], default: CapCategory) -> CapCategory:
    known = {one.value: one for one in CapCategory}
    return next((known[word(one)] for one in values if word(one) in known), default)


def _time(item: dict[str, Any], name: str, default: int | None) -> int | None:
    """Return a time; one that cannot be read counts as not said, so that the warning is kept."""
    text = word(item.get(name))
    try:
        return parse_time(text) if text else default
    except PeerError:
        return default


def _references(text: str, identifier: str) -> tuple[str, ...]:
    """Return the ids that a detail names; ids of lists begin with their provider, these may not."""
    found = [one.split(",")[1] for one in text.split()[:64] if one.count(",") == 2]
    prefix = identifier[:4] if identifier[:3] in PROVIDERS and identifier[3:4] == "." else ""
    return tuple(one if one.startswith(prefix) else prefix + one for one in found if one)


def _areas(values: list[Any]) -> Iterator[Area]:
    for value in values[:AREAS_MAX]:
        area = record(value)
        codes = (record(one) for one in rows(area.get("geocode"))[:AREAS_MAX])
        pairs = tuple((word(one.get("valueName")), word(one.get("value"))) for one in codes)
        yield Area(word(area.get("areaDesc")), pairs)
